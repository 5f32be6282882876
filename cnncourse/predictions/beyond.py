"""What lesson 14 asks before it tells."""

import numpy as np

from ..layers import Conv2D, Sequential
from ..summary import summary
from .core import Prediction

LESSON = "14_beyond"
ORDER = (
    "the same answers, up to rounding, if the order of axes is minded",
    "answers that differ a little, for each framework has its own convolution",
    "nothing of use: weights belong to the framework that they were learned in",
)


def bottleneck_weights() -> int:
    """Weights and biases of 64 maps to 16 by 1 x 1, 3 x 3 there, and 1 x 1 back to 64."""
    rng = np.random.default_rng(0)
    block = Sequential(
        Conv2D(64, 16, 1, rng=rng), Conv2D(16, 16, 3, pad=1, rng=rng), Conv2D(16, 64, 1, rng=rng)
    )
    return summary(block, (8, 8, 64)).parameters


PREDICTIONS = [
    Prediction(
        name="same_weights_same_answer",
        lesson=LESSON,
        question="The trained weights of our network are copied into the same layers in PyTorch. "
        "What does it say of a digit?",
        answer=lambda: ORDER[0],
        choices=ORDER,
        wrong={
            ORDER[1]: "convolution, ReLU, pooling and dense are the same sums everywhere.",
            ORDER[2]: "a layer is its rule and its weights. The rule is the same there.",
        },
        because="A layer is a rule and its weights, and the rules are the same. Only the axes lie "
        "in another order, and sums are added up in another order, which changes the last digits.",
    ),
    Prediction(
        name="bottleneck_weights",
        lesson=LESSON,
        question="A 3 × 3 convolution from 64 maps to 64 has 36,928 parameters. In its place: "
        "1 × 1 from 64 maps to 16, then 3 × 3 from 16 to 16, then 1 × 1 from 16 to 64. Parameters "
        "of the three together, with biases:",
        answer=bottleneck_weights,
        wrong={
            4352: "those are the weights; each filter has a bias as well, 96 of them.",
            36_928: "that is the direct convolution. Count 64 * 16, 9 * 16 * 16 and 16 * 64.",
            9_312: "the middle one goes from 16 maps to 16, not to more.",
        },
        because="1 × 1: 64 · 16 + 16. 3 × 3: 9 · 16 · 16 + 16. 1 × 1: 16 · 64 + 64. Looking "
        "around, the dear part, is done on a quarter of the maps, so with a sixteenth of the "
        "weights.",
    ),
]
