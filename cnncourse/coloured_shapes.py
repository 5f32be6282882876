"""Coloured shapes: images to learn from, drawn by chance, eight kinds of them.

    x, y = data.shapes(1000, rng=np.random.default_rng(0))
    data.SHAPES[y[0]]                     # the name of the first one's kind

How hard they are is measured by data/make_shapes_net.py and stands in data/shapes_nets.md.
"""

import numpy as np

from .shapes import Array, check_int, check_rng, shown

SIDE = 32  # pixels
SHAPES = "circle", "triangle", "square", "star", "cross", "heart", "arrow", "moon"
LARGEST, SMALLEST = 11.0, 6.5  # pixels from the middle of a shape to its corners
MOST = 1_000_000  # images, of 12 GB
AT_ONCE = 256  # images, so that the arrays of one step stay small


def regular(corners: int, inner: float = 1.0) -> Array:
    """The corners of a regular polygon; with inner below 1 every other one lies further in."""
    angles = np.arange(corners) * 2 * np.pi / corners - np.pi / 2
    reach = np.where(np.arange(corners) % 2, inner, 1.0)
    return reach[:, None] * np.stack([np.sin(angles), np.cos(angles)], axis=1)


def heart(corners: int = 20) -> Array:
    """Corners on a heart's outline, which needs four waves."""
    t = np.arange(corners) * 2 * np.pi / corners
    across = 16 * np.sin(t) ** 3
    up = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    return np.stack([-up - 2, across], axis=1) / 16


CROSS = [(-1, -0.35), (-1, 0.35), (-0.35, 0.35), (-0.35, 1), (0.35, 1), (0.35, 0.35)]
ARROW = [(-1, 0), (-0.1, 0.8), (-0.1, 0.3), (0.95, 0.3), (0.95, -0.3), (-0.1, -0.3), (-0.1, -0.8)]
CORNERS = {  # (row, column) of each, from the middle
    "triangle": regular(3),
    "square": regular(4),
    "star": regular(10, 0.45),
    "cross": np.array([*CROSS, *(-np.array(CROSS))]),
    "heart": heart(),
    "arrow": np.array(ARROW),
}
POLYGONS = {
    name: (corners / np.hypot(*corners.T).max()).astype(np.float32)
    for name, corners in CORNERS.items()
}


def shapes(n: int, kinds=SHAPES, *, rng: np.random.Generator) -> tuple[Array, Array]:
    """Images of coloured shapes, and which of the eight SHAPES, or of some of them, each one shows.

    x: (n, 32, 32, 3) float32 from 0 to 1   y: (n,) int64, places in kinds, all equally likely

    Half of the shapes are filled, half are outlines of 1.7 to 3 pixels. From its middle to its
    furthest corner a shape has 6.5 to 11 pixels; it is turned by any angle and lies anywhere,
    but whole. In half of the images shape and background have the same mean of red, green and
    blue, and differ in hue alone, by 70 degrees of the colour circle or more; in the others the
    means differ by 0.2 to 0.4, and the hues are any. The background has stripes of any direction,
    a light from one side, and the whole image noise with a standard deviation of up to 0.04.
    """
    if check_int(n, "shapes: n", 1) > MOST:
        raise ValueError(f"shapes: n should be at most {MOST:,}, but is {n:,}.")
    check_rng(rng, "shapes: rng")
    kinds = _known(kinds)
    parts = [_drawn(min(AT_ONCE, n - start), kinds, rng) for start in range(0, n, AT_ONCE)]
    x, y = zip(*parts)
    return np.concatenate(x), np.concatenate(y)


def _known(kinds) -> tuple[str, ...]:
    """The names of kinds as a tuple; a ValueError unless they are different ones of SHAPES."""
    names = tuple(kinds) if isinstance(kinds, (list, tuple)) else ()
    if not names or not all(name in SHAPES and names.count(name) == 1 for name in names):
        raise ValueError(
            f"shapes: kinds should be a list of different ones of {', '.join(SHAPES)}, but is "
            f"{shown(kinds)}."
        )
    return names


