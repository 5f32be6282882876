"""The picture of a network, drawn from the network itself, as SVG: sharp at any size, and in print.

architecture(net, (28, 28, 1))                                   in a notebook, it shows itself
architecture(net, (28, 28, 1), image=digit, labels=range(10)).save("net.svg")
"""

import base64
import io
import math
from html import escape
from typing import NamedTuple

import numpy as np

from . import ops
from .files import check_target, write_target
from .layers import Conv2D, Dense, Flatten, GlobalAvgPool2D, MaxPool2D, Pool2D, Sequential
from .shapes import Array, listed, sizes
from .summary import Row, summary

LARGEST, SMALLEST = 118, 12  # sides of sheets, in pixels of the drawing
SHEETS, APART = 9, 6  # sheets drawn of one stack, at most; pixels from one to the next
NODES = 10  # circles drawn of a dense layer, at most
TOP, BOTTOM, GAP = 64, 92, 44
TALL = TOP + LARGEST + SHEETS * APART + BOTTOM
# Words have the colour of the page's words, in JupyterLab's dark theme as well.
INK, WORDS, PALE, CONV, POOL, DENSE, WINDOW, BAR = (
    "#222222", "currentColor", "#8a8a8a", "#cfe0f0", "#f6dfc6", "#dce8d8", "#c8641e", "#3b78b0",
)  # fmt: skip
PAGE = (
    "background: var(--jp-layout-color0, white); color: var(--jp-ui-font-color1, #222222); "
    "width: 100%; height: auto"
)
FILLS = {"input": "#ececec", "convolution": CONV, "max pooling": POOL, "average pooling": POOL}


class Stage(NamedTuple):
    """What is drawn at one place: a stack of maps, a row of numbers, or a column of circles."""

    kind: str  # "input", "convolution", "max pooling", "average pooling", "row", "dense"
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
        path = check_target(path, ".svg", "save")
        write_target(path, lambda file: file.write(self.svg.encode()), "save")


def architecture(net: Sequential, shape, *, labels=None, image: Array | None = None) -> Drawing:
    """The picture of a network for images of `shape` (h, w, c).

    labels: names of the outputs.   image: (h, w, c), its maps are drawn on the sheets, and the
    probability of each label beside it. Sheets are to scale, a sheet for each map of a small stack.
    """
    rows = summary(net, shape)
    steps = [None] * (len(net.layers) + 1)
    if image is not None:
        sizes(image, "h w c", "architecture: image", **dict(zip("hwc", shape)))
        steps = [image[None], *net.trace(image[None]).outputs]
    outputs = rows[-1].shape
    names = labels if labels is None else listed(labels, "architecture: labels", 10_000)
    names = names if names is None else [str(name) for name in names]
    if names is not None and (len(names),) != outputs:
        raise ValueError(
            f"architecture: labels should be as many as the outputs, {outputs}, but are "
            f"{len(names)}."
        )
    probabilities = None
    if image is not None and len(outputs) == 1:
        probabilities = ops.softmax(steps[-1])[0][0]
    found = stages(net.layers, rows, tuple(shape), steps)
    return draw(found, names, probabilities, describe(rows, shape))


def describe(rows: list[Row], shape) -> str:
    """The network in one line of text."""
    parts = [_sizes(shape)] + [f"{row.layer.split('(')[0]} {_sizes(row.shape)}" for row in rows]
    return " → ".join(parts)


def stages(layers, rows: list[Row], shape, steps) -> list[Stage]:
    """What to draw; layers that keep shape and parameters are words above the stage before."""
    found = [Stage("input", ["input"], shape, None, None if steps[0] is None else steps[0][0])]
    for layer, row, step in zip(layers, rows, steps[1:]):
        maps = None if step is None or len(row.shape) != 3 else step[0]
        if isinstance(layer, (Conv2D, Pool2D)):
            found.append(looking(layer, row.shape, maps))
        elif isinstance(layer, (Flatten, GlobalAvgPool2D)):
            words = ["flatten"] if isinstance(layer, Flatten) else ["global", "average", "pooling"]
            found.append(Stage("row", words, row.shape))
        elif isinstance(layer, Dense):
            found.append(Stage("dense", ["dense"], row.shape))
        else:  # ReLU and others like it: the picture after them
            last = found[-1]
            word = row.layer.split("(")[0]
            found[-1] = last._replace(words=[*last.words, word], maps=maps)
    return found


def looking(layer, shape, maps) -> Stage:
    """The stage of a layer with a window."""
    window = layer.window
    if not isinstance(layer, Conv2D):
        kind = "max pooling" if isinstance(layer, MaxPool2D) else "average pooling"
        return Stage(kind, [*kind.split(), _sizes(window.k)], shape, window.reach, maps)
    words = ["convolution", _sizes(window.k)]
    if window.stride != (1, 1):
        words.append(f"stride {_sizes(dict.fromkeys(window.stride))}")
    return Stage("convolution", words, shape, window.reach, maps)


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
                (16.0 * (min(stage.shape[-1], NODES) + 1), 15.0, 1)
                if stage.kind == "dense"
                else (LARGEST + SHEETS * APART, 13.0, 1)
            )
        depth = (sheets - 1) * APART
        shift = max(0.0, (words - w - depth) / 2)
        placed.append(
            Box(x + shift, middle - h / 2 + depth / 2, w, h, x + shift + w + depth, sheets)
        )
        x += max(words, w + depth) + GAP
    return placed


