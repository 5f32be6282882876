"""Helpers share the work of training, and nothing but the time shows that they are there."""

import errno
import os
import signal
import subprocess
import sys
import tempfile
import time

import numpy as np
import pytest

from cnncourse import crew, layers, optim, train

RNG = np.random.default_rng(0)
X = RNG.random((150, 12, 12, 1), np.float32)  # batches of 64: two whole ones, one of 22
Y = RNG.integers(0, 4, 150)
PATIENCE = 120  # seconds until something has surely gone wrong, also where others work


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
        net, X, Y, epochs=epochs, batch_size=64, optimizer=optimizer, rng=rng, workers=workers
    )


def crew_of(steps):
    return steps._steps.gi_frame.f_locals["crew"]


def wait_until_ready(steps):
    """Take a step, so that helpers are called, and wait for them."""
    taken = [next(steps)]
    end = time.monotonic() + PATIENCE
    while not crew_of(steps).board["ready"].all() and time.monotonic() < end:
        time.sleep(0.01)
    np.testing.assert_array_equal(crew_of(steps).board["ready"], 1)
    return taken


@pytest.fixture(autouse=True)
def helpers_come_at_once(monkeypatch):
    monkeypatch.setattr(train, "ALONE_SECONDS", -1)


@pytest.mark.parametrize("workers", [2, 3, 4])
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


def test_a_network_with_global_average_pooling_is_shared_as_well():
    def net():
        return layers.Sequential(
            *small_net().layers[:4], layers.GlobalAvgPool2D(), layers.Dense(6, 4, rng=seeded())
        )

    def seeded():
        return np.random.default_rng(2)

    alone, shared = net(), net()
    expected = list(records(alone, 1))
    steps = records(shared, 2)
    assert wait_until_ready(steps) + list(steps) == expected
    for a, b in zip(shared.params(), alone.params()):
        np.testing.assert_array_equal(a, b)


def last_double(net):
    last = net.layers[-1]
    last.params = {name: param.astype(float) for name, param in last.params.items()}


def weights_turned(net):
    """As those that come from PyTorch."""
    net.layers[-1].params["w"] = np.asfortranarray(net.layers[-1].params["w"])


def mean_alone(net):
    """The mean of each image: a sum that is rounded as the image lies in memory."""
    net.layers[:] = layers.GlobalAvgPool2D(), layers.Dense(1, 4, rng=np.random.default_rng(2))


@pytest.mark.parametrize(
    "change, batch_size",
    [
        (last_double, 64),  # then all gradients are float64
        (weights_turned, 17),  # with a micro-batch of one image
        (mean_alone, 64),
    ],
)
def test_neither_dtypes_nor_orders_in_memory_let_the_result_depend_on_helpers(change, batch_size):
    def taken(workers):
        net, rng = small_net(), np.random.default_rng(5)
        change(net)
        options = dict(epochs=2, batch_size=batch_size, optimizer=optim.SGD(lr=0.5), rng=rng)
        steps = train.fit(net, np.asfortranarray(X), Y, workers=workers, **options)
        found = wait_until_ready(steps) if workers > 1 else []
        return found + list(steps), [param.tobytes() for param in net.params()]

    assert taken(2) == taken(1)


def test_a_helper_that_dies_leaves_the_result_alone():
    alone, shared = small_net(), small_net()
    expected = list(records(alone, 1))
    steps = records(shared, 3)
    found = wait_until_ready(steps)
    crew_of(steps).helpers[0].kill()
    with pytest.warns(UserWarning, match=r"^A helper in training was ended by signal 9; the pro"):
        found += list(steps)
    assert found == expected
    for a, b in zip(shared.params(), alone.params()):
        np.testing.assert_array_equal(a, b)


def test_a_layer_that_a_helper_does_not_know_is_trained_alone():
    class Halve(layers.Layer):  # local to this function: no other process can find it
        def apply(self, x):
            return x / 2, lambda dy: dy / 2

    def halved():
        net = small_net()
        net.layers.insert(1, Halve())
        return layers.Sequential(*net.layers)

    expected = list(records(halved(), 1))
    assert list(records(halved(), 2)) == expected


def test_a_helper_that_hangs_is_given_up(monkeypatch):
    monkeypatch.setattr(crew, "PATIENCE_SECONDS", 0.5)
    alone, shared = small_net(), small_net()
    expected = list(records(alone, 1))
    steps = records(shared, 3)
    found = wait_until_ready(steps)
    helpers = crew_of(steps).helpers
    helpers[0].send_signal(signal.SIGSTOP)  # it neither works nor ends
    with pytest.warns(UserWarning, match="ended by signal 9"):
        found.append(next(steps))
    assert helpers[0].wait(PATIENCE) == -signal.SIGKILL
    with pytest.warns(UserWarning, match="ended by signal 9"):
        found += list(steps)
    assert found == expected
    for a, b in zip(shared.params(), alone.params()):
        np.testing.assert_array_equal(a, b)


def test_training_ends_although_a_helper_hangs():
    steps = records(small_net(), 2)
    wait_until_ready(steps)
    helper = crew_of(steps).helpers[0]
    helper.send_signal(signal.SIGSTOP)
    steps.close()
    assert helper.returncode == -signal.SIGKILL


def test_a_helper_that_is_killed_before_it_is_ready_is_told_at_the_end(monkeypatch):
    expected, steps = list(records(small_net(), 1, 1)), records(small_net(), 2, 1)
    found = [next(steps)]
    crew_of(steps).helpers[0].kill()
    crew_of(steps).helpers[0].wait()
    with pytest.warns(UserWarning, match="ended by signal 9") as warned:
        found += list(steps)
    assert (found, len(warned)) == (expected, 1)


