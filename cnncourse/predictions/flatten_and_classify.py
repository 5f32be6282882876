"""What the lesson asks before it tells."""

import numpy as np

from .. import data, ops, storage, variations
from .core import Prediction

SURE = {  # in percent: the most that belongs to each choice
    "below 20%": 20,
    "between 20% and 50%": 50,
    "between 50% and 90%": 90,
    "above 90%": 100,
}
RIGHT = {"about 80 of 100": 80, "about 50 of 100": 50, "about 20 of 100": 20}
GROWS, STAYS, SHRINKS = "it grows", "it stays the same", "it shrinks"


def course_net():
    return storage.load(data.bundled("course_cnn.npz"))


def row_length() -> int:
    """How many numbers the first test digit's maps hold after six layers."""
    return course_net().trace(data.load("mnist").x_test[:1]).outputs[5].size


def dense_parameters() -> int:
    return sum(array.size for array in course_net().layers[-1].params.values())


def sure_of_noise() -> str:
    """How sure the network typically is of grey noise."""
    noise = np.random.default_rng(0).random((300, 28, 28, 1), np.float32)
    probabilities, _ = ops.softmax(course_net()(noise))
    sure = 100 * np.median(probabilities.max(axis=1))
    return next(band for band, most in SURE.items() if sure < most)


def changed(largest_before: float, largest_after: float) -> str:
    if np.isclose(largest_before, largest_after):
        return STAYS
    return GROWS if largest_after > largest_before else SHRINKS


def largest(scores) -> float:
    probabilities, _ = ops.softmax(np.array([scores]))
    return probabilities.max()


def hundred_more() -> str:
    """What becomes of a probability when each score is larger by 100."""
    scores = np.array([2.0, 1, 0, -1])
    return changed(largest(scores), largest(scores + 100))


def cold() -> str:
    """What becomes of the largest probability when the scores are divided by a quarter."""
    scores = np.array([2.0, 1, 0, -1])
    return changed(largest(scores), largest(scores / 0.25))


def cost_of_a_quarter() -> str:
    """The loss of probability 0.25 against that of 0.5."""
    ratio = np.log(0.25) / np.log(0.5)
    return {0.5: "half as large", 1.5: "half as large again", 2: "twice as large"}[round(ratio, 6)]


def turned_and_right() -> str:
    """How many of a hundred digits the network still reads when they are turned by 45 degrees."""
    digits = data.load("mnist")
    scores = course_net()(variations.turned(digits.x_test[:2000], 45))
    right = 100 * (scores.argmax(axis=1) == digits.y_test[:2000]).mean()
    return min(RIGHT, key=lambda band: abs(RIGHT[band] - right))


PREDICTIONS = [
    Prediction(
        name="sure_of_noise",
        question="The probability of its choice, typically:",
        answer=sure_of_noise,
        choices=tuple(SURE),
        wrong={
            "below 20%": "10% for each label would say: I do not know. Nothing has taught the "
            "network to say so.",
            "between 20% and 50%": "Fewer than half of the pictures get so little.",
            "above 90%": "Some pictures of noise get that much, but not half of them.",
        },
        because="The ten probabilities have to sum to 1, whatever the picture is. Further down you "
        "count when such a number can be believed.",
    ),
    Prediction(
        name="row_length",
        question="Numbers in the row:",
        answer=row_length,
        wrong={
            49: "That is one map. How many are there?",
            32: "That is one place. How many are there?",
            784: "These are the pixels of the picture. The maps have other sizes.",
            224: "There are 7 rows and 7 columns, and all maps.",
        },
        because="7 × 7 places, 32 maps.",
    ),
    Prediction(
        name="dense_parameters",
        question="Weights and biases, together:",
        answer=dense_parameters,
        wrong={
            15680: "These are the weights. What else is there for each label?",
            1568: "Each label has weights of its own.",
            1578: "Each label has weights of its own.",
            1569: "Each label has weights and a bias of its own.",
            15681: "Each label has a bias of its own.",
        },
        because="1,568 weights for each of ten labels, and ten biases.",
    ),
    Prediction(
        name="hundred_more",
        question="The largest of the four probabilities:",
        answer=hundred_more,
        choices=(GROWS, STAYS, SHRINKS),
        wrong={
            GROWS: "All powers grow, but their sum grows as much.",
            SHRINKS: "They sum to 1, so they cannot all shrink.",
        },
        because="All powers get the same factor, e to the power of 100; the division takes it out "
        "again.",
    ),
    Prediction(
        name="cold",
        question="The largest of the four probabilities:",
        answer=cold,
        choices=(GROWS, STAYS, SHRINKS),
        wrong={
            STAYS: "Adding a number to all scores changes nothing. Dividing them does: it changes "
            "their differences.",
            SHRINKS: "To divide by a quarter is to multiply by 4.",
        },
        because="To divide by a quarter is to multiply by 4: the differences become four times as "
        "large, so the largest score is further ahead.",
    ),
    Prediction(
        name="cost_of_a_quarter",
        question="Compared with the loss at 0.5, the loss at 0.25 is:",
        answer=cost_of_a_quarter,
        choices=("half as large", "half as large again", "twice as large"),
        wrong={
            "half as large": "A worse answer costs more.",
            "half as large again": "Each halving costs the same once more.",
        },
        because="0.25 is a half of a half, and a logarithm turns a product into a sum: −ln 0.25 = "
        "−ln 0.5 − ln 0.5.",
    ),
    Prediction(
        name="turned_and_right",
        question="Right answers:",
        answer=turned_and_right,
        choices=tuple(RIGHT),
        wrong={
            "about 80 of 100": "So it would be if its probabilities kept their word.",
            "about 20 of 100": "Many a digit that is turned still looks like itself.",
        },
        because="It learned from upright digits. Of turned ones, it is far too sure.",
    ),
]
