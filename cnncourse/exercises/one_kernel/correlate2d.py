"""Exercise correlate2d, lesson 01: slide a kernel over an image with loops."""

import numpy as np

from ... import reference
from ..core import Mistake
from ..functions import FunctionExercise

# Nothing here is symmetrical, so that a turned kernel or output never fits by luck.
IMAGE = np.array([[1.0, 2, 0, 3, 1], [0, 1, 4, 1, 2], [2, 0, 1, 3, 0], [1, 5, 2, 0, 1]])
KERNEL = np.array([[1.0, 2], [3, -1]])
PIXELS = np.array([[200, 100, 50], [90, 250, 30], [10, 180, 220]], np.uint8)


def correlate2d(image, kernel):
    """Slide the kernel over the image, without padding.   (h, w), (kh, kw) -> (oh, ow)"""
    kh, kw = kernel.shape
    oh = image.shape[0] - kh + 1
    ow = image.shape[1] - kw + 1
    output = np.zeros((oh, ow))
    for row in range(oh):
        for column in range(ow):
            window = image[row : row + kh, column : column + kw]
            output[row, column] = (window * kernel).sum()
    return output


def by_window(image, kernel, row, column):
    """One window cut out, times the kernel; past the edge it is cut short."""
    kh, kw = kernel.shape
    return (image[row : row + kh, column : column + kw] * kernel).sum()


def turned_by_window(image, kernel, row, column):
    kh, kw = kernel.shape
    return (image[row : row + kh, column : column + kw] * kernel.T).sum()


def turned_by_pixel(image, kernel, row, column):
    return sum(image[row + i, column + j] * kernel[j, i] for i, j in np.ndindex(kernel.shape))


def last_product(image, kernel, row, column):
    """Only the product in the lower right of the window."""
    kh, kw = kernel.shape
    return image[row + kh - 1, column + kw - 1] * kernel[-1, -1]


def first_window(image, kernel, row, column):
    """The window in the upper left, wherever the loops are."""
    return by_window(image, kernel, 0, 0)


def by_pixel(image, kernel, row, column):
    """One product after the other; past the edge there is no pixel."""
    return sum(image[row + i, column + j] * kernel[i, j] for i, j in np.ndindex(kernel.shape))


def slide(image, kernel, add=by_window, size=None, dtype=float):
    """The loops, with something to get wrong: how to add up, which size, which dtype."""
    (height, width), (kh, kw) = image.shape, kernel.shape
    output = np.zeros(size or (height - kh + 1, width - kw + 1), dtype)
    for row, column in np.ndindex(output.shape):
        output[row, column] = add(image, kernel, row, column)
    return output


def too_large(image, kernel):
    (height, width), (kh, kw) = image.shape, kernel.shape
    return height - kh + 2, width - kw + 2


def swapped(image, kernel):
    (width, height), (kh, kw) = image.shape, kernel.shape
    return height - kh + 1, width - kw + 1


def step_by_step(image, kernel):
    """Each product added to an output of the image's dtype."""
    output = slide(image, kernel, dtype=image.dtype) * 0
    for row, column in np.ndindex(output.shape):
        for i, j in np.ndindex(kernel.shape):
            output[row, column] = output[row, column] + image[row + i, column + j] * kernel[i, j]
    return output


def running_total(image, kernel):
    right = reference.correlate2d(image, kernel)
    return right.cumsum().reshape(right.shape)


def partly(image, kernel, rows, columns):
    """The right output in some rows and columns, 0 elsewhere."""
    right = reference.correlate2d(image, kernel)
    output = np.zeros_like(right)
    output[rows, columns] = right[rows, columns]
    return output


def in_five_by_five(image, kernel):
    """The right output in the upper left of five by five, what does not fit cut off."""
    right = reference.correlate2d(image, kernel)[:5, :5]
    return np.pad(right, [(0, 5 - size) for size in right.shape])


def in_the_corner(image, kernel):
    """The right output in the upper left of one as large as the image."""
    right = reference.correlate2d(image, kernel)
    return np.pad(right, [(0, a - b) for a, b in zip(image.shape, right.shape)])


