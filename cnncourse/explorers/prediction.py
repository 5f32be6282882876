"""Predict, then reveal: a question that waits for a guess before it shows its answer."""

import difflib

import ipywidgets as widgets

from ..predictions import PREDICTIONS, Prediction
from ..shapes import shown
from .lab import Lab
from .words import Sentence


class PredictionWidget(Lab):
    """The question, a field or a choice, two buttons, and a sentence; see `predict`."""

    def __init__(self, prediction: Prediction):
        self.prediction = prediction
        self.question, self.reply = Sentence(prediction.question), Sentence("")
        self.answered = False
        if prediction.choices:
            self.field = widgets.RadioButtons(
                options=list(prediction.choices),
                value=None,
                layout={"width": "auto"},
                tooltip=prediction.question,
            )
            # A busy kernel hears of "Check" before it hears of a choice made just before.
            self.field.observe(lambda _: self.answered and self.say(), "value")
        else:
            self.field = widgets.Text(
                placeholder="your guess",
                continuous_update=False,
                layout={"width": "180px"},
                tooltip=prediction.question,
            )
            self.field.observe(lambda _: self.say(), "value")
        self.button = widgets.Button(description="Check", layout={"width": "90px"})
        self.reveal = widgets.Button(description="Show the answer", layout={"width": "140px"})
        self.button.on_click(lambda _: self.say())
        self.reveal.on_click(lambda _: self.show_answer())
        row = [self.field, widgets.HBox([self.button, self.reveal])]
        asked = widgets.VBox(row) if prediction.choices else widgets.HBox(row)
        edge = "3px solid var(--jp-brand-color1, #1f4e79)"
        look = {"border_left": edge, "padding": "4px 0 4px 12px"}
        super().__init__([self.question, asked, self.reply], layout=look)

    @property
    def sentence(self) -> str:
        """What the widget says now."""
        return self.reply.text

    def give(self, answer) -> str:
        """Give an answer from code, as a test does; what the widget says to it."""
        self.field.value = str(answer)
        self.say()
        return self.sentence

    def say(self):
        """Answer to what stands in the field."""
        given = self.field.value
        if given is None or not given.strip():
            self.reply.text = "First make a guess; a wrong one is worth as much as a right one."
            return
        self.answered = True
        understood = self.prediction.read(given)
        if understood is None:
            self.reply.text = self.prediction.how
        else:
            self.reply.text = self.prediction.reply(understood).text

    def show_answer(self):
        self.reply.text = self.prediction.told

    def __repr__(self):
        return f"A question to answer in JupyterLab: {self.question.text}"


def predict(name: str) -> PredictionWidget:
    """Ask the question `name`; say whether a guess is right, and why the answer is the answer."""
    if not isinstance(name, str) or name not in PREDICTIONS:
        near = difflib.get_close_matches(str(name), PREDICTIONS, 1)
        guess = f'Did you mean "{near[0]}"? ' if near else ""
        raise ValueError(
            f"predict: name should be the name of a prediction, but is {shown(name)}. {guess}"
            f"There are: {', '.join(PREDICTIONS)}."
        )
    return PredictionWidget(PREDICTIONS[name])
