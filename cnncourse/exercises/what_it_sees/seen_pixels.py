"""Exercise seen_pixels, lesson 11: the receptive field of a unit, by nudging."""

import numpy as np

from ..core import Mistake
from ..functions import FunctionExercise

RNG = np.random.default_rng(112)


def seen_pixels(unit, image):
    """1 for each pixel that changes the unit when it is nudged, 0 for the others.

    unit: a function from an image (h, w) to a number
    """
    seen = np.zeros(image.shape)
    for row in range(image.shape[0]):
        for column in range(image.shape[1]):
            nudged = image.copy()
            nudged[row, column] += 0.1
            if unit(nudged) != unit(image):
                seen[row, column] = 1
    return seen


def by_deltas(unit, image):
    """One image with one bright pixel more for each pixel."""
    nudges = 0.1 * np.eye(image.size).reshape(-1, *image.shape)
    changes = np.array([unit(image + nudge) for nudge in nudges]) - unit(image)
    return (changes.reshape(image.shape) != 0).astype(float)


def changes(now, before):
    return now != before


def nudging(where=lambda row, column: (row, column), by=0.1, seen=changes):
    """The solution, so that one part of it can be exchanged for a mistake."""

    def seen_by(unit, image):
        found = np.zeros(image.shape)
        for row, column in np.ndindex(image.shape):
            nudged = image.copy()
            nudged[where(row, column)] += by
            found[row, column] = seen(unit(nudged), unit(image))
        return found

    return seen_by


def never_put_back(unit, image):
    """Each nudge stays, and all are held against the image."""
    nudged, seen = image.copy(), np.zeros(image.shape)
    for row, column in np.ndindex(image.shape):
        nudged[row, column] += 0.1
        seen[row, column] = unit(nudged) != unit(image)
    return seen


def box(unit, image):
    """The whole rectangle about what is seen."""
    rows, columns = np.nonzero(by_deltas(unit, image))
    seen = np.zeros(image.shape)
    if rows.size:
        seen[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] = 1
    return seen


def set_to(value):
    def seen_by(unit, image):
        found = np.zeros(image.shape)
        for row, column in np.ndindex(image.shape):
            nudged = image.copy()
            nudged[row, column] = value
            found[row, column] = unit(nudged) != unit(image)
        return found

    return seen_by


def one_pixel(image):
    """three times the pixel in row 0, column 1."""
    return 3 * image[0, 1]


def middle(image):
    """what a kernel of 3 by 3 gives in the middle of the image."""
    row, column = image.shape[0] // 2, image.shape[1] // 2
    window = image[row - 1 : row + 2, column - 1 : column + 2]
    return (window * np.array([[1, -2, 1], [2, 4, -2], [-1, 3, 2]])).sum()


def gaps(image):
    """what a kernel with gaps gives, which uses every other row and column."""
    return (image[::2, ::2] * np.arange(1, 1 + image[::2, ::2].size).reshape(3, 2)).sum()


def brightest_of_two(image):
    """the larger of the pixels in row 1, columns 0 and 2."""
    return max(image[1, 0], image[1, 2])


def asleep(image):
    """the ReLU of the sum of all pixels minus 1000."""
    return max(0.0, image.sum() - 1000)


def wakes_up(image):
    """the sum of two ReLUs: of the first pixel of row 0 minus 0.25, of row 1 minus 0.27."""
    return max(0.0, image[0, 0] - 0.25) + max(0.0, image[1, 0] - 0.27)


def falls(image):
    """minus twice the sum of row 0, minus the sum of column 0."""
    return -2 * image[0].sum() - image[:, 0].sum()


SMALL = np.array([[0.2, 0.1, 0.3], [0.7, 0.5, 0.4]])
GREY = np.full((3, 4), 0.5)

