"""The lab in which any number of a network is asked for its blame, and then really nudged."""

import functools

import ipywidgets as widgets
import numpy as np

from .. import figures, ops
from ..layers import Sequential
from ..pixels import PixelGrid
from ..shapes import Array, check_int
from .blame import (
    NUDGES,
    NUMBERS,
    Part,
    State,
    View,
    look,
    parts,
    reach_of,
    short,
    strongest,
    walk,
)
from .chart import Chart, dot, note, round_numbers
from .digits import (
    LABELS,
    checked_image,
    checked_network,
    course_network,
    digits,
    drawing_pad,
    first_of_each,
)
from .lab import Lab, slider
from .live_curves import BOTTOM, FAINT, HELD, LEFT, OWN, RIGHT, TOP, key, level, line, scale
from .mosaic import Mosaic, all_maps, palette_of, span
from .unit import size_of
from .words import Sentence, number, percent

MISREAD = 321  # the test image to begin with: the network takes it for another digit
OWN_IMAGE = -1
FEW = 64  # single numbers, at most, that are written on their pixels
CONTROLS = {"flex_flow": "row wrap", "grid_gap": "0 12px", "align_items": "center"}
NARROW = {"description_width": "3.4em"}


class Slope(Chart):
    """The true losses as a curve, the slope as a straight line, and both at the chosen nudge."""

    def draw(self, view: View, nudge: float, loss: float) -> None:
        """loss: without any nudge."""
        self.drawn = view, nudge, loss
        low, high = view.value + view.nudges[0], view.value + view.nudges[-1]
        floor, ceiling = limits(view.losses, view.promised)
        x, y = scale(low, high, LEFT, RIGHT), scale(floor, ceiling, BOTTOM, TOP)
        at = x(view.value + nudge)
        curve = [(x(view.value + n), y(each)) for n, each in zip(view.nudges, view.losses)]
        straight = [
            (x(view.value + n), y(loss + view.blame * n))
            for n in ends_of_slope(view, loss, floor, ceiling)
        ]
        parts = [
            *(note(x(each), BOTTOM + 15, short(each)) for each in (low, view.value, high)),
            *(level(y(each), short(each)) for each in round_numbers(floor, ceiling)),
            f'<path d="M{x(view.value):.1f} {TOP}V{BOTTOM}" stroke="{FAINT}"/>',
            line(straight, HELD, "6 3"),
            line(curve, OWN),
            line([(at, y(view.promised)), (at, y(view.loss))], FAINT, "2 2"),
            dot(at, y(view.promised), HELD, hollow=True),
            dot(at, y(view.loss), OWN),
            key(LEFT, "loss that comes out", OWN),
            key(LEFT + 140, "what the slope promises", HELD, "6 3"),
            note((LEFT + RIGHT) / 2, BOTTOM + 30, "the number that is nudged"),
        ]
        self.paint(parts, "-14 0 364 220")

    @property
    def alternative(self) -> str:
        view, nudge, loss = self.drawn
        return (
            f"The loss for nudges from {number(view.nudges[0], 3)} to "
            f"{number(view.nudges[-1], 3)}: from {short(view.losses[0])} over {short(loss)} to "
            f"{short(view.losses[-1])}. At {number(nudge, 3)} it is {short(view.loss)}; the slope "
            f"promised {short(view.promised)}."
        )

    def plot(self):
        view, _, loss = self.drawn
        lines = {"loss": view.losses, "slope": loss + view.blame * view.nudges}
        return figures.lines(view.value + view.nudges, lines, "the number that is nudged", "loss")


def limits(losses: Array, promised: float) -> tuple[float, float]:
    """What the curve shows: all losses and the promise, and never less than a hundredth."""
    low, high = float(min(losses.min(), promised)), float(max(losses.max(), promised))
    room = max((high - low) / 20, 0.005)
    return low - room, high + room


def ends_of_slope(view: View, loss: float, floor: float, ceiling: float) -> tuple[float, float]:
    """The nudges between which the straight line stays within what the curve shows."""
    first, last = float(view.nudges[0]), float(view.nudges[-1])
    if abs(view.blame) * last < 1e-9:  # as good as level
        return first, last
    low, high = sorted((edge - loss) / view.blame for edge in (floor, ceiling))
    return max(first, low), min(last, high)


