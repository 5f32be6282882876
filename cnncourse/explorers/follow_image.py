"""Follow an image through a network: choose a number, see the window and the sum that made it."""

import math
from typing import NamedTuple

import ipywidgets as widgets
import numpy as np

from .. import data, ops, storage
from ..layers import Conv2D, Dense, Flatten, Layer, MaxPool2D, ReLU, Sequential, _Pool2D
from ..pixels import PixelGrid
from ..shapes import Array, borders, pair
from .classifier_lab import percent
from .words import Sentence, number, product

STRONGEST = 5  # terms that are written out
FIRST = 7  # the digit to begin with
ROW = {"flex_flow": "row wrap", "grid_gap": "6px 22px", "align_items": "flex-start"}
NAMES = {"Conv2D": "convolution", "MaxPool2D": "max pooling", "AvgPool2D": "average pooling"}


class Unit(NamedTuple):
    """One number of a layer: its place and its map."""

    row: int
    column: int
    map: int


class View(NamedTuple):
    """Everything the lab shows of one unit."""

    before: Array  # (h, w, c), what the layer gets
    maps: Array  # (h, w, c), what it gives; a row of numbers is (1, 1, c)
    unit: Unit
    window: tuple[int, int, int, int] | None  # on `before`; None where the layer looks at all of it
    looks_at: list[int]  # the maps of `before` that it looks at
    field: tuple[int, int, int, int]  # on the image: all that can change this number
    terms: list[tuple[str, float]]  # they sum to the value, or their largest or mean is it
    value: float
    arithmetic: str
    sentence: str


def run(net: Sequential, image: Array) -> list[Array]:
    """The image and what each layer makes of it, one by one.   image: (h, w, c)"""
    steps = [image[None]]
    for layer in net.layers:
        steps.append(layer(steps[-1]))
    return steps


def cube(step: Array) -> Array:
    """One image's maps; a row of numbers as maps of a single pixel.   -> (h, w, c)"""
    return step[0] if step.ndim == 4 else step[0][None, None]


def look(net: Sequential, steps: list[Array], place: int, unit: Unit) -> View:
    """What there is to say of one unit of layer number `place`, counted from 0."""
    layer, before, maps = net.layers[place], cube(steps[place]), cube(steps[place + 1])
    unit = Unit(*(min(max(at, 0), n - 1) for at, n in zip(unit, maps.shape)))
    value = float(maps[unit])
    window, looks_at = window_of(layer, unit, before.shape)
    field = field_of(net.layers[: place + 1], unit, cube(steps[0]).shape, before.shape)
    terms, arithmetic = sum_of(layer, before, unit, value)
    told = (
        f"Layer {place + 1}, {name_of(layer)}: {size_of(before)} in, {size_of(maps)} out. "
        f"{where(unit, maps)} is {number(value)}. "
        f"It can be changed by {field[2]} × {field[3]} pixels of the image"
        + (" (some of them lie in the padding)." if hangs_over(field, steps[0].shape) else ".")
    )
    return View(before, maps, unit, window, looks_at, field, terms, value, arithmetic, told)


def name_of(layer: Layer) -> str:
    return NAMES.get(type(layer).__name__, type(layer).__name__)


def size_of(maps: Array) -> str:
    return f"{maps.shape[2]:,}" if maps.shape[:2] == (1, 1) else " × ".join(map(str, maps.shape))


def where(unit: Unit, maps: Array) -> str:
    if maps.shape[:2] == (1, 1):
        return f"Number {unit.map}"
    return f"Row {unit.row}, column {unit.column} of map {unit.map}"


def hangs_over(field, shape) -> bool:
    row, column, rows, columns = field
    return row < 0 or column < 0 or row + rows > shape[1] or column + columns > shape[2]


def geometry(layer: Layer):
    """(rows, columns) each: what a window reaches over, its stride, the padding before it."""
    k = pair(layer.settings["k"], "k")
    apart = pair(layer.settings.get("dilation", 1), "dilation")
    reach = tuple((size - 1) * d + 1 for size, d in zip(k, apart))
    stride = layer.settings["stride"]
    stride = k if stride is None else pair(stride, "stride")
    top, _, left, _ = borders(layer.settings.get("pad", 0), reach, "pad")
    return reach, stride, (top, left)


