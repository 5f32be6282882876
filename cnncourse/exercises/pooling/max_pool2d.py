"""Exercise max_pool2d: the largest number of each window."""

import numpy as np

from ... import reference
from ..core import Mistake
from ..functions import FunctionExercise
from .slips import returned_too_soon, smaller

# Drawn at random, so that nothing is symmetrical; more below zero than above.
RNG = np.random.default_rng(5)


def drawn(rows, columns):
    """Different whole numbers, most of them below zero."""
    return (RNG.permutation(rows * columns) - rows * columns * 0.75).round().reshape(rows, columns)


def max_pool2d(x, k, stride):
    """The largest number of each window of k by k, one every `stride` pixels."""
    oh = (x.shape[0] - k) // stride + 1
    ow = (x.shape[1] - k) // stride + 1
    y = np.zeros((oh, ow))
    for row in range(oh):
        for column in range(ow):
            top, left = row * stride, column * stride
            y[row, column] = x[top : top + k, left : left + k].max()
    return y


def right(x, k, stride):
    return reference.max_pool2d(x[None, :, :, None], k, stride=stride)[0, :, :, 0]


def windows(x, k, stride):
    """All windows.   -> (oh, ow, k, k)"""
    return np.lib.stride_tricks.sliding_window_view(x, (k, k))[::stride, ::stride]


