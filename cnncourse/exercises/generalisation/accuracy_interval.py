"""Exercise accuracy_interval: how far an accuracy may be off by chance."""

import numpy as np

from ...intervals import accuracy_interval as wilson
from ..core import Mistake
from ..functions import FunctionExercise


def accuracy_interval(right, n):
    """The two ends of the 95% interval.   right: how many of the n images"""
    p = right / n
    half = 1.96 * np.sqrt(p * (1 - p) / n)
    return p - half, p + half


def from_single_answers(right, n):
    """The same from the n answers, each 1 or 0, by their spread."""
    answers = np.repeat([1.0, 0.0], [right, n - right])
    half = 1.96 * answers.std() / np.sqrt(n)
    return answers.mean() - half, answers.mean() + half


def around(half, middle=lambda right, n: right / n):
    """The interval with another half width, or about another middle."""

    def does(right, n):
        share = right / n
        return middle(right, n) - half(share, n), middle(right, n) + half(share, n)

    return does


def usual(share, n):
    return 1.96 * np.sqrt(share * (1 - share) / n)


EXERCISE = FunctionExercise(
    name="accuracy_interval",
    asks="should return two numbers, the lower and the upper end of the interval, by the formula "
    "above it; they may lie outside of 0 to 1.",
    solution=accuracy_interval,
    reference=from_single_answers,
    returns=("low", "high"),
    cases={
        "8 of 10": (8, 10),
        "half of 16": (8, 16),
        "19 of 20": (19, 20),
        "90 of 100": (90, 100),
        "973 of 1000": (973, 1000),
        "9900 of 10000": (9900, 10000),
        "3 of 50": (3, 50),
        "all of 50": (50, 50),
        "none of 40": (0, 40),
    },
    mistakes=[
        Mistake(
            "1.96 forgotten",
            "this is one standard error to each side, which catches about 68%. 95% needs 1.96.",
            around(lambda p, n: np.sqrt(p * (1 - p) / n)),
        ),
        Mistake(
            "no root",
            "p (1 − p) / n is the variance. Its root is the standard error.",
            around(lambda p, n: 1.96 * p * (1 - p) / n),
        ),
        Mistake(
            "half of it, or its square, in place of the root",
            "** 1/2 is power first, then half of it. Write np.sqrt(...) or (...) ** 0.5.",
            [
                around(lambda p, n: 1.96 * (p * (1 - p) / n) ** 1 / 2),
                around(lambda p, n: 1.96 * (p * (1 - p) / n) ** 2),
            ],
        ),
        Mistake(
            "1.96 under the root",
            "1.96 times the root: close the brackets of np.sqrt before it, or write it in front.",
            around(lambda p, n: np.sqrt(1.96 * p * (1 - p) / n)),
        ),
        Mistake(
            "brackets forgotten",
            "p * 1 - p / n is (p · 1) − (p / n). Put 1 - p in brackets.",
            around(lambda p, n: 1.96 * np.sqrt(p * 1 - p / n)),
        ),
        Mistake(
            "another number in place of 1.96",
            "asked is 1.96. (0.95 is how many of the intervals hold the true value; 1.96 is how "
            "many standard errors that takes.)",
            [
                around(lambda p, n: 2 * np.sqrt(p * (1 - p) / n)),
                around(lambda p, n: 0.95 * np.sqrt(p * (1 - p) / n)),
                around(lambda p, n: 95 * np.sqrt(p * (1 - p) / n)),
                around(lambda p, n: 1.69 * np.sqrt(p * (1 - p) / n)),
            ],
        ),
        Mistake(
            "Wilson's formula",
            "this is the package's formula, which is better near 0 and 1. Asked is the plain one.",
            lambda right, n: wilson(right, n),
        ),
        Mistake(
            "n outside the root",
            "the division by n stands under the root, too: ten times as many images make the "
            "interval about three times shorter, not ten times.",
            around(lambda p, n: 1.96 * np.sqrt(p * (1 - p)) / n),
        ),
        Mistake(
            "n forgotten",
            "your interval does not get shorter with more images. Divide by n under the root.",
            around(lambda p, n: 1.96 * np.sqrt(p * (1 - p))),
        ),
        Mistake(
            "n − 1 in place of n",
            "asked is the formula with n under the root.",
            around(lambda p, n: 1.96 * np.sqrt(p * (1 - p) / (n - 1))),
        ),
        Mistake(
            "1 − p forgotten",
            "under the root stands p times (1 − p).",
            [
                around(lambda p, n: 1.96 * np.sqrt(p / n)),
                around(lambda p, n: 1.96 * np.sqrt(p * p / n)),
            ],
        ),
        Mistake(
            "the whole width to each side, or a quarter",
            "1.96 standard errors go to each side, up and down.",
            [
                around(lambda p, n: 2 * usual(p, n)),
                around(lambda p, n: usual(p, n) / 2),
            ],
        ),
        Mistake(
            "upper end first",
            "the lower end comes first.",
            lambda right, n: around(usual)(right, n)[::-1],
        ),
        Mistake(
            "around the wrong answers",
            "this interval lies around the proportion of wrong answers.",
            around(usual, lambda right, n: 1 - right / n),
        ),
        Mistake(
            "cut to a whole number",
            "right // n drops what stands after the point, so it is 0 or 1. Write right / n.",
            around(usual, lambda right, n: right // n),
        ),
        Mistake(
            "cut to a whole number, under the root as well",
            "right // n drops what stands after the point, so it is 0 or 1. Write right / n.",
            lambda right, n: (right // n, right // n),
        ),
        Mistake(
            "not divided by n",
            "p is the proportion of right answers, right / n, not their number. Under the root "
            "that would be below 0.",
            lambda right, n: around(lambda p, n: 1.96 * np.sqrt(right * (1 - right) / n))(right, n),
        ),
        Mistake(
            "percent",
            "the ends are percents. Leave them as numbers from about 0 to about 1.",
            lambda right, n: tuple(100 * end for end in around(usual)(right, n)),
        ),
        Mistake(
            "counts of images",
            "the ends are numbers of images. Divide them by n.",
            lambda right, n: tuple(n * end for end in around(usual)(right, n)),
        ),
        Mistake(
            "cut off at 0 and 1",
            "the ends are cut off at 0 or 1. That is sensible, but here the formula itself is "
            "asked, so that you see where it goes wrong.",
            lambda right, n: tuple(np.clip(around(usual)(right, n), 0, 1)),
        ),
        Mistake(
            "the half width",
            "this is how far the interval reaches. Take it from p, and add it to p.",
            [
                lambda right, n: (usual(right / n, n), usual(right / n, n)),
                lambda right, n: (-usual(right / n, n), usual(right / n, n)),
            ],
        ),
        Mistake(
            "rounded",
            "the ends are rounded. Leave their digits as they are.",
            [
                lambda right, n: tuple(np.round(around(usual)(right, n), 2)),
                lambda right, n: tuple(np.round(around(usual)(right, n), 1)),
            ],
        ),
    ],
    hints=(
        "First the proportion of right answers, then the standard error, then both ends.",
        "`p = right / n`, and the error is `np.sqrt(p * (1 - p) / n)`.",
        "`half = 1.96 * error`; the ends are `p - half` and `p + half`. Return both.",
    ),
)
