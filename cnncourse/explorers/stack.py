"""A stack of layers as the architect's controls describe it, and all that there is to say of it."""

from typing import NamedTuple

import numpy as np

from .. import layers
from ..architecture import Drawing, architecture
from ..shapes import Array
from ..summary import Summary, summary

SHAPE = 28, 28, 1  # a handwritten digit
LABELS = 10
MOST = 12  # layers
WINDOWED = "Conv2D", "MaxPool2D", "AvgPool2D"
KINDS = *WINDOWED, "GlobalAvgPool2D", "ReLU", "Flatten", "Dense"
HAS = {  # which controls a kind of layer has
    "Conv2D": ("size", "k", "stride", "pad"),
    "MaxPool2D": ("k",),
    "AvgPool2D": ("k",),
    "Dense": ("size",),
}


class Block(NamedTuple):
    """One layer, as the controls describe it."""

    kind: str
    size: int = 10  # filters or outputs
    k: int = 3
    stride: int = 1
    pad: int = 0


CONV, POOL, RELU = Block("Conv2D", 16, 3, 1, 1), Block("MaxPool2D", k=2), Block("ReLU")
END = [Block("Flatten"), Block("Dense", 10)]
FEATURES = [CONV, RELU, POOL, CONV._replace(size=32), RELU, POOL]
STACKS = {
    "the course's network": [*FEATURES, *END],
    "global average pooling": [*FEATURES, Block("GlobalAvgPool2D"), END[1]],
    "no convolution": [END[0], Block("Dense", 32), RELU, END[1]],
    "steps instead of pooling": [
        CONV._replace(stride=2), RELU, CONV._replace(size=32, stride=2), RELU, *END,
    ],
    "no padding, pixels lost": [CONV._replace(pad=0, k=4), RELU, POOL, CONV._replace(pad=0), RELU,
                                POOL, *END],
    "too much pooling": [CONV, RELU, POOL, POOL, POOL, POOL, POOL, *END],
    "no bend": [CONV, CONV, Block("AvgPool2D", k=4), *END],
}  # fmt: skip


def stacks_for(labels: int) -> dict[str, list[Block]]:
    """The same stacks, ending in a score for each of so many labels."""
    return {name: [*blocks[:-1], END[1]._replace(size=labels)] for name, blocks in STACKS.items()}


class View(NamedTuple):
    """Everything the lab shows."""

    drawing: Drawing  # of the part of the stack that can be built
    rows: Summary
    trouble: str  # what is wrong with the stack; '' if nothing is
    notes: list[str]  # what is legal, but worth a second look
    unused: Array | None  # how many windows use each pixel, in the first layer that loses some
    code: str

    @property
    def sentence(self) -> str:
        if self.trouble:
            return self.trouble
        total = (
            f"{self.rows.parameters:,} parameters, {self.rows.multiply_adds:,} multiply-adds and "
            f"{self.rows.memory / 1024:,.0f} KB of maps for an image."
        )
        where = ["The small picture shows where."] if self.unused is not None else []
        return " ".join([total, *self.notes, *where])


def look(blocks: list[Block], shape=SHAPE, labels: int = LABELS) -> View:
    """What the lab shows for a stack of layers."""
    built, shapes, notes, trouble, unused = [], [shape], [], "", None
    for place, block in enumerate(blocks, 1):
        before = f"layer {place - 1}, {blocks[place - 2].kind}," if place > 1 else "the input"
        trouble = problem(block, place, shapes[-1], before)
        if trouble:
            break
        built.append(layer_of(block, shapes[-1], np.random.default_rng(0)))
        if window := built[-1].window:
            counts = window.uses(*shapes[-1][:2], "architect: window").astype(float)
            if lost := np.mean(counts == 0):
                what = f"Layer {place}, {block.kind},"
                notes.append(f"{what} never looks at {lost:.0%} of what arrives.")
                unused = counts if unused is None else unused
        shapes.append(summary(layers.Sequential(built[-1]), shapes[-1])[0].shape)
    if not trouble:
        notes += doubts(blocks, shapes, labels)
    net = layers.Sequential(*built) if built else None
    rows = summary(net, shape) if net else Summary()
    named = range(labels) if shapes[-1] == (labels,) and not trouble else None
    drawing = architecture(net, shape, labels=named) if net else Drawing("", "")
    text = f"# {trouble}" if trouble else code(blocks, shapes)
    return View(drawing, rows, trouble, notes, None if trouble else unused, text)


