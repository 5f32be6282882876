"""The classifier lab: from scores to probabilities to a loss, and what one weight does."""

import functools
from html import escape
from typing import NamedTuple

import ipywidgets as widgets
import numpy as np

from .. import data, ops, storage
from ..invariance import maps_after
from ..layers import Dense, Sequential
from ..pixels import PixelGrid
from ..shapes import Array
from .words import Sentence, number

LABELS = 10
STRONGEST = 20  # features to choose from
REACH, STEP = 2.0, 0.01  # of the weight slider
ROW = {"flex_flow": "row wrap", "grid_gap": "6px 24px", "align_items": "flex-start"}
BAR, TRUE = "#1f4e79", "#c8641e"


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
    shares: Array  # (10,), the probabilities
    losses: Array  # (10,), in nats, if each label were the true one
    value: float  # of the feature
    sentence: str


def look(features: Array, w: Array, b: Array, state: State) -> View:
    """What the dense layer makes of the flattened maps.   features: (d,)   w: (d, 10)   b: (10,)"""
    learned = float(w[state.feature, state.label])
    weight = learned if state.weight is None else state.weight
    value = float(features[state.feature])
    scores = features @ w + b
    scores[state.label] += (weight - learned) * value
    shares = ops.softmax(scores[None] / state.temperature)[0][0]
    losses = -np.log(np.maximum(shares, np.finfo(np.float32).tiny))
    best, true = int(shares.argmax()), state.digit
    told = (
        f"The network says {best} with {percent(shares[best])}, and gives {percent(shares[true])} "
        f"to the true label, {true}: the loss is {number(float(losses[true]))}"
        + (" (with scores divided by " if state.temperature != 1 else ".")
        + (f"{number(state.temperature)}, the temperature)." if state.temperature != 1 else "")
    )
    told += (
        f" The chosen feature is {number(value)}; times its weight {number(weight)} that adds "
        f"{number(value * weight)} to the score of {state.label}, which is "
        f"{number(float(scores[state.label]))}."
    )
    return View(scores, shares, losses, value, told)


def percent(share: float) -> str:
    """A probability in percent; never 0 or 100 for what is only near it."""
    if share < 0.001:
        return "less than 0.1%"
    return "more than 99.9%" if share > 0.999 else f"{share:.1%}"


def table(view: View, digit: int) -> str:
    """A row for each label: score, probability and loss, each with a bar, as HTML."""
    low, high = min(0.0, float(view.scores.min())), max(0.0, float(view.scores.max()))
    span = (high - low) or 1.0
    rows = []
    for label in range(LABELS):
        score, share, loss = view.scores[label], view.shares[label], view.losses[label]
        colour = TRUE if label == digit else BAR
        start, end = sorted((0.0, float(score)))
        cells = [
            (number(float(score), 1), (start - low) / span, (end - start) / span),
            (percent(share), 0, float(share)),
            (number(float(loss), 1), 0, min(1.0, float(loss) / 20)),
        ]
        name = f"<b>{label}</b>" + (" ← true" if label == digit else "")
        rows.append(
            f"<tr><td style='white-space: nowrap'>{name}</td>"
            + "".join(_bar(*cell, colour) for cell in cells)
            + "</tr>"
        )
    head = "".join(
        f"<th style='text-align: left; font-weight: 600'>{escape(text)}</th>"
        for text in ("label", "score", "probability", "loss if it were true")
    )
    style = "border-spacing: 8px 1px; line-height: 1.25"
    return f"<table style='{style}'><tr>{head}</tr>{''.join(rows)}</table>"


def _bar(text: str, left: float, width: float, colour: str) -> str:
    """A table cell with a number and, beside it, a bar; left and width are shares of 110 pixels."""
    return (
        "<td><div style='display: flex; align-items: center'>"
        f"<span style='width: 7.6em; white-space: nowrap'>{escape(text)}</span>"
        "<span style='width: 110px; background: rgba(128, 128, 128, 0.12)'>"
        f"<span style='display: block; height: 11px; margin-left: {110 * left:.1f}px; "
        f"width: {max(1.0, 110 * width):.1f}px; background: {colour}'></span></span></div></td>"
    )


@functools.cache
def examples() -> Array:
    """The first test image of each label.   -> (10, 28, 28, 1)"""
    digits = data.load("mnist")
    first = [int(np.flatnonzero(digits.y_test == label)[0]) for label in range(LABELS)]
    return digits.x_test[first]


