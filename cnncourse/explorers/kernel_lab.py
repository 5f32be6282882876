"""The kernel lab: nine weights under sliders, a photograph and a small grid of numbers."""

from typing import NamedTuple

import ipywidgets as widgets
import numpy as np

from .. import data, ops
from ..kernels import ABOUT, KERNELS
from ..pixels import PixelGrid
from ..shapes import Array, sizes
from .words import Sentence, number, product

ZED = np.array(
    [
        [0, 0, 0, 0, 0, 0, 0],
        [0, 9, 9, 9, 9, 9, 0],
        [0, 0, 0, 0, 9, 0, 0],
        [0, 0, 0, 9, 0, 0, 0],
        [0, 0, 9, 0, 0, 0, 0],
        [0, 9, 9, 9, 9, 9, 0],
        [0, 0, 0, 0, 0, 0, 0],
    ],
    np.float32,
)


DIVISORS = (1, 2, 4, 8, 9, 16)
ROW = {"flex_flow": "row wrap", "grid_gap": "6px"}


class State(NamedTuple):
    """Everything the controls say."""

    kernel: Array  # (3, 3)
    bias: float = 0.0
    relu: bool = False
    stride: int = 1
    pad: int = 0
    place: int = 10**9  # which window of the number grid we are at; too large means the last


class View(NamedTuple):
    """Everything the lab shows."""

    picture: Array  # the photograph's output
    grid: Array  # the number grid's output, NaN where it is not computed yet
    difference: Array | None  # your function minus the course's, on the number grid
    window: tuple[int, int, int, int]  # on the number grid, in its own rows and columns
    places: int  # how many windows there are
    at: tuple[int, int]  # row and column of the output that belongs to the window
    arithmetic: str
    sentence: str


def look(photograph: Array, grid: Array, state: State, conv=None) -> View:
    """What the lab shows for a state; `conv` is a learner's own correlate2d(image, kernel)."""
    kernel, bias, relu, stride, pad, place = state

    def whole(image, own):
        if own is None:
            y = ops.correlate2d(image, kernel, stride=stride, pad=pad)
        else:  # a learner's function knows neither padding nor stride: both are done around it
            y = picture_of(own(np.pad(image, pad), kernel.copy()))[::stride, ::stride]
        return np.maximum(y + bias, 0) if relu else y + bias

    trouble, difference, elsewhere = "", None, True
    output = course = whole(grid, None)
    picture = None
    if conv is not None:
        try:
            output, picture = whole(grid, conv), whole(photograph, conv)
            if output.shape == course.shape:
                difference = output - course
                elsewhere = agrees(conv, grid[:-2], kernel)
        except Exception as problem:  # whatever a learner's function does, the lab says so
            trouble = str(problem)
            if not isinstance(problem, NoPicture):
                trouble = f"Your function stopped: {type(problem).__name__}: {problem}"
            output = np.full(course.shape, np.nan)
            picture = np.full(photograph.shape, np.nan)
    if picture is None:
        picture = whole(photograph, None)

    oh, ow = course.shape
    place = min(place, oh * ow - 1)
    row, column = divmod(place, ow)
    window = (row * stride - pad, column * stride - pad, 3, 3)
    shown = np.full(output.shape, np.nan)
    shown.flat[: place + 1] = output.flat[: place + 1]
    return View(
        picture=picture,
        grid=shown,
        difference=difference,
        window=window,
        places=oh * ow,
        at=(row, column),
        arithmetic=arithmetic(grid, state, (row, column)),
        sentence=trouble or sentence(grid, picture, output, course, difference, elsewhere),
    )


def divisor_of(kernel: Array) -> int:
    """The smallest divisor that makes whole numbers of the weights."""
    return next(d for d in DIVISORS if np.allclose(kernel * d, np.round(kernel * d), atol=1e-4))


class NoPicture(ValueError):
    """What a learner's function returned is not a picture; the message says so to the learner."""


