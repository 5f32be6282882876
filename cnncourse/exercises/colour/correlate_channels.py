"""Exercise correlate_channels: what each slice answers, and the one map of a kernel."""

import numpy as np

from ... import reference
from ..core import Mistake
from ..functions import FunctionExercise

# Drawn at random, so that nothing is symmetrical and no mistake fits by luck.
RNG = np.random.default_rng(3)


def drawn(*shape):
    """Small whole numbers, none of them zero."""
    return RNG.integers(1, 9, shape).astype(float) * RNG.choice([-1, 1], shape)


def fractions(*shape, size=1.0):
    """Numbers above and below zero, of about this size."""
    return np.round(RNG.normal(size=shape), 3) * size


WHOLE = RNG.integers(1, 9, (6, 7, 3))


def correlate_channels(image, kernel):
    """Slide a kernel that is as deep as the image; return the slices' answers and their sum."""
    kh, kw, channels = kernel.shape
    oh = image.shape[0] - kh + 1
    ow = image.shape[1] - kw + 1
    slices = np.zeros((oh, ow, channels))
    for row in range(oh):
        for column in range(ow):
            window = image[row : row + kh, column : column + kw]
            slices[row, column] = (window * kernel).sum(axis=(0, 1))
    return slices, slices.sum(axis=2)


def by_channel(image, kernel):
    """The answer of each slice on its own.   -> (oh, ow, c)"""
    slices = [reference.correlate2d(image[:, :, c], kernel[:, :, c]) for c in range(image.shape[2])]
    return np.stack(slices, axis=2)


def total(image, kernel):
    return reference.conv2d(image[None], kernel[..., None], np.zeros(1))[0, :, :, 0]


def right(image, kernel):
    return by_channel(image, kernel), total(image, kernel)


def both(change):
    """`right`, with the slices' answers changed before they are added up."""

    def mistake(image, kernel):
        slices = change(by_channel(image, kernel))
        return slices, slices.sum(axis=2)

    return mistake


def first_slice(image, kernel):
    slices = by_channel(image, np.repeat(kernel[:, :, :1], kernel.shape[2], axis=2))
    return slices, slices.sum(axis=2)


def last_only(slices):
    """Each channel overwrites the one before."""
    return np.where(np.arange(slices.shape[2]) < slices.shape[2] - 1, 0, slices)


def loops(image, kernel, shape, cut):
    """The solution with another size of the output or another window."""
    slices = np.zeros((*shape, kernel.shape[2]))
    for row, column in np.ndindex(*shape):
        slices[row, column] = (cut(image, row, column) * kernel).sum(axis=(0, 1))
    return slices, slices.sum(axis=2)


def one_short(image, kernel):
    kh, kw, _ = kernel.shape
    shape = image.shape[0] - kh, image.shape[1] - kw
    return loops(image, kernel, shape, lambda x, r, c: x[r : r + kh, c : c + kw])


def of_three(image, kernel):
    shape = total(image, kernel).shape
    return loops(image, kernel, shape, lambda x, r, c: x[r : r + 3, c : c + 3])


def three_built_in(image, kernel):
    """As many channels as a photograph has."""
    slices = np.zeros_like(by_channel(image, kernel))
    for c in range(3):
        slices[:, :, c] = reference.correlate2d(image[:, :, c], kernel[:, :, c])
    return slices, slices.sum(axis=2)


def of_three_channels(image, kernel):
    slices = by_channel(image, kernel)[:, :, :3]
    return slices, slices.sum(axis=2)


def three_in_loops(image, kernel):
    slices = np.zeros((*total(image, kernel).shape, 3))
    for c in range(3):
        slices[:, :, c] = reference.correlate2d(image[:, :, c], kernel[:, :, c])
    return slices, slices.sum(axis=2)


def both_of_a_window_mean(image, kernel):
    return tuple(sums / kernel[:, :, 0].size for sums in right(image, kernel))