@pytest.mark.parametrize(
    "module, name, problem",
    [
        (crew, "open_memory", OSError(errno.ENOSPC, "No space left on device")),
        (crew, "open_memory", MemoryError()),
        (crew.subprocess, "Popen", BlockingIOError(errno.EAGAIN, "too many processes")),
        (crew.threading.Thread, "start", RuntimeError("can't start new thread")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_where_no_helper_can_be_had_the_program_trains_alone(module, name, problem, monkeypatch):
    def fail(*words, **options):
        raise problem

    expected = list(records(small_net(), 1))
    steps = records(small_net(), 2)
    monkeypatch.setattr(module, name, fail)
    found = [next(steps)]
    assert crew_of(steps).helpers == []
    assert found + list(steps) == expected


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="the memory is a file in a folder")
def test_no_folder_is_needed_for_the_memory(monkeypatch):
    """Nor can it be full, read-only or slow."""
    monkeypatch.delattr(tempfile, "TemporaryFile")
    steps = records(small_net(), 2)
    wait_until_ready(steps)
    steps.close()


def test_without_memory_of_its_own_kind_a_file_without_a_name_is_used(monkeypatch, tmp_path):
    """As under macOS."""
    monkeypatch.delattr(os, "memfd_create", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    expected, steps = list(records(small_net(), 1)), records(small_net(), 2)
    found = wait_until_ready(steps)
    assert os.listdir(tmp_path) == []
    assert found + list(steps) == expected


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_child_by_fork_that_goes_on_leaves_the_helpers_to_its_parent():
    """Both would write to the same memory."""
    expected, steps = list(records(small_net(), 1)), records(small_net(), 2)
    found = wait_until_ready(steps)
    child = os.fork()
    if not child:
        try:
            os._exit(0 if found + list(steps) == expected else 1)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    assert crew_of(steps).helpers[0].poll() is None
    assert found + list(steps) == expected


def test_a_helper_ends_with_its_program_although_a_fork_holds_the_pipe(endless):
    program, helper = endless
    program.send_signal(signal.SIGUSR1)  # which makes it fork a child that sleeps
    sleeper = int(program.stdout.readline())
    program.kill()
    program.wait(PATIENCE)
    try:
        patience = time.monotonic() + PATIENCE
        while is_running(helper) and time.monotonic() < patience:
            time.sleep(0.02)
        assert is_running(sleeper) and not is_running(helper)
    finally:
        os.kill(sleeper, signal.SIGKILL)


def test_helpers_go_home_when_training_ends_or_is_given_up():
    finished, stopped = records(small_net(), 2), records(small_net(), 2)
    wait_until_ready(finished)
    wait_until_ready(stopped)
    crews = [crew_of(finished), crew_of(stopped)]
    list(finished)
    stopped.close()
    assert [helper.returncode is None for c in crews for helper in c.helpers] == [False, False]


def test_no_folder_shows_what_is_shared(monkeypatch, tmp_path):
    """Else another user could write there what a helper unpickles, or it would be left lying."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    steps = records(small_net(), 2)
    wait_until_ready(steps)
    assert os.listdir(tmp_path) == []
    steps.close()
    assert os.listdir(tmp_path) == []


ENDLESS = """
import os, signal, sys, time
import numpy as np
sys.path.insert(0, sys.argv[1])
import test_crew as t
from cnncourse import train
train.ALONE_SECONDS = -1
signal.alarm(600)  # if the tests themselves are killed

def fork(*what):
    child = os.fork()
    if not child:
        os.close(1)
        time.sleep(300)
        os._exit(0)
    print(child, flush=True)

signal.signal(signal.SIGUSR1, fork)
steps = t.records(t.small_net(), 2, epochs=10**6)
t.wait_until_ready(steps)
try:
    for record in steps:
        if record.step == 5:
            print(t.crew_of(steps).helpers[0].pid, flush=True)
except KeyboardInterrupt:
    next(iter(steps), None)
    print("interrupted", flush=True)
"""


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        return file.read().rpartition(")")[2].split()[0] != "Z"


@pytest.fixture
def endless(tmp_path):
    """A program in the midst of training, with tmp_path for its temporary files; and its helper."""
    here = os.path.dirname(__file__)
    program = subprocess.Popen(
        [sys.executable, "-c", ENDLESS, here],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    with program:
        try:
            yield program, int(program.stdout.readline())
        finally:
            program.kill()


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="looks processes up in /proc")
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_neither_helpers_nor_files_outlive_the_program(end, endless, tmp_path):
    program, helper = endless
    assert is_running(helper)
    program.send_signal(end)
    program.wait(PATIENCE)
    patience = time.monotonic() + PATIENCE
    while is_running(helper) and time.monotonic() < patience:
        time.sleep(0.02)
    assert not is_running(helper)
    assert os.listdir(tmp_path) == []


def test_ctrl_c_stops_training_between_two_steps(endless):
    program, _ = endless
    program.send_signal(signal.SIGINT)
    assert program.communicate(timeout=PATIENCE)[0].strip() == "interrupted"
    assert program.returncode == 0


@pytest.mark.parametrize("limit, helpers", [("1", 0), ("2", 1), ("", 2)])
def test_a_shared_computer_limits_the_helpers(limit, helpers, monkeypatch):
    """Also of a learner who asks for more; deploy/ measures what it is worth."""
    monkeypatch.setenv("CNNCOURSE_WORKERS", limit)
    steps = records(small_net(), workers=3)
    next(steps)
    assert (len(crew_of(steps).helpers) if helpers else crew_of(steps)) == (helpers or None)
    steps.close()
