"""The picture of a network, drawn from the network itself, as SVG: sharp at any size, and in print.

architecture(net, (28, 28, 1))                                   in a notebook, it shows itself
architecture(net, (28, 28, 1), image=digit, labels=range(10)).save("net.svg")
"""

import base64
import io
import math
from html import escape
from pathlib import Path
from typing import NamedTuple

import numpy as np

from . import ops
from .layers import Conv2D, Dense, Flatten, Layer, Sequential, _Pool2D
from .shapes import Array, pair, sizes
from .summary import Row, summary

LARGEST, SMALLEST = 118, 12  # sides of sheets, in pixels of the drawing
SHEETS, APART = 9, 6  # sheets drawn of one stack, at most; pixels from one to the next
NODES = 10  # circles drawn of a dense layer, at most
TOP, BOTTOM, GAP = 64, 92, 44
TALL = TOP + LARGEST + SHEETS * APART + BOTTOM
INK, PALE, CONV, POOL, DENSE, WINDOW = (
    "#222222", "#8a8a8a", "#cfe0f0", "#f6dfc6", "#dce8d8", "#c8641e",
)  # fmt: skip
FILLS = {"input": "#ececec", "convolution": CONV, "max pooling": POOL, "average pooling": POOL}


class Stage(NamedTuple):
    """What is drawn at one place: a stack of maps, a row of numbers, or a column of circles."""

    kind: str  # "input", "convolution", "max pooling", "average pooling", "flatten", "dense"
    words: list[str]  # above it: what made it
    shape: tuple[int, ...]
    window: tuple[int, int] | None = None  # on the stage before, in its rows and columns
    maps: Array | None = None  # (h, w, c), what an image makes of it


class Drawing:
    """A picture as SVG text. A notebook shows it; `save` writes it to a file."""

    def __init__(self, svg: str, about: str):
        self.svg, self.about = svg, about

    def __repr__(self):
        return self.about

    def _repr_svg_(self) -> str:
        return self.svg

    def save(self, path) -> None:
        """Write the picture to a file that ends in .svg."""
        path = Path(path)
        if path.suffix != ".svg":
            raise ValueError(f"save: path should end in .svg, but is {str(path)!r}.")
        path.write_text(self.svg, encoding="utf-8")


def architecture(net: Sequential, shape, *, labels=None, image: Array | None = None) -> Drawing:
    """The picture of a network for images of `shape` (h, w, c).

    labels: names of the outputs.   image: (h, w, c), its maps are drawn on the sheets, and the
    probability of each label beside it. Sheets are to scale, a sheet for each map of a small stack.
    """
    rows = summary(net, shape)
    steps = [None] * (len(net.layers) + 1)
    if image is not None:
        sizes(image, "h w c", "architecture: image", **dict(zip("hwc", shape)))
        steps = [image[None]]
        for layer in net.layers:
            steps.append(layer(steps[-1]))
    outputs = rows[-1].shape
    names = None if labels is None else [str(label) for label in labels]
    if names is not None and (len(names),) != outputs:
        raise ValueError(
            f"architecture: labels should be as many as the outputs, {outputs}, but are "
            f"{len(names)}."
        )
    shares = None
    if image is not None and len(outputs) == 1:
        shares = ops.softmax(steps[-1])[0][0]
    return draw(stages(net.layers, rows, tuple(shape), steps), names, shares, describe(rows, shape))


def describe(rows: list[Row], shape) -> str:
    """The network in one line of text."""
    parts = [_sizes(shape)] + [f"{row.layer.split('(')[0]} {_sizes(row.shape)}" for row in rows]
    return " → ".join(parts)


