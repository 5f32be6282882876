"""Files: written whole or not at all, and what can go wrong with them in plain words."""

import contextlib
import errno
import glob
import os
import secrets
import time
from pathlib import Path

import numpy as np

from .shapes import shown

try:
    from fcntl import LOCK_EX, LOCK_NB, flock
except ImportError:  # Windows, the browser
    flock = None

REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EROFS: "the disk can only be read",
    errno.EACCES: "you do not have the permission",
    errno.EPERM: "you do not have the permission",
    errno.ENOENT: "it is no longer there",
    errno.ENAMETOOLONG: "its name is too long",
}
SECOND, DAY = 1, 24 * 60 * 60
MOST_TIMES = 20  # as large as the file its arrays may be: weights and images hardly shrink


def reason(problem: OSError) -> str:
    """Why the system could not do it, without its numbers and names of files."""
    if getattr(problem, "winerror", None) in (5, 32):  # Windows does not always know which
        return "another program has it open, or you do not have the permission"
    words = problem.strerror or str(problem) or type(problem).__name__
    number = errno.EACCES if isinstance(problem, PermissionError) else problem.errno
    return REASONS.get(number, words[:1].lower() + words[1:])


def is_path(path) -> bool:
    """Whether this is text, or an object for a name that is text."""
    return isinstance(path, (str, os.PathLike)) and isinstance(os.fspath(path), str)


def printable(name: str) -> str:
    """A name as it can be shown: names of files may hold anything but a slash and a zero."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)


def may_read(path: Path) -> bool:
    """Whether the system lets us read what is there, if something is."""
    if os.path.isdir(path.parent) and not os.access(path.parent, os.X_OK):
        return False
    return not os.path.exists(path) or os.access(path, os.R_OK)


def read_arrays(path: Path, names=None) -> dict:
    """The arrays of an .npz file by name, or those of `names`; never a pickle.

    A file that says that it unpacks to far more than its own size is refused before it is unpacked.
    """
    with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
        unpacked = sum(member.file_size for member in archive.zip.infolist())
        if unpacked > MOST_TIMES * os.path.getsize(path) + 10**6:
            raise ValueError(f"it would be {unpacked:,} bytes once it is unpacked")
        return {name: archive[name] for name in names or archive.files}


def check_path(path, what: str) -> Path:
    """A ValueError unless it can be the name of a file."""
    if not is_path(path):
        kind = type(path).__name__
        raise ValueError(f"{what}: path should be the name of a file, but its type is {kind}.")
    return Path(path)


def check_target(path, ending: str, what: str) -> Path:
    """A ValueError unless a file with this ending could be written there."""
    path = check_path(path, what)
    name = shown(str(path))
    try:
        with contextlib.suppress(OSError):
            os.lstat(path)
    except ValueError:  # a zero, or half a character
        raise ValueError(
            f"{what}: path should be the name of a file, but no file can be called {name}."
        ) from None
    if path.suffix != ending:
        raise ValueError(f"{what}: path should end in {ending}, but is {name}.")
    if not os.path.isdir(path.parent):
        raise ValueError(
            f"{what}: path should be in a folder that exists, but {shown(str(path.parent))} does "
            "not."
        )
    if os.path.exists(path) and not os.path.isfile(path):
        kind = "a folder" if os.path.isdir(path) else "a pipe or a device"
        raise ValueError(f"{what}: path should be a file, but {name} is {kind}.")
    return path


def write_target(path: Path, write, what: str) -> None:
    """As `write_whole`, and a ValueError that says why where it cannot be written."""
    try:
        write_whole(path, write)
    except OSError as problem:
        raise ValueError(
            f"{what}: path should be a file that can be written, but {shown(str(path))} cannot: "
            f"{reason(problem)}."
        ) from problem


def write_whole(path: Path, write) -> None:
    """What `write(file)` writes comes to `path` whole, or not at all.

    It goes into a new file beside it first, `path`.<16 digits>.part, which is locked until then.
    Only a program that is killed leaves one; nobody locks it any more, so it is removed here.
    """
    part = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
    try:
        with open(part, "xb") as file:  # x: raises where there is a file or a link
            if flock:
                with contextlib.suppress(OSError):  # some disks of a network have no locks
                    flock(file, LOCK_EX)
            write(file)
            file.flush()
            if flock:
                os.replace(part, path)  # as long as it is locked
        if not flock:
            os.replace(part, path)  # Windows moves no file that is open
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
    for old in path.parent.glob(f"{glob.escape(path.name)}.{'[0-9a-f]' * 16}.part"):
        with contextlib.suppress(OSError):
            _remove_if_left(old)


def _remove_if_left(part: Path) -> None:
    """Remove a file that no program is at work on; an OSError where one is."""
    age = time.time() - part.stat().st_mtime
    if flock and SECOND < age < DAY:  # a new one may be locked in a moment
        with open(part, "r+b") as file:
            flock(file, LOCK_EX | LOCK_NB)
            part.unlink()
    elif age > DAY:
        part.unlink()
