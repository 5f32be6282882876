"""Exercise receptive_field, lesson 07: how much of the image one number sees."""

import numpy as np

from ...layers import MaxPool2D, Sequential
from ...summary import summary
from ..core import Mistake
from ..functions import FunctionExercise


def receptive_field(windows, strides):
    """The rows of the image that one number sees after these layers."""
    field, jump = 1, 1
    for k, stride in zip(windows, strides):
        field += (k - 1) * jump
        jump *= stride
    return field


def counted(windows, strides):
    """The same, from the summary of such a network."""
    net = Sequential(*(MaxPool2D(k, stride=s) for k, s in zip(windows, strides)))
    size = 1
    for k, stride in zip(reversed(windows), reversed(strides)):  # the smallest image that fits
        size = (size - 1) * stride + k
    return summary(net, (size, size, 1))[-1].receptive_field[0]


def own_stride_too(windows, strides):
    field, jump = 1, 1
    for k, stride in zip(windows, strides):
        jump *= stride
        field += (k - 1) * jump
    return field


def own_stride_alone(windows, strides):
    return 1 + sum((k - 1) * stride for k, stride in zip(windows, strides))


def k_in_place_of_k_minus_1(windows, strides):
    jumps = np.cumprod([1, *strides])
    return 1 + int(sum(k * jump for k, jump in zip(windows, jumps)))


def last_stride_only(windows, strides):
    return 1 + sum((k - 1) * stride for k, stride in zip(windows, [1, *strides]))


def strides_added(windows, strides):
    field, jump = 1, 1
    for k, stride in zip(windows, strides):
        field += (k - 1) * jump
        jump += stride
    return field


def last_layer_only(windows, strides):
    return 1 + (windows[-1] - 1) * int(np.prod(strides[:-1]))


def stopped_early(windows, strides):
    return windows[0]


EXERCISE = FunctionExercise(
    name="receptive_field",
    lesson="07_full_cnn",
    asks="should return a whole number: how many rows of the image one number sees after layers "
    "with these windows and strides, the first layer first.",
    solution=receptive_field,
    reference=counted,
    cases={
        "one convolution": ([3], [1]),
        "two convolutions": ([3, 3], [1, 1]),
        "a convolution, a pooling": ([3, 2], [1, 2]),
        "the course's network": ([3, 2, 3, 2], [1, 2, 1, 2]),
        "steps of three, and windows of several sizes": ([5, 4, 1, 7, 2], [3, 2, 1, 2, 3]),
        "five layers, most with long strides": ([3, 3, 3, 3, 7], [3, 3, 3, 3, 1]),
    },
    mistakes=[
        Mistake(
            "strides left out",
            "after a layer with a stride, neighbours lie further apart in the image, and a window "
            "over them reaches further.",
            lambda windows, strides: 1 + sum(k - 1 for k in windows),
        ),
        Mistake(
            "its own stride as well",
            "a layer's stride pushes apart what it gives, not what it looks at: it counts for the "
            "layers after it.",
            [own_stride_too, own_stride_alone],
        ),
        Mistake(
            "the whole window added",
            "a window of k adds k − 1: one of its places was there before.",
            [k_in_place_of_k_minus_1, lambda windows, strides: 1 + sum(windows)],
        ),
        Mistake(
            "begun with nothing",
            "one pixel sees one pixel. Begin with 1.",
            lambda windows, strides: receptive_field(windows, strides) - 1,
        ),
        Mistake(
            "the stride before, alone",
            "the strides of all earlier layers count, multiplied with each other.",
            last_stride_only,
        ),
        Mistake(
            "strides added up",
            "two strides of 2 push neighbours apart by 2 × 2, not by 2 + 2.",
            strides_added,
        ),
        Mistake(
            "the last layer alone",
            "every layer adds something, not only the last one.",
            last_layer_only,
        ),
        Mistake(
            "stopped after the first layer",
            "this is what the first layer sees. Does a return stand inside the loop?",
            stopped_early,
        ),
        Mistake(
            "windows added up",
            "this is the sum of the windows.",
            lambda windows, strides: sum(windows),
        ),
    ],
    hints=(
        "Keep two numbers from layer to layer: how much is seen, and how many pixels apart "
        "neighbours are. Both begin with 1.",
        "A layer adds (window − 1) times the distance of the numbers that it looks at.",
        "Only after that does its stride count: the distance is multiplied by it. `for k, stride "
        "in zip(windows, strides):` goes through both lists at once.",
    ),
)
