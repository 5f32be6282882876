"""Files: written whole or not at all, and what can go wrong with them in plain words."""

import contextlib
import errno
import glob
import os
import secrets
import time
from pathlib import Path

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
    words = problem.strerror or str(problem) or type(problem).__name__
    return REASONS.get(problem.errno, words[:1].lower() + words[1:])


def write_whole(path: Path, write) -> None:
    """What `write(file)` writes comes to `path` whole, or not at all.

    It goes into a new file beside it first, `path`.<16 digits>.part. Only a program that is killed
    leaves one; those of yesterday and before are removed here.
    """
    part = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
    try:
        with open(part, "xb") as file:  # x: never into a file or through a link that is there
            write(file)
        os.replace(part, path)
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
    for old in path.parent.glob(f"{glob.escape(path.name)}.{'[0-9a-f]' * 16}.part"):
        with contextlib.suppress(OSError):
            if time.time() - old.stat().st_mtime > DAY:
                old.unlink()
