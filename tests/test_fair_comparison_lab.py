"""The lab refuses what is not fair, and says of what is fair only what the runs allow."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from tasks import do_tasks

from cnncourse import experiments
from cnncourse.experiments import Setup
from cnncourse.explorers import fair_comparison_lab
from cnncourse.explorers.chart import round_numbers
from cnncourse.explorers.fair_comparison_dots import reach
from cnncourse.explorers.fair_comparison_lab import CHOICES, State, look
from cnncourse.intervals import mean_interval

FIRST, SECOND = Setup(images=50, steps=2), Setup("stride", images=50, steps=2)
SEEDS = 0, 1, 2
FAIR = State(FIRST, SECOND, SEEDS, SEEDS)


def found(first, second, state=FAIR):
    """Held-out accuracies as the lab keeps them."""
    return {
        (setup, seed): value
        for setup, values in ((state.first, first), (state.second, second))
        for seed, value in zip(state.seeds, values)
    }


@pytest.fixture
def quick(monkeypatch):
    """Make each run take no time: its accuracy is its seed plus its dropout, in percent."""
    ran = []

    def trained(setup, seed):
        ran.append((setup, seed))
        return None, {"held": (50 + 10 * (seed % 3) + setup.dropout * (seed + 4)) / 100}

    monkeypatch.setattr(experiments, "trained", trained)
    return ran


@pytest.mark.parametrize(
    "change, why",
    [
        (dict(filters=(16, 32)), "not 20,490 and 50,186"),
        (dict(images=(50, 100)), "equally many images"),
        (dict(steps=(50, 100)), "equally many steps"),
        (dict(seeds=(4, "other ones")), "seeds should be the same"),
        (dict(seeds=(1, "the same")), "several seeds"),
        (dict(shrinking=("max", "max")), "Nothing differs"),
        (dict(dropout=(0.0, 0.5)), "2 do: shrinking, dropout"),
    ],
)
def test_what_is_not_fair_is_refused_and_does_not_run(change, why, quick):
    lab = fair_comparison_lab()
    for name, values in change.items():
        for control, value in zip(lab.controls[name], values, strict=True):
            control.value = value
    assert lab.sentence.startswith("Not fair, so it does not run. ") and why in lab.sentence
    assert lab.run() == lab.sentence and not quick
    assert "no run yet" in lab.dots.value


def test_each_run_is_made_once_and_with_the_settings_that_are_shown(quick):
    lab = fair_comparison_lab()
    lab.controls["shrinking"][1].value = "max"
    lab.controls["dropout"][1].value = 0.5
    lab.controls["seeds"][0].value = 2
    assert "0 of 4 runs are done" in lab.sentence
    told = lab.run()
    shared = dict(images=100, steps=50)
    pair = Setup(**shared), Setup(**shared, dropout=0.5)
    assert quick == [(setup, seed) for seed in (0, 1) for setup in pair]
    assert "2 seeds: mean 2.2 points" in told and lab.view.won == pytest.approx([2.0, 2.5])
    lab.controls["seeds"][0].value = 3
    assert "4 of 6 runs are done" in lab.sentence
    lab.run()
    assert quick[4:] == [(setup, 2) for setup in pair]
    assert lab.bar.value == lab.bar.max == 6


def test_every_looked_at_result_counts_as_a_comparison(quick):
    lab = fair_comparison_lab()
    lab.controls["shrinking"][1].value = "max"
    lab.controls["dropout"][1].value = 0.5
    assert "It was your first comparison" in lab.run()
    lab.controls["seeds"][0].value = 6
    assert "It was comparison 2" in lab.run()
    lab.controls["seeds"][0].value = 4
    assert "comparison 2" in lab.run()  # seen before, and nothing new was looked at


@pytest.mark.parametrize(
    "second, says",
    [
        ([72, 78, 79], "the second is better"),
        ([68, 72.5, 72.5], "the first is better"),
        ([70, 76, 75.5], "no difference is seen"),
        ([72.1, 77.1, 77.1], "All differences are equal by chance"),
    ],
)
def test_the_sentence_is_what_the_interval_allows(second, says):
    first = [70, 75, 75]
    view = look(FAIR, found(first, second))
    assert view.won == [after - before for before, after in zip(first, second)]
    _, low, high = mean_interval(view.won)
    assert says in view.sentence
    assert ("is better" in view.sentence) == (high - low > 1e-6 and (low > 0 or high < 0))
    assert f"{low:.1f} to {high:.1f}".replace("-", "−") in view.sentence


def test_a_pair_counts_when_both_runs_are_done():
    some = found([70, 75, 75], [71, 70])
    view = look(FAIR, some)
    assert view.second == [71, 70, None] and view.won == [1, -5]
    assert "5 of 6 runs are done" in view.sentence


def test_a_real_run_is_that_of_the_experiments():
    lab = fair_comparison_lab()
    lab.controls["images"][0].value = lab.controls["images"][1].value = 50
    lab.controls["seeds"][0].value = 2
    lab.run()
    setup = Setup(images=50, steps=50)
    assert lab.found[setup, 1] == 100 * experiments.trained(setup, 1)[1]["held"]


def test_each_task_is_done_by_what_it_asks_for(quick):
    lab = fair_comparison_lab()

    def choose(*changes):
        def change():
            for name, side, value in changes:
                lab.controls[name][side].value = value
            lab.run()

        return change

    do_tasks(
        lab,
        lab.run,
        choose(("steps", 1, 100)),
        choose(("steps", 1, 50), ("seeds", 0, 8)),
        choose(("shrinking", 1, "max"), ("dropout", 1, 0.5)),
    )


def test_start_needs_a_notebook():
    # in a thread of its own: a test with a browser may have left an event loop in this one
    with ThreadPoolExecutor(1) as pool, pytest.raises(ValueError, match="called in a notebook"):
        pool.submit(lambda: fair_comparison_lab().start()).result()


def test_names_that_a_message_uses_are_those_of_the_controls():
    assert set(CHOICES) < set(Setup._fields)


def test_axes_hold_all_values_and_intervals():
    values = [60.0, 70.0, 80.0]
    low, high = reach(values, [55.0])
    assert low < 55 and high > mean_interval(values)[2]
    assert reach([]) == (47, 103) and reach([], [0.0])[0] < 0
    assert round_numbers(-3.2, 1.6, 8) == [-3, -2, -1, 0, 1]
    assert len(round_numbers(0.0, 100.0, 8)) <= 8
