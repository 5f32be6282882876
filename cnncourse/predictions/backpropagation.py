"""What the lesson asks before it tells."""

import numpy as np

from .. import ops, reference
from .core import Prediction

WINDOW = np.array([[1.0, 5.0], [2.0, 3.0]])
BLAME = 8.0
P = np.array([[0.7, 0.2, 0.1]])


def two_uses() -> int:
    """The slope of x · x at 3, by a nudge to either side."""
    x, h = 3.0, 0.5
    return round(((x + h) ** 2 - (x - h) ** 2) / (2 * h))


def asleep() -> int:
    """The blame that ReLU passes to -2, when 5 comes from above."""
    return int(reference.relu_back(np.array([5.0]), np.array([-2.0]))[0])


def _pooled(back) -> tuple[int, ...]:
    dx = back(np.full((1, 1, 1, 1), BLAME), WINDOW[None, :, :, None], 2)
    return tuple(int(blame) for blame in dx.ravel())


def whose_window() -> tuple[int, ...]:
    """The blame of four numbers in a window of max pooling."""
    return _pooled(reference.max_pool2d_back)


def averaged_window() -> tuple[int, ...]:
    """The blame of four numbers in a window of average pooling."""
    return _pooled(reference.avg_pool2d_back)


def middle_pixel() -> int:
    """How many windows of 3 by 3 hold the middle of 5 by 5 pixels."""
    x = np.zeros((1, 5, 5, 1))
    x[0, 2, 2, 0] = 1
    y, _ = ops.conv2d(x, np.ones((3, 3, 1, 1)), np.zeros(1))
    return int(np.count_nonzero(y))


def blame_of_scores() -> float:
    """The blame of score 1, where label 1 is true and has a probability of 0.2."""
    dx = reference.softmax_cross_entropy_back(1.0, np.log(P), np.array([1]))
    return round(float(dx[0, 1]), 6)


PREDICTIONS = [
    Prediction(
        name="two_uses",
        question="At x = 3, x grows by a very small step. By how many times that step does "
        "y = x · x grow?",
        answer=two_uses,
        wrong={
            3: "That is one of the two uses: x is the left factor and the right one.",
            9: "That is y itself. By how much does it grow?",
            2: "Each use counts as much as the other factor is large, and that is 3.",
            1: "One factor that grows by a little is multiplied by the other, which is 3.",
        },
        because="As the left factor x counts 3 times, as the right factor 3 times more.",
    ),
    Prediction(
        name="asleep",
        question="ReLU got −2 and gave 0. The blame of its output is 5. The blame of the −2 is:",
        answer=asleep,
        wrong={
            5: "That would be so if the number had passed. It did not: ReLU gave 0.",
            -10: "The slope of ReLU is not the number itself. What does a nudge of −2 change?",
            -5: "ReLU turns no signs. What does a nudge of −2 change?",
            -2: "That is the number. What does a nudge of it change?",
        },
        because="With −1.9 or −2.1, ReLU would have given 0 as well: a small change of this number "
        "changes nothing.",
    ),
    Prediction(
        name="whose_window",
        question="Max pooling takes the largest of 1, 5, 2, 3. Its blame is 8. The four get:",
        answer=whose_window,
        wrong={
            (8, 8, 8, 8): "Three of them did not come out. A nudge of them changes nothing.",
            (2, 2, 2, 2): "So it would be in average pooling. Here only one number came out.",
            (0, 40, 0, 0): "The largest came out as it was: its slope is 1.",
            (0, 5, 0, 0): "That is the number. What is its blame?",
        },
        because="Only the 5 came out. A small change of the others changes nothing.",
    ),
    Prediction(
        name="averaged_window",
        question="The same four numbers and blame, but average pooling. The four get:",
        answer=averaged_window,
        wrong={
            (0, 8, 0, 0): "All four are in the mean, not only the largest.",
            (8, 8, 8, 8): "Each number counts in the mean with a quarter.",
            (1, 5, 2, 3): "Those are the numbers. In a mean, all count alike.",
        },
        because="Each of the four counts with a quarter, whatever it is: 8 / 4.",
    ),
    Prediction(
        name="middle_pixel",
        question="Windows of 3 × 3 slide over 5 × 5 pixels, stride 1. The middle pixel is in:",
        answer=middle_pixel,
        wrong={
            1: "A pixel in the corner is in one window. The middle is in more.",
            3: "In so many of each row of windows. There are more rows than one.",
            25: "That is how many pixels there are.",
            4: "That would be so with windows of 2 × 2.",
        },
        because="There are 3 × 3 windows, and each of them reaches the middle. So this pixel was "
        "used nine times, each time with another weight.",
    ),
    Prediction(
        name="blame_of_scores",
        question="The probabilities are 0.7, 0.2, 0.1; the true label is number 1, counted from 0. "
        "The blame of its score:",
        answer=blame_of_scores,
        wrong={
            -0.3: "Labels count from 0, so number 1 is the middle one.",
            0.8: "The other way round: the probability minus the truth.",
            0.2: "That is the probability. What of the truth?",
            -1: "That is minus the truth. What of the probability?",
        },
        because="A larger score of the true label makes the loss smaller, so its blame is below 0. "
        "The blames of the other two are their probabilities, and all three add up to 0.",
    ),
]
