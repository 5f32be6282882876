"""The operations of a CNN, with whole arrays. Each returns its output and its pullback:

    y, pull = op(x, *parameters)        pull(dy) -> dx, *dparameters

`dy` says how much the loss changes with each entry of `y`; `pull` turns that into the same for `x`
and the parameters. Images are (n, h, w, c), kernels (kh, kw, c, f): a picture shows as it is, and
a convolution is one matrix product. (PyTorch keeps (n, c, h, w) and (f, c, kh, kw).)

No operation changes its arguments. Its pullback goes by the values that the arguments had when the
operation ran: change `x` or `y` in place as you like (`y` of flatten may be a view of `x`). Results
follow NumPy's rules of promotion: float32 in, float32 out; of whole numbers, sums stay whole (and
can overflow as NumPy's do), means and probabilities are floats. Around an infinite or NaN argument,
or a sum that overflows, a result may be NaN that loops would leave finite: 0 times infinity is NaN.
"""

import numpy as np

from .convolution import conv2d, correlate2d
from .pooling import avg_pool2d, global_avg_pool2d, max_pool2d
from .shapes import (
    Array,
    check_array,
    check_fraction,
    check_labels,
    check_number,
    check_rng,
    check_same_shape,
    sizes,
)
from .workspace import lend, order_of

__all__ = [
    "avg_pool2d",
    "conv2d",
    "correlate2d",
    "dense",
    "dropout",
    "flatten",
    "global_avg_pool2d",
    "max_pool2d",
    "relu",
    "softmax",
    "softmax_cross_entropy",
]


BOOL = np.dtype(bool)


def relu(x: Array):
    """Replace every negative value by zero; any shape. The slope at exactly zero is taken as 0."""
    return bind_relu(x)(x)


def bind_relu(x: Array, learn=True):
    """run(x) -> y, pull, bound for all x of this shape and dtype; without `learn` no pull."""
    check_array(x, "relu: x")
    x_shape, order = x.shape, order_of(x)
    one_run = tuple(1 if axis == order[0] else size for axis, size in enumerate(x_shape))
    zeros = lend(one_run, x.dtype, order)  # four times as fast as a single 0
    zeros[...] = 0
    passed = lend(x_shape, BOOL, order) if learn else None

    def run(x):
        y = np.maximum(x, zeros, out=lend(x_shape, x.dtype, order))
        if not learn:
            return y, None
        np.greater(y, 0, out=passed)
        return y, pull

    def pull(dy: Array) -> Array:
        check_same_shape(dy, x_shape, "relu: dy")
        # dL/dx = dL/dy where x > 0, and 0 elsewhere
        return np.multiply(dy, passed, out=lend(x_shape, dy.dtype, order))

    return run


def dropout(x: Array, rate: float, *, rng: np.random.Generator):
    """Set each value to zero with probability `rate`; scale the others up by 1 / (1 - rate).

    Any shape; rate: 0 up to, but not including, 1. The expected value stays the same, so that
    nothing needs scaling when the network is used (Srivastava et al. 2014, "inverted" form).
    """
    check_array(x, "dropout: x")
    check_fraction(rate, "dropout: rate")
    check_rng(rng, "dropout: rng")
    kept = rng.random(x.shape, np.float32) >= rate
    kept = kept / np.result_type(x, np.float32).type(1 - rate)

    def pull(dy: Array) -> Array:
        # dL/dx = dL/dy / (1 - rate) where x was kept, and 0 elsewhere
        return check_same_shape(dy, kept.shape, "dropout: dy") * kept

    return x * kept, pull


def flatten(x: Array):
    """Each image's numbers in one row: (n, ...) -> (n, the product of the rest).

    The last axis runs fastest: channels, then columns, then rows.
    """
    check_array(x, "flatten: x")
    if x.ndim < 2:
        raise ValueError(
            f"flatten: x should have an axis n and at least one more, but has shape {x.shape}."
        )
    y = np.ascontiguousarray(x).reshape(len(x), -1)
    x_shape, y_shape = x.shape, y.shape  # not the arrays: nobody should keep them alive

    def pull(dy: Array) -> Array:
        # dL/dx = dL/dy, each number back at its place
        return check_same_shape(dy, y_shape, "flatten: dy").reshape(x_shape)

    return y, pull


def dense(x: Array, w: Array, b: Array):
    """Weigh every input for every output.   x: (n, d)   w: (d, f)   b: (f,)   ->   y: (n, f)"""
    return bind_dense(x, w, b)(x, w, b)


def bind_dense(x: Array, w: Array, b: Array, learn=True):
    """run(x, w, b) -> y, pull, bound for all x, w and b of these shapes and dtypes."""
    n, d = sizes(x, "n d", "dense: x")
    _, f = sizes(w, "d f", "dense: w", d=d)
    sizes(b, "f", "dense: b", f=f)

    def run(x, w, b):
        if not learn:
            return x @ w + b, None
        x, w = x.copy(), w.copy()  # first: the order in memory decides how a product is rounded
        y = x @ w + b

        def pull(dy: Array, need_dx: bool = True):
            check_same_shape(dy, (n, f), "dense: dy")
            # dL/dx = dL/dy times w transposed; dL/dw = x transposed times dL/dy;
            # dL/db = sum of dL/dy
            return dy @ w.T if need_dx else None, x.T @ dy, dy.sum(axis=0)

        return y, pull

    return run


def softmax(x: Array):
    """Turn each row of scores into probabilities: positive, and 1 in all.   x, y: (n, f)

    The largest score is taken off first: the probabilities stay the same, and exp cannot overflow.
    """
    sizes(x, "n f", "softmax: x")
    x = x.astype(np.result_type(x, np.float32), copy=False)  # differences of int32 could overflow
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    y = powers / powers.sum(axis=1, keepdims=True)
    kept = y.copy()

    def pull(dy: Array) -> Array:
        # dL/dx = y (dL/dy - the sum of y dL/dy over all scores of the image)
        check_same_shape(dy, y.shape, "softmax: dy")
        return kept * (dy - (dy * kept).sum(axis=1, keepdims=True))

    return y, pull


def softmax_cross_entropy(logits: Array, labels: Array):
    """The mean of -log(probability of the true label), in nats.

    logits: (n, f) scores   labels: (n,) of whole numbers 0 .. f-1   ->   loss: one number
    pull(dloss=1) -> dlogits: the probabilities, minus 1 at each true label, over n.
    """
    n, f = sizes(logits, "n f", "softmax_cross_entropy: logits")
    check_labels(labels, n, f, "softmax_cross_entropy: labels")
    if not np.isfinite(logits).all():
        bad = (~np.isfinite(logits)).sum()
        raise ValueError(
            f"softmax_cross_entropy: logits should be finite, but {bad} of {logits.size} are "
            "infinite or not a number; if you are training, lower the learning rate."
        )
    rows, labels = np.arange(n), labels.copy()
    logits = logits.astype(np.result_type(logits, np.float32), copy=False)
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -log_p[rows, labels].sum() / n

    def pull(dloss: float = 1.0) -> Array:
        check_number(dloss, "softmax_cross_entropy: dloss")
        # dL/dlogits = (probabilities - 1 at the true label) / n
        dlogits = np.exp(log_p)
        dlogits[rows, labels] -= 1
        return dlogits * (float(dloss) / n)

    return loss, pull
