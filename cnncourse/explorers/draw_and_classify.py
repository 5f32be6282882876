"""Draw a digit; a trained network says what it is, and shows what its layers make of it."""

from typing import NamedTuple

import ipywidgets as widgets
import numpy as np

from .. import data, layers, ops
from ..architecture import percent
from ..pixels import PixelGrid
from ..shapes import Array, sizes
from ..variations import moved, thickened
from .digits import SIDE, checked_network, course_network, digits
from .lab import Lab, Task, slider
from .live_network import LiveNetwork
from .unit import run
from .words import Sentence, number

OWN, SAMPLES = "your drawing", [f"a sample {label}" for label in range(10)]
ROW = {"flex_flow": "row wrap", "grid_gap": "0 8px"}
HEIGHT = 420  # pixels of the drawing
JUDGES = 100  # how many test images decide which number of a map is shown as yellow


class State(NamedTuple):
    """What is on the pad, and everything the sliders say."""

    pad: Array  # (28, 28) from 0, paper, to 1, ink
    image: int | None = None  # the number of the test image on the pad; None: drawn by hand
    label: int | None = None  # the label of that image
    down: int = 0  # pixels
    right: int = 0  # pixels
    turn: float = 0  # degrees, to the left
    thicker: float = 0.0  # pixels of ink on each side of a stroke; below zero: taken away
    chosen: tuple[int, int] | None = None  # the stack and the map that is shown large


class View(NamedTuple):
    """Everything the lab shows."""

    picture: Array  # (28, 28), what the network gets
    probabilities: Array  # (labels,), what softmax makes of its scores
    outputs: list[Array]  # the picture, and what each layer makes of it
    maps: list[Array]  # for each convolution (h, w, f), after ReLU
    sentence: str


def look(net: layers.Sequential, state: State) -> View:
    """What the lab shows for a state."""
    picture = state.pad if state.image is not None else as_in_mnist(state.pad)
    picture = moved(thickened(picture, state.thicker), state.down, state.right, state.turn)
    outputs = run(net, picture[:, :, None])
    probabilities, maps = ops.softmax(outputs[-1])[0][0], maps_of(net, outputs)
    told = sentence(state, picture, probabilities, maps)
    return View(picture, probabilities, outputs, maps, told)


def as_in_mnist(drawing: Array) -> Array:
    """A drawing, scaled and centred as the digits of MNIST were.   (h, w) -> (28, 28)"""
    if drawing.max() < 0.02:
        return np.zeros((SIDE, SIDE), np.float32)
    # the paper goes on beyond the pad
    return data.digit_from_picture(np.pad(drawing, 4), all_ink=True)


def maps_of(net: layers.Sequential, outputs: list[Array]) -> list[Array]:
    """The feature maps after each ReLU."""
    after = zip(net.layers, outputs[1:])
    return [y[0] for layer, y in after if isinstance(layer, layers.ReLU) and y.ndim == 4]


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


TASKS = (
    Task(
        "draw a 7 on the black square.",
        lambda state, view: state.image is None and says(view, 7) and view.picture.max() > 0.5,
        "The network says 7, and each map changed while you drew.",
    ),
    Task(
        "click on a map: it opens large, with its kernel. Then draw on.",
        lambda state, view: state.chosen is not None,
    ),
    Task(
        "take a sample 2 and move it down, pixel by pixel, until the network says something else.",
        lambda state, view: state.label == 2 and state.down > 0 and not says(view, 2),
        "To you and me it is still a 2.",
    ),
    Task(
        "clear the square. What does the network say to nothing at all?",
        lambda state, view: state.image is None and view.picture.max() < 0.02,
        "A digit, for it has no other answer.",
    ),
)


def says(view: View, label: int) -> bool:
    return int(view.probabilities.argmax()) == label


class DrawAndClassify(Lab):
    """Pad, sliders, the network and its bars; `state` is what is asked, `view` what is shown."""

    tasks = TASKS

    def __init__(self, net, images, labels):
        self.net, self.images, self.labels = net, images, labels
        self.image, self.view = None, None
        self._make_controls()
        self.pad = PixelGrid(
            np.zeros((SIDE, SIDE)),
            size=196,
            drawable=True,
            title="draw a digit here",
            label="a pad to draw a digit on",
        )
        self.network = LiveNetwork(
            net,
            images[:JUDGES, :, :, None],
            height=HEIGHT,
            opens=True,
            label="the network, each layer a stack of maps",
            layout={"flex": "1 1 480px", "min_width": "0"},
        )
        self._told = Sentence()
        steps = widgets.HBox([self.before, self.after, self.reset])
        own = widgets.VBox([self.pad, self.digit, steps], layout={"flex": "none"})
        above = widgets.HBox([own, self.network], layout={"grid_gap": "0 16px"})
        super().__init__([above, widgets.HBox(self.sliders, layout=ROW), self._told])
        self.digit.observe(self._choose, "value")
        for control in self.sliders:
            control.observe(self.show, "value")
        self.before.on_click(lambda _: self._step(-1))
        self.after.on_click(lambda _: self._step(1))
        self.reset.on_click(lambda _: self._reset())
        self.pad.on_draw(self._drawn)
        self.network.observe(lambda _: self.tried(), "chosen")
        self.digit.value = SAMPLES[labels[0]]

    def _make_controls(self):
        self.digit = widgets.Dropdown(
            options=[OWN, *SAMPLES],
            tooltip="on the pad: your own drawing, or a digit that somebody else wrote",
            layout={"width": "200px"},
        )
        self.before = widgets.Button(icon="step-backward", tooltip="the sample before")
        self.after = widgets.Button(icon="step-forward", tooltip="the next sample")
        for button in (self.before, self.after):
            button.layout.width = "36px"
        look = {"width": "auto", "style": {"description_width": "initial"}}
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
        for control in self.sliders:
            control.layout.flex, control.layout.max_width = "1 1 215px", "300px"
        self.reset = widgets.Button(description="all sliders to 0", layout={"width": "120px"})

    @property
    def state(self) -> State:
        label = None if self.image is None else int(self.labels[self.image])
        pad = self.pad.drawing if self.image is None else self.images[self.image]
        settings = (control.value for control in self.sliders)
        return State(pad, self.image, label, *settings, self.network.chosen)

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
        self.network.show(self.view.outputs)
        self._told.text = self.view.sentence
        self.tried()

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
    net = course_network() if net is None else checked_network(net, "draw_and_classify")
    images, labels = digits()
    return DrawAndClassify(net, images[..., 0], labels)
