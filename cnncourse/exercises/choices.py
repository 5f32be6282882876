"""Exercises that ask to choose: one of the same few answers for each of several questions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from .core import Exercise, Verdict, judge_value
from .words import describe

COUNT = {2: "two", 3: "three", 4: "four", 5: "five"}


def plain(choice: str) -> str:
    """A choice without what makes no difference: capitals, spaces at the ends, a full stop."""
    return choice.strip().strip(".").lower()


def first(right: dict[str, str], questions, choice: str) -> Callable[[dict], bool]:
    """Whether the first question that is wrong, the one that is told, is one of these and so
    answered."""
    return lambda answer: (
        (missed := _wrong(answer, right)) and missed[0] in questions and answer[missed[0]] == choice
    )


@dataclass(frozen=True, kw_only=True)
class ChoiceExercise(Exercise):
    """A choice for each question, in a dict; the solution holds the right ones.

    choices: what there is to choose from; kind: what these are, in the plural.
    look: where to look, for a question and the wrong choice made there.
    plain: writes alike what is to count as one choice. Requirements and mistakes see the choice.
    """

    choices: tuple[str, ...]
    kind: str
    look: Callable[[str, str], str]
    plain: Callable[[str], str] = plain
    is_value: ClassVar[bool] = True

    def judge(self, answer) -> Verdict:
        if isinstance(answer, dict):
            answer = {question: self._read(choice) for question, choice in answer.items()}
        return judge_value(self, answer)

    def _read(self, choice):
        """The choice that is meant; what is none stays as it is."""
        if not isinstance(choice, str):
            return choice
        return {self.plain(each): each for each in self.choices}.get(self.plain(choice), choice)

    @property
    def requirements(self) -> dict[str, Callable[[dict], str]]:
        return {f"one of the {self.kind} for each": self._chosen, "the right one": self._right}

    def _chosen(self, answer) -> str:
        questions = list(self.solution())
        if not isinstance(answer, dict):
            shape = ", ".join(f'"{question}": ...' for question in questions)
            is_ = "a list" if isinstance(answer, list) else describe(answer)
            return f"It should be a dict, {{{shape}}}, but is {is_}."
        if set(answer) != set(questions):
            names = f"{', '.join(questions[:-1])} and {questions[-1]}"
            return f"It should have the {COUNT[len(questions)]} keys {names}, and no others."
        unknown = [
            question
            for question in questions
            if not isinstance(answer[question], str) or answer[question] not in self.choices
        ]
        if unknown:
            choice = ", ".join(f'"{name}"' for name in self.choices)
            names = ", ".join(unknown)
            return f"What {names} names is none of the {self.kind} to choose from: {choice}."
        return ""

    def _right(self, answer: dict[str, str]) -> str:
        right = self.solution()
        if not (missed := _wrong(answer, right)):
            return ""
        count = len(right) - len(missed)
        are = "is" if count == 1 else "are"
        look = self.look(missed[0], answer[missed[0]])
        return f"{count or 'None'} of {len(right)} {are} right. {look}"


def _wrong(answer: dict, right: dict[str, str]) -> list[str]:
    return [question for question in right if answer[question] != right[question]]
