"""The classifier lab: from scores to probabilities to a loss, and what one weight does."""

from html import escape
from typing import NamedTuple

import ipywidgets as widgets
import numpy as np

from .. import ops
from ..invariance import maps_after
from ..layers import Dense, Flatten, Sequential
from ..pixels import PixelGrid
from ..shapes import Array
from .digits import LABELS, checked_network, course_network, digits, first_of_each
from .lab import Lab, Task, slider
from .sliders import NumberSlider
from .words import Sentence, number, percent

FIRST = 5  # the picture to begin with: the network is not entirely sure of it
STRONGEST = 20  # features to choose from
REACH = 2.0  # of the weight slider
TEMPERATURES = (
    *(0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
    *(1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10),
)
WIDTH = "440px"
BAR_PIXELS = 100
COSTLY = 20  # the loss whose bar is full
BAR, TRUE = "#3f7fbf", "#cf6a1d"  # seen on white and on black


TASKS = (
    Task(
        "Make the network so unsure that no label has 50%.",
        lambda state, view: view.probabilities.max() < 0.5,
        "The higher the temperature, the nearer all come to 10%.",
    ),
    Task(
        "Make the network wrong by one weight.",
        lambda state, view: view.scores.argmax() != state.digit,
        "A weight counts as much as its feature is large.",
    ),
    Task(
        "Make the loss larger than 10.",
        lambda state, view: view.losses[state.digit] > 10,
        "Sure and wrong is what costs most.",
    ),
)


class State(NamedTuple):
    """Everything the controls say."""

    digit: int = 0  # the true label of the picture
    temperature: float = 1.0
    label: int = 0  # whose weight is on the slider
    feature: int = 0  # its place in the flattened maps
    weight: float | None = None  # None: as it was learned


class View(NamedTuple):
    """Everything the lab shows."""

    scores: Array  # (10,)
    probabilities: Array  # (10,)
    losses: Array  # (10,), if each label were the true one
    value: float  # of the feature
    sentence: str


def look(features: Array, w: Array, b: Array, state: State) -> View:
    """What the dense layer makes of the flattened maps.   features: (d,)   w: (d, 10)   b: (10,)"""
    learned = float(w[state.feature, state.label])
    weight = learned if state.weight is None else state.weight
    value = float(features[state.feature])
    scores = features @ w + b
    scores[state.label] += (weight - learned) * value
    row = scores[None].astype(float) / state.temperature
    probabilities = ops.softmax(row)[0][0]
    # From the scores: a probability may be too small for a float, and its logarithm infinite.
    losses = np.array([ops.softmax_cross_entropy(row, np.array([k]))[0] for k in range(LABELS)])
    best, true = int(scores.argmax()), state.digit
    told = (
        f"The network says {best} with {percent(probabilities[best])}, and gives "
        f"{percent(probabilities[true])} to the true label, {true}: "
        f"the loss is {cost(losses[true])}"
    )
    if state.temperature != 1:
        told += f" (with scores divided by {number(state.temperature)}, the temperature)"
    told += (
        f". The chosen feature is {number(value)}; times its weight {number(weight)} that adds "
        f"{number(value * weight)} to the score of {state.label}, which is "
        f"{number(float(scores[state.label]))}."
    )
    return View(scores, probabilities, losses, value, told)


def cost(loss: float) -> str:
    """A loss; never 0 for what is only near it."""
    if loss >= 0.1:
        return number(float(loss))
    return f"{loss:.1g}" if loss >= 0.0001 else "less than 0.0001"


def short(text: str) -> str:
    return text.replace("less than ", "< ").replace("more than ", "> ")


def table(view: View, digit: int, reach: float) -> str:
    """A row for each label: score, probability and loss, each with a bar, as HTML.

    The bars of the scores go from -reach to reach, those of the losses from 0 to COSTLY.
    """
    rows = []
    for label in range(LABELS):
        score, loss = view.scores[label], view.losses[label]
        probability = view.probabilities[label]
        colour = TRUE if label == digit else BAR
        length = max(-1.0, min(1.0, float(score) / reach)) / 2
        cells = [
            (number(float(score), 1), 0.5 + min(0.0, length), abs(length)),
            (short(percent(probability)), 0, float(probability)),
            (short(cost(loss)), 0, min(1.0, float(loss) / COSTLY)),
        ]
        name = f"<b>{label}</b>" + (" ← true" if label == digit else "")
        bars = "".join(_bar(*cell, colour) for cell in cells)
        rows.append(
            f"<tr><th scope='row' style='white-space: nowrap; text-align: left; font-weight: "
            f"normal'>{name}</th>{bars}</tr>"
        )
    head = "".join(
        f"<th scope='col' style='text-align: left; font-weight: 600'>{escape(text)}</th>"
        for text in ("label", "score", "probability", "loss if it were true")
    )
    style = "border-spacing: 8px 1px; line-height: 1.3"
    return f"<table style='{style}'><tr>{head}</tr>{''.join(rows)}</table>"


def _bar(text: str, left: float, width: float, colour: str) -> str:
    """A table cell with a number and, beside it, a bar; left and width are shares of its length."""
    left, width = BAR_PIXELS * left, max(1.0, BAR_PIXELS * width)
    return (
        "<td><div style='display: flex; align-items: center'>"
        "<span style='width: 4.7em; padding-right: 7px; text-align: right; white-space: nowrap; "
        f"font-variant-numeric: tabular-nums'>{escape(text)}</span>"
        f"<span style='width: {BAR_PIXELS}px; background: rgba(128, 128, 128, 0.2)'>"
        f"<span style='display: block; height: 11px; margin-left: {left:.1f}px; "
        f"width: {width:.1f}px; background: {colour}'></span></span></div></td>"
    )


class ClassifierLab(Lab):
    """Controls, picture and table; `state` is what the controls say, `view` what is shown."""

    tasks = TASKS

    def __init__(self, net: Sequential):
        self.images, dense = digits()[0][first_of_each()], net.layers[-1]
        self.features = maps_after(net, self.images, len(net.layers) - 1)
        self.w, self.b = dense.params["w"], dense.params["b"]
        self._maps = None  # the shape of the maps that were flattened
        if len(net.layers) > 1 and isinstance(net.layers[-2], Flatten):
            self._maps = maps_after(net, self.images[:1], len(net.layers) - 2).shape[1:]
        self._make_controls()
        self.picture = PixelGrid(size=190, limits=(0, 1))
        self._reach = 1.25 * float(np.abs(self.features @ self.w + self.b).max())
        self.table, self._told = widgets.HTML(), Sentence()
        self._choose_features()
        one = [self.label, self.feature, self.weight, self.learned]
        controls = widgets.VBox([self.digit, self.temperature, *one])
        wrap = {"flex_flow": "row wrap", "grid_gap": "6px 20px", "align_items": "flex-start"}
        above = widgets.HBox([self.picture, controls], layout=wrap)
        super().__init__([above, self.table, self._told])
        self.digit.observe(self._choose_features, "value")
        self.label.observe(self._choose_features, "value")
        self.feature.observe(self._choose_weight, "value")
        self.temperature.observe(self.show, "value")
        self.weight.observe(self.show, "value")
        self.learned.on_click(self._choose_weight)

    def _make_controls(self):
        style = {"description_width": "6.5em"}
        common = dict(style=style, layout={"width": WIDTH})
        self.digit = widgets.Dropdown(
            options=range(LABELS), value=FIRST, description="picture of a", **common
        )
        self.temperature = NumberSlider(
            TEMPERATURES,
            value=1,
            description="temperature",
            tooltip="temperature, by which all scores are divided before softmax",
            **common,
        )
        self.label = widgets.Dropdown(
            options=range(LABELS),
            value=FIRST,
            description="label",
            tooltip="label of the weight",
            **common,
        )
        self.feature = widgets.Dropdown(
            description="feature",
            tooltip="feature, those first that add or take away most for this label",
            **common,
        )
        self.weight = slider(
            *("its weight", 0, -REACH, REACH, 0.01),
            name="weight from this feature to this label",
            width=WIDTH,
            style=style,
        )
        self.learned = widgets.Button(
            description="weight as learned",
            icon="undo",
            layout={"width": "170px", "margin": "2px 2px 2px 7em"},
        )

    def _choose_features(self, _=None):
        """Offer the features that add or take away most, for this picture and this label."""
        features = self.features[self.digit.value]
        adds = features * self.w[:, self.label.value]
        strongest = np.argsort(-np.abs(adds), kind="stable")[:STRONGEST]
        with self.quiet():
            self.feature.options = [
                (f"{self._name(at)}, adds {number(float(adds[at]))}", int(at)) for at in strongest
            ]
            self.feature.value = int(strongest[0])
        self._choose_weight()

    def _name(self, at: int) -> str:
        """Where a feature stood before it was flattened."""
        if self._maps is None:
            return f"number {at}"
        row, column, place = np.unravel_index(at, self._maps)
        return f"{at}: map {place}, row {row}, column {column}"

    def _choose_weight(self, _=None):
        """Put the slider on the weight that was learned, or as near to it as it goes."""
        if self.is_quiet:
            return
        with self.quiet():
            self.weight.value = float(self.w[self.feature.value, self.label.value])
            self._untouched = self.weight.value
        self.show()

    @property
    def state(self) -> State:
        return State(
            self.digit.value,
            self.temperature.value,
            self.label.value,
            self.feature.value,
            None if self.weight.value == self._untouched else self.weight.value,
        )

    def show(self, _=None):
        """Compute what the controls say, and show it."""
        if self.is_quiet:
            return
        state = self.state
        self.view = look(self.features[state.digit], self.w, self.b, state)
        image = self.images[state.digit, :, :, 0]
        if not np.array_equal(self.picture.array, image):
            self.picture.show(image)
        self.picture.label = f"a handwritten {state.digit}"
        self.table.value = table(self.view, state.digit, self._reach)
        self._told.text = self.view.sentence
        self.tried()

    def __repr__(self):
        s = self.state
        return f"ClassifierLab(digit={s.digit}, temperature={s.temperature:g}, label={s.label})"


def classifier_lab(net: Sequential | None = None) -> ClassifierLab:
    """The lab: the scores of a digit, its probabilities, the loss; temperature and one weight.

    net: a network for digits that ends in Dense(..., 10); the course's trained one if left out.
    """
    net = course_network() if net is None else checked_network(net, "classifier_lab")
    if not isinstance(net.layers[-1], Dense):
        raise ValueError(
            "classifier_lab: net should end in a Dense layer, but its last layer is "
            f"{net.layers[-1]!r}."
        )
    return ClassifierLab(net)
