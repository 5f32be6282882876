"""Handouts: nothing is given away to learners, all is right for instructors, and all fits."""

import re

import mistune
import nbformat
import pytest

from cnncourse.course import LESSONS
from cnncourse.exercises import EXERCISES
from cnncourse.exercises.folds import solution_text
from cnncourse.predictions import Prediction
from lessons import build
from publish import handouts, paper, parts, sheets, slides

BY_NUMBER = {lesson.number: lesson for lesson in LESSONS}
LESSON = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
# Of each slide, shown in its turn: what reaches beyond its edges or over its heading.
BEYOND = """() => slides.flatMap((_, place) => {
  show(place);
  const slide = document.querySelector("section.here"), body = slide.querySelector(".body");
  const room = body.getBoundingClientRect(), [low, right] = [698, 1262];
  const outer = [...slide.querySelectorAll("h2, .body *")].filter(part => {
    const box = part.getBoundingClientRect();
    return box.bottom > low || box.right > right || box.left < 18;
  });
  const above = [...body.children].filter(p => p.getBoundingClientRect().top < room.top - 1);
  return [...outer, ...above].map(part => `${slide.id}: ${part.textContent.slice(0, 60)}`);
})"""


@pytest.fixture(scope="module")
def page_of(tmp_path_factory):
    """Return page_of(lesson): the file with its slides."""
    folder = tmp_path_factory.mktemp("slides")
    return lambda lesson: slides.write(folder, [lesson])[0].as_uri()


@LESSON
def test_learners_get_hints_and_no_solution(lesson):
    notebook = handouts.for_learners(lesson)
    assert not any(cell.get("outputs") for cell in notebook.cells)
    nbformat.validate(notebook)
    words = "\n\n".join(cell.source for cell in notebook.cells)
    mine = [exercise for exercise in EXERCISES.values() if exercise.lesson == lesson.name]
    assert mine
    assert words.count("<summary>Hint 1</summary>") == len(mine)
    assert "<summary>Solution</summary>" not in words
    assert not re.search(r"^hints\(", words, re.M)
    assert not any(solution_text(exercise) in words for exercise in mine)


@LESSON
def test_the_instructors_lessons_hold_every_solution(lesson):
    words = "\n\n".join(cell.source for cell in handouts.with_solutions(lesson).cells)
    for exercise in EXERCISES.values():
        assert (solution_text(exercise) in words) == (exercise.lesson == lesson.name)


@pytest.mark.parametrize("right", [True, False])
def test_an_instructors_lesson_is_made_only_where_check_says_right(monkeypatch, right):
    solution = "1 - image" if right else "image"
    cell = f"def negative(image):\n    return {solution}\n\ncheck('negative', negative)"
    notebook = build.read(handouts.source_of(BY_NUMBER["00"]))
    first = nbformat.v4.new_code_cell("from cnncourse.exercises import check", id="first")
    exercise = nbformat.v4.new_code_cell(cell, id="second", metadata={"tags": ["exercise"]})
    notebook.cells = [first, exercise]
    monkeypatch.setattr(handouts, "with_solutions", lambda lesson: notebook)
    if right:
        made = handouts.solved(BY_NUMBER["00"])
        assert "Right: negative" in made.cells[1].outputs[0].text
    else:
        with pytest.raises(build.BuildError, match="negative is not right"):
            handouts.solved(BY_NUMBER["00"])


def test_the_learners_folder_has_what_start_needs(tmp_path):
    handouts.learners(tmp_path / "out", [BY_NUMBER["03"]])
    out = tmp_path / "out"
    assert [path.name for path in (out / "notebooks").iterdir()] == ["03_colour.ipynb"]
    assert [path.name for path in (out / "sheets").iterdir()] == ["03_colour.html"]
    for name in ("start.py", "README.md", "LICENSE", "LICENSE-lessons", "pyproject.toml"):
        assert (out / name).is_file()
    for name in ("cnncourse/linked.js", "data/mnist.npz", "data/README.md"):
        assert (out / name).read_bytes() == (parts.ROOT / name).read_bytes()
    assert not list(out.rglob("*.pyc"))