def window_of(layer: Layer, unit: Unit, shape) -> tuple[tuple | None, list[int]]:
    """Where in what it gets a layer looks for a unit, and in which maps."""
    if isinstance(layer, (Conv2D, _Pool2D)):
        reach, stride, pad = geometry(layer)
        at = tuple(i * s - p for i, s, p in zip(unit, stride, pad))
        every = range(shape[2]) if isinstance(layer, Conv2D) else [unit.map]
        return (*at, *reach), list(every)
    if isinstance(layer, Flatten):
        row, column, channel = np.unravel_index(unit.map, shape)
        return (int(row), int(column), 1, 1), [int(channel)]
    if isinstance(layer, Dense):
        return None, list(range(shape[2]))
    return (unit.row, unit.column, 1, 1), [unit.map]


def field_of(layers: list[Layer], unit: Unit, image, before) -> tuple[int, int, int, int]:
    """The receptive field of a unit of the last of these layers, on the image."""
    if any(isinstance(layer, Dense) for layer in layers):
        return (0, 0, image[0], image[1])
    if isinstance(layers[-1], Flatten):
        row, column, channel = (int(at) for at in np.unravel_index(unit.map, before))
        return field_of(layers[:-1], Unit(row, column, channel), image, before)
    first, last = [unit.row, unit.column], [unit.row, unit.column]
    for layer in reversed(layers):  # from the unit back to the pixels
        if isinstance(layer, (Conv2D, _Pool2D)):
            reach, stride, pad = geometry(layer)
            first = [f * s - p for f, s, p in zip(first, stride, pad)]
            last = [i * s - p + r - 1 for i, s, p, r in zip(last, stride, pad, reach)]
    return (*first, *(i - f + 1 for i, f in zip(last, first)))


def sum_of(layer: Layer, before: Array, unit: Unit, value: float):
    """The terms that make a value, and the same written out."""
    if isinstance(layer, Conv2D):
        return conv_sum(layer, before, unit, value)
    if isinstance(layer, Dense):
        return dense_sum(layer, before, unit, value)
    if isinstance(layer, _Pool2D):
        _, stride, _ = geometry(layer)
        k = pair(layer.settings["k"], "k")
        top, left = (i * s for i, s in zip(unit, stride))
        window = before[top : top + k[0], left : left + k[1], unit.map]
        terms = [
            (f"row {top + i}, column {left + j}", float(x)) for (i, j), x in np.ndenumerate(window)
        ]
        lines = "\n".join("  " + "  ".join(number(x) for x in row) for row in window)
        how = "the largest" if isinstance(layer, MaxPool2D) else "the mean"
        return terms, f"{how} of\n{lines}\n  = {number(value)}"
    window, maps = window_of(layer, unit, before.shape)
    old = float(before[window[0], window[1], maps[0]])
    if isinstance(layer, ReLU):
        return [("before", old)], f"the larger of {number(old)} and 0 = {number(value)}"
    place = f"row {window[0]}, column {window[1]} of map {maps[0]}"
    return [("before", old)], f"taken over as it is, from {place}: {number(value)}"


def conv_sum(layer: Conv2D, before: Array, unit: Unit, value: float):
    """One sum for each map that comes in, and the bias."""
    reach, stride, _ = geometry(layer)
    apart = pair(layer.settings.get("dilation", 1), "dilation")
    edges = borders(layer.settings["pad"], reach, "pad")
    framed = np.pad(before, [edges[:2], edges[2:], (0, 0)])
    top, left = (i * s for i, s in zip(unit, stride))
    window = framed[top : top + reach[0] : apart[0], left : left + reach[1] : apart[1]]
    kernel, bias = layer.params["w"][..., unit.map], float(layer.params["b"][unit.map])
    sums = (window * kernel).sum(axis=(0, 1))
    terms = [(f"map {m}", float(s)) for m, s in enumerate(sums)] + [("bias", bias)]
    best = int(np.abs(sums).argmax())
    lines = [
        "  " + " + ".join(product(x, w) for x, w in zip(xs, ws))
        for xs, ws in zip(window[:, :, best], kernel[:, :, best])
    ]
    head = f"map {best}, pixel times weight, added up" if len(sums) > 1 else "pixel times weight"
    text = [head, *(" +"[bool(i)] + line[1:] for i, line in enumerate(lines))]
    text.append(f"  = {number(float(sums[best]))}")
    return terms, "\n".join([*text, added_up(terms, value)])


