"""The shapes, options and memory layouts that every operation is tried on, each with a name.

CASES is one table for all operations: the tests hold it to the loops, to numeric gradients and to
PyTorch. Arrays are float64 and random, yet the same in every run; biases are never zero. No image
is square, so that rows and columns cannot be mixed up unseen.
"""

import dataclasses
import re

import numpy as np
import pytest

from cnncourse import ops


@dataclasses.dataclass(frozen=True, eq=False)
class Case:
    """An operation by name, the arrays it takes, and its options."""

    op: str
    name: str
    arrays: dict[str, np.ndarray]
    options: dict

    def __str__(self):
        return f"{self.op}: {self.name}"

    def run(self, where=ops, **changes):
        """What the operation of this name in `where` returns."""
        return getattr(where, self.op)(**{**self.arrays, **self.options, **changes})

    def output(self, **changes):
        """The output alone; correlate2d has no pullback, so it returns nothing else."""
        result = self.run(**changes)
        return result[0] if isinstance(result, tuple) else result

    def run_and_pull(self, change_dy=np.copy, **changes):
        """The output, and the gradients of all arrays in their order."""
        y, pull = self.run(**changes)
        dy = some_dy(y)
        return y, as_tuple(pull(change_dy(dy) if np.ndim(dy) else dy))

    def as_type(self, dtype):
        """All arrays as `dtype`; integers are ten times as large, so that rounding leaves some."""
        scale = 10 if np.dtype(dtype).kind == "i" else 1
        return {name: (scale * array).astype(dtype) for name, array in self.arrays.items()}


def as_tuple(gradients):
    return gradients if isinstance(gradients, tuple) else (gradients,)


def some_dy(y, seed=7):
    """A random gradient of the shape and dtype of `y` (float64 for integers), always the same."""
    dtype = np.result_type(y, np.float32)
    return np.asarray(np.random.default_rng(seed).normal(size=np.shape(y)), dtype)[()]


def assert_same(actual, desired, rtol=1e-12, atol=1e-12):
    """Equal shape, equal dtype, and equal values but for rounding."""
    assert (np.shape(actual), actual.dtype) == (np.shape(desired), desired.dtype)
    np.testing.assert_allclose(actual, desired, rtol, atol)


def message_of(bad_call):
    """Return what a bad call says, which has to be one short sentence."""
    with pytest.raises(ValueError) as caught:
        bad_call()
    message = str(caught.value)
    assert message.endswith(".")
    assert re.search(r"[.!?] [A-Z]|\s\s|\n", message) is None
    assert len(message) < 300
    return message


def random(name, *shape):
    """Random values around zero: the same for the same name and shape."""
    return np.random.default_rng([*name.encode(), *shape]).normal(size=shape)


