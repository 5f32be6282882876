"""Five ways to train one small network on the same digits, for lesson 09 to diagnose.

The last digits of a loss depend on the processor; what the exercise says of each run does not.
"""

from typing import NamedTuple

import numpy as np

from ... import layers, ops, optim, train
from ...data import Split

HEALTHY = "healthy"
TOO_HIGH = "learning rate too high"
ZERO = "all weights start at zero"
SHUFFLED = "labels shuffled"
CAUSES = (HEALTHY, TOO_HIGH, ZERO, SHUFFLED)
NO_RELU = "no ReLU"  # not among the causes: on so few images its curves look healthy

RUNS = {"A": SHUFFLED, "B": HEALTHY, "C": ZERO, "D": TOO_HIGH}
IMAGES, HELD_OUT, EPOCHS, BATCH, RATE = 100, 200, 20, 10, 0.1


class Curves(NamedTuple):
    """The mean loss of each epoch, on the images trained on and on 200 held-out ones."""

    train: list[float]
    held_out: list[float]


def loss_curves(digits: Split) -> dict[str, Curves]:
    """The curves of the four runs A, B, C and D; about a second."""
    return {letter: loss_curve(digits, cause) for letter, cause in RUNS.items()}


def loss_curve(digits: Split, cause: str) -> Curves:
    """Train on 100 digits for 20 epochs of 10 steps, with one thing wrong (or none: HEALTHY)."""
    if cause not in (*CAUSES, NO_RELU):
        known = [*CAUSES, NO_RELU]
        raise ValueError(f"loss_curve: cause should be one of {known}, but is {cause!r}.")
    rng = np.random.default_rng(0)
    x, y = digits.x_train[:IMAGES], digits.y_train[:IMAGES]
    net = small_net(rng, relu=cause != NO_RELU)
    if cause == ZERO:
        for param in net.params():
            param[...] = 0
    if cause == SHUFFLED:
        y = rng.permutation(y)
    rate = 100 * RATE if cause == TOO_HIGH else RATE
    records = train.fit(
        net,
        x,
        y,
        epochs=EPOCHS,
        batch_size=BATCH,
        optimizer=optim.SGD(lr=rate, momentum=0.5),
        rng=np.random.default_rng(1),
    )
    curves, losses = Curves([], []), []
    for record in records:
        losses.append(record.loss)
        if len(losses) == IMAGES // BATCH:
            logits = net(digits.x_held_out[:HELD_OUT])
            held_out, _ = ops.softmax_cross_entropy(logits, digits.y_held_out[:HELD_OUT])
            curves.train.append(float(np.mean(losses)))
            curves.held_out.append(float(held_out))
            losses = []
    return curves


def small_net(rng: np.random.Generator, relu: bool) -> layers.Sequential:
    """Eight kernels, one pooling and one dense layer."""
    nonlinearity = [layers.ReLU()] if relu else []
    return layers.Sequential(
        layers.Conv2D(1, 8, 3, stride=2, pad=1, rng=rng),
        *nonlinearity,
        layers.MaxPool2D(2),
        layers.Flatten(),
        layers.Dense(7 * 7 * 8, 10, rng=rng),
    )
