"""What handouts, slides and sheets share: the parts of a lesson, and what the guide says of it."""

import ast
import functools
import re
from pathlib import Path

import nbformat

from cnncourse.course import LESSONS, Lesson
from cnncourse.exercises.core import Exercise

ROOT = Path(__file__).resolve().parent.parent
SENTENCE_ENDS = re.compile(r"(?<=[.?!])\s+(?=[A-Z“\"*`(])")


def chosen(numbers) -> list[Lesson]:
    """The lessons with these numbers, such as "01"; all of them where none is given."""
    known = [lesson.number for lesson in LESSONS]
    if unknown := sorted(set(numbers) - set(known)):
        raise ValueError(
            f"lessons should be among {known[0]} to {known[-1]}, but {', '.join(unknown)} is not."
        )
    return [lesson for lesson in LESSONS if not numbers or lesson.number in numbers]


def definition(cell, name: str) -> ast.stmt | None:
    """The statement of a cell that gives `name` its value or its function, or None."""
    for node in ast.parse(cell.source).body:
        targets = [getattr(target, "id", None) for target in getattr(node, "targets", [])]
        if name in (getattr(node, "name", None), *targets):
            return node
    return None


def answered(cell, name: str, text: str) -> None:
    """Put `text` where the learner's answer belongs."""
    node, lines = definition(cell, name), cell.source.splitlines()
    cell.source = "\n".join([*lines[: node.lineno - 1], text, *lines[node.end_lineno :]])


def called(exercise: Exercise) -> str:
    """How an exercise is spoken of: window_sum(window, kernel), or the name of its value."""
    return exercise._called()


def guide(lesson: Lesson) -> dict[str, str]:
    """What INSTRUCTORS.md says of a lesson, by the bold words that each part begins with."""
    text = (ROOT / "INSTRUCTORS.md").read_text(encoding="utf-8")
    found = re.search(
        rf"<!-- lesson {lesson.number}: end -->\n(.*?)(?=\n<!-- lesson|\Z)", text, re.DOTALL
    )
    parts = re.split(r"^(?=\*\*)", found[1] if found else "", flags=re.MULTILINE)
    return {
        part[2 : part.index("**", 2)].rstrip("."): part.strip() for part in parts if part.strip()
    }


def notebook_of(lesson: str) -> Path:
    """The notebook of a lesson, such as "05_pooling", with what it shows."""
    return ROOT / "notebooks" / f"{lesson}.ipynb"


@functools.cache
def cells(lesson: str) -> list:
    """The cells of a lesson's notebook."""
    return nbformat.read(notebook_of(lesson), as_version=4).cells


def context(lesson: str, prediction: str) -> str:
    """The words before a prediction: after "**Predict:**", or of a first guess; maybe none."""
    text = ""
    for cell in cells(lesson):
        if cell.cell_type == "markdown":
            text = cell.source
        elif f'predict("{prediction}")' in cell.source:
            found = re.search(r"\*\*Predict:?\*\* (.+?)(?=\n\n|\Z)", text, re.DOTALL)
            if "## First make a guess" in text:
                last = text.split("\n\n")[-1]
                return "" if last.startswith("#") else asked(last)
            return asked(found[1]) if found else ""
        else:
            text = ""
    return ""


def asked(text: str) -> str:
    """The words before a guess, without how to type it in."""
    sentences = SENTENCE_ENDS.split(" ".join(text.split()))
    kept = [s for s in sentences if not s.startswith(("Type ", "(", "Work out"))]
    words = " ".join(kept or sentences)
    return words[:1].upper() + words[1:] if words[1:2].isalpha() else words
