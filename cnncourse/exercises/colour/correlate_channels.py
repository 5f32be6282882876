"""Exercise correlate_channels, lesson 03: one kernel over an image with channels."""

import numpy as np

from ... import reference
from ..core import Mistake
from ..functions import FunctionExercise

# Drawn at random, so that nothing is symmetrical and no mistake fits by luck.
RNG = np.random.default_rng(3)


def drawn(*shape):
    """Small whole numbers, none of them zero."""
    return RNG.integers(1, 9, shape).astype(float) * RNG.choice([-1, 1], shape)


def correlate_channels(image, kernel):
    """Slide a kernel that is as deep as the image over it; return one map."""
    kh, kw, _ = kernel.shape
    oh = image.shape[0] - kh + 1
    ow = image.shape[1] - kw + 1
    output = np.zeros((oh, ow))
    for row in range(oh):
        for column in range(ow):
            window = image[row : row + kh, column : column + kw]
            output[row, column] = (window * kernel).sum()
    return output


def by_channel(image, kernel):
    """The answer of each slice on its own.   -> (oh, ow, c)"""
    slices = [reference.correlate2d(image[:, :, c], kernel[:, :, c]) for c in range(image.shape[2])]
    return np.stack(slices, axis=2)


def right(image, kernel):
    return reference.conv2d(image[None], kernel[..., None], np.zeros(1))[0, :, :, 0]


def one_slice(image, kernel):
    return by_channel(image, np.repeat(kernel[:, :, :1], kernel.shape[2], axis=2)).sum(axis=2)


EXERCISE = FunctionExercise(
    name="correlate_channels",
    lesson="03_colour",
    asks="should return one map, an array of shape (rows, columns): at each place the sum over "
    "rows, columns and channels of the window times the kernel.",
    solution=correlate_channels,
    reference=right,
    cases={
        "one pixel with three channels": (drawn(1, 1, 3), drawn(1, 1, 3)),
        "one channel": (drawn(3, 3, 1), drawn(2, 2, 1)),
        "two channels": (drawn(3, 3, 2), drawn(2, 2, 2)),
        "three channels": (drawn(4, 5, 3), drawn(3, 3, 3)),
        "a kernel that is not square": (drawn(5, 4, 3), drawn(1, 3, 3)),
        "seven channels": (drawn(4, 4, 7), drawn(2, 3, 7)),
    },
    mistakes=[
        Mistake(
            "channels not added up",
            "there is a map for each channel. One kernel makes one map: add up over the "
            "channels, too.",
            [
                lambda image, kernel: by_channel(image, kernel),
                lambda image, kernel: np.moveaxis(by_channel(image, kernel), 2, 0),
            ],
        ),
        Mistake(
            "averaged over the channels",
            "it is divided by the number of channels. The products are added up, nothing else.",
            lambda image, kernel: by_channel(image, kernel).mean(axis=2),
        ),
        Mistake(
            "only the first channel",
            "channel 0 alone is looked at. Where do the others come in?",
            lambda image, kernel: by_channel(image, kernel)[:, :, 0],
        ),
        Mistake(
            "only the last channel",
            "each channel overwrites the one before. Does the sum go on over all channels?",
            lambda image, kernel: by_channel(image, kernel)[:, :, -1],
        ),
        Mistake(
            "always three channels",
            "it takes the first three channels, however many there are.",
            lambda image, kernel: by_channel(image, kernel)[:, :, :3].sum(axis=2),
        ),
        Mistake(
            "one slice for all channels",
            "every channel meets slice 0 of the kernel. Each channel has a slice of its own.",
            one_slice,
        ),
        Mistake(
            "channels added up before they meet the kernel",
            "the picture is made grey first. Multiply each channel by its own slice, then add.",
            lambda image, kernel: reference.correlate2d(image.sum(axis=2), kernel.sum(axis=2)),
        ),
        Mistake(
            "flipped kernel",
            "the kernel is turned by half a circle. Networks lay it down as it stands.",
            lambda image, kernel: right(image, kernel[::-1, ::-1]),
        ),
        Mistake(
            "channels in reverse",
            "the slices meet the channels in the opposite order: the red slice the blue channel.",
            lambda image, kernel: right(image, kernel[:, :, ::-1]),
        ),
        Mistake(
            "an axis too many",
            "the numbers are right, but your array has a third axis of size 1.",
            [
                lambda image, kernel: right(image, kernel)[:, :, None],
                lambda image, kernel: right(image, kernel)[None],
            ],
        ),
        Mistake(
            "rows and columns swapped",
            "the numbers are right, but rows lie where columns should.",
            lambda image, kernel: right(image, kernel).T,
        ),
    ],
    hints=(
        "It is correlate2d of lesson 01 with a deeper window. How many sums does each place get?",
        "`image[row : row + kh, column : column + kw]` has all channels: its shape is "
        "`kernel.shape`. The output has rows and columns only.",
        "`(window * kernel).sum()` multiplies number by number and adds up over all three axes.",
    ),
)
