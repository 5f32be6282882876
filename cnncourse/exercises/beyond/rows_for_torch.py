"""Exercise rows_for_torch, lesson 14: the inputs of a dense layer in another order."""

import numpy as np

from ..core import Mistake
from ..functions import FunctionExercise

RNG = np.random.default_rng(41)


def rows_for_torch(w, maps):
    """(h * w * maps, f), pixel after pixel -> the same rows, map after map"""
    pixels = len(w) // maps
    rows = []
    for one_map in range(maps):
        for pixel in range(pixels):
            rows.append(w[pixel * maps + one_map])
    return np.array(rows)


def axes(w, *shape):
    """The rows cut up into `shape`, and the two axes of it swapped."""
    return w.reshape(*shape, w.shape[1]).swapaxes(0, 1).reshape(w.shape)


EXERCISE = FunctionExercise(
    name="rows_for_torch",
    asks="should return the rows of w, (pixels * maps, f), in another order. Now they follow each "
    "other pixel after pixel, each with all its maps. After it they follow map after map, each "
    "with all its pixels.",
    solution=rows_for_torch,
    reference=lambda w, maps: axes(w, -1, maps),
    cases={
        "one pixel: nothing changes": (np.array([[1.0], [2]]), 2),
        "one map: nothing changes": (np.array([[1.0], [2], [3]]), 1),
        "three pixels, two maps": (np.array([[1.0], [10], [2], [20], [3], [30]]), 2),
        "two pixels, three maps": (np.array([[1.0], [10], [100], [2], [20], [200]]), 3),
        "as many pixels as maps": (np.arange(16.0).reshape(4, 4), 2),
        "two labels": (RNG.integers(-9, 10, (6, 2)).astype(float), 3),
        "49 pixels, 3 maps": (RNG.normal(0, 0.1, (147, 4)), 3),
        "large and small": (RNG.normal(size=(20, 5)) * 10.0 ** RNG.integers(-3, 4, (20, 1)), 5),
        "whole numbers": (RNG.integers(-99, 100, (24, 3)), 4),
        "float32": (RNG.normal(size=(32, 10)).astype(np.float32), 8),
    },
    mistakes=[
        Mistake(
            "the way back",
            "this takes rows that follow map after map and puts them pixel after pixel. Here the "
            "pixels are together at first, each with `maps` rows.",
            [lambda w, maps: axes(w, maps, -1)],
        ),
        Mistake(
            "unchanged",
            "the rows are in the order that they had. reshape alone moves nothing: the axes in "
            "between have to change places.",
            [
                lambda w, maps: w,
                lambda w, maps: w.reshape(maps, -1, w.shape[1]).reshape(w.shape),
            ],
        ),
        Mistake(
            "rows in reverse",
            "the last row has come first. The first row stays the first: pixel 0 of map 0.",
            lambda w, maps: w[::-1],
        ),
        Mistake(
            "columns in place of rows",
            "the columns have changed places. They belong to the labels and stay.",
            [lambda w, maps: w[:, ::-1], lambda w, maps: w.T],
        ),
        Mistake(
            "only the first map",
            "the rows of the other maps are missing. How far is the return indented?",
            lambda w, maps: w[::maps],
        ),
        Mistake(
            "only the first pixel",
            "the rows of the first pixel alone. Each map has len(w) // maps pixels.",
            lambda w, maps: w[:maps],
        ),
        Mistake(
            "maps in reverse",
            "the last map comes first. Does the outer loop begin at map 0?",
            lambda w, maps: axes(
                w.reshape(-1, maps, w.shape[1])[:, ::-1].reshape(w.shape), -1, maps
            ),
        ),
        Mistake(
            "still in groups",
            "the rows are in groups, with an axis for the maps and one for the pixels. Lay them in "
            "one column of rows again: .reshape(w.shape).",
            [
                lambda w, maps: w.reshape(-1, maps, w.shape[1]).swapaxes(0, 1),
                lambda w, maps: w.reshape(-1, maps, w.shape[1]),
            ],
        ),
        Mistake(
            "transposed as well",
            "the order of the rows is right, but rows and columns have changed places. (PyTorch "
            "keeps them so, (f, inputs); here only the order of the rows is asked for.)",
            lambda w, maps: axes(w, -1, maps).T,
        ),
    ],
    hints=(
        "Write down the rows for 2 pixels and 3 maps: pixel 0 map 0, pixel 0 map 1, and so on. In "
        "which order are they wanted?",
        "Two loops, the maps outside and the pixels inside. In w, map m of pixel p is row "
        "`p * maps + m`.",
        "Collect `w[pixel * maps + one_map]` in a list, with `one_map` in the outer loop, and "
        "return np.array of it. (Without loops: reshape to (pixels, maps, f), swap the first two "
        "axes, reshape back.)",
    ),
)
