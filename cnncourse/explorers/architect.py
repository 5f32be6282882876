"""The architect: stack layers, and see the network, its sizes, its cost and its code at once."""

from html import escape
from typing import NamedTuple

import ipywidgets as widgets
import numpy as np

from .. import layers
from ..architecture import architecture
from ..pixels import PixelGrid
from ..shapes import Array, out_size
from ..summary import Summary, summary
from . import size_lab
from .words import Sentence

SHAPE = 28, 28, 1  # a handwritten digit
LABELS = 10
MOST = 12  # layers
KINDS = "Conv2D", "ReLU", "MaxPool2D", "AvgPool2D", "Flatten", "Dense", "Dropout"
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
STACKS = {
    "the course's network": [CONV, RELU, POOL, CONV._replace(size=32), RELU, POOL, *END],
    "no convolution": [Block("Flatten"), Block("Dense", 32), RELU, Block("Dense", 10)],
    "steps instead of pooling": [
        CONV._replace(stride=2), RELU, CONV._replace(size=32, stride=2), RELU, *END,
    ],
    "no padding, pixels lost": [CONV._replace(pad=0, k=4), RELU, POOL, CONV._replace(pad=0), RELU,
                                POOL, *END],
    "too much pooling": [CONV, RELU, POOL, POOL, POOL, POOL, POOL, *END],
}  # fmt: skip


class View(NamedTuple):
    """Everything the lab shows."""

    svg: str  # of the part of the stack that can be built
    rows: Summary
    trouble: str  # what is wrong with the stack; '' if nothing is
    notes: list[str]  # what is legal, but worth a second look
    unused: Array | None  # how many windows use each pixel, in the first layer that loses some
    code: str

    @property
    def sentence(self) -> str:
        if self.trouble:
            return self.trouble
        memory = f"{self.rows.memory / 1024:,.0f} KB"
        total = (
            f"{self.rows.parameters:,} parameters, {self.rows.multiply_adds:,} multiply-adds and "
            f"{memory} of maps for an image."
        )
        return " ".join([total, *self.notes])


def look(blocks: list[Block], shape=SHAPE) -> View:
    """What the lab shows for a stack of layers."""
    built, notes, trouble, unused = [], [], "", None
    now = shape
    for place, block in enumerate(blocks, 1):
        trouble = problem(block, place, now, blocks[place - 2].kind if place > 1 else "the input")
        if trouble:
            break
        built.append(made(block, now))
        if block.kind in ("Conv2D", "MaxPool2D", "AvgPool2D"):
            lost, counts = dropped(block, place, now)
            notes += lost
            unused = counts if lost and unused is None else unused
        now = after(block, now)
    if not trouble and now != (LABELS,):
        given = " × ".join(map(str, now))
        notes.append(
            f"To name digits, the last layer should give {LABELS} scores; this stack gives {given}."
        )
    net = layers.Sequential(*built) if built else None
    rows = summary(net, shape) if net else Summary()
    labels = range(LABELS) if now == (LABELS,) and not trouble else None
    svg = architecture(net, shape, labels=labels).svg if net else ""
    return View(svg, rows, trouble, notes, unused, "" if trouble else code(blocks, shape))


def problem(block: Block, place: int, shape, before: str) -> str:
    """Why a layer does not fit on what arrives, in words; '' if it does."""
    what = f"Layer {place}, {block.kind},"
    if block.kind in ("Conv2D", "MaxPool2D", "AvgPool2D"):
        if len(shape) != 3:
            return (
                f"{what} needs maps with rows and columns, but {before} gives a row of "
                f"{shape[0]:,} numbers. Move it before the Flatten."
            )
        padded = shape[0] + 2 * padding(block)
        if block.k > padded:
            zeros = " with their padding" if padding(block) else ""
            return (
                f"{what} has a window of {block.k} × {block.k}, but the maps that arrive are only "
                f"{padded} × {padded}{zeros}. Make the window smaller, pad more, or take a "
                "pooling layer out."
            )
    if block.kind == "Flatten" and len(shape) != 3:
        return f"{what} has nothing to do: the numbers lie in a row already. Take it out."
    if block.kind == "Dense" and len(shape) == 3:
        return (
            f"{what} weighs a row of numbers, but {before} gives {shape[2]} maps of {shape[0]} × "
            f"{shape[1]}. Put a Flatten before it."
        )
    return ""


