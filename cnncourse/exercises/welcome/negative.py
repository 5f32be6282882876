"""Exercise negative: black for white and white for black."""

import numpy as np

from ... import variations
from ..core import Mistake
from ..functions import FunctionExercise

# Nothing here is symmetrical, and the brightest pixel is not always 1.
IMAGE = np.array([[0.0, 0.25, 0.5], [1.0, 0.75, 0.125]])
# Larger than one would type in, and with greys that rounding to two places would lose.
PHOTOGRAPH = np.random.default_rng(0).random((9, 7)).round(4)
WHITES = 255, 256, 100, 10, 9, 5, 3, 2, 0.5


def negative(image):
    """Black becomes white, white becomes black, dark grey becomes light grey."""
    return 1 - image


def as_many_columns_as_rows(image):
    out = np.zeros(image.shape)
    for i, j in np.ndindex(len(image), len(image)):
        out[i, j] = 1 - image[i, j]
    return out


EXERCISE = FunctionExercise(
    name="negative",
    asks="should return the image with 1 (white) wherever it has 0 (black), 0 wherever it has 1, "
    "and light grey for dark grey: 0.75 for 0.25.",
    solution=negative,
    reference=variations.negative,
    cases={
        "one black pixel": (np.array([[0.0]]),),
        "one dark grey pixel": (np.array([[0.25]]),),
        "a row": (np.array([[0.0, 0.25, 1.0]]),),
        "two rows": (IMAGE,),
        "nothing brighter than grey": (IMAGE / 2,),
        "nearly black and nearly white": (np.array([[0.001, 0.999], [0.002, 0.0]]),),
        "nine rows of seven": (PHOTOGRAPH,),
    },
    mistakes=[
        Mistake(
            "minus the image",
            "each pixel has its sign changed, and a brightness below 0 does not exist. Subtract "
            "the image from something.",
            lambda image: -image,
        ),
        Mistake(
            "1 subtracted from the image",
            "the two sides of the minus sign have changed places, so each pixel comes out with "
            "the opposite sign.",
            lambda image: image - 1,
        ),
        Mistake(
            "1 added to the image",
            "that makes each pixel brighter. A negative makes bright pixels dark: which sign does "
            "the image need?",
            lambda image: image + 1,
        ),
        Mistake(
            "another number instead of 1",
            "white is 1 here. (Picture files often use 255.)",
            [lambda image, white=white: white - image for white in WHITES],
        ),
        Mistake(
            "the brightest pixel instead of 1",
            "it subtracts from the brightest pixel of this image. White is 1, also in an image "
            "that has no white pixel.",
            lambda image: image.max() - image,
        ),
        Mistake(
            "only black and white",
            "every grey became black or white. A grey has a negative too: how far is it from 1?",
            [
                lambda image: (image < 0.5).astype(float),
                lambda image: (image <= 0.5).astype(float),
                lambda image: (image == 0).astype(float),
                lambda image: 1 - np.trunc(image),
            ],
        ),
        Mistake(
            "one divided by the image",
            "the image stands under a fraction bar. The negative is a difference, not a quotient.",
            lambda image: 1 / image,
        ),
        Mistake(
            "turned, not changed",
            "the pixels have changed places and kept their brightness. It should be the other way "
            "round.",
            [
                lambda image: image[::-1],
                lambda image: image[:, ::-1],
                lambda image: image[::-1, ::-1],
            ],
        ),
        Mistake(
            "only the first row",
            "it gives back one row. image[0], and what `for pixel in image` meets first, is a row; "
            "image alone is all of them.",
            lambda image: 1 - image[0],
        ),
        Mistake(
            "all pixels in one row",
            "the pixels are right, but stand one after the other. 1 - ..., without a loop, keeps "
            "each in its row and column.",
            lambda image: (1 - image).ravel(),
        ),
        Mistake(
            "as many columns as rows",
            "both loops run over the number of rows, len(image). shape[0] counts rows, shape[1] "
            "columns; or do without loops: 1 - ... is done to all pixels at once.",
            as_many_columns_as_rows,
        ),
        Mistake(
            "one pixel instead of an image",
            "it gives back a single number. Without a loop and without brackets, 1 - ... is done "
            "to all pixels at once.",
            [lambda image: 1 - image[0, 0], lambda image: 1 - image[-1, -1]],
        ),
        Mistake(
            "the image itself",
            "it comes back as it was. (In a loop, pixel = ... only gives the name pixel to another "
            "number, and leaves the image alone.)",
            lambda image: image.copy(),
        ),
    ],
    hints=(
        "Take one pixel at a time. What should become of 0, of 1, and of 0.25?",
        "0 becomes 1, and 1 becomes 0: each pixel becomes its distance from 1. NumPy subtracts "
        "from all pixels at once, so you need no loop.",
        "`3 - image` subtracts each pixel from 3, and gives a new image. Which number belongs "
        "there? Put `return` in front.",
    ),
)
