"""A room of learners at one hub on this computer: does everybody get in, and how long do they wait?

    python -m deploy.load_test --learners 20               the whole room, some seven minutes
    python -m deploy.load_test --learners 2 --seconds 3    a quick look
    python -m deploy.load_test --out deploy/load_test.md   write the figures to a file, too

Each learner signs up, logs in, gets a server and runs every cell of lesson 01. Then the second half
of the room moves that lesson's slider every one to three seconds, while nobody, one, five and ten
of the first half train: first as on a computer of one's own, with helper processes for all cores,
then with the hub's limit. At last everybody runs every cell of lesson 09, at the same time.
"""

import argparse
import contextlib
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cnncourse.workers import LIMIT, cores

from .hub import hub
from .learner import Learner
from .memory import available, of_learner

SLIDER = "0, 0"  # the first weight of lesson 01's kernel lab
PLACES = 40, 120  # among its 161; a move to where it is would change nothing
FIRST_PLACE = 70  # the weight -1
TRAINERS = 1, 5, 10
GIGABYTES = 0.8  # for each learner, in lesson 09
PREPARE = f"""
import os, time
import numpy as np
from cnncourse import data, networks, optim, train
mnist = data.load("mnist")
x, y = mnist.x_train[:6400].copy(), mnist.y_train[:6400].copy()
del mnist
hubs_limit = os.environ["{LIMIT}"]
"""
TRAIN = """
os.environ["{limit}"] = hubs_limit if {limited} else ""
net, rng, steps = networks.course_cnn(np.random.default_rng(0)), np.random.default_rng(1), 0
records = train.fit(net, x, y, epochs=10_000, optimizer=optim.SGD(0.01), rng=rng)
end = time.monotonic() + {seconds}
while time.monotonic() < end:
    next(records)
    steps += 1
records.close()
print(steps / {seconds})
"""


