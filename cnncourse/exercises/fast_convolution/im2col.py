"""Exercise im2col, lesson 12: all windows, one in each row of a matrix."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..core import Mistake
from ..functions import FunctionExercise

RNG = np.random.default_rng(121)


def im2col(x, k):
    """All windows of k by k, one a row.   x: (h, w, c)   ->   (places, k * k * c)"""
    h, w = x.shape[:2]
    rows = []
    for row in range(h - k + 1):
        for column in range(w - k + 1):
            rows.append(x[row : row + k, column : column + k].ravel())
    return np.array(rows)


def windows(x, k):
    """(oh, ow, k, k, c)"""
    return sliding_window_view(x, (k, k), axis=(0, 1)).transpose(0, 1, 3, 4, 2)


def right(x, k):
    return windows(x, k).reshape(-1, k * k * x.shape[2])


def in_order(*axes):
    """The mistake of another order of the axes: two of the places, then three of the window."""

    def does(x, k):
        found = windows(x, k)
        places = found.shape[0] * found.shape[1]
        return found.transpose(axes).reshape(places, -1)

    return does


def drawn(h, w, c, k, size=1.0):
    return size * RNG.normal(size=(h, w, c)), k


EXERCISE = FunctionExercise(
    name="im2col",
    asks="should return a matrix of shape (places, k * k * c): the numbers of each window in a "
    "row, in the order of the window.",
    solution=im2col,
    reference=right,
    cases={
        "one window": (np.array([[[1.0], [2.0]], [[3.0], [4.0]]]), 2),
        "one channel": (np.arange(1.0, 10).reshape(3, 3, 1), 2),
        "a row of windows": (np.arange(1.0, 9).reshape(2, 4, 1), 2),
        "two channels": (np.arange(12.0).reshape(2, 3, 2), 2),
        "three by three": drawn(5, 4, 1, 3),
        "more columns than rows": drawn(4, 9, 3, 3),
        "windows of one pixel": drawn(3, 4, 2, 1),
        "small numbers": drawn(7, 6, 4, 4, 0.01),
        "large numbers": drawn(6, 5, 2, 5, 500),
        "whole numbers": (RNG.integers(0, 256, (8, 7, 3)), 3),
    },
    mistakes=[
        Mistake(
            "a window in each column",
            "the matrix lies on its side. Each window belongs in a row, then the kernels stand in "
            "the columns of the other factor.",
            lambda x, k: right(x, k).T,
        ),
        Mistake(
            "column by column",
            "the windows come in the order of the outputs: the first row of places from left to "
            "right, then the second. Which loop is the outer one?",
            [in_order(1, 0, 2, 3, 4), in_order(1, 0, 3, 2, 4)],
        ),
        Mistake(
            "channel after channel",
            "all channels of a pixel stand together, as they lie in x and in the kernels. ravel() "
            "of a window gives that order.",
            [in_order(0, 1, 4, 2, 3), in_order(0, 1, 4, 3, 2)],
        ),
        Mistake(
            "windows turned on their side",
            "a window is read row by row, from left to right.",
            in_order(0, 1, 3, 2, 4),
        ),
        Mistake(
            "windows backwards",
            "each window is read from its end. Nothing is turned round on the way forward.",
            [
                lambda x, k: right(x, k)[:, ::-1],
                lambda x, k: windows(x, k)[:, :, ::-1, ::-1].reshape(-1, k * k * x.shape[2]),
            ],
        ),
        Mistake(
            "windows side by side",
            "windows overlap: the next one begins one pixel further on, not k.",
            lambda x, k: windows(x, k)[::k, ::k].reshape(-1, k * k * x.shape[2]),
        ),
        Mistake(
            "one place too few",
            "the last window ends at the edge. There are h - k + 1 places down, not h - k.",
            [
                lambda x, k: windows(x, k)[:-1, :-1].reshape(-1, k * k * x.shape[2]),
                lambda x, k: np.array(list(windows(x, k)[:-1, :-1].reshape(-1, k * k * len(x.T)))),
            ],
        ),
        Mistake(
            "as many rows as columns",
            "an image need not be square: rows come from the first number of its shape, columns "
            "from the second.",
            [
                lambda x, k: windows(x, k)[:, : len(x) - k + 1].reshape(-1, k * k * x.shape[2]),
                lambda x, k: windows(x, k)[: x.shape[1] - k + 1].reshape(-1, k * k * x.shape[2]),
            ],
        ),
        Mistake(
            "only the first channel",
            "a window goes through all channels: k * k * c numbers.",
            lambda x, k: windows(x, k)[..., 0].reshape(-1, k * k),
        ),
        Mistake(
            "channels added up",
            "im2col only lays numbers out. To multiply and add is left to the matrix product.",
            lambda x, k: windows(x, k).sum(axis=4).reshape(-1, k * k),
        ),
        Mistake(
            "windows not flattened",
            "each window should be one row of numbers. ravel() makes one of it.",
            [windows, lambda x, k: windows(x, k).reshape(-1, k, k, x.shape[2])],
        ),
        Mistake(
            "flattened, but still in rows of places",
            "the places should stand one below the other: (places, k * k * c), not (rows, columns, "
            "k * k * c).",
            lambda x, k: windows(x, k).reshape(*windows(x, k).shape[:2], -1),
        ),
        Mistake(
            "everything in one row",
            "one long row holds all windows. A list of them, made an array, keeps them apart.",
            lambda x, k: right(x, k).ravel(),
        ),
        Mistake(
            "only the first window",
            "the loop ends after the first window. How far is the return indented?",
            [lambda x, k: right(x, k)[0], lambda x, k: right(x, k)[:1]],
        ),
        Mistake(
            "only the first row of places",
            "the loop ends after the first row. How far is the return indented?",
            lambda x, k: windows(x, k)[0].reshape(-1, k * k * x.shape[2]),
        ),
        Mistake(
            "a place for each pixel",
            "slices that hang over the edge are cut short. The last window begins k - 1 pixels "
            "before the edge.",
            lambda x, k: np.array(
                [x[r : r + k, c : c + k].ravel() for r in range(len(x)) for c in range(len(x[0]))]
            ),
        ),
    ],
    hints=(
        "You have cut such windows in lesson 01. Here each is kept as it is, in a row of its own.",
        "Two loops over the places, row by row. `x[row : row + k, column : column + k]` is a "
        "window with all its channels; `.ravel()` lays its numbers in a row.",
        "Begin with `rows = []`, and in the loops `rows.append(window.ravel())`. At the end, "
        "`np.array(rows)`.",
    ),
)