def test_a_folder_in_use_and_an_unknown_lesson_are_refused(tmp_path, capsys):
    assert handouts.main([str(tmp_path / "new"), "99"]) == 2
    assert "99" in capsys.readouterr().err
    (tmp_path / "mine.txt").write_text("mine")
    assert handouts.main([str(tmp_path)]) == 2
    assert "new or empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@LESSON
def test_no_slide_goes_beyond_its_edge(lesson, page_of, page, monkeypatch):
    # The longest choice takes most room, and it need not be computed.
    longest = property(lambda self: max(self.choices, key=len) if self.choices else self.answer())
    monkeypatch.setattr(Prediction, "right", longest)
    asked = []
    page.on("request", lambda request: asked.append(request.url[:5]))
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(page_of(lesson))
    assert page.locator("section").count() > 10
    assert page.evaluate(BEYOND) == []
    assert set(asked) <= {"file:", "data:"}


@LESSON
def test_a_guess_on_a_slide_is_asked_with_all_its_words(lesson, monkeypatch):
    monkeypatch.setattr(Prediction, "right", "need not be computed")
    shown = " ".join(slide.body for slide in slides.slides_of(lesson, parts.cells(lesson.name)))
    for prediction in paper.PREDICTIONS.values():
        if prediction.lesson == lesson.name:
            asks = mistune.html(parts.context(lesson.name, prediction.name)).strip()
            assert asks in shown


def test_slides_and_sheets_have_no_serious_barrier(page_of, page, barriers, tmp_path):
    page.goto(page_of(BY_NUMBER["05"]))
    for place in range(0, page.locator("section").count(), 5):
        page.evaluate(f"show({place})")
        assert barriers(page) == []
    for answers in (False, True):
        page.goto(sheets.write(tmp_path, [BY_NUMBER["05"]], answers)[0].as_uri())
        assert barriers(page) == []


def test_slides_hold_the_lesson():
    lesson = BY_NUMBER["05"]
    found = slides.slides_of(lesson, parts.cells(lesson.name))
    assert found[0].heading == lesson.title
    assert sum(slide.kind.startswith("question") for slide in found) == 3 + 2 + 1
    pictures = sum(slide.body.count("<img") for slide in found)
    shown = [o for c in parts.cells(lesson.name) for o in c.get("outputs", [])]
    drawn = sum("image/png" in output.get("data", {}) for output in shown)
    assert pictures == drawn - 3  # all but the three boxes in which a guess is typed


def test_keys_and_notes(page_of, page):
    page.goto(page_of(BY_NUMBER["05"]))
    for key, at in (("End", 29), ("ArrowLeft", 28), ("Home", 1), ("ArrowLeft", 1), (" ", 2)):
        page.keyboard.press(key)
        assert page.locator("section.here").get_attribute("id") == f"slide-{at}"
    with page.expect_popup() as opened:
        page.keyboard.press("n")
    page.keyboard.press("ArrowRight")
    opened.value.get_by_text("To wrong guesses").wait_for()
    assert page.locator("section.here aside").is_hidden()


@LESSON
def test_a_sheet_has_at_most_two_pages_on_both_papers(lesson, page, tmp_path):
    page.goto(sheets.write(tmp_path, [lesson], answers=False)[0].as_uri())
    for paper_size in sheets.PAPERS:
        pages = re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper_size))
        assert 1 <= len(pages) <= 2


def test_answers_stand_on_the_answers_sheet_alone():
    blank, answers = (sheets.page(BY_NUMBER["01"], which) for which in (False, True))
    output = "<tr><td>6</td><td>1</td><td>2</td></tr><tr><td>4</td><td>2</td><td>−1</td></tr>"
    for answer in ("−36", "5 × 5", "<td class='line'>−10</td>", output):
        assert answer in answers
        assert answer not in blank
    assert blank.count("your answer") == 5


@LESSON
def test_tasks_are_the_lessons_own(lesson):
    names = {task[1] for task in paper.SHEETS[lesson.name]}
    known = {**paper.PREDICTIONS, **EXERCISES}
    assert {known[name].lesson for name in names} == {lesson.name}
    assert all(task.asks and (task.answer is not None) for task in paper.tasks(lesson.name))
