"""Exercise max_pool_back: only the winner of a window is to blame."""

import numpy as np

from ... import reference
from ..core import Mistake
from ..functions import FunctionExercise

RNG = np.random.default_rng(83)


def max_pool_back(dy, x, k):
    """The blame of each number of a map that was pooled.   dy: (oh, ow)   x: (h, w)"""
    dx = np.zeros(x.shape)
    for row in range(dy.shape[0]):
        for column in range(dy.shape[1]):
            window = x[row * k : row * k + k, column * k : column * k + k]
            i, j = np.unravel_index(window.argmax(), window.shape)
            dx[row * k + i, column * k + j] = dy[row, column]
    return dx


def right(dy, x, k):
    return reference.max_pool2d_back(dy[None, :, :, None], x[None, :, :, None], k)[0, :, :, 0]


def filled(blame_of):
    """Each window of dx filled by a function of its dy and its window of x."""

    def back(dy, x, k):
        dx = np.zeros(x.shape)
        for row, column in np.ndindex(dy.shape):
            at = slice(row * k, row * k + k), slice(column * k, column * k + k)
            dx[at] = blame_of(dy[row, column], x[at])
        return dx

    return back


def first_only(dy, x, k):
    kept = np.zeros(x.shape)
    kept[:k, :k] = right(dy, x, k)[:k, :k]
    return kept


def first_row(dy, x, k):
    kept = np.zeros(x.shape)
    kept[:k] = right(dy, x, k)[:k]
    return kept


def placed(where, of=np.array, slid=False, times_largest=False):
    """Blames put where `where` says; of: what is looked for the largest; slid: windows 1 apart."""

    def back(dy, x, k):
        dx, step = np.zeros(x.shape), 1 if slid else k
        for row, column in np.ndindex(dy.shape):
            top, left = row * step, column * step
            window = x[top : top + k, left : left + k]
            i, j = np.unravel_index(of(window).argmax(), window.shape)
            blame = dy[row, column] * (window.max() if times_largest else 1)
            dx[where(row, column, i, j, k)] = blame
        return dx

    return back


def as_a_row(dy, x, k):
    """The place that argmax gives, taken for a row of dx."""
    dx = np.zeros(x.shape)
    for row, column in np.ndindex(dy.shape):
        window = x[row * k : row * k + k, column * k : column * k + k]
        dx[window.argmax()] = dy[row, column]
    return dx


def anywhere(dy, x, k):
    dx = np.zeros(x.shape)
    for row, column in np.ndindex(dy.shape):
        window = x[row * k : row * k + k, column * k : column * k + k]
        dx[x == window.max()] = dy[row, column]
    return dx


