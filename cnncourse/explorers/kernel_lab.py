"""The kernel lab: nine weights under sliders, a photograph and a small grid of numbers."""

import ipywidgets as widgets
import numpy as np

from .. import data, single
from ..kernels import ABOUT, KERNELS
from ..linked import Linked, Walk
from ..pictures import grey, picture_from_bytes
from ..pixels import PixelGrid
from ..shapes import Array, shown, sizes
from ..window import window
from .kernel_view import ZED, State, colours_of, look
from .lab import Lab, Task, slider
from .picture_file import PictureFile
from .words import Sentence, number

WHITE = float(ZED.max())  # what white is in the grid of numbers; in a photograph it is 1
REACH = 3 * WHITE  # the last colour of the grid's output: a weight of 1 on three white pixels
HEAVIEST = 8.0  # the largest weight of a slider
FIRST_PLACE = 2, 1  # the output of a window that holds a part of the letter
DIVISORS = (1, 2, 4, 8, 9, 16)
ROW = {"flex_flow": "row wrap", "grid_gap": "2px 8px"}


def faces_right(kernel: Array) -> bool:
    """Whether the right column is added and the left one taken away, weight by weight."""
    return np.allclose(kernel, -kernel[:, ::-1], atol=1e-4) and kernel[:, 2].sum() > 0


def looks_all_around(kernel: Array) -> bool:
    """Whether a kernel is the same after a quarter turn, and leaves even areas at 0."""
    turned = np.allclose(kernel, np.rot90(kernel), atol=1e-4)
    return kernel.any() and turned and abs(kernel.sum()) < 1e-4


TASKS = (
    Task(
        "Keep only the edges that get brighter to the right: no blue is left.",
        lambda state, view: state.relu and faces_right(state.kernel),
        "ReLU makes 0 of what is below 0.",
    ),
    Task(
        "Turn the photograph into its negative, black where it is white.",
        lambda state, view: state.bias == 1 and np.allclose(state.kernel, -KERNELS["identity"]),
        "Where all pixels are 0, only the bias makes a number.",
    ),
    Task(
        "Find edges of all directions with one kernel, and let even areas stay 0.",
        lambda state, view: looks_all_around(state.kernel),
        "The weights sum to 0, and a quarter turn changes none.",
    ),
)