EXERCISE = FunctionExercise(
    name="correlate2d",
    lesson="01_one_kernel",
    asks="should return the output that the kernel makes as it slides over the image, one pixel "
    "at a time and without padding: one sum for each place where the kernel fits.",
    solution=correlate2d,
    reference=reference.correlate2d,
    cases={
        "one window": (IMAGE[:2, :2], KERNEL),
        "one row": (IMAGE[:1], np.array([[1.0, -2]])),
        "square": (IMAGE[:3, :3], KERNEL),
        "more columns than rows": (IMAGE[:3], KERNEL),
        "a tall image and a wide kernel": (IMAGE[:, :3], np.array([[0.0, 1, -2], [3, 0, 1]])),
        "weights that are fractions": (
            np.array([[1, 2, 3, 0], [4, 0, 5, 1], [2, 2, 1, 7]]),
            np.array([[0.25, 0.5], [0, 0.25]]),
        ),
        "pixels of dtype uint8": (PIXELS, np.array([[1, 2], [1, -3]])),
    },
    mistakes=[
        Mistake(
            "flipped kernel",
            "your kernel is turned by half a circle before it meets the window. Mathematics calls "
            "that convolution; networks lay the kernel down as it stands, [i, j] on [i, j].",
            lambda image, kernel: reference.correlate2d(image, kernel[::-1, ::-1]),
        ),
        Mistake(
            "rows and columns of the kernel swapped",
            "pixel [i, j] of the window meets weight [j, i] of the kernel.",
            [
                lambda image, kernel: slide(image, kernel, turned_by_window),
                lambda image, kernel: slide(image, kernel, turned_by_pixel),
            ],
        ),
        Mistake(
            "rows and columns of the output swapped",
            "the numbers are right, but rows lie where columns should. Which index of the output "
            "comes first?",
            lambda image, kernel: reference.correlate2d(image, kernel).T,
        ),
        Mistake(
            "rows and columns of the image swapped",
            "the height is taken from the columns. shape[0] counts rows, shape[1] columns; on a "
            "square image nobody notices.",
            [
                lambda image, kernel: slide(image, kernel, by_window, swapped(image, kernel)),
                lambda image, kernel: slide(image, kernel, by_pixel, swapped(image, kernel)),
            ],
        ),
        Mistake(
            "padded",
            "your output is as large as the image, because windows reach over its edge into added "
            "zeros. Here the kernel goes only where it fits.",
            lambda image, kernel: reference.correlate2d(image, kernel, pad="same"),
        ),
        Mistake(
            "output as large as the image",
            "your sums are right, but the output has room for more. In how many places does the "
            "kernel fit?",
            in_the_corner,
        ),
        Mistake(
            "a fixed size",
            "your output has 5 rows and columns whatever the image is, as for the letter. How many "
            "places are there for this image and this kernel?",
            [
                lambda image, kernel: slide(image, kernel, size=(5, 5)),
                lambda image, kernel: in_five_by_five(image, kernel),
            ],
        ),
        Mistake(
            "one row and column too few",
            "a kernel as large as the image fits once, not 0 times. Count the places again.",
            lambda image, kernel: reference.correlate2d(image, kernel)[:-1, :-1],
        ),
        Mistake(
            "last row and column left out",
            "the loops stop one place early. range(n) already ends at n - 1.",
            lambda image, kernel: partly(image, kernel, slice(-1), slice(-1)),
        ),
        Mistake(
            "one row and column too many",
            "the last window reaches past the edge of the image. Count the places again.",
            [
                lambda image, kernel: slide(image, kernel, by_window, too_large(image, kernel)),
                lambda image, kernel: slide(image, kernel, by_pixel, too_large(image, kernel)),
            ],
        ),
        Mistake(
            "only the last product kept",
            "each product takes the place of the one before. A sum has to grow (+= in the "
            "innermost loop).",
            lambda image, kernel: slide(image, kernel, last_product),
        ),
        Mistake(
            "total not set back to 0",
            "each number holds the sums of all windows before it. Where does the total begin "
            "again?",
            running_total,
        ),
        Mistake(
            "return inside the loop",
            "only the first number is filled in. How far is the return indented?",
            lambda image, kernel: partly(image, kernel, slice(1), slice(1)),
        ),
        Mistake(
            "return inside the loop",
            "only the first row is filled in. How far is the return indented?",
            lambda image, kernel: partly(image, kernel, slice(1), slice(None)),
        ),
        Mistake(
            "the window stays where it is",
            "each number comes from the window in the upper left. Which pixels do row and column "
            "pick?",
            lambda image, kernel: slide(image, kernel, first_window),
        ),
        Mistake(
            "jumps by a whole kernel",
            "the kernel moves by its own size. The next window begins one pixel further on.",
            lambda image, kernel: reference.correlate2d(image, kernel, stride=kernel.shape),
        ),
        Mistake(
            "mean instead of sum",
            "each sum is divided by the number of weights. A kernel that averages has that in its "
            "weights.",
            lambda image, kernel: reference.correlate2d(image, kernel) / kernel.size,
        ),
        Mistake(
            "negative numbers cut off",
            "sums below 0 became 0. That is a ReLU, and it comes later.",
            lambda image, kernel: np.maximum(reference.correlate2d(image, kernel), 0),
        ),
        Mistake(
            "the output has the image's dtype",
            "whole numbers cut fractions off, and uint8 counts from 255 on to 0. np.zeros(shape) "
            "makes floats, zeros_like(image) does not.",
            [
                lambda image, kernel: slide(image, kernel, dtype=image.dtype),
                step_by_step,
            ],
        ),
    ],
    hints=(
        "Lay the kernel on the upper left of the image: that is one window, and one number of the "
        "output. In how many places can it lie, downwards and to the right?",
        "Along a side of length `n`, a kernel of length `k` fits in `n - k + 1` places. Two loops "
        "go over those places; in each place do what `window_sum` does.",
        "`output = np.zeros((oh, ow))` first. The window at (row, column) is "
        "`image[row : row + kh, column : column + kw]`; the sum of it times the kernel goes to "
        "`output[row, column]`. Return the output after both loops.",
    ),
)
