"""A network drawn from itself and fed live: every map of every layer, while somebody draws.

    drawing = LiveNetwork(net, (28, 28, 1))
    drawing.show([image, *net.trace(image[None]).outputs])     # all maps, in one message

Python sends one byte for each number of each map; live_network.js places and paints them.
"""

import math
import pathlib
from typing import NamedTuple

import anywidget
import numpy as np
import traitlets

from .. import ops, stills
from ..architecture import percent
from ..layers import Conv2D, Dense, Flatten, GlobalAvgPool2D, Layer, MaxPool2D, Pool2D, ReLU
from ..pixels import PALETTES, colours, encode
from ..shapes import Array
from ..tiles import tile
from .mosaic import palette_of
from .words import number

MOST = 64  # maps of a layer that are drawn
AVERAGE = "Each number is the mean of "


class Stack(NamedTuple):
    """What is drawn at one place: the maps that come out of one layer, or of it and a ReLU."""

    name: str
    about: str  # a few words below the name
    how: str  # what a map is made of, in a sentence
    layer: int  # the layer that it begins with, counted from 0; the image: -1
    last: int  # the layer that it ends with
    shape: tuple[int, int, int]  # (h, w, c) as drawn: a row of numbers has several lines
    size: str  # the shape that the layer gives
    palette: str


