"""Why does a network say so? Paint on an image; see what holds its answer up, and which units fire.

What is slow, the strongest patches of all units and the network's mistakes, is computed once, when
the lab is made.
"""

from collections import Counter
from html import escape
from typing import NamedTuple

import ipywidgets as widgets
import numpy as np

from .. import data, interpret, ops, storage
from ..coloured_shapes import SHAPES, colour
from ..layers import Conv2D, ReLU, Sequential, check_network
from ..pixels import PixelGrid
from ..shapes import Array, check_labels, listed, sizes
from .lab import Lab, Task, slider
from .words import Sentence, number, percent

PAINTED, MISTAKE = "painted", "a mistake"  # instead of a label
SHEET = 0.35  # how bright an empty sheet is
OCCLUSION, SALIENCY = "occlusion", "saliency"
SQUARES = 9  # places of the grey square along each side, about
PATCHES, MISTAKES, LISTED = 9, 4, 8
INKS = {
    "white": (1.0, 1.0, 1.0),
    "black": (0.0, 0.0, 0.0),
    "grey": (0.5, 0.5, 0.5),
    **{
        name: tuple(colour(0.5, hue, 0.45).clip(0, 1).tolist())
        for name, hue in {"red": 0, "yellow": 60, "green": 120, "blue": 240, "purple": 300}.items()
    },
}
ROW = {"flex_flow": "row wrap", "grid_gap": "0 14px", "align_items": "flex-start"}


class State(NamedTuple):
    """What is on the pad, and everything that the controls say."""

    image: Array  # (h, w, c), from 0 to 1
    place: int | None  # which image of the set it is; None: somebody drew on it
    how: str  # OCCLUSION or SALIENCY
    layer: int  # which convolution, counted from 0
    unit: int


class Known(NamedTuple):
    """What is known of a network and a set of images before somebody asks."""

    net: Sequential
    images: Array
    labels: Array
    names: tuple[str, ...]
    counts: list[int]  # for each convolution, after how many layers its maps are looked at
    best: list[interpret.Strongest]  # for each convolution
    wrong: Array  # places of the images that the network gets wrong
    said: Array  # what it says of them
    features: Array  # what its last layer gets of them


class View(NamedTuple):
    """Everything that the lab shows."""

    probabilities: Array  # (labels,)
    answer: int
    holds: Array  # (h, w), how much each pixel holds the answer up
    maps: Array  # (oh, ow, units) of the chosen convolution
    place: tuple[int, int]  # where the unit fires most
    field: interpret.Field  # what it sees from there
    patches: list[Array]  # the strongest patches of the unit
    kinds: list[int]  # the label of the image that each comes from
    mistakes: list[int]  # places of the nearest mistakes in the set
    sentence: str


def known(net: Sequential, images: Array, labels: Array, names) -> Known:
    """Look at all images once."""
    counts = [
        place + 1 + isinstance(after, ReLU)
        for place, (layer, after) in enumerate(zip(net.layers, net.layers[1:]))
        if isinstance(layer, Conv2D)
    ]
    n = min(PATCHES, len(images))
    best, y = [], images
    for count, layer in enumerate(net.layers, 1):
        features, y = y.reshape(len(images), -1), Sequential(layer)(y)
        if count in counts:
            best.append(interpret.strongest_in(y, n))
    said = y.argmax(axis=1)
    wrong = np.flatnonzero(said != labels)
    return Known(net, images, labels, names, counts, best, wrong, said[wrong], features[wrong])


