"""Exercise adam_step: a step whose length does not depend on the gradient's size."""

import numpy as np

from ... import optim
from ..core import Mistake
from ..functions import FunctionExercise


def adam_step(w, mean, square, dw, step, lr):
    """The weights and both averages after a step.   step: 1, 2, ...   ->   w, mean, square"""
    mean = 0.9 * mean + 0.1 * dw
    square = 0.999 * square + 0.001 * dw**2
    fair_mean = mean / (1 - 0.9**step)
    fair_square = square / (1 - 0.999**step)
    w = w - lr * fair_mean / (np.sqrt(fair_square) + 1e-8)
    return w, mean, square


def one_update(w, mean, square, dw, step, lr):
    """What the package's optimizer makes of `w` and of its two averages."""
    w, mean, square = w.copy(), mean.copy(), square.copy()
    optimizer = optim.Adam(lr=lr)
    optimizer.state, optimizer.steps = [[mean, square]], step - 1
    optimizer.update([w], [dw])
    return w, mean, square


def variant(
    keep=(0.9, 0.999), weigh=(0.1, 0.001), power=2, old=False, fair=lambda step: step,
    bottom=lambda square: np.sqrt(square) + 1e-8, top=lambda mean, dw: mean, rate=lambda lr: lr,
    gives=lambda w, mean, square, fair_mean, fair_square: (w, mean, square),
):  # fmt: skip
    """adam_step with one thing different.   fair: the power in the corrections, None for none"""

    def does(w, mean, square, dw, step, lr):
        before = mean, square
        mean = keep[0] * mean + weigh[0] * dw
        square = keep[1] * square + weigh[1] * dw**power
        fair_mean, fair_square = before if old else (mean, square)
        if fair(step) is not None:
            fair_mean = fair_mean / (1 - keep[0] ** fair(step))
            fair_square = fair_square / (1 - keep[1] ** fair(step))
        w = w - rate(lr) * top(fair_mean, dw) / bottom(fair_square)
        return gives(w, mean, square, fair_mean, fair_square)

    return does


W = np.array([[0.5, -1.0, 2.0], [1.5, 0.0, -0.5]])
MEAN = np.array([[1.0, -2.0, 0.5], [0.25, 3.0, -1.5]])
SQUARE = np.array([[4.0, 9.0, 1.5], [0.5, 20.0, 6.0]])
DW = np.array([[1.0, 2.0, -4.0], [0.5, -3.0, 6.0]])
RNG = np.random.default_rng(9)

