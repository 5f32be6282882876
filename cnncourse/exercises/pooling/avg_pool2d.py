"""Exercise avg_pool2d, lesson 05: the mean of each window, channel by channel."""

import numpy as np

from ... import reference
from ..core import Mistake
from ..functions import FunctionExercise

RNG = np.random.default_rng(6)


def drawn(rows, columns, channels):
    """Different whole numbers above and below zero."""
    n = rows * columns * channels
    return (RNG.permutation(n) - n // 3).astype(float).reshape(rows, columns, channels)


def avg_pool2d(x, k):
    """The mean of each window of k by k, in each channel; windows lie side by side."""
    rows, columns, channels = x.shape
    y = np.zeros((rows // k, columns // k, channels))
    for row in range(rows // k):
        for column in range(columns // k):
            window = x[row * k : row * k + k, column * k : column * k + k]
            y[row, column] = window.mean(axis=(0, 1))
    return y


def right(x, k):
    return reference.avg_pool2d(x[None], k)[0]


EXERCISE = FunctionExercise(
    name="avg_pool2d",
    lesson="05_pooling",
    asks="should return the mean of each window of k by k, for each channel on its own: an array "
    "of shape (rows, columns, channels). The windows lie side by side (the stride is k).",
    solution=avg_pool2d,
    reference=right,
    cases={
        "one window": (drawn(2, 2, 1), 2),
        "one window, two channels": (drawn(2, 2, 2), 2),
        "four windows": (drawn(4, 4, 1), 2),
        "a row and a column to spare": (drawn(5, 5, 2), 2),
        "three by three": (drawn(6, 9, 2), 3),
    },
    mistakes=[
        Mistake(
            "channels averaged, too",
            "the mean runs over the channels as well. Pooling leaves channels apart: mean over "
            "the axes 0 and 1 only.",
            [
                lambda x, k: right(x, k).mean(axis=2),
                lambda x, k: np.repeat(right(x, k).mean(axis=2, keepdims=True), x.shape[2], axis=2),
            ],
        ),
        Mistake(
            "the sum instead",
            "the numbers are added up but not divided.",
            lambda x, k: right(x, k) * k * k,
        ),
        Mistake(
            "divided by k",
            "a window of k by k holds k times k numbers.",
            lambda x, k: right(x, k) * k,
        ),
        Mistake(
            "the largest instead",
            "this is max pooling.",
            lambda x, k: reference.max_pool2d(x[None], k)[0],
        ),
        Mistake(
            "windows one pixel apart",
            "the windows overlap. The next window begins where this one ends.",
            lambda x, k: reference.avg_pool2d(x[None], k, stride=1)[0],
        ),
        Mistake(
            "only the first channel",
            "the other channels are missing or zero.",
            [
                lambda x, k: right(x[:, :, :1], k),
                lambda x, k: right(x, k) * (np.arange(x.shape[2]) == 0),
            ],
        ),
        Mistake(
            "rounded",
            "the means have lost their decimals. // rounds down; / does not.",
            [lambda x, k: np.floor(right(x, k)), lambda x, k: np.trunc(right(x, k))],
        ),
        Mistake(
            "rows and columns swapped",
            "the numbers are right, but rows lie where columns should.",
            lambda x, k: right(x, k).transpose(1, 0, 2),
        ),
    ],
    hints=(
        "Windows side by side: how many whole ones fit into the rows?",
        "`rows // k` of them. The window of [row, column] is "
        "`x[row * k : row * k + k, column * k : column * k + k]`; it has all channels.",
        "`window.mean(axis=(0, 1))` averages over rows and columns and leaves the channels apart.",
    ),
)