def look(of: Known, state: State) -> View:
    """What the lab shows for a state."""
    trace = of.net.trace(state.image[None])
    probabilities = ops.softmax(trace.outputs[-1])[0][0]
    answer = int(probabilities.argmax())
    holds = explanation(of.net, state.image, answer, state.how)
    count = of.counts[state.layer]
    maps = trace.outputs[count - 1][0]
    place = np.unravel_index(maps[:, :, state.unit].argmax(), maps.shape[:2])
    row, column = (int(at) for at in place)
    best = of.best[state.layer]
    layers = of.net.layers[:count]
    chosen = best.image[:, state.unit]
    patches = [
        interpret.patch(of.images[i], interpret.field(layers, int(r), int(c)))
        for i, r, c in zip(chosen, best.row[:, state.unit], best.column[:, state.unit])
    ]
    last = trace.outputs[-2].reshape(-1) if len(trace.outputs) > 1 else state.image.reshape(-1)
    apart = np.linalg.norm(of.features - last, axis=1)
    near = [int(i) for i in np.argsort(apart, kind="stable") if of.wrong[i] != state.place]
    view = View(
        probabilities,
        answer,
        holds,
        maps,
        (row, column),
        interpret.field(layers, row, column),
        patches,
        of.labels[chosen].tolist(),
        near[:MISTAKES],
        "",
    )
    return view._replace(sentence=sentence(of, state, view))


