"""Exercise relu_back: blame passes where a number passed."""

import numpy as np

from ... import reference
from ..core import Mistake
from ..functions import FunctionExercise

RNG = np.random.default_rng(81)


def relu_back(dy, x):
    """The blame of each number that ReLU got.   dy, x: one shape"""
    return np.where(x > 0, dy, 0)


DY = np.array([[2.0, -3.0, 0.5], [-1.5, 4.0, -0.25]])
X = np.array([[1.5, -2.0, 3.0], [0.75, -0.5, -4.0]])

EXERCISE = FunctionExercise(
    name="relu_back",
    asks="should return the blame dx of each number of x: that of its output where x is above 0, "
    "and 0 elsewhere.",
    solution=relu_back,
    reference=reference.relu_back,
    cases={
        "two numbers": (np.array([3.0, 5.0]), np.array([2.0, -1.0])),
        "two rows": (DY, X),
        "columns": (DY.T, X.T),
        "far from zero": (1000 * RNG.normal(size=(3, 4)), 1000 * RNG.normal(size=(3, 4))),
        "close to zero": (RNG.normal(size=(5, 2)) / 100, RNG.normal(size=(5, 2)) / 100),
        "maps": (RNG.normal(size=(2, 4, 3, 2)), RNG.normal(size=(2, 4, 3, 2))),
    },
    mistakes=[
        Mistake(
            "ReLU of the blame",
            "blame may well be below zero. Whether it passes is decided by x.",
            [lambda dy, x: np.maximum(dy, 0), lambda dy, x: np.where(dy > 0, dy, 0)],
        ),
        Mistake(
            "ReLU of x once more",
            "this is what ReLU gives on the way forward. On the way back, dy passes.",
            lambda dy, x: np.maximum(x, 0),
        ),
        Mistake(
            "all blame passes",
            "where ReLU gave 0, a little more of x would have changed nothing: no blame there.",
            lambda dy, x: dy,
        ),
        Mistake(
            "only the slope",
            "1 where it passes, 0 where not: that is the slope of ReLU. Multiply the blame by it.",
            lambda dy, x: (x > 0).astype(float),
        ),
        Mistake(
            "the other way round",
            "blame passes where x is below 0. There ReLU gave 0, whatever x was.",
            lambda dy, x: np.where(x < 0, dy, 0),
        ),
        Mistake(
            "times x",
            "the blame is multiplied by what passed. The slope of ReLU is 1 there, however large x "
            "is.",
            [lambda dy, x: dy * np.maximum(x, 0), lambda dy, x: dy * x],
        ),
        Mistake(
            "the sign of x",
            "below 0 the sign of the blame is reversed. There it should be 0.",
            lambda dy, x: dy * np.sign(x),
        ),
        Mistake(
            "only those that pass",
            "what gets no blame is left out. It belongs into dx as 0: dx has the shape of x.",
            lambda dy, x: dy[x > 0],
        ),
        Mistake(
            "ReLU of the product",
            "the sign of dy has a say in what passes. Only x should.",
            [
                lambda dy, x: np.where(dy * x > 0, dy, 0),
                lambda dy, x: np.where((x > 0) & (dy > 0), dy, 0),
                lambda dy, x: np.maximum(dy * x, 0),
            ],
        ),
    ],
    hints=(
        "Nudge a number above 0: what happens to the output? And a number below 0?",
        "`x > 0` is true where ReLU let a number pass. There the blame passes as it is.",
        "`np.where(x > 0, ..., 0)` takes the one where the condition is true, else 0.",
    ),
)
