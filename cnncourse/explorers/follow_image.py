"""Follow an image through a network: choose a number, see the window and the sum that made it."""

import math
from typing import NamedTuple

import ipywidgets as widgets
import numpy as np

from .. import data, ops, storage
from ..layers import (
    Conv2D,
    Dense,
    Flatten,
    GlobalAvgPool2D,
    Layer,
    MaxPool2D,
    ReLU,
    Sequential,
    _Pool2D,
)
from ..pixels import PixelGrid, colours, encode
from ..shapes import Array, borders, pair
from .classifier_lab import percent
from .lab import Lab
from .words import Sentence, number, product

STRONGEST = 5  # terms that are written out
FIRST = 7  # the digit to begin with
LISTED = 12  # numbers in a row, at most, that are listed by name
CONTROLS = {"flex_flow": "row wrap", "grid_gap": "0 12px", "align_items": "center"}
NARROW = {"description_width": "3.4em"}
NAMES = {
    "Conv2D": "convolution",
    "MaxPool2D": "max pooling",
    "AvgPool2D": "average pooling",
    "GlobalAvgPool2D": "global average pooling",
    "Flatten": "flatten",
    "Dense": "dense layer",
}


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
    window: tuple[int, int, int, int]  # on `before`
    looks_at: list[int]  # the maps of `before` it looks at; of a dense layer, the strongest
    field: tuple[int, int, int, int]  # on the image: all that can change this number
    terms: list[float]  # they sum to the value, or their largest or mean is it
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
    window, looks_at = window_of(layer, unit, before)
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


def window_of(layer: Layer, unit: Unit, before: Array) -> tuple[tuple, list[int]]:
    """Where in what it gets a layer looks for a unit, and in which maps."""
    if isinstance(layer, (Conv2D, _Pool2D)):
        reach, stride, pad = geometry(layer)
        at = tuple(i * s - p for i, s, p in zip(unit, stride, pad))
        every = range(before.shape[2]) if isinstance(layer, Conv2D) else [unit.map]
        return (*at, *reach), list(every)
    if isinstance(layer, GlobalAvgPool2D):
        return (0, 0, *before.shape[:2]), [unit.map]
    if isinstance(layer, Flatten):
        row, column, channel = np.unravel_index(unit.map, before.shape)
        return (int(row), int(column), 1, 1), [int(channel)]
    if isinstance(layer, Dense):
        products = np.abs(before.ravel() * layer.params["w"][:, unit.map])
        return (0, 0, 1, 1), np.argsort(-products, kind="stable")[:STRONGEST].tolist()
    return (unit.row, unit.column, 1, 1), [unit.map]


def field_of(layers: list[Layer], unit: Unit, image, before) -> tuple[int, int, int, int]:
    """The receptive field of a unit of the last of these layers, on the image."""
    if any(isinstance(layer, (Dense, GlobalAvgPool2D)) for layer in layers):
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
    if isinstance(layer, GlobalAvgPool2D):
        terms = before[:, :, unit.map].ravel().tolist()
        total = f"the sum of the {len(terms)} numbers of map {unit.map}, {number(sum(terms))},"
        return terms, f"{total} divided by {len(terms)}\n  = {number(value)}"
    if isinstance(layer, _Pool2D):
        window = window_in(layer, before, unit)[:, :, unit.map]
        lines = "\n".join("  " + "  ".join(number(x) for x in row) for row in window)
        how = "the largest" if isinstance(layer, MaxPool2D) else "the mean"
        return window.ravel().tolist(), f"{how} of\n{lines}\n  = {number(value)}"
    (row, column, *_), maps = window_of(layer, unit, before)
    old = float(before[row, column, maps[0]])
    if isinstance(layer, ReLU):
        return [old], f"the larger of {number(old)} and 0\n  = {number(value)}"
    place = f"row {row}, column {column} of map {maps[0]}"
    return [old], f"taken over as it is, from {place}\n  = {number(value)}"


