"""Exercise window_sum: one window times a kernel."""

import numpy as np

from ... import reference
from ..core import Mistake
from ..functions import FunctionExercise

# Nothing here is symmetrical, so that a rotated kernel never fits by luck.
GRID = np.array([[1.0, 2, 0, 3, 1], [0, 1, 4, 1, 2], [2, 0, 1, 3, 0], [1, 5, 2, 0, 1]])
GREYS = np.array([[0.3, 0.6, 0.2, 0.9, 0.4], [0.1, 0.8, 0.5, 0.7, 0.2], [0.9, 0.4, 0.3, 0.1, 0.6],
                  [0.5, 0.2, 0.7, 0.3, 0.8]])  # fmt: skip
WEIGHTS = np.array([[0.5, -1.5, 0.25, 2, -0.5], [1.25, 0.75, -2, 0.5, 1], [-0.25, 3, 0.5, -1, 0.1],
                    [2, -0.75, 1.5, 0.25, -3]])  # fmt: skip


def window_sum(window, kernel):
    """Multiply each pixel of the window by the weight that lies on it, and add up."""
    total = 0
    for i in range(kernel.shape[0]):
        for j in range(kernel.shape[1]):
            total = total + window[i, j] * kernel[i, j]
    return total


def over(rows, columns):
    """The sum over these rows and columns only, or what stops the loop that has them."""

    def added(window, kernel):
        h, w = kernel.shape
        return sum(
            window[i, j] * kernel[i, j] for i in range(*rows(h, w)) for j in range(*columns(h, w))
        )

    return added


def over_indices(product):
    """The sum of such a product over all rows i and columns j."""
    return lambda window, kernel: sum(
        product(window, kernel, i, j) for i, j in np.ndindex(kernel.shape)
    )


def all_rows(h, w):
    return (h,)


def all_columns(h, w):
    return (w,)


