"""Fair comparisons: what a seed fixes, what is refused, and what the stored runs hold."""

import json
import runpy
from pathlib import Path

import numpy as np
import pytest

from cnncourse import experiments, figures
from cnncourse.experiments import Setup
from cnncourse.intervals import accuracy_interval, mean_interval, student
from cnncourse.predictions import PREDICTIONS


def parameters(setup):
    net = experiments.network(setup, np.random.default_rng(0))
    return sum(param.size for param in net.params())


def test_networks_have_as_many_parameters():
    counts = {kind: parameters(Setup(kind, dropout=0.5)) for kind in experiments.SHRINKING}
    assert counts == {"max": 20_490, "average": 20_490, "stride": 20_490, "nothing": 20_480}


def test_dropout_changes_no_first_weight():
    nets = [experiments.network(Setup(dropout=rate), np.random.default_rng(3)) for rate in (0, 0.5)]
    for one, other in zip(*(net.params() for net in nets), strict=True):
        assert np.array_equal(one, other)


def test_drawn_images_are_different_ones():
    x, y, x_held, y_held = experiments.drawn(50, 1)
    assert x.shape == (50, 28, 28, 1) and len(x_held) == len(y_held) == 1000
    known = {image.tobytes() for image in x}
    assert not any(image.tobytes() in known for image in x_held)
    assert np.array_equal(experiments.drawn(20, 1)[0], x[:20])
    assert not np.array_equal(experiments.drawn(50, 2)[1], y)
    with pytest.raises(ValueError, match="images should be at most 59,000"):
        experiments.drawn(59_001, 0)


def test_a_seed_fixes_a_run():
    setup = Setup(images=40, steps=4, dropout=0.5, move=1)
    first, second, other = (experiments.trained(setup, seed)[0].params()[0] for seed in (0, 0, 1))
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)


def test_best_weights_are_those_of_the_lowest_held_out_loss():
    _, found = experiments.trained(Setup("stride", images=30, steps=60), 0, looks=True)
    held = [loss for _, _, loss in found["losses"]]
    assert found["stopped_at"] == found["losses"][int(np.argmin(held))][0]
    assert found["best"].score == -min(held)


USUAL, SEEDS = Setup(), [0, 1]


@pytest.mark.parametrize(
    "second, seeds, second_seeds, why",
    [
        (Setup(dropout=0.5), SEEDS, [1, 2], "seeds should be the same"),
        (Setup(dropout=0.5), [1, 1], [1, 1], "occur once"),
        (Setup(dropout=0.5), [0], [0], "several seeds"),
        (Setup(images=500), SEEDS, SEEDS, "equally many images, not 300 and 500"),
        (Setup(steps=5), SEEDS, SEEDS, "equally many steps"),
        (Setup(filters=32), SEEDS, SEEDS, "as many parameters, not 20,490 and 50,186"),
        (Setup(), SEEDS, SEEDS, "Nothing differs"),
        (Setup("stride", move=1), SEEDS, SEEDS, "2 do: shrinking, move"),
    ],
)
def test_unfair_comparisons_are_refused(second, seeds, second_seeds, why):
    assert why in experiments.unfair(USUAL, second, seeds, second_seeds)


@pytest.mark.parametrize("second", [Setup("nothing"), Setup(dropout=0.5), Setup(weight_decay=0.01)])
def test_one_thing_may_differ(second):
    assert experiments.unfair(USUAL, second, SEEDS, SEEDS) == ""


def test_unknown_setups_are_refused():
    with pytest.raises(ValueError, match=r"setup\.shrinking should be one of"):
        parameters(Setup("median"))
    with pytest.raises(ValueError, match="setup should be one of those stored"):
        experiments.stored_runs(Setup(images=17))


def test_changed_test_images():
    changed = experiments.changed_tests(5)
    plain = changed["as they are"]
    assert all(images.shape == plain.shape for images in changed.values())
    assert np.array_equal(changed["moved by 2"][:, :, 2:], plain[:, :, :-2])
    assert changed["thinner"].sum() < plain.sum()
    assert changed["noisy"].min() >= 0 and changed["noisy"].max() <= 1


