"""The colour lab: one kernel with three slices, three answers, and their one sum."""

from typing import NamedTuple

import ipywidgets as widgets
import numpy as np

from .. import data, ops
from ..kernels import KERNELS
from ..pixels import PixelGrid
from ..shapes import Array
from .filter_bank import STEP, on_the_slider, show_changed, show_map, shrunk
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
ROW = {"flex_flow": "row wrap", "grid_gap": "6px 16px", "align_items": "flex-start"}


def same_in_all(slice_) -> Array:
    return np.repeat(np.asarray(slice_, float)[:, :, None], 3, axis=2)


def flat(*weights) -> Array:
    """The same weight everywhere in a slice."""
    return np.tile(np.asarray(weights, float), (3, 3, 1))


def middle(*weights) -> Array:
    """Weights in the middle alone: a kernel of 1 by 1."""
    kernel = np.zeros((3, 3, 3))
    kernel[1, 1] = weights
    return kernel


PRESETS = {
    "red against green": flat(0.1, -0.1, 0),
    "red, and nothing else": flat(0.1, -0.1, -0.1),
    "an edge, all slices alike": same_in_all(KERNELS["sobel_x"] / 10),
    "an edge from blue to red": np.stack(
        [KERNELS["sobel_x"] / 10, np.zeros((3, 3)), -KERNELS["sobel_x"] / 10], axis=2
    ),
    "brightness, averaged": flat(0.05, 0.05, 0.05),
    "1 × 1: yellow against blue": middle(0.5, 0.5, -1),
}
OWN = "your own"


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
    parts = np.stack(
        [ops.correlate2d(image[:, :, c], kernel[:, :, c].astype(image.dtype)) for c in range(3)],
        axis=2,
    )
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
    if np.allclose(kernel, kernel[:, :, :1]):
        return "All slices are alike: the kernel sees brightness only, not colour."
    if np.allclose(kernel.sum(axis=2), 0, atol=1e-6):
        return "At each place the weights of the three slices cancel: grey pixels get 0."
    return ""


def picture(name: str) -> Array:
    """One of PICTURES, at most 128 pixels wide and high.   -> (h, w, 3)"""
    if name != "patches":
        return shrunk(data.photograph(name))
    colours = np.array([*COLOURS.values()], np.float32).reshape(3, 3, 3)
    return colours.repeat(PATCH, axis=0).repeat(PATCH, axis=1)


