"""Exercise occlusion_map, lesson 11: which part of a picture holds a score up."""

import numpy as np

from ..core import Mistake
from ..functions import FunctionExercise

RNG = np.random.default_rng(111)


def occlusion_map(score, image, k):
    """How much of the score is lost where a grey square of k by k lies.   image: (h, w)"""
    h, w = image.shape
    lost = np.zeros((h - k + 1, w - k + 1))
    for row in range(h - k + 1):
        for column in range(w - k + 1):
            covered = image.copy()
            covered[row : row + k, column : column + k] = 0.5
            lost[row, column] = score(image) - score(covered)
    return lost


def by_places(score, image, k):
    """All covered images first, then their scores."""
    h, w = image.shape
    places = [(row, column) for row in range(h - k + 1) for column in range(w - k + 1)]
    rows, columns = np.arange(h)[:, None], np.arange(w)
    inside = [(rows >= r) & (rows < r + k) & (columns >= c) & (columns < c + k) for r, c in places]
    scores = [score(np.where(square, 0.5, image)) for square in inside]
    return (score(image) - np.array(scores)).reshape(h - k + 1, w - k + 1)


def covering(fill=lambda square: 0.5, size=lambda k: (k, k), told=lambda whole, now: whole - now):
    """The solution, so that one part of it can be exchanged for a mistake."""

    def lost_in(score, image, k):
        h, w = image.shape
        lost = np.zeros((h - k + 1, w - k + 1))
        for row, column in np.ndindex(lost.shape):
            covered, (rows, columns) = image.copy(), size(k)
            part = covered[row : row + rows, column : column + columns]
            part[...] = fill(part)
            lost[row, column] = told(score(image), score(covered))
        return lost

    return lost_in


def walked(cover):
    """The map of what `cover(covered, row, column, k)` does to a copy of the image."""

    def lost_in(score, image, k):
        lost = np.zeros(np.subtract(image.shape, k - 1))
        for row, column in np.ndindex(lost.shape):
            covered = image.copy()
            cover(covered, row, column, k)
            lost[row, column] = score(image) - score(covered)
        return lost

    return lost_in


@walked
def whole_rows(covered, row, column, k):
    covered[row : row + k] = 0.5


@walked
def ends_at_k(covered, row, column, k):
    covered[row:k, column:k] = 0.5


@walked
def mean_of_image(covered, row, column, k):
    covered[row : row + k, column : column + k] = covered.mean()


def first_row_only(score, image, k):
    lost = by_places(score, image, k)
    lost[1:] = 0
    return lost


def never_uncovered(score, image, k):
    covered, lost = image.copy(), np.zeros(np.subtract(image.shape, k - 1))
    for row, column in np.ndindex(lost.shape):
        covered[row : row + k, column : column + k] = 0.5
        lost[row, column] = score(image) - score(covered)
    return lost


def against_the_last(score, image, k):
    before, lost = score(image), np.zeros(np.subtract(image.shape, k - 1))
    for row, column in np.ndindex(lost.shape):
        covered = image.copy()
        covered[row : row + k, column : column + k] = 0.5
        now = score(covered)
        lost[row, column], before = before - now, now
    return lost


def all_but_the_square(score, image, k):
    lost = np.zeros(np.subtract(image.shape, k - 1))
    for row, column in np.ndindex(lost.shape):
        covered, square = np.full(image.shape, 0.5), np.s_[row : row + k, column : column + k]
        covered[square] = image[square]
        lost[row, column] = score(image) - score(covered)
    return lost


def at_every_pixel(score, image, k):
    lost = np.zeros(image.shape)
    for row, column in np.ndindex(lost.shape):
        covered = image.copy()
        covered[row : row + k, column : column + k] = 0.5
        lost[row, column] = score(image) - score(covered)
    return lost


