"""Exercise avg_pool2d: the mean of each window, channel by channel."""

import numpy as np

from ... import reference
from ..core import Mistake
from ..functions import FunctionExercise
from .slips import returned_too_soon, smaller

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


def without_the_stride(x, k):
    """Windows that begin at row and column, not at multiples of k."""
    y = np.zeros_like(right(x, k))
    for row, column in np.ndindex(y.shape[:2]):
        y[row, column] = x[row : row + k, column : column + k].mean(axis=(0, 1))
    return y


def windows_of_two(step):
    """Windows of 2 by 2, whatever k is, every `step(k)` pixels."""

    def pool(x, k):
        y = np.zeros_like(right(x, k))
        for row, column in np.ndindex(y.shape[:2]):
            top, left = row * step(k), column * step(k)
            y[row, column] = x[top : top + 2, left : left + 2].mean(axis=(0, 1))
        return y

    return pool


def ends_too_early(x, k):
    """row * k : row + k, which is too small or empty from the second window on."""
    y = np.zeros_like(right(x, k))
    for row, column in np.ndindex(y.shape[:2]):
        window = x[row * k : row + k, column * k : column + k]
        y[row, column] = window.mean(axis=(0, 1))
    return y


def summed_to_k_squared(x, k):
    """The same with a sum, divided by k * k in any case."""
    y = np.zeros_like(right(x, k))
    for row, column in np.ndindex(y.shape[:2]):
        window = x[row * k : row + k, column * k : column + k]
        y[row, column] = window.sum(axis=(0, 1)) / (k * k)
    return y


def never_reset(*axes):
    """The total carried on: through the channels of a window, or through all windows as well."""

    def pool(x, k):
        y = right(x, k)
        if axes == (0, 1):  # each channel by itself
            return np.cumsum(y.reshape(-1, y.shape[2]), axis=0).reshape(y.shape)
        return np.cumsum(y, axis=2) if axes == (2,) else np.cumsum(y).reshape(y.shape)

    return pool


def three_channels(x, k):
    """The first three channels, zeros in the others."""
    y = np.zeros_like(right(x, k))
    for channel in range(3):
        y[:, :, channel] = right(x[:, :, [channel]], k)[:, :, 0]
    return y


def with_the_rest(x, k):
    """Also the mean of what is left over at the end."""
    rows, columns = -(-x.shape[0] // k), -(-x.shape[1] // k)
    y = np.zeros((rows, columns, x.shape[2]))
    for row, column in np.ndindex(rows, columns):
        y[row, column] = x[row * k : row * k + k, column * k : column * k + k].mean(axis=(0, 1))
    return y


def ends_at_k(x, k):
    """row * k : k, which is empty from the second window on."""
    y = np.zeros_like(right(x, k))
    for row, column in np.ndindex(y.shape[:2]):
        y[row, column] = x[row * k : k, column * k : k].mean(axis=(0, 1))
    return y


def along(axis):
    """The mean along one axis of the window, which leaves too many numbers for a place."""

    def pool(x, k):
        y = np.zeros_like(right(x, k))
        for row, column in np.ndindex(y.shape[:2]):
            window = x[row * k : row * k + k, column * k : column * k + k]
            y[row, column] = window.mean(axis=axis)
        return y

    return pool


EXERCISE = FunctionExercise(
    name="avg_pool2d",
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
        "fractions, five channels": (drawn(5, 4, 5) / 7, 2),
        "many windows": (RNG.random((11, 13, 2)) - 0.5, 2),
        "windows of 4": (RNG.random((13, 8, 4)) - 0.5, 4),
        "large and small numbers": (
            drawn(6, 10, 3) * np.array([1000.0, 1, 0.001]) + np.array([0, 0, 0.01]),
            2,
        ),
    },
    mistakes=[
        Mistake(
            "the k is not in the window",
            "the window of y[row, column] does not begin at row and column of x, but at row * k "
            "and column * k.",
            without_the_stride,
        ),
        Mistake(
            "windows of 2 built in",
            "k says how many rows and columns a window has. It is not always 2.",
            [windows_of_two(lambda k: k), windows_of_two(lambda k: 2)],
        ),
        Mistake(
            "the window ends too early",
            "it begins at row * k, so it ends at row * k + k.",
            [ends_too_early, summed_to_k_squared, ends_at_k],
        ),
        Mistake(
            "divided by 4, or by 9",
            "a window of k by k holds k * k numbers. That is 4 with k = 2 only.",
            [
                lambda x, k: right(x, k) * k * k / 4,
                lambda x, k: right(x, k) * k * k / 9,
            ],
        ),
        Mistake(
            "the total is not set back to 0",
            "each mean holds the windows before it as well. Where does the total become 0 again?",
            [never_reset(0, 1), never_reset(2), never_reset(0, 1, 2)],
        ),
        Mistake(
            "three channels built in",
            "your loop takes three channels. x.shape[2] says how many there are.",
            [three_channels, lambda x, k: right(x[:, :, :3], k)],
        ),
        Mistake(
            "windows that hang over the edge",
            "the last windows are not whole. What is left over at the end is left out.",
            with_the_rest,
        ),
        Mistake(
            "one place too few",
            "a row or a column is missing. So many windows of k fit side by side: rows // k.",
            smaller(right),
        ),
        *returned_too_soon(right, "window"),
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
            "the means have lost their decimals. // rounds down, / does not; and an array made "
            "with dtype=int holds whole numbers only.",
            [
                lambda x, k: np.floor(right(x, k)),
                lambda x, k: np.trunc(right(x, k)),
                lambda x, k: np.round(right(x, k)),
            ],
        ),
        Mistake(
            "rows and columns swapped",
            "the numbers are right, but rows lie where columns should.",
            lambda x, k: right(x, k).transpose(1, 0, 2),
        ),
        Mistake(
            "the mean along one axis",
            "a window has rows, columns and maps. The mean runs over the first two, axis=(0, 1), "
            "and leaves the maps apart.",
            [along(0), along(1), along(2)],
        ),
        Mistake(
            "the same map everywhere",
            "all maps are alike. In a loop over the maps, number m goes from x[..., m] to "
            "y[row, column, m].",
            [
                lambda x, k: np.repeat(right(x, k)[:, :, :1], x.shape[2], axis=2),
                lambda x, k: np.repeat(right(x, k)[:, :, -1:], x.shape[2], axis=2),
            ],
        ),
        Mistake(
            "the mean of the whole map",
            "each window has a mean of its own.",
            [lambda x, k: x.mean(axis=(0, 1)), lambda x, k: x.mean()],
        ),
        Mistake(
            "the median instead",
            "the median is the number in the middle. The mean is the sum, divided by the count.",
            lambda x, k: np.median(
                x[: x.shape[0] // k * k, : x.shape[1] // k * k].reshape(
                    x.shape[0] // k, k, x.shape[1] // k, k, x.shape[2]
                ),
                axis=(1, 3),
            ),
        ),
    ],
    hints=(
        "Windows side by side: how many whole ones fit into the rows?",
        "`rows // k` of them. The window of [row, column] is "
        "`x[row * k : row * k + k, column * k : column * k + k]`; it has all channels.",
        "`window.mean(axis=(0, 1))` averages over rows and columns and leaves the channels apart.",
    ),
)