def window_in(layer, before: Array, unit: Unit) -> Array:
    """What a layer with a window looks at for a unit, with its padding.   -> (kh, kw, c)"""
    reach, stride, _ = geometry(layer)
    apart = pair(layer.settings.get("dilation", 1), "dilation")
    edges = borders(layer.settings["pad"], reach, "pad")
    outside = -np.inf if isinstance(layer, MaxPool2D) else 0
    framed = np.pad(before, [edges[:2], edges[2:], (0, 0)], constant_values=outside)
    top, left = (i * s for i, s in zip(unit, stride))
    return framed[top : top + reach[0] : apart[0], left : left + reach[1] : apart[1]]


def conv_sum(layer: Conv2D, before: Array, unit: Unit, value: float):
    """One sum for each map that comes in, and the bias."""
    window = window_in(layer, before, unit)
    kernel, bias = layer.params["w"][..., unit.map], float(layer.params["b"][unit.map])
    sums = (window * kernel).sum(axis=(0, 1))
    order = np.argsort(-np.abs(sums), kind="stable").tolist()
    best = order[0]
    rows = [
        " + ".join(product(x, w) for x, w in zip(xs, ws))
        for xs, ws in zip(window[:, :, best], kernel[:, :, best])
    ]
    parts = [signed(sums[m], f"map {m}") for m in order[:STRONGEST]]
    if others := order[STRONGEST:]:
        parts.append(signed(sums[others].sum(), f"{len(others)} other maps"))
    parts.append(signed(bias, "bias"))
    text = [f"map {best}, number times weight:", "  " + "\n  + ".join(rows)]
    text += ["all together:", f"  {' '.join(parts).removeprefix('+ ')}", f"  = {number(value)}"]
    return [*sums.tolist(), bias], "\n".join(text)


def signed(value: float, name: str) -> str:
    """A term of a sum, with its sign before it."""
    sign = "\N{MINUS SIGN}" if value < 0 else "+"
    return f"{sign} {number(abs(float(value)))} ({name})"


def dense_sum(layer: Dense, before: Array, unit: Unit, value: float):
    """Each number that comes in, times its weight, and the bias."""
    numbers, weights = before.ravel(), layer.params["w"][:, unit.map]
    products, bias = numbers * weights, float(layer.params["b"][unit.map])
    _, strong = window_of(layer, unit, before)
    text = ["number times weight, the strongest:"]
    text += [
        f"  number {i}: {product(numbers[i], weights[i])} = {number(products[i])}" for i in strong
    ]
    rest = float(products.sum() - products[strong].sum())
    text.append(f"  and {number(rest)} ({len(products) - len(strong):,} others)")
    text += [f"  and {number(bias)} (bias)", f"  = {number(value)}"]
    return [*products.tolist(), bias], "\n".join(text)


