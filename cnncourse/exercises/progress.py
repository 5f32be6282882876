"""What a learner has done, kept in a small file in the folder where the learner works.

One line of JSON for each check that was an attempt, only ever added at the end: two notebooks may
write at the same time, and a damaged line costs nothing but itself. The file stays where it is
written. CNNCOURSE_PROGRESS names another file or folder; if it is empty, nothing is kept.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from .. import browser
from ..files import may_read
from .core import NOT_ATTEMPTED, NOT_YET, RIGHT, Exercise, Verdict

NAME = "cnncourse-progress.jsonl"
# JupyterLite takes a file ending in .jsonl for one piece of JSON; whoever writes several lines to
# it never comes back.
NAME_IN_BROWSER = "cnncourse-progress.txt"
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
    name = NAME_IN_BROWSER if browser.HERE else NAME
    path = Path(chosen or name).expanduser()
    return path / name if path.is_dir() else path


class Entry(NamedTuple):
    """The result of one check, as it stands in the file.

    marked: True if the mark of `check` fits, False if it does not, None where there is none
    line: all of it, to tell a copy from another result
    """

    lesson: str
    exercise: str
    state: str
    mistake: str
    time: str
    marked: bool | None
    line: str


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
    line["mark"] = mark(tuple(line.values()), secrets.token_hex(4))
    try:
        path = file()
        if path is not None and (path.is_file() or not path.exists()):  # a pipe would wait
            # The line break comes first: a line that was cut off spoils no other.
            with open(path, "a", encoding="utf-8", newline="\n") as kept:
                kept.write("\n" + json.dumps(line))
    except (OSError, RuntimeError):  # a folder that is read-only, or a home that is unknown
        pass


def mark(texts: tuple[str, ...], chance: str) -> str:
    """What tells a line that check wrote from one that was changed by hand, or is a copy.

    texts: lesson, exercise, state, mistake, time   chance: 8 letters, which begin the mark
    It is no secret: whoever reads this can make one.
    """
    return chance + hashlib.sha256("\n".join([*texts, chance]).encode()).hexdigest()[:12]


def entries(text: str) -> tuple[list[Entry], int]:
    """The results in the text of a file, and how many lines of it could not be read."""
    found, damaged = [], 0
    for line in filter(None, map(str.strip, text.split("\n"))):
        try:
            kept = json.loads(line)
            lesson = kept.get("lesson", "")
            texts = lesson, *(kept[key] for key in ("exercise", "state", "mistake", "time"))
            marked = kept.get("mark", "")
            for word in (*texts, marked):  # which others see in their terminal
                if not word.isprintable() or len(word) > LONGEST:
                    raise ValueError
            if texts[2] not in (RIGHT, NOT_YET):
                raise ValueError
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            damaged += 1
        else:
            fits = mark(texts, marked[:8]) == marked if marked else None
            found.append(Entry(*texts, fits, line))
    return found, damaged


def read(path: Path) -> tuple[dict[str, Standing], int]:
    """The standing of each exercise that was tried, and how many lines could not be read.

    A ValueError says why where the file cannot be read.
    """
    what = "progress: path should be a file of results"
    if not may_read(Path(path)):
        raise ValueError(f"{what} that you may read, but you may not read {str(path)!r}.")
    if not os.path.isfile(path) or os.path.getsize(path) > MOST_BYTES:
        raise ValueError(f"{what} of at most {MOST_BYTES:,} bytes, but {str(path)!r} is none.")
    found, damaged = entries(Path(path).read_text(encoding="utf-8", errors="replace"))
    return standings(found), damaged


def standings(found: Iterable[Entry]) -> dict[str, Standing]:
    """The standing of each exercise, from the results in their order."""
    standings: dict[str, Standing] = {}
    for entry in found:
        standing = standings.setdefault(entry.exercise, Standing())
        if standing.state == RIGHT:
            continue
        standing.tries += 1
        standing.state = entry.state
        standing.mistake = entry.mistake or standing.mistake
        if entry.state == RIGHT:
            standing.first_right = entry.time
    return standings


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


def columns(rows: list[tuple[str, ...]]) -> list[str]:
    """Lines of text with the cells of each column below each other."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    return ["  ".join(cell.ljust(w) for cell, w in zip(row, widths)).rstrip() for row in rows]
