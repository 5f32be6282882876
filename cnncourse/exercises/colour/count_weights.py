"""Exercise count_weights: how many weights kernels have on images with channels."""

import numpy as np

from ...layers import Conv2D
from ..core import Mistake
from ..functions import FunctionExercise


def count_weights(k, channels, kernels):
    """How many weights `kernels` kernels of k by k have on images with so many channels."""
    return k * k * channels * kernels


def counted(k, channels, kernels):
    """The weights of such kernels, counted."""
    return Conv2D(channels, kernels, k, rng=np.random.default_rng(0)).params["w"].size


EXERCISE = FunctionExercise(
    name="count_weights",
    asks="should return a whole number: how many weights all kernels have together, each k by k, "
    "on images with `channels` channels.",
    solution=count_weights,
    reference=counted,
    cases={
        "one kernel on grey": (3, 1, 1),
        "one kernel on colour": (3, 3, 1),
        "1 × 1 on colour": (1, 3, 4),
        "five kernels": (5, 3, 5),
        "on 16 maps": (3, 16, 32),
        "an even k": (4, 2, 7),
        "large kernels": (11, 3, 96),
        "many maps": (3, 256, 100),
        "one weight": (1, 1, 1),
    },
    mistakes=[
        Mistake(
            "channels forgotten",
            "a kernel has a slice of k by k weights for each channel.",
            lambda k, channels, kernels: k * k * kernels,
        ),
        Mistake(
            "kernels forgotten",
            "this is what one kernel has.",
            lambda k, channels, kernels: k * k * channels,
        ),
        Mistake(
            "one slice",
            "this is one slice of one kernel. How many slices are there in all?",
            lambda k, channels, kernels: k * k,
        ),
        Mistake(
            "k counted once",
            "a slice has k rows and k columns.",
            lambda k, channels, kernels: k * channels * kernels,
        ),
        Mistake(
            "two times k",
            "k rows of k weights are k times k, not 2 times k. In Python, k ** 2 or k * k.",
            lambda k, channels, kernels: 2 * k * channels * kernels,
        ),
        Mistake(
            "added, not multiplied",
            "each kernel has `channels` slices, and each slice k times k weights: all four numbers "
            "are multiplied.",
            [
                lambda k, channels, kernels: (k * k + channels) * kernels,
                lambda k, channels, kernels: k * k + channels + kernels,
                lambda k, channels, kernels: k * k * channels + kernels,
                lambda k, channels, kernels: k * k + channels * kernels,
                lambda k, channels, kernels: k * k * (channels + kernels),
                lambda k, channels, kernels: k + k + channels + kernels,
            ],
        ),
        Mistake(
            "biases counted as well",
            "a bias is not a weight. It comes in the next lesson.",
            lambda k, channels, kernels: (k * k * channels + 1) * kernels,
        ),
        Mistake(
            "always three channels",
            "images have three channels, but the maps of a layer may have any number.",
            lambda k, channels, kernels: k * k * 3 * kernels,
        ),
        Mistake(
            "always 3 by 3",
            "kernels of 3 by 3 are frequent, but here they are k by k.",
            lambda k, channels, kernels: 9 * channels * kernels,
        ),
        Mistake(
            "deep in three directions",
            "the depth is the number of channels, not k again.",
            [
                lambda k, channels, kernels: k**3 * kernels,
                lambda k, channels, kernels: k**3 * channels * kernels,
            ],
        ),
        Mistake(
            "counted twice",
            "the channels, or the kernels, are in it twice. Only k is: k rows, k columns.",
            [
                lambda k, channels, kernels: k * k * channels * channels * kernels,
                lambda k, channels, kernels: k * k * channels * kernels * kernels,
            ],
        ),
        Mistake(
            "slices in place of weights",
            "this is the number of slices. Each of them has k times k weights.",
            lambda k, channels, kernels: channels * kernels,
        ),
        Mistake(
            "^ for a power",
            "in Python, ^ does something else with whole numbers. A power is written k ** 2.",
            lambda k, channels, kernels: (k ^ 2) * channels * kernels,
        ),
    ],
    hints=(
        "Draw one kernel: how many slices has it, and how many weights has a slice?",
        "One slice has k times k weights. A kernel has one slice for each channel.",
        "k × k × channels is one kernel. How many are there?",
    ),
)
