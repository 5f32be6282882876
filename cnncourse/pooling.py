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
from .workspace import lend

BOOL = np.dtype(bool)


def max_pool2d(x: Array, k=2, *, stride=None, pad=0):
    """Keep the largest value of each window.   x: (n, h, w, c)   ->   y: (n, oh, ow, c)

    k, stride (None: k), pad: pixels, an int or a (rows, columns) pair; pad also "same" or "valid".
    Padding is -infinity, so it never wins. First the best of each column of the window, then the
    best of those: where values tie, the leftmost column and in it the topmost row has the gradient.
    """
    return bind_max_pool2d(x, k, stride, pad)(x)


def bind_max_pool2d(x: Array, k=2, stride=None, pad=0):
    """run(x) -> y, pull, bound for all x of this shape and dtype."""
    lies = _window("max_pool2d", x, k, stride, pad)
    lowest = -math.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    return _bind("max_pool2d", x, lies, lowest, _best, _to_best)


def avg_pool2d(x: Array, k=2, *, stride=None, pad=0, count_include_pad=True):
    """The mean of each window.   x: (n, h, w, c)   ->   y: (n, oh, ow, c)

    k, stride (None: k), pad: pixels, an int or a (rows, columns) pair; pad also "same" or "valid".
    Padding is zeros, and they count: at a border, too, the sum is divided by all pixels of the
    window. With count_include_pad=False it is divided by those that lie in the image.
    """
    return bind_avg_pool2d(x, k, stride, pad, count_include_pad)(x)


def bind_avg_pool2d(x: Array, k=2, stride=None, pad=0, count_include_pad=True):
    """run(x) -> y, pull, bound for all x of this shape and dtype."""
    lies = _window("avg_pool2d", x, k, stride, pad)
    check_bool(count_include_pad, "avg_pool2d: count_include_pad")
    share = 1 / math.prod(lies.k)
    if any(lies.edges) and not count_include_pad:
        share = 1 / lies.pixels(*x.shape[1:3], "avg_pool2d: k")
        share = share[:, :, None].astype(np.result_type(x, np.float32))
    return _bind("avg_pool2d", x, lies, 0, _total, _to_all, share)


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


def _bind(name, x, lies, border, join, give, share=None):
    """run(x) -> y, pull, bound for all x of this shape and dtype.

    join(taps, out, learn): makes one array of all taps; returns what the way back has to know.
    give(dy, known, dtaps, tiled): whose gradient dy is.
    share: a factor for what comes out, one number or one for each window, or None.
    """
    n, height, width, c = x_shape = x.shape
    k, stride, _, edges = lies
    (top, _, left, _), (high, wide) = edges, lies.framed(height, width)
    oh, ow = lies.places(height, width, name)
    dtype = x.dtype if share is None else np.result_type(x, np.float32)
    pieces = cut(n, LONG_PIECE_BYTES // (2 * height * width * c * x.itemsize))

    def run(x, learn=True):
        y = lend((n, oh, ow, c), dtype)

        def forward(piece):
            rows = _taps(pad_image(x[piece], edges, border), 1, k[0], stride[0])
            tall = lend((len(y[piece]), oh, wide, c), dtype)
            known_rows = join(rows, tall, learn)
            known_columns = join(_taps(tall, 2, k[1], stride[1]), y[piece], learn)
            if share is not None:
                np.multiply(y[piece], share, out=y[piece])
            return known_rows, known_columns

        known = deal(forward, pieces)
        return y, (lambda dy: pull(known, dy)) if learn else None

    def pull(known, dy: Array) -> Array:
        check_same_shape(dy, (n, oh, ow, c), f"{name}: dy")
        dtype = dy.dtype if share is None else np.result_type(dy, np.float32)
        dx = lend(x_shape, dtype)

        def backward(place):
            piece, (known_rows, known_columns) = pieces[place], known[place]
            some = len(dx[piece])
            dpart = dy[piece] if share is None else dy[piece] * share
            dtall = lend((some, oh, wide, c), dtype)
            give(dpart, known_columns, *_blank(dtall, 2, k[1], stride[1], ow))
            dpadded = lend((some, high, wide, c), dtype) if any(edges) else dx[piece]
            give(dtall, known_rows, *_blank(dpadded, 1, k[0], stride[0], oh))
            if any(edges):
                dx[piece] = dpadded[:, top : top + height, left : left + width]

        deal(backward, range(len(pieces)))
        return dx

    return run


def _best(taps, best, learn):
    """The largest of all taps; for the way back, where each later tap beat all before it."""
    largest, won = taps[0], []
    for tap in taps[1:]:
        if learn:
            won.append(np.greater(tap, largest, out=lend(best.shape, BOOL)))
        largest = np.maximum(largest, tap, out=best)
    if len(taps) == 1:
        np.copyto(best, largest)
    return won


def _to_best(dy, won, dtaps, tiled):
    """Give each dy to the first tap that held the largest value."""
    # dL/dx = the sum of dL/dy over the windows whose largest value x is
    for beat, dtap in zip(won[::-1], dtaps[:0:-1]):
        if tiled:
            taken = np.multiply(dy, beat, out=dtap)
        else:
            taken = dy * beat
            dtap += taken
        dy = np.subtract(dy, taken, out=dtaps[0] if tiled else None)  # left for earlier taps
    if not tiled:
        dtaps[0] += dy
    elif not won:
        np.copyto(dtaps[0], dy)


def _total(taps, total, learn):
    """The sum of all taps."""
    np.copyto(total, taps[0])
    for tap in taps[1:]:
        np.add(total, tap, out=total)


def _to_all(dy, known, dtaps, tiled):
    """Give each dy to all taps."""
    # dL/dx = the sum of dL/dy / (pixels that count) over the windows of x; `pull` has divided
    for dtap in dtaps:
        if tiled:
            np.copyto(dtap, dy)
        else:
            dtap += dy


def _taps(x, axis, k, stride):
    """k views of x: the first value of each window along an axis, the second of each, ..."""
    reach = (x.shape[axis] - k) // stride * stride + 1
    before = (slice(None),) * axis
    return [x[*before, i : i + reach : stride] for i in range(k)]


def _blank(dx, axis, k, stride, windows):
    """The taps of dx, and whether they tile it; where they do not, dx is made zero to add to."""
    tiled = stride == k and dx.shape[axis] == k * windows
    if not tiled:
        dx[...] = 0
    return _taps(dx, axis, k, stride), tiled
