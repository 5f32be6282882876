"""The digits are MNIST to the last bit, photographs open, your own picture becomes a digit."""

import gzip
import hashlib
import os
import re
import shutil
import struct
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnncourse import data

REPOSITORY = Path(__file__).resolve().parent.parent
ORIGINALS = {  # name in mnist.npz: original file, its MD5, and the first bytes of the file
    "x_train": ("train-images-idx3-ubyte", "6bbc9ace898e44ae57da46a324031adb", 0x803),
    "y_train": ("train-labels-idx1-ubyte", "a25bea736e30d166cdddb491f175f624", 0x801),
    "x_test": ("t10k-images-idx3-ubyte", "2646ac647ad5339dbf082846283269ea", 0x803),
    "y_test": ("t10k-labels-idx1-ubyte", "27ae3e4e09519cfbb04c329615203637", 0x801),
}


def python(*arguments, where=REPOSITORY):
    """Run a new Python that finds the package in the folder `where`."""
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=where,
        env={**os.environ, "PYTHONPATH": str(where)},
        capture_output=True,
        text=True,
    )


# --- MNIST ----------------------------------------------------------------------------------------


def as_published(array, magic):
    """The bytes of the original file: a number that says what follows, the sizes, the pixels."""
    return struct.pack(f">{1 + array.ndim}i", magic, *array.shape) + array.tobytes()


@pytest.mark.parametrize("name", ORIGINALS)
def test_the_file_holds_the_original_bytes(raw, name):
    _, md5, magic = ORIGINALS[name]
    content = as_published(raw[name], magic)
    assert hashlib.md5(content, usedforsecurity=False).hexdigest() == md5
    assert raw[name].dtype == np.uint8


def test_load_keeps_the_order_and_only_scales(mnist, raw):
    assert list(raw) == list(mnist._fields)
    for name, shape in {"x_train": (60000, 28, 28, 1), "x_test": (10000, 28, 28, 1)}.items():
        x = getattr(mnist, name)
        assert (x.shape, x.dtype) == (shape, np.float32)
        assert (x.min(), x.max()) == (0, 1)
        assert x.flags.c_contiguous and x.flags.writeable
        np.testing.assert_array_equal(x[:500, ..., 0], raw[name][:500] / np.float32(255))
        np.testing.assert_array_equal(np.rint(x[::50, ..., 0] * 255), raw[name][::50])
    for name, shape in {"y_train": (60000,), "y_test": (10000,)}.items():
        y = getattr(mnist, name)
        assert (y.shape, y.dtype) == (shape, np.int64)
        assert (y.min(), y.max()) == (0, 9)
        np.testing.assert_array_equal(y, raw[name])


def test_load_takes_less_than_a_second():
    seconds = []
    for _ in range(3):
        start = time.process_time()  # one thread: its own seconds, whatever else is running
        data.load("mnist")
        seconds.append(time.process_time() - start)
    assert min(seconds) < 1


def test_loading_the_digits_loads_nothing_else():
    script = (
        "import sys; from cnncourse import data; data.load('mnist');"
        "print({'PIL', 'matplotlib', 'ipywidgets', 'anywidget'} & set(sys.modules))"
    )
    result = python("-c", script)
    assert (result.stdout, result.stderr) == ("set()\n", "")


# --- making the file, finding the file ------------------------------------------------------------


def test_the_script_makes_the_file_from_packed_and_unpacked_originals(raw, tmp_path):
    for name, (file, _, magic) in ORIGINALS.items():
        (tmp_path / file).write_bytes(as_published(raw[name], magic))
    images = tmp_path / "t10k-images-idx3-ubyte"
    images.with_suffix(".gz").write_bytes(gzip.compress(images.read_bytes(), 1))
    images.unlink()
    out = tmp_path / "made.npz"
    result = python(REPOSITORY / "data/make_mnist.py", tmp_path, "--out", out)
    assert (result.returncode, result.stderr) == (0, "")
    with np.load(out, allow_pickle=False) as made:
        assert list(made) == list(ORIGINALS)
        for name in ORIGINALS:
            np.testing.assert_array_equal(made[name], raw[name])


@pytest.mark.parametrize(
    "content, message",
    [
        (b"something else", "train-images-idx3-ubyte should have the MD5 6bbc9ace"),
        (None, "should hold train-images-idx3-ubyte or train-images-idx3-ubyte.gz, but does not."),
    ],
)
def test_the_script_makes_nothing_from_other_files(tmp_path, content, message):
    folder = tmp_path / "originals"
    folder.mkdir()
    if content is not None:
        (folder / "train-images-idx3-ubyte").write_bytes(content)
    result = python(REPOSITORY / "data/make_mnist.py", folder, "--out", tmp_path / "made.npz")
    assert result.returncode == 1
    assert message in result.stderr and "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == [folder]


