"""Exercise pick_bias: a bias that lets each X pass the ReLU and no O."""

import numpy as np

from ... import ops
from ..core import Mistake, ValueExercise
from ..words import describe, number, numbers


def letter(*rows):
    """Rows of # for white and . for black as an array of 1 and 0."""
    return np.array([[float(mark == "#") for mark in row] for row in rows])


KERNEL = letter("#...#", ".#.#.", "..#..", ".#.#.", "#...#")
LETTERS = {
    "X 1": letter("#...#", ".#.#.", "..#..", ".#.#.", "#...#"),
    "X 2": letter("#...#", ".#.#.", "..#..", ".#.#.", "#...."),
    "X 3": letter("#....", ".###.", "..#..", ".#.#.", "....#"),
    "O 1": letter(".###.", "#...#", "#...#", "#...#", ".###."),
    "O 2": letter("#####", "#...#", "#...#", "#...#", "#####"),
    "O 3": letter("#####", "##..#", "#...#", "#...#", "#####"),
}
SCORES = {name: ops.correlate2d(image, KERNEL)[0, 0] for name, image in LETTERS.items()}
XS = [score for name, score in SCORES.items() if name[0] == "X"]
OS = [score for name, score in SCORES.items() if name[0] == "O"]


def pick_bias():
    return -6


def works(bias) -> bool:
    return min(XS) + bias > 0 >= max(OS) + bias


def value(bias) -> float:
    return float(numbers(bias).ravel()[0])


def is_one_number(bias) -> str:
    array = numbers(bias)
    if array is None or array.dtype.kind == "b" or array.size != 1 or array.ndim > 1:
        return f"It should be one number, but is {describe(bias)}."
    if not np.isfinite(array).all():
        return "It is infinite or not a number (nan)."
    return ""


def told(name, bias) -> str:
    """The sum of one letter, written out, and what the ReLU makes of it."""
    total = SCORES[name] + bias
    plus = f"plus a bias of {number(bias)} that is {number(total)}"
    return f"{name} scores {number(SCORES[name])}; {plus}, and after ReLU {number(max(total, 0))}."


def lets_each_x_pass(bias) -> str:
    bias = value(bias)
    lost = [name for name in SCORES if name[0] == "X" and SCORES[name] + bias <= 0]
    return f"{told(lost[0], bias)} It should be above 0." if lost else ""


def stops_each_o(bias) -> str:
    bias = value(bias)
    passing = [name for name in SCORES if name[0] == "O" and SCORES[name] + bias > 0]
    return f"{told(passing[0], bias)} It should be 0." if passing else ""


EXERCISE = ValueExercise(
    name="pick_bias",
    asks="should be a number, the bias of the filter: with it, each of the three X gives a number "
    "above 0 after the ReLU, and each of the three O gives 0.",
    solution=pick_bias,
    requirements={
        "one number": is_one_number,
        "each X passes": lets_each_x_pass,
        "no O passes": stops_each_o,
    },
    mistakes=[
        Mistake(
            "not one number",
            "a filter has a single bias for all places and all images.",
            lambda bias: numbers(bias).size > 1,
            example=[-6.0, -6, -6, 0, 0, 0],
        ),
        Mistake(
            "sign reversed",
            "this raises all scores. A threshold has to be taken away, so it enters with a minus.",
            lambda bias: works(-value(bias)),
            example=6,
        ),
        Mistake(
            "no threshold at all",
            "with a bias of 0 or more, whatever scores above 0 passes, and every letter that "
            "shares a pixel with the kernel does.",
            lambda bias: value(bias) >= 0,
            example=0,
        ),
        Mistake(
            "on the edge",
            "the weakest X comes out as exactly 0, and ReLU of 0 is 0. It needs a little more.",
            lambda bias: value(bias) == -min(XS),
            example=-min(XS),
        ),
        Mistake(
            "nothing passes",
            "the bias takes away more than any letter scores: the map of this filter is always 0.",
            lambda bias: value(bias) <= -max(XS),
            example=-20,
        ),
        Mistake(
            "made for the perfect X",
            "the clean X passes, but those with a pixel missing score less. Which X scores least?",
            lambda bias: -max(XS) < value(bias) < -min(XS),
            example=-8,
        ),
        Mistake(
            "too little taken away",
            "all X pass, but some O as well. Which O scores most?",
            lambda bias: max(OS) + value(bias) > 0,
            example=-3.5,
        ),
    ],
    hints=(
        "Write down the six scores. Which X has the smallest one, which O the largest?",
        "After the bias, the weakest X has to lie above 0, and the strongest O at 0 or below.",
        "The bias is a negative number. Its size lies between the largest score of an O and the "
        "smallest score of an X: say, in the middle.",
    ),
)
