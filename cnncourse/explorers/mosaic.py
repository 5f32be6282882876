"""All maps of a layer in one picture, side by side."""

import math

import numpy as np

from ..layers import Conv2D, Dense, Layer, ReLU
from ..pixels import colours, encode
from ..shapes import Array
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
        height, width, gap = self.h + self.gap, self.w + self.gap, self.gap
        rows = -(-self.c // self.columns)
        shown = np.full((rows * height - gap, self.columns * width - gap), np.nan)
        for m in range(self.c):
            top, left = self.pixel(Unit(0, 0, m))
            shown[top : top + self.h, left : left + self.w] = maps[:, :, m]
        return shown

    def unit(self, at: tuple[int, int]) -> Unit:
        """The unit at a pixel of the picture; the nearest of a map where the gap is hit."""
        (i, row), (j, column) = divmod(at[0], self.h + self.gap), divmod(at[1], self.w + self.gap)
        m = min(i * self.columns + j, self.c - 1)
        return Unit(min(row, self.h - 1), min(column, self.w - 1), m)

    def pixel(self, unit: Unit) -> tuple[int, int]:
        row, column = divmod(unit.map, self.columns)
        return row * (self.h + self.gap) + unit.row, column * (self.w + self.gap) + unit.column


def painted(maps: Array, palette: str) -> Array:
    """All maps side by side in the colours of the course.   (h, w, c)   ->   (rows, columns, 3)"""
    shown = Mosaic(maps.shape).picture(maps)
    reach = 1.0 if palette == "grey" else float(np.abs(maps).max()) or 1.0
    low = -reach if palette == "diverging" else 0.0
    rgb = colours(palette)[encode(shown, (low, reach))] / 255
    rgb[np.isnan(shown)] = 0.5 if palette == "diverging" else 1.0  # a frame, of no map's colour
    return rgb


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
