"""Pooling: one number for each window, the largest or the mean.

A window of k rows and columns is worked off one axis at a time: first the k values of each column,
then the k results side by side. That is 2 (k - 1) operations instead of k * k - 1, each of them on
whole arrays.
"""

import math

import numpy as np

from .shapes import Array, check_bool, check_same_shape, pad_image, sizes
from .window import window
from .workers import LONG_PIECE_BYTES, cut, deal
from .workspace import lend, order_of

BOOL = np.dtype(bool)


def max_pool2d(x: Array, k=2, *, stride=None, pad=0):
    """Keep the largest value of each window.   x: (n, h, w, c)   ->   y: (n, oh, ow, c)

    k, stride (None: k), pad: pixels, an int or a (rows, columns) pair; pad also "same" or "valid".
    Padding is -infinity, so it never wins. First the best of each column of the window, then the
    best of those: where values tie, the leftmost column and in it the topmost row has the gradient.
    """
    return bind_max_pool2d(x, k, stride, pad)(x)


def bind_max_pool2d(x: Array, k=2, stride=None, pad=0, learn=True):
    """run(x) -> y, pull, bound for all x of this shape and dtype; without `learn` no pull."""
    lies = _window("max_pool2d", x, k, stride, pad)
    lowest = -math.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    return _bind("max_pool2d", x, lies, lowest, _best, _to_best, learn)


def avg_pool2d(x: Array, k=2, *, stride=None, pad=0, count_include_pad=True):
    """The mean of each window.   x: (n, h, w, c)   ->   y: (n, oh, ow, c)

    k, stride (None: k), pad: pixels, an int or a (rows, columns) pair; pad also "same" or "valid".
    Padding is zeros, and they count: at a border, too, the sum is divided by all pixels of the
    window. With count_include_pad=False it is divided by those that lie in the image.
    """
    return bind_avg_pool2d(x, k, stride, pad, count_include_pad)(x)


def bind_avg_pool2d(x: Array, k=2, stride=None, pad=0, count_include_pad=True, learn=True):
    """run(x) -> y, pull, bound for all x of this shape and dtype; without `learn` no pull."""
    lies = _window("avg_pool2d", x, k, stride, pad)
    check_bool(count_include_pad, "avg_pool2d: count_include_pad")
    share = 1 / math.prod(lies.k)
    if any(lies.edges) and not count_include_pad:
        share = 1 / lies.pixels(*x.shape[1:3], "avg_pool2d: k")
        share = share[:, :, None].astype(np.result_type(x, np.float32))
    return _bind("avg_pool2d", x, lies, 0, _total, _to_all, learn, share)


def global_avg_pool2d(x: Array):
    """The mean of each whole map, whatever its size.   x: (n, h, w, c)   ->   y: (n, c)

    After Lin, Chen and Yan, "Network in network" (2014).
    """
    n, height, width, c = sizes(x, "n h w c", "global_avg_pool2d: x")
    dtype = np.result_type(x, np.float32)
    # columns first, then what they gave: a million float32 in one sum would lose digits
    total = x.sum(axis=1, dtype=dtype).sum(axis=1)
    y = np.divide(total, height * width, dtype=dtype)

    def pull(dy: Array) -> Array:
        # dL/dx = dL/dy / (h * w), the same for every pixel of a map
        share = check_same_shape(dy, (n, c), "global_avg_pool2d: dy") / np.float32(height * width)
        dx = np.empty((n, height, width, c), share.dtype)
        dx[...] = share[:, None, None]
        return dx

    return y, pull


def _window(name, x, k, stride, pad):
    """The window of a pooling, checked."""
    _, height, width, _ = sizes(x, "n h w c", f"{name}: x")
    lies = window(name, k, k if stride is None else stride, pad)
    (rows, columns), (top, bottom, left, right) = lies.k, lies.edges
    if max(top, bottom) >= rows or max(left, right) >= columns:
        raise ValueError(
            f"{name}: pad should be smaller than k, or a window may hold no pixel at all, "
            f"but pad is {pad!r} and k is {lies.k}."
        )
    lies.places(height, width, f"{name}: k")
    return lies