def distinct(name, *shape):
    """Random values at least 0.1 apart and 0.05 from zero: a nudge crosses no kink."""
    size = int(np.prod(shape))
    order = np.random.default_rng([*name.encode(), *shape]).permutation(size)
    return (order.reshape(shape) - size // 2 + 0.5) / 10


# name: images, (rows, columns) of the image, (rows, columns) of the kernel, options
SLIDES = {
    "plain": (2, (5, 7), (3, 3), {}),
    "a tall kernel": (1, (6, 5), (4, 2), {}),
    "a wide kernel": (2, (4, 6), (1, 3), {}),
    "one row of pixels": (3, (1, 6), (1, 3), {}),
    "one column of pixels": (2, (6, 1), (2, 1), {}),
    "1x1 kernels": (2, (3, 4), (1, 1), {}),
    "1x1 kernels with a stride": (2, (4, 5), (1, 1), {"stride": 2}),
    "1x1 kernels with padding": (1, (2, 3), (1, 1), {"pad": 1}),
    "a kernel as large as the image": (2, (4, 3), (4, 3), {}),
    "a kernel larger than the image": (1, (2, 3), (4, 4), {"pad": (1, 2)}),
    "a stride with a remainder": (2, (7, 8), (3, 3), {"stride": 3}),
    "a stride larger than the kernel": (1, (9, 8), (2, 2), {"stride": 3}),
    "a stride larger than the image": (2, (3, 4), (2, 2), {"stride": 9}),
    "a stride that meets only padding": (2, (1, 2), (3, 3), {"stride": 20, "pad": 5}),
    "unequal strides": (1, (7, 8), (3, 2), {"stride": (2, 3)}),
    "padding": (2, (5, 4), (3, 3), {"pad": 1}),
    "unequal padding": (1, (4, 5), (3, 4), {"pad": (2, 1)}),
    "padding of the columns only": (1, (4, 3), (3, 3), {"pad": (0, 2)}),
    "padding with a stride": (2, (6, 5), (3, 3), {"pad": 1, "stride": 2}),
    "more padding than k - 1": (1, (3, 4), (2, 3), {"pad": 4}),
    "more padding than k - 1 above and below": (2, (3, 4), (2, 3), {"pad": (3, 1)}),
    "more padding than k - 1 with a stride": (1, (4, 3), (2, 2), {"pad": (3, 4), "stride": (2, 3)}),
    "dilation": (1, (6, 7), (3, 2), {"dilation": 2}),
    "unequal dilation": (2, (5, 8), (3, 3), {"dilation": (1, 3)}),
    "dilation with a stride": (1, (8, 7), (2, 3), {"dilation": (3, 2), "stride": (2, 1)}),
    "same, odd kernel": (2, (4, 6), (3, 5), {"pad": "same"}),
    "same, even kernel": (2, (5, 4), (2, 4), {"pad": "same"}),
    "same with a stride": (1, (7, 6), (4, 3), {"pad": "same", "stride": (3, 2)}),
    "same with dilation": (1, (5, 6), (2, 3), {"pad": "same", "dilation": (3, 2)}),
    "valid": (2, (5, 6), (3, 2), {"pad": "valid", "stride": (1, 2)}),
    "same, kernel larger than the image": (1, (3, 2), (5, 4), {"pad": "same"}),
    "padding as wide as the overlap, with a stride": (2, (5, 7), (3, 3), {"pad": 2, "stride": 2}),
    "all at once": (2, (8, 6), (2, 3), {"stride": (3, 2), "pad": (1, 3), "dilation": (3, 2)}),
}

# (channels, filters); convolution lays out fewer than 4 channels in another way than 4 or more
CHANNELS = [(1, 1), (3, 4), (4, 2), (6, 5)]

# name: shape of the images, options
POOLS = {
    "halves": ((2, 4, 6, 3), {}),
    "windows side by side": ((1, 6, 4, 2), {"k": (3, 2)}),
    "a remainder": ((2, 5, 7, 3), {"k": 2}),
    "a remainder of the rows only": ((1, 7, 6, 2), {"k": 3}),
    "overlapping windows": ((2, 6, 7, 2), {"k": 3, "stride": 2}),
    "windows at every pixel": ((1, 5, 6, 1), {"k": (3, 4), "stride": 1}),
    "gaps between windows": ((1, 8, 7, 4), {"k": 2, "stride": 3}),
    "unequal strides": ((1, 6, 8, 2), {"k": 3, "stride": (1, 2)}),
    "rows only": ((2, 6, 3, 2), {"k": (3, 1)}),
    "columns only": ((1, 3, 6, 2), {"k": (1, 4), "stride": 1}),
    "1x1 windows": ((2, 3, 4, 2), {"k": 1}),
    "1x1 windows with a stride": ((1, 5, 4, 2), {"k": 1, "stride": 2}),
    "a stride larger than the image": ((2, 3, 4, 1), {"k": 2, "stride": 9}),
    "padding": ((2, 5, 6, 2), {"k": 3, "stride": 2, "pad": 1}),
    "as much padding as there can be": ((1, 3, 4, 2), {"k": 3, "stride": 1, "pad": 2}),
    "unequal padding": ((1, 5, 7, 2), {"k": (3, 4), "stride": (2, 3), "pad": (2, 1)}),
    "same, odd window": ((2, 4, 5, 2), {"k": 3, "stride": 1, "pad": "same"}),
    "same, even window": ((1, 5, 4, 3), {"k": (2, 4), "stride": 1, "pad": "same"}),
    "same with a stride": ((1, 5, 7, 2), {"k": 2, "pad": "same"}),
    "valid": ((2, 5, 7, 2), {"k": 3, "stride": 2, "pad": "valid"}),
    "a window as large as the image": ((2, 3, 4, 2), {"k": (3, 4)}),
    "a window larger than the image": ((1, 2, 3, 1), {"k": (4, 4), "stride": 2, "pad": (1, 2)}),
}

SCORES = {"one image": (1, 5), "one score": (3, 1), "several images": (4, 3)}


def _cases():
    for name, (n, image, kernel, options) in SLIDES.items():
        for c, f in CHANNELS:
            arrays = {
                "x": random(name, n, *image, c),
                "w": random(name, *kernel, c, f),
                "b": random(name, f),
            }
            yield Case("conv2d", f"{name}, {c} to {f}", arrays, options)
        arrays = {"image": random(name, *image), "kernel": random(name, *kernel)}
        yield Case("correlate2d", name, arrays, options)
    for name, (shape, options) in POOLS.items():
        for op in ("max_pool2d", "avg_pool2d"):
            yield Case(op, name, {"x": distinct(name, *shape)}, options)
    for name in ("padding", "unequal padding", "same, even window", "halves", "same with a stride"):
        shape, options = POOLS[name]
        options = {**options, "count_include_pad": False}
        arrays = {"x": distinct(name, *shape)}
        yield Case("avg_pool2d", f"{name}, which does not count", arrays, options)
    for shape in [(2, 3, 5, 4), (1, 6, 4, 1), (3, 1, 1, 2), (2, 1, 7, 3)]:
        yield Case("global_avg_pool2d", str(shape), {"x": random("global", *shape)}, {})
    for shape in [(3,), (2, 3), (3, 1, 2), (2, 3, 4, 2)]:
        yield Case("relu", str(shape), {"x": distinct("relu", *shape)}, {})
    for shape in [(1, 3, 2, 1), (2, 3, 4, 2), (3, 1, 1, 4)]:
        yield Case("flatten", str(shape), {"x": random("flatten", *shape)}, {})
    for n, d, f in [(1, 1, 1), (3, 4, 5), (5, 1, 2), (2, 7, 1)]:
        arrays = {"x": random("x", n, d), "w": random("w", d, f), "b": random("b", f)}
        yield Case("dense", f"{n} images, {d} to {f}", arrays, {})
    for name, (n, f) in SCORES.items():
        labels = np.arange(n) * 2 % f
        yield Case("softmax", name, {"x": random(name, n, f)}, {})
        yield Case(
            "softmax_cross_entropy", name, {"logits": 3 * random(name, n, f)}, {"labels": labels}
        )


CASES = list(_cases())
PULLED = [case for case in CASES if case.op != "correlate2d"]  # those with a pullback


def _axes_swapped(array):
    return np.ascontiguousarray(array.swapaxes(0, -1)).swapaxes(0, -1)


def _backwards(array):
    backwards = (slice(None, None, -1),) * array.ndim
    return array[backwards].copy()[backwards]


def _every_second(array):
    wide = np.full([2 * size for size in array.shape], 99, array.dtype)
    every_second = (slice(None, None, 2),) * array.ndim
    wide[every_second] = array
    return wide[every_second]


def _read_only(array):
    array = array.copy()
    array.flags.writeable = False
    return array


# each takes an array and returns one that is equal, and lies otherwise in memory
LAYOUTS = {
    "Fortran order": np.asfortranarray,
    "axes swapped": _axes_swapped,
    "negative steps": _backwards,
    "every second": _every_second,
    "read-only": _read_only,
}
