"""The architect: stack layers, and see the network, its sizes, its cost and its code at once."""

import functools
from html import escape

import ipywidgets as widgets
import numpy as np

from .. import stills
from ..architecture import Drawing
from ..layers import Sequential
from ..pixels import PixelGrid
from ..shapes import check_int, shown
from ..summary import Summary
from .lab import Lab, Task, slider
from .stack import (
    HAS,
    KINDS,
    LABELS,
    MOST,
    RELU,
    SHAPE,
    Block,
    in_words,
    layer_of,
    look,
    stacks_for,
)
from .words import Sentence

OWN = "your own"
NAMED, SLIM = {"description_width": "5em"}, {"width": "210px"}


class Picture(widgets.HTML):
    """A drawing; where widgets cannot run, the same in a line of text."""

    def show(self, drawing: Drawing):
        self.about, self.value = drawing.about, drawing.svg

    def still(self):
        return stills.draw(widgets.HTML(escape(self.about)))


def tasks_for(labels: int) -> tuple[Task, ...]:
    """What there is to try with images of so many labels."""

    def fits(view) -> bool:
        """Whether a stack can be built and gives a score to each label."""
        return not view.trouble and bool(view.rows) and view.rows[-1].shape == (labels,)

    return (
        Task(
            f"get below 10,000 parameters, with {labels} scores at the end.",
            lambda blocks, view: fits(view) and view.rows.parameters < 10_000,
            "Most of them were in the dense layer.",
        ),
        Task(
            "make a stack that cannot be built, and read why.",
            lambda blocks, view: bool(view.trouble),
        ),
        Task(
            "end in global average pooling and a dense layer, in place of flatten.",
            lambda blocks, view: fits(view) and blocks[-2].kind == "GlobalAvgPool2D",
            "The dense layer needs one weight for each map and label.",
        ),
    )


