"""What lesson 01 asks before it tells."""

from itertools import product

import numpy as np

from .. import ops
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


def best_windows() -> int:
    """How many of the windows of black (0) and white (1) pixels give the largest answer."""
    windows = np.array(list(product([0, 1], repeat=9)))
    answers = windows @ KERNEL.ravel()
    return (answers == answers.max()).sum()


PREDICTIONS = [
    Prediction(
        name="next_window",
        lesson="01_one_kernel",
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
        lesson="01_one_kernel",
        question="The output has rows × columns:",
        answer=lambda: ops.correlate2d(LETTER, KERNEL).shape,
        wrong={
            (7, 7): "In column 6 the window would hang over the edge.",
            (4, 4): "Column 0 counts as well.",
            (2, 2): "The windows may overlap: each step is one pixel.",
            (3, 3): "That is the kernel itself.",
        },
        because="The window can begin in columns 0 to 4, and likewise in rows 0 to 4.",
    ),
    Prediction(
        name="best_windows",
        lesson="01_one_kernel",
        question="Windows with the largest answer:",
        answer=best_windows,
        wrong={
            3: "White under the 2s is right. And the pixels under the −1s?",
            64: "Under the −1s it does matter: a white pixel there takes something away.",
            512: "They do differ: try an all-black window.",
        },
        because="White under each 2, black under each −1: that fixes all nine pixels.",
    ),
]