def padding(block: Block) -> int:
    return block.pad if block.kind == "Conv2D" else 0


def stride_of(block: Block) -> int:
    return block.stride if block.kind == "Conv2D" else block.k


def after(block: Block, shape) -> tuple[int, ...]:
    """The shape that a layer gives."""
    if block.kind == "Flatten":
        return (int(np.prod(shape)),)
    if block.kind == "Dense":
        return (block.size,)
    if block.kind in ("ReLU", "Dropout"):
        return shape
    rows = out_size(shape[0] + 2 * padding(block), block.k, stride_of(block), "window")
    return rows, rows, block.size if block.kind == "Conv2D" else shape[2]


def dropped(block: Block, place: int, shape) -> tuple[list[str], Array | None]:
    """A sentence about pixels in no window, if there are any; and how many windows use each."""
    state = size_lab.State(shape[0], block.k, stride_of(block), padding(block))
    counts = size_lab.look(state).touched
    lost = int((counts == 0).sum())
    if not lost:
        return [], None
    share = lost / counts.size
    return [f"Layer {place}, {block.kind}, never looks at {share:.0%} of what arrives."], counts


def made(block: Block, shape) -> layers.Layer:
    """The layer itself, with random weights."""
    rng = np.random.default_rng(0)
    if block.kind == "Conv2D":
        return layers.Conv2D(
            shape[2], block.size, block.k, stride=block.stride, pad=block.pad, rng=rng
        )
    if block.kind == "Dense":
        return layers.Dense(shape[0], block.size, rng=rng)
    if block.kind in ("MaxPool2D", "AvgPool2D"):
        return getattr(layers, block.kind)(block.k)
    return (
        layers.Dropout(0.5, rng=rng) if block.kind == "Dropout" else getattr(layers, block.kind)()
    )


def code(blocks: list[Block], shape=SHAPE) -> str:
    """The stack as Python code that runs."""
    lines, now = [], shape
    for block in blocks:
        if block.kind == "Conv2D":
            words = f"{now[2]}, {block.size}, {block.k}"
            words += f", stride={block.stride}" * (block.stride > 1)
            words += f", pad={block.pad}" * (block.pad > 0) + ", rng=rng"
        elif block.kind == "Dense":
            words = f"{now[0]}, {block.size}, rng=rng"
        else:
            words = {
                "MaxPool2D": str(block.k),
                "AvgPool2D": str(block.k),
                "Dropout": "0.5, rng=rng",
            }.get(block.kind, "")
        lines.append(f"    layers.{block.kind}({words}),")
        now = after(block, now)
    return "\n".join(
        [
            "import numpy as np",
            "",
            "from cnncourse import layers",
            "",
            "rng = np.random.default_rng(0)",
            "net = layers.Sequential(",
            *lines,
            ")",
        ]
    )


class LayerControls(widgets.HBox):
    """The controls of one layer; `changed(self)` is called when one of them moves."""

    def __init__(self, block: Block, changed, moved):
        def count(name, called, low, high, tooltip):
            return widgets.BoundedIntText(
                value=getattr(block, name),
                min=low,
                max=high,
                description=called,
                tooltip=tooltip,
                style={"description_width": "4.6em"},
                layout={"width": "128px"},
            )

        self.number = widgets.Label(layout={"width": "22px"})
        self.kind = widgets.Dropdown(
            options=KINDS, value=block.kind, layout={"width": "112px"}, tooltip="kind of layer"
        )
        self.numbers = {
            "size": widgets.IntSlider(
                value=block.size,
                min=1,
                max=64,
                style={"description_width": "4.6em"},
                layout={"width": "270px"},
            ),
            "k": count("k", "window", 1, 7, "rows and columns of the window"),
            "stride": count("stride", "stride", 1, 4, "pixels from one window to the next"),
            "pad": count("pad", "padding", 0, 3, "rings of zeros"),
        }
        buttons = []
        for icon, by, tooltip in (
            ("arrow-up", -1, "one place up"),
            ("arrow-down", 1, "one place down"),
            ("times", 0, "take this layer out"),
        ):
            button = widgets.Button(icon=icon, tooltip=tooltip, layout={"width": "34px"})
            button.on_click(lambda _, by=by: moved(self, by))
            buttons.append(button)
        self.free = widgets.HBox([])
        super().__init__([self.number, self.kind, *buttons, self.free])
        self._arrange()
        self.kind.observe(lambda _: (self._arrange(), changed(self)), "value")
        for control in self.numbers.values():
            control.observe(lambda _: changed(self), "value")

    def _arrange(self):
        self.numbers["size"].description = "outputs" if self.kind.value == "Dense" else "filters"
        self.free.children = [self.numbers[name] for name in HAS.get(self.kind.value, ())]

    @property
    def block(self) -> Block:
        return Block(self.kind.value, **{name: s.value for name, s in self.numbers.items()})


