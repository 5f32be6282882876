"""Exercise momentum_step: a step that remembers the steps before."""

import numpy as np

from ... import optim
from ..core import Mistake
from ..functions import FunctionExercise


def momentum_step(w, v, dw, lr, momentum):
    """The weights and the velocity after one step.   w, v, dw: one shape   ->   w, v"""
    v = momentum * v + dw
    w = w - lr * v
    return w, v


def one_update(w, v, dw, lr, momentum):
    """What the package's optimizer makes of `w` and of its velocity `v`."""
    w, v = w.copy(), v.copy()
    optimizer = optim.SGD(lr=lr, momentum=momentum)
    optimizer.state = [[v]]
    optimizer.update([w], [dw])
    return w, v


W = np.array([[0.5, -1.0, 2.0], [1.5, 0.0, -0.5]])
V = np.array([[1.0, -2.0, 0.5], [3.0, 4.0, -1.0]])
DW = np.array([[1.0, 2.0, -4.0], [0.5, -3.0, 6.0]])

OTHER_CONVENTION = (
    "your velocity contains the learning rate, as some books write it. From v = 0 and with an lr "
    "that stays the same, the weights go the same way, and your v is lr times ours. Here, as in "
    "PyTorch, v is built from gradients alone, and lr comes in where the weights move."
)

