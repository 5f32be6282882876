"""The training lab from Python: it learns, pauses, goes on, and says what went wrong."""

import asyncio
import base64
import json
import os
import pathlib
import re
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from tasks import do_tasks

from cnncourse import figures, layers, optim, train
from cnncourse.explorers import training_curves, training_lab
from cnncourse.explorers.training_curves import board, flat
from cnncourse.explorers.training_lab import SHARE, Pace, TrainingLab, table_of

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
    return training_lab(X, Y, make_net=small_net, held_out=100, lr=0.1, **options)


def test_it_learns_and_says_so():
    lab = make()
    before = lab.sentence
    lab.train(60)
    assert len(lab.records) == 60
    assert lab.checks[-1] == (60, train.accuracy(lab.net, X[300:], Y[300:]))
    assert lab.checks[-1][1] > 0.95
    assert lab.sentence != before
    assert "60 steps" in lab.sentence
    assert np.abs(lab.kernels - lab.first).max() > 0
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


def test_a_rate_that_kills_the_relus_is_explained():
    lab = make()
    lab.rate.value = 10.0
    lab.net.layers[0].params["b"] -= 100  # what a step far too long does
    lab.train(3)
    assert "gives all of these the same scores" in lab.sentence
    assert "smaller learning rate" in lab.sentence
    assert np.count_nonzero(lab.table.sum(axis=0)) == 1


def test_a_loss_above_guessing_is_explained():
    lab = make()
    lab.net.layers[-1].params["w"] *= 100
    lab.rate.value = 0.0001
    lab.train(1)
    assert "far above 1.099, that of guessing" in lab.sentence


def test_scores_beyond_numbers_stop_it_and_are_explained():
    lab = make()
    lab.net.layers[-1].params["w"] *= 1e38
    lab.net.layers[0].params["w"] *= 1e38
    lab.train(50)
    assert "Training stopped after 0 steps" in lab.sentence
    assert "choose a smaller learning rate" in lab.sentence
    assert lab.go.disabled
    lab.train(5)
    assert lab.records == []
    lab.restart()
    assert not lab.go.disabled
    lab.train(5)
    assert len(lab.records) == 5


def test_the_sentence_holds_the_numbers():
    lab = make()
    share = lab.checks[0][1]
    assert lab.sentence == f"Before any training, {share:.1%} of the 100 held-out images are right."
    lab.train(30)
    loss = np.mean([record.loss for record in lab.records[-25:]])
    assert f"After 30 steps, in epoch 6, the loss is about {loss:.3f}" in lab.sentence
    lab._step()
    assert "After 31 steps" in lab.sentence
    assert lab.sentence.endswith("of the 100 held-out images were right 1 step ago.")
    lab._step()
    assert lab.sentence.endswith("were right 2 steps ago.")


def test_more_kernels_than_fit_and_a_network_without_kernels():
    def many(rng):
        return layers.Sequential(
            layers.Conv2D(1, 40, 3, rng=rng), layers.Flatten(), layers.Dense(1440, 3, rng=rng)
        )

    def dense(rng):
        return layers.Sequential(layers.Flatten(), layers.Dense(64, 3, rng=rng))

    lab = training_lab(X, Y, make_net=many, held_out=100)
    assert lab.curves._new["shape"] == (32, 3, 3)
    lab = training_lab(X, Y, make_net=dense, held_out=100)
    lab.train(20)
    assert lab.curves._new["shape"] == ()


def test_the_table_is_html_with_headings():
    page = table_of(np.array([[3, 2], [0, 4]]))
    assert re.findall(r"<td[^>]*>(\d+)</td>", page) == ["3", "2", "0", "4"]
    assert page.count('scope="col"') == page.count('scope="row"') == 2


def test_curves_show_where_the_rate_changed():
    lab = make()
    lab.train(5)
    lab.rate.value = 0.01
    lab.rate.value = 0.02
    assert lab.changes == [(5, 0.02)]
    assert lab.curves._new["rates"] == [(5, 0.02)]
    lab.restart()
    assert lab.curves._new["rates"] == []


def test_a_slider_on_its_way_leaves_one_mark():
    lab = make()
    lab.train(5)
    for rate in (0.05, 0.02, 0.01):
        lab.rate.value = rate
        lab.train(2)
    assert lab.changes == [(9, 0.01)]
    lab._changed -= 2  # seconds
    lab.rate.value = 0.02
    assert lab.changes == [(9, 0.01), (11, 0.02)]


def test_a_rate_between_the_marks_is_kept():
    assert training_lab(X, Y, make_net=small_net, held_out=100, lr=0.07).rate.value == 0.07


def never_ends(rng):
    while True:
        pass


def no_network(rng):
    raise KeyError("my own")


