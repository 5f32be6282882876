"""What the lesson asks before it tells."""

import numpy as np

from .. import layers, ops, summary
from ..kernels import KERNELS
from .core import Prediction

DARKER, SAME, BRIGHTER = "they get darker", "they stay white", "they get brighter"


def after_three() -> tuple[int, ...]:
    """The shape of a digit after three kernels."""
    image = np.zeros((28, 28))
    for _ in range(3):
        image = ops.correlate2d(image, np.ones((5, 5)))
    return image.shape


def rows_of_200() -> int:
    return ops.correlate2d(np.zeros((200, 200)), np.zeros((11, 11)), stride=4).shape[0]


def corners() -> str:
    """What a blur with one ring of zeros makes of the corners of a white sheet."""
    blurred = ops.correlate2d(np.ones((5, 5)), KERNELS["box_blur"], pad=1)
    change = blurred[0, 0] - 1
    return SAME if abs(change) < 1e-6 else DARKER if change < 0 else BRIGHTER


def reach_of_five() -> int:
    """Over how many pixels a kernel of 5 reaches: the smallest image that it fits on."""
    for size in range(1, 99):
        try:
            ops.correlate2d(np.zeros((size, size)), np.zeros((5, 5)), dilation=3)
        except ValueError:
            continue
        return size


def field_of_three() -> int:
    rng = np.random.default_rng(0)
    net = layers.Sequential(*(layers.Conv2D(1, 1, 3, rng=rng) for _ in range(3)))
    return summary.summary(net, (28, 28, 1))[-1].receptive_field[0]


PREDICTIONS = [
    Prediction(
        name="three_kernels",
        question="Rows × columns after three kernels:",
        answer=after_three,
        wrong={
            (28, 28): "A window of 5 cannot begin in the last four columns.",
            (24, 24): "That is what the first kernel leaves. Two more follow.",
            (20, 20): "That is what two kernels leave. One more follows.",
            (13, 13): "A window of 5 loses 4 places, not 5: the first place counts as well.",
            (22, 22): "That would be kernels of 3 by 3.",
        },
        because="Each kernel of 5 takes 4 rows and 4 columns away.",
    ),
    Prediction(
        name="rows_of_200",
        question="Rows of the output:",
        answer=rows_of_200,
        wrong={
            50: "The kernel needs room, too: one that begins in the last 10 rows does not fit.",
            47: "Count the place where the window begins.",
            49: "A last step that does not fit whole is not taken: round down.",
            47.25: "That is the number of steps, not rounded yet.",
            48.25: "A last step that does not fit whole is not taken: round down.",
            190: "That is with a stride of 1.",
        },
        because="(200 − 11) / 4 is 47 whole steps; with the first place that is 48.",
    ),
    Prediction(
        name="white_corners",
        question="A white sheet (all 1) gets a ring of zeros and is blurred. Its corners:",
        choices=(DARKER, SAME, BRIGHTER),
        answer=corners,
        wrong={
            SAME: "In the middle that is so. At a corner, 5 of the 9 numbers are zeros.",
            BRIGHTER: "A blur is a mean, and no number here is above 1.",
        },
        because="The corner is the mean of 4 white pixels and 5 zeros of the padding.",
    ),
    Prediction(
        name="reach_of_five",
        question="A row of 5 weights with a dilation of 3 reaches over so many pixels:",
        answer=reach_of_five,
        wrong={
            15: "Behind the last weight there is no gap.",
            12: "That is how far it is from the first weight to the last. Both have a pixel, too.",
            17: "With a dilation of 3 there are two pixels between two weights, not three.",
            9: "That is a dilation of 2.",
            5: "That is a dilation of 1.",
        },
        because="From the first weight to the last there are 4 steps of 3 pixels; and the first "
        "weight's own pixel: 13.",
    ),
    Prediction(
        name="field_of_three",
        question="Rows of the receptive field:",
        answer=field_of_three,
        wrong={
            9: "The windows overlap: the second kernel adds two new rows, not three.",
            5: "That is two kernels. The third adds two more rows.",
            49: "That is how many pixels, 7 rows of 7. The question is how many rows.",
            3: "That is one kernel. The next sees three of its answers, each with its own window.",
            27: "The windows overlap; nothing is multiplied here.",
        },
        because="3 rows, then 2 more with each further kernel.",
    ),
]