EXERCISE = FunctionExercise(
    name="momentum_step",
    asks="should return two things, the new weights and the new velocity: the velocity becomes "
    "momentum times itself plus the gradient; then the weights move by lr against the new "
    "velocity.",
    solution=momentum_step,
    reference=one_update,
    returns=("w", "v"),
    cases={
        "at rest": (np.array([3.0]), np.array([0.0]), np.array([2.0]), 0.5, 0.9),
        "already moving": (np.array([3.0]), np.array([4.0]), np.array([2.0]), 0.5, 0.5),
        "three weights": (W[0], V[0], DW[0], 0.1, 0.9),
        "without momentum": (W[1], V[1], DW[1], 0.1, 0.0),
        "a flat place: gradient 0": (W[0], V[0], np.zeros(3), 0.1, 0.5),
        "a matrix": (W, V, DW, 0.25, 0.5),
        "fast, on steep slopes": (
            np.array([120.5, -0.25]),
            np.array([2500.0, -0.5]),
            np.array([-300.0, 1250.0]),
            0.002,
            0.75,
        ),
        "slow, on flat slopes": (
            np.array([0.375, -0.5, 0.0, 1.0]),
            np.array([0.05, 0.0, -0.01, 0.02]),
            np.array([0.01, -0.03, 0.02, 0.05]),
            1.5,
            0.99,
        ),
        "four kernels, float32": (
            np.linspace(-1, 1, 36, dtype=np.float32).reshape(3, 3, 1, 4),
            np.linspace(3, 1, 36, dtype=np.float32).reshape(3, 3, 1, 4),
            np.linspace(2, -3, 36, dtype=np.float32).reshape(3, 3, 1, 4),
            0.05,
            0.9,
        ),
    },
    mistakes=[
        Mistake(
            "learning rate forgotten",
            "the weights move by the whole velocity. lr says how much of it.",
            lambda w, v, dw, lr, momentum: (w - momentum * v - dw, momentum * v + dw),
        ),
        Mistake(
            "uphill",
            "the weights move with the velocity. It is a sum of gradients, and those point to "
            "where the loss grows.",
            lambda w, v, dw, lr, momentum: (w + lr * (momentum * v + dw), momentum * v + dw),
        ),
        Mistake(
            "the velocity is not kept",
            "the weights are right, but v comes back as it went in, so the next step remembers "
            "nothing.",
            lambda w, v, dw, lr, momentum: (w - lr * (momentum * v + dw), v),
        ),
        Mistake(
            "no memory",
            "v is replaced by the gradient: this is plain SGD. What remains of the old v?",
            lambda w, v, dw, lr, momentum: (w - lr * dw, dw),
        ),
        Mistake(
            "the velocity is not used",
            "v is right, but the weights still move against the gradient alone.",
            lambda w, v, dw, lr, momentum: (w - lr * dw, momentum * v + dw),
        ),
        Mistake(
            "the old velocity is used",
            "the weights move before the velocity is renewed. First v, then w.",
            lambda w, v, dw, lr, momentum: (w - lr * v, momentum * v + dw),
        ),
        Mistake(
            "momentum on the weights",
            "momentum makes the weights shrink. It belongs to the velocity.",
            [
                lambda w, v, dw, lr, momentum: (momentum * w - lr * (v + dw), v + dw),
                lambda w, v, dw, lr, momentum: (
                    momentum * w - lr * (momentum * v + dw),
                    momentum * v + dw,
                ),
            ],
        ),
        Mistake(
            "gradient with a minus sign",
            "your velocity takes the gradient off. Here the velocity adds it, and the minus sign "
            "comes where the weights move.",
            [
                lambda w, v, dw, lr, momentum: (w - lr * (momentum * v - dw), momentum * v - dw),
                lambda w, v, dw, lr, momentum: (w + lr * (momentum * v - dw), momentum * v - dw),
            ],
        ),
        Mistake(
            "momentum on the gradient as well",
            "the brackets make momentum multiply the new gradient too. It belongs to the old "
            "velocity alone.",
            lambda w, v, dw, lr, momentum: (w - lr * momentum * (v + dw), momentum * (v + dw)),
        ),
        Mistake(
            "momentum on the gradient",
            "momentum multiplies the gradient in place of the old velocity.",
            lambda w, v, dw, lr, momentum: (w - lr * (v + momentum * dw), v + momentum * dw),
        ),
        Mistake(
            "learning rate twice",
            "lr stands in the velocity and in the step. It belongs to the step alone.",
            [
                lambda w, v, dw, lr, momentum: (
                    w - lr * (momentum * v + lr * dw),
                    momentum * v + lr * dw,
                ),
                lambda w, v, dw, lr, momentum: (
                    w - lr * lr * (momentum * v + dw),
                    momentum * v + dw,
                ),
            ],
        ),
        Mistake(
            "a momentum of your own",
            "the same momentum is used whatever the argument momentum is.",
            [
                lambda w, v, dw, lr, momentum: (w - lr * (0.9 * v + dw), 0.9 * v + dw),
                lambda w, v, dw, lr, momentum: (w - lr * (0.5 * v + dw), 0.5 * v + dw),
            ],
        ),
        Mistake(
            "a learning rate of your own",
            "v is right, but the weights move with the same rate whatever the argument lr is.",
            [
                lambda w, v, dw, lr, momentum: (w - 0.1 * (momentum * v + dw), momentum * v + dw),
                lambda w, v, dw, lr, momentum: (w - 0.01 * (momentum * v + dw), momentum * v + dw),
                lambda w, v, dw, lr, momentum: (w - 0.05 * (momentum * v + dw), momentum * v + dw),
            ],
        ),
        Mistake(
            "gradient used a second time",
            "the gradient is in the velocity already, and is taken off once more.",
            lambda w, v, dw, lr, momentum: (
                w - lr * (momentum * v + dw) - lr * dw,
                momentum * v + dw,
            ),
        ),
        Mistake(
            "momentum forgotten",
            "the old velocity is kept whole, so the weights never come to rest.",
            lambda w, v, dw, lr, momentum: (w - lr * (v + dw), v + dw),
        ),
        Mistake(
            "learning rate inside the velocity",
            OTHER_CONVENTION,
            lambda w, v, dw, lr, momentum: (w - momentum * v - lr * dw, momentum * v + lr * dw),
        ),
        Mistake(
            "learning rate inside the velocity",
            OTHER_CONVENTION.replace("your v is lr times ours", "your v is -lr times ours"),
            lambda w, v, dw, lr, momentum: (w + momentum * v - lr * dw, momentum * v - lr * dw),
        ),
        Mistake(
            "a running average",
            "the gradient is weighed with 1 - momentum, as in Adam. Here it counts in full.",
            lambda w, v, dw, lr, momentum: (
                w - lr * (momentum * v + (1 - momentum) * dw),
                momentum * v + (1 - momentum) * dw,
            ),
        ),
        Mistake(
            "Nesterov",
            "this looks one step ahead: Nesterov's form of momentum. Here the weights move by the "
            "velocity alone.",
            lambda w, v, dw, lr, momentum: (
                w - lr * (dw + momentum * (momentum * v + dw)),
                momentum * v + dw,
            ),
        ),
        Mistake(
            "velocity before weights",
            "both are right, but the weights should come first: return w, v.",
            lambda w, v, dw, lr, momentum: (momentum * v + dw, w - lr * (momentum * v + dw)),
        ),
        Mistake(
            "only the weights",
            "the velocity has to come back as well, because the next step needs it: return w, v.",
            lambda w, v, dw, lr, momentum: w - lr * (momentum * v + dw),
        ),
    ],
    hints=(
        "Two things change, one after the other: first the velocity, then the weights.",
        "The new velocity is momentum times the old one, plus the gradient. lr has no part in it.",
        "`v = ...` from `momentum`, `v` and `dw`; then `w = ...` as in `sgd_step`, with the new "
        "`v` in place of the gradient; then `return w, v`.",
    ),
)
