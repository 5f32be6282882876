"""The wheel is the whole course package: it works with nothing else of the repository near it."""

import os
import subprocess
import sys
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import cnncourse
from cnncourse.course import LESSONS

ROOT = Path(__file__).resolve().parent.parent

TRY = """
import pathlib, cnncourse
from cnncourse import data
mnist = data.load("mnist")
print(pathlib.Path(cnncourse.__file__).parent)
print(mnist.x_train.shape[1:], mnist.x_test.shape[1:], mnist.x_train.dtype, mnist.y_train.dtype)
print(len(mnist.x_train) == len(mnist.y_train) > 1000, len(mnist.x_test) == len(mnist.y_test) > 100)
"""


def run(*command, **options):
    """Run a program and return what it prints; show all of it where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel of this checkout and return its path."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "wheel", "--no-deps", "--no-build-isolation"]
    run(*pip, "--wheel-dir", str(folder), str(ROOT))
    (path,) = folder.glob("*.whl")
    return path


def test_is_pure_python_of_the_version_the_package_states(wheel):
    assert wheel.name == f"cnncourse-{cnncourse.__version__}-py3-none-any.whl"


def test_holds_every_module_the_canvas_the_data_and_the_lessons_and_nothing_more(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    package = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "cnncourse").rglob("*")
        if path.suffix in {".py", ".js", ".css", ".json"}
    }
    data = {
        f"cnncourse/_data/{path.relative_to(ROOT / 'data').as_posix()}"
        for path in (ROOT / "data").rglob("*")
        if path.is_file() and path.suffix in {".npz", ".md", ".json", ".png", ".jpg"}
    }
    lessons = {f"cnncourse/_notebooks/{lesson.name}.ipynb" for lesson in LESSONS}
    assert {"cnncourse/pixels.js", "cnncourse/ops.py", "cnncourse/room.css"} <= package
    assert {"cnncourse/_data/mnist.npz", "cnncourse/_data/README.md"} <= data
    assert {name for name in names if ".dist-info/" not in name} == package | data | lessons


def test_asks_for_what_the_lessons_need_only_where_they_are_wanted(wheel):
    archive = zipfile.ZipFile(wheel)
    (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
    asked = [
        Requirement(line)
        for line in message_from_bytes(archive.read(name)).get_all("Requires-Dist")
    ]
    always = {r.name for r in asked if r.marker is None}
    lab = {r.name for r in asked if r.marker and r.marker.evaluate({"extra": "lab"})}
    assert "numpy" in always
    assert {"jupyterlab", "ipywidgets", "anywidget", "pooch"} == lab
    assert always & lab == set()


def test_carries_both_licences(wheel):
    names = {name.rpartition("/")[2] for name in zipfile.ZipFile(wheel).namelist()}
    assert {"LICENSE", "LICENSE-lessons"} <= names


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """An environment in which the wheel's package comes before this checkout."""
    site = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "--quiet", "install", "--no-deps", "--no-index"]
    run(*pip, "--target", str(site), str(wheel))
    return {**os.environ, "PYTHONPATH": str(site)}


def test_works_far_from_the_repository(installed, tmp_path):
    done = run(sys.executable, "-c", TRY, cwd=tmp_path, env=installed)
    place, shapes, complete = done.splitlines()
    assert place == str(Path(installed["PYTHONPATH"]) / "cnncourse")
    assert shapes == "(28, 28, 1) (28, 28, 1) float32 int64"
    assert complete == "True True"


def test_puts_the_lessons_on_disk_as_they_are_here(installed, tmp_path):
    run(sys.executable, "-m", "cnncourse", "notebooks", "mine", cwd=tmp_path, env=installed)
    found = {path.name: path.read_bytes() for path in (tmp_path / "mine").glob("*.ipynb")}
    here = {path.name: path.read_bytes() for path in (ROOT / "notebooks").glob("[0-9]*.ipynb")}
    assert found == here