EXERCISE = FunctionExercise(
    name="window_sum",
    asks="should return one number: the sum of each pixel times the weight that lies on it.",
    solution=window_sum,
    reference=lambda window, kernel: reference.correlate2d(window, kernel)[0, 0],
    cases={
        "one pixel": (np.array([[3.0]]), np.array([[2.0]])),
        "two by two": (GRID[:2, :2], np.array([[1.0, 2], [3, -1]])),
        "greys and weights that are fractions": (GREYS[:2, :2], WEIGHTS[1:3, :2]),
        "a sum below 0": (GREYS[:2, :3], WEIGHTS[2:, 2:]),
        "three by three": (GRID[:3, 1:4], np.array([[0.0, 1, 0], [2, -4, 1], [0, 3, 0]])),
        "more columns than rows": (GRID[2:, 2:], np.array([[1.0, 0, -2], [0.5, 3, 1]])),
        "more rows than columns": (GRID[1:, :2], np.array([[2.0, 1], [0, -1], [1, 3]])),
        "four rows of five": (GREYS, WEIGHTS),
        "five rows of four": (GREYS.T + 1, WEIGHTS.T),
        "pixels below 0": (GREYS[:3, :3] - 0.5, WEIGHTS[1:, 2:]),
        "thirds": (GREYS[:2, :2], np.array([[1 / 3, 2 / 3], [1 / 7, 1 / 9]])),
        "heavy weights": (GREYS[2:, :2], np.array([[20.0, -31], [12, 0.5]])),
        "small numbers": (GREYS[1:, 1:3] / 100, WEIGHTS[:3, :2]),
        "large numbers": (GREYS[:3, 1:] * 1e6, WEIGHTS[1:, :4]),
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
            [lambda window, kernel: window.sum(), lambda window, kernel: sum(window.ravel())],
        ),
        Mistake(
            "the window is not used",
            "the weights are added up as they are. Where do the pixels come in?",
            lambda window, kernel: kernel.sum(),
        ),
        Mistake(
            "sums multiplied",
            "the window and the kernel are each added up before they meet. Multiply pairs first.",
            lambda window, kernel: window.sum() * kernel.sum(),
        ),
        Mistake(
            "only the last product kept",
            "each product takes the place of the one before. Does the total grow (total = total + "
            "...), and is it set to 0 before both loops?",
            lambda window, kernel: window[-1, -1] * kernel[-1, -1],
        ),
        Mistake(
            "only the last row kept",
            "the total begins again at 0 in each row. It should be set to 0 once, before both "
            "loops.",
            lambda window, kernel: window[-1] @ kernel[-1],
        ),
        Mistake(
            "return inside the loop",
            "it returns after the first product. How far is the return indented?",
            lambda window, kernel: window[0, 0] * kernel[0, 0],
        ),
        Mistake(
            "only the first row",
            "the other rows are not added. Does it return inside the loop? Then the return is "
            "indented too far. In a while loop: does the column begin again at 0 in each row?",
            lambda window, kernel: window[0] @ kernel[0],
        ),
        Mistake(
            "the first row or column left out",
            "the loop begins at 1. Rows and columns are counted from 0, as range(n) does.",
            [
                over(lambda h, w: (1, h), lambda h, w: (1, w)),
                over(lambda h, w: (1, h), all_columns),
                over(all_rows, lambda h, w: (1, w)),
            ],
        ),
        Mistake(
            "the last row or column left out",
            "the loop ends one early. range(n) already ends at n - 1.",
            [
                over(lambda h, w: (h - 1,), lambda h, w: (w - 1,)),
                over(lambda h, w: (h - 1,), all_columns),
                over(all_rows, lambda h, w: (w - 1,)),
            ],
        ),
        Mistake(
            "a size written in",
            "the loops run over 3 rows and 3 columns, whatever is given. kernel.shape tells how "
            "many there are this time.",
            over(lambda h, w: (3,), lambda h, w: (3,)),
        ),
        Mistake(
            "only the diagonal",
            "one loop meets [0, 0], [1, 1] and so on. For all pairs, a second loop has to go over "
            "the columns inside it.",
            lambda window, kernel: sum(window[i, i] * kernel[i, i] for i in range(len(kernel))),
        ),
        Mistake(
            "one index used twice",
            "pixel [i, i] meets weight [i, j], or the other way round. Both need row i and column "
            "j.",
            [
                over_indices(lambda window, kernel, i, j: window[i, i] * kernel[i, j]),
                over_indices(lambda window, kernel, i, j: window[i, j] * kernel[i, i]),
                over_indices(lambda window, kernel, i, j: window[j, j] * kernel[i, j]),
                over_indices(lambda window, kernel, i, j: window[i, j] * kernel[j, j]),
            ],
        ),
        Mistake(
            "as many columns as rows",
            "both loops run over the number of rows. shape[0] counts rows, shape[1] columns; on a "
            "square kernel nobody notices.",
            over(all_rows, lambda h, w: (h,)),
        ),
        Mistake(
            "as many rows as columns",
            "both loops run over the number of columns. shape[0] counts rows, shape[1] columns; "
            "on a square kernel nobody notices.",
            over(lambda h, w: (w,), all_columns),
        ),
        Mistake(
            "flipped kernel",
            "the kernel is turned by half a circle (rotated by 180 degrees). Networks lay it down "
            "as it stands: [i, j] on [i, j].",
            lambda window, kernel: (window * kernel[::-1, ::-1]).sum(),
        ),
        Mistake(
            "products not added up",
            "these are the products of the pairs. What is missing makes one number of them.",
            [
                lambda window, kernel: window * kernel,
                lambda window, kernel: (window * kernel).ravel(),
            ],
        ),
        Mistake(
            "added up in one direction only",
            "each row, or each column, has a sum of its own. All of them make one number.",
            [
                lambda window, kernel: (window * kernel).sum(axis=0),
                lambda window, kernel: (window * kernel).sum(axis=1),
                lambda window, kernel: sum(window * kernel),
            ],
        ),
        Mistake(
            "multiplied all the way",
            "the products are multiplied with each other. They should be added up.",
            lambda window, kernel: (window * kernel).prod(),
        ),
        Mistake(
            "the total stays 0",
            "it returns 0 whatever it is given. Is there a *= where a += should be? 0 times a "
            "number stays 0.",
            lambda window, kernel: 0,
        ),
        Mistake(
            "the total begins at 1",
            "each answer is 1 too large. Before the first product, the total is 0.",
            lambda window, kernel: 1 + (window * kernel).sum(),
        ),
        Mistake(
            "matrix product",
            "@ (or np.dot) multiplies rows by columns. * multiplies pairs.",
            [
                lambda window, kernel: window @ kernel,
                lambda window, kernel: (window @ kernel).sum(),
            ],
        ),
        Mistake(
            "mean instead of sum",
            "the sum is divided, by the number of weights or by 9. A kernel that averages has that "
            "in its weights.",
            [
                lambda window, kernel: (window * kernel).mean(),
                lambda window, kernel: (window * kernel).sum() / 9,
            ],
        ),
        Mistake(
            "rows and columns swapped",
            "the loop over rows runs over the columns. shape[0] counts rows, shape[1] columns.",
            over(lambda h, w: (w,), lambda h, w: (h,)),
        ),
        Mistake(
            "rows and columns swapped",
            "pixel [i, j] meets weight [j, i]. Both need the same row and the same column.",
            [
                lambda window, kernel: sum(
                    window[i, j] * kernel[j, i] for i, j in np.ndindex(window.shape)
                ),
                lambda window, kernel: (window * kernel.T).sum(),
            ],
        ),
        Mistake(
            "taken away, not added",
            "each answer has the opposite sign. Is there a minus too many? -= takes away, += adds.",
            [
                lambda window, kernel: -(window * kernel).sum(),
                lambda window, kernel: (-window * kernel).sum(),
            ],
        ),
        Mistake(
            "fractions cut off",
            "the fractions of each product are cut off. Pixels and weights need not be whole: do "
            "without int(...), round and //.",
            [
                lambda window, kernel: np.trunc(window * kernel).sum(),
                lambda window, kernel: np.rint(window * kernel).sum(),
                lambda window, kernel: (np.trunc(window) * np.trunc(kernel)).sum(),
            ],
        ),
        Mistake(
            "the sign is lost",
            "a sum below 0 comes out as 0 or above. It should stay as it is.",
            [
                lambda window, kernel: abs((window * kernel).sum()),
                lambda window, kernel: max(0, (window * kernel).sum()),
                lambda window, kernel: abs(window * kernel).sum(),
            ],
        ),
        Mistake(
            "one step too many",
            "the loop goes one beyond the end. Rows and columns are counted from 0, so the last of "
            "n has the number n - 1: range(n).",
            [
                over(lambda h, w: (h + 1,), lambda h, w: (w + 1,)),
                over(lambda h, w: (h + 1,), all_columns),
                over(all_rows, lambda h, w: (w + 1,)),
            ],
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
