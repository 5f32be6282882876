"""Exercise conv_parameters, lesson 04: how many numbers a layer has to find."""

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
    layer = Conv2D(int(shape[2]), filters, k, rng=np.random.default_rng(0))
    return sum(array.size for array in layer.params.values())


def places(shape, k):
    """In how many places a window of k by k fits."""
    return (shape[0] - k + 1) * (shape[1] - k + 1)


EXERCISE = FunctionExercise(
    name="conv_parameters",
    lesson="04_convolutional_layer",
    asks="should return how many parameters a layer has whose `filters` filters, each k by k, "
    "look at images of this shape, (rows, columns, channels): all its weights and all its biases.",
    solution=conv_parameters,
    reference=counted,
    cases={
        "one weight": (np.array([4, 6, 1]), 1, 1),
        "one filter on a grey image": (np.array([5, 7, 1]), 3, 1),
        "one filter on a coloured image": (np.array([5, 7, 3]), 3, 1),
        "eight filters on a photograph": (np.array([128, 96, 3]), 3, 8),
        "a second layer": (np.array([62, 46, 8]), 5, 16),
    },
    mistakes=[
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
