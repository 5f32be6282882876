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
    "B": "the second convolution gets 8 maps",
    "C": "28 rows become 24, then 6",
}


def find_faults():
    return {"A": "inputs of Dense do not fit", "B": "channels do not fit", "C": "window too large"}


def says(**faults):
    return lambda answer: not has_three_faults(answer) and faults.items() <= answer.items()


def has_three_faults(answer) -> str:
    if not isinstance(answer, dict):
        return f'It should be a dict, {{"A": ..., "B": ..., "C": ...}}, but is {describe(answer)}.'
    if set(answer) != set(WHY):
        return "It should have the three keys A, B and C, and no others."
    unknown = [name for name, fault in answer.items() if fault not in FAULTS]
    if unknown:
        choice = ", ".join(f'"{fault}"' for fault in FAULTS)
        return f"What {', '.join(unknown)} names is none of the faults to choose from: {choice}."
    return ""


def names_each(answer) -> str:
    wrong = [name for name, fault in find_faults().items() if answer[name] != fault]
    if not wrong:
        return ""
    right = len(WHY) - len(wrong)
    return f"{right} of {len(WHY)} are right. Look at {wrong[0]} again: {WHY[wrong[0]]}."


EXERCISE = ValueExercise(
    name="find_faults",
    lesson="07_full_cnn",
    asks="should say for each of the stacks A, B and C which of the faults it has.",
    solution=find_faults,
    requirements={"three stacks, known faults": has_three_faults, "the fault of each": names_each},
    mistakes=[
        Mistake(
            "Flatten looked for in vain",
            "each of the three has its Flatten, before the dense layer.",
            lambda answer: says()(answer) and FLATTEN in answer.values(),
            example=find_faults() | {"A": FLATTEN},
        ),
        Mistake(
            "channels taken for inputs",
            "B stops at its second convolution, long before the dense layer: how many maps arrive "
            "there, and how many channels does it expect?",
            says(B=INPUTS),
            example=find_faults() | {"B": INPUTS, "A": CHANNELS},
        ),
        Mistake(
            "sizes not followed",
            "in A all windows fit. Write the rows down layer by layer: what arrives at the dense "
            "layer?",
            says(A=WINDOW),
            example=find_faults() | {"A": WINDOW, "C": INPUTS},
        ),
        Mistake(
            "the window that does not fit",
            "in C the maps are smaller than the second window before the dense layer is reached.",
            says(C=INPUTS),
            example=find_faults() | {"C": INPUTS},
        ),
        Mistake(
            "channels in the wrong stack",
            "in A and C each convolution has as many channels as maps arrive.",
            lambda answer: says()(answer) and CHANNELS in (answer["A"], answer["C"]),
            example=find_faults() | {"C": CHANNELS},
        ),
    ],
    hints=(
        "Follow the shape from layer to layer, with pencil and paper: rows, columns, maps.",
        "Without padding a convolution of 3 loses two rows; pooling by 2 halves and rounds down.",
        "A loses more rows than its last layer thinks. B's second convolution thinks that a grey "
        "picture arrives. In C, six rows are left when a window of seven comes.",
    ),
)
