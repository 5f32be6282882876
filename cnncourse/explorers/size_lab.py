"""The size lab: stride, padding and dilation on a square of pixels, and what falls off its edge."""

from typing import NamedTuple

import ipywidgets as widgets
import numpy as np

from ..linked import Linked, Walk
from ..pixels import PixelGrid
from ..shapes import Array, check_int
from ..window import window
from .lab import Lab, Task, slider
from .words import Sentence

PADDINGS = {"none (valid)": 0, "1 ring": 1, "2 rings": 2, "3 rings": 3, "same": "same"}
ROW = {"flex_flow": "row wrap", "grid_gap": "4px 16px"}
SMALL, LARGE = 3, 16  # rows of the image
MOST_SIZE = 200  # pixels of a row that is drawn
SIDE_IN, SIDE_OUT = 340, 260  # both beside each other on a page of 750 pixels


TASKS = (
    Task(
        "Make the output as large as the image, with a kernel of 5.",
        lambda state, view: state.k == 5 and view.real.shape == view.touched.shape,
        "What the kernel takes away, the padding adds.",
    ),
    Task(
        "Let a kernel of 3 reach over 7 pixels.",
        lambda state, view: state.k == 3 and state.dilation == 3 and bool(view.windows),
        "(3 − 1) × 3 + 1 = 7 pixels, and still 9 weights.",
    ),
    Task(
        "Take a stride that jumps over pixels, so that some are in no window.",
        lambda state, view: (
            state.stride > (state.k - 1) * state.dilation + 1 and view.real.size > 1
        ),
        "A stride longer than the kernel reaches leaves gaps.",
    ),
)


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

    touched: Array  # (size, size), how many windows use each pixel
    real: Array  # (out, out), how many pixels of the image each window uses; NaN if nothing fits
    edges: tuple[int, int, int, int]  # rings of zeros: top, bottom, left, right
    windows: list[tuple[int, int, int, int]]  # the chosen output's pixels in the image
    starts: list[tuple[int, int]]  # the first pixel of each window, where they lie apart
    place: tuple[int, int]
    sentence: str


def look(state: State) -> View:
    """What the lab shows for a state."""
    size, k, stride, pad, dilation, place = state
    lies = window("size_lab", k, stride, pad, dilation)
    (reach, _), edges = lies.reach, lies.edges
    padded = size + sum(edges[:2])
    if reach > padded:
        told = too_large(state, reach, padded)
        return View(np.zeros((size, size)), np.full((1, 1), np.nan), edges, [], [], (0, 0), told)
    rows = lies.taps(0, size, "size_lab: kernel")
    inside = (rows >= 0) & (rows < size)
    touched = lies.uses(size, size, "size_lab: kernel").astype(float)
    real = np.outer(inside.sum(axis=1), inside.sum(axis=1)).astype(float)
    row, column = (min(at, len(rows) - 1) for at in place)
    windows = [(int(rows[row, 0]), int(rows[column, 0]), reach, reach)]
    if dilation > 1:
        windows += [(int(r), int(c), 1, 1) for r in rows[row] for c in rows[column]]
    told = sentence(state, reach, edges, touched, real, (row, column))
    starts = [(int(r), int(c)) for r in rows[:, 0] for c in rows[:, 0] if stride > 1]
    return View(touched, real, edges, windows, starts, (row, column), told)


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
    unused = int((touched == 0).sum())
    over = (size + sum(edges[:2]) - reach) % stride
    if over:
        lines = "1 row and 1 column" if over == 1 else f"{over} rows and {over} columns"
        whose = " of the padded image" if sum(edges[:2]) else ""
        zeros = "; they are zeros" if over <= edges[1] else ""
        told.append(f"At the end, {lines}{whose} are left over{zeros}.")
    if unused:
        told.append(f"{unused} of {size * size} pixels are in no window.")
    else:
        told.append("Every pixel is in at least one window.")
    used = int(real[place])
    told.append(
        f"The output in row {place[0]}, column {place[1]} is made of {used} pixels of the image"
        + (f" and {k * k - used} zeros of the padding." if used < k * k else ".")
    )
    return " ".join(told)