def problem(block: Block, place: int, shape, before: str) -> str:
    """Why a layer does not fit on what arrives, in words; '' if it does."""
    what = f"Layer {place}, {block.kind},"
    if len(shape) != 3:
        if block.kind == "Flatten":
            return f"{what} has nothing to do: the numbers lie in a row already. Take it out."
        if block.kind in (*WINDOWED, "GlobalAvgPool2D"):
            return (
                f"{what} needs maps with rows and columns, but {before} gives a row of "
                f"{shape[0]:,} numbers. Move it up, to where there are maps."
            )
        return ""
    padded = shape[0] + 2 * padding(block)
    if block.kind in WINDOWED and block.k > padded:
        zeros = " with their padding" if padding(block) else ""
        return (
            f"{what} has a window of {block.k} × {block.k}, but the maps that arrive are only "
            f"{padded} × {padded}{zeros}. Make the window smaller, pad more, or take a "
            "pooling layer out."
        )
    if block.kind == "Dense":
        maps = f"{shape[2]} map{'s' * (shape[2] > 1)} of {shape[0]} × {shape[1]}"
        return (
            f"{what} weighs a row of numbers, but {before} gives {maps}. Put a Flatten before it."
        )
    return ""


def padding(block: Block) -> int:
    return block.pad if block.kind == "Conv2D" else 0


def doubts(blocks: list[Block], shapes, labels: int) -> list[str]:
    """What a stack that can be built would do badly, or in vain."""
    told, weighing, above_zero = [], None, True  # pixels are not below zero
    for place, (block, before) in enumerate(zip(blocks, shapes), 1):
        what = f"Layer {place}, {block.kind},"
        if block.kind in ("Conv2D", "Dense"):
            if weighing:
                told.append(
                    f"Nothing bends between layers {weighing} and {place}: without a nonlinearity "
                    "between them, what both do together a single layer of weights could do."
                )
            weighing, above_zero = place, False
        elif block.kind == "ReLU":
            if above_zero:
                told.append(f"{what} changes nothing: no number that arrives is below zero.")
            weighing, above_zero = None, True
        elif block.kind == "MaxPool2D" and block.k > 1:  # a nonlinearity, too
            weighing = None
        if block.kind == "Conv2D" and block.k > 1 and before[:2] == (1, 1):
            told.append(f"{what} gets maps of 1 × 1: most of its window lies in the padding.")
        if block.kind[3:] == "Pool2D" and before[0] > 1 and shapes[place][0] == 1:
            told.append(f"{what} leaves 1 × 1: where in the picture something was is lost.")
        if block.kind[3:] == "Pool2D" and block.k == 1:
            told.append(f"{what} changes nothing: the largest and the mean of one are that one.")
    if blocks and blocks[-1].kind == "ReLU" and len(shapes[-1]) == 1:
        told.append("The last layer is a ReLU: it cuts off all scores below zero.")
    if shapes[-1] != (labels,):
        given = " × ".join(map(str, shapes[-1]))
        told.append(
            f"For {labels} labels, the last layer should give {labels} scores, not {given}."
        )
    return told


def layer_of(block: Block, shape, rng: np.random.Generator) -> layers.Layer:
    """The layer, for what arrives; its random weights come from `rng`."""
    numbers, options = arguments(block, shape, rng)
    return getattr(layers, block.kind)(*numbers, **options)


def arguments(block: Block, shape, rng=None) -> tuple[list[int], dict]:
    """What a layer is made of, for what arrives: its numbers, and its options by name."""
    rng = {"rng": rng}
    if block.kind == "Conv2D":
        steps = {"stride": block.stride} if block.stride > 1 else {}
        zeros = {"pad": block.pad} if block.pad else {}
        return [shape[2], block.size, block.k], steps | zeros | rng
    if block.kind == "Dense":
        return [shape[0], block.size], rng
    return ([block.k] if block.kind in WINDOWED else []), {}


def code(blocks: list[Block], shapes) -> str:
    """The stack as Python code that runs."""
    lines = ["import numpy as np", "", "from cnncourse import layers", ""]
    lines += ["rng = np.random.default_rng(0)", "net = layers.Sequential("]
    for block, shape in zip(blocks, shapes):
        numbers, options = arguments(block, shape)
        named = [f"{name}={'rng' if name == 'rng' else n}" for name, n in options.items()]
        lines.append(f"    layers.{block.kind}({', '.join([*map(str, numbers), *named])}),")
    return "\n".join([*lines, ")"])


def in_words(block: Block) -> str:
    """A layer in the list."""
    size = f", {block.size}" if "size" in HAS.get(block.kind, ()) else ""
    window = f", {block.k} × {block.k}" if block.kind in WINDOWED else ""
    steps = f", stride {block.stride}" if block.kind == "Conv2D" and block.stride > 1 else ""
    zeros = f", padding {block.pad}" if padding(block) else ""
    return f"{block.kind}{size}{window}{steps}{zeros}"
