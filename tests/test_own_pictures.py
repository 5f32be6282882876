"""A folder of folders of pictures: read whatever it holds, say what was left out, split fairly."""

import os

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