def picture_of(result) -> Array:
    """What a learner's function returned as a picture; NoPicture where it is none."""
    if result is None:
        raise NoPicture(
            "Your function returned nothing yet. Once it ends with return and your output, the "
            "output is shown here."
        )
    result = np.asarray(result, np.float64)
    if result.ndim != 2 or result.size == 0:
        raise NoPicture(
            "Your function should return a picture with rows and columns, but what it returned "
            f"has shape {result.shape}."
        )
    return result


def arithmetic(grid: Array, state: State, at: tuple[int, int]) -> str:
    """The sum that made one value, product by product, in today's numbers."""
    top, left = at[0] * state.stride, at[1] * state.stride
    window = np.pad(grid, state.pad)[top : top + 3, left : left + 3]
    lines = [
        "  " + " + ".join(product(x, w) for x, w in zip(xs, ws))
        for xs, ws in zip(window, state.kernel)
    ]
    total = float((window * state.kernel).sum())
    end = f"  = {number(total)}"
    if state.bias:
        end += f";  plus the bias {number(state.bias)} = {number(total + state.bias)}"
    if state.relu:
        end += f";  after ReLU {number(max(total + state.bias, 0))}"
    head = f"Output row {at[0]}, column {at[1]}:\npixel times weight, added up"
    return "\n".join([head, *(" +"[bool(i)] + line[1:] for i, line in enumerate(lines)), end])


def agrees(conv, image: Array, kernel: Array) -> bool:
    """Whether a learner's function does on one more image what it should."""
    course = ops.correlate2d(image, kernel)
    try:
        output = picture_of(conv(image.copy(), kernel.copy()))
    except Exception:  # it worked on the grid, so a size must be written into it
        return False
    return output.shape == course.shape and np.allclose(output, course, atol=1e-4)


def sentence(grid, picture, output, course, difference, elsewhere) -> str:
    """The pictures in words and numbers."""
    told = (
        f"The photograph's output is {picture.shape[0]} × {picture.shape[1]}, from "
        f"{number(picture.min())} to {number(picture.max())}; the grid's is "
        f"{output.shape[0]} × {output.shape[1]}, from {number(output.min())} to "
        f"{number(output.max())}."
    )
    if output is course:
        return told
    if difference is None:
        return f"{told} Your output should be {course.shape[0]} × {course.shape[1]}."
    wrong = np.argwhere(~np.isclose(difference, 0, atol=1e-4))
    if len(wrong) == 0 and not elsewhere:
        rows, columns = grid.shape[0] - 2, grid.shape[1]
        return (
            f"{told} Your function agrees with the course's at all {course.size} places of this "
            f"grid, but not on one of {rows} × {columns}: is a size written into it?"
        )
    if len(wrong) == 0:
        return f"{told} Your function agrees with the course's at all {course.size} places."
    row, column = wrong[0]
    return (
        f"{told} Your function differs from the course's at {len(wrong)} of {course.size} places, "
        f"first in row {row}, column {column}: {number(output[row, column])} instead of "
        f"{number(course[row, column])}."
    )


