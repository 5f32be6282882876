"""Write into INSTRUCTORS.md, between its marks, what the package knows of each lesson.

python lessons/instructors.py

Titles and minutes come from cnncourse/course.py, and the wrong answers to expect are the known
mistakes of the exercises.
"""

import re
from pathlib import Path

from cnncourse.course import LESSONS
from cnncourse.exercises import EXERCISES

GUIDE = Path(__file__).resolve().parent.parent / "INSTRUCTORS.md"
NAMED = 4  # mistakes of each exercise


def section(number: str) -> str:
    """Title, minutes, exercises and the mistakes that they name, of one lesson."""
    (lesson,) = [lesson for lesson in LESSONS if lesson.number == number]
    lines = [f"### {number} {lesson.title} ({lesson.minutes} minutes)", ""]
    mine = [exercise for exercise in EXERCISES.values() if exercise.lesson == lesson.name]
    for exercise in mine:
        names = list(dict.fromkeys(mistake.name for mistake in exercise.mistakes))
        lines.append(f"- `{exercise.name}` names {len(names)} mistakes: {'; '.join(names[:NAMED])}")
    return "\n".join([*lines, *([""] if mine else [])])


def updated(text: str) -> str:
    """The guide with today's sections."""

    def write(found):
        return f"{found[1]}\n{section(found[2])}\n{found[3]}"

    pattern = r"(<!-- lesson (\d\d): begin -->)\n.*?(<!-- lesson \2: end -->)"
    return re.sub(pattern, write, text, flags=re.DOTALL)


if __name__ == "__main__":
    GUIDE.write_text(updated(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")
