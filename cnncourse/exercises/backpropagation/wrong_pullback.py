"""Exercise wrong_pullback, lesson 08: of five pullbacks, a check finds the one that is wrong."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ... import single
from ...shapes import Array
from ..choices import ChoiceExercise
from ..core import Mistake

RIGHT, WRONG = "right", "wrong"
DENSE, RELU, POOL, CONV, SCORES = (
    "dense", "ReLU", "overlapping max pooling", "convolution", "softmax with cross-entropy",
)  # fmt: skip


class Suspect(NamedTuple):
    """A function of x that gives one number, an x, and what a pullback says is its blame."""

    f: Callable
    x: Array
    dx: Array


def suspects() -> dict[str, Suspect]:
    """Five pullbacks at work, by the name of the operation."""
    rng = np.random.default_rng(8)
    return {
        DENSE: dense(rng.normal(size=4), rng.normal(size=(4, 3)), rng.normal(size=3)),
        RELU: relu(np.array([1.5, -0.5, 0.0, 2.0]), np.array([2.0, -1.0, 3.0, 0.5])),
        POOL: max_pool(np.array([1.0, 7.0, 2.0, 4.0, 3.0]), np.array([3.0, 4.0, -1.0, 2.0])),
        CONV: convolution(*(rng.normal(size=shape) for shape in ((5, 5), (3, 3), (3, 3)))),
        SCORES: cross_entropy(rng.normal(size=5), 2),
    }


def dense(x, w, dy) -> Suspect:
    return Suspect(lambda x: float((x @ w * dy).sum()), x, w @ dy)


def relu(x, dy) -> Suspect:
    return Suspect(lambda x: float((np.maximum(x, 0) * dy).sum()), x, np.where(x > 0, dy, 0))


def max_pool(x, dy) -> Suspect:
    """Windows of two numbers that begin at each number of a row."""
    dx = np.zeros(x.shape)
    for place in range(len(dy)):
        dx[place + x[place : place + 2].argmax()] = dy[place]
    windows = np.arange(len(dy))[:, None] + [0, 1]
    return Suspect(lambda x: float((x[windows].max(axis=1) * dy).sum()), x, dx)


def convolution(x, w, dy) -> Suspect:
    back = single.correlate(dy, w[::-1, ::-1], pad=2)
    return Suspect(lambda x: float((single.correlate(x, w) * dy).sum()), x, back)


def cross_entropy(x, label) -> Suspect:
    probabilities = np.exp(x) / np.exp(x).sum()
    return Suspect(
        lambda x: float(np.log(np.exp(x).sum()) - x[label]),
        x,
        probabilities - (np.arange(len(x)) == label),
    )


def wrong_pullback():
    return {
        "dense": "right",
        "ReLU": "right",
        "overlapping max pooling": "wrong",
        "convolution": "right",
        "softmax with cross-entropy": "right",
    }


LOOK = {
    DENSE: "How large is the difference that your check finds there?",
    RELU: "Its check fails at one number. What is x there?",
    POOL: "At which number does its check fail, and how many windows hold that number?",
    CONV: "How large is the difference that your check finds there?",
    SCORES: "How large is the difference that your check finds there?",
}


def said_of(**choices) -> dict[str, str]:
    return wrong_pullback() | choices


def all_wrong(answer) -> bool:
    return len(answer) == 5 and set(answer.values()) == {WRONG}


def all_right(answer) -> bool:
    return len(answer) == 5 and set(answer.values()) == {RIGHT}


EXERCISE = ChoiceExercise(
    name="wrong_pullback",
    asks='should say for each of the five pullbacks "right" or "wrong".',
    solution=wrong_pullback,
    choices=(RIGHT, WRONG),
    kind="words",
    look=lambda name, choice: f"Look at {name}. {LOOK[name]}",
    mistakes=[
        Mistake(
            "all are wrong",
            "a difference of a billionth is rounding. Only one of the five is wrong.",
            all_wrong,
            dict.fromkeys(wrong_pullback(), WRONG),
        ),
        Mistake(
            "all are right",
            "two of the checks find differences that are no rounding. One of them is a kink. The "
            "other is none: 7 is far from both of its neighbours, so no nudge changes who wins.",
            all_right,
            dict.fromkeys(wrong_pullback(), RIGHT),
        ),
        Mistake(
            "a kink taken for a fault",
            "at exactly 0 ReLU has a kink, and there a nudge finds half of each side. The pullback "
            "says 0 there, as the package does, and is right everywhere else.",
            lambda answer: answer[RELU] == WRONG and answer[POOL] == RIGHT,
            said_of(**{RELU: WRONG, POOL: RIGHT}),
        ),
        Mistake(
            "one of the two is a kink",
            "one of the two that differ is wrong. The other differs only where x is exactly 0.",
            lambda answer: answer[RELU] == WRONG,
            said_of(ReLU=WRONG),
        ),
        Mistake(
            "rounding taken for a fault",
            "nudging is exact to about nine digits. A difference that small is no fault.",
            lambda answer: any(answer[name] == WRONG for name in (DENSE, CONV, SCORES)),
            said_of(dense=WRONG),
        ),
    ],
    hints=(
        "Call your check, or `numeric_gradient`, with each of the five, and print the difference.",
        "Three differ by a billionth or less: that is rounding. For the other two, print x, dx and "
        "the slopes, and look at which number they differ.",
        "ReLU differs where x is exactly 0: a kink. The pooling differs at 7, which wins in two "
        "windows: of two uses, one is forgotten.",
    ),
)
