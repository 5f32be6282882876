"""What a trained network sees: strongest patches, occlusion, saliency, a unit's preferred image.

A unit is one map of what the first `count` layers of a network make. All of it walks forward and
back along `net.trace`; no layer treats anything in a special way.
"""

import copy
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from .layers import Layer, Sequential, check_network
from .shapes import (
    Array,
    check_array,
    check_finite,
    check_fraction,
    check_int,
    check_number,
    check_rng,
    check_shape,
    listed,
    shown,
    sizes,
)

GREY = 0.5  # what covers a pixel, and what lies beyond the border


class Field(NamedTuple):
    """The part of an image that can change one output; near the border some lies outside of it."""

    row: int
    column: int
    rows: int
    columns: int


class Strongest(NamedTuple):
    """For each unit the images that drive it most, strongest first; one place in each image.

    image: places in the set   row, column: where in the unit's map   value: what stands there;
    all (n, units)
    """

    image: Array
    row: Array
    column: Array
    value: Array


def field(layers: Iterable[Layer], row: int, column: int) -> Field:
    """What an output of these layers sees: the one in this row and column of a map.

    layers: with windows or without, as far as maps have rows and columns
    """
    at = check_int(row, "field: row"), check_int(column, "field: column")
    first, last = at, at
    layers = listed(layers, "field: layers", 10_000)
    if not all(isinstance(layer, Layer) for layer in layers):
        raise ValueError(f"field: layers should be layers, but are {shown(layers)}.")
    for layer in reversed(layers):
        if layer.window:
            first, last = layer.window.corner(*first), layer.window.corner(*last)
            last = tuple(at + reach - 1 for at, reach in zip(last, layer.window.reach))
    return Field(*first, *(end - start + 1 for start, end in zip(first, last)))


def maps_of(net: Sequential, images: Array, count: int, name: str = "maps_of") -> Array:
    """The maps that the first `count` layers make of images.   -> (n, oh, ow, units)"""
    check_network(net, f"{name}: net")
    sizes(images, "n h w c", f"{name}: images")
    if check_int(count, f"{name}: count", 1) > len(net.layers):
        raise ValueError(
            f"{name}: count should be at most the {len(net.layers)} layers of net, but is {count}."
        )
    maps = Sequential(*net.layers[:count])(images)
    sizes(maps, "n oh ow units", f"{name}: what layer {count} gives")
    return maps


def strongest(net: Sequential, images: Array, count: int, n: int = 9) -> Strongest:
    """The n images of a set that drive each unit most, and where (Zeiler and Fergus, 2014)."""
    return strongest_in(maps_of(net, images, count, "strongest"), n)


def strongest_in(maps: Array, n: int = 9) -> Strongest:
    """The same, of maps that were made already.   maps: (images, oh, ow, units)"""
    sizes(maps, "images oh ow units", "strongest: maps")
    if check_int(n, "strongest: n", 1) > len(maps):
        raise ValueError(f"strongest: n should be at most {len(maps)} images, but is {n}.")
    rows = maps.reshape(len(maps), -1, maps.shape[3])
    place, value = rows.argmax(axis=1), rows.max(axis=1)
    best = np.argsort(-value, axis=0, kind="stable")[:n]
    row, column = np.divmod(np.take_along_axis(place, best, 0), maps.shape[2])
    return Strongest(best, row, column, np.take_along_axis(value, best, 0))


def patch(image: Array, part: Field) -> Array:
    """A part of an image; grey where it reaches beyond the border.   (h, w, c) -> (rows, columns,
    c)"""
    h, w, c = sizes(image, "h w c", "patch: image")
    if not isinstance(part, Field):
        raise ValueError(f"patch: part should be a Field, but is {shown(part)}.")
    cut = np.full((part.rows, part.columns, c), GREY, image.dtype)
    top, left = max(part.row, 0), max(part.column, 0)
    bottom, right = min(part.row + part.rows, h), min(part.column + part.columns, w)
    rows = slice(top - part.row, bottom - part.row)
    columns = slice(left - part.column, right - part.column)
    cut[rows, columns] = image[top:bottom, left:right]
    return cut


def occlusion(net: Sequential, image: Array, label: int, k: int = 6, stride: int = 2) -> Array:
    """How much of a label's score is lost while a grey square of k by k pixels covers a place.

    image: (h, w, c)   ->   (oh, ow), for the squares whose corners lie `stride` pixels apart.
    Above zero: what lies there holds the answer up. (Zeiler and Fergus, 2014.)
    """
    h, w, _ = _one(net, image, label, "occlusion")
    check_int(stride, "occlusion: stride", 1)
    if check_int(k, "occlusion: k", 1) > min(h, w):
        raise ValueError(f"occlusion: k should be at most {min(h, w)} pixels, but is {k}.")
    tops, lefts = range(0, h - k + 1, stride), range(0, w - k + 1, stride)
    covered = np.repeat(image[None], 1 + len(tops) * len(lefts), axis=0)
    for place, (top, left) in enumerate((t, le) for t in tops for le in lefts):
        covered[1 + place, top : top + k, left : left + k] = GREY
    whole, *scores = net(covered)[:, label]
    return (whole - np.array(scores)).reshape(len(tops), len(lefts))


def slope(net: Sequential, image: Array, label: int) -> Array:
    """By how much a label's score grows for each bit that a number of the image grows.

    image: (h, w, c)   ->   the same shape. A label's score, not its probability: that is flat where
    the network is sure.
    """
    _one(net, image, label, "slope")
    trace = net.trace(image[None])
    one = np.zeros_like(trace.outputs[-1])
    one[0, label] = 1
    return trace.back(one)[0][0][0]