def by_loops(products):
    """The solution with other products of a window, added up for each channel."""

    def mistake(image, kernel):
        kh, kw, channels = kernel.shape
        slices = np.zeros((*total(image, kernel).shape, channels))
        for row, column, c in np.ndindex(slices.shape):
            window = image[row : row + kh, column : column + kw]
            slices[row, column, c] = products(window, kernel, c).sum()
        return slices, slices.sum(axis=2)

    return mistake


def first(rows, columns):
    """So many rows and columns of the slices' answers, the rest 0."""

    def kept(slices):
        some = np.zeros_like(slices)
        some[:rows, :columns] = slices[:rows, :columns]
        return some

    return both(kept)


EXERCISE = FunctionExercise(
    name="correlate_channels",
    asks="should return two things: the slices' answers, an array of shape (rows, columns, "
    "channels), and the kernel's one map, of shape (rows, columns), which is their sum.",
    solution=correlate_channels,
    reference=right,
    returns=("slices", "total"),
    cases={
        "one pixel with three channels": (drawn(1, 1, 3), drawn(1, 1, 3)),
        "one channel": (drawn(3, 3, 1), drawn(2, 2, 1)),
        "two channels": (drawn(3, 3, 2), drawn(2, 2, 2)),
        "three channels": (drawn(4, 5, 3), drawn(3, 3, 3)),
        "a kernel that is not square": (drawn(5, 4, 3), drawn(1, 3, 3)),
        "fractions": (fractions(3, 4, 2), fractions(2, 2, 2)),
        "seven channels": (fractions(4, 4, 7), fractions(2, 3, 7)),
        "a kernel of 4 by 5 by 6": (fractions(6, 9, 6), fractions(4, 5, 6)),
        "forty channels": (fractions(6, 5, 40), fractions(5, 2, 40)),
        "small numbers": (fractions(4, 3, 3, size=0.02), fractions(2, 3, 3, size=0.05)),
        "large numbers": (fractions(5, 4, 3, size=3000), fractions(3, 2, 3, size=20)),
        "whole pixels, fractions as weights": (WHOLE, fractions(2, 3, 3)),
        "fractions as pixels, whole weights": (fractions(7, 8, 3), WHOLE[:3, :2]),
    },
    mistakes=[
        Mistake(
            "channels not added up",
            "the second thing should be one map: the answers of the slices, added up over the "
            "channels, the last axis.",
            [
                lambda image, kernel: (by_channel(image, kernel),) * 2,
                lambda image, kernel: (
                    by_channel(image, kernel),
                    by_channel(image, kernel)[..., 0],
                ),
            ],
        ),
        Mistake(
            "added up over other axes",
            "the second thing should be one map: its numbers are sums over the channels alone, the "
            "last axis, slices.sum(axis=2).",
            [
                lambda image, kernel: (by_channel(image, kernel), by_channel(image, kernel).sum()),
                *(
                    lambda image, kernel, axis=axis: (
                        by_channel(image, kernel),
                        by_channel(image, kernel).sum(axis=axis),
                    )
                    for axis in (0, 1, (0, 1))
                ),
            ],
        ),
        Mistake(
            "slides along the channels as well",
            "there is one place in the third direction, and so all channels are added up. Each "
            "channel should meet its own slice alone: image[:, :, c] and kernel[:, :, c].",
            lambda image, kernel: (total(image, kernel)[:, :, None], total(image, kernel)),
        ),
        Mistake(
            "an index for the channel missing",
            "one channel meets the whole kernel, or the whole window one slice. Both need the "
            "channel as their third index: window[:, :, c] * kernel[:, :, c].",
            [
                by_loops(lambda window, kernel, c: window[:, :, c] * kernel),
                by_loops(lambda window, kernel, c: window * kernel[:, :, c]),
            ],
        ),
        Mistake(
            "mean instead of sum",
            "the products of a window are averaged. They should be added up.",
            both_of_a_window_mean,
        ),
        Mistake(
            "fractions cut off",
            "the fractions have been cut off. Look for dtype=int, int(...), round or //: an array "
            "that np.zeros(shape) makes keeps fractions, one with dtype=int does not.",
            [both(np.trunc), both(np.rint)],
        ),
        Mistake(
            "added up too early",
            "each number of `slices` holds the sum over all channels. For the slices alone, add up "
            "over rows and columns of the window only: .sum(axis=(0, 1)).",
            [
                lambda image, kernel: (
                    np.repeat(total(image, kernel)[:, :, None], kernel.shape[2], axis=2),
                    total(image, kernel) * kernel.shape[2],
                ),
                lambda image, kernel: (
                    np.repeat(total(image, kernel)[:, :, None], kernel.shape[2], axis=2),
                    total(image, kernel),
                ),
            ],
        ),
        Mistake(
            "the map alone",
            "your function returns one array. Two were asked for: return slices, total.",
            [total, by_channel],
        ),
        Mistake(
            "in the other order",
            "first the slices' answers, then their sum.",
            lambda image, kernel: right(image, kernel)[::-1],
        ),
        Mistake(
            "averaged over the channels",
            "it is divided by the number of channels. The answers are added up, nothing else.",
            lambda image, kernel: (
                by_channel(image, kernel),
                by_channel(image, kernel).mean(axis=2),
            ),
        ),
        Mistake(
            "only the first channel",
            "channel 0 alone is looked at. Where do the others come in?",
            lambda image, kernel: both(lambda s: np.where(np.arange(s.shape[2]) > 0, 0, s))(
                image, kernel
            ),
        ),
        Mistake(
            "only the last channel",
            "each channel overwrites the one before. Does the sum go on over all channels?",
            [
                both(last_only),
                lambda image, kernel: (
                    by_channel(image, kernel),
                    by_channel(image, kernel)[..., -1],
                ),
            ],
        ),
        Mistake(
            "always three channels",
            "three channels are built in, but there may be any number: kernel.shape[2].",
            [three_built_in, of_three_channels, three_in_loops],
        ),
        Mistake(
            "one slice for all channels",
            "every channel meets slice 0 of the kernel. Each channel has a slice of its own.",
            first_slice,
        ),
        Mistake(
            "no + 1 in the size",
            "one row and one column are missing. A kernel as large as the image still fits once: "
            "+ 1.",
            one_short,
        ),
        Mistake(
            "a window of 3 by 3 built in",
            "the window has the size of the kernel, and that may be other than 3.",
            of_three,
        ),
        Mistake(
            "flipped kernel",
            "the kernel is turned by half a circle (rotated by 180 degrees). Networks lay it down "
            "as it stands.",
            lambda image, kernel: right(image, kernel[::-1, ::-1]),
        ),
        Mistake(
            "channels in reverse",
            "the slices meet the channels in the opposite order: the red slice the blue channel.",
            lambda image, kernel: right(image, kernel[:, :, ::-1]),
        ),
        Mistake(
            "channels first",
            "the answers of the slices lie along the first axis. In this course channels come "
            "last: slices[:, :, c] is one answer.",
            lambda image, kernel: (
                np.moveaxis(by_channel(image, kernel), 2, 0),
                total(image, kernel),
            ),
        ),
        Mistake(
            "return inside the loop",
            "after the first window, or the first row of them, the function has returned. Move "
            "`return` to the left, below both loops.",
            [first(1, 1), first(1, None)],
        ),
        Mistake(
            "rows and columns swapped",
            "the numbers are right, but rows lie where columns should.",
            both(lambda s: s.transpose(1, 0, 2)),
        ),
    ],
    hints=(
        "It is correlate2d of lesson 01 with a deeper window, and `slices` has room for a number "
        "of each channel at each place.",
        "`window * kernel` has the shape of the kernel. `.sum(axis=(0, 1))` adds up over its rows "
        "and columns and leaves one number for each channel; that fits into `slices[row, column]`.",
        "At last, `slices.sum(axis=2)` adds up over the channels.",
    ),
)
