"""Exercise softmax: scores into probabilities, also where scores are large."""

import math

import numpy as np

from ... import reference
from ..core import Mistake
from ..functions import FunctionExercise


def softmax(x):
    """Turn each row of scores into probabilities, which sum to 1.   (n, f) -> (n, f)"""
    y = np.zeros(x.shape)
    for image, scores in enumerate(x):
        powers = np.exp(scores - scores.max())
        y[image] = powers / powers.sum()
    return y


def overflowing(x):
    """e to the score over the sum of its row, without taking anything off first."""
    powers = np.exp(x)
    return powers / powers.sum(axis=1, keepdims=True)


def stable_powers(x):
    return np.exp(x - x.max(axis=1, keepdims=True))


def power_of(base):
    return lambda x: reference.softmax(x * np.log(base))


def clipped(limit):
    return lambda x: overflowing(np.clip(x, -limit, limit))


def rounded(digits):
    return lambda x: reference.softmax(x).round(digits)


def first_row(x):
    y = np.zeros(x.shape)
    y[0] = reference.softmax(x[:1])[0]
    return y


EXERCISE = FunctionExercise(
    name="softmax",
    asks="should return an array like x: in each row e to each score, divided by the sum of these "
    "over the row; also where scores are too large or too small for exp.",
    solution=softmax,
    reference=reference.softmax,
    cases={
        "two equal scores": (np.array([[1.0, 1]]),),
        "three scores": (np.array([[2.0, 1, 0]]),),
        "scores below zero": (np.array([[-1.0, -3, 0.5, -2]]),),
        "two images": (np.array([[1.0, 3, 2], [0, -2, 0.5]]),),
        "as many images as labels": (np.array([[2.0, 1, 4], [0, -2, 1], [3, 5, 5]]),),
        "large scores": (np.array([[1000.0, 1001, 999]]),),
        "scores far below zero": (np.array([[-1000.0, -1001], [-1002, -1000]]),),
        "rows far apart": (np.array([[1000.0, 999], [-1000, -1001]]),),
        "far apart within a row": (np.array([[1000.0, 0, -1000], [-1000, 0, 1000]]),),
        "whole numbers, large": (np.array([[700, 703, 699, 0]]),),
        "small differences": (np.array([[0.01, 0.02, 0, -0.01, 0.015]]),),
        "five images, ten labels": (
            np.random.default_rng(5).normal(0, 4, (5, 10)).astype(np.float32),
        ),
        "one label": (np.array([[3.5], [-2.0]]),),
    },
    mistakes=[
        Mistake(
            "the smallest taken off",
            "with the smallest score taken off, the largest is still large, and e to it is "
            "infinite where scores lie far apart. Take off the largest: then no power is above 1.",
            [
                lambda x: overflowing(x - x.min(axis=1, keepdims=True)),
                lambda x: overflowing(x - x.min()),
            ],
        ),
        Mistake(
            "the mean taken off",
            "with the mean taken off, the largest score is still large, and e to it is infinite "
            "where scores lie far apart. Take off the largest: then no power is above 1.",
            [
                lambda x: overflowing(x - x.mean(axis=1, keepdims=True)),
                lambda x: overflowing(x - x.mean()),
            ],
        ),
        Mistake(
            "not stable",
            "e to a large score is too large for a float (inf), and e to a score far below zero is "
            "rounded to 0. Take the largest score off all scores of the row first: the "
            "probabilities stay the same.",
            [
                overflowing,
                lambda x: np.where(np.isnan(overflowing(x)), 0, overflowing(x)),
            ],
        ),
        Mistake(
            "one largest for all images",
            "the largest score of all images is taken off every row. In a row far below it, all "
            "powers are 0, and 0 is divided by 0. Take off the largest of each row: axis=1, "
            "keepdims=True.",
            lambda x: np.exp(x - x.max()) / np.exp(x - x.max()).sum(axis=1, keepdims=True),
        ),
        Mistake(
            "divided by the largest score",
            "the scores are divided by the largest before exp. Dividing changes their differences, "
            "and these decide. Take the largest off instead.",
            [
                lambda x: overflowing(x / x.max(axis=1, keepdims=True)),
                lambda x: overflowing(x / np.abs(x).max(axis=1, keepdims=True)),
                lambda x: overflowing(x / x.max()),
                lambda x: overflowing(x / x.sum(axis=1, keepdims=True)),
            ],
        ),
        Mistake(
            "cut off at a limit",
            "scores beyond a limit are set to it, and so their differences are gone. Take the "
            "largest of the row off instead: that keeps the differences.",
            [clipped(limit) for limit in (10, 20, 30, 50, 88, 100, 500, 700, 709)],
        ),
        Mistake(
            "each score on its own",
            "this is the sigmoid, 1 / (1 + exp(-x)): it looks at one score at a time, so that a "
            "row need not add up to 1. Divide the powers by their sum over the row.",
            [
                lambda x: 1 / (1 + np.exp(-x)),
                lambda x: np.exp(x) / (1 + np.exp(x)),
            ],
        ),
        Mistake(
            "whole numbers only",
            "what stands after the point is gone. Does your array hold ints, as np.zeros(shape, "
            "int) does?",
            lambda x: reference.softmax(x).astype(int),
        ),
        Mistake(
            "rounded",
            "the probabilities are rounded. Round where you print, not where you compute.",
            [rounded(digits) for digits in (1, 2, 3, 4)],
        ),
        Mistake(
            "math.exp on an array",
            "math.exp takes one number. np.exp takes a whole array and gives an array.",
            [lambda x: math.exp(x[0]), lambda x: math.exp(x), lambda x: math.exp(x - x.max())],
        ),
        Mistake(
            "sum over the images",
            "each column adds up to 1 (axis 0). An image is a row: its probabilities should.",
            [
                lambda x: stable_powers(x) / stable_powers(x).sum(axis=0),
                lambda x: np.exp(x - x.max(axis=0)) / np.exp(x - x.max(axis=0)).sum(axis=0),
                lambda x: np.exp(x) / np.exp(x).sum(axis=0),
                lambda x: np.exp(x - x.max()) / np.exp(x - x.max()).sum(axis=0),
            ],
        ),
        Mistake(
            "one sum for all images",
            "all rows together add up to 1. Each row should, on its own.",
            [
                lambda x: stable_powers(x) / stable_powers(x).sum(),
                lambda x: np.exp(x - x.max()) / np.exp(x - x.max()).sum(),
                lambda x: np.exp(x) / np.exp(x).sum(),
            ],
        ),
        Mistake(
            "a row of sums where a column is needed",
            "the sums lie along a row, so each is used for a label instead of an image. With "
            "keepdims=True, sum and max keep their axis.",
            [
                lambda x: stable_powers(x) / stable_powers(x).sum(axis=1),
                lambda x: np.exp(x - x.max(axis=1)) / np.exp(x - x.max(axis=1)).sum(axis=1),
                lambda x: np.exp(x - x.max(axis=1, keepdims=True)) / np.exp(x).sum(axis=1),
                lambda x: np.exp(x) / np.exp(x).sum(axis=1),
            ],
        ),
        Mistake(
            "not divided by the sum",
            "the largest number of each row is 1, so the row adds up to more. Divide by the sum of "
            "the row.",
            [
                stable_powers,
                lambda x: np.exp(x) / np.exp(x).max(axis=1, keepdims=True),
            ],
        ),
        Mistake(
            "not divided",
            "these are the powers of e. Divide each by the sum of its row.",
            np.exp,
        ),
        Mistake(
            "no exp",
            "the scores themselves are divided by their sum. Probabilities cannot be below zero: "
            "first take e to each score.",
            [
                lambda x: x / x.sum(axis=1, keepdims=True),
                lambda x: (
                    (x - x.max(axis=1, keepdims=True))
                    / (x - x.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True)
                ),
            ],
        ),
        Mistake(
            "largest taken off too late",
            "the largest score is taken off e to the score. Take it off the score, inside exp.",
            [
                lambda x: (
                    (np.exp(x) - x.max(axis=1, keepdims=True))
                    / (np.exp(x) - x.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True)
                ),
                lambda x: (
                    (np.exp(x) - np.exp(x).max(axis=1, keepdims=True))
                    / np.exp(x).sum(axis=1, keepdims=True)
                ),
            ],
        ),
        Mistake(
            "largest taken off above the line only",
            "the powers that you add up are not those that you divide. Take the largest score off "
            "once, and use the same powers for both.",
            lambda x: stable_powers(x) / np.exp(x).sum(axis=1, keepdims=True),
        ),
        Mistake(
            "log of the probabilities",
            "these are the logarithms of the probabilities, which themselves are asked for.",
            [
                lambda x: np.log(reference.softmax(x)),
                lambda x: (
                    x
                    - x.max(axis=1, keepdims=True)
                    - np.log(stable_powers(x).sum(axis=1, keepdims=True))
                ),
            ],
        ),
        Mistake(
            "log instead of exp",
            "np.log is the way back. np.exp takes e to each score.",
            [
                lambda x: np.log(x) / np.log(x).sum(axis=1, keepdims=True),
                lambda x: (
                    np.log(x - x.max(axis=1, keepdims=True))
                    / np.log(x - x.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True)
                ),
            ],
        ),
        Mistake(
            "sign reversed",
            "the smallest score gets the largest probability. No minus belongs before the score.",
            [
                lambda x: reference.softmax(-x),
                lambda x: overflowing(-x),
                lambda x: (
                    np.exp(x.max(axis=1, keepdims=True) - x)
                    / np.exp(x.max(axis=1, keepdims=True) - x).sum(axis=1, keepdims=True)
                ),
            ],
        ),
        Mistake(
            "another base than e",
            "you take powers of 2 or of 10. Softmax takes powers of e: np.exp.",
            [
                lambda x: reference.softmax(x * np.log(2)),
                lambda x: reference.softmax(x * np.log(10)),
                lambda x: 2**x / (2**x).sum(axis=1, keepdims=True),
                lambda x: 10**x / (10**x).sum(axis=1, keepdims=True),
            ],
        ),
        Mistake(
            "all or nothing",
            "the largest score gets everything. Softmax leaves each label something: that is what "
            "is soft about it.",
            lambda x: (x == x.max(axis=1, keepdims=True)).astype(float),
        ),
        Mistake(
            "only the first image",
            "the other rows are not filled in. Does the loop reach them, and how far is the return "
            "indented?",
            [first_row, lambda x: reference.softmax(x[:1])[0]],
        ),
        Mistake(
            "e rounded",
            "e is not exactly 2.718 or 2.72: its decimals never end. np.exp(x) takes as many as a "
            "float holds.",
            [power_of(base) for base in (2.7, 2.71, 2.718, 2.72)],
        ),
        Mistake(
            "a fixed number taken off",
            "what is taken off should be the largest score of the row. Any fixed number is too "
            "large or too small for some row.",
            [lambda x: overflowing(x - 1000), lambda x: overflowing(x - 100)],
        ),
        Mistake(
            "divided by the mean",
            "each row adds up to the number of labels, not to 1. Divide by the sum.",
            lambda x: reference.softmax(x) * x.shape[1],
        ),
        Mistake(
            "only the last image",
            "this is the row of the last image. Each row has a place in an array of zeros.",
            lambda x: reference.softmax(x)[-1],
        ),
    ],
    hints=(
        "Three steps for each row: make large scores harmless, take e to each, divide by the sum. "
        "Adding the same number to all scores of a row changes none of the probabilities.",
        "A loop helps: `for image, scores in enumerate(x):` gives you one row after the other. "
        "`scores.max()` is its largest score.",
        "For each row, `powers = np.exp(scores - largest)`; then the row of the answer is `powers` "
        "divided by its own sum. Collect the rows in `np.zeros(x.shape)`.",
    ),
)
