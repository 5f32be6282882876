"""The recipes: their networks, and that a stopped run ends the same."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cnncourse import data, networks, optim, storage, train
from cnncourse.recipes import RECIPES, Recipe, moved_by

ROOT = Path(__file__).resolve().parent.parent
BUNDLED = [  # file, recipe, least accuracy
    ("course_cnn.npz", "minute", 0.992),
    ("wide_cnn.npz", "full", 0.994),
]
every_recipe = pytest.mark.parametrize("name", RECIPES)


# ---- The recipes


@every_recipe
def test_every_recipe_has_a_sentence_and_a_sound_setting(name):
    recipe = RECIPES[name]
    assert recipe.about.endswith(".") and "\n" not in recipe.about
    assert len(recipe.about) < 90
    assert recipe.epochs >= 1
    assert recipe.shift in range(4)


@pytest.mark.parametrize(
    ("name", "parameters"), [("quick", 20_490), ("minute", 20_490), ("full", 421_642)]
)
def test_parameters(name, parameters):
    net, optimizer = RECIPES[name].begin(60_000, seed=0)
    assert sum(param.size for param in net.params()) == parameters
    assert {param.dtype for param in net.params()} == {np.dtype(np.float32)}
    assert net(np.zeros((2, 28, 28, 1), np.float32)).shape == (2, 10)
    assert optimizer.weight_decay == RECIPES[name].weight_decay
    assert optimizer.momentum == 0.9
    assert optimizer.steps == 0


@every_recipe
def test_the_rate_rises_to_its_peak_and_ends_at_zero_with_the_last_step(name):
    recipe = RECIPES[name]
    _, optimizer = recipe.begin(1000, seed=0)
    steps = recipe.steps(1000)
    assert steps == 16 * recipe.epochs
    rates = [optimizer.lr(step) for step in range(steps + 1)]
    assert recipe.peak == 0.05
    np.testing.assert_allclose(max(rates), 0.05, rtol=1e-12)
    assert min(rates[:-1]) > 0
    assert rates[-1] == 0


def test_a_recipe_is_what_fit_does_with_its_settings():
    x, y = digits_like(200)
    recipe = Recipe("", networks.course_cnn, epochs=2, shift=1, weight_decay=1e-3, batch_size=32)
    net, optimizer = recipe.begin(200, seed=4)
    found = list(recipe.records(net, optimizer, x, y, seed=4))

    expected = networks.course_cnn(np.random.default_rng(4))
    rate = optim.OneCycle(peak=0.05, steps=14)
    records = train.fit(
        expected,
        x,
        y,
        epochs=2,
        batch_size=32,
        optimizer=optim.SGD(rate, momentum=0.9, weight_decay=1e-3),
        rng=np.random.default_rng(4),
        augment=moved_by(1),
    )
    assert found == list(records)
    for param, wanted in zip(net.params(), expected.params(), strict=True):
        np.testing.assert_array_equal(param, wanted)


def digits_like(n):
    """Images and labels of the digits' shape: the label says where the image is bright."""
    rng = np.random.default_rng(9)
    y = rng.integers(10, size=n)
    x = rng.random((n, 28, 28, 1), np.float32)
    for image, label in zip(x, y):
        image[2 * label : 2 * label + 6, 8:20] += 1
    return x, y


@every_recipe
def test_a_run_that_was_stopped_and_saved_ends_with_the_same_weights(name, tmp_path):
    x, y = digits_like(150)
    recipe = RECIPES[name]._replace(epochs=2)  # 6 steps, the last of each epoch with 22 images
    whole, optimizer = recipe.begin(150, seed=3)
    expected = list(recipe.records(whole, optimizer, x, y, seed=3))

    net, optimizer = recipe.begin(150, seed=3)
    records = recipe.records(net, optimizer, x, y, seed=3)
    found = [next(records) for _ in range(4)]
    storage.save(net, tmp_path / "run.npz", optimizer=optimizer)
    net, optimizer, _ = storage.load_training(tmp_path / "run.npz")
    found += recipe.records(net, optimizer, x, y, seed=3)
    assert found == expected
    for param, wanted in zip(net.params(), whole.params(), strict=True):
        np.testing.assert_array_equal(param, wanted)


