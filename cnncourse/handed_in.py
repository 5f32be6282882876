"""The files with the results of a room: read, and held against what `check` would have written.

    room = read_room("FOLDER")      the files that learners handed in, or that a server keeps

A file that is broken, doubled or forged is named in `room.problems` and costs nothing but itself.
"""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from . import files
from .exercises import EXERCISES
from .exercises.core import RIGHT
from .exercises.functions import CHANGES_INPUT, WHOLE_NUMBERS
from .exercises.progress import MOST_BYTES, NAME, Entry, Standing, entries, standings

EARLIEST = datetime(2026, 11, 1, tzinfo=UTC)  # before this nobody had the course
CLOCKS = timedelta(hours=26)  # by which the clocks and time zones of two computers may differ
AT_ONCE, SO_MANY = timedelta(seconds=30), 5  # so many exercises right at the first try, within that
ALIKE = 3  # results without a mark that two files share by chance: fewer than this
INSIDE = {"my-lessons", "notebooks"}  # folders of one learner, not the learner's name
COPY = re.compile(r"( ?\(\d+\)| - copy)+$", re.IGNORECASE)


class Learner(NamedTuple):
    """What one learner did: the results in their order, and where each exercise stands."""

    name: str
    results: list[Entry]
    standings: dict[str, Standing]

    @property
    def last(self) -> Entry:
        return self.results[-1]

    @property
    def right(self) -> int:
        return sum(standing.state == RIGHT for standing in self.standings.values())


class Problem(NamedTuple):
    """A file, and what is wrong with it."""

    path: Path
    says: str


class Room(NamedTuple):
    """All learners, by name; the files that need a look; and when this was read."""

    learners: list[Learner]
    problems: list[Problem]
    time: datetime


def read_room(folder: Path, now: datetime | None = None) -> Room:
    """Read every file of results in a folder and in the folders in it; an empty room if none."""
    now = now or datetime.now(UTC)
    problems: list[Problem] = []
    found: dict[str, dict[Path, list[Entry]]] = {}
    for path in sorted(Path(folder).rglob("*.jsonl")):
        if ".ipynb_checkpoints" in path.parts or path.is_dir():
            continue
        results, wrong = read_file(path, now)
        problems += [Problem(path, says) for says in wrong]
        if results:
            found.setdefault(learner_of(path, Path(folder)).casefold(), {})[path] = results
    learners, where = [], {}
    for mine in found.values():
        first, *others = mine
        for path in others:
            problems.append(Problem(path, f"is of the same learner as {first.name}: put together"))
        once = {entry.line: entry for results in mine.values() for entry in results}
        ordered = sorted(once.values(), key=lambda entry: moment(entry.time))
        name = learner_of(first, Path(folder))
        learners.append(Learner(name, ordered, standings(ordered)))
        where[name] = first
    learners = without_copies(learners, where, problems)
    return Room(sorted(learners, key=lambda one: one.name.casefold()), problems, now)


def learner_of(path: Path, folder: Path) -> str:
    """The learner of "anna.jsonl" is anna; of "anna/my-lessons/cnncourse-progress.jsonl", too.

    What a browser or a system adds to the name of a second copy is left out: "anna (1).jsonl".
    """
    inside = path.relative_to(folder)
    own = inside.parent if path.name == NAME else inside.with_suffix("")
    parts = [part for part in own.parts if part not in INSIDE]
    name = COPY.sub("", "/".join(parts))
    return files.printable(name or COPY.sub("", path.stem))


def read_file(path: Path, now: datetime) -> tuple[list[Entry], list[str]]:
    """The results of a file that can be believed, and a sentence for each thing that is wrong."""
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for
            return [], ["is no file"]
        if path.stat().st_size > MOST_BYTES:
            return [], ["is too large to be a file of results"]
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as problem:
        return [], [f"cannot be read: {files.reason(problem)}"]
    found, damaged = entries(text)
    wrong = [f"{lines(damaged)} could not be read"] if damaged else []
    if not found:
        return [], wrong or ["holds no results"]

    def leave_out(is_so, says: str) -> None:
        nonlocal found
        if out := [entry for entry in found if is_so(entry)]:
            wrong.append(f"{results(len(out))} {says}: left out")
            found = [entry for entry in found if not is_so(entry)]

    leave_out(lambda e: e.marked is False, "changed by hand (the mark of check does not fit)")
    unknown = sorted({entry.exercise for entry in found} - set(EXERCISES))
    leave_out(
        lambda e: e.exercise not in EXERCISES,
        f"of exercises that this course does not have ({', '.join(unknown)[:80]})",
    )
    leave_out(lambda e: moment(e.time) is None, "without a time")
    leave_out(lambda e: moment(e.time) < EARLIEST, "from before the course")
    leave_out(lambda e: moment(e.time) > now + CLOCKS, "from the future")
    wrong += doubts(found)
    return found, wrong


def doubts(found: list[Entry]) -> list[str]:
    """What is odd about results that are counted nevertheless."""
    told = []
    if bare := sum(entry.marked is None for entry in found):
        told.append(
            f"{results(bare)} without the mark of check: by an older version of the course, or "
            "written by hand"
        )
    odd = [e.mistake for e in found if e.mistake and e.mistake not in names_of(e.exercise)]
    if odd:
        told.append(
            f"{results(len(odd))} with a mistake that its exercise does not name ({odd[0][:60]}): "
            "by another version of the course, or written by hand"
        )
    times = [moment(entry.time) for entry in found]
    if any(later < earlier - CLOCKS for earlier, later in pairwise(times)):
        told.append("goes back in time: put together from several files, or written by hand")
    firsts = first_tries_right(found)
    if any(b - a <= AT_ONCE for a, b in zip(firsts, firsts[SO_MANY - 1 :])):
        told.append(
            f"has {SO_MANY} exercises right at the first try within {AT_ONCE.seconds} s: a solved "
            "notebook, run as a whole?"
        )
    return told


def first_tries_right(found: list[Entry]) -> list[datetime]:
    """When exercises were right at the first try, in order."""
    seen, times = set(), []
    for entry in found:
        if entry.exercise not in seen and entry.state == RIGHT:
            times.append(moment(entry.time))
        seen.add(entry.exercise)
    return sorted(times)


def without_copies(learners: list[Learner], where: dict, problems: list[Problem]) -> list[Learner]:
    """Those whose results are not all somebody else's as well; every copy is named."""
    kept: list[Learner] = []
    for one in sorted(learners, key=lambda one: -len(one.results)):  # the longer file is kept
        mine = {entry.line: entry.marked for entry in one.results}
        for other in kept:
            shared = [mine[e.line] for e in other.results if e.line in mine]
            if not any(shared) and len(shared) < ALIKE:
                continue
            if len(shared) == len(mine):
                says = f"holds nothing that {where[other.name].name} does not hold: left out"
                problems.append(Problem(where[one.name], says))
                break
            says = f"shares {results(len(shared))} with {where[other.name].name}, to the second"
            problems.append(Problem(where[one.name], says))
        else:
            kept.append(one)
    return kept


def names_of(exercise: str) -> dict[str, str]:
    """The known mistakes of an exercise, and what check says about each."""
    known = [CHANGES_INPUT, WHOLE_NUMBERS, *EXERCISES[exercise].mistakes]
    return {mistake.name: mistake.says for mistake in known}


def moment(text: str) -> datetime | None:
    """A time as it is written in the files; None if it is none."""
    try:
        found = datetime.fromisoformat(text)
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"


def results(count: int) -> str:
    return "1 result" if count == 1 else f"{count} results"