def stages(layers: list[Layer], rows: list[Row], shape, steps) -> list[Stage]:
    """What to draw; layers that keep shape and parameters are words above the stage before."""
    found = [Stage("input", ["input"], shape, None, None if steps[0] is None else steps[0][0])]
    for layer, row, step in zip(layers, rows, steps[1:]):
        maps = None if step is None or len(row.shape) != 3 else step[0]
        if isinstance(layer, (Conv2D, _Pool2D)):
            k = pair(layer.settings["k"], "k")
            reach = tuple((n - 1) * d + 1 for n, d in zip(k, _pair(layer, "dilation")))
            if isinstance(layer, Conv2D):
                kind, words = "convolution", ["convolution", _sizes(k)]
            else:
                kind = "max pooling" if "Max" in row.layer else "average pooling"
                words = [*kind.split(), _sizes(k)]
            stride = layer.settings["stride"]
            if (
                stride is not None
                and pair(stride, "stride") != (1, 1)
                and isinstance(layer, Conv2D)
            ):
                words.append(f"stride {_sizes(set(pair(stride, 'stride')))}")
            found.append(Stage(kind, words, row.shape, reach, maps))
        elif isinstance(layer, Flatten):
            found.append(Stage("flatten", ["flatten"], row.shape))
        elif isinstance(layer, Dense):
            found.append(Stage("dense", ["dense"], row.shape))
        else:  # ReLU and others like it: the picture after them
            last = found[-1]
            word = row.layer.split("(")[0]
            found[-1] = last._replace(words=[*last.words, word], maps=maps)
    return found


def _pair(layer, name) -> tuple[int, int]:
    return pair(layer.settings.get(name, 1), name)


def _sizes(shape) -> str:
    return " × ".join(f"{size:,}" for size in shape)


class Box(NamedTuple):
    """Where the front sheet of a stage lies, and how far the stage reaches."""

    x: float
    y: float  # of its top
    w: float
    h: float
    right: float  # where the stage ends
    sheets: int


def scale_of(found: list[Stage]):
    """Pixels of the drawing for a side of so many rows; in proportion where that can be seen."""
    sides = [side for stage in found if len(stage.shape) == 3 for side in stage.shape[:2]]
    largest, smallest = max(sides, default=1), min(sides, default=1)
    power = 1.0
    if largest * SMALLEST > smallest * LARGEST:  # small maps would be dots: shrink large ones
        power = math.log(LARGEST / SMALLEST) / math.log(largest / smallest)
    return (lambda side: LARGEST * (side / largest) ** power), power


def boxes(found: list[Stage]) -> list[Box]:
    """Where each stage lies, from left to right, with the middles of all at one height."""
    size, _ = scale_of(found)
    middle = TOP + (LARGEST + SHEETS * APART) / 2
    x, placed = 12.0, []
    for stage in found:
        words = 6.6 * max(len(word) for word in [*stage.words, _sizes(stage.shape)])
        if len(stage.shape) == 3:
            h, w = (size(side) for side in stage.shape[:2])
            sheets = min(stage.shape[2], SHEETS)
        else:
            h, w, sheets = (
                (LARGEST + SHEETS * APART, 13.0, 1)
                if stage.kind == "flatten"
                else (16.0 * (min(stage.shape[-1], NODES) + 1), 15.0, 1)
            )
        depth = (sheets - 1) * APART
        shift = max(0.0, (words - w - depth) / 2)
        placed.append(
            Box(x + shift, middle - h / 2 + depth / 2, w, h, x + shift + w + depth, sheets)
        )
        x += max(words, w + depth) + GAP
    return placed


