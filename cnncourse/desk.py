"""The lessons on disk, in a folder where a learner works; and JupyterLab opened on it.

Nothing of a learner's is ever written over. A new lesson is added; a newer version of one that is
as it came replaces it, and of one in which somebody has worked it is put beside it.
"""

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path
from urllib.parse import quote

from . import files

NAMES = "[0-9][0-9]_*.ipynb"
VERSIONS = ".versions.json"  # beside the copies: of each lesson, a hash of what was last copied
SETTINGS = Path(__file__).resolve().parent / "jupyter"  # no question over the first lesson
AS_ROOT = "You are root, as in a container: JupyterLab is started with --allow-root."
NO_LAB = (
    'lab should find JupyterLab, but it is not installed: type pip install "cnncourse[lab]", or '
    "python3 start.py in the folder of the course."
)


def lessons() -> Path:
    """The folder of the lessons as they come: beside the package, inside it once installed."""
    package = Path(__file__).resolve().parent
    installed = package / "_notebooks"
    return installed if installed.is_dir() else package.parent / "notebooks"


def bring_up_to_date(mine: Path, course: Path) -> list[Path]:
    """Copy the lessons from `course` to `mine`; the newer ones put beside those worked in."""
    beside = []
    mine.mkdir(parents=True, exist_ok=True)
    versions = read_versions(mine)
    for lesson in sorted(course.glob(NAMES)):
        newest, copy = fingerprint(lesson), mine / lesson.name
        if versions.get(lesson.name) != newest:
            if copy.exists() and fingerprint(copy) not in (newest, versions.get(lesson.name)):
                copy = free_name(copy)
                beside.append(copy)
            shutil.copyfile(lesson, copy)
            versions[lesson.name] = newest
        elif not copy.exists():
            shutil.copyfile(lesson, copy)
    (mine / VERSIONS).write_text(json.dumps(versions, indent=1), encoding="utf-8")
    return beside


def read_versions(mine: Path) -> dict[str, str]:
    """What was copied before; where that is not known, no copy counts as unchanged."""
    try:
        return dict(json.loads((mine / VERSIONS).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return {}


def fingerprint(path: Path) -> str:
    """A text that differs where the bytes of two files differ."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def free_name(path: Path) -> Path:
    """The first of NAME-new, NAME-new-2, NAME-new-3, ... that does not exist yet."""
    path = path.with_name(path.stem + "-new" + path.suffix)
    first, number = path.stem, 1
    while path.exists():
        number += 1
        path = path.with_name(f"{first}-{number}{path.suffix}")
    return path


def notebooks_command(mine: Path) -> int:
    """Bring the copies in `mine` up to date, and say so."""
    if not any(lessons().glob(NAMES)):
        raise ValueError(f"notebooks: the lessons should be in {lessons()}, but are not there.")
    for copy in bring_up_to_date(mine, lessons()):
        print("There is a newer version of a lesson in which you have worked:", copy)
    print(f"{len(list(lessons().glob(NAMES)))} lessons are in {mine}")
    return 0


def lab_command(mine: Path, words: list[str]) -> int:
    """Bring the copies in `mine` up to date and open them in JupyterLab, which takes the words."""
    try:
        from jupyterlab.labapp import main
    except ImportError:
        raise ValueError(NO_LAB) from None
    try:
        for copy in bring_up_to_date(mine, lessons()):
            print("There is a newer version of a lesson in which you have worked:", copy)
    except OSError as problem:
        print(f"The folder {mine} could not be brought up to date: {files.reason(problem)}.")
    if not any(mine.glob(NAMES)):
        mine = lessons()
    # With this first in PATH, "!python" in a lesson is this Python.
    put_first("PATH", Path(sys.executable).parent, os.defpath)
    put_first("JUPYTER_CONFIG_PATH", SETTINGS)
    return main(lab_words(mine, words))


def lab_words(mine: Path, words: list[str]) -> list[str]:
    """What JupyterLab is told: the folder that it shows, and the lesson that it opens."""
    root, mine = Path.cwd(), mine.resolve()
    if not mine.is_relative_to(root):
        root = mine
    first = min(mine.glob(NAMES), default=mine).relative_to(root).as_posix()
    told = [f"--ServerApp.root_dir={root}", f"--LabApp.default_url=/lab/tree/{quote(first)}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0 and "--allow-root" not in words:
        print(AS_ROOT, flush=True)
        words = [*words, "--allow-root"]
    return [*told, *words]


def put_first(name: str, folder: Path, default: str = "") -> None:
    """Let a variable of the environment that lists folders begin with this one."""
    rest = os.environ.get(name, default)
    os.environ[name] = os.pathsep.join([str(folder), rest] if rest else [str(folder)])
