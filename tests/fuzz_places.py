"""Places where a file could be: read from and written to as the course does, with few rights.

    python tests/fuzz_places.py

Tries each reader and each writer of files with each place: a pipe, a folder, links, devices, names
that are none, a full disk, no permission (root may do everything, so root gives that up first).
Prints a table of what happened, and each fault. It is a fault if something else comes than a
ValueError of one sentence, if anything but the file that was meant is changed, if something is left
beside it, or if it waits or takes long.
"""

import collections
import contextlib
import functools
import io
import os
import resource
import socket
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import fuzz_files
import numpy as np
from fuzz_files import WHOLE, attempt, network, read_clothes, read_digits

import cnncourse.__main__ as course
from cnncourse import architecture, data, report, storage
from cnncourse.exercises import EXERCISES, progress
from cnncourse.exercises.core import Verdict
from cnncourse.own_pictures import own_pictures

FULL = 2000  # bytes: no file may become larger where the disk is full
RNG = np.random.default_rng(0)
X, Y = RNG.random((30, 6, 6, 1), np.float32), RNG.integers(0, 3, 30)

# ---- Places: (path) -> the path to use, after something was put there


def sparse(path):
    with open(path, "wb") as file:
        file.truncate(20 * 2**30)
    return path


def socket_at(path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
    return path


def linked(path, target):
    path.symlink_to(target)
    return path


def forbidden(path):
    path.write_bytes(b"secret")
    path.chmod(0)
    return path


def in_forbidden(path):
    path.parent.chmod(0o600)  # its names can be read, and nothing else
    return path


def in_read_only(path):
    path.parent.chmod(0o500)
    return path


PLACES = {
    "a folder": lambda path: path.mkdir() or path,
    "a pipe": lambda path: os.mkfifo(path) or path,
    "a socket": socket_at,
    "a link to nothing": lambda path: linked(path, "nothing"),
    "a link to itself": lambda path: linked(path, path.name),
    "a link to an endless device": lambda path: linked(path, "/dev/zero"),
    "a link to a full device": lambda path: linked(path, "/dev/full"),
    "a link to another file": lambda path: linked(path, Path("diary").resolve()),
    "20 GB of nothing": sparse,
    "without permission": forbidden,
    "in a folder without permission": in_forbidden,
    "in a folder that is read-only": in_read_only,
    "in no folder": lambda path: path.parent / "none" / path.name,
    "a name of odd bytes": lambda path: path.with_name("\x1b[2J\udcff" + path.name),
    "in a file": lambda path: Path("diary", path.name),
    "a name with a zero": lambda path: path.with_name("a\0" + path.name),
    "a name of half a character": lambda path: path.with_name("\ud800" + path.name),
    "a long name": lambda path: path.with_name("a" * 300 + path.name),
    "a name that is long with .part": lambda path: path.with_name("a" * 240 + path.suffix),
    "no name": lambda path: "",
    "bytes": lambda path: os.fsencode(path),
    "a full disk": lambda path: path,
}


def command(*words):
    """What the command line prints; a ValueError with what it says where it cannot do it."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = course.main([os.fsdecode(word) for word in words])
    if code:
        raise ValueError(err.getvalue().strip())
    return out.getvalue()


def digits_of(path):
    try:
        return read_digits(Path(os.fsdecode(path)))
    except FileNotFoundError as problem:  # with a sentence of our own, and no number
        assert problem.errno is None
        raise ValueError(str(problem)) from None


@functools.cache
def card():
    """A report card that does not draw its picture anew each time."""
    facts = report.report_card(network(), X, Y).facts
    return report.ReportCard(facts, SimpleNamespace(png=lambda: bytes(9000)))


def among_own_pictures(path):
    """As one of a learner's pictures, and its folder as that of a third label."""
    if not isinstance(path, Path):
        return own_pictures(path)
    links = {Path("own/a/it.png"): path.absolute(), Path("own/c"): path.parent.absolute()}
    try:
        for link, target in links.items():
            with contextlib.suppress(OSError, ValueError):  # no such name
                link.symlink_to(target)
        return repr(own_pictures("own"))
    finally:
        for link in links:
            link.unlink(missing_ok=True)


def keep_result(path):
    """Keep a result as a check does: where that cannot be, nothing is said."""
    if not {"\0", "\ud800"} & set(os.fsdecode(path)):  # which no variable can hold
        with mock.patch.dict(os.environ, CNNCOURSE_PROGRESS=os.fsdecode(path)):
            progress.record(EXERCISES["sgd_step"], Verdict("not yet", ""))


READERS = {  # and the ending of their files
    "load": (storage.load, ".npz"),
    "read_card": (report.read_card, ".html"),
    "read_picture": (data.read_picture, ".png"),
    "own_pictures": (among_own_pictures, ".png"),
    "fetch": (lambda path: read_clothes(Path(os.fsdecode(path))), ".gz"),
    "load digits": (digits_of, "mnist.npz"),
    "progress FILE": (lambda path: command("progress", path), ".jsonl"),
    "progress FOLDER": (lambda path: command("progress", Path(os.fsdecode(path)).parent), ".jsonl"),
    "report FOLDER": (lambda path: command("report", Path(os.fsdecode(path)).parent), ".html"),
    "predict": (lambda path: command("predict", "--model", "whole.npz", path), ".png"),
    "resume": (lambda path: command("train", "--resume", path), ".npz"),
}
WRITERS = {
    "save": (lambda path: storage.save(network(), path), ".npz"),
    "save of a card": (lambda path: card().save(path), ".html"),
    "save of a drawing": (
        lambda path: architecture.architecture(network(), (6, 6, 1)).save(path),
        ".svg",
    ),
    "check": (keep_result, ".jsonl"),
}


def files_under(folder):
    """The contents of the files in a folder, and where its links lead."""
    found = {}
    for path in sorted(Path(folder).rglob("*")):
        if path.is_symlink():
            found[path] = os.readlink(path)
        elif path.is_file() and os.access(path, os.R_OK) and path.stat().st_size < 10**9:
            found[path] = path.read_bytes()
        else:
            found[path] = path.stat().st_size
    return found


def prepare():
    """Files that are whole, in the folder where we are."""
    WHOLE.update(clothes=fuzz_files.clothes())
    Path("diary").write_text("dear diary", encoding="utf-8")
    storage.save(network(), "whole.npz")
    for label in "ab":
        Path("own", label).mkdir(parents=True)
        Path("own", label, "good.png").write_bytes(fuzz_files.picture("PNG"))


def all_places(tell):
    """Read from and write to each place; tell(name, place, outcome, words)."""
    for name, (use, ending) in {**READERS, **WRITERS}.items():
        for what, put in PLACES.items():
            with tempfile.TemporaryDirectory(dir=".") as inside:
                inside = os.path.relpath(inside)  # as Python 3.11 gives it
                path = put(Path(inside, ending if ending[0] != "." else f"it{ending}"))
                before = files_under(".")
                with full_disk() if what == "a full disk" else contextlib.nullcontext():
                    outcome, words = attempt(lambda use=use, path=path: use(path))
                Path(inside).chmod(0o700)
                after = files_under(".")
                mine = allowed(name, Path(os.fsdecode(path)), outcome)
                for where in before.keys() | after.keys():
                    if before.get(where) != after.get(where) and where not in mine:
                        outcome, words = "FAULT", f"changed {where}"
            tell(name, what, outcome, words)


def allowed(name, path, outcome):
    """What may be new or changed afterwards."""
    if name == "check":  # a link or a folder that was chosen is meant
        return {path, path / progress.NAME, path.parent / "nothing", Path("diary")}
    if name == "fetch":  # makes the folder that a variable names
        return {path.parent}
    return {path} if name in WRITERS and outcome == "read" else {}


@contextlib.contextmanager
def full_disk():
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (FULL, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def main():
    if os.geteuid() == 0 and "--without-rights" not in sys.argv:
        rights = "-dac_override,-dac_read_search"
        again = [sys.executable, __file__, "--without-rights"]
        os.execvp("setpriv", ["setpriv", "--bounding-set", rights, *again])
    resource.setrlimit(resource.RLIMIT_AS, (fuzz_files.ADDRESS_SPACE // 2, resource.RLIM_INFINITY))
    counts, faults = collections.Counter(), []

    def tell(name, place, outcome, words):
        counts[name, outcome] += 1
        if outcome == "FAULT":
            faults.append(f"{name}, {place}: {words}")

    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        prepare()
        all_places(tell)
    fuzz_files.show(counts, faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