class BlameLab(Lab):
    """Pad, choices, numbers and their blames; `state` is what is chosen, `view` what is shown."""

    def __init__(self, net: Sequential, image: Array, label: int, samples: dict, chosen: int):
        self.net, self.samples, self.parts = net, samples, parts(net)
        self.picture = image
        self._make_controls(image, label, chosen)
        self._make_pictures()
        self._new_image()
        super().__init__(
            [
                widgets.HBox([self.image, self.label, self.part], layout=CONTROLS),
                self._answer,
                widgets.HBox([self.pad, self.values, self.blames, self.terms]),
                self._told,
                widgets.HBox(
                    [widgets.VBox([self.nudge, self.curve]), self._sum], layout={"grid_gap": "12px"}
                ),
            ]
        )
        self.pad.on_draw(lambda _: self._drawn())
        self.image.observe(lambda _: self._choose(), "value")
        self.label.observe(lambda _: self.is_quiet or self._new_image(), "value")
        self.part.observe(lambda _: self._new_part(), "value")
        self.nudge.observe(lambda _: self.is_quiet or self.show(), "value")
        for grid in (self.values, self.blames):
            grid.observe(lambda change: self._pointed(change["new"]), "selected")

    def _make_controls(self, image, label, chosen):
        self.pad = drawing_pad(image, 168)
        self.image = widgets.Dropdown(
            options=[("your own", OWN_IMAGE), *((name, i) for i, name in enumerate(self.samples))],
            value=chosen,
            description="image",
            style=NARROW,
            layout={"width": "190px"},
        )
        self.label = widgets.Dropdown(
            options=range(LABELS),
            value=label,
            description="true label",
            style={"description_width": "5.2em"},
            layout={"width": "150px"},
            tooltip="the label that the loss is measured against",
        )
        self.part = widgets.Dropdown(
            options=list(self.parts.items()),
            description="numbers of",
            style={"description_width": "6em"},
            layout={"width": "310px"},
        )
        self.nudge = slider(
            "nudge", 0, -1, 1, 0.1, name="nudge: what is added to the number", width="380px"
        )

    def _make_pictures(self):
        look = dict(size=240, selectable=True, numbers=True, format="{:.2g}")
        self.values = PixelGrid(**look, label="the numbers; choose one with the arrow keys")
        self.blames = PixelGrid(
            **look, palette="diverging", label="their blames; choose one with the arrow keys"
        )
        self.terms = PixelGrid(
            size=200,
            numbers=True,
            format="{:.2g}",
            palette="diverging",
            label="the terms that add up to the blame",
        )
        for picture in (self.pad, self.values, self.blames, self.terms):
            picture.layout.min_width = "0"  # on a narrow page they shrink
        self.curve = Slope()
        self._answer, self._told, self._sum = Sentence(), Sentence(), Sentence(mono=True)

    @property
    def state(self) -> State:
        return State(self.part.value, self.unit, self.nudge.index - NUDGES)

    def _drawn(self):
        if not self.is_quiet:
            with self.quiet():
                self.image.value = OWN_IMAGE
            self.picture = self.pad.drawing[:, :, None]
            self._new_image()

    def _choose(self):
        if not self.is_quiet and self.image.value != OWN_IMAGE:
            image, label = list(self.samples.values())[self.image.value]
            with self.quiet():
                self.pad.set_drawing(image)
                self.picture = image[:, :, None]  # the pad has fewer shades
                self.label.value = label
            self._new_image()

    def _new_image(self):
        """Walk forward and back; the chosen number stays, if there is one."""
        self.walk = walk(self.net, self.picture, self.label.value)
        probabilities = ops.softmax(self.walk.steps[-1])[0][0]
        best = int(probabilities.argmax())
        self._answer.text = (
            f"The network says {best}, with {percent(probabilities[best])}; the probability of "
            f"{self.label.value} is {percent(probabilities[self.label.value])}, so the loss is "
            f"{short(self.walk.loss)}."
        )
        self._new_part()

    def _new_part(self):
        """Begin with the number that is most to blame, nudged by half of what can be."""
        part = self.part.value
        self.unit, reach = strongest(self.walk, part), reach_of(self.walk, part)
        steps = [place * reach / NUDGES for place in range(-NUDGES, NUDGES + 1)]
        with self.quiet():
            place = self.nudge.index if part == getattr(self, "_part", None) else NUDGES * 3 // 2
            self.nudge.options = [(number(step, 3), step) for step in steps]
            self.nudge.index = place
        self._part = part
        self.show(anew=True)

    def _pointed(self, pixel):
        if not self.is_quiet and pixel is not None:
            self.unit = Mosaic(self.view.values.shape).unit(pixel, self.unit)
            self.show()

    def show(self, anew: bool = False):
        """Compute what there is to say of the chosen number; anew: other numbers to choose from."""
        self.view = view = look(self.walk, self.state)
        if anew:
            self._show_part(view, self.part.value)
        at = Mosaic(view.values.shape).pixel(view.unit)
        with self.quiet():
            self.values.selected = self.blames.selected = at
        with self.terms.hold_sync():
            put(self.terms, view.terms if view.terms.size else np.zeros((1, 1, 1)), "diverging")
            single, one = view.terms.shape[:2] == (1, 1), view.terms.size == 1
            self.terms.title = "its term" if one else f"its terms, {size_of(view.terms)}"
            self.terms.size = 70 * min(view.terms.size, 3) if single else 200
        self.pad.windows = [view.field] if view.field else []
        self.curve.draw(view, view.nudges[self.state.nudge + NUDGES], self.walk.loss)
        self._told.text, self._sum.text = view.sentence, view.arithmetic

    def _show_part(self, view: View, part: Part):
        layers = self.net.layers[: part.place]
        palette = palette_of(layers) if part.kind == NUMBERS else "diverging"
        with self.quiet(), self.values.hold_sync(), self.blames.hold_sync():
            put(self.values, view.values, palette)
            put(self.blames, view.blames, "diverging")
            reach = short(float(np.abs(view.blames).max()))
            count = " numbers" if view.values.shape[:2] == (1, 1) else ""
            self.values.title = f"{size_of(view.values)}{count}{span(view.values)}"
            self.blames.title = f"blames, up to ±{reach}"

    def __repr__(self):
        return f"BlameLab({self.part.label}, {tuple(self.unit)}, nudge={self.nudge.value:g})"