class ClassifierLab(widgets.VBox):
    """Controls, picture and table; `state` is what the controls say, `view` what is shown."""

    def __init__(self, net: Sequential):
        images = examples()
        self.features = maps_after(net, images, len(net.layers) - 1)
        dense = net.layers[-1]
        self.w, self.b = dense.params["w"], dense.params["b"]
        self.images, self._quiet = images, False
        self._make_controls()
        self.picture = PixelGrid(size=190, limits=(0, 1), title="the picture")
        self.table = widgets.HTML()
        self._told = Sentence()
        self._choose_features()
        controls = widgets.VBox(
            [self.digit, self.temperature, self.label, self.feature, self.weight]
        )
        super().__init__(
            [
                widgets.HBox([widgets.VBox([self.picture]), controls], layout=ROW),
                self.table,
                self._told,
            ]
        )
        self.digit.observe(self._choose_features, "value")
        self.label.observe(self._choose_features, "value")
        self.feature.observe(self._choose_weight, "value")
        self.temperature.observe(self.show, "value")
        self.weight.observe(self.show, "value")

    def _make_controls(self):
        common = dict(style={"description_width": "7em"}, layout={"width": "390px"})
        self.digit = widgets.Dropdown(options=range(LABELS), description="picture of a", **common)
        self.temperature = widgets.FloatLogSlider(
            value=1,
            base=2,
            min=-3,
            max=3,
            step=0.25,
            description="temperature",
            readout_format=".2f",
            tooltip="all scores are divided by this before softmax",
            **common,
        )
        self.label = widgets.Dropdown(options=range(LABELS), description="label", **common)
        self.feature = widgets.Dropdown(
            description="feature",
            tooltip="one number of the flattened maps; the strongest for this label first",
            **common,
        )
        self.weight = widgets.FloatSlider(
            min=-REACH,
            max=REACH,
            step=STEP,
            description="its weight",
            tooltip="from this feature to this label",
            **common,
        )

    def _choose_features(self, _=None):
        """Offer the features that add or take away most, for this picture and this label."""
        self._quiet = True
        features, label = self.features[self.digit.value], self.label.value
        adds = features * self.w[:, label]
        strongest = np.argsort(-np.abs(adds), kind="stable")[:STRONGEST]
        self.feature.options = [
            (f"number {at}: {number(float(features[at]))}, adds {number(float(adds[at]))}", int(at))
            for at in strongest
        ]
        self.feature.value = int(strongest[0])
        self._quiet = False
        self._choose_weight()

    def _choose_weight(self, _=None):
        if self._quiet:
            return
        self._quiet = True
        self.learned = float(self.w[self.feature.value, self.label.value])
        self.weight.value = -REACH + STEP * round((self.learned + REACH) / STEP)
        self.untouched = self.weight.value
        self._quiet = False
        self.show()

    @property
    def state(self) -> State:
        touched = abs(self.weight.value - self.untouched) > 1e-6
        return State(
            self.digit.value,
            self.temperature.value,
            self.label.value,
            self.feature.value,
            self.weight.value if touched else None,
        )

    @property
    def sentence(self) -> str:
        return self.view.sentence

    def show(self, _=None):
        """Compute what the controls say, and show it."""
        if self._quiet:
            return
        state = self.state
        self.view = look(self.features[state.digit], self.w, self.b, state)
        if not np.array_equal(self.picture.array, self.images[state.digit, :, :, 0]):
            self.picture.show(self.images[state.digit, :, :, 0])
        self.picture.label = f"a handwritten {state.digit}"
        self.table.value = table(self.view, state.digit)
        self._told.text = self.view.sentence

    def __repr__(self):
        s = self.state
        return f"ClassifierLab(digit={s.digit}, temperature={s.temperature:g}, label={s.label})"


def classifier_lab(net: Sequential | None = None) -> ClassifierLab:
    """The lab: the scores of a digit, its probabilities, the loss; temperature and one weight.

    net: a network for digits that ends in Dense(..., 10); the course's trained one if left out.
    """
    if net is None:
        net = storage.load(data.bundled("course_cnn.npz"))
    if not isinstance(net, Sequential) or not isinstance(net.layers[-1], Dense):
        kind = type(net).__name__
        raise ValueError(
            f"classifier_lab: net should be a Sequential that ends in a Dense layer, but is {kind}."
        )
    if net.layers[-1].params["b"].shape != (LABELS,):
        outputs = len(net.layers[-1].params["b"])
        raise ValueError(
            f"classifier_lab: net should give {LABELS} scores, one for each digit, but gives "
            f"{outputs}."
        )
    return ClassifierLab(net)
