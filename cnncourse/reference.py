"""Every operation as plain loops, as the lessons derive them: slow, and easy to believe.

The functions take what `ops` takes and return the output alone. Beside each stands its way back,
`..._back(dy, ...)`: `dy` says for each output how much the loss grows with it, and what is returned
says the same for each input and parameter. The tests hold `ops` to both.

One rule makes all of them: whatever a number was used for, it gets blame from there, and the blame
of all its uses adds up. Through a sum blame passes as it is; through a product it is multiplied by
the other factor.
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


def conv2d_back(dy, x, w, b, *, stride=1, pad=0, dilation=1):
    """dx, dw, db.

    A pixel met a weight in many places. For each of them, the pixel is to blame as much as the
    weight is large, and the weight as much as the pixel is bright; the bias met nothing, it was
    added. Read from the pixel's side, its dy's lie in a window around it, and the weights that met
    it there stand the other way round: that is why dx is again a convolution, with the kernel
    rotated by 180 degrees.
    """
    kh, kw, channels, _ = w.shape
    (down, right), (step_down, step_right) = pair(stride, "stride"), pair(dilation, "dilation")
    reach = (kh - 1) * step_down + 1, (kw - 1) * step_right + 1
    edges = borders(pad, reach, "pad")
    x = _padded(x, edges, 0)
    dx, dw = np.zeros(x.shape, np.result_type(dy, w)), np.zeros(w.shape, np.result_type(dy, x))
    db = np.zeros(b.shape, dy.dtype)
    for image, row, column, kernel in np.ndindex(dy.shape):
        blame = dy[image, row, column, kernel]
        db[kernel] += blame
        for i, j, channel in np.ndindex(kh, kw, channels):
            pixel = image, row * down + i * step_down, column * right + j * step_right, channel
            dx[pixel] += blame * w[i, j, channel, kernel]
            dw[i, j, channel, kernel] += blame * x[pixel]
    return _unpadded(dx, edges), dw, db


def max_pool2d(x, k=2, *, stride=None, pad=0):
    """The largest value of each window; padding never wins.   (n, h, w, c) -> (n, oh, ow, c)"""
    lowest = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    return _pooled(x, k, stride, pad, lowest, x.dtype, max)


def max_pool2d_back(dy, x, k=2, *, stride=None, pad=0):
    """dx: only the winner of a window made its output, so only the winner is to blame.

    Where values tie, the leftmost column wins, and in it the topmost row.
    """
    lowest = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    return _pooled_back(dy, x, k, stride, pad, lowest, _winner)


def _winner(values):
    """1 for the first largest of some values, 0 for all others."""
    shares = [0] * len(values)
    shares[values.index(max(values))] = 1
    return shares


def avg_pool2d(x, k=2, *, stride=None, pad=0, count_include_pad=True):
    """The mean of each window.   (n, h, w, c) -> (n, oh, ow, c)

    Zeros of the padding count, or the mean is divided by the share of the window that is image.
    """
    x = x.astype(np.result_type(x, np.float32))
    y = _pooled(x, k, stride, pad, 0, x.dtype, lambda values: sum(values) / len(values))
    return y if count_include_pad else y / avg_pool2d(np.ones_like(x), k, stride=stride, pad=pad)


def avg_pool2d_back(dy, x, k=2, *, stride=None, pad=0, count_include_pad=True):
    """dx: each of the k * k values was divided by their number, so each gets that part of dy."""
    ones = x if count_include_pad else np.ones_like(x)

    def shares(values):
        counted = len(values) if count_include_pad else sum(values)
        return [1 / counted] * len(values)

    return _pooled_back(dy, ones, k, stride, pad, 0, shares)


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


def global_avg_pool2d_back(dy, x):
    """dx: each number of a map gets its part, one by the number of places."""
    dx = np.zeros(x.shape, np.result_type(dy, np.float32))
    for image, row, column, channel in np.ndindex(x.shape):
        dx[image, row, column, channel] = dy[image, channel] / (x.shape[1] * x.shape[2])
    return dx


def relu(x):
    """Each value, or zero where it is negative."""
    y = x.copy()
    for place in np.ndindex(x.shape):
        if x[place] < 0:
            y[place] = 0
    return y


def relu_back(dy, x):
    """dx: what was above zero passed as it was, and so does its blame; the rest changed nothing."""
    dx = dy.copy()
    for place in np.ndindex(x.shape):
        if x[place] <= 0:
            dx[place] = 0
    return dx


def flatten(x):
    """Each image's numbers in a row: channels fastest, then columns, then rows."""
    n, height, width, channels = x.shape
    y = np.zeros((n, height * width * channels), x.dtype)
    for image, row, column, channel in np.ndindex(x.shape):
        y[image, (row * width + column) * channels + channel] = x[image, row, column, channel]
    return y


