"""Draw a digit; a trained network says what it is, and shows what its layers make of it."""

import functools
import html
from typing import NamedTuple

import ipywidgets as widgets
import numpy as np

from .. import data, layers, ops, storage
from ..pixels import PixelGrid
from ..shapes import Array, sizes
from ..tiles import painted, tile
from ..variations import moved, thickened
from .lab import Lab, slider
from .words import Sentence, number

SIDE = 28
OWN, SAMPLES = "your drawing", [f"a sample {label}" for label in range(10)]
ROW = {"flex_flow": "row wrap", "grid_gap": "2px 8px"}
JUDGES = 100  # how many test images decide which answer of a map is shown as yellow


class State(NamedTuple):
    """What is on the pad, and everything the sliders say."""

    pad: Array  # (28, 28) from 0, paper, to 1, ink
    image: int | None = None  # the number of the test image on the pad; None: drawn by hand
    label: int | None = None  # the label of that image
    down: int = 0  # pixels
    right: int = 0  # pixels
    turn: float = 0  # degrees, to the left
    thicker: float = 0.0  # pixels of ink on each side of a stroke; below zero: taken away


class View(NamedTuple):
    """Everything the lab shows."""

    picture: Array  # (28, 28), what the network gets
    probabilities: Array  # (labels,), what softmax makes of its scores
    maps: list[Array]  # for each convolution (h, w, f), after ReLU
    sentence: str


def look(net: layers.Sequential, state: State) -> View:
    """What the lab shows for a state."""
    picture = state.pad if state.image is not None else as_in_mnist(state.pad)
    picture = moved(thickened(picture, state.thicker), state.down, state.right, state.turn)
    probabilities, maps = run(net, picture)
    return View(picture, probabilities, maps, sentence(state, picture, probabilities, maps))


def as_in_mnist(drawing: Array) -> Array:
    """A drawing, scaled and centred as the digits of MNIST were.   (h, w) -> (28, 28)"""
    if drawing.max() < 0.02:
        return np.zeros((SIDE, SIDE), np.float32)
    # the paper goes on beyond the pad
    return data.digit_from_picture(np.pad(drawing, 4), all_ink=True)


def run(net: layers.Sequential, picture: Array) -> tuple[Array, list[Array]]:
    """The probability of each label, and the feature maps after each ReLU.   picture: (28, 28)"""
    outputs = net.trace(picture[None, :, :, None]).outputs
    maps = [
        stack[0]
        for layer, stack in zip(net.layers, outputs)
        if isinstance(layer, layers.ReLU) and stack.ndim == 4
    ]
    return ops.softmax(outputs[-1])[0][0], maps


def percent(probability: float) -> str:
    """A probability in percent; never 0 or 100, which softmax comes near but never reaches."""
    if probability > 0.999:
        return "> 99.9 %"
    return "< 0.1 %" if probability < 0.001 else f"{100 * probability:.1f} %"


def in_words(probability: float) -> str:
    """A probability in percent, as it is read aloud."""
    return percent(probability).replace(">", "over").replace("<", "under")


def sentence(state: State, picture: Array, probabilities: Array, maps: list[Array]) -> str:
    """The bars and the maps in words and numbers."""
    first, second = probabilities.argsort()[::-1][:2]
    told = (
        f"The network says {first}, with a probability of {in_words(probabilities[first])}; next "
        f"comes {second}, with {in_words(probabilities[second])}."
    )
    if picture.max() < 0.02:
        told = (
            f"The picture is empty, yet the network says {first}, with a probability of "
            f"{in_words(probabilities[first])}: it has no answer such as "
            "\N{LEFT DOUBLE QUOTATION MARK}no digit at all\N{RIGHT DOUBLE QUOTATION MARK}."
        )
    elif state.image is not None:
        verdict = "right" if first == state.label else "wrong"
        told += f" The label of test image {state.image} is {state.label}: {verdict}."
    answers = [
        f"convolution {i} answers most in map {each.max(axis=(0, 1)).argmax()}, up to "
        f"{number(each.max())}"
        for i, each in enumerate(maps, 1)
    ]
    return told + (f"\nOf the maps: {'; '.join(answers)}." if answers else "")


def reaches(net: layers.Sequential, images: Array) -> list[float]:
    """The largest answer of each convolution to some images, where the colours of its maps end."""
    largest = [[maps.max() for maps in run(net, image)[1]] for image in images]
    return [float(each) or 1.0 for each in np.max(largest, axis=0)]


