"""Exercise spread_kernel: a dilated kernel as a larger one with zeros in its gaps."""

import numpy as np

from ..core import Mistake
from ..functions import FunctionExercise

ROWS = np.array([[1.0, 2, 3], [4, 5, 6]])
FRACTIONS = np.round(np.random.default_rng(5).normal(size=(5, 6)), 3)


def spread_kernel(kernel, dilation):
    """The kernel with its weights `dilation` pixels apart and zeros in the gaps."""
    kh, kw = kernel.shape
    spread = np.zeros((dilation * (kh - 1) + 1, dilation * (kw - 1) + 1))
    for row in range(kh):
        for column in range(kw):
            spread[row * dilation, column * dilation] = kernel[row, column]
    return spread


def right(kernel, dilation):
    """Zeros put between the weights, first between the rows, then between the columns."""
    for axis in (0, 1):
        between = np.repeat(np.arange(1, kernel.shape[axis]), dilation - 1)
        kernel = np.insert(kernel, between, 0, axis)
    return kernel


def put_by_loops(kernel, rows, columns, dilation):
    """The solution in an array of this shape."""
    spread = np.zeros((rows, columns))
    for row, column in np.ndindex(kernel.shape):
        spread[row * dilation, column * dilation] = kernel[row, column]
    return spread


def zeros_behind(kernel, dilation):
    kh, kw = kernel.shape
    return put_by_loops(kernel, kh * dilation, kw * dilation, dilation)


def too_small(kernel, dilation):
    return put_by_loops(kernel, *kernel.shape, dilation)


def short(rows, columns):
    """Too little room: so many rows and columns too few, each a number or "a step"."""

    def mistake(kernel, dilation):
        missing = (dilation if n == "a step" else n for n in (rows, columns))
        sizes = (size - n for size, n in zip(right(kernel, dilation).shape, missing))
        return put_by_loops(kernel, *sizes, dilation)

    return mistake


def as_it_was_in_zeros(kernel, dilation):
    """The right size, the weights side by side in the upper left corner."""
    spread = np.zeros_like(right(kernel, dilation))
    spread[: kernel.shape[0], : kernel.shape[1]] = kernel
    return spread


def partly(kernel, dilation, kept):
    """The solution for some of the weights, 0 for the others."""
    some = np.zeros(kernel.shape)
    some[kept] = kernel[kept]
    return right(some, dilation)


def turned(kernel, dilation):
    kw, kh = kernel.shape
    spread = np.zeros((dilation * (kh - 1) + 1, dilation * (kw - 1) + 1))
    for row, column in np.ndindex(kh, kw):
        spread[row * dilation, column * dilation] = kernel[row, column]
    return spread


def square(kernel, dilation):
    reach = dilation * (len(kernel) - 1) + 1
    spread = np.zeros((reach, reach))
    spread[::dilation, ::dilation] = kernel
    return spread


