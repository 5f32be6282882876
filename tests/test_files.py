"""Files that appear whole or not at all; test_storage.py tries it with two programs at once."""

import errno
import os

import pytest

from cnncourse import files


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "a.npz"), "the disk is full"),
        (PermissionError(errno.EACCES, "Permission denied"), "you do not have the permission"),
        (OSError(errno.EIO, "Input/output error", "a.npz"), "input/output error"),
        (OSError("image file is truncated"), "image file is truncated"),
        (OSError(), "OSError"),
    ],
)
def test_reasons_hold_neither_numbers_nor_names(problem, words):
    assert files.reason(problem).lower() == words.lower()


def test_what_is_written_is_there_under_its_name_alone(tmp_path):
    path = tmp_path / "a [1].txt"
    for content in (b"first", b"second"):
        files.write_whole(path, lambda file, content=content: file.write(content))
        assert path.read_bytes() == content
    assert os.listdir(tmp_path) == [path.name]


def test_while_it_is_written_the_old_file_is_there(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    seen = []

    def write(file):
        file.write(b"new")
        seen.append(path.read_bytes())
        seen.append(len(os.listdir(tmp_path)))

    files.write_whole(path, write)
    assert (seen, path.read_bytes()) == ([b"old", 2], b"new")


def test_an_error_leaves_the_old_file_alone(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError):
        files.write_whole(path, lambda file: 1 / 0)
    assert (path.read_bytes(), os.listdir(tmp_path)) == (b"old", ["a.txt"])


def test_a_name_that_is_too_long_is_told(tmp_path):
    with pytest.raises(OSError) as caught:
        files.write_whole(tmp_path / ("a" * 250), lambda file: None)
    assert files.reason(caught.value) == "its name is too long"
