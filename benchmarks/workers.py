"""What a second core gives: threads and processes in training, threads in use.

    python -m benchmarks.workers

Times, taking turns, a training step of the course's network (64 digits) in one process, on threads
that each have a copy of the network, and with helper processes as `train.fit` has them; and the use
of the network on 1,000 digits with one thread and with all. Writes benchmarks/workers.md.
"""

import copy
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from cnncourse import networks, optim, train, workers
from cnncourse.crew import Crew

ROUNDS, STEPS, BATCH = 9, 40, 64
RESULT = Path(__file__).resolve().parent / "workers.md"


class Alone:
    """One process, one thread."""

    def __init__(self, x, y):
        self.net = networks.course_cnn(np.random.default_rng(0))
        self.optimizer, self.x, self.y = optim.SGD(0.01), x, y

    def step(self):
        with workers.one_core():
            _, _, grads = self.gradients()
            self.optimizer.update(self.net.params(), grads)

    def gradients(self):
        return train.gradients(self.net, self.x, self.y)


class Threads(Alone):
    """Micro-batches dealt to threads, each with a copy of the network."""

    def __init__(self, x, y):
        super().__init__(x, y)
        self.nets = [copy.deepcopy(self.net) for _ in range(workers.cores())]
        self.pool = ThreadPoolExecutor(len(self.nets))

    def gradients(self):
        parts = train.micro_batches(len(self.x))
        for net in self.nets:
            for mine, theirs in zip(self.net.params(), net.params()):
                theirs[...] = mine

        def work(place):
            done = []
            for number in range(place, len(parts), len(self.nets)):
                *_, grads = train.micro_gradients(self.nets[place], self.x, self.y, number, (0,))
                done.append([grad.copy() for grad in grads])
            return done

        some = [grads for done in self.pool.map(work, range(len(self.nets))) for grads in done]
        return None, None, [sum(grads) for grads in zip(*some)]


class Processes(Alone):
    """Micro-batches shared with helper processes."""

    def __init__(self, x, y):
        super().__init__(x, y)
        parts = len(train.micro_batches(BATCH))
        helpers = workers.cores() - 1
        self.crew = Crew(self.net, x, BATCH, parts, helpers, train.micro_gradients)
        while not all(self.crew.board["ready"]):
            time.sleep(0.05)

    def gradients(self):
        return train.gradients(self.net, self.x, self.y, crew=self.crew)


def seconds(work, times: int) -> float:
    """The median time of one call."""
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        took.append(time.perf_counter() - begun)
    return statistics.median(took)


def main():
    rng = np.random.default_rng(1)
    x = rng.random((BATCH, 28, 28, 1), np.float32)
    y = rng.integers(0, 10, BATCH)
    many = rng.random((1000, 28, 28, 1), np.float32)
    ways = {"one process": Alone(x, y), "threads": Threads(x, y), "processes": Processes(x, y)}
    net = ways["one process"].net

    def use_alone():
        with workers.one_core():
            net(many)

    rounds: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            rounds.setdefault(name, []).append(seconds(way.step, STEPS))
        rounds.setdefault("use, one thread", []).append(seconds(use_alone, 3))
        rounds.setdefault("use, threads", []).append(seconds(lambda: net(many), 3))
    ways["processes"].crew.close()

    def faster(slow, fast):
        ratios = [a / b for a, b in zip(rounds[slow], rounds[fast])]
        return f"{statistics.median(ratios):.2f}"

    def row(name, base):
        milliseconds = 1000 * statistics.median(rounds[name])
        return f"| {name} | {milliseconds:.2f} ms | {faster(base, name)} |"

    cores = f"{workers.cores()} cores, medians of {ROUNDS} rounds"
    lines = [
        "# What a second core gives",
        "",
        f"Made by `python -m benchmarks.workers` on {cores}.",
        "",
        f"| training step, {BATCH} digits | time | times as fast |",
        "|---|--:|--:|",
        *(row(name, "one process") for name in ways),
        "",
        "| use on 1,000 digits | time | times as fast |",
        "|---|--:|--:|",
        *(row(name, "use, one thread") for name in ("use, one thread", "use, threads")),
        "",
    ]
    RESULT.write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
