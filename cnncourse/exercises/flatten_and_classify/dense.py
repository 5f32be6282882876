"""Exercise dense: every input weighed for every label."""

import numpy as np

from ... import reference
from ..core import Mistake
from ..functions import FunctionExercise

# Drawn at random, so that nothing is symmetrical and no mistake fits by luck.
RNG = np.random.default_rng(6)


def drawn(*shape):
    """Small whole numbers, as many above zero as below."""
    return RNG.integers(-4, 5, shape).astype(float)


def fractions(size, *shape):
    """Numbers of about this size, above and below zero."""
    return RNG.normal(0, size, shape)


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


def in_loops(x, w, b, total_of):
    """As many scores as there should be; total_of says what one of them is."""
    n, f = len(x), w.shape[1]
    return np.array([[total_of(x, w, b, image, label) for label in range(f)] for image in range(n)])


def filled(total_of):
    """The same, each put into its place in an array of zeros, where only one number fits."""

    def scores(x, w, b):
        y = np.zeros((len(x), w.shape[1]))
        for image, label in np.ndindex(y.shape):
            y[image, label] = total_of(x, w, b, image, label)
        return y

    return scores


def over_inputs(x, w, b):
    """A score for each input, where there should be one for each label."""
    y = np.zeros((len(x), len(w)))
    for image in range(len(x)):
        for label in range(len(w)):
            y[image, label] = x[image] @ w[:, label] + b[label]
    return y


def running_total(x, w, b):
    """The total starts at 0 once for each image, and then grows from label to label."""
    return np.cumsum(x @ w + b, axis=1)


def never_reset(x, w, b):
    """The total starts at 0 once, and then grows through all images and labels."""
    return np.cumsum(x @ w + b).reshape(len(x), -1)


def only(part):
    """The right scores in one part, zeros elsewhere."""

    def scores(x, w, b):
        y = np.zeros((len(x), w.shape[1]))
        y[part] = (x @ w + b)[part]
        return y

    return scores


EXERCISE = FunctionExercise(
    name="dense",
    asks="should return the scores, an array of shape (images, labels): for each image and each "
    "label the sum of each input times its weight for that label, plus the bias of the label.",
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
        "fractions": (fractions(1, 2, 4), fractions(0.3, 4, 3), fractions(0.1, 3)),
        "whole numbers times fractions": (
            RNG.integers(0, 9, (2, 3)),
            fractions(0.3, 3, 6),
            fractions(1, 6),
        ),
        "fractions times whole numbers": (
            fractions(1, 3, 5),
            RNG.integers(-9, 10, (5, 7)),
            RNG.integers(-9, 10, 7),
        ),
        "large and small": (fractions(300, 6, 5), fractions(30, 5, 6), fractions(0.02, 6) * 1e6),
        "very small": (fractions(0.02, 3, 4), fractions(0.02, 4, 5), fractions(0.002, 5)),
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
                lambda x, w, b: in_loops(
                    *(x, w, b), lambda x, w, b, image, label: (x[image] * w[label]).sum() + b[label]
                ),
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
                lambda x, w, b: x * w.T + b,
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
            "bias added to each weight",
            "the bias is added to the weights, so that each input is multiplied by it as well. It "
            "is added once, to the sum.",
            lambda x, w, b: x @ (w + b),
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
            "total not set back",
            "the total of one score goes on into the next. Where does it start again, for each "
            "image and each label?",
            [
                running_total,
                never_reset,
                lambda x, w, b: np.cumsum(x @ w, axis=1) + b,
                lambda x, w, b: np.cumsum(x @ w).reshape(len(x), -1) + b,
            ],
        ),
        Mistake(
            "one total for all",
            "the total runs through all images and labels. Each image and each label has a total "
            "of its own, and its own place in an array of zeros (n, f).",
            [
                lambda x, w, b: (x @ w).sum() + b,
                lambda x, w, b: (x @ w + b).sum(),
                lambda x, w, b: np.sum(x * w) + b,
            ],
        ),
        Mistake(
            "all scores in one row",
            "the scores of all images follow each other in one row. Give each image a row of its "
            "own: an array (n, f).",
            lambda x, w, b: (x @ w + b).ravel(),
        ),
        Mistake(
            "as many labels as inputs",
            "the loop over the labels runs over len(w), the number of inputs. The labels are the "
            "columns of w: w.shape[1] of them.",
            over_inputs,
        ),
        Mistake(
            "only the first product",
            "each score holds a single product. How far is the line after the innermost loop "
            "indented?",
            [
                lambda x, w, b: x[:, :1] * w[0] + b,
                lambda x, w, b: x[:, :1] * w[0],
            ],
        ),
        Mistake(
            "as many inputs as images",
            "the innermost loop runs over len(x), the number of images. The inputs of an image are "
            "x.shape[1] numbers.",
            lambda x, w, b: in_loops(
                *(x, w, b),
                lambda x, w, b, n, k: b[k] + sum(x[n, i] * w[i, k] for i in range(len(x))),
            ),
        ),
        Mistake(
            "the bias of the image instead of the label",
            "you add b[image]. There is a bias for each label: b[label].",
            lambda x, w, b: in_loops(
                *(x, w, b), lambda x, w, b, image, label: b[image] + x[image] @ w[:, label]
            ),
        ),
        Mistake(
            "whole numbers only",
            "what stands after the point is gone. Does your array hold ints, as np.zeros(shape, "
            "int) does?",
            [
                lambda x, w, b: (x @ w + b).astype(int),
                lambda x, w, b: (x @ w).astype(int) + b,
                lambda x, w, b: x @ w + b.astype(int),
                lambda x, w, b: (x @ w + b).astype(w.dtype),
                lambda x, w, b: (x @ w + b).astype(b.dtype),
            ],
        ),
        Mistake(
            "w and x swapped",
            "w @ x pairs the columns of w with the rows of x. The inputs of an image meet the rows "
            "of w: x @ w.",
            lambda x, w, b: w @ x + b,
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
            "the scores of the other labels are missing. Does the loop over the labels reach them, "
            "and how far is the return indented?",
            [only(np.s_[:1, :1]), only(np.s_[:, :1])],
        ),
        Mistake(
            "several numbers where one belongs",
            "a score is one number. Are the products added up, with .sum()? And it takes the bias "
            "of its label alone: b[label], not b.",
            [
                filled(lambda x, w, b, image, label: (x[image] * w[:, label]).sum() + b),
                filled(lambda x, w, b, image, label: x[image] * w[:, label] + b[label]),
            ],
        ),
        Mistake(
            "all images in one sum",
            "the products of all images are in each sum. The score of an image takes x[image].",
            lambda x, w, b: np.tile(x.sum(axis=0) @ w + b, (len(x), 1)),
        ),
        Mistake(
            "ten labels built in",
            "there are as many labels as w has columns: w.shape[1].",
            [
                lambda x, w, b: np.array([x @ w[:, label] + b[label] for label in range(10)]),
                lambda x, w, b: np.array([x @ w[:, label] + b[label] for label in range(10)]).T,
            ],
        ),
        Mistake(
            "the label, not the scores",
            "this is the number of the label with the largest score. Asked are all scores.",
            [
                lambda x, w, b: (x @ w + b).argmax(axis=1),
                lambda x, w, b: (x @ w + b).argmax(),
            ],
        ),
        Mistake(
            "softmax already",
            "these are probabilities. The dense layer gives scores; softmax comes after it.",
            lambda x, w, b: reference.softmax(x @ w + b),
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