def put(grid: PixelGrid, maps: Array, palette: str) -> None:
    """Show maps side by side, a few single numbers with their digits."""
    few = maps.shape[:2] == (1, 1) and maps.shape[2] <= FEW
    shown = Mosaic(maps.shape).picture(maps)
    grid.selected = None
    if few and np.isfinite(shown).all():
        grid.palette = palette
        grid.show(shown)
    else:
        grid.show(all_maps(maps, palette))


@functools.cache
def samples() -> dict[str, tuple[Array, int]]:
    """Test images by name: one that is misread, and the first of each digit."""
    x, y = digits()
    named = {f"a misread {y[MISREAD]}": MISREAD}
    named |= {f"a {label}": place for label, place in enumerate(first_of_each())}
    return {name: (x[place, :, :, 0], int(y[place])) for name, place in named.items()}


def blame_lab(
    net: Sequential | None = None, image: Array | None = None, label: int | None = None
) -> BlameLab:
    """The lab: one image through a network and back; ask any number for its blame, and nudge it.

    net: a network for digits, (28, 28, 1); the course's trained one if left out.
    image: (28, 28) or (28, 28, 1) of floats 0 to 1, with its label; a misread digit if left out.
    """
    net = course_network() if net is None else checked_network(net, "blame_lab")
    if image is None:
        image, label = next(iter(samples().values()))
        return BlameLab(net, image[:, :, None], label, samples(), 0)
    image = checked_image(image, "blame_lab")
    if check_int(label, "blame_lab: label", 0) >= LABELS:
        raise ValueError(f"blame_lab: label should be a digit, 0 to 9, but is {label}.")
    return BlameLab(net, image, int(label), samples(), OWN_IMAGE)
