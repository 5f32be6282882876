"""Exercise most_of_it, lesson 07: which layer has the parameters, and which does the work."""

import numpy as np

from ...layers import course_cnn
from ...summary import summary
from ..core import Mistake, ValueExercise
from ..words import describe

FIRST, SECOND, DENSE = "first convolution", "second convolution", "dense"
PLACES = {FIRST: 0, SECOND: 3, DENSE: 7}  # in the course's network
QUESTIONS = "parameters", "multiply-adds", "memory"
ROWS = summary(course_cnn(np.random.default_rng(0)), (28, 28, 1))
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
        "parameters": "dense",
        "multiply-adds": "second convolution",
        "memory": "first convolution",
    }


def says(**places):
    wanted = {key.replace("_", "-"): value for key, value in places.items()}
    return lambda answer: not has_three_answers(answer) and wanted.items() <= answer.items()


def has_three_answers(answer) -> str:
    if not isinstance(answer, dict):
        return f"It should be a dict with three layers, but is {describe(answer)}."
    if set(answer) != set(QUESTIONS):
        return f"It should have the keys {', '.join(QUESTIONS)}, and no others."
    unknown = [asked for asked in QUESTIONS if answer[asked] not in PLACES]
    if unknown:
        choice = ", ".join(f'"{name}"' for name in PLACES)
        return f"What {', '.join(unknown)} names is none of the layers to choose from: {choice}."
    return ""


def names_each(answer) -> str:
    wrong = [asked for asked in QUESTIONS if answer[asked] != RIGHT[asked]]
    if not wrong:
        return ""
    asked, layer = wrong[0], answer[wrong[0]]
    return (
        f"{len(QUESTIONS) - len(wrong)} of {len(QUESTIONS)} are right. Count the {asked} again: "
        f"the {layer}{' layer' * (layer == DENSE)} has {COUNTS[layer][asked]:,}"
        + (" bytes of maps." if asked == "memory" else ".")
    )


EXERCISE = ValueExercise(
    name="most_of_it",
    lesson="07_full_cnn",
    asks="should say which layer of the course's network has most parameters, which does most "
    "multiply-adds, and which gives the largest maps.",
    solution=most_of_it,
    requirements={"three answers, known layers": has_three_answers, "the right ones": names_each},
    mistakes=[
        Mistake(
            "work taken for parameters",
            "most of the work is in a convolution, because its few weights are used in each "
            "place. A weight of the dense layer is used once for an image.",
            says(parameters=SECOND),
            example=most_of_it() | {"parameters": SECOND},
        ),
        Mistake(
            "parameters taken for work",
            "each weight of the dense layer is used once for an image, each weight of a "
            "convolution in all places.",
            says(multiply_adds=DENSE),
            example=most_of_it() | {"multiply-adds": DENSE},
        ),
        Mistake(
            "the largest maps, the most work",
            "the first convolution has the larger maps, but its filters are one channel deep. How "
            "deep are those of the second?",
            says(multiply_adds=FIRST),
            example=most_of_it() | {"multiply-adds": FIRST},
        ),
        Mistake(
            "more maps, more memory",
            "the second convolution gives twice as many maps, but each with a quarter of the "
            "numbers.",
            says(memory=SECOND),
            example=most_of_it() | {"memory": SECOND},
        ),
        Mistake(
            "memory of parameters",
            "asked is the size of what the layer gives, not of its weights.",
            says(memory=DENSE),
            example=most_of_it() | {"memory": DENSE},
        ),
        Mistake(
            "few filters, many parameters",
            "the first convolution has the fewest parameters of all: its filters are 3 × 3 × 1.",
            says(parameters=FIRST),
            example=most_of_it() | {"parameters": FIRST},
        ),
    ],
    hints=(
        "Parameters are counted once; work is parameters (without the biases) times places.",
        "Places: 28 × 28 in the first convolution, 14 × 14 in the second, one in the dense layer.",
        "Filters are 3 × 3 × 1 (16 of them), 3 × 3 × 16 (32 of them); the dense layer has 1,568 "
        "weights for each of ten labels.",
    ),
)
