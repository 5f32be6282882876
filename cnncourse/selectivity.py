"""What units of a network answer to, as numbers: angle, colour, class, size of the part.

Each measure looks at all units of what the first `count` layers of a network make. Responses are
those of the middle place of a map, as far as they exceed the response to plain grey.
"""

import functools
import json

import numpy as np

from . import data
from .coloured_shapes import colour
from .interpret import GREY, Strongest, field, maps_of, patch, strongest
from .layers import Conv2D, Sequential, check_network
from .shapes import Array, as_array, check_bool, check_int, check_labels, check_rng, shown, sizes

ANGLES = np.arange(0, 180, 15)  # degrees of the bars: 0 level, 45 like /, 90 upright
HUES = np.arange(0, 180, 30)  # degrees of the colour circle, each with its opposite: 0 red
LENGTHS = 3, 4, 6, 9, 14, 24  # pixels from bar to bar
PHASES = np.arange(0, 360, 45)
STRENGTH = 0.3  # of a hue; a grey grating of the same contrast has this over the root of 2
MOST_SIDE = 256
COVERED = 0.8  # the fraction of the response by which a part is enough


def gratings(side: int, angles=ANGLES, lengths=LENGTHS, phases=PHASES) -> Array:
    """Bars that fade into each other, from -1 to 1.   -> (angles, lengths * phases, side, side)"""
    _check_side(side, "gratings: side")
    angles, lengths, phases = (
        _row(values, f"gratings: {name}")
        for name, values in (("angles", angles), ("lengths", lengths), ("phases", phases))
    )
    at = np.arange(side) - side // 2
    turn = np.radians(angles)[:, None, None, None, None]
    across = at[:, None] * np.cos(turn) + at * np.sin(turn)  # rows run down, angles turn left
    waves = np.asarray(lengths, float)[:, None, None, None]
    start = np.radians(phases)[:, None, None]
    bars = np.sin(2 * np.pi * across / waves + start)
    return bars.reshape(len(angles), -1, side, side).astype(np.float32)


def _check_side(side: int, what: str) -> None:
    if check_int(side, what, 1) > MOST_SIDE:
        raise ValueError(f"{what} should be at most {MOST_SIDE} pixels, but is {side}.")


def _row(values, what: str) -> Array:
    array = as_array(values, what)
    if array.ndim != 1 or not array.size:
        raise ValueError(f"{what} should be numbers in a row, but is {shown(values)}.")
    return array