def draw(found: list[Stage], labels, shares, about: str) -> Drawing:
    """The stages as SVG."""
    placed = boxes(found)
    parts = []
    for place, (stage, box) in enumerate(zip(found, placed)):
        if place:
            parts += connection(found[place - 1], placed[place - 1], stage, box)
    for place, (stage, box) in enumerate(zip(found, placed)):
        parts += shape_of(stage, box)
        if place + 1 < len(found):
            parts += window_on(stage, box, found[place + 1])
        middle = (box.x + box.right) / 2
        above = TOP - 44 + 13 * (4 - len(stage.words))
        for line, word in enumerate(stage.words):
            parts.append(text(middle, above + 13 * line, word, weight=600 if line == 0 else 400))
        parts.append(text(middle, TALL - BOTTOM + 20, _sizes(stage.shape)))
    wide = placed[-1].right + 24
    if found[-1].kind == "dense":
        parts += answers(placed[-1], found[-1].shape[-1], labels, shares)
        wide += 14 + 7 * max(map(len, labels or [""])) + (110 if shares is not None else 0)
    parts += brackets(found, placed)
    _, power = scale_of(found)
    scale = "to scale" if power == 1 else f"with their sides to the power of {power:.2f}"
    parts.append(
        text(12, TALL - 8, f"Maps are drawn {scale}; of a large stack, {SHEETS}.", "start", 10.5)
    )
    wide = max(wide, 330)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {TALL}" role="img" '
        f'style="width: 100%; max-width: {wide:.0f}px; height: auto; background: white" '
        f'font-family="DejaVu Sans, Verdana, sans-serif"><title>{escape(about)}</title>'
        f'<rect width="{wide:.0f}" height="{TALL}" fill="white"/>{"".join(parts)}</svg>'
    )
    return Drawing(svg, about)


def text(x, y, words, anchor="middle", size=11.5, weight=400, colour=INK) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
        f'font-weight="{weight}" fill="{colour}">{escape(words)}</text>'
    )


def line(x1, y1, x2, y2, colour=PALE, width=0.8) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width}"/>'
    )


def rect(x, y, w, h, fill, stroke=INK, width=0.8) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" fill="{fill}" '
        f'stroke="{stroke}" stroke-width="{width}"/>'
    )


def shape_of(stage: Stage, box: Box) -> list[str]:
    """A stack of sheets, the hindmost first; a bar; or a column of circles."""
    if stage.kind == "flatten" or (len(stage.shape) == 1 and stage.kind != "dense"):
        ticks = [
            line(box.x, box.y + box.h * i / 14, box.x + box.w, box.y + box.h * i / 14)
            for i in range(1, 14)
        ]
        return [rect(box.x, box.y, box.w, box.h, "#efe9f5"), *ticks]
    if stage.kind == "dense":
        return circles(box, stage.shape[-1])
    parts = []
    for sheet in reversed(range(box.sheets)):
        x, y = box.x + APART * sheet, box.y - APART * sheet
        parts.append(rect(x, y, box.w, box.h, FILLS[stage.kind]))
        if stage.maps is not None:
            strongest = np.argsort(-stage.maps.mean(axis=(0, 1)), kind="stable")
            parts.append(picture(stage.maps, stage.kind, strongest[sheet], x, y, box.w, box.h))
    return parts


def picture(maps: Array, kind: str, channel: int, x, y, w, h) -> str:
    """One map as a small embedded picture: the input in its own colours, a map from 0 up."""
    from PIL import Image

    shown = maps if kind == "input" and maps.shape[2] == 3 else maps[:, :, channel]
    top = 1.0 if kind == "input" else max(float(shown.max()), 1e-6)
    pixels = (255 * np.clip(shown / top, 0, 1)).round().astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    data = base64.b64encode(file.getvalue()).decode()
    return (
        f'<image x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" '
        f'preserveAspectRatio="none" style="image-rendering: pixelated" '
        f'href="data:image/png;base64,{data}"/>' + rect(x, y, w, h, "none", "#b9c4cf")
    )


def node_places(box: Box, count: int) -> list[float]:
    """Where the circles of a dense layer lie; the middle one is left out of many."""
    shown = min(count, NODES)
    return [box.y + 16.0 * (i + 1) for i in range(shown)]


def circles(box: Box, count: int) -> list[str]:
    places = node_places(box, count)
    parts = []
    for i, y in enumerate(places):
        if count > NODES and i == NODES // 2:
            parts.append(text(box.x + box.w / 2, y + 4, "⋮", size=14))
        else:
            parts.append(
                f'<circle cx="{box.x + box.w / 2:.1f}" cy="{y:.1f}" r="6" fill="{DENSE}" '
                f'stroke="{INK}" stroke-width="0.8"/>'
            )
    return parts


