"""What stays the same when a picture moves: the maps of a network, and its answer.

Equivariant: what comes out moves along with the picture. Invariant: what comes out stays as it is.
"""

import numpy as np

from .layers import (
    AvgPool2D,
    Conv2D,
    Dense,
    Flatten,
    MaxPool2D,
    ReLU,
    Sequential,
    check_network,
)
from .shapes import Array, check_array, check_int, check_rng, shown, sizes
from .train import scores_of
from .variations import shifted

POOLING = "max", "average", "none"
DIRECTIONS = (1, 0), (-1, 0), (0, 1), (0, -1)  # down, up, right, left


def cnn_with(pooling: str, rng: np.random.Generator, filters: int = 16) -> Sequential:
    """The course's network with max pooling, average pooling, or none.

    Without pooling, the two convolutions take steps of two pixels, so that all three networks have
    maps of the same sizes and, with 16 filters first and 32 then, 20,490 parameters each.
    """
    if not isinstance(pooling, str) or pooling not in POOLING:
        raise ValueError(f"cnn_with: pooling should be one of {POOLING}, but is {shown(pooling)}.")
    check_rng(rng, "cnn_with: rng")
    check_int(filters, "cnn_with: filters", 1)
    pool = {"max": [MaxPool2D, MaxPool2D], "average": [AvgPool2D, AvgPool2D], "none": []}[pooling]
    stride = 1 if pool else 2
    made = []
    for place, (channels, maps) in enumerate([(1, filters), (filters, 2 * filters)]):
        made += [Conv2D(channels, maps, 3, stride=stride, pad=1, rng=rng), ReLU()]
        made += [pool[place](2)] if pool else []
    return Sequential(*made, Flatten(), Dense(7 * 7 * 2 * filters, 10, rng=rng))


def with_room(images: Array, pixels: int) -> Array:
    """Which images have so many rows and columns of zeros on every side.   -> (n,) of bools"""
    sizes(images, "n h w c", "with_room: images")
    check_int(pixels, "with_room: pixels", 1)
    ring = images.copy()
    ring[:, pixels:-pixels, pixels:-pixels] = 0
    return ~ring.any(axis=(1, 2, 3))


def maps_after(net: Sequential, images: Array, count: int) -> Array:
    """What the first `count` layers of a network make of images."""
    check_network(net, "maps_after: net")
    check_array(images, "maps_after: images")
    if check_int(count, "maps_after: count", 0) > len(net.layers):
        raise ValueError(
            f"maps_after: count should be at most the {len(net.layers)} layers of net, but is "
            f"{count}."
        )
    return [images, *net.trace(images).outputs][count]


def unchanged(before: Array, after: Array) -> float:
    """The share of numbers that stay the same, of all that are not zero before or after."""
    _same_shape(before, after, "unchanged")
    there = (before != 0) | (after != 0)
    same = np.isclose(before, after, rtol=1e-4, atol=1e-6) & there
    return float(same.sum() / max(1, there.sum()))


def change(before: Array, after: Array) -> float:
    """By how much numbers change, against their size.

    The root mean square of the change, divided by that of `before`; 0 where both are all zero.
    """
    _same_shape(before, after, "change")
    size = np.square(before).mean()
    return float(np.sqrt(np.square(after - before).mean() / size)) if size else 0.0


def map_change(net: Sequential, images: Array, count: int, pixels: int) -> float:
    """By how much the maps after `count` layers change when the images move, against their size.

    The root mean square of the change, divided by that of what is there at all: the difference from
    the maps of an empty picture. The mean over shifts by so many pixels down, up, right and left.
    """
    check_int(pixels, "map_change: pixels")
    before = maps_after(net, images, count)
    there = before - maps_after(net, np.zeros_like(images[:1]), count)
    changes = []
    for down, right in DIRECTIONS:
        after = maps_after(net, shifted(images, pixels * down, pixels * right), count)
        changes.append(np.sqrt(np.square(after - before).mean() / np.square(there).mean()))
    return float(np.mean(changes))


def same_answers(net: Sequential, images: Array, pixels: int) -> float:
    """The share of images whose label stays the same when they move by so many pixels.

    The mean over shifts down, up, right and left. Right or wrong does not matter here.
    """
    check_network(net, "same_answers: net")
    check_int(pixels, "same_answers: pixels")
    moves = [(0, 0), *DIRECTIONS]
    before, *after = (
        scores_of(net, shifted(images, pixels * down, pixels * right), "same_answers").argmax(1)
        for down, right in moves
    )
    return float(np.mean([answers == before for answers in after]))


def lead(net: Sequential, images: Array) -> Array:
    """How far the score of each image's label is ahead of the next best one.   -> (n,)"""
    check_network(net, "lead: net")
    scores = np.sort(scores_of(net, images, "lead"), axis=1)
    if scores.shape[1] < 2:
        raise ValueError("lead: net should give two scores or more, but gives one.")
    return scores[:, -1] - scores[:, -2]


def lead_lost(net: Sequential, images: Array, pixels: int) -> float:
    """How much of the lead of the labels is lost when the images move by so many pixels.

    The mean over shifts down, up, right and left. Where another label comes in front, more than all
    of the lead is lost.
    """
    before = lead(net, images).mean()
    check_int(pixels, "lead_lost: pixels")
    labels = net(images).argmax(axis=1)
    places = np.arange(len(images))
    left = []
    for down, right in DIRECTIONS:
        scores = scores_of(net, shifted(images, pixels * down, pixels * right), "lead_lost")
        own = scores[places, labels]
        scores[places, labels] = -np.inf
        left.append((own - scores.max(axis=1)).mean())
    return float(before - np.mean(left))


def _same_shape(before: Array, after: Array, name: str) -> None:
    check_array(before, f"{name}: before")
    check_array(after, f"{name}: after")
    if before.shape != after.shape:
        raise ValueError(
            f"{name}: before and after should have the same shape, but have {before.shape} "
            f"and {after.shape}."
        )
