"""Exercise most_of_it, lesson 07: which layer has the parameters, and which does the work."""

import numpy as np

from ...layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU, Sequential
from ...summary import summary
from ..core import Mistake, ValueExercise
from ..words import describe

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
RIGHT = {asked: max(COUNTS, key=lambda name: COUNTS[name][asked]) for asked in QUESTIONS}


def most_of_it():
    return {
        "parameters": "second convolution",
        "multiply-adds": "first convolution",
        "memory": "first convolution",
    }


def plain(layer) -> str:
    """A layer's name without what makes no difference; "the first" is "first convolution"."""
    name = layer.strip().lower().removeprefix("the ") if isinstance(layer, str) else ""
    name = name.removesuffix(" layer")
    return f"{name} convolution" if name in ("first", "second") else name


def has_three_answers(answer) -> str:
    if not isinstance(answer, dict):
        is_ = "a list" if isinstance(answer, list) else describe(answer)
        return f"It should be a dict with three layers, but is {is_}."
    if set(answer) != set(QUESTIONS):
        return f"It should have the keys {', '.join(QUESTIONS)}, and no others."
    unknown = [asked for asked in QUESTIONS if plain(answer[asked]) not in PLACES]
    if unknown:
        choice = ", ".join(f'"{name}"' for name in PLACES)
        return f"For {', '.join(unknown)} there should be one of these layers: {choice}."
    return ""


def wrong(answer) -> list[str]:
    return [asked for asked in QUESTIONS if plain(answer[asked]) != RIGHT[asked]]


def names_each(answer) -> str:
    if not (missed := wrong(answer)):
        return ""
    asked, right = missed[0], len(QUESTIONS) - len(missed)
    layer = plain(answer[asked])
    return (
        f"{right or 'None'} of {len(QUESTIONS)} {'is' if right == 1 else 'are'} right. Count the "
        f"{asked} again: the {layer}{' layer' * (layer == DENSE)} "
        f"{QUESTIONS[asked].format(COUNTS[layer][asked])}, and another one more."
    )


def first(asked: str, layer: str):
    """Whether the first question that is wrong, the one that is told, is this one: this layer."""
    return lambda answer: (
        (missed := wrong(answer)) and missed[0] == asked and plain(answer[asked]) == layer
    )


EXERCISE = ValueExercise(
    name="most_of_it",
    asks="should say which layer of the network has most parameters, which does most "
    "multiply-adds, and which gives the most numbers (memory).",
    solution=most_of_it,
    requirements={
        "one of the layers for each question": has_three_answers,
        "the right one": names_each,
    },
    mistakes=[
        Mistake(
            "as in the course's network",
            "there the dense layer gets 1,568 numbers. How many arrive here, after pooling by 4 "
            "and by 8?",
            first("parameters", DENSE),
            example=most_of_it() | {"parameters": DENSE},
        ),
        Mistake(
            "large windows, many parameters",
            "its kernels are 5 × 5, but 3 deep, and there are 8 of them. What has the second?",
            first("parameters", FIRST),
            example=most_of_it() | {"parameters": FIRST},
        ),
        Mistake(
            "parameters taken for work",
            "each weight of the dense layer is used once for an image, each weight of a "
            "convolution in all places.",
            first("multiply-adds", DENSE),
            example=most_of_it() | {"multiply-adds": DENSE},
        ),
        Mistake(
            "most parameters, most work",
            "the second convolution has more weights than the first, but uses them in a sixteenth "
            "of the places: pooling by 4 comes before it.",
            first("multiply-adds", SECOND),
            example=most_of_it() | {"multiply-adds": SECOND},
        ),
        Mistake(
            "more maps, more memory",
            "the second convolution gives eight times as many maps, but each with a sixteenth of "
            "the numbers.",
            first("memory", SECOND),
            example=most_of_it() | {"memory": SECOND},
        ),
        Mistake(
            "memory of parameters",
            "asked is the size of what the layer gives, not of its weights.",
            first("memory", DENSE),
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
