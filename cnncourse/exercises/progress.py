"""What a learner has done, kept in a small file in the folder where the learner works.

One line of JSON for each check that was an attempt, only ever added at the end: two notebooks may
write at the same time, and a damaged line costs nothing but itself. The file stays where it is
written. CNNCOURSE_PROGRESS names another file or folder; if it is empty, nothing is kept.
"""

import json
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..files import may_read, printable
from .core import NOT_ATTEMPTED, NOT_YET, RIGHT, Exercise, Verdict

NAME = "cnncourse-progress.jsonl"
MOST_BYTES = 20_000_000  # a check adds about 150
LONGEST = 200  # letters of a name


@dataclass
class Standing:
    """Where a learner stands with one exercise.

    state: "right" once it was right, whatever came later.
    tries: how many there were, up to and with the first right one.
    first_right: when, in UTC, as in "2026-11-23T09:16:27+00:00"; '' if not yet.
    mistake: the known mistake that was named last; '' if none was.
    """

    state: str = NOT_ATTEMPTED
    tries: int = 0
    first_right: str = ""
    mistake: str = ""


def file() -> Path | None:
    """The file that results are kept in; None if nothing is to be kept."""
    chosen = os.environ.get("CNNCOURSE_PROGRESS")
    if chosen == "":
        return None
    path = Path(chosen or NAME).expanduser()
    return path / NAME if path.is_dir() else path


def record(exercise: Exercise, verdict: Verdict) -> None:
    """Keep the result of an attempt; where nothing can be written, nothing is kept."""
    if verdict.state == NOT_ATTEMPTED:
        return
    line = {
        "lesson": exercise.lesson,
        "exercise": exercise.name,
        "state": verdict.state,
        "mistake": verdict.mistake,
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    try:
        path = file()
        if path is not None and (path.is_file() or not path.exists()):  # a pipe would wait
            # The line break comes first: a line that was cut off spoils no other.
            with open(path, "a", encoding="utf-8", newline="\n") as kept:
                kept.write("\n" + json.dumps(line))
    except (OSError, RuntimeError):  # a folder that is read-only, or a home that is unknown
        pass


def read(path: Path) -> tuple[dict[str, Standing], int]:
    """The standing of each exercise that was tried, and how many lines could not be read.

    A ValueError says why where the file cannot be read.
    """
    what = "progress: path should be a file of results"
    if not may_read(Path(path)):
        raise ValueError(f"{what} that you may read, but you may not read {str(path)!r}.")
    if not os.path.isfile(path) or os.path.getsize(path) > MOST_BYTES:
        raise ValueError(f"{what} of at most {MOST_BYTES:,} bytes, but {str(path)!r} is none.")
    standings: dict[str, Standing] = {}
    damaged = 0
    for line in Path(path).read_text(encoding="utf-8", errors="replace").split("\n"):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            name, state, mistake, time = (
                entry[key] for key in ("exercise", "state", "mistake", "time")
            )
            for text in (name, state, mistake, time):  # others' files are shown in a terminal
                if not text.isprintable() or len(text) > LONGEST:
                    raise ValueError
            if state not in (RIGHT, NOT_YET):
                raise ValueError
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            damaged += 1
            continue
        standing = standings.setdefault(name, Standing())
        if standing.state == RIGHT:
            continue
        standing.tries += 1
        standing.state = state
        standing.mistake = mistake or standing.mistake
        if state == RIGHT:
            standing.first_right = time
    return standings, damaged


def table(standings: dict[str, Standing], exercises: Iterable[Exercise]) -> str:
    """One learner's results as a table of text, in the order of the lessons, and the total."""
    rows = [("lesson", "exercise", "state", "tries", "first right (UTC)", "last known mistake")]
    done = 0
    for exercise in exercises:
        own = standings.get(exercise.name, Standing())
        done += own.state == RIGHT
        when = own.first_right[:16].replace("T", " ")
        tries = str(own.tries) if own.tries else ""
        rows.append((exercise.lesson, exercise.name, own.state, tries, when, own.mistake))
    return "\n".join([*columns(rows), "", f"{done} of {len(rows) - 1} right"])


def collected(folder: Path) -> dict[str, Path]:
    """The files with results in a folder and the folders in it, each by the name of its learner.

    The learner of "anna.jsonl" is anna; of "anna/cnncourse-progress.jsonl", too.
    """
    found = {}
    for path in sorted(Path(folder).rglob("*.jsonl")):
        if ".ipynb_checkpoints" in path.parts:
            continue
        inside = path.relative_to(folder)
        own = inside.parent if path.name == NAME else inside.with_suffix("")
        found[NAME.removesuffix(".jsonl") if own == Path() else own.as_posix()] = path
    return found


def class_tables(learners: dict[str, dict[str, Standing]], exercises: Iterable[Exercise]) -> str:
    """What an instructor wants to know, as two tables of text.

    The first: how many exercises each learner has right in each lesson. The second: how many
    learners tried each exercise, how many have it right, and which known mistake most of them met.
    """
    lessons: dict[str, list[str]] = {}
    for exercise in exercises:
        lessons.setdefault(exercise.lesson, []).append(exercise.name)
    by_learner = [("learner", *(lesson[:2] for lesson in lessons), "right")]
    for learner, standings in learners.items():
        right = [
            sum(standings.get(name, Standing()).state == RIGHT for name in names)
            for names in lessons.values()
        ]
        fractions = [f"{r}/{len(names)}" for r, names in zip(right, lessons.values())]
        by_learner.append((printable(learner), *fractions, str(sum(right))))
    by_exercise = [("lesson", "exercise", "tried", "right", "tries", "known mistake met most")]
    for lesson, names in lessons.items():
        for name in names:
            own = [standings[name] for standings in learners.values() if name in standings]
            right = sum(standing.state == RIGHT for standing in own)
            tries = sum(standing.tries for standing in own) / max(1, len(own))
            met = Counter(standing.mistake for standing in own if standing.mistake).most_common(1)
            most = f"{met[0][0]} ({met[0][1]})" if met else ""
            counts = (str(len(own)), str(right), f"{tries:.1f}") if own else ("", "", "")
            by_exercise.append((lesson, name, *counts, most))
    return "\n".join([*columns(by_learner), "", *columns(by_exercise)])


def columns(rows: list[tuple[str, ...]]) -> list[str]:
    """Lines of text with the cells of each column below each other."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    return ["  ".join(cell.ljust(w) for cell, w in zip(row, widths)).rstrip() for row in rows]
