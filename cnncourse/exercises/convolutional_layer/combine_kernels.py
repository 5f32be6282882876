"""Exercise combine_kernels: the one kernel that does what two do after each other."""

import numpy as np

from ... import reference
from ..core import Mistake
from ..functions import FunctionExercise

# Nothing here is symmetrical, so that a rotated kernel never fits by luck.
A = np.array([[1.0, 2, 0], [-1, 3, 1], [0, 2, 5]])
B = np.array([[2.0, -1, 1], [0, 4, 3], [1, 1, -2]])
RNG = np.random.default_rng(12)


def combine_kernels(first, second):
    """The kernel that does in one step what `first` and then `second` do in two."""
    rows = first.shape[0] + second.shape[0] - 1
    columns = first.shape[1] + second.shape[1] - 1
    combined = np.zeros((rows, columns))
    for i in range(second.shape[0]):
        for j in range(second.shape[1]):
            combined[i : i + first.shape[0], j : j + first.shape[1]] += second[i, j] * first
    return combined


def slid(first, second):
    """`first` with zeros all around, and `second` sliding over it as it stands."""
    kh, kw = second.shape
    return reference.correlate2d(first, second, pad=(kh - 1, kw - 1))


def right(first, second):
    """Slide one over the other, flipped: that is what mathematics calls convolution."""
    return slid(first, second[::-1, ::-1])


def overwritten(first, second):
    """Copies laid over each other, each replacing what was there."""
    combined = np.zeros_like(right(first, second))
    for i, j in np.ndindex(second.shape):
        combined[i : i + first.shape[0], j : j + first.shape[1]] = second[i, j] * first
    return combined


def copies(first, second):
    """Copies laid over each other, without the weights of the second."""
    return right(first, np.ones_like(second))


def sized(size, loops=np.shape, copy=np.shape):
    """An array of another size, or other sizes of the loops or of a copy's place.

    size: of both kernels   loops: of the second   copy: of the first
    """

    def combine(first, second):
        combined = np.zeros(size(first, second))
        rows, columns = copy(first)
        for i, j in np.ndindex(*loops(second)):
            combined[i : i + rows, j : j + columns] += second[i, j] * first
        return combined

    return combine


def full(first, second):
    """The right size of the result."""
    return [a + b - 1 for a, b in zip(first.shape, second.shape)]


def three(_):
    """The size of the lesson's kernels."""
    return 3, 3


def over_the_wrong_shape(first, second):
    """The loops run over the places of the first kernel, but read the second."""
    combined = np.zeros_like(right(first, second))
    for i, j in np.ndindex(first.shape):
        combined[i : i + first.shape[0], j : j + first.shape[1]] += second[i, j] * first
    return combined


def copies_of_the_wrong_size(first, second):
    """The place for a copy of the first kernel is as large as the second."""
    combined = np.zeros_like(right(first, second))
    for i, j in np.ndindex(second.shape):
        combined[i : i + second.shape[0], j : j + second.shape[1]] += second[i, j] * first
    return combined


def roles_mixed(first, second):
    """Loops and places as they should be, but copies of the second kernel."""
    combined = np.zeros_like(right(first, second))
    for i, j in np.ndindex(second.shape):
        combined[i : i + first.shape[0], j : j + first.shape[1]] += first[i, j] * second
    return combined


def whole_kernels(first, second):
    """Copies of both kernels, multiplied pair by pair."""
    combined = np.zeros_like(right(first, second))
    for i, j in np.ndindex(second.shape):
        combined[i : i + first.shape[0], j : j + first.shape[1]] += second * first
    return combined


def square(first, second):
    """Rows counted, and columns taken to be as many."""
    combined = np.zeros((len(first) + len(second) - 1,) * 2)
    for i in range(len(second)):
        for j in range(len(second)):
            combined[i : i + len(first), j : j + len(first)] += second[i, j] * first
    return combined


def indices_swapped(first, second):
    """The weight of [j, i] where that of [i, j] belongs."""
    combined = np.zeros_like(right(first, second))
    for i, j in np.ndindex(second.shape):
        combined[i : i + first.shape[0], j : j + first.shape[1]] += second[j, i] * first
    return combined