class KernelLab(Lab):
    """Controls and pictures; `state` is what the controls say, `view` what is shown."""

    tasks = TASKS

    def __init__(self, photograph, grid, conv):
        self.photograph, self.numbers, self.conv = photograph, grid, conv
        weights, settings = self._make_weights(), self._make_settings()
        self._make_pictures()
        self.show()
        beside, last = settings, [self._sums]
        (last if conv is None else beside).insert(0, Walk(self._sums))  # where there is room
        words = [self._about, self._told]
        above = [self.picture_in, self.picture_out, column([*beside, *words], "250px")]
        below = [self.grid_in, self.kernel_grid, self.grid_out]
        below += [] if self.difference is None else [self.difference]
        rows = [widgets.HBox(row, layout=ROW) for row in (above, [*below, column(last, "190px")])]
        super().__init__([*weights, *rows])
        for control in (*self.weights, self.divisor, self.bias, self.relu, self.stretch):
            control.observe(self.show, "value")
        for control in (self.stride, self.pad):
            control.observe(self.show, "value")
        self.grid_out.observe(self.show, ["selected", "pointed"])
        self.preset.observe(self._set_preset, "value")
        self.upload.observe(self._read, "file")

    def _make_weights(self):
        self.preset = widgets.Dropdown(
            options=["your own", *KERNELS],
            value="sobel_x",
            description="kernel",
            style={"description_width": "3.2em"},
            layout={"width": "184px"},
        )
        # A slider stops at tenths, so the weights 1/9 and 1/16 of a blur are 1, 2 and 4, divided.
        self.divisor = widgets.Dropdown(
            options=DIVISORS,
            description="divided by",
            style={"description_width": "5.5em"},
            layout={"width": "142px"},
            tooltip="what every weight is divided by",
        )
        self.weights = [
            slider(
                f"{i}, {j}",
                float(weight),
                -HEAVIEST,
                HEAVIEST,
                0.1,
                name=f"weight in row {i}, column {j}",
                width="98%",
                digits=1,
                style={"description_width": "2em"},
            )
            for (i, j), weight in np.ndenumerate(KERNELS["sobel_x"])
        ]
        self.stretch = widgets.Checkbox(
            description="stretch contrast", indent=False, layout={"width": "140px"}
        )
        board = widgets.GridBox(
            self.weights, layout={"grid_template_columns": "repeat(3, 1fr)", "width": "98%"}
        )
        board.add_class("cnncourse-block")
        self.upload = PictureFile(
            description="your photograph",
            tooltip="show a picture file of yours in place of the photograph",
        )
        above = [self.preset, self.divisor, self.stretch, self.upload]
        return [widgets.HBox(above, layout=ROW), board]

    def _make_settings(self):
        look = dict(style={"description_width": "4.2em"})
        look["width"] = "230px" if self.conv is None else "194px"  # then a fourth grid has room
        name = "bias, added to every number"
        self.bias = slider("bias", 0, -4, 4, 0.1, name=name, digits=1, **look)
        name = "stride, pixels from window to window"
        self.stride = slider("stride", 1, 1, 4, name=name, **look)
        self.pad = slider("padding", 0, 0, 2, name="padding, rings of zeros", **look)
        self.relu = widgets.Checkbox(
            description="ReLU: nothing below 0", indent=False, layout={"width": "180px"}
        )
        return [
            widgets.HBox([self.bias, self.relu], layout=ROW),
            widgets.HBox([self.stride, self.pad], layout=ROW),
        ]

    def _make_pictures(self):
        large, side, small = (204, 175, 124) if self.conv is None else (150, 126, 96)
        self.picture_in = PixelGrid(size=large, limits=(0, 1), title="photograph")
        self._show_photograph()
        self.picture_out = PixelGrid(size=large, scale=True)
        signed = dict(palette="diverging", numbers=True, format="{:.3g}")
        self.grid_in = PixelGrid(
            self.numbers, size=side, limits=(0, WHITE), numbers=True, title="grid of numbers"
        )
        self.kernel_grid = PixelGrid(
            KERNELS["sobel_x"],
            size=small,
            limits=(-1, 1),
            title="kernel",
            editable=True,
            reach=(-HEAVIEST, HEAVIEST),
            **signed,
        )
        self.kernel_grid.on_edit(self._edited)
        self.grid_out = PixelGrid(
            size=side, numbers=True, format="{:.3g}", title="its output", selectable=True
        )
        self.difference = None
        if self.conv is not None:
            self.difference = PixelGrid(
                size=side, limits=(-REACH, REACH), title="difference", **signed
            )
        self._about, self._told = Sentence(), Sentence()
        kernels = [self.kernel_grid]
        self._sums = Linked(
            outputs=[self.grid_out], inputs=[self.grid_in], kernels=kernels, lines=6, mono=True
        )
        self._photo_link = Linked(
            outputs=[self.picture_out], inputs=[self.picture_in], kernels=kernels, line=self._sums
        )

    @property
    def state(self) -> State:
        weights = np.array([w.value for w in self.weights], np.float32).reshape(3, 3)
        return State(
            weights / np.float32(self.divisor.value),
            self.bias.value,
            self.relu.value,
            self.stride.value,
            self.pad.value,
            self.grid_out.pointed or self.grid_out.selected or FIRST_PLACE,
        )

    def _set_preset(self, _):
        if self.preset.value in KERNELS and not self.is_quiet:
            kernel = KERNELS[self.preset.value].ravel()
            with self.quiet():
                self.divisor.value = divisor_of(kernel)
                for control, weight in zip(self.weights, kernel * self.divisor.value):
                    control.value = round(float(weight), 1)
            self.show()

    def _edited(self, kernel):
        """Put a kernel that was changed by hand on the sliders."""
        with self.quiet():
            for control, weight in zip(self.weights, kernel.ravel() * self.divisor.value):
                control.value = float(weight)
        self.show()

    def _read(self, change):
        """Show a photograph of the learner's own; where there is none in the file, say why."""
        if not (file := change["new"]):
            return
        try:
            image = picture_from_bytes(bytes(file["content"]), file["name"])
            self.photograph = prepared(grey(image), self.conv)
        except ValueError as error:
            why = str(error).split(": ", 1)[1]
            self._told.text = f"{why[0].upper()}{why[1:]} The photograph stays as it is."
            return
        finally:
            self.upload.file = {}  # nobody needs it any more, least of all the saved notebook
        self._show_photograph()
        self.show()

    def _show_photograph(self):
        rows, columns = self.photograph.shape
        self.picture_in.show(self.photograph)
        self.picture_in.label = f"the photograph, {rows} by {columns} grey pixels"

    def show(self, _=None):
        """Compute what the controls say, and show it."""
        if self.is_quiet:
            return
        self.view = view = look(self.photograph, self.numbers, self.state, self.conv)
        kernel = self.state.kernel
        named = [name for name, k in KERNELS.items() if np.allclose(k, kernel, atol=1e-4)]
        self._about.text = ABOUT[named[0]] if named else "Your own kernel."
        self._sums.text, self._told.text = view.arithmetic, view.sentence
        with self.quiet():
            self.preset.value = named[0] if named else "your own"
            self._paint(view, kernel)
        lies = window("kernel_lab", 3, self.state.stride, self.state.pad)
        for link, image in ((self._sums, self.numbers), (self._photo_link, self.photograph)):
            link.show(lies, image, kernel, bias=self.state.bias, relu=self.state.relu)
        self.tried()

    def _paint(self, view, kernel):
        palette, stretched = colours_of(self.state), self.stretch.value
        self.picture_out.title = "its output: contrast stretched" if stretched else "its output"
        paint(self.picture_out, view.picture, palette, None if stretched else 1.0)
        last = WHITE if palette == "grey" else REACH
        paint(self.grid_out, view.grid, palette, None if stretched else last)
        name_output(self.picture_out, view.picture, "the photograph's output")
        name_output(self.grid_out, view.grid, "the grid's output")
        heaviest = HEAVIEST / self.divisor.value
        self.kernel_grid.reach = -heaviest, heaviest
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
        stride, pad = self.state.stride, self.state.pad
        self.picture_in.windows = [(*(at * stride - pad for at in view.strongest), 3, 3)]
        self.picture_out.windows = [(*view.strongest, 1, 1)]
        if self.difference is not None:
            shown = np.full(view.grid.shape, np.nan) if view.difference is None else view.difference
            self.difference.show(shown)
            name_output(self.difference, shown, "your output minus the course's")

    def __repr__(self):
        s = self.state
        return (
            f"KernelLab({self.preset.value}, bias={s.bias:g}, relu={s.relu}, stride={s.stride}, "
            f"pad={s.pad})"
        )


