"""Exercise avg_pool_back, lesson 08: each number of a window is to blame alike."""

import numpy as np

from ... import reference
from ..core import Mistake
from ..functions import FunctionExercise
from .max_pool_back import filled

RNG = np.random.default_rng(86)


def avg_pool_back(dy, x, k):
    """The blame of each number of a map that was averaged.   dy: (oh, ow)   x: (h, w)"""
    dx = np.zeros(x.shape)
    for row in range(dy.shape[0]):
        for column in range(dy.shape[1]):
            top, left = row * k, column * k
            dx[top : top + k, left : left + k] = dy[row, column] / (k * k)
    return dx


def right(dy, x, k):
    return reference.avg_pool2d_back(dy[None, :, :, None], x[None, :, :, None], k)[0, :, :, 0]


def cut(rows, columns):
    """The right answer, with zeros from a row and a column of windows on."""

    def back(dy, x, k):
        kept = np.zeros(x.shape)
        part = slice(rows and rows * k), slice(columns and columns * k)
        kept[part] = right(dy, x, k)[part]
        return kept

    return back


def every_window_at_the_corner(dy, x, k):
    dx = np.zeros(x.shape)
    for blame in dy.ravel():
        dx[:k, :k] = blame / (k * k)
    return dx


def slid(step, most=None, adds=False):
    """Windows so far apart, instead of k; most: so large, instead of k."""

    def back(dy, x, k):
        dx, size = np.zeros(x.shape), most or k
        for row, column in np.ndindex(dy.shape):
            at = np.s_[row * step : row * step + size, column * step : column * step + size]
            dx[at] = dx[at] * adds + dy[row, column] / size**2
        return dx

    return back


def drawn(h, w, k, size=1.0):
    return size * RNG.normal(size=(h // k, w // k)), RNG.normal(size=(h, w)), k


EXERCISE = FunctionExercise(
    name="avg_pool_back",
    asks="should return dx, as large as x: for each number of a window, the blame of the window "
    "divided by how many numbers it has.",
    solution=avg_pool_back,
    reference=right,
    cases={
        "one window": (np.array([[8.0]]), np.array([[1.0, 5.0], [2.0, 3.0]]), 2),
        "two windows": (
            np.array([[3.0, -2.0]]),
            np.array([[-4.0, -1.0, 0.5, 2.0], [-3.0, -2.0, 4.0, 1.0]]),
            2,
        ),
        "six windows": drawn(6, 4, 2),
        "a row and a column to spare": drawn(5, 7, 2),
        "windows of 3": drawn(6, 9, 3, 10),
        "windows of 1": drawn(3, 2, 1),
        "windows of 4": drawn(9, 8, 4, 50),
        "many windows": drawn(11, 13, 2, 0.01),
        "large blame": drawn(6, 11, 3, 1000),
    },
    mistakes=[
        Mistake(
            "all the blame to each",
            "a mean counts each number as one of k * k, so each gets that part of the blame.",
            filled(lambda dy, x: dy),
        ),
        Mistake(
            "multiplied by k * k",
            "each of k * k numbers has only one part of that many in the mean: divide.",
            filled(lambda dy, x: dy * x.size),
        ),
        Mistake(
            "always windows of 2",
            "4 numbers are in a window of 2 by 2. In one of k by k there are k * k.",
            [filled(lambda dy, x: dy / 4), lambda dy, x, k: slid(2, 2)(dy, x, 2)],
        ),
        Mistake(
            "divided by k",
            "a window has k rows and k columns: k * k numbers.",
            filled(lambda dy, x: dy / len(x)),
        ),
        Mistake(
            "divided by the number of windows",
            "divide by the numbers in one window, k * k, and not by how many windows there are.",
            [
                lambda dy, x, k: filled(lambda blame, _: blame / dy.size)(dy, x, k),
                lambda dy, x, k: filled(lambda blame, _: blame / x.size)(dy, x, k),
            ],
        ),
        Mistake(
            "the largest gets all",
            "that is the way back of max pooling. In a mean, all numbers count alike.",
            filled(lambda dy, x: np.where(x == x.max(), dy, 0)),
        ),
        Mistake(
            "by their size",
            "each gets as much as it is large. But in a mean all numbers count alike, whatever "
            "they are: x itself is not needed.",
            [
                filled(lambda dy, x: dy * x / x.sum()),
                filled(lambda dy, x: dy * x / x.size),
                filled(lambda dy, x: dy * x),
                filled(lambda dy, x: dy * x.mean()),
            ],
        ),
        Mistake(
            "the mean instead of its blame",
            "this is made of the numbers of x. What is handed back is the blame dy.",
            [filled(lambda dy, x: x.mean()), filled(lambda dy, x: x / x.size)],
        ),
        Mistake(
            "the slope alone",
            "the slope is 1 / (k * k). Multiply the blame by it.",
            filled(lambda dy, x: 1 / x.size),
        ),
        Mistake(
            "every window at the corner",
            "all windows are written to the upper left. The window of dy[row, column] begins at "
            "row * k, column * k.",
            every_window_at_the_corner,
        ),
        Mistake(
            "windows slid by 1",
            "the windows lie side by side: the next one begins k numbers further.",
            [slid(1), slid(1, adds=True)],
        ),
        Mistake(
            "only the first of each window",
            "only the upper left number of each window is filled in. All of them were in the mean.",
            filled(lambda dy, x: dy / x.size * (np.arange(x.size).reshape(x.shape) == 0)),
        ),
        Mistake(
            "the mean blame everywhere",
            "each window has a blame of its own, and hands it to its own numbers only.",
            [
                lambda dy, x, k: np.full(x.shape, dy.mean()),
                lambda dy, x, k: np.full(x.shape, dy.sum() / x.size),
            ],
        ),
        Mistake(
            "return inside the loop",
            "only the first window, or the first row of them, is filled in. How far is the return "
            "indented?",
            [cut(1, 1), cut(1, None)],
        ),
        Mistake(
            "the numbers to spare are missing",
            "dx is as large as all windows together. It should be as large as x: what no window "
            "holds has the blame 0.",
            lambda dy, x, k: dy.repeat(k, axis=0).repeat(k, axis=1) / (k * k),
        ),
        Mistake(
            "as large as dy",
            "each number of x should get its blame, so dx is as large as x.",
            [lambda dy, x, k: dy / (k * k), lambda dy, x, k: dy],
        ),
        Mistake(
            "nothing filled in",
            "all is 0 still. Is the blame put into dx?",
            lambda dy, x, k: np.zeros(x.shape),
        ),
    ],
    hints=(
        "Nudge one number of a window by 0.1. By how much does the mean of all k * k change?",
        "Begin with zeros as large as x. For each number of dy, find its window as in max pooling; "
        "here all numbers of it get the same.",
        "The window of `dy[row, column]` is `dx[row * k : row * k + k, column * k : column * k + "
        "k]`. Put `dy[row, column] / (k * k)` there.",
    ),
)
