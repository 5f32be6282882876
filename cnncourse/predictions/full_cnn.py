"""What the lesson asks before it tells."""

import numpy as np

from ..layers import Conv2D, Dense, Flatten, GlobalAvgPool2D, MaxPool2D, ReLU, Sequential
from ..networks import course_cnn
from ..summary import summary
from .core import Prediction

RNG = np.random.default_rng(0)
PLACES = {"the first convolution": 0, "the second convolution": 3, "the dense layer": 7}
DIGIT = 28, 28, 1


def most(count: str) -> str:
    """The layer of the course's network with the most of something."""
    rows = summary(course_cnn(RNG), DIGIT)
    return max(PLACES, key=lambda name: getattr(rows[PLACES[name]], count))


def without(kind) -> Sequential:
    return Sequential(*(la for la in course_cnn(RNG).layers if not isinstance(la, kind)))


def relu_parameters() -> int:
    with_, plain = (summary(net, DIGIT).parameters for net in (course_cnn(RNG), without(ReLU)))
    return with_ - plain


def seen_after(blocks: int) -> int:
    """Rows that one number sees after blocks of convolution, 3 by 3, and pooling by 2."""
    parts = [(Conv2D(1, 1, 3, pad=1, rng=RNG), ReLU(), MaxPool2D(2)) for _ in range(blocks)]
    net = Sequential(*(layer for part in parts for layer in part))
    return summary(net, (64, 64, 1))[-1].receptive_field[0]


def weights(*layers) -> int:
    return sum(layer.params["w"].size for layer in layers)


PREDICTIONS = [
    Prediction(
        name="most_parameters",
        question="The layer with the most parameters:",
        answer=lambda: most("parameters"),
        choices=tuple(PLACES),
        wrong={
            "the first convolution": "It has 16 kernels of 3 × 3 and 16 biases: 160 in all.",
            "the second convolution": "Its kernels are 3 × 3 × 16, and there are 32 of them: that "
            "is much, but not the most.",
        },
        because="1,568 numbers arrive at the dense layer, and each has a weight for each of ten "
        "labels.",
    ),
    Prediction(
        name="most_work",
        question="The layer with the most work, counted in products of a weight and a number:",
        answer=lambda: most("multiply_adds"),
        choices=tuple(PLACES),
        wrong={
            "the first convolution": "It has more places, 28 × 28, but its kernels have only nine "
            "weights.",
            "the dense layer": "It has the most weights, but uses each of them once for an image.",
        },
        because="A convolution uses its weights in each place: here 4,608 weights in 14 × 14 "
        "places.",
    ),
    Prediction(
        name="first_block",
        question="Rows × columns × maps after the first pooling, if the image has 40 × 40 pixels:",
        answer=lambda: Sequential(*course_cnn(RNG).layers[:3])(np.zeros((1, 40, 40, 1))).shape[1:],
        wrong={
            (40, 40, 16): "The convolution keeps the size; the pooling halves it.",
            (19, 19, 16): "The convolution has a padding of 1: nothing is lost.",
            (20, 20): "That is one map. How many are there?",
            (16, 20, 20): "The sizes are right. This course puts the maps last, like colours.",
            (20, 20, 1): "The convolution has made 16 maps of one.",
            (20, 20, 32): "The first convolution has 16 filters.",
            (10, 10, 16): "There is one pooling up to here.",
        },
        because="40 by 40 stays, thanks to the padding; pooling halves it; 16 filters make 16 "
        "maps.",
    ),
    Prediction(
        name="three_blocks",
        question="After a third block, one number sees so many rows of the image:",
        answer=lambda: seen_after(3),
        wrong={
            10: "That is what it sees after two blocks.",
            13: "That leaves out that neighbours are four pixels apart by now.",
            16: "The convolution adds two steps of four pixels, and the pooling one more step.",
            18: "That is after the third convolution. Its pooling adds something as well.",
            20: "It more than doubles.",
        },
        because="Neighbours are 4 pixels apart. The convolution adds 2 × 4, the pooling 1 × 4: "
        "10 + 8 + 4.",
    ),
    Prediction(
        name="two_small_kernels",
        question="Weights of the two convolutions of 3 × 3 together:",
        answer=lambda: weights(Conv2D(16, 16, 3, rng=RNG), Conv2D(16, 16, 3, rng=RNG)),
        wrong={
            18: "That is one slice of one kernel in each.",
            288: "That is one kernel in each: there are 16.",
            2304: "That is one of the two.",
            4640: "These are weights and biases.",
            6400: "That is the one of 5 × 5.",
        },
        because="Twice 3 × 3 × 16 × 16, which is 18 for each 25 of the larger one.",
    ),
    Prediction(
        name="relu_parameters",
        question="Parameters fewer:",
        answer=relu_parameters,
        wrong={
            48: "The biases belong to the convolutions, not to ReLU.",
            2: "ReLU is a fixed rule: 0 in place of what lies below 0.",
        },
        because="ReLU is a rule without a number to learn.",
    ),
    Prediction(
        name="averaged_maps",
        question="Weights of the dense layer after global average pooling:",
        answer=lambda: weights(_after_averaging()),
        wrong={
            15680: "That is after Flatten, which hands on all 7 × 7 numbers of each map.",
            1568: "That is how many numbers Flatten hands on.",
            32: "One number for each map, yes; and a weight from each to each label.",
            330: "These are weights and biases.",
            490: "Of each map one number is left, not one of each place.",
        },
        because="32 maps give 32 means, and each has a weight for each of ten labels.",
    ),
]


def _after_averaging() -> Dense:
    """The dense layer that fits where global average pooling stands in the place of Flatten."""
    features = without((Flatten, Dense))
    rows = summary(Sequential(*features.layers, GlobalAvgPool2D()), DIGIT)
    return Dense(rows[-1].shape[0], 10, rng=RNG)
