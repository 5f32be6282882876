"""Exercise find_faults: three stacks that do not work, and why."""

import numpy as np

from ...layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU, Sequential
from ..choices import ChoiceExercise, first
from ..core import Mistake

FLATTEN, CHANNELS, INPUTS, WINDOW = (
    "Flatten is missing", "channels do not fit", "inputs of Dense do not fit", "window too large",
)  # fmt: skip
FAULTS = FLATTEN, CHANNELS, INPUTS, WINDOW


def stacks() -> dict[str, Sequential]:
    """Three networks for digits, each with one fault."""
    rng = np.random.default_rng(0)
    return {
        "A": Sequential(
            *(Conv2D(1, 8, 3, rng=rng), ReLU(), MaxPool2D(2)),
            *(Conv2D(8, 16, 3, rng=rng), ReLU(), MaxPool2D(2)),
            *(Flatten(), Dense(7 * 7 * 16, 10, rng=rng)),
        ),
        "B": Sequential(
            *(Conv2D(1, 8, 3, pad=1, rng=rng), ReLU(), MaxPool2D(2)),
            *(Conv2D(1, 16, 3, pad=1, rng=rng), ReLU(), MaxPool2D(2)),
            *(Flatten(), Dense(7 * 7 * 16, 10, rng=rng)),
        ),
        "C": Sequential(
            *(Conv2D(1, 8, 5, rng=rng), ReLU(), MaxPool2D(4)),
            *(Conv2D(8, 16, 7, rng=rng), ReLU()),
            *(Flatten(), Dense(16, 10, rng=rng)),
        ),
    }


WHY = {
    "A": "two convolutions without padding leave 26, then 13, then 11, then 5 rows",
    "B": "8 maps arrive at the second convolution",
    "C": "28 rows become 24, then 6",
}


def find_faults():
    return {"A": "inputs of Dense do not fit", "B": "channels do not fit", "C": "window too large"}


def told_first(stacks: str, fault: str):
    return first(find_faults(), stacks, fault)


EXERCISE = ChoiceExercise(
    name="find_faults",
    asks="should say for each of the stacks A, B and C which of the faults it has.",
    solution=find_faults,
    choices=FAULTS,
    kind="faults",
    look=lambda stack, fault: f"Look at {stack}: {WHY[stack]}.",
    mistakes=[
        Mistake(
            "Flatten looked for in vain",
            "each of the three has its Flatten, before the dense layer.",
            told_first("ABC", FLATTEN),
            example=find_faults() | {"A": FLATTEN},
        ),
        Mistake(
            "channels taken for inputs",
            "B stops at its second convolution, long before the dense layer: how many maps arrive "
            "there, and how many channels does it expect?",
            told_first("B", INPUTS),
            example=find_faults() | {"B": INPUTS},
        ),
        Mistake(
            "sizes not followed",
            "in A all windows fit. Write the rows down layer by layer: what arrives at the dense "
            "layer?",
            told_first("A", WINDOW),
            example=find_faults() | {"A": WINDOW, "C": INPUTS},
        ),
        Mistake(
            "the window that does not fit",
            "C stops before its dense layer: compare the rows that are left with the window of the "
            "second convolution.",
            told_first("C", INPUTS),
            example=find_faults() | {"C": INPUTS},
        ),
        Mistake(
            "channels in the wrong stack",
            "here each convolution has as many channels as maps arrive.",
            told_first("AC", CHANNELS),
            example=find_faults() | {"C": CHANNELS},
        ),
        Mistake(
            "padding overlooked",
            "B pads: its convolutions keep all rows, and windows of 3 and 2 fit on 28, 14 and 7.",
            told_first("B", WINDOW),
            example=find_faults() | {"B": WINDOW},
        ),
    ],
    hints=(
        "Follow the shape from layer to layer, with pencil and paper: rows, columns, maps.",
        "Without padding a convolution of 3 loses two rows; pooling by 2 halves and rounds down.",
        "A loses more rows than its last layer thinks. B's second convolution thinks that a grey "
        "picture arrives. In C, six rows are left when a window of seven comes.",
    ),
)
