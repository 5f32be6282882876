"""One number of a network: the window that its layer looks at, and the sum that made it."""

from typing import NamedTuple

import numpy as np

from ..layers import (
    Conv2D,
    Dense,
    Flatten,
    GlobalAvgPool2D,
    Layer,
    MaxPool2D,
    Pool2D,
    ReLU,
    Sequential,
)
from ..shapes import Array
from .words import number, product

STRONGEST = 5  # terms that are written out
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
    return [image[None], *net.trace(image[None]).outputs]


def cube(step: Array) -> Array:
    """One image's maps; a row of numbers as maps of a single pixel.   -> (h, w, c)"""
    return step[0] if step.ndim == 4 else step[0][None, None]


def look(
    net: Sequential, steps: list[Array], place: int, unit: Unit, last: int | None = None
) -> View:
    """What there is to say of one unit of layer number `place`, counted from 0.

    last: a later layer; those up to it change each number for itself, as ReLU does, and what
    they make of the unit is told as well.
    """
    last = place if last is None else last
    layer, before, maps = net.layers[place], cube(steps[place]), cube(steps[last + 1])
    unit = Unit(*(min(max(at, 0), n - 1) for at, n in zip(unit, maps.shape)))
    value = float(maps[unit])
    window, looks_at = window_of(layer, unit, before)
    field = field_of(net.layers[: place + 1], unit, cube(steps[0]).shape, before.shape)
    terms, arithmetic = sum_of(layer, before, unit, float(cube(steps[place + 1])[unit]))
    for i in range(place + 1, last + 1):
        after = sum_of(net.layers[i], cube(steps[i]), unit, float(cube(steps[i + 1])[unit]))[1]
        arithmetic += f"\n{name_of(net.layers[i])}: {after}"
    names = " and ".join(name_of(each) for each in net.layers[place : last + 1])
    layers = " and ".join(str(i + 1) for i in range(place, last + 1))
    layers = f"Layer{'s' if last > place else ''} {layers}"
    told = (
        f"{layers}, {names}: {size_of(before)} in, {size_of(maps)} out. "
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


def window_of(layer: Layer, unit: Unit, before: Array) -> tuple[tuple, list[int]]:
    """Where in what it gets a layer looks for a unit, and in which maps."""
    if layer.window:
        corner = layer.window.corner(unit.row, unit.column)
        every = range(before.shape[2]) if isinstance(layer, Conv2D) else [unit.map]
        return (*corner, *layer.window.reach), list(every)
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
        if layer.window:
            first = layer.window.corner(*first)
            last = [at + n - 1 for at, n in zip(layer.window.corner(*last), layer.window.reach)]
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
    if isinstance(layer, Pool2D):
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
    _, stride, apart, edges = layer.window
    outside = -np.inf if isinstance(layer, MaxPool2D) else 0
    framed = np.pad(before, [edges[:2], edges[2:], (0, 0)], constant_values=outside)
    (top, left), (high, wide) = (unit.row * stride[0], unit.column * stride[1]), layer.window.reach
    return framed[top : top + high : apart[0], left : left + wide : apart[1]]


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
