"""The browser version: what the site holds, and what the course does differently in a browser."""

import ast
import asyncio
import json
import os
import sys
import types
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import numpy as np
import pytest
from walk_lite import Visit, served

from cnncourse import browser as in_a_browser
from cnncourse import checkup, data, elsewhere, layers, optim, recipes, train
from cnncourse.__main__ import main as command_line
from cnncourse.course import LESSONS
from cnncourse.exercises import EXERCISES, check, running
from publish import lite

PYODIDE = os.environ.get("CNNCOURSE_PYODIDE")
NO_PYODIDE = (
    "the lessons are not run in Pyodide: name a folder, zip file or wheel that holds Pyodide 0.27 "
    "in CNNCOURSE_PYODIDE"
)
SAVE_ANSWER = """async () => {
  const lesson = window.jupyterapp.shell.currentWidget;
  lesson.content.widgets[0].model.sharedModel.setSource('my answer');
  await lesson.context.save();
}"""
RENAME = """([old, to]) => window.jupyterapp.serviceManager.contents.rename(
  `lessons/${old}.ipynb`, `lessons/${to}.ipynb`)"""
KEPT = """async name => (await window.jupyterapp.serviceManager.contents.get(
  `lessons/${name}.ipynb`, { content: true })).content.cells[0].source"""
ANSWER = "def negative(image):\n    {}\n    return 0\ncheck('negative', negative)"
# What a kernel is asked one after the other, and words of its answer.
IN_PYODIDE = {
    "from cnncourse.exercises import EXERCISES, check; import numpy as np, os, sys": "",
    "for _ in range(3): check('negative', EXERCISES['negative'].solution)": "Right: ",
    "print(len(open('cnncourse-progress.txt').read().split('\\n')), 'lines')": "4 lines",
    ANSWER.format("while True: pass"): "still running after 5 seconds",
    ANSWER.format("for i in range(1_000_000): print(i)"): "It printed: 0 1 2 3 4 5 ...",
    ANSWER.format("return negative(image)"): "calls itself again and again",
    ANSWER.format("sys.exit(3)"): "in line 2: sys.exit(3) SystemExit: 3",
    ANSWER.format("os._exit(3)"): "_exit would end Python",
    ANSWER.format("sys.setrecursionlimit(10**8)"): "setrecursionlimit would end Python",
    ANSWER.format("np.sum = np.zeros = len"): "It gave np.sum, np.zeros another meaning",
    ANSWER.format("np.ones(10**9)"): "It stops with an error in line 2: np.ones(10**9)",
    "from cnncourse import layers, storage; rng = np.random.default_rng(0)\n"
    "for size in 2, 3:\n"
    "    storage.save(layers.Sequential(layers.Dense(4, size, rng=rng)), 'net.npz')\n"
    "print(storage.load('net.npz'))": "outputs=3",
    "print(np.sum(np.zeros(3) + 2), 'alive')": "6.0 alive",
}
FIRST_CELL = """lesson => {
  const shown = window.jupyterapp?.shell.currentWidget?.context;
  return shown?.isReady && shown.path === `lessons/${lesson}.ipynb`
    && shown.model.toJSON().cells[0].source;
}"""


