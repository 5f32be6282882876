"""Exercise dense_back: the blame of inputs, weights and biases of a dense layer."""

import numpy as np

from ... import reference
from ..core import Mistake
from ..functions import FunctionExercise

RNG = np.random.default_rng(82)


def dense_back(dy, x, w):
    """The blame of each input, each weight and each bias.   dy: (f,)  x: (d,)  w: (d, f)"""
    dx = np.zeros(x.shape)
    dw = np.zeros(w.shape)
    for output in range(len(dy)):
        for i in range(len(x)):
            dx[i] += dy[output] * w[i, output]
            dw[i, output] = dy[output] * x[i]
    db = np.array(dy)
    return dx, dw, db


def right(dy, x, w):
    dx, dw, db = reference.dense_back(dy[None], x[None], w, np.zeros(len(dy)))
    return dx[0], dw, db


def changed(dx=None, dw=None, db=None):
    """The right three, with some of them made in another way."""

    def back(dy, x, w):
        ways = dx, dw, db
        return tuple(way(dy, x, w) if way else r for way, r in zip(ways, right(dy, x, w)))

    return back


def case(d, f, size=1.0):
    return tuple(size * RNG.normal(size=shape) for shape in ((f,), (d,), (d, f)))


EXERCISE = FunctionExercise(
    name="dense_back",
    asks="should return dx, dw and db, in this order: the blame of each input, each weight and "
    "each bias.",
    solution=dense_back,
    reference=right,
    returns=("dx", "dw", "db"),
    cases={
        "one input, one output": (np.array([3.0]), np.array([2.0]), np.array([[-4.0]])),
        "two inputs, three outputs": (
            np.array([1.0, -2.0, 0.5]),
            np.array([3.0, -1.0]),
            np.array([[2.0, 0.5, -1.0], [1.0, -3.0, 4.0]]),
        ),
        "as many outputs as inputs": case(3, 3),
        "more inputs than outputs": case(6, 4),
        "one output": case(5, 1),
        "small numbers": case(4, 5, 0.01),
        "large numbers": case(5, 7, 40),
    },
    mistakes=[
        Mistake(
            "only the last output counts",
            "dx is overwritten by each output. An input was used for every output, so its blames "
            "add up: +=.",
            changed(dx=lambda dy, x, w: dy[-1] * w[:, -1]),
        ),
        Mistake(
            "only the first output counts",
            "dx holds what comes from the first output. An input was used for every output, and "
            "its blames add up.",
            [
                changed(dx=lambda dy, x, w: dy[0] * w[:, 0]),
                changed(
                    dx=lambda dy, x, w: dy[0] * w[:, 0],
                    dw=lambda dy, x, w: np.outer(x, dy * (np.arange(len(dy)) == 0)),
                ),
            ],
        ),
        Mistake(
            "weights forgotten",
            "an input is to blame as much as its weight is large: dy times the weight.",
            changed(dx=lambda dy, x, w: np.full(len(x), dy.sum())),
        ),
        Mistake(
            "blame forgotten",
            "the weights of an input are added up, without the blame of the outputs they lead to.",
            changed(dx=lambda dy, x, w: w.sum(axis=1)),
        ),
        Mistake(
            "the mean over the outputs",
            "blame adds up; it is not averaged.",
            [
                changed(dx=lambda dy, x, w: w @ dy / len(dy)),
                changed(db=lambda dy, x, w: dy / len(dy)),
            ],
        ),
        Mistake(
            "sums before products",
            "the blames are added up, and the weights too, before they meet. Each blame belongs to "
            "one weight: multiply first.",
            changed(dx=lambda dy, x, w: dy.sum() * w.sum(axis=1)),
        ),
        Mistake(
            "the input in its own blame",
            "the slope of x · w for x is w. What is x doing in dx?",
            [
                changed(dx=lambda dy, x, w: x * w.sum(axis=1)),
                changed(dx=lambda dy, x, w: x * (w @ dy)),
                changed(dx=lambda dy, x, w: x * (w @ dy), dw=lambda dy, x, w: np.outer(x, dy) * w),
            ],
        ),
        Mistake(
            "the input forgotten in dw",
            "a weight is to blame as much as its input was large: dy times x.",
            changed(dw=lambda dy, x, w: np.tile(dy, (len(x), 1))),
        ),
        Mistake(
            "the blame forgotten in dw",
            "dw holds the inputs alone. Multiply by the blame of the output the weight leads to.",
            changed(dw=lambda dy, x, w: np.tile(x[:, None], len(dy))),
        ),
        Mistake(
            "the weight in its own blame",
            "the slope of x · w for w is x. What is w doing in dw?",
            [
                changed(dw=lambda dy, x, w: dy * w),
                changed(dw=lambda dy, x, w: np.outer(x, dy) * w),
            ],
        ),
        Mistake(
            "dw the other way round",
            "rows and columns of dw are swapped. dw has the shape of w: (inputs, outputs).",
            changed(dw=lambda dy, x, w: np.outer(dy, x)),
        ),
        Mistake(
            "no blame for the bias",
            "a bias was added. Through a sum blame passes as it is.",
            changed(db=lambda dy, x, w: np.zeros(len(dy))),
        ),
        Mistake(
            "slope of the bias alone",
            "the slope is 1, and the blame has to be multiplied by it: that is dy itself.",
            changed(db=lambda dy, x, w: np.ones(len(dy))),
        ),
        Mistake(
            "one blame for all biases",
            "each output has a bias of its own, which gets the blame of that output alone.",
            [
                changed(db=lambda dy, x, w: dy.sum()),
                changed(db=lambda dy, x, w: np.full(len(dy), dy.sum())),
            ],
        ),
        Mistake(
            "all signs reversed",
            "blame is the slope itself. The minus comes later, when a step is taken against it.",
            lambda dy, x, w: tuple(-piece for piece in right(dy, x, w)),
        ),
        Mistake(
            "another order",
            "the three are right, but in another order. It should be dx, dw, db.",
            [
                lambda dy, x, w: (right(dy, x, w)[1], right(dy, x, w)[0], dy),
                lambda dy, x, w: (right(dy, x, w)[1], dy, right(dy, x, w)[0]),
                lambda dy, x, w: right(dy, x, w)[::-1],
            ],
        ),
    ],
    hints=(
        "Write down one output: y = x[0] · w[0] + x[1] · w[1] + b. What does it grow by when x[0] "
        "grows a little? When w[0] does? When b does?",
        "Two loops, over outputs and inputs. In them, `dx[i]` gets more by `dy[output] * "
        "w[i, output]`; `dw[i, output]` is `dy[output] * x[i]`.",
        "Begin with `dx = np.zeros(x.shape)` and `dw = np.zeros(w.shape)`. `dx[i] += ...`, since "
        "an input leads to every output. `db` is a copy of dy.",
    ),
)
