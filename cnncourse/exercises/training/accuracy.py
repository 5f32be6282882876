"""Exercise accuracy: the share of images that are named rightly."""

import numpy as np

from ... import layers, train
from ..core import Mistake
from ..functions import FunctionExercise


def accuracy(logits, labels):
    """The share of rows whose largest score is at the label.   logits: (n, f)   labels: (n,)"""
    guesses = logits.argmax(axis=1)
    return (guesses == labels).mean()


def of_the_package(logits, labels):
    """The package's accuracy, of a network that hands its input on: one dense layer, w = 1."""
    f = logits.shape[1]
    net = layers.Sequential(layers.Dense(f, f, rng=np.random.default_rng(0)))
    net.params()[0][...] = np.eye(f)
    return train.accuracy(net, logits, labels)


def hits(logits, labels):
    """How many rows are right."""
    return (logits.argmax(axis=1) == labels).sum()


def probabilities(logits):
    """Softmax as people write it first, without taking off the largest score."""
    powers = np.exp(logits)
    return powers / powers.sum(axis=1, keepdims=True)


def of_the_label(scores, labels):
    """The score of each row that stands at its label."""
    return scores[np.arange(len(labels)), labels]


def since_the_last_miss(logits, labels):
    """How many are right, counted from 0 again after each that is wrong."""
    count = 0
    for guess, label in zip(logits.argmax(axis=1), labels):
        count = count + 1 if guess == label else 0
    return count


def last_of_the_largest(logits):
    """The column of the largest score of each row; of equal ones the last."""
    return logits.shape[1] - 1 - logits[:, ::-1].argmax(axis=1)


SCORES = np.array([[2.0, 1, 0], [0, 1, 3], [1, 5, 2], [4, 0, 1], [0, 2, 1]])
CLOSE = np.array([[0.6, 0.9, 0.8], [-6, 5.2, 5.7], [1, 0.9, 0.8], [0.2, 0.3, 0.1], [3.4, 3, 3.1]])
FAR = np.array([
    [1000.0, 1000.25, -5000], [-900, -1200, -1000], [-9, 1, 2],
    [1e-3, 2e-3, 0], [1000, 3, 2000], [9.5, 10, 1],
])  # fmt: skip
RNG = np.random.default_rng(9)
EIGHTY, ITS_LABELS = RNG.normal(size=(80, 10)), RNG.integers(0, 10, 80)
EIGHTY[np.arange(80), ITS_LABELS] += 2  # about two thirds of them are right