class KernelLab(widgets.VBox):
    """Controls and pictures; `state` is what the controls say, `view` what is shown."""

    def __init__(self, photograph, grid, conv):
        self.photograph, self.numbers, self.conv = photograph, grid, conv
        self._make_controls()
        self._make_pictures()
        self.view = None
        self.show()
        super().__init__([self._controls, self._photographs, self._stepping, self._grids])
        for control in (*self.weights, self.divisor, self.bias, self.relu):
            control.observe(self.show, "value")
        for control in (self.stride, self.pad, self.place):
            control.observe(self.show, "value")
        self.preset.observe(self._set_preset, "value")

    def _make_controls(self):
        narrow = {"description_width": "2.2em"}
        self.preset = widgets.Dropdown(
            options=["your own", *KERNELS], value="sobel_x", description="kernel"
        )
        # A slider stops at tenths, so the weights 1/9 and 1/16 of a blur are 1, 2 and 4, divided.
        self.divisor = widgets.Dropdown(
            options=DIVISORS,
            description="divided by",
            style={"description_width": "5.5em"},
            layout={"width": "150px"},
            tooltip="every weight is divided by this",
        )
        self.weights = [
            widgets.FloatSlider(
                value=float(weight),
                min=-8,
                max=8,
                step=0.1,
                description=f"{i}, {j}",
                readout_format=".2f",
                style=narrow,
                layout={"width": "186px"},
                tooltip=f"the weight in row {i}, column {j}",
            )
            for (i, j), weight in np.ndenumerate(KERNELS["sobel_x"])
        ]
        option = {"description_width": "4.6em"}
        wide = {"width": "230px"}
        self.bias = widgets.FloatSlider(
            value=0, min=-4, max=4, step=0.1, description="bias", style=option, layout=wide
        )
        self.stride = widgets.IntSlider(
            value=1, min=1, max=4, description="stride", style=option, layout=wide
        )
        self.pad = widgets.IntSlider(
            value=0, min=0, max=2, description="padding", style=option, layout=wide
        )
        self.relu = widgets.Checkbox(
            value=False, description="ReLU: nothing below 0", indent=False
        )
        self.place = widgets.IntSlider(
            value=24, min=0, max=24, description="window", style=option, layout={"width": "330px"}
        )
        self.play = widgets.Play(
            value=24,
            min=0,
            max=24,
            interval=450,
            show_repeat=False,
            tooltip="play, pause, step: slide the window over the grid",
        )
        widgets.jslink((self.play, "value"), (self.place, "value"))
        widgets.jslink((self.place, "max"), (self.play, "max"))
        self.back = widgets.Button(icon="step-backward", tooltip="one window back")
        self.step = widgets.Button(icon="step-forward", tooltip="one window on")
        for button, by in ((self.back, -1), (self.step, 1)):
            button.layout.width = "40px"
            button.on_click(lambda _, by=by: self._step_by(by))
        self._stepping = widgets.HBox([self.play, self.back, self.step, self.place])
        board = widgets.GridBox(self.weights, layout={"grid_template_columns": "repeat(3, 190px)"})
        left = widgets.VBox([widgets.HBox([self.preset, self.divisor]), board])
        right = widgets.VBox([self.bias, self.relu, self.stride, self.pad])
        self._controls = widgets.HBox([left, right], layout=ROW)

    def _make_pictures(self):
        rows, columns = self.photograph.shape
        self.picture_in = PixelGrid(
            self.photograph,
            size=240,
            limits=(0, 1),
            title="photograph",
            label=f"the photograph, {rows} by {columns} grey pixels",
        )
        self.picture_out = PixelGrid(size=240, title="its output")
        low, high = float(self.numbers.min()), float(self.numbers.max())
        self.grid_in = PixelGrid(
            self.numbers,
            size=240,
            limits=(low, high if high > low else low + 1),
            numbers=True,
            title="grid of numbers",
        )
        self.kernel_grid = PixelGrid(
            KERNELS["sobel_x"],
            size=120,
            palette="diverging",
            numbers=True,
            format="{:.3g}",
            title="kernel",
        )
        self.grid_out = PixelGrid(
            size=240, palette="diverging", numbers=True, format="{:.3g}", title="its output"
        )
        grids = [self.grid_in, self.kernel_grid, self.grid_out]
        self.difference = None
        if self.conv is not None:
            self.difference = PixelGrid(
                size=240,
                palette="diverging",
                numbers=True,
                format="{:.3g}",
                title="yours minus the course's",
            )
            grids.append(self.difference)
        self._about, self._told, self._sums = Sentence(), Sentence(), Sentence(mono=True)
        words = widgets.VBox([self._about, self._told], layout={"flex": "1 1 300px"})
        self._photographs = widgets.HBox([self.picture_in, self.picture_out, words], layout=ROW)
        self._sums.layout.flex = "1 1 240px"
        self._grids = widgets.HBox([*grids, self._sums], layout=ROW)

    @property
    def state(self) -> State:
        weights = np.array([w.value for w in self.weights], np.float32).reshape(3, 3)
        return State(
            weights / np.float32(self.divisor.value),
            self.bias.value,
            self.relu.value,
            self.stride.value,
            self.pad.value,
            self.place.value,
        )

    @property
    def sentence(self) -> str:
        return self.view.sentence

    def _set_preset(self, _):
        if self.preset.value in KERNELS and not self._quiet:
            kernel = KERNELS[self.preset.value].ravel()
            self._quiet = True
            self.divisor.value = divisor_of(kernel)
            for slider, weight in zip(self.weights, kernel * self.divisor.value):
                slider.value = round(float(weight), 1)
            self._quiet = False
            self.show()

    def _step_by(self, by):
        self.place.value = (self.place.value + by) % (self.place.max + 1)

    _quiet = False

    def show(self, change=None):
        """Compute what the controls say, and show it."""
        if self._quiet:
            return
        view = look(self.photograph, self.numbers, self.state, self.conv)
        if change and change["owner"] in (self.stride, self.pad):
            self._quiet = True  # all windows are shown, however many there are now
            self.place.max = view.places - 1
            self.place.value = view.places - 1
            self._quiet = False
            view = look(self.photograph, self.numbers, self.state, self.conv)
        self.view = view
        kernel = self.state.kernel
        named = [name for name, k in KERNELS.items() if np.allclose(k, kernel, atol=1e-4)]
        self._quiet = True
        self.preset.value = named[0] if named else "your own"
        self._quiet = False
        self._about.text = ABOUT[named[0]] if named else "Your own kernel."

        show_signed(self.picture_out, view.picture, "the photograph's output")
        show_signed(self.grid_out, view.grid, "the grid's output")
        self.kernel_grid.show(kernel)
        self.kernel_grid.label = "the kernel: " + "; ".join(
            ", ".join(number(w) for w in row) for row in kernel
        )
        self.grid_in.margin = self.state.pad
        self.grid_in.windows = [view.window]
        self.grid_in.label = (
            f"the grid of numbers; the window begins in row {view.window[0]}, "
            f"column {view.window[1]}"
        )
        self.grid_out.windows = [(*view.at, 1, 1)]
        if self.difference is not None:
            shown = np.full(view.grid.shape, np.nan) if view.difference is None else view.difference
            show_signed(self.difference, shown, "your output minus the course's")
        self._sums.text, self._told.text = view.arithmetic, view.sentence

    def __repr__(self):
        s = self.state
        return (
            f"KernelLab({self.preset.value}, bias={s.bias:g}, relu={s.relu}, stride={s.stride}, "
            f"pad={s.pad})"
        )


