"""Kernels that people gave names to: small grids of weights, each with a sentence.

`KERNELS["sobel_x"]` is the array; `ABOUT["sobel_x"]` says in one sentence what it answers to.
The kernels slide as they stand (cross-correlation, as in every network): nothing is flipped.
"""

from itertools import product

import numpy as np


def _grid(*rows, divide=1):
    return np.array(rows, np.float32) / np.float32(divide)


KERNELS = {
    "identity": _grid([0, 0, 0], [0, 1, 0], [0, 0, 0]),
    "shift_left": _grid([0, 0, 0], [0, 0, 1], [0, 0, 0]),
    "box_blur": _grid([1, 1, 1], [1, 1, 1], [1, 1, 1], divide=9),
    "gaussian_blur": _grid([1, 2, 1], [2, 4, 2], [1, 2, 1], divide=16),
    "sharpen": _grid([0, -1, 0], [-1, 5, -1], [0, -1, 0]),
    "sobel_x": _grid([-1, 0, 1], [-2, 0, 2], [-1, 0, 1]),
    "sobel_y": _grid([-1, -2, -1], [0, 0, 0], [1, 2, 1]),
    "laplacian": _grid([0, 1, 0], [1, -4, 1], [0, 1, 0]),
    "outline": _grid([-1, -1, -1], [-1, 8, -1], [-1, -1, -1]),
    "emboss": _grid([-2, -1, 0], [-1, 1, 1], [0, 1, 2]),
    "diagonal_down": _grid([2, -1, -1], [-1, 2, -1], [-1, -1, 2]),
    "diagonal_up": _grid([-1, -1, 2], [-1, 2, -1], [2, -1, -1]),
}

ABOUT = {
    "identity": "Copies each pixel: one weight of 1 in the centre.",
    "shift_left": "Copies the pixel to the right, so the picture moves one pixel to the left.",
    "box_blur": "The plain mean of nine pixels: small details melt.",
    "gaussian_blur": "A mean in which near pixels count more (Gaussian weights, rounded to 16ths).",
    "sharpen": "Five times the pixel minus its four neighbours: differences grow, flat areas stay.",
    "sobel_x": (
        "Right minus left (Sobel and Feldman, 1968): positive where it gets brighter to the right."
    ),
    "sobel_y": (
        "Below minus above (Sobel and Feldman, 1968): positive where it gets brighter downwards."
    ),
    "laplacian": "Four neighbours minus four times the pixel: zero on flat areas and even ramps.",
    "outline": (
        "Eight times the pixel minus its eight neighbours: zero on flat areas, strong at edges."
    ),
    "emboss": "Lower right minus upper left, plus the pixel: as if lit from one side.",
    "diagonal_down": 'Answers most to a bright line that runs down to the right, like "\\".',
    "diagonal_up": 'Answers most to a bright line that runs up to the right, like "/".',
}


def black_and_white_windows() -> list[np.ndarray]:
    """All 512 windows of three by three pixels that are black (0) or white (1)."""
    return [np.array(pixels).reshape(3, 3) for pixels in product([0, 1], repeat=9)]
