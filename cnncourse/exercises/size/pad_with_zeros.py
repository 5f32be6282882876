"""Exercise pad_with_zeros: rings of zeros around an image."""

import numpy as np

from ...shapes import pad_image
from ..core import Mistake
from ..functions import FunctionExercise

GRID = np.array([[1.0, 2, 5, 3], [7, 4, 8, 6], [9, 3, 2, 1]])
FRACTIONS = np.round(np.random.default_rng(2).normal(size=(6, 5)), 3)


def pad_with_zeros(image, pad):
    """The image with `pad` rows or columns of zeros on each of its four sides."""
    rows, columns = image.shape
    padded = np.zeros((rows + 2 * pad, columns + 2 * pad))
    padded[pad : pad + rows, pad : pad + columns] = image
    return padded


def right(image, pad):
    return pad_image(image[None, :, :, None], (pad, pad, pad, pad), 0)[0, :, :, 0]


def one_side(image, pad):
    return np.pad(image, ((pad, 0), (pad, 0)))


def one_pad_too_few(image, pad):
    """Room for the zeros of one side, the image put in the middle of what should be."""
    rows, columns = image.shape
    padded = np.zeros((rows + pad, columns + pad))
    padded[pad : pad + rows, pad : pad + columns] = image
    return padded


def whole_slice(image, pad):
    """The end of the slice is the image's size, not counted from where it begins."""
    rows, columns = image.shape
    padded = np.zeros((rows + 2 * pad, columns + 2 * pad))
    padded[pad:rows, pad:columns] = image
    return padded


def tiled(image, pad):
    """The image fills the padded one again and again, as np.resize does."""
    return np.resize(image, [size + 2 * pad for size in image.shape])


def shifted(image, pad):
    """The image in the upper left corner, all zeros below it and to its right."""
    return np.pad(image, ((0, 2 * pad), (0, 2 * pad)))


def with_a_negative_end(image, pad):
    """What pad:-pad picks is empty where pad is 0."""
    padded = np.zeros([size + 2 * pad for size in image.shape])
    padded[pad:-pad, pad:-pad] = image
    return padded


def whole_slice_by_loops(image, pad):
    padded = np.zeros([size + 2 * pad for size in image.shape])
    for row in range(pad, image.shape[0]):
        for column in range(pad, image.shape[1]):
            padded[row, column] = image[row - pad, column - pad]
    return padded


def begins_at_one(image, pad):
    padded = np.zeros([size + 2 * pad for size in image.shape])
    for row, column in np.ndindex(image.shape):
        padded[row + 1, column + 1] = image[row, column]
    return padded


def rings_around_the_same(image, pad):
    for _ in range(pad):
        padded = np.pad(image, 1)
    return padded


def square(image, pad):
    size = len(image)
    padded = np.zeros((size + 2 * pad, size + 2 * pad))
    padded[pad : pad + size, pad : pad + size] = image
    return padded


def turned(image, pad):
    columns, rows = image.shape
    padded = np.zeros((rows + 2 * pad, columns + 2 * pad))
    padded[pad : pad + rows, pad : pad + columns] = image
    return padded


EXERCISE = FunctionExercise(
    name="pad_with_zeros",
    asks="should return a new, larger array: the image in the middle, and on each of its four "
    "sides `pad` rows or columns of zeros.",
    solution=pad_with_zeros,
    reference=right,
    cases={
        "one pixel, one ring": (np.array([[5.0]]), 1),
        "two by two": (GRID[:2, :2], 1),
        "no padding at all": (GRID[:2, :3], 0),
        "two rings": (GRID[:1, :2], 2),
        "one column": (GRID[:, :1], 1),
        "more rows than columns": (GRID[:, 1:3], 1),
        "more columns than rows": (GRID, 3),
        "fractions, some below zero": (FRACTIONS[:2, :3], 2),
        "six by five, five rings": (FRACTIONS, 5),
        "small numbers": (FRACTIONS * 1e-3, 1),
        "large numbers": (FRACTIONS[:, :2] * 1e5, 4),
    },
    mistakes=[
        Mistake(
            "no room where pad is 0",
            "pad:-pad means 0:0 then, which picks nothing. Count the end from the start: "
            "pad : pad + rows.",
            with_a_negative_end,
        ),
        Mistake(
            "the image ends too early",
            "the image begins at `pad`, so it ends at pad + rows, not at rows; likewise the "
            "columns.",
            [whole_slice, whole_slice_by_loops],
        ),
        Mistake(
            "two sides only",
            "there are zeros on two of the four sides. The other two want some, too.",
            [
                one_side,
                one_pad_too_few,
                lambda image, pad: np.pad(image, ((0, pad), (0, pad))),
                lambda image, pad: np.pad(image, ((2 * pad, 0), (2 * pad, 0))),
            ],
        ),
        Mistake(
            "not in the middle",
            "the size is right, but the image lies in the upper left corner. Where should its "
            "first pixel go?",
            shifted,
        ),
        Mistake(
            "rows only",
            "there are zeros above and below. What about left and right?",
            lambda image, pad: np.pad(image, ((pad, pad), (0, 0))),
        ),
        Mistake(
            "columns only",
            "there are zeros on the left and on the right. What about above and below?",
            lambda image, pad: np.pad(image, ((0, 0), (pad, pad))),
        ),
        Mistake(
            "the border repeated",
            "the outermost pixels are repeated. That is another kind of padding; here it is zeros.",
            lambda image, pad: np.pad(image, pad, mode="edge"),
        ),
        Mistake(
            "padded with ones",
            "the border is filled with 1. np.zeros makes an array of zeros.",
            lambda image, pad: np.pad(image, pad, constant_values=1),
        ),
        Mistake(
            "the image left out",
            "everything is zero. After the zeros are made, the image has to be put into them.",
            lambda image, pad: np.zeros_like(right(image, pad)),
        ),
        Mistake(
            "always one ring",
            "there is one ring, or the image begins at row 1 and column 1, whatever `pad` says.",
            [lambda image, pad: np.pad(image, 1), begins_at_one],
        ),
        Mistake(
            "each ring laid around the same image",
            "each step of the loop begins with the image as it was given, so one ring is left. The "
            "next ring has to go around what the last step made.",
            rings_around_the_same,
        ),
        Mistake(
            "as many columns as rows",
            "the number of rows is used for the columns, too. An image need not be square: "
            "image.shape has both.",
            square,
        ),
        Mistake(
            "the image repeated",
            "the pixels go round and round. A new array of zeros is what you need.",
            tiled,
        ),
        Mistake(
            "rows and columns swapped",
            "rows lie where columns should, or have room where columns should. Which comes first "
            "in image.shape?",
            [lambda image, pad: right(image, pad).T, turned],
        ),
        Mistake(
            "unchanged",
            "this is the image as it was.",
            lambda image, pad: image,
        ),
    ],
    hints=(
        "How many rows and columns does the result have? Make it first, full of zeros.",
        "`padded = np.zeros((rows + 2 * pad, columns + 2 * pad))`. Where in it does the first row "
        "of the image lie, and where the last?",
        "A slice can stand on the left of an equals sign: "
        "`padded[pad : pad + rows, pad : pad + columns] = image`.",
    ),
)
