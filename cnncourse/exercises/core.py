"""What an exercise is; and the judging of a value that a learner found."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from .running import quietly
from .words import all_of

RIGHT, NOT_YET, NOT_ATTEMPTED = "right", "not yet", "not attempted yet"


class Mistake(NamedTuple):
    """A mistake that people make: its name, and a sentence that says what it is and where to look.

    does: for a function, the mistake as a small function, or a list of ways to write it;
    for a value, a function that says whether a value shows the mistake.
    example: for a value, one that shows it.
    """

    name: str
    says: str
    does: Callable | list[Callable]
    example: Any = None

    def ways(self) -> list[Callable]:
        return self.does if isinstance(self.does, list) else [self.does]


class Verdict(NamedTuple):
    """right, not yet or not attempted yet; what is said, in paragraphs; a known mistake's name."""

    state: str
    text: str
    mistake: str = ""


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """What all exercises share.

    asks: what is asked, in one sentence without its subject: "should return ..."
    solution: a function whose source is shown as the solution, and which the tests run.
    hints: from the most general to the most specific; code in them stands between backticks.
    lesson: known from the folder that the exercise is found in.
    """

    name: str
    asks: str
    solution: Callable
    mistakes: list[Mistake]
    hints: tuple[str, str, str]
    lesson: str = ""
    is_value: ClassVar[bool] = False

    def judge(self, answer) -> Verdict:
        raise TypeError(f"{type(self).__name__} should say in `judge` how it judges.")

    def _not_attempted(self, why: str = "") -> Verdict:
        return Verdict(NOT_ATTEMPTED, f"{why}{self._called()} {self.asks}")

    def _called(self) -> str:
        return self.name if self.is_value else f"{self.name}({', '.join(self._parameters())})"

    def _parameters(self) -> list[str]:
        return list(inspect.signature(self.solution).parameters)

    def _not_yet(self, *parts: str, mistake: Mistake | None = None) -> Verdict:
        """What is wrong, in paragraphs; at last the known mistake, or where the hints are."""
        if mistake:
            last = f'It looks like a known mistake, "{mistake.name}": {mistake.says}'
        else:
            last = f'There are hints: hints("{self.name}").'
        text = "\n\n".join([*filter(None, parts), last])
        return Verdict(NOT_YET, text, mistake.name if mistake else "")


@dataclass(frozen=True, kw_only=True)
class ValueExercise(Exercise):
    """A value to find.

    requirements: by name, from the plainest on, functions of the value that return a sentence where
    it falls short, otherwise ''.
    """

    requirements: dict[str, Callable[[Any], str]]
    is_value: ClassVar[bool] = True

    def judge(self, answer) -> Verdict:
        return judge_value(self, answer)


def judge_value(exercise, answer) -> Verdict:
    """Judge a value by an exercise's requirements: the first that it falls short of is told."""
    empty, all_of_it = blanks(answer)
    if empty and empty == all_of_it:
        return exercise._not_attempted()
    if empty:
        are = "is" if empty == 1 else "are"
        return exercise._not_yet(f"{empty} of {all_of_it} {are} still to be filled in.")
    with quietly():
        for requirement in exercise.requirements.values():
            if problem := requirement(answer):
                known = (m for m in exercise.mistakes if _shows(answer, m))
                return exercise._not_yet(problem, mistake=next(known, None))
    names = "; ".join(exercise.requirements)
    text = f"{exercise.name} meets {all_of(len(exercise.requirements), 'requirement')}: {names}."
    return Verdict(RIGHT, text)


def _shows(answer, mistake: Mistake) -> bool:
    try:
        return bool(mistake.does(answer))
    except Exception:  # a value of another kind than the mistake is about
        return False


def blanks(thing) -> tuple[int, int]:
    """How many of the values in a thing are None or three dots, and how many values there are."""
    if isinstance(thing, np.ndarray):
        thing = thing.tolist() if thing.dtype.kind == "O" else 0
    if isinstance(thing, dict):
        thing = list(thing.values())
    if isinstance(thing, (list, tuple)):
        counts = [blanks(item) for item in thing]
        return sum(empty for empty, _ in counts), sum(total for _, total in counts)
    return int(thing is None or thing is ...), 1
