"""Layers and networks used in any order, from two threads: the right numbers, or a sentence.

Hypothesis tells a story, step by step, and shows the shortest one that goes wrong. Beside every
network stands what is known of it: its parameters when `forward` ran, and on what, in each thread.
networks_drawn.py works out by loops what should come of it.
"""

import copy
import itertools
import pickle
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from cases import message_of, some_dy
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, rule
from networks_drawn import Model, plans
from properties import MANY

from cnncourse import optim, reference, storage, train

PRECISE = {np.dtype(np.float64): 1e-9, np.dtype(np.float32): 1e-4}


def assert_near(found, expected):
    """Equal but for the rounding of the dtype that was found, in parts of the largest number."""
    precise = PRECISE[found.dtype]
    np.testing.assert_allclose(
        found, expected, rtol=precise, atol=precise * (1 + abs(expected).max())
    )


class Known:
    """A network and what should be true of it."""

    def __init__(self, plan, net, dtype):
        self.plan, self.net, self.dtype = plan, net, dtype
        self.seen = {}  # for each thread: a Model of its last forward; None where nobody knows
        self.grads = {}

    def __repr__(self):
        return f"{self.plan.layers}"

    def model(self, x):
        return Model(self.plan, self.net.params(), x)

    def forget(self, thread):
        """A training has gone on in this thread: what it saw last is its own affair."""
        self.seen[thread] = self.grads[thread] = None


nets = Bundle("nets")
dtypes = st.sampled_from([np.float64, np.float32])
threads = st.sampled_from([0, 1])
few_images = dict(n=st.integers(1, 3), seed=st.integers(0, 9))


class Life(RuleBasedStateMachine):
    """Networks are made, used, copied, saved and trained, in two threads that take turns."""

    def __init__(self):
        super().__init__()
        self.second = ThreadPoolExecutor(1)
        self.folder = tempfile.TemporaryDirectory()

    def teardown(self):
        self.second.shutdown()
        self.folder.cleanup()

    def do(self, thread, work):
        """work() in this thread or in the second one; its error is ours."""
        return self.second.submit(work).result() if thread else work()

    @initialize(target=nets, plan=plans(), dtype=dtypes)
    def begin(self, plan, dtype):
        return self.make(plan, dtype)

    @rule(target=nets, plan=plans(), dtype=dtypes)
    def another(self, plan, dtype):
        return self.make(plan, dtype)

    def make(self, plan, dtype):
        return Known(plan, plan.net(dtype), dtype)

    def images(self, known, n, seed):
        """Of the dtype of the network: in float32, float64 would be another sum."""
        return known.plan.images(n, seed, known.dtype)

    @rule(known=nets, thread=threads, **few_images)
    def call(self, known, thread, n, seed):
        x = self.images(known, n, seed)
        assert_near(self.do(thread, lambda: known.net(x)), known.model(x).y)

    @rule(known=nets, thread=threads, **few_images)
    def trace(self, known, thread, n, seed):
        x = self.images(known, n, seed)
        model, trace = known.model(x), self.do(thread, lambda: known.net.trace(x))
        for output, expected in zip(trace.outputs, model.values[1:], strict=True):
            assert_near(output, expected)
        dy = some_dy(trace.outputs[-1])
        gradients, _ = self.do(thread, lambda: trace.back(dy))
        assert_near(gradients[0], model.back(dy)[0])

    @rule(known=nets, thread=threads, spoiled=st.booleans(), **few_images)
    def forward(self, known, thread, n, seed, spoiled):
        x = self.images(known, n, seed)
        known.seen[thread] = known.model(x)
        y = self.do(thread, lambda: known.net.forward(x))
        assert_near(y, known.seen[thread].y)
        if spoiled:
            x[...], y[...] = 7, 7

    @rule(known=nets, thread=threads, need_dx=st.booleans(), seed=st.integers(0, 9))
    def backward(self, known, thread, need_dx, seed):
        if thread not in known.seen:
            dy = np.ones((1, known.plan.labels), known.dtype)
            message_of(lambda: self.do(thread, lambda: known.net.backward(dy)))
        elif known.seen[thread]:
            dy = some_dy(known.seen[thread].y, seed).astype(known.dtype)
            dx, known.grads[thread] = known.seen[thread].back(dy)
            found = self.do(thread, lambda: known.net.backward(dy, need_dx))
            if need_dx:
                assert_near(found, dx)
            self.gradients(known, thread)

    @rule(known=nets, thread=threads)
    def gradients(self, known, thread):
        if thread not in known.grads:
            message_of(lambda: self.do(thread, known.net.grads))
        elif known.grads[thread]:
            found = self.do(thread, known.net.grads)
            for gradient, expected in zip(found, known.grads[thread], strict=True):
                assert_near(gradient, expected)

    @rule(known=nets, thread=threads)
    def misfit(self, known, thread):
        """dy of another shape than the output, and images of another than the network takes."""
        if known.seen.get(thread):
            n, f = known.seen[thread].y.shape
            dy = np.ones((n + 1, f), known.dtype)
            message_of(lambda: self.do(thread, lambda: known.net.backward(dy)))
        x = np.ones((1, *known.plan.shape[:2], known.plan.shape[2] + 1), known.dtype)
        if known.plan.layers[0][0] == "Conv2D":
            message_of(lambda: self.do(thread, lambda: known.net(x)))

    @rule(known=nets, by=st.sampled_from([0.5, -1.0]))
    def change_in_place(self, known, by):
        """What was seen before goes back through the parameters that it was seen with."""
        for param in known.net.params():
            param *= by

    @rule(known=nets, thread=threads, place=st.integers(0, 9))
    def replace_by_another_shape(self, known, thread, place):
        """A parameter that NumPy could broadcast is not one that fits."""
        owners = [layer for layer in known.net.layers if layer.params]
        layer = owners[place % len(owners)]
        right = layer.params["w"]
        if right.shape[-1] > 1:
            layer.params["w"] = right[..., :1]
            x = self.images(known, 1, 0)
            message_of(lambda: self.do(thread, lambda: known.net(x)))
            layer.params["w"] = right

    @rule(target=nets, known=nets, how=st.sampled_from(["deepcopy", "pickle"]), thread=threads)
    def copy(self, known, how, thread):
        """A copy learns by itself, and has seen nothing yet."""
        if how == "deepcopy":
            net = self.do(thread, lambda: copy.deepcopy(known.net))
        else:
            net = self.do(thread, lambda: pickle.loads(pickle.dumps(known.net)))
        twin = Known(known.plan, net, known.dtype)
        if thread in known.grads:
            twin.grads = {0: known.grads[thread], 1: known.grads[thread]}
        return twin

    @rule(target=nets, known=nets)
    def save_and_load(self, known):
        path = Path(self.folder.name, "net.npz")
        if known.dtype == np.float64:
            message_of(lambda: storage.save(known.net, path))
            return multiple()
        storage.save(known.net, path)
        return Known(known.plan, storage.load(path), known.dtype)

    @rule(
        known=nets,
        thread=threads,
        workers=st.integers(1, 3),
        batch_size=st.integers(1, 6),
        **few_images,
    )
    def fit(self, known, thread, workers, batch_size, n, seed):
        """A training step for each batch, by the loops."""
        x = self.images(known, n, seed)
        labels = np.arange(n) % known.plan.labels
        params = [np.array(param, np.float64) for param in known.net.params()]
        drawn = int(np.random.default_rng(seed).integers(2**63))
        for chosen in train.batches(n, batch_size, np.random.default_rng([drawn, 0, 0])):
            model = Model(known.plan, params, x[chosen])
            dy = reference.softmax_cross_entropy_back(1.0, model.y, labels[chosen])
            for param, gradient in zip(params, model.back(dy)[1], strict=True):
                param -= 0.1 * gradient
        records = train.fit(
            known.net,
            x,
            labels,
            epochs=1,
            batch_size=batch_size,
            optimizer=optim.SGD(0.1),
            rng=np.random.default_rng(seed),
            workers=workers,
        )
        self.do(thread, lambda: list(records))
        for param, expected in zip(known.net.params(), params, strict=True):
            assert_near(param, expected)
        known.forget(thread)