def folded(count: int) -> tuple[int, int]:
    """The rows and columns that so many numbers fill without a rest, about twice as high."""
    columns = max(n for n in range(1, math.isqrt(max(count // 2, 1)) + 1) if count % n == 0)
    return count // columns, columns


def drawn(output: Array) -> Array:
    """One image's maps as they are drawn; a row of numbers is folded.   -> (h, w, c)"""
    return output[0] if output.ndim == 4 else output[0].reshape(*folded(output.size), 1)


def stacks(layers: list[Layer], outputs: list[Array]) -> list[Stack]:
    """What to draw of these layers; outputs: (1, h, w, c) or (1, n), the image first."""
    found = [
        Stack("input", "", "What the network gets.", -1, -1, drawn(outputs[0]).shape, "", "grey"),
    ]
    counts = {}
    for place, (layer, output) in enumerate(zip(layers, outputs[1:])):
        if layer.window or isinstance(layer, (Flatten, GlobalAvgPool2D, Dense)):
            kind, about, how = said_of(layer, output.shape)
            if isinstance(layer, Dense) and place == len(layers) - 1:
                kind, about = "scores", "dense"
            counts[kind] = counts.get(kind, 0) + 1
            repeated = kind not in ("flatten", "scores")
            name = f"{kind} {counts[kind]}" if repeated else kind
            found.append(Stack(name, about, how, place, place, (), "", ""))
        last, word = found[-1], type(layer).__name__
        if last.layer != place:  # ReLU and others that keep the shape
            bend = " Below 0 becomes 0." if isinstance(layer, ReLU) else ""
            last = last._replace(about=f"{last.about}, {word}", how=last.how + bend, last=place)
        palette = palette_of(layers[: place + 1])
        found[-1] = last._replace(shape=drawn(output).shape, palette=palette)
    sizes = [" × ".join(f"{n:,}" for n in outputs[stack.last + 1].shape[1:]) for stack in found]
    return [stack._replace(size=size) for stack, size in zip(found, sizes)]


def said_of(layer: Layer, shape) -> tuple[str, str, str]:
    """The name of a layer in the drawing, some words on it, and what its numbers are made of."""
    if isinstance(layer, Flatten):
        return "flatten", "in a row", "All numbers of all maps, one after the other."
    if isinstance(layer, Dense):
        how = "Each number is a sum of all numbers before it, each times a weight of its own."
        return "dense", f"{shape[1]:,} sums", how
    if isinstance(layer, GlobalAvgPool2D):
        return "average", "of each map", AVERAGE + "all numbers of a map."
    size = " × ".join(map(str, layer.window.k))
    if isinstance(layer, MaxPool2D):
        return "pooling", f"max, {size}", f"Each number is the largest in a window of {size}."
    if isinstance(layer, Pool2D):
        return "pooling", f"average, {size}", AVERAGE + f"a window of {size}."
    count = layer.params["w"].shape[2]
    slices = f"Its kernel has {count} slices, one for each map before. " if count > 1 else ""
    how = f"{slices}Red weights add what lies below them, blue ones take it off."
    return "convolution", size, how


class LiveNetwork(stills.Still, anywidget.AnyWidget):
    """The drawing. A click, or arrow keys and Enter, choose a map: `chosen`, (stack, map) or None.

    opens   a map that is chosen is shown large, with its kernel, on top of the drawing
    height  in CSS pixels; it is as broad as its place in the page
    rows    how many maps of a layer lie below each other, at most
    scores  the scores of the last dense layer are drawn as well, not only their probabilities
    """

    _esm = pathlib.Path(__file__).with_name("live_network.js")
    _stacks = traitlets.List().tag(sync=True)
    _kernels = traitlets.Dict().tag(sync=True)
    _colours = traitlets.Dict().tag(sync=True)
    _frame = traitlets.Dict().tag(sync=True)
    height = traitlets.Int(400, min=100).tag(sync=True)
    rows = traitlets.Int(8, min=1).tag(sync=True)
    opens = traitlets.Bool(False).tag(sync=True)
    label = traitlets.Unicode("the network").tag(sync=True)
    chosen = traitlets.Any(None).tag(sync=True, from_json=lambda at, _: at and tuple(at))

    def __init__(self, net, images: Array, scores: bool = False, **options):
        """images: (n, h, w, c); their largest numbers are the last colours of the maps."""
        self.net = net
        outputs = [images, *net.trace(images).outputs]
        self.stacks = stacks(net.layers, [output[:1] for output in outputs])
        if net.layers and isinstance(net.layers[-1], Dense) and not scores:
            self.stacks.pop()  # its numbers are the bars
        ends = [float(np.abs(outputs[stack.last + 1]).max()) for stack in self.stacks]
        self.reaches = [1.0, *(end or 1.0 for end in ends[1:])]
        made_by = {i: net.layers[stack.layer] for i, stack in enumerate(self.stacks) if i}
        super().__init__(
            _stacks=[s._asdict() | {"shown": min(s.shape[2], MOST)} for s in self.stacks],
            _kernels={str(i): kernels(la) for i, la in made_by.items() if isinstance(la, Conv2D)},
            _colours={name: colours(name).tobytes() for name in PALETTES},
            **options,
        )

    def show(self, outputs: list[Array]) -> None:
        """Show what the layers made of an image: (1, h, w, c) or (1, n), the image first."""
        self._maps = [drawn(outputs[stack.last + 1])[:, :, :MOST] for stack in self.stacks]
        self.probabilities = ops.softmax(outputs[-1])[0][0]
        parts = zip(self.stacks, self._maps, self.reaches)
        self._frame = {
            "maps": b"".join(bytes_of(*part) for part in parts),
            "most": [maps.max(axis=(0, 1)).astype(float).round(2).tolist() for maps in self._maps],
            "probabilities": self.probabilities.round(5).tolist(),
        }

    def still(self):
        """The drawing as a Pillow image, for pages where widgets cannot run."""
        pictures = []
        for stack, maps, reach in zip(self.stacks, self._maps, self.reaches):
            rows_of_maps = tile(maps, columns=-(-maps.shape[2] // 4))
            levels = encode(rows_of_maps, limits_of(stack, reach))
            look = dict(size=min(230, 8 * max(levels.shape)), title=stack.name)
            pictures.append(stills.pixels(levels, colours(stack.palette), **look))
        bars = [f"{label}: {percent(p)}" for label, p in enumerate(self.probabilities)]
        return stills.beside([*pictures, stills.text("\n".join(bars))])

    def __repr__(self):
        return f"LiveNetwork({', '.join(stack.name for stack in self.stacks)})"


def limits_of(stack: Stack, reach: float) -> tuple[float, float]:
    return (-reach if stack.palette == "diverging" else 0.0), reach


def bytes_of(stack: Stack, maps: Array, reach: float) -> bytes:
    """A byte for each number, map after map.   maps: (h, w, c)"""
    return np.moveaxis(encode(maps, limits_of(stack, reach)), 2, 0).tobytes()


def kernels(layer: Conv2D) -> dict:
    """The kernels of a layer as bytes, filter after filter, slice after slice; and its biases."""
    w = layer.params["w"]
    reach = float(np.abs(w).max()) or 1.0
    levels = encode(w.transpose(3, 2, 0, 1), (-reach, reach))
    return {
        "shape": w.shape[:3],
        "pixels": levels.tobytes(),
        "biases": [number(b, 3) for b in layer.params["b"].tolist()],
    }
