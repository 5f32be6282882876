"""The list of lessons agrees with the lessons, and the map knows which are there."""

import re
from pathlib import Path

import nbformat
import pytest

from cnncourse import exercises, predictions
from cnncourse.course import LESSONS, course_map, lesson_modules

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
SOURCES = sorted((NOTEBOOKS.parent / "lessons").glob("[0-9]*.py"))
every_source = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)


def lesson_named(name):
    (found,) = [lesson for lesson in LESSONS if lesson.name == name]
    return found


def first_cell(source):
    text = source.read_text(encoding="utf-8").split("\n# %%", 1)[0]
    return re.sub(r"^# ?", "", text, flags=re.MULTILINE)


def test_lessons_are_numbered_through():
    assert [lesson.number for lesson in LESSONS] == [f"{i:02d}" for i in range(len(LESSONS))]
    assert all(re.fullmatch(r"\d\d_[a-z_]+", lesson.name) for lesson in LESSONS)


@pytest.mark.parametrize(
    "package, declares", [(exercises, "EXERCISES = ["), (predictions, "PREDICTIONS = [")]
)
def test_each_module_that_declares_something_is_named_after_a_lesson(package, declares):
    folder = Path(package.__file__).parent
    declaring = {
        path.relative_to(folder).parts[0].removesuffix(".py")
        for path in folder.rglob("*.py")
        if f"\n{declares}" in path.read_text(encoding="utf-8")
    }
    assert len(declaring) >= 9
    assert {name[3:] for name, _ in lesson_modules(package)} == declaring


@every_source
def test_title_is_that_of_the_lesson(source):
    title = re.search(r"^# (.+)$", first_cell(source), re.MULTILINE)[1]
    assert title == lesson_named(source.stem).title


@every_source
def test_minutes_are_those_that_the_lesson_states(source):
    minutes = re.findall(r"^\|.*\| (\d+) \|$", first_cell(source), re.MULTILINE)
    assert sum(map(int, minutes)) == lesson_named(source.stem).minutes


def test_lessons_call_each_other_by_their_titles():
    texts = "".join(source.read_text(encoding="utf-8") for source in SOURCES)
    named = re.findall(r"esson (\d\d), [*[]([^*\]]+)[*\]]", texts)
    titles = {lesson.number: lesson.title for lesson in LESSONS}
    assert len(named) >= 9
    assert named == [(number, titles[number]) for number, _ in named]


def test_the_map_links_what_is_there_and_says_what_is_in_the_making(tmp_path):
    for name in ("00_welcome.ipynb", "05_pooling.ipynb", "notes.ipynb"):
        (tmp_path / name).touch()
    found = course_map(tmp_path)
    assert found.present == {"00_welcome", "05_pooling"}
    text, markdown = repr(found), found._repr_markdown_()
    assert text.count("(in the making)") == markdown.count("(in the making)")
    assert text.count("(in the making)") == len(LESSONS) - 2
    assert re.findall(r"\]\((.+?)\)", markdown) == ["00_welcome.ipynb", "05_pooling.ipynb"]
    for lesson in LESSONS:
        assert lesson.title in text
        assert lesson.title in markdown
    hours = sum(lesson_named(name).minutes for name in found.present) / 60
    beginning = f"2 of {len(LESSONS)} lessons are here, about {hours:.1f} hours of work;"
    assert found.sentence.startswith(beginning)


def test_the_map_of_a_whole_course(tmp_path):
    for lesson in LESSONS:
        (tmp_path / f"{lesson.name}.ipynb").touch()
    found = course_map(tmp_path)
    assert "in the making" not in repr(found) + found._repr_markdown_()
    hours = sum(lesson.minutes for lesson in LESSONS) / 60
    told = f"All {len(LESSONS)} lessons are here, about {hours:.0f} hours of work."
    assert found.sentence == told


def test_the_stored_map_is_todays():
    """If not: python lessons/build.py 00"""
    notebook = nbformat.read(NOTEBOOKS / "00_welcome.ipynb", as_version=4)
    (cell,) = [c for c in notebook.cells if c.source.endswith("course_map()")]
    assert cell.outputs[0].data["text/markdown"] == course_map(NOTEBOOKS)._repr_markdown_()
