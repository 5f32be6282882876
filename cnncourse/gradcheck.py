"""The slope of anything, by nudging: slow, and what every pullback has to agree with."""

import math
import numbers

import numpy as np

from .shapes import Array, check_array, check_number


def numeric_gradient(f, x: Array, h: float = 1e-5) -> Array:
    """How much the number f(x) changes with each entry of x.   x: any shape   ->   the same shape

    Each entry in turn is nudged up and down by h: slope = (f(up) - f(down)) / 2h. The error shrinks
    with h * h until rounding takes over, near the cube root of the rounding error of one number
    (Press et al., Numerical Recipes, 2007). Therefore x is float64: in float32 a nudge of h drowns.
    f is called twice for each entry with a copy of x; it returns one number.
    """
    check_array(x, "numeric_gradient: x")
    if x.dtype != np.float64:
        raise ValueError(
            f"numeric_gradient: x should hold float64, but its dtype is {x.dtype}; "
            "convert it with x.astype(np.float64)."
        )
    if not callable(f):
        raise ValueError(
            f"numeric_gradient: f should be a function of x, but its type is {type(f).__name__}."
        )
    check_number(h, "numeric_gradient: h")
    if not 0 < h < math.inf:
        raise ValueError(f"numeric_gradient: h should be a number above 0, but is {h}.")

    slope = np.empty(x.shape)
    nudged = x.copy()
    for place in np.ndindex(x.shape):
        nudged[place] = x[place] + h
        up = _one_number(f(nudged))
        nudged[place] = x[place] - h
        down = _one_number(f(nudged))
        nudged[place] = x[place]
        slope[place] = (up - down) / (2 * h)
    return slope


def _one_number(value) -> float:
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, numbers.Real):
        return float(value)
    is_array = isinstance(value, np.ndarray)
    what = f"shape is {value.shape}" if is_array else f"type is {type(value).__name__}"
    raise ValueError(
        f"numeric_gradient: f(x) should be one number, but its {what}; "
        "weigh its entries and add them up, say with (y * dy).sum()."
    )
