"""The operations for one picture at a time: a picture in, a picture or a stack of maps out.

Networks work on many pictures at once, and their arrays have an axis more for that, (n, h, w, c).
To look at one picture, nobody needs it: these functions put the axis on and take it off again.
"""

import numpy as np

from . import ops
from .layers import Layer, Sequential
from .shapes import Array, as_array, shown, sizes
from .variations import shifted


def correlate(picture: Array, kernel: Array, stride=1, pad=0, dilation=1) -> Array:
    """Slide one kernel, as deep as the picture, over it.

    picture: (h, w) or (h, w, c)   kernel: (kh, kw) or (kh, kw, c)   ->   (oh, ow)
    """
    picture = as_array(picture, "correlate: picture")
    kernel = as_array(kernel, "correlate: kernel")
    if picture.ndim == 2:
        return ops.correlate2d(picture, kernel, stride=stride, pad=pad, dilation=dilation)
    _, _, channels = sizes(picture, "h w c", "correlate: picture")
    sizes(kernel, "kh kw c", "correlate: kernel", c=channels)
    return convolve(picture, kernel[:, :, :, None], None, stride, pad, dilation)[:, :, 0]


def convolve(picture: Array, w: Array, b=None, stride=1, pad=0, dilation=1) -> Array:
    """Slide many kernels over a picture, and add to the answers of each its bias.

    picture: (h, w) or (h, w, c)   w: (kh, kw, c, f)   b: (f,), zeros if left out   ->   (oh, ow, f)
    """
    x = _stack_of_one(picture, "convolve: picture")
    w = as_array(w, "convolve: w")
    *_, f = sizes(w, "kh kw c f", "convolve: w")
    b = np.zeros(f, w.dtype) if b is None else b
    return ops.conv2d(x, w, b, stride=stride, pad=pad, dilation=dilation)[0][0]


def pool(picture: Array, k=2, stride=None, pad=0, keep="max") -> Array:
    """The largest number of each window, or the mean of it.

    picture: (h, w) or (h, w, c)   keep: "max" or "mean"   ->   (oh, ow) or (oh, ow, c)
    """
    operations = {"max": ops.max_pool2d, "mean": ops.avg_pool2d}
    if not isinstance(keep, str) or keep not in operations:
        raise ValueError(f'pool: keep should be "max" or "mean", but is {shown(keep)}.')
    x = _stack_of_one(picture, "pool: picture")
    return _as_given(operations[keep](x, k, stride=stride, pad=pad)[0], picture)


def shrink(picture: Array, k: int) -> Array:
    """A smaller picture: the mean of each square of k by k pixels; what is left over is cut off."""
    return pool(picture, k, keep="mean")


def shift(picture: Array, down: int, right: int) -> Array:
    """The picture moved by whole pixels; zeros come in.   (h, w) or (h, w, c)   ->   the same"""
    x = _stack_of_one(picture, "shift: picture")
    return _as_given(shifted(x, down, right), picture)


def maps(stack: Array) -> list[Array]:
    """The maps of a stack, one after the other.   (h, w, f)   ->   f pictures (h, w)"""
    stack = as_array(stack, "maps: stack")
    *_, f = sizes(stack, "h w f", "maps: stack")
    return [stack[:, :, place] for place in range(f)]


def run(net: Layer | Sequential, picture: Array) -> Array:
    """What a layer or a network makes of one picture.   picture: (h, w) or (h, w, c)"""
    if not isinstance(net, (Layer, Sequential)):
        kind = type(net).__name__
        raise ValueError(f"run: net should be a layer or a Sequential, but its type is {kind}.")
    return net(_stack_of_one(picture, "run: picture"))[0]


def _stack_of_one(picture: Array, name: str) -> Array:
    """(h, w) or (h, w, c)   ->   (1, h, w, c)"""
    picture = as_array(picture, name)
    if picture.ndim not in (2, 3):
        raise ValueError(
            f"{name} should have shape (h, w) or (h, w, c), but its shape is {picture.shape}."
        )
    return picture[None, :, :, None] if picture.ndim == 2 else picture[None]


def _as_given(x: Array, picture: Array) -> Array:
    return x[0, :, :, 0] if np.ndim(picture) == 2 else x[0]
