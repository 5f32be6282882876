"""Exercise sgd_step: one step downhill."""

import numpy as np

from ... import optim
from ..core import Mistake
from ..functions import FunctionExercise


def sgd_step(w, dw, lr):
    """The weights after one step against their gradient.   w, dw: one shape   lr: a number"""
    return w - lr * dw


def one_update(w, dw, lr):
    """What the package's optimizer makes of `w`."""
    w = w.copy()
    optim.SGD(lr=lr).update([w], [dw])
    return w


W = np.array([[0.5, -1.0, 2.0], [1.5, 0.0, -0.5]])
DW = np.array([[1.0, 2.0, -4.0], [0.5, -3.0, 6.0]])

EXERCISE = FunctionExercise(
    name="sgd_step",
    asks="should return the new weights: w after one step against the gradient dw, with learning "
    "rate lr.",
    solution=sgd_step,
    reference=one_update,
    cases={
        "one weight": (np.array([3.0]), np.array([2.0]), 0.5),
        "three weights": (W[0], DW[0], 0.1),
        "a matrix": (W, DW, 0.25),
        "a learning rate of 0": (W[1], DW[1], 0.0),
        "steep slopes": (np.array([120.5, -0.25]), np.array([3000.0, -1250.0]), 0.002),
        "flat slopes": (
            np.array([0.375, -0.5, 0.0, 1.0]),
            np.array([0.01, -0.03, 0.02, 0.05]),
            1.5,
        ),
        "four kernels, float32": (
            np.linspace(-1, 1, 36, dtype=np.float32).reshape(3, 3, 1, 4),
            np.linspace(2, -3, 36, dtype=np.float32).reshape(3, 3, 1, 4),
            0.05,
        ),
    },
    mistakes=[
        Mistake(
            "learning rate forgotten",
            "the whole gradient is taken off. lr says how much of it.",
            lambda w, dw, lr: w - dw,
        ),
        Mistake(
            "uphill",
            "the gradient points to where the loss grows, and you go that way. Which sign leads "
            "down?",
            lambda w, dw, lr: w + lr * dw,
        ),
        Mistake(
            "only the step",
            "this is what is taken off the weights. What are the weights after that?",
            lambda w, dw, lr: lr * dw,
        ),
        Mistake(
            "only the step",
            "this is the change. What are the weights after it?",
            lambda w, dw, lr: -lr * dw,
        ),
        Mistake(
            "w and the step swapped",
            "the weights are taken off the step. The step should be taken off the weights.",
            lambda w, dw, lr: lr * dw - w,
        ),
        Mistake(
            "brackets in the wrong place",
            "the difference is taken first, then multiplied. First multiply lr and dw, then take "
            "that off w; * comes before - without any brackets.",
            [lambda w, dw, lr: (w - lr) * dw, lambda w, dw, lr: (lr - w) * dw],
        ),
        Mistake(
            "gradient forgotten",
            "lr itself is taken off each weight. How far a weight moves depends on its slope too.",
            [lambda w, dw, lr: w - lr, lambda w, dw, lr: w + lr],
        ),
        Mistake(
            "divided by the gradient",
            "a steeper slope should make a longer step; here it makes a shorter one.",
            lambda w, dw, lr: w - lr / dw,
        ),
        Mistake(
            "learning rate twice",
            "the gradient is multiplied by lr two times. Once is enough.",
            lambda w, dw, lr: w - lr * lr * dw,
        ),
        Mistake(
            "a learning rate of your own",
            "the same rate is used whatever lr is. The rate comes in as the argument lr.",
            [
                lambda w, dw, lr: w - 0.1 * dw,
                lambda w, dw, lr: w - 0.01 * dw,
                lambda w, dw, lr: w - 0.05 * dw,
                lambda w, dw, lr: w - 0.5 * dw,
            ],
        ),
        Mistake(
            "a step along the weights",
            "lr multiplies the weights. It should multiply the gradient.",
            [
                lambda w, dw, lr: w - lr * w,
                lambda w, dw, lr: lr * w - dw,
                lambda w, dw, lr: dw - lr * w,
            ],
        ),
        Mistake(
            "brackets around the difference",
            "lr multiplies the weights as well. It belongs to the gradient alone.",
            lambda w, dw, lr: lr * (w - dw),
        ),
        Mistake(
            "divided by the learning rate",
            "a smaller lr should make a smaller step; here it makes a larger one.",
            lambda w, dw, lr: w - dw / lr,
        ),
        Mistake(
            "only the sign of the gradient",
            "every weight moves equally far. A steeper slope should move its weight further.",
            lambda w, dw, lr: w - lr * np.sign(dw),
        ),
        Mistake(
            "one step for all weights",
            "the gradient is averaged over the weights, but each weight has a slope of its own.",
            lambda w, dw, lr: w - lr * dw.mean(),
        ),
    ],
    hints=(
        "A gradient says which way the loss grows. Where do you want to go?",
        "The step is the gradient times the learning rate. It is taken off the weights.",
        "One line is enough: return w minus the product of lr and dw. Make a new array; `-=` would "
        "change the w of whoever called you.",
    ),
)