def responses(net: Sequential, images: Array, count: int) -> Array:
    """By how much the middle of each map exceeds what it is for plain grey.   -> (n, units)"""
    grey = np.full_like(images[:1], GREY)
    maps = maps_of(net, np.concatenate([grey, images]), count, "responses")
    middle = maps[:, maps.shape[1] // 2, maps.shape[2] // 2]
    return np.maximum(middle[1:] - middle[0], 0)


def angle_tuning(net: Sequential, count: int, side: int = 32) -> Array:
    """The largest response of each unit to grey bars of each angle.   -> (angles, units)"""
    bars = gratings(side)
    images = GREY + STRENGTH / np.sqrt(2) * bars
    found = responses(net, _coloured(images.reshape(-1, side, side)), count)
    return found.reshape(*bars.shape[:2], -1).max(axis=1)


def orientation(tuning: Array) -> tuple[Array, Array]:
    """How selective units are for the angle of bars, and which angle they prefer.

    tuning: (angles, units), the angles spread evenly over half a turn   ->   (units,) from 0, all
    angles alike, to 1, one angle alone; (units,) in degrees. One minus the circular variance, with
    angles doubled since half a turn changes no bar (Ringach, Shapley and Hawken, 2002). 0 for a
    unit that never answers.
    """
    angles, _ = sizes(tuning, "angles units", "orientation: tuning")
    arrows = np.exp(2j * np.pi * np.arange(angles) / angles) @ tuning
    size = tuning.sum(axis=0)
    selective = np.abs(arrows) / np.where(size > 0, size, 1)
    return selective, np.degrees(np.angle(arrows)) / 2 % 180


def hue_tuning(net: Sequential, count: int, side: int = 32) -> Array:
    """The largest response to bars of each hue and the opposite one.   -> (hues, units)

    Red, green and blue have the same mean everywhere: the bars differ in colour alone.
    """
    bars = gratings(side, ANGLES[::2])
    waves = colour(0, HUES, STRENGTH)  # the mean is 0: what is added to grey
    answers = [
        responses(net, GREY + bars.reshape(-1, side, side, 1) * wave, count).max(axis=0)
        for wave in waves
    ]
    return np.stack(answers)


def opponency(hues: Array, angles: Array) -> tuple[Array, Array]:
    """Whether units answer to colour or to brightness, and which pair of hues they prefer.

    hues: (hues, units) of hue_tuning   angles: (angles, units) of angle_tuning   ->   (units,) from
    -1, brightness alone, over 0, both alike, to 1, colour alone; (units,) in degrees, for a hue and
    its opposite. With C and B the largest responses to coloured and to grey bars of the same
    contrast: (C - B) / (C + B). (These two are what Johnson, Hawken and Shapley, 2001, divide by
    each other.)
    """
    count, units = sizes(hues, "hues units", "opponency: hues")
    sizes(angles, "angles units", "opponency: angles", units=units)
    coloured, grey = hues.max(axis=0), angles.max(axis=0)
    size = coloured + grey
    arrows = np.exp(2j * np.pi * np.arange(count) / count) @ hues
    index = (coloured - grey) / np.where(size > 0, size, 1)
    return index, np.degrees(np.angle(arrows)) / 2 % 180


def class_means(net: Sequential, images: Array, labels: Array, count: int) -> Array:
    """The mean of each unit's map over the images of each class.   -> (classes, units)"""
    maps = maps_of(net, images, count, "class_means")
    check_labels(labels, len(images), None, "class_means: labels")
    means = maps.mean(axis=(1, 2))
    return np.stack([means[labels == label].mean(axis=0) for label in range(labels.max() + 1)])


def class_selectivity(means: Array) -> Array:
    """How much one class drives a unit more than the others do.   (classes, units) -> (units,)

    With M the largest class mean and R the mean of the others, (M - R) / (M + R), for means that
    are not below zero: 0 all alike, 1 one class alone (Morcos and others, 2018).
    """
    classes, _ = sizes(means, "classes units", "class_selectivity: means")
    largest = means.max(axis=0)
    rest = (means.sum(axis=0) - largest) / (classes - 1)
    return (largest - rest) / np.where(largest + rest > 0, largest + rest, 1)


def part_sizes(net: Sequential, images: Array, count: int, best: Strongest) -> Array:
    """How large the part of a patch is that makes a unit answer.   -> (units,) pixels of a side

    For each strongest patch: the smallest square about the middle of the field that, alone on grey,
    gives at least COVERED of the response of the whole patch, both beyond that to plain grey. The
    median of a unit's patches; NaN for a unit that grey drives as much.
    """
    layers = net.layers[:count]
    n, units = best.image.shape
    h, w, c = images.shape[1:]
    maps = maps_of(net, images[:1], count, "part_sizes")
    row, column = maps.shape[1] // 2, maps.shape[2] // 2
    part = field(layers, row, column)
    sides = np.arange(part.rows % 2 or 2, part.rows + 1, 2)
    found = np.full((n, units), np.nan)
    for unit in range(units):
        cuts = [
            patch(images[i], field(layers, int(r), int(co)))
            for i, r, co in zip(best.image[:, unit], best.row[:, unit], best.column[:, unit])
        ]
        framed = np.full((n, len(sides), h, w, c), GREY, images.dtype)
        for place, side in enumerate(sides):
            edge = (part.rows - side) // 2
            inner = slice(edge, edge + side)
            top, left = part.row + edge, part.column + edge
            framed[:, place, top : top + side, left : left + side] = np.stack(cuts)[:, inner, inner]
        answers = responses(net, framed.reshape(-1, h, w, c), count)[:, unit]
        answers = answers.reshape(n, len(sides))
        for p in range(n):
            if answers[p, -1] > 0:
                enough = answers[p] >= COVERED * answers[p, -1]
                found[p, unit] = sides[np.argmax(enough)]
    answered = ~np.isnan(found).all(axis=0)
    middle = np.full(units, np.nan)
    middle[answered] = np.nanmedian(found[:, answered], axis=0)
    return middle


def edges(n: int, *, rng: np.random.Generator, side: int = 32) -> tuple[Array, Array]:
    """Images of one straight edge between two colours, and the angle of each in degrees.

    x: (n, side, side, 3)   angle: (n,) from 0 to 180, as those of ANGLES
    """
    check_int(n, "edges: n", 1)
    check_rng(rng, "edges: rng")
    angle = rng.uniform(0, 180, n)
    turn = np.radians(angle)[:, None, None]
    at = np.arange(side) - (side - 1) / 2
    across = at[:, None] * np.cos(turn) + at * np.sin(turn) - rng.uniform(-6, 6, (n, 1, 1))
    cover = np.clip(across + 0.5, 0, 1)[..., None]
    bright = rng.uniform(0.3, 0.7, (2, n))
    one, other = (colour(b, rng.uniform(0, 360, n), rng.uniform(0, 0.3, n)) for b in bright)
    x = cover * one[:, None, None] + (1 - cover) * other[:, None, None]
    return np.clip(x, 0, 1).astype(np.float32), angle


def features(net: Sequential, images: Array, count: int, cells: int = 4) -> Array:
    """The mean of each map over cells by cells parts; of the pixels with count 0.   -> (n, d)"""
    maps = images if count == 0 else maps_of(net, images, count, "features")
    n, h, w, c = maps.shape
    parts = maps.reshape(n, cells, h // cells, cells, w // cells, c)
    return parts.mean(axis=(2, 4)).reshape(n, -1)


def read_out(x: Array, y: Array, x_new: Array, ridge: float = 1e-3) -> Array:
    """What a linear map, fitted to numbers x and what belongs to them, says of new ones.

    x: (n, d)   y: (n, f)   x_new: (m, d)   ->   (m, f). Ridge regression on standardised numbers:
    least squares plus ridge * n times the squared weights. (Such a linear probe of a layer: Alain
    and Bengio, 2016.)
    """
    n, d = sizes(x, "n d", "read_out: x")
    sizes(y, "n f", "read_out: y", n=n)
    sizes(x_new, "m d", "read_out: x_new", d=d)
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-6
    x, x_new = ((each - mean).astype(float) / spread for each in (x, x_new))
    weights = np.linalg.solve(x.T @ x + ridge * n * np.eye(d), x.T @ (y - y.mean(axis=0)))
    return x_new @ weights + y.mean(axis=0)


def angle_read_out(net: Sequential, count: int, n: int = 2000) -> float:
    """How far a linear read-out is off in the angle of an edge: the median, in degrees.

    It is fitted to n edges and tested with half as many others. It gives the cosine and the sine of
    twice the angle, since half a turn changes no edge. 45 degrees is guessing.
    """
    (x, angle), (x_new, new) = (
        edges(size, rng=np.random.default_rng(size)) for size in (n, n // 2)
    )
    twice = np.radians(2 * angle)
    y = np.stack([np.cos(twice), np.sin(twice)], axis=1)
    told = read_out(features(net, x, count), y, features(net, x_new, count))
    off = np.degrees(np.arctan2(told[:, 1], told[:, 0])) / 2 - new
    return float(np.median(np.abs((off + 90) % 180 - 90)))


def class_read_out(net: Sequential, count: int, known, new) -> float:
    """The accuracy of a linear read-out of the class.   known, new: images and labels, each (x, y)

    It is fitted to the known ones and tested with the new ones.
    """
    (x, labels), (x_new, labels_new) = known, new
    y = np.eye(labels.max() + 1)[labels]
    told = read_out(features(net, x, count), y, features(net, x_new, count))
    return float((told.argmax(axis=1) == labels_new).mean())


def convolutions(net: Sequential) -> list[int]:
    """After how many layers each convolution has its say."""
    return [place for place, layer in enumerate(net.layers, 1) if isinstance(layer, Conv2D)]


def measured(net: Sequential, known, new) -> dict[str, list]:
    """All measures of a network whose convolutions are each followed by a ReLU.

    known, new: images and labels, each (x, y)   ->   lists with an entry for each convolution:
    "angle", "colour", "class" and "part" one value for each unit; "angle off" and "class right" the
    read-outs, with one of the pixels first.
    """
    for what, pair in (("known", known), ("new", new)):
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise ValueError(f"measured: {what} should be a pair (x, y), but is {shown(pair)}.")
        n, *_ = sizes(pair[0], "n h w c", f"measured: {what}'s x")
        check_labels(pair[1], n, None, f"measured: {what}'s y")
    check_network(net, "measured: net")
    found = {name: [] for name in ("angle", "preferred angle", "colour", "class", "part")}
    for count in convolutions(net):
        angles = angle_tuning(net, count, known[0].shape[1])
        selective, preferred = orientation(angles)
        found["angle"].append(selective)
        found["preferred angle"].append(preferred)
        found["colour"].append(opponency(hue_tuning(net, count, known[0].shape[1]), angles)[0])
        found["class"].append(class_selectivity(class_means(net, *known, count + 1)))
        best = strongest(net, known[0], count)
        found["part"].append(part_sizes(net, known[0], count, best))
    found = {name: [values.tolist() for values in each] for name, each in found.items()}
    after = [0, *(count + 1 for count in convolutions(net))]
    found["angle off"] = [angle_read_out(net, count) for count in after]
    found["class right"] = [class_read_out(net, count, known, new) for count in after]
    return found


@functools.cache
def stored() -> dict:
    """What data/make_shapes_nets.py measured: "networks", trained and not, and "others"."""
    return json.loads(data.bundled("shapes_nets.json").read_text(encoding="utf-8"))


def others() -> dict[str, list[float]]:
    """The stored accuracies of what is no CNN, one for each seed."""
    return stored()["others"]


def medians(name: str, trained: bool) -> Array:
    """The median over the units of a stored measure.   -> (seeds, convolutions)"""
    nets = stored_values(name, trained)
    return np.array([[np.nanmedian(np.array(units, float)) for units in net] for net in nets])


def stored_values(name: str, trained: bool) -> list:
    """A stored measure of each network, in the order of the seeds: see `measured`."""
    networks = stored()["networks"]
    if not isinstance(name, str) or name not in networks[0]:
        raise ValueError(
            f"stored_values: name should be one of {[*networks[0]]}, but is {shown(name)}."
        )
    check_bool(trained, "stored_values: trained")
    return [net[name] for net in networks if net["trained"] == trained]


def _coloured(grey: Array) -> Array:
    return np.repeat(grey[..., None], 3, axis=-1).astype(np.float32)
