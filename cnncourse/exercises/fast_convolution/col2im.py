"""Exercise col2im, lesson 12: the way back through im2col."""

import numpy as np

from ..core import Mistake
from ..functions import FunctionExercise

RNG = np.random.default_rng(122)


def col2im(d_columns, shape, k):
    """What all windows send to each pixel.   d_columns: (places, k * k * c)   ->   (h, w, c)"""
    h, w, c = shape
    dx = np.zeros(shape)
    place = 0
    for row in range(h - k + 1):
        for column in range(w - k + 1):
            sent = d_columns[place].reshape(k, k, c)
            dx[row : row + k, column : column + k] += sent
            place = place + 1
    return dx


def sent_by(d_columns, shape, k):
    """(oh, ow, k, k, c)"""
    h, w, c = shape
    return d_columns.reshape(h - k + 1, w - k + 1, k, k, c)


def gather(sent, shape):
    """Add up what each window sends, weight by weight.   sent: (oh, ow, k, k, c)"""
    dx, (oh, ow, k) = np.zeros(shape), sent.shape[:3]
    for i, j in np.ndindex(k, k):
        dx[i : i + oh, j : j + ow] += sent[:, :, i, j]
    return dx


def right(d_columns, shape, k):
    return gather(sent_by(d_columns, shape, k), shape)


def counts(d_columns, shape, k):
    """In how many windows each pixel lies."""
    return gather(np.ones_like(sent_by(d_columns, shape, k)), shape)


def kept(last):
    """The mistake of keeping what one window sends, the last or the first that comes."""

    def does(d_columns, shape, k):
        sent, dx = sent_by(d_columns, shape, k), np.zeros(shape)
        places = list(np.ndindex(*sent.shape[:2]))
        for row, column in places if last else places[::-1]:
            dx[row : row + k, column : column + k] = sent[row, column]
        return dx

    return does


def changed(change):
    """The mistake of reading each row in another order: change(sent) of (oh, ow, k, k, c)."""
    return lambda d_columns, shape, k: gather(change(sent_by(d_columns, shape, k)), shape)


def channels_first(d_columns, shape, k):
    sent = sent_by(d_columns, shape, k)
    return gather(sent.reshape(*sent.shape[:2], shape[2], k, k).transpose(0, 1, 3, 4, 2), shape)


def walked(place, missing=0):
    """The mistake of taking another row of d_columns for a window: place(row, column, ow, w)."""

    def does(d_columns, shape, k):
        (h, w, c), dx = shape, np.zeros(shape)
        oh, ow = h - k + 1, w - k + 1
        for row, column in np.ndindex(oh - missing, ow - missing):
            sent = d_columns[place(row, column, ow, w)].reshape(k, k, c)
            dx[row : row + k, column : column + k] += sent
        return dx

    return does


def columns_first(d_columns, shape, k):
    sent = sent_by(d_columns, shape, k)
    turned = d_columns.reshape(sent.shape[1], sent.shape[0], k, k, shape[2])
    return gather(turned.transpose(1, 0, 2, 3, 4), shape)


def drawn(h, w, c, k, size=1.0):
    return size * RNG.normal(size=((h - k + 1) * (w - k + 1), k * k * c)), (h, w, c), k


