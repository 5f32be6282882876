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


@pytest.fixture(scope="module")
def mnist():
    return data.load("mnist")


@pytest.fixture(scope="module")
def raw():
    with np.load(data.bundled("mnist.npz"), allow_pickle=False) as arrays:
        return dict(arrays)


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
        (lambda: data.load("mnst"), "load: name should be 'mnist', but is 'mnst'."),
        (lambda: data.load(None), "load: name should be 'mnist', but is None."),
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
            "digit_from_picture: pixels should hold numbers, but the dtype is <U1.",
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


# --- your own picture -----------------------------------------------------------------------------


def scene(digit, height=140, width=140, at=(37, 104), between=Image.Resampling.BICUBIC):
    """A large dark picture with a light digit off its centre, as uint8."""
    picture = np.zeros((260, 330), np.uint8)
    large = np.asarray(Image.fromarray(digit).resize((width, height), between))
    picture[at[0] : at[0] + height, at[1] : at[1] + width] = large
    return picture


def likeness(a, b):
    """The correlation of two pictures, 1 for equal ones."""
    return np.corrcoef(a.ravel(), b.ravel())[0, 1]


def likeness_nearby(a, b):
    """The same, where `a` may be moved by a pixel: ink can balance between two pixels."""
    moves = [(row, column) for row in (-1, 0, 1) for column in (-1, 0, 1)]
    return max(likeness(np.roll(a, move, axis=(0, 1)), b) for move in moves)


def ink_box(picture, least=0.0):
    """The part of a picture that holds ink, without the empty rows and columns around it."""
    rows, columns = (np.flatnonzero((picture > least).any(axis=axis)) for axis in (1, 0))
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


# Measured on these 500 digits: the lowest likeness and the median are 0.995 and 0.998 for sharp
# squares, 0.86 and 0.987 for smooth ones (blurred edges make thin strokes wider).
@pytest.mark.parametrize(
    "between, lowest, median",
    [(Image.Resampling.NEAREST, 0.99, 0.995), (Image.Resampling.BICUBIC, 0.85, 0.98)],
)
@pytest.mark.parametrize("inverted", [False, True])
def test_an_enlarged_digit_comes_back(raw, between, lowest, median, inverted):
    rng = np.random.default_rng(0)
    found = []
    for digit in raw["x_test"][:500]:
        picture = scene(digit, at=rng.integers(0, 120, 2), between=between)
        made = data.digit_from_picture(255 - picture if inverted else picture)
        assert (made.shape, made.dtype) == ((28, 28), np.float32)
        assert (made.min(), made.max()) == (0, 1)
        found.append(likeness_nearby(made, digit))
    assert min(found) > lowest
    assert np.median(found) > median


# Measured: 0.79 and 0.965; a flat digit has fewer rows, and does not get them back.
@pytest.mark.parametrize("inverted", [False, True])
def test_a_digit_keeps_its_proportions(raw, inverted):
    found = []
    for digit in raw["x_test"][:500]:
        picture = scene(digit, 140, 200, at=(50, 11))
        made = ink_box(data.digit_from_picture(255 - picture if inverted else picture))
        box = ink_box(picture, 51)
        expected = 20 * np.array(box.shape) / max(box.shape)
        np.testing.assert_allclose(made.shape, expected, atol=0.501)
        upright = Image.fromarray(made).resize(ink_box(digit).shape[::-1])
        found.append(likeness(np.asarray(upright), ink_box(digit)))
    assert min(found) > 0.7
    assert np.median(found) > 0.95


# Measured: 0.996 and 1.
def test_a_digit_of_mnist_stays_as_it_is(mnist):
    made = [data.digit_from_picture(x) for x in mnist.x_test[:500]]
    found = [likeness_nearby(a, b) for a, b in zip(made, mnist.x_test[:500, ..., 0])]
    assert min(found) > 0.99
    assert np.median(found) > 0.9999


def test_the_ink_balances_at_the_centre_and_fills_20_pixels(raw):
    for digit in raw["x_test"][:500]:
        made = data.digit_from_picture(scene(digit))
        for axis in (0, 1):
            balance = np.average(np.arange(28), weights=made.sum(axis=1 - axis))
            np.testing.assert_allclose(balance, 14, atol=0.501)
        assert max(ink_box(made).shape) == 20


