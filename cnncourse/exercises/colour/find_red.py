"""Exercise find_red: three weights that answer to red and to no other colour."""

import numpy as np

from ..core import Mistake, ValueExercise
from ..words import describe, number, numbers

REDS = {"red": (1, 0, 0), "dark red": (0.5, 0, 0), "pale red": (0.9, 0.3, 0.2)}
OTHERS = {
    "white": (1, 1, 1),
    "grey": (0.5, 0.5, 0.5),
    "green": (0, 1, 0),
    "blue": (0, 0, 1),
    "yellow": (1, 1, 0),
    "magenta": (1, 0, 1),
    "cyan": (0, 1, 1),
    "black": (0, 0, 0),
}
COLOURS = {**REDS, **OTHERS}


def find_red():
    return [1, -1, -1]


def answer_to(colour, weights) -> float:
    return float(np.dot(COLOURS[colour], numbers(weights).ravel()))


def passes(colour, weights) -> bool:
    return answer_to(colour, weights) > 1e-9


def in_brackets(weight) -> str:
    return number(weight) if weight >= 0 else f"({number(weight)})"


def told(colour, weights) -> str:
    """The sum that a colour gets, written out."""
    terms = zip(COLOURS[colour], numbers(weights).ravel())
    total = " + ".join(f"{number(x)} × {in_brackets(w)}" for x, w in terms)
    return f"{colour.capitalize()} gets {total} = {number(answer_to(colour, weights))}."


def three_numbers(weights) -> str:
    array = numbers(weights)
    if array is None or array.dtype.kind == "b" or array.size != 3:
        return (
            "It should be three weights, for red, green and blue, such as [0, 0, 0], but is "
            f"{describe(weights)}."
        )
    return "" if np.isfinite(array).all() else "One of the weights is infinite or nan."


def finds_each_red(weights) -> str:
    missed = [colour for colour in REDS if not passes(colour, weights)]
    return f"{told(missed[0], weights)} It should be above 0." if missed else ""


def leaves_the_others(weights) -> str:
    found = [colour for colour in OTHERS if passes(colour, weights)]
    return f"{told(found[0], weights)} It should be 0 or less." if found else ""


EXERCISE = ValueExercise(
    name="find_red",
    asks="should be three weights, for red, green and blue: pixels in three kinds of red get an "
    "answer above 0, all other colours of the list 0 or less.",
    solution=find_red,
    requirements={
        "three weights": three_numbers,
        "it finds each red": finds_each_red,
        "it leaves the others": leaves_the_others,
    },
    mistakes=[
        Mistake(
            "red alone",
            "white and yellow hold just as much red as red does. What makes them different is the "
            "green and the blue: these should count against.",
            lambda w: (
                np.array_equal(np.array(w).ravel()[1:], [0, 0]) and np.array(w).ravel()[0] > 0
            ),
            example=[1, 0, 0],
        ),
        Mistake(
            "any bright pixel",
            "with three equal weights, only red + green + blue counts, and white has most of it.",
            lambda w: np.ptp(w) == 0 and np.max(w) > 0,
            example=[1, 1, 1],
        ),
        Mistake(
            "green or blue counts for it",
            "red should count for, green and blue against. At least one of these two weights is "
            "above 0, and so its own colour passes.",
            lambda w: passes("red", w) and (passes("green", w) or passes("blue", w)),
            example=[1, -1, 0.5],
        ),
        Mistake(
            "too little green against",
            "yellow is as much red as green, and it passes. How much must the green take away so "
            "that yellow gets no more than 0?",
            lambda w: passes("yellow", w) and not passes("white", w),
            example=[1, -0.5, -1],
        ),
        Mistake(
            "too little blue against",
            "magenta is as much red as blue, and it passes. How much must the blue take away so "
            "that magenta gets no more than 0?",
            lambda w: passes("magenta", w) and not passes("yellow", w),
            example=[1, -1, -0.2],
        ),
        Mistake(
            "too little against",
            "what green and blue take away together is too little: even white, which has all "
            "three, passes.",
            lambda w: passes("white", w) and max(np.ravel(w)[1:]) <= 0,
            example=[1, -0.2, -0.2],
        ),
        Mistake(
            "too much against",
            "pure red passes, but a pale red, which holds a little green and blue, does not.",
            lambda w: passes("red", w) and not passes("pale red", w) and max(np.ravel(w)[1:]) <= 0,
            example=[1, -3, -3],
        ),
        Mistake(
            "the order of the channels",
            "this finds blue. In this course the order is red, green, blue.",
            lambda w: not leaves_and_finds(np.ravel(w)[::-1]),
            example=[-1, -1, 1],
        ),
        Mistake(
            "signs reversed",
            "this answers to everything but red: reverse all three signs.",
            lambda w: not leaves_and_finds(-np.ravel(w)),
            example=[-1, 1, 1],
        ),
        Mistake(
            "nothing for red",
            "the first weight is that of red. While it is not above 0, pure red cannot get an "
            "answer above 0.",
            lambda w: np.ravel(w)[0] <= 0,
            example=[0, -1, -1],
        ),
    ],
    hints=(
        "White holds as much red as red itself. What does white hold that red does not?",
        "The weight for red is above 0, those for green and blue below 0. Try it on yellow, which "
        "is as much red as green.",
        "Yellow gets (weight for red) + (weight for green). For that to be 0 or less, the green "
        "has to take away as much as the red gives; likewise the blue.",
    ),
)


def leaves_and_finds(weights) -> str:
    return finds_each_red(weights) or leaves_the_others(weights)
