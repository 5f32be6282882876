"""Make what an instructor hands out: a folder for the learners, and one for the instructor.

    python -m publish.handouts FOLDER             all lessons; each is run, which takes minutes
    python -m publish.handouts FOLDER 01 05       these lessons

FOLDER/learners holds the course itself, ready for `python3 start.py`: the lessons without outputs,
and without the folds that open a solution; the hints stay. FOLDER/instructor holds the lessons with
the solutions put in, run, each exercise called right; the guide; slides; and sheets to print.
"""

import argparse
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

import nbformat

from cnncourse.course import Lesson
from cnncourse.exercises import EXERCISES
from cnncourse.exercises.folds import hint_folds, solution_text
from lessons import build

from . import sheets, slides
from .parts import ROOT, answered, chosen, definition

HERE = Path(__file__).resolve().parent
COURSE = "start.py", "pyproject.toml", "LICENSE", "LICENSE-lessons", "cnncourse", "data"
LEFT_OUT = shutil.ignore_patterns("__pycache__", "make_*.py")
ASK = "Your instructor has the solution. Ask when the hints do not help."


def exercise_of(cell):
    """The exercise that a cell asks for, or None."""
    if "exercise" not in cell.metadata.get("tags", []):
        return None
    return next(exercise for exercise in EXERCISES.values() if definition(cell, exercise.name))


def for_learners(lesson: Lesson):
    """A lesson without outputs, and with the hints of each exercise in place of `hints(...)`."""
    notebook = build.read(source_of(lesson))
    for cell in notebook.cells:
        if "solution" in cell.metadata.get("tags", []):
            (name,) = re.findall(r'hints\("(\w+)"\)', cell.source)
            folds = "\n\n".join(hint_folds(EXERCISES[name]))
            words = nbformat.v4.new_markdown_cell(f"{folds}\n\n{ASK}", id=cell.id)
            cell.clear()
            cell.update(words)
    return notebook


def with_solutions(lesson: Lesson):
    """A lesson with the solutions where a learner writes."""
    notebook = build.read(source_of(lesson))
    for cell in notebook.cells:
        if exercise := exercise_of(cell):
            answered(cell, exercise.name, solution_text(exercise))
    return notebook


def solved(lesson: Lesson):
    """A lesson with the solutions, run; raises BuildError unless each of them is called right."""
    notebook = with_solutions(lesson)
    with tempfile.TemporaryDirectory() as folder:
        before = os.environ.get("CNNCOURSE_PROGRESS")
        os.environ["CNNCOURSE_PROGRESS"] = str(Path(folder, "progress.jsonl"))
        try:
            build.run(notebook, source_of(lesson), folder)
        finally:
            os.environ.pop("CNNCOURSE_PROGRESS")
            if before is not None:
                os.environ["CNNCOURSE_PROGRESS"] = before
    said = "".join(o.get("text", "") for c in notebook.cells for o in c.get("outputs", []))
    for exercise in filter(None, map(exercise_of, notebook.cells)):
        if f"Right: {exercise.name} " not in said:
            raise build.BuildError(f"{lesson.name}: the solution of {exercise.name} is not right.")
    return notebook


def source_of(lesson: Lesson) -> Path:
    return ROOT / "lessons" / f"{lesson.name}.py"


def learners(folder: Path, lessons) -> None:
    """Write the learners' folder."""
    (folder / "notebooks").mkdir(parents=True)
    for name in COURSE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=LEFT_OUT)
        else:
            shutil.copy(ROOT / name, folder / name)
    shutil.copy(HERE / "learners.md", folder / "README.md")
    for lesson in lessons:
        nbformat.write(for_learners(lesson), folder / "notebooks" / f"{lesson.name}.ipynb")
    sheets.write(folder / "sheets", lessons, answers=False)


def instructor(folder: Path, lessons) -> str:
    """Write the instructor's folder but for its lessons; a sentence where PDFs cannot be made."""
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "INSTRUCTORS.md", folder)
    shutil.copy(HERE / "instructor.md", folder / "README.md")
    slides.write(folder / "slides", lessons)
    pages = [
        *sheets.write(folder / "sheets", lessons, answers=False),
        *sheets.write(folder / "sheets", lessons, answers=True),
    ]
    return sheets.pdfs(pages)


def main(words=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="is made, or is empty")
    parser.add_argument("lessons", nargs="*", metavar="NN", help="only these, such as 01 05")
    given = parser.parse_args(words)
    folder = given.folder.expanduser()
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise ValueError(f"folder should be new or empty, but {folder} is not.")
        lessons = chosen(given.lessons)
        old = [lesson.name for lesson in lessons if not build.is_current(source_of(lesson))]
        if old:
            raise ValueError(
                f"notebooks should be as new as their text, but {', '.join(old)} is older: "
                "run python lessons/build.py."
            )
        learners(folder / "learners", lessons)
        print(f"learners: the course, sheets, lessons: {len(lessons)}", flush=True)
        problem = instructor(folder / "instructor", lessons)
        print(problem or "instructor: the guide, slides, and sheets as pages and PDF", flush=True)
        (folder / "instructor" / "lessons").mkdir()
        for lesson in lessons:
            start = time.perf_counter()
            path = folder / "instructor" / "lessons" / f"{lesson.name}.ipynb"
            nbformat.write(solved(lesson), path)
            seconds = time.perf_counter() - start
            print(f"{lesson.name}: solved, run and right in {seconds:.0f} s", flush=True)
    except (ValueError, OSError, build.BuildError) as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
