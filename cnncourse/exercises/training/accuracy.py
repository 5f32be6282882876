"""Exercise accuracy, lesson 09: the share of images that are named rightly."""

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


SCORES = np.array([[2.0, 1, 0], [0, 1, 3], [1, 5, 2], [4, 0, 1], [0, 2, 1]])

EXERCISE = FunctionExercise(
    name="accuracy",
    lesson="09_training",
    asks="should return one number from 0 to 1: the share of rows whose largest score is in the "
    "column that the label names.",
    solution=accuracy,
    reference=of_the_package,
    cases={
        "one image, right": (SCORES[:1], np.array([0])),
        "two images, one right": (SCORES[:2], np.array([0, 1])),
        "three images, none right": (SCORES[:3], np.array([1, 0, 2])),
        "four of five right": (SCORES, np.array([0, 2, 1, 0, 2])),
        "scores below 0": (SCORES[1:] - 9, np.array([2, 1, 1, 0])),
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
            lambda logits, labels: (logits[np.arange(len(labels)), labels] > 0).mean(),
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
        "share of True.",
    ),
)
