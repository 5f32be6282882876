"""Convolution: a kernel slides over an image, and meets the pixels in every window.

The arithmetic is one matrix product: windows, one a row, times kernels, one a column. What takes
thought is how to lay out the windows without copying every pixel kh * kw times; see `_slide`.
"""

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .memory import fresh, scratch
from .shapes import Array, borders, like, out_size, pad_image, pair, sizes
from .workers import PIECE_BYTES, cut, deal

FEW_CHANNELS = 4  # below this, long copies along the image's rows beat short ones along channels


def correlate2d(image: Array, kernel: Array, *, stride=1, pad=0, dilation=1) -> Array:
    """Slide one kernel over one grey image.   (h, w), (kh, kw) -> (oh, ow)

    stride, pad, dilation: pixels, an int or a (rows, columns) pair; pad also "same".
    Each kernel row meets all image rows in one matrix product; the partial sums are then added,
    each shifted down to its place.
    """
    sizes(image, "h w", "correlate2d: image")
    kh, kw = sizes(kernel, "kh kw", "correlate2d: kernel")
    down, right = pair(stride, "correlate2d: stride")
    apart, along = pair(dilation, "correlate2d: dilation")
    reach = (kh - 1) * apart + 1, (kw - 1) * along + 1
    edges = borders(pad, reach, "correlate2d: pad")

    dtype = np.result_type(image, kernel)
    padded = pad_image(image[None, :, :, None], edges, 0, fresh)[0, :, :, 0]
    height, width = padded.shape
    oh = out_size(height, reach[0], down, "correlate2d: kernel")
    ow = out_size(width, reach[1], right, "correlate2d: kernel")
    row, column = padded.strides
    shifted = np.empty((kw, height, ow), dtype)  # entry j: the image moved left by j taps
    np.copyto(shifted, as_strided(padded, shifted.shape, (along * column, row, right * column)))
    sums = kernel.astype(dtype, copy=False) @ shifted.reshape(kw, height * ow)
    sums = sums.reshape(kh, height, ow)
    y = sums[0, : (oh - 1) * down + 1 : down].copy()
    for i in range(1, kh):
        y += sums[i, i * apart : i * apart + (oh - 1) * down + 1 : down]
    return y


def conv2d(x: Array, w: Array, b: Array, *, stride=1, pad=0, dilation=1, memory=fresh):
    """Slide each kernel over each image; at every place multiply, add up, and add the bias.

    x: (n, h, w, c)   w: (kh, kw, c, f)   b: (f,)   ->   y: (n, oh, ow, f)
    stride, pad, dilation: pixels, an int or a (rows, columns) pair; pad also "same".
    Nothing is flipped: this is cross-correlation, which networks call convolution.
    """
    _, height, width, c = sizes(x, "n h w c", "conv2d: x")
    kh, kw, _, f = sizes(w, "kh kw c f", "conv2d: w", c=c)
    sizes(b, "f", "conv2d: b", f=f)
    stride, dilation = pair(stride, "conv2d: stride"), pair(dilation, "conv2d: dilation")
    reach = (kh - 1) * dilation[0] + 1, (kw - 1) * dilation[1] + 1
    edges = borders(pad, reach, "conv2d: pad")
    oh = out_size(edges[0] + height + edges[1], reach[0], stride[0], "conv2d: w")
    ow = out_size(edges[2] + width + edges[3], reach[1], stride[1], "conv2d: w")

    dtype = np.result_type(x, w, b)
    w = _spread(w.astype(dtype, copy=False), dilation)  # zeros in between make it a larger kernel
    slide = _Slide(x, w.shape, stride, edges, (oh, ow), dtype)
    y = slide.products(w, b, memory, "y")

    def pull(dy: Array, need_dx: bool = True):
        like(dy, y, "conv2d: dy")
        dw, db = slide.sums(dy)
        dw = dw[:: dilation[0], :: dilation[1]]
        dx = _collect(dy, w, stride, edges, (height, width), memory) if need_dx else None
        return dx, dw, db

    return y, pull