def with_the_rest(x, k, stride):
    """Pooling that also takes the windows that hang over the edge."""
    size = [-(-max(n - k, 0) // stride) + 1 for n in x.shape]
    over = [max(0, (n - 1) * stride + k - old) for n, old in zip(size, x.shape)]
    return right(np.pad(x, [(0, o) for o in over], constant_values=-np.inf), k, stride)


def too_much_room(x, k, stride):
    """An output of the size divided by the stride; windows at the end are cut short."""
    output = np.zeros([size // stride for size in x.shape])
    for row, column in np.ndindex(output.shape):
        top, left = row * stride, column * stride
        output[row, column] = x[top : top + k, left : left + k].max()
    return output


def one_too_many(x, k, stride):
    """A number of places that counts the beginning twice."""
    y = np.zeros([(size - k + 1) // stride + 1 for size in x.shape])
    for row, column in np.ndindex(y.shape):
        top, left = row * stride, column * stride
        y[row, column] = x[top : top + k, left : left + k].max()
    return y


def as_large_as_the_stride(x, k, stride):
    """Windows that end where the next one begins."""
    y = np.zeros_like(right(x, k, stride))
    for row, column in np.ndindex(y.shape):
        top, left = row * stride, column * stride
        y[row, column] = x[top : top + stride, left : left + stride].max()
    return y


def steps_in_the_loops(x, k, stride):
    """Loops with a step, whose numbers stand for the window and for its place in y alike."""
    y = np.zeros_like(right(x, k, stride))
    for row in range(0, y.shape[0], stride):
        for column in range(0, y.shape[1], stride):
            y[row, column] = x[row : row + k, column : column + k].max()
    return y


def begun_at(value):
    """The largest so far begins at a number that need not be in the window."""
    return lambda x, k, stride: np.maximum(right(x, k, stride), value)


def without_the_stride(x, k, stride):
    """Windows that begin at row and column, not at multiples of the stride."""
    y = np.zeros_like(right(x, k, stride))
    for row, column in np.ndindex(y.shape):
        y[row, column] = x[row : row + k, column : column + k].max()
    return y


def without_brackets(x, k, stride):
    """row * stride : row + k, which is empty or too small from the second window on."""
    y = np.zeros_like(right(x, k, stride))
    for row in range(y.shape[0]):
        for column in range(y.shape[1]):
            y[row, column] = x[row * stride : row + k, column * stride : column + k].max()
    return y


def window_of_two(x, k, stride):
    """Windows of 2 by 2, whatever k is."""
    y = np.zeros_like(right(x, k, stride))
    for row, column in np.ndindex(y.shape):
        top, left = row * stride, column * stride
        y[row, column] = x[top : top + 2, left : left + 2].max()
    return y


def never_reset(start):
    """The largest so far, carried on from window to window."""

    def pool(x, k, stride):
        y = np.maximum(right(x, k, stride), start(x))
        return np.maximum.accumulate(y.ravel()).reshape(y.shape)

    return pool


def cut(first, size):
    """Windows that begin or end elsewhere, in an output of the right size."""

    def pool(x, k, stride):
        y = np.zeros_like(right(x, k, stride))
        for row, column in np.ndindex(y.shape):
            top, left = row * first(k, stride), column * first(k, stride)
            y[row, column] = x[top : top + size(k), left : left + size(k)].max()
        return y

    return pool


def as_if_side_by_side(x, k, stride):
    """As many places as windows fit side by side, but with the stride between them."""
    y = np.zeros([size // k for size in x.shape])
    for row, column in np.ndindex(y.shape):
        top, left = row * stride, column * stride
        y[row, column] = x[top : top + k, left : left + k].max()
    return y


EXERCISE = FunctionExercise(
    name="max_pool2d",
    asks="should return an array with the largest number of each window of k by k; the windows "
    "begin every `stride` rows and columns, and only whole windows count.",
    solution=max_pool2d,
    reference=right,
    cases={
        "one window": (np.array([[-3.0, -1], [-4, -2]]), 2, 2),
        "four windows": (drawn(4, 4), 2, 2),
        "windows that overlap": (drawn(4, 4), 2, 1),
        "a row and a column to spare": (drawn(5, 5), 2, 2),
        "more rows than columns": (drawn(6, 4), 2, 2),
        "three by three": (drawn(7, 5), 3, 2),
        "a stride longer than the window": (drawn(6, 6), 2, 4),
        "fractions": (drawn(6, 5) / 7, 2, 2),
        "many windows": (RNG.normal(size=(13, 11)), 2, 2),
        "windows of 5": (RNG.normal(size=(13, 8)) / 100, 5, 3),
        "far below zero": (drawn(6, 8) * 12345.6 - 1e6, 3, 3),
    },
    mistakes=[
        Mistake(
            "the stride is not in the window",
            "the window of y[row, column] does not begin at row and column of x, but at "
            "row * stride and column * stride.",
            without_the_stride,
        ),
        Mistake(
            "the window ends too early",
            "it begins at row * stride, so it ends at row * stride + k, not at row + k.",
            without_brackets,
        ),
        Mistake(
            "windows of 2 built in",
            "k says how many rows and columns a window has. It is not always 2.",
            window_of_two,
        ),
        Mistake(
            "the largest is carried on",
            "each window has a largest number of its own. Where does yours begin anew?",
            [
                never_reset(lambda x: -np.inf),
                never_reset(lambda x: 0),
                never_reset(lambda x: x[0, 0]),
            ],
        ),
        Mistake(
            "a window of the wrong size",
            "x[a : b] ends before b. So a window of k rows goes from top to top + k, whatever the "
            "stride.",
            [
                cut(lambda k, stride: stride, lambda k: k - 1),
                cut(lambda k, stride: stride, lambda k: k + 1),
                as_large_as_the_stride,
            ],
        ),
        Mistake(
            "counted with k, not with the stride",
            "windows side by side would be size // k. With a stride of its own, a window of k "
            "fits in (size - k) // stride + 1 places.",
            as_if_side_by_side,
        ),
        Mistake(
            "one place too few",
            "a row or a column is missing. A window of k fits in (size - k) // stride + 1 places: "
            "the first one counts as well.",
            smaller(right),
        ),
        *returned_too_soon(right, "number"),
        Mistake(
            "the largest starts at a number that is too large",
            "-1, -100 or x[0, 0] may be larger than all that is in a window. Start with a number "
            "of the window itself, or use .max().",
            [
                begun_at(-1),
                begun_at(-100),
                begun_at(-1000),
                begun_at(-9999),
                lambda x, k, stride: np.maximum(right(x, k, stride), x[0, 0]),
            ],
        ),
        Mistake(
            "too many places",
            "the last windows would hang over the edge. In how many places does a window of k fit? "
            "(size - k) // stride + 1.",
            [too_much_room, one_too_many],
        ),
        Mistake(
            "the largest starts at zero",
            "where all numbers of a window lie below zero, you get 0. Start with the first number "
            "of the window, or use .max().",
            begun_at(0),
        ),
        Mistake(
            "the average instead",
            "this is the mean of each window.",
            lambda x, k, stride: windows(x, k, stride).mean(axis=(2, 3)),
        ),
        Mistake(
            "the smallest instead",
            "this is the smallest number of each window.",
            lambda x, k, stride: windows(x, k, stride).min(axis=(2, 3)),
        ),
        Mistake(
            "the first of each window",
            "it takes the upper left number of each window, whatever the others are.",
            [
                lambda x, k, stride: windows(x, k, stride)[:, :, 0, 0],
                lambda x, k, stride: x[::stride, ::stride],
            ],
        ),
        Mistake(
            "stride ignored",
            "the windows lie k apart, whatever the stride is.",
            [
                lambda x, k, stride: right(x, k, k),
                cut(lambda k, stride: k, lambda k: k),
            ],
        ),
        Mistake(
            "stride of 1",
            "the windows begin at each pixel. They should begin every `stride` pixels.",
            lambda x, k, stride: right(x, k, 1),
        ),
        Mistake(
            "windows that hang over the edge",
            "the last windows are not whole. A rest that is too small for a window is left out.",
            with_the_rest,
        ),
        Mistake(
            "where, not how much",
            "these are places (argmax). The largest number itself is wanted.",
            lambda x, k, stride: (
                windows(x, k, stride)
                .reshape(*right(x, k, stride).shape, -1)
                .argmax(axis=2)
                .astype(float)
            ),
        ),
        Mistake(
            "the size without the picture",
            "the array is still all zeros. Is each number put into y[row, column]?",
            lambda x, k, stride: np.zeros_like(right(x, k, stride)),
        ),
        Mistake(
            "rows and columns swapped",
            "the numbers are right, but rows lie where columns should.",
            lambda x, k, stride: right(x, k, stride).T,
        ),
        Mistake(
            "one number for the window and for its place",
            "the window begins at row * stride of x, but its number belongs to row of y. Let the "
            "loops count the places of y: 0, 1, 2, ...",
            steps_in_the_loops,
        ),
        Mistake(
            "all in one row",
            "the numbers are right, but follow each other in one row. The array should have rows "
            "and columns.",
            lambda x, k, stride: right(x, k, stride).ravel(),
        ),
        Mistake(
            "one number for all",
            "this is one number. Each window has one of its own, which goes into y[row, column].",
            [
                lambda x, k, stride: x.max(),
                lambda x, k, stride: right(x, k, stride)[-1, -1],
            ],
        ),
        Mistake(
            "the sum instead",
            "this is the sum of each window.",
            lambda x, k, stride: windows(x, k, stride).sum(axis=(2, 3)),
        ),
        Mistake(
            "the sign taken off",
            "-9 is less than 1, though it is further from 0. Leave abs out.",
            [
                lambda x, k, stride: np.abs(windows(x, k, stride)).max(axis=(2, 3)),
                lambda x, k, stride: np.abs(right(x, k, stride)),
            ],
        ),
    ],
    hints=(
        "It is the loop of lesson 02 with a stride. What happens to each window is simpler.",
        "The output has `(rows - k) // stride + 1` rows. The window of [row, column] begins at "
        "`row * stride, column * stride`.",
        "A slice of an array has a method `.max()`, also when all its numbers are below zero.",
    ),
)
