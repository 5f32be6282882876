"""Exercise correlate2d: slide a kernel over an image with loops."""

import numpy as np

from ... import reference
from ..core import Mistake
from ..functions import FunctionExercise
from . import slips
from .slips import partly, slide

# Nothing here is symmetrical, so that a rotated kernel or output never fits by luck.
IMAGE = np.array([[1.0, 2, 0, 3, 1], [0, 1, 4, 1, 2], [2, 0, 1, 3, 0], [1, 5, 2, 0, 1]])
KERNEL = np.array([[1.0, 2], [3, -1]])
PIXELS = np.array([[200, 100, 50], [90, 250, 30], [10, 180, 220]], np.uint8)
RNG = np.random.default_rng(0)
PHOTOGRAPH = RNG.random((12, 13)).round(3)  # larger than any size that the lesson uses
WEIGHTS = RNG.uniform(-2, 2, (5, 6)).round(2)


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


EXERCISE = FunctionExercise(
    name="correlate2d",
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
        "a kernel as large as the image": (PHOTOGRAPH[:4, :5], WEIGHTS[:4, :5]),
        "a kernel as wide as the image": (PHOTOGRAPH[:5, :2], WEIGHTS[:2, :2]),
        "a kernel of four by five": (PHOTOGRAPH[:6, :8], WEIGHTS[1:, 1:]),
        "a kernel of five by two": (PHOTOGRAPH[:9], WEIGHTS[:, 2:4]),
        "a kernel of one by six": (PHOTOGRAPH, WEIGHTS[3:4]),
        "pixels below 0": (PHOTOGRAPH[2:5, :5] - 0.5, WEIGHTS[1:3, 3:5]),
        "weights that are whole": (PHOTOGRAPH[5:8, :4], np.array([[1, -2], [0, 3]])),
        "heavy weights": (PHOTOGRAPH[7:10, :3], np.array([[20.0, -31], [12, 0.5]])),
        "small numbers": (PHOTOGRAPH[3:7, :4] / 100, WEIGHTS[:2, :3]),
        "large numbers": (PHOTOGRAPH[:4, 2:7] * 1e6, WEIGHTS[2:5, :2]),
    },
    mistakes=[
        Mistake(
            "flipped kernel",
            "your kernel is turned by half a circle (rotated by 180 degrees) before it meets the "
            "window. Mathematics calls that convolution; networks lay the kernel down as it "
            "stands, [i, j] on [i, j].",
            lambda image, kernel: reference.correlate2d(image, kernel[::-1, ::-1]),
        ),
        Mistake(
            "rows and columns of the kernel swapped",
            "pixel [i, j] of the window meets weight [j, i] of the kernel.",
            [
                slide(slips.turned_by_window),
                slide(slips.turned_by_pixel),
            ],
        ),
        Mistake(
            "rows and columns of the output swapped",
            "the numbers are right, but rows lie where columns should. Which index of the output "
            "comes first?",
            [lambda image, kernel: reference.correlate2d(image, kernel).T, slips.crossed],
        ),
        Mistake(
            "rows and columns of the image swapped",
            "the height is taken from the columns. shape[0] counts rows, shape[1] columns; on a "
            "square image nobody notices.",
            [
                slide(size=slips.swapped),
                slide(slips.by_pixel, slips.swapped),
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
            slips.in_the_corner,
        ),
        Mistake(
            "a fixed size",
            "your output has 5 rows and columns whatever the image is, as for the letter. How many "
            "places are there for this image and this kernel?",
            [
                slide(size=slips.five_by_five),
                slips.in_five_by_five,
            ],
        ),
        Mistake(
            "as many columns as rows",
            "the output has as many columns as rows. Its columns are (columns of the image) − "
            "(columns of the kernel) + 1: shape[1] counts columns.",
            slide(size=slips.square),
        ),
        Mistake(
            "only as many places as the kernel has pixels",
            "the loops run over the rows and columns of the kernel. They should run over those of "
            "the output.",
            slide(places=slips.like_the_kernel),
        ),
        Mistake(
            "one row and column too few",
            "a kernel as large as the image fits once, not 0 times. Count the places again: + 1.",
            lambda image, kernel: reference.correlate2d(image, kernel)[:-1, :-1],
        ),
        Mistake(
            "one row too few",
            "a kernel as high as the image fits once, not 0 times: + 1 for the rows, too.",
            slide(size=slips.bigger_by(-1, 0)),
        ),
        Mistake(
            "one column too few",
            "a kernel as wide as the image fits once, not 0 times: + 1 for the columns, too.",
            slide(size=slips.bigger_by(0, -1)),
        ),
        Mistake(
            "last row and column left out",
            "the loops stop one place early. range(n) already ends at n - 1.",
            partly(slice(-1), slice(-1)),
        ),
        Mistake(
            "last row left out",
            "the loop over the rows stops one place early. range(n) already ends at n - 1.",
            partly(slice(-1), slice(None)),
        ),
        Mistake(
            "last column left out",
            "the loop over the columns stops one place early. range(n) already ends at n - 1.",
            partly(slice(None), slice(-1)),
        ),
        Mistake(
            "first row or column left out",
            "a loop begins at 1. The first place has row 0 and column 0.",
            [
                partly(slice(1, None), slice(1, None)),
                partly(slice(1, None), slice(None)),
                partly(slice(None), slice(1, None)),
            ],
        ),
        Mistake(
            "the output is never filled",
            "it comes back with nothing but zeros. Where does the sum go to output[row, column]?",
            partly(slice(0), slice(0)),
        ),
        Mistake(
            "the sum takes the place of the output",
            "one number comes back instead of a grid. The sum belongs into one place of the "
            "output: output[row, column] = ...",
            [
                lambda image, kernel: reference.correlate2d(image, kernel)[-1, -1],
                lambda image, kernel: reference.correlate2d(image, kernel)[0, 0],
            ],
        ),
        Mistake(
            "a kernel of three by three built in",
            "your window, or the size of your output, holds a 3 (or a 2) of its own. kernel.shape "
            "tells the size of this kernel.",
            [
                slide(slips.window_of_three),
                slide(slips.window_of_three, slips.size_of_three),
                slide(size=slips.size_of_three),
                slide(slips.by_pixel, slips.size_of_three),
            ],
        ),
        Mistake(
            "the kernel taken to be square",
            "your window, or the size of your output, takes the kernel to have as many columns as "
            "rows. shape[0] (and len) counts rows, shape[1] columns.",
            [
                slide(slips.square_window),
                slide(slips.square_window, slips.square_kernel),
                slide(size=slips.square_kernel),
                slide(size=slips.rows_for_columns),
            ],
        ),
        Mistake(
            "the window is one pixel short",
            "a slice such as image[2:5] has rows 2, 3 and 4: its end is not in it. So no - 1.",
            slide(slips.short_window),
        ),
        Mistake(
            "the window is one pixel too long",
            "a slice such as image[2:5] has rows 2, 3 and 4, three in all: row + kh is the end. So "
            "no + 1.",
            slide(slips.long_window),
        ),
        Mistake(
            "rows and columns of the window swapped",
            "the window begins at [column, row] of the image. The row comes first.",
            slide(slips.crossed_window),
        ),
        Mistake(
            "the end of the window does not move",
            "the window begins at row, but ends at the kernel's height: image[row:kh]. It should "
            "end at row + kh, and likewise for the columns.",
            slide(slips.resting_end),
        ),
        Mistake(
            "all sums in one row",
            "the numbers are right, but they stand one after the other. Give them their rows and "
            "columns: make the output with np.zeros first, and fill output[row, column].",
            lambda image, kernel: reference.correlate2d(image, kernel).ravel(),
        ),
        Mistake(
            "one pixel instead of a window",
            "image[row, column] is a single pixel. A window is a slice: from row up to row + the "
            "rows of the kernel, and likewise for the columns.",
            slide(slips.one_pixel),
        ),
        Mistake(
            "the kernel is not used",
            "the pixels of each window are added up as they are. Where does the kernel come in?",
            lambda image, kernel: reference.correlate2d(image * 1.0, np.ones(kernel.shape)),
        ),
        Mistake(
            "too many places",
            "the last windows reach past the edge of the image. The kernel fits in (size of the "
            "image) − (size of the kernel) + 1 places.",
            [
                slide(size=slips.bigger_by(1, 1)),
                slide(slips.by_pixel, slips.bigger_by(1, 1)),
                slide(size=slips.bigger_by(1, 0)),
                slide(size=slips.bigger_by(0, 1)),
                slide(size=slips.like_the_image),
                slide(places=slips.like_the_image),
                slide(places=slips.bigger_by(1, 1)),
                slide(places=slips.bigger_by(1, 0)),
                slide(places=slips.bigger_by(0, 1)),
            ],
        ),
        Mistake(
            "only the last product kept",
            "each product takes the place of the one before. A sum has to grow (+= in the "
            "innermost loop).",
            slide(slips.last_product),
        ),
        Mistake(
            "total not set back to 0",
            "each number holds the sums of all windows before it. Where does the total begin "
            "again?",
            slips.running_total,
        ),
        Mistake(
            "return inside the loop",
            "only the first number is filled in. How far is the return indented?",
            partly(slice(1), slice(1)),
        ),
        Mistake(
            "only the first row",
            "the other rows stay 0. Is there a loop over the rows as well? And does `return` stand "
            "after both loops, not inside?",
            partly(slice(1), slice(None)),
        ),
        Mistake(
            "the output begins again",
            "only what came last is left in it: np.zeros stands inside a loop and makes a new "
            "output each time. It belongs before both loops.",
            [partly(slice(-1, None), slice(None)), partly(slice(-1, None), slice(-1, None))],
        ),
        Mistake(
            "None in every place",
            "each number is nan. So it is where None is put into an array: a function such as "
            "window_sum gives None while it has no return. Or is an output of nan never filled?",
            lambda image, kernel: np.full(slips.right_size(image, kernel), np.nan),
        ),
        Mistake(
            "the window stays where it is",
            "each number comes from the window in the upper left. Which pixels do row and column "
            "pick?",
            slide(slips.first_window),
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
                lambda image, kernel: slide(dtype=image.dtype)(image, kernel),
                slips.step_by_step,
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