class SizeLab(Lab):
    """Controls and two grids; `state` is what the controls say, `view` what is shown."""

    tasks = TASKS

    def __init__(self):
        self._make_controls()
        counts = dict(palette="cividis", numbers=True, format="{:g}")
        self.grid_in = PixelGrid(size=SIDE_IN, title="image", **counts)
        self.grid_out = PixelGrid(size=SIDE_OUT, selectable=True, **counts)
        self._link = Linked(outputs=[self.grid_out], inputs=[self.grid_in], lines=2)
        self._told = Sentence()
        note_in = Sentence(
            "How many windows use this pixel. Grey zeros: the padding. With a stride, corners mark "
            "where windows begin."
        )
        note_out = Sentence(
            "How many pixels of the image this output is made of. Pointing at one shows its "
            "window; a click or the arrow keys choose it."
        )
        note_in.layout.width, note_out.layout.width = f"{SIDE_IN}px", f"{SIDE_OUT}px"
        self.show()
        columns = [
            widgets.VBox([self.grid_in, note_in]),
            widgets.VBox([self.grid_out, note_out]),
            widgets.VBox([Walk(self._link), self._link], layout={"flex": "1 1 220px"}),
        ]
        super().__init__([self._controls, widgets.HBox(columns, layout=ROW), self._told])
        for control in (self.size, self.k, self.stride, self.pad, self.dilation):
            control.observe(self.show, "value")
        self.grid_out.observe(self.show, ["selected", "pointed"])

    def _make_controls(self):
        look = dict(style={"description_width": "4.5em"}, width="232px")
        self.size = slider("image", 8, SMALL, LARGE, name="rows and columns of the image", **look)
        self.k = slider("kernel", 3, 1, 7, name="rows and columns of the kernel", **look)
        self.stride = slider("stride", 1, 1, 5, name="pixels from one window to the next", **look)
        self.dilation = slider(
            "dilation", 1, 1, 3, name="pixels from one weight to the next", **look
        )
        self.pad = widgets.Dropdown(
            options=PADDINGS,
            description="padding",
            tooltip="padding: rings of zeros around the image",
            style={"description_width": "4.5em"},
            layout={"width": "200px"},
        )
        self._controls = widgets.HBox(
            [self.size, self.k, self.stride, self.pad, self.dilation], layout=ROW
        )

    @property
    def state(self) -> State:
        place = self.grid_out.pointed or self.grid_out.selected or (0, 0)
        controls = self.size, self.k, self.stride, self.pad, self.dilation
        return State(*(control.value for control in controls), place)

    def show(self, _=None):
        """Compute what the controls say, and show it."""
        if self.is_quiet:
            return
        self.view = view = look(self.state)
        size, out, most = len(view.touched), len(view.real), self.k.value**2
        fits = bool(view.windows)
        # One scale for both: dark blue is 0, yellow all that one window of this kernel can hold.
        with self.quiet(), self.grid_in.hold_sync():
            self.grid_in.limits = (0, most)
            self.grid_in.show(view.touched)
            self.grid_in.margin = view.edges
            self.grid_in.windows, self.grid_in.marks = view.windows, view.starts
            self.grid_in.title = f"image, {size} × {size}"
            self.grid_in.label = f"the image, {size} by {size}, with the window outlined"
        with self.quiet(), self.grid_out.hold_sync():  # a smaller output moves what is selected
            self.grid_out.limits = (0, most)
            self.grid_out.show(view.real)
            self.grid_out.windows = [(*view.place, 1, 1)] if fits else []
            self.grid_out.title = f"output, {out} × {out}" if fits else "no output"
            self.grid_out.label = f"the output, {out} by {out}" if fits else "no output"
        if fits:
            _, k, stride, pad, dilation, _ = self.state
            lies = window("size_lab", k, stride, pad, dilation)
            self._link.show(lies, view.touched)
        else:
            self._link.clear()
        self._told.text = view.sentence
        self.tried()

    def __repr__(self):
        s = self.state
        return (
            f"SizeLab(size={s.size}, k={s.k}, stride={s.stride}, pad={s.pad!r}, "
            f"dilation={s.dilation})"
        )


def size_lab() -> SizeLab:
    """The lab: sliders for image, kernel, stride, padding and dilation; what each output uses."""
    return SizeLab()


def places(size: int, k: int, stride: int = 1, pad: int = 0, dilation: int = 1) -> PixelGrid:
    """A picture with a line for each place of a window on one row of pixels: yellow where it lies.

    The zeros of the padding stand at both ends, in grey.
    """
    if check_int(size, "places: size", 1) > MOST_SIZE:
        raise ValueError(f"places: size should be at most {MOST_SIZE}, but is {size:,}.")
    check_int(pad, "places: pad", 0)
    rows = window("places", k, stride, pad, dilation).taps(0, size, "places: k")
    lies = np.zeros((len(rows), size))
    for place, pixels in enumerate(rows):
        lies[place, pixels[(pixels >= 0) & (pixels < size)]] = 1
    title = f"{size} pixels, {len(rows)} places"
    outlines = [(place, int(p[0]), 1, int(p[-1] - p[0] + 1)) for place, p in enumerate(rows)]
    return PixelGrid(
        lies,
        size=26 * max(size + 2 * pad, len(rows)),
        palette="cividis",
        limits=(0, 1),
        windows=outlines,
        margin=(0, 0, pad, pad),
        title=title,
        label=f"{title}; a window of {k}, stride {stride}, padding {pad}, dilation {dilation}",
    )
