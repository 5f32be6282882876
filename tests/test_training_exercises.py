"""The exercises of lesson 09: answers that a learner could write, right ones and wrong ones."""

import numpy as np
import pytest

from cnncourse.exercises import EXERCISES
from cnncourse.exercises.core import NOT_YET, RIGHT
from cnncourse.exercises.training import curves, diagnose


def softmax(row):
    powers = np.exp(row - row.max())
    return powers / powers.sum()


def share(is_right):
    """accuracy, if `is_right(row, label)` says what counts."""
    return lambda logits, labels: np.mean([is_right(*pair) for pair in zip(logits, labels)])


def counted(logits, labels):
    count = 0
    for place in range(len(labels)):
        if np.argmax(logits[place]) == labels[place]:
            count += 1
    return count / len(labels)


def adam_in_another_order(w, mean, square, dw, step, lr):
    mean = mean + (1 - 0.9) * (dw - mean)
    square = square + (1 - 0.999) * (dw * dw - square)
    size = (square / (1 - pow(0.999, step))) ** 0.5
    return [w - lr * mean / (1 - pow(0.9, step)) / (size + 1e-8), mean, square]


def each_weight(w, dw, lr):
    new = w.copy()
    for place in np.ndindex(w.shape):
        new[place] = w[place] - lr * dw[place]
    return new


ANSWERS = [
    ("accuracy", counted, RIGHT),
    ("accuracy", share(lambda row, label: list(row).index(max(row)) == label), RIGHT),
    ("accuracy", share(lambda row, label: softmax(row).argmax() == label), RIGHT),
    ("accuracy", share(lambda row, label: softmax(row)[label] > 0.5), NOT_YET),
    ("accuracy", share(lambda row, label: softmax(row).round().argmax() == label), NOT_YET),
    ("accuracy", share(lambda row, label: softmax(row).round(2).argmax() == label), NOT_YET),
    ("accuracy", share(lambda row, label: row[label] == row.max()), NOT_YET),
    ("accuracy", share(lambda row, label: label in row.argsort()[-2:]), NOT_YET),
    ("adam_step", adam_in_another_order, RIGHT),
    ("sgd_step", each_weight, RIGHT),
    ("sgd_step", lambda w, dw, lr: w - lr * np.clip(dw, -100, 100), NOT_YET),
    ("sgd_step", lambda w, dw, lr: np.round(w - lr * dw, 2), NOT_YET),
    ("momentum_step", lambda w, v, dw, lr, m: [w - lr * (v * m + dw), v * m + dw], RIGHT),
]


@pytest.mark.parametrize("name, answer, state", ANSWERS)
def test_answers_are_judged_by_what_they_give(name, answer, state):
    assert EXERCISES[name].judge(answer).state == state


def test_capitals_and_spaces_do_not_matter_in_a_diagnosis():
    loud = {letter: f" {cause.capitalize()}" for letter, cause in diagnose.diagnose().items()}
    assert EXERCISES["diagnose"].judge(loud).state == RIGHT
    wrong = loud | {"A": "Healthy", "B": curves.SHUFFLED}
    assert EXERCISES["diagnose"].judge(wrong).mistake == "looks at the training loss alone"
