"""Work arrays that are used again: a fresh megabyte costs more than the arithmetic on it.

The operating system hands fresh memory over page by page, and each page takes as long as a few
thousand multiplications. So an array that nobody refers to any more is lent again.
"""

import functools
import sys
import threading

import numpy as np

MOST_BYTES = 2**27  # kept in each thread for the next who asks
_some = [np.empty(1)]
FREE = [sys.getrefcount(array) for array in _some][0]  # of one that a list alone holds


class _Blocks(threading.local):
    """The arrays that a thread has lent, by shape and dtype."""

    def __init__(self):
        self.lent, self.bytes = {}, 0


_blocks = _Blocks()


def lend(shape: tuple[int, ...], dtype) -> np.ndarray:
    """An array with arbitrary values that nobody else refers to, not even through a view."""
    try:
        for array in _blocks.lent[shape, dtype]:
            if sys.getrefcount(array) == FREE:
                return array
    except KeyError:
        _blocks.lent[shape, dtype] = []
    array = np.empty(shape, dtype)
    if _blocks.bytes + array.nbytes > MOST_BYTES:
        _blocks.lent, _blocks.bytes = {(shape, dtype): []}, 0  # who still refers to one keeps it
    _blocks.lent[shape, dtype].append(array)
    _blocks.bytes += array.nbytes
    return array


def lend_in(order: tuple[int, ...], shape: tuple[int, ...], dtype) -> np.ndarray:
    """The same, with its axes in another order in memory: the outermost first, see `order_of`."""
    return lend(tuple(map(shape.__getitem__, order)), dtype).transpose(_back(order))


def order_of(x: np.ndarray) -> tuple[int, ...]:
    """The axes of x from the outermost in memory to the innermost: (0, 1, ...) where all is usual.

    What is computed from x, number by number, is fastest in the same order: long runs, no jumps.
    """
    return tuple(sorted(range(x.ndim), key=lambda axis: -abs(x.strides[axis])))


@functools.lru_cache(maxsize=64)
def _back(order):
    return tuple(map(order.index, range(len(order))))
