"""Convolution: a kernel slides over an image, and meets the pixels in every window.

The arithmetic is one matrix product: windows, one a row, times kernels, one a column. How the
windows are laid out for it is the subject of windows.py.
"""

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .memory import as_now, fresh, scratch
from .shapes import Array, borders, like, out_size, pad_image, pair, sizes
from .windows import slide
from .workers import LONG_PIECE_BYTES, cut, deal


def correlate2d(image: Array, kernel: Array, *, stride=1, pad=0, dilation=1) -> Array:
    """Slide one kernel over one grey image.   (h, w), (kh, kw) -> (oh, ow)

    stride, pad, dilation: pixels, an int or a (rows, columns) pair; pad also "same" or "valid".
    Each kernel row meets many image rows in one matrix product; the partial sums are then added,
    each shifted down to its place.
    """
    sizes(image, "h w", "correlate2d: image")
    kh, kw = sizes(kernel, "kh kw", "correlate2d: kernel")
    down, right = pair(stride, "correlate2d: stride")
    apart, along = pair(dilation, "correlate2d: dilation")
    reach = (kh - 1) * apart + 1, (kw - 1) * along + 1
    edges = borders(pad, reach, "correlate2d: pad")

    dtype = np.result_type(image, kernel)
    padded = pad_image(image[None, :, :, None], edges, 0, scratch)[0, :, :, 0]
    height, width = padded.shape
    oh = out_size(height, reach[0], down, "correlate2d: kernel")
    ow = out_size(width, reach[1], right, "correlate2d: kernel")
    (row, column), kernel = padded.strides, kernel.astype(dtype, copy=False)
    y = np.empty((oh, ow), dtype)

    def work(lines):
        """Some lines of y, from the rows of the image that they see."""
        before = (lines.stop - lines.start - 1) * down + 1
        height = before - 1 + reach[0]
        part = padded[lines.start * down :]
        shifted = scratch("shifted", (kw, height, ow), dtype)  # entry j: j taps to the left
        np.copyto(shifted, as_strided(part, shifted.shape, (along * column, row, right * column)))
        sums = scratch("sums", (kh, height * ow), dtype)
        np.matmul(kernel, shifted.reshape(kw, height * ow), out=sums)
        sums = sums.reshape(kh, height, ow)
        np.copyto(y[lines], sums[0, :before:down])
        for i in range(1, kh):
            y[lines] += sums[i, i * apart : i * apart + before : down]

    # few rows at a time, but twice as many as the kernel covers, for pieces share that many
    rows = max(LONG_PIECE_BYTES // ((kh + kw) * ow * dtype.itemsize), 2 * reach[0])
    deal(work, cut(oh, (rows - reach[0]) // down + 1))
    return y


def conv2d(x: Array, w: Array, b: Array, *, stride=1, pad=0, dilation=1, memory=fresh):
    """Slide each kernel over each image; at every place multiply, add up, and add the bias.

    x: (n, h, w, c)   w: (kh, kw, c, f)   b: (f,)   ->   y: (n, oh, ow, f)
    stride, pad, dilation: pixels, an int or a (rows, columns) pair; pad also "same" or "valid".
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

    x, w = as_now(x, memory), as_now(w, memory)
    w = _spread(w, dilation)  # zeros in between make it a larger kernel
    slides = slide(x, w, stride, edges, (oh, ow), np.result_type(x, w, b), memory)
    y = slides.products(b, "y")

    def pull(dy: Array, need_dx: bool = True):
        like(dy, y, "conv2d: dy")
        dw, db = slides.sums(dy)
        dw = dw[:: dilation[0], :: dilation[1]]
        return slides.collected(dy) if need_dx else None, dw, db

    return y, pull


def _spread(w, apart):
    """The first two axes with `apart - 1` zeros between neighbours."""
    if apart == (1, 1):
        return w
    rows, columns = ((size - 1) * step + 1 for size, step in zip(w.shape, apart))
    wide = np.zeros((rows, columns, *w.shape[2:]), w.dtype)
    wide[:: apart[0], :: apart[1]] = w
    return wide
