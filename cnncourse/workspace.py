"""Work arrays that are used again: a fresh megabyte costs more than the arithmetic on it.

The operating system hands fresh memory over page by page, and each page takes as long as a few
thousand multiplications. So an array that nobody refers to any more is lent again.
"""

import sys
import threading

import numpy as np

MOST_BYTES = 2**27  # kept in each thread for the next who asks
_one = [np.empty(1)]
FREE = sys.getrefcount(_one[0])  # what getrefcount says of a thing that one list alone holds


class _Blocks(threading.local):
    """The arrays that a thread has lent, by shape and dtype."""

    def __init__(self):
        self.lent, self.bytes = {}, 0


_blocks = _Blocks()


def lend(shape: tuple[int, ...], dtype) -> np.ndarray:
    """An array with arbitrary values that nobody else refers to, not even through a view."""
    lent = _blocks.lent.setdefault((shape, dtype), [])
    for place in range(len(lent)):
        if sys.getrefcount(lent[place]) == FREE:
            return lent[place]
    array = np.empty(shape, dtype)
    if _blocks.bytes + array.nbytes > MOST_BYTES:
        _blocks.lent, _blocks.bytes = {}, 0  # who still refers to one of them keeps it
        lent = _blocks.lent.setdefault((shape, dtype), [])
    lent.append(array)
    _blocks.bytes += array.nbytes
    return array