def _collect(dy, w, stride, edges, shape, memory):
    """The gradient of x: each pixel collects from all windows that it was in.

    It does so through the weights that met it there, which is again a sliding kernel, this time
    flipped, with input and output channels swapped. Under a stride, pixels that are `stride` apart
    met the same weights: each such set of pixels, a phase, is a slide of its own.
    """
    dtype = np.result_type(dy, w)
    dx = None
    if stride != (1, 1):
        dx = memory("dx", (len(dy), *shape, w.shape[2]), dtype)
    for first in np.ndindex(stride):
        taps, places, around = [], [], []
        for axis in (0, 1):
            k, step = w.shape[axis], stride[axis]
            moved, start = divmod(first[axis] + edges[2 * axis], step)
            taps.append(slice(start, None, step))
            places.append(-(-(shape[axis] - first[axis]) // step))
            before = len(range(start, k, step)) - 1 - moved
            around += [before, places[axis] + moved - dy.shape[1 + axis]]
        flipped = w[taps[0], taps[1]][::-1, ::-1].transpose(0, 1, 3, 2)
        phase = (slice(None), slice(first[0], None, stride[0]), slice(first[1], None, stride[1]))
        if min(places) < 1:
            continue
        if flipped.size == 0:  # the stride jumps over these pixels
            dx[phase] = 0
            continue
        slide = _Slide(dy, flipped.shape, (1, 1), around, tuple(places), dtype)
        part = slide.products(flipped, None, memory, f"dx {first}")
        if dx is None:
            return part
        dx[phase] = part
    return dx


class _Slide:
    """Kernels of shape (kh, kw, c, f) sliding over x with borders: (oh, ow) windows an image.

    The work is cut into pieces: a few images, or a few lines of windows of one image.
    """

    def __init__(self, x, w_shape, stride, edges, places, dtype):
        self.x, self.stride, self.edges, self.places, self.dtype = x, stride, edges, places, dtype
        self.kh, self.kw, c, self.filters = w_shape
        self.few_channels = c < FEW_CHANNELS
        n, (oh, ow) = len(x), places
        copies = self.kh * self.kw if self.few_channels else self.kw * stride[0]
        line = ow * (copies * c + self.filters) * dtype.itemsize
        images = PIECE_BYTES // (line * oh)
        lines = [slice(0, oh)] if images else cut(oh, PIECE_BYTES // line)
        self.pieces = [(some, part) for some in cut(n, max(images, 1)) for part in lines]

    def products(self, w, b, memory, name):
        """Every window times every kernel, plus the bias.   -> (n, oh, ow, f)"""
        (oh, ow), n, f = self.places, len(self.x), self.filters
        y = memory(name, (n, oh, ow, f) if self.few_channels else (oh, n, ow, f), self.dtype)
        y = y if self.few_channels else y.transpose(1, 0, 2, 3)
        kernels = np.ascontiguousarray(w, self.dtype).reshape(-1, f)
        bias = None if b is None else np.tile(b.astype(self.dtype, copy=False), ow)

        def work(piece):
            windows = self.windows(*piece)
            part = self.stack(y[piece]).reshape(*windows.shape[:2], f)
            np.matmul(windows, kernels, out=part)
            if bias is not None:  # whole lines add faster than single pixels
                part = part.reshape(len(part), -1, ow * f)
                np.add(part, bias, out=part)

        deal(work, self.pieces)
        return y

    def sums(self, dy):
        """Over all places: every window times its dy, and dy alone.   -> (kh, kw, c, f), (f,)"""
        f = self.filters

        def work(piece):
            windows = self.windows(*piece)
            lines = self.stack(dy[piece])
            rows = scratch("rows", lines.shape, dy.dtype)
            np.copyto(rows, lines)
            rows = rows.reshape(*windows.shape[:2], f)
            return _pairs(windows, rows), np.ones(rows[..., 0].size, dy.dtype) @ rows.reshape(-1, f)

        dw, db = zip(*deal(work, self.pieces))
        return sum(dw[1:], dw[0]).reshape(self.kh, self.kw, -1, f), sum(db[1:], db[0])

    def stack(self, y):
        """(n, oh, ow, f) in the order of `windows`: a stack of matrices, line by line."""
        return y[None] if self.few_channels else y.transpose(1, 0, 2, 3)

    def windows(self, images, lines):
        """The windows of some images and lines, one a row of a stack of matrices.

        Line by line, (oh, n * ow, kh * kw * c); for few channels (1, n * oh * ow, kh * kw * c).
        """
        (down, right), (oh, ow) = self.stride, (lines.stop - lines.start, self.places[1])
        kh, kw = self.kh, self.kw
        first = lines.start * down - self.edges[0]
        last = (lines.stop - 1) * down + kh - self.edges[0]
        x = self.x[images, max(first, 0) : max(last, 0)]
        above = min(max(-first, 0), last - first)
        below = last - first - above - x.shape[1]
        x = pad_image(x, (above, below, *self.edges[2:]), 0, scratch)
        n, height, _, c = x.shape
        image, row, pixel, channel = x.strides
        if self.few_channels:
            # One copy of the images for every weight of a kernel, moved so that the pixels which
            # that weight meets lie in a line.
            taps = scratch("taps", (kh, kw, c, n, oh, ow), self.dtype)
            moves = (row, pixel, channel, image, down * row, right * pixel)
            np.copyto(taps, as_strided(x, taps.shape, moves))
            return taps.reshape(1, kh * kw * c, n * oh * ow).transpose(0, 2, 1)
        # Copy only along the kernel's width: each strip holds kw neighbouring columns, row after
        # row. A window is then one unbroken stretch of its strip, and windows one below another
        # overlap in memory (memory-efficient convolution, Cho and Brand 2017).
        strips = scratch("strips", (n, ow, height, kw, c), self.dtype)
        np.copyto(strips, as_strided(x, strips.shape, (image, right * pixel, row, pixel, channel)))
        item, line = self.dtype.itemsize, kw * c * self.dtype.itemsize
        return as_strided(strips, (oh, n * ow, kh * kw * c), (down * line, height * line, item))


def _pairs(windows, rows):
    """The sum over all lines of windows.T @ rows, a few lines at a time."""
    lines, _, size = windows.shape
    total = 0
    for part in cut(lines, PIECE_BYTES // (size * rows.shape[2] * rows.itemsize)):
        shape = part.stop - part.start, size, rows.shape[2]
        products = scratch("products", shape, np.result_type(windows, rows))
        np.matmul(windows[part].transpose(0, 2, 1), rows[part], out=products)
        total = products.sum(axis=0) + total
    return total


def _spread(w, apart):
    """The first two axes with `apart - 1` zeros between neighbours."""
    if apart == (1, 1):
        return w
    rows, columns = ((size - 1) * step + 1 for size, step in zip(w.shape, apart))
    wide = np.zeros((rows, columns, *w.shape[2:]), w.dtype)
    wide[:: apart[0], :: apart[1]] = w
    return wide
