"""A budget says which limit is passed, and by how much."""

import numpy as np
import pytest

from cnncourse import layers
from cnncourse.budget import Budget

RNG = np.random.default_rng(0)
NET = layers.Sequential(layers.Flatten(), layers.Dense(12, 3, rng=RNG))  # 39 parameters


@pytest.mark.parametrize(
    ("parameters", "seconds", "told"),
    [
        (39, 2.5, []),
        (38, 2.5, ["39 parameters are 1 over the budget of 38."]),
        (39, 2.75, ["2.8 s of training are 0.2 s over the budget of 2.5 s."]),
        (9, 99.0, ["39 parameters are 30 over", "99.0 s of training are 96.5 s over"]),
    ],
)
def test_each_limit_that_is_passed_is_told(parameters, seconds, told):
    budget = Budget(parameters, seconds=2.5)
    found = budget.over(NET, seconds)
    assert len(found) == len(told)
    for sentence, start in zip(found, told):
        assert sentence.startswith(start)


def test_what_is_left_is_told():
    says = Budget(1_040, seconds=60).says(NET, 12.34)
    assert says == "Within the budget: 1,001 of 1,040 parameters and 47.7 of 60 s are left."
    assert Budget(38, 60).says(NET, 61.0).count("over the budget") == 2


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Budget(0, 60).over(NET, 1), "Budget: parameters should be"),
        (lambda: Budget(100, "60").over(NET, 1), "Budget: seconds should be a number"),
        (lambda: Budget(100, 60).over("net", 1), "over: net should be"),
        (lambda: Budget(100, 60).says(NET, None), "over: seconds should be a number"),
    ],
)
def test_what_does_not_fit_is_told(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_seconds_that_are_no_number_are_over():
    assert Budget(100, 60).over(NET, float("nan"))
