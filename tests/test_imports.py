"""Imports run in one direction, the maths stays light, and the package is there at once."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import cnncourse

PACKAGE = Path(cnncourse.__file__).parent
# A module imports only from modules that stand before it.
MATHS = [
    *("browser", "workspace", "workers", "shapes", "window", "kernels", "reference", "convolution"),
    *("pooling", "ops"),
    *("layers", "networks", "optim", "crew", "train", "variations", "recipes", "summary", "budget"),
    *("gradcheck", "files", "pictures", "coloured_shapes", "downloads", "data", "own_pictures"),
    *("storage", "invariance", "single", "intervals", "experiments", "interpret", "selectivity"),
    *("stopwatch", "elsewhere", "torch_training"),
]
ORDER = [
    *MATHS,
    *("course", "checkup", "doctor", "desk", "architecture", "png", "plots", "curves", "figures"),
    *("report", "stills", "pixels", "tiles", "linked"),
    *("exercises", "predictions", "explorers", "handed_in", "room", "room_page"),
    "__main__",
]
EXPLORERS = PACKAGE / "explorers"
PICTURES = {"matplotlib", "ipywidgets", "anywidget", "IPython", "jupyterlab"}


def module_of(path):
    """Return the module, or the folder of modules, that a file of the package belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


FILES = [path for path in sorted(PACKAGE.rglob("*.py")) if path != PACKAGE / "__init__.py"]
EXISTING = {module_of(path) for path in FILES}


def imported(path):
    """Return the modules of cnncourse that a file imports, wherever in the file it does so."""
    depth = len(path.relative_to(PACKAGE).parts)
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level in (0, depth):
            start = "cnncourse." if node.level else ""
            module = f"{start}{node.module or ''}".strip(".")
            names = [f"{module}.{alias.name}" for alias in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("cnncourse.")}
    return found & (EXISTING | set(ORDER))


def fresh(code):
    """Run Python code in an interpreter of its own and return what it prints."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_every_module_has_its_place_in_the_order():
    assert EXISTING - set(ORDER) == set()


def test_every_module_is_named_in_the_reading_order():
    lines = [line for line in cnncourse.__doc__.splitlines() if line.startswith("    ")]
    assert sorted(EXISTING) == sorted(line.split()[0] for line in lines)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_only_what_stands_before_it(path):
    before = set(ORDER[: ORDER.index(module_of(path))])
    assert imported(path) - {module_of(path)} <= before


def test_the_imports_of_a_module_are_found():
    assert {"ops", "shapes"} <= imported(PACKAGE / "layers.py")
    assert "convolution" in imported(PACKAGE / "ops.py")


def test_no_lab_imports_another_lab_or_matplotlib():
    listed = (EXPLORERS / "__init__.py").read_text(encoding="utf-8")
    labs = re.findall(r"^from \.(\w+) import", listed, re.MULTILINE)
    assert "size_lab" in labs
    for path in EXPLORERS.glob("*.py"):
        if path.stem == "__init__":
            continue
        modules = {
            name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in (getattr(node, "module", None), *(alias.name for alias in node.names))
            if name and getattr(node, "level", 1) <= 1
        }
        assert not modules & {*labs, "matplotlib", "matplotlib.pyplot"}, path.name


def test_the_maths_loads_nothing_that_draws():
    names = [name for name in MATHS if name in EXISTING]
    assert len(names) > 5
    loaded = fresh(f"import sys; from cnncourse import {', '.join(names)}; print(*sys.modules)")
    assert PICTURES & {name.split(".")[0] for name in loaded.split()} == set()


def test_what_a_browser_runs_loads_no_processes():
    modules = "train, layers, ops, recipes, storage, data, exercises, predictions"
    loaded = fresh(f"import sys; from cnncourse import {modules}; print(*sys.modules)").split()
    assert "cnncourse.predictions.training" in loaded
    others = fresh("import sys, numpy, threadpoolctl; print(*sys.modules)").split()
    processes = {"mmap", "subprocess", "psutil", "cnncourse.crew"}
    assert processes & (set(loaded) - set(others)) == set()


def test_the_command_line_needs_no_notebook():
    loaded = fresh("import sys, cnncourse.__main__; print(*sys.modules)")
    assert {name.split(".")[0] for name in loaded.split()} & (PICTURES - {"matplotlib"}) == set()


def test_importing_the_package_takes_no_time():
    code = "import time; start = time.time(); import cnncourse; print(time.time() - start)"
    assert min(float(fresh(code)) for _ in range(5)) <= 0.3
