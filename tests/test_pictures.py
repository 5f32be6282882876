"""A picture file opens, and your own picture becomes a digit like those of MNIST."""

import contextlib
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from cnncourse import data, pictures

REPOSITORY = Path(__file__).resolve().parent.parent


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


# --- what lies around the digit -------------------------------------------------------------------


def sheet(digit, rng, size=200, shape=(900, 1200)):
    """A white sheet with a digit somewhere on it."""
    page = np.full(shape, 255, np.uint8)
    top, left = (rng.integers(80, side - size - 80) for side in shape)
    large = Image.fromarray(255 - digit).resize((size, size), Image.Resampling.BICUBIC)
    page[top : top + size, left : left + size] = large
    return page


def speck(page, rng):
    page[40:43, 60:63] = 0


def specks(page, rng):
    for row, column in zip(rng.integers(0, 890, 9), rng.integers(0, 1190, 9)):
        page[row : row + rng.integers(1, 7), column : column + 5] = rng.integers(0, 120)


def margin(page, rng):
    page[:, 20:23] = 100


def soft_shadow(page, rng):
    angle = rng.uniform(0, 2 * np.pi)
    rows, columns = (np.linspace(-0.5, 0.5, side) for side in page.shape)
    along = np.cos(angle) * columns + np.sin(angle) * rows[:, None] + rng.uniform(-0.2, 0.2)
    light = 1 - 0.6 / (1 + np.exp(-along / 0.05))
    grain = 2 * rng.standard_normal(page.shape)
    page[...] = np.clip((30 + 0.8 * page) * light + grain, 0, 255)


def chalk(page, rng):
    """Light strokes on a board that is lighter on one side."""
    page[...] = 110 + 0.5 * (255.0 - page) - np.linspace(0, 80, page.shape[1])


# Measured for 200 digits, before / after: speck 13 / 100 %, specks 10.5 / 100 %, margin 9 / 100 %,
# shadows as deep as here 26 / 99.5 %
@pytest.mark.parametrize("around", [speck, specks, margin, soft_shadow, chalk])
def test_what_lies_around_the_digit_does_not_decide(raw, net, around):
    rng, hits = np.random.default_rng(1), 0
    for digit, label in zip(raw["x_test"][:50], raw["y_test"]):
        page = sheet(digit, rng)
        around(page, rng)
        hits += net(data.digit_from_picture(page)[None, :, :, None]).argmax() == label
    assert hits >= 48


def test_a_speck_changes_nothing(raw):
    page = sheet(raw["x_test"][0], np.random.default_rng(0))
    expected = data.digit_from_picture(page)
    speck(page, None)
    np.testing.assert_array_equal(data.digit_from_picture(page), expected)
    assert (data.digit_from_picture(page, all_ink=True) != expected).any()


def test_strokes_that_do_not_touch_are_one_digit(raw):
    """A five whose bar stands apart, and the digits of MNIST that fall into pieces."""
    page = Image.new("L", (300, 400), "white")
    draw = ImageDraw.Draw(page)
    draw.line([(110, 100), (110, 190), (180, 190), (190, 290), (100, 300)], fill=0, width=16)
    draw.line([(140, 80), (210, 80)], fill=0, width=16)
    made = data.digit_from_picture(np.asarray(page))
    np.testing.assert_array_equal(made, data.digit_from_picture(np.asarray(page), all_ink=True))
    several = 0
    for digit in raw["x_test"][6000:8000]:
        several += len(pictures._pieces(digit > 51)) > 1
        data.digit_from_picture(digit)  # none of them is taken for two
    assert several > 30


@pytest.mark.parametrize("gap", [30, 100, 400])
@pytest.mark.parametrize("below", [False, True])
def test_two_digits_are_not_read_as_one(raw, gap, below):
    for first, second in zip(raw["x_test"][:20], raw["x_test"][20:]):
        both = (np.kron(digit, np.ones((9, 9), np.uint8)) for digit in (first, second))
        parts = [ink_box(digit, 60) for digit in both]
        page = np.zeros((1200, 1200), np.uint8)
        page[100 : 100 + len(parts[0]), 100 : 100 + parts[0].shape[1]] = parts[0]
        top = 100 + (len(parts[0]) + max(gap, 200) if below else 0)
        left = 100 + (0 if below else parts[0].shape[1] + gap)
        page[top : top + len(parts[1]), left : left + parts[1].shape[1]] = parts[1]
        with pytest.raises(ValueError, match=r"should show one digit, but show several things"):
            data.digit_from_picture(page)


