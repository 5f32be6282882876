"""The filter bank: a layer of eight filters over a picture, one of them under sliders."""

from typing import NamedTuple

import ipywidgets as widgets
import numpy as np

from .. import data, ops
from ..kernels import KERNELS
from ..layers import small_weights
from ..linked import Linked
from ..pixels import PixelGrid
from ..shapes import Array, sizes
from ..tiles import painted, tile
from ..window import window
from .digits import digits
from .lab import Lab, Task, slider
from .words import Sentence, number

FILTERS, LONGEST = 8, 128
ROUNDING = 1e-6  # weights that add up to 0 give about this much on a flat area, above or below
STEP = 0.05  # of the sliders; every weight of a bank is a multiple of it
# The ends of the colours, in all maps and for all weights: then size can be seen.
ANSWERS, WEIGHTS = 1.0, 0.4
ROW = {"flex_flow": "row wrap", "grid_gap": "4px 14px"}
WIDE = {"description_width": "3.6em"}
PICTURES = ("astronaut", "coffee", "camera", "a digit")
SLICES = {1: ("grey",), 3: ("red", "green", "blue")}
MEANS = {
    "→": "brighter to the right",
    "↘": "brighter to the lower right",
    "↓": "brighter downwards",
    "↙": "brighter to the lower left",
    "←": "brighter to the left",
    "↖": "brighter to the upper left",
    "↑": "brighter upwards",
    "↗": "brighter to the upper right",
    "red": "red, but not green or blue",
    "green": "green, but not red or blue",
    "blue": "blue, but not red or green",
    "yellow": "red and green, but not blue",
}
COLOURS = {
    "red": (1, -0.5, -0.5),
    "green": (-0.5, 1, -0.5),
    "blue": (-0.5, -0.5, 1),
    "yellow": (0.5, 0.5, -1),
}
SLANTED = np.array([[-2, -1, 0], [-1, 0, 1], [0, 1, 2]])  # brighter to the lower right


class Bank(NamedTuple):
    """The filters of a layer."""

    w: Array  # (3, 3, c, f)
    b: Array  # (f,)
    names: list[str]  # one for each filter, or ""


def by_hand(channels: int) -> Bank:
    """Eight directions for grey pictures; four directions and four colours for coloured ones."""
    if channels == 1:
        turned = [np.rot90(k, -turn) for turn in range(4) for k in (KERNELS["sobel_x"], SLANTED)]
        w = np.stack(turned, axis=-1)[:, :, None] / 4
        return Bank(w, np.zeros(FILTERS), list("→↘↓↙←↖↑↗"))
    edges = [np.rot90(KERNELS["sobel_x"], -turn) for turn in range(4)]
    edges = [np.repeat(edge[:, :, None], 3, axis=2) for edge in edges]
    wanted = [np.tile(colour, (3, 3, 1)) for colour in COLOURS.values()]
    w = np.concatenate([np.stack(edges, axis=-1) / 10, np.stack(wanted, axis=-1) / 5], axis=3)
    return Bank(w, np.zeros(FILTERS), [*"→↓←↑", *COLOURS])


def by_chance(channels: int) -> Bank:
    """Weights as a layer has them before it learns, rounded to the sliders' steps."""
    w = small_weights((3, 3, channels, FILTERS), np.random.default_rng(0))
    return Bank(np.round(w / STEP) * STEP, np.zeros(FILTERS), [""] * FILTERS)


BANKS = {"made by hand": by_hand, "random": by_chance}
FIRST, OWN = "made by hand", "your own"


class State(NamedTuple):
    """What the controls say."""

    bank: Bank
    chosen: int  # the filter under the sliders
    relu: bool


class View(NamedTuple):
    """Everything the lab shows."""

    maps: Array  # (oh, ow, f)
    strongest: tuple[int, int]  # where in the chosen map
    sentence: str


