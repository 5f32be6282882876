"""Convolution: a kernel slides over an image, and meets the pixels in every window.

The arithmetic is one matrix product: windows, one a row, times kernels, one a column. What takes
thought is how to lay out the windows without copying every pixel kh * kw times; see `_slide`.
"""

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .memory import fresh
from .shapes import Array, borders, like, out_size, pad_image, pair, sizes

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
    n, height, width, c = sizes(x, "n h w c", "conv2d: x")
    kh, kw, _, f = sizes(w, "kh kw c f", "conv2d: w", c=c)
    sizes(b, "f", "conv2d: b", f=f)
    stride, dilation = pair(stride, "conv2d: stride"), pair(dilation, "conv2d: dilation")
    reach = (kh - 1) * dilation[0] + 1, (kw - 1) * dilation[1] + 1
    edges = borders(pad, reach, "conv2d: pad")
    oh = out_size(edges[0] + height + edges[1], reach[0], stride[0], "conv2d: w")
    ow = out_size(edges[2] + width + edges[3], reach[1], stride[1], "conv2d: w")

    w = w.astype(np.result_type(x, w, b), copy=False)
    spread_w = _spread(w, dilation)  # a dilated kernel is a larger one with zeros in between
    y, windows = _slide(x, spread_w, stride, edges, memory)
    bias = np.tile(b.astype(y.dtype, copy=False), ow)  # whole rows add faster than single pixels
    np.add(y.reshape(*y.shape[:2], -1), bias, out=y.reshape(*y.shape[:2], -1))

    def pull(dy: Array, need_dx: bool = True):
        like(dy, y, "conv2d: dy")
        rows = dy if len(windows) == 1 else dy.transpose(1, 0, 2, 3)  # the order of `windows`
        rows = np.ascontiguousarray(rows).reshape(*windows.shape[:2], f)
        dw = np.matmul(windows.transpose(0, 2, 1), rows).sum(axis=0).reshape(spread_w.shape)
        dw = dw[:: dilation[0], :: dilation[1]]
        db = np.ones(n * oh * ow, dy.dtype) @ rows.reshape(-1, f)  # a fast sum over all places
        if not need_dx:
            return None, dw, db
        # A pixel collects from every window that it was in, through the weight that met it there:
        # again a sliding kernel, this time flipped, with input and output channels swapped.
        flipped = spread_w[::-1, ::-1].transpose(0, 1, 3, 2)
        spread_dy = _spread(dy.transpose(1, 2, 0, 3), stride).transpose(2, 0, 1, 3)
        before = reach[0] - 1 - edges[0], reach[1] - 1 - edges[2]
        after = [
            size + k - 1 - spread_size - start
            for size, k, spread_size, start in zip(
                (height, width), reach, spread_dy.shape[1:3], before
            )
        ]
        around = before[0], after[0], before[1], after[1]
        return _slide(spread_dy, flipped, (1, 1), around, memory, "dx ")[0], dw, db

    return y, pull


def _slide(x, w, stride, edges, memory, name=""):
    """The windows of the padded images times the kernels: (n, oh, ow, f), and the windows.

    The windows are a stack of matrices with one window a row, (oh, n * ow, kh * kw * c), or, for
    few channels, (1, n * oh * ow, kh * kw * c).
    """
    kh, kw, c, f = w.shape
    dtype = np.result_type(x, w)
    padded = pad_image(x, edges, 0, memory, name)
    n, height, width, _ = padded.shape
    oh = out_size(height, kh, stride[0], "conv2d: w")
    ow = out_size(width, kw, stride[1], "conv2d: w")
    image, row, pixel, channel = padded.strides
    if c < FEW_CHANNELS:
        # One copy of the images for every weight of a kernel, moved so that the pixels which that
        # weight meets lie in a line.
        taps = memory(name + "taps", (kh, kw, c, n, oh, ow), dtype)
        moves = (row, pixel, channel, image, stride[0] * row, stride[1] * pixel)
        np.copyto(taps, as_strided(padded, taps.shape, moves))
        windows = taps.reshape(kh * kw * c, n * oh * ow).T[None]
    else:
        # Copy only along the kernel's width: each strip holds kw neighbouring columns, row after
        # row. A window is then one unbroken stretch of its strip, and windows one below another
        # overlap in memory (memory-efficient convolution, Cho and Brand 2017).
        strips = memory(name + "strips", (n, ow, height, kw, c), dtype)
        moves = (image, stride[1] * pixel, row, pixel, channel)
        np.copyto(strips, as_strided(padded, strips.shape, moves))
        item, line = dtype.itemsize, kw * c * dtype.itemsize
        windows = as_strided(
            strips, (oh, n * ow, kh * kw * c), (stride[0] * line, height * line, item)
        )
    y = memory(name + "y", (*windows.shape[:2], f), dtype)
    np.matmul(windows, w.astype(dtype, copy=False).reshape(-1, f), out=y)
    if c < FEW_CHANNELS:
        return y.reshape(n, oh, ow, f), windows
    return y.reshape(oh, n, ow, f).transpose(1, 0, 2, 3), windows


def _spread(w, apart):
    """The first two axes with `apart - 1` zeros between neighbours."""
    if apart == (1, 1):
        return w
    rows, columns = ((size - 1) * step + 1 for size, step in zip(w.shape, apart))
    wide = np.zeros((rows, columns, *w.shape[2:]), w.dtype)
    wide[:: apart[0], :: apart[1]] = w
    return wide