def _drawn(n: int, kinds: tuple[str, ...], rng: np.random.Generator) -> tuple[Array, Array]:
    """A few images at once: what is drawn by chance first, then the pixels."""

    def any_of(low, high, *more):
        return rng.uniform(low, high, (n, *more)).astype(np.float32)[..., None, None]

    y = rng.integers(0, len(kinds), n)
    size, turn = any_of(SMALLEST, LARGEST), any_of(0, 2 * np.pi)
    room = SIDE / 2 - size
    down, right = room * any_of(-1, 1), room * any_of(-1, 1)
    at = (np.arange(SIDE, dtype=np.float32) + 0.5 - SIDE / 2)[:, None]
    rows, columns = at - down, at.T - right
    along = (rows * np.cos(turn) - columns * np.sin(turn)) / size
    across = (rows * np.sin(turn) + columns * np.cos(turn)) / size
    distance = np.empty_like(along)
    for kind, name in enumerate(kinds):
        distance[y == kind] = outside(name, along[y == kind], across[y == kind])
    distance *= size
    width, outlined = any_of(1.7, 3.0), any_of(0, 1) < 0.5
    distance = np.where(outlined, np.abs(distance + width / 2) - width / 2, distance)
    cover = np.clip(0.5 - distance, 0, 1)[..., None]

    shape, background = _colours(n, rng)
    stripes = any_of(0, 0.1) * _waves(any_of, at, 4, 12)
    light = 1 + any_of(0, 0.25) * _waves(any_of, at, 60, 120)
    paper = background + stripes[..., None] * any_of(-1, 1, 3).reshape(n, 1, 1, 3)
    x = (cover * shape + (1 - cover) * paper) * light[..., None]
    noise = rng.standard_normal(x.shape, np.float32)
    x += any_of(0, 0.04)[..., None] * noise
    return np.clip(x, 0, 1), y


def outside(name: str, rows: Array, columns: Array) -> Array:
    """How far points lie outside of a shape whose furthest corner is 1 from the middle.

    rows, columns: (n, h, w)   ->   (n, h, w), below zero inside
    """
    if name == "circle":
        return np.hypot(rows, columns) - np.float32(1)
    if name == "moon":  # a circle without a part of another
        return np.maximum(
            np.hypot(rows, columns) - np.float32(1),
            np.float32(0.85) - np.hypot(rows, columns - np.float32(0.55)),
        )
    return _from_polygon(POLYGONS[name], rows, columns)


def _from_polygon(corners: Array, rows: Array, columns: Array) -> Array:
    """The distance to the nearest side; a point is inside if a ray from it meets an odd number."""
    nearest = np.full_like(rows, np.inf)
    inside = np.zeros(rows.shape, bool)
    for (row, column), (next_row, next_column) in zip(corners, np.roll(corners, -1, axis=0)):
        down, right = next_row - row, next_column - column
        r, c = rows - row, columns - column
        part = np.clip((r * down + c * right) / (down**2 + right**2), 0, 1)
        np.minimum(nearest, (r - part * down) ** 2 + (c - part * right) ** 2, out=nearest)
        if down:
            inside ^= ((rows >= row) != (rows >= next_row)) & (c < r * (right / down))
    return np.where(inside, -1, 1).astype(np.float32) * np.sqrt(nearest)


def _waves(any_of, at: Array, shortest: float, longest: float) -> Array:
    """Waves of any direction, from -1 to 1.   -> (n, 32, 32)"""
    angle, length, start = any_of(0, np.pi), any_of(shortest, longest), any_of(0, 2 * np.pi)
    along = at * np.cos(angle) + at.T * np.sin(angle)
    return np.sin(2 * np.pi * along / length + start)


def _colours(n: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """The colour of each shape and that of its background.   -> (n, 1, 1, 3) twice"""
    alike = rng.random(n) < 0.5  # as bright as each other
    bright = rng.uniform(0.35, 0.65, n)
    apart = rng.uniform(0.2, 0.4, n) * np.where(bright < 0.5, 1, -1)
    hue = rng.uniform(0, 360, n)
    other = hue + np.where(alike, rng.uniform(70, 290, n), rng.uniform(0, 360, n))
    strong, pale = rng.uniform(0.2, 0.32, n), rng.uniform(0.08, 0.25, n)
    shape = colour(bright, hue, strong)
    background = colour(np.where(alike, bright, bright + apart), other, pale)
    return shape[:, None, None], background[:, None, None]


def colour(brightness, hue, strength) -> Array:
    """Red, green and blue that have this mean: grey, pulled towards a hue.   -> (..., 3) float32

    hue: degrees on the colour circle: 0 red, 120 green, 240 blue   strength: 0 grey; 0.3 is much
    """
    angles = np.radians(np.asarray(hue, float)[..., None] - np.array([0, 120, 240]))
    waves = np.asarray(strength)[..., None] * np.cos(angles)
    return (np.asarray(brightness)[..., None] + waves).astype(np.float32)
