"""What a learner has done, kept in a small file in the folder where the learner works.

One line of JSON for each check that was an attempt, only ever added at the end: two notebooks may
write at the same time, and a damaged line costs nothing but itself. The file stays where it is
written. CNNCOURSE_PROGRESS names another file or folder; if it is empty, nothing is kept.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from .core import NOT_ATTEMPTED, NOT_YET, RIGHT, Exercise, Verdict

NAME = "cnncourse-progress.jsonl"


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
        if path is not None:
            # The line break comes first: half a line, of a computer that stopped, stays alone.
            with open(path, "a", encoding="utf-8", newline="\n") as kept:
                kept.write("\n" + json.dumps(line))
    except (OSError, RuntimeError):  # a folder that is read-only, or a home that is unknown
        pass


def read(path: Path) -> tuple[dict[str, Standing], int]:
    """The standing of each exercise that was tried, and how many lines could not be read."""
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
            if not all(isinstance(text, str) for text in (name, state, mistake, time)):
                raise TypeError
            if state not in (RIGHT, NOT_YET):
                raise ValueError
        except (ValueError, TypeError, KeyError, RecursionError):
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
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths)).rstrip() for row in rows]
    return "\n".join([*lines, "", f"{done} of {len(rows) - 1} right"])
