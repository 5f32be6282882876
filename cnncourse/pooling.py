"""Pooling: one number for each window, the largest or the mean.

A window of k rows and columns is worked off one axis at a time: first the k values of each column,
then the k results side by side. That is 2 (k - 1) operations instead of k * k - 1, each of them on
whole arrays.
"""

import math

import numpy as np

from .memory import as_now, fresh, scratch
from .shapes import Array, borders, check_bool, like, out_size, pad_image, pair, sizes
from .workers import LONG_PIECE_BYTES, cut, deal


def max_pool2d(x: Array, k=2, *, stride=None, pad=0, memory=fresh):
    """Keep the largest value of each window.   x: (n, h, w, c)   ->   y: (n, oh, ow, c)

    k, stride (None: k), pad: pixels, an int or a (rows, columns) pair; pad also "same" or "valid".
    Padding is -infinity, so it never wins. First the best of each column of the window, then the
    best of those: where values tie, the leftmost column and in it the topmost row has the gradient.
    """
    settings = _pool_settings("max_pool2d", x, k, stride, pad)
    x = as_now(x, memory)
    lowest = -math.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    return _pool("max_pool2d", x, *settings, lowest, np.maximum, _to_winner, None, memory)


def avg_pool2d(x: Array, k=2, *, stride=None, pad=0, count_include_pad=True, memory=fresh):
    """The mean of each window.   x: (n, h, w, c)   ->   y: (n, oh, ow, c)

    k, stride (None: k), pad: pixels, an int or a (rows, columns) pair; pad also "same" or "valid".
    Padding is zeros, and they count: at a border, too, the sum is divided by all pixels of the
    window. With count_include_pad=False it is divided by those that lie in the image.
    """
    settings = k, stride, edges = _pool_settings("avg_pool2d", x, k, stride, pad)
    check_bool(count_include_pad, "avg_pool2d: count_include_pad")
    share = 1 / (k[0] * k[1])
    if any(edges) and not count_include_pad:
        rows = _pixels_inside(x.shape[1], k[0], stride[0], *edges[:2])
        columns = _pixels_inside(x.shape[2], k[1], stride[1], *edges[2:])
        share = (1 / np.outer(rows, columns))[:, :, None].astype(np.result_type(x, np.float32))
    return _pool("avg_pool2d", x, *settings, 0, np.add, _to_all, share, memory)


def _pixels_inside(size, k, stride, before, after):
    """For each window along an axis, how many of its pixels lie in the image, not in a border."""
    starts = np.arange(0, before + size + after - k + 1, stride) - before
    return np.minimum(starts + k, size) - np.maximum(starts, 0)


def global_avg_pool2d(x: Array, *, memory=fresh):
    """The mean of each whole map, whatever its size.   x: (n, h, w, c)   ->   y: (n, c)

    After Lin, Chen and Yan, "Network in network" (2014).
    """
    n, height, width, c = sizes(x, "n h w c", "global_avg_pool2d: x")
    dtype = np.result_type(x, np.float32)
    # columns first, then what they gave: a million float32 in one sum would lose digits
    total = x.sum(axis=1, dtype=dtype).sum(axis=1)
    y = np.divide(total, height * width, out=memory("y", (n, c), dtype))

    def pull(dy: Array) -> Array:
        share = like(dy, y, "global_avg_pool2d: dy") / np.float32(height * width)
        dx = memory("dx", x.shape, share.dtype)
        dx[...] = share[:, None, None]
        return dx

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


def _pool(name, x, k, stride, edges, border, join, give, share, memory):
    """y and its pullback, in pieces of a few images.

    join(a, b, out=): what becomes of two values of a window; give(...): whose gradient it is;
    share: a factor for what comes out, one number or one for each window, or None.
    """
    n, height, width, c = x.shape
    oh = out_size(edges[0] + height + edges[1], k[0], stride[0], name)
    ow = out_size(edges[2] + width + edges[3], k[1], stride[1], name)
    dtype = x.dtype if share is None else np.result_type(x, np.float32)
    y = memory("y", (n, oh, ow, c), dtype)
    pieces = cut(n, LONG_PIECE_BYTES // (2 * height * width * c * x.itemsize))

    room = memory if len(pieces) == 1 else scratch  # one piece is kept for the way back

    def tall(piece):
        """The padded images, and the joined rows of all windows."""
        padded = pad_image(x[piece], edges, border, room)
        rows = _taps(padded, 1, k[0], stride[0])
        return rows, _join(join, rows, room("tall", rows[0].shape, dtype))

    def forward(piece):
        found = tall(piece)
        _join(join, _taps(found[1], 2, k[1], stride[1]), y[piece])
        if share is not None:
            np.multiply(y[piece], share, out=y[piece])
        return found

    def pull(dy: Array) -> Array:
        like(dy, best, f"{name}: dy")
        dtype = dy.dtype if share is None else np.result_type(dy, np.float32)
        dx = memory("dx", x.shape, dtype)

        def backward(piece):
            rows, joined = kept[0] if len(pieces) == 1 else tall(piece)
            columns = _taps(joined, 2, k[1], stride[1])
            dpart = dy[piece] if share is None else dy[piece] * share
            djoined = scratch("djoined", joined.shape, dtype)
            give(dpart, columns, best[piece], _blank(djoined, 2, k[1], stride[1], ow))
            padded_shape = (rows[0].shape[0], height + sum(edges[:2]), width + sum(edges[2:]), c)
            room = scratch("dpadded", padded_shape, dtype) if any(edges) else dx[piece]
            give(djoined, rows, joined, _blank(room, 1, k[0], stride[0], oh))
            if any(edges):
                dx[piece] = room[:, edges[0] :, edges[2] :][:, :height, :width]

        deal(backward, pieces)
        return dx

    kept = deal(forward, pieces)
    best = as_now(y, memory)
    return y, pull


def _join(join, taps, out):
    """All taps joined into `out`."""
    whole = dict(out=out)
    if out.dtype != taps[0].dtype:  # else sums of int32 would overflow on their way to float64
        whole["dtype"] = out.dtype
    join(taps[0], taps[1], **whole) if len(taps) > 1 else np.copyto(out, taps[0])
    for tap in taps[2:]:
        join(out, tap, **whole)
    return out


def _to_winner(dy, taps, best, dtaps):
    """Give each dy to the first tap that held the best value."""
    dtaps, tiled = dtaps
    for tap, dtap in zip(taps[:-1], dtaps):
        won = np.equal(tap, best, out=scratch("won", best.shape, bool))
        if tiled:
            share = np.multiply(dy, won, out=dtap)
        else:
            share = dy * won
            dtap += share
        dy = np.subtract(dy, share, out=dtaps[-1] if tiled else None)  # left for the later ones
    if not tiled:
        dtaps[-1] += dy
    elif len(taps) == 1:
        dtaps[0][...] = dy


def _to_all(dy, taps, total, dtaps):
    """Give each dy to all taps."""
    dtaps, tiled = dtaps
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
