"""Every operation as plain loops, as the lessons derive them: slow, and easy to believe.

The functions take what `ops` takes and return the output alone. Beside each stands its way back,
`..._back(dy, ...)`: `dy` says for each output how much the loss grows with it, and what is returned
says the same for each input and parameter. The tests hold `ops` to both.

One rule makes all of them: whatever a number was used for, it gets blame from there, and the blame
of all its uses adds up. Through a sum blame passes as it is; through a product it is multiplied by
the other factor.
"""

import numpy as np

from .window import Window, window


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
    lies = window("conv2d", (kh, kw), stride, pad, dilation)
    (down, right), (step_down, step_right) = lies.stride, lies.dilation
    oh, ow = lies.places(*x.shape[1:3], "conv2d: w")
    x = _padded(x, lies, 0)
    y = np.zeros((len(x), oh, ow, filters), np.result_type(x, w, b))
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
    lies = window("conv2d", (kh, kw), stride, pad, dilation)
    (down, right), (step_down, step_right) = lies.stride, lies.dilation
    x = _padded(x, lies, 0)
    dx, dw = np.zeros(x.shape, np.result_type(dy, w)), np.zeros(w.shape, np.result_type(dy, x))
    db = np.zeros(b.shape, dy.dtype)
    for image, row, column, kernel in np.ndindex(dy.shape):
        blame = dy[image, row, column, kernel]
        db[kernel] += blame
        for i, j, channel in np.ndindex(kh, kw, channels):
            pixel = image, row * down + i * step_down, column * right + j * step_right, channel
            dx[pixel] += blame * w[i, j, channel, kernel]
            dw[i, j, channel, kernel] += blame * x[pixel]
    return _unpadded(dx, lies), dw, db


def max_pool2d(x, k=2, *, stride=None, pad=0):
    """The largest value of each window; padding never wins.   (n, h, w, c) -> (n, oh, ow, c)"""
    return _pooled(x, _pooling(k, stride, pad), _lowest(x), max)


def max_pool2d_back(dy, x, k=2, *, stride=None, pad=0):
    """dx: only the winner of a window made its output, so only the winner is to blame.

    Where values tie, the leftmost column wins, and in it the topmost row.
    """
    return _pooled_back(dy, x, _pooling(k, stride, pad), _lowest(x), _winner)


def _winner(values):
    """1 for the first largest of some values, 0 for all others."""
    first = values.index(max(values))
    return [int(place == first) for place in range(len(values))]


def _lowest(x):
    """A number that no value of `x` is below."""
    return -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min


def avg_pool2d(x, k=2, *, stride=None, pad=0, count_include_pad=True):
    """The mean of each window.   (n, h, w, c) -> (n, oh, ow, c)

    Zeros of the padding count, or the mean is divided by the share of the window that is image.
    """
    x = x.astype(np.result_type(x, np.float32))
    lies = _pooling(k, stride, pad)
    y = _pooled(x, lies, 0, lambda values: sum(values) / len(values))
    return y if count_include_pad else y / avg_pool2d(np.ones_like(x), k, stride=stride, pad=pad)


def avg_pool2d_back(dy, x, k=2, *, stride=None, pad=0, count_include_pad=True):
    """dx: each of the k * k values was divided by their number, so each gets that part of dy."""
    ones = x if count_include_pad else np.ones_like(x)

    def parts(values):
        counted = len(values) if count_include_pad else sum(values)
        return [1 / counted] * len(values)

    return _pooled_back(dy, ones, _pooling(k, stride, pad), 0, parts)


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


def _pooling(k, stride, pad) -> Window:
    return window("pooling", k, k if stride is None else stride, pad)


def _pooled(x, lies: Window, border, summarise):
    """One number for each window, `summarise` of its values."""
    (kh, kw), (down, right) = lies.k, lies.stride
    oh, ow = lies.places(*x.shape[1:3], "k")
    y = np.zeros((len(x), oh, ow, x.shape[3]), x.dtype)
    x = _padded(x, lies, border)
    for image, row, column, channel in np.ndindex(y.shape):
        places = [(row * down + i, column * right + j) for i, j in np.ndindex(kh, kw)]
        y[image, row, column, channel] = summarise([x[image, r, c, channel] for r, c in places])
    return y


def _pooled_back(dy, x, lies: Window, border, parts):
    """To each value of a window its part of dy; `parts` says how large, for all values at once."""
    (kh, kw), (down, right) = lies.k, lies.stride
    x = _padded(x, lies, border)
    dx = np.zeros(x.shape, np.result_type(dy, np.float32))
    for image, row, column, channel in np.ndindex(dy.shape):
        # column by column, as ties are decided
        places = [(row * down + i, column * right + j) for j in range(kw) for i in range(kh)]
        values = [x[image, r, c, channel] for r, c in places]
        for (r, c), part in zip(places, parts(values)):
            dx[image, r, c, channel] += part * dy[image, row, column, channel]
    return _unpadded(dx, lies)


def _padded(x, lies: Window, value):
    """`x` with a border of `value`."""
    top, bottom, left, right = lies.edges
    return np.pad(x, [(0, 0), (top, bottom), (left, right), (0, 0)], constant_values=value)


def _unpadded(x, lies: Window):
    """`x` without its border."""
    top, bottom, left, right = lies.edges
    return x[:, top : x.shape[1] - bottom, left : x.shape[2] - right]