def saliency(net: Sequential, image: Array, label: int) -> Array:
    """How steeply a label's score depends on each pixel: the largest slope of its channels.

    image: (h, w, c)   ->   (h, w), not below zero (Simonyan, Vedaldi and Zisserman, 2014)
    """
    return np.abs(slope(net, image, label)).max(axis=2)


def preferred(
    net: Sequential,
    count: int,
    unit: int,
    shape: tuple[int, int, int],
    *,
    rng: np.random.Generator,
    steps: int = 60,
    rate: float = 0.05,
    fade: float = 0.02,
    blur: float = 0.15,
) -> Array:
    """An image that drives the middle place of a unit's map, found by gradient ascent.

    shape: (h, w, c) of the image   ->   (h, w, c). It begins as faint noise about grey. A step goes
    uphill by `rate` at the steepest pixel. What keeps it an image (Yosinski and others, 2015): all
    pixels fade towards grey by the fraction `fade`, each takes the fraction `blur` from the mean of
    its four neighbours, and stays within 0 and 1.
    """
    check_rng(rng, "preferred: rng")
    check_int(steps, "preferred: steps", 0)
    check_fraction(fade, "preferred: fade")
    check_fraction(blur, "preferred: blur")
    check_finite(rate, "preferred: rate")
    check_shape(shape, "preferred: shape", 3)
    image = GREY + 0.02 * rng.standard_normal((1, *shape)).astype(np.float32)
    maps = maps_of(net, image, count, "preferred")
    _, oh, ow, units = maps.shape
    if not 0 <= check_int(unit, "preferred: unit") < units:
        raise ValueError(f"preferred: unit should be from 0 to {units - 1}, but is {unit}.")
    layers = net.layers[:count]
    if type(layers[-1]).__name__ == "ReLU":  # a sleeping unit would pass nothing back
        layers = layers[:-1]
    part = Sequential(*layers)
    for _ in range(steps):
        trace = part.trace(image)
        one = np.zeros_like(trace.outputs[-1])
        one[0, oh // 2, ow // 2, unit] = 1
        uphill = trace.back(one)[0][0]
        image = image + np.float32(rate) * uphill / max(float(np.abs(uphill).max()), 1e-12)
        image = GREY + (1 - np.float32(fade)) * (image - GREY)
        image = (1 - np.float32(blur)) * image + np.float32(blur) * _neighbours(image)
        image = np.clip(image, 0, 1)
    return image[0]


def _neighbours(images: Array) -> Array:
    """The mean of the four neighbours of each pixel; the border repeats itself outside."""
    framed = np.pad(images, [(0, 0), (1, 1), (1, 1), (0, 0)], mode="edge")
    up, down = framed[:, :-2, 1:-1], framed[:, 2:, 1:-1]
    return (up + down + framed[:, 1:-1, :-2] + framed[:, 1:-1, 2:]) / 4


def fooled(net: Sequential, image: Array, label: int, budget: float, steps: int = 10) -> Array:
    """The image after steps that lower a label's score most, no number changed by over `budget`.

    image: (h, w, c)   ->   the same shape. Each step changes every number by budget / 4, against
    the sign of its slope. (Goodfellow, Shlens and Szegedy, 2015; several steps: Kurakin, Goodfellow
    and Bengio, 2017.) It need not succeed: ask the network.
    """
    check_number(budget, "fooled: budget")
    changed = image
    for _ in range(check_int(steps, "fooled: steps", 0)):
        changed = changed - np.float32(budget / 4) * np.sign(slope(net, changed, label))
        changed = np.clip(changed, image - np.float32(budget), image + np.float32(budget))
        changed = np.clip(changed, 0, 1)
    return changed


def shuffled(net: Sequential, *, rng: np.random.Generator) -> Sequential:
    """A copy of a network whose weights are shuffled within each layer; biases stay.

    The check of Adebayo and others (2018): an explanation of the network should change with it.
    """
    check_network(net, "shuffled: net")
    check_rng(rng, "shuffled: rng")
    mixed = copy.deepcopy(net)
    for layer in mixed.layers:
        if "w" in layer.params:
            w = layer.params["w"]
            w[...] = rng.permutation(w.ravel()).reshape(w.shape)
    return mixed


def rank_correlation(one: Array, other: Array) -> float:
    """How alike two maps order their pixels: 1 alike, 0 unrelated (Spearman, 1904).

    Equal values take the mean of their ranks; a map of one value everywhere has no order: 0.
    """
    check_array(one, "rank_correlation: one")
    check_array(other, "rank_correlation: other")
    if one.shape != other.shape:
        raise ValueError(
            f"rank_correlation: one and other should have the same shape, but have {one.shape} and "
            f"{other.shape}."
        )
    ranks = [_ranks(each.ravel()) for each in (one, other)]
    apart = [each - each.mean() for each in ranks]
    size = np.sqrt((apart[0] ** 2).sum() * (apart[1] ** 2).sum())
    return float((apart[0] * apart[1]).sum() / size) if size else 0.0


def _ranks(values: Array) -> Array:
    _, group, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2)[group]


def _one(net: Sequential, image: Array, label: int, name: str) -> tuple[int, int, int]:
    """The sizes of an image; a ValueError unless the network gives it a score for this label."""
    check_network(net, f"{name}: net")
    shape = sizes(image, "h w c", f"{name}: image")
    _, labels = sizes(net(image[None]), "n f", f"{name}: the output of net")
    if not 0 <= check_int(label, f"{name}: label") < labels:
        raise ValueError(f"{name}: label should be from 0 to {labels - 1}, but is {label}.")
    return shape