@pytest.fixture(scope="module")
def lessons(tmp_path_factory):
    """The learners' copies, in a folder."""
    folder = tmp_path_factory.mktemp("copies") / "lessons"
    lite.copy_lessons(folder)
    return folder


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The public site, built whole."""
    folder = tmp_path_factory.mktemp("lite") / "site"
    lite.build(folder)
    return folder


@pytest.fixture
def in_browser(monkeypatch):
    """Let the course think that it is in a browser."""
    monkeypatch.setattr(in_a_browser, "HERE", True)


def read(path):
    return nbformat.read(path, as_version=4)


def versions_in(folder):
    return json.loads((folder / in_a_browser.VERSIONS).read_text(encoding="utf-8"))


def parameters(recipe):
    return sum(param.size for param in recipe.make_net(np.random.default_rng(0)).params())


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_copy_is_the_lesson_with_two_cells_more_and_nothing_run(lessons, lesson):
    copy = read(lessons / f"{lesson.name}.ipynb")
    nbformat.validate(copy)
    assert copy.metadata.kernelspec.name == "python"  # another name makes Lite ask for a kernel
    original = read(lite.ROOT / "notebooks" / f"{lesson.name}.ipynb")
    note, install = copy.cells[:2]
    assert "Download" in note.source
    assert [c.source for c in copy.cells[2:]] == [c.source for c in original.cells]
    code = [cell for cell in copy.cells if cell.cell_type == "code"]
    assert code[0] is install
    assert not any(cell.outputs or cell.execution_count for cell in code)


def test_the_cell_that_installs_does_nothing_outside_a_browser():
    """Where there is no piplite that could be imported."""
    cell = lite.install_cell("05_pooling", "1234abcd")
    code = compile(cell, "cell", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    with ThreadPoolExecutor(1) as thread:  # in this one the browser tests may have left a loop
        assert thread.submit(lambda: asyncio.run(eval(code, {}))).result() is None


def test_a_version_changes_with_a_cell_and_with_nothing_else(lessons):
    versions = versions_in(lessons)
    assert set(versions) == {lesson.name for lesson in LESSONS}
    notebook = read(lite.ROOT / "notebooks" / "02_size.ipynb")
    assert lite.version_of(notebook) == versions["02_size"]
    notebook.cells[3].source += "."
    assert lite.version_of(notebook) != versions["02_size"]


def test_an_old_copy_says_so_and_a_current_one_nothing(lessons, monkeypatch, capsys):
    monkeypatch.chdir(lessons)
    in_a_browser.compare("02_size", versions_in(lessons)["02_size"])
    in_a_browser.compare("99_unknown", "00000000")
    monkeypatch.chdir(lessons.parent)  # where no versions are
    in_a_browser.compare("02_size", "00000000")
    assert capsys.readouterr().out == ""
    monkeypatch.chdir(lessons)
    in_a_browser.compare("02_size", "00000000")
    assert "rename 02_size.ipynb to 02_size-mine.ipynb" in capsys.readouterr().out


def train_in_two_processes():
    net = layers.Sequential(layers.Flatten(), layers.Dense(4, 2, rng=np.random.default_rng(0)))
    x, y = np.zeros((8, 2, 2, 1), np.float32), np.zeros(8, int)
    options = dict(optimizer=optim.SGD(0.1), rng=np.random.default_rng(0))
    return train.fit(net, x, y, epochs=1, workers=2, **options)


CANNOT = {
    "fit: training with 2 processes": train_in_two_processes,
    "train-images-idx3-ubyte.gz: the download": lambda: data.load("fashion-mnist"),
    "to_torch needs the package no_torch": lambda: elsewhere.package("no_torch", "to_torch"),
    "python -m cnncourse": lambda: command_line(["progress"]),
}


@pytest.mark.parametrize("what", CANNOT)
def test_what_cannot_run_in_a_browser_says_so(in_browser, what):
    with pytest.raises(ValueError, match=f"^{what}.*but this is a browser"):
        CANNOT[what]()


def test_recipes_in_a_browser_take_fewer_steps_of_a_small_network():
    assert list(recipes.IN_BROWSER) == list(recipes.RECIPES)
    for name, recipe in recipes.IN_BROWSER.items():
        assert recipe.steps(60_000) < recipes.RECIPES[name].steps(60_000)
        assert parameters(recipe) == parameters(recipes.RECIPES["quick"])


def test_the_checkup_in_a_browser_asks_for_no_jupyterlab(in_browser, monkeypatch, capsys):
    there = dict.fromkeys(checkup.PACKAGES, "0.1") | {"jupyterlab": None, "pooch": None}
    monkeypatch.setattr(checkup, "installed", lambda: there)
    checkup.checkup()
    assert capsys.readouterr().out.endswith("Everything is in its place.\n")
    monkeypatch.setattr(checkup, "installed", lambda: there | {"anywidget": None})
    checkup.checkup()
    assert "missing: anywidget" in capsys.readouterr().out


def test_pyodide_comes_out_of_a_wheel_or_a_folder(tmp_path):
    with zipfile.ZipFile(tmp_path / "some.whl", "w") as archive:
        for name in ("a/pyodide/pyodide.js", "a/pyodide/numpy.whl", "a/pyodide/more/x", "a/y"):
            archive.writestr(name, name)
    lite.add_pyodide(tmp_path / "some.whl", tmp_path / "one")
    lite.add_pyodide(tmp_path / "one", tmp_path / "two")
    for folder in (tmp_path / "one", tmp_path / "two"):
        assert {path.name for path in folder.iterdir()} == {"pyodide.js", "numpy.whl"}
    with zipfile.ZipFile(tmp_path / "other.whl", "w") as archive:
        archive.writestr("a/y", "y")
    with pytest.raises(ValueError, match=r"should hold pyodide\.js"):
        lite.add_pyodide(tmp_path / "other.whl", tmp_path / "three")


def test_a_folder_with_something_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ValueError, match="should be new or empty"):
        lite.build(tmp_path)
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "mine"


def test_the_site_holds_lessons_wheels_and_both_parts_of_the_widgets(site):
    files = {path.stem for path in (site / "files" / "lessons").glob("*.ipynb")}
    assert files == {lesson.name for lesson in LESSONS}
    pins = [
        line.split("==")
        for line in lite.WHEELS.read_text(encoding="utf-8").splitlines()
        if "==" in line
    ]
    offered = json.loads((site / "pypi" / "all.json").read_text(encoding="utf-8"))
    assert {name: list(offered[name.replace("_", "-")]["releases"]) for name, _ in pins} == {
        name: [version] for name, version in pins
    }
    (wheel,) = (site / "pypi").glob("cnncourse-*.whl")
    assert "cnncourse/_data/mnist.npz" in zipfile.ZipFile(wheel).namelist()
    extensions = site / "extensions"
    assert (extensions / "anywidget" / "package.json").is_file()
    assert (extensions / "@jupyter-widgets" / "jupyterlab-manager" / "package.json").is_file()


def test_who_changed_a_lesson_keeps_it_and_gets_the_newer_one(site, page):
    def first_cell_of(lesson):
        page.goto(f"{address}/{lite.address(lesson)}")
        return page.wait_for_function(FIRST_CELL, arg=lesson, timeout=60_000).json_value()

    path = site / "files" / "lessons" / "02_size.ipynb"
    with served(site) as address:
        first_cell_of("02_size")
        page.evaluate(SAVE_ANSWER)
        newer = read(path)
        newer.cells[0].source = "a newer lesson"
        nbformat.write(newer, path)
        assert first_cell_of("02_size") == "my answer"  # which is why in_a_browser.compare speaks
        page.evaluate(RENAME, ["02_size", "02_size-mine"])
        assert first_cell_of("02_size") == "a newer lesson"
        assert page.evaluate(KEPT, "02_size-mine") == "my answer"


def test_results_are_kept_in_a_file_that_jupyterlite_takes_for_text(
    in_browser, tmp_path, monkeypatch, capsys
):
    """A second line in a file ending in .jsonl never comes back there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CNNCOURSE_PROGRESS", raising=False)
    check("output_size", EXERCISES["output_size"].solution)
    assert capsys.readouterr().out.startswith("Right: ")
    assert [path.name for path in tmp_path.iterdir()] == ["cnncourse-progress.txt"]