def explanation(net: Sequential, image: Array, label: int, how: str) -> Array:
    """How much each pixel holds up a label's score.   -> (h, w)

    Occlusion: for each pixel the mean over the squares that cover it.
    """
    if how == SALIENCY:
        return interpret.saliency(net, image, label)
    h, w, _ = image.shape
    k = max(1, min(h, w) // 4)
    stride = max(1, (min(h, w) - k) // (SQUARES - 1))
    lost = interpret.occlusion(net, image, label, k, stride)
    total, times = np.zeros((h, w)), np.zeros((h, w))
    for (row, column), value in np.ndenumerate(lost):
        square = np.s_[row * stride : row * stride + k, column * stride : column * stride + k]
        total[square] += value
        times[square] += 1
    return total / np.maximum(times, 1)


def sentence(of: Known, state: State, view: View) -> str:
    """The pictures in words and numbers."""
    told = f"The network says {of.names[view.answer]}: {percent(view.probabilities[view.answer])}."
    if state.place is not None:
        label = int(of.labels[state.place])
        told += " Right." if label == view.answer else f" Wrong: it is a {of.names[label]}."
    row, column = np.unravel_index(view.holds.argmax(), view.holds.shape)
    most = number(float(view.holds.max()))
    if state.how == OCCLUSION:
        told += f" Grey over row {row}, column {column} costs it most: {most} of its score."
    else:
        told += f" The score is steepest at row {row}, column {column}: {most} for each 1 of change"
        told += " in a colour."
    value = view.maps[view.place][state.unit]
    top = of.best[state.layer].value[0, state.unit]
    counts = Counter(of.names[kind] for kind in view.kinds).most_common()
    listed = [f"{count} {kind}" for kind, count in counts[:3]]
    if rest := sum(count for _, count in counts[3:]):
        listed.append(f"{rest} others")
    return told + (
        f"\nUnit {state.unit} of convolution {state.layer + 1} is at most {number(float(value))}, "
        f"in row {view.place[0]}, column {view.place[1]} of its map; in the whole set at most "
        f"{number(float(top))}. Its strongest patches: {', '.join(listed)}."
    )


def coloured(image: Array) -> Array:
    """An image of one channel or three, in colours.   (h, w, c) -> (h, w, 3)"""
    return np.repeat(image, 3, axis=2) if image.shape[2] == 1 else image


def beside(pictures: list[Array], columns: int, rows: int) -> Array:
    """Equally large coloured pictures in one, a pixel apart; NaN between them and for none."""
    h, w, _ = pictures[0].shape
    board = np.full((rows * (h + 1) - 1, columns * (w + 1) - 1, 3), np.nan, np.float32)
    for at, picture in enumerate(pictures[: rows * columns]):
        top, left = at // columns * (h + 1), at % columns * (w + 1)
        board[top : top + h, left : left + w] = picture
    return board


def bars(names, probabilities: Array) -> str:
    """The most probable labels as a table with bars."""
    lines = []
    for label in np.argsort(-probabilities, kind="stable")[:LISTED]:
        width = 90 * float(probabilities[label])
        lines.append(
            f"<tr><th scope='row' style='text-align: right; font-weight: normal; padding: 0 6px'>"
            f"{escape(names[label])}</th><td style='width: 92px'><div style='height: 11px; "
            f"width: {width:.1f}px; background: #1f6fb4'></div></td>"
            f"<td style='padding-left: 4px'>{percent(probabilities[label])}</td></tr>"
        )
    return f"<table style='line-height: 1.35; border-spacing: 0'>{''.join(lines)}</table>"


class ExplainLab(Lab):
    """Pad, explanation, a unit's map, its patches and the nearest mistakes."""

    def __init__(self, of: Known):
        self.of = of
        self.place = self.under = 0  # the image on the pad; the one that was painted on
        self.tasks = tasks(of)
        self._make_controls()
        self._make_pictures(of.images[0])
        left = [self.pad, self.holds, widgets.VBox([self.title, self.bars])]
        right = [self.map, self.patches, self.mistakes, self.captions]
        for picture in (self.pad, self.holds, self.map, self.patches, self.mistakes):
            picture.layout.min_width = "0"
        super().__init__(
            [
                widgets.HBox(
                    [self.chosen, self.before, self.after, self.ink, self.how], layout=ROW
                ),
                widgets.HBox(left, layout=ROW),
                widgets.HBox([self.layer, self.unit, self.busiest], layout=ROW),
                widgets.HBox(right, layout=ROW),
                self._told,
            ]
        )
        self.chosen.observe(self._choose, "value")
        self.before.on_click(lambda _: self._step(-1))
        self.after.on_click(lambda _: self._step(1))
        self.ink.observe(self._dip, "value")
        self.how.observe(self.show, "value")
        self.layer.observe(self._new_layer, "value")
        self.unit.observe(self.show, "value")
        self.busiest.on_click(lambda _: self._fire())
        self.pad.on_draw(self._drawn)
        self._fire()

    def _make_controls(self):
        names, labels = self.of.names, self.of.labels
        first = {label: int(np.flatnonzero(labels == label)[0]) for label in sorted(set(labels))}
        self.options = {names[label]: place for label, place in first.items()}
        if len(self.of.wrong):
            self.options[MISTAKE] = int(self.of.wrong[0])
        self.options["an empty sheet"] = None
        self.chosen = widgets.Dropdown(
            options=[*self.options, PAINTED],
            value=names[labels[0]],
            description="image",
            style={"description_width": "3.6em"},
            layout={"width": "200px"},
        )
        arrows = {"width": "38px"}
        self.before = widgets.Button(icon="arrow-left", tooltip="the one before", layout=arrows)
        self.after = widgets.Button(icon="arrow-right", tooltip="the next like it", layout=arrows)
        self.ink = widgets.Dropdown(
            options=INKS if self.of.images.shape[3] == 3 else ["white"],
            description="ink",
            style={"description_width": "2em"},
            layout={"width": "130px"},
        )
        self.how = widgets.ToggleButtons(
            options=[OCCLUSION, SALIENCY],
            tooltips=["what is lost under a grey square", "how steep the score is at each pixel"],
            style={"button_width": "90px"},
        )
        self.layer = widgets.Dropdown(
            options=[(f"convolution {i + 1}", i) for i in range(len(self.of.counts))],
            value=len(self.of.counts) - 1,
            description="units of",
            style={"description_width": "4.5em"},
            layout={"width": "220px"},
        )
        last = self.of.best[-1].value.shape[1] - 1
        self.unit = slider("unit", 0, 0, last, name="unit, one of the maps", width="260px")
        self.busiest = widgets.Button(
            description="the unit that fires most",
            tooltip="of this convolution, the unit nearest to its own strongest answer",
            layout={"width": "190px"},
        )
        self._told = Sentence()

    def _make_pictures(self, image: Array):
        pad = image if image.shape[2] == 3 else image[:, :, 0]
        self.pad = PixelGrid(pad, size=162, drawable=True, brush=1.0, title="paint on it")
        self.pad.label = "the image, to paint on"
        self.holds = PixelGrid(size=162, label="how much each pixel holds the answer up")
        self.map = PixelGrid(size=150, palette="cividis", label="the map of the unit")
        self.patches = PixelGrid(size=150, title="strongest patches")
        self.patches.label = "the patches of the set that the unit answers to most"
        self.mistakes = PixelGrid(size=150, title="nearest mistakes")
        self.title = widgets.HTML("<b>probabilities</b>")
        self.bars, self.captions = widgets.HTML(), widgets.HTML()

    @property
    def image(self) -> Array:
        """What the network gets: the pad, or the image of the set with all its digits."""
        if self.place is not None:
            return self.of.images[self.place]
        drawing = self.pad.drawing
        return drawing if drawing.ndim == 3 else drawing[:, :, None]

    @property
    def state(self) -> State:
        return State(self.image, self.place, self.how.value, self.layer.value, self.unit.value)

    def paint(self, picture: Array) -> None:
        """Put a picture on the pad, as if somebody had painted it.   picture: as the images"""
        self.pad.set_drawing(picture if picture.shape[2] == 3 else picture[:, :, 0])

    def _put(self, place: int | None):
        """Have an image of the set on the pad, or, with None, an empty sheet."""
        self.place = self.under = place
        self.before.disabled = self.after.disabled = place is None
        sheet = np.full(self.of.images.shape[1:], SHEET if self.of.images.shape[3] == 3 else 0)
        image = (sheet if place is None else self.of.images[place]).astype(np.float32)
        with self.quiet():
            if place is not None and self.chosen.value == PAINTED:
                self.chosen.value = self.of.names[self.of.labels[place]]
            self.pad.set_drawing(image if image.shape[2] == 3 else image[:, :, 0])
        self.show()

    def _choose(self, _):
        if self.is_quiet or self.chosen.value == PAINTED:
            return
        self._put(self.options[self.chosen.value])

    def _step(self, by: int):
        """The next image with the same label, or the next mistake."""
        same = np.flatnonzero(self.of.labels == self.of.labels[self.under])
        if self.chosen.value == MISTAKE:
            same = self.of.wrong
        self._put(int(same[(int(np.searchsorted(same, self.under)) + by) % len(same)]))

    def _dip(self, _):
        if not isinstance(self.ink.value, str):
            self.pad.ink = self.ink.value

    def _drawn(self, _):
        if not self.is_quiet:
            self.place = None
            with self.quiet():
                self.chosen.value = PAINTED
            self.show()

    def _new_layer(self, _):
        units = self.of.best[self.layer.value].value.shape[1]
        with self.quiet():
            self.unit.value = min(self.unit.value, units - 1)
            self.unit.max = units - 1
        self._fire()

    def _fire(self):
        """Turn to the unit that comes nearest to its own strongest answer."""
        count = self.of.counts[self.layer.value]
        maps = interpret.maps_of(self.of.net, self.image[None], count)[0]
        top = self.of.best[self.layer.value].value[0]
        part = maps.max(axis=(0, 1)) / np.where(top > 0, top, np.inf)
        with self.quiet():
            self.unit.value = int(part.argmax())
        self.show()

    def show(self, _=None):
        """Compute what the controls say, and show it."""
        if self.is_quiet:
            return
        of, state = self.of, self.state
        self.view = view = look(of, state)
        self.pad.windows = [view.field]
        self.bars.value = bars(of.names, view.probabilities)
        self._show_explanation(view.holds, state.how)
        top = float(of.best[state.layer].value[0, state.unit])
        with self.map.hold_sync():
            self.map.limits = (0, top) if top > 0 else (0, 1)
            self.map.show(np.maximum(view.maps[:, :, state.unit], 0))
            self.map.windows = [(*view.place, 1, 1)]
            self.map.title = f"map of unit {state.unit}"
        self.patches.show(beside([coloured(each) for each in view.patches], 3, 3))
        self._show_mistakes(view)
        self._told.text = view.sentence
        self.tried()

    def _show_explanation(self, holds: Array, how: str):
        with self.holds.hold_sync():
            self.holds.limits = None
            self.holds.palette = "diverging" if how == OCCLUSION else "cividis"
            reach = float(np.abs(holds).max()) or 1.0
            self.holds.limits = (-reach, reach) if how == OCCLUSION else (0, reach)
            self.holds.show(holds)
            self.holds.title = "red holds it up" if how == OCCLUSION else "steepest: yellow"

    def _show_mistakes(self, view: View):
        of = self.of
        shown = [coloured(of.images[of.wrong[i]]) for i in view.mistakes]
        blank = np.full((*of.images.shape[1:3], 3), np.nan, np.float32)
        self.mistakes.show(beside(shown or [blank], 2, 2))
        told = [
            f"{of.names[of.labels[of.wrong[i]]]} called {of.names[of.said[i]]}"
            for i in view.mistakes
        ]
        self.mistakes.label = f"the nearest mistakes: {', '.join(told) or 'none'}"
        self.captions.value = (
            f"<div style='padding-top: 26px'>{'<br>'.join(map(escape, told))}</div>"
        )

    def __repr__(self):
        where = "painted" if self.place is None else f"image {self.place}"
        return f"ExplainLab({where}, convolution {self.layer.value + 1}, unit {self.unit.value})"


def tasks(of: Known) -> tuple[Task, ...]:
    return (
        Task(
            "choose saliency. Do both maps point to the same places?",
            lambda state, view: state.how == SALIENCY,
            "Occlusion asks for squares, saliency for single pixels.",
        ),
        Task(
            "find a unit of the last convolution whose patches all come from one kind.",
            lambda state, view: state.layer == len(of.counts) - 1 and len(set(view.kinds)) == 1,
            "And units of the first convolution?",
        ),
        Task(
            "turn to the first convolution.",
            lambda state, view: state.layer == 0,
            "Its patches are small, and of many kinds.",
        ),
        Task(
            "paint over a part, until the network says something else.",
            lambda state, view: state.place is None and view.probabilities.max() > 0.5,
            "You know why it changed its mind: you saw what held the answer up.",
        ),
    )


def explain_lab(net=None, images=None, labels=None, names=None) -> ExplainLab:
    """The lab: why a network says so.

    net: your own network, with images (n, h, w, 1 or 3) and their labels (n,), say 2,000 of those
    it was trained with; the course's network for coloured shapes if left out.
    names: what the labels are called.
    """
    if net is None and images is None and labels is None:
        net = storage.load(data.bundled("shapes_cnn.npz"))
        images, labels = data.shapes(2048, rng=np.random.default_rng([0, 21]))
        names = SHAPES
    check_network(net, "explain_lab: net")
    n, _, _, c = sizes(images, "n h w c", "explain_lab: images")
    if c not in (1, 3):
        raise ValueError(f"explain_lab: images should have 1 or 3 channels, but have {c}.")
    _, f = sizes(net(images[:1]), "n f", "explain_lab: the output of net")
    check_labels(labels, n, f, "explain_lab: labels")
    if not any(isinstance(layer, Conv2D) for layer in net.layers):
        raise ValueError("explain_lab: net should have a Conv2D layer, but has none.")
    names = listed(range(f) if names is None else names, "explain_lab: names")
    names = tuple(map(str, names))
    if len(names) != f:
        raise ValueError(f"explain_lab: names should be {f}, one a label, but are {len(names)}.")
    return ExplainLab(known(net, images, labels, names))