Life.TestCase.settings = settings(max_examples=MANY // 3 or 1, stateful_step_count=30)
TestLife = Life.TestCase


# ---- Two threads at once, not in turns


@pytest.fixture(scope="module", autouse=True)
def hasty():
    """Python changes from thread to thread as often as it can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def both(*works):
    """Do these at the same time, each in a thread of its own."""
    start = threading.Barrier(len(works))
    with ThreadPoolExecutor(len(works)) as pool:
        calls = [pool.submit(lambda work=work: (start.wait(60), work())[1]) for work in works]
        return [call.result() for call in calls]


@given(plan=plans(), n=st.integers(1, 3))
def test_two_threads_each_get_their_own_gradients(plan, n):
    net = plan.net(np.float64)

    def learn(seed):
        found = []
        for _ in range(10):
            y = net.forward(plan.images(n, seed, np.float64))
            dx = net.backward(some_dy(y))
            found.append([y, dx, *net.grads()])
        return found

    for seed, found in enumerate(both(lambda: learn(0), lambda: learn(1))):
        model = Model(plan, net.params(), plan.images(n, seed, np.float64))
        dx, grads = model.back(some_dy(model.y))
        for arrays in found:
            for array, expected in zip(arrays, [model.y, dx, *grads], strict=True):
                assert_near(array, expected)


@given(plan=plans(), n=st.integers(1, 3))
def test_two_threads_that_train_one_network_take_turns(plan, n):
    """Each takes one step: the weights are those of one order of the two, or of the other."""

    def step(net, seed):
        x, y = plan.images(n, seed, np.float64), np.arange(n) % plan.labels
        rng, sgd = np.random.default_rng(0), optim.SGD(0.5)
        return train.fit(net, x, y, epochs=1, optimizer=sgd, rng=rng, workers=1)

    orders = []
    for order in itertools.permutations([0, 1]):
        net = plan.net(np.float64)
        for seed in order:
            list(step(net, seed))
        orders.append(np.concatenate([param.ravel() for param in net.params()]))
    net = plan.net(np.float64)
    steps = [step(net, seed) for seed in (0, 1)]
    both(*(lambda records=records: list(records) for records in steps))
    found = np.concatenate([param.ravel() for param in net.params()])
    assert min(abs(found - order).max() for order in orders) < 1e-9
