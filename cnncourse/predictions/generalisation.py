"""What the lesson asks before it tells; long runs are read from data/."""

import numpy as np

from ..experiments import Setup, stored_runs
from ..intervals import accuracy_interval, mean_interval
from .core import Prediction

KNOWN = {60: "about 60%", 75: "about 75%", 88: "about 88%", 97: "about 97%"}
REACH = {0.1: "a tenth of a point", 1: "1 point", 3: "3 points"}
APART = {0.3: "less than half a point", 1: "about 1 point", 3.5: "3 to 4 points", 10: "10 points"}
GAINS = {-3: "it loses about 3", 0: "no difference", 3: "it wins about 3", 10: "it wins about 10"}
HELPS = {"dropout": dict(dropout=0.5), "moved images": dict(move=2)}
HELPS["weight decay"] = dict(weight_decay=0.01)
CHANGES = "it is higher", "no difference that one can tell", "it is lower"


def nearest(value: float, choices: dict[float, str]) -> str:
    return choices[min(choices, key=lambda number: abs(number - value))]


def new_digits() -> str:
    return nearest(100 * stored_runs(Setup(images=300)).mean(), KNOWN)


def reach() -> str:
    low, high = accuracy_interval(970, 1000)
    return nearest(100 * (high - low) / 2, REACH)


def times_as_many() -> int:
    """How many times as many images halve the interval."""
    low, high = accuracy_interval(97_000, 100_000)
    times = range(2, 20)
    half = (high - low) / 2
    widths = [np.subtract(*accuracy_interval(97_000 * n, 100_000 * n)[::-1]) for n in times]
    return times[int(np.argmin(np.abs(np.array(widths) - half)))]


def apart() -> str:
    return nearest(100 * np.ptp(stored_runs(Setup(images=300))), APART)


def pooling_gain() -> str:
    gain = stored_runs(Setup("max")) - stored_runs(Setup("stride"))
    return nearest(100 * gain.mean(), GAINS)


def helps_most() -> str:
    return max(HELPS, key=lambda name: stored_runs(Setup(**HELPS[name])).mean())


def stopping_early() -> str:
    gain = stored_runs(Setup(images=300), "stopped") - stored_runs(Setup(images=300))
    _, low, high = mean_interval(gain)
    return CHANGES[0] if low > 0 else CHANGES[2] if high < 0 else CHANGES[1]


PREDICTIONS = [
    Prediction(
        name="new_digits",
        question="Trained on 300 digits until it knows them all: how many new digits are right?",
        answer=new_digits,
        choices=tuple(KNOWN.values()),
        wrong={
            KNOWN[60]: "300 digits tell more than that: thirty or so of each kind.",
            KNOWN[75]: "That is near what a hundred digits give.",
            KNOWN[97]: "That takes thousands of digits, as in lesson 09.",
        },
        because="That is the mean of ten runs. The rest of the way, from 100%, is the gap.",
    ),
    Prediction(
        name="reach",
        question="970 of 1,000 test images are right. The interval reaches to each side:",
        answer=reach,
        choices=tuple(REACH.values()),
        wrong={
            REACH[0.1]: "One image alone is a tenth of a point.",
            REACH[3]: "3% is the share of wrong answers, not how sure it is.",
        },
        because="The standard error is √(0.97 · 0.03 / 1000), about half a point; 1.96 of them "
        "are about one.",
    ),
    Prediction(
        name="times_as_many",
        question="To make the interval half as long, one needs how many times as many images?",
        answer=times_as_many,
        wrong={
            8: "Half as long asks for the square of 2, not for its cube.",
            2: "The number of images stands under a root.",
        },
        because="It stands under a root: √4 = 2.",
    ),
    Prediction(
        name="apart",
        question="Ten networks differ in their seed alone. Best and worst test accuracy are apart:",
        answer=apart,
        choices=tuple(APART.values()),
        wrong={
            APART[0.3]: "They would be, if each had learned from the same images with the same "
            "first weights.",
            APART[1]: "One point is the spread, about the usual distance from the mean. Best and "
            "worst of ten are farther apart.",
            APART[10]: "So far apart are networks that learn from 100 and from 300 images.",
        },
        because="A seed chooses the 300 images, the first weights and the order, and that much "
        "depends on them.",
    ),
    Prediction(
        name="pooling_gain",
        question="300 images: max pooling against strides, in points of test accuracy:",
        answer=pooling_gain,
        choices=tuple(GAINS.values()),
        wrong={
            GAINS[-3]: "Then strides would have been better.",
            GAINS[0]: "There is one, and with ten seeds it is seen.",
            GAINS[10]: "That would be two thirds of what is left to 100%.",
        },
        because="That is the mean of ten differences, each of two runs with the same seed.",
    ),
    Prediction(
        name="helps_most",
        question="300 images: which gives the highest test accuracy?",
        answer=helps_most,
        choices=tuple(HELPS),
        wrong={
            "dropout": "It helps a little here.",
            "weight decay": "At this strength, no difference is seen.",
        },
        because="By the mean of ten runs each; the picture shows how sure that is.",
    ),
    Prediction(
        name="stopping_early",
        question="300 images: back to the lowest held-out loss. Against the last weights, the test "
        "accuracy:",
        answer=stopping_early,
        choices=CHANGES,
        wrong={
            CHANGES[0]: "It is the loss that is better there.",
            CHANGES[1]: "The interval of the ten differences does not include 0.",
        },
        because="This is by the interval of ten differences. A loss and an accuracy are not "
        "the same: late in training the wrong answers get surer, but not always more.",
    ),
]