def flatten_back(dy, x):
    """dx: nothing was computed, so each number's blame goes back to its place."""
    dx = np.zeros(x.shape, dy.dtype)
    for image, row, column, channel in np.ndindex(x.shape):
        place = (row * x.shape[2] + column) * x.shape[3] + channel
        dx[image, row, column, channel] = dy[image, place]
    return dx


def dense(x, w, b):
    """x: (n, d)   w: (d, f)   b: (f,)   ->   y: (n, f)"""
    y = np.zeros((len(x), w.shape[1]), np.result_type(x, w, b))
    for example, output in np.ndindex(y.shape):
        total = b[output]
        for i in range(len(w)):
            total = total + x[example, i] * w[i, output]
        y[example, output] = total
    return y


def dense_back(dy, x, w, b):
    """dx, dw, db: an input was used for every output, a weight for every example of the batch."""
    dx, dw = np.zeros(x.shape, np.result_type(dy, w)), np.zeros(w.shape, np.result_type(dy, x))
    db = np.zeros(b.shape, dy.dtype)
    for example, output in np.ndindex(dy.shape):
        blame = dy[example, output]
        db[output] += blame
        for i in range(len(w)):
            dx[example, i] += blame * w[i, output]
            dw[i, output] += blame * x[example, i]
    return dx, dw, db


def softmax(x):
    """Probabilities: e to the score, divided by the sum over the row.   (n, f) -> (n, f)"""
    y = np.zeros(x.shape, np.result_type(x, np.float32))
    for example, scores in enumerate(x.astype(y.dtype)):
        powers = [np.exp(score - max(scores)) for score in scores]
        for label, power in enumerate(powers):
            y[example, label] = power / sum(powers)
    return y


def softmax_back(dy, x):
    """dx: a score raises its own probability and, since their sum is 1, lowers all others."""
    y = softmax(x)
    dx = np.zeros(x.shape, np.result_type(dy, y))
    for example, label, other in np.ndindex(*x.shape, x.shape[1]):
        p, q = y[example, label], y[example, other]
        slope = p * (1 - p) if label == other else -p * q
        dx[example, label] += dy[example, other] * slope
    return dx


def softmax_cross_entropy(logits, labels):
    """The mean of -log(probability of the true label).   logits: (n, f)   labels: (n,)"""
    p = softmax(logits)
    return sum(-np.log(p[example, label]) for example, label in enumerate(labels)) / len(labels)


def softmax_cross_entropy_back(dloss, logits, labels):
    """dlogits: the probability, minus 1 at the true label, over the number of images.

    The loss is -log p of the true label: log p is its score minus the log of the sum of all powers.
    Its own score counts with -1; in the sum, every score counts with its probability.
    """
    dlogits = softmax(logits)
    for example, label in enumerate(labels):
        dlogits[example, label] -= 1
    return dlogits * (dloss / len(labels))


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


def _pooled_back(dy, x, k, stride, pad, border, shares):
    kh, kw = pair(k, "k")
    down, right = pair(k if stride is None else stride, "stride")
    edges = borders(pad, (kh, kw), "pad")
    x = _padded(x, edges, border)
    dx = np.zeros(x.shape, np.result_type(dy, np.float32))
    for image, row, column, channel in np.ndindex(dy.shape):
        # column by column, as ties are decided
        places = [(row * down + i, column * right + j) for j in range(kw) for i in range(kh)]
        parts = shares([x[image, r, c, channel] for r, c in places])
        for (r, c), part in zip(places, parts):
            dx[image, r, c, channel] += part * dy[image, row, column, channel]
    return _unpadded(dx, edges)


def _unpadded(x, edges):
    """`x` without its borders."""
    top, bottom, left, right = edges
    return x[:, top : x.shape[1] - bottom, left : x.shape[2] - right]


def _padded(x, edges, value):
    """`x` with borders of `value`: edges = (top, bottom, left, right)."""
    top, bottom, left, right = edges
    n, height, width, channels = x.shape
    shape = (n, top + height + bottom, left + width + right, channels)
    padded = np.full(shape, value, x.dtype)
    padded[:, top : top + height, left : left + width] = x
    return padded