class Architect(widgets.VBox):
    """Controls, drawing, table and code; `blocks` is the stack, `view` what is shown."""

    def __init__(self, shape):
        self.shape = shape
        self.preset = widgets.Dropdown(
            options=STACKS, description="begin with", style={"description_width": "6em"}
        )
        self.add = widgets.Button(description="add a layer", icon="plus")
        self.stack = widgets.VBox([])
        self.drawing, self.table = widgets.HTML(), widgets.HTML()
        self.told = Sentence()
        self.unused = PixelGrid(size=150, palette="cividis")
        self.beside = widgets.HBox([], layout={"grid_gap": "20px"})
        self.code = widgets.Textarea(
            disabled=True, rows=8, layout={"width": "98%"}, tooltip="the stack as Python code"
        )
        self.preset.observe(lambda _: self.build(self.preset.value), "value")
        self.add.on_click(lambda _: self._add())
        about = widgets.HTML("<b>As Python code</b>, to copy (click into it, Ctrl+A, Ctrl+C):")
        super().__init__(
            [
                self.drawing,
                self.told,
                widgets.HBox([self.preset, self.add]),
                self.stack,
                self.beside,
                about,
                self.code,
            ]
        )
        self.build(self.preset.value)

    @property
    def blocks(self) -> list[Block]:
        return [controls.block for controls in self.stack.children]

    @property
    def sentence(self) -> str:
        return self.view.sentence

    def build(self, blocks: list[Block]):
        """Replace the whole stack."""
        self._place([LayerControls(block, self.show, self._move) for block in blocks])

    def _place(self, controls):
        for place, one in enumerate(controls, 1):
            one.number.value = str(place)
        self.stack.children = controls
        self.add.disabled = len(controls) >= MOST
        self.show()

    def _add(self):
        if len(self.stack.children) < MOST:
            new = LayerControls(Block("ReLU"), self.show, self._move)
            self._place([*self.stack.children, new])

    def _move(self, one: LayerControls, by: int):
        controls = list(self.stack.children)
        place = controls.index(one)
        controls.pop(place)
        if by:
            controls.insert(max(0, place + by), one)
        self._place(controls)

    def show(self, _=None):
        """Compute what the controls say, and show it."""
        self.view = view = look(self.blocks, self.shape)
        self.drawing.value = view.svg
        if self.told.text != view.sentence:
            self.told.text = view.sentence
        self.table.value = view.rows._repr_html_() if view.rows else ""
        beside = [self.table]
        if view.unused is not None:
            self.unused.show(view.unused)
            self.unused.title = "dark blue: never looked at"
            self.unused.label = "which pixels the first such layer never looks at"
            beside.append(self.unused)
        if list(self.beside.children) != beside:
            self.beside.children = beside
        self.code.value = view.code or f"# {escape(view.trouble, quote=False)}"
        self.code.rows = min(22, self.code.value.count("\n") + 2)

    def __repr__(self):
        return f"Architect({', '.join(block.kind for block in self.blocks)})"


def architect(shape: tuple[int, int, int] = SHAPE) -> Architect:
    """The lab: stack layers for square images of `shape`, (h, w, c), a digit if left out."""
    if len(shape) != 3 or shape[0] != shape[1] or not all(type(n) is int and n > 0 for n in shape):
        raise ValueError(
            "architect: shape should be (h, w, c) of a square image, such as (28, 28, 1), but is "
            f"{shape}."
        )
    return Architect(tuple(shape))
