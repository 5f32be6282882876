"""All maps of a layer in one picture, side by side."""

import math

import numpy as np

from ..layers import Conv2D, Dense, Layer, ReLU
from ..shapes import Array
from ..tiles import painted, tile
from .unit import Unit
from .words import number


class Mosaic:
    """Where each map lies in a picture of all maps side by side, a pixel apart."""

    def __init__(self, shape):
        self.h, self.w, self.c = shape
        self.gap = 0 if (self.h, self.w) == (1, 1) else 1
        wanted = self.c * self.h / self.w if self.gap else 2 * self.c  # a row of numbers: broad
        self.columns = math.ceil(math.sqrt(wanted))
        if not self.gap:  # full rows, if there is a way
            full = (n for n in range(self.columns, 2 * self.columns) if self.c % n == 0)
            self.columns = next(full, min(self.columns, self.c))

    def picture(self, maps: Array) -> Array:
        """All maps.   (h, w, c)   ->   (rows, columns), NaN between them"""
        return tile(maps, self.columns, self.gap)

    def unit(self, at: tuple[int, int], before: Unit | None = None) -> Unit:
        """The unit at a pixel of the picture; the nearest of a map where the gap is hit.

        before: the unit that was chosen. A step from there into the gap leads to the map beyond.
        """
        old = self.pixel(before) if before else at
        step = at[0] - old[0], at[1] - old[1]
        if sorted(map(abs, step)) == [0, 1] and self._in_gap(at):
            at = at[0] + step[0], at[1] + step[1]
        (i, row), (j, column) = divmod(at[0], self.h + self.gap), divmod(at[1], self.w + self.gap)
        m = min(i * self.columns + j, self.c - 1)
        return Unit(min(row, self.h - 1), min(column, self.w - 1), m)

    def _in_gap(self, at: tuple[int, int]) -> bool:
        return at[0] % (self.h + self.gap) == self.h or at[1] % (self.w + self.gap) == self.w

    def pixel(self, unit: Unit) -> tuple[int, int]:
        row, column = divmod(unit.map, self.columns)
        return row * (self.h + self.gap) + unit.row, column * (self.w + self.gap) + unit.column


def all_maps(maps: Array, palette: str, reach: float | None = None) -> Array:
    """All maps side by side in the colours of the course.   (h, w, c)   ->   (rows, columns, 3)

    reach: what the last colour stands for; if left out, the largest of all the numbers.
    """
    reach = reach or (1.0 if palette == "grey" else float(np.abs(maps).max()) or 1.0)
    between = 0.5 if palette == "diverging" else 1.0  # a frame, of no map's colour
    return painted(Mosaic(maps.shape).picture(maps), palette, reach, between)


def palette_of(layers: list[Layer]) -> str:
    """How to paint what these layers give: an image, numbers not below zero, or any numbers."""
    for layer in reversed(layers):
        if isinstance(layer, ReLU):
            return "cividis"
        if isinstance(layer, (Conv2D, Dense)):
            return "diverging"
    return "grey"


def span(maps: Array) -> str:
    return f", {number(float(maps.min()))} to {number(float(maps.max()))}"