EXERCISE = FunctionExercise(
    name="accuracy",
    asks="should return one number from 0 to 1: the share of rows whose largest score is in the "
    "column that the label names. If several scores are the largest, the first of them counts.",
    solution=accuracy,
    reference=of_the_package,
    cases={
        "one image, right": (SCORES[:1], np.array([0])),
        "two images, one right": (SCORES[:2], np.array([0, 1])),
        "three images, none right": (SCORES[:3], np.array([1, 0, 2])),
        "four of five right": (SCORES, np.array([0, 2, 1, 0, 2])),
        "the last one right": (SCORES[:3], np.array([1, 1, 1])),
        "no image of label 0": (SCORES[1:4], np.array([2, 1, 1])),
        "scores below 0": (SCORES[1:] - 9, np.array([2, 1, 1, 0])),
        "scores close together": (CLOSE, np.array([1, 2, 0, 0, 0])),
        "scores far apart": (FAR, np.array([1, 0, 2, 1, 2, 1])),
        "all scores equal": (np.zeros((4, 3)), np.array([0, 1, 2, 0])),
        "six images, two labels": (np.ones((6, 2)) * [2, 3], np.array([1, 1, 0, 1, 0, 1])),
        "eighty images, ten labels": (EIGHTY, ITS_LABELS),
    },
    mistakes=[
        Mistake(
            "percent",
            "a share goes from 0 to 1; yours goes to 100.",
            lambda logits, labels: 100 * hits(logits, labels) / len(labels),
        ),
        Mistake(
            "a count",
            "you count the images that are right. Which part of all images is that?",
            hits,
        ),
        Mistake(
            "the share that is wrong",
            "this is the error rate. Accuracy is the rest of it.",
            lambda logits, labels: 1 - hits(logits, labels) / len(labels),
        ),
        Mistake(
            "rows and columns swapped",
            "the largest score is sought down each column (axis 0). An image is a row: axis=1.",
            lambda logits, labels: (logits.argmax(axis=0) == labels).mean(),
        ),
        Mistake(
            "compares the score",
            "a label is compared with the largest score itself. Compare it with the column where "
            "that score is: argmax, not max.",
            lambda logits, labels: (logits.max(axis=1) == labels).mean(),
        ),
        Mistake(
            "whole-number division",
            "// drops the fraction, so anything short of all right becomes 0. / keeps it.",
            lambda logits, labels: hits(logits, labels) // len(labels),
        ),
        Mistake(
            "divided by the labels there could be",
            "the count is divided by the number of columns. There are as many images as rows.",
            lambda logits, labels: hits(logits, labels) / logits.shape[1],
        ),
        Mistake(
            "divided by all scores",
            "the count is divided by the number of scores. There are as many images as rows.",
            lambda logits, labels: hits(logits, labels) / logits.size,
        ),
        Mistake(
            "smallest score",
            "the guess is the column of the smallest score (argmin).",
            lambda logits, labels: (logits.argmin(axis=1) == labels).mean(),
        ),
        Mistake(
            "above 0 counts as right",
            "an image counts as right if its label's score is above 0. It should be the largest "
            "of its row.",
            lambda logits, labels: (of_the_label(logits, labels) > 0).mean(),
        ),
        Mistake(
            "above one half counts as right",
            "an image counts as right if its label's probability is above one half. With three "
            "labels or more the largest can be smaller than that.",
            lambda logits, labels: (of_the_label(probabilities(logits), labels) > 0.5).mean(),
        ),
        Mistake(
            "rounded probabilities",
            "after rounding, a row without a probability above one half is nothing but zeros. "
            "The scores themselves show which is the largest.",
            lambda logits, labels: (
                np.round(probabilities(logits)).argmax(axis=1) == labels
            ).mean(),
        ),
        Mistake(
            "softmax that overflows",
            "e to the power of a large score is infinite, and then the probabilities are no "
            "numbers. The largest score is the largest probability: no softmax is needed.",
            lambda logits, labels: (probabilities(logits).argmax(axis=1) == labels).mean(),
        ),
        Mistake(
            "scores made whole numbers",
            "the scores lose their fractions, so 0.9 and 0.2 become equal.",
            [
                lambda logits, labels: hits(logits.astype(int), labels) / len(labels),
                lambda logits, labels: hits(np.round(logits), labels) / len(labels),
            ],
        ),
        Mistake(
            "the sign is dropped",
            "the score furthest from 0 is sought. A score far below 0 speaks against its label.",
            lambda logits, labels: hits(np.abs(logits), labels) / len(labels),
        ),
        Mistake(
            "equal scores all count",
            "an image counts as right if its label's score equals the largest, even where others "
            "do as well. A network that gives every label the same score would be right each time.",
            lambda logits, labels: (of_the_label(logits, labels) == logits.max(axis=1)).mean(),
        ),
        Mistake(
            "the last of equal scores",
            "where several scores are the largest, you take the last of them, as a loop with >= "
            "does. The first should count, as in argmax.",
            lambda logits, labels: (last_of_the_largest(logits) == labels).mean(),
        ),
        Mistake(
            "counted from 0 again",
            "the count goes back to 0 at each image that is wrong. Only add to it.",
            lambda logits, labels: since_the_last_miss(logits, labels) / len(labels),
        ),
        Mistake(
            "the last image is left out",
            "range(len(labels) - 1) ends one too early: the last image is never looked at.",
            lambda logits, labels: hits(logits[:-1], labels[:-1]) / len(labels),
        ),
        Mistake(
            "the first image is left out",
            "the loop begins at 1, but the first image has the number 0.",
            lambda logits, labels: hits(logits[1:], labels[1:]) / len(labels),
        ),
        Mistake(
            "only the first image",
            "it ends at the first image. Is the return inside the loop? It should come after it.",
            [
                lambda logits, labels: hits(logits[:1], labels[:1]) / len(labels),
                lambda logits, labels: hits(logits[:1], labels[:1]),
            ],
        ),
        Mistake(
            "one largest score for all images",
            "argmax without axis=1 looks for the largest score of the whole table. Each image has "
            "its own.",
            lambda logits, labels: (logits.argmax() == labels).mean(),
        ),
        Mistake(
            "rounded",
            "the share is rounded. Leave its digits as they are; :.1% rounds when you print.",
            [
                lambda logits, labels: round(hits(logits, labels) / len(labels), 2),
                lambda logits, labels: round(hits(logits, labels) / len(labels), 1),
            ],
        ),
        Mistake(
            "one answer for each image",
            "these are the answers, true or false. What share of them is true?",
            lambda logits, labels: logits.argmax(axis=1) == labels,
        ),
        Mistake(
            "the guesses",
            "these are the labels that the network chose. Compare them with the true ones.",
            lambda logits, labels: logits.argmax(axis=1),
        ),
    ],
    hints=(
        "Each row holds the scores of one image. Which label does the network choose for it?",
        "`logits.argmax(axis=1)` is the column of the largest score of each row: the guesses.",
        "`guesses == labels` is True or False for each image, and the mean of such an array is the "
        "share of True: True counts as 1, False as 0.",
    ),
)
