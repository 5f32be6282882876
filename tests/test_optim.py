"""Steps worked out by hand, schedules, and what an optimizer refuses."""

import numpy as np
import pytest
from cases import random

from cnncourse import optim


def run(optimizer, start, *gradients):
    """Where one parameter goes, step by step."""
    param = np.array([start], np.float64)
    path = []
    for gradient in gradients:
        optimizer.update([param], [np.array([gradient], np.float64)])
        path.append(param[0])
    return path


# ---- SGD by hand


def test_sgd():
    path = run(optim.SGD(lr=0.1), 1.0, 2.0, -5.0)
    np.testing.assert_allclose(path, [1 - 0.1 * 2, 0.8 + 0.1 * 5], rtol=1e-14)


def test_sgd_with_momentum():
    """Velocities 1, 0.9 + 0.5 = 1.4, 1.26 - 2 = -0.74."""
    path = run(optim.SGD(lr=0.1, momentum=0.9), 1.0, 1.0, 0.5, -2.0)
    np.testing.assert_allclose(path, [0.9, 0.76, 0.834], rtol=1e-14)


def test_momentum_goes_on_without_a_gradient():
    path = run(optim.SGD(lr=1, momentum=0.5), 0.0, 8.0, 0.0, 0.0)
    np.testing.assert_allclose(path, [-8, -12, -14], rtol=1e-14)


def test_sgd_with_weight_decay():
    """Gradients 1 + 0.1 * 2 = 1.2, then 0 + 0.1 * 1.4."""
    path = run(optim.SGD(lr=0.5, weight_decay=0.1), 2.0, 1.0, 0.0)
    np.testing.assert_allclose(path, [1.4, 1.33], rtol=1e-14)


def test_sgd_with_momentum_and_weight_decay():
    """Velocities 1.2, then 0.5 * 1.2 + 0.1 * 0.8 = 0.68."""
    path = run(optim.SGD(lr=1, momentum=0.5, weight_decay=0.1), 2.0, 1.0, 0.0)
    np.testing.assert_allclose(path, [0.8, 0.12], rtol=1e-13)


# ---- Adam by hand


@pytest.mark.parametrize("gradient", [1e-3, -0.5, 40.0])
def test_adam_s_first_step_is_as_large_as_lr(gradient):
    path = run(optim.Adam(lr=0.01), 1.0, gradient)
    np.testing.assert_allclose(path, [1 - 0.01 * np.sign(gradient)], rtol=1e-6)


def test_adam_s_second_step():
    """Gradients 1, then -3.

    mean   = 0.9 * 0.1 * 1 + 0.1 * -3 = -0.21;            over 1 - 0.9^2: -0.21 / 0.19
    square = 0.999 * 0.001 * 1 + 0.001 * 9 = 0.009999;    over 1 - 0.999^2: 0.009999 / 0.001999
    """
    path = run(optim.Adam(lr=0.1, epsilon=1e-20), 1.0, 1.0, -3.0)
    second = 0.9 + 0.1 * (0.21 / 0.19) / np.sqrt(0.009999 / 0.001999)
    np.testing.assert_allclose(path, [0.9, second], rtol=1e-12)


def test_adam_s_epsilon_is_added_after_the_root():
    path = run(optim.Adam(lr=1, epsilon=3), 0.0, 1.0)
    np.testing.assert_allclose(path, [-1 / (1 + 3)], rtol=1e-12)


def test_adam_s_betas():
    """The same with mean = 0.5 * 1 + 0.5 * 4 = 2.5 and square = 0.2 * 3.2 + 0.8 * 16 = 13.44."""
    path = run(optim.Adam(lr=1, beta1=0.5, beta2=0.2, epsilon=1e-20), 0.0, 2.0, 4.0)
    np.testing.assert_allclose(path, [-1, -1 - (2.5 / 0.75) / np.sqrt(13.44 / 0.96)], rtol=1e-12)


