"""Exercise gradient_check, lesson 08: blames held against slopes that were found by nudging."""

import numpy as np

from ...gradcheck import numeric_gradient
from ..core import Mistake
from ..functions import FunctionExercise


def gradient_check(f, x, dx):
    """How far, at most, the blames dx are from the slopes of f at x.   x, dx: one shape"""
    h, furthest = 0.00001, 0.0
    for place in np.ndindex(x.shape):
        up, down = np.array(x), np.array(x)
        up[place] += h
        down[place] -= h
        slope = (f(up) - f(down)) / (2 * h)
        furthest = max(furthest, abs(slope - dx[place]))
    return furthest


def right(f, x, dx):
    return np.abs(numeric_gradient(f, x) - dx).max()


def squares(x):
    """the sum of x · x"""
    return float((x * x).sum())


def cubes(x):
    """the sum of 10 · x · x · x"""
    return float((10 * x * x * x).sum())


def ends(x):
    """the first number times the last one"""
    return float(x.flat[0] * x.flat[-1])


def sines(x):
    """the sum of sin(x), each times its number from 1 on"""
    return float((np.sin(x) * np.arange(1, x.size + 1).reshape(x.shape)).sum())


def nudged_up(f, x, h):
    """The slopes by nudges in one direction."""
    found = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        moved = x.copy()
        moved[place] += h
        found[place] = (f(moved) - f(x)) / h
    return found


def nudges_stay(f, x, dx, h=0.00001):
    up, down, furthest = x.copy(), x.copy(), 0.0
    for place in np.ndindex(x.shape):
        up[place] += h
        down[place] -= h
        furthest = max(furthest, abs((f(up) - f(down)) / (2 * h) - dx[place]))
    return furthest


def of_differences(summary):
    return lambda f, x, dx: summary(numeric_gradient(f, x) - dx)


def all_at_once(f, x, dx, h=0.00001):
    slope = (f(x + h) - f(x - h)) / (2 * h)
    return float(np.abs(slope - dx).max())


