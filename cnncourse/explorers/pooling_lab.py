"""The pooling lab: windows that keep the strongest or the average, and a picture that moves."""

import functools
import time
from typing import NamedTuple

import ipywidgets as widgets
import numpy as np

from .. import ops, single
from ..invariance import change, unchanged, with_room
from ..kernels import KERNELS
from ..linked import Linked, Walk
from ..pixels import PixelGrid
from ..shapes import Array
from ..window import window
from .digits import digits
from .lab import Lab, Task, slider
from .words import Sentence, number

PICTURES = "a digit", "its edges", "single pixels"
KINDS = {"max": "max", "average": "mean"}  # and what `single.pool` calls them
FURTHEST = 3  # pixels that the picture can be moved
FILTERS = 16, 32  # maps of the layer that follows: in, out
ROW = {"flex_flow": "row wrap", "grid_gap": "4px 6px"}
TASKS = (
    Task(
        "Make 7 × 7 numbers of the 28 × 28.",
        lambda state, view: view.after.shape == (7, 7),
        "784 numbers became 49.",
    ),
    Task(
        "Take single pixels, move them, and find a window for which the pooled picture stays.",
        lambda state, view: (
            (state.down or state.right) and view.after.any() and not view.difference.any()
        ),
        "No pixel left its window, so its largest number and its mean are as before.",
    ),
    Task(
        "Keep the largest, and let one pixel win in several windows.",
        lambda state, view: state.kind == "max" and state.stride < state.k,
        "Windows overlap where the stride is smaller than the window.",
    ),
)


class State(NamedTuple):
    """Everything the controls say."""

    kind: str = "max"
    k: int = 2
    stride: int = 2
    down: int = 0
    right: int = 0


class View(NamedTuple):
    """Everything the lab shows; all maps are (rows, columns)."""

    moved: Array
    before: Array  # the picture, pooled
    after: Array  # the moved picture, pooled
    difference: Array
    place: tuple[int, int]
    window: tuple[int, int, int, int]
    sentence: str


def look(image: Array, state: State, place: tuple[int, int] | None = None) -> View:
    """What the lab shows.   image: (h, w)   place: the pooled number whose window is outlined"""
    moved = single.shift(image, state.down, state.right)
    keep = KINDS[state.kind]
    before = single.pool(image, state.k, state.stride, keep=keep)
    after = single.pool(moved, state.k, state.stride, keep=keep)
    place = np.unravel_index(after.argmax(), after.shape) if place is None else place
    place = tuple(min(int(at), n - 1) for at, n in zip(place, after.shape))
    window = (place[0] * state.stride, place[1] * state.stride, state.k, state.k)
    told = sentence(image, moved, before, after, state, place)
    return View(moved, before, after, after - before, place, window, told)


def shape(array: Array) -> str:
    return f"{array.shape[0]} × {array.shape[1]}"


def sentence(image, moved, before, after, state, place) -> str:
    """The pictures in words and numbers."""
    top, left = place[0] * state.stride, place[1] * state.stride
    window = moved[top : top + state.k, left : left + state.k]
    what = "The largest" if state.kind == "max" else "The mean"
    told = (
        f"{shape(image)} in, {shape(after)} out: "
        f"{after.size / image.size:.0%} of the numbers. {what} of the {state.k * state.k} numbers "
        f"in the window is {number(float(after[place]))} (they run from "
        f"{number(float(window.min()))} to {number(float(window.max()))})."
    )
    if not (state.down or state.right):
        return f"{told} The picture has not moved."
    return (
        f"{told} The picture has moved: of all places but those that are 0 both times, "
        f"{unchanged(image, moved):.0%} stay the same before pooling, "
        f"{unchanged(before, after):.0%} after it.\nThe whole change, against the size of "
        f"what was there: {change(image, moved):.2f} before pooling, "
        f"{change(before, after):.2f} after it."
    )


@functools.cache
def cost_of(rows: int, columns: int) -> tuple[int, float]:
    """Multiply-adds and measured milliseconds of the next layer on maps of this size."""
    rng = np.random.default_rng(0)
    channels, filters = FILTERS
    x = rng.random((1, rows, columns, channels), np.float32)
    w = rng.random((3, 3, channels, filters), np.float32)
    b = np.zeros(filters, np.float32)
    seconds = []
    for _ in range(7):
        begun = time.perf_counter()
        ops.conv2d(x, w, b, pad=1)
        seconds.append(time.perf_counter() - begun)
    return rows * columns * w.size, 1000 * float(np.median(seconds))


