"""Files: written whole or not at all, and what can go wrong with them in plain words."""

import contextlib
import errno
import glob
import os
import secrets
import time
from pathlib import Path

from .shapes import shown

REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EROFS: "the disk can only be read",
    errno.EACCES: "you do not have the permission",
    errno.EPERM: "you do not have the permission",
    errno.ENOENT: "it is no longer there",
    errno.ENAMETOOLONG: "its name is too long",
}
DAY = 24 * 60 * 60


def reason(problem: OSError) -> str:
    """Why the system could not do it, without its numbers and names of files."""
    if getattr(problem, "winerror", None) in (5, 32):  # Windows does not always know which
        return "another program has it open, or you do not have the permission"
    words = problem.strerror or str(problem) or type(problem).__name__
    return REASONS.get(problem.errno, words[:1].lower() + words[1:])


def check_path(path, what: str) -> Path:
    """A ValueError unless it can be the name of a file."""
    if not isinstance(path, (str, os.PathLike)):
        kind = type(path).__name__
        raise ValueError(f"{what}: path should be the name of a file, but its type is {kind}.")
    return Path(path)


def check_target(path, ending: str, what: str) -> Path:
    """A ValueError unless a file with this ending could be written there."""
    path = check_path(path, what)
    if path.suffix != ending:
        raise ValueError(f"{what}: path should end in {ending}, but is {shown(str(path))}.")
    if not os.path.isdir(path.parent):
        raise ValueError(
            f"{what}: path should be in a folder that exists, but {str(path.parent)!r} does not."
        )
    if os.path.exists(path) and not os.path.isfile(path):
        kind = "a folder" if os.path.isdir(path) else "a pipe or a device"
        raise ValueError(f"{what}: path should be a file, but {str(path)!r} is {kind}.")
    return path


def write_target(path: Path, write, what: str) -> None:
    """As `write_whole`, and a ValueError that says why where it cannot be written."""
    try:
        write_whole(path, write)
    except OSError as problem:
        raise ValueError(
            f"{what}: path should be a file that can be written, but {str(path)!r} cannot: "
            f"{reason(problem)}."
        ) from problem


def write_whole(path: Path, write) -> None:
    """What `write(file)` writes comes to `path` whole, or not at all.

    It goes into a new file beside it first, `path`.<16 digits>.part. Only a program that is killed
    leaves one; those of yesterday and before are removed here.
    """
    part = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
    try:
        with open(part, "xb") as file:  # x: raises where there is a file or a link
            write(file)
        os.replace(part, path)
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
    for old in path.parent.glob(f"{glob.escape(path.name)}.{'[0-9a-f]' * 16}.part"):
        with contextlib.suppress(OSError):
            if time.time() - old.stat().st_mtime > DAY:
                old.unlink()
