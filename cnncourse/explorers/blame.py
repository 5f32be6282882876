"""The blame of one number of a network: what it was added up from, and what a real nudge does."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .. import ops
from ..layers import Conv2D, Dense, GlobalAvgPool2D, Layer, Pool2D, ReLU, Sequential
from ..shapes import Array
from .unit import Unit, cube, field_of, name_of
from .words import number

NUMBERS = "numbers"  # a part that is no parameter: the image, or what a layer gives
NUDGES = 10  # on each side of 0
STRONGEST = 5  # terms that are written out
MINUS = "\N{MINUS SIGN}"


class Walk(NamedTuple):
    """One image through a network and back: a value and a blame for every number on the way."""

    net: Sequential
    label: int
    steps: list[Array]  # the image, and what each layer made of it
    blames: list[Array]  # of the steps
    of_parameters: list[dict[str, Array]]  # of each layer
    loss: float


class Part(NamedTuple):
    """An array to choose a number from: what layer `place` gives (0: the image), or its w or b."""

    place: int
    kind: str = NUMBERS


class State(NamedTuple):
    """What is chosen: a part, a number in it as a place and a map, and how far it is nudged."""

    part: Part
    unit: Unit
    nudge: int = 0  # in tenths of the reach of the part


class Terms(NamedTuple):
    """Blames times slopes, entry by entry, add up to the blame of a number.

    outputs: the rows, the columns and the maps of the outputs that the blames belong to.
    """

    blames: Array  # (h, w, c)
    slopes: Array
    outputs: tuple[Sequence[int], Sequence[int], Sequence[int]]

    @property
    def products(self) -> Array:
        return self.blames * self.slopes


class View(NamedTuple):
    """Everything the lab shows of one number."""

    values: Array  # (h, w, c), the part
    blames: Array  # the same of its blames
    terms: Array  # (h, w, c), they add up to the blame
    unit: Unit
    value: float
    blame: float
    nudges: Array  # for each of them, the loss that comes out
    losses: Array
    promised: float  # by the slope, for the nudge that is chosen
    loss: float  # that comes out for it
    field: tuple[int, int, int, int] | None  # on the image, of a number that a layer gives
    arithmetic: str
    sentence: str


def walk(net: Sequential, image: Array, label: int) -> Walk:
    """image: (h, w, c); float64 all the way, so that small differences of the loss are no noise."""
    trace = net.trace(image[None].astype(np.float64))
    loss, pull = ops.softmax_cross_entropy(trace.outputs[-1], np.array([label]))
    blames, found = trace.back(pull(1.0))
    named = [dict(zip(layer.params, arrays)) for layer, arrays in zip(net.layers, found)]
    return Walk(net, label, [trace.x, *trace.outputs], blames, named, float(loss))


def parts(net: Sequential) -> dict[str, Part]:
    """All that there is to choose from, by name."""
    found = {"the image": Part(0)}
    for place, layer in enumerate(net.layers, 1):
        name = f"{place}  {name_of(layer)}"
        for kind in layer.params:
            found[f"{name}: {'weights' if kind == 'w' else 'biases'}"] = Part(place, kind)
        last = place == len(net.layers)
        found[f"{name}: {'logits' if last else 'output'}"] = Part(place)
    return found


def arrays_of(walk: Walk, part: Part) -> tuple[Array, Array]:
    """Values and blames of a part, as the network has them."""
    if part.kind == NUMBERS:
        return walk.steps[part.place], walk.blames[part.place]
    params, blames = walk.net.layers[part.place - 1].params, walk.of_parameters[part.place - 1]
    return params[part.kind], blames[part.kind]


def as_maps(array: Array, part: Part) -> Array:
    """As maps side by side, each number in its order: kernels, or single pixels.   -> (h, w, c)"""
    if part.kind == NUMBERS:
        return cube(array)
    return array.reshape(*array.shape[:2], -1) if array.ndim == 4 else array.reshape(1, 1, -1)


def index_of(unit: Unit, maps: Array, array: Array) -> tuple[int, ...]:
    """Where a number of the maps is in the array that they show."""
    flat = np.ravel_multi_index(unit, maps.shape)
    return tuple(int(at) for at in np.unravel_index(flat, array.shape))


def strongest(walk: Walk, part: Part) -> Unit:
    """The number of a part that is most to blame, in either direction."""
    blames = as_maps(arrays_of(walk, part)[1], part)
    return Unit(*(int(at) for at in np.unravel_index(np.abs(blames).argmax(), blames.shape)))


def reach_of(walk: Walk, part: Part) -> float:
    """How far a number of a part is nudged at most: 1, 2 or 5 times a power of ten."""
    largest = float(np.abs(arrays_of(walk, part)[0]).max()) or 1.0
    power = 10.0 ** math.floor(math.log10(largest))
    return next(digit * power for digit in (1, 2, 5, 10) if digit * power >= largest * 0.999)


def look(walk: Walk, state: State) -> View:
    """What there is to say of one number, its blame and a nudge of it."""
    part, reach = state.part, reach_of(walk, state.part)
    values, blames = arrays_of(walk, part)
    maps = as_maps(values, part)
    unit = Unit(*(min(max(at, 0), n - 1) for at, n in zip(state.unit, maps.shape)))
    index = index_of(unit, maps, values)
    value, blame = float(values[index]), float(blames[index])
    found = terms(walk, part, index)
    nudges = np.arange(-NUDGES, NUDGES + 1) * reach / NUDGES
    losses = nudged(walk, part, index, nudges)
    place = state.nudge + NUDGES
    nudge, loss, promised = nudges[place], losses[place], walk.loss + blame * nudges[place]
    told = (
        f"{where(walk, part, index, unit)} is {number(value, 3)}, and its blame is {short(blame)}. "
        f"Nudged by {signed(nudge)}, to {number(value + nudge, 3)}, it takes the loss from "
        f"{short(walk.loss)} to {short(loss)}; the slope promised {short(promised)}."
    )
    return View(
        maps,
        as_maps(blames, part),
        found.products,
        unit,
        value,
        blame,
        nudges,
        losses,
        float(promised),
        float(loss),
        field(walk, part, unit),
        written(walk, part, found, blame),
        told,
    )


def field(walk: Walk, part: Part, unit: Unit) -> tuple[int, int, int, int] | None:
    """The pixels of the image that a number is made of; of a parameter, none in particular."""
    if part.kind != NUMBERS:
        return None
    if part.place == 0:
        return unit.row, unit.column, 1, 1
    layers, image = walk.net.layers[: part.place], walk.steps[0].shape[1:]
    return field_of(layers, unit, image, cube(walk.steps[part.place - 1]).shape)


def nudged(walk: Walk, part: Part, index, nudges: Array) -> Array:
    """The loss for each nudge of a number, from running the rest of the network.

    A weight is a factor and a bias a summand of what its layer gives, so the output of the layer
    with a nudged parameter is the one without, and the nudge times what the parameter met.
    """
    step = walk.steps[part.place]
    moved = np.zeros(step.shape)
    if part.kind == NUMBERS:
        moved[index] = 1
    else:
        moved[..., index[-1]] = terms(walk, part, index).slopes[..., 0]
    batch = step + nudges.reshape(-1, *[1] * (step.ndim - 1)) * moved
    rest = walk.net.layers[part.place :]
    logits = Sequential(*rest)(batch) if rest else batch
    top = logits.max(axis=1)
    sums = np.exp(logits - top[:, None]).sum(axis=1)
    return np.log(sums) + top - logits[:, walk.label]


# The terms of a blame


def terms(walk: Walk, part: Part, index) -> Terms:
    """What the blame of a number is added up from: one term for each use of it."""
    place = part.place
    if part.kind != NUMBERS:
        layer, before = walk.net.layers[place - 1], walk.steps[place - 1]
        return of_parameter(layer, part.kind, index, before, cube(walk.blames[place]))
    if place == len(walk.net.layers):
        return of_score(walk, index[-1])
    layer, dy = walk.net.layers[place], cube(walk.blames[place + 1])
    return of_number(layer, walk.steps[place], index, dy)


def of_score(walk: Walk, label: int) -> Terms:
    """Probability minus truth."""
    probability = ops.softmax(walk.steps[-1])[0][0, label]
    pair = np.array([[[probability, -float(label == walk.label)]]])
    return Terms(pair, np.ones(pair.shape), ([0], [0], [label, label]))


def of_number(layer: Layer, x: Array, index, dy: Array) -> Terms:
    """The uses of number x[index] in a layer whose outputs have the blames dy, (oh, ow, f)."""
    if layer.window:
        i, rows, j, columns = windows_with(layer, x, index)
        maps = range(dy.shape[2]) if isinstance(layer, Conv2D) else [index[-1]]
        outputs = rows, columns, maps
        if isinstance(layer, Conv2D):
            slopes = layer.params["w"][np.ix_(i, j, [index[-1]], maps)][:, :, 0]
        else:
            slopes = parts_in(layer, x, index, outputs)
        return Terms(dy[np.ix_(*outputs)], slopes, outputs)
    if isinstance(layer, Dense):
        return Terms(dy, layer.params["w"][index[-1]][None, None], ([0], [0], range(dy.shape[2])))
    if isinstance(layer, GlobalAvgPool2D):
        outputs, slope = ([0], [0], [index[-1]]), 1 / (x.shape[1] * x.shape[2])
    else:  # each number makes one output, and in one and the same order
        flat = np.ravel_multi_index(index, x.shape)
        outputs = [[int(at)] for at in np.unravel_index(flat, dy.shape)]
        slope = float(x[index] > 0) if isinstance(layer, ReLU) else 1.0
    return Terms(dy[np.ix_(*outputs)], np.full((1, 1, 1), slope), outputs)


def of_parameter(layer: Layer, kind: str, index, x: Array, dy: Array) -> Terms:
    """The uses of a weight or a bias: at every output of its map."""
    outputs = range(dy.shape[0]), range(dy.shape[1]), [index[-1]]
    blames = dy[:, :, index[-1] :][:, :, :1]
    if kind == "b":
        return Terms(blames, np.ones(blames.shape), outputs)
    if isinstance(layer, Dense):
        return Terms(blames, x[:, index[0]][None, None], outputs)
    i, j, channel, _ = index
    rows, columns = (taps(layer, x, axis)[:, at] for axis, at in enumerate((i, j)))
    h, w = x.shape[1:3]
    met = x[0, rows.clip(0, h - 1)][:, columns.clip(0, w - 1), channel]
    inside = ((rows >= 0) & (rows < h))[:, None] & ((columns >= 0) & (columns < w))
    return Terms(blames, np.where(inside, met, 0)[:, :, None], outputs)


def taps(layer: Layer, x: Array, axis: int) -> Array:
    return layer.window.taps(axis, x.shape[1 + axis], "x")


def windows_with(layer: Layer, x: Array, index):
    """Where x[index] lies in the windows that hold it, and which windows these are: the rows in
    the window, the rows of windows; columns likewise.
    """
    found = []
    for axis in (0, 1):
        windows, inside = np.nonzero(taps(layer, x, axis) == index[1 + axis])
        found += [inside, windows]
    return found


def parts_in(layer: Pool2D, x: Array, index, outputs) -> Array:
    """By how much each output of a pooling grows with x[index], as the pooling itself says."""
    trace = Sequential(layer).trace(x)
    rows, columns, (m,) = outputs
    slopes = np.zeros((len(rows), len(columns), 1))
    for i, j in np.ndindex(slopes.shape[:2]):
        alone = np.zeros(trace.outputs[0].shape)
        alone[0, rows[i], columns[j], m] = 1
        (dx, _), _ = trace.back(alone)
        slopes[i, j, 0] = dx[index]
    return slopes


# In words


def written(walk: Walk, part: Part, found: Terms, blame: float) -> str:
    """The strongest terms, the rest in one line, and their sum."""
    if part.kind == NUMBERS and part.place == len(walk.net.layers):
        p, truth = found.blames.ravel()
        told = f"probability {short(p)}, minus {short(-truth)}"
        return f"probability minus truth:\n  {told}\n  = {short(blame)}"
    products = found.products.ravel()
    if not products.size:
        return "no output uses it\n  = 0"
    order = np.argsort(-np.abs(products), kind="stable")[:STRONGEST]
    lines = [f"{how(walk, part)}:"]
    for flat in order:
        at = np.unravel_index(flat, found.products.shape)
        factors = short(found.blames[at]), short(found.slopes[at])
        second = f"({factors[1]})" if factors[1].startswith(MINUS) else factors[1]
        lines.append(
            f"  {factors[0]} × {second} = {short(products[flat])}   {of_output(found, at)}"
        )
    if others := len(products) - len(order):
        rest = products.sum() - products[order].sum()
        lines.append(f"  and {short(rest)} from {others:,} others")
    return "\n".join([*lines, f"  = {short(blame)}"])


def of_output(found: Terms, at) -> str:
    """Which output a term came from."""
    row, column, m = (each[i] for each, i in zip(found.outputs, at))
    if all(len(each) == 1 and each[0] == 0 for each in found.outputs[:2]):
        return f"number {m}"
    return f"map {m} at {row}, {column}"


def how(walk: Walk, part: Part) -> str:
    """What is multiplied in each term."""
    if part.kind == "b":
        return "blame of an output × 1, since the bias was added"
    if part.kind == "w":
        return "blame of an output × the number that the weight met"
    layer = walk.net.layers[part.place]
    if isinstance(layer, ReLU):
        return "blame of the output × slope of ReLU"
    if isinstance(layer, (Conv2D, Dense)):
        return f"{name_of(layer)}: blame of an output × the weight that leads to it"
    return f"{name_of(layer)}: blame of the output × how much of the number is in it"


def where(walk: Walk, part: Part, index, unit: Unit) -> str:
    """Which number it is."""
    if part.kind == NUMBERS:
        if part.place == 0:
            return f"The pixel in row {unit.row}, column {unit.column}"
        if walk.steps[part.place].ndim == 2:
            return f"Number {unit.map}"
        return f"Row {unit.row}, column {unit.column} of map {unit.map}"
    if part.kind == "b":
        return f"The bias of output {index[0]}"
    if len(index) == 2:
        return f"The weight from number {index[0]} to number {index[1]}"
    row, column, channel, kernel = index
    return f"The weight in row {row}, column {column} of kernel {kernel}, channel {channel},"


def short(value: float) -> str:
    """Three digits that count, as plain as can be, with a proper minus sign."""
    size = abs(value)
    if size < 1e-12:
        return "0"
    if size < 1e-4:
        return f"{value:.2e}".replace("-", MINUS)
    return number(value, max(0, 2 - math.floor(math.log10(size))))


def signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{number(value, 3)}"