def test_a_kernel_without_ask_exit_is_guarded_as_well(monkeypatch):
    shell = types.SimpleNamespace(get_ipython=lambda: object())
    monkeypatch.setitem(sys.modules, "IPython", shell)
    assert running.call(len, ([],), seconds=5).returned == 0


@pytest.fixture(scope="module")
def with_pyodide(tmp_path_factory):
    """The address of a site that holds Pyodide."""
    folder = tmp_path_factory.mktemp("pyodide") / "site"
    lite.build(folder, Path(PYODIDE))
    with served(folder) as address:
        yield address


@pytest.mark.skipif(not PYODIDE, reason=NO_PYODIDE)
def test_check_answers_in_pyodide_whatever_a_function_does(browser, with_pyodide):
    visit = Visit(browser, with_pyodide, types.SimpleNamespace(name="00_welcome", number="00"))
    visit.run(most=2)  # which installs the course
    assert visit.errors == []
    told = {code: " ".join(visit.ask(code).split()) for code in IN_PYODIDE}
    assert [text for code, text in told.items() if IN_PYODIDE[code] not in text] == []


@pytest.mark.skipif(not PYODIDE, reason=NO_PYODIDE)
def test_a_lesson_runs_in_pyodide_with_nothing_from_elsewhere(browser, with_pyodide):
    visit = Visit(browser, with_pyodide, types.SimpleNamespace(name="02_size", number="02"))
    visit.run()
    assert visit.errors == []
    assert visit.outside == set()
    assert len(visit.labs) == 1
