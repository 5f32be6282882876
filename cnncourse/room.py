"""The progress of a room: who is where, what stops most people, which mistake is made most.

room = read_room("FOLDER")
print(tables(room))
"""

from collections import Counter
from typing import NamedTuple

from .exercises import EXERCISES
from .exercises.core import NOT_YET, RIGHT
from .exercises.progress import Entry, Standing, columns
from .handed_in import Learner, Room, moment, names_of


class OfExercise(NamedTuple):
    """How a room stands with one exercise, in numbers of learners.

    here: whose last try was this one   tries: in the mean, of those who tried
    mistake, met: the known mistake that most learners met, and how many; "" and 0 if there is none
    """

    name: str
    lesson: str
    tried: int
    right: int
    here: int
    tries: float
    mistake: str
    met: int

    @property
    def stopped(self) -> int:
        return self.tried - self.right


class OfMistake(NamedTuple):
    """A known mistake, how many learners met it and how often in all; `says` is what check says."""

    name: str
    exercise: str
    learners: int
    times: int
    says: str


def by_exercise(room: Room) -> list[OfExercise]:
    """How the room stands with each exercise, in the order of the lessons."""
    here = Counter(learner.last.exercise for learner in room.learners)
    most = {found.exercise: found for found in reversed(mistakes(room))}
    rows = []
    for exercise in EXERCISES.values():
        own = [s for one in room.learners if (s := one.standings.get(exercise.name))]
        tries = sum(standing.tries for standing in own) / max(1, len(own))
        right = sum(standing.state == RIGHT for standing in own)
        met = most.get(exercise.name)
        rows.append(
            OfExercise(
                *(exercise.name, exercise.lesson, len(own), right, here[exercise.name], tries),
                *((met.name, met.learners) if met else ("", 0)),
            )
        )
    return rows


def stops_most(room: Room) -> list[OfExercise]:
    """The exercises that somebody has tried and not yet got right, most people first."""
    stopped = [row for row in by_exercise(room) if row.stopped]
    return sorted(stopped, key=lambda row: -row.stopped)


def mistakes(room: Room) -> list[OfMistake]:
    """The known mistakes that somebody met, most people first."""
    times = Counter((e.exercise, e.mistake) for one in room.learners for e in one.results)
    people = Counter(
        pair for one in room.learners for pair in {(e.exercise, e.mistake) for e in one.results}
    )
    found = [
        OfMistake(mistake, exercise, people[exercise, mistake], count, says)
        for (exercise, mistake), count in times.items()
        if (says := names_of(exercise).get(mistake))
    ]
    return sorted(found, key=lambda m: (-m.learners, -m.times, m.name))


def sentences(room: Room) -> list[str]:
    """What an instructor looks for first, in words."""
    told = []
    rows = [row for row in by_exercise(room) if row.here]
    if rows:
        most = max(rows, key=lambda row: row.here)
        told.append(f"Where most are: {most.name} ({most.lesson}), {most.here} of {people(room)}.")
    if stopped := stops_most(room):
        first = stopped[0]
        told.append(
            f"What stops most: {first.name}; of the {first.tried} who tried it, {first.stopped} do "
            "not have it right yet."
        )
    if met := mistakes(room):
        first = met[0]
        told.append(
            f"The mistake that most made: “{first.name}” in {first.exercise}, {first.learners} "
            f"of {people(room)}."
        )
    return told


def tables(room: Room) -> str:
    """What an instructor wants to know: a table of learners, one of exercises, and sentences.

    The first: how many exercises each learner has right in each lesson, where the last try was and
    how long ago. The second: how many tried each exercise, have it right, and are stopped by it,
    and which known mistake most of them met.
    """
    lessons: dict[str, list[str]] = {}
    for exercise in EXERCISES.values():
        lessons.setdefault(exercise.lesson, []).append(exercise.name)
    learners = [("learner", *(name[:2] for name in lessons), "right", "last try", "", "when")]
    for one in room.learners:
        right = [
            f"{sum(one.standings.get(n, Standing()).state == RIGHT for n in names)}/{len(names)}"
            for names in lessons.values()
        ]
        last = one.last.exercise, one.last.state, ago(room, one.last)
        learners.append((one.name, *right, str(one.right), *last))
    head = "lesson", "exercise", "tried", "right", "stopped", "tries", "known mistake met most"
    exercises = [head]
    for row in by_exercise(room):
        counts = [str(row.tried), str(row.right), str(row.stopped), f"{row.tries:.1f}"]
        most = f"{row.mistake} ({row.met})" if row.met else ""
        exercises.append((row.lesson, row.name, *(counts if row.tried else [""] * 4), most))
    return "\n".join([*columns(learners), "", *columns(exercises), "", *sentences(room)])


def stuck(one: Learner) -> bool:
    """Whether the last try of a learner was not right yet."""
    return one.standings[one.last.exercise].state == NOT_YET


def ago(room: Room, entry: Entry) -> str:
    """How long before the room was read something happened."""
    minutes = max(0, int((room.time - moment(entry.time)).total_seconds() // 60))
    if minutes < 120:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 48 * 60 else f"{minutes // 1440} days ago"


def people(room: Room) -> str:
    return "1 learner" if len(room.learners) == 1 else f"{len(room.learners)} learners"