def answers(box: Box, count: int, labels, shares) -> list[str]:
    """Names and probabilities beside the circles of the last layer."""
    parts = []
    places = node_places(box, count)
    if shares is not None:
        beside = 7 * max(map(len, labels)) + 6 if labels else 0
        parts.append(text(box.right + 8 + beside, box.y - 4, "softmax", "start", weight=600))
    for i, y in enumerate(places):
        node = i if count <= NODES else (i if i < NODES // 2 else count - NODES + i)
        if count > NODES and i == NODES // 2:
            continue
        x = box.right + 8
        if labels:
            parts.append(text(x, y + 4, labels[node], "start"))
            x += 7 * max(map(len, labels)) + 6
        if shares is not None:
            share = float(shares[node])
            parts.append(rect(x, y - 5, max(0.8, 50 * share), 10, "#1f4e79", "none"))
            parts.append(text(x + 54, y + 4, f"{share:.0%}", "start", 10.5))
    return parts


def window_on(stage: Stage, box: Box, following: Stage) -> list[str]:
    """The window of the next layer, drawn on the front sheet of this stage."""
    if following.window is None or len(stage.shape) != 3:
        return []
    x, y, w, h = window_box(stage, box, following)
    return [rect(x, y, w, h, WINDOW + "33", WINDOW, 1.4)]


def window_box(stage: Stage, box: Box, following: Stage):
    rows, columns = following.window
    w = min(box.w, max(3.0, box.w * columns / stage.shape[1]))
    h = min(box.h, max(3.0, box.h * rows / stage.shape[0]))
    return box.x + 0.56 * (box.w - w), box.y + 0.34 * (box.h - h), w, h


def connection(before: Stage, from_: Box, stage: Stage, box: Box) -> list[str]:
    """Lines from a window to the number it makes; from a row of numbers to each circle."""
    if stage.window is not None and len(before.shape) == 3:
        x, y, w, h = window_box(before, from_, stage)
        to = box.x + 0.56 * box.w, box.y + 0.34 * box.h
        return [line(x + w, y, *to, WINDOW), line(x + w, y + h, *to, WINDOW)]
    if stage.kind == "dense":
        ends = [
            y
            for i, y in enumerate(node_places(box, stage.shape[-1]))
            if stage.shape[-1] <= NODES or i != NODES // 2
        ]
        starts = (
            node_places(from_, before.shape[-1])
            if before.kind == "dense"
            else [from_.y + from_.h * i / 6 for i in range(7)]
        )
        return [
            line(from_.right, start, box.x + 1, end, "#c4c4c4", 0.5)
            for start in starts
            for end in ends
        ]
    right, middle = from_.right + 6, (from_.y + from_.h / 2 + box.y + box.h / 2) / 2
    return [line(right, middle, box.x - 8, middle, PALE, 1.2)]


def brackets(found: list[Stage], placed: list[Box]) -> list[str]:
    """The two parts of the network, each with a bracket below and its name."""
    features = [i for i, stage in enumerate(found) if stage.window is not None]
    decides = [i for i, stage in enumerate(found) if len(stage.shape) == 1]
    parts = []
    for places, name in ((features, "feature extraction"), (decides, "classification")):
        if not places:
            continue
        left, right = placed[places[0]].x - 4, placed[places[-1]].right + 4
        left, right = min(left, (left + right) / 2 - 8), max(right, (left + right) / 2 + 8)
        y = TALL - BOTTOM + 34
        path = f"M{left:.1f},{y} v7 H{right:.1f} v-7"
        parts.append(f'<path d="{path}" fill="none" stroke="{INK}" stroke-width="1.1"/>')
        parts.append(text((left + right) / 2, y + 22, name, weight=600))
    return parts
