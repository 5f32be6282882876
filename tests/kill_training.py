"""Training that is interrupted, ended or killed at random moments, and training in odd places.

    python tests/kill_training.py [--kills 100] [--seed 0]

A program trains with two helper processes. It, or one of the helpers, is sent SIGINT, SIGTERM or
SIGKILL at a random moment, so many times each: no helper may outlive the program, nothing may be
left in TMPDIR or /dev/shm, and a program that lost a helper has to say so and to reach the very
weights that it reaches alone. Then it trains in odd places (no TMPDIR, one core, in a thread, in a
child process, in a kernel, ...) with 1, 2 and 3 workers, to equal weights. Prints a line for each.

    python tests/kill_training.py --train WORKERS      is what such a program runs
"""

import argparse
import collections
import contextlib
import faulthandler
import hashlib
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from pathlib import Path

import numpy as np
import test_crew

from cnncourse import train

STEPS = 150  # of a run that ends
PATIENCE = 60  # seconds until something has surely gone wrong, also where others work
SIGNALS = signal.SIGINT, signal.SIGTERM, signal.SIGKILL


# ---- The program


def pids_of_helpers(steps):
    crew = test_crew.crew_of(steps)
    return [helper.pid for helper in crew.helpers] if crew else []


def joined(steps):
    """Wait until all helpers that were called do their part."""
    if pids_of_helpers(steps):
        test_crew.wait_until_ready(steps)


def trained(workers, then=joined, epochs=STEPS // 3):
    """The weights after a run, as a short text, and how many helpers it had.

    then: is called once they are called
    """
    train.ALONE_SECONDS = -1
    net = test_crew.small_net()
    steps = test_crew.records(net, workers, epochs)
    next(steps)
    then(steps)
    helpers = len(pids_of_helpers(steps))
    for _ in steps:
        pass
    weights = hashlib.sha256(b"".join(param.tobytes() for param in net.params())).hexdigest()[:16]
    return f"{weights} {helpers}"


def program(workers, until, epochs):
    """Train, and print the helpers, then the weights and what was warned of."""

    def tell(steps):
        print(json.dumps(pids_of_helpers(steps)), flush=True)
        if until == "ready":
            joined(steps)
            print("ready", flush=True)

    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background ignores it
    faulthandler.register(signal.SIGUSR1)  # where it is, should it hang
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        found = trained(workers, tell, epochs)
    print(json.dumps([found, [str(warning.message) for warning in warned]]), flush=True)


# ---- Kills


@contextlib.contextmanager
def started(folder, until, epochs):
    """A program that trains with two helpers in a session of its own, and their numbers."""
    words = [sys.executable, __file__, "--train", "3", "--until", until, "--epochs", str(epochs)]
    with (
        open(f"{folder}.said", "w", encoding="utf-8") as said,
        subprocess.Popen(
            words,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            env={**os.environ, "TMPDIR": str(folder)},
        ) as running,
    ):
        try:
            yield running, json.loads(running.stdout.readline())
        finally:
            running.kill()
            os.unlink(said.name)


def left_behind(helpers, folder, before):
    """What a program has left, some time after its end; an empty text if nothing."""
    end = time.monotonic() + PATIENCE
    while any(map(test_crew.is_running, helpers)) and time.monotonic() < end:
        time.sleep(0.01)
    orphans = [pid for pid in helpers if test_crew.is_running(pid)]
    files = os.listdir(folder) + sorted(set(shared()) - before)
    return f"{orphans} {files}" if orphans or files else ""


def shared():
    """What is in /dev/shm, but for the semaphores of others: training has none."""
    names = os.listdir("/dev/shm") if os.path.isdir("/dev/shm") else []
    return [name for name in names if not name.startswith("sem.")]


def kill_program(which, rng, folder):
    """What came of it when the program itself got the signal."""
    before = set(shared())
    with started(folder, "called", 10**6) as (running, helpers):
        time.sleep(rng.uniform(0, 1.5))  # the helpers start, or work
        running.send_signal(which)
        try:
            running.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGUSR1)
            time.sleep(1)
            return f"FAULT: goes on, {Path(folder + '.said').read_text(encoding='utf-8')}"
    left = left_behind(helpers, folder, before)
    return f"FAULT: left {left}" if left else "ended, nothing left"