def _bind(name, x, lies, border, join, give, learn, share=None):
    """run(x) -> y, pull, bound for all x of this shape and dtype.

    join(x, taps, out, won): makes one array of all taps of x; notes in `won` which tap it was.
    give(dy, won, dx, taps): whose gradient dy is.
    share: a factor for what comes out, one number or one for each window, or None.
    """
    n, height, width, c = x_shape = x.shape
    (top, _, left, _), (high, wide) = lies.edges, lies.framed(height, width)
    oh, ow = lies.places(height, width, name)
    framed, order = any(lies.edges), order_of(x)
    dtype = x.dtype if share is None else np.result_type(x, np.float32)
    pieces = cut(n, LONG_PIECE_BYTES // (2 * height * width * c * x.itemsize))
    numbers = range(len(pieces))
    in_rows, in_columns = _Taps(lies, 0, oh, high), _Taps(lies, 1, ow, wide)

    def noted(piece):
        """For each tap of a row but the first, and of a column, where it was the best so far."""
        some = piece.stop - piece.start
        shapes = [(some, oh, wide, c)] * (lies.k[0] - 1), [(some, oh, ow, c)] * (lies.k[1] - 1)
        return [[lend(shape, BOOL, order) for shape in of_axis] for of_axis in shapes]

    won_in = [noted(piece) if learn and join is _best else (None, None) for piece in pieces]

    def run(x):
        y = lend((n, oh, ow, c), dtype, order)

        def forward(place):
            piece, (won_rows, won_columns) = pieces[place], won_in[place]
            part = pad_image(x[piece], lies.edges, border) if framed else x[piece]
            tall = lend((piece.stop - piece.start, oh, wide, c), dtype, order)
            join(part, in_rows, tall, won_rows)
            join(tall, in_columns, y[piece], won_columns)
            if share is not None:
                np.multiply(y[piece], share, out=y[piece])

        deal(forward, numbers)
        return y, pull if learn else None

    def pull(dy: Array) -> Array:
        check_same_shape(dy, (n, oh, ow, c), f"{name}: dy")
        dtype = dy.dtype if share is None else np.result_type(dy, np.float32)
        dx = lend(x_shape, dtype, order)

        def backward(place):
            piece, (won_rows, won_columns) = pieces[place], won_in[place]
            some = piece.stop - piece.start
            dpart = dy[piece] if share is None else dy[piece] * share
            dtall = lend((some, oh, wide, c), dtype, order)
            give(dpart, won_columns, dtall, in_columns)
            dpadded = lend((some, high, wide, c), dtype, order) if framed else dx[piece]
            give(dtall, won_rows, dpadded, in_rows)
            if framed:
                dx[piece] = dpadded[:, top : top + height, left : left + width]

        deal(backward, numbers)
        return dx

    return run


class _Taps:
    """Where the first values of all windows lie along an axis of images, the second ones, ...

    at: an index for each; tiled: whether they are all values, each of them once.
    """

    def __init__(self, lies, axis, places, size):
        k, stride, before = lies.k[axis], lies.stride[axis], (slice(None),) * (axis + 1)
        stop = (places - 1) * stride + 1
        self.first, *self.others = [(*before, slice(i, i + stop, stride)) for i in range(k)]
        self.tiled = stride == k and size == k * places


def _best(x, taps, best, won):
    """The largest of all taps of x; in `won`, if wanted, where each later tap beat all before."""
    largest = x[taps.first]
    for place, tap in enumerate(taps.others):
        if won:
            np.greater(x[tap], largest, out=won[place])
        largest = np.maximum(largest, x[tap], out=best)
    if not taps.others:
        np.copyto(best, largest)


def _to_best(dy, won, dx, taps):
    """Give each dy to the first tap that held the largest value."""
    # dL/dx = the sum of dL/dy over the windows whose largest value x is
    if not taps.tiled:
        dx[...] = 0
    # the last tap first: where it beat all before it, dy is its own; the rest is for those before
    for beat, tap in zip(won[::-1], taps.others[::-1]):
        if taps.tiled:
            taken = np.multiply(dy, beat, out=dx[tap])
        else:
            taken = dy * beat
            dx[tap] += taken
        dy = np.subtract(dy, taken, out=dx[taps.first] if taps.tiled else None)
    if not taps.tiled:
        dx[taps.first] += dy
    elif not taps.others:
        np.copyto(dx, dy)


def _total(x, taps, total, won):
    """The sum of all taps of x."""
    np.copyto(total, x[taps.first])
    for tap in taps.others:
        np.add(total, x[tap], out=total)


def _to_all(dy, won, dx, taps):
    """Give each dy to all taps."""
    # dL/dx = the sum of dL/dy / (pixels that count) over the windows of x; `pull` has divided
    if not taps.tiled:
        dx[...] = 0
    for tap in (taps.first, *taps.others):
        if taps.tiled:
            np.copyto(dx[tap], dy)
        else:
            dx[tap] += dy
