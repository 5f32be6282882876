"""A hidden kernel comes back where it can, and the lab says what it shows."""

import numpy as np
import pytest

from cnncourse import ops, reference
from cnncourse.explorers import kernel_back, kernel_back_lab
from cnncourse.explorers.kernel_back import STEPS, TASKS, layer, learn, picture
from cnncourse.explorers.kernel_back_lab import HIDDEN, STARTS, State, look, photograph
from cnncourse.gradcheck import numeric_gradient

SEEDS = range(STARTS)
COME_BACK = "one kernel", "with bias", "ReLU, from random weights", "two kernels"
STAND_STILL = "ReLU, from zeros", "ReLU, from weights below zero"


@pytest.mark.parametrize("relu", [False, True])
def test_the_way_back_is_that_of_a_nudge(relu):
    rng = np.random.default_rng(0)
    x, w, b = (rng.normal(size=shape) for shape in ((1, 6, 5, 1), (3, 3, 1, 2), (2,)))
    y, pull = layer(x, w, b, relu)
    maps = reference.conv2d(x, w, b)
    right = (np.maximum(maps, 0) if relu else maps).sum(axis=3, keepdims=True)
    np.testing.assert_allclose(y, right)
    dy = rng.normal(size=y.shape)
    dw, db = pull(dy)
    slope = numeric_gradient(lambda w: float((layer(x, w, b, relu)[0] * dy).sum()), w)
    np.testing.assert_allclose(dw, slope, rtol=1e-6, atol=1e-8)
    slope = numeric_gradient(lambda b: float((layer(x, w, b, relu)[0] * dy).sum()), b)
    np.testing.assert_allclose(db, slope, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("task", COME_BACK)
def test_kernels_come_back(task):
    assert max(learn(task, seed=seed).distances[-1] for seed in SEEDS) < 0.1


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("task", TASKS)
def test_no_run_leaves_the_numbers(task, hidden):
    run = learn(task, hidden, 1)
    assert len(run.losses) == len(run.distances) == len(run.kernels) == STEPS + 1
    assert max(run.losses) == run.losses[0]


@pytest.mark.parametrize("task", STAND_STILL)
def test_what_gets_no_blame_stands_still(task):
    for seed in SEEDS:
        run = learn(task, seed=seed)
        assert not run.alive
        np.testing.assert_array_equal(run.kernels[0], run.kernels[-1])


@pytest.mark.parametrize("hidden", HIDDEN)
def test_without_bias_the_kernel_is_distorted(hidden):
    assert min(learn("without bias", hidden, seed).distances[-1] for seed in SEEDS[:3]) > 0.3
    assert min(learn("without bias", hidden, seed).losses[-1] for seed in SEEDS[:3]) > 0.05


def test_a_blur_is_slow_to_come_back_because_relu_sleeps(monkeypatch):
    task, hidden = "ReLU, from random weights", "gaussian_blur"
    late, awake = [], []
    for seed in SEEDS:
        run = learn(task, hidden, seed)
        x = picture(TASKS[task].pixels, np.random.default_rng(seed))
        y = ops.conv2d(x, run.kernels[50][:, :, None], run.biases[50])[0]
        late.append(run.distances[-1] > 0.4)
        awake.append((y > 0).mean())
        assert run.biases[10][0] < -0.5
    assert sum(late) > len(late) / 2
    assert max(awake) < 0.2
    monkeypatch.setattr(kernel_back, "STEPS", 2000)
    assert learn(task, hidden, 1).distances[-1] < 1e-6


def test_two_equal_kernels_come_back_as_multiples():
    for seed in SEEDS:
        run = learn("two kernels", "sharpen", seed)
        np.testing.assert_array_equal(run.hidden[:, :, 0], run.hidden[:, :, 1])
        strong = run.kernels[-1][1, 1] / run.hidden[1, 1]
        assert abs(strong[0] - strong[1]) > 0.05
        assert strong.sum() == pytest.approx(2, abs=0.02)
        assert np.abs(run.kernels[-1] - strong * run.hidden).max() < 0.4
        assert run.losses[-1] < 0.005


def test_stripes_show_no_more_of_a_kernel_than_the_sums_of_its_columns():
    for seed in SEEDS:
        run = learn("one kernel, shown only stripes", seed=seed)
        assert run.losses[-1] < 1e-3
        assert run.distances[-1] > 0.5
        sums = run.kernels[-1].sum(axis=0), run.hidden.sum(axis=0)
        np.testing.assert_allclose(*sums, atol=0.05)
        np.testing.assert_allclose(run.kernels[-1], run.kernels[-1][[1, 2, 0]])


def test_a_kernel_that_stripes_do_not_show_is_not_looked_for():
    lab = kernel_back_lab()
    lab.task.value, lab.hidden.value = "one kernel, shown only stripes", "diagonal_down"
    lab.step.value = STEPS
    np.testing.assert_allclose(lab.view.now, 0, atol=1e-12)
    assert lab.view.loss < 1e-12
    assert np.abs(lab.view.photo_hidden).mean() > 0.05


def test_the_photograph_goes_through_the_kernel_that_is_shown():
    for task in TASKS:
        view = look(State(task, step=7))
        w = learn(task).kernels[7][:, :, None]
        maps = reference.conv2d(photograph()[None, :12, :12, None], w, learn(task).biases[7])
        maps = np.maximum(maps, 0) if TASKS[task].relu else maps
        np.testing.assert_allclose(view.photo_now[:10, :10], maps[0].sum(axis=2), atol=1e-12)
        assert (view.wrong**2).mean() == pytest.approx(view.loss, rel=1e-9)


def test_two_kernels_come_back_in_either_order():
    assert {tuple(learn("two kernels", seed=seed).order) for seed in SEEDS} == {(0, 1), (1, 0)}


def test_without_relu_only_the_sum_comes_back():
    for seed in SEEDS:
        run = learn("two kernels without ReLU", seed=seed)
        assert run.distances[-1] > 1
        np.testing.assert_allclose(run.kernels[-1].sum(axis=2), run.hidden.sum(axis=2), atol=1e-3)


def test_the_loss_is_that_of_the_kernel_shown():
    view = look(State(step=3))
    x = np.random.default_rng(0).normal(size=(1, 24, 24, 1))
    y, wanted = (ops.conv2d(x, w[:, :, None], np.zeros(1))[0] for w in (view.now, view.hidden))
    assert view.loss == pytest.approx(((y - wanted) ** 2).mean())
    assert f"the loss is {view.loss:.4f}" in view.sentence
    assert view.distance == np.abs(view.now - view.hidden).max()


def test_every_control_is_seen_and_said():
    lab = kernel_back_lab()
    seen = {lab.sentence}
    for control, value in (
        (lab.step, STEPS),
        (lab.hidden, "emboss"),
        (lab.seed, 2),
        (lab.task, "two kernels"),
    ):
        control.value = value
        assert lab.sentence not in seen
        seen.add(lab.sentence)
    assert lab.step.value == 0
    assert [grid.layout.display for grid in lab.now + lab.target] == [""] * 4
    lab.step.value = STEPS
    assert lab.sentence.endswith("come back in the other order.") or lab.sentence.endswith(
        "come back in the same order."
    )
    lab.task.value = "ReLU, from zeros"
    assert lab.sentence.endswith("No blame arrives at any weight: it will stay as it is.")
    assert [grid.layout.display for grid in lab.now] == ["", "none"]
    assert "Curves over 0 steps" in lab.curves.value
