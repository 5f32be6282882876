"""Numeric gradients against slopes that anyone can work out."""

import numpy as np
import pytest

from cnncourse.gradcheck import numeric_gradient


def test_slope_of_a_sum_of_squares_is_twice_the_entry():
    x = np.array([[1.0, -2.0, 0.0], [0.5, 3.0, -4.0]])
    slope = numeric_gradient(lambda x: (x * x).sum(), x)
    np.testing.assert_allclose(slope, [[2, -4, 0], [1, 6, -8]], atol=1e-9)


def test_each_entry_gets_its_own_slope():
    weights = np.arange(24.0).reshape(2, 3, 4)
    slope = numeric_gradient(lambda x: (x * weights).sum(), np.ones((2, 3, 4)))
    np.testing.assert_allclose(slope, weights, atol=1e-7)


def test_nudging_both_ways_is_exact_for_a_parabola():
    """Nudging up alone would be off by h, here 0.5."""
    slope = numeric_gradient(lambda x: x[0] ** 2, np.array([3.0]), h=0.5)
    np.testing.assert_array_equal(slope, [6.0])


def test_error_shrinks_with_the_square_of_h():
    """(x + h)^3 - (x - h)^3 over 2h is 3x^2 + h^2."""
    x = np.array([1.0])
    for h in (0.5, 0.25, 0.125):
        np.testing.assert_array_equal(numeric_gradient(lambda x: x[0] ** 3, x, h=h), [3 + h * h])


def test_other_entries_are_back_in_place_when_one_is_nudged():
    """In a product each slope is the product of the others."""
    slope = numeric_gradient(lambda x: x.prod(), np.array([2.0, 3.0, 5.0]), h=0.5)
    np.testing.assert_array_equal(slope, [15, 10, 6])


@pytest.mark.parametrize("answer", [float, np.float32, np.asarray, int])
def test_f_may_answer_with_any_kind_of_number(answer):
    slope = numeric_gradient(lambda x: answer(2 * x[0]), np.array([1.0]), h=1.0)
    np.testing.assert_array_equal(slope, [2.0])


def test_a_view_of_x_is_read_before_the_next_nudge():
    slope = numeric_gradient(lambda x: x[1:].reshape(()), np.array([1.0, 2.0]), h=1.0)
    np.testing.assert_array_equal(slope, [0, 1])


def test_x_stays_as_it_is_and_may_be_read_only():
    x = np.array([[1.0, 2.0], [3.0, 4.0]]).T
    x.flags.writeable = False
    slope = numeric_gradient(lambda x: 10 * x[0, 0] + x[0, 1], x)
    np.testing.assert_allclose(slope, [[10, 1], [0, 0]], atol=1e-9)
    np.testing.assert_array_equal(x, [[1, 3], [2, 4]])


def test_a_single_number_as_an_array_without_axes():
    slope = numeric_gradient(lambda x: 3 * x, np.array(2.0), h=1.0)
    assert slope.shape == ()
    np.testing.assert_array_equal(slope, 3.0)
