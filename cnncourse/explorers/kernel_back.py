"""Learn a kernel back: from its inputs and outputs alone, in small steps against the blame."""

from typing import NamedTuple

import numpy as np

from .. import ops
from ..kernels import KERNELS
from ..shapes import Array, check_int, shown

STEPS = 200
SLOW = 0.03  # where it would be over before anybody has seen it
NOISE, GREY, STRIPES = "noise around 0", "noise from 0 to 1", "stripes"
ZEROS, RANDOM, ASLEEP = "all zeros", "at random", "all below zero"


class Task(NamedTuple):
    """What is hidden, and with what it is looked for.

    bias: of the hidden layer; learns_bias: whether the learner has one as well.
    kernels: how many; of several, the outputs (after ReLU, if there is one) are added up.
    """

    about: str
    pixels: str = NOISE
    relu: bool = False
    bias: float = 0.0
    learns_bias: bool = True
    kernels: int = 1
    start: str = ZEROS
    rate: float = 0.2


TASKS = {
    "one kernel": Task(
        "One kernel, hidden; the learner begins with nine zeros.", learns_bias=False, rate=SLOW
    ),
    "one kernel, shown only stripes": Task(
        "All that the learner sees is upright stripes; it begins with nine zeros.",
        pixels=STRIPES,
        learns_bias=False,
        rate=SLOW,
    ),
    "without bias": Task(
        "The hidden layer adds 2 to each output; the learner has no bias to do that.",
        pixels=GREY,
        bias=2.0,
        learns_bias=False,
    ),
    "with bias": Task(
        "The hidden layer adds 2 to each output; the learner has a bias to find.",
        pixels=GREY,
        bias=2.0,
    ),
    "ReLU, from random weights": Task("ReLU stands in the way.", relu=True, start=RANDOM),
    "ReLU, from zeros": Task("ReLU stands in the way, and all weights begin at 0.", relu=True),
    "ReLU, from weights below zero": Task(
        "ReLU stands in the way, the pixels are 0 to 1, and all weights begin below 0.",
        pixels=GREY,
        relu=True,
        start=ASLEEP,
    ),
    "two kernels": Task(
        "Two kernels are hidden; of each the ReLU is taken, and both are added up.",
        relu=True,
        kernels=2,
        start=RANDOM,
    ),
    "two kernels without ReLU": Task(
        "Two kernels are hidden; their outputs are added up as they are.", kernels=2, start=RANDOM
    ),
}


class Learned(NamedTuple):
    """A whole run; one entry for each step, the start being the first."""

    hidden: Array  # (3, 3, f)
    kernels: Array  # (steps + 1, 3, 3, f)
    biases: Array  # (steps + 1, f)
    losses: list[float]
    distances: list[float]  # the furthest weight from the hidden one, in the better order
    order: list[int]  # at the end: learned kernel i is hidden kernel order[i]
    alive: bool  # whether, at the end, any blame arrives at the weights


def learn(name: str, kernel: str = "sobel_x", seed: int = 0) -> Learned:
    """Look for what TASKS[name] hides, with random numbers from `seed`."""
    for each, known, what in ((name, TASKS, "name"), (kernel, KERNELS, "kernel")):
        if not isinstance(each, str) or each not in known:
            raise ValueError(f"learn: {what} should be one of {[*known]}, but is {shown(each)}.")
    check_int(seed, "learn: seed", 0)
    task, rng = TASKS[name], np.random.default_rng(seed)
    hidden = hidden_kernels(kernel, task.kernels)
    x = picture(task.pixels, rng)
    wanted = layer(x, hidden[:, :, None], np.full(task.kernels, task.bias), task.relu)[0]
    w, b = start(task, rng)[:, :, None], np.zeros(task.kernels)
    kernels, biases, losses = [], [], []
    for _ in range(STEPS + 1):
        y, pull = layer(x, w, b, task.relu)
        kernels.append(w[:, :, 0])
        biases.append(b)
        losses.append(float(((y - wanted) ** 2).mean()))
        dw, db = pull(2 * (y - wanted) / y.size)
        w = w - task.rate * dw
        b = b - task.rate * db * task.learns_bias
    orders = [list(range(task.kernels)), list(range(task.kernels))[::-1]]
    order = min(orders, key=lambda order: np.abs(kernels[-1] - hidden[:, :, order]).max())
    distances = [float(np.abs(each - hidden[:, :, order]).max()) for each in kernels]
    found = np.array(kernels), np.array(biases)
    return Learned(hidden, *found, losses, distances, order, bool(np.any(dw)))


def picture(pixels: str, rng) -> Array:
    """What the learner is shown: 24 by 24 pixels."""
    drawn = rng.normal(size=(1, 24, 24, 1))
    if pixels == STRIPES:
        return np.repeat(drawn[:, :1], 24, axis=1)
    return drawn if pixels == NOISE else rng.random(drawn.shape)


def layer(x: Array, w: Array, b: Array, relu: bool):
    """Convolution, ReLU if wanted, and the maps added up; the pullback gives dw and db."""
    maps, pull_conv = ops.conv2d(x, w, b)
    bent, pull_relu = ops.relu(maps) if relu else (maps, lambda dy: dy)

    def pull(dy):
        every = np.repeat(dy, w.shape[3], axis=3)  # through a sum blame passes as it is
        return pull_conv(pull_relu(every))[1:]

    return bent.sum(axis=3, keepdims=True), pull


def hidden_kernels(kernel: str, count: int) -> Array:
    """The kernel, and its like that looks across.   -> (3, 3, count)"""
    w = np.asarray(KERNELS[kernel], float)
    return np.stack([w, w.T[::-1]][:count], axis=2)


def start(task: Task, rng) -> Array:
    shape = (3, 3, task.kernels)
    if task.start == ZEROS:
        return np.zeros(shape)
    drawn = rng.normal(size=shape)
    return drawn if task.start == RANDOM else -np.abs(drawn)