def test_every_file_is_in_the_readme_with_its_size_and_checksum():
    text = (REPOSITORY / "data/README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\S+)` \| (\d+) \| `([0-9a-f]{64})` \|$", text, re.MULTILINE)
    listed = {name: (int(size), sha256) for name, size, sha256 in rows}
    found = {
        path.name: (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in (REPOSITORY / "data").iterdir()
        if path.suffix not in {".md", ".py"} and path.is_file()
    }
    assert listed == found


def test_the_files_are_found_beside_the_package_and_inside_it(tmp_path):
    assert data.folder() == REPOSITORY / "data"
    no_python = shutil.ignore_patterns("__pycache__")
    shutil.copytree(REPOSITORY / "cnncourse", tmp_path / "cnncourse", ignore=no_python)
    installed = tmp_path / "cnncourse/_data"
    installed.mkdir()
    shutil.copy(REPOSITORY / "data/camera.png", installed)
    script = "from cnncourse import data; print(data.folder(), data.photograph('camera').shape)"
    result = python("-c", script, where=tmp_path)
    assert result.stdout == f"{installed.resolve()} (512, 512)\n", result.stderr


def test_a_missing_or_damaged_file_says_how_to_mend_it(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "folder", lambda: tmp_path)
    mend = r'run "git checkout -- data" in the folder of the course, or install the course again\.$'
    with pytest.raises(FileNotFoundError, match=rf"^mnist\.npz should be in .*, but .* {mend}"):
        data.load("mnist")
    with pytest.raises(FileNotFoundError, match=rf"^coffee\.png should be in .*, but .* {mend}"):
        data.photograph("coffee")
    whole = (REPOSITORY / "data/mnist.npz").read_bytes()
    bent = whole[:5_000_000] + bytes(1000) + whole[5_001_000:]
    for content in (b"", b"version 1 of a pointer to the file", whole[:5_000_000], bent):
        (tmp_path / "mnist.npz").write_bytes(content)
        with pytest.raises(ValueError, match=rf"should hold MNIST, but is damaged: {mend}"):
            data.load("mnist")


# --- photographs ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, shape",
    [
        ("astronaut", (512, 512, 3)),
        ("camera", (512, 512)),
        ("chelsea", (300, 451, 3)),
        ("coffee", (320, 480, 3)),
    ],
)
def test_photograph(name, shape):
    image = data.photograph(name)
    assert (image.shape, image.dtype) == (shape, np.float32)
    assert 0 <= image.min() < 0.02 and 0.9 < image.max() <= 1
    with Image.open(data.bundled(f"{name}.png")) as picture:
        np.testing.assert_array_equal(np.rint(image * 255), np.asarray(picture))
    assert re.fullmatch(r"[A-Z].* by .*; (CC0|in the public domain).*\.", data.PHOTOGRAPHS[name])


def test_every_photograph_has_a_shape_above():
    assert list(data.PHOTOGRAPHS) == ["astronaut", "camera", "chelsea", "coffee"]


def test_grey():
    primary = np.eye(3, dtype=np.float32).reshape(1, 3, 3)
    np.testing.assert_allclose(data.grey(primary), [[0.299, 0.587, 0.114]], rtol=1e-6)
    image = np.random.default_rng(0).random((5, 7, 3))
    expected = image @ [0.299, 0.587, 0.114]
    np.testing.assert_allclose(data.grey(image), expected)
    np.testing.assert_allclose(data.grey(image[::-2, ::2]), expected[::-2, ::2])
    assert data.grey(image.astype(np.float32)).dtype == np.float32
    with Image.open(data.bundled("chelsea.png")) as picture:  # Pillow rounds to whole levels
        by_pillow = np.asarray(picture.convert("L")) / 255
    by_us = data.grey(data.photograph("chelsea"))
    np.testing.assert_allclose(by_us, by_pillow, atol=1 / 255)
    assert data.grey(by_us) is by_us


