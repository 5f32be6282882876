"""Exercise image_back, lesson 08: the blame of the pixels that a kernel met."""

import numpy as np

from ... import reference, single
from ..core import Mistake
from ..functions import FunctionExercise

RNG = np.random.default_rng(87)


def image_back(dy, x, w, stride):
    """The blame of each pixel.   dy: (oh, ow)   x: (h, w)   w: (k, k)   -> as large as x"""
    dx, k = np.zeros(x.shape), len(w)
    for row in range(dy.shape[0]):
        for column in range(dy.shape[1]):
            top, left = row * stride, column * stride
            dx[top : top + k, left : left + k] += dy[row, column] * w
    return dx


def right(dy, x, w, stride):
    given = dy[None, :, :, None], x[None, :, :, None], w[:, :, None, None], np.zeros(1)
    return reference.conv2d_back(*given, stride=stride)[0][0, :, :, 0]


def laid(piece, adds=True, last=None, like_x=False):
    """Pieces added up, or one written over the other, each where its window is."""

    def back(dy, x, w, stride):
        dx, k = np.zeros(x.shape, x.dtype if like_x else float), len(w)
        for row, column in list(np.ndindex(dy.shape))[: last and last(dy)]:
            at = (
                slice(row * stride, row * stride + k),
                slice(column * stride, column * stride + k),
            )
            made = piece(dy[row, column], x[at], w)
            dx[at] = dx[at] + made if adds else made
        return dx

    return back


def plain(dy, x, w):
    return dy * w


def mean_over_uses(dy, x, w, stride):
    uses = laid(lambda dy, x, w: np.ones(w.shape))(dy, x, w, stride)
    return right(dy, x, w, stride) / np.maximum(uses, 1)


def spread_within(dy, x, w, stride):
    dx = np.zeros(x.shape)
    for (row, column), blame in np.ndenumerate(dy):
        for i, j in np.ndindex(w.shape):
            dx[row + i * stride, column + j * stride] += blame * w[i, j]
    return dx


def at_dy(made, x):
    """Numbers for the windows, put where these are in dy."""
    dx = np.zeros(x.shape)
    dx[: len(made), : len(made[0])] = made
    return dx


def with_stride_1(dy, x, w, stride):
    return right(dy, x, w, 1)


def drawn(oh, ow, k, stride, size=1.0, spare=0):
    h, w = ((n - 1) * stride + k + spare for n in (oh, ow))
    shapes = (oh, ow), (h, w), (k, k)
    return *(size * RNG.normal(size=shape) for shape in shapes), stride


def pixels(oh, ow, k, stride):
    dy, x, w, stride = drawn(oh, ow, k, stride)
    return dy, RNG.integers(0, 256, x.shape), w, stride


