"""Exercise depthwise, lesson 14: a kernel for each map, and the maps stay apart."""

import numpy as np

from ... import single
from ..core import Mistake
from ..functions import FunctionExercise

RNG = np.random.default_rng(16)


def depthwise(x, w):
    """Each map with the kernel of its own.   (h, w, c), (kh, kw, c) -> (oh, ow, c)"""
    height, width, c = x.shape
    kh, kw = w.shape[:2]
    y = np.zeros((height - kh + 1, width - kw + 1, c))
    for row in range(y.shape[0]):
        for column in range(y.shape[1]):
            window = x[row : row + kh, column : column + kw]
            y[row, column] = (window * w).sum(axis=(0, 1))
    return y


def each(one):
    """one(map, kernel, all kernels) for each map, stacked."""

    def maps(x, w):
        return np.stack([one(x[:, :, c], w[:, :, c], w) for c in range(x.shape[2])], axis=2)

    return maps


def added_up(x, w):
    return sum(single.correlate(x[:, :, c], w[:, :, c]) for c in range(x.shape[2]))


def drawn(*sizes, size=1.0):
    height, width, kh, kw, c = sizes
    return RNG.normal(0, size, (height, width, c)), RNG.normal(0, size, (kh, kw, c))


EXERCISE = FunctionExercise(
    name="depthwise",
    asks="should return maps (oh, ow, c): each map of x, (h, w, c), met by the kernel of its own, "
    "w[:, :, map] of w, (kh, kw, c), with stride 1 and without padding. Nothing is added up over "
    "the maps.",
    solution=depthwise,
    reference=each(lambda x, w, _: single.correlate(x * 1.0, w * 1.0)),
    cases={
        "one window, two maps": (
            np.array([[[1.0, 10], [2, 20]]]),
            np.array([[[1.0, 2], [3, 0]]]),
        ),
        "two windows": (np.array([[[1.0, 5], [2, 6], [4, 7]]]), np.array([[[1.0, 0], [-1, 2]]])),
        "one map": drawn(4, 3, 2, 2, 1),
        "kernels of one weight": drawn(2, 3, 1, 1, 3),
        "no square": drawn(6, 5, 2, 3, 2),
        "as many maps as rows": drawn(4, 4, 3, 3, 4),
        "kernels as large as the image": drawn(3, 4, 3, 4, 2),
        "large": drawn(7, 8, 3, 2, 3, size=100),
        "small": drawn(5, 6, 2, 4, 5, size=0.03),
        "whole numbers": (RNG.integers(0, 256, (5, 4, 3)), RNG.integers(-4, 5, (3, 2, 3))),
        "fractions times whole numbers": (RNG.random((4, 6, 2)), RNG.integers(-4, 5, (2, 3, 2))),
        "wide kernels": drawn(9, 11, 4, 7, 2),
    },
    mistakes=[
        Mistake(
            "added up over the maps",
            "the maps are added up to one, as an ordinary kernel does. Here each map keeps a "
            "result of its own: sum over rows and columns only, axis=(0, 1).",
            [
                added_up,
                lambda x, w: added_up(x, w)[:, :, None],
                lambda x, w: np.repeat(added_up(x, w)[:, :, None], x.shape[2], axis=2),
            ],
        ),
        Mistake(
            "the first kernel for all",
            "all maps are met by the first kernel. Each has its own: w[:, :, map].",
            each(lambda x, w, all_w: single.correlate(x, all_w[:, :, 0])),
        ),
        Mistake(
            "the kernels added up",
            "each map meets the sum of all kernels. Each has its own: w[:, :, map].",
            each(lambda x, w, all_w: single.correlate(x, all_w.sum(axis=2))),
        ),
        Mistake(
            "kernels rotated",
            "the kernels are rotated by 180 degrees. The window and the kernel are multiplied as "
            "they are.",
            each(lambda x, w, _: single.correlate(x, w[::-1, ::-1])),
        ),
        Mistake(
            "padded",
            "zeros were put around the maps. Without padding there are h - kh + 1 rows and w - kw "
            "+ 1 columns.",
            each(lambda x, w, _: single.correlate(x, w, pad="same")),
        ),
        Mistake(
            "the mean in place of the sum",
            "each number is the mean of the products. Asked is their sum.",
            each(lambda x, w, _: single.correlate(x, w) / w.size),
        ),
        Mistake(
            "a row and a column short",
            "the last row and the last column of places are missing: range(h - kh + 1) goes up to "
            "h - kh.",
            each(lambda x, w, _: single.correlate(x, w)[:-1, :-1]),
        ),
        Mistake(
            "maps first",
            "the maps are on the first axis. They belong on the last: (oh, ow, c).",
            lambda x, w: np.stack(
                [single.correlate(x[:, :, c], w[:, :, c]) for c in range(x.shape[2])]
            ),
        ),
        Mistake(
            "pixel times weight alone",
            "the window is not summed over its columns: sum over both axes, rows and columns.",
            lambda x, w: each(lambda x, w, _: single.correlate(x, w[:, :1]))(x, w)[
                :, : x.shape[1] - w.shape[1] + 1
            ],
        ),
        Mistake(
            "ReLU as well",
            "numbers below zero are cut off. There is no ReLU here.",
            each(lambda x, w, _: np.maximum(single.correlate(x, w), 0)),
        ),
    ],
    hints=(
        "Take one map and its kernel, x[:, :, 0] and w[:, :, 0]: that is lesson 01. Then do the "
        "same for each map.",
        "Or take a window of all maps at once: `x[row : row + kh, column : column + kw]` has the "
        "shape of w. What should be added up, and what should not?",
        "`(window * w).sum(axis=(0, 1))` is a number for each map; it fits into `y[row, column]` "
        "of an array (oh, ow, c).",
    ),
)
