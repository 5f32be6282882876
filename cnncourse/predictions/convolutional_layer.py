"""What the lesson asks before it tells."""

import numpy as np

from .. import layers, single
from .core import Prediction

LOWEST, HIGHEST = -2, 5  # the answers of a filter, before its bias


def stack_shape() -> tuple[int, ...]:
    """What a layer of six filters makes of a coloured picture."""
    layer = layers.Conv2D(3, 6, 5, rng=np.random.default_rng(0))
    return single.run(layer, np.zeros((32, 32, 3), np.float32)).shape


def largest_silent_bias() -> int:
    """The largest whole number with which no answer is above zero."""
    answers = np.arange(LOWEST, HIGHEST + 1)
    return max(bias for bias in range(-10, 11) if (answers + bias <= 0).all())


def second_layer() -> int:
    """The parameters of ten filters of 3 by 3 on eight maps."""
    layer = layers.Conv2D(8, 10, 3, rng=np.random.default_rng(0))
    return sum(array.size for array in layer.params.values())


PREDICTIONS = [
    Prediction(
        name="stack_of_six",
        question="Rows × columns × depth of the stack:",
        answer=stack_shape,
        wrong={
            (28, 28, 3): "Each kernel adds up over the channels. What counts the maps?",
            (28, 28, 1): "Each kernel makes a map of its own; they are not added together.",
            (28, 28, 18): "A kernel gives one map, not one for each channel.",
            (32, 32, 6): "Without padding, a kernel of 5 by 5 does not fit everywhere.",
            (30, 30, 6): "A window of 5 takes off two rows at the top and two at the bottom.",
            (28, 28): "That is one map. How many are there?",
            (27, 27, 6): "Count the place where the window begins, too.",
            (6, 28, 28): "The sizes are right. This course puts the maps last, like colours.",
        },
        because="A window of 5 fits in 32 − 5 + 1 = 28 places, and each of the six kernels makes "
        "one map.",
    ),
    Prediction(
        name="silent_bias",
        question="The largest bias with which no answer passes:",
        answer=largest_silent_bias,
        wrong={
            5: "With a bias above zero, still more passes. Which sign takes away?",
            2: "That concerns the smallest answer. Look at the largest.",
            0: "With it, the largest answer comes out as 5.",
            -2: "With it, the largest answer still comes out as 3.",
            -4: "With it, the largest answer still comes out as 1.",
            -6: "Nothing passes with it, but there is a larger one: what does ReLU make of 0?",
        },
        because="The strongest answer then comes out as exactly 0, and 0 does not pass.",
    ),
    Prediction(
        name="second_layer",
        question="Parameters of the layer:",
        answer=second_layer,
        wrong={
            720: "These are the weights. What else does each filter have?",
            100: "A filter has a slice for each of the 8 maps.",
            90: "A filter has a slice for each of the 8 maps, and a bias.",
            728: "There is one bias for each filter, not for each map that comes in.",
            800: "There is one bias for each filter, not for each slice.",
            721: "There is one bias for each filter.",
        },
        because="10 filters, each with 3 × 3 × 8 weights and 1 bias.",
    ),
]
