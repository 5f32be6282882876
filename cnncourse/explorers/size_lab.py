"""The size lab: stride, padding and dilation on a square of pixels, and what falls off its edge."""

from typing import NamedTuple

import ipywidgets as widgets
import numpy as np

from ..pixels import PixelGrid
from ..shapes import Array, borders, out_size
from .words import Sentence

PADDINGS = {"none (valid)": 0, "1 ring": 1, "2 rings": 2, "3 rings": 3, "same": "same"}
ROW = {"flex_flow": "row wrap", "grid_gap": "6px 20px"}
SMALL, LARGE = 3, 16  # rows of the image


class State(NamedTuple):
    """Everything the controls say; image and kernel are square."""

    size: int = 8
    k: int = 3
    stride: int = 1
    pad: int | str = 0
    dilation: int = 1
    place: tuple[int, int] = (0, 0)  # which output: row, column


class View(NamedTuple):
    """Everything the lab shows."""

    touched: Array  # (size, size), how many windows use each pixel; NaN where none does
    real: Array  # (out, out), how many pixels of the image each window uses; NaN if nothing fits
    edges: tuple[int, int, int, int]  # rings of zeros: top, bottom, left, right
    windows: list[tuple[int, int, int, int]]  # the chosen output's pixels in the image
    place: tuple[int, int]
    sentence: str


def look(state: State) -> View:
    """What the lab shows for a state."""
    size, k, stride, pad, dilation, place = state
    reach = dilation * (k - 1) + 1
    edges = borders(pad, (reach, reach), "size_lab: pad")
    before, after = edges[:2]
    padded = size + before + after
    try:
        out = out_size(padded, reach, stride, "size_lab: kernel")
    except ValueError:
        nothing = np.full((1, 1), np.nan)
        told = too_large(state, reach, padded)
        return View(np.full((size, size), np.nan), nothing, edges, [], (0, 0), told)
    starts = stride * np.arange(out)
    rows = starts[:, None] + dilation * np.arange(k) - before  # (out, k), in rows of the image
    inside = (rows >= 0) & (rows < size)
    along = np.bincount(rows[inside], minlength=size)
    touched = np.outer(along, along).astype(float)
    touched[touched == 0] = np.nan
    real = np.outer(inside.sum(axis=1), inside.sum(axis=1)).astype(float)
    row, column = (min(at, out - 1) for at in place)
    top, left = int(rows[row, 0]), int(rows[column, 0])
    windows = [(top, left, reach, reach)]
    if dilation > 1:
        windows += [(int(r), int(c), 1, 1) for r in rows[row] for c in rows[column]]
    told = sentence(state, reach, edges, touched, real, (row, column))
    return View(touched, real, edges, windows, (row, column), told)


def formula(size: int, edges, reach: int, stride: int) -> str:
    """The size of the output, written out in today's numbers."""
    before, after = edges[:2]
    room = size + before + after - reach
    out = room // stride + 1
    added = f" + {before} + {after}" if before + after else ""
    if stride == 1:
        return f"{size}{added} − {reach} + 1 = {out}"
    left = "" if room % stride else ", nothing left over"
    return f"⌊({size}{added} − {reach}) / {stride}⌋ + 1 = ⌊{room} / {stride}⌋ + 1 = {out}{left}"


def too_large(state: State, reach: int, padded: int) -> str:
    spread = f", spread over {reach} by dilation," if state.dilation > 1 else ""
    zeros = " with its zeros" if padded > state.size else ""
    return (
        f"The kernel of {state.k}{spread} does not fit: the image{zeros} has only {padded} rows. "
        "Take a smaller kernel, a larger image, or more padding."
    )


def sentence(state: State, reach, edges, touched, real, place) -> str:
    """The pictures in words and numbers."""
    size, k, stride, _, dilation, _ = state
    spread = f" (a kernel of {k}, spread over {reach} by dilation)" if dilation > 1 else ""
    told = [f"Rows of the output: {formula(size, edges, reach, stride)}{spread}; columns alike."]
    # Without padding in between, pixels are unused where the last step does not fit, and in the
    # gaps of a stride longer than the kernel.
    unused = int(np.isnan(touched).sum())
    over = (size + sum(edges[:2]) - reach) % stride
    if over:
        lines = "1 row and 1 column" if over == 1 else f"{over} rows and {over} columns"
        told.append(
            f"At the end, {lines} of the padded image are left over."
            if sum(edges[:2])
            else f"At the end, {lines} are left over."
        )
    if unused:
        told.append(f"{unused} of {size * size} pixels are in no window (hatched).")
    else:
        told.append("Every pixel is in at least one window.")
    used = int(real[place])
    told.append(
        f"The output in row {place[0]}, column {place[1]} is made of {used} pixels of the image"
        + (f" and {k * k - used} zeros of the padding." if used < k * k else ".")
    )
    return " ".join(told)


