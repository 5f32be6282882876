"""A folder of folders of pictures: read whatever it holds, say what was left out, split fairly."""

import io
import os
import zipfile

import numpy as np
import pytest
from PIL import Image

from cnncourse import data
from cnncourse.own_pictures import own_pictures

RNG = np.random.default_rng(0)


def drawn(height, width, kind="RGB"):
    """A picture of soft blobs: unlike any other that is drawn."""
    small = RNG.integers(0, 256, (5, 6, 3), np.uint8)
    return Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC).convert(kind)


@pytest.fixture
def folder(tmp_path):
    """Good files of many kinds, bad ones of many kinds, and copies of one picture."""
    cats, dogs = tmp_path / "cats", tmp_path / "dogs"
    for label in (cats, dogs, tmp_path / ".hidden", tmp_path / "empty"):
        label.mkdir()
    for place, (ending, kind) in enumerate(
        [(".png", "RGB"), (".jpg", "RGB"), (".png", "L"), (".gif", "P"), (".png", "RGBA")]
        + [(".bmp", "RGB"), (".tiff", "RGB"), (".webp", "RGB"), (".png", "1"), (".png", "LA")]
    ):
        for label in (cats, dogs):
            height, width = RNG.integers(20, 200, 2)
            drawn(height, width, kind).save(label / f"{place}{ending}")
    drawn(30, 3000).save(cats / "very wide.png")
    original = drawn(90, 120)
    original.save(dogs / "original.png")
    original.resize((60, 45)).save(dogs / "smaller.jpg", quality=60)
    Image.fromarray((np.asarray(original) * 0.8).astype(np.uint8)).save(dogs / "darker.png")

    (cats / "text.png").write_text("no picture")
    (cats / "empty.jpg").write_bytes(b"")
    whole = (cats / "0.png").read_bytes()
    (cats / "half.png").write_bytes(whole[: len(whole) // 2])
    (dogs / "notes.txt").write_text("a list")
    (dogs / "broken link.png").symlink_to("nowhere.png")
    os.mkfifo(dogs / "pipe.png")
    (cats / ".DS_Store").write_bytes(b"hidden")
    (dogs / "a folder.png").mkdir()
    return tmp_path


def jpeg(**options):
    file = io.BytesIO()
    drawn(40, 60).save(file, "JPEG", **options)
    return file.getvalue()


def huge():
    """A PNG of a few kilobytes that says it is 20,000 x 20,000."""
    file = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(file, "PNG")
    return file.getvalue()


def zipped():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("one.png", b"nothing")
    return file.getvalue()


def turned():
    """Lies on its side; a note in the file says so."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return jpeg(exif=exif)


def flipped_bits(content):
    """A PNG in whose pixels something is wrong."""
    middle = len(content) // 2
    return (
        content[:middle]
        + bytes(255 - byte for byte in content[middle : middle + 40])
        + content[middle + 40 :]
    )


def saved(picture, kind, **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


MORE_GOOD = {
    "cmyk.jpg": lambda: saved(drawn(30, 40).convert("CMYK"), "JPEG"),
    "sixteen bits.png": lambda: saved(
        Image.fromarray(RNG.integers(0, 65536, (30, 30), np.uint16)), "PNG"
    ),
    "floats.tiff": lambda: saved(Image.fromarray(RNG.random((30, 30), np.float32)), "TIFF"),
    "moving.gif": lambda: saved(
        drawn(30, 30), "GIF", save_all=True, append_images=[drawn(30, 30)], duration=50
    ),
    "icon.ico": lambda: saved(drawn(48, 48), "ICO"),
    "turned.jpg": turned,
    "progressive.jpg": lambda: jpeg(progressive=True),
    "no ending": jpeg,
    "wrong ending.png": jpeg,
    "capitals.JPG": jpeg,
    "ümläut 图.jpg": jpeg,
    "one pixel.png": lambda: saved(drawn(1, 1), "PNG"),
}
MORE_BAD = {
    "page.jpg": lambda: b"<!doctype html><p>not found",
    "archive.png": zipped,
    "drawing.svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "letter.pdf": lambda: b"%PDF-1.7 nothing",
    "huge.png": huge,
    "half.jpg": lambda: jpeg()[:300],
    "bits.png": lambda: flipped_bits(saved(drawn(40, 40), "PNG")),
    "zeros.bmp": lambda: bytes(400),
    "film.mp4": lambda: b"\0\0\0 ftypisom" + bytes(60),
    "only a head.png": lambda: b"\x89PNG\r\n\x1a\n",
    "numbers.npy": lambda: b"\x93NUMPY" + bytes(80),
    "Thumbs.db": lambda: bytes(range(256)) * 4,
}


def test_fifty_files_good_and_bad(folder):
    for label in ("cats", "dogs"):
        for name, make in {**MORE_GOOD, **MORE_BAD}.items():
            (folder / label / f"more {name}").write_bytes(make())
    found = own_pictures(folder, 16)
    left_out = {path.name.removeprefix("more ") for path in found.left_out}
    assert left_out == BAD | set(MORE_BAD)
    assert len(found.x) == 24 + 2 * len(MORE_GOOD)
    assert len(found.x) + len(found.left_out) >= 50
    assert np.isfinite(found.x).all()
    reasons = {path.name: why for path, why in found.left_out.items()}
    assert "of at most 100,000,000 pixels" in reasons["more huge.png"]
    for name, words in reasons.items():
        assert words.startswith("read_picture: path should name a picture file"), name
        assert words.endswith("."), name


BAD = {"text.png", "empty.jpg", "half.png", "notes.txt", "broken link.png", "pipe.png"}


def test_what_is_a_picture_is_read_and_what_is_none_is_named(folder):
    found = own_pictures(folder, 24)
    assert found.x.shape == (24, 24, 24, 3)
    assert (found.x.dtype, found.y.dtype) == (np.float32, np.int64)
    assert 0 <= found.x.min() < found.x.max() <= 1
    assert found.names == ["cats", "dogs"]
    assert np.bincount(found.y).tolist() == [11, 13]
    assert {path.name for path in found.left_out} == BAD
    assert all(why.startswith("read_picture: path should") for why in found.left_out.values())
    shown = repr(found)
    assert "24 pictures of 24 x 24 pixels, colour; 2 of them nearly equal to another." in shown
    assert "left out half.png: " in shown


def test_grey_pictures_have_one_channel_that_is_their_brightness(folder):
    colour, single = own_pictures(folder, 16), own_pictures(folder, 16, colour=False)
    assert single.x.shape == (24, 16, 16, 1)
    for mine, theirs in zip(single.x[..., 0], colour.x, strict=True):
        np.testing.assert_allclose(mine, data.grey(theirs), atol=1e-5)


def test_the_middle_square_is_kept(tmp_path):
    for name, colours in (("a", (255, 0, 0)), ("b", (0, 255, 0))):
        (tmp_path / name).mkdir()
        sheet = np.zeros((40, 100, 3), np.uint8)
        sheet[:, 30:70] = colours
        Image.fromarray(sheet).save(tmp_path / name / "one.png")
    found = own_pictures(tmp_path, 20)
    np.testing.assert_array_equal(found.x[0], np.tile(np.float32([1, 0, 0]), (20, 20, 1)))


def test_copies_are_on_one_side_of_every_split(folder):
    found = own_pictures(folder)
    copies = [
        i for i, path in enumerate(found.files) if path.stem in ("original", "smaller", "darker")
    ]
    assert len(copies) == 3
    assert len(set(found.groups[copies])) == 1
    assert len(set(found.groups.tolist())) == 22
    sides = set()
    for seed in range(20):
        parts = found.split(held_out=0.3, rng=np.random.default_rng(seed))
        assert len(parts.x_train) + len(parts.x_held_out) == 24
        assert set(parts.y_train) == set(parts.y_held_out) == {0, 1}
        among = [(parts.x_held_out == found.x[i]).all(axis=(1, 2, 3)).any() for i in copies]
        assert len(set(among)) == 1
        sides.add(among[0])
    assert sides == {True, False}


def test_a_label_without_enough_pictures_is_told(tmp_path):
    for name, count in (("many", 5), ("one", 1)):
        (tmp_path / name).mkdir()
        for i in range(count):
            drawn(30, 40).save(tmp_path / name / f"{i}.png")
    found = own_pictures(tmp_path)
    with pytest.raises(
        ValueError, match="'one' should have pictures on both sides, but has only 1"
    ):
        found.split(rng=np.random.default_rng(0))


def test_a_label_of_which_nothing_can_be_read_is_no_label(folder):
    bad = folder / "birds"
    bad.mkdir()
    (bad / "text.png").write_text("no picture")
    found = own_pictures(folder)
    assert found.names == ["cats", "dogs"]
    assert np.bincount(found.y).tolist() == [11, 13]
    assert bad / "text.png" in found.left_out


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda folder: folder / "nowhere", "is none; we are in"),
        (lambda folder: 5, "its type is int"),
        (lambda folder: folder / "empty", "at least two folders with pictures.*holds 0"),
        (lambda folder: folder / "cats", "at least two folders with pictures.*holds 0"),
    ],
)
def test_a_folder_that_does_not_fit_is_told(make, words, folder):
    with pytest.raises(ValueError, match=words):
        own_pictures(make(folder))


@pytest.mark.parametrize("held_out", [0, 1, -0.1, "half", None])
def test_a_part_that_is_none_is_told(held_out, folder):
    with pytest.raises(ValueError, match="held_out should be between 0 and 1"):
        own_pictures(folder).split(held_out=held_out, rng=np.random.default_rng(0))
