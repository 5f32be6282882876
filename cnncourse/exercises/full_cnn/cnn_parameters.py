"""Exercise cnn_parameters: all parameters of a network with two blocks."""

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


def slip(side=lambda size: size // 4, biases=(1, 1, 1), slices=None, dense=True, convolutions=True):
    """The same count with something else in it.

    side: rows that arrive at the dense layer.   biases: how many each filter or label has.
    slices: how deep the second convolution's filters are; None: as deep as the first has filters.
    """

    def count(size, first, second, labels):
        deep = first if slices is None else slices
        of_first, of_second = (9 + biases[0]) * first, (9 * deep + biases[1]) * second
        of_dense = (side(size) * side(size) * second + biases[2]) * labels
        return (of_first + of_second) * convolutions + of_dense * dense

    return count


def of_dense(count):
    """The right convolutions, and another count for the dense layer."""
    return lambda size, first, second, labels: (
        slip(dense=False)(size, first, second, labels) + count(size // 4, second, labels)
    )


def weights_for_each_pixel(size, first, second, labels):
    return slip()(size, first, second, labels) + 9 * first * (size * size - 1)


def once_for_each_pixel(size, first, second, labels):
    places = size * size, (size // 2) * (size // 2)
    arriving = slip(convolutions=False)(size, first, second, labels)
    return 10 * first * places[0] + (9 * first + 1) * second * places[1] + arriving


def bias_for_each_layer(size, first, second, labels):
    return slip(biases=(0, 0, 0))(size, first, second, labels) + 3


def bias_for_each_slice(size, first, second, labels):
    return slip()(size, first, second, labels) + (first - 1) * second


def summed_maps(size, first, second, labels):
    of_dense = ((size // 4) * (size // 4) * (first + second) + 1) * labels
    return slip(dense=False)(size, first, second, labels) + of_dense


EXERCISE = FunctionExercise(
    name="cnn_parameters",
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
        "an odd size, and fewer filters in the second": (23, 7, 5, 6),
    },
    mistakes=[
        Mistake(
            "biases forgotten",
            "these are the weights. Each filter and each label has a bias as well.",
            slip(biases=(0, 0, 0)),
        ),
        Mistake(
            "the dense layer's biases forgotten",
            "the filters have their biases here, but each label has one as well.",
            slip(biases=(1, 1, 0)),
        ),
        Mistake(
            "the filters' biases forgotten",
            "the labels have their biases here, but each filter has one as well.",
            [slip(biases=(0, 0, 1)), slip(biases=(0, 1, 1)), slip(biases=(1, 0, 1))],
        ),
        Mistake(
            "one bias for a layer",
            "each filter has a bias of its own, and so has each label.",
            bias_for_each_layer,
        ),
        Mistake(
            "a bias for each slice",
            "a filter has one bias, however deep it is: its slices are added up to one sum.",
            bias_for_each_slice,
        ),
        Mistake(
            "/ in place of //",
            "where rows and columns cannot be halved evenly, pooling drops the one that is left "
            "over. // divides and rounds down.",
            [slip(lambda size: size / 4), slip(lambda size: size / 2 / 2)],
        ),
        Mistake(
            "rounded up",
            "where rows and columns cannot be halved evenly, pooling drops the one that is left "
            "over: it rounds down.",
            [slip(lambda size: -(-size // 4)), slip(lambda size: round(size / 4))],
        ),
        Mistake(
            "pooling forgotten",
            "the dense layer gets what the second pooling gives: rows and columns are halved "
            "twice.",
            slip(lambda size: size),
        ),
        Mistake(
            "one pooling forgotten",
            "rows and columns are halved twice before the dense layer.",
            slip(lambda size: size // 2),
        ),
        Mistake(
            "padding forgotten",
            "with a padding of 1 the convolutions lose no rows; only the poolings make maps "
            "smaller.",
            slip(lambda size: ((size - 2) // 2 - 2) // 2),
        ),
        Mistake(
            "7 built in",
            "7 rows are left of 28 only. What is left of `size`?",
            slip(lambda size: 7),
        ),
        Mistake(
            "a flat second layer",
            "the filters of the second convolution are as deep as the first has filters.",
            slip(slices=1),
        ),
        Mistake(
            "maps forgotten in the dense layer",
            "every map arrives at the dense layer, not one: rows × columns × maps.",
            of_dense(lambda side, second, labels: (side * side + 1) * labels),
        ),
        Mistake(
            "the first maps as well",
            "only what the last pooling gives arrives at the dense layer: `second` maps.",
            summed_maps,
        ),
        Mistake(
            "the dense layer left out",
            "these are the convolutions. The dense layer has parameters as well.",
            slip(dense=False),
        ),
        Mistake(
            "the convolutions left out",
            "this is the dense layer. What do the convolutions have?",
            slip(convolutions=False),
        ),
        Mistake(
            "counted once for each pixel",
            "a filter uses the same weights in each place.",
            [once_for_each_pixel, weights_for_each_pixel],
        ),
        Mistake(
            "rows without columns",
            "size // 4 counts the rows that arrive. There are as many columns: rows times columns.",
            of_dense(lambda side, second, labels: (side * second + 1) * labels),
        ),
        Mistake(
            "one number of each map",
            "all places of each map arrive at the dense layer, not one number of each.",
            of_dense(lambda side, second, labels: (second + 1) * labels),
        ),
        Mistake(
            "ten labels built in",
            "`labels` says how many outputs there are. It is not always 10.",
            of_dense(lambda side, second, labels: (side * side * second + 1) * 10),
        ),
        Mistake(
            "one label only",
            "each label has weights of its own.",
            [
                of_dense(lambda side, second, labels: side * side * second),
                of_dense(lambda side, second, labels: side * side * second + 1),
                of_dense(lambda side, second, labels: side * side * second + labels),
            ],
        ),
        Mistake(
            "a bias too many, or in the wrong place",
            "a label has one bias beside its weights: (weights + 1) * labels. So has a filter.",
            [
                of_dense(lambda side, second, labels: side * side * second * (labels + 1)),
                lambda size, first, second, labels: (
                    slip()(size, first, second, labels) + 8 * second
                ),
            ],
        ),
        Mistake(
            "a third pooling",
            "rows and columns are halved twice, not three times.",
            slip(lambda size: size // 8),
        ),
        Mistake(
            "3 for 3 × 3",
            "a slice of 3 by 3 has nine weights.",
            lambda size, first, second, labels: (
                slip()(size, first, second, labels) - 6 * first - 6 * first * second
            ),
        ),
        Mistake(
            "numbers built in",
            "this is the count of one network. The arguments say how large this one is.",
            [
                lambda size, first, second, labels: 20_490,
                lambda size, first, second, labels: 9_098,
            ],
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
