"""Exercise window_sum, lesson 01: one window times a kernel."""

import numpy as np

from ... import reference
from ..core import Mistake
from ..functions import FunctionExercise

# Nothing here is symmetrical, so that a turned kernel never fits by luck.
GRID = np.array([[1.0, 2, 0, 3, 1], [0, 1, 4, 1, 2], [2, 0, 1, 3, 0], [1, 5, 2, 0, 1]])


def window_sum(window, kernel):
    """Multiply each pixel of the window by the weight that lies on it, and add up."""
    total = 0
    for i in range(kernel.shape[0]):
        for j in range(kernel.shape[1]):
            total = total + window[i, j] * kernel[i, j]
    return total


EXERCISE = FunctionExercise(
    name="window_sum",
    lesson="01_one_kernel",
    asks="should return one number: the sum of each pixel times the weight that lies on it.",
    solution=window_sum,
    reference=lambda window, kernel: reference.correlate2d(window, kernel)[0, 0],
    cases={
        "one pixel": (np.array([[3.0]]), np.array([[2.0]])),
        "two by two": (GRID[:2, :2], np.array([[1.0, 2], [3, -1]])),
        "three by three": (GRID[:3, 1:4], np.array([[0.0, 1, 0], [2, -4, 1], [0, 3, 0]])),
        "more columns than rows": (GRID[2:, 2:], np.array([[1.0, 0, -2], [0.5, 3, 1]])),
        "more rows than columns": (GRID[1:, :2], np.array([[2.0, 1], [0, -1], [1, 3]])),
    },
    mistakes=[
        Mistake(
            "adds the kernel",
            "pixel and weight are added. Which sign stands between them?",
            lambda window, kernel: (window + kernel).sum(),
        ),
        Mistake(
            "the kernel is not used",
            "the pixels are added up as they are. Where does the kernel come in?",
            lambda window, kernel: window.sum(),
        ),
        Mistake(
            "sums multiplied",
            "the window and the kernel are each added up before they meet. Multiply pairs first.",
            lambda window, kernel: window.sum() * kernel.sum(),
        ),
        Mistake(
            "only the last product kept",
            "each product takes the place of the one before. Does the total grow (total = total + "
            "...)?",
            lambda window, kernel: window[-1, -1] * kernel[-1, -1],
        ),
        Mistake(
            "return inside the loop",
            "it returns after the first product. How far is the return indented?",
            lambda window, kernel: window[0, 0] * kernel[0, 0],
        ),
        Mistake(
            "return inside the loop",
            "it returns after the first row. How far is the return indented?",
            lambda window, kernel: window[0] @ kernel[0],
        ),
        Mistake(
            "flipped kernel",
            "the kernel is turned by half a circle. Networks lay it down as it stands: [i, j] on "
            "[i, j].",
            lambda window, kernel: (window * kernel[::-1, ::-1]).sum(),
        ),
        Mistake(
            "products not added up",
            "these are the products of the pairs. What is missing makes one number of them.",
            lambda window, kernel: window * kernel,
        ),
        Mistake(
            "matrix product",
            "@ (or np.dot) multiplies rows by columns. * multiplies pairs.",
            lambda window, kernel: window @ kernel,
        ),
        Mistake(
            "mean instead of sum",
            "the sum is divided by the number of weights. A kernel that averages has that in its "
            "weights.",
            lambda window, kernel: (window * kernel).mean(),
        ),
        Mistake(
            "rows and columns swapped",
            "the loop over rows runs over the columns. shape[0] counts rows, shape[1] columns.",
            lambda window, kernel: sum(
                window[i, j] * kernel[i, j]
                for i in range(kernel.shape[1])
                for j in range(kernel.shape[0])
            ),
        ),
        Mistake(
            "rows and columns swapped",
            "pixel [i, j] meets weight [j, i]. Both need the same row and the same column.",
            lambda window, kernel: sum(
                window[i, j] * kernel[j, i] for i, j in np.ndindex(window.shape)
            ),
        ),
    ],
    hints=(
        "Do one pair with pencil and paper: which pixel meets which weight? Then the next pair.",
        "`window[i, j]` meets `kernel[i, j]`. One loop goes over the rows i, a loop inside it "
        "over the columns j; `kernel.shape` is (rows, columns).",
        "Start with `total = 0` before the loops. Inside both, add one product to it. After both, "
        "not indented, return it.",
    ),
)
