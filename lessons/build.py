"""Make the notebooks that learners open from the text that authors edit.

    python lessons/build.py            every lesson
    python lessons/build.py 01 09      these lessons
    python lessons/build.py --check    name the notebooks whose text has changed since

Each lessons/NN_name.py (jupytext, py:percent) becomes notebooks/NN_name.ipynb: every cell is run,
and what it shows is stored. A cell that raises stops the build. Only what a reader needs is stored,
and the same in every build, so that a difference between two versions is one in the lesson.
"""

import argparse
import sys
import time
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError

HERE = Path(__file__).resolve().parent
PACKAGES = Path(jupytext.__file__).parent.parent
CELL_SECONDS = 300
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# Stored, it would show "model not found" until the cell is run; without it, the text is shown.
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


class BuildError(Exception):
    """A lesson cannot become a notebook; the message says why."""


def notebook_of(source):
    """Return the path of the notebook that the lesson `source` becomes."""
    return source.parent.parent / "notebooks" / f"{source.stem}.ipynb"


def read(source):
    """Read a lesson's text as a notebook that has not run."""
    notebook = jupytext.read(source, fmt="py:percent")
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for position, cell in enumerate(notebook.cells):
        cell.id = f"cell-{position:02d}"
        tags = cell.metadata.get("tags")
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
    return notebook


def build(source):
    """Run the lesson `source` and write its notebook."""
    notebook = read(source)
    run(notebook, source, notebook_of(source).parent)
    nbformat.write(notebook, notebook_of(source))


def run(notebook, source, folder):
    """Run a notebook in a folder and keep what it shows; raise BuildError if a cell fails."""
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name=METADATA["kernelspec"]["name"],
        resources={"metadata": {"path": folder}},
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
    )
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError) as error:
        raise BuildError(f"{source.name}: a cell did not run.\n\n{error}") from None
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        clean(cell, source)


def clean(cell, source):
    """Take out of a cell's outputs what the next reader has no use for."""
    for output in cell.get("outputs", []):
        output.get("data", {}).pop(WIDGET_VIEW, None)
        for folder in (HERE.parent, PACKAGES):
            if str(folder) in str(output):
                shown = f"{cell.source}\n\n{output.get('text', output.get('data'))}"
                raise BuildError(f"{source.name}: this cell shows a folder's name.\n\n{shown}")


def text_of(notebook):
    """Return what text and notebook have in common: the kind, words and tags of each cell."""
    return [(c.cell_type, c.source, c.metadata.get("tags", [])) for c in notebook.cells]


def is_current(source):
    """Return whether the lesson's notebook exists and has the cells of its text."""
    path = notebook_of(source)
    return path.exists() and text_of(nbformat.read(path, as_version=4)) == text_of(read(source))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", metavar="NN", help="build only these, such as 01 09")
    parser.add_argument("--check", action="store_true", help="only name what is out of date")
    wanted = parser.parse_args()
    sources = sorted(HERE.glob("[0-9][0-9]_*.py"))
    unknown = set(wanted.lessons) - {source.name[:2] for source in sources}
    if unknown:
        parser.error(f"there is no lesson {', '.join(sorted(unknown))} in {HERE}")
    sources = [s for s in sources if not wanted.lessons or s.name[:2] in wanted.lessons]
    if wanted.check:
        old = [notebook_of(source).name for source in sources if not is_current(source)]
        print("\n".join(f"out of date: {name}" for name in old) or "every notebook is up to date")
        return bool(old)
    for source in sources:
        start = time.perf_counter()
        try:
            build(source)
        except BuildError as error:
            return str(error)
        print(f"{notebook_of(source).name}  {time.perf_counter() - start:.1f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
