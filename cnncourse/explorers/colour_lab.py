"""The colour lab: one kernel with three slices, three answers, and their one sum.

Red and blue are colours of the picture here. So numbers are shown purple below zero, white at zero
and orange, or brown, above.
"""

from typing import NamedTuple

import ipywidgets as widgets
import numpy as np

from .. import data, single
from ..kernels import KERNELS
from ..linked import Linked
from ..pixels import PixelGrid
from ..shapes import Array
from ..window import window
from .lab import Lab, Task, slider
from .words import Sentence, number

CHANNELS = "red", "green", "blue"
PICTURES = "patches", "astronaut", "chelsea", "coffee"
COLOURS = {  # of the patches
    "red": (1, 0, 0),
    "green": (0, 1, 0),
    "blue": (0, 0, 1),
    "yellow": (1, 1, 0),
    "magenta": (1, 0, 1),
    "cyan": (0, 1, 1),
    "white": (1, 1, 1),
    "grey": (0.5, 0.5, 0.5),
    "black": (0, 0, 0),
}
PATCH = 8  # pixels along the side of a patch
SIDE, LARGE_SIDE = 96, 168  # of the pictures on the screen: all fit on a page of 750 pixels
STEP = 0.05  # of the sliders
DEEPEST = 1.0  # the answer that is shown in the deepest colour, unless the contrast is stretched
HEAVIEST = 0.25  # the same of the weights, whose numbers stand on them
ROW = {"flex_flow": "row wrap", "grid_gap": "4px 8px", "align_items": "flex-start"}


def slices(red, green, blue) -> Array:
    """A kernel of three slices; a number stands for a slice with this weight everywhere."""
    return np.stack([np.broadcast_to(each, (3, 3)) for each in (red, green, blue)], axis=2)


def middle(*weights) -> Array:
    """Weights in the middle alone: a kernel of 1 by 1."""
    kernel = np.zeros((3, 3, 3))
    kernel[1, 1] = weights
    return kernel


EDGE = np.round(KERNELS["sobel_x"].astype(float) / 10, 2)
PRESETS = {
    "red against green": slices(0.1, -0.1, 0),
    "all slices alike: a mean": slices(0.05, 0.05, 0.05),
    "an edge, all slices alike": slices(EDGE, EDGE, EDGE),
    "an edge from blue to red": slices(EDGE, 0, -EDGE),
    "random weights": np.random.default_rng(4).integers(-5, 6, (3, 3, 3)) * STEP,
    "1 × 1: yellow against blue": middle(0.5, 0.5, -1),
}
OWN = "your own"


class State(NamedTuple):
    """What the controls say."""

    picture: str  # one of PICTURES
    kernel: Array  # (3, 3, 3)


class View(NamedTuple):
    """Everything the lab shows."""

    parts: Array  # (oh, ow, 3), the answer of each slice
    total: Array  # (oh, ow), their sum: the output
    place: tuple[int, int]
    sentence: str


def look(image: Array, kernel: Array, place: tuple[int, int] | None = None) -> View:
    """What one kernel makes of an image.   image: (h, w, 3)   kernel: (3, 3, 3)

    place: the output to write out; None for the strongest.
    """
    answers = [single.correlate(image[:, :, c], kernel[:, :, c]) for c in range(3)]
    parts = np.stack(answers, axis=2)
    total = parts.sum(axis=2)
    if place is None:
        place = np.unravel_index(total.argmax(), total.shape)
    place = tuple(min(int(at), n - 1) for at, n in zip(place, total.shape))
    sums = ", ".join(f"{name} {number(p)}" for name, p in zip(CHANNELS, parts[place]))
    told = (
        f"One kernel, {kernel.size} weights, one map of {total.shape[0]} × {total.shape[1]}, from "
        f"{number(total.min())} to {number(total.max())}. In row {place[0]}, column {place[1]} "
        f"the slices answer {sums}; the sum is {number(total[place])}."
    )
    return View(parts, total, place, f"{told} {about(kernel)}".rstrip())


def about(kernel: Array) -> str:
    """What can be said of a kernel whatever the image is."""
    if not kernel.any():
        return "All weights are 0, and so are all answers."
    if np.allclose(kernel, kernel[:, :, :1]):
        return (
            "All slices are alike: of each pixel only red + green + blue counts; colours with the "
            "same sum are one to this kernel."
        )
    if np.allclose(kernel.sum(axis=2), 0, atol=1e-6):
        return "At each place the weights of the three slices cancel: grey pixels add nothing."
    return ""


