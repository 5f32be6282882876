"""One battery for every operation, over the table in cases.py; then what is special about each.

Dtypes, orders in memory, pieces of work and values of all sizes: test_properties.py.
"""

import math

import numpy as np
import pytest
from cases import CASES, PULLED, as_tuple, assert_same, distinct, random, some_dy

from cnncourse import ops, reference
from cnncourse.gradcheck import numeric_gradient

WITH_PARAMETERS = [case for case in PULLED if len(case.arrays) > 1]


def test_the_table_has_every_operation():
    """Dropout is random, so it has tests of its own below."""
    assert {case.op for case in CASES} | {"dropout"} == set(ops.__all__)


# ---- Forward and back


@pytest.mark.parametrize("case", CASES, ids=str)
def test_output_meets_the_loops(case):
    assert_same(case.output(), case.run(reference))


@pytest.mark.parametrize("case", PULLED, ids=str)
def test_pullback_meets_the_numeric_gradient(case):
    y, gradients = case.run_and_pull()
    dy = some_dy(y)
    for (name, array), gradient in zip(case.arrays.items(), gradients, strict=True):
        expected = numeric_gradient(lambda v, n=name: (case.output(**{n: v}) * dy).sum(), array)
        assert_same(gradient, expected, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("case", PULLED, ids=str)
def test_pullback_meets_the_loops_of_the_way_back(case):
    y, gradients = case.run_and_pull()
    back = getattr(reference, f"{case.op}_back")
    expected = as_tuple(back(some_dy(y), **case.arrays, **case.options))
    for gradient, wanted in zip(gradients, expected, strict=True):
        assert_same(gradient, wanted)


@pytest.mark.parametrize("case", PULLED, ids=str)
def test_whole_dy_has_the_gradients_of_equal_floats(case):
    """A learner's first dy is often np.ones_like of a table of integers."""
    y, pull = case.run()
    dy = np.asarray(np.round(9 * some_dy(y)), np.int64)[()]
    expected = as_tuple(pull(np.asarray(dy, np.float64)[()]))
    for gradient, wanted in zip(as_tuple(pull(dy)), expected, strict=True):
        np.testing.assert_allclose(gradient, wanted, 1e-12, 1e-12)


@pytest.mark.parametrize("case", WITH_PARAMETERS, ids=str)
def test_gradients_of_the_parameters_come_without_dx_on_request(case):
    y, pull = case.run()
    dx, *gradients = pull(some_dy(y), need_dx=False)
    assert dx is None
    for gradient, expected in zip(gradients, pull(some_dy(y))[1:], strict=True):
        assert_same(gradient, expected)


# ---- Each by itself


def test_relu_by_hand():
    y, pull = ops.relu(np.array([-2.0, 0.0, 3.0]))
    np.testing.assert_array_equal(y, [0, 0, 3])
    np.testing.assert_array_equal(pull(np.array([5.0, 6.0, 7.0])), [0, 0, 7])


def test_relu_lets_nan_through():
    """A NaN that vanished would hide where it came from."""
    np.testing.assert_array_equal(ops.relu(np.array([np.nan, -1.0]))[0], [np.nan, 0])


def test_flatten_runs_through_channels_then_columns_then_rows():
    y, pull = ops.flatten(np.arange(24).reshape(1, 3, 4, 2))
    np.testing.assert_array_equal(y, [np.arange(24)])
    np.testing.assert_array_equal(pull(y), np.arange(24).reshape(1, 3, 4, 2))


@pytest.mark.parametrize("shape", [(3, 4), (2, 5, 3), (2, 1, 2, 1, 3)])
def test_flatten_takes_any_number_of_axes(shape):
    x = random("any", *shape)
    y, pull = ops.flatten(x)
    np.testing.assert_array_equal(y, [image.ravel() for image in x])
    np.testing.assert_array_equal(pull(y), x)


def test_dense_by_hand():
    x, w = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 0.0, -1.0], [2.0, 1.0, 0.0]])
    y, pull = ops.dense(x, w, np.array([10.0, 20.0, 30.0]))
    np.testing.assert_array_equal(y, [[15, 22, 29], [21, 24, 27]])
    dx, dw, db = pull(np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 2.0]]))
    np.testing.assert_array_equal(dx, [[1, 2], [-2, 1]])
    np.testing.assert_array_equal(dw, [[1, 3, 6], [2, 4, 8]])
    np.testing.assert_array_equal(db, [1, 1, 2])


def test_softmax_gives_probabilities():
    y, _ = ops.softmax(random("scores", 5, 4) * 10)
    np.testing.assert_allclose(y.sum(axis=1), np.ones(5), rtol=1e-15)
    np.testing.assert_array_equal(y > 0, np.full((5, 4), True))


def test_softmax_of_huge_scores_is_that_of_their_differences():
    """e ** 1000 is more than any float; only differences between scores count."""
    x = np.array([[1000.0, 1001.0], [-1000.0, -1001.0]])
    y, _ = ops.softmax(x)
    e = math.e
    np.testing.assert_allclose(y, [[1 / (1 + e), e / (1 + e)], [e / (1 + e), 1 / (1 + e)]])