def test_adam_with_weight_decay():
    """The gradient 1 + 0.5 * 2 = 2 decides, and 2 / (2 + 2) is left of it."""
    path = run(optim.Adam(lr=1, epsilon=2, weight_decay=0.5), 2.0, 1.0)
    np.testing.assert_allclose(path, [1.5], rtol=1e-12)


# ---- What both do

BOTH = pytest.mark.parametrize(
    "make",
    [
        lambda lr=0.1: optim.SGD(lr, momentum=0.9, weight_decay=0.01),
        lambda lr=0.1: optim.Adam(lr, weight_decay=0.01),
    ],
    ids=["SGD", "Adam"],
)


def some_arrays(seed, dtype=np.float64):
    return [random(seed, *shape).astype(dtype) for shape in [(2, 3), (4,), (1, 2, 2, 3)]]


@BOTH
def test_parameters_move_in_place_and_gradients_stay(make):
    params, grads = some_arrays("p"), some_arrays("g")
    held, before = list(params), some_arrays("p")
    optimizer = make()
    for _ in range(3):
        optimizer.update(params, grads)
    for param, same, old in zip(params, held, before, strict=True):
        assert param is same
        assert (param != old).all()
    for grad, unchanged in zip(grads, some_arrays("g"), strict=True):
        np.testing.assert_array_equal(grad, unchanged)


@BOTH
def test_nothing_is_kept_of_the_arrays_of_gradients(make):
    """They may lie in memory that is used again."""
    params, expected = some_arrays("p"), some_arrays("p")
    reused = some_arrays("g")
    optimizer, clean = make(), make()
    for turn in ("a", "b", "c"):
        clean.update(expected, some_arrays(turn))
        for array, values in zip(reused, some_arrays(turn), strict=True):
            array[...] = values
        optimizer.update(params, reused)
        for array in reused:
            array[...] = np.nan
    for param, wanted in zip(params, expected, strict=True):
        np.testing.assert_array_equal(param, wanted)


@BOTH
def test_each_parameter_has_averages_of_its_own(make):
    together, alone = some_arrays("p"), some_arrays("p")
    optimizer, optimizers = make(), [make() for _ in alone]
    for turn in ("a", "b", "c"):
        grads = some_arrays(turn)
        optimizer.update(together, grads)
        for own, param, grad in zip(optimizers, alone, grads, strict=True):
            own.update([param], [grad])
    for param, wanted in zip(together, alone, strict=True):
        np.testing.assert_array_equal(param, wanted)


@BOTH
def test_float32_stays_float32(make):
    params, exact = some_arrays("p", np.float32), some_arrays("p")
    optimizer, in_double = make(np.float64(0.1)), make()
    for turn in ("a", "b"):
        optimizer.update(params, some_arrays(turn, np.float32))
        in_double.update(exact, some_arrays(turn))
    averages = [average for state in optimizer.state for average in state]
    assert {array.dtype for array in [*params, *averages]} == {np.dtype(np.float32)}
    for param, wanted in zip(params, exact, strict=True):
        np.testing.assert_allclose(param, wanted, rtol=1e-5, atol=1e-6)


@BOTH
def test_the_bottom_of_a_bowl_is_found(make):
    optimizer, param = make(), np.array([10.0, -7.0])
    optimizer.weight_decay = 0
    for _ in range(800):
        optimizer.update([param], [2 * (param - [3, 1])])
    np.testing.assert_allclose(param, [3, 1], atol=1e-3)


@BOTH
def test_steps_are_counted_and_the_rate_may_change(make):
    optimizer, param = make(0.1), np.zeros(1)
    assert (optimizer.steps, optimizer.rate()) == (0, 0.1)
    optimizer.update([param], [np.ones(1)])
    assert optimizer.steps == 1
    optimizer.lr = 0
    before = param.copy()
    optimizer.update([param], [np.ones(1)])
    np.testing.assert_array_equal(param, before)
    optimizer.lr = lambda step: 10 * step
    assert (optimizer.steps, optimizer.rate()) == (2, 20.0)


