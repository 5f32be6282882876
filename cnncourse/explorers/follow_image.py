"""Follow an image through a network: choose a number, see the window and the sum that made it."""

from typing import NamedTuple

import ipywidgets as widgets
import numpy as np

from .. import ops
from ..layers import Sequential, check_network
from ..pixels import PixelGrid
from ..shapes import Array
from .digits import checked_image, course_network, digits, first_of_each
from .lab import Lab, Task
from .mosaic import Mosaic, all_maps, palette_of, span
from .unit import Unit, View, cube, look, name_of, run, size_of
from .words import Sentence, number, percent

FIRST = 7  # the digit to begin with
OWN = -1  # in the place of a digit: what somebody has drawn (None would show as an empty field)
LISTED = 12  # numbers in a row, at most, that are listed by name
CONTROLS = {"flex_flow": "row wrap", "grid_gap": "0 12px", "align_items": "center"}
NARROW = {"description_width": "3.4em"}


class State(NamedTuple):
    """What the controls say."""

    digit: int  # OWN: somebody has drawn it
    last: bool  # whether the last layer is chosen


TASKS = (
    Task(
        "choose the last layer. Which numbers before it add most to the largest score?",
        lambda state, view: state.last,
        "The sum names the strongest.",
    ),
    Task(
        "choose a score that is not the largest.",
        lambda state, view: state.last and view.value < view.maps.max(),
        "Compare its terms with those of the largest.",
    ),
    Task(
        "draw on the image, and see the sum change.",
        lambda state, view: state.digit == OWN and state.last,
    ),
)


class FollowImage(Lab):
    """The pad, the layers, the maps; `view` is what is shown."""

    tasks = TASKS

    def __init__(self, net: Sequential, image: Array, samples: Array, digit: int):
        self.net, self.samples = net, samples
        self.pad = PixelGrid(
            image[:, :, 0],
            size=168,
            drawable=True,
            brush=1.2,
            title="the image",
            label="the image, to draw on",
        )
        self.digit = widgets.Dropdown(
            options=[("your own", OWN), *((str(i), i) for i in range(len(samples)))],
            value=digit,
            description="digit",
            style=NARROW,
            layout={"width": "150px"},
        )
        self.layer = widgets.Dropdown(
            options=[(f"{i}  {name_of(la)}", i - 1) for i, la in enumerate(net.layers, 1)],
            description="layer",
            style=NARROW,
            layout={"width": "230px"},
        )
        self.before = PixelGrid(size=290, label="what the layer gets, with the window outlined")
        self.maps = PixelGrid(size=340, selectable=True)
        self.maps.label = "the maps of the layer; choose a number with the arrow keys"
        self.scores = widgets.Select(
            rows=LISTED, tooltip="the numbers that the layer gives", layout={"width": "180px"}
        )
        self._told, self._sum, self._answer = Sentence(), Sentence(mono=True), Sentence()
        self.unit = Unit(0, 0, 0)
        self._new_image()
        pictures = [self.pad, self.before, self.maps, self.scores]
        for picture in pictures:  # on a narrow page they shrink, and all stay on the screen
            picture.layout.min_width = "0"
        super().__init__(
            [
                widgets.HBox([self.digit, self.layer, self._answer], layout=CONTROLS),
                widgets.HBox(pictures),
                self._told,
                self._sum,
            ]
        )
        self.pad.on_draw(lambda _: self._drawn())
        self.digit.observe(lambda _: self._choose(), "value")
        self.layer.observe(lambda _: self._new_layer(), "value")
        self.maps.observe(lambda change: self._pointed(change["new"]), "selected")
        self.scores.observe(lambda change: self._listed(change["new"]), "index")

    def _drawn(self):
        if not self.is_quiet:
            with self.quiet():
                self.digit.value = OWN
        self._new_image()

    def _choose(self):
        if not self.is_quiet and self.digit.value != OWN:
            with self.quiet():
                self.pad.set_drawing(self.samples[self.digit.value, :, :, 0])

    def _new_image(self):
        self.steps = run(self.net, self.pad.drawing[:, :, None])
        if self.steps[-1].ndim == 2:
            probabilities = ops.softmax(self.steps[-1])[0][0]
            best = int(probabilities.argmax())
            self._answer.text = f"The network says {best}: {percent(probabilities[best])}."
        self._new_layer()

    def _new_layer(self):
        """Begin with the strongest unit of the layer."""
        maps = cube(self.steps[self.layer.value + 1])
        self.unit = Unit(*(int(at) for at in np.unravel_index(maps.argmax(), maps.shape)))
        self.show()

    def _pointed(self, pixel):
        if not self.is_quiet and pixel is not None:
            self.unit = Mosaic(self.view.maps.shape).unit(pixel, self.unit)
            self.show()

    def _listed(self, place):
        if not self.is_quiet and place is not None:
            self.unit = Unit(0, 0, place)
            self.show()

    def show(self):
        """Compute what is to be said of the unit, and show it."""
        place = self.layer.value
        self.view = view = look(self.net, self.steps, place, self.unit)
        with self.quiet():
            self._show_maps(view, palette_of(self.net.layers[: place + 1]), place + 1)
        with self.before.hold_sync():
            self.before.windows = []
            self.before.show(all_maps(view.before, palette_of(self.net.layers[:place])))
            self.before.windows = windows_on(view)
            self.before.title = f"it gets {size_of(view.before)}{span(view.before)}"
        self.pad.windows = [view.field]
        self._told.text, self._sum.text = view.sentence, view.arithmetic
        self.tried()

    @property
    def state(self) -> State:
        return State(self.digit.value, self.layer.value == len(self.net.layers) - 1)

    def _show_maps(self, view: View, palette: str, place: int):
        """What the layer gives: a few numbers as a list, all else as a picture."""
        listed = view.maps.shape[:2] == (1, 1) and view.maps.shape[2] <= LISTED
        self.scores.layout.display = "" if listed else "none"
        self.maps.layout.display = "none" if listed else ""
        if listed:
            with self.scores.hold_sync():
                numbers = view.maps.ravel().tolist()
                what = "label" if place == len(self.net.layers) else "number"
                self.scores.options = [f"{what} {i}:  {number(x)}" for i, x in enumerate(numbers)]
                self.scores.index = view.unit.map
            return
        with self.maps.hold_sync():
            self.maps.show(all_maps(view.maps, palette))
            self.maps.selected = Mosaic(view.maps.shape).pixel(view.unit)
            self.maps.title = f"layer {place} gives {size_of(view.maps)}{span(view.maps)}"

    def __repr__(self):
        return f"FollowImage(layer {self.layer.value + 1}, {self.unit})"


def windows_on(view: View) -> list[tuple[int, int, int, int]]:
    """The window of a unit, on the picture of all that its layer gets."""
    mosaic, (row, column, rows, columns) = Mosaic(view.before.shape), view.window
    corners = [mosaic.pixel(Unit(row, column, m)) for m in view.looks_at]
    return [(*corner, rows, columns) for corner in corners]


def follow_image(net: Sequential | None = None, image: Array | None = None) -> FollowImage:
    """The lab: one image through a network, layer by layer, number by number.

    net: a network for digits, (28, 28, 1); the course's trained one if left out.
    image: (28, 28) or (28, 28, 1) of floats 0 to 1; a test digit if left out.
    """
    net = course_network() if net is None else net
    check_network(net, "follow_image: net")
    samples = digits()[0][first_of_each()]
    if image is None:
        return FollowImage(net, samples[FIRST], samples, FIRST)
    return FollowImage(net, checked_image(image, "follow_image"), samples, OWN)
