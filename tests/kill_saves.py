"""Programs that are killed while they save: the old file is whole, or the new one is.

    python tests/kill_saves.py [--kills 200] [--seed 0]

Kills (SIGKILL) a program that saves a network again and again, at random moments; two programs that
keep results of exercises in one file; and `cnncourse train --out` (a tenth as often, for it has to
start). After each kill the file is read; at the end one more save has to remove all that was left.
Prints how often each was killed, how often in the midst of writing, and each fault.
"""

import argparse
import contextlib
import itertools
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from cnncourse import networks, storage
from cnncourse.exercises import EXERCISES, progress
from cnncourse.exercises.core import Verdict

TRAIN = """
import sys
import numpy as np
from cnncourse import __main__, data
rng = np.random.default_rng(0)
x, y = rng.random((640, 28, 28, 1), np.float32), np.arange(640) % 10
data.load = lambda name: data.Dataset(x, y, x[:10], y[:10])
sys.exit(__main__.main(["train", "--epochs", "100000", "--out", sys.argv[1]]))
"""


def forked(work):
    """A child process that does `work` until it is killed; its number."""
    number = os.fork()
    if number:
        return number
    try:
        signal.alarm(60)  # if this program is killed itself
        while True:
            work()
    finally:
        os._exit(1)


def killed(number):
    os.kill(number, signal.SIGKILL)
    os.waitpid(number, 0)


def weights(net):
    return b"".join(param.tobytes() for param in net.params())


def saves(kills, rng):
    """What was seen; an AssertionError if a file is not whole."""
    nets = [networks.course_cnn(np.random.default_rng(seed)) for seed in range(9)]
    path, known = Path("model.npz"), {weights(net) for net in nets}
    midst, turn = 0, itertools.count()
    storage.save(nets[0], path)
    for _ in range(kills):
        before = parts()
        child = forked(lambda: storage.save(nets[next(turn) % 9], path))
        time.sleep(rng.uniform(0, 0.05))
        killed(child)
        midst += bool(parts() - before)
        assert weights(storage.load(path)) in known
    ended_well(lambda: storage.save(nets[0], path), path)
    return f"{midst} times in the midst of writing"


def parts():
    return set(Path().glob("*.part"))


def saved(path):
    """When a file was last written; None where there is none."""
    return path.stat().st_mtime_ns if path.exists() else None


def ended_well(save, path):
    """One more save removes what was left, once it is older than a second."""
    time.sleep(1.1)
    save()
    assert os.listdir() == [path.name], os.listdir()
    path.unlink()


def results(kills, rng):
    """What was seen; an AssertionError if a line is lost or spoils another."""
    exercise, path, kept, cut = EXERCISES["sgd_step"], Path(progress.NAME), 0, 0

    def keep():
        progress.record(exercise, Verdict("not yet", ""))

    for _ in range(kills):
        children = [forked(keep) for _ in range(2)]
        time.sleep(rng.uniform(0, 0.03))
        for child in children:
            killed(child)
        standings, damaged = progress.read(path) if path.exists() else ({}, 0)
        lines = path.read_bytes().count(b"\n") if path.exists() else 0
        tries = standings["sgd_step"].tries if standings else 0
        assert tries + damaged == lines, (tries, damaged, lines)
        assert damaged <= 2
        assert os.listdir() in ([path.name], []), os.listdir()
        path.unlink(missing_ok=True)
        kept, cut = kept + tries, cut + damaged
    return f"{kept:,} lines, {cut} cut off"


def training(kills, rng):
    """What was seen; an AssertionError if a file is not whole."""
    path, midst = Path("model.npz"), 0
    for _ in range(kills):
        before, old = parts(), saved(path)
        with subprocess.Popen(
            [sys.executable, "-c", TRAIN, path], stderr=subprocess.DEVNULL, start_new_session=True
        ) as program:
            end = time.monotonic() + 60
            while saved(path) == old and time.monotonic() < end:
                time.sleep(0.01)
            time.sleep(rng.uniform(0, 0.5))
            program.kill()
        assert saved(path) != old, "it has saved nothing"
        midst += bool(parts() - before)
        net, optimizer, notes = storage.load_training(path)
        # it saves at its start, and when the first step of a next epoch has been taken
        steps, epochs = optimizer.steps, notes["epochs"]
        assert steps % 10 == (steps > 0) and epochs == 100_000, (steps, epochs)
    ended_well(lambda: storage.save(net, path, optimizer=optimizer, **notes), path)
    return f"{midst} times in the midst of writing"


def main(words=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(words)
    faults = 0
    for what, work, kills in (
        ("save of a network", saves, options.kills),
        ("two kernels that keep results", results, options.kills),
        ("train --out", training, options.kills // 10),
    ):
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            try:
                seen = work(kills, np.random.default_rng(options.seed))
                outcome = f"whole each time; {seen}"
            except (AssertionError, ValueError) as problem:
                outcome, faults = f"FAULT: {problem}", faults + 1
        print(f"{what}: killed {kills} times, {outcome} ({time.monotonic() - begun:.0f} s)")
    return faults


if __name__ == "__main__":
    sys.exit(main())
