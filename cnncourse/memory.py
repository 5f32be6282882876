"""Where operations get their work arrays: new ones each time, or ones that are kept.

A fresh array of a megabyte costs more than the arithmetic on it, because the operating system
hands its pages over one fault at a time. So what an operation needs only while it runs comes from
`scratch`. Its results come from a `memory`: `fresh` for everyone, or, in a layer that learns and
does the same work again and again, a `Memory` that keeps them.
"""

import threading

import numpy as np


def fresh(name: str, shape: tuple[int, ...], dtype) -> np.ndarray:
    """A new array; its values are arbitrary."""
    return np.empty(shape, dtype)


def as_now(array: np.ndarray, memory) -> np.ndarray:
    """`array` with the values that it has now, whatever becomes of it later, for the way back.

    In a network at work nobody else holds it, so there it is not copied.
    """
    return array.copy() if memory is fresh else array


class Memory(dict):
    """Lends the same array each time for the same name, shape and dtype; its values are arbitrary.

    What a layer made with it is valid until the layer's next `forward`.
    """

    def __call__(self, name, shape, dtype):
        key = name, shape, dtype
        if key not in self:
            self[key] = np.empty(shape, dtype)
        return self[key]

    def __deepcopy__(self, memo):
        return Memory()  # a copied layer works in its own memory

    def __reduce__(self):
        return Memory, ()


class Scratch(threading.local):
    """As Memory, for the time of one operation; each thread has its own, of at most MOST_BYTES."""

    MOST_BYTES = 2**26

    def __init__(self):
        self.kept = Memory()
        self.bytes = 0

    def __call__(self, name, shape, dtype):
        array = self.kept.get((name, shape, dtype))
        if array is None:
            array = np.empty(shape, dtype)
            if self.bytes + array.nbytes > self.MOST_BYTES:
                self.kept, self.bytes = Memory(), 0
            if array.nbytes <= self.MOST_BYTES:
                self.kept[name, shape, dtype] = array
                self.bytes += array.nbytes
        return array


scratch = Scratch()
