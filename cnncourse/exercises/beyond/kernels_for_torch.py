"""Exercise kernels_for_torch, lesson 14: the axes of a convolution's weights change places."""

import numpy as np

from ..core import Mistake
from ..functions import FunctionExercise

RNG = np.random.default_rng(14)


def kernels_for_torch(w):
    """(kh, kw, c, f) -> (f, c, kh, kw)"""
    return w.transpose(3, 2, 0, 1)


def in_order(*axes):
    return lambda w: w.transpose(axes)


EXERCISE = FunctionExercise(
    name="kernels_for_torch",
    asks="should return the weights (kh, kw, c, f) of a convolution in PyTorch's order of axes, "
    "(f, c, kh, kw): filters first, then channels, then a kernel's rows and columns.",
    solution=kernels_for_torch,
    reference=kernels_for_torch,
    cases={
        "one kernel, one channel": (np.arange(4.0).reshape(2, 2, 1, 1),),
        "one row, two channels, two filters": (np.arange(8.0).reshape(1, 2, 2, 2),),
        "two filters": (np.arange(12.0).reshape(2, 3, 1, 2),),
        "all sizes different": (np.arange(120.0).reshape(2, 3, 4, 5),),
        "all sizes equal": (np.arange(16.0).reshape(2, 2, 2, 2),),
        "fractions": (RNG.normal(0, 0.1, (3, 3, 2, 4)),),
        "large and small": (RNG.normal(size=(5, 3, 2, 3)) * 10.0 ** RNG.integers(-3, 4, (3,)),),
        "more columns than rows": (RNG.normal(size=(2, 7, 6, 7)),),
        "whole numbers": (RNG.integers(-9, 10, (3, 2, 3, 2)),),
        "float32": (RNG.normal(size=(3, 3, 3, 8)).astype(np.float32),),
    },
    mistakes=[
        Mistake(
            "reshape in place of transpose",
            "reshape keeps the numbers in their order in memory and only cuts them up anew, so "
            "that a kernel gets numbers of other kernels. transpose lets axes change places.",
            [
                lambda w: w.reshape(w.shape[3], w.shape[2], w.shape[0], w.shape[1]),
                lambda w: w.reshape(w.shape[::-1]),
                lambda w: np.resize(w, (w.shape[3], w.shape[2], w.shape[0], w.shape[1])),
            ],
        ),
        Mistake(
            "all axes reversed",
            "w.T turns the order of all axes around, which also swaps a kernel's rows and columns.",
            [lambda w: w.T, in_order(3, 2, 1, 0)],
        ),
        Mistake(
            "channels before filters",
            "filters come first and channels second: axis 3 of w, then axis 2.",
            [in_order(2, 3, 0, 1), lambda w: np.moveaxis(w, (2, 3), (0, 1))],
        ),
        Mistake(
            "filters in front, channels still last",
            "only the filters have moved to the front. The channels come second, before rows and "
            "columns.",
            [in_order(3, 0, 1, 2), lambda w: np.moveaxis(w, 3, 0)],
        ),
        Mistake(
            "places read the other way round",
            "transpose takes, for each new axis, the number of the old one: the new first axis is "
            "the old axis 3.",
            [in_order(2, 3, 1, 0)],
        ),
        Mistake(
            "as for images",
            "(0, 3, 1, 2) is for images, (n, h, w, c) to (n, c, h, w). The axes of w are rows, "
            "columns, channels, filters.",
            in_order(0, 3, 1, 2),
        ),
        Mistake(
            "only two axes swapped",
            "two axes have changed places and two stayed. All four move.",
            [in_order(*axes) for axes in ((3, 1, 2, 0), (0, 1, 3, 2), (2, 1, 0, 3), (0, 2, 1, 3))],
        ),
        Mistake(
            "kernels rotated",
            "the kernels are rotated by 180 degrees. PyTorch does not flip kernels either: its "
            "convolution is the same sum as ours.",
            lambda w: w[::-1, ::-1].transpose(3, 2, 0, 1),
        ),
        Mistake(
            "unchanged",
            "the weights are as they were. Which axis of w should come first?",
            lambda w: w,
        ),
    ],
    hints=(
        "Number the axes of w: 0 are rows, 1 columns, 2 channels, 3 filters. In which order does "
        "PyTorch want these four numbers?",
        "`transpose` takes them in the new order: `w.transpose(3, ...)` has the filters first.",
        "Filters, channels, rows, columns: `w.transpose(3, 2, 0, 1)`.",
    ),
)
