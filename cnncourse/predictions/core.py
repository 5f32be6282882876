"""What a prediction is: a question, an answer that is computed, and what is said to a guess."""

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

MINUS = "\N{MINUS SIGN}"
DASHES = re.compile("[\N{MINUS SIGN}\N{EN DASH}\N{EM DASH}\N{HYPHEN}]")
NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"
THOUSANDS = r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?"
BETWEEN = re.compile(r"\s*(?:[x×*·,;]|\b(?:by|and)\b)\s*|\s+", re.IGNORECASE)
UNIT = re.compile(r"(?<=[\d.])\s*(?:%|(?!(?:x|by|and)\b)[a-z]+)\.?$", re.IGNORECASE)
NOTHING = "none", "nothing", "zero"


class Reply(NamedTuple):
    """What is said to a guess: whether it is right, and the sentences."""

    right: bool
    text: str


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """A question that waits for a guess before it gives its answer.

    answer: computes it: a number, a shape (a tuple of ints), or one of `choices`.
    wrong: a sentence for each answer that people are likely to give; keys are like the answer.
    because: the reason, shown after the first guess, right or wrong.
    lesson: known from the module that the prediction is found in.
    """

    name: str
    question: str
    answer: Callable[[], int | float | tuple[int, ...] | str]
    because: str
    wrong: dict = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    lesson: str = ""

    @functools.cached_property
    def right(self):
        """The answer, computed once, without NumPy's types."""
        answer = self.answer()
        if isinstance(answer, tuple):
            return tuple(int(size) for size in answer)
        return answer if isinstance(answer, str) else _tidy(float(answer))

    @property
    def how(self) -> str:
        """How an answer is written."""
        if isinstance(self.right, tuple):
            return 'Write whole numbers with "x" or "by" between them, such as 3 x 4.'
        return "Write a number, such as 12."

    def read(self, text: str):
        """What a person typed or chose, as the answer would be; None where it is no such thing."""
        if isinstance(self.right, str):
            return text if text in self.choices else None
        text = DASHES.sub("-", text.strip().strip("()[]").strip().strip(",;"))
        text = UNIT.sub("", re.sub(r"\bminus\s+", "-", text, flags=re.IGNORECASE))
        text = re.sub(r"([+-])\s+", r"\1", text)
        if isinstance(self.right, tuple):
            parts = BETWEEN.split(text)
            one_of_several = len(parts) == 1 < len(self.right)
            if one_of_several or not all(re.fullmatch(NUMBER, part) for part in parts):
                return None
            return tuple(_tidy(float(part)) for part in parts)
        if text.lower() in NOTHING:
            return 0
        if re.fullmatch(THOUSANDS, text):
            text = text.replace(",", "")
        text = re.sub(r"^([+-]?\d*),(\d+)$", r"\1.\2", text)  # a decimal comma
        text = re.sub(r"(?<=\d)[ _](?=\d{3}\b)", "", text)
        return _tidy(float(text)) if re.fullmatch(NUMBER, text) else None

    def reply(self, given) -> Reply:
        """What is said to a guess that `read` understood: in any case the answer and the reason."""
        if given == self.right:
            return Reply(True, f"Right: {shown(given)}. {self.because}")
        hint = self.wrong.get(given, "")
        no = f"{shown(given)}: no. {hint}".rstrip()
        return Reply(False, f"{no} {self.told}")

    @property
    def told(self) -> str:
        """The answer and the reason."""
        return f"The answer: {shown(self.right)}. {self.because}"


def shown(answer) -> str:
    """An answer as people write it: 1,568, or 3 × 4, or its words."""
    if isinstance(answer, tuple):
        return " × ".join(f"{size:,}" for size in answer)
    return answer if isinstance(answer, str) else f"{answer:,}".replace("-", MINUS)


def _tidy(value: float):
    """An int where the number is whole."""
    return int(value) if value.is_integer() else value
