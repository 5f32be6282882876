"""What lesson 13 asks before it tells."""

import numpy as np

from ..layers import Conv2D, Dense, Flatten, Sequential
from ..summary import summary
from .core import Prediction

NOISE = {50: "about 50%, as by guessing", 90: "about 90%", 100: "all of them"}


def dense_after_flatten() -> int:
    rng = np.random.default_rng(0)
    net = Sequential(Conv2D(3, 16, 3, pad=1, rng=rng), Flatten(), Dense(32 * 32 * 16, 8, rng=rng))
    return summary(net, (32, 32, 3))[-1].parameters


def copies_apart() -> str:
    """Pictures of noise, each twice, labels by a coin: the label of the nearest one learned."""
    rng = np.random.default_rng(0)
    pictures, labels = np.tile(rng.random((500, 200)), (2, 1)), np.tile(rng.integers(0, 2, 500), 2)
    out = rng.permutation(1000) < 200
    apart = (pictures[out] ** 2).sum(axis=1)[:, None] - 2 * pictures[out] @ pictures[~out].T
    nearest = (apart + (pictures[~out] ** 2).sum(axis=1)).argmin(axis=1)
    right = 100 * (labels[~out][nearest] == labels[out]).mean()
    return NOISE[min(NOISE, key=lambda part: abs(part - right))]


PREDICTIONS = [
    Prediction(
        name="dense_after_flatten",
        question="Your first design: images of 32 × 32 × 3, one convolution with 16 filters of "
        "3 × 3 and a padding of 1, Flatten, and a dense layer with 8 scores. Parameters of the "
        "dense layer, with biases:",
        answer=dense_after_flatten,
        wrong={
            131_072: "those are the weights; each of the 8 scores has a bias as well.",
            24_584: "16 maps arrive, not the 3 channels of the image.",
            115_208: "with a padding of 1 the maps keep 32 rows and columns.",
            8_200: "each pixel has 16 maps.",
        },
        because="32 · 32 · 16 numbers arrive, each has a weight for each of the 8 scores, and 8 "
        "biases. That is more than six times this lesson's budget; the convolution has 448.",
    ),
    Prediction(
        name="copies_apart",
        question="500 pictures of noise, with labels 0 and 1 tossed by a coin: there is nothing to "
        "learn. Each of them is in the folder twice. A fifth of the 1,000 files is held out by "
        "chance, and something learns all others by heart. How many held-out ones does it get "
        "right?",
        answer=copies_apart,
        choices=tuple(NOISE.values()),
        wrong={
            NOISE[50]: "it would, if the copies of the held-out pictures were held out as well.",
            NOISE[100]: "of some pictures both copies are held out; there it has to guess.",
        },
        because="Four of five held-out pictures have a copy that was learned by heart; of the "
        "fifth, half are right by luck. The figure says nothing of new pictures.",
    ),
]
