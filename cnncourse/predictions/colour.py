"""What the lesson asks before it tells."""

import numpy as np

from .. import layers, single
from .core import Prediction

WINDOW = np.stack([[[1, 0], [2, 1]], [[0, 3], [1, 0]], [[2, 2], [0, 1]]], axis=2)
KERNEL = np.stack([[[1, 0], [0, 1]], [[0, -1], [-1, 0]], [[1, 1], [0, 2]]], axis=2)
PATCHES = {"white": (1, 1, 1), "yellow": (1, 1, 0), "magenta": (1, 0, 1), "green": (0, 1, 0)}
RED_AGAINST_GREEN = np.array([0.1, -0.1, 0])  # in the lab: this weight everywhere in a slice


def numbers_out() -> int:
    rng = np.random.default_rng(0)
    return single.correlate(rng.random((6, 6, 3)), rng.random((3, 3, 3))).size


def weights_of_four() -> int:
    layer = layers.Conv2D(50, 4, 3, rng=np.random.default_rng(0))
    return layer.params["w"].size


def best_patch() -> str:
    """The colour with the largest answer: nine pixels of it are one window."""
    return max(PATCHES, key=lambda name: 9 * (PATCHES[name] * RED_AGAINST_GREEN).sum())


PREDICTIONS = [
    Prediction(
        name="numbers_out",
        question="Numbers that come out:",
        answer=numbers_out,
        wrong={
            48: "The answers of the three slices are added up: there is one map, not three.",
            36: "Without padding, the window fits in fewer places.",
            108: "That is how many numbers go in.",
            27: "That is how many weights the kernel has.",
            4: "That is the side of the map: it has 4 rows and 4 columns.",
            1: "One map comes out, but it has a number for each place of the window.",
        },
        because="The window fits in 4 × 4 places, and each place gives one sum over all three "
        "channels.",
    ),
    Prediction(
        name="deep_window",
        question="The one number that comes out:",
        answer=lambda: int((WINDOW * KERNEL).sum()),
        wrong={
            12: "Two weights of the green slice are below zero.",
            2: "That is the red slice alone.",
            -4: "That is the green slice alone.",
            6: "That is the blue slice alone.",
            -2: "The blue slice answers as well.",
            8: "The red and the blue slice make 8. The green one takes something away.",
        },
        because="Red 1 + 1 = 2, green −3 − 1 = −4, blue 2 + 2 + 2 = 6; together 4.",
    ),
    Prediction(
        name="weights_of_four",
        question="Weights of the four kernels together:",
        answer=weights_of_four,
        wrong={
            36: "Each kernel has a slice for each of the 50 channels.",
            450: "That is one kernel.",
            200: "Each slice has 3 by 3 weights.",
            600: "A slice of 3 by 3 has nine weights.",
        },
        because="3 × 3 weights in a slice, 50 slices in a kernel, 4 kernels.",
    ),
    Prediction(
        name="best_patch",
        question='With the kernel "red against green", the largest answer comes from:',
        choices=tuple(PATCHES),
        answer=best_patch,
        wrong={
            "white": "White holds as much green as red: the two cancel.",
            "yellow": "Yellow is red and green together: the two cancel.",
            "green": "Green counts against.",
        },
        because="Magenta is red and blue. The blue slice is all zeros, so only the red counts.",
    ),
]