def side_by_side(score, image, k):
    lost = np.zeros((image.shape[0] // k, image.shape[1] // k))
    for row, column in np.ndindex(lost.shape):
        covered = image.copy()
        covered[row * k : (row + 1) * k, column * k : (column + 1) * k] = 0.5
        lost[row, column] = score(image) - score(covered)
    return lost


def brightest(image):
    """the largest number of the image."""
    return image.max()


def two_parts(image):
    """the sum of the left half minus twice that of the right half, or 0 if that is below 0."""
    half = image.shape[1] // 2
    return max(0.0, image[:, :half].sum() - 2 * image[:, half:].sum())


def weighted(image):
    """a sum over all pixels, each times a weight of its own."""
    rows, columns = np.indices(image.shape)
    return ((2 * rows - 3 * columns + rows * columns) * image).sum()


def pattern(image):
    """the products of all neighbours above each other, minus those of all side by side."""
    return (image[:-1] * image[1:]).sum() - (image[:, :-1] * image[:, 1:]).sum()


def large(image):
    """a sum over all pixels, each times a large weight of its own."""
    return 1e5 * weighted(image)


PARTLY_GREY = np.where(np.indices((4, 4)).sum(axis=0) == 3, 0.5, RNG.random((4, 4)))
SMALL = np.array([[0.1, 0.9, 0.3], [0.6, 0.2, 0.8]])

EXERCISE = FunctionExercise(
    name="occlusion_map",
    asks="should return, for each place of a square of k by k pixels on the image (h, w), how much "
    "of the score is lost while the square is grey, 0.5: score of the whole image minus score of "
    "the covered one; an array of shape (h - k + 1, w - k + 1).",
    solution=occlusion_map,
    reference=by_places,
    cases={
        "weights, one pixel covered": (weighted, SMALL[:, :2], 1),
        "the same in a wider image": (weighted, SMALL, 1),
        "the brightest pixel, two by two covered": (brightest, SMALL, 2),
        "weights, two by two": (weighted, RNG.random((4, 3)), 2),
        "left against right": (two_parts, RNG.random((3, 6)), 2),
        "neighbours": (pattern, RNG.random((5, 4)), 3),
        "a square as large as the image": (pattern, RNG.random((3, 3)), 3),
        "a wide image": (pattern, RNG.random((2, 7)), 1),
        "a larger image": (weighted, RNG.random((9, 8)), 3),
        "large scores, grey already in part": (large, PARTLY_GREY, 1),
    },
    mistakes=[
        Mistake(
            "sign reversed",
            "this is what is won. Lost is: the score of the whole image, minus that of the covered "
            "one.",
            covering(told=lambda whole, now: now - whole),
        ),
        Mistake(
            "the score itself",
            "this is the score of the covered image. How much less is it than that of the whole "
            "one?",
            covering(told=lambda whole, now: now),
        ),
        Mistake(
            "black or white instead of grey",
            "the square should be grey, 0.5. Black and white are bright or dark things of their "
            "own, which a network may well answer to.",
            [covering(lambda square: 0), covering(lambda square: 1)],
        ),
        Mistake(
            "the mean instead of grey",
            "the square takes a mean of the picture here. It should be 0.5 everywhere.",
            [covering(lambda square: square.mean()), mean_of_image],
        ),
        Mistake(
            "a square that stays",
            "the squares of earlier places are still there. Begin each place with a new copy of "
            "the image, inside the loop.",
            [never_uncovered],
        ),
        Mistake(
            "compared with the place before",
            "each score is taken from the one before it. It should be taken from that of the whole "
            "image.",
            against_the_last,
        ),
        Mistake(
            "all but the square covered",
            "the square is what is left to be seen, and everything else is grey.",
            all_but_the_square,
        ),
        Mistake(
            "a single pixel covered",
            "covered[row, column] is one pixel. A square is a slice of k rows and k columns.",
            covering(size=lambda k: (1, 1)),
        ),
        Mistake(
            "rows only",
            "covered[row : row + k] is k whole rows. A second slice picks the columns.",
            whole_rows,
        ),
        Mistake(
            "a slice that ends at k",
            "image[row : k] ends before row k, wherever it begins. It should end before row + k.",
            ends_at_k,
        ),
        Mistake(
            "return inside the loop",
            "after the first row of places the function has returned. Move `return` to the left.",
            first_row_only,
        ),
        Mistake(
            "without its sign",
            "where covering helps the score, the loss is below zero; np.abs hides that.",
            covering(told=lambda whole, now: abs(whole - now)),
        ),
        Mistake(
            "nothing below zero",
            "where covering helps the score, the loss is below zero; it should stay so.",
            covering(told=lambda whole, now: max(whole - now, 0)),
        ),
        Mistake(
            "a fraction of the score",
            "it is divided by the score of the whole image. Only the difference is asked for.",
            covering(told=lambda whole, now: (whole - now) / whole),
        ),
        Mistake(
            "over the edge",
            "at the right and at the bottom the square hangs over the edge. A square of k fits in "
            "h - k + 1 places.",
            at_every_pixel,
        ),
        Mistake(
            "squares side by side",
            "from one place to the next the square moves by k pixels. It should move by one.",
            side_by_side,
        ),
        Mistake(
            "rows and columns swapped",
            "the map is turned about its diagonal. The row comes first: lost[row, column].",
            lambda score, image, k: by_places(score, image, k).T,
        ),
        Mistake(
            "one place too few",
            "range(h - k) stops one place early: a square of k fits in h - k + 1 places.",
            [
                lambda score, image, k: by_places(score, image, k)[:-1, :-1],
                lambda score, image, k: np.pad(
                    by_places(score, image, k)[:-1, :-1], [(0, 1), (0, 1)]
                ),
            ],
        ),
    ],
    hints=(
        "Two loops, over the rows and the columns where the square can begin. For each place: copy "
        "the image, cover, ask for the score.",
        "A square of k fits in h - k + 1 rows and w - k + 1 columns: `np.zeros((h - k + 1, w - k + "
        "1))`.",
        "`covered = image.copy()`, then `covered[row : row + k, column : column + k] = 0.5`, and "
        "`score(image) - score(covered)` goes into the map.",
    ),
)