def test_softmax_of_scores_far_apart_stays_finite():
    y, pull = ops.softmax(np.array([[-1e308, 0.0, 1e307]]))
    np.testing.assert_array_equal(y, [[0, 0, 1]])
    np.testing.assert_array_equal(pull(np.ones((1, 3))), [[0, 0, 0]])


def test_scores_of_int32_may_lie_as_far_apart_as_can_be():
    x = np.array([[-(2**31), 2**31 - 1, 2**31 - 1]], np.int32)
    np.testing.assert_array_equal(ops.softmax(x)[0], [[0, 0.5, 0.5]])
    np.testing.assert_array_equal(reference.softmax(x), [[0, 0.5, 0.5]])
    loss, _ = ops.softmax_cross_entropy(x, np.array([0]))
    np.testing.assert_allclose(loss, 2.0**32 - 1 + np.log(2), rtol=1e-15)


def test_equal_scores_cost_the_logarithm_of_their_number():
    loss, pull = ops.softmax_cross_entropy(np.zeros((2, 5)), np.array([0, 3]))
    np.testing.assert_allclose(loss, math.log(5))
    np.testing.assert_allclose(pull(), np.array([[-4, 1, 1, 1, 1], [1, 1, 1, -4, 1]]) / 10)


def test_being_wrong_and_sure_costs_the_difference():
    """The probability itself is zero in floats, so log(softmax(x)) would be infinite."""
    loss, pull = ops.softmax_cross_entropy(np.array([[1000.0, 0.0]]), np.array([1]))
    np.testing.assert_array_equal(loss, 1000.0)
    np.testing.assert_array_equal(pull(), [[1, -1]])


def test_cross_entropy_is_the_mean_over_images():
    logits, labels = random("mean", 4, 3), np.array([0, 2, 1, 1])
    singles = [ops.softmax_cross_entropy(logits[i : i + 1], labels[i : i + 1])[0] for i in range(4)]
    np.testing.assert_allclose(ops.softmax_cross_entropy(logits, labels)[0], np.mean(singles))


@pytest.mark.parametrize("number", [3, 3.0, np.float64(3), np.float32(3), np.int64(3)])
def test_pull_of_the_loss_takes_any_number_and_keeps_float32(number):
    logits = random("dloss", 4, 3).astype(np.float32)
    _, pull = ops.softmax_cross_entropy(logits, np.array([0, 2, 1, 1]))
    assert_same(pull(number), 3 * pull(), rtol=1e-6)


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64])
def test_labels_may_be_any_whole_numbers(dtype):
    logits = random("labels", 3, 4)
    loss, _ = ops.softmax_cross_entropy(logits, np.array([0, 3, 1], dtype))
    expected, _ = ops.softmax_cross_entropy(logits, np.array([0, 3, 1]))
    np.testing.assert_array_equal(loss, expected)


# ---- Dropout


def drop(x, rate=0.25, seed=3):
    return ops.dropout(x, rate, rng=np.random.default_rng(seed))


@pytest.mark.parametrize("shape", [(7,), (2, 3), (2, 3, 4, 2)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dropout_drops_or_scales_each_value(shape, dtype):
    x = distinct("dropout", *shape).astype(dtype)
    y, pull = drop(x)
    assert_same(y, np.where(y == 0, 0, x / dtype(0.75)), rtol=1e-6)
    assert_same(pull(np.ones_like(x)), y / x, rtol=1e-6)


def test_dropout_drops_the_share_it_was_told():
    """20,000 draws: the share is within 0.02 of the rate unless something is wrong."""
    x = np.ones(20_000)
    for rate in (0.1, 0.5, 0.9):
        np.testing.assert_allclose((drop(x, rate)[0] == 0).mean(), rate, atol=0.02)


def test_dropout_keeps_the_mean():
    np.testing.assert_allclose(drop(np.ones(20_000), 0.5)[0].mean(), 1, atol=0.04)


def test_dropout_pullback_meets_the_numeric_gradient():
    x = random("dropout", 3, 4)
    y, pull = drop(x)
    dy = some_dy(y)
    assert_same(pull(dy), numeric_gradient(lambda x: (drop(x)[0] * dy).sum(), x), atol=1e-8)


def test_dropout_of_nothing_changes_nothing():
    x = random("nothing", 4, 3)
    np.testing.assert_array_equal(drop(x, 0)[0], x)


def test_dropout_follows_its_generator():
    x = np.ones(100)
    np.testing.assert_array_equal(drop(x, seed=1)[0], drop(x, seed=1)[0])
    assert (drop(x, seed=1)[0] != drop(x, seed=2)[0]).any()


def test_dropout_of_integers_gives_floats():
    y, _ = drop(np.full(50, 3), 0.5)
    np.testing.assert_array_equal(np.unique(y), [0.0, 6.0])


def test_dropout_asks_for_a_generator():
    with pytest.raises(TypeError, match="required keyword-only argument: 'rng'"):
        ops.dropout(np.ones(3), 0.5)
