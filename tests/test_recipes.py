"""The recipes: their networks, their moved digits, and that a stopped run ends the same."""

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
RNG = np.random.default_rng(0)
every_recipe = pytest.mark.parametrize("name", RECIPES)


# ---- Moved images


def by_loop(image, down, right):
    """The image, moved by so many rows and columns, pixel by pixel."""
    h, w, _ = image.shape
    result = np.zeros_like(image)
    for row in range(h):
        for column in range(w):
            if 0 <= row - down < h and 0 <= column - right < w:
                result[row, column] = image[row - down, column - right]
    return result


def shifts_of(images, moved, most):
    """For each image the (down, right) that the loop needs to make the moved one."""
    span = range(-most, most + 1)
    found = []
    for image, result in zip(images, moved, strict=True):
        fits = [
            (down, right)
            for down in span
            for right in span
            if np.array_equal(by_loop(image, down, right), result)
        ]
        assert len(fits) == 1, f"{len(fits)} shifts make this image"
        found += fits
    return found


@pytest.mark.parametrize("most", [0, 1, 2, 3])
@pytest.mark.parametrize("shape", [(5, 9, 7, 1), (4, 6, 11, 3), (1, 8, 8, 2)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_each_image_is_one_that_a_loop_moved(most, shape, dtype):
    images = RNG.random(shape).astype(dtype) + 1  # no zeros: what moves in is told apart
    before = images.copy()
    moved = moved_by(most)(images, np.random.default_rng(1))
    assert (moved.shape, moved.dtype) == (images.shape, images.dtype)
    shifts_of(images, moved, most)
    np.testing.assert_array_equal(images, before)
    assert not np.shares_memory(moved, images)


def test_all_shifts_are_about_equally_frequent_and_each_image_has_its_own():
    images = RNG.random((2500, 7, 7, 1)) + 1
    found = shifts_of(images, moved_by(2)(images, np.random.default_rng(2)), 2)
    _, counts = np.unique(np.array(found), axis=0, return_counts=True)
    assert len(counts) == 25  # 100 of each are expected, with a deviation of about 10
    assert counts.min() > 60
    assert counts.max() < 140


def test_the_seed_decides_the_shifts():
    images = RNG.random((20, 9, 9, 1))
    first, again, other = (moved_by(2)(images, np.random.default_rng(s)) for s in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_images_that_lie_otherwise_in_memory_move_the_same():
    images = RNG.random((6, 9, 7, 1))
    lying = np.asfortranarray(images)
    a, b = (moved_by(2)(x, np.random.default_rng(3)) for x in (images, lying))
    np.testing.assert_array_equal(a, b)


def test_a_shift_as_large_as_the_image_may_leave_nothing():
    moved = moved_by(4)(np.ones((400, 3, 3, 1)), np.random.default_rng(0))
    assert moved.sum(axis=(1, 2, 3)).min() == 0


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


IMAGES = np.zeros((2, 5, 5, 1))
REFUSED = {
    "most negative": (lambda: moved_by(-1), "moved_by: most should be a whole number"),
    "most a fraction": (lambda: moved_by(0.5), "moved_by: most should be a whole number"),
    "most a word": (lambda: moved_by("two"), "moved_by: most should be a whole number"),
    "one image": (lambda: moved_by(1)(IMAGES[0], RNG), r"moved_by: images should .*n, h, w, c"),
    "a list": (lambda: moved_by(1)([1.0], RNG), "moved_by: images should be a NumPy array"),
    "no rng": (lambda: moved_by(1)(IMAGES, None), "moved_by: rng should"),
    "a seed for an rng": (lambda: moved_by(1)(IMAGES, 7), "moved_by: rng should"),
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
