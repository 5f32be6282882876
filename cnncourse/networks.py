"""The networks of the course, with random weights; data/ holds some of them trained."""

import numpy as np

from .layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU, Sequential


def course_cnn(rng: np.random.Generator) -> Sequential:
    """The network of the lessons: 28 x 28 grey images in, ten scores out, 20,490 parameters."""
    return Sequential(
        Conv2D(1, 16, 3, pad=1, rng=rng),
        ReLU(),
        MaxPool2D(2),
        Conv2D(16, 32, 3, pad=1, rng=rng),
        ReLU(),
        MaxPool2D(2),
        Flatten(),
        Dense(7 * 7 * 32, 10, rng=rng),
    )


def wide_cnn(rng: np.random.Generator) -> Sequential:
    """Twice as many maps and one more dense layer: 28 x 28 grey images, 421,642 parameters."""
    return Sequential(
        Conv2D(1, 32, 3, pad=1, rng=rng),
        ReLU(),
        MaxPool2D(2),
        Conv2D(32, 64, 3, pad=1, rng=rng),
        ReLU(),
        MaxPool2D(2),
        Flatten(),
        Dense(7 * 7 * 64, 128, rng=rng),
        ReLU(),
        Dense(128, 10, rng=rng),
    )


def shapes_cnn(rng: np.random.Generator) -> Sequential:
    """Three convolutions: 32 x 32 colour images in, eight scores out, 32,552 parameters."""
    return Sequential(
        Conv2D(3, 16, 5, pad=2, rng=rng),
        ReLU(),
        MaxPool2D(2),
        Conv2D(16, 32, 3, pad=1, rng=rng),
        ReLU(),
        MaxPool2D(2),
        Conv2D(32, 64, 3, pad=1, rng=rng),
        ReLU(),
        MaxPool2D(2),
        Flatten(),
        Dense(4 * 4 * 64, 8, rng=rng),
    )
