"""Exercise dense, lesson 06: every input weighed for every label."""

import numpy as np

from ... import reference
from ..core import Mistake
from ..functions import FunctionExercise

# Drawn at random, so that nothing is symmetrical and no mistake fits by luck.
RNG = np.random.default_rng(6)


def drawn(*shape):
    """Small whole numbers, as many above zero as below."""
    return RNG.integers(-4, 5, shape).astype(float)


def dense(x, w, b):
    """Each input times its weight for the label, added up, and the bias.   -> (n, f)"""
    n, d = x.shape
    f = w.shape[1]
    y = np.zeros((n, f))
    for image in range(n):
        for label in range(f):
            total = b[label]
            for i in range(d):
                total = total + x[image, i] * w[i, label]
            y[image, label] = total
    return y


def only(part):
    """The right scores in one part, zeros elsewhere."""

    def scores(x, w, b):
        y = np.zeros((len(x), w.shape[1]))
        y[part] = (x @ w + b)[part]
        return y

    return scores


EXERCISE = FunctionExercise(
    name="dense",
    lesson="06_flatten_and_classify",
    asks="should return the scores, an array (n, f): for each image and each label the sum of each "
    "input times its weight for that label, plus the bias of the label.",
    solution=dense,
    reference=reference.dense,
    cases={
        "one input, one label": (np.array([[3.0]]), np.array([[2.0]]), np.array([-1.0])),
        "two inputs, one label": (np.array([[2.0, 3]]), np.array([[4.0], [-1]]), np.array([0.5])),
        "two labels": (np.array([[1.0, 2]]), np.array([[3.0, -1], [0, 4]]), np.array([2.0, -3])),
        "three inputs, two labels": (drawn(1, 3), drawn(3, 2), np.array([1.0, -2])),
        "two images": (drawn(2, 3), drawn(3, 4), np.array([3.0, -1, 2, 5])),
        "as many images as inputs and labels": (drawn(3, 3), drawn(3, 3), np.array([4.0, 1, -2])),
        "five images": (drawn(5, 6), drawn(6, 4), drawn(4)),
    },
    mistakes=[
        Mistake(
            "bias forgotten",
            "each label has a number of its own that is added to its sum: b[label].",
            lambda x, w, b: x @ w,
        ),
        Mistake(
            "w transposed",
            "you take w[label, i]. The rows of w are the inputs, its columns the labels: w[i, "
            "label].",
            [
                lambda x, w, b: x @ w.T + b,
                lambda x, w, b: np.array(
                    [
                        [b[k] + sum(r[i] * w[k, i] for i in range(len(r))) for k in range(len(b))]
                        for r in x
                    ]
                ),
            ],
        ),
        Mistake(
            "pairs multiplied, not added up",
            "* multiplies pair by pair. Each score is a sum of such products: one number for each "
            "image and label.",
            [
                lambda x, w, b: x * w + b,
                lambda x, w, b: x.T * w + b,
                lambda x, w, b: x[:, :, None] * w + b,
            ],
        ),
        Mistake(
            "bias once for each input",
            "the bias is added with each product. It belongs outside the loop that adds them up.",
            lambda x, w, b: x @ w + x.shape[1] * b,
        ),
        Mistake(
            "bias added twice",
            "the bias is in your sums twice. Does the total start at b[label], and is b[label] "
            "added at the end as well?",
            lambda x, w, b: x @ w + 2 * b,
        ),
        Mistake(
            "bias multiplied",
            "the sum is multiplied by the bias. The bias is added.",
            lambda x, w, b: (x @ w) * b,
        ),
        Mistake(
            "bias taken off",
            "the bias is taken off the sum. It is added.",
            lambda x, w, b: x @ w - b,
        ),
        Mistake(
            "the first bias for all labels",
            "each label has its own bias, b[label], not b[0].",
            lambda x, w, b: x @ w + b[0],
        ),
        Mistake(
            "all biases added together",
            "the sum of b goes to each label. Each label gets its own bias alone.",
            lambda x, w, b: x @ w + b.sum(),
        ),
        Mistake(
            "inputs and weights added",
            "an input and its weight are added. Multiply them.",
            lambda x, w, b: (x[:, :, None] + w).sum(axis=1) + b,
        ),
        Mistake(
            "only the last product kept",
            "each product takes the place of the one before. Does the total grow (total = total + "
            "...)?",
            [
                lambda x, w, b: x[:, -1:] * w[-1],
                lambda x, w, b: x[:, -1:] * w[-1] + b,
            ],
        ),
        Mistake(
            "ReLU on the scores",
            "numbers below zero are cut off. A score may be below zero: that says the label fits "
            "badly.",
            lambda x, w, b: np.maximum(x @ w + b, 0),
        ),
        Mistake(
            "rows and columns of the scores swapped",
            "labels lie where images should. A row for each image, a column for each label.",
            lambda x, w, b: (x @ w + b).T,
        ),
        Mistake(
            "only the first image",
            "the other images are missing. Does the loop over the images reach them, and how far "
            "is the return indented?",
            [only(np.s_[:1]), lambda x, w, b: x[0] @ w + b],
        ),
        Mistake(
            "only the first label",
            "the scores of the other labels are missing. Does the loop over the labels reach "
            "them, and how far is the return indented?",
            [only(np.s_[:1, :1]), only(np.s_[:, :1])],
        ),
    ],
    hints=(
        "Do one score first: one image, one label. Which numbers meet which weights, and what "
        "comes last?",
        "Three loops: images, labels, inputs. `x[image, i]` meets `w[i, label]`; `b[label]` comes "
        "once.",
        "Before the innermost loop, `total = b[label]`. Inside it, add one product. After it, put "
        "the total into `y[image, label]`. Return `y` after all loops.",
    ),
)
