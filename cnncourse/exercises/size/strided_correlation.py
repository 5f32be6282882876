"""Exercise strided_correlation: slide a kernel with a step."""

from functools import partial

import numpy as np

from ... import reference
from ..core import Mistake
from ..functions import FunctionExercise

# Drawn at random, so that nothing is symmetrical and no mistake fits by luck.
RNG = np.random.default_rng(2)


def drawn(rows, columns):
    """Small whole numbers, none of them zero."""
    return RNG.integers(1, 9, (rows, columns)).astype(float)


def fractions(rows, columns, size=1.0):
    """Numbers above and below zero, of about this size."""
    return np.round(RNG.normal(size=(rows, columns)), 3) * size


WHOLE = RNG.integers(1, 9, (12, 13))


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


def counted(image, kernel, stride):
    """Rows and columns of the output."""
    return [(n - k) // stride + 1 for n, k in zip(image.shape, kernel.shape)]


def cut(image, kernel, stride, row, column):
    """The window of one output."""
    kh, kw = kernel.shape
    top, left = row * stride, column * stride
    return image[top : top + kh, left : left + kw]


def loops(image, kernel, stride, *, size=counted, window=cut):
    """The solution, so that one part of it can be exchanged for a mistake."""
    output = np.zeros(size(image, kernel, stride))
    for row, column in np.ndindex(output.shape):
        output[row, column] = (window(image, kernel, stride, row, column) * kernel).sum()
    return output


def ends_without_stride(image, kernel, stride, row, column):
    kh, kw = kernel.shape
    return image[row * stride : row + kh, column * stride : column + kw]


def ends_after_stride(image, kernel, stride, row, column):
    top, left = row * stride, column * stride
    return image[top : top + stride, left : left + stride]


def begins_a_stride_late(image, kernel, stride, row, column):
    """The stride added to row and column, not multiplied with them."""
    kh, kw = kernel.shape
    return image[row + stride : row + stride + kh, column + stride : column + stride + kw]


def ends_too_late(image, kernel, stride, row, column):
    kh, kw = kernel.shape
    rows = slice(row * stride, (row + kh) * stride)
    return image[rows, column * stride : (column + kw) * stride]


def skips_pixels(image, kernel, stride, row, column):
    kh, kw = kernel.shape
    return image[row : row + kh : stride, column : column + kw : stride]


def jumps_and_skips_pixels(image, kernel, stride, row, column):
    return cut(image, kernel, stride, row, column)[::stride, ::stride]


def of_three(image, kernel, stride, row, column):
    top, left = row * stride, column * stride
    return image[top : top + 3, left : left + 3]


def one_short(rows, columns):
    """A size without its + 1 in the rows, in the columns, or in both."""

    def size(image, kernel, stride):
        oh, ow = counted(image, kernel, stride)
        return oh - rows, ow - columns

    return size


def square(image, kernel, stride):
    oh, _ = counted(image, kernel, stride)
    return oh, oh


def every_place(image, kernel, stride):
    return counted(image, kernel, 1)


def one_inside(image, kernel, stride):
    return [(n - k + 1) // stride for n, k in zip(image.shape, kernel.shape)]


def one_twice(image, kernel, stride):
    return [(n - k + 1) // stride + 1 for n, k in zip(image.shape, kernel.shape)]


def kernel_turned(image, kernel, stride):
    return counted(image, kernel.T, stride)


def divided(image, kernel, stride):
    return [n // stride for n in image.shape]


def jumping(image, kernel, stride, size=counted):
    """Each answer is put where its window begins."""
    kh, kw = kernel.shape
    output = np.zeros(size(image, kernel, stride))
    for top in range(0, image.shape[0] - kh + 1, stride):
        for left in range(0, image.shape[1] - kw + 1, stride):
            output[top, left] = (image[top : top + kh, left : left + kw] * kernel).sum()
    return output


def some_places_only(image, kernel, stride):
    """Steps of the stride over the output, where each row and column should be filled."""
    output = np.zeros(counted(image, kernel, stride))
    every = everywhere(image, kernel, stride)
    for row in range(0, output.shape[0], stride):
        for column in range(0, output.shape[1], stride):
            output[row, column] = every[row, column]
    return output


def not_reset(image, kernel, stride):
    """The total goes on from one window to the next."""
    return right(image, kernel, stride).cumsum().reshape(counted(image, kernel, stride))


def first_only(rows, columns):
    """What a return inside a loop leaves: all zeros but the first number or the first row."""

    def mistake(image, kernel, stride):
        output = right(image, kernel, stride)
        return in_a_frame(output[rows, columns], output.shape)

    return mistake


EXERCISE = FunctionExercise(
    name="strided_correlation",
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
        "one row of windows": (drawn(3, 5), drawn(2, 2), 2),
        "one column of windows": (drawn(5, 3), drawn(2, 2), 2),
        "a long stride": (drawn(6, 6), drawn(3, 3), 5),
        "fractions": (fractions(5, 6), fractions(2, 3), 2),
        "a kernel of 4 by 5": (fractions(11, 16), fractions(4, 5), 3),
        "a kernel of 6 by 2": (fractions(13, 8), fractions(6, 2), 2),
        "small numbers": (fractions(7, 6, 0.02), fractions(3, 2, 0.05), 2),
        "large numbers": (fractions(7, 9, 3000), fractions(2, 4, 20), 4),
        "whole pixels, fractions as weights": (WHOLE, fractions(2, 3), 2),
        "fractions as pixels, whole weights": (fractions(15, 14), WHOLE[:3, :2], 6),
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
                tuple(slice(n) for n in counted(image, kernel, stride))
            ],
        ),
        Mistake(
            "the window ends too early",
            "it begins at row * stride, but ends at row + kh. Where it begins, kh has to be added "
            "to: row * stride + kh; likewise the columns.",
            partial(loops, window=ends_without_stride),
        ),
        Mistake(
            "the window as long as the stride",
            "it begins at the right place, but its length is the stride. It should be as large as "
            "the kernel, whatever the stride is.",
            partial(loops, window=ends_after_stride),
        ),
        Mistake(
            "a window of 3 by 3 built in",
            "the window has the size of the kernel, and that may be other than 3: kernel.shape.",
            partial(loops, window=of_three),
        ),
        Mistake(
            "size of the output without the stride",
            "the output has room for every place, but the window does not stop at all of them: "
            "divide by the stride, with //.",
            [
                partial(loops, size=every_place),
                lambda *a: in_a_frame(right(*a), every_place(*a)),
            ],
        ),
        Mistake(
            "the kernel needs no room",
            "the size is the image's divided by the stride. Take the kernel's size off first, and "
            "count the first place: (size - k) // stride + 1.",
            partial(loops, size=divided),
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
            [jumping, partial(jumping, size=every_place)],
        ),
        Mistake(
            "places of the output left out",
            "the loops take steps of the stride over the output. They should fill each row and "
            "column of it; where the window begins is row * stride, column * stride.",
            some_places_only,
        ),
        Mistake(
            "the stride added",
            "the window begins at row + stride. With a stride of 2, rows 0, 1 and 2 of the output "
            "begin at rows 0, 2 and 4 of the image: row * stride.",
            partial(loops, window=begins_a_stride_late),
        ),
        Mistake(
            "the window ends too late",
            "it ends at (row + kh) * stride. It begins at row * stride, so it ends at row * stride "
            "+ kh; likewise the columns.",
            partial(loops, window=ends_too_late),
        ),
        Mistake(
            "the stride inside the window",
            "image[a:b:stride] skips pixels of the window. The stride is for the place where the "
            "window begins; inside it no pixel is skipped.",
            [
                partial(loops, window=skips_pixels),
                partial(loops, window=jumps_and_skips_pixels),
            ],
        ),
        Mistake(
            "always a stride of 2",
            "there is a 2 in place of the stride. It may be any: `stride`.",
            lambda image, kernel, stride: loops(image, kernel, 2),
        ),
        Mistake(
            "the 1 inside the division",
            "divide first, then add 1, because the first place needs no step: (size - k) // stride "
            "+ 1.",
            [
                partial(loops, size=one_inside),
                lambda *a: in_a_frame(right(*a), one_inside(*a)),
            ],
        ),
        Mistake(
            "one added twice",
            "the output has room for too much. Only the first place is added: (size - k) // stride "
            "+ 1.",
            partial(loops, size=one_twice),
        ),
        Mistake(
            "rows and columns of the kernel swapped",
            "for the rows of the output, the rows of the kernel are taken off, shape[0]; for the "
            "columns its columns, shape[1].",
            partial(loops, size=kernel_turned),
        ),
        Mistake(
            "all sums in one row",
            "the numbers are right, but stand one after the other. Make the output with np.zeros "
            "first, and fill output[row, column].",
            lambda *a: right(*a).ravel(),
        ),
        Mistake(
            "the picture made smaller first",
            "it takes every second pixel (or third, and so on) and slides over those. The stride "
            "is for the window; inside it no pixel is skipped.",
            lambda image, kernel, stride: loops(image[::stride, ::stride], kernel, 1),
        ),
        Mistake(
            "flipped kernel",
            "the kernel is turned by half a circle (rotated by 180 degrees). Networks lay it down "
            "as it stands.",
            lambda image, kernel, stride: right(image, kernel[::-1, ::-1], stride),
        ),
        Mistake(
            "as many columns as rows",
            "the number of rows is used for the columns, too. An image need not be square.",
            partial(loops, size=square),
        ),
        Mistake(
            "the last row of windows left out",
            "one row is missing, the columns are all there. The first place needs no step: + 1.",
            [
                partial(loops, size=one_short(1, 0)),
                lambda *a: in_a_frame(right(*a)[:-1], counted(*a)),
            ],
        ),
        Mistake(
            "the last column of windows left out",
            "one column is missing, the rows are all there. The first place needs no step: + 1.",
            [
                partial(loops, size=one_short(0, 1)),
                lambda *a: in_a_frame(right(*a)[:, :-1], counted(*a)),
            ],
        ),
        Mistake(
            "the last window left out",
            "one row and one column are missing. The first place needs no step: + 1.",
            [
                partial(loops, size=one_short(1, 1)),
                lambda *a: in_a_frame(right(*a)[:-1, :-1], counted(*a)),
            ],
        ),
        Mistake(
            "the total is not set back",
            "each number holds all windows before it as well. Begin every window with a total "
            "of 0, inside both loops.",
            not_reset,
        ),
        Mistake(
            "return inside the loop",
            "after the first window, or the first row of them, the function has returned. Move "
            "`return` to the left, below both loops.",
            [first_only(slice(1), slice(1)), first_only(slice(1), slice(None))],
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


def in_a_frame(values, shape):
    """Values in the upper left corner of zeros."""
    frame = np.zeros(shape)
    frame[: values.shape[0], : values.shape[1]] = values
    return frame
