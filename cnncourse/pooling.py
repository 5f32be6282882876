"""Pooling: one number for each window, the largest or the mean.

A window of k rows and columns is worked off one axis at a time: first the k values of each column,
then the k results side by side. That is 2 (k - 1) operations instead of k * k - 1, each of them on
whole arrays.
"""

import math

import numpy as np

from .memory import fresh
from .shapes import Array, borders, like, out_size, pad_image, pair, sizes


def max_pool2d(x: Array, k=2, *, stride=None, pad=0, memory=fresh):
    """Keep the largest value of each window.   x: (n, h, w, c)   ->   y: (n, oh, ow, c)

    k, stride (None: k), pad: pixels, an int or a (rows, columns) pair; pad also "same". Padding is
    -infinity, so it never wins. First the best of each column of the window, then the best of
    those: where values tie, the leftmost column and in it the topmost row gets the gradient.
    """
    k, stride, edges = _pool_settings("max_pool2d", x, k, stride, pad)
    lowest = -math.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    padded = pad_image(x, edges, lowest, memory)
    tall, pull_rows = _max_along(1, padded, k[0], stride[0], memory)
    y, pull_columns = _max_along(2, tall, k[1], stride[1], memory)
    return y, lambda dy: _inside(pull_rows(pull_columns(like(dy, y, "max_pool2d: dy"))), edges)


def avg_pool2d(x: Array, k=2, *, stride=None, pad=0, memory=fresh):
    """The mean of each window.   x: (n, h, w, c)   ->   y: (n, oh, ow, c)

    k, stride (None: k), pad: pixels, an int or a (rows, columns) pair; pad also "same". Padding is
    zeros, and they count: at a border, too, the sum is divided by all pixels of the window.
    """
    k, stride, edges = _pool_settings("avg_pool2d", x, k, stride, pad)
    padded = pad_image(x, edges, 0, memory)
    tall, pull_rows = _sum_along(1, padded, k[0], stride[0], memory)
    sums, pull_columns = _sum_along(2, tall, k[1], stride[1], memory)
    share = 1 / (k[0] * k[1])
    y = np.multiply(sums, share, out=memory("mean", sums.shape, np.result_type(x, np.float32)))

    def pull(dy: Array) -> Array:
        return _inside(pull_rows(pull_columns(like(dy, y, "avg_pool2d: dy") * share)), edges)

    return y, pull


def _pool_settings(name, x, k, stride, pad):
    """Checked and complete: k and stride as (rows, columns), the padding on each edge."""
    _, height, width, _ = sizes(x, "n h w c", f"{name}: x")
    k = pair(k, f"{name}: k")
    stride = k if stride is None else pair(stride, f"{name}: stride")
    top, bottom, left, right = edges = borders(pad, k, f"{name}: pad")
    if max(top, bottom) >= k[0] or max(left, right) >= k[1]:
        raise ValueError(
            f"{name}: pad should be smaller than k, or a window may hold no pixel at all, "
            f"but pad is {pad!r} and k is {k}."
        )
    out_size(top + height + bottom, k[0], stride[0], f"{name}: k")
    out_size(left + width + right, k[1], stride[1], f"{name}: k")
    return k, stride, edges


def _max_along(axis, x, k, stride, memory):
    """The largest of each run of k values along one axis; the first of equals gets the gradient."""
    taps = _taps(x, axis, k, stride)
    y = np.maximum(taps[0], taps[-1], out=memory(f"y{axis}", taps[0].shape, x.dtype))
    for tap in taps[1:-1]:
        np.maximum(y, tap, out=y)

    def pull(dy):
        dx, dtaps, tiled = _blank(x, dy, axis, k, stride, memory)
        for tap, dtap in zip(taps[:-1], dtaps):
            won = np.equal(tap, y, out=memory(f"won{axis}", y.shape, bool))
            if tiled:
                share = np.multiply(dy, won, out=dtap)
            else:
                share = dy * won
                dtap += share
            dy = dy - share  # what is left for the later ones
        dtaps[-1][...] = dy if tiled else dtaps[-1] + dy
        return dx

    return y, pull


def _sum_along(axis, x, k, stride, memory):
    """The sum of each run of k values along one axis."""
    taps = _taps(x, axis, k, stride)
    y = memory(f"y{axis}", taps[0].shape, x.dtype)
    np.copyto(y, taps[0])
    for tap in taps[1:]:
        y += tap

    def pull(dy):
        dx, dtaps, tiled = _blank(x, dy, axis, k, stride, memory)
        for dtap in dtaps:
            dtap[...] = dy if tiled else dtap + dy
        return dx

    return y, pull


def _taps(x, axis, k, stride):
    """k views of x: the first value of each window along an axis, the second of each, ..."""
    reach = (x.shape[axis] - k) // stride * stride + 1
    before = (slice(None),) * axis
    return [x[*before, i : i + reach : stride] for i in range(k)]


def _blank(x, dy, axis, k, stride, memory):
    """Room for the gradient of x, its taps, and whether they tile it (else it holds zeros)."""
    dx = memory(f"dx{axis}", x.shape, dy.dtype)
    tiled = stride == k and x.shape[axis] == k * dy.shape[axis]
    if not tiled:
        dx[...] = 0
    return dx, _taps(dx, axis, k, stride), tiled


def _inside(padded, edges):
    """Without the borders that pad_image added."""
    top, bottom, left, right = edges
    return padded[:, top : padded.shape[1] - bottom, left : padded.shape[2] - right]
