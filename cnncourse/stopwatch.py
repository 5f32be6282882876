"""A stopwatch: how long something takes, beside what this machine can do at most.

Two things limit a convolution: how many multiply-adds a second the processor does, which a matrix
product shows, and how many bytes a second memory gives or takes, which a copy shows. Both are
measured here, not looked up (the roofline model, Williams, Waterman and Patterson 2009).
"""

import contextlib
import itertools
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from .shapes import check_bool, check_finite, check_int, check_number, check_text, shown
from .workers import cores, deal, one_core

SIDE = 512  # rows of the matrices: large enough for full speed, small enough for short runs
SMALL_BYTES, LARGE_BYTES = 2**18, 2**26  # of an array that a cache holds, and of one none does
SECONDS = 0.3  # for each thing that is measured


class Limits(NamedTuple):
    """What a number of cores can do at most, as measured."""

    cores: int
    product: float  # multiply-adds a second in a large matrix product
    memory: float  # bytes read or written a second in a copy too large for the caches
    cache: float  # the same in a copy that each core's own cache holds

    def at_least(self, other: "Limits") -> "Limits":
        """The larger of two measurements: whatever was in the way made one of them smaller."""
        if not isinstance(other, Limits):
            raise ValueError(f"at_least: other should be Limits, but is {shown(other)}.")
        return Limits(*map(max, self, other))

    def __repr__(self):
        return (
            f"{self.cores} {'core' if self.cores == 1 else 'cores'}: "
            f"{self.product / 1e9:.0f} billion multiply-adds a second, memory "
            f"{self.memory / 1e9:.0f} GB a second, cache {self.cache / 1e9:.0f} GB a second"
        )


class Step(NamedTuple):
    """One way to do a job, as it was timed; all counts are those of the whole job."""

    name: str
    seconds: float
    multiply_adds: float
    touched: float  # bytes read or written
    cores: int

    def __repr__(self):
        unit, name = (1e9, "billion") if self.rate >= 1e8 else (1e6, "million")
        return (
            f"{self.name:21}{1000 * self.seconds:11,.1f} ms {self.touched / 1e6:6,.0f} MB "
            f"{self.rate / unit:6.1f} {name} multiply-adds a second, "
            f"{self.cores} {'core' if self.cores == 1 else 'cores'}"
        )

    @property
    def rate(self) -> float:
        """Multiply-adds a second."""
        return self.multiply_adds / self.seconds

    @property
    def intensity(self) -> float:
        """Multiply-adds for each byte that is read or written."""
        return self.multiply_adds / self.touched


def _check_function(run, what: str) -> None:
    if not callable(run):
        raise ValueError(f"{what} should be a function, but is {shown(run)}.")


def shortest(run: Callable, seconds: float | None = None, runs: int = 3) -> float:
    """The shortest time of as many runs as fit into `seconds` (0.3), and of `runs` at least.

    The shortest, since whatever else the computer does meanwhile makes a run longer, never shorter.
    """
    _check_function(run, "shortest: run")
    seconds = SECONDS if seconds is None else seconds
    check_number(seconds, "shortest: seconds")
    check_int(runs, "shortest: runs", 1)
    times, end = [], time.perf_counter() + seconds
    while len(times) < runs or time.perf_counter() < end:
        begun = time.perf_counter()
        run()
        times.append(time.perf_counter() - begun)
    return min(times)


def limits(all_cores: bool = False) -> Limits:
    """Measure what one core, or all of them together, can do at most; takes about a second."""
    count = cores() if all_cores else 1
    rng, pieces = np.random.default_rng(0), range(count)
    a, b = rng.random((2, SIDE, SIDE), np.float32)
    products = np.empty((count, SIDE, SIDE), np.float32)

    def multiply(i):
        np.matmul(a, b, out=products[i])

    def copying(size):
        """Bytes a second of copies between arrays of so many bytes."""
        arrays, times = np.ones((2, count, size), np.uint8), max(2**22 // size, 1)

        def copy(i):
            for _ in range(times):
                np.copyto(arrays[1, i], arrays[0, i])

        return 2 * count * size * times / shortest(lambda: deal(copy, pieces), SECONDS / 2)

    with contextlib.nullcontext() if all_cores else one_core():
        seconds = shortest(lambda: deal(multiply, pieces))
        memory, cache = copying(LARGE_BYTES // count), copying(SMALL_BYTES)
    return Limits(count, count * SIDE**3 / seconds, memory, cache)


class Staircase:
    """Ways to do one job of so many multiply-adds, each timed after the other on this machine."""

    def __init__(self, multiply_adds: int):
        self.multiply_adds = check_int(multiply_adds, "Staircase: multiply_adds", 1)
        self.steps: list[Step] = []

    def time(self, name: str, run: Callable, touched: float, part=1, all_cores=False) -> None:
        """Time a step, keep it, and print what came of it.

        touched: bytes that the whole job reads and writes in this way
        part: how much of the job `run` does; a slow step is timed on a small part
        """
        check_text(name, "time: name")
        _check_function(run, "time: run")
        check_bool(all_cores, "time: all_cores")
        for what, value in (("touched", touched), ("part", part)):
            check_finite(value, f"time: {what}")
            if value <= 0:
                raise ValueError(f"time: {what} should be above 0, but is {value}.")
        with contextlib.nullcontext() if all_cores else one_core():
            seconds = shortest(run) / part
        count = cores() if all_cores else 1
        step = Step(name, seconds, self.multiply_adds, touched, count)
        names = [each.name for each in self.steps]
        place = names.index(name) if name in names else len(names)
        self.steps[place : place + 1] = [step]
        print(step)

    def gains(self) -> dict[str, float]:
        """By how much each step but the first is faster than the one before it."""
        pairs = itertools.pairwise(self.steps)
        return {step.name: before.seconds / step.seconds for before, step in pairs}

    def __repr__(self):
        return "\n".join(map(repr, self.steps))