@pytest.mark.parametrize(
    "call, message",
    [
        (
            lambda: data.load("mnst"),
            "load: name should be 'mnist' or 'fashion-mnist', but is 'mnst'.",
        ),
        (lambda: data.load(None), "load: name should be 'mnist' or 'fashion-mnist', but is None."),
        (
            lambda: data.photograph("cat"),
            "photograph: name should be 'astronaut' or 'camera' or 'chelsea' or 'coffee', "
            "but is 'cat'.",
        ),
        (
            lambda: data.photograph(["cat"]),
            "photograph: name should be 'astronaut' or 'camera' or 'chelsea' or 'coffee', "
            "but is ['cat'].",
        ),
        (
            lambda: data.grey(np.zeros((4, 5, 4))),
            "grey: image should have shape (h, w, c=3), but has shape (4, 5, 4).",
        ),
        (
            lambda: data.grey(np.zeros(4)),
            "grey: image should have shape (h, w, c=3), but has shape (4,).",
        ),
        (
            lambda: data.digit_from_picture(np.zeros((2, 28, 28, 1))),
            "digit_from_picture: pixels should have shape (h, w), (h, w, 3) or (h, w, 4), "
            "but have (2, 28, 28, 1).",
        ),
        (
            lambda: data.digit_from_picture(np.zeros((28, 28, 2))),
            "digit_from_picture: pixels should have shape (h, w), (h, w, 3) or (h, w, 4), "
            "but have (28, 28, 2).",
        ),
        (
            lambda: data.digit_from_picture(np.zeros(784)),
            "digit_from_picture: pixels should have shape (h, w), (h, w, 3) or (h, w, 4), "
            "but have (784,).",
        ),
        (
            lambda: data.digit_from_picture(np.eye(30)[:7]),
            "digit_from_picture: pixels should be at least 8 x 8, but have shape (7, 30).",
        ),
        (
            lambda: data.digit_from_picture(np.zeros((0, 0))),
            "digit_from_picture: pixels should be at least 8 x 8, but have shape (0, 0).",
        ),
        (
            lambda: data.digit_from_picture(np.full((28, 28), 255, np.uint8)),
            "digit_from_picture: pixels should show a digit, but all of them have the same grey.",
        ),
        (
            lambda: data.digit_from_picture(np.zeros((20, 30))),
            "digit_from_picture: pixels should show a digit, but all of them have the same grey.",
        ),
        (
            lambda: data.digit_from_picture(np.full((20, 30, 4), [255, 0, 0, 255], np.uint8)),
            "digit_from_picture: pixels should show a digit, but all of them have the same grey.",
        ),
        (
            lambda: data.digit_from_picture(np.full((20, 20), "x")),
            "digit_from_picture: pixels should hold real numbers, but its dtype is <U1.",
        ),
        (
            lambda: data.digit_from_picture(np.where(np.eye(20), np.nan, 0)),
            "digit_from_picture: pixels should hold numbers from 0 to 1, 255 or 65535, "
            "but go from nan to nan.",
        ),
        (
            lambda: data.digit_from_picture(np.where(np.eye(20), np.inf, 0)),
            "digit_from_picture: pixels should hold numbers from 0 to 1, 255 or 65535, "
            "but go from 0.0 to inf.",
        ),
        (
            lambda: data.digit_from_picture(np.eye(20) - 0.5),
            "digit_from_picture: pixels should hold numbers from 0 to 1, 255 or 65535, "
            "but go from -0.5 to 0.5.",
        ),
    ],
)
def test_what_does_not_fit_is_told_in_one_sentence(call, message):
    with pytest.raises(ValueError) as problem:
        call()
    assert str(problem.value) == message


# ---- A part held out


def test_split_holds_the_last_images_out_and_copies_nothing():
    x, y = np.arange(24.0).reshape(6, 2, 2, 1), np.arange(6)
    parts = data.split(x, y, held_out=2)
    assert (parts.y_train.tolist(), parts.y_held_out.tolist()) == ([0, 1, 2, 3], [4, 5])
    np.testing.assert_array_equal(np.concatenate([parts.x_train, parts.x_held_out]), x)
    assert len(parts.x_held_out) == 2
    assert np.shares_memory(parts.x_train, x)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (dict(held_out=6), "split: held_out should be less than the 6 images, but is 6."),
        (dict(held_out=0), "split: held_out should be a whole number of at least 1, but is 0."),
        (dict(held_out=0.1), "split: held_out should be a whole number of at least 1"),
        (dict(y=np.arange(5)), "split: y should have shape (n=6,), but has shape (5,)."),
        (dict(x=[1, 2]), "split: x should be a NumPy array"),
        (dict(x=np.array(1.0)), "split: x should have shape (n, ...), but has shape ()."),
    ],
)
def test_what_cannot_be_split_is_refused(arguments, words):
    good = dict(x=np.ones((6, 2, 2, 1)), y=np.arange(6), held_out=1)
    with pytest.raises(ValueError) as problem:
        data.split(**good | arguments)
    assert str(problem.value).startswith(words)
