"""The memory lab: how the windows of an image lie in memory, and what each layout copies."""

import itertools
from typing import NamedTuple

import ipywidgets as widgets
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..linked import Linked
from ..pixels import PixelGrid
from ..shapes import Array
from ..window import window
from .lab import Lab, Task, slider
from .words import Sentence, number

ROWS, COLUMNS = 6, 7  # of the image
LINE = 16  # numbers of float32 in the 64 bytes that memory hands over at a time
VIEW, IN_ROWS, IN_COLUMNS, STRIPS = LAYOUTS = (
    "a view, nothing copied",
    "im2col, a window a row",
    "im2col, a window a column",
    "strips of the kernel's width",
)
ROW = {"flex_flow": "row wrap", "grid_gap": "4px 16px"}


class State(NamedTuple):
    """Everything the controls say."""

    layout: str = VIEW
    k: int = 3
    stride: int = 1
    channels: int = 1
    place: tuple[int, int] = (0, 0)  # row and column of the window looked at


class View(NamedTuple):
    """What the lab shows."""

    image: Array  # (h, w, c): each number is its own place in the image's memory
    memory: Array  # the same numbers, as they lie in the memory that is read
    at: Array  # where each window finds its numbers there: (oh, ow, k * k * c)
    place: tuple[int, int]
    sentence: str

    @property
    def below(self) -> list[tuple[int, int]]:
        """The place of the window below, if there is one."""
        row, column = self.place
        return [(row + 1, column)] if row + 1 < len(self.at) else []


def windows(x: Array, k: int, stride: int) -> Array:
    """The windows of x, as a view.   (h, w, c)   ->   (oh, ow, k, k, c)"""
    view = sliding_window_view(x, (k, k), axis=(0, 1))[::stride, ::stride]
    return view.transpose(0, 1, 3, 4, 2)


def lay_out(x: Array, layout: str, k: int, stride: int) -> tuple[Array, Array]:
    """The memory that a layout makes of x, and where each window's numbers are in it.

    x: (h, w, c)   ->   memory: (numbers,)   at: (oh, ow, k * k * c)
    """
    found = windows(x, k, stride)
    oh, ow, *_ = found.shape
    places = np.arange(found.size)
    if layout == VIEW:
        memory, at = x, windows(np.arange(x.size).reshape(x.shape), k, stride)
    elif layout == IN_ROWS:
        memory, at = found, places
    elif layout == IN_COLUMNS:
        memory = found.transpose(2, 3, 4, 0, 1)
        at = places.reshape(memory.shape).transpose(3, 4, 0, 1, 2)
    else:
        h, _, c = x.shape
        memory = sliding_window_view(x, k, axis=1)[:, ::stride].transpose(1, 0, 3, 2)
        strips = np.arange(memory.size).reshape(ow, h, k, c)
        at = sliding_window_view(strips, k, axis=1)[:, ::stride].transpose(1, 0, 4, 2, 3)
    return memory.ravel(), at.reshape(oh, ow, -1)


def stretches(at: Array) -> list[tuple[int, int]]:
    """The unbroken stretches of places in memory, each as (first, how many)."""
    at = np.sort(at)
    starts = np.flatnonzero(np.diff(at, prepend=-2) != 1)
    return [(int(at[i]), int(n)) for i, n in zip(starts, np.diff([*starts, len(at)]))]


def is_matrix(at: Array) -> bool:
    """Whether a matrix product can read these windows where they lie.   at: (windows, numbers)

    It can where the numbers lie at even distances in both directions, and next to each other in
    one of them.
    """
    steps = [np.unique(np.diff(at, axis=axis)) for axis in (0, 1)]
    even = all(len(found) <= 1 for found in steps)
    return even and any(len(found) == 0 or found[0] == 1 for found in steps)


def look(state: State) -> View:
    """What the lab shows in this state."""
    x = np.arange(ROWS * COLUMNS * state.channels).reshape(ROWS, COLUMNS, state.channels)
    memory, at = lay_out(x, state.layout, state.k, state.stride)
    place = tuple(min(chosen, n - 1) for chosen, n in zip(state.place, at.shape))
    told = (
        _stored(x, memory, state),
        _read(at[place]),
        _shared(memory, at, place),
        _product(at),
    )
    return View(x, memory, at, place, "\n".join(told))