def test_a_schedule_is_asked_for_each_step():
    """The first step is number 0."""
    path = run(optim.SGD(lr=lambda step: [0.5, 0.25, 2][step]), 0.0, 1.0, 1.0, 1.0)
    np.testing.assert_array_equal(path, [-0.5, -0.75, -2.75])


@BOTH
@pytest.mark.parametrize("rate", [None, "0.1", np.nan, -1.0, np.inf, [0.1], np.ones(2)], ids=str)
def test_a_refused_rate_leaves_all_as_it_was(make, rate):
    optimizer, param = make(lambda step: rate), np.ones(2)
    with pytest.raises(ValueError, match=r"^\w+: lr should be .*, but is .*\.$"):
        optimizer.update([param], [np.ones(2)])
    np.testing.assert_array_equal(param, [1, 1])
    assert optimizer.steps == 0


@BOTH
def test_refused_arrays_leave_all_as_they_were(make):
    params = some_arrays("p")
    optimizer = make()
    for grads in (some_arrays("g")[:2], some_arrays("g")[::-1]):
        with pytest.raises(ValueError, match=r"^update: grads should have the shapes of params"):
            optimizer.update(params, grads)
    assert (optimizer.steps, optimizer.state) == (0, [])
    optimizer.update(params, some_arrays("g"))
    after = [param.copy() for param in params]
    with pytest.raises(ValueError, match="make a new optimizer for a new network"):
        optimizer.update(params[:2], some_arrays("g")[:2])
    assert optimizer.steps == 1
    for param, wanted in zip(params, after, strict=True):
        np.testing.assert_array_equal(param, wanted)


# ---- Schedules


def test_one_cycle_by_hand():
    rate = optim.OneCycle(peak=6, steps=8, rise=0.25)
    np.testing.assert_allclose([rate(step) for step in range(8)], [2, 4, 6, 5, 4, 3, 2, 1])
    assert (rate(8), rate(9), rate(1000)) == (0, 0, 0)


@pytest.mark.parametrize("rise", [0, 0.1, 0.25, 0.29, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("steps", [1, 2, 3, 7, 10, 100, 2814])
def test_one_cycle_rises_to_its_peak_then_falls_to_zero(steps, rise):
    cycle = optim.OneCycle(peak=0.3, steps=steps, rise=rise)
    rates = np.array([cycle(step) for step in range(steps + 1)])
    top = rates.argmax()
    np.testing.assert_allclose(rates[top], 0.3, rtol=1e-14)
    assert top == int(rise * steps)
    assert (np.diff(rates[: top + 1]) > 0).all()
    assert (np.diff(rates[top:]) < 0).all()
    assert (rates[:-1] > 0).all()
    assert rates[-1] == 0


def test_a_cycle_of_one_step_is_the_peak():
    assert optim.OneCycle(peak=0.5, steps=1)(0) == 0.5


def test_a_cycle_that_does_not_rise_starts_at_the_peak():
    rate = optim.OneCycle(peak=1, steps=4, rise=0)
    np.testing.assert_array_equal([rate(step) for step in range(5)], [1, 0.75, 0.5, 0.25, 0])


def test_a_cycle_that_begins_later():
    rate, later = optim.OneCycle(6, 8), optim.OneCycle(6, 8, start=100)
    assert [later(100 + step) for step in range(10)] == [rate(step) for step in range(10)]


def test_a_weight_without_a_gradient_stays_where_it_is():
    """In float32 the square of 1e-30 is 0; with an epsilon of 0 that would be 0 / 0."""
    optimizer = optim.Adam(lr=0.1, epsilon=1e-20)
    param = np.ones(2, np.float32)
    optimizer.update([param], [np.array([0, 1e-30], np.float32)])
    np.testing.assert_array_equal(param, [1, 1])


def test_a_cycle_in_use():
    path = run(optim.SGD(lr=optim.OneCycle(peak=1, steps=4, rise=0)), 0.0, *[1.0] * 6)
    np.testing.assert_array_equal(path, [-1, -1.75, -2.25, -2.5, -2.5, -2.5])