def look(image: Array, bank: Bank, chosen: int, relu: bool = False) -> View:
    """What the layer makes of an image, and what there is to say of filter number `chosen`.

    image: (h, w, c)   bank: its w (3, 3, c, f), b (f,)
    """
    y = ops.conv2d(image[None], bank.w.astype(np.float32), bank.b.astype(np.float32))[0]
    answers = y[0, :, :, chosen]
    row, column = (int(at) for at in np.unravel_index(answers.argmax(), answers.shape))
    maps = ops.relu(y)[0][0] if relu else y[0]
    kh, kw, c, f = bank.w.shape
    told = (
        f"{shape_of(image)} goes in, {shape_of(maps)} comes out: one map for each filter. "
        f"Parameters: {f} filters × ({kh} × {kw} × {c} weights + 1 bias) = "
        f"{bank.w.size + bank.b.size}. "
    )
    return View(maps, (row, column), told + about(answers, chosen, bank.names[chosen], relu))


def about(answers: Array, chosen: int, name: str, relu: bool) -> str:
    """The answers of one filter in words.   answers: (oh, ow), before any ReLU"""
    who = f"Filter {chosen + 1}" + (f" ({MEANS[name]})" if name else "")
    low, high = answers.min(), answers.max()
    passing = (answers > ROUNDING).sum()
    row, column = np.unravel_index(answers.argmax(), answers.shape)
    share = "some, but less than 0.1%," if 0 < passing < answers.size / 1000 else ""
    share = share or f"{passing / answers.size:.1%}"
    if high - low < 1e-6:
        same = f"{who} answers {number(high)} everywhere"
        return f"{same}; ReLU makes {number(max(high, 0))} of it." if relu else f"{same}."
    if relu and high <= 0:
        return (
            f"{who} lets nothing pass: even its strongest answer, {number(high)}, is not above 0. "
            "A larger bias would let some through."
        )
    strongest = f"The strongest answer, {number(high)}, is in row {row}, column {column}"
    if not relu:
        return (
            f"{who} answers from {number(low)} to {number(high)}; {share} of its "
            f"{answers.size:,} places are above 0. {strongest}."
        )
    if low > 0:
        return f"{who}: all {answers.size:,} places pass, so the ReLU changes nothing. {strongest}."
    return f"{who}: {share} of its {answers.size:,} places pass, the others are 0. {strongest}."


def shape_of(array: Array) -> str:
    return " × ".join(map(str, array.shape))


def picture(name: str) -> Array:
    """One of PICTURES, at most 128 pixels wide and high.   -> (h, w, c)"""
    if name == "a digit":
        return digits()[0][0]
    return shrunk(data.photograph(name))


