"""The window of a kernel or a pooling: how it lies on an image, worked out in one place."""

from typing import NamedTuple

import numpy as np

from .shapes import borders, out_size, pair


class Window(NamedTuple):
    """What a layer looks at to make one number; (rows, columns) each."""

    k: tuple[int, int]  # values that take part
    stride: tuple[int, int]  # pixels from one window to the next
    dilation: tuple[int, int]  # pixels from one value to the next
    edges: tuple[int, int, int, int]  # pixels of padding at the top, bottom, left, right

    @property
    def reach(self) -> tuple[int, int]:
        """The pixels from the first to the last, gaps included."""
        return tuple((k - 1) * apart + 1 for k, apart in zip(self.k, self.dilation))

    def framed(self, height: int, width: int) -> tuple[int, int]:
        """The rows and columns of an image with its padding."""
        top, bottom, left, right = self.edges
        return top + height + bottom, left + width + right

    def places(self, height: int, width: int, what: str) -> tuple[int, int]:
        """In how many places it fits on an image: (oh, ow); a ValueError where in none."""
        along = zip(self.framed(height, width), self.reach, self.stride)
        return tuple(out_size(size, reach, stride, what) for size, reach, stride in along)

    def taps(self, axis: int, size: int, what: str) -> np.ndarray:
        """The rows (axis 0) or columns (1) that each window's values lie on: (places, k).

        Those of the padding are below 0, or `size` and above.
        """
        before, after = self.edges[2 * axis : 2 * axis + 2]
        k, stride, apart = self.k[axis], self.stride[axis], self.dilation[axis]
        count = out_size(before + size + after, self.reach[axis], stride, what)
        return stride * np.arange(count)[:, None] + apart * np.arange(k) - before

    def pixels(self, height: int, width: int, what: str) -> np.ndarray:
        """How many pixels of an image, not of its padding, each window holds: (oh, ow)."""
        along = self._along(height, width, what)
        return np.outer(*(inside.sum(axis=1) for _, _, inside in along))

    def uses(self, height: int, width: int, what: str) -> np.ndarray:
        """How many windows use each pixel of an image: (height, width)."""
        along = self._along(height, width, what)
        return np.outer(*(np.bincount(taps[inside], minlength=n) for n, taps, inside in along))

    def _along(self, height: int, width: int, what: str):
        """Of rows and of columns: how many there are, the taps, and which of these lie there."""
        for axis, size in enumerate((height, width)):
            taps = self.taps(axis, size, what)
            yield size, taps, (taps >= 0) & (taps < size)

    def corner(self, row: int, column: int) -> tuple[int, int]:
        """Where the window of an output begins, in rows and columns of the image."""
        return row * self.stride[0] - self.edges[0], column * self.stride[1] - self.edges[2]


def window(name: str, k, stride=1, pad=0, dilation=1) -> Window:
    """Checked and complete; an int or a (rows, columns) pair each, pad also "same" or "valid"."""
    k, stride = pair(k, f"{name}: k"), pair(stride, f"{name}: stride")
    found = Window(k, stride, pair(dilation, f"{name}: dilation"), (0, 0, 0, 0))
    return found._replace(edges=borders(pad, found.reach, f"{name}: pad"))
