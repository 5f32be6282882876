"""What is different under Windows and macOS, imitated here, where neither is.

what differs                                   held by
---------------------------------------------  ---------------------------------------------
the encoding that open() takes by itself       the rule PLW1514 of ruff in pyproject.toml
line ends that git writes                      .gitattributes, tested here
names of files that are reserved, or differ    tested here
  in capitals only; long paths
no alarm signal (Windows)                      test_exercises.py, `either_way`
no list of the cores one may use (both)        tested here
another file cannot be replaced while a        tested here
  program has it open (Windows)
processes start afresh, never by fork          crew.py starts them so everywhere; tested here
memory is shared by a name (Windows)           tested here
Ctrl-C reaches the whole group of processes    crew.py starts its helpers in one of their own
a command line is quoted in another way        test_commands.py
the launcher is `py`; scripts lie in Scripts   the README, start.py
"""

import errno
import mmap
import os
import re
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from cnncourse import crew, files, layers, optim, storage, train, workers

ROOT = Path(__file__).resolve().parent.parent
RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{i}" for port in ("com", "lpt") for i in "123456789"),
}


def tracked():
    """The names of all files of the course, as git knows them; of a copy without git, all there."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8"
    )
    if listed.returncode:
        return [path.relative_to(ROOT).as_posix() for path in (ROOT / "cnncourse").rglob("*.py")]
    return listed.stdout.splitlines()


def test_names_of_files_can_be_had_on_every_system():
    names = tracked()
    assert len(names) > 50
    assert len({name.lower() for name in names}) == len(names)
    for name in names:
        assert len(name) <= 100  # Windows allows 260 with the folders before it
        for part in name.split("/"):
            assert part.lower().split(".")[0] not in RESERVED
            assert not re.search(r'[<>:"\\|?*]|[ .]$', part)


def test_files_have_the_same_line_ends_everywhere():
    text = [
        name for name in tracked() if Path(name).suffix in {".py", ".md", ".json", ".ipynb", ".js"}
    ]
    assert [name for name in text if b"\r\n" in (ROOT / name).read_bytes()] == []
    assert "* text=auto eol=lf" in (ROOT / ".gitattributes").read_text(encoding="utf-8")


def test_without_a_list_of_cores_all_of_them_count(monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 7)
    assert workers.cores() == 7
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert workers.cores() == 1


def test_a_model_that_another_program_holds_open_stays_as_it_was(tmp_path, monkeypatch):
    net = layers.Sequential(layers.Dense(3, 2, rng=np.random.default_rng(0)))
    path = tmp_path / "model.npz"
    storage.save(net, path)
    before = path.read_bytes()

    def held(source, target):
        problem = PermissionError(errno.EACCES, "Access is denied", str(target))
        problem.winerror = 5
        raise problem

    monkeypatch.setattr(files.os, "replace", held)
    with pytest.raises(ValueError, match="another program has it open, or you do not"):
        storage.save(net, path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["model.npz"]


# What a Python loads when it starts: memory by name, as Windows has it, kept in files.
NAMED_MEMORY = """
import mmap, os
by_number = mmap.mmap

def by_name(number, size, tagname=None):
    assert number == -1 and tagname.startswith("cnncourse-")
    with open(os.path.join(os.environ["NAMED_MEMORY"], tagname), "a+b") as file:
        file.truncate(size)
        return by_number(file.fileno(), size)

mmap.mmap = by_name
"""


class Windows:
    """The module os, with another name of the system."""

    name = "nt"

    def __getattr__(self, name):
        return getattr(os, name)


@pytest.fixture
def windows(tmp_path, monkeypatch):
    """Let crew.py believe that it is under Windows; return how its helpers were called."""
    (tmp_path / "sitecustomize.py").write_text(NAMED_MEMORY, encoding="utf-8")
    monkeypatch.setenv("NAMED_MEMORY", str(tmp_path))
    monkeypatch.syspath_prepend(tmp_path)  # which the helpers are told
    space, by_number = {}, mmap.mmap
    exec(NAMED_MEMORY, space)
    mmap.mmap = by_number  # here it is for the crew alone
    monkeypatch.setattr(crew, "mmap", SimpleNamespace(mmap=space["by_name"]))
    monkeypatch.setattr(crew, "os", Windows())
    called, call = [], subprocess.Popen

    def popen(*words, creationflags, **options):
        assert not {"pass_fds", "start_new_session"} & set(options)  # errors under Windows
        called.append(creationflags)
        return call(*words, **options)

    monkeypatch.setattr(crew.subprocess, "Popen", popen)
    monkeypatch.setattr(crew.subprocess, "CREATE_NEW_PROCESS_GROUP", 512, raising=False)
    return called


def trained(workers):
    """The losses of a small training, and how many helpers were ready at its end."""
    rng = np.random.default_rng(0)
    net = layers.Sequential(
        layers.Conv2D(1, 4, 3, rng=rng), layers.Flatten(), layers.Dense(400, 3, rng=rng)
    )
    x, y = rng.random((96, 12, 12, 1), np.float32), rng.integers(0, 3, 96)
    options = dict(epochs=1, batch_size=48, optimizer=optim.SGD(0.1), rng=rng, workers=workers)
    steps = train.fit(net, x, y, **options)
    losses, ready = [next(steps).loss], 0
    if workers > 1:
        board = steps._steps.gi_frame.f_locals["crew"].board
        end = time.monotonic() + 60
        while not board["ready"].all() and time.monotonic() < end:
            time.sleep(0.01)
        ready = int(board["ready"].sum())
    return [*losses, *(step.loss for step in steps)], ready


def test_helpers_are_called_as_under_windows_and_the_result_is_the_same(windows, monkeypatch):
    monkeypatch.setattr(train, "ALONE_SECONDS", -1)
    alone, _ = trained(workers=1)
    assert trained(workers=3) == (alone, 2)
    assert windows == [512, 512]