class Mosaic:
    """Where each map lies in a picture of all maps side by side, a pixel apart."""

    def __init__(self, shape):
        self.h, self.w, self.c = shape
        self.gap = 0 if (self.h, self.w) == (1, 1) else 1
        wanted = self.c * self.h / self.w if self.gap else 2 * self.c  # a row of numbers: broad
        self.columns = math.ceil(math.sqrt(wanted))

    def picture(self, maps: Array) -> Array:
        """All maps.   (h, w, c)   ->   (rows, columns), NaN between them"""
        height, width, gap = self.h + self.gap, self.w + self.gap, self.gap
        rows = -(-self.c // self.columns)
        shown = np.full((rows * height - gap, self.columns * width - gap), np.nan)
        for m in range(self.c):
            top, left = self.pixel(Unit(0, 0, m))
            shown[top : top + self.h, left : left + self.w] = maps[:, :, m]
        return shown

    def unit(self, at: tuple[int, int]) -> Unit:
        """The unit at a pixel of the picture; the nearest of a map where the gap is hit."""
        (i, row), (j, column) = divmod(at[0], self.h + self.gap), divmod(at[1], self.w + self.gap)
        m = min(i * self.columns + j, self.c - 1)
        return Unit(min(row, self.h - 1), min(column, self.w - 1), m)

    def pixel(self, unit: Unit) -> tuple[int, int]:
        row, column = divmod(unit.map, self.columns)
        return row * (self.h + self.gap) + unit.row, column * (self.w + self.gap) + unit.column


def painted(maps: Array, palette: str) -> Array:
    """All maps side by side in the colours of the course.   (h, w, c)   ->   (rows, columns, 3)"""
    shown = Mosaic(maps.shape).picture(maps)
    reach = 1.0 if palette == "grey" else float(np.abs(maps).max()) or 1.0
    low = -reach if palette == "diverging" else 0.0
    rgb = colours(palette)[encode(shown, (low, reach))] / 255
    rgb[np.isnan(shown)] = 0.5 if palette == "diverging" else 1.0  # a frame, of no map's colour
    return rgb


def palette_of(layers: list[Layer]) -> str:
    """How to paint what these layers give: an image, numbers not below zero, or any numbers."""
    for layer in reversed(layers):
        if isinstance(layer, ReLU):
            return "cividis"
        if isinstance(layer, (Conv2D, Dense)):
            return "diverging"
    return "grey"


class FollowImage(Lab):
    """The pad, the layers, the maps; `view` is what is shown."""

    def __init__(self, net: Sequential, image: Array, samples: Array, digit: int | None):
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
            options=[("your own", None), *((str(i), i) for i in range(len(samples)))],
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

    @property
    def sentence(self) -> str:
        return self.view.sentence

    def _drawn(self):
        if not self.is_quiet:
            with self.quiet():
                self.digit.value = None
        self._new_image()

    def _choose(self):
        if not self.is_quiet and self.digit.value is not None:
            with self.quiet():
                self.pad.set_drawing(self.samples[self.digit.value, :, :, 0])

    def _new_image(self):
        self.steps = run(self.net, self.pad.drawing[:, :, None])
        if self.steps[-1].ndim == 2:
            shares = ops.softmax(self.steps[-1])[0][0]
            best = int(shares.argmax())
            self._answer.text = f"The network says {best}: {percent(shares[best])}."
        self._new_layer()

    def _new_layer(self):
        """Begin with the strongest unit of the layer."""
        maps = cube(self.steps[self.layer.value + 1])
        self.unit = Unit(*(int(at) for at in np.unravel_index(maps.argmax(), maps.shape)))
        self.show()

    def _pointed(self, pixel):
        if not self.is_quiet and pixel is not None:
            self.unit = Mosaic(self.view.maps.shape).unit(pixel)
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
            self.before.show(painted(view.before, palette_of(self.net.layers[:place])))
            self.before.windows = windows_on(view)
            self.before.title = f"it gets {size_of(view.before)}{span(view.before)}"
        self.pad.windows = [view.field]
        self._told.text, self._sum.text = view.sentence, view.arithmetic

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
            self.maps.show(painted(view.maps, palette))
            self.maps.selected = Mosaic(view.maps.shape).pixel(view.unit)
            self.maps.title = f"layer {place} gives {size_of(view.maps)}{span(view.maps)}"

    def __repr__(self):
        return f"FollowImage(layer {self.layer.value + 1}, {self.unit})"


def windows_on(view: View) -> list[tuple[int, int, int, int]]:
    """The window of a unit, on the picture of all that its layer gets."""
    mosaic, (row, column, rows, columns) = Mosaic(view.before.shape), view.window
    corners = [mosaic.pixel(Unit(row, column, m)) for m in view.looks_at]
    return [(*corner, rows, columns) for corner in corners]


def span(maps: Array) -> str:
    return f", {number(float(maps.min()))} to {number(float(maps.max()))}"


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