class ColourLab(widgets.VBox):
    """Controls and pictures; `kernel` holds the weights, `view` what is shown."""

    def __init__(self):
        self._quiet = False
        self.kernel = PRESETS["red against green"].copy()
        self._make_controls()
        self._make_pictures()
        self._new_picture()
        self._new_slice()
        weights = widgets.GridBox(
            self.weights, layout={"grid_template_columns": "repeat(3, 172px)"}
        )
        edit = widgets.VBox(
            [widgets.HBox([self.picture, self.preset], layout=ROW), self.slice, weights]
        )
        rows = widgets.GridBox(
            [grid for row in zip(self.channels, self.slices, self.parts) for grid in row],
            layout={"grid_template_columns": "150px 100px 150px", "grid_gap": "2px 14px"},
        )
        right = widgets.VBox([self.picture_in, self.total], layout={"grid_gap": "8px"})
        super().__init__([edit, widgets.HBox([rows, right], layout=ROW), self._told])
        self.picture.observe(self._new_picture, "value")
        self.preset.observe(self._new_preset, "value")
        self.slice.observe(self._new_slice, "value")
        for slider in self.weights:
            slider.observe(self._edited, "value")
        self.total.observe(self.show, "selected")

    def _make_controls(self):
        wide = {"description_width": "4em"}
        self.picture = widgets.Dropdown(
            options=PICTURES, description="picture", style=wide, layout={"width": "210px"}
        )
        self.preset = widgets.Dropdown(
            options=[*PRESETS, OWN], description="kernel", style=wide, layout={"width": "290px"}
        )
        self.slice = widgets.ToggleButtons(
            options=CHANNELS, description="slice", style={"button_width": "70px", **wide}
        )
        self.weights = [
            widgets.FloatSlider(
                min=-1,
                max=1,
                step=STEP,
                description=f"{i}, {j}",
                style={"description_width": "2.2em"},
                layout={"width": "170px"},
                tooltip=f"the weight in row {i}, column {j} of this slice",
            )
            for i, j in np.ndindex(3, 3)
        ]

    def _make_pictures(self):
        self.picture_in = PixelGrid(size=230)
        self.channels = [
            PixelGrid(size=140, limits=(0, 1), title=f"{name} channel", label=f"{name} channel")
            for name in CHANNELS
        ]
        self.slices = [
            PixelGrid(size=96, palette="diverging", numbers=True, format="{:.2g}") for _ in CHANNELS
        ]
        self.parts = [PixelGrid(size=140, palette="diverging") for _ in CHANNELS]
        self.total = PixelGrid(size=230, palette="diverging", selectable=True)
        self._told = Sentence()

    @property
    def sentence(self) -> str:
        return self.view.sentence

    def _new_picture(self, _=None):
        self.image = picture(self.picture.value)
        self.picture_in.show(self.image)
        self.picture_in.title = "picture, {} × {} × {}".format(*self.image.shape)
        self.picture_in.label = f"the picture: {self.picture.value}"
        for c, grid in enumerate(self.channels):
            grid.show(self.image[:, :, c])
        self.show()

    def _new_preset(self, _=None):
        if self._quiet or self.preset.value not in PRESETS:
            return
        self.kernel = PRESETS[self.preset.value].copy()
        self._new_slice()

    def _new_slice(self, _=None):
        """Put the weights of the chosen slice on the sliders."""
        if self._quiet:
            return
        self._quiet = True
        for slider, weight in zip(self.weights, self.kernel[:, :, self.slice.index].ravel()):
            slider.value = on_the_slider(weight)
        self._quiet = False
        self.show()

    def _edited(self, _):
        """Take over what the sliders say; the page also answers, late, what we told it."""
        weights = np.reshape([slider.value for slider in self.weights], (3, 3))
        old = self.kernel[:, :, self.slice.index]
        if self._quiet or np.allclose(weights, old, atol=STEP / 10):
            return
        old[...] = weights
        self._quiet = True
        self.preset.value = OWN
        self._quiet = False
        self.show()

    def show(self, _=None):
        """Compute what the controls say, and show it."""
        if self._quiet:
            return
        self.view = view = look(self.image, self.kernel, self.total.selected)
        reach = float(np.abs(view.parts).max()) or 1.0  # the same colours mean the same numbers
        for c, name in enumerate(CHANNELS):
            show_changed(self.slices[c], self.kernel[:, :, c])
            self.slices[c].title = f"{name} slice"
            self.slices[c].label = f"{name} slice of the kernel"
            with self.parts[c].hold_sync():
                self.parts[c].limits = (-reach, reach)
                show_changed(self.parts[c], view.parts[:, :, c])
                self.parts[c].title = ("" if c == 0 else "+ ") + f"{name} answer"
                self.parts[c].label = f"the answer of the {name} slice"
                self.parts[c].windows = [(*view.place, 1, 1)]
            self.channels[c].windows = [(*view.place, 3, 3)]
        self._quiet = True  # a smaller output moves what is selected in it
        show_map(self.total, view.total, False, "the sum of the three answers")
        self._quiet = False
        self.total.title = "= the sum, {} × {}".format(*view.total.shape)
        self.total.windows = [(*view.place, 1, 1)]
        self.picture_in.windows = [(*view.place, 3, 3)]
        self._told.text = view.sentence

    def __repr__(self):
        return f"ColourLab({self.picture.value}, {self.preset.value}, slice={self.slice.value})"


def colour_lab() -> ColourLab:
    """The lab: a kernel with three slices over a coloured picture; three answers, one sum."""
    return ColourLab()