def mosaic(maps: Array, reach: float) -> Array:
    """All maps of a layer in four rows, light grey between them.   (h, w, f) -> (H, W, 3)

    Dark blue is 0, yellow is `reach` and more, whatever this picture's own largest answer is.
    """
    return painted(tile(maps, columns=-(-maps.shape[2] // 4)), "cividis", reach, between=0.85)


def bars(probabilities: Array) -> str:
    """A bar for each label, as HTML that a screen reader reads as a list."""
    best, lines = probabilities.argmax(), []
    for label, probability in enumerate(probabilities):
        blue = "var(--jp-brand-color1, #1f77b4)"
        weight, colour = ("700", blue) if label == best else ("400", "#9a9a9a")
        lines.append(
            f'<div role="listitem" style="display: flex; align-items: center; gap: 8px; '
            f'font-weight: {weight}; height: 21px"><span style="width: 1em">{label}</span>'
            f'<span aria-hidden="true" style="flex: 1; background: rgba(128, 128, 128, 0.18)">'
            f'<span style="display: block; height: 15px; background: {colour}; '
            f'width: {100 * probability:.1f}%"></span></span>'
            f'<span style="width: 5em; text-align: right; white-space: nowrap">'
            f"{html.escape(percent(probability))}</span></div>"
        )
    return (
        '<div style="font-weight: 600; line-height: 1.4">probability of each label</div>'
        f'<div role="list" aria-label="probability of each label">{"".join(lines)}</div>'
        '<div style="line-height: 1.35; margin-top: 6px">They add up to 100 %, whatever the '
        "picture shows. The largest is not the chance of being right.</div>"
    )


class DrawAndClassify(Lab):
    """Pad, sliders, bars and maps; `state` is what is asked, `view` what is shown."""

    def __init__(self, net, images, labels):
        self.net, self.images, self.labels = net, images, labels
        self.image, self.view = None, None
        self.reaches = reaches(net, images[:JUDGES])
        self._make_controls()
        self._make_pictures(run(net, np.zeros((SIDE, SIDE), np.float32))[1])
        self._told = Sentence()
        choice = widgets.HBox([self.digit, self.before, self.after])
        wide = {"flex": "1 1 250px", "max_width": "320px", "min_width": "0"}
        settings = widgets.VBox([choice, *self.sliders, self.reset], layout=wide)
        above = widgets.HBox([self.pad, settings, self.bars], layout=ROW)
        for picture in (self.seen, *self.maps):  # on a narrow page they shrink
            picture.layout.min_width = "0"
        below = widgets.HBox([self.seen, *self.maps], layout={"grid_gap": "2px 8px"})
        super().__init__([above, self._told, below])
        self.digit.observe(self._choose, "value")
        for control in self.sliders:
            control.observe(self.show, "value")
        self.before.on_click(lambda _: self._step(-1))
        self.after.on_click(lambda _: self._step(1))
        self.reset.on_click(lambda _: self._reset())
        self.pad.on_draw(self._drawn)
        self.digit.value = SAMPLES[labels[0]]

    def _make_controls(self):
        style = {"description_width": "5.5em"}
        self.digit = widgets.Dropdown(
            options=[OWN, *SAMPLES],
            description="on the pad",
            style=style,
            layout={"flex": "0 1 220px", "min_width": "0"},
            tooltip="on the pad: your own drawing, or a digit that somebody else wrote",
        )
        self.before = widgets.Button(icon="step-backward", tooltip="the sample before")
        self.after = widgets.Button(icon="step-forward", tooltip="the next sample")
        for button in (self.before, self.after):
            button.layout.width = "36px"
        look = {"width": "auto", "style": style}
        self.down = slider("down, px", 0, -10, 10, name="pixels down; below 0: up", **look)
        self.right = slider(
            "right, px", 0, -10, 10, name="pixels to the right; below 0: to the left", **look
        )
        self.turn = slider(
            "turn left, °", 0, -180, 180, 5, name="degrees to the left; below 0: right", **look
        )
        self.thicker = slider(
            "thicker, px", 0, -1, 2, 0.25, name="pixels of ink on each side of a stroke", **look
        )
        self.sliders = [self.down, self.right, self.turn, self.thicker]
        self.reset = widgets.Button(
            description="all sliders to 0", layout={"margin": "4px 0 0 6.2em", "width": "150px"}
        )

    def _make_pictures(self, maps):
        self.pad = PixelGrid(
            np.zeros((SIDE, SIDE)),
            size=224,
            drawable=True,
            title="draw a digit here",
            label="a pad to draw a digit on",
        )
        self.seen = PixelGrid(size=196, limits=(0, 1), title="what the network gets")
        self.maps = []
        for i, (each, reach) in enumerate(zip(maps, self.reaches), 1):
            tiles = mosaic(each, reach)
            scale = min(round(230 / tiles.shape[0]), 360 // tiles.shape[1]) or 1
            self.maps.append(
                PixelGrid(
                    tiles,
                    size=scale * max(tiles.shape),
                    title=f"convolution {i}: 0 to {number(reach, 1)}",
                )
            )
        self.bars = widgets.HTML(layout={"flex": "1 1 210px", "max_width": "270px"})

    @property
    def state(self) -> State:
        label = None if self.image is None else int(self.labels[self.image])
        pad = self.pad.drawing if self.image is None else self.images[self.image]
        return State(pad, self.image, label, *(control.value for control in self.sliders))

    def draw(self, picture: Array) -> None:
        """Put a picture on the pad, as if somebody had drawn it.   picture: (28, 28), 0 to 1"""
        sizes(picture, "h w", "draw: picture", h=SIDE, w=SIDE)
        self.pad.set_drawing(picture)

    def _drawn(self, _):
        if not self.is_quiet:
            self._put(None)

    def _choose(self, _):
        if self.is_quiet:
            return
        if self.digit.value == OWN:
            self.pad.clear()
        else:
            self._put(int(np.flatnonzero(self.labels == SAMPLES.index(self.digit.value))[0]))

    def _step(self, by):
        """The next or the previous test image with the same label."""
        if self.image is not None:
            same = np.flatnonzero(self.labels == self.labels[self.image])
            place = int(np.searchsorted(same, self.image)) + by
            self._put(int(same[place % len(same)]))

    def _reset(self):
        with self.quiet():
            for control in self.sliders:
                control.value = 0
        self.show()

    def _put(self, image: int | None):
        """Have a test image on the pad, or, with None, what was drawn there."""
        self.image = image
        self.before.disabled = self.after.disabled = image is None
        with self.quiet():
            self.digit.value = OWN if image is None else SAMPLES[self.labels[image]]
            if image is not None:
                self.pad.set_drawing(self.images[image])
        self.show()

    def show(self, _=None):
        """Compute what pad and sliders say, and show it."""
        if self.is_quiet:
            return
        self.view = look(self.net, self.state)
        self.seen.show(self.view.picture)
        self.seen.label = "what the network gets, 28 by 28 pixels"
        for grid, maps, reach in zip(self.maps, self.view.maps, self.reaches):
            grid.show(mosaic(maps, reach))
            grid.label = (
                f"{grid.title}; {maps.shape[2]} maps of {maps.shape[0]}×{maps.shape[1]}; the "
                f"largest number now is {number(maps.max())}"
            )
        self.bars.value, self._told.text = bars(self.view.probabilities), self.view.sentence

    def __repr__(self):
        s = self.state
        on = "a drawing" if s.image is None else f"test image {s.image}"
        return (
            f"DrawAndClassify({on}, down={s.down}, right={s.right}, turn={s.turn}, "
            f"thicker={s.thicker:g})"
        )


def draw_and_classify(net: layers.Sequential | None = None) -> DrawAndClassify:
    """The lab: draw a digit or take a sample, and see what a trained network makes of it.

    net: your own network for images of 28 x 28 x 1 with ten scores; if left out, the course's.
    """
    if net is None:
        net = storage.load(data.bundled("course_cnn.npz"))
    layers.check_network(net, "draw_and_classify: net")
    try:
        sizes(net(np.zeros((1, SIDE, SIDE, 1), np.float32)), "n f", "its output", f=10)
    except ValueError as problem:
        raise ValueError(
            "draw_and_classify: net should give 10 scores to an image of 28 x 28 x 1, but does "
            f"not: {problem}"
        ) from None
    return DrawAndClassify(net, *samples())


@functools.cache
def samples() -> tuple[Array, Array]:
    """The test images of MNIST and their labels, in memory once for all labs."""
    digits = data.load("mnist")
    return digits.x_test[..., 0].copy(), digits.y_test.copy()