def dense_sum(layer: Dense, before: Array, unit: Unit, value: float):
    """Each number that comes in, times its weight, and the bias."""
    numbers = before.ravel()
    weights, bias = layer.params["w"][:, unit.map], float(layer.params["b"][unit.map])
    terms = [(f"number {i}", float(x * w)) for i, (x, w) in enumerate(zip(numbers, weights))]
    terms.append(("bias", bias))
    strong = np.argsort(-np.abs(numbers * weights), kind="stable")[:STRONGEST]
    lines = [f"  number {i}: {product(numbers[i], weights[i])}" for i in strong]
    return terms, "\n".join(["number times weight, the strongest:", *lines, added_up(terms, value)])


def added_up(terms, value: float) -> str:
    """The strongest terms by name, the others together, and their sum."""
    *others, bias = terms
    strong = sorted(others, key=lambda term: -abs(term[1]))[:STRONGEST]
    rest = sum(v for _, v in others) - sum(v for _, v in strong)
    parts = [f"{number(v)} ({name})" for name, v in strong]
    if len(others) > len(strong):
        parts.append(f"{number(rest)} ({len(others) - len(strong)} others)")
    parts.append(f"{number(bias[1])} (bias)")
    return "all together\n  " + "\n  + ".join(parts) + f"\n  = {number(value)}"