EXERCISE = FunctionExercise(
    name="seen_pixels",
    asks="should return an array of the image's shape: 1 for each pixel that changes unit(image) "
    "when this pixel alone is made brighter by 0.1, and 0 for each other one.",
    solution=seen_pixels,
    reference=by_deltas,
    cases={
        "one pixel": (one_pixel, SMALL[:, :2]),
        "the larger of two": (brightest_of_two, SMALL),
        "weights below zero": (falls, SMALL),
        "a kernel in the middle": (middle, RNG.random((5, 6))),
        "a kernel with gaps": (gaps, RNG.random((5, 4))),
        "a unit that sleeps": (asleep, RNG.random((2, 3))),
        "a unit that wakes up": (wakes_up, np.array([[0.2, 0.6], [0.16, 0.3]])),
        "in a grey image": (middle, GREY),
        "in a black image": (falls, np.zeros((3, 4))),
        "in a white image": (falls, np.ones((4, 3))),
        "a large image": (middle, RNG.random((9, 7))),
    },
    mistakes=[
        Mistake(
            "how much instead of whether",
            "this is by how much the unit changes. Asked is whether it does: 1 or 0.",
            [
                nudging(seen=lambda now, before: now - before),
                nudging(seen=lambda now, before: (now - before) / 0.1),
                nudging(seen=lambda now, before: abs(now - before)),
            ],
        ),
        Mistake(
            "only where it grows",
            "a pixel under a weight below zero makes the unit smaller. That is a change as well: "
            "use !=.",
            nudging(seen=lambda now, before: now > before),
        ),
        Mistake(
            "only where it shrinks",
            "a pixel under a weight above zero makes the unit larger. That is a change as well: "
            "use !=.",
            nudging(seen=lambda now, before: now < before),
        ),
        Mistake(
            "nudges that stay",
            "earlier pixels are still nudged. Begin each pixel with a new copy of the image, "
            "inside the loop.",
            never_put_back,
        ),
        Mistake(
            "the other way round",
            "1 stands where nothing changes. It should stand where something does.",
            nudging(seen=lambda now, before: now == before),
        ),
        Mistake(
            "whole rows nudged",
            "nudged[row] is a whole row. One pixel is nudged[row, column].",
            nudging(where=lambda row, column: row),
        ),
        Mistake(
            "whole columns nudged",
            "nudged[:, column] is a whole column. One pixel is nudged[row, column].",
            nudging(where=lambda row, column: (slice(None), column)),
        ),
        Mistake(
            "everything inside the borders",
            "all pixels between the outermost ones are marked. A kernel with gaps leaves some of "
            "them out, and max pooling notices only the largest.",
            box,
        ),
        Mistake(
            "darker instead of brighter",
            "each pixel is made darker by 0.1 here. Where a ReLU sleeps, or another pixel is "
            "larger, the one may change what the other does not.",
            nudging(by=-0.1),
        ),
        Mistake(
            "a pixel set instead of nudged",
            "the pixel gets a fixed value, and one that has it already does not change. Add 0.1 to "
            "it.",
            [set_to(0), set_to(1), set_to(0.1), set_to(0.5)],
        ),
        Mistake(
            "is the unit above zero?",
            "this asks what the unit is, not whether it changes: compare it with unit(image).",
            nudging(seen=lambda now, before: now > 0),
        ),
        Mistake(
            "rows and columns swapped",
            "the map is turned about its diagonal. The row comes first: seen[row, column].",
            lambda unit, image: by_deltas(unit, image).T,
        ),
        Mistake(
            "counted",
            "this is how many pixels are seen. Asked is which: an array of the image's shape.",
            lambda unit, image: by_deltas(unit, image).sum(),
        ),
    ],
    hints=(
        "Two loops, over all rows and all columns. For each pixel: copy the image, nudge, ask "
        "the unit.",
        "`nudged = image.copy()` inside the loops; `nudged[row, column] += 0.1`.",
        "If `unit(nudged) != unit(image)`, then `seen[row, column] = 1`.",
    ),
)
