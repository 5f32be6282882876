"""Convolution: a kernel slides over an image, and meets the pixels in every window.

The arithmetic is one matrix product: windows, one a row, times kernels, one a column. Everything
else is to lay the windows out for it without copying every pixel kh * kw times.

An operation has two moments. To *bind* works out, once for images of one shape, all that does not
depend on the numbers: sizes, work arrays, and the views through which they are read. To *run* is a
handful of calls on what was bound.
"""

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .shapes import Array, check_same_shape, pad_image, sizes
from .window import Window, window
from .workers import LONG_PIECE_BYTES, PIECE_BYTES, cut, deal
from .workspace import lend

KEPT_BYTES = 2**23  # laid out for the way back
FAST_PRODUCT = 10**6  # multiplications; OpenBLAS copies the factors of larger ones first
FEW_PLACES = 32  # in a product for the gradient of the weights
FEW_CHANNELS = 4  # below this, long copies along the image's rows beat short ones along channels


def correlate2d(image: Array, kernel: Array, *, stride=1, pad=0, dilation=1) -> Array:
    """Slide one kernel over one grey image.   (h, w), (kh, kw) -> (oh, ow)

    stride, pad, dilation: pixels, an int or a (rows, columns) pair; pad also "same" or "valid".
    Each kernel row meets many image rows in one matrix product; the partial sums are then added,
    each shifted down to its place.
    """
    sizes(image, "h w", "correlate2d: image")
    kh, kw = sizes(kernel, "kh kw", "correlate2d: kernel")
    lies = window("correlate2d", (kh, kw), stride, pad, dilation)
    (oh, ow), reach = lies.places(*image.shape, "correlate2d: kernel"), lies.reach
    (down, right), (apart, along) = lies.stride, lies.dilation

    dtype = np.result_type(image, kernel)
    padded = pad_image(image[None, :, :, None], lies.edges, 0)[0, :, :, 0]
    (row, column), kernel = padded.strides, kernel.astype(dtype, copy=False)
    y = np.empty((oh, ow), dtype)

    def work(lines):
        """Some lines of y, from the rows of the image that they see."""
        before = (lines.stop - lines.start - 1) * down + 1
        height = before - 1 + reach[0]
        part = padded[lines.start * down :]
        shifted = lend((kw, height, ow), dtype)  # entry j: j taps to the left
        np.copyto(shifted, as_strided(part, shifted.shape, (along * column, row, right * column)))
        sums = lend((kh, height * ow), dtype)
        np.matmul(kernel, shifted.reshape(kw, height * ow), out=sums)
        sums = sums.reshape(kh, height, ow)
        np.copyto(y[lines], sums[0, :before:down])
        for i in range(1, kh):
            y[lines] += sums[i, i * apart : i * apart + before : down]

    # few rows at a time, but twice as many as the kernel covers, for pieces share that many
    rows = max(LONG_PIECE_BYTES // ((kh + kw) * ow * dtype.itemsize), 2 * reach[0])
    deal(work, cut(oh, (rows - reach[0]) // down + 1))
    return y


def conv2d(x: Array, w: Array, b: Array, *, stride=1, pad=0, dilation=1):
    """Slide each kernel over each image; at every place multiply, add up, and add the bias.

    x: (n, h, w, c)   w: (kh, kw, c, f)   b: (f,)   ->   y: (n, oh, ow, f)
    stride, pad, dilation: pixels, an int or a (rows, columns) pair; pad also "same" or "valid".
    Nothing is flipped: this is cross-correlation, which networks call convolution.
    """
    return bind_conv2d(x, w, b, stride, pad, dilation)(x, w, b)


def bind_conv2d(x: Array, w: Array, b: Array, stride=1, pad=0, dilation=1, learn=True):
    """run(x, w, b) -> y, pull (None unless `learn`), for all of these shapes and dtypes."""
    *_, c = sizes(x, "n h w c", "conv2d: x")
    kh, kw, _, f = sizes(w, "kh kw c f", "conv2d: w", c=c)
    sizes(b, "f", "conv2d: b", f=f)
    lies = window("conv2d", (kh, kw), stride, pad, dilation)
    slide = Slide(x.shape, (*lies.reach, c, f), lies, np.result_type(x, w, b))
    apart = lies.dilation

    def run(x, w, b):
        y = slide.products(x, _spread(w, apart), b)
        seen = x.copy() if learn and not slide.kept else None

        def pull(dy: Array, need_dx: bool = True):
            check_same_shape(dy, slide.y_shape, "conv2d: dy")
            # dL/dw = sum of window times dL/dy; dL/db = sum of dL/dy; dL/dx = sum of w times dL/dy,
            # over all windows that met the weight, or the pixel
            dw, db = slide.sums(seen, dy)
            return slide.back(dy) if need_dx else None, dw[:: apart[0], :: apart[1]], db

        return y, pull if learn else None

    return run


class Slide:
    """Kernels (kh, kw, c, f) that slide over images (n, h, w, c), bound for these shapes.

    The work is cut into pieces that stay in the processor's cache: a few images, or a few lines of
    windows of one image. What is laid out for them is kept for the way back if it is not too much.
    A bias is one more weight, whose pixel is always 1.

    Where all is one piece, the same place of all images lies side by side in memory (oh, ow, n, f),
    else the places of a line (oh, n, ow, f): the longer what is treated alike, the faster is
    whatever reads y.
    """

    def __init__(self, shape, kernels, lies, dtype, bias=True):
        self.shape, self.kernels, self.stride, self.edges = shape, kernels, lies.stride, lies.edges
        self.dtype, (n, height, width, _), (kh, kw, c, f) = np.dtype(dtype), shape, kernels
        self.framed, self.few = lies.framed(height, width), c < FEW_CHANNELS
        self.places = oh, ow = lies.places(height, width, "conv2d: w")
        copies = kh * kw if self.few else kw * lies.stride[0]  # of a channel, for a line of windows
        line = ow * (copies * c + f) * self.dtype.itemsize
        most = LONG_PIECE_BYTES if self.few else PIECE_BYTES
        whole_images = most // (line * oh)
        self.images = cut(n, max(whole_images, 1))
        self.lines = [slice(0, oh)] if whole_images else cut(oh, most // line)
        self.pieces = [(images, lines) for images in self.images for lines in self.lines]
        # one kernel a column; its bias is in the first of its runs, and 0 in the others
        runs, run = (1, kh * kw * c) if self.few else (kh, kw * c)
        self.columns = np.zeros((runs, run + bias, f), self.dtype)
        self.weights = self.columns[:, :run].reshape(kernels)
        self.order = (1, 2, 0, 3) if len(self.pieces) == 1 else (1, 0, 2, 3)  # of y in memory
        self.y_shape, self.numbers = (n, oh, ow, f), range(len(self.pieces))
        fits = n * oh * line <= KEPT_BYTES
        self.kept = [Windows(self, *piece) for piece in self.pieces] if fits else None
        self.rotated = None  # the slide of the way back, bound when it is asked for

    def windows(self, x, place):
        """The windows of a piece, laid out; those that are kept, without x, as they were last."""
        windows = self.kept[place] if self.kept else Windows(self, *self.pieces[place])
        return windows if x is None else windows.fill(x)

    def products(self, x, w, b=None):
        """Every window times every kernel, plus the bias.   -> (n, oh, ow, f)"""
        y = lend(self.y_shape, self.dtype, self.order)
        self.weights[...] = w
        if b is not None:
            self.columns[0, -1] = b
        kernels = self.columns.reshape(-1, self.kernels[3])

        def work(place):
            windows = self.windows(x, place).matrix
            part = y[self.pieces[place]].transpose(self.order)
            np.matmul(windows, kernels, out=part.reshape(*windows.shape[:3], -1))

        deal(work, self.numbers)
        return y

    def sums(self, x, dy):
        """Over all places: every window times its dy, and dy alone.   -> (kh, kw, c, f), (f,)"""

        def work(place):
            matrix = self.windows(x, place).matrix
            rows = np.ascontiguousarray(dy[self.pieces[place]].transpose(self.order))
            return _sum_of_products(matrix, rows.reshape(*matrix.shape[:3], -1))

        total = sum(deal(work, self.numbers)).reshape(self.columns.shape)
        return total[:, :-1].reshape(self.kernels), total[0, -1]

    def back(self, dy):
        """The gradient of x: each pixel collects from all windows that it was in."""
        (kh, kw, c, f), (top, bottom, left, right) = self.kernels, self.edges
        edges = kh - 1 - top, kh - 1 - bottom, kw - 1 - left, kw - 1 - right
        if self.few or self.stride != (1, 1) or min(edges) < 0:
            return self._send_back(dy)
        # Under stride 1 the windows that a pixel was in are a window themselves, and the weights
        # that met it there are the kernel rotated by 180 degrees: again a slide.
        dtype = np.result_type(dy, self.dtype)
        if self.rotated is None or self.rotated.dtype != dtype:
            around = Window((kh, kw), (1, 1), (1, 1), edges)
            self.rotated = Slide(dy.shape, (kh, kw, f, c), around, dtype, bias=False)
        return self.rotated.products(dy, self.weights[::-1, ::-1].transpose(0, 1, 3, 2))

    def _send_back(self, dy):
        """The same the other way round: each window sends, and each pixel adds up what comes."""
        (kh, kw, c, f), (_, height, width, _), (_, ow) = self.kernels, self.shape, self.places
        (top, _, left, _), (down, right) = self.edges, self.stride
        dtype = np.result_type(dy, self.dtype)
        dx = lend(self.shape, dtype)
        kernels = np.ascontiguousarray(self.weights, dtype).reshape(-1, f)

        def work(images):
            n = images.stop - images.start
            framed = lend((c, n, *self.framed), dtype)
            framed[...] = 0
            for lines in self.lines:
                oh = lines.stop - lines.start
                rows = np.ascontiguousarray(dy[images, lines]).reshape(-1, f)
                sent = lend((kh, kw, c, n, oh, ow), dtype)
                np.matmul(kernels, rows.T, out=sent.reshape(-1, len(rows)))
                below = framed[:, :, lines.start * down :]
                for i, j in np.ndindex(kh, kw):  # the pixels that weight i, j has met
                    below[:, :, i : i + oh * down : down, j : j + ow * right : right] += sent[i, j]
            inside = framed[:, :, top : top + height, left : left + width]
            dx[images] = inside.transpose(1, 2, 3, 0)

        deal(work, self.images)
        return dx


class Windows:
    """All windows of a piece, one a row of `matrix`: (lines, parts of a line, places, kh * kw * c).

    With many channels, copy only along the kernel's width: a strip holds kw neighbouring columns,
    row after row. A window is then one unbroken stretch of its strip, and windows one below another
    overlap in memory (memory-efficient convolution, Cho and Brand 2017). With few channels, copy
    the images once for each weight of a kernel, moved so that the pixels it meets lie in a line.
    """

    def __init__(self, slide, images, lines):
        kh, c, (down, right) = slide.kernels[0], slide.shape[3], slide.stride
        (_, height, width, _), (top, _, left, _) = slide.shape, slide.edges
        n, oh, ow = images.stop - images.start, lines.stop - lines.start, slide.places[1]
        # the rows that the lines look at, counted from the image's first; some lie in the border
        start, stop = lines.start * down - top, (lines.stop - 1) * down - top + kh
        high, wide, first = stop - start, slide.framed[1], max(start, 0)
        rows = max(min(stop, height) - first, 0)
        self.seen = images, slice(first, first + rows)

        order = (3, *slide.order[:3]) if slide.few else (0, 1, 2, 3)
        framed = lend((n, high, wide, c), slide.dtype, order)
        above = first - start
        framed[:, :above] = framed[:, above + rows :] = 0
        framed[:, :, :left] = framed[:, :, left + width :] = 0
        self.inside = framed[:, above : above + rows, left : left + width]
        # a line of windows runs along two axes: how many there are, and how far apart in memory
        image, _, pixel, _ = framed.strides
        along = {0: (n, image), 2: (ow, right * pixel)}
        lay_out = self._moved_images if slide.few else self._strips
        shape, steps = lay_out(slide, framed, oh, [along[axis] for axis in slide.order[1:3]])
        # what goes to `laid_out`; as_strided would take ten times as long
        self.source = np.ndarray(shape, slide.dtype, framed.base, strides=steps)

    def _moved_images(self, slide, framed, oh, along):
        (a, step_a), (b, step_b) = along
        (kh, kw, c, f), (_, row, pixel, channel) = slide.kernels, framed.strides
        size, parts = slide.columns.shape[1], _parts(a * b, kh * kw * c * f)
        rows = lend((size, oh, parts, a * b // parts), slide.dtype)
        rows[kh * kw * c :] = 1  # what the bias meets
        self.matrix = rows.transpose(1, 2, 3, 0)
        shape = kh, kw, c, oh, a, b
        self.laid_out = rows[: kh * kw * c].reshape(shape)
        return shape, (row, pixel, channel, slide.stride[0] * row, step_a, step_b)

    def _strips(self, slide, framed, oh, along):
        (a, step_a), (b, step_b) = along
        (kh, kw, c, f), (_, row, _, number) = slide.kernels, framed.strides
        high, size = framed.shape[1], slide.columns.shape[1]
        strips = lend((a, b, high, size), slide.dtype)
        strips[..., kw * c :] = 1  # what the bias meets
        self.laid_out = strips[..., : kw * c]
        (_, strip, line, _), parts = strips.strides, _parts(a * b, kh * kw * c * f)
        shape = oh, parts, a * b // parts, kh * size
        steps = slide.stride[0] * line, shape[2] * strip, strip, number
        self.matrix = np.ndarray(shape, slide.dtype, strips, strides=steps)
        # neighbouring pixels of a row lie side by side already: kw * c numbers in one go
        return (a, b, high, kw * c), (step_a, step_b, row, number)

    def fill(self, x):
        """Lay the windows of x out."""
        np.copyto(self.inside, x[self.seen])
        np.copyto(self.laid_out, self.source)
        return self


def _sum_of_products(windows, rows):
    """The sum over all lines of windows.T @ rows, a few lines at a time."""
    lines, parts, places, size = windows.shape
    if places < FEW_PLACES:  # then adding the products would take as long as making them
        windows = windows.reshape(lines, 1, -1, size)
        rows = rows.reshape(lines, 1, parts * places, -1)
    parts, f, total = rows.shape[1], rows.shape[3], 0
    for some in cut(lines, PIECE_BYTES // (parts * size * f * rows.itemsize)):
        shape = some.stop - some.start, parts, size, f
        products = lend(shape, np.result_type(windows, rows))
        np.matmul(windows[some].transpose(0, 1, 3, 2), rows[some], out=products)
        total = products.sum(axis=(0, 1)) + total
    return total


def _parts(places, size):
    """In how many parts a line of places is multiplied: BLAS is fastest with small products."""
    parts = 1
    while places % (2 * parts) == 0 and places // parts * size > FAST_PRODUCT:
        parts *= 2
    return parts


def _spread(w, apart):
    """Kernels with `apart - 1` zeros between neighbours: that makes them larger kernels."""
    if apart == (1, 1):
        return w
    rows, columns = ((size - 1) * step + 1 for size, step in zip(w.shape, apart))
    wide = np.zeros((rows, columns, *w.shape[2:]), w.dtype)
    wide[:: apart[0], :: apart[1]] = w
    return wide
