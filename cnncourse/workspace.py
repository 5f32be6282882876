"""Work arrays that are used again: a fresh megabyte costs more than the arithmetic on it.

The operating system hands fresh memory over page by page, and each page takes as long as a few
thousand multiplications. So an array that nobody refers to any more is lent again.
"""

import collections
import functools
import sys
import threading

import numpy as np

MOST_BYTES = 2**27  # kept in each thread for the next who asks
FREE = next(sys.getrefcount(array) for array in [np.empty(1)])  # of one that only `lent` refers to


class _Blocks(threading.local):
    """The arrays that a thread has lent, by shape in memory and dtype."""

    def __init__(self):
        self.lent, self.bytes = collections.defaultdict(list), 0


_blocks = _Blocks()


def lend(shape: tuple[int, ...], dtype, order: tuple[int, ...] | None = None) -> np.ndarray:
    """An array with arbitrary values that nobody else refers to, not even through a view.

    order: its axes in memory, from the outermost to the innermost, see `order_of`.
    """
    if order:
        shape = tuple(map(shape.__getitem__, order))
    for array in _blocks.lent[shape, dtype]:
        if sys.getrefcount(array) == FREE:
            break
    else:
        array = _fresh(shape, dtype)
    return array.transpose(_back(order)) if order else array


def _fresh(shape, dtype):
    array = np.empty(shape, dtype)
    if _blocks.bytes + array.nbytes > MOST_BYTES:
        _blocks.lent.clear()  # who still refers to one of them keeps it
        _blocks.bytes = 0
    _blocks.lent[shape, dtype].append(array)
    _blocks.bytes += array.nbytes
    return array


def order_of(x: np.ndarray) -> tuple[int, ...]:
    """The axes of x from the outermost in memory to the innermost: (0, 1, ...) where all is usual.

    What is computed from x, number by number, is fastest in the same order: long runs, no jumps.
    """
    return tuple(sorted(range(x.ndim), key=lambda axis: -abs(x.strides[axis])))


@functools.lru_cache(maxsize=64)
def _back(order):
    return tuple(map(order.index, range(len(order))))