class SizeLab(widgets.VBox):
    """Controls and two grids; `state` is what the controls say, `view` what is shown."""

    def __init__(self):
        self._quiet = False
        self._make_controls()
        self.grid_in = PixelGrid(
            size=400, palette="cividis", numbers=True, format="{:g}", title="image"
        )
        self.grid_out = PixelGrid(
            size=280, palette="cividis", numbers=True, format="{:g}", selectable=True
        )
        self._told = Sentence()
        note_in = Sentence(
            "Number: how many windows use this pixel; hatched: none. The 0s around are the padding."
        )
        note_out = Sentence(
            "Number: how many pixels of the image this output is made of. Click on an output, or "
            "use the arrow keys, to see its window."
        )
        note_in.layout.width, note_out.layout.width = "400px", "280px"
        self.show()
        super().__init__(
            [
                self._controls,
                self._told,
                widgets.HBox(
                    [
                        widgets.VBox([self.grid_in, note_in]),
                        widgets.VBox([self.grid_out, note_out]),
                    ],
                    layout=ROW,
                ),
            ]
        )
        for control in (self.size, self.k, self.stride, self.pad, self.dilation):
            control.observe(self.show, "value")
        self.grid_out.observe(self.show, "selected")

    def _make_controls(self):
        def steps(name, value, low, high, tooltip):
            return widgets.IntSlider(
                value=value,
                min=low,
                max=high,
                description=name,
                tooltip=tooltip,
                style={"description_width": "5em"},
                layout={"width": "270px"},
            )

        self.size = steps("image", 8, SMALL, LARGE, "rows and columns of the image")
        self.k = steps("kernel", 3, 1, 7, "rows and columns of the kernel")
        self.stride = steps("stride", 1, 1, 5, "pixels from one window to the next")
        self.dilation = steps("dilation", 1, 1, 3, "pixels from one weight to the next")
        self.pad = widgets.Dropdown(
            options=PADDINGS,
            description="padding",
            style={"description_width": "5em"},
            layout={"width": "270px"},
        )
        self._controls = widgets.HBox(
            [self.size, self.k, self.stride, self.pad, self.dilation], layout=ROW
        )

    @property
    def state(self) -> State:
        place = self.grid_out.selected or (0, 0)
        controls = self.size, self.k, self.stride, self.pad, self.dilation
        return State(*(control.value for control in controls), place)

    @property
    def sentence(self) -> str:
        return self.view.sentence

    def show(self, _=None):
        """Compute what the controls say, and show it."""
        if self._quiet:
            return
        self._quiet = True  # a smaller output moves what is selected in it
        self.view = view = look(self.state)
        size, out = len(view.touched), len(view.real)
        fits = bool(view.windows)
        with self.grid_in.hold_sync():
            self.grid_in.show(view.touched)
            self.grid_in.margin = view.edges
            self.grid_in.windows = view.windows
            self.grid_in.title = f"image, {size} × {size}"
            self.grid_in.label = f"the image, {size} by {size}, with the window outlined"
        with self.grid_out.hold_sync():
            self.grid_out.show(view.real)
            self.grid_out.windows = [(*view.place, 1, 1)] if fits else []
            self.grid_out.title = f"output, {out} × {out}" if fits else "no output"
            self.grid_out.label = f"the output, {out} by {out}" if fits else "no output"
        self._told.text = view.sentence
        self._quiet = False

    def __repr__(self):
        s = self.state
        return (
            f"SizeLab(size={s.size}, k={s.k}, stride={s.stride}, pad={s.pad!r}, "
            f"dilation={s.dilation})"
        )


def size_lab() -> SizeLab:
    """The lab: sliders for image, kernel, stride, padding and dilation; what each output uses."""
    return SizeLab()