def some_copies(rows, columns):
    """Only the copies for some rows and columns of the second kernel."""

    def combine(first, second):
        some = np.zeros_like(second)
        some[rows, columns] = second[rows, columns]
        return right(first, some)

    return combine


def one_pixel(first, second):
    """Each weight of the second kernel times the first kernel's weight in the same place, added."""
    combined = np.zeros_like(right(first, second))
    for i, j in np.ndindex(second.shape):
        combined[i, j] += second[i, j] * first[i, j]
    return combined


EXERCISE = FunctionExercise(
    name="combine_kernels",
    asks="should return one kernel that, slid over any image, gives what `first` and then "
    "`second` give: an array as large as the pixels that the two together look at.",
    solution=combine_kernels,
    reference=right,
    cases={
        "one weight each": (np.array([[3.0]]), np.array([[2.0]])),
        "one row": (np.array([[1.0, 2]]), np.array([[3.0, -1]])),
        "two by two": (A[:2, :2], B[:2, :2]),
        "three by three": (A, B),
        "a row and then a column": (np.array([[1.0, 2, 4]]), np.array([[1.0], [0], [-3]])),
        "two by three and three by two": (A[1:], B[:, 1:]),
        "fractions": (A / 7, B[:2] / 3),
        "whole numbers and fractions": (A.astype(int), B[:2] / 3),
        "fractions and whole numbers": (A[1:] / 7, B.astype(int)),
        "four by five and two by three": (RNG.normal(size=(4, 5)), RNG.normal(size=(2, 3)) / 50),
        "two by three and five by four": (
            RNG.normal(size=(2, 3)),
            200 * RNG.normal(size=(5, 4)),
        ),
        "three by two and five by six": (
            50 * RNG.normal(size=(3, 2)),
            RNG.normal(size=(5, 6)),
        ),
    },
    mistakes=[
        Mistake(
            "the loops run over the wrong kernel",
            "there is one copy of the first kernel for each weight of the *second*. So i and j "
            "run over second.shape, and first.shape says how large a copy is.",
            [over_the_wrong_shape, copies_of_the_wrong_size, roles_mixed],
        ),
        Mistake(
            "rows and columns mixed up",
            "the first number of a shape counts rows, the second columns, and kernels need not be "
            "square: shape[0] belongs to the rows, shape[1] to the columns.",
            [
                lambda first, second: right(first, second).T,
                sized(lambda first, second: full(first, second)[::-1]),
                sized(lambda first, second: [full(first, second)[0]] * 2),
                square,
            ],
        ),
        Mistake(
            "second[j, i] in place of second[i, j]",
            "the row comes first. With i for the row, it is second[i, j].",
            indices_swapped,
        ),
        Mistake(
            "return inside the loop",
            "only the first copy is there. How far is the return indented?",
            some_copies(slice(1), slice(1)),
        ),
        Mistake(
            "return inside the loop",
            "only the copies of the second kernel's first row are there. How far is the return "
            "indented?",
            some_copies(slice(1), slice(None)),
        ),
        Mistake(
            "begun anew in the loop",
            "only the last copy is left. The array of zeros is made once, before the loops.",
            some_copies(slice(-1, None), slice(-1, None)),
        ),
        Mistake(
            "a fixed size",
            "3 and 5 are the sizes of the lesson's example. first.shape and second.shape say how "
            "large yours are, and the result has rows + rows - 1.",
            [
                sized(lambda first, second: (5, 5), three, three),
                sized(lambda first, second: (5, 5)),
                sized(full, three, three),
                sized(full, three),
                sized(full, copy=three),
            ],
        ),
        Mistake(
            "kernels added",
            "adding kernels adds their outputs side by side. Here the second works on what the "
            "first has made.",
            [
                lambda first, second: first + second,
                lambda first, second: (
                    np.pad(first, [(0, n - 1) for n in second.shape])
                    + np.pad(second, [(0, n - 1) for n in first.shape])
                ),
            ],
        ),
        Mistake(
            "multiplied pair by pair",
            "each weight of the one meets every weight of the other, not only the one in its own "
            "place.",
            [lambda first, second: first * second, one_pixel, whole_kernels],
        ),
        Mistake(
            "matrix product",
            "@ multiplies rows by columns. That is another way of combining, for other things.",
            lambda first, second: first @ second,
        ),
        Mistake(
            "flipped kernel",
            "one of the kernels is turned by half a circle (rotated by 180 degrees). For each "
            "weight second[i, j], which pixels does the first kernel look at?",
            [slid, lambda first, second: slid(second, first)],
        ),
        Mistake(
            "the result turned",
            "the weights are right, but turned by half a circle (rotated by 180 degrees). Both "
            "kernels lie as they stand.",
            lambda first, second: right(first, second)[::-1, ::-1],
        ),
        Mistake(
            "as large as the first kernel",
            "the second looks at several outputs of the first, so together they see further. How "
            "many rows and columns in all?",
            [
                sized(lambda first, second: first.shape),
                lambda first, second: reference.correlate2d(first, second[::-1, ::-1], pad="same"),
                lambda first, second: reference.correlate2d(first, second, pad="same"),
                lambda first, second: right(first, second)[: first.shape[0], : first.shape[1]],
            ],
        ),
        Mistake(
            "sizes multiplied",
            "the copies of the first kernel lie side by side. They should overlap, each one pixel "
            "further, and where they overlap they add up.",
            [
                lambda first, second: np.kron(second, first),
                lambda first, second: np.kron(first, second),
            ],
        ),
        Mistake(
            "one row and column too many",
            "the last row and column hold only zeros. Count the pixels again: two kernels of 2 "
            "in a row look at 3 pixels.",
            lambda first, second: np.pad(right(first, second), ((0, 1), (0, 1))),
        ),
        Mistake(
            "one row and column too few",
            "the last row or column is missing. Count the pixels again: two kernels of 2 in a row "
            "look at 3 pixels.",
            [
                sized(lambda first, second: [n - 1 for n in full(first, second)]),
                lambda first, second: right(first, second)[:-1, :-1],
                lambda first, second: right(first, second)[:-1],
                lambda first, second: right(first, second)[:, :-1],
            ],
        ),
        Mistake(
            "overwritten instead of added",
            "each copy takes the place of what was there. Where copies overlap, they add up (+=).",
            overwritten,
        ),
        Mistake(
            "the second kernel's weights are not used",
            "each copy of the first kernel counts as much as the weight of the second says.",
            copies,
        ),
        Mistake(
            "the first kernel's weights are not used",
            "each copy is a copy of the first kernel, times one weight of the second.",
            lambda first, second: right(np.ones_like(first), second),
        ),
        Mistake(
            "one kernel slid over the other",
            "that turns the order of its weights round, and leaves too little room. The lesson's "
            "way: copies of the first kernel, each in its place and times a weight of the second, "
            "added up.",
            [
                lambda first, second: reference.correlate2d(first, second),
                lambda first, second: reference.correlate2d(first, second, pad=1),
                lambda first, second: reference.correlate2d(second, first),
                lambda first, second: reference.correlate2d(second, first, pad=1),
            ],
        ),
        Mistake(
            "still all zeros",
            "nothing is added to the array of zeros: 0 times a number stays 0. It takes +=.",
            lambda first, second: np.zeros_like(right(first, second)),
        ),
    ],
    hints=(
        "Do two rows by hand: first (1, 2), then (3, −1). Write the second sum out until only "
        "pixels of the image stand in it.",
        "The output of the first kernel that lies i rows and j columns further on counts "
        "`second[i, j]` times. It is made by the first kernel, moved by i rows and j columns.",
        "Begin with zeros, `k1 + k2 - 1` long on each side. For each (i, j) of the second kernel "
        "*add* a copy of the first, times `second[i, j]`, whose upper left corner lies at (i, j).",
    ),
)