EXERCISE = FunctionExercise(
    name="spread_kernel",
    asks="should return a larger kernel: the same weights, `dilation` pixels from one to the next, "
    "downwards as well as to the right, and zeros in the gaps; no zeros outside.",
    solution=spread_kernel,
    reference=right,
    cases={
        "one weight": (np.array([[7.0]]), 2),
        "two by two, no gaps": (np.array([[1.0, 2], [3, 4]]), 1),
        "two by two": (np.array([[1.0, 2], [3, 4]]), 2),
        "two by three, two gaps": (ROWS, 3),
        "one row": (ROWS[:1], 2),
        "one column": (ROWS.T[:, :1], 2),
        "fractions": (ROWS.T * -0.15, 2),
        "five by six": (FRACTIONS, 4),
        "small numbers": (FRACTIONS[:4] * 1e-3, 2),
        "large numbers, far apart": (FRACTIONS[:, :3] * 1e4, 7),
    },
    mistakes=[
        Mistake(
            "weights repeated",
            "each weight stands in the gaps as well. In the gaps there are zeros.",
            [
                lambda kernel, dilation: kernel.repeat(dilation, 0).repeat(dilation, 1),
                lambda kernel, dilation: kernel.repeat(dilation, 0).repeat(dilation, 1)[
                    : dilation * (kernel.shape[0] - 1) + 1, : dilation * (kernel.shape[1] - 1) + 1
                ],
            ],
        ),
        Mistake(
            "zeros behind the last weight",
            "there are zeros below the last row and to the right of the last column. Of k weights "
            "in a row only k − 1 have a gap behind them.",
            [
                zeros_behind,
                lambda kernel, dilation: put_by_loops(
                    kernel, *(size * dilation + 1 for size in kernel.shape), dilation
                ),
            ],
        ),
        Mistake(
            "as many zeros as the dilation",
            "with a dilation of 2 the next weight is two pixels on: between them there is one "
            "pixel, not two.",
            lambda kernel, dilation: right(kernel, dilation + 1),
        ),
        Mistake(
            "beyond the old size",
            "[row * dilation, column * dilation] is a place in the new kernel. Is it used on the "
            "old one, or on a new one that is only as large as the old one?",
            too_small,
        ),
        Mistake(
            "too few rows or columns",
            "k − 1 steps of `dilation` pixels lead from the first weight to the last, and the "
            "first one needs a pixel, too: + 1.",
            [short(1, 1), short("a step", 0), short(0, "a step"), short(2, 0)],
        ),
        Mistake(
            "rows only",
            "there are gaps between the rows. What about the columns?",
            lambda kernel, dilation: right(kernel, dilation)[:, ::dilation],
        ),
        Mistake(
            "columns only",
            "there are gaps between the columns. What about the rows?",
            lambda kernel, dilation: right(kernel, dilation)[::dilation],
        ),
        Mistake(
            "weights not moved apart",
            "the size is right, but the weights lie side by side in the corner. The weight of "
            "[row, column] comes to [row * dilation, column * dilation].",
            as_it_was_in_zeros,
        ),
        Mistake(
            "unchanged",
            "this is the kernel as it was.",
            lambda kernel, dilation: kernel,
        ),
        Mistake(
            "weights multiplied",
            "the dilation says how far apart the weights lie. They stay as they are.",
            lambda kernel, dilation: kernel * dilation,
        ),
        Mistake(
            "always a dilation of 2",
            "there is a 2 in place of the dilation. It may be any: `dilation`.",
            lambda kernel, dilation: right(kernel, 2),
        ),
        Mistake(
            "the last row and column left out",
            "the loops stop one early. range(n) already ends at n - 1.",
            lambda kernel, dilation: partly(kernel, dilation, np.s_[:-1, :-1]),
        ),
        Mistake(
            "return inside the loop",
            "after the first weight, or the first row of them, the function has returned. Move "
            "`return` to the left, below both loops.",
            [
                lambda kernel, dilation: partly(kernel, dilation, np.s_[:1, :1]),
                lambda kernel, dilation: partly(kernel, dilation, np.s_[:1]),
            ],
        ),
        Mistake(
            "rows and columns swapped",
            "kernel.shape has the rows first, then the columns.",
            turned,
        ),
        Mistake(
            "as many columns as rows",
            "the number of rows is used for the columns, too. A kernel need not be square: "
            "kernel.shape has both.",
            square,
        ),
        Mistake(
            "padded",
            "the zeros stand around the kernel. They belong between its weights.",
            [
                lambda kernel, dilation: np.pad(kernel, dilation),
                lambda kernel, dilation: np.pad(kernel, dilation - 1),
            ],
        ),
        Mistake(
            "the gaps left open",
            "every second weight (or third, and so on) is taken, the others are lost. Here no "
            "weight is left out.",
            lambda kernel, dilation: kernel[::dilation, ::dilation],
        ),
    ],
    hints=(
        "How many rows does the new kernel have? Begin with an array of zeros of that size.",
        "`dilation * (kh - 1) + 1` rows, and likewise columns. Where in it does the weight of "
        "[1, 2] stand, with a dilation of 3?",
        "The weight of [row, column] goes to `[row * dilation, column * dilation]`.",
    ),
)
