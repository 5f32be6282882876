"""Exercise flatten: the maps of each image in one row of numbers."""

import numpy as np

from ... import reference
from ..core import Mistake
from ..functions import FunctionExercise


def flatten(x):
    """Each image's numbers in one row: channels fastest, then columns, then rows."""
    n, h, w, c = x.shape
    return x.reshape(n, h * w * c)


def numbered(*shape):
    """Numbers that are all different and none of them whole, as maps have them."""
    return (np.arange(np.prod(shape)) * 0.5 + 0.25).reshape(shape)


def into_zeros(x, kind=float):
    """The numbers of each image put one by one into a row of zeros, as a loop does it."""
    y = np.zeros((len(x), x[0].size), kind)
    y[:] = x.reshape(len(x), -1)
    return y


def axis_forgotten(x):
    """The four axes taken for the three of a single picture."""
    h, w, c = x.shape
    return x.reshape(h * w * c)


EXERCISE = FunctionExercise(
    name="flatten",
    asks="should return an array with a row for each image, n rows of h * w * c numbers where x "
    "has shape (n, h, w, c): place by place along a row of the image, row after row; and at each "
    "place the numbers of all maps.",
    solution=flatten,
    reference=reference.flatten,
    cases={
        "one number": (numbered(1, 1, 1, 1),),
        "one image of two rows and two columns": (numbered(1, 2, 2, 1),),
        "two images of one pixel, three channels": (numbered(2, 1, 1, 3),),
        "two rows, three columns, two channels": (numbered(1, 2, 3, 2),),
        "as many images as channels": (numbered(2, 2, 3, 2),),
        "four images, more rows than columns": (numbered(4, 3, 2, 5),),
        "three images, numbers below zero": (2 - numbered(3, 2, 2, 2),),
        "more rows and columns than images, large and small": (
            np.random.default_rng(66).normal(size=(2, 5, 6, 4)) * [1e-6, 1, 300, 1e5],
        ),
        "two images of many maps": (numbered(2, 3, 4, 32).astype(np.float32),),
    },
    mistakes=[
        Mistake(
            "all images in one row",
            "the images run into each other. Each image keeps a row of its own: the first axis of "
            "what you return should still be n.",
            [
                lambda x: x.reshape(-1),
                lambda x: x.reshape(1, -1),
                lambda x: x.reshape(-1, 1),
            ],
        ),
        Mistake(
            "images in columns",
            "each image stands in a column. It should lie in a row: n comes first.",
            lambda x: x.reshape(len(x), -1).T,
        ),
        Mistake(
            "images torn apart",
            "there are as many rows as numbers in an image, and the images are mixed. n comes "
            "first: reshape(n, ...).",
            lambda x: x.reshape(-1, len(x)),
        ),
        Mistake(
            "channels first",
            "whole maps follow each other. In this course all channels of one place stand "
            "together: the last axis runs fastest.",
            lambda x: x.transpose(0, 3, 1, 2).reshape(len(x), -1),
        ),
        Mistake(
            "columns first",
            "you go down each column before you go right. Go along a row first: columns run faster "
            "than rows.",
            lambda x: x.transpose(0, 2, 1, 3).reshape(len(x), -1),
        ),
        Mistake(
            "the first axis runs fastest",
            'that is the order called "F", or column-major. NumPy\'s own order, "C", is wanted: '
            "leave the order out.",
            [
                lambda x: x.reshape(len(x), -1, order="F"),
                lambda x: x.transpose(0, 3, 2, 1).reshape(len(x), -1),
            ],
        ),
        Mistake(
            "channels kept apart",
            "there is still an axis of channels at the end. It belongs in the row as well.",
            lambda x: x.reshape(len(x), -1, x.shape[3]),
        ),
        Mistake(
            "rows kept apart",
            "there is still an axis of rows. The rows of an image follow each other in one row of "
            "numbers.",
            lambda x: x.reshape(len(x), x.shape[1], -1),
        ),
        Mistake(
            "channels melted together",
            "the channels of each place are added or averaged. Flatten only lays numbers side by "
            "side, and keeps every one.",
            [
                lambda x: x.sum(axis=3).reshape(len(x), -1),
                lambda x: x.mean(axis=3).reshape(len(x), -1),
                lambda x: x.max(axis=3).reshape(len(x), -1),
            ],
        ),
        Mistake(
            "only the first channel",
            "the other channels are missing. The row should hold h * w * c numbers.",
            lambda x: x[..., 0].reshape(len(x), -1),
        ),
        Mistake(
            "only the first image",
            "the other images are missing. There should be a row for each of the n images.",
            [
                lambda x: x[0].reshape(-1),
                lambda x: x[0].reshape(1, -1),
                lambda x: np.where(np.arange(len(x))[:, None] == 0, x.reshape(len(x), -1), 0),
            ],
        ),
        Mistake(
            "whole numbers only",
            "what stands after the point is gone. Does your array hold ints, as np.zeros(shape, "
            "int) does?",
            lambda x: into_zeros(x, int),
        ),
        Mistake(
            "axis of the images forgotten",
            "x has four axes, and three names stand on the left of x.shape. The first axis counts "
            "the images, so there have to be four.",
            axis_forgotten,
        ),
        Mistake(
            "a constant instead of x.shape",
            "the length of the row is built in. Maps come in many sizes: take it from x.shape.",
            [
                lambda x: x.reshape(len(x), 1568),
                lambda x: x.reshape(len(x), 7 * 7 * 32),
                lambda x: x.reshape(-1, 1568),
                lambda x: x.reshape(1, 1568),
                lambda x: x.reshape(1568),
                lambda x: x.reshape(2, 6),
                lambda x: x.reshape(1, 12),
            ],
        ),
        Mistake(
            "the maps left out of the count",
            "the row has a place for each pixel, h * w, but there are c numbers at each.",
            [
                lambda x: x.reshape(x.shape[0], x.shape[1] * x.shape[2]),
                lambda x: x.reshape(-1, x.shape[1] * x.shape[2]),
            ],
        ),
        Mistake(
            "returned as it is",
            "x comes back with its four axes. x.reshape(...) makes a new array and leaves x alone: "
            "return what it gives.",
            lambda x: x,
        ),
        Mistake(
            "a row for each map",
            "each map has a row of its own. All maps of an image belong in one row, and the "
            "numbers of one place side by side.",
            lambda x: x.transpose(0, 3, 1, 2).reshape(len(x) * x.shape[3], -1),
        ),
        Mistake(
            "the first image in each row",
            "all rows are alike. In a loop over the images, row i is made of x[i].",
            lambda x: np.repeat(x[:1].reshape(1, -1), len(x), axis=0),
        ),
        Mistake(
            "still all zeros",
            "the shape is right, but no number of x has been put into the array.",
            lambda x: np.zeros((len(x), x[0].size)),
        ),
    ],
    hints=(
        "How many rows should there be, and how many numbers in each? Not one number is computed: "
        "they only lie differently.",
        "`n, h, w, c = x.shape` gives the four sizes. The answer has n rows of h * w * c numbers.",
        "`x.reshape(...)` takes the shape that you want. NumPy already lets the last axis run "
        "fastest, which is the order that is asked for.",
    ),
)
