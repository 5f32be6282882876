"""Exercise kernel_back: the blame of a kernel's weights."""

import numpy as np

from ... import reference, single
from ..core import Mistake
from ..functions import FunctionExercise

RNG = np.random.default_rng(84)


def kernel_back(dy, x, k, stride):
    """The blame of each weight of a kernel of k by k.   dy: (oh, ow)   x: (h, w)   -> (k, k)"""
    dw = np.zeros((k, k))
    for row in range(dy.shape[0]):
        for column in range(dy.shape[1]):
            top, left = row * stride, column * stride
            dw = dw + dy[row, column] * x[top : top + k, left : left + k]
    return dw


def right(dy, x, k, stride):
    return reference.conv2d_back(
        dy[None, :, :, None],
        x[None, :, :, None],
        np.zeros((k, k, 1, 1)),
        np.zeros(1),
        stride=stride,
    )[1][:, :, 0, 0]


def windows(dy, x, k, stride):
    """The window of each output.   -> (oh, ow, k, k)"""
    return np.array(
        [
            [x[r * stride : r * stride + k, c * stride : c * stride + k] for c in range(len(dy[0]))]
            for r in range(len(dy))
        ]
    )


def spread_within(dy, x, k, stride):
    dw = np.zeros((k, k))
    for (row, column), blame in np.ndenumerate(dy):
        for i, j in np.ndindex(k, k):
            dw[i, j] += blame * x[row + i * stride, column + j * stride]
    return dw


def apart(dy, x, k):
    dw = np.zeros((k, k))
    for (row, column), blame in np.ndenumerate(dy):
        dw += blame * x[row * k : row * k + k, column * k : column * k + k]
    return dw


def drawn(oh, ow, k, stride, size=1.0, spare=0):
    h, w = ((n - 1) * stride + k + spare for n in (oh, ow))
    return size * RNG.normal(size=(oh, ow)), size * RNG.normal(size=(h, w)), k, stride


EXERCISE = FunctionExercise(
    name="kernel_back",
    asks="should return dw, (k, k): the windows of x added up, each multiplied by the blame dy of "
    "its output.",
    solution=kernel_back,
    reference=right,
    cases={
        "one window": (np.array([[2.0]]), np.array([[1.0, 3.0], [-1.0, 0.5]]), 2, 1),
        "two windows": (
            np.array([[1.0, -2.0]]),
            np.array([[1.0, 2.0, 4.0], [0.0, 3.0, -1.0]]),
            2,
            1,
        ),
        "a stride of 2": drawn(2, 3, 2, 2),
        "three by three": drawn(3, 2, 3, 1),
        "more rows than columns": drawn(5, 2, 2, 1),
        "pixels to spare": drawn(2, 3, 3, 3, spare=2),
        "a kernel of one weight": drawn(3, 4, 1, 2),
        "small numbers": drawn(4, 3, 4, 1, 0.01),
        "large numbers, five by five": drawn(4, 5, 5, 2, 50),
    },
    mistakes=[
        Mistake(
            "only the last window counts",
            "each window takes the place of the one before. A weight met every window: add up.",
            lambda dy, x, k, stride: dy[-1, -1] * windows(dy, x, k, stride)[-1, -1],
        ),
        Mistake(
            "only the first window counts",
            "the loop ends after the first window. How far is the return indented?",
            lambda dy, x, k, stride: dy[0, 0] * windows(dy, x, k, stride)[0, 0],
        ),
        Mistake(
            "only the first row of windows",
            "the loop ends after the first row. How far is the return indented?",
            lambda dy, x, k, stride: np.einsum("c,cij", dy[0], windows(dy, x, k, stride)[0]),
        ),
        Mistake(
            "stride forgotten",
            "the window of dy[row, column] begins at row * stride and column * stride.",
            [
                lambda dy, x, k, stride: right(dy, x, k, 1),
                lambda dy, x, k, stride: single.correlate(x, dy),
            ],
        ),
        Mistake(
            "blame forgotten",
            "the windows are added up as they are. Multiply each by the blame of its output.",
            lambda dy, x, k, stride: windows(dy, x, k, stride).sum(axis=(0, 1)),
        ),
        Mistake(
            "the mean over the windows",
            "blame adds up; it is not averaged.",
            [
                lambda dy, x, k, stride: right(dy, x, k, stride) / dy.size,
                lambda dy, x, k, stride: right(dy, x, k, stride) / k**2,
            ],
        ),
        Mistake(
            "kernel rotated by 180 degrees",
            "dw is rotated by 180 degrees. Weight [i, j] met pixel [i, j] of each window.",
            lambda dy, x, k, stride: right(dy, x, k, stride)[::-1, ::-1],
        ),
        Mistake(
            "rows and columns swapped",
            "dw is mirrored: rows lie where columns should.",
            lambda dy, x, k, stride: right(dy, x, k, stride).T,
        ),
        Mistake(
            "one number for all weights",
            "each weight met pixels of its own. Do not add up within the window.",
            [
                lambda dy, x, k, stride: right(dy, x, k, stride).sum(),
                lambda dy, x, k, stride: np.full((k, k), right(dy, x, k, stride).sum()),
            ],
        ),
        Mistake(
            "stride within the window",
            "the stride leads from one window to the next. Within a window, pixels lie side by "
            "side: row * stride + i.",
            spread_within,
        ),
        Mistake(
            "windows side by side",
            "the windows are taken k apart, as in pooling. Here they lie stride apart, and overlap "
            "where the stride is smaller than k.",
            lambda dy, x, k, stride: apart(dy, x, k),
        ),
        Mistake(
            "blame added instead of multiplied",
            "output and weight meet in a product: multiply the window by its blame.",
            lambda dy, x, k, stride: (dy[..., None, None] + windows(dy, x, k, stride)).sum((0, 1)),
        ),
        Mistake(
            "the same window for all",
            "each output has a window of its own. All blames meet the first one here.",
            lambda dy, x, k, stride: dy.sum() * x[:k, :k],
        ),
        Mistake(
            "pixels forgotten",
            "every weight gets all the blame. Multiply it by the pixel that the weight met.",
            lambda dy, x, k, stride: np.full((k, k), dy.sum()),
        ),
    ],
    hints=(
        "Look at one output alone: it is a sum of products, each of a weight and a pixel. What is "
        "the blame of one of these weights?",
        "From one output, weight [i, j] gets `dy[row, column]` times pixel [i, j] of its window. "
        "It was used for every output, so add up over all windows.",
        "Begin with `dw = np.zeros((k, k))`. In two loops over dy: the window begins at "
        "`row * stride, column * stride`; add `dy[row, column] * window` to dw.",
    ),
)