def picture(name: str) -> Array:
    """One of PICTURES, square, at most 128 pixels wide.   -> (h, w, 3)"""
    if name == "patches":
        colours = np.array([*COLOURS.values()], np.float32).reshape(3, 3, 3)
        return colours.repeat(PATCH, axis=0).repeat(PATCH, axis=1)
    image = data.photograph(name)
    side = min(image.shape[:2])
    top, left = ((n - side) // 2 for n in image.shape[:2])
    return single.shrink(image[top : top + side, left : left + side], -(-side // 128))


def light(image: Array, channel: int) -> Array:
    """One channel as the light that it is: red, green or blue on black.   -> (h, w, 3)"""
    alone = np.zeros_like(image)
    alone[:, :, channel] = image[:, :, channel]
    return alone


def answers_most_to(colour: str, view: View) -> bool:
    """Whether of the patches this one has the largest answer, in its middle."""
    middles = view.total[PATCH // 2 - 1 :: PATCH, PATCH // 2 - 1 :: PATCH].ravel()
    answers = dict(zip(COLOURS, middles))
    return all(answers[colour] > answers[other] + 1e-6 for other in COLOURS if other != colour)


def is_colour_blind(kernel: Array) -> bool:
    return bool(kernel.any()) and np.allclose(kernel, kernel[:, :, :1])


TASKS = (
    Task(
        "Make a kernel that answers more to the yellow patch than to all others.",
        lambda state, view: state.picture == "patches" and answers_most_to("yellow", view),
        "Yellow is red and green at once, without blue.",
    ),
    Task(
        "Make a kernel to which colours do not matter, only how bright a pixel is.",
        lambda state, view: is_colour_blind(state.kernel),
        "All slices are alike: only red + green + blue counts.",
    ),
    Task(
        "Find edges between colours: an even patch answers 0 in each slice, and slices differ.",
        lambda state, view: (
            state.kernel.any()
            and np.allclose(state.kernel.sum(axis=(0, 1)), 0, atol=1e-6)
            and not is_colour_blind(state.kernel)
        ),
        "Each slice sums to 0.",
    ),
)


class ColourLab(Lab):
    """Controls and pictures; `kernel` holds the weights, `view` what is shown."""

    tasks = TASKS

    def __init__(self):
        self.kernel = PRESETS["red against green"].copy()
        self._make_controls()
        self._make_pictures()
        self._new_picture()
        self._new_slice()
        rows = widgets.GridBox(
            [grid for row in zip(self.channels, self.slices, self.parts) for grid in row],
            layout={"grid_template_columns": "repeat(3, max-content)", "grid_gap": "0px 4px"},
        )
        right = widgets.VBox([self.picture_in, self.total])
        board = widgets.VBox(self.weights)
        board.add_class("cnncourse-block")
        below = widgets.HBox([widgets.VBox([self.slice, board]), rows, right], layout=ROW)
        above = widgets.HBox([self.picture, self.preset, self.stretch], layout=ROW)
        super().__init__([above, below, self._link, self._told])
        self.picture.observe(self._new_picture, "value")
        self.preset.observe(self._new_preset, "value")
        self.slice.observe(self._new_slice, "value")
        for control in self.weights:
            control.observe(self._edited, "value")
        self.stretch.observe(self.show, "value")
        for grid in (*self.parts, self.total):
            grid.observe(self.show, "pointed")
        self.total.observe(self.show, "selected")

    def _make_controls(self):
        wide = {"description_width": "3.6em"}
        self.picture = widgets.Dropdown(
            options=PICTURES, description="picture", style=wide, layout={"width": "180px"}
        )
        self.preset = widgets.Dropdown(
            options=[*PRESETS, OWN], description="kernel", style=wide, layout={"width": "280px"}
        )
        self.stretch = widgets.Checkbox(
            description="stretch contrast", indent=False, layout={"width": "150px"}
        )
        self.slice = widgets.ToggleButtons(
            options=CHANNELS, tooltip="the slice under the sliders", style={"button_width": "60px"}
        )
        self.weights = [
            slider(
                *(f"{i}, {j}", 0, -1, 1, STEP),
                name=f"weight in row {i}, column {j} of this slice",
                width="184px",
                style={"description_width": "2.2em"},
            )
            for i, j in np.ndindex(3, 3)
        ]

    def _make_pictures(self):
        answers = dict(palette="purple-orange", limits=(-DEEPEST, DEEPEST))
        self.picture_in = PixelGrid(size=LARGE_SIDE)
        self.channels = [
            PixelGrid(size=SIDE, title=name, label=f"the {name} channel") for name in CHANNELS
        ]
        self.slices = [
            PixelGrid(
                size=SIDE,
                palette="purple-orange",
                limits=(-HEAVIEST, HEAVIEST),
                numbers=True,
                format="{:.2g}",
                label=f"{name} slice of the kernel",
            )
            for name in CHANNELS
        ]
        self.parts = [
            PixelGrid(size=SIDE, title=title, label=f"the answer of the {name} slice", **answers)
            for title, name in zip(("= answer", "+ answer", "+ answer"), CHANNELS)
        ]
        self.total = PixelGrid(size=LARGE_SIDE, selectable=True, scale=True, **answers)
        self._told = Sentence()
        self._link = Linked(
            outputs=[*self.parts, self.total],
            inputs=[self.picture_in, *self.channels],
            kernels=self.slices,
        )

    def _new_picture(self, _=None):
        self.image = picture(self.picture.value)
        self.picture_in.show(self.image)
        self.picture_in.title = "picture, {} × {} × {}".format(*self.image.shape)
        self.picture_in.label = f"the picture: {self.picture.value}"
        for c, grid in enumerate(self.channels):
            grid.show(light(self.image, c))
        self.show()

    def _new_preset(self, _=None):
        if self.is_quiet or self.preset.value not in PRESETS:
            return
        self.kernel = PRESETS[self.preset.value].copy()
        self._new_slice()

    def _new_slice(self, _=None):
        """Put the weights of the chosen slice on the sliders."""
        if self.is_quiet:
            return
        with self.quiet():
            for control, weight in zip(self.weights, self.kernel[:, :, self.slice.index].ravel()):
                control.value = weight
        self.show()

    def _edited(self, _):
        """Take over what the sliders say."""
        if self.is_quiet:
            return
        weights = np.reshape([control.value for control in self.weights], (3, 3))
        self.kernel[:, :, self.slice.index] = weights
        with self.quiet():
            self.preset.value = OWN
        self.show()

    @property
    def state(self) -> State:
        return State(self.picture.value, self.kernel)

    def show(self, _=None):
        """Compute what the controls say, and show it."""
        if self.is_quiet:
            return
        places = [grid.pointed for grid in (*self.parts, self.total)] + [self.total.selected]
        place = next((each for each in places if each), None)
        self.view = view = look(self.image, self.kernel, place)
        strongest = max(np.abs(view.parts).max(), np.abs(view.total).max())
        reach = float(strongest) if self.stretch.value and strongest else DEEPEST
        for c in range(3):
            self.slices[c].show(self.kernel[:, :, c])
            self.slices[c].title = "× its slice" + (" ◂" if c == self.slice.index else "")
            self.channels[c].windows = [(*view.place, 3, 3)]
            self._show_answer(self.parts[c], view.parts[:, :, c], reach)
        self._show_answer(self.total, view.total, reach)
        low, high = number(view.total.min()), number(view.total.max())
        self.total.title = "= the sum, {} × {}".format(*view.total.shape)
        self.total.label = f"the sum of the three answers, from {low} to {high}"
        self.picture_in.windows = [(*view.place, 3, 3)]
        self._link.show(window("colour_lab", 3), self.image, self.kernel, channels=CHANNELS)
        self._told.text = f"{view.sentence} Purple is below 0, orange to brown above."
        self.tried()

    def _show_answer(self, grid, answers, reach):
        with self.quiet(), grid.hold_sync():  # a smaller output moves what is selected in it
            grid.limits = (-reach, reach)
            grid.show(answers)
            grid.windows = [(*self.view.place, 1, 1)]

    def __repr__(self):
        return f"ColourLab({self.picture.value}, {self.preset.value}, slice={self.slice.value})"


def colour_lab() -> ColourLab:
    """The lab: a kernel with three slices over a coloured picture; three answers, one sum."""
    return ColourLab()
