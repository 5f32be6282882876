"""Follow an image through a network: choose a number, see the window and the sum that made it."""

from typing import NamedTuple

import ipywidgets as widgets
import numpy as np

from .. import ops
from ..layers import Sequential
from ..pixels import PixelGrid
from ..shapes import Array, shown
from .digits import (
    LABELS,
    checked_image,
    checked_network,
    course_network,
    digits,
    drawing_pad,
    first_of_each,
)
from .lab import Lab, Task
from .live_network import MOST, LiveNetwork
from .mosaic import Mosaic, all_maps, palette_of, span
from .unit import Unit, View, cube, look, run, size_of
from .words import Sentence, number, percent

FIRST = 7  # the digit to begin with
OWN = -1  # in the place of a digit: what somebody has drawn (None would show as an empty field)
LISTED = 12  # numbers in a row, at most, that are listed by name
HEIGHT = 232  # pixels of the drawing
BESIDE = {"grid_gap": "0 12px", "align_items": "flex-start"}


class State(NamedTuple):
    """What the controls say."""

    digit: int  # OWN: somebody has drawn it
    last: bool  # whether the last layer is chosen


TASKS = (
    Task(
        "choose the scores in the drawing. Which numbers before them add most to the largest?",
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
    """The pad, the network and one of its maps; `view` is what is shown.

    `network.chosen` is the stack and the map that are looked at, `unit` the number.
    """

    tasks = TASKS

    def __init__(self, net: Sequential, image: Array, samples: Array, digit: int):
        self.net, self.samples = net, samples
        self.pad = drawing_pad(image, 150)
        self.digit = widgets.Dropdown(
            options=[("your own", OWN), *((str(i), i) for i in range(len(samples)))],
            value=digit,
            description="digit",
            style={"description_width": "3em"},
            layout={"width": "150px"},
        )
        self.network = LiveNetwork(
            net,
            samples,
            scores=True,
            rows=6,
            height=HEIGHT,
            label="the network, each layer a stack of maps",
            layout={"flex": "1 1 480px", "min_width": "0"},
        )
        self.before = PixelGrid(size=245, label="what the layer gets, with the window outlined")
        self.map = PixelGrid(size=245, selectable=True)
        self.map.label = "the chosen map; choose a number with the arrow keys"
        self.scores = widgets.Select(
            rows=LABELS, tooltip="the numbers that the layer gives", layout={"width": "160px"}
        )
        self._told, self._sum = Sentence(), Sentence(mono=True)
        self._sum.layout = {"flex": "1 0 390px", "min_width": "0", "margin": "18px 0 0"}
        self._new_image(first=True)
        pictures = [self.before, self.map, self.scores]
        for picture in pictures:  # on a narrow page they shrink, and all stay on the screen
            picture.layout.min_width = "0"
        own = widgets.VBox([self.pad, self.digit], layout={"flex": "none"})
        super().__init__(
            [
                widgets.HBox([own, self.network], layout=BESIDE),
                self._told,
                widgets.HBox([*pictures, self._sum], layout=BESIDE),
            ]
        )
        self.pad.on_draw(lambda _: self._drawn())
        self.digit.observe(lambda _: self._choose(), "value")
        self.network.observe(lambda change: self._mapped(change["old"]), "chosen")
        self.map.observe(lambda change: self._pointed(change["new"]), "selected")
        self.scores.observe(lambda change: self._listed(change["new"]), "index")

    @property
    def stack(self):
        """What is chosen in the drawing: a layer, or a layer and its ReLU."""
        return self.network.stacks[self.network.chosen[0]]

    def choose(self, name: str) -> None:
        """Choose the strongest number of what has this name in the drawing."""
        names = [stack.name for stack in self.network.stacks]
        if name not in names[1:]:
            raise ValueError(f"choose: name should be one of {names[1:]}, but is {shown(name)}.")
        self._look_at(names.index(name), None)

    def _drawn(self):
        if not self.is_quiet:
            with self.quiet():
                self.digit.value = OWN
        self._new_image()

    def _choose(self):
        if not self.is_quiet and self.digit.value != OWN:
            with self.quiet():
                self.pad.set_drawing(self.samples[self.digit.value, :, :, 0])

    def _new_image(self, first: bool = False):
        self.steps = run(self.net, self.pad.drawing[:, :, None])
        self.network.show(self.steps)
        place, m = (1, None) if first else self.network.chosen
        self._look_at(place, m)

    def _mapped(self, old):
        """A map was chosen in the drawing; the image is on the pad, and no layer makes it."""
        if self.is_quiet:
            return
        if self.network.chosen is None or self.network.chosen[0] == 0:
            with self.quiet():
                self.network.chosen = old
        else:
            self._look_at(*self.network.chosen)

    def _look_at(self, place: int, m: int | None):
        """Begin with the strongest number of a map, or with None, or in a row, of all."""
        maps = cube(self.steps[self.network.stacks[place].last + 1])
        m = None if is_row(maps) else m
        strongest = (maps if m is None else maps[:, :, m : m + 1]).argmax()
        at = np.unravel_index(strongest, maps.shape if m is None else (*maps.shape[:2], 1))
        self.unit = Unit(int(at[0]), int(at[1]), int(at[2]) if m is None else m)
        with self.quiet():
            drawn = min(self.network.stacks[place].shape[2], MOST) - 1
            self.network.chosen = place, min(self.unit.map, drawn)
        self.show()

    def _pointed(self, pixel):
        if not self.is_quiet and pixel is not None:
            row, column, m = Mosaic(part_of(self.view).shape).unit(pixel)
            self.unit = Unit(row, column, m if is_row(self.view.maps) else self.unit.map)
            self.show()

    def _listed(self, place):
        if not self.is_quiet and place is not None:
            self.unit = Unit(0, 0, place)
            self.show()

    def show(self):
        """Compute what is to be said of the unit, and show it."""
        stack = self.stack
        self.view = view = look(self.net, self.steps, stack.layer, self.unit, stack.last)
        with self.quiet():
            self._show_map(view)
        with self.before.hold_sync():
            self.before.windows = []
            self.before.show(all_maps(view.before, palette_of(self.net.layers[: stack.layer])))
            self.before.windows = windows_on(view)
            self.before.title = f"it gets {size_of(view.before)}{span(view.before)}"
        self.pad.windows = [view.field]
        self._told.text = f"{answer(self.steps)} {view.sentence}"
        self._sum.text = view.arithmetic
        self.tried()

    @property
    def state(self) -> State:
        return State(self.digit.value, self.stack.last == len(self.net.layers) - 1)

    def _show_map(self, view: View):
        """What the layer gives: a few numbers as a list, all else as a picture."""
        row = is_row(view.maps)
        listed = row and view.maps.shape[2] <= LISTED
        self.scores.layout.display = "" if listed else "none"
        self.map.layout.display = "none" if listed else ""
        if listed:
            with self.scores.hold_sync():
                numbers = view.maps.ravel().tolist()
                what = "label" if self.state.last else "number"
                self.scores.options = [f"{what} {i}:  {number(x)}" for i, x in enumerate(numbers)]
                self.scores.index = view.unit.map
            return
        part = part_of(view)
        mosaic = Mosaic(part.shape)
        chosen = view.unit if row else view.unit._replace(map=0)
        lines = -(-mosaic.c // mosaic.columns)
        what = f"{lines} × {mosaic.columns} numbers" if row else f"map {view.unit.map}"
        with self.map.hold_sync():
            reach = None if self.stack.palette == "grey" else float(np.abs(view.maps).max())
            self.map.show(all_maps(part, self.stack.palette, reach))
            self.map.selected = mosaic.pixel(chosen)
            self.map.title = f"{what}{span(part)}"

    def __repr__(self):
        return f"FollowImage({self.stack.name}, {self.unit})"


def is_row(maps: Array) -> bool:
    """Whether each of the maps is a single number.   (h, w, c)"""
    return maps.shape[:2] == (1, 1)


def part_of(view: View) -> Array:
    """What is shown large: the map of the unit, or all numbers of a row.   -> (h, w, c)"""
    return view.maps if is_row(view.maps) else view.maps[:, :, view.unit.map][:, :, None]


def answer(steps: list[Array]) -> str:
    """What a network says, of what its layers gave."""
    probabilities = ops.softmax(steps[-1])[0][0]
    best = int(probabilities.argmax())
    return f"The network says {best}: {percent(probabilities[best])}."


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
    net = course_network() if net is None else checked_network(net, "follow_image")
    samples = digits()[0][first_of_each()]
    if image is None:
        return FollowImage(net, samples[FIRST], samples, FIRST)
    return FollowImage(net, checked_image(image, "follow_image"), samples, OWN)