X = np.array([1.0, -2.0, 0.5])
GRID = np.array([[0.3, -1.2, 2.0], [1.5, 0.7, -0.4]])
BOX = np.random.default_rng(88).normal(size=(2, 3, 2))
EXERCISE = FunctionExercise(
    name="gradient_check",
    asks="should return one number: the largest difference, without its sign, between a blame in "
    "dx and the slope of f at x that nudging finds.",
    solution=gradient_check,
    reference=right,
    cases={
        "one number, right": (squares, np.array([3.0]), np.array([6.0])),
        "one number, wrong": (squares, np.array([3.0]), np.array([3.0])),
        "three numbers, right": (squares, X, 2 * X),
        "the first is too small": (squares, X, 2 * X - [0.5, 0, 0]),
        "the last is too large": (squares, X, 2 * X + [0, 0.1, 4.5]),
        "the middle one differs most": (squares, X, 2 * X + [0.3, -0.7, 0.2]),
        "the differences cancel": (squares, X, 2 * X + [2.0, -1.0, -1.0]),
        "a slope that changes fast": (cubes, X * 2, 30 * X * X * 4),
        "a use is forgotten": (ends, np.array([1.5]), np.array([1.5])),
        "a grid": (sines, GRID, np.cos(GRID)),
        "more axes": (sines, BOX, np.cos(BOX) * np.arange(12).reshape(BOX.shape)),
        "far off": (cubes, GRID, -90 * GRID * GRID),
    },
    mistakes=[
        Mistake(
            "nudged in one direction only",
            "it is less exact: nudge up and down, and divide by 2 * h.",
            [
                lambda f, x, dx, h=h, sign=sign: np.abs(nudged_up(f, x, sign * h) - dx).max()
                for h in (1e-3, 1e-4, 1e-5)
                for sign in (1, -1)
            ],
        ),
        Mistake(
            "divided by h",
            "up and down lie 2 * h apart, so divide by 2 * h.",
            lambda f, x, dx: np.abs(2 * numeric_gradient(f, x) - dx).max(),
        ),
        Mistake(
            "not divided",
            "what the nudge changes is no slope yet: divide it by (2 * h), in brackets, since "
            "/ 2 * h divides by 2 and multiplies by h.",
            lambda f, x, dx: np.abs(2e-5 * numeric_gradient(f, x) - dx).max(),
        ),
        Mistake(
            "up too far by half",
            "one end is nudged and the other is not, but the difference is divided by 2 * h.",
            [
                lambda f, x, dx: np.abs(nudged_up(f, x, 1e-5) / 2 - dx).max(),
                lambda f, x, dx: np.abs(nudged_up(f, x, -1e-5) / 2 - dx).max(),
            ],
        ),
        Mistake(
            "the sign is kept",
            "a blame that is too large is as wrong as one that is too small: take abs of each "
            "difference before you look for the largest.",
            [
                of_differences(np.max),
                of_differences(lambda d: -np.min(d)),
                of_differences(lambda d: abs(np.max(d))),
                of_differences(lambda d: max(0.0, np.max(d))),
                of_differences(lambda d: max(0.0, -np.min(d))),
            ],
        ),
        Mistake(
            "signs taken off too early",
            "a slope of 3 and a blame of -3 are 6 apart: take the difference first, then abs.",
            lambda f, x, dx: np.abs(np.abs(numeric_gradient(f, x)) - np.abs(dx)).max(),
        ),
        Mistake(
            "signs taken off too early",
            "a slope of 3 and a blame of -3 are 6 apart: take the difference first, then abs.",
            lambda f, x, dx: max(0.0, (np.abs(numeric_gradient(f, x)) - np.abs(dx)).max()),
        ),
        Mistake(
            "divided by the blame",
            "how large it is in proportion is another question, and no answer where a blame is 0. "
            "The difference itself is asked for.",
            lambda f, x, dx: (np.abs(numeric_gradient(f, x) - dx) / np.abs(dx)).max(),
        ),
        Mistake(
            "a step too large",
            "between two places that far apart the slope itself changes: h = 0.00001.",
            [
                lambda f, x, dx, h=h: np.abs(numeric_gradient(f, x, h) - dx).max()
                for h in (1.0, 0.1, 0.01, 0.001)
            ],
        ),
        Mistake(
            "a nudge that stays",
            "each number keeps its nudge while the next ones are nudged. Copy x anew for each.",
            nudges_stay,
        ),
        Mistake(
            "added up",
            "differences above and below 0 cancel in a sum, and many small ones look like a large "
            "one. Ask for the largest.",
            [
                of_differences(np.sum),
                of_differences(lambda d: abs(np.sum(d))),
                of_differences(lambda d: np.abs(d).sum()),
            ],
        ),
        Mistake(
            "the mean difference",
            "one wrong blame among many right ones hardly shows in a mean. Ask for the largest.",
            [
                of_differences(np.mean),
                of_differences(lambda d: abs(np.mean(d))),
                of_differences(lambda d: np.abs(d).mean()),
            ],
        ),
        Mistake(
            "all numbers nudged at once",
            "nudge one number at a time: x + h moves all of them, and the effects get mixed.",
            all_at_once,
        ),
        Mistake(
            "only the last number",
            "what was found for one number is written over by the next. Keep the largest.",
            of_differences(lambda d: abs(d.ravel()[-1])),
        ),
        Mistake(
            "only the first number",
            "the loop ends after the first number. How far is the return indented?",
            of_differences(lambda d: abs(d.ravel()[0])),
        ),
        Mistake(
            "every difference",
            "these are all the differences. One number is asked for: the largest.",
            [
                *(of_differences(np.abs), of_differences(lambda d: d)),
                *(of_differences(lambda d: -d), of_differences(lambda d: d == 0)),
            ],
        ),
        Mistake(
            "the largest of each",
            "the largest slope is compared with the largest blame, but they may belong to "
            "different numbers. Compare each slope with its own blame.",
            lambda f, x, dx: abs(numeric_gradient(f, x).max() - dx.max()),
        ),
        Mistake(
            "the slopes alone",
            "these are the slopes. Hold them against dx.",
            [
                lambda f, x, dx: numeric_gradient(f, x),
                lambda f, x, dx: np.abs(numeric_gradient(f, x)).max(),
            ],
        ),
        Mistake(
            "the smallest difference",
            "one right blame says nothing about the others. Ask for the largest difference.",
            [of_differences(lambda d: np.abs(d).min()), lambda f, x, dx: 0.0],
        ),
    ],
    hints=(
        "Take one number of x alone. How do you find its slope by nudging, and what do you compare "
        "it with?",
        "A loop over all places, `for place in np.ndindex(x.shape):`. In it make two copies of x, "
        "nudge one up and one down at this place, and call f with both.",
        "`slope = (f(up) - f(down)) / (2 * h)` with `h = 0.00001`; before the loop `furthest = 0`, "
        "in it `furthest = max(furthest, abs(slope - dx[place]))`.",
    ),
)