EXERCISE = FunctionExercise(
    name="col2im",
    asks="should return dx, of the given shape (h, w, c): for each pixel, the sum of what all its "
    "windows send to it.",
    solution=col2im,
    reference=right,
    cases={
        "one window": (np.array([[1.0, -2.0, 3.0, 0.5]]), (2, 2, 1), 2),
        "two windows": (np.array([[1.0, 2.0, 3.0, 4.0], [10.0, 20.0, 30.0, 40.0]]), (2, 3, 1), 2),
        "four windows": (np.arange(1.0, 17).reshape(4, 4), (3, 3, 1), 2),
        "two channels": (np.arange(16.0).reshape(2, 8), (2, 3, 2), 2),
        "three by three": drawn(4, 6, 1, 3),
        "more rows than columns": drawn(8, 4, 2, 3),
        "a wide image, four channels": drawn(3, 9, 4, 2),
        "windows of one pixel": drawn(3, 4, 3, 1),
        "small numbers": drawn(6, 7, 3, 4, 0.01),
        "large numbers": drawn(7, 6, 2, 5, 500),
        "whole numbers": (RNG.integers(-9, 10, (6, 12)), (4, 3, 3), 2),
    },
    mistakes=[
        Mistake(
            "the last window wins",
            "each window takes the place of what came before. A pixel gets something from every "
            "window that it lies in: add up, +=.",
            kept(last=True),
        ),
        Mistake(
            "the first window wins",
            "a pixel keeps what came first. It gets something from every window that it lies in: "
            "add up, +=.",
            kept(last=False),
        ),
        Mistake(
            "the mean over the windows",
            "gradients add up over the uses of a number; they are not averaged.",
            [
                lambda *given: right(*given) / counts(*given),
                lambda d_columns, shape, k: right(d_columns, shape, k) / k**2,
            ],
        ),
        Mistake(
            "channel after channel",
            "in a row, the channels of a pixel stand together: reshape(k, k, c), not (c, k, k).",
            channels_first,
        ),
        Mistake(
            "windows turned on their side",
            "a row holds its window row by row.",
            changed(lambda sent: sent.swapaxes(2, 3)),
        ),
        Mistake(
            "windows turned round",
            "number [i, j] of a row came from pixel [i, j] of its window and goes back there. The "
            "kernel is turned round where pixels collect, not where windows send.",
            [
                changed(lambda sent: sent[:, :, ::-1, ::-1]),
                changed(lambda sent: sent[:, :, ::-1, ::-1, ::-1]),
            ],
        ),
        Mistake(
            "windows in another order",
            "the rows of d_columns are the places row by row: the first row of places from left to "
            "right, then the second.",
            [
                columns_first,
                lambda d_columns, shape, k: right(d_columns[::-1], shape, k),
            ],
        ),
        Mistake(
            "only the first number of each window",
            "each window sends something to all of its k * k pixels, not to its corner alone.",
            [
                lambda d_columns, shape, k: np.pad(
                    sent_by(d_columns, shape, k)[:, :, 0, 0], ((0, k - 1), (0, k - 1), (0, 0))
                ),
                lambda d_columns, shape, k: sent_by(d_columns, shape, k)[:, :, 0, 0],
            ],
        ),
        Mistake(
            "one row for all windows",
            "the first row of d_columns is used for all windows, or for all in a row. Count the "
            "windows at the end of the inner loop.",
            [
                lambda d_columns, shape, k: right(
                    np.repeat(d_columns[:1], len(d_columns), axis=0), shape, k
                ),
                lambda d_columns, shape, k: gather(
                    np.repeat(sent_by(d_columns, shape, k)[:1], shape[0] - k + 1, axis=0), shape
                ),
                walked(lambda row, column, ow, w: row),
            ],
        ),
        Mistake(
            "places counted by the image's width",
            "a row of places is shorter than a row of pixels: w - k + 1.",
            walked(lambda row, column, ow, w: row * w + column),
        ),
        Mistake(
            "only the first window",
            "the loop ends after the first window. How far is the return indented?",
            changed(
                lambda sent: np.pad(
                    sent[:1, :1], [(0, n - 1) for n in sent.shape[:2]] + [(0, 0)] * 3
                )
            ),
        ),
        Mistake(
            "only the first row of places",
            "the loop ends after the first row. How far is the return indented?",
            changed(lambda sent: np.pad(sent[:1], [(0, len(sent) - 1)] + [(0, 0)] * 4)),
        ),
        Mistake(
            "the last places are missing",
            "there are h - k + 1 places down and w - k + 1 across: the last window ends at the "
            "edge.",
            [
                changed(lambda sent: np.pad(sent[:-1, :-1], [(0, 1), (0, 1)] + [(0, 0)] * 3)),
                walked(lambda row, column, ow, w: row * (ow - 1) + column, missing=1),
                changed(lambda sent: np.pad(sent[:-1], [(0, 1)] + [(0, 0)] * 4)),
                changed(lambda sent: np.pad(sent[:, :-1], [(0, 0), (0, 1)] + [(0, 0)] * 3)),
            ],
        ),
        Mistake(
            "one number for the whole window",
            "each pixel of a window gets a number of its own. Do not add up within the row.",
            [
                lambda d_columns, shape, k: right(
                    0 * d_columns + d_columns.sum(axis=1, keepdims=True), shape, k
                ),
                lambda d_columns, shape, k: right(
                    0 * d_columns + d_columns.mean(axis=1, keepdims=True), shape, k
                ),
            ],
        ),
        Mistake(
            "channels added up",
            "each channel gets its own: dx has the shape of x, with all channels.",
            [
                lambda *given: right(*given).sum(axis=2),
                lambda *given: right(*given).sum(axis=2, keepdims=True) + np.zeros(given[1]),
            ],
        ),
        Mistake(
            "how often, not how much",
            "this counts the windows of each pixel. Add up what they send.",
            counts,
        ),
    ],
    hints=(
        "im2col copied each pixel into the rows of all its windows. By the rule of lesson 08, what "
        "the copies get adds up in the pixel.",
        "Walk over the places in the same two loops as im2col. The row of a place, "
        "`.reshape(k, k, c)`, is what its window sends to its pixels.",
        "Begin with `dx = np.zeros(shape)` and `place = 0`. In the loops: "
        "`dx[row : row + k, column : column + k] += sent`, and then `place = place + 1`.",
    ),
)
