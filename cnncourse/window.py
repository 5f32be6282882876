"""The window of a kernel or a pooling: how it lies on an image, worked out in one place."""

from typing import NamedTuple

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

    def places(self, height: int, width: int, what: str) -> tuple[int, int]:
        """In how many places it fits on an image: (oh, ow); a ValueError where in none."""
        top, bottom, left, right = self.edges
        (rows, columns), (down, along) = self.reach, self.stride
        return (
            out_size(top + height + bottom, rows, down, what),
            out_size(left + width + right, columns, along, what),
        )

    def corner(self, row: int, column: int) -> tuple[int, int]:
        """Where the window of an output begins, in rows and columns of the image."""
        return row * self.stride[0] - self.edges[0], column * self.stride[1] - self.edges[2]


def window(name: str, k, stride=1, pad=0, dilation=1) -> Window:
    """Checked and complete; an int or a (rows, columns) pair each, pad also "same" or "valid"."""
    k, stride = pair(k, f"{name}: k"), pair(stride, f"{name}: stride")
    found = Window(k, stride, pair(dilation, f"{name}: dilation"), (0, 0, 0, 0))
    return found._replace(edges=borders(pad, found.reach, f"{name}: pad"))