class Architect(Lab):
    """Drawing, list of layers, controls of the chosen one, table; `view` is what is shown."""

    def __init__(self, shape, labels):
        self.shape, self.labels, self.blocks = shape, labels, []
        self.tasks, self.stacks = tasks_for(labels), stacks_for(labels)
        self.preset = widgets.Dropdown(
            options=[*self.stacks.items(), (OWN, OWN)],
            description="start",
            layout=_wide("225px"),
            style={"description_width": "2.6em"},
        )
        self.list = widgets.Select(
            rows=10, tooltip="layers: choose one to change it", layout=_wide("225px")
        )
        self.kind = widgets.Dropdown(options=KINDS, layout=SLIM, style=NAMED)
        count = functools.partial(slider, width=SLIM["width"], style=NAMED)
        self.numbers = {
            "size": count("filters", 16, 1, 64, name="filters or outputs"),
            "k": count("window", 3, 1, 7, name="rows and columns of the window"),
            "stride": count("stride", 1, 1, 4, name="pixels from one window to the next"),
            "pad": count("padding", 0, 0, 3, name="rings of zeros"),
        }
        self.drawing, self.told = Picture(), Sentence()
        self.table = widgets.HTML(layout={"max_height": "275px", "overflow": "auto"})
        self.table.add_class("cnncourse-table")
        self.code = widgets.Textarea(
            disabled=True, rows=13, tooltip="the network as Python code", layout=_wide("440px")
        )
        self.shown = widgets.ToggleButtons(
            options=["numbers", "code"],
            tooltip="what to show of the network",
            style={"button_width": "80px"},
        )
        self.unused = PixelGrid(
            size=90, palette="cividis", label="which pixels the first such layer never looks at"
        )
        buttons = [
            self._button("plus", "add a layer below", self._add),
            self._button("arrow-up", "one place up", lambda: self._move(-1)),
            self._button("arrow-down", "one place down", lambda: self._move(1)),
            self._button("times", "take this layer out", self._take_out),
        ]
        one = [self.kind, *self.numbers.values(), self.unused]
        columns = [
            widgets.VBox([self.preset, self.list, widgets.HBox(buttons)]),
            widgets.VBox(one),
            widgets.VBox(
                [self.shown, self.table, self.code], layout={"flex": "1 1 430px", "min_width": "0"}
            ),
        ]
        row = widgets.HBox(columns, layout={"flex_flow": "row wrap", "grid_gap": "0 12px"})
        super().__init__([self.drawing, self.told, row])
        self.preset.observe(lambda _: self.is_quiet or self._start(), "value")
        self.list.observe(lambda _: self.is_quiet or self._choose(), "index")
        for control in (self.kind, *self.numbers.values()):
            control.observe(lambda _: self.is_quiet or self._change(), "value")
        self.shown.observe(lambda _: self._arrange(), "value")
        self._start()

    def _button(self, icon: str, name: str, do):
        button = widgets.Button(icon=icon, tooltip=name, layout=_wide("44px"))
        button.on_click(lambda _: do())
        return button

    @property
    def place(self) -> int | None:
        """Which layer is chosen, counted from 0; None in an empty stack."""
        return self.list.index

    def build(self, blocks: list[Block]):
        """Replace the whole stack."""
        self._show(list(blocks), 0)

    def make_net(self, rng: np.random.Generator) -> Sequential:
        """A new network of this stack; its random weights come from `rng`."""
        if self.view.trouble or not self.blocks:
            raise ValueError(
                "make_net: the stack should be one that can be built, but is not: "
                f"{self.view.trouble or 'it has no layer.'}"
            )
        shapes = [self.shape, *(row.shape for row in self.view.rows)]
        return Sequential(*(layer_of(*each, rng) for each in zip(self.blocks, shapes)))

    def _start(self):
        if self.preset.value != OWN:
            self.build(self.preset.value)

    def _add(self):
        at = 0 if self.place is None else self.place + 1
        if len(self.blocks) < MOST:
            self._show([*self.blocks[:at], RELU, *self.blocks[at:]], at)
        else:
            self.told.text = f"{MOST} layers are the most that this lab takes."

    def _take_out(self):
        if self.blocks:
            blocks, place = list(self.blocks), self.place
            blocks.pop(place)
            self._show(blocks, max(0, min(place, len(blocks) - 1)))

    def _move(self, by: int):
        if self.blocks and 0 <= self.place + by < len(self.blocks):
            blocks = list(self.blocks)
            blocks.insert(self.place + by, blocks.pop(self.place))
            self._show(blocks, self.place + by)

    def _change(self):
        if self.blocks:
            numbers = {name: control.value for name, control in self.numbers.items()}
            blocks = list(self.blocks)
            blocks[self.place] = Block(self.kind.value, **numbers)
            self._show(blocks, self.place)

    def _show(self, blocks: list[Block], place: int):
        """Compute what the stack is, and show it; one layer of it is chosen."""
        self.blocks, self.view = blocks, look(blocks, self.shape, self.labels)
        with self.quiet(), self.list.hold_sync():
            self.preset.value = blocks if blocks in self.stacks.values() else OWN
            self.list.options = [f"{i}  {in_words(block)}" for i, block in enumerate(blocks, 1)]
            self.list.index = place if blocks else None
        self.drawing.show(self.view.drawing)
        if self.told.text != self.sentence:
            self.told.text = self.sentence
        named = [
            row._replace(layer=f"{i}  {block.kind}")
            for i, (row, block) in enumerate(zip(self.view.rows, blocks), 1)
        ]
        table = Summary(named)._repr_html_() if named else ""
        self.table.value = f'<div style="line-height: 1.25; font-size: 12px">{table}</div>'
        self.code.value = self.view.code
        self.unused.layout.display = "none" if self.view.unused is None else ""
        if self.view.unused is not None:
            self.unused.show(self.view.unused)
        self._arrange()
        self._choose()
        self.tried()

    @property
    def state(self) -> list[Block]:
        return self.blocks

    def _arrange(self):
        self.table.layout.display = "" if self.shown.value == "numbers" else "none"
        self.code.layout.display = "none" if self.shown.value == "numbers" else ""

    def _choose(self):
        """Set the controls to the chosen layer."""
        if self.place is None:
            return
        block = self.blocks[self.place]
        self.kind.description = f"layer {self.place + 1}"
        with self.quiet():
            self.kind.value = block.kind
            self.numbers["size"].description = "outputs" if block.kind == "Dense" else "filters"
            for name, control in self.numbers.items():
                control.value = getattr(block, name)
                used = name in HAS.get(block.kind, ())
                control.layout.display = "" if used else "none"

    def __repr__(self):
        return f"Architect({', '.join(block.kind for block in self.blocks)})"


def _wide(width: str) -> dict:
    return {"width": width}


def architect(shape: tuple[int, int, int] = SHAPE, labels: int = LABELS) -> Architect:
    """The lab: stack layers for square images of `shape`, (h, w, c), a digit if left out.

    labels: how many there are to tell apart.
    """
    check_int(labels, "architect: labels", 2)
    fits = isinstance(shape, (tuple, list)) and len(shape) == 3 and shape[0] == shape[1]
    if not fits or not all(type(n) is int and n > 0 for n in shape):
        raise ValueError(
            "architect: shape should be (h, w, c) of a square image, such as (28, 28, 1), but is "
            f"{shown(shape)}."
        )
    return Architect(tuple(shape), labels)