W = np.array([[3.0, -1.0], [0.5, 2.0]])
EXERCISE = FunctionExercise(
    name="image_back",
    asks="should return dx, as large as x: for each output the kernel, multiplied by the blame dy "
    "of this output, is added where its window lies.",
    solution=image_back,
    reference=right,
    cases={
        "one window": (np.array([[2.0]]), np.array([[1.0, 3.0], [-1.0, 0.5]]), W, 1),
        "two windows": (
            np.array([[1.0, -2.0]]),
            np.array([[1.0, 2.0, 4.0], [0.0, 3.0, -1.0]]),
            W,
            1,
        ),
        "a stride of 2": drawn(2, 3, 2, 2),
        "windows that overlap, a stride of 2": drawn(3, 2, 3, 2),
        "three by three": drawn(3, 2, 3, 1),
        "more rows than columns": drawn(5, 2, 2, 1),
        "pixels to spare": drawn(2, 3, 3, 3, spare=2),
        "a kernel of one weight": drawn(3, 4, 1, 2),
        "pixels from 0 to 255": pixels(3, 3, 2, 1),
        "small numbers": drawn(4, 3, 4, 1, 0.01),
        "large numbers, five by five": drawn(4, 5, 5, 2, 50),
    },
    mistakes=[
        Mistake(
            "the last window counts",
            "each window is written over those before. A pixel in several windows was used several "
            "times, and its blames add up: +=.",
            laid(plain, adds=False),
        ),
        Mistake(
            "kernel rotated",
            "pixel [i, j] of a window met weight [i, j], so what is laid on the window is the "
            "kernel as it is. Seen from the pixel's side, in a correlation, it is rotated.",
            laid(lambda dy, x, w: dy * w[::-1, ::-1]),
        ),
        Mistake(
            "rows and columns swapped",
            "the kernel is mirrored: rows lie where columns should.",
            laid(lambda dy, x, w: dy * w.T),
        ),
        Mistake(
            "stride forgotten",
            "the window of dy[row, column] begins at row * stride and column * stride.",
            with_stride_1,
        ),
        Mistake(
            "only for a stride of 1",
            "the correlation with the rotated kernel is right for a stride of 1. For others, dy "
            "has to be spread out first; adding up window by window needs no such care.",
            lambda dy, x, w, stride: single.correlate(dy, w[::-1, ::-1], pad=len(w) - 1),
        ),
        Mistake(
            "correlated without rotating",
            "from the pixel's side the weights run backward: the kernel has to be rotated.",
            lambda dy, x, w, stride: single.correlate(dy, w, pad=len(w) - 1),
        ),
        Mistake(
            "stride within the window",
            "the stride leads from one window to the next. Within a window, pixels lie side by "
            "side: row * stride + i.",
            spread_within,
        ),
        Mistake(
            "the sum of the kernel",
            "each pixel met one weight in this window, not all of them.",
            [
                laid(lambda dy, x, w: dy * w.sum()),
                lambda dy, x, w, stride: at_dy(dy * w.sum(), x),
            ],
        ),
        Mistake(
            "taken off",
            "the blame is taken off. It adds up; the minus comes later, when a step is taken.",
            laid(lambda dy, x, w: -dy * w),
        ),
        Mistake(
            "blame forgotten",
            "the kernels are added up as they are. Multiply each by the blame of its output.",
            laid(lambda dy, x, w: w),
        ),
        Mistake(
            "weights forgotten",
            "all pixels of a window get all of its blame. Multiply it by the weight that each met.",
            laid(lambda dy, x, w: dy),
        ),
        Mistake(
            "pixels instead of weights",
            "the pixel is in its own blame. The slope of x · w for x is w.",
            [laid(lambda dy, x, w: dy * x), laid(lambda dy, x, w: dy * x * w)],
        ),
        Mistake(
            "the mean over the uses",
            "blame adds up; it is not averaged.",
            [mean_over_uses, lambda dy, x, w, stride: right(dy, x, w, stride) / dy.size],
        ),
        Mistake(
            "divided by the size of the kernel",
            "a convolution is a sum, not a mean: nothing is divided.",
            lambda dy, x, w, stride: right(dy, x, w, stride) / w.size,
        ),
        Mistake(
            "only the first window counts",
            "the loop ends after the first window. How far is the return indented?",
            laid(plain, last=lambda dy: 1),
        ),
        Mistake(
            "only the first row of windows",
            "the loop ends after the first row. How far is the return indented?",
            laid(plain, last=lambda dy: dy.shape[1]),
        ),
        Mistake(
            "the blame of the kernel",
            "this is dw, as large as the kernel. Here the blame of the pixels is asked for.",
            lambda dy, x, w, stride: reference.conv2d_back(
                *(dy[None, :, :, None], x[None, :, :, None], w[:, :, None, None], np.zeros(1)),
                stride=stride,
            )[1][:, :, 0, 0],
        ),
        Mistake(
            "whole numbers because x holds some",
            "np.zeros_like(x) makes whole numbers where the pixels are whole numbers, and cuts the "
            "fractions off. np.zeros(x.shape) does not.",
            laid(plain, like_x=True),
        ),
        Mistake(
            "nothing filled in",
            "all is 0 still. Is anything added to dx?",
            lambda dy, x, w, stride: np.zeros(x.shape),
        ),
    ],
    hints=(
        "Look at one output alone: it is a sum of products, each of a weight and a pixel. What is "
        "the blame of one of these pixels?",
        "From one output, pixel [i, j] of its window gets `dy[row, column]` times weight [i, j]. A "
        "pixel may be in several windows, so add up.",
        "Begin with `dx = np.zeros(x.shape)`. In two loops over dy: the window begins at "
        "`row * stride, column * stride`; to this part of dx, add `dy[row, column] * w`.",
    ),
)
