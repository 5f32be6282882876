"""The instructors' guide has a part for every lesson, and lists today's exercises."""

import re
import runpy
from pathlib import Path

from cnncourse.course import LESSONS
from cnncourse.exercises import EXERCISES

ROOT = Path(__file__).resolve().parent.parent
GUIDE = (ROOT / "INSTRUCTORS.md").read_text(encoding="utf-8")
TOOL = runpy.run_path(str(ROOT / "lessons" / "instructors.py"))


def test_it_lists_todays_lessons_and_mistakes():
    """If not: python lessons/instructors.py"""
    assert TOOL["updated"](GUIDE) == GUIDE


def test_every_lesson_has_its_part():
    numbers = re.findall(r"<!-- lesson (\d\d): begin -->", GUIDE)
    assert numbers == [lesson.number for lesson in LESSONS]
    parts = re.split(r"<!-- lesson \d\d: begin -->", GUIDE)[1:]
    for part in parts:
        headings = re.findall(r"^\*\*(.+?)\.\*\*", part, re.MULTILINE)
        assert headings == ["Aim", "Open with", "Where people get stuck", "Close with", "Fast"]
        assert len(re.findall(r"^\d\. ", part, re.MULTILINE)) == 3


def test_there_is_a_plan_for_each_length_of_time():
    plans = GUIDE.partition("## Ready plans")[2].partition("## How to help")[0]
    heads = re.findall(r"^### (.+)$", plans, re.MULTILINE)
    assert [head.split(",")[0] for head in heads] == [
        *("90 minutes", "Half a day", "Two days", "Six weeks")
    ]
    told = set(re.findall(r"\b(0\d|1[0-4])\b(?!:|\d)", plans))
    assert told >= {lesson.number for lesson in LESSONS}


def test_the_minutes_of_the_fast_path_are_fewer():
    fast = re.findall(r"^\*\*Fast\.\*\* (\d+) minutes", GUIDE, re.MULTILINE)
    assert len(fast) == len(LESSONS)
    assert all(int(minutes) < lesson.minutes for minutes, lesson in zip(fast, LESSONS))


def test_every_exercise_is_there():
    assert all(f"- `{name}` names " in GUIDE for name in EXERCISES)


def test_its_commands_are_there_and_it_has_no_link_into_the_course():
    """It is copied to where such a link leads nowhere: the instructor's folder, the stick."""
    assert re.findall(r"\]\((?!https?://)", GUIDE) == []
    commands = re.findall(r"python -m ([\w.]+)(?: (\w+))?", GUIDE)
    assert {module for module, _ in commands} == {
        *("cnncourse", "publish.handouts", "publish.lite", "publish.usb", "deploy.load_test")
    }
    for module, _ in commands:
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file()
    own = {word for module, word in commands if module == "cnncourse"}
    assert own == {"doctor", "progress", "report"}
