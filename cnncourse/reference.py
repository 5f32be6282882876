"""Every operation as plain loops, as the lessons derive them: slow, and easy to believe.

The functions take what `ops` takes and return the output alone. The tests hold `ops` to them.
"""

import numpy as np

from .shapes import borders, out_size, pair


def correlate2d(image, kernel, *, stride=1, pad=0, dilation=1):
    """Lay the kernel on every window, multiply pairs, add up.   (h, w), (kh, kw) -> (oh, ow)"""
    y = conv2d(
        image[None, :, :, None],
        kernel[:, :, None, None],
        np.zeros(1, kernel.dtype),
        stride=stride,
        pad=pad,
        dilation=dilation,
    )
    return y[0, :, :, 0]


def conv2d(x, w, b, *, stride=1, pad=0, dilation=1):
    """x: (n, h, w, c)   w: (kh, kw, c, f)   b: (f,)   ->   y: (n, oh, ow, f)"""
    kh, kw, channels, filters = w.shape
    down, right = pair(stride, "conv2d: stride")
    step_down, step_right = pair(dilation, "conv2d: dilation")
    reach = (kh - 1) * step_down + 1, (kw - 1) * step_right + 1
    x = _padded(x, borders(pad, reach, "conv2d: pad"), 0)
    n, height, width, _ = x.shape
    oh, ow = out_size(height, reach[0], down, "w"), out_size(width, reach[1], right, "w")

    y = np.zeros((n, oh, ow, filters), np.result_type(x, w, b))
    for image, row, column, kernel in np.ndindex(y.shape):
        total = b[kernel]
        for i, j, channel in np.ndindex(kh, kw, channels):
            pixel = x[image, row * down + i * step_down, column * right + j * step_right, channel]
            total = total + pixel * w[i, j, channel, kernel]
        y[image, row, column, kernel] = total
    return y


def max_pool2d(x, k=2, *, stride=None, pad=0):
    """The largest value of each window; padding never wins.   (n, h, w, c) -> (n, oh, ow, c)"""
    lowest = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    return _pooled(x, k, stride, pad, lowest, x.dtype, max)


def avg_pool2d(x, k=2, *, stride=None, pad=0, count_include_pad=True):
    """The mean of each window.   (n, h, w, c) -> (n, oh, ow, c)

    Zeros of the padding count, or the mean is divided by the share of the window that is image.
    """
    x = x.astype(np.result_type(x, np.float32))
    y = _pooled(x, k, stride, pad, 0, x.dtype, lambda values: sum(values) / len(values))
    return y if count_include_pad else y / avg_pool2d(np.ones_like(x), k, stride=stride, pad=pad)


def global_avg_pool2d(x):
    """The mean of each whole map.   (n, h, w, c) -> (n, c)"""
    n, height, width, channels = x.shape
    y = np.zeros((n, channels), np.result_type(x, np.float32))
    for image, channel in np.ndindex(y.shape):
        total = y[image, channel]
        for row, column in np.ndindex(height, width):
            total = total + x[image, row, column, channel]
        y[image, channel] = total / (height * width)
    return y


def relu(x):
    """Each value, or zero where it is negative."""
    y = x.copy()
    for place in np.ndindex(x.shape):
        if x[place] < 0:
            y[place] = 0
    return y


def flatten(x):
    """Each image's numbers in a row: channels fastest, then columns, then rows."""
    n, height, width, channels = x.shape
    y = np.zeros((n, height * width * channels), x.dtype)
    for image, row, column, channel in np.ndindex(x.shape):
        y[image, (row * width + column) * channels + channel] = x[image, row, column, channel]
    return y


def dense(x, w, b):
    """x: (n, d)   w: (d, f)   b: (f,)   ->   y: (n, f)"""
    y = np.zeros((len(x), w.shape[1]), np.result_type(x, w, b))
    for example, output in np.ndindex(y.shape):
        total = b[output]
        for i in range(len(w)):
            total = total + x[example, i] * w[i, output]
        y[example, output] = total
    return y


def softmax(x):
    """Shares of 1: e to the score, divided by the sum over the row.   (n, f) -> (n, f)"""
    y = np.zeros(x.shape, np.result_type(x, np.float32))
    for example, scores in enumerate(x.astype(y.dtype)):
        powers = [np.exp(score - max(scores)) for score in scores]
        for label, power in enumerate(powers):
            y[example, label] = power / sum(powers)
    return y


def softmax_cross_entropy(logits, labels):
    """The mean of -log(probability of the true label).   logits: (n, f)   labels: (n,)"""
    p = softmax(logits)
    return sum(-np.log(p[example, label]) for example, label in enumerate(labels)) / len(labels)


def _pooled(x, k, stride, pad, border, dtype, summarise):
    kh, kw = pair(k, "k")
    down, right = pair(k if stride is None else stride, "stride")
    x = _padded(x, borders(pad, (kh, kw), "pad"), border)
    n, height, width, channels = x.shape
    oh, ow = out_size(height, kh, down, "k"), out_size(width, kw, right, "k")
    y = np.zeros((n, oh, ow, channels), dtype)
    for image, row, column, channel in np.ndindex(y.shape):
        window = [
            x[image, row * down + i, column * right + j, channel] for i, j in np.ndindex(kh, kw)
        ]
        y[image, row, column, channel] = summarise(window)
    return y


def _padded(x, edges, value):
    """`x` with borders of `value`: edges = (top, bottom, left, right)."""
    top, bottom, left, right = edges
    n, height, width, channels = x.shape
    shape = (n, top + height + bottom, left + width + right, channels)
    padded = np.full(shape, value, x.dtype)
    padded[:, top : top + height, left : left + width] = x
    return padded