EXERCISE = FunctionExercise(
    name="adam_step",
    asks="should return three things: the new weights and both new running averages, mean and "
    "square, with 0.9, 0.999 and 1e-8 as in the formulas above it.",
    solution=adam_step,
    reference=one_update,
    returns=("w", "mean", "square"),
    cases={
        "the first step": (np.array([3.0]), np.zeros(1), np.zeros(1), np.array([2.0]), 1, 0.5),
        "the second step": (
            np.array([2.5]),
            np.array([0.2]),
            np.array([0.004]),
            np.array([-1.0]),
            2,
            0.5,
        ),
        "three weights, step 10": (W[0], MEAN[0], SQUARE[0], DW[0], 10, 0.1),
        "a matrix, step 3": (W, MEAN, SQUARE, DW, 3, 0.25),
        "a gradient that was always 0": (W[0], np.zeros(3), np.zeros(3), np.zeros(3), 4, 0.5),
        "a very small gradient": (
            np.array([1.0, -1.0]),
            np.zeros(2),
            np.zeros(2),
            np.array([1e-4, -2e-5]),
            1,
            0.5,
        ),
        "very large gradients": (
            np.array([50.0, -0.5]),
            np.array([900.0, -250.0]),
            np.array([5e6, 2e5]),
            np.array([-1500.0, 4000.0]),
            25,
            1.5,
        ),
        "twenty weights, step 7": (
            RNG.normal(size=(5, 4)),
            RNG.normal(size=(5, 4)),
            RNG.uniform(0.5, 2, (5, 4)),
            RNG.normal(size=(5, 4)),
            7,
            0.003,
        ),
        "far on, step 5000": (W[1], MEAN[1], SQUARE[1], DW[1], 5000, 0.01),
    },
    mistakes=[
        Mistake(
            "no correction for the start",
            "both averages start at 0 and are too small at first. Divide mean by 1 - 0.9**step "
            "and square by 1 - 0.999**step before you use them.",
            variant(fair=lambda step: None),
        ),
        Mistake(
            "corrected averages handed on",
            "the averages come back corrected, so the next step corrects them a second time. "
            "Correct copies, under new names, and return the averages themselves.",
            variant(
                gives=lambda w, mean, square, fair_mean, fair_square: (w, fair_mean, fair_square)
            ),
        ),
        Mistake(
            "steps counted from 0",
            "the corrections use step - 1. The first step is number 1, so step is right as it is.",
            variant(fair=lambda step: step - 1),
        ),
        Mistake(
            "steps counted from 0",
            "the corrections use step + 1. The first step is number 1, so step is right as it is.",
            variant(fair=lambda step: step + 1),
        ),
        Mistake(
            "corrected as in the first step",
            "the corrections are always those of step 1. Later they get weaker: 0.9**step.",
            variant(fair=lambda step: 1),
        ),
        Mistake(
            "times in place of to the power of",
            "0.9 * step grows with each step. 0.9**step, with two stars, shrinks towards 0.",
            lambda w, mean, square, dw, step, lr: (
                w
                - lr
                * (0.9 * mean + 0.1 * dw)
                / (1 - 0.9 * step)
                / (np.sqrt((0.999 * square + 0.001 * dw**2) / (1 - 0.999 * step)) + 1e-8),
                0.9 * mean + 0.1 * dw,
                0.999 * square + 0.001 * dw**2,
            ),
        ),
        Mistake(
            "no root",
            "mean is divided by square itself. Its root has the size of a gradient.",
            variant(bottom=lambda square: square + 1e-8),
        ),
        Mistake(
            "gradient not squared",
            "square should average dw**2; yours averages dw.",
            variant(power=1),
        ),
        Mistake(
            "1e-8 forgotten",
            "where the gradient was always 0, this is 0 divided by 0. Add 1e-8 to the root.",
            variant(bottom=np.sqrt),
        ),
        Mistake(
            "1e-8 under the root",
            "1e-8 should be added after the root is taken; under it, it becomes 1e-4.",
            variant(bottom=lambda square: np.sqrt(square + 1e-8)),
        ),
        Mistake(
            "gradient in full",
            "an average takes a tenth of the gradient and a thousandth of its square. Yours adds "
            "them in full, as momentum does.",
            [variant(weigh=(1, 0.001)), variant(weigh=(1, 1)), variant(weigh=(0.1, 1))],
        ),
        Mistake(
            "0.9 and 0.999 swapped",
            "0.9 belongs to mean, 0.999 to square.",
            variant(keep=(0.999, 0.9), weigh=(0.001, 0.1)),
        ),
        Mistake(
            "new and old swapped",
            "the old average should keep 0.9 (0.999) and the gradient add 0.1 (0.001), not the "
            "other way round.",
            variant(keep=(0.1, 0.001), weigh=(0.9, 0.999)),
        ),
        Mistake(
            "gradient in place of its average",
            "the step uses dw. It should use the corrected mean.",
            variant(top=lambda mean, dw: dw),
        ),
        Mistake(
            "the old averages are used",
            "the weights move before the averages are renewed. First mean and square, then w.",
            variant(old=True),
        ),
        Mistake(
            "uphill",
            "the weights move with the gradient. It points to where the loss grows.",
            variant(rate=lambda lr: -lr),
        ),
        Mistake(
            "learning rate forgotten",
            "lr says how long the steps are.",
            variant(rate=lambda lr: 1),
        ),
        Mistake(
            "a learning rate of your own",
            "the same rate is used whatever the argument lr is.",
            [variant(rate=lambda lr: 0.001), variant(rate=lambda lr: 0.1)],
        ),
        Mistake(
            "the averages are not kept",
            "the weights are right, but mean and square come back as they went in, so the next "
            "step remembers nothing.",
            lambda w, mean, square, *rest: (one_update(w, mean, square, *rest)[0], mean, square),
        ),
        Mistake(
            "the weights come last",
            "all three are right, but the weights should come first: w, mean, square.",
            variant(gives=lambda w, mean, square, fair_mean, fair_square: (mean, square, w)),
        ),
        Mistake(
            "only the weights",
            "the next step needs both averages as well: w, mean, square.",
            variant(gives=lambda w, mean, square, fair_mean, fair_square: w),
        ),
    ],
    hints=(
        "Five lines, one for each formula, in the order in which they stand above the exercise.",
        "First both averages; then each divided by its correction, under a new name; then the "
        "step, which uses the corrected ones.",
        "`mean = 0.9 * mean + 0.1 * dw`, and in the same way `square` with 0.999, 0.001 and "
        "`dw**2`; then `fair_mean = mean / (1 - 0.9**step)`, and so on; at last "
        "`return w, mean, square`.",
    ),
)
