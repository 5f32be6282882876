"""Exercise conv_parameters: how many numbers a layer has to find."""

import numpy as np

from ...layers import Conv2D
from ..core import Mistake
from ..functions import FunctionExercise


def conv_parameters(shape, k, filters):
    """How many parameters a layer of `filters` filters of k by k has on images of this shape."""
    _, _, channels = shape
    weights = k * k * channels
    return filters * (weights + 1)


def counted(shape, k, filters):
    """The parameters of such a layer, counted."""
    layer = Conv2D(shape[2], filters, k, rng=np.random.default_rng(0))
    return sum(array.size for array in layer.params.values())


def places(shape, k):
    """In how many places a window of k by k fits."""
    return (shape[0] - k + 1) * (shape[1] - k + 1)


EXERCISE = FunctionExercise(
    name="conv_parameters",
    asks="should return how many parameters a layer has whose `filters` filters, each k by k, "
    "look at images of this shape, (rows, columns, channels): all its weights and all its biases.",
    solution=conv_parameters,
    reference=counted,
    cases={
        "one weight": ((4, 6, 1), 1, 1),
        "one filter on a grey image": ((5, 7, 1), 3, 1),
        "one filter on a coloured image": ((5, 7, 3), 3, 1),
        "eight filters on a photograph": ((128, 96, 3), 3, 8),
        "a second layer": ((62, 46, 8), 5, 16),
        "a colour filter for each pixel": ((12, 10, 3), 1, 4),
        "fewer filters than channels": ((14, 11, 64), 4, 6),
    },
    mistakes=[
        Mistake(
            "three channels built in",
            "the last number of `shape` says how many channels there are: 3 in a coloured "
            "picture, 1 in a grey one, more in a stack of maps.",
            lambda shape, k, filters: (k * k * 3 + 1) * filters,
        ),
        Mistake(
            "3 by 3 built in",
            "k says how large the filters are. It is not always 3.",
            lambda shape, k, filters: (9 * shape[2] + 1) * filters,
        ),
        Mistake(
            "a number of filters built in",
            "your count is for so many filters as an example has. `filters` says how many.",
            [
                lambda shape, k, filters: (k * k * shape[2] + 1) * 8,
                lambda shape, k, filters: (k * k * shape[2] + 1) * 10,
                lambda shape, k, filters: k * k * shape[2] * filters + 8,
            ],
        ),
        Mistake(
            "k times 2 for k times k",
            "k rows of k weights are k * k (or k ** 2), not k + k.",
            lambda shape, k, filters: (2 * k * shape[2] + 1) * filters,
        ),
        Mistake(
            "the maps counted as well",
            "these are weights and biases plus the numbers that come out. What comes out is "
            "computed, not found in training.",
            lambda shape, k, filters: (k * k * shape[2] + 1) * filters + places(shape, k) * filters,
        ),
        Mistake(
            "^ for a power",
            "in Python ^ is something else (it compares the bits of two numbers). Write k * k or "
            "k ** 2.",
            [
                lambda shape, k, filters: (k ^ 2 * shape[2]) * filters + filters,
                lambda shape, k, filters: k ^ 2 * shape[2] * filters + filters,
                lambda shape, k, filters: ((k ^ 2) * shape[2] + 1) * filters,
            ],
        ),
        Mistake(
            "a set of weights too many",
            "k * k * channels weights times one filter more than there are: the brackets add 1 to "
            "the wrong number.",
            lambda shape, k, filters: k * k * shape[2] * (filters + 1),
        ),
        Mistake(
            "weights times biases",
            "you multiplied the weights by the number of biases. They are added.",
            lambda shape, k, filters: k * k * shape[2] * filters * filters,
        ),
        Mistake(
            "a bracket in the wrong place",
            "k * k * (channels + 1) makes a whole slice of the bias. One filter has "
            "k * k * channels weights, and then one bias.",
            lambda shape, k, filters: k * k * (shape[2] + 1) * filters,
        ),
        Mistake(
            "biases forgotten",
            "these are the weights alone. What else does each filter have?",
            lambda shape, k, filters: k * k * shape[2] * filters,
        ),
        Mistake(
            "one bias for the whole layer",
            "there is one bias in your count. How many filters want one?",
            lambda shape, k, filters: k * k * shape[2] * filters + 1,
        ),
        Mistake(
            "a bias for each weight",
            "each weight got a bias of its own. It is added once, to the whole sum of a filter.",
            lambda shape, k, filters: 2 * k * k * shape[2] * filters,
        ),
        Mistake(
            "a bias for each slice",
            "each slice got a bias of its own. It is added once, to the whole sum of a filter.",
            lambda shape, k, filters: (k * k + 1) * shape[2] * filters,
        ),
        Mistake(
            "a bias for each channel of the image",
            "biases are counted by the filters, not by the channels that come in.",
            lambda shape, k, filters: k * k * shape[2] * filters + shape[2],
        ),
        Mistake(
            "channels forgotten",
            "a filter is as deep as the image that it looks at: one slice for each channel.",
            lambda shape, k, filters: k * k * filters + filters,
        ),
        Mistake(
            "channels added, not multiplied",
            "each channel has a slice of its own, with k times k weights.",
            lambda shape, k, filters: (k * k + shape[2]) * filters + filters,
        ),
        Mistake(
            "one filter only",
            "this is what a single filter has. The layer has `filters` of them.",
            [
                lambda shape, k, filters: k * k * shape[2] + 1,
                lambda shape, k, filters: k * k * shape[2] + filters,
            ],
        ),
        Mistake(
            "multiplied by the places",
            "a filter uses the same weights in each place. Sliding makes no new ones.",
            [
                lambda shape, k, filters: (k * k * shape[2] * filters + filters) * places(shape, k),
                lambda shape, k, filters: k * k * shape[2] * filters * places(shape, k),
                lambda shape, k, filters: k * k * filters * np.prod(shape) + filters,
                lambda shape, k, filters: k * k * filters * np.prod(shape),
                lambda shape, k, filters: (
                    (k * k * shape[2] * filters + filters) * shape[0] * shape[1]
                ),
            ],
        ),
        Mistake(
            "as many as a dense layer",
            "you gave a weight to each pixel of the image. A filter has weights for its window.",
            lambda shape, k, filters: shape[0] * shape[1] * shape[2] * filters + filters,
        ),
        Mistake(
            "k counted once",
            "a kernel has k rows and k columns.",
            lambda shape, k, filters: (k * shape[2] + 1) * filters,
        ),
        Mistake(
            "the wrong axis of the shape",
            "the channels are the last of the three numbers: shape[2].",
            [
                lambda shape, k, filters: (k * k * shape[0] + 1) * filters,
                lambda shape, k, filters: (k * k * shape[1] + 1) * filters,
            ],
        ),
        Mistake(
            "channels and biases forgotten",
            "these are the weights for a grey picture. A filter has a slice for each channel, and "
            "one bias.",
            lambda shape, k, filters: k * k * filters,
        ),
        Mistake(
            "k to the power of k",
            "k ** k multiplies k by itself k times. k rows of k weights are k * k, or k ** 2.",
            lambda shape, k, filters: (k**k * shape[2] + 1) * filters,
        ),
        Mistake(
            "the size of the maps",
            "these are the numbers that come out. Asked is how many the layer has to learn.",
            lambda shape, k, filters: places(shape, k) * filters,
        ),
        Mistake(
            "a bias for each row of the kernel",
            "k biases were added. There is one for each filter.",
            lambda shape, k, filters: k * k * shape[2] * filters + k,
        ),
    ],
    hints=(
        "Begin with a single filter. How many slices does it have, and how many weights are on "
        "each? What does it have besides?",
        "`rows, columns, channels = shape` gives names to the three numbers. Not all of them "
        "matter: the same filter can slide over a small image and over a large one.",
        "One filter has k times k times channels weights, and one bias. How often does the layer "
        "have that?",
    ),
)
