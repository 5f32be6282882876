"""What the lesson asks before it tells."""

import numpy as np

from .. import data, ops
from ..kernels import black_and_white_windows
from .core import Prediction

LETTER = np.array([
    [0, 0, 0, 0, 0, 0, 0],
    [0, 9, 9, 9, 9, 9, 0],
    [0, 0, 0, 0, 9, 0, 0],
    [0, 0, 0, 9, 0, 0, 0],
    [0, 0, 9, 0, 0, 0, 0],
    [0, 9, 9, 9, 9, 9, 0],
    [0, 0, 0, 0, 0, 0, 0],
])  # fmt: skip
KERNEL = np.array([[-1, -1, -1], [2, 2, 2], [-1, -1, -1]])

# In the output of a kernel with one row of three weights, made of the photograph "camera".
SPOTS = {
    "plain sky": np.s_[60:70, 300:310],
    "upright edge": np.s_[142:152, 320:328],
    "level edge": np.s_[174:184, 288:298],
}


def best_windows() -> int:
    """How many of the windows of black (0) and white (1) pixels give the largest answer."""
    answers = [(window * KERNEL).sum() for window in black_and_white_windows()]
    return answers.count(max(answers))


def farthest_from_zero() -> str:
    """Where in the photograph "right minus left" is farthest from 0, on average."""
    output = ops.correlate2d(data.photograph("camera"), np.array([[-1, 0, 1]]))
    return max(SPOTS, key=lambda spot: np.abs(output[SPOTS[spot]]).mean())


PREDICTIONS = [
    Prediction(
        name="next_window",
        question="The sum of the window in row 1, column 1:",
        answer=lambda: (LETTER[1:4, 1:4] * KERNEL).sum(),
        wrong={
            54: "That was the window before. Now the white row lies under the weights of −1.",
            -27: "There is one more white pixel in this window, in its lowest row.",
            -9: "The upper row holds three white pixels.",
            36: "The weights on the white pixels are below zero.",
        },
        because="Four white pixels, 9 each, lie under weights of −1; under the 2s all is black.",
    ),
    Prediction(
        name="places",
        question="The output has rows × columns:",
        answer=lambda: ops.correlate2d(LETTER, KERNEL).shape,
        wrong={
            (7, 7): "In column 6 the window would hang over the edge.",
            (6, 6): "From column 5 on, the window would hang over the edge.",
            (4, 4): "Column 0 counts as well.",
            (2, 2): "The windows may overlap: each step is one pixel.",
            (3, 3): "That is the kernel itself.",
        },
        because="The window can begin in columns 0 to 4, and likewise in rows 0 to 4.",
    ),
    Prediction(
        name="best_windows",
        question="Windows with the largest answer:",
        answer=best_windows,
        wrong={
            8: "Under the 2s, a black pixel adds less than a white one: those three are not free.",
            3: "White under the 2s is right. And the pixels under the −1s?",
            64: "Under the −1s it does matter: a white pixel there takes something away.",
            512: "They do differ: try an all-black window.",
        },
        because="White under each 2, black under each −1: that fixes all nine pixels.",
    ),
    Prediction(
        name="farthest_from_zero",
        question="Right neighbour minus left neighbour is farthest from 0, above or below, on a:",
        answer=farthest_from_zero,
        choices=tuple(SPOTS),
        wrong={
            "plain sky": "There, the neighbours on both sides are about equally bright.",
            "level edge": "The neighbours on the right and on the left lie on the same side of it.",
        },
        because="Across an upright edge one neighbour is bright and the other dark.",
    ),
]
