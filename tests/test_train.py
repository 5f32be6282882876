"""Learning: what a step does, that it can be stopped and gone on with, and what is refused.

The task is made up: where in a small image is the bright square? It is learned in a second.
"""

import copy
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from cases import assert_same, random

from cnncourse import layers, networks, ops, optim, storage, train

N, BATCH, EPOCHS = 90, 16, 3  # 6 steps an epoch, the last with 10 images
STEPS = 18


def squares(n=N, seed=0):
    """Images (n, 8, 8, 1) of noise with a bright square in one quarter; which one is the label."""
    rng = np.random.default_rng(seed)
    y = rng.integers(4, size=n)
    x = rng.random((n, 8, 8, 1), np.float32)
    for image, label in zip(x, y):
        row, column = 4 * (label // 2), 4 * (label % 2)
        image[row + 1 : row + 3, column + 1 : column + 3] += 1
    return x, y


def small_net(dropout=0.0, dtype=np.float32):
    rng = np.random.default_rng(3)
    net = layers.Sequential(
        layers.Conv2D(1, 4, pad=1, rng=rng),
        layers.ReLU(),
        layers.MaxPool2D(),
        layers.Flatten(),
        layers.Dropout(dropout, rng=rng),
        layers.Dense(4 * 4 * 4, 8, rng=rng),
        layers.ReLU(),
        layers.Dropout(dropout, rng=rng),
        layers.Dense(8, 4, rng=rng),
    )
    for layer in net.layers:
        layer.params = {name: array.astype(dtype) for name, array in layer.params.items()}
    return net


def shifted(images, rng):
    """Each batch a little up or down, and noisy."""
    noise = rng.normal(0, 0.1, images.shape).astype(np.float32)
    return np.roll(images, rng.integers(-1, 2), axis=1) + noise


OPTIMIZERS = {
    "SGD": lambda: optim.SGD(lr=optim.OneCycle(0.1, STEPS), momentum=0.9, weight_decay=1e-4),
    "Adam": lambda: optim.Adam(lr=0.01),
}


class Run:
    """A network, its optimizer, and fit() with this file's settings."""

    def __init__(self, optimizer="SGD", dropout=0.3):
        self.net = small_net(dropout)
        self.optimizer = OPTIMIZERS[optimizer]()

    def fit(self, start=0, augment=shifted, epochs=EPOCHS):
        return train.fit(
            self.net,
            *squares(),
            epochs=epochs,
            batch_size=BATCH,
            optimizer=self.optimizer,
            rng=np.random.default_rng(7),
            augment=augment,
            start=start,
        )

    def take(self, steps, **options):
        """That many steps from where the optimizer stands, as a new call of fit()."""
        records = self.fit(start=self.optimizer.steps, **options)
        return [next(records) for _ in range(steps)]


def assert_equal_runs(run, expected):
    """Weights and what the optimizers remember, bit for bit."""
    assert run.optimizer.steps == expected.optimizer.steps
    for array, wanted in zip(run.net.params(), expected.net.params(), strict=True):
        np.testing.assert_array_equal(array, wanted)
    for state, wanted in zip(run.optimizer.state, expected.optimizer.state, strict=True):
        np.testing.assert_array_equal(state, wanted)


# ---- Batches


@pytest.mark.parametrize(("n", "size"), [(10, 3), (12, 4), (1, 1), (5, 64), (7, 1)])
def test_batches_hold_every_example_once(n, size):
    found = list(train.batches(n, size, np.random.default_rng(0)))
    assert sorted(np.concatenate(found)) == list(range(n))
    assert [len(batch) for batch in found[:-1]] == [size] * (len(found) - 1)
    assert 1 <= len(found[-1]) <= size
    assert len(found) == train.steps_in(n, size, 1)


def test_batches_are_in_an_order_that_the_seed_decides():
    first, again, other = (
        np.concatenate(list(train.batches(100, 8, np.random.default_rng(seed))))
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    assert (first != np.arange(100)).any()


@pytest.mark.parametrize(
    ("n", "size", "epochs", "steps"),
    [(60000, 64, 3, 2814), (64, 64, 1, 1), (65, 64, 2, 4), (1, 64, 5, 5)],
)
def test_steps_in(n, size, epochs, steps):
    assert train.steps_in(n, size, epochs) == steps


# ---- Gradients of a batch


@pytest.mark.parametrize("n", [1, 7, 8, 9, 16, 21])
def test_gradients_are_those_of_the_whole_batch_at_once(n):
    net, (x, y) = small_net(dtype=np.float64), squares(n)
    x = x.astype(np.float64)
    loss, hits, grads = train.gradients(net, x, y)
    logits = net.forward(x)
    expected_loss, pull = ops.softmax_cross_entropy(logits, y)
    net.backward(pull())
    np.testing.assert_allclose(loss, expected_loss, rtol=1e-12)
    assert hits == (logits.argmax(axis=1) == y).sum()
    for grad, wanted in zip(grads, net.grads(), strict=True):
        assert_same(grad, wanted)


def test_gradients_are_the_slope_of_the_loss():
    net, (x, y) = small_net(dtype=np.float64), squares(20)
    direction = [random("direction", *param.shape) for param in net.params()]
    _, _, grads = train.gradients(net, x, y)

    def loss(h):
        for param, step in zip(net.params(), direction):
            param += h * step
        moved = train.gradients(net, x, y)[0]
        for param, step in zip(net.params(), direction):
            param -= h * step
        return moved

    slope = (loss(1e-6) - loss(-1e-6)) / 2e-6
    expected = sum((grad * step).sum() for grad, step in zip(grads, direction))
    np.testing.assert_allclose(slope, expected, rtol=1e-6)


def test_gradients_change_neither_weights_nor_examples():
    net, (x, y) = small_net(0.5), squares(20)
    before = [param.copy() for param in net.params()]
    train.gradients(net, x, y)
    for param, wanted in zip(net.params(), before, strict=True):
        np.testing.assert_array_equal(param, wanted)
    for array, wanted in zip((x, y), squares(20), strict=True):
        np.testing.assert_array_equal(array, wanted)


def test_gradients_stay_as_they_are_when_the_network_is_used_again():
    net, (x, y) = small_net(), squares(8)
    _, _, grads = train.gradients(net, x, y)
    expected = [grad.copy() for grad in grads]
    train.gradients(net, -x, y)
    net(x)
    for grad, wanted in zip(grads, expected, strict=True):
        np.testing.assert_array_equal(grad, wanted)


def test_what_is_dropped_depends_on_the_seed_alone():
    net, (x, y) = small_net(0.5), squares(20)
    first = train.gradients(net, x, y, seed=(1, 2))[0]
    other = train.gradients(net, x, y, seed=(1, 3))[0]
    net.forward(x)  # draws numbers
    assert train.gradients(net, x, y, seed=(1, 2))[0] == first != other


@pytest.fixture
def drawn(monkeypatch):
    """What each use of dropout has kept, as a tuple of bools."""
    drawn = []
    plain = ops.dropout

    def listen(x, rate, *, rng):
        y, pull = plain(np.ones_like(x), rate, rng=rng)
        drawn.append(tuple(y.ravel() > 0))
        return y, pull

    monkeypatch.setattr(ops, "dropout", listen)
    return drawn


def two_dropouts():
    rng = np.random.default_rng(0)
    return layers.Sequential(layers.Dropout(rng=rng), layers.Dropout(rng=rng))


def test_each_micro_batch_and_each_dropout_drops_something_else(drawn):
    n = 2 * layers.MICRO_BATCH
    train.gradients(two_dropouts(), np.ones((n, 50), np.float32), np.zeros(n, int))
    assert len(drawn) == len(set(drawn)) == 4


def test_each_step_of_each_run_drops_something_else(drawn):
    x, y = np.ones((8, 50), np.float32), np.zeros(8, int)
    for seed in (0, 1):
        options = dict(epochs=3, batch_size=4, optimizer=optim.SGD(0.1))
        list(train.fit(two_dropouts(), x, y, rng=np.random.default_rng(seed), **options))
    assert len(drawn) == len(set(drawn)) == 2 * 2 * 3 * 2


# ---- What fit() does


def test_records_tell_of_each_step():
    run = Run(dropout=0.0)
    records = list(run.fit(augment=None))
    assert [record.step for record in records] == list(range(STEPS))
    assert [record.epoch for record in records] == [step // 6 for step in range(STEPS)]
    cycle = optim.OneCycle(0.1, STEPS)
    np.testing.assert_array_equal([r.rate for r in records], [cycle(s) for s in range(STEPS)])
    assert {type(record.loss) for record in records} == {float}
    assert {type(record.accuracy) for record in records} == {float}
    shares = np.array([record.accuracy for record in records]) * ([16, 16, 16, 16, 16, 10] * 3)
    np.testing.assert_allclose(shares, shares.round(), atol=1e-9)


def test_loss_and_accuracy_are_those_before_the_step():
    run, (x, y) = Run(dropout=0.0), squares()
    records = train.fit(
        run.net, x, y, epochs=2, batch_size=N, optimizer=run.optimizer, rng=np.random.default_rng(0)
    )
    for _ in range(2):
        loss, _ = ops.softmax_cross_entropy(run.net(x), y)
        share = train.accuracy(run.net, x, y)
        record = next(records)
        np.testing.assert_allclose(record.loss, loss, rtol=1e-5)
        np.testing.assert_allclose(record.accuracy, share)


def test_nothing_is_learned_before_a_record_is_taken():
    run = Run()
    records = run.fit()
    assert run.optimizer.steps == 0
    for param, wanted in zip(run.net.params(), small_net().params(), strict=True):
        np.testing.assert_array_equal(param, wanted)
    next(records)
    assert run.optimizer.steps == 1


def test_an_epoch_shows_every_example_once():
    x, _ = squares()
    seen = []
    run = Run()
    list(run.fit(augment=lambda images, rng: seen.append(images) or images))
    for epoch in range(EPOCHS):
        shown = np.concatenate(seen[6 * epoch : 6 * epoch + 6]).reshape(N, -1)
        np.testing.assert_array_equal(np.unique(shown, axis=0), np.unique(x.reshape(N, -1), axis=0))
    assert (seen[0] != seen[6]).any()


def test_augment_may_write_into_its_images_and_draws_anew_each_step():
    x, y = squares()
    drawn = []

    def scribble(images, rng):
        images[...] = rng.random(images.shape, np.float32)
        drawn.append(images[0, 0, 0, 0])
        return images

    options = dict(optimizer=optim.SGD(lr=0.1), rng=np.random.default_rng(0), augment=scribble)
    list(train.fit(small_net(), x, y, epochs=3, batch_size=16, **options))
    np.testing.assert_array_equal(x, squares()[0])
    assert len(set(drawn)) == STEPS


def test_the_callers_rng_is_drawn_from_once():
    rng, other = np.random.default_rng(0), np.random.default_rng(0)
    x, y = squares()
    list(train.fit(small_net(0.5), x, y, epochs=2, optimizer=optim.SGD(lr=0.1), rng=rng))
    other.integers(2**63)
    assert rng.random() == other.random()


def test_the_seed_decides_everything():
    first, again = Run(), Run()
    assert list(first.fit()) == list(again.fit())
    assert_equal_runs(first, again)
    other = Run()
    x, y = squares()
    rng = np.random.default_rng(8)
    list(train.fit(other.net, x, y, epochs=3, batch_size=16, optimizer=other.optimizer, rng=rng))
    assert (first.net.params()[0] != other.net.params()[0]).any()


@pytest.mark.parametrize(
    "optimizer", [optim.SGD(lr=0.05, momentum=0.9), optim.Adam(lr=0.01)], ids=["SGD", "Adam"]
)
def test_the_task_is_learned(optimizer):
    net, rng = small_net(dropout=0.1), np.random.default_rng(0)
    unseen = squares(200, seed=1)
    assert train.accuracy(net, *unseen) < 0.5
    list(train.fit(net, *squares(), epochs=15, batch_size=16, optimizer=optimizer, rng=rng))
    assert train.accuracy(net, *unseen) > 0.97


@pytest.mark.parametrize("seed", range(5))
def test_the_first_loss_is_that_of_guessing_among_ten(seed):
    net = networks.course_cnn(np.random.default_rng(seed))
    x = np.random.default_rng(seed).random((64, 28, 28, 1), np.float32)
    loss, _, _ = train.gradients(net, x, np.arange(64) % 10)
    np.testing.assert_allclose(loss, np.log(10), atol=0.1)


def test_confusion_has_true_labels_in_rows():
    scores = np.array([[0, 5, 1], [0, 5, 1], [2, 1, 0], [0.5, 0.5, 0]])
    table = train.confusion(scores, np.array([1, 2, 2, 1]))
    np.testing.assert_array_equal(table, [[0, 0, 0], [1, 1, 0], [1, 1, 0]])
    with pytest.raises(ValueError, match="confusion: y should"):
        train.confusion(scores, np.array([0, 1, 2, 3]))
    for bad in (scores[0], scores * np.nan):
        with pytest.raises(ValueError, match="confusion: scores should"):
            train.confusion(bad, np.array([0, 1, 2, 1]))


def test_accuracy_by_hand():
    scores = np.array([[1.0, 2, 0], [5, 4, 3], [0, 0, 1], [9, 8, 7]])
    net = layers.Sequential(layers.Flatten())
    assert train.accuracy(net, scores, np.array([1, 0, 2, 2])) == 0.75
    assert train.accuracy(net, scores[:1], np.array([0])) == 0


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_scores_that_are_no_numbers_are_not_called_right_or_wrong(value):
    """The largest of ten NaN would be the first, label 0: an accuracy of about 0.1."""
    net, (x, y) = small_net(), squares(20)
    net.layers[-1].params["b"][0] = value
    with pytest.raises(ValueError, match=r"^accuracy: the output of net .* for 20 of 20 images"):
        train.accuracy(net, x, y)


# ---- The best weights


def test_the_best_weights_come_back():
    net = small_net()
    best = train.Best(net)
    first = [param.copy() for param in net.params()]
    found = []
    for score in (0.5, 0.8, 0.8, np.nan, 0.6):
        for param in net.params():
            param[...] = score
        found.append(best.see(score))
    assert (found, best.score) == ([True, True, False, False, False], 0.8)
    best.restore()
    for param, start in zip(net.params(), first, strict=True):
        np.testing.assert_array_equal(param, np.full_like(start, 0.8))


def test_before_the_first_score_the_best_weights_are_the_first():
    net, expected = small_net(), small_net()
    best = train.Best(net)
    net.params()[0][...] = 0
    best.restore()
    for param, wanted in zip(net.params(), expected.params(), strict=True):
        np.testing.assert_array_equal(param, wanted)


# ---- A cycle that has ended


def test_a_run_whose_cycle_has_ended_is_refused():
    """At a rate of 0 it would learn nothing, without a word."""
    run = Run("SGD")
    list(run.fit())
    words = r"^fit: optimizer should have a rate for all 18 steps to come, but .* after 0 more; .*"
    with pytest.raises(ValueError, match=words + r"OneCycle\(peak, steps=18, start=18\)\.$"):
        run.fit()
    before = [param.copy() for param in run.net.params()]
    run.optimizer.lr = optim.OneCycle(0.1, steps=STEPS, start=STEPS)
    rates = [record.rate for record in run.fit()]
    np.testing.assert_array_equal(
        rates, [optim.OneCycle(0.1, STEPS)(step) for step in range(STEPS)]
    )
    for param, old in zip(run.net.params(), before, strict=True):
        assert (param != old).any()


def test_a_run_that_is_longer_than_its_cycle_is_refused():
    with pytest.raises(ValueError, match=r"for all 24 steps to come, but .* ends after 18 more"):
        Run("SGD").fit(epochs=4)


# ---- Stopped, and gone on with


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("stops", [[1], [5, 1], [6], [7, 6], [17], [18]], ids=str)
def test_going_on_is_as_if_never_stopped(optimizer, stops):
    """With Dropout and augment, in the middle of an epoch, at its end and after the last step."""
    whole, parts = Run(optimizer), Run(optimizer)
    expected = list(whole.fit())
    records = [record for steps in stops for record in parts.take(steps)]
    records += parts.fit(start=parts.optimizer.steps)
    assert records == expected
    assert_equal_runs(parts, whole)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_going_on_from_a_file_is_as_if_never_stopped(optimizer, tmp_path):
    whole, parts = Run(optimizer), Run(optimizer)
    list(whole.fit())
    parts.take(8)
    storage.save(parts.net, tmp_path / "run.npz", optimizer=parts.optimizer)
    loaded = Run(optimizer)
    loaded.net, loaded.optimizer, _ = storage.load_training(tmp_path / "run.npz")
    list(loaded.fit(start=loaded.optimizer.steps))
    assert_equal_runs(loaded, whole)


def test_going_on_from_a_copy_is_as_if_never_stopped():
    whole = Run()
    records = whole.fit()
    for _ in range(8):
        next(records)
    part = copy.deepcopy(whole)
    list(records)
    list(part.fit(start=8))
    assert_equal_runs(part, whole)


def test_after_the_last_step_there_is_nothing_to_do():
    run = Run()
    assert list(run.fit(start=STEPS)) == list(run.fit(start=STEPS + 5)) == []
    assert run.optimizer.steps == 0


# ---- Ctrl-C


@pytest.fixture
def handler():
    """Python's own answer to Ctrl-C, however the tests were started."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield signal.default_int_handler
    signal.signal(signal.SIGINT, before)


def interrupt_in_augment(run, step):
    came = []

    def augment(images, rng):
        if run.optimizer.steps == step and not came:
            came.append(step)
            signal.raise_signal(signal.SIGINT)
        return shifted(images, rng)

    return augment


def interrupt_between_parameters(run, step):
    plain, calls = run.optimizer.step, []

    def one_parameter(*arguments):
        calls.append(arguments)
        if run.optimizer.steps == step + 1 and len(calls) % 6 == 3:
            signal.raise_signal(signal.SIGINT)
        return plain(*arguments)

    run.optimizer.step = one_parameter
    return shifted


def interrupt_in_forward(run, step):
    layer = run.net.layers[3]
    plain = layer.forward

    def forward(*arguments):
        if run.optimizer.steps == step:
            signal.raise_signal(signal.SIGINT)
        return plain(*arguments)

    layer.forward = forward
    return shifted


PLACES = [
    (interrupt_in_augment, 0),
    (interrupt_between_parameters, 1),
    (interrupt_in_forward, 1),
]


@pytest.mark.parametrize("step", [0, 5, 8, 17])
@pytest.mark.parametrize(("interrupt", "done"), PLACES)
def test_ctrl_c_leaves_whole_steps(handler, interrupt, done, step):
    run = Run()
    taken = []
    with pytest.raises(KeyboardInterrupt):
        taken.extend(run.fit(augment=interrupt(run, step)))
    assert run.optimizer.steps == step + done
    assert signal.getsignal(signal.SIGINT) is handler

    expected = Run()
    expected.take(step + done)
    assert_equal_runs(run, expected)

    vars(run.optimizer).pop("step", None)
    vars(run.net.layers[3]).pop("forward", None)
    run.take(STEPS - step - done)
    expected.take(STEPS - step - done)
    assert_equal_runs(run, expected)


@pytest.mark.parametrize(("interrupt", "done"), PLACES)
def test_after_ctrl_c_the_same_records_go_on(handler, interrupt, done):
    run, expected = Run(), Run()
    expected.take(STEPS)
    records = run.fit(augment=interrupt(run, 5))
    with pytest.raises(KeyboardInterrupt):
        list(records)
    assert run.optimizer.steps == 5 + done
    vars(run.optimizer).pop("step", None)
    vars(run.net.layers[3]).pop("forward", None)
    rest = list(records)
    assert [record.step for record in rest] == list(range(5, STEPS))  # none is lost
    assert_equal_runs(run, expected)


def test_another_answer_to_ctrl_c_is_given_once_after_the_step(handler):
    run, given = Run(), []
    signal.signal(signal.SIGINT, lambda *what: given.append((run.optimizer.steps, what[0])))
    interrupt_between_parameters(run, 4)
    assert len(list(run.fit())) == STEPS
    assert given == [(5, signal.SIGINT)]


def test_ctrl_c_that_is_ignored_stays_ignored(handler):
    run = Run()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    interrupt_between_parameters(run, 4)
    assert len(list(run.fit())) == STEPS
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


PROGRAM = """
import signal, numpy as np
from cnncourse import layers, optim, train
signal.signal(signal.SIGINT, signal.SIG_DFL)
net = layers.Sequential(layers.Dense(2, 2, rng=np.random.default_rng(0)))
x, y = np.ones((4, 2), np.float32), np.array([0, 1, 0, 1])
class Interrupted(optim.SGD):
    def step(self, *arguments):
        signal.raise_signal(signal.SIGINT)
        return super().step(*arguments)
list(train.fit(net, x, y, epochs=1, optimizer=Interrupted(0.1), rng=np.random.default_rng(0)))
print("went on")
"""


def test_ctrl_c_that_ends_the_program_ends_it():
    """So it is where a program asked for the system's own answer, as for windows of matplotlib."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    assert (done.returncode != 0, done.stdout, done.stderr) == (True, "", "")


def test_an_error_in_a_step_leaves_ctrl_c_as_it_was(handler):
    run = Run()
    run.net.layers[-1].params["w"][...] = np.nan
    with pytest.raises(ValueError, match="lower the learning rate"):
        next(run.fit())
    assert signal.getsignal(signal.SIGINT) is handler


def test_a_thread_learns_the_same():
    run, expected = Run(), Run()
    thread = threading.Thread(target=lambda: list(run.fit()))
    thread.start()
    thread.join()
    list(expected.fit())
    assert_equal_runs(run, expected)


def test_steps_of_one_network_in_two_threads_take_turns():
    """Else gradients would be made of parameters that are half moved."""
    in_step, most = [], []

    class Slow(layers.Layer):
        def apply(self, x):
            in_step.append(self)
            most.append(len(in_step))
            time.sleep(0.05)  # when the other thread would come
            return x, lambda dy: dy

    class Leave(optim.SGD):
        def update(self, params, grads):
            super().update(params, grads)
            in_step.pop()

    net = layers.Sequential(Slow(), layers.Dense(3, 2, rng=np.random.default_rng(0)))
    x, y = np.ones((4, 3), np.float32), np.array([0, 1, 0, 1])
    runs = [
        train.fit(net, x, y, epochs=2, optimizer=Leave(0.1), rng=np.random.default_rng(i))
        for i in range(2)
    ]
    del in_step[:], most[:]  # fit has tried the network
    threads = [threading.Thread(target=list, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 4


# ---- What is refused


def test_what_is_wrong_is_said_before_anything_is_learned():
    x, y = squares()
    with pytest.raises(ValueError, match=r"^fit: y should have shape \(n=90,\)"):
        train.fit(small_net(), x, y[:-1], epochs=1, optimizer=optim.SGD(0.1), rng=None)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_examples_that_are_not_finite_are_refused(value):
    x, y = squares()
    x[89, 7, 7, 0] = value
    with pytest.raises(ValueError, match=r"^fit: x should be finite, but holds NaN or infinite"):
        train.fit(small_net(), x, y, epochs=1, optimizer=optim.SGD(0.1), rng=None)


@pytest.mark.parametrize("lr", [1e20, 1e25, 1e30, 1e38])
@pytest.mark.parametrize("make", [optim.SGD, optim.Adam])
@pytest.mark.filterwarnings("error")
def test_learning_that_diverges_says_to_lower_the_rate(make, lr):
    """Not a warning about an overflow, which would not help anyone."""
    options = dict(optimizer=make(lr), rng=np.random.default_rng(0), batch_size=16)
    records = train.fit(small_net(), *squares(), epochs=30, **options)
    with pytest.raises(ValueError, match=r"logits should be finite, .* lower the learning rate"):
        list(records)
