"""Exercise average_kernel: average pooling is a convolution; with which weights?"""

import numpy as np

from ... import ops
from ..core import Mistake
from ..functions import FunctionExercise


def average_kernel(k, channels):
    """The kernels, (k, k, channels, channels), of a convolution that does average pooling."""
    w = np.zeros((k, k, channels, channels))
    for channel in range(channels):
        w[:, :, channel, channel] = 1 / (k * k)
    return w


def by_pooling(k, channels):
    """The same weights, found by what pooling makes of single bright pixels."""
    ones = np.eye(k * k * channels).reshape(-1, k, k, channels)
    answers = ops.avg_pool2d(ones, k)[0][:, 0, 0]
    return answers.reshape(k, k, channels, channels)


def first_axes(k, channels):
    """The channel picks a weight's row and column, not its channel and filter."""
    w = np.zeros((k, k, channels, channels))
    for channel in range(channels):
        w[channel, channel] = 1 / (k * k)
    return w


def at(place, k):
    """True in one place of a kernel of k by k."""
    return np.arange(k * k).reshape(k, k, 1, 1) == place


def for_channels(count):
    """Filters for so many channels, however many there are."""

    def kernel(k, channels):
        w = np.zeros((k, k, channels, channels))
        for channel in range(count):
            w[:, :, channel, channel] = 1 / (k * k)
        return w

    return kernel


EXERCISE = FunctionExercise(
    name="average_kernel",
    asks="should return weights of shape (k, k, channels, channels): a convolution with them and "
    "a stride of k gives what average pooling with windows of k by k gives.",
    solution=average_kernel,
    reference=by_pooling,
    cases={
        "a window of one": (1, 1),
        "one channel": (2, 1),
        "two channels": (2, 2),
        "three by three": (3, 3),
        "four by four, five channels": (4, 5),
        "one by one, six channels": (1, 6),
        "seven by seven, two channels": (7, 2),
    },
    mistakes=[
        Mistake(
            "a fixed number of weights",
            "1/4 and 1/9 are right for k = 2 and k = 3. A window of k by k holds k * k numbers.",
            [
                lambda k, channels: by_pooling(k, channels) * k * k / 4,
                lambda k, channels: by_pooling(k, channels) * k * k / 9,
            ],
        ),
        Mistake(
            "three channels built in",
            "your loop makes filters for so many channels as a coloured picture has. `channels` "
            "says how many there are.",
            [for_channels(3), lambda k, channels: by_pooling(k, 3)],
        ),
        Mistake(
            "w[channel, channel]",
            "the first two axes of w are rows and columns of the kernel; channels and filters are "
            "the last two: w[:, :, channel, channel] is what you mean.",
            first_axes,
        ),
        Mistake(
            "the last filter only",
            "the weights of all filters but the last are zero. Is the array of zeros made anew in "
            "the loop?",
            lambda k, channels: by_pooling(k, channels) * (np.arange(channels) == channels - 1),
        ),
        Mistake(
            "channels mixed",
            "each output averages over all channels. Filter number c looks at channel c alone; its "
            "other slices are 0.",
            [
                lambda k, channels: np.full((k, k, channels, channels), 1 / (k * k)),
                lambda k, channels: np.full((k, k, channels, channels), 1 / (k * k * channels)),
            ],
        ),
        Mistake(
            "divided by the channels, too",
            "each mean is over k times k numbers of one channel.",
            lambda k, channels: by_pooling(k, channels) / channels,
        ),
        Mistake(
            "a sum instead of a mean",
            "with weights of 1 the numbers are added up. What makes a mean of a sum? (If you wrote "
            "1 / k * k: that divides by k and multiplies by k again. Brackets: 1 / (k * k).)",
            [
                lambda k, channels: by_pooling(k, channels) * k * k,
                lambda k, channels: np.ones((k, k, channels, channels)),
            ],
        ),
        Mistake(
            "divided by k",
            "a window of k by k holds k times k numbers.",
            lambda k, channels: by_pooling(k, channels) * k,
        ),
        Mistake(
            "only the first filter",
            "the weights of the other filters are all zero. Is the return inside the loop?",
            lambda k, channels: by_pooling(k, channels) * (np.arange(channels) == 0),
        ),
        Mistake(
            "one pixel picked",
            "only one weight of a slice is not zero: it looks at one pixel and averages nothing.",
            [
                lambda k, channels: by_pooling(k, channels) * (k * k) * at(0, k),
                lambda k, channels: by_pooling(k, channels) * at(0, k),
                lambda k, channels: by_pooling(k, channels) * at(k * k - 1, k),
            ],
        ),
        Mistake(
            "one filter only",
            "there is a filter for each channel: the last axis has `channels`, too.",
            [
                lambda k, channels: np.full((k, k, channels), 1 / (k * k)),
                lambda k, channels: np.full((k, k, channels, 1), 1 / (k * k)),
                lambda k, channels: np.full((k, k), 1 / (k * k)),
            ],
        ),
        Mistake(
            "all slices in one filter",
            "the first filter averages all channels together, and the others are zero. Filter "
            "number c has its weights in slice c: w[:, :, c, c].",
            lambda k, channels: (
                np.full((k, k, channels, channels), 1 / (k * k)) * (np.arange(channels) == 0)
            ),
        ),
        Mistake(
            "every filter looks at the first channel",
            "each filter averages channel 0. Filter number c has its weights in slice c: "
            "w[:, :, c, c].",
            lambda k, channels: (
                np.full((k, k, channels, channels), 1 / (k * k))
                * (np.arange(channels) == 0)[:, None]
            ),
        ),
        Mistake(
            "multiplied by k * k",
            "the mean divides by the count: a weight of 1 / (k * k), not of k * k.",
            lambda k, channels: by_pooling(k, channels) * (k * k) ** 2,
        ),
        Mistake(
            "channels and filters first",
            "in this course rows and columns come first: (k, k, channels, filters).",
            lambda k, channels: by_pooling(k, channels).transpose(2, 3, 0, 1),
        ),
    ],
    hints=(
        "One channel first: which nine weights make the mean of nine pixels?",
        "Filter number c makes map number c. Which channel does it look at, and what are its "
        "weights for all others?",
        "Begin with `w = np.zeros((k, k, channels, channels))`, and for each channel put "
        "1 / (k * k) into `w[:, :, channel, channel]`.",
    ),
)