def column(parts, width: str) -> widgets.VBox:
    """A column that takes the room that is left, but no less than this width."""
    return widgets.VBox(parts, layout={"flex": f"1 1 {width}"})


def divisor_of(kernel: Array) -> int:
    """The smallest divisor that makes whole numbers of the weights."""
    return next(d for d in DIVISORS if np.allclose(kernel * d, np.round(kernel * d), atol=1e-4))


def paint(grid: PixelGrid, array: Array, palette: str, white: float | None) -> None:
    """Show an array; white: the number of the last colour, None for the array's own range."""
    limits = None
    if white is not None:
        limits = (-white, white) if palette == "diverging" else (0, white)
    elif palette == "cividis":  # zero keeps its colour
        limits = (0, float(np.nanmax(array, initial=0)) or 1.0)
    with grid.hold_sync():
        grid.limits, grid.windows = None, []  # limits and palette have to fit at each moment
        grid.palette = palette
        grid.limits = limits
        grid.show(array)


def name_output(grid: PixelGrid, array: Array, label: str) -> None:
    """What a screen reader calls an output."""
    known = array[np.isfinite(array)]
    span = f", from {number(known.min())} to {number(known.max())}" if known.size else ""
    grid.label = f"{label}, {array.shape[0]} by {array.shape[1]}{span}"


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
        raise ValueError(f"kernel_lab: conv should be a function, but is {shown(conv)}.")
    return KernelLab(prepared(image, conv), ZED, conv)


def prepared(image: Array, conv) -> Array:
    """A photograph, made so small that the lab answers at once.   (h, w) -> (h, w)"""
    longest = 256 if conv is None else 64  # plain loops take a while
    step = max(1, -(-max(image.shape) // longest))
    image = single.shrink(image, step) if step > 1 else image
    if min(image.shape) < 3:
        raise ValueError(
            f"kernel_lab: image should be at least 3 pixels wide and high, but is {image.shape}."
        )
    return image
