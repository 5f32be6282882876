"""Exercise strided_correlation, lesson 02: slide a kernel with a step."""

import numpy as np

from ... import reference
from ..core import Mistake
from ..functions import FunctionExercise

# Drawn at random, so that nothing is symmetrical and no mistake fits by luck.
RNG = np.random.default_rng(2)


def drawn(rows, columns):
    """Small whole numbers, none of them zero."""
    return RNG.integers(1, 9, (rows, columns)).astype(float)


def strided_correlation(image, kernel, stride):
    """Slide the kernel over the image, `stride` pixels at a time; return the output."""
    kh, kw = kernel.shape
    oh = (image.shape[0] - kh) // stride + 1
    ow = (image.shape[1] - kw) // stride + 1
    output = np.zeros((oh, ow))
    for row in range(oh):
        for column in range(ow):
            top, left = row * stride, column * stride
            window = image[top : top + kh, left : left + kw]
            output[row, column] = (window * kernel).sum()
    return output


def right(image, kernel, stride):
    return reference.correlate2d(image, kernel, stride=stride)


def everywhere(image, kernel, stride):
    return reference.correlate2d(image, kernel)


def jumping_in_the_output(image, kernel, stride):
    """Each answer is put where its window begins."""
    kh, kw = kernel.shape
    output = np.zeros(right(image, kernel, stride).shape)
    for top in range(0, image.shape[0] - kh + 1, stride):
        for left in range(0, image.shape[1] - kw + 1, stride):
            output[top, left] = (image[top : top + kh, left : left + kw] * kernel).sum()
    return output


def in_a_frame(values, shape):
    """Values in the upper left corner of zeros."""
    frame = np.zeros(shape)
    frame[: values.shape[0], : values.shape[1]] = values[: shape[0], : shape[1]]
    return frame


EXERCISE = FunctionExercise(
    name="strided_correlation",
    lesson="02_size",
    asks="should return the output of the kernel sliding over the image `stride` pixels at a "
    "time, downwards as well as to the right.",
    solution=strided_correlation,
    reference=right,
    cases={
        "one weight": (drawn(2, 2), np.array([[2.0]]), 1),
        "one weight, stride 2": (drawn(3, 3), np.array([[2.0]]), 2),
        "stride 1": (drawn(3, 4), drawn(2, 2), 1),
        "stride 2": (drawn(5, 5), drawn(3, 3), 2),
        "pixels to spare": (drawn(6, 7), drawn(2, 3), 3),
        "more rows than columns": (drawn(9, 5), drawn(3, 2), 2),
        "a long stride": (drawn(6, 6), drawn(3, 3), 5),
    },
    mistakes=[
        Mistake(
            "stride ignored",
            "the window moves on by 1. Where does it begin for output row 1, with a stride of 2?",
            everywhere,
        ),
        Mistake(
            "right size, windows one step apart",
            "the output has the right size, but its windows lie 1 pixel apart. The window of "
            "[row, column] begins at row * stride, column * stride.",
            lambda image, kernel, stride: everywhere(image, kernel, stride)[
                tuple(slice(n) for n in right(image, kernel, stride).shape)
            ],
        ),
        Mistake(
            "stride along the rows only",
            "downwards it goes by `stride`, to the right by 1.",
            lambda image, kernel, stride: everywhere(image, kernel, stride)[::stride],
        ),
        Mistake(
            "stride along the columns only",
            "to the right it goes by `stride`, downwards by 1.",
            lambda image, kernel, stride: everywhere(image, kernel, stride)[:, ::stride],
        ),
        Mistake(
            "gaps left in the output",
            "each answer is put at [row * stride, column * stride] of the output, where its window "
            "begins. The window jumps, the output does not.",
            [
                jumping_in_the_output,
                lambda image, kernel, stride: np.where(
                    (
                        np.add.outer(
                            *(
                                np.arange(n) % stride != 0
                                for n in everywhere(image, kernel, stride).shape
                            )
                        )
                        == 0
                    ),
                    everywhere(image, kernel, stride),
                    0,
                ),
            ],
        ),
        Mistake(
            "the picture made smaller first",
            "it takes every second pixel (or third, and so on) and slides over those. The stride "
            "is for the window; inside it no pixel is skipped.",
            lambda image, kernel, stride: reference.correlate2d(image[::stride, ::stride], kernel),
        ),
        Mistake(
            "flipped kernel",
            "the kernel is turned by half a circle. Networks lay it down as it stands.",
            lambda image, kernel, stride: right(image, kernel[::-1, ::-1], stride),
        ),
        Mistake(
            "the last window left out",
            "one row and one column are missing. The first place needs no step: + 1.",
            [
                lambda image, kernel, stride: right(image, kernel, stride)[:-1, :-1],
                lambda image, kernel, stride: in_a_frame(
                    right(image, kernel, stride)[:-1, :-1], right(image, kernel, stride).shape
                ),
            ],
        ),
        Mistake(
            "rows and columns swapped",
            "the numbers are right, but rows lie where columns should.",
            lambda image, kernel, stride: right(image, kernel, stride).T,
        ),
    ],
    hints=(
        "Take your correlate2d of lesson 01. Two things change: the size of the output, and where "
        "each window begins.",
        "The output has `(image.shape[0] - kh) // stride + 1` rows, and likewise columns.",
        "For the output at [row, column], the window begins at `top, left = row * stride, column "
        "* stride`. Inside the window nothing changes.",
    ),
)