def drawn(h, w, k):
    return RNG.normal(size=(h // k, w // k)), RNG.normal(size=(h, w)), k


EXERCISE = FunctionExercise(
    name="max_pool_back",
    asks="should return dx, as large as x: the blame of a window at the place of its largest "
    "number, and 0 elsewhere.",
    solution=max_pool_back,
    reference=right,
    cases={
        "one window": (np.array([[8.0]]), np.array([[1.0, 5.0], [2.0, 3.0]]), 2),
        "two windows": (
            np.array([[3.0, -2.0]]),
            np.array([[-4.0, -1.0, 0.5, 2.0], [-3.0, -2.0, 4.0, 1.0]]),
            2,
        ),
        "the same number in two windows": (
            np.array([[2.0, -3.0]]),
            np.array([[1.0, 5.0, 4.0, 0.0], [2.0, 3.0, 5.0, -1.0]]),
            2,
        ),
        "six windows": drawn(6, 4, 2),
        "a row and a column to spare": drawn(5, 7, 2),
        "windows of 3": drawn(6, 9, 3),
        "nearly alike": (
            np.array([[1.5, -0.5, 2.5]]),
            RNG.permutation(12).reshape(2, 6) / 1000,
            2,
        ),
        "windows of 1": drawn(3, 2, 1),
        "windows of 4": drawn(9, 8, 4),
        "many windows": drawn(11, 13, 2),
        "far below zero": (100 * RNG.normal(size=(2, 3)), RNG.normal(size=(4, 6)) - 1000, 2),
    },
    mistakes=[
        Mistake(
            "every number is to blame",
            "only the largest number of a window came out. A little more of another would have "
            "changed nothing.",
            [filled(lambda dy, x: dy), lambda dy, x, k: dy.repeat(k, axis=0).repeat(k, axis=1)],
        ),
        Mistake(
            "each gets a share",
            "that is the way back of average pooling. Here the largest gets all.",
            [filled(lambda dy, x: dy / x.size), filled(lambda dy, x: dy * x / x.sum())],
        ),
        Mistake(
            "the smallest is to blame",
            "the blame goes to the smallest number of each window.",
            filled(lambda dy, x: np.where(x == x.min(), dy, 0)),
        ),
        Mistake(
            "the first of each window",
            "the blame goes to the upper left number. Where is the largest?",
            filled(lambda dy, x: np.where(np.arange(x.size).reshape(x.shape) == 0, dy, 0)),
        ),
        Mistake(
            "the largest number instead of its blame",
            "what belongs at this place is the blame dy, and not the number itself.",
            filled(lambda dy, x: np.where(x == x.max(), x, 0)),
        ),
        Mistake(
            "blame times the largest number",
            "the largest number came out as it was, so its slope is 1, and its blame is dy.",
            [
                filled(lambda dy, x: np.where(x == x.max(), dy * x, 0)),
                filled(lambda dy, x: dy * x.max()),
            ],
        ),
        Mistake(
            "1 instead of the blame",
            "the winners are right. What each gets is the blame of its window.",
            filled(lambda dy, x: np.where(x == x.max(), 1.0, 0)),
        ),
        Mistake(
            "the place in the window",
            "argmax gives a place in the window. The window itself begins at row * k, column * k.",
            [placed(lambda row, column, i, j, k: (i, j)), as_a_row],
        ),
        Mistake(
            "k forgotten",
            "the window of dy[row, column] begins at row * k and column * k.",
            [
                placed(lambda row, column, i, j, k: (row + i, column + j)),
                placed(lambda row, column, i, j, k: (row + i, column + j), slid=True),
            ],
        ),
        Mistake(
            "the place of the window alone",
            "the blame is put where the window is in dy, or where it begins in x. Where in the "
            "window is the largest number?",
            [
                placed(lambda row, column, i, j, k: (row, column)),
                placed(lambda row, column, i, j, k: (row, column), times_largest=True),
            ],
        ),
        Mistake(
            "rows and columns swapped",
            "in the window, row and column of the winner are swapped. In a window of k columns, "
            "number n lies in row n // k, column n % k.",
            placed(lambda row, column, i, j, k: (row * k + j, column * k + i)),
        ),
        Mistake(
            "the largest without its sign",
            "below 0, the number nearest to 0 is the largest: no abs.",
            placed(lambda row, column, i, j, k: (row * k + i, column * k + j), of=np.abs),
        ),
        Mistake(
            "looked for in the whole map",
            "the largest number of a window may stand in other windows as well. Look for it in its "
            "own window only.",
            anywhere,
        ),
        Mistake(
            "max pooling itself",
            "these are the largest numbers: the way forward. Here their blame is handed back.",
            lambda dy, x, k: reference.max_pool2d(x[None, :, :, None], k)[0, :, :, 0],
        ),
        Mistake(
            "return inside the loop",
            "only the first window is filled in. How far is the return indented?",
            first_only,
        ),
        Mistake(
            "return inside the loop",
            "only the first row of windows is filled in. How far is the return indented?",
            first_row,
        ),
        Mistake(
            "as large as dy",
            "each number of x should get its blame, so dx is as large as x.",
            lambda dy, x, k: dy,
        ),
        Mistake(
            "nothing filled in",
            "all is 0 still. Is the blame put into dx?",
            lambda dy, x, k: np.zeros(x.shape),
        ),
    ],
    hints=(
        "Nudge the largest number of a window: how much does the output change? And the others?",
        "Begin with zeros as large as x. For each number of dy, cut its window out of x as for max "
        "pooling, and find where the largest number is.",
        "`i, j = np.unravel_index(window.argmax(), window.shape)` is its place in the window; in x "
        "it lies at `row * k + i`, `column * k + j`.",
    ),
)