def saving(full: tuple[int, int], pooled: tuple[int, int]) -> str:
    """What the next layer costs without and with pooling, in words."""
    (work, ms), (less_work, less_ms) = cost_of(*full), cost_of(*pooled)
    return (
        f"A layer of {FILTERS[1]} filters, 3 × 3, on {FILTERS[0]} such maps: "
        f"{work:,} multiply-adds and {ms:.2f} ms without pooling, "
        f"{less_work:,} and {less_ms:.2f} ms after it, measured just now on this computer."
    )


@functools.cache
def picture(name: str) -> Array:
    """One of PICTURES.   -> (28, 28)"""
    x = digits()[0][:100]
    # Room for the furthest move, and for one more pixel that edges reach out.
    digit = x[with_room(x, FURTHEST + 1)][0, :, :, 0]
    if name == "a digit":
        return digit
    if name == "its edges":
        return np.maximum(ops.correlate2d(digit, KERNELS["sobel_x"], pad=1), 0) / 4
    single = np.zeros((28, 28), np.float32)
    single[8:20:5, 8:20:5] = 1
    return single


class PoolingLab(Lab):
    """Controls and pictures; `state` is what the controls say, `view` what is shown."""

    tasks = TASKS

    def __init__(self):
        self._make_controls()
        self.grid_in = PixelGrid(size=252)
        self.after = PixelGrid(size=168, selectable=True)
        self.before = PixelGrid(size=112)
        self.difference = PixelGrid(size=112, palette="diverging", limits=(-1, 1), scale=True)
        self._link = Linked(outputs=[self.after], inputs=[self.grid_in])
        self._told, self._cost = Sentence(), Sentence()
        self._cost.still = lambda: None  # a still shows no times: they differ from run to run
        self.show()
        pictures = [self.grid_in, self.after, self.before, self.difference]
        rows = [self._controls, widgets.HBox(pictures, layout=ROW), Walk(self._link), self._link]
        super().__init__([*rows, self._told, self._cost])
        for control in (self.picture, self.kind, self.k, self.stride, self.down, self.right):
            control.observe(self.show, "value")
        self.after.observe(self.show, ["selected", "pointed"])

    def _make_controls(self):
        style = {"description_width": "4.2em"}
        self.picture = widgets.Dropdown(
            options=PICTURES, description="picture", style=style, layout={"width": "220px"}
        )
        self.kind = widgets.ToggleButtons(
            options=list(KINDS),
            description="keep",
            style={"button_width": "78px", **style},
            tooltips=["the largest number of each window", "the mean of each window"],
        )
        names = "rows and columns of the window", "pixels from one window to the next"
        self.k = slider("window", 2, 1, 7, name=names[0], style=style)
        self.stride = slider("stride", 2, 1, 7, name=names[1], style=style)
        reach = -FURTHEST, FURTHEST
        names = "pixels that the picture moves down", "pixels that it moves to the right"
        self.down = slider("down", 0, *reach, name=names[0], style=style)
        self.right = slider("right", 0, *reach, name=names[1], style=style)
        columns = [self.picture, self.kind], [self.k, self.stride], [self.down, self.right]
        self._controls = widgets.HBox([widgets.VBox(pair) for pair in columns], layout=ROW)

    @property
    def state(self) -> State:
        controls = self.kind, self.k, self.stride, self.down, self.right
        return State(*(control.value for control in controls))

    def show(self, _=None):
        """Compute what the controls say, and show it."""
        if self.is_quiet:
            return
        name = self.picture.value
        image = picture(name)
        self.view = view = look(image, self.state, self.after.pointed or self.after.selected)
        with self.quiet():  # a smaller output moves what is selected in it
            for grid, array, title in (
                (self.grid_in, view.moved, f"the picture, {shape(view.moved)}"),
                (self.after, view.after, f"pooled, {shape(view.after)}"),
                (self.before, view.before, "unmoved"),
                (self.difference, view.difference, "the change"),
            ):
                with grid.hold_sync():
                    if grid is not self.difference:
                        grid.palette = "cividis" if name == "its edges" else "grey"
                        grid.limits = (0, 1)
                    grid.show(array)
                    grid.title = grid.label = title
        self.grid_in.windows = [view.window]
        self.after.windows = [(*view.place, 1, 1)]
        lies = window("pooling_lab", self.k.value, self.stride.value)
        self._link.show(lies, view.moved, keep=KINDS[self.kind.value])
        self._told.text = view.sentence
        self._cost.text = saving(image.shape, view.after.shape)
        self.tried()

    def __repr__(self):
        s = self.state
        return (
            f"PoolingLab({self.picture.value}, {s.kind}, k={s.k}, stride={s.stride}, "
            f"down={s.down}, right={s.right})"
        )


def pooling_lab() -> PoolingLab:
    """The lab: max or average pooling of a picture that can be moved by whole pixels."""
    return PoolingLab()