def kill_helper(which, rng, folder):
    """What came of it when a helper got the signal."""
    before = set(shared())
    starting = rng.random() < 0.3
    with started(folder, "called" if starting else "ready", STEPS // 3) as (running, helpers):
        if not starting:
            running.stdout.readline()
        time.sleep(rng.uniform(0, 0.3))
        with contextlib.suppress(ProcessLookupError):  # training has ended
            os.kill(helpers[rng.integers(2)], which)
        answer = running.communicate(timeout=PATIENCE)[0].splitlines()[-1]
    found, said = json.loads(answer)
    left = left_behind(helpers, folder, before)
    known = all("ended by signal" in words for words in said)
    if left or found.split()[0] != EXPECTED or not known:
        return f"FAULT: left {left}, weights {found}, said {said}"
    return f"equal weights, {'said so' if said else 'nothing to say'}"


# ---- Odd places: (workers) -> the weights


def in_thread(workers):
    found = []
    thread = threading.Thread(target=lambda: found.append(trained(workers)))
    thread.start()
    thread.join()
    return found[0]


def in_child(how):
    def run(workers):
        with multiprocessing.get_context(how).Pool(1) as pool:
            return pool.apply(trained, (workers,))

    return run


def in_program(before=(), **variables):
    """In a program that is called with these words before it and these variables."""

    def run(workers):
        words = [*before, sys.executable, __file__, "--train", str(workers), "--until", "ready"]
        done = subprocess.run(
            [*words, "--epochs", str(STEPS // 3)],
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise ValueError(done.stderr.strip().split("\n")[-1])
        return json.loads(done.stdout.splitlines()[-1])[0]

    return run


def in_kernel(workers):
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="python3", cwd=Path(__file__).parent)
    try:
        said = []
        client.execute_interactive(
            f"import kill_training; print(kill_training.trained({workers}))",
            timeout=PATIENCE,
            output_hook=lambda message: said.append(message["content"].get("text", "")),
        )
        return "".join(said).strip()
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


SMALL_MEMORY = ("sh", "-c", 'ulimit -v 4000000; exec "$@"', "sh")
READ_SHM = ("unshare", "-m", "sh", "-c", 'mount -t tmpfs -o size=0,ro x /dev/shm; exec "$@"', "sh")
NO_SHM = """cd /mnt; mount -t tmpfs x .; for each in null zero urandom; do
touch $each; mount --bind /dev/$each $each; done
mount --move . /dev; cd - > /dev/null; exec "$@\""""
SMALL = 'mount -t tmpfs -o size=16k x "$0"; head -c 99999 /dev/zero > "$0/full"; exec "$@"'
PLACES = {
    "as usual": in_program(),
    "one core": in_program(("taskset", "-c", "0")),
    "TMPDIR that is not there": in_program(TMPDIR="/nowhere"),
    "TMPDIR that is read-only": in_program(TMPDIR="/proc/self"),
    "TMPDIR that is full": in_program(("unshare", "-m", "sh", "-c", SMALL, "/mnt"), TMPDIR="/mnt"),
    "/dev/shm that is read-only": in_program(READ_SHM),
    "no /dev/shm": in_program(("unshare", "-m", "sh", "-c", NO_SHM, "sh")),
    "4 GB of addresses": in_program(SMALL_MEMORY),
    "a thread": in_thread,
    "a child by fork": in_child("fork"),
    "a child by spawn": in_child("spawn"),
    "a kernel": in_kernel,
}
EXPECTED = ""


def main(words=None):
    global EXPECTED
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--places", nargs="*", default=list(PLACES))
    parser.add_argument("--train", type=int)
    parser.add_argument("--until")
    parser.add_argument("--epochs", type=int)
    options = parser.parse_args(words)
    if options.train:
        program(options.train, options.until, options.epochs)
        return 0
    EXPECTED, faults = trained(1).split()[0], 0
    rng = np.random.default_rng(options.seed)
    for who, kill in (("the program", kill_program), ("a helper", kill_helper)):
        for which in SIGNALS if options.kills else ():
            begun = time.monotonic()
            with tempfile.TemporaryDirectory() as folder:
                counts = collections.Counter(
                    kill(which, rng, folder) for _ in range(options.kills)
                )
            faults += sum(count for what, count in counts.items() if what.startswith("FAULT"))
            seen = "; ".join(f"{count} times {what}" for what, count in counts.most_common())
            print(f"{which.name} to {who}: {seen} ({time.monotonic() - begun:.0f} s)", flush=True)
    for place in options.places:
        found = {}
        for workers in (1, 2, 3):
            try:
                found[workers] = PLACES[place](workers)
            except (ValueError, OSError) as problem:
                found[workers] = str(problem)
        good = {each.split()[0] for each in found.values()} == {EXPECTED}
        faults += not good
        helpers = ", ".join(each.split()[-1] for each in found.values())
        same = f"equal weights with 1, 2, 3 workers ({helpers} helpers)"
        print(f"{place}: {same if good else found}", flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