def show_signed(grid: PixelGrid, array: Array, label: str) -> None:
    """Show in blue, white and red where some value is negative, else in greys."""
    known = array[np.isfinite(array)]
    with grid.hold_sync():
        signed = bool(known.size) and known.min() < -1e-6
        grid.palette = "diverging" if signed else "grey"
        grid.show(array)
        grid.windows = []
        shape = f"{array.shape[0]} by {array.shape[1]}"
        span = f", from {number(known.min())} to {number(known.max())}" if known.size else ""
        grid.label = f"{label}, {shape}{span}"


def kernel_lab(image: Array | None = None, conv=None) -> KernelLab:
    """The lab: sliders for the nine weights of a kernel, live on a photograph and on a small grid.

    image: (h, w) of floats 0 to 1, a photograph of the course if left out.
    conv: your own correlate2d(image, kernel) -> picture, without stride or padding; the lab then
    runs on your function and maps where it differs from the course's.
    """
    if image is None:
        image = data.grey(data.photograph("camera"))
    sizes(image, "h w", "kernel_lab: image")
    if conv is not None and not callable(conv):
        raise ValueError(f"kernel_lab: conv should be a function, but is {conv!r}.")
    longest = 256 if conv is None else 64  # plain loops take a while
    step = max(1, -(-max(image.shape) // longest))
    if step > 1:
        rows, columns = image.shape[0] // step * step, image.shape[1] // step * step
        image = ops.avg_pool2d(image[None, :rows, :columns, None], step)[0][0, :, :, 0]
    if min(image.shape) < 3:
        raise ValueError(
            f"kernel_lab: image should be at least 3 pixels wide and high, but is {image.shape}."
        )
    return KernelLab(image, ZED, conv)