class Room:
    """Learners who do the same at the same time; `failures` says what went wrong, by name."""

    def __init__(self, address: str, names: list[str], folder: Path):
        self.learners = [Learner(address, name, f"{name}-comes-at-nine") for name in names]
        self.folder, self.failures, self.kernels = folder, {}, {}
        self.places = dict.fromkeys(self.learners, FIRST_PLACE)  # where each slider is

    def all(self, what, learners=None) -> list:
        """[what(learner) for each]; one who fails is noted, and left out from then on."""
        results = []
        with ThreadPoolExecutor(len(self.learners) or 1) as pool:
            jobs = {each: pool.submit(what, each) for each in learners or self.learners}
        for learner, job in jobs.items():
            if job.exception() is None:
                results.append(job.result())
            else:
                self.failures[learner.name] = repr(job.exception())
                self.learners.remove(learner)
        return results

    def memory(self, learner) -> float:
        """MB of the learner's server and kernels."""
        return of_learner(self.folder / "home" / learner.name)

    def first_lesson(self, learner) -> float:
        """Start a kernel, which stays, and run lesson 01; the seconds."""
        self.kernels[learner] = learner.kernel()
        return self.kernels[learner].run_lesson("01_one_kernel")

    def play(self, learner, seconds: float) -> list[float]:
        """Move the slider until the time is over, with pauses; ms until each answer."""
        waits, chance, end = [], random.Random(learner.name), time.monotonic() + seconds
        time.sleep(chance.uniform(0, min(2, seconds / 2)))
        while time.monotonic() < end:
            self.places[learner] = chance.choice(sorted({*range(*PLACES)} - {self.places[learner]}))
            waits.append(1000 * self.kernels[learner].move(SLIDER, self.places[learner]))
            time.sleep(chance.uniform(1, 3))
        return waits

    def play_and_train(self, trainers: int, limited: bool, seconds: float):
        """The waits of the second half of the room, and the steps a second of those who train."""
        train, play = self.learners[:trainers], self.learners[len(self.learners) // 2 :]
        code = TRAIN.format(limit=LIMIT, limited=limited, seconds=seconds)

        def act(learner):
            if learner in train:
                return float(self.kernels[learner].run(code))
            if learner in play:
                return self.play(learner, seconds)
            return self.kernels[learner].run("")  # the others only stay connected

        results = self.all(act)
        steps = [each for each in results if isinstance(each, float)]
        return [wait for each in results if isinstance(each, list) for wait in each], steps

    def last_lesson(self, learner) -> tuple[float, float]:
        """Run lesson 09 in another kernel; seconds, and MB at its end."""
        with contextlib.closing(learner.kernel()) as kernel:
            return kernel.run_lesson("09_training"), self.memory(learner)


def measure(count: int, seconds: float, folder: Path) -> tuple[list[str], dict[str, str]]:
    """What happened in a room of `count` learners: lines of Markdown, and failures by name."""
    names = [f"learner{number:02}" for number in range(1, count + 1)]
    begun, waited, shares = time.monotonic(), [], []
    with hub(folder, names) as address:
        room = Room(address, names, folder)
        waited.append(row("from the log-in to the open lab, s", room.all(Learner.come_in)))
        idle = room.all(room.memory)
        waited.append(row("all cells of lesson 01, s", room.all(room.first_lesson)))
        first = room.all(room.memory)
        moves = [ms for waits in room.all(lambda each: room.play(each, seconds)) for ms in waits]
        waited.append(row(f"a slider's answer, all move ({len(moves)} moves), ms", moves))
        numbers = [number for number in TRAINERS if number <= count // 2]
        room.all(lambda each: room.kernels[each].run(PREPARE), room.learners[: max(numbers)])
        for number, limited in [(0, True), *((n, how) for n in numbers for how in (False, True))]:
            shares.append(share(number, limited, *room.play_and_train(number, limited, seconds)))
        room.all(lambda each: room.kernels[each].close())
        ends = room.all(room.last_lesson)
        waited.append(row("all cells of lesson 09, s", [end[0] for end in ends]))
    held = {
        "server alone": idle,
        "server and lesson 01, at its end": first,
        "server and lesson 09, at its end": [end[1] for end in ends],
    }
    return [
        f"{count - len(room.failures)} of {count} learners did everything without a failure, on "
        f"{cores()} cores ({platform.machine()}) with Python {platform.python_version()}, in "
        f"{(time.monotonic() - begun) / 60:.1f} minutes.",
        *(f"- {name}: {problem}" for name, problem in room.failures.items()),
        *table("what a learner waits for | median | slowest | load average", waited),
        *table("memory of a learner, MB | median | largest", [
            f"{what} | {middle_and_most(each)}" for what, each in held.items()
        ]),
        *table("who trains | helpers | a slider's answer: median, ms | 95 %, ms | slowest, ms | "
               "training steps/s of the slowest | of the fastest | of all | load average", shares),
    ], room.failures  # fmt: skip


def row(what: str, values: list[float]) -> str:
    """A line of a table; the load average is that of the moment at which it is made."""
    return shown(f"{what} | {middle_and_most(values)} | {load()}")


def middle_and_most(values: list[float]) -> str:
    """The median and the largest; dashes where everybody has failed."""
    return f"{statistics.median(values):.0f} | {max(values):.0f}" if values else "– | –"


def share(trainers: int, limited: bool, waits: list[float], steps: list[float]) -> str:
    """A line of the table on training and playing side by side."""
    if not waits:
        return " | ".join([str(trainers), *"–––––––", load()])
    late = sorted(waits)[int(0.95 * len(waits))]
    helpers = "the hub's limit" if limited else "all cores"
    pace = [f"{value:.0f}" for value in (min(steps), max(steps), sum(steps))] if steps else "–––"
    answers = [f"{value:.0f}" for value in (statistics.median(waits), late, max(waits))]
    return shown(" | ".join([str(trainers), helpers, *answers, *pace, load()]))


def shown(line: str) -> str:
    """The line, which whoever waits for the end can read already."""
    print(line, file=sys.stderr, flush=True)
    return line


def load() -> str:
    """How many processes ran or wanted to run in the last minute, the learners' own among them."""
    return f"{os.getloadavg()[0]:.1f}"


def table(head: str, rows: list[str]) -> list[str]:
    """A table in Markdown; all columns but the first are numbers."""
    rule = "|".join(["---", *["--:"] * head.count("|")])
    return ["", f"| {head} |", f"|{rule}|", *(f"| {each} |" for each in rows)]


def main(words: list[str] | None = None) -> int:
    """Measure, print and perhaps write; 0 where no learner has failed."""
    parser = argparse.ArgumentParser(prog="python -m deploy.load_test", description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)  # fmt: skip
    parser.add_argument("--learners", type=int, default=20, help="at least 2 (default: 20)")
    parser.add_argument("--seconds", type=float, default=12, help="of each part with sliders")
    parser.add_argument("--out", type=Path, help="a file for the figures")
    options = parser.parse_args(words)
    if options.learners < 2 or options.seconds < 3:
        parser.error("there should be at least 2 learners and 3 seconds.")
    if options.learners * GIGABYTES > available():
        parser.error(f"{options.learners} learners should have {GIGABYTES} GB each for lesson 09, "
                     f"but this computer has {available():.0f} GB left.")  # fmt: skip
    before = load()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        lines, failures = measure(options.learners, options.seconds, Path(folder))
        if failures:
            print((Path(folder) / "hub.log").read_text("utf-8", "replace")[-5000:], file=sys.stderr)
    text = "\n".join([
        "# A room at one hub, measured", "",
        f"By `python -m deploy.load_test --learners {options.learners}`; "
        f"the load average before it was {before}.", "", *lines, "",
    ])  # fmt: skip
    print(text)
    if options.out:
        options.out.write_text(text, encoding="utf-8")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
