"""The training lab from Python: it learns, pauses, goes on, and says what went wrong."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from cnncourse import layers, optim, train
from cnncourse.explorers import training_lab

RNG = np.random.default_rng(0)
Y = RNG.integers(0, 3, 400)
X = RNG.random((400, 8, 8, 1), np.float32) * 0.2
X[np.arange(400), 2 * Y, :, 0] += 1  # the label is the bright row


def small_net(rng):
    return layers.Sequential(
        layers.Conv2D(1, 4, 3, pad=1, rng=rng),
        layers.ReLU(),
        layers.Flatten(),
        layers.Dense(256, 3, rng=rng),
    )


def apart(work, *arguments):
    """Do it in a thread without an event loop: a browser test may have left one in this thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work, *arguments).result()


def make(**options):
    return training_lab(X, Y, make_net=small_net, kept_aside=100, lr=0.1, **options)


def test_it_learns_and_says_so():
    lab = make()
    before = lab._curves.value, lab.kernels.array.copy(), lab.sentence
    lab.train(60)
    assert len(lab.records) == 60
    assert lab.checks[-1] == (60, train.accuracy(lab.net, X[300:], Y[300:]))
    assert lab.checks[-1][1] > 0.95
    assert lab._curves.value != before[0]
    assert lab.sentence != before[2]
    assert "60 steps" in lab.sentence
    assert np.nanmax(np.abs(lab.kernels.array - before[1])) > 0
    np.testing.assert_array_equal(lab.table.sum(axis=1), np.bincount(Y[300:], minlength=3))


def test_it_trains_as_fit_does():
    lab = make(seed=3)
    lab.train(20)
    net = small_net(np.random.default_rng(3))
    optimizer = optim.SGD(lr=0.1, momentum=0.9)
    rng = np.random.default_rng(3)
    steps = train.fit(net, X[:300], Y[:300], epochs=9, optimizer=optimizer, rng=rng)
    for _ in range(20):
        next(steps)
    for a, b in zip(lab.net.params(), net.params()):
        np.testing.assert_array_equal(a, b)


def test_the_rate_changes_while_it_trains():
    lab = make()
    lab.train(5)
    lab.rate.value = 0.01
    lab.train(5)
    assert [record.rate for record in lab.records] == [0.1] * 5 + [0.01] * 5
    assert lab.changes == [(5, 0.01)]


def test_start_again_forgets_everything():
    lab = make()
    fresh = [param.copy() for param in lab.net.params()]
    lab.train(5)
    lab.restart()
    assert lab.records == []
    for a, b in zip(lab.net.params(), fresh):
        np.testing.assert_array_equal(a, b)


def test_steps_too_large_are_explained():
    lab = make()
    lab.rate.value = 10.0
    lab.net.layers[-1].params["w"] *= 1e30
    lab.train(50)
    assert "choose a smaller learning rate" in lab.sentence
    assert lab.go.disabled
    lab.restart()
    assert not lab.go.disabled


def test_the_buttons_start_and_pause():
    async def press():
        lab = make()
        lab.go.click()
        while len(lab.records) < 10:
            await asyncio.sleep(0)
        assert lab.go.description == "Pause"
        lab.go.click()
        await lab._task
        taken = len(lab.records)
        await asyncio.sleep(0.05)
        assert len(lab.records) == taken
        assert lab.go.description == "Train"
        lab.start()
        await asyncio.sleep(0)
        lab.again.click()
        await asyncio.sleep(0.01)
        assert lab.records == []

    apart(asyncio.run, press())


def test_two_labs_do_not_train_at_once():
    async def press():
        first, second = make(), make()
        first.start()
        await asyncio.sleep(0)
        second.start()
        assert not first.running
        assert second.running
        second.pause()
        await second._task

    apart(asyncio.run, press())


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: training_lab(X[..., 0], Y), "training_lab: x should have shape (n, h, w, c)"),
        (lambda: training_lab(X, Y, kept_aside=400), "kept_aside should"),
        (lambda: make().train(0), "TrainingLab.train: steps should"),
        (lambda: make().start(), "TrainingLab.start should be called in a notebook"),
    ],
)
def test_bad_calls_answer_in_a_sentence(call, words):
    with pytest.raises(ValueError) as problem:
        apart(call)
    assert words in str(problem.value)
    assert "\n" not in str(problem.value)