def shrunk(image: Array) -> Array:
    """The middle of an image, averaged down to at most 128 by 128.   (h, w[, c]) -> (h, w, c)"""
    image = image if image.ndim == 3 else image[:, :, None]
    step = max(1, min(image.shape[:2]) // LONGEST)
    height, width = (min(n // step, LONGEST) * step for n in image.shape[:2])
    top, left = (image.shape[0] - height) // 2, (image.shape[1] - width) // 2
    part = image[top : top + height, left : left + width]
    return ops.avg_pool2d(part[None], step)[0][0] if step > 1 else part


def strip(slices: Array) -> Array:
    """The slices of a filter side by side, as colours, grey between.   (3, 3, c) -> (3, 4c - 1, 3)

    Blue below zero, white for zero, red above.
    """
    return painted(tile(slices, columns=slices.shape[2]), "diverging", WEIGHTS)


TASKS = (
    Task(
        "Choose the filter that has the strongest answer of all eight.",
        lambda state, view: state.chosen == view.maps.max(axis=(0, 1)).argmax(),
        "There, many pixels fit many weights.",
    ),
    Task(
        "Tick ReLU, and lower a bias until a filter lets nothing pass.",
        lambda state, view: state.relu and not view.maps.any(axis=(0, 1)).all(),
        "A map of zeros says nothing about the picture.",
    ),
    Task(
        "Fill the layer with random weights.",
        lambda state, view: np.array_equal(state.bank.w, by_chance(state.bank.w.shape[2]).w),
        "With such weights training begins.",
    ),
)


class FilterBank(Lab):
    """Controls and pictures; `bank` holds the filters, `view` what is shown."""

    tasks = TASKS

    def __init__(self, own: Array | None):
        self.pictures = {} if own is None else {"your picture": own}
        self._make_controls([*self.pictures, *PICTURES])
        self.picture_in = PixelGrid(size=210)
        self.kernels = [PixelGrid(size=104) for _ in range(FILTERS)]
        self.maps = [PixelGrid(size=100, selectable=True) for _ in range(FILTERS)]
        self.large = PixelGrid(size=210, scale=True)
        self._link = Linked(
            outputs=[*self.maps, self.large], inputs=[self.picture_in], kernels=self.kernels
        )
        self._told = Sentence()
        self._new_picture()
        super().__init__(self._arranged())
        self.picture.observe(self._new_picture, "value")
        self.preset.observe(self._new_bank, "value")
        for control in (self.chosen, self.slice):
            control.observe(self._new_choice, "value")
        for control in (*self.weights, self.bias):
            control.observe(self._edited, "value")
        for control in (self.relu, self.stretch):
            control.observe(self.show, "value")
        for place, grid in enumerate(self.maps):
            grid.observe(lambda change, place=place: self._pointed(place, change), "selected")

    def _make_controls(self, pictures):
        self.picture = widgets.Dropdown(
            options=pictures, description="picture", style=WIDE, layout={"width": "180px"}
        )
        self.preset = widgets.Dropdown(
            options=[*BANKS, OWN], description="filters", style=WIDE, layout={"width": "190px"}
        )
        self.relu = widgets.Checkbox(
            description="ReLU: nothing below 0", indent=False, layout={"width": "180px"}
        )
        self.stretch = widgets.Checkbox(
            description="stretch contrast", indent=False, layout={"width": "140px"}
        )
        self.chosen = widgets.ToggleButtons(
            options=[(str(place + 1), place) for place in range(FILTERS)],
            description="filter",
            style={"button_width": "34px", **WIDE},
            tooltips=[f"change filter {place + 1}" for place in range(FILTERS)],
        )
        self.slice = widgets.ToggleButtons(
            options=SLICES[3], description="slice", style={"button_width": "58px", **WIDE}
        )
        self.weights = [
            slider(
                f"{i}, {j}",
                *(0.0, -1, 1, STEP),
                name=f"the weight in row {i}, column {j} of this slice",
                width="auto",
                style={"description_width": "2.2em"},
            )
            for i, j in np.ndindex(3, 3)
        ]
        self.bias = slider(
            "bias", 0.0, -1, 1, STEP, name="the bias of this filter", width="300px", style=WIDE
        )

    def _arranged(self) -> list[widgets.Widget]:
        """All on one screen: the pictures to the left, the filters and their sliders beside."""
        top = widgets.HBox([self.picture, self.preset, self.relu, self.stretch], layout=ROW)
        board = widgets.GridBox(
            [widgets.VBox(pair) for pair in zip(self.kernels, self.maps)],
            layout={"grid_template_columns": "repeat(4, 120px)", "grid_gap": "0 4px"},
        )
        weights = widgets.GridBox(
            self.weights, layout={"grid_template_columns": "repeat(3, minmax(0, 1fr))"}
        )
        weights.add_class("cnncourse-block")
        chosen = widgets.HBox([self.chosen, self.slice], layout=ROW)
        right = widgets.VBox(
            [board, chosen, weights, self.bias], layout={"flex": "1 1 500px", "min_width": "0"}
        )
        left = widgets.VBox([self.picture_in, self.large])
        pictures = widgets.HBox([left, right], layout={"grid_gap": "8px"})
        return [top, pictures, self._link, self._told]

    def _new_picture(self, _=None):
        name = self.picture.value
        if name not in self.pictures:
            self.pictures[name] = picture(name)
        self.image = self.pictures[name]
        c = self.image.shape[2]
        self.picture_in.show(self.image if c == 3 else self.image[:, :, 0])
        self.picture_in.title = f"picture, {shape_of(self.image)}"
        self.picture_in.label = f"the picture: {name}, {shape_of(self.image)}"
        if getattr(self, "bank", None) is None or self.bank.w.shape[2] != c:
            with self.quiet():
                self.preset.value = self.preset.value if self.preset.value in BANKS else FIRST
            self._new_bank()
        else:
            self.show()

    def _new_bank(self, _=None):
        if self.is_quiet or self.preset.value not in BANKS:
            return
        self.bank = BANKS[self.preset.value](self.image.shape[2])
        with self.quiet():
            self.slice.options = SLICES[self.image.shape[2]]
        self._new_choice()

    def _new_choice(self, _=None):
        """Put the weights of the chosen filter on the sliders."""
        if self.is_quiet:
            return
        weights = self.bank.w[:, :, self.slice.index, self.chosen.value]
        with self.quiet():
            for each, weight in zip(self.weights, weights.ravel()):
                each.value = weight
            self.bias.value = self.bank.b[self.chosen.value]
        self.show()

    def _edited(self, _):
        """Take over what the sliders say."""
        if self.is_quiet:
            return
        weights = np.reshape([each.value for each in self.weights], (3, 3))
        old = self.bank.w[:, :, self.slice.index, self.chosen.value]
        turned = not np.allclose(weights, old, atol=STEP / 10)
        if not turned and np.isclose(self.bias.value, self.bank.b[self.chosen.value]):
            return
        if turned:
            old[...] = weights
            self.bank.names[self.chosen.value] = ""
        self.bank.b[self.chosen.value] = self.bias.value
        with self.quiet():
            self.preset.value = OWN
        self.show()

    def _pointed(self, place, change):
        if change["new"] is not None:
            self.maps[place].selected = None  # the whole map is meant, not one pixel of it
            self.chosen.value = place

    @property
    def state(self) -> State:
        return State(self.bank, self.chosen.value, self.relu.value)

    def show(self, _=None):
        """Compute what the controls say, and show it."""
        chosen, relu = self.chosen.value, self.relu.value
        reach = None if self.stretch.value else ANSWERS
        self.view = look(self.image, self.bank, chosen, relu)
        height, width = self.view.maps.shape[:2]
        for place, (kernel, grid) in enumerate(zip(self.kernels, self.maps)):
            slices = self.bank.w[..., place]
            show_changed(kernel, strip(slices))
            kernel.size = 104 if slices.shape[2] == 3 else 30
            name = self.bank.names[place]
            kernel.title = f"{place + 1} {name}"
            kernel.label = f"weights of filter {place + 1} {name}"
            show_map(grid, self.view.maps[:, :, place], relu, f"map of filter {place + 1}", reach)
            grid.windows = [(0, 0, height, width)] if place == chosen else []
        row, column = self.view.strongest
        answers = self.view.maps[:, :, chosen]
        show_map(self.large, answers, relu, f"large map of filter {chosen + 1}", reach)
        self.large.title = f"map of filter {chosen + 1}, {height} × {width}"
        self.large.windows = [(row, column, 1, 1)]
        self.picture_in.windows = [(row, column, 3, 3)]
        self._link.show(
            window("filter_bank", 3),
            self.image,
            self.bank.w,
            bias=self.bank.b,
            relu=relu,
            filters=[*range(FILTERS), chosen],
            channels=SLICES[self.image.shape[2]],
        )
        self._told.text = self.view.sentence
        self.tried()

    def __repr__(self):
        return (
            f"FilterBank({self.picture.value}, {self.preset.value}, "
            f"filter={self.chosen.value + 1}, bias={self.bias.value:g}, relu={self.relu.value})"
        )


def show_changed(grid: PixelGrid, array: Array) -> None:
    """Send an array to the page only if it is another one than before."""
    if not np.array_equal(grid.array, array, equal_nan=True):
        grid.show(array)


def show_map(grid: PixelGrid, array: Array, relu: bool, label: str, reach=None) -> None:
    """Blue, white for zero, red; after a ReLU from dark blue for zero to yellow.

    reach: the number of the last colour; None: the largest of this map.
    """
    reach = reach or float(np.abs(array).max()) or 1.0
    with grid.hold_sync():
        grid.limits = None  # for a moment: not every palette goes with every limits
        grid.palette = "cividis" if relu else "diverging"
        grid.limits = (0, reach) if relu else (-reach, reach)
        show_changed(grid, array)
        grid.label = f"{label}, from {number(array.min())} to {number(array.max())}"


def filter_bank(image: Array | None = None) -> FilterBank:
    """The lab: eight filters over a picture, each with its map; the weights of one under sliders.

    image: (h, w) or (h, w, 3) of floats 0 to 1, a picture of your own to add to those of the lab.
    """
    if image is None:
        return FilterBank(None)
    axes = "h w" if isinstance(image, np.ndarray) and image.ndim == 2 else "h w c"
    sizes(image, axes, "filter_bank: image", **({} if axes == "h w" else {"c": 3}))
    if min(image.shape[:2]) < 4:
        raise ValueError(
            f"filter_bank: image should be at least 4 pixels wide and high, but is {image.shape}."
        )
    return FilterBank(shrunk(image))
