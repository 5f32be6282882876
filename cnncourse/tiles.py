"""Maps side by side in one picture, and numbers in the colours of the course."""

import numpy as np

from .pixels import AROUND_ZERO, colours, encode
from .shapes import Array, check_int, sizes


def tile(maps: Array, columns: int, gap: int = 1) -> Array:
    """The maps of a stack in rows, `gap` pixels apart with NaN between.   (h, w, f) -> (H, W)"""
    height, width, count = sizes(maps, "h w f", "tile: maps")
    columns, gap = check_int(columns, "tile: columns", 1), check_int(gap, "tile: gap", 0)
    rows = -(-count // columns)
    if max(columns, rows) * (max(height, width) + gap) > 1e5:
        raise ValueError(
            "tile: columns and gap should give a picture of at most 100,000 pixels a side, but are "
            f"{columns} and {gap}."
        )
    board = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap), np.nan)
    for place in range(count):
        top, left = (place // columns) * (height + gap), (place % columns) * (width + gap)
        board[top : top + height, left : left + width] = maps[:, :, place]
    return board


def painted(numbers: Array, palette: str, reach: float, between: float = 0.5) -> Array:
    """Numbers as colours from 0 to 1, and the grey `between` for NaN.   (h, w) -> (h, w, 3)

    The colours go up to `reach`, from 0 or, in a palette with white for zero, from -reach.
    """
    low = -reach if palette in AROUND_ZERO else 0.0
    rgb = colours(palette)[encode(numbers, (low, reach))] / 255
    rgb[np.isnan(numbers)] = between
    return rgb