class Mosaic:
    """Where each map lies in a picture of all maps side by side, a pixel apart."""

    def __init__(self, shape):
        self.h, self.w, self.c = shape
        self.columns = math.ceil(math.sqrt(self.c * self.h / self.w)) if self.h > 1 else self.c
        self.columns = min(self.columns, 10) if (self.h, self.w) == (1, 1) else self.columns

    def picture(self, maps: Array) -> Array:
        """All maps.   (h, w, c)   ->   (rows, columns), NaN between them"""
        rows = -(-self.c // self.columns)
        gap = 0 if (self.h, self.w) == (1, 1) else 1
        shown = np.full((rows * (self.h + gap) - gap, self.columns * (self.w + gap) - gap), np.nan)
        for m in range(self.c):
            top, left = self.corner(m)
            shown[top : top + self.h, left : left + self.w] = maps[:, :, m]
        return shown

    def corner(self, m: int) -> tuple[int, int]:
        gap = 0 if (self.h, self.w) == (1, 1) else 1
        row, column = divmod(m, self.columns)
        return row * (self.h + gap), column * (self.w + gap)

    def unit(self, at: tuple[int, int]) -> Unit:
        """The unit at a pixel of the picture; the nearest of a map where the gap is hit."""
        gap = 0 if (self.h, self.w) == (1, 1) else 1
        (i, row), (j, column) = divmod(at[0], self.h + gap), divmod(at[1], self.w + gap)
        m = min(i * self.columns + j, self.c - 1)
        return Unit(min(row, self.h - 1), min(column, self.w - 1), m)

    def pixel(self, unit: Unit) -> tuple[int, int]:
        top, left = self.corner(unit.map)
        return top + unit.row, left + unit.column


class FollowImage(widgets.VBox):
    """The pad, the layers, the maps; `view` is what is shown."""

    def __init__(self, net: Sequential, image: Array, samples: Array, digit: int | None):
        self.net, self.samples, self._quiet = net, samples, False
        self.pad = PixelGrid(
            image[:, :, 0],
            size=230,
            drawable=True,
            brush=1.2,
            title="draw, or choose a digit",
            label="the image, to draw on",
        )
        self.digit = widgets.Dropdown(
            options=[("your own", None), *((str(i), i) for i in range(len(samples)))],
            value=digit,
            description="digit",
            style={"description_width": "3.4em"},
            layout={"width": "160px"},
        )
        self.layer = widgets.Dropdown(
            options=[(f"{i + 1}  {name_of(layer)}", i) for i, layer in enumerate(net.layers)],
            description="layer",
            style={"description_width": "3.4em"},
            layout={"width": "230px"},
        )
        self.before = PixelGrid(size=300, palette="viridis")
        self.maps = PixelGrid(size=380, palette="viridis", selectable=True)
        self._told, self._sum, self._answer = Sentence(), Sentence(mono=True), Sentence()
        self.unit = Unit(0, 0, 0)
        self._new_image()
        left = widgets.VBox([self.digit, self.pad, self._answer])
        left.layout.width = "250px"
        right = widgets.VBox([widgets.HBox([self.layer]), self.maps])
        super().__init__(
            [
                widgets.HBox([left, right, widgets.VBox([self.before, self._sum])], layout=ROW),
                self._told,
            ]
        )
        self.pad.on_draw(self._drawn)
        self.digit.observe(self._choose, "value")
        self.layer.observe(self._new_layer, "value")
        self.maps.observe(self._pointed, "selected")

    @property
    def sentence(self) -> str:
        return self.view.sentence

    def _drawn(self, _):
        if not self._quiet:
            self._quiet = True
            self.digit.value = None
            self._quiet = False
        self._new_image()

    def _choose(self, _):
        if self._quiet or self.digit.value is None:
            return
        self._quiet = True
        self.pad.set_drawing(self.samples[self.digit.value, :, :, 0])
        self._quiet = False

    def _new_image(self):
        self.steps = run(self.net, self.pad.drawing[:, :, None])
        shares = ops.softmax(self.steps[-1])[0][0] if self.steps[-1].ndim == 2 else None
        if shares is not None:
            best = int(shares.argmax())
            self._answer.text = f"The network says {best}: {percent(shares[best])}."
        self._new_layer()

    def _new_layer(self, _=None):
        """Begin with the strongest unit of the layer."""
        maps = cube(self.steps[self.layer.value + 1])
        self.unit = Unit(*(int(at) for at in np.unravel_index(maps.argmax(), maps.shape)))
        self.show()

    def _pointed(self, change):
        if self._quiet or change["new"] is None:
            return
        self.unit = Mosaic(self.view.maps.shape).unit(change["new"])
        self.show()

    def show(self):
        """Compute what is to be said of the unit, and show it."""
        self.view = view = look(self.net, self.steps, self.layer.value, self.unit)
        now, old = Mosaic(view.maps.shape), Mosaic(view.before.shape)
        self._quiet = True
        with self.maps.hold_sync():
            self.maps.show(now.picture(view.maps))
            self.maps.selected = now.pixel(view.unit)
            self.maps.title = f"what layer {self.layer.value + 1} gives, {size_of(view.maps)}"
            self.maps.label = "the maps of the layer; choose a number with the arrow keys"
        self._quiet = False
        with self.before.hold_sync():
            self.before.show(old.picture(view.before))
            self.before.windows = []
            windows = []
            for m in view.looks_at if view.window else []:
                top, left = old.corner(m)
                row, column, rows, columns = view.window
                windows.append((top + row, left + column, rows, columns))
            self.before.windows = windows
            self.before.title = f"what it gets, {size_of(view.before)}"
            self.before.label = "what the layer gets, with the window outlined"
        self.pad.windows = [view.field]
        self._told.text, self._sum.text = view.sentence, view.arithmetic

    def __repr__(self):
        return f"FollowImage(layer {self.layer.value + 1}, {self.unit})"


def follow_image(net: Sequential | None = None, image: Array | None = None) -> FollowImage:
    """The lab: one image through a network, layer by layer, number by number.

    net: a network for digits, (28, 28, 1); the course's trained one if left out.
    image: (28, 28) or (28, 28, 1) of floats 0 to 1; a test digit if left out.
    """
    own = image
    if net is None:
        net = storage.load(data.bundled("course_cnn.npz"))
    with np.load(data.bundled("mnist.npz"), allow_pickle=False) as arrays:
        x, y = arrays["x_test"], arrays["y_test"]
        samples = x[[int(np.flatnonzero(y == label)[0]) for label in range(10)]]
    samples = samples[..., None] / np.float32(255)
    image = samples[FIRST] if image is None else np.asarray(image, np.float32).reshape(-1)
    if image.size != 28 * 28:
        raise ValueError(
            "follow_image: image should have shape (28, 28) or (28, 28, 1), but has "
            f"{image.size} numbers."
        )
    if not isinstance(net, Sequential):
        raise ValueError(f"follow_image: net should be a Sequential, but is {type(net).__name__}.")
    return FollowImage(net, image.reshape(28, 28, 1), samples, FIRST if own is None else None)
