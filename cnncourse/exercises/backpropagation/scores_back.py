"""Exercise scores_back: probability minus truth."""

import numpy as np

from ... import reference
from ..core import Mistake
from ..functions import FunctionExercise

RNG = np.random.default_rng(85)


def scores_back(p, labels):
    """The blame of each score.   p: (n, f) probabilities   labels: (n,)   -> (n, f)"""
    dscores = np.array(p)
    for image, label in enumerate(labels):
        dscores[image, label] -= 1
    return dscores / len(labels)


def right(p, labels):
    return reference.softmax_cross_entropy_back(1, np.log(np.maximum(p, 1e-300)), labels)


def truth(p, labels):
    return np.eye(p.shape[1])[labels]


def first_only(p, labels):
    first = np.array(p)
    first[0, labels[0]] -= 1
    return first / len(labels)


P = np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6], [0.25, 0.5, 0.25]])
TEN = RNG.dirichlet(np.full(10, 0.4), 7)

EXERCISE = FunctionExercise(
    name="scores_back",
    asks="should return the blame of each score: the probability, minus 1 at the true label, over "
    "the number of images.",
    solution=scores_back,
    reference=right,
    cases={
        "one image": (P[:1], np.array([1])),
        "two images": (P[:2], np.array([0, 1])),
        "three images": (P, np.array([1, 2, 0])),
        "one label for all": (P, np.array([2, 2, 2])),
        "more images than labels": (np.tile(P, (2, 1)), np.array([0, 1, 2, 2, 0, 1])),
        "seven images, ten labels": (TEN, np.array([9, 0, 4, 9, 7, 3, 8])),
        "nearly sure": (np.array([[0.998, 0.001, 0.001], [0.04, 0.06, 0.9]]), np.array([0, 0])),
    },
    mistakes=[
        Mistake(
            "not divided by the number of images",
            "the loss is a mean over the images, so each image has its share of it.",
            lambda p, labels: p - truth(p, labels),
        ),
        Mistake(
            "divided by another number",
            "divide by the number of images, len(labels).",
            [
                lambda p, labels: (p - truth(p, labels)) / p.shape[1],
                lambda p, labels: (p - truth(p, labels)) / p.size,
            ],
        ),
        Mistake(
            "truth minus probability",
            "all signs are reversed. The score of the true label should grow, so its blame is "
            "below 0.",
            [
                lambda p, labels: (truth(p, labels) - p) / len(labels),
                lambda p, labels: truth(p, labels) - p,
            ],
        ),
        Mistake(
            "the truth left out",
            "these are the probabilities. At the true label, 1 is taken off.",
            [lambda p, labels: p / len(labels), lambda p, labels: p],
        ),
        Mistake(
            "1 taken off everywhere",
            "1 is taken off only at the true label of each image.",
            [
                lambda p, labels: (p - 1) / len(labels),
                lambda p, labels: p - 1,
                lambda p, labels: (p - np.bincount(labels, minlength=len(p[0]))) / len(labels),
                lambda p, labels: (p - np.isin(np.arange(p.shape[1]), labels)) / len(labels),
            ],
        ),
        Mistake(
            "only one of them divided",
            "the whole difference is divided by the number of images: brackets first.",
            [
                lambda p, labels: p - truth(p, labels) / len(labels),
                lambda p, labels: p / len(labels) - truth(p, labels),
            ],
        ),
        Mistake(
            "only the first image",
            "1 is taken off for the first image only. How far is the return indented?",
            first_only,
        ),
        Mistake(
            "1 minus the probability",
            "at the true label, the sign is reversed: probability minus 1, which is below 0.",
            [
                lambda p, labels: np.where(truth(p, labels) == 1, 1 - p, p) / len(labels),
                lambda p, labels: np.where(truth(p, labels) == 1, 1 - p, p),
            ],
        ),
        Mistake(
            "the loss itself",
            "-ln p is the loss. Its slope for a score is asked for: probability minus truth.",
            [lambda p, labels: -np.log(p), lambda p, labels: -np.log(p) / len(labels)],
        ),
        Mistake(
            "the mean over the images",
            "each image has scores of its own: divide by their number, but do not add the rows up.",
            lambda p, labels: (p - truth(p, labels)).mean(axis=0),
        ),
        Mistake(
            "the slope of softmax once more",
            "probability minus truth is the blame of the scores already, softmax included.",
            lambda p, labels: p * (p - truth(p, labels)) / len(labels),
        ),
        Mistake(
            "squared",
            "that is another loss. Cross-entropy gives the plain difference.",
            [lambda p, labels: (p - truth(p, labels)) ** 2],
        ),
        Mistake(
            "1 added",
            "at the true label 1 is added. It should be taken off.",
            lambda p, labels: (p + truth(p, labels)) / len(labels),
        ),
        Mistake(
            "only the true label is to blame",
            "the other scores made the true probability small, too: the probabilities share 1.",
            lambda p, labels: truth(p, labels) * (p - 1) / len(labels),
        ),
        Mistake(
            "the slope of the logarithm alone",
            "-1/p is the blame of the probability. Softmax lies between it and the scores.",
            lambda p, labels: -truth(p, labels) / p / len(labels),
        ),
        Mistake(
            "the label taken off",
            "label 2 means that column 2 is the true one. Take 1 off there.",
            [
                lambda p, labels: (p - np.asarray(labels)[:, None]) / len(labels),
                lambda p, labels: p - np.asarray(labels),
            ],
        ),
        Mistake(
            "labels counted from 1",
            "you take 1 off in column label - 1. Labels count from 0, as columns do.",
            lambda p, labels: (p - truth(p, labels - 1)) / len(labels),
        ),
    ],
    hints=(
        "Which score should grow, and which should shrink, for the loss to get smaller?",
        "Copy the probabilities. A loop over the images, `for image, label in enumerate(labels):`, "
        "takes 1 off at `[image, label]`.",
        "Divide all by `len(labels)` at the end. Copy first, `np.array(p)`, so that the p of "
        "whoever called you stays as it is.",
    ),
)
