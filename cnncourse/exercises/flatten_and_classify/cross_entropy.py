"""Exercise cross_entropy: what the probabilities of some images cost."""

import numpy as np

from ... import reference
from ..core import Mistake
from ..functions import FunctionExercise


def cross_entropy(p, labels):
    """The mean of -log(probability of the true label).   p: (n, f)   labels: (n,)   -> a number"""
    total = 0
    for image, label in enumerate(labels):
        total = total - np.log(p[image, label])
    return total / len(labels)


def of_the_package(p, labels):
    """The reference takes scores; softmax of the logarithms of probabilities gives these again."""
    return reference.softmax_cross_entropy(np.log(np.maximum(p, 1e-300)), labels)


def of_true(p, labels):
    return p[np.arange(len(labels)), labels]


P = np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6], [0.25, 0.5, 0.25]])
TEN = np.random.default_rng(7).dirichlet(np.full(10, 0.4), 7)
SURE = np.array([[0.001, 0.998, 0.001], [0.9, 0.06, 0.04]])

EXERCISE = FunctionExercise(
    name="cross_entropy",
    asks="should return one number: the mean over the images of -np.log of the "
    "probability that p gives to the true label.",
    solution=cross_entropy,
    reference=of_the_package,
    cases={
        "one image": (np.array([[0.25, 0.75]]), np.array([0])),
        "two images": (P[:2], np.array([0, 1])),
        "three images": (P, np.array([1, 2, 0])),
        "sure, and wrong once": (SURE, np.array([2, 0])),
        "undecided between ten labels": (np.full((4, 10), 0.1), np.array([3, 0, 9, 3])),
        "one label for all": (P, np.array([2, 2, 2])),
        "more images than labels": (
            np.tile(P, (2, 1)) ** 2 / (np.tile(P, (2, 1)) ** 2).sum(axis=1, keepdims=True),
            np.array([0, 1, 2, 2, 0, 1]),
        ),
        "seven images, ten labels": (TEN.astype(np.float32), np.array([9, 0, 4, 9, 7, 3, 8])),
        "entirely sure, and right": (np.array([[0.0, 1, 0], [1, 0, 0]]), np.array([1, 0])),
    },
    mistakes=[
        Mistake(
            "sum instead of mean",
            "the losses are added up. Divide by the number of images, so that more images do not "
            "cost more.",
            lambda p, labels: -np.log(of_true(p, labels)).sum(),
        ),
        Mistake(
            "one loss for each image",
            "these are the losses of the images. Their mean is asked for.",
            lambda p, labels: -np.log(of_true(p, labels)),
        ),
        Mistake(
            "divided by another number",
            "the sum is not divided by the number of images: len(labels), which is also the number "
            "of rows.",
            [
                lambda p, labels: -np.log(of_true(p, labels)).sum() / p.shape[1],
                lambda p, labels: -np.log(of_true(p, labels)).sum() / p.size,
                lambda p, labels: -np.log(of_true(p, labels)).sum() / 10,
            ],
        ),
        Mistake(
            "log10",
            "np.log10 counts powers of 10. This loss takes the natural logarithm: np.log.",
            lambda p, labels: -np.log10(of_true(p, labels)).mean(),
        ),
        Mistake(
            "log2",
            "np.log2 counts powers of 2. This loss takes the natural logarithm: np.log.",
            lambda p, labels: -np.log2(of_true(p, labels)).mean(),
        ),
        Mistake(
            "minus sign forgotten",
            "the logarithm of a probability is never above 0, and a loss never below. One sign is "
            "missing.",
            lambda p, labels: np.log(of_true(p, labels)).mean(),
        ),
        Mistake(
            "the probability instead of its logarithm",
            "no logarithm is taken: you average the probabilities, or what they lack to 1. Take "
            "the logarithm of each first.",
            [
                lambda p, labels: of_true(p, labels).mean(),
                lambda p, labels: -of_true(p, labels).mean(),
                lambda p, labels: (1 - of_true(p, labels)).mean(),
            ],
        ),
        Mistake(
            "what is lacking to 1, squared",
            "this is a squared error. Here the loss of an image is minus the logarithm of the true "
            "label's probability.",
            lambda p, labels: ((1 - of_true(p, labels)) ** 2).mean(),
        ),
        Mistake(
            "the probability of all other labels",
            "you take the logarithm of 1 - p. Take that of p itself, the probability of the true "
            "label.",
            lambda p, labels: -np.log(1 - of_true(p, labels)).mean(),
        ),
        Mistake(
            "labels counted from 1",
            "you take column label - 1. Labels count from 0, as columns do: p[image, label].",
            lambda p, labels: -np.log(of_true(p, labels - 1)).mean(),
        ),
        Mistake(
            "image and label swapped",
            "p[label, image] looks for a row for each label. The rows are the images: p[image, "
            "label].",
            lambda p, labels: -np.mean([np.log(p[label, i]) for i, label in enumerate(labels)]),
        ),
        Mistake(
            "log of the mean",
            "the probabilities are averaged, then comes the logarithm. First the logarithm of "
            "each, then the mean.",
            [
                lambda p, labels: -np.log(of_true(p, labels).mean()),
                lambda p, labels: -np.log(of_true(p, labels).sum()),
            ],
        ),
        Mistake(
            "the predicted label",
            "you take the largest probability of each row. The loss asks for the probability of "
            "the true label, even if it is small.",
            lambda p, labels: -np.log(p.max(axis=1)).mean(),
        ),
        Mistake(
            "all labels counted",
            "the logarithms of all probabilities are in it. Only that of the true label counts.",
            [
                lambda p, labels: -np.log(p).mean(),
                lambda p, labels: -np.log(p).sum() / len(labels),
                lambda p, labels: -np.log(p).sum(axis=1).mean(),
                lambda p, labels: -np.log(p).sum(),
            ],
        ),
        Mistake(
            "whole columns instead of single probabilities",
            "p[:, labels] takes these columns of every image. One probability for each image: "
            "p[image, label], or p[np.arange(n), labels].",
            [
                lambda p, labels: -np.log(p[:, labels]),
                lambda p, labels: -np.log(p[:, labels]).mean(),
                lambda p, labels: -np.log(p[:, labels]).mean(axis=0),
                lambda p, labels: -np.log(p[:, labels]).sum() / len(labels),
            ],
        ),
        Mistake(
            "whole rows instead of single probabilities",
            "p[labels] takes whole rows, those of the images with these numbers. One probability "
            "for each image: p[image, label], or p[np.arange(n), labels].",
            [
                lambda p, labels: -np.log(p[labels]).mean(),
                lambda p, labels: -np.log(p[labels]).sum() / len(labels),
            ],
        ),
        Mistake(
            "labels used as factors",
            "the logarithms are multiplied by the labels. A label is the number of a column, and "
            "no weight: label 2 means that column 2 counts, once.",
            [
                lambda p, labels: -(labels * np.log(p)).sum(),
                lambda p, labels: -(labels * np.log(p)).mean(),
                lambda p, labels: -(labels[:, None] * np.log(p)).sum() / len(labels),
                lambda p, labels: -(labels[:, None] * np.log(p)).mean(),
                lambda p, labels: -(labels * np.log(p.max(axis=1))).mean(),
            ],
        ),
        Mistake(
            "weighted by the probabilities",
            "this is the entropy of the probabilities: how undecided they are, whatever the label. "
            "Where do the labels come in?",
            [
                lambda p, labels: -(p * np.log(p)).sum(axis=1).mean(),
                lambda p, labels: -(p * np.log(p)).sum() / len(labels),
            ],
        ),
        Mistake(
            "softmax once more",
            "p holds probabilities already. Softmax belongs before this function, not in it.",
            lambda p, labels: reference.softmax_cross_entropy(p, labels),
        ),
        Mistake(
            "only the last image",
            "each loss takes the place of the one before. Does the total grow?",
            [
                lambda p, labels: -np.log(p[len(labels) - 1, labels[-1]]),
                lambda p, labels: -np.log(p[len(labels) - 1, labels[-1]]) / len(labels),
            ],
        ),
        Mistake(
            "only the first image",
            "the loop ends after the first image. How far is the return indented?",
            [
                lambda p, labels: -np.log(p[0, labels[0]]),
                lambda p, labels: -np.log(p[0, labels[0]]) / len(labels),
            ],
        ),
        Mistake(
            "a number of images built in",
            "10,000 and 10 are the lesson's images and labels. len(labels) says how many images "
            "there are here.",
            [
                lambda p, labels: -np.log(p[np.arange(10_000), labels]).mean(),
                lambda p, labels: sum(-np.log(p[i, labels[i]]) for i in range(10)) / 10,
            ],
        ),
        Mistake(
            "labels taken for places",
            "`for i in labels` goes through the labels themselves. Places are counted by "
            "range(len(labels)), or with both at once: enumerate(labels).",
            lambda p, labels: -sum(np.log(p[i, labels[i]]) for i in labels) / len(labels),
        ),
        Mistake(
            "the median instead",
            "the median is the loss in the middle. Asked is the mean.",
            lambda p, labels: np.median(-np.log(of_true(p, labels))),
        ),
        Mistake(
            "minus sign inside the logarithm",
            "there is no logarithm of a number below zero. The minus stands before np.log.",
            [
                lambda p, labels: np.log(-of_true(p, labels)).mean(),
                lambda p, labels: np.log(-of_true(p, labels).sum()) / len(labels),
            ],
        ),
        Mistake(
            "exp in place of log",
            "np.exp undoes np.log. The loss takes the logarithm.",
            [
                lambda p, labels: -np.exp(of_true(p, labels)).mean(),
                lambda p, labels: np.exp(of_true(p, labels)).mean(),
            ],
        ),
    ],
    hints=(
        "Do one image first: which of its probabilities matters, and what does a probability of 1, "
        "or of 0.1, cost?",
        "A loop over the images: `for image, label in enumerate(labels):`. The probability that "
        "counts is `p[image, label]`, its cost is minus `np.log` of it.",
        "Start with `total = 0`; in the loop, take `np.log(p[image, label])` off the total. After "
        "the loop, divide by `len(labels)` and return.",
    ),
)