def test_stored_runs_have_ten_seeds_each_and_with_nearly_all_images_three_at_least():
    setups = {Setup(**one["setup"]) for one in experiments.stored()}
    for setup in setups:
        alike = [one for one in experiments.stored() if Setup(**one["setup"]) == setup]
        seeds = sorted(one["seed"] for one in alike)
        assert seeds == list(range(len(seeds)))
        assert len(seeds) == 10 if setup.images <= 5000 else len(seeds) >= 3, setup
        assert sum(one["test"] < 0.5 for one in alike) <= (setup.shrinking == "nothing")
    for images in (100, 300, 1000, 5000, 59_000):
        kinds = {setup.shrinking for setup in setups if setup.images == images}
        assert kinds == set(experiments.SHRINKING)


def test_what_was_run_is_not_run_again(tmp_path, monkeypatch):
    """Stopped after 150 runs, and called again: the file is whole, and the rest follows."""
    source = Path(__file__).resolve().parent.parent / "data" / "make_generalisation.py"
    out, ran, limit = tmp_path / "runs.json", [], [150]
    monkeypatch.setattr("sys.argv", [str(source), "--seeds", "10", "--out", str(out)])

    def run(setup, seed, looks):
        if len(ran) == limit[0]:
            raise KeyboardInterrupt
        ran.append((setup, seed))
        return {"train": 1.0, "test": 0.123456, "losses": [[20, 0.1, 0.2]] if looks else []}

    monkeypatch.setattr(experiments, "run", run)
    with pytest.raises(KeyboardInterrupt):
        runpy.run_path(str(source), run_name="__main__")
    assert len(json.loads(out.read_text())["runs"]) == len(set(ran)) == 150
    limit[0] = 10**6
    runpy.run_path(str(source), run_name="__main__")
    runs = json.loads(out.read_text())["runs"]
    assert len(runs) == len(ran) == len(set(ran)) and {one["test"] for one in runs} == {0.12346}


def test_a_stored_run_is_repeated_nearly():
    """Rounding differs from processor to processor, so a run comes out nearly the same."""
    setup = Setup("stride", images=100)
    assert experiments.run(setup, 3)["test"] == pytest.approx(
        experiments.stored_runs(setup)[3], abs=0.03
    )


def test_each_wrong_choice_of_the_lesson_is_answered():
    for prediction in PREDICTIONS.values():
        if prediction.lesson == "10_generalisation" and prediction.choices:
            assert {prediction.right, *prediction.wrong} == set(prediction.choices)


def test_interval_of_a_mean():
    # by hand: mean 3, spread 1, three values: 4.303 / √3
    assert mean_interval([2, 3, 4]) == pytest.approx((3, 3 - 2.4843, 3 + 2.4843), abs=1e-3)
    with pytest.raises(ValueError, match="values should be at least two numbers"):
        mean_interval([1.0])


@pytest.mark.parametrize("freedom, t", [(1, 12.706), (9, 2.262), (20, 2.086), (30, 2.042)])
def test_students_t_as_in_his_tables(freedom, t):
    assert student(freedom) == pytest.approx(t, abs=1e-3)
    assert student(10_000) == pytest.approx(1.9602, abs=1e-3)


def test_wilsons_interval():
    # Wilson (1927): the ends p solve (share - p)² = z² p (1 - p) / n
    for right, n in ((8, 10), (973, 1000), (0, 50), (50, 50)):
        for end in accuracy_interval(right, n):
            assert (right / n - end) ** 2 == pytest.approx(1.96**2 * end * (1 - end) / n, abs=1e-12)
    with pytest.raises(ValueError, match="right should be at most n, 5, but is 6"):
        accuracy_interval(6, 5)


def test_figure_of_runs():
    plot = figures.runs({"a": [1.0, 2, 3], "b": [0.0, 1, -1]}, "points", zero=True)
    (ax,) = plot.axes
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
    ends = ax.lines[1].get_xdata()
    assert tuple(ends) == pytest.approx(mean_interval([1, 2, 3])[1:])
    with pytest.raises(ValueError, match="at least two values"):
        figures.runs({"a": [1.0]}, "points")
