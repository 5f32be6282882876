"""Exercise cnn_parameters, lesson 07: all parameters of a network with two blocks."""

import numpy as np

from ...layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU, Sequential
from ...summary import summary
from ..core import Mistake
from ..functions import FunctionExercise


def cnn_parameters(size, first, second, labels):
    """All weights and biases of the network, for grey images of size by size."""
    convolutions = (9 * 1 + 1) * first + (9 * first + 1) * second
    arriving = (size // 4) * (size // 4) * second
    return convolutions + (arriving + 1) * labels


def counted(size, first, second, labels):
    """The parameters of such a network, counted."""
    rng = np.random.default_rng(0)
    rows = size // 2 // 2
    net = Sequential(
        *(Conv2D(1, first, 3, pad=1, rng=rng), ReLU(), MaxPool2D(2)),
        *(Conv2D(first, second, 3, pad=1, rng=rng), ReLU(), MaxPool2D(2)),
        *(Flatten(), Dense(rows * rows * second, labels, rng=rng)),
    )
    return summary(net, (size, size, 1)).parameters


def weights(size, first, second, labels, rows=None):
    """The weights of the three layers with parameters."""
    rows = size // 4 if rows is None else rows
    return 9 * first, 9 * first * second, rows * rows * second * labels


EXERCISE = FunctionExercise(
    name="cnn_parameters",
    lesson="07_full_cnn",
    asks="should return a whole number: all parameters of the network, for grey images of size by "
    "size, with `first` and `second` filters in its convolutions and so many labels.",
    solution=cnn_parameters,
    reference=counted,
    cases={
        "one filter each": (4, 1, 1, 2),
        "the network that you built": (28, 8, 16, 10),
        "the course's network": (28, 16, 32, 10),
        "larger pictures": (32, 8, 8, 5),
        "a size that is not a multiple of four": (30, 4, 6, 3),
    },
    mistakes=[
        Mistake(
            "biases forgotten",
            "these are the weights. Each filter and each label has a bias as well.",
            lambda size, first, second, labels: sum(weights(size, first, second, labels)),
        ),
        Mistake(
            "pooling forgotten",
            "the dense layer gets what the second pooling gives: rows and columns are halved "
            "twice.",
            lambda size, first, second, labels: (
                sum(weights(size, first, second, labels, size)) + first + second + labels
            ),
        ),
        Mistake(
            "one pooling forgotten",
            "rows and columns are halved twice before the dense layer.",
            lambda size, first, second, labels: (
                sum(weights(size, first, second, labels, size // 2)) + first + second + labels
            ),
        ),
        Mistake(
            "a flat second layer",
            "the filters of the second convolution are as deep as the first has filters.",
            lambda size, first, second, labels: (
                9 * first
                + 9 * second
                + weights(size, first, second, labels)[2]
                + first
                + second
                + labels
            ),
        ),
        Mistake(
            "maps forgotten in the dense layer",
            "every map arrives at the dense layer, not one: rows × columns × maps.",
            lambda size, first, second, labels: (
                sum(weights(size, first, second, labels)[:2])
                + (size // 4) ** 2 * labels
                + first
                + second
                + labels
            ),
        ),
        Mistake(
            "the dense layer left out",
            "these are the convolutions. The dense layer has most of the parameters here.",
            lambda size, first, second, labels: (
                sum(weights(size, first, second, labels)[:2]) + first + second
            ),
        ),
        Mistake(
            "the convolutions left out",
            "this is the dense layer. What do the convolutions have?",
            lambda size, first, second, labels: weights(size, first, second, labels)[2] + labels,
        ),
        Mistake(
            "counted once per pixel",
            "a filter uses the same weights in each place.",
            lambda size, first, second, labels: (
                (9 + 1) * first * size * size
                + (9 * first + 1) * second * (size // 2) ** 2
                + weights(size, first, second, labels)[2]
                + labels
            ),
        ),
    ],
    hints=(
        "Three layers have parameters: the two convolutions and the dense layer. ReLU, pooling and "
        "Flatten have none.",
        "A convolution has filters × (3 × 3 × channels + 1) parameters. The first has one channel, "
        "the second as many as the first has filters.",
        "After two poolings there are `size // 4` rows and columns, and `second` maps: so many "
        "numbers arrive at each label, and a bias.",
    ),
)
