"""Exercise most_of_it: which layer has the parameters, and which does the work."""

import numpy as np

from ...layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU, Sequential
from ...summary import summary
from ..choices import ChoiceExercise, first, plain
from ..core import Mistake

SHAPE = 64, 64, 3
FIRST, SECOND, DENSE = "first convolution", "second convolution", "dense"
PLACES = {FIRST: 0, SECOND: 3, DENSE: 7}
QUESTIONS = {"parameters": "has {:,} parameters", "multiply-adds": "does {:,} multiply-adds"}
QUESTIONS["memory"] = "gives {:,} bytes"


def network() -> Sequential:
    """A network for small colour pictures, whose layers share the burden unlike the course's."""
    rng = np.random.default_rng(0)
    return Sequential(
        *(Conv2D(3, 8, 5, pad=2, rng=rng), ReLU(), MaxPool2D(4)),
        *(Conv2D(8, 64, 3, pad=1, rng=rng), ReLU(), MaxPool2D(8)),
        *(Flatten(), Dense(2 * 2 * 64, 10, rng=rng)),
    )


ROWS = summary(network(), SHAPE)
COUNTS = {
    name: {
        "parameters": ROWS[place].parameters,
        "multiply-adds": ROWS[place].multiply_adds,
        "memory": ROWS[place].memory,
    }
    for name, place in PLACES.items()
}


def most_of_it():
    return {
        "parameters": "second convolution",
        "multiply-adds": "first convolution",
        "memory": "first convolution",
    }


def plain_layer(layer: str) -> str:
    """A layer's name without what makes no difference; "the first" is "first convolution"."""
    name = plain(layer).removeprefix("the ").removesuffix(" layer")
    return f"{name} convolution" if name in ("first", "second") else name


def look(asked: str, layer: str) -> str:
    return (
        f"Count the {asked} again: the {layer}{' layer' * (layer == DENSE)} "
        f"{QUESTIONS[asked].format(COUNTS[layer][asked])}, and another one more."
    )


def told_first(asked: str, layer: str):
    return first(most_of_it(), [asked], layer)


EXERCISE = ChoiceExercise(
    name="most_of_it",
    asks="should say which layer of the network has most parameters, which does most "
    "multiply-adds, and which gives the most numbers (memory).",
    solution=most_of_it,
    choices=tuple(PLACES),
    kind="layers",
    look=look,
    plain=plain_layer,
    mistakes=[
        Mistake(
            "as in the course's network",
            "there the dense layer gets 1,568 numbers. How many arrive here, after pooling by 4 "
            "and by 8?",
            told_first("parameters", DENSE),
            example=most_of_it() | {"parameters": DENSE},
        ),
        Mistake(
            "large windows, many parameters",
            "its kernels are 5 × 5, but 3 deep, and there are 8 of them. What has the second?",
            told_first("parameters", FIRST),
            example=most_of_it() | {"parameters": FIRST},
        ),
        Mistake(
            "parameters taken for work",
            "each weight of the dense layer is used once for an image, each weight of a "
            "convolution in all places.",
            told_first("multiply-adds", DENSE),
            example=most_of_it() | {"multiply-adds": DENSE},
        ),
        Mistake(
            "most parameters, most work",
            "the second convolution has more weights than the first, but uses them in a sixteenth "
            "of the places: pooling by 4 comes before it.",
            told_first("multiply-adds", SECOND),
            example=most_of_it() | {"multiply-adds": SECOND},
        ),
        Mistake(
            "more maps, more memory",
            "the second convolution gives eight times as many maps, but each with a sixteenth of "
            "the numbers.",
            told_first("memory", SECOND),
            example=most_of_it() | {"memory": SECOND},
        ),
        Mistake(
            "memory of parameters",
            "asked is the size of what the layer gives, not of its weights.",
            told_first("memory", DENSE),
            example=most_of_it() | {"memory": DENSE},
        ),
    ],
    hints=(
        "Parameters are counted once; work is weights times places; memory is places times maps.",
        "Places: 64 × 64 in the first convolution, 16 × 16 in the second, one in the dense layer.",
        "Filters are 5 × 5 × 3 (8 of them), then 3 × 3 × 8 (64 of them); the dense layer has "
        "2 × 2 × 64 weights for each of ten labels.",
    ),
)
