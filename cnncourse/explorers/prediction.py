"""Predict, then reveal: a question that waits for an answer before it shows its own."""

import re

import ipywidgets as widgets

from .words import Sentence

HOW = {
    int: "Write one whole number, such as 12.",
    tuple: 'Write whole numbers with "x" or a comma between them, such as 3 x 4.',
}


def predict(question: str, answer, *, wrong=None, because: str = "", choices=None) -> "Prediction":
    """Ask `question`; say whether what is typed or chosen is `answer`, and `because` why.

    answer: a whole number, a tuple of whole numbers (a shape), or one of the strings `choices`.
    wrong: a sentence for each answer that people are likely to give; keys are like `answer`.
    """
    return Prediction(question, answer, wrong or {}, because, choices)


def judge(given, answer, wrong) -> tuple[bool, str]:
    """Is `given` the answer, and a sentence about it that does not give the answer away."""
    if given == answer:
        return True, f"Right: {shown(answer)}."
    if given in wrong:
        return False, f"{shown(given)}: not yet. {wrong[given]}"
    if isinstance(answer, str):
        return False, f"{shown(given)}: not yet."
    if isinstance(answer, int):
        return False, f"{shown(given)}: not yet. It is {compared(given, answer)}."
    if len(given) != len(answer):
        return False, f"{shown(given)}: not yet. The answer has {len(answer)} numbers."
    places = enumerate(zip(given, answer), 1)
    parts = [f"number {place} is {compared(g, a)}" for place, (g, a) in places]
    return False, f"{shown(given)}: not yet. Of yours, {', '.join(parts)}."


def compared(given: int, answer: int) -> str:
    if given == answer:
        return "right"
    return "too small" if given < answer else "too large"


def shown(answer) -> str:
    """An answer as people write it: 12, or 3 × 4, or its words."""
    if isinstance(answer, tuple):
        return " × ".join(str(size) for size in answer)
    return str(answer)


def read(text: str, kind):
    """A whole number, or a tuple of them, from what was typed; None where it is not one."""
    parts = re.split(r"\s*[x×*,;]\s*|\s+", text.strip().strip("()[]").strip().strip(",;").strip())
    if not all(re.fullmatch(r"[+-]?\d+", part) for part in parts):
        return None
    numbers = tuple(int(part) for part in parts)
    if kind is tuple:
        return numbers
    return numbers[0] if len(numbers) == 1 else None


class Prediction(widgets.VBox):
    """The question, a field or a choice, two buttons, and a sentence; see `predict`."""

    def __init__(self, question, answer, wrong, because, choices):
        _check(question, answer, wrong, because, choices)
        self.answer, self.wrong, self.because = _plain(answer), dict(wrong), because
        self.wrong = {_plain(key): text for key, text in self.wrong.items()}
        self.question = Sentence(question)
        self.reply = Sentence("")
        if choices is None:
            self.field = widgets.Text(
                placeholder="your answer",
                continuous_update=False,
                layout={"width": "180px"},
                tooltip=question,
            )
            self.field.observe(lambda _: self.say(), "value")
        else:
            self.field = widgets.RadioButtons(
                options=list(choices), value=None, layout={"width": "auto"}, tooltip=question
            )
        self.button = widgets.Button(description="Check", layout={"width": "90px"})
        self.reveal = widgets.Button(description="Show the answer", layout={"width": "140px"})
        self.button.on_click(lambda _: self.say())
        self.reveal.on_click(lambda _: self.show_answer())
        buttons = widgets.HBox([self.button, self.reveal])
        row = [self.field, buttons]
        asked = widgets.HBox(row) if choices is None else widgets.VBox(row)
        super().__init__(
            [self.question, asked, self.reply],
            layout={"border_left": "3px solid #1f4e79", "padding": "4px 0 4px 12px"},
        )

    @property
    def sentence(self) -> str:
        """What the widget says now."""
        return self.reply.text

    def give(self, answer) -> str:
        """Give an answer from code, as a test or a lesson does; what the widget says to it."""
        self.field.value = answer if isinstance(self.answer, str) else shown(_plain(answer))
        self.say()
        return self.sentence

    def say(self):
        """Answer to what stands in the field."""
        given = self.field.value
        if given is None or not given.strip():
            self.reply.text = "First make a guess; a wrong one is worth as much as a right one."
            return
        if not isinstance(self.answer, str):
            given = read(given, type(self.answer))
            if given is None:
                self.reply.text = HOW[type(self.answer)]
                return
        right, text = judge(given, self.answer, self.wrong)
        self.reply.text = f"{text} {self.because}".rstrip() if right else text

    def show_answer(self):
        self.reply.text = f"The answer: {shown(self.answer)}. {self.because}".rstrip()

    def __repr__(self):
        return f"A question to answer in JupyterLab: {self.question.text}"


def _plain(answer):
    """An answer without NumPy's types: int, tuple of ints, or str."""
    if isinstance(answer, str):
        return answer
    if isinstance(answer, (tuple, list)):
        return tuple(int(size) for size in answer)
    return int(answer)


def _check(question, answer, wrong, because, choices):
    for name, text in (("question", question), ("because", because)):
        if not isinstance(text, str):
            raise ValueError(
                f"predict: {name} should be text, but its type is {type(text).__name__}."
            )
    if isinstance(answer, str) and choices is None:
        raise ValueError(
            f"predict: choices should list what one can choose, but is None, and the answer is "
            f"{answer!r}."
        )
    if choices is not None and answer not in choices:
        raise ValueError(f"predict: answer should be one of {list(choices)}, but is {answer!r}.")
    try:
        plain = _plain(answer)
        keys = [_plain(key) for key in wrong]
    except (TypeError, ValueError):
        raise ValueError(
            "predict: answer and the keys of wrong should be whole numbers, tuples of them, or "
            f"choices, but answer is {answer!r} and wrong has {list(wrong)}."
        ) from None
    if plain in keys:
        raise ValueError(f"predict: wrong should not hold the right answer, but holds {answer!r}.")