def test_white_ink_on_nothing_is_seen(raw, tmp_path):
    """As an app saves it for a dark background."""
    digit = raw["x_test"][0]
    clear = np.full((*digit.shape, 4), 255, np.uint8)
    clear[..., 3] = digit
    Image.fromarray(clear).resize((300, 300), Image.Resampling.NEAREST).save(tmp_path / "a.png")
    seen = data.read_picture(tmp_path / "a.png")
    np.testing.assert_allclose(seen[::10, ::10].max(), 1)
    assert seen.min() == 0
    made = data.digit_from_picture(seen)
    assert likeness_nearby(made, digit) > 0.95
    large = clear.repeat(11, axis=0).repeat(11, axis=1)
    np.testing.assert_allclose(data.digit_from_picture(large), made, atol=0.1)


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
        ("cut.png", r" that is whole, but '.*cut\.png' cannot be read: .+[^.]\.$"),
        ("cut.jpg", r" that is whole, but '.*cut\.jpg' cannot be read: .+[^.]\.$"),
        ("short.png", r" such as a PNG or JPEG, but '.*short\.png' is none\.$"),
        ("bent.png", r" that is whole, but '.*bent\.png' cannot be read: .+[^.]\.$"),
        ("nan.tiff", r" that is whole, but '.*nan\.tiff' cannot be read: it should hold .+[^.]\.$"),
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


def test_a_picture_that_is_a_program_for_a_printer_is_not_run(tmp_path, monkeypatch):
    """Pillow gives EPS to Ghostscript, another program, whatever the file's name ends in."""
    printed = tmp_path / "printed"
    (tmp_path / "gs").write_text(f"#!/bin/sh\necho $* >> {printed}\n")
    (tmp_path / "gs").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    Image.fromarray(COLOURS).save(tmp_path / "a.eps")
    (tmp_path / "a.eps").rename(tmp_path / "a.png")
    with pytest.raises(ValueError, match=r"such as a PNG or JPEG, but '.*a\.png' is none\.$"):
        data.read_picture(tmp_path / "a.png")
    assert not printed.exists()
    with Image.open(tmp_path / "a.png") as picture, contextlib.suppress(OSError):
        picture.load()
    assert printed.exists()  # else nothing was shown


def test_a_large_picture_of_16_bits_is_made_smaller(tmp_path, monkeypatch):
    levels = np.random.default_rng(0).integers(0, 65536, (60, 90)).astype(np.uint16)
    Image.fromarray(levels).save(tmp_path / "a.png")
    monkeypatch.setattr(pictures, "MOST_PIXELS", 60 * 90 // 9)
    expected = levels.reshape(20, 3, 30, 3).mean(axis=(1, 3)) / 65535
    np.testing.assert_allclose(data.read_picture(tmp_path / "a.png"), expected, rtol=1e-4)


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.png")
    with pytest.raises(ValueError, match=r"^read_picture: path .* is a pipe or a device\.$"):
        data.read_picture(tmp_path / "a.png")


def test_a_large_picture_is_made_smaller(tmp_path, monkeypatch):
    levels = np.random.default_rng(0).integers(0, 256, (60, 90, 3)).astype(np.uint8)
    Image.fromarray(levels).save(tmp_path / "a.png")
    monkeypatch.setattr(pictures, "MOST_PIXELS", 60 * 90 // 9)
    found = data.read_picture(tmp_path / "a.png")
    expected = levels.reshape(20, 3, 30, 3, 3).mean(axis=(1, 3)) / 255
    np.testing.assert_allclose(found, expected, atol=1 / 255)


@pytest.mark.parametrize("size", [13_000, 40_000])
def test_a_picture_that_is_too_large_is_told_so_before_it_is_decoded(tmp_path, size):
    """Of 169 million pixels: 20 KB as a file, and 5.8 GB once it is numbers."""
    header = Image.new("1", (size, 1))
    header.save(tmp_path / "a.png")
    content = bytearray((tmp_path / "a.png").read_bytes())
    content[20:24] = struct.pack(">I", size)  # the height
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(ValueError, match=r"of at most 100,000,000 pixels, but .* has more\.$"):
        data.read_picture(tmp_path / "a.png")


def test_a_picture_that_may_not_be_read_is_told_so(tmp_path, monkeypatch):
    Image.fromarray(LEVELS).save(tmp_path / "a.png")
    monkeypatch.setattr(os, "access", lambda path, how: how != os.R_OK)
    with pytest.raises(ValueError, match=r"that you may read, but you may not read '.*a\.png'\.$"):
        data.read_picture(tmp_path / "a.png")
