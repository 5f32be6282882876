"""The stopwatch: shortest times, what the machine can do, and steps beside one another."""

import time

import numpy as np
import pytest

from cnncourse import stopwatch, workers
from cnncourse.stopwatch import Limits, Staircase, Step, limits, shortest


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is told to go on: clock(seconds)."""
    now = [0.0]
    monkeypatch.setattr(stopwatch.time, "perf_counter", lambda: now[0])

    def go_on(seconds):
        now[0] += seconds

    return go_on


def taking(clock, *times):
    """A function whose calls take these times, again and again; `calls` counts them."""

    def run():
        clock(times[run.calls % len(times)])
        run.calls += 1

    run.calls = 0
    return run


def test_the_shortest_of_as_many_runs_as_fit(clock):
    run = taking(clock, 3.0, 1.0, 2.0)
    assert shortest(run, 10) == 1.0
    assert run.calls == 5  # the fifth begins after 9 seconds


def test_a_slow_run_is_timed_three_times_or_as_often_as_asked(clock):
    run = taking(clock, 9.0, 8.0, 7.0)
    assert shortest(run, 1) == 7.0
    assert run.calls == 3
    assert shortest(run, 0, runs=1) == 9.0
    assert run.calls == 4


@pytest.mark.parametrize("given", [dict(seconds="long"), dict(runs=0), dict(runs=1.5)])
def test_what_is_no_time_is_refused(given):
    with pytest.raises(ValueError, match="shortest"):
        shortest(lambda: None, **given)


def test_the_machines_limits_are_measured(monkeypatch):
    monkeypatch.setattr(stopwatch, "SECONDS", 0.02)
    one, every = limits(), limits(all_cores=True)
    assert (one.cores, every.cores) == (1, workers.cores())
    for found in (one, every):
        assert 1e7 < found.product < 1e14
        assert 1e8 < found.memory < 1e13
        assert 1e8 < found.cache < 1e14
    assert "1 core: " in repr(one)


def test_one_product_is_a_cube_of_multiply_adds_and_a_copy_reads_and_writes(monkeypatch):
    monkeypatch.setattr(stopwatch, "shortest", lambda run, seconds=0: (run(), 0.5)[1])
    one = limits()
    assert one.product == stopwatch.SIDE**3 / 0.5
    assert one.memory == 2 * stopwatch.LARGE_BYTES / 0.5
    assert one.cache == 2 * 2**22 / 0.5


def test_of_two_measurements_the_larger_counts():
    assert Limits(2, 10, 5, 7).at_least(Limits(2, 8, 6, 7)) == Limits(2, 10, 6, 7)


def test_a_step_is_compared_by_rate_and_intensity():
    step = Step("strips", 0.5, 1e9, 4e8, 2)
    assert step.rate == 2e9
    assert step.intensity == 2.5
    assert "500.0 ms" in repr(step)
    assert "400 MB" in repr(step)
    assert "2.0 billion multiply-adds a second, 2 cores" in repr(step)
    assert "50.0 million" in repr(step._replace(seconds=20))


def test_a_part_stands_for_the_whole_job(clock, capsys):
    steps = Staircase(1000)
    steps.time("loops", taking(clock, 2.0), touched=100, part=1 / 8)
    steps.time("product", taking(clock, 0.5), touched=50)
    assert [step.seconds for step in steps.steps] == [16, 0.5]
    assert steps.gains() == {"product": 32}
    assert capsys.readouterr().out == f"{steps!r}\n"


def test_a_step_timed_again_takes_its_own_place(clock, capsys):
    steps = Staircase(1000)
    for seconds in (2.0, 1.0):
        steps.time("loops", taking(clock, seconds), touched=100)
    assert [step.seconds for step in steps.steps] == [1]


@pytest.mark.parametrize("all_cores", [False, True])
def test_a_step_keeps_to_one_core_unless_it_asks_for_all(all_cores, monkeypatch, capsys):
    monkeypatch.setattr(stopwatch, "SECONDS", 0)
    seen, steps = [], Staircase(1)
    steps.time("look", lambda: seen.append(workers._on_one_core), 1, all_cores=all_cores)
    assert all(np.array(seen) == (0 if all_cores else 1))
    assert steps.steps[0].cores == (workers.cores() if all_cores else 1)


def test_a_job_has_work():
    with pytest.raises(ValueError, match="Staircase: multiply_adds should be a whole number"):
        Staircase(0)


def test_time_itself_is_left_alone():
    begun = time.perf_counter()
    assert shortest(lambda: time.sleep(0.01), 0, runs=2) >= 0.009
    assert time.perf_counter() - begun >= 0.018