def test_a_finished_run_can_go_on_for_longer(tmp_path):
    """With a new cycle for the epochs that are added, also after it was saved and loaded."""
    x, y = digits_like(150)
    recipe = RECIPES["quick"]  # 2 epochs of 3 steps
    net, optimizer = recipe.begin(150, seed=3)
    list(recipe.records(net, optimizer, x, y, seed=3))
    assert list(recipe.records(net, optimizer, x, y, seed=3)) == []
    weights = [param.copy() for param in net.params()]

    longer = recipe._replace(epochs=5)
    longer.longer(optimizer, 150)
    records = longer.records(net, optimizer, x, y, seed=3)
    found = [next(records) for _ in range(4)]
    storage.save(net, tmp_path / "run.npz", optimizer=optimizer)
    loaded, loaded_optimizer, _ = storage.load_training(tmp_path / "run.npz")
    found += longer.records(loaded, loaded_optimizer, x, y, seed=3)
    cycle = optim.OneCycle(0.05, 9)
    assert [record.rate for record in found] == [cycle(step) for step in range(9)]
    assert [record.step for record in found] == list(range(6, 15))
    assert [record.epoch for record in found] == [2, 2, 2, 3, 3, 3, 4, 4, 4]
    for param, before in zip(loaded.params(), weights, strict=True):
        assert (param != before).any()


# ---- What is refused


def after_steps(steps):
    optimizer = optim.SGD(0.1)
    optimizer.steps = steps
    return optimizer


REFUSED = {
    "seed negative": (lambda: RECIPES["quick"].begin(9, seed=-1), "begin: seed should be a whole"),
    "seed a word": (lambda: RECIPES["quick"].begin(9, seed="x"), "begin: seed should be a whole"),
    "no images": (lambda: RECIPES["quick"].begin(0, seed=0), "steps_in: n should be a whole"),
    "not longer": (
        lambda: RECIPES["quick"].longer(after_steps(2), 9),
        "longer: epochs should be more than the 2 steps that are done, but 2 epochs of 9 images",
    ),
    "no epochs": (
        lambda: RECIPES["quick"]._replace(epochs=0).begin(9, seed=0),
        "steps_in: epochs should be a whole",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_said_in_words(name):
    call, words = REFUSED[name]
    with pytest.raises(ValueError, match=f"^{words}"):
        call()


def test_records_refuse_a_wrong_seed_before_anything_is_learned():
    x, y = digits_like(20)
    net, optimizer = RECIPES["quick"].begin(20, seed=0)
    with pytest.raises(ValueError, match=r"^records: seed should be a whole number"):
        RECIPES["quick"].records(net, optimizer, x, y, seed=-3)


# ---- The networks that come with the course


@pytest.mark.parametrize(("file", "name", "least"), BUNDLED)
def test_a_bundled_network_is_its_recipes_and_reads_digits(file, name, least, mnist):
    net, optimizer, notes = storage.load_training(data.bundled(file))
    assert optimizer is None
    assert notes == {"recipe": name, "epochs": RECIPES[name].epochs, "seed": 0}
    made, _ = RECIPES[name].begin(1, seed=0)
    assert repr(net) == repr(made)
    assert train.accuracy(net, mnist.x_test, mnist.y_test) >= least


def make_weights(*words):
    command = [sys.executable, ROOT / "data" / "make_weights.py", *words]
    return subprocess.run([*map(str, command)], capture_output=True, text=True, cwd=ROOT)


def test_the_script_keeps_the_network_of_a_finished_run(tmp_path):
    x, y = digits_like(20)
    recipe = RECIPES["minute"]._replace(epochs=2)
    net, optimizer = recipe.begin(20, seed=1)
    run = tmp_path / "run.npz"
    notes = dict(recipe="minute", dataset="mnist", epochs=2, seed=1)
    storage.save(net, run, optimizer=optimizer, **notes)
    begun = make_weights(run, "--out", tmp_path)
    assert (begun.returncode, begun.stdout) == (2, "")
    assert "run.npz should be a finished run of minute or full, but is none" in begun.stderr
    assert [*tmp_path.iterdir()] == [run]

    list(recipe.records(net, optimizer, x, y, seed=1))
    storage.save(net, run, optimizer=optimizer, **notes)
    done = make_weights(run, "--out", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    kept, optimizer, notes = storage.load_training(tmp_path / "course_cnn.npz")
    assert (optimizer, notes) == (None, {"recipe": "minute", "epochs": 2, "seed": 1})
    for param, wanted in zip(kept.params(), net.params(), strict=True):
        np.testing.assert_array_equal(param, wanted)
