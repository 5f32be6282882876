"""The course as a static site that runs in the browser: JupyterLite, without any server.

    python -m publish.lite FOLDER                 Python and NumPy from Pyodide's own address
    python -m publish.lite FOLDER --pyodide PATH  from the site itself, which then needs no network

PATH is a folder with Pyodide 0.27 (`pyodide.js` beside the wheels of NumPy, Matplotlib and Pillow),
or a zip file or wheel that holds such a folder. To look at the site on this computer:
`python -m http.server --directory FOLDER`, then http://localhost:8000.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

import nbformat
import pooch

from cnncourse import browser
from cnncourse.course import LESSONS

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
WHEELS = HERE / "lite-wheels.txt"
KERNELSPEC = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}
LESSON_FOLDER = "lessons"  # always, so that links and learners' copies stay where they are
SETTINGS = {
    "appName": "Building a Convolutional Neural Network",
    "exposeAppInBrowser": True,  # for who looks at it with a program
}
NOTE = """\
**This lesson runs in your browser.** Run the cell below first, each time that you open the lesson:
it installs the course, and says so if there is a newer version of the lesson than your copy.

A cell that never ends cannot be interrupted here: *Kernel*, *Restart Kernel...* ends it. Then, or
where labs stay empty, run the cell below again, wait until it is done, and run the cells after it.

Your work is kept by this browser on this computer, and is lost if you clear the browser's data for
this site. *File*, *Download* saves the lesson as a file; to go on with it elsewhere, drag the file
into the list on the left.
"""
INSTALL = """\
import sys

if sys.platform == "emscripten":  # Python in a browser
    import piplite

    await piplite.install(["numpy", "matplotlib", "pillow"])
    names = "{names}"
    await piplite.install(names.split(), deps=False)
    from cnncourse import browser

    browser.compare("{lesson}", "{version}")
"""


def address(lesson: str) -> str:
    """Where a lesson, such as "05_pooling", is in the site."""
    return f"lab/index.html?path={LESSON_FOLDER}/{lesson}.ipynb"


def tools(requirements: Path) -> Path:
    """The Python of a virtual environment with these packages, made where it is not yet there."""
    text = requirements.read_bytes() + WHEELS.read_bytes() + sys.version.encode()
    name = f"lite-{hashlib.sha256(text).hexdigest()[:12]}"
    place = Path(pooch.os_cache("cnncourse")) / name
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (place / "complete").exists():
        venv.create(place, clear=True, with_pip=True)
        run(python, "-m", "pip", "install", "--quiet", "-r", requirements)
        (place / "complete").touch()
    return python


def run(*command, folder: Path | None = None) -> None:
    """Run a program, in a folder; a RuntimeError shows what it wrote where it fails."""
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, text=True, cwd=folder)
    if done.returncode:
        raise RuntimeError(f"{command[1:4]} failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")


def copy_lessons(folder: Path) -> None:
    """A learner's copy of each lesson: nothing has run, and a cell on top installs the course."""
    folder.mkdir(parents=True)
    versions = {}
    for lesson in LESSONS:
        notebook = nbformat.read(ROOT / "notebooks" / f"{lesson.name}.ipynb", as_version=4)
        notebook.metadata.kernelspec = nbformat.from_dict(KERNELSPEC)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        versions[lesson.name] = version = version_of(notebook)
        notebook.cells[:0] = [
            nbformat.v4.new_markdown_cell(NOTE, id="browser-note"),
            nbformat.v4.new_code_cell(install_cell(lesson.name, version), id="browser-install"),
        ]
        nbformat.write(notebook, folder / f"{lesson.name}.ipynb")
    (folder / browser.VERSIONS).write_text(json.dumps(versions, indent=1), encoding="utf-8")


def version_of(notebook) -> str:
    """Eight letters that change with any cell of a lesson."""
    sources = json.dumps([cell.source for cell in notebook.cells])
    return hashlib.sha256(sources.encode()).hexdigest()[:8]


def install_cell(lesson: str, version: str) -> str:
    """The code that installs the course from the site; deps=False, for all of it is named.

    The versions are those of the wheels that the site brings.
    """
    lines = WHEELS.read_text(encoding="utf-8").splitlines()
    names = [line.partition("==")[0] for line in lines if "==" in line]
    names = " ".join(["cnncourse", *names])
    return INSTALL.format(names=names, lesson=lesson, version=version).strip()


def add_wheels(python: Path, folder: Path) -> None:
    """The wheels that the site brings: the course with its data, and what its labs need."""
    pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    any_machine = ["--platform", "any", "--implementation", "py", "--abi", "none"]
    run(*pip, "download", "--no-deps", *any_machine, "--dest", folder, "-r", WHEELS)


def add_pyodide(source: Path, folder: Path) -> None:
    """Copy Pyodide from a folder, or from a zip file or wheel, to `folder`."""
    if source.is_dir():
        shutil.copytree(source, folder)
        return
    folder.mkdir(parents=True)
    with zipfile.ZipFile(source) as archive:
        inside = pyodide_in(archive)
        for name in archive.namelist():
            if name.startswith(inside) and "/" not in name[len(inside) :] and name != inside:
                (folder / name[len(inside) :]).write_bytes(archive.read(name))


def pyodide_in(archive: zipfile.ZipFile) -> str:
    """The folder in the archive that holds pyodide.js, with a slash at its end."""
    found = [name for name in archive.namelist() if name.endswith("pyodide.js")]
    if not found:
        raise ValueError(f"--pyodide should hold pyodide.js, but {archive.filename} does not.")
    return found[0].removesuffix("pyodide.js")


def build(folder: Path, pyodide: Path | None = None) -> None:
    """Make the site in `folder`; one that was made there before is replaced."""
    if folder.exists() and any(folder.iterdir()) and not (folder / "jupyter-lite.json").exists():
        raise ValueError(f"FOLDER should be new or empty, but {folder} holds something else.")
    python = tools(HERE / ("lite-own.txt" if pyodide else "lite-public.txt"))
    settings = dict(SETTINGS)
    if pyodide:
        kernel = {"pyodideUrl": "./static/pyodide/pyodide.js"}
        settings["litePluginSettings"] = {"@jupyterlite/pyodide-kernel-extension:kernel": kernel}
    with tempfile.TemporaryDirectory() as work:
        source = Path(work)
        copy_lessons(source / "contents" / LESSON_FOLDER)
        add_wheels(python, source / "pypi")
        configuration = {"jupyter-lite-schema-version": 0, "jupyter-config-data": settings}
        (source / "jupyter-lite.json").write_text(json.dumps(configuration))
        shutil.rmtree(folder, ignore_errors=True)
        places = ["--lite-dir", source, "--contents", source / "contents", "--output-dir", folder]
        run(python, "-m", "jupyter", "lite", "build", *places, folder=source)
    if pyodide:
        add_pyodide(pyodide, folder / "static" / "pyodide")


def main():
    parser = argparse.ArgumentParser(
        prog="python -m publish.lite", description=__doc__.splitlines()[0]
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the site is made")
    parser.add_argument("--pyodide", type=Path, metavar="PATH", help="a Pyodide to put into it")
    wanted = parser.parse_args()
    try:
        build(wanted.folder.resolve(), wanted.pyodide)
    except (ValueError, RuntimeError, OSError) as problem:
        return str(problem)
    size = sum(path.stat().st_size for path in wanted.folder.rglob("*") if path.is_file())
    print(f"{len(LESSONS)} lessons, {size / 1e6:.0f} MB in {wanted.folder}")
    print(f"the first lesson: {address(LESSONS[0].name)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
