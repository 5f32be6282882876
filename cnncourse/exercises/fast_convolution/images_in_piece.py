"""Exercise images_in_piece, lesson 12: how many images at a time fit into a cache."""

import numpy as np

from ..core import Mistake
from ..functions import FunctionExercise

BYTES = 4  # of a number in float32


def images_in_piece(shape, k, f, cache):
    """How many images go into one piece.   shape: (h, w, c)   cache: bytes"""
    h, w, c = shape
    rows, columns = h - k + 1, w - k + 1
    strips = columns * h * k * c
    outputs = rows * columns * f
    return max(cache // (4 * (strips + outputs)), 1)


def right(shape, k, f, cache):
    return max(cache // (BYTES * sum(numbers(shape, k, f))), 1)


def numbers(shape, k, f, copies=None, out=True):
    """How many numbers the strips and the outputs of an image hold."""
    (h, w, c), copies = shape, copies or k
    oh, ow = (h - k + 1, w - k + 1) if out else (h, w)
    return ow * h * copies * c, oh * ow * f


def counted(count, bytes_=BYTES):
    """The mistake of counting other numbers for an image: count(shape, k, f)."""
    return lambda shape, k, f, cache: max(int(cache // (bytes_ * count(shape, k, f))), 1)


EXERCISE = FunctionExercise(
    name="images_in_piece",
    asks="should return how many images' strips and outputs fit into `cache` bytes together: a "
    "whole number, and 1 where not even one fits.",
    solution=images_in_piece,
    reference=right,
    cases={
        "one number each": ((1, 1, 1), 1, 1, 80),
        "small images": ((4, 5, 1), 2, 3, 1000),
        "the lesson's job": ((30, 30, 16), 3, 32, 2**21),
        "a small cache": ((30, 30, 16), 3, 32, 2**19),
        "the first layer": ((28, 28, 1), 5, 8, 2**20),
        "more columns than rows": ((9, 21, 3), 3, 7, 2**18),
        "more rows than columns": ((25, 8, 5), 4, 9, 2**18),
        "many filters": ((12, 12, 8), 3, 256, 2**20),
        "an image too large": ((224, 224, 64), 3, 64, 2**20),
        "a cache that is just filled": ((6, 6, 2), 3, 4, 7 * 4 * (4 * 6 * 6 + 64)),
        "one byte is missing": ((6, 6, 2), 3, 4, 7 * 4 * (4 * 6 * 6 + 64) - 1),
    },
    mistakes=[
        Mistake(
            "numbers instead of bytes",
            "a number of float32 takes 4 bytes, and `cache` counts bytes.",
            [
                counted(lambda *given: sum(numbers(*given)), 1),
                lambda shape, k, f, cache: cache // sum(numbers(shape, k, f)),
            ],
        ),
        Mistake(
            "bits instead of bytes",
            "32 bits are 4 bytes, and `cache` counts bytes.",
            counted(lambda *given: sum(numbers(*given)), 32),
        ),
        Mistake(
            "at most one",
            "min takes the smaller number, so this is never above 1. At least 1 is max(..., 1).",
            lambda shape, k, f, cache: min(cache // (BYTES * sum(numbers(shape, k, f))), 1),
        ),
        Mistake(
            "brackets missing",
            "Python goes from left to right: after // 4 it multiplies by the rest. Put brackets "
            "around all that the cache is divided by.",
            [
                lambda shape, k, f, cache: max(cache // 4 * sum(numbers(shape, k, f)), 1),
                lambda shape, k, f, cache: cache // 4 * sum(numbers(shape, k, f)),
            ],
        ),
        Mistake(
            "8 bytes a number",
            "that is float64. The course's images and weights are float32.",
            counted(lambda *given: sum(numbers(*given)), 8),
        ),
        Mistake(
            "none at all",
            "a piece without an image gets no work done. Where not even one fits, take 1.",
            lambda shape, k, f, cache: cache // (BYTES * sum(numbers(shape, k, f))),
        ),
        Mistake(
            "rounded up",
            "an image that fits only in part pushes the others out. Round down: //.",
            [
                lambda shape, k, f, cache: -(-cache // (BYTES * sum(numbers(shape, k, f)))),
                lambda shape, k, f, cache: max(
                    round(cache / (BYTES * sum(numbers(shape, k, f)))), 1
                ),
                lambda shape, k, f, cache: cache // (BYTES * sum(numbers(shape, k, f))) + 1,
            ],
        ),
        Mistake(
            "not a whole number",
            "pieces hold whole images: // in place of /.",
            [
                lambda shape, k, f, cache: max(cache / (BYTES * sum(numbers(shape, k, f))), 1),
                lambda shape, k, f, cache: cache / (BYTES * sum(numbers(shape, k, f))),
            ],
        ),
        Mistake(
            "outputs forgotten",
            "the product writes rows × columns × f numbers for each image, and they are in the "
            "cache as well.",
            counted(lambda *given: numbers(*given)[0]),
        ),
        Mistake(
            "strips forgotten",
            "the matrix product reads the strips: columns × h × k × c numbers for each image.",
            counted(lambda *given: numbers(*given)[1]),
        ),
        Mistake(
            "whole windows",
            "that is im2col, k × k × c numbers for each place. In strips, each row of the image "
            "is there only once for each column of places: h rows of k × c.",
            counted(
                lambda shape, k, f: (shape[0] - k + 1) * (shape[1] - k + 1) * (k * k * shape[2] + f)
            ),
        ),
        Mistake(
            "the image itself",
            "each column of places has a strip of its own, k columns wide: the image's numbers "
            "are there up to k times.",
            [
                counted(
                    lambda shape, k, f: shape[0] * shape[1] * shape[2] + numbers(shape, k, f)[1]
                ),
                counted(lambda shape, k, f: np.prod(shape)),
                counted(lambda shape, k, f: shape[0] * shape[1] * (shape[2] + f)),
            ],
        ),
        Mistake(
            "strips of as many rows as outputs",
            "a strip goes from the top of the image to its bottom: h rows. The last k - 1 belong "
            "to the last window alone.",
            counted(
                lambda shape, k, f: (shape[0] - k + 1) * (shape[1] - k + 1) * (k * shape[2] + f)
            ),
        ),
        Mistake(
            "a strip for each column of the image",
            "there are as many strips as places across, w - k + 1.",
            [
                counted(
                    lambda shape, k, f: shape[1] * shape[0] * k * shape[2] + numbers(shape, k, f)[1]
                ),
                counted(lambda *given: sum(numbers(*given, out=False))),
            ],
        ),
        Mistake(
            "strips one column wide",
            "a strip is as wide as the kernel: k pixels of c numbers in each of its rows.",
            counted(lambda shape, k, f: sum(numbers(shape, k, f, copies=1))),
        ),
        Mistake(
            "one place too few",
            "there are h - k + 1 places down and w - k + 1 across.",
            counted(
                lambda shape, k, f: (
                    (shape[1] - k) * shape[0] * k * shape[2] + (shape[0] - k) * (shape[1] - k) * f
                )
            ),
        ),
        Mistake(
            "more than strips and outputs",
            "asked are the strips and the outputs alone.",
            [
                counted(lambda shape, k, f: np.prod(shape) + sum(numbers(shape, k, f))),
                counted(lambda shape, k, f: k * k * shape[2] * f + sum(numbers(shape, k, f))),
            ],
        ),
        Mistake(
            "strips times outputs",
            "both lie in the cache side by side: add them.",
            counted(lambda *given: numbers(*given)[0] * numbers(*given)[1]),
        ),
        Mistake(
            "channels forgotten",
            "each pixel of a strip has c numbers.",
            counted(
                lambda shape, k, f: numbers(shape, k, f)[0] // shape[2] + numbers(shape, k, f)[1]
            ),
        ),
        Mistake(
            "filters forgotten",
            "each place gives f outputs.",
            counted(lambda shape, k, f: numbers(shape, k, f)[0] + numbers(shape, k, f)[1] // f),
        ),
        Mistake(
            "rows and columns swapped",
            "places across, w - k + 1, times the rows of the image, h.",
            lambda shape, k, f, cache: right((shape[1], shape[0], shape[2]), k, f, cache),
        ),
        Mistake(
            "bytes of one image",
            "that is how much one image needs. How often does it go into the cache?",
            [
                lambda shape, k, f, cache: BYTES * sum(numbers(shape, k, f)),
                lambda shape, k, f, cache: sum(numbers(shape, k, f)),
            ],
        ),
    ],
    hints=(
        "How many numbers do the strips of one image hold? And its outputs? Four bytes each.",
        "There are `w - k + 1` strips, of `h` rows with `k * c` numbers each. Outputs: "
        "`(h - k + 1) * (w - k + 1) * f`.",
        "`cache // (4 * (strips + outputs))`, and `max(..., 1)` of that.",
    ),
)