@pytest.mark.parametrize(
    ("make_net", "kind", "words"),
    [
        (never_ends, ValueError, "but was still running after 0.1 seconds, so it was stopped"),
        (lambda rng: os._exit(3), ValueError, "but was stopped: _exit would end Python"),
        (lambda rng: sys.exit(3), ValueError, "but stopped: SystemExit: 3"),
        (no_network, KeyError, "my own"),
    ],
)
def test_a_function_that_makes_no_network_is_survived(make_net, kind, words, monkeypatch):
    monkeypatch.setattr(sys.modules[TrainingLab.__module__], "SECONDS", 0.1)
    with pytest.raises(kind, match=words):
        training_lab(X, Y, make_net=make_net, held_out=100)


def test_what_such_a_function_prints_is_shown(capsys):
    def told(rng):
        print("making it")
        return small_net(rng)

    training_lab(X, Y, make_net=told, held_out=100)
    assert capsys.readouterr().out == "making it\n"


def test_the_pictures_take_a_small_share_of_the_time(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    times = []

    def work():
        times.append(round(now[0], 6))
        now[0] += 0.07
        yield  # somebody else has a turn
        now[0] += 0.07

    pace = Pace(0.3, work)
    for _ in range(1000):
        now[0] += 0.01
        assert len(list(pace.turns())) <= 1
    assert times[0] == 0.3
    assert 0.14 * len(times) < 1.2 * SHARE * now[0]


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


def test_a_rate_chosen_while_it_runs_counts_from_the_next_step():
    async def press():
        lab = make()
        lab.start()
        while len(lab.records) < 5:
            await asyncio.sleep(0)
        lab.rate.value = 0.01
        taken = len(lab.records)
        while len(lab.records) < taken + 5:
            await asyncio.sleep(0)
        lab.pause()
        await lab._task
        assert [r.rate for r in lab.records[:taken]] == [0.1] * taken
        assert {r.rate for r in lab.records[taken:]} == {0.01}
        assert lab.checks[-1][0] == len(lab.records)

    apart(asyncio.run, press())


def test_scores_beyond_numbers_end_a_run():
    async def press():
        lab = make()
        for layer in (lab.net.layers[0], lab.net.layers[-1]):
            layer.params["w"] *= 1e38
        lab.start()
        await lab._task
        assert not lab.running
        assert lab.go.description == "Train"
        assert lab.go.disabled
        assert "Training stopped" in lab.sentence

    apart(asyncio.run, press())


def interrupt(lab, step):
    """Ctrl-C, once, while the lab looks at its held-out images after this step."""
    trial = lab._trial

    def interrupted():
        yield from trial()
        if len(lab.records) >= step:
            lab._trial = trial
            raise KeyboardInterrupt

    lab._trial = interrupted


@pytest.fixture
def ctrl_c(monkeypatch):
    """Python's own answer to Ctrl-C, and a look at the held-out images after each step."""
    module = sys.modules[TrainingLab.__module__]
    monkeypatch.setattr(module, "CHECK", 0.0)
    monkeypatch.setattr(module, "SHARE", 1e9)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_after_an_interruption_training_goes_on(ctrl_c):
    lab, expected = make(), make()
    interrupt(lab, 5)
    with pytest.raises(KeyboardInterrupt):
        lab.train(5000)
    assert f"After {len(lab.records)} steps" in lab.sentence
    assert lab.checks[-1][0] == len(lab.records)
    taken = len(lab.records)
    lab.train(30 - taken)
    expected.train(30)
    for a, b in zip(lab.net.params(), expected.net.params()):
        np.testing.assert_array_equal(a, b)


def test_an_interruption_within_a_step_ends_nothing(ctrl_c, monkeypatch):
    plain, lab = optim.SGD.update, make()

    def update(self, params, grads):
        plain(self, params, grads)
        if self.steps == 4:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(optim.SGD, "update", update)
    with pytest.raises(KeyboardInterrupt):
        lab.train(5000)
    lab.train(3)
    assert [record.step for record in lab.records] == list(range(6))
    assert lab.optimizer.steps == 6


def test_an_interruption_while_it_runs_beside_is_a_pause(ctrl_c):
    async def press():
        lab = make()
        interrupt(lab, 5)
        lab.start()
        await lab._task
        assert not lab.running
        assert lab.go.description == "Train"
        taken = len(lab.records)
        lab.span.value = 10
        lab.go.click()
        await lab._task
        assert len(lab.records) == taken + 10

    apart(asyncio.run, press())


def test_it_trains_for_as_long_as_is_chosen():
    async def press():
        lab = make()
        lab.span.value = 100
        for steps in (100, 200):
            lab.go.click()
            await lab._task
            assert len(lab.records) == steps
            assert f"After {steps} steps" in lab.sentence
            assert lab.go.description == "Train"

    apart(asyncio.run, press())


def test_the_curves_say_in_words_what_they_show():
    lab = make()
    assert "nothing has been learned yet" in lab.curves.label
    lab.train(40)
    losses, share = [record.loss for record in lab.records], lab.checks[-1][1]
    said = lab.curves.label
    assert f"from {losses[0]:.2f} to {np.mean(losses[-25:]):.2f}" in said
    assert "guessing costs 1.10" in said
    assert said.endswith(f"to {share:.0%}.")


# --- what travels to the page, and what the page makes of it ----------------------------------


SCRIPT = pathlib.Path(training_curves.__file__).with_name("training_curves.js").read_bytes()


@pytest.fixture
def call(page):
    """Return call(name, *arguments) -> what a function of training_curves.js gives."""
    module = f"data:text/javascript;base64,{base64.b64encode(SCRIPT).decode()}"
    return lambda name, *arguments: page.evaluate(
        "async ([module, name, all]) => (await import(module))[name](...JSON.parse(all))",
        [module, name, json.dumps(arguments)],
    )


def test_only_what_is_new_travels():
    lab, sent = make(), []
    lab.curves.observe(lambda change: sent.append(change["new"]), "_new")
    for _ in range(50):
        lab._step()
        lab.draw()
    assert [len(new["points"]) for new in sent] == [8] * 50
    assert [new["from"] for new in sent] == list(range(50))
    points = np.frombuffer(b"".join(new["points"] for new in sent), np.float32).reshape(-1, 2)
    np.testing.assert_allclose(points, [(r.loss, r.accuracy) for r in lab.records], rtol=1e-6)
    np.testing.assert_array_equal(
        np.frombuffer(sent[-1]["kernels"][1], np.float32).reshape(4, 3, 3), flat(lab.kernels)
    )
    assert max(len(new["kernels"][0]) for new in sent) == 4 * 4 * 9


def test_a_page_that_was_opened_later_gets_all_that_it_lacks():
    lab = make()
    lab.train(30)
    lab.curves._handle_custom_msg({"from": 10, "held": 1}, [])
    assert len(lab.curves._new["points"]) == 8 * 20
    assert lab.curves._new["held"] == {"from": 1, "points": lab.checks[1:]}
    lab.restart()
    assert lab.curves._new["from"] == 0
    assert lab.curves._new["points"] == b""


def test_kernels_share_one_scale_so_that_a_change_is_a_change():
    kernels = np.array([[[0.5, -1.0]], [[0.0, 1.0]]])
    np.testing.assert_array_equal(board(kernels, 1.0), [[191, 1], [0, 0], [128, 255]])


def test_the_axes_have_round_numbers(call):
    assert call("stepTicks", 50_000) == [0, 10_000, 20_000, 30_000, 40_000, 50_000]
    assert call("stepTicks", 12) == [0, 5, 10]
    assert call("lossTicks", 0.15, 3) == [0.2, 0.5, 1, 2]
    assert call("lossTicks", 1e-3, 90) == [1e-3, 1e-2, 0.1, 1, 10]
    assert call("span", [2.0, 0.5, None], 1.0) == [0.2, 2.6]
    steps = call("thinned", 50_000)
    assert (steps[0], steps[-1], len(steps)) == (1, 50_000, 300)
    assert call("thinned", 3) == [1, 2, 3]


def test_the_curve_is_the_mean_of_the_last_batches(call):
    values = np.random.default_rng(1).random(60).tolist()
    for step in (1, 10, 25, 26, 60):
        expected = figures.smooth(values)[step - 1]
        assert call("recent", values, step) == pytest.approx(expected)


def test_its_still_picture_shows_the_curves():
    lab = make()
    lab.train(10)
    height, width, _ = np.asarray(lab.curves.still()).shape
    assert height >= 280 and width > 720  # curves of 720 by 280, and the kernels beside them


def test_it_says_what_to_try():
    lab = make(seed=1)

    def train(steps, rate=None):
        lab.rate.value = rate or lab.rate.value
        lab.train(steps)

    def again():
        lab.restart()
        train(20, 2.0)

    do_tasks(lab, lambda: train(100), lambda: train(100, 0.005), again)


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
        (lambda: training_lab(X, Y, held_out=400), "held_out should"),
        (lambda: training_lab(X, Y, held_out="all"), "held_out should"),
        (lambda: training_lab(X, Y[:9]), "training_lab: y should have shape (n=400,)"),
        (lambda: training_lab(X, Y, held_out=9, lr="fast"), "training_lab: lr should"),
        (lambda: make().train(0), "TrainingLab.train: steps should"),
        (lambda: make().start(), "TrainingLab.start should be called in a notebook"),
    ],
)
def test_bad_calls_answer_in_a_sentence(call, words):
    with pytest.raises(ValueError) as problem:
        apart(call)
    assert words in str(problem.value)
    assert "\n" not in str(problem.value)


def test_a_rate_that_is_taken_back_is_shown_as_well():
    rng = np.random.default_rng(0)
    lab = training_lab(rng.random((3000, 28, 28, 1), np.float32), rng.integers(0, 10, 3000))
    lab.train(1)
    shown = []
    lab.curves.observe(lambda change: shown.append(change["new"]["rates"]), "_new")
    lab.rate.value = 0.1
    lab.rate.value = 0.05
    assert shown == [[(1, 0.1)], [(1, 0.05)]]
