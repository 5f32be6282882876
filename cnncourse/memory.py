"""Where operations get their work arrays: new ones each time, or ones that are kept.

A fresh array of a megabyte costs more than the arithmetic on it, because the operating system
hands its pages over one fault at a time. A layer that learns does the same work again and again,
so it keeps its arrays in a `Memory`; everyone else uses `fresh` and never thinks about it.
"""

import numpy as np


def fresh(name: str, shape: tuple[int, ...], dtype) -> np.ndarray:
    """A new array; its values are arbitrary."""
    return np.empty(shape, dtype)


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
