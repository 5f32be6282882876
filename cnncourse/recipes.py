"""Three ways to train on the digits, from ten seconds to a few minutes.

    quick     the lessons' network, two passes
    minute    the lessons' network, fourteen passes over digits moved by up to a pixel
    full      a network twice as wide with a layer more, ten passes, moved by up to two pixels

All learn by SGD with momentum 0.9, in batches of 64, at a rate that rises to 0.05 and falls to 0.
"""

from typing import NamedTuple

import numpy as np

from . import layers, optim, train
from .shapes import Array, sizes, whole

BATCH_SIZE = 64


class Recipe(NamedTuple):
    """What to train, for how long, and with what help."""

    make_net: callable  # a random generator -> a new network
    epochs: int
    shift: int  # pixels by which each digit may move, anew each time it is seen
    weight_decay: float
    peak: float = 0.05  # the highest learning rate

    def optimizer(self, n: int, epochs: int) -> optim.SGD:
        """The optimizer for `epochs` passes over n images."""
        steps = train.steps_in(n, BATCH_SIZE, epochs)
        rate = optim.OneCycle(self.peak, steps)
        return optim.SGD(lr=rate, momentum=0.9, weight_decay=self.weight_decay)

    def fit(self, net, x, y, optimizer, *, epochs: int, seed: int, workers=None):
        """The records of training, from the optimizer's present step on."""
        return train.fit(
            net,
            x,
            y,
            epochs=epochs,
            batch_size=BATCH_SIZE,
            optimizer=optimizer,
            rng=np.random.default_rng(seed),
            augment=moved_by(self.shift) if self.shift else None,
            start=optimizer.steps,
            workers=workers,
        )


def moved_by(most: int):
    """A function that moves each image by up to `most` pixels, anew in each call.

    images (n, h, w, c), rng -> images of the same shape; what comes into view is zero.
    """
    whole(most, "moved_by: most", 1)

    def augment(images: Array, rng: np.random.Generator) -> Array:
        n, height, width, _ = sizes(images, "n h w c", "augment: images")
        edge = (most, most)
        padded = np.pad(images, ((0, 0), edge, edge, (0, 0)))
        moved = np.empty_like(images)
        for image, (down, right) in enumerate(rng.integers(0, 2 * most + 1, (n, 2))):
            moved[image] = padded[image, down : down + height, right : right + width]
        return moved

    return augment


def wide_cnn(rng: np.random.Generator) -> layers.Sequential:
    """As the lessons' network, with twice the kernels and a hidden layer: 421,642 parameters."""
    return layers.Sequential(
        layers.Conv2D(1, 32, 3, pad=1, rng=rng),
        layers.ReLU(),
        layers.MaxPool2D(2),
        layers.Conv2D(32, 64, 3, pad=1, rng=rng),
        layers.ReLU(),
        layers.MaxPool2D(2),
        layers.Flatten(),
        layers.Dense(7 * 7 * 64, 128, rng=rng),
        layers.ReLU(),
        layers.Dense(128, 10, rng=rng),
    )


RECIPES = {
    "quick": Recipe(layers.course_cnn, epochs=2, shift=0, weight_decay=0.0),
    "minute": Recipe(layers.course_cnn, epochs=14, shift=1, weight_decay=2e-4),
    "full": Recipe(wide_cnn, epochs=10, shift=2, weight_decay=2e-4),
}
