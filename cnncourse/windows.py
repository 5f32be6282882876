"""Windows, laid out for one matrix product: windows, one a row, times kernels, one a column.

What takes thought is how to lay them out without copying every pixel kh * kw times, and in pieces
that stay in the processor's cache. There are two ways: `_Taps` for images of few channels, and
`_Strips` for all others.
"""

import itertools
import math

import numpy as np

from .memory import scratch
from .shapes import pad_image
from .workers import LONG_PIECE_BYTES, PIECE_BYTES, cut, deal

FEW_CHANNELS = 4  # below this, long copies along the image's rows beat short ones along channels


def slide(x, w, *settings) -> "_Slide":
    """Kernels w that slide over x, laid out as suits the number of channels."""
    return (_Taps if x.shape[3] < FEW_CHANNELS else _Strips)(x, w, *settings)


class _Slide:
    """Kernels w of shape (kh, kw, c, f) sliding over x with borders: (oh, ow) windows an image.

    The work is cut into pieces: a few images, or a few lines of windows of one image. What is laid
    out for a single piece is kept for the way back; of many pieces it would be too much.
    """

    def __init__(self, x, w, stride, edges, places, dtype, memory):
        self.x, self.stride, self.edges, self.places = x, stride, edges, places
        self.w, self.dtype, self.memory = w.astype(dtype, copy=False), dtype, memory
        self.kh, self.kw, self.channels, self.filters = w.shape
        (oh, ow), n = places, len(x)
        line = ow * (self.copies() * self.channels + self.filters) * dtype.itemsize
        images = self.piece_bytes // (line * oh)
        self.images = cut(n, max(images, 1))
        self.lines = [slice(0, oh)] if images else cut(oh, self.piece_bytes // line)
        self.pieces = [(some, part) for some in self.images for part in self.lines]
        self.room = memory if len(self.pieces) == 1 else scratch
        self.kept = None

    def windows(self, piece):
        """The windows of a piece, one a row of a matrix or of a stack of matrices."""
        if self.kept is not None:
            return self.kept
        laid_out = self.lay_out(*piece)
        if len(self.pieces) == 1:
            self.kept = laid_out
        return laid_out

    def padded(self, images, lines):
        """The pixels that some lines of windows of some images cover, with borders."""
        if lines.stop - lines.start == self.places[0]:
            return np.ascontiguousarray(pad_image(self.x[images], self.edges, 0, self.room))
        first = lines.start * self.stride[0] - self.edges[0]
        last = (lines.stop - 1) * self.stride[0] + self.kh - self.edges[0]
        x = self.x[images, max(first, 0) : max(last, 0)]
        above = min(max(-first, 0), last - first)
        below = last - first - above - x.shape[1]
        x = pad_image(x, (above, below, *self.edges[2:]), 0, self.room)
        return np.ascontiguousarray(x)


class _Taps(_Slide):
    """For images of few channels: long copies along the images' rows beat short ones.

    One copy of the images for every weight of a kernel (a tap), moved so that the pixels which
    that weight meets lie in a line; and a last line of ones, which the bias meets.
    """

    piece_bytes = LONG_PIECE_BYTES

    def copies(self):
        return self.kh * self.kw

    def lay_out(self, images, lines):
        """Image by image: (n, oh * ow, kh * kw * c + 1)"""
        x = self.padded(images, lines)
        (down, right), (oh, ow) = self.stride, (lines.stop - lines.start, self.places[1])
        n, (image, row, pixel, channel) = len(x), x.strides
        shape = self.kh, self.kw, self.channels, n, oh, ow
        taps = self.room("taps", (math.prod(shape[:3]) + 1, n, oh * ow), self.dtype)
        moves = row, pixel, channel, image, down * row, right * pixel
        np.copyto(taps[:-1].reshape(shape), _view(x, shape, moves))
        taps[-1] = 1
        return taps.transpose(1, 2, 0)

    def products(self, b, name):
        """Every window times every kernel, plus the bias b or None.   -> (n, oh, ow, f)"""
        y = self.memory(name, (len(self.x), *self.places, self.filters), self.dtype)
        bias = np.zeros(self.filters, self.dtype) if b is None else b
        kernels = np.concatenate([self.w.reshape(-1, self.filters), bias[None]], dtype=self.dtype)

        def work(piece):
            windows = self.windows(piece)
            np.matmul(windows, kernels, out=y[piece].reshape(*windows.shape[:2], self.filters))

        deal(work, self.pieces)
        return y

    def sums(self, dy):
        """Over all places: every window times its dy, and dy alone.   -> (kh, kw, c, f), (f,)"""

        def work(piece):
            windows = self.windows(piece)
            return _pairs(windows, dy[piece].reshape(*windows.shape[:2], self.filters))

        parts = deal(work, self.pieces)
        total = sum(parts[1:], parts[0])
        return total[:-1].reshape(self.w.shape), total[-1]

    def collected(self, dy):
        """The gradient of x: what each tap sends back, added up where its pixels came from."""
        kernels, (down, right) = self.w.reshape(-1, self.filters), self.stride
        dtype = np.result_type(dy, kernels)
        _, height, width, c = self.x.shape
        top, bottom, left, right_edge = self.edges
        dx = self.memory("dx", self.x.shape, dtype)

        def work(images):
            shape = c, len(dx[images]), top + height + bottom, left + width + right_edge
            dpadded = scratch("dpadded", shape, dtype)
            dpadded[...] = 0
            for lines in self.lines:
                part = dy[images, lines]
                dtaps = scratch("dtaps", (len(kernels), part[..., 0].size), dtype)
                np.matmul(kernels, part.reshape(-1, self.filters).T, out=dtaps)
                dtaps = dtaps.reshape(self.kh, self.kw, c, *part.shape[:3])
                for i, j in itertools.product(range(self.kh), range(self.kw)):
                    rows = slice(lines.start * down + i, (lines.stop - 1) * down + i + 1, down)
                    columns = slice(j, (self.places[1] - 1) * right + j + 1, right)
                    dpadded[:, :, rows, columns] += dtaps[i, j]
            inside = dpadded[:, :, top : top + height, left : left + width]
            dx[images] = inside.transpose(1, 2, 3, 0)

        deal(work, self.images)
        return dx


class _Strips(_Slide):
    """For images of many channels: copy only along the kernel's width.

    Each strip holds kw neighbouring columns, row after row. A window is then one unbroken stretch
    of its strip, and windows one below another overlap in memory (memory-efficient convolution,
    Cho and Brand 2017).
    """

    piece_bytes = PIECE_BYTES

    def copies(self):
        return self.kw * self.stride[0]

    def lay_out(self, images, lines):
        """Line by line: (oh, n * ow, kh * kw * c)"""
        x = self.padded(images, lines)
        (down, right), (oh, ow) = self.stride, (lines.stop - lines.start, self.places[1])
        n, height, _, c = x.shape
        image, row, pixel, channel = x.strides
        strips = self.room("strips", (n, ow, height, self.kw * c), self.dtype)
        # neighbouring pixels of a row lie side by side already: kw * c numbers in one go
        np.copyto(strips, _view(x, strips.shape, (image, right * pixel, row, channel)))
        item, line = self.dtype.itemsize, self.kw * c * self.dtype.itemsize
        shape = oh, n * ow, self.kh * self.kw * c
        return _view(strips, shape, (down * line, height * line, item))

    def products(self, b, name):
        """Every window times every kernel, plus the bias b or None.   -> (n, oh, ow, f)"""
        (oh, ow), n, f = self.places, len(self.x), self.filters
        y = self.memory(name, (oh, n, ow, f), self.dtype)  # line by line, as the windows
        kernels = np.ascontiguousarray(self.w).reshape(-1, f)
        bias = np.empty((ow, f), self.dtype)  # whole lines add faster than single pixels
        bias[...] = 0 if b is None else b

        def work(piece):
            windows = self.windows(piece)
            part = y[piece[::-1]]
            np.matmul(windows, kernels, out=part.reshape(*windows.shape[:2], f))
            if b is not None:
                np.add(part, bias, out=part)

        deal(work, self.pieces)
        return y.transpose(1, 0, 2, 3)

    def sums(self, dy):
        """Over all places: every window times its dy, and dy alone.   -> (kh, kw, c, f), (f,)"""
        f = self.filters

        def work(piece):
            windows = self.windows(piece)
            lines = dy[piece].transpose(1, 0, 2, 3)
            rows = scratch("rows", lines.shape, dy.dtype)
            np.copyto(rows, lines)
            rows = rows.reshape(*windows.shape[:2], f)
            return _pairs(windows, rows), np.ones(rows[..., 0].size, dy.dtype) @ rows.reshape(-1, f)

        dw, db = zip(*deal(work, self.pieces))
        return sum(dw[1:], dw[0]).reshape(self.w.shape), sum(db[1:], db[0])

    def collected(self, dy):
        """The gradient of x: each pixel collects from all windows that it was in.

        It does so through the weights that met it there, which is again a sliding kernel, this time
        flipped, with input and output channels swapped. Under a stride, pixels that are `stride`
        apart met the same weights: each such set of pixels, a phase, is a slide of its own.
        """
        shape, dtype = self.x.shape, np.result_type(dy, self.w)
        if self.stride != (1, 1):
            dx = self.memory("dx", shape, dtype)
        for first in itertools.product(*map(range, self.stride)):
            taps, places, around = [], [], []
            for axis in (0, 1):
                k, step = self.w.shape[axis], self.stride[axis]
                moved, start = divmod(first[axis] + self.edges[2 * axis], step)
                taps.append(slice(start, None, step))
                places.append(-(-(shape[1 + axis] - first[axis]) // step))
                before = len(range(start, k, step)) - 1 - moved
                around += [before, places[axis] + moved - dy.shape[1 + axis]]
            flipped = self.w[taps[0], taps[1]][::-1, ::-1].transpose(0, 1, 3, 2)
            phase = np.s_[:, first[0] :: self.stride[0], first[1] :: self.stride[1]]
            if min(places) < 1:
                continue
            if flipped.size == 0:  # the stride jumps over these pixels
                dx[phase] = 0
                continue
            flipped_slide = slide(dy, flipped, (1, 1), around, tuple(places), dtype, self.memory)
            flipped_slide.room = scratch  # what x laid out is kept
            part = flipped_slide.products(None, f"dx {first}")
            if self.stride == (1, 1):
                return part
            dx[phase] = part
        return dx


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


def _view(x, shape, strides):
    """The numbers of a contiguous x in another shape; as_strided takes ten times as long."""
    return np.ndarray(shape, x.dtype, x, strides=strides)