def test_the_kind_of_picture_makes_no_difference(raw):
    picture = scene(raw["x_test"][0])
    expected = data.digit_from_picture(picture)
    ink = picture / 255
    blue_on_yellow = (1 - ink)[..., None] * [1, 0.9, 0.1] + ink[..., None] * [0.1, 0, 0.5]
    clear = np.zeros((*picture.shape, 4), np.uint8)  # black ink, see-through around it
    clear[..., 3] = picture
    turned = np.ascontiguousarray(picture.T).T
    variants = {
        "float64": ink,
        "float32, one channel": ink.astype(np.float32)[..., None],
        "0 to 255 as int64": picture.astype(np.int64),
        "0 to 255 as float": picture.astype(np.float32),
        "16 bit": picture.astype(np.uint16) * 257,
        "dark on light": 255 - picture,
        "grey on grey": 0.7 - 0.3 * ink,
        "RGB": np.repeat(picture[..., None], 3, axis=2),
        "RGBA": np.dstack([picture] * 3 + [np.full_like(picture, 255)]),
        "colours": blue_on_yellow,
        "see-through": clear,
        "not contiguous": turned,
        "elsewhere": np.roll(picture, (40, -60), axis=(0, 1)),
        "a list": picture.tolist(),
    }
    for kind, variant in variants.items():
        before = np.array(variant)
        made = data.digit_from_picture(variant)
        np.testing.assert_allclose(made, expected, atol=1e-4, err_msg=kind)
        np.testing.assert_array_equal(variant, before, err_msg=kind)


def test_a_drawing_of_zeros_and_ones():
    for dtype in (bool, np.uint8, int, float):
        drawing = np.zeros((12, 9), dtype)
        drawing[2:11, 4] = 1
        made = data.digit_from_picture(drawing)
        assert ink_box(made).shape == (20, 2)
        np.testing.assert_allclose(ink_box(made), 1)
        balance = np.average(np.arange(28), weights=made.sum(axis=1))
        np.testing.assert_allclose(balance, 14, atol=0.501)


# Measured: 0.83 and 0.955, on a sheet that is grainy and darker on one side.
def test_a_photographed_sheet_of_paper(raw):
    rng = np.random.default_rng(0)
    found = []
    for digit in raw["x_test"][:200]:
        picture = scene(digit) / 255
        sheet = np.linspace(0.8, 0.65, picture.shape[1]) - 0.5 * picture
        sheet = np.clip(sheet + 0.015 * rng.standard_normal(sheet.shape), 0, 1)
        found.append(likeness_nearby(data.digit_from_picture(sheet), digit))
    assert min(found) > 0.75
    assert np.median(found) > 0.93


# --- picture files --------------------------------------------------------------------------------


LEVELS = np.arange(0, 240, 2, dtype=np.uint8).reshape(10, 12)
COLOURS = np.dstack([LEVELS, LEVELS[::-1], 255 - LEVELS])


@pytest.mark.parametrize("suffix", ["png", "bmp", "tiff", "webp", "gif"])
def test_read_picture_in_many_formats(tmp_path, suffix):
    lossless = {"lossless": True} if suffix == "webp" else {}
    Image.fromarray(COLOURS).quantize(16).convert("RGB").save(tmp_path / f"a.{suffix}", **lossless)
    found = data.read_picture(tmp_path / f"a.{suffix}")
    assert (found.shape, found.dtype) == ((10, 12, 3), np.float32)
    with Image.open(tmp_path / f"a.{suffix}") as picture:
        np.testing.assert_array_equal(np.rint(found * 255), np.asarray(picture.convert("RGB")))


def test_read_picture_grey_black_and_white_and_16_bit(tmp_path):
    path = tmp_path / "a.png"
    Image.fromarray(LEVELS).save(path)
    np.testing.assert_array_equal(data.read_picture(str(path)), LEVELS / np.float32(255))
    Image.fromarray(LEVELS > 100).save(path)
    np.testing.assert_array_equal(data.read_picture(path), LEVELS > 100)
    Image.fromarray(LEVELS.astype(np.uint16) * 257).save(path)
    np.testing.assert_allclose(data.read_picture(path), LEVELS / 255, rtol=1e-6)
    Image.fromarray(LEVELS.astype(np.float32) / 255).save(tmp_path / "a.tiff")
    np.testing.assert_allclose(data.read_picture(tmp_path / "a.tiff"), LEVELS / 255, rtol=1e-6)


