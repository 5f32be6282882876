"""Helpers share the work of training, and nothing but the time shows that they are there."""

import os
import signal
import subprocess
import sys
import tempfile
import time

import numpy as np
import pytest

from cnncourse import layers, optim, train

RNG = np.random.default_rng(0)
X = RNG.random((90, 12, 12, 1), np.float32)  # batches of 40: two whole ones, one of 10
Y = RNG.integers(0, 4, 90)


def small_net(seed=1):
    rng = np.random.default_rng(seed)
    return layers.Sequential(
        layers.Conv2D(1, 4, 3, pad=1, rng=rng),
        layers.ReLU(),
        layers.MaxPool2D(2),
        layers.Conv2D(4, 6, 3, rng=rng),
        layers.Flatten(),
        layers.Dropout(0.3, rng=rng),
        layers.Dense(96, 4, rng=rng),
    )


def records(net, workers, epochs=4):
    optimizer = optim.SGD(lr=0.05, momentum=0.9)
    rng = np.random.default_rng(5)
    return train.fit(
        net, X, Y, epochs=epochs, batch_size=40, optimizer=optimizer, rng=rng, workers=workers
    )


def crew_of(steps):
    return steps._steps.gi_frame.f_locals["crew"]


def wait_until_ready(steps):
    """Take a step, so that helpers are called, and wait for them."""
    taken = [next(steps)]
    end = time.monotonic() + 30
    while not crew_of(steps).board["ready"].all() and time.monotonic() < end:
        time.sleep(0.01)
    np.testing.assert_array_equal(crew_of(steps).board["ready"], 1)
    return taken


@pytest.fixture(autouse=True)
def helpers_come_at_once(monkeypatch):
    monkeypatch.setattr(train, "ALONE_SECONDS", -1)


@pytest.mark.parametrize("workers", [2, 3, 5])
def test_the_result_does_not_depend_on_the_number_of_workers(workers):
    alone, shared = small_net(), small_net()
    expected = list(records(alone, 1))
    steps = records(shared, workers)
    found = wait_until_ready(steps)
    assert len(crew_of(steps).helpers) == workers - 1
    found += list(steps)
    assert found == expected
    for a, b in zip(shared.params(), alone.params()):
        np.testing.assert_array_equal(a, b)


def test_a_helper_that_dies_leaves_the_result_alone():
    alone, shared = small_net(), small_net()
    expected = list(records(alone, 1))
    steps = records(shared, 3)
    found = wait_until_ready(steps)
    crew_of(steps).helpers[0].kill()
    found += list(steps)
    assert found == expected
    for a, b in zip(shared.params(), alone.params()):
        np.testing.assert_array_equal(a, b)


def test_a_layer_that_a_helper_does_not_know_is_trained_alone():
    class Halve(layers.Layer):  # local to this function: no other process can find it
        def apply(self, x, memory=None):
            return x / 2, lambda dy: dy / 2

    def halved():
        net = small_net()
        net.layers.insert(1, Halve())
        return layers.Sequential(*net.layers)

    expected = list(records(halved(), 1))
    assert list(records(halved(), 2)) == expected


def test_helpers_go_home_when_training_ends_or_is_given_up():
    before = set(os.listdir(tempfile.gettempdir()))
    finished, stopped = records(small_net(), 2), records(small_net(), 2)
    wait_until_ready(finished)
    wait_until_ready(stopped)
    crews = [crew_of(finished), crew_of(stopped)]
    list(finished)
    stopped.close()
    for crew in crews:
        assert [helper.poll() for helper in crew.helpers] == [0]
    left = {name for name in os.listdir(tempfile.gettempdir()) if name.startswith("cnncourse-")}
    assert left <= before


ENDLESS = """
import sys
import numpy as np
sys.path.insert(0, sys.argv[1])
import test_crew as t
from cnncourse import train
train.ALONE_SECONDS = -1
steps = t.records(t.small_net(), 2, epochs=10**6)
t.wait_until_ready(steps)
print(t.crew_of(steps).helpers[0].pid, flush=True)
try:
    for record in steps:
        pass
except KeyboardInterrupt:
    next(iter(steps), None)
    print("interrupted", flush=True)
"""


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0] != "Z"


def endless():
    here = os.path.dirname(__file__)
    program = subprocess.Popen(
        [sys.executable, "-c", ENDLESS, here], stdout=subprocess.PIPE, text=True
    )
    return program, int(program.stdout.readline())


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="looks processes up in /proc")
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_helper_outlives_the_program(end):
    program, helper = endless()
    time.sleep(0.3)
    assert is_running(helper)
    program.send_signal(end)
    program.wait(20)
    program.stdout.close()
    patience = time.monotonic() + 10
    while is_running(helper) and time.monotonic() < patience:
        time.sleep(0.02)
    assert not is_running(helper)


def test_ctrl_c_stops_training_between_two_steps():
    program, _ = endless()
    time.sleep(0.3)
    program.send_signal(signal.SIGINT)
    assert program.communicate(timeout=20)[0].strip() == "interrupted"
    assert program.returncode == 0