def _stored(x: Array, memory: Array, state: State) -> str:
    if state.layout == VIEW:
        return f"Nothing is copied: the windows are read from the image's own {x.size} numbers."
    return (
        f"{memory.size} numbers are copied from an image of {x.size}: "
        f"{number(memory.size / x.size)} times as many."
    )


def _read(at: Array) -> str:
    found = stretches(at)
    return (
        f"The window (orange) reads {_count(len(at), 'number')} in "
        f"{_count(len(found), 'stretch', 'es')}, from {_count(_lines(at), 'line')} of {LINE}."
    )


def _lines(at: Array) -> int:
    """How many lines of memory these places lie in."""
    return len(np.unique(at // LINE))


def _shared(memory: Array, at: Array, place: tuple[int, int]) -> str:
    told = []
    for where, step in (("below it (blue)", (1, 0)), ("on its right", (0, 1))):
        other = tuple(np.add(place, step))
        if all(chosen < n for chosen, n in zip(other, at.shape)):
            pixels = len(np.intersect1d(memory[at[place]], memory[at[other]]))
            same = len(np.intersect1d(at[place], at[other]))
            told.append(f"{pixels} with the one {where}, {same} of them in the same place")
    if not told:
        return "There is no window below it and none on its right."
    return f"Numbers that it shares: {'; '.join(told)}."


def _product(at: Array) -> str:
    if is_matrix(at.reshape(-1, at.shape[2])):
        return "One matrix product can read all windows."
    if all(map(is_matrix, at)):
        return f"A matrix product can read a line of windows at a time: {len(at)} products."
    return "A matrix product cannot read a line of these windows as they lie: it needs a copy."


def _count(count: int, noun: str, plural: str = "s") -> str:
    return f"{count} {noun}{'' if count == 1 else plural}"


def in_lines(places: Array) -> list[tuple[int, int, int, int]]:
    """Outlines around places in memory, which is shown LINE numbers a row."""
    outlined = []
    for first, count in stretches(places):
        while count:
            row, column = divmod(first, LINE)
            fits = min(count, LINE - column)
            outlined.append((row, column, 1, fits))
            first, count = first + fits, count - fits
    return outlined


def as_lines(memory: Array) -> Array:
    """Memory as it is shown, LINE numbers a row; NaN after its end."""
    shown = np.full(-(-memory.size // LINE) * LINE, np.nan)
    shown[: memory.size] = memory
    return shown.reshape(-1, LINE)


TASKS = (
    Task(
        "Let one window of the view read from three lines of memory.",
        lambda state, view: state.layout == VIEW and _lines(view.at[view.place]) > 2,
        "Its rows touch in the image, and are far apart in memory.",
    ),
    Task(
        "Copy, so that every window is one stretch, and nothing is shared.",
        lambda state, view: state.layout == IN_ROWS and state.k > 1,
        "Each window has numbers of its own: a pixel is there once for each window it lies in.",
    ),
    Task(
        "Copy less, so that windows below each other share.",
        lambda state, view: state.layout == STRIPS and state.k > state.stride,
        "A strip holds the windows of one column, and they overlap.",
    ),
    Task(
        "Find a stride at which strips copy no number twice.",
        lambda state, view: state.layout == STRIPS and state.stride >= state.k,
        "Windows that do not overlap have nothing to share.",
    ),
)


class MemoryLab(Lab):
    """Controls and pictures; `state` is what the controls say, `view` what is shown."""

    tasks = TASKS

    def __init__(self):
        self._make_controls()
        look_of = dict(palette="cividis", numbers=True)
        self.image = PixelGrid(size=250, label="the image", **look_of)
        self.places = PixelGrid(size=180, selectable=True, numbers=True, label="choose a window")
        self.memory = PixelGrid(size=410, label="memory", **look_of)
        # Not shown: its line would call each number of a pixel with two channels a pixel.
        self._link = Linked(outputs=[self.places], inputs=[self.image])
        self._told = Sentence()
        self.show()
        left = widgets.VBox([self.image, self.places])
        super().__init__(
            [
                widgets.HBox(self._controls, layout=ROW),
                widgets.HBox([left, self.memory], layout=ROW),
                self._told,
            ]
        )
        for control in self._controls:
            control.observe(self.show, "value")
        self.places.observe(self.show, ["selected", "pointed"])
        self.image.observe(self.show, "pointed")

    def _make_controls(self):
        self.layout_of = widgets.Dropdown(
            options=LAYOUTS,
            description="layout",
            layout={"width": "270px"},
            style={"description_width": "3.6em"},
        )
        look = dict(style={"description_width": "4.6em"}, width="195px")
        self.k = slider("kernel", 3, 1, 4, name="rows and columns of the kernel", **look)
        names = "pixels from one window to the next", "numbers of each pixel"
        self.stride = slider("stride", 1, 1, 3, name=names[0], **look)
        self.channels = slider("channels", 1, 1, 2, name=names[1], **look)
        self._controls = [self.layout_of, self.k, self.stride, self.channels]

    @property
    def state(self) -> State:
        place = self.places.pointed or self.places.selected or (0, 0)
        return State(*(control.value for control in self._controls), place)

    def show(self, _=None):
        """Compute what the controls say, and show it."""
        if self.is_quiet:
            return
        state = self.state
        self.view = view = look(state)
        k, stride, c = state.k, state.stride, state.channels
        count = view.at[..., 0].size
        with self.quiet():  # fewer windows move the one that is selected
            for grid, array, title in (
                (self.image, view.image.reshape(ROWS, -1), self._title(c)),
                (self.places, np.arange(count).reshape(view.at.shape[:2]), "choose a window"),
                (self.memory, as_lines(view.memory), f"memory, {LINE} numbers a line"),
            ):
                with grid.hold_sync():
                    # windows are all light: their numbers are names, not amounts
                    pale = grid is self.places
                    grid.limits = (-9 * count, count) if pale else (0, view.image.size - 1)
                    grid.show(array)
                    grid.title = title
        places = [view.place, *view.below]
        self.image.windows = [(r * stride, col * stride * c, k, k * c) for r, col in places]
        self.places.windows = [(*place, 1, 1) for place in places]
        outlined = [in_lines(at) for at in self._looked_at(view)]
        with self.memory.hold_sync():
            self.memory.foremost = len(outlined[0])
            self.memory.windows = list(itertools.chain(*outlined))
        # The channels of a pixel lie side by side, so this image has c columns for each pixel.
        lies = window("memory_lab", (k, k * c), (stride, stride * c))
        self._link.show(lies, self.image.array)
        self._told.text = self._copies(view) if self.image.pointed else view.sentence
        self.tried()

    def _looked_at(self, view: View) -> list[Array]:
        """Places in memory to outline: of the number pointed at, else of the windows."""
        if self.image.pointed:
            return [np.flatnonzero(view.memory == self.image.array[self.image.pointed])]
        return [view.at[place] for place in [view.place, *view.below]]

    def _copies(self, view: View) -> str:
        """What is said while a number of the image is pointed at, in as many lines as else."""
        stored, *others = view.sentence.split("\n")
        number_, copies = self.image.array[self.image.pointed], self._looked_at(view)[0]
        told = f"Number {number_} lies at {_count(len(copies), 'place')} in memory (orange)."
        return "\n".join([stored, told, *(" " for _ in others[1:])])

    def _title(self, c: int) -> str:
        return f"the image, {ROWS} × {COLUMNS}" + (f" × {c}" if c > 1 else "")

    def __repr__(self):
        s = self.state
        return f"MemoryLab({s.layout}, k={s.k}, stride={s.stride}, channels={s.channels})"


def memory_lab() -> MemoryLab:
    """The lab: the windows of a small image in four layouts of memory."""
    return MemoryLab()