def test_read_picture_puts_what_is_see_through_on_white(tmp_path):
    path = tmp_path / "a.png"
    alpha = np.zeros((10, 12), np.uint8)
    alpha[:, 6:] = 255
    seen = np.where(alpha[..., None] == 255, COLOURS, 255)
    Image.fromarray(np.dstack([COLOURS, alpha])).save(path)
    np.testing.assert_array_equal(np.rint(data.read_picture(path) * 255), seen)
    Image.fromarray(np.dstack([LEVELS, alpha])).save(path)
    expected = np.where(alpha == 255, LEVELS, 255)
    np.testing.assert_array_equal(np.rint(data.read_picture(path) * 255), expected)
    palette = Image.fromarray((alpha > 0).astype(np.uint8), "P")
    palette.putpalette([9, 9, 9, 10, 20, 30])
    palette.save(path, transparency=0)
    np.testing.assert_array_equal(
        np.rint(data.read_picture(path)[0, [0, 11]] * 255), [[255, 255, 255], [10, 20, 30]]
    )


def test_read_picture_takes_the_first_frame_and_turns_it_upright(tmp_path):
    frames = [Image.fromarray(LEVELS), Image.fromarray(255 - LEVELS)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    first = data.read_picture(tmp_path / "a.gif")
    np.testing.assert_array_equal(np.rint(data.grey(first) * 255), LEVELS)
    turned = Image.fromarray(LEVELS)
    exif = turned.getexif()
    exif[0x0112] = 6  # the camera was held on its side: turn by 90 degrees to the right
    turned.save(tmp_path / "a.png", exif=exif)
    np.testing.assert_array_equal(
        np.rint(data.read_picture(tmp_path / "a.png") * 255), np.rot90(LEVELS, -1)
    )


def test_a_picture_file_becomes_a_digit(raw, tmp_path):
    picture = 255 - scene(raw["x_test"][0])
    Image.fromarray(picture).save(tmp_path / "seven.jpg", quality=60)
    made = data.digit_from_picture(data.read_picture(tmp_path / "seven.jpg"))
    assert likeness_nearby(made, raw["x_test"][0]) > 0.97


@pytest.mark.parametrize(
    "file, message",
    [
        ("none.png", r", but '.*none\.png' does not exist; we are in .+\.$"),
        ("folder", r", but '.*folder' is a folder\.$"),
        ("text.png", r" such as a PNG or JPEG, but '.*text\.png' is none\.$"),
        ("empty.png", r" such as a PNG or JPEG, but '.*empty\.png' is none\.$"),
        ("cut.png", r" that is whole, but '.*cut\.png' cannot be read: .+"),
        ("cut.jpg", r" that is whole, but '.*cut\.jpg' cannot be read: .+"),
        ("short.png", r" such as a PNG or JPEG, but '.*short\.png' is none\.$"),
        ("bent.png", r" that is whole, but '.*bent\.png' cannot be read: .+"),
        ("nan.tiff", r" that is whole, but '.*nan\.tiff' cannot be read: it should hold .+"),
    ],
)
def test_a_file_that_is_no_picture_is_told_in_one_sentence(tmp_path, file, message):
    whole = (REPOSITORY / "data/camera.png").read_bytes()
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.png").write_text("not a picture")
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "cut.png").write_bytes(whole[:70_000])
    (tmp_path / "short.png").write_bytes(whole[:40])
    (tmp_path / "bent.png").write_bytes(whole[:60_000] + bytes(500) + whole[60_500:])
    Image.fromarray(COLOURS).resize((300, 300)).save(tmp_path / "cut.jpg")
    (tmp_path / "cut.jpg").write_bytes((tmp_path / "cut.jpg").read_bytes()[:2000])
    Image.fromarray(np.full((9, 9), np.nan, np.float32)).save(tmp_path / "nan.tiff")
    start = "^read_picture: path should name a picture file"
    with pytest.raises(ValueError, match=start + message):
        data.read_picture(tmp_path / file)