def draw(found: list[Stage], labels, probabilities, about: str) -> Drawing:
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
        parts += answers(placed[-1], found[-1].shape[-1], labels, probabilities)
        wide += 14 + 7 * max(map(len, labels or [""])) + (110 if probabilities is not None else 0)
    parts += brackets(found, placed)
    _, power = scale_of(found)
    scale = "to scale" if power == 1 else f"with their sides to the power of {power:.2f}"
    parts.append(
        text(12, TALL - 8, f"Maps are drawn {scale}; of a large stack, {SHEETS}.", "start", 10.5)
    )
    wide = max(wide, 330)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {TALL}" role="img" '
        f'style="{PAGE}; max-width: {wide:.0f}px" font-family="DejaVu Sans, Verdana, sans-serif">'
        f"<title>{escape(about)}</title>{''.join(parts)}</svg>"
    )
    return Drawing(svg, about)


def text(x, y, words, anchor="middle", size=11.5, weight=400) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
        f'font-weight="{weight}" fill="{WORDS}">{escape(words)}</text>'
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
    if stage.kind == "dense":
        return circles(box, stage.shape[-1])
    if len(stage.shape) == 1:
        heights = [box.y + box.h * i / 14 for i in range(1, 14)]
        ticks = [line(box.x, y, box.x + box.w, y) for y in heights]
        return [rect(box.x, box.y, box.w, box.h, "#efe9f5"), *ticks]
    parts = []
    for sheet in reversed(range(box.sheets)):
        x, y = box.x + APART * sheet, box.y - APART * sheet
        parts.append(rect(x, y, box.w, box.h, FILLS[stage.kind]))
        if stage.maps is not None:
            strongest = np.argsort(-stage.maps.mean(axis=(0, 1)), kind="stable")
            pixels = coloured(stage.maps, strongest[sheet], stage.kind == "input")
            parts.append(picture(pixels, x, y, box.w, box.h))
    return parts


def coloured(maps: Array, place: int, is_input: bool) -> Array:
    """One map in the colours of the course, all maps of a stack on one scale.   -> uint8"""
    import matplotlib

    if is_input:
        shown = maps if maps.shape[2] == 3 else maps[:, :, place]
        return (255 * np.clip(shown, 0, 1)).round().astype(np.uint8)
    shown = maps[:, :, place] / max(float(np.abs(maps).max()), 1e-6)
    if maps.min() < 0:
        return matplotlib.colormaps["RdBu_r"]((shown + 1) / 2, bytes=True)[:, :, :3]
    return matplotlib.colormaps["cividis"](shown, bytes=True)[:, :, :3]


def picture(pixels: Array, x, y, w, h) -> str:
    """Pixels as a small embedded picture with a frame."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    data = base64.b64encode(file.getvalue()).decode()
    return (
        f'<image x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" '
        f'preserveAspectRatio="none" style="image-rendering: pixelated" '
        f'href="data:image/png;base64,{data}"/>' + rect(x, y, w, h, "none", "#b9c4cf")
    )


def nodes(box: Box, count: int) -> list[tuple[int, float]]:
    """The outputs that get a circle, and its height; of many, those in the middle get none."""
    shown = min(count, NODES)
    left_out = NODES // 2 if count > NODES else None
    return [
        (i if i < NODES // 2 else count - shown + i, box.y + 16.0 * (i + 1))
        for i in range(shown)
        if i != left_out
    ]


def circles(box: Box, count: int) -> list[str]:
    middle = box.x + box.w / 2
    parts = [
        f'<circle cx="{middle:.1f}" cy="{y:.1f}" r="6" fill="{DENSE}" stroke="{INK}" '
        'stroke-width="0.8"/>'
        for _, y in nodes(box, count)
    ]
    dots = [text(middle, box.y + 16 * (NODES // 2 + 1) + 4, "⋮", size=14)]
    return parts + dots if count > NODES else parts


def answers(box: Box, count: int, labels, probabilities) -> list[str]:
    """Names and probabilities beside the circles of the last layer."""
    x = box.right + 8
    beside = x + 7 * max(map(len, labels)) + 6 if labels else x
    parts = []
    for node, y in nodes(box, count):
        if labels:
            parts.append(text(x, y + 4, labels[node], "start"))
        if probabilities is not None:
            probability = float(probabilities[node])
            parts.append(rect(beside, y - 5, max(0.8, 50 * probability), 10, BAR, "none"))
            parts.append(text(beside + 54, y + 4, percent(probability), "start", 10.5))
    if probabilities is not None:
        parts.append(text(beside, box.y - 4, "softmax", "start", weight=600))
    return parts


def percent(probability: float) -> str:
    """Never 0 or 100 for what is only near it."""
    if probability > 0.999:
        return "> 99.9 %"
    return "< 0.1 %" if probability < 0.001 else f"{100 * probability:.1f} %"


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
        ends = [y for _, y in nodes(box, stage.shape[-1])]
        starts = [from_.y + from_.h * i / 6 for i in range(7)]
        if before.kind == "dense":
            starts = [y for _, y in nodes(from_, before.shape[-1])]
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
        parts.append(f'<path d="{path}" fill="none" stroke="{WORDS}" stroke-width="1.1"/>')
        parts.append(text((left + right) / 2, y + 22, name, weight=600))
    return parts
