"""Exercise find_faults, lesson 07: three stacks that do not work, and why."""

import numpy as np

from ...layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU, Sequential
from ..core import Mistake, ValueExercise
from ..words import describe

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


def has_three_faults(answer) -> str:
    if not isinstance(answer, dict):
        is_ = "a list" if isinstance(answer, list) else describe(answer)
        return f'It should be a dict, {{"A": ..., "B": ..., "C": ...}}, but is {is_}.'
    if set(answer) != set(WHY):
        return "It should have the three keys A, B and C, and no others."
    unknown = [name for name in WHY if plain(answer[name]) not in map(plain, FAULTS)]
    if unknown:
        choice = ", ".join(f'"{fault}"' for fault in FAULTS)
        names = ", ".join(unknown)
        return f"For {names} there should be one of these faults, as written here: {choice}."
    return ""


def plain(fault) -> str:
    """A fault without what makes no difference: capitals, spaces at the ends, a full stop."""
    return fault.strip().strip(".").lower() if isinstance(fault, str) else ""


def wrong(answer) -> list[str]:
    """The stacks with another fault than the one named."""
    return [name for name, fault in find_faults().items() if plain(answer[name]) != plain(fault)]


def names_each(answer) -> str:
    if not (missed := wrong(answer)):
        return ""
    right = len(WHY) - len(missed)
    are = "is" if right == 1 else "are"
    return f"{right or 'None'} of {len(WHY)} {are} right. Look at {missed[0]}: {WHY[missed[0]]}."


def first(stacks: str, fault: str):
    """Whether the first stack that is wrong, the one that is told, is one of these: this fault."""
    return lambda answer: (
        (missed := wrong(answer))
        and missed[0] in stacks
        and plain(answer[missed[0]]) == plain(fault)
    )


EXERCISE = ValueExercise(
    name="find_faults",
    asks="should say for each of the stacks A, B and C which of the faults it has.",
    solution=find_faults,
    requirements={
        "one of the faults for each stack": has_three_faults,
        "the right one": names_each,
    },
    mistakes=[
        Mistake(
            "Flatten looked for in vain",
            "each of the three has its Flatten, before the dense layer.",
            first("ABC", FLATTEN),
            example=find_faults() | {"A": FLATTEN},
        ),
        Mistake(
            "channels taken for inputs",
            "B stops at its second convolution, long before the dense layer: how many maps arrive "
            "there, and how many channels does it expect?",
            first("B", INPUTS),
            example=find_faults() | {"B": INPUTS},
        ),
        Mistake(
            "sizes not followed",
            "in A all windows fit. Write the rows down layer by layer: what arrives at the dense "
            "layer?",
            first("A", WINDOW),
            example=find_faults() | {"A": WINDOW, "C": INPUTS},
        ),
        Mistake(
            "the window that does not fit",
            "C stops before its dense layer: compare the rows that are left with the window of the "
            "second convolution.",
            first("C", INPUTS),
            example=find_faults() | {"C": INPUTS},
        ),
        Mistake(
            "channels in the wrong stack",
            "here each convolution has as many channels as maps arrive.",
            first("AC", CHANNELS),
            example=find_faults() | {"C": CHANNELS},
        ),
        Mistake(
            "padding overlooked",
            "B pads: its convolutions keep all rows, and windows of 3 and 2 fit on 28, 14 and 7.",
            first("B", WINDOW),
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
