"""PixelGrid: an array as crisp pixels in the notebook, to look at, to point at or to draw on.

    grid = PixelGrid(photograph, label="the photograph", windows=[(0, 0, 3, 3)])
    grid.show(another)                    # new pixels, at once
    grid.windows = [(0, 1, 3, 3)]         # every option is an attribute too

Python turns an array into bytes, one for each pixel: 0 where there is no value yet, 1 to 255 from
the lowest to the highest value. pixels.js looks each byte up in a table of colours and draws it.
So little travels, one message holds one whole picture, and a slider answers at once.
"""

import functools
import itertools
import operator
import pathlib

import anywidget
import ipywidgets as widgets
import numpy as np
import traitlets

from . import stills
from .shapes import as_array, check_bool, check_finite, check_int, check_text, listed, shown

PALETTES = {
    "grey": "gray",
    "cividis": "cividis",
    "viridis": "viridis",
    "purple-orange": "PuOr_r",
    "diverging": "RdBu_r",
}
AROUND_ZERO = "diverging", "purple-orange"  # the palettes in which zero is white
MOST_NUMBERS = 32 * 32  # a picture with more pixels has no room for numbers


@functools.cache
def colours(palette: str) -> np.ndarray:
    """The colour of each byte; 1 is the lowest, 128 the middle, 0 unused.   -> (256, 3) uint8"""
    if palette == "grey":
        rgb = np.repeat(np.linspace(0, 1, 255)[:, None], 3, axis=1)
    else:
        import matplotlib  # here, so that a grey picture does not wait for it

        rgb = matplotlib.colormaps[PALETTES[palette]].resampled(255)(np.arange(255))[:, :3]
    return np.concatenate([np.zeros((1, 3)), rgb * 255]).round().astype(np.uint8)


def own_limits(array: np.ndarray, around_zero: bool) -> tuple[float, float]:
    """The lowest and the highest value of an array, made apart if they are one."""
    finite = array[np.isfinite(array)]
    low, high = (finite.min(), finite.max()) if finite.size else (0.0, 0.0)
    if around_zero:
        reach = max(-low, high) or 1.0
        return -reach, reach
    if low == high:  # zero decides whether a single value is a low one or a high one
        return (min(low, 0.0), max(high, 0.0)) if low else (0.0, 1.0)
    return low, high


def encode(array: np.ndarray, limits=None, around_zero: bool = False) -> np.ndarray:
    """A byte for each value: 0 for NaN, else from 1 at the low limit to 255.   -> same shape, uint8

    Without limits, the array's own range; around_zero makes that range symmetric.
    """
    array = array.astype(np.float64, copy=False)
    low, high = limits or own_limits(array, around_zero)
    levels = np.clip((array - low) / (high - low) * 254, 0, 254).round() + 1
    return np.where(np.isnan(array), 0, levels).astype(np.uint8)


def write(value: float, pattern: str) -> str:
    """A number as text, with a proper minus sign, never minus zero, and nothing for NaN."""
    text = "" if value != value else pattern.format(value)
    return text.lstrip("-") if not text.strip("-0.") else text.replace("-", "\N{MINUS SIGN}")


def check_pixels(array, drawable: bool, editable: bool) -> np.ndarray:
    """The argument as an array of pixels; a ValueError where it is none."""
    array = as_array(array, "PixelGrid: array")
    what, shape = "PixelGrid: array should", "(h, w)" if editable else "(h, w) or (h, w, 3)"
    if array.dtype.kind not in "buif":
        raise ValueError(f"{what} hold real numbers, but its dtype is {array.dtype}.")
    if array.ndim != 2 and (editable or array.ndim != 3 or array.shape[2] != 3):
        raise ValueError(f"{what} have shape {shape}, but has shape {array.shape}.")
    if array.size == 0:
        raise ValueError(f"{what} hold at least one pixel, but has shape {array.shape}.")
    if array.ndim == 3 and array.dtype.kind != "f":
        raise ValueError(f"{what} hold colours as floats 0 to 1, but its dtype is {array.dtype}.")
    if (drawable or editable) and np.isnan(array).any():
        raise ValueError(f"{what} hold a value for each pixel to draw on, but holds NaN.")
    return array


def check_limits(limits, palette: str) -> tuple[float, float] | None:
    """(low, high) as floats, or None; a ValueError where the palette cannot span them."""
    if not isinstance(palette, str) or palette not in PALETTES:
        names = ", ".join(PALETTES)
        raise ValueError(f"PixelGrid: palette should be one of {names}, but is {shown(palette)}.")
    if limits is None:
        return None
    try:
        low, high = map(float, limits)
    except Exception:  # an object may do anything when it is asked for its values
        low = high = np.nan
    if not -np.inf < low < high < np.inf:
        raise ValueError(f"PixelGrid: limits should be (low, high), but are {shown(limits)}.")
    if palette in AROUND_ZERO and low != -high:
        raise ValueError(
            "PixelGrid: limits should lie evenly about zero, which this palette shows white, "
            f"but are {shown(limits)}."
        )
    return low, high


def whole_numbers(values) -> tuple[int, ...]:
    """The values as a tuple of ints; an empty one where they are no whole numbers."""
    try:
        return tuple(operator.index(value) for value in itertools.islice(values, 10))
    except Exception:  # an object may do anything when it is asked for its values
        return ()


def numbers_of(values, count: int, what: str) -> tuple[float, ...]:
    """So many numbers; a ValueError where they are others."""
    array = as_array(values, f"PixelGrid: {what}")
    if array.shape != (count,) or np.isnan(array).any():
        raise ValueError(f"PixelGrid: {what} should be {count} numbers, but is {shown(values)}.")
    return tuple(array.astype(float).tolist())


def pixels_of(marks) -> list[tuple[int, int]]:
    """Places of pixels, (row, column) each; a ValueError where they are others."""
    found = [whole_numbers(mark) for mark in listed(marks, "PixelGrid: marks")]
    if any(len(mark) != 2 for mark in found):
        raise ValueError(
            f"PixelGrid: marks should be a list of (row, column), but is {shown(marks)}."
        )
    return found


LEAST = {"brush": 0.1, "step": 1e-6}


class PixelGrid(stills.Still, anywidget.AnyWidget):
    """Show an array of pixels: (h, w) numbers, or (h, w, 3) colours as floats 0 to 1.

    array       None: 28 x 28, black if one can draw on it, otherwise not computed yet
    size        length of the longer side on the screen, in CSS pixels; never wider than the page
    palette     "grey", "cividis", "viridis", or "diverging": blue, white for zero, red;
                "purple-orange" is the same where red and blue are colours of the picture
    limits      (low, high), the values of the first and last colour; None: the array's own range
    numbers     write each value on its pixel, in this `format`, where pixels are large enough
    title       a line above the picture
    label       what a screen reader calls the picture
    scale       show the colours below the picture, and the numbers that the two ends stand for
    windows     (row, column, rows, columns) to outline, the first one most; may reach outside;
                single pixels inside the first: what else is in it is veiled, as left out
    foremost    how many of the windows are outlined most
    marks       (row, column) of pixels with a mark in their corner
    margin      border cells around the picture, as with padding: an int, (rows, columns), or
                (top, bottom, left, right)
    selectable  a click or the arrow keys choose a pixel: `selected`, (row, column) or None
    pointable   `pointed` is the pixel under the mouse or the arrow keys, or None, a moment after it
                came to rest; linked.py sets it
    drawable    mouse, pen, finger or keyboard draw, with a round brush of radius `brush` pixels;
                read `drawing`, or be told by `on_draw`; the limits are always (0, 1); a coloured
                picture is painted over with `ink`, (red, green, blue)
    editable    each number can be dragged up and down, scrolled, typed over, or changed by `step`
                with + and -, within `reach`, (low, high); read `array`, or be told by `on_edit`

    NaN means "not computed yet" and shows as a hatch; in a coloured picture, as grey.
    To change several things in one step, do it inside `with grid.hold_sync():`.
    """

    _esm = pathlib.Path(__file__).with_name("pixels.js")
    # Bytes from the browser arrive as a memoryview, which a frame of bytes would never equal.
    _frame = traitlets.Dict().tag(
        sync=True,
        echo_update=False,
        from_json=lambda frame, _: {**frame, "pixels": bytes(frame["pixels"])},
    )
    _colours = traitlets.Bytes().tag(sync=True)
    palette = traitlets.Any("grey")
    limits = traitlets.Any(None)
    numbers = traitlets.Bool(False)
    format = traitlets.Unicode("{:.4g}")
    size = traitlets.Int(280, min=1).tag(sync=True)
    title = traitlets.Unicode("").tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    scale = traitlets.Bool(False).tag(sync=True)
    windows = traitlets.Any(()).tag(sync=True)
    foremost = traitlets.Int(1, min=1).tag(sync=True)
    marks = traitlets.List().tag(sync=True)
    margin = traitlets.Any((0, 0, 0, 0)).tag(sync=True)
    selectable = traitlets.Bool(False).tag(sync=True)
    selected = traitlets.Any(None).tag(sync=True, from_json=lambda at, _: at and tuple(at))
    pointable = traitlets.Bool(False).tag(sync=True)
    # No echo: it would come late, and move the pointer back.
    pointed = traitlets.Any(None).tag(
        sync=True, echo_update=False, from_json=lambda at, _: at and tuple(at)
    )
    drawable = traitlets.Bool(False).tag(sync=True)
    brush = traitlets.Float(1.0, min=0.1).tag(sync=True)
    ink = traitlets.Tuple((1.0, 1.0, 1.0)).tag(sync=True)
    _paper = traitlets.Bytes().tag(sync=True)  # a coloured picture, to which an eraser goes back
    editable = traitlets.Bool(False).tag(sync=True)
    step = traitlets.Float(0.1, min=1e-6).tag(sync=True)
    reach = traitlets.Tuple(traitlets.Float(), traitlets.Float()).tag(sync=True)
    _values = traitlets.List().tag(sync=True, echo_update=False)  # what can be edited

    def __init__(
        self,
        array=None,
        *,
        size=280,
        palette="grey",
        limits=None,
        numbers=False,
        format="{:.4g}",
        title="",
        label="",
        scale=False,
        windows=(),
        marks=(),
        margin=0,
        selectable=False,
        drawable=False,
        brush=1.0,
        ink=(1.0, 1.0, 1.0),
        editable=False,
        step=0.1,
        reach=(-1e6, 1e6),
    ):
        switches = dict(numbers=numbers, scale=scale)
        ways = dict(drawable=drawable, selectable=selectable, editable=editable)
        for name, value in (switches | ways).items():
            check_bool(value, f"PixelGrid: {name}")
        for name, value in dict(format=format, title=title, label=label).items():
            check_text(value, f"PixelGrid: {name}")
        check_int(size, "PixelGrid: size", 1)
        for name, value in dict(brush=brush, step=step).items():
            check_finite(value, f"PixelGrid: {name}")
            if value < LEAST[name]:
                raise ValueError(
                    f"PixelGrid: {name} should be at least {LEAST[name]:g}, but is {value}."
                )
        asked = [name for name, value in ways.items() if value]
        if len(asked) > 1:
            raise ValueError(
                f"PixelGrid: {asked[0]} should come without {asked[1]}, but both are set."
            )
        if array is None:
            array = np.full((28, 28), 0.0 if drawable else np.nan)
        self._array = check_pixels(array, drawable, editable).copy()
        self._edit_callbacks = []
        super().__init__(
            size=size,
            palette=palette,
            limits=limits,
            numbers=numbers,
            format=format,
            title=title,
            label=label,
            scale=scale,
            windows=windows,
            marks=pixels_of(marks),
            margin=margin,
            selectable=selectable,
            drawable=drawable,
            brush=float(brush),
            ink=numbers_of(ink, 3, "ink"),
            editable=editable,
            step=float(step),
            reach=numbers_of(reach, 2, "reach"),
            _values=self._array.ravel().tolist() if editable else [],
        )

    def __repr__(self):
        name = self.label or self.title
        return f"PixelGrid({' x '.join(map(str, self.array.shape))}{name and f', {name!r}'})"

    @property
    def array(self) -> np.ndarray:
        """What is shown now: the array last given to `show`, or the drawing."""
        return self.drawing if self.drawable else self._array

    def show(self, array) -> None:
        """Replace the pixels, and the numbers on them."""
        # Ours: the caller's may change later.
        array = check_pixels(array, self.drawable, self.editable).copy()
        frame = self._make_frame(array)
        with self.hold_sync():
            self._array, self._frame = array, frame
            if self.drawable and array.ndim == 3:
                self._paper = frame["pixels"]
            if self.editable:
                self._values = array.ravel().tolist()
            if self.selected:  # in a smaller picture, the nearest pixel
                self.selected = tuple(min(at, n - 1) for at, n in zip(self.selected, array.shape))
            if self.pointed:
                self.pointed = tuple(min(at, n - 1) for at, n in zip(self.pointed, array.shape))

    @property
    def drawing(self) -> np.ndarray:
        """The picture drawn so far.   -> (h, w) or (h, w, 3) float32, 0 to 1"""
        self._check_drawable("drawing")
        levels = np.frombuffer(self._frame["pixels"], np.uint8).reshape(self._frame["shape"])
        if levels.ndim == 3:
            return levels.astype(np.float32) / 255
        return (levels.astype(np.float32) - 1) / 254

    def set_drawing(self, array) -> None:
        """Replace the drawing.   array: (h, w) or (h, w, 3), 0 to 1"""
        self._check_drawable("set_drawing")
        self.show(array)

    def clear(self) -> None:
        """Wipe the drawing; of a coloured picture, what was drawn on it."""
        self.set_drawing(np.zeros_like(self.drawing) if self._array.ndim == 2 else self._array)

    def on_draw(self, callback) -> None:
        """Call `callback(drawing)` after each change of the drawing, by a person or by Python."""
        self._check_drawable("on_draw")
        self.observe(lambda change: callback(self.drawing), "_frame")

    def on_edit(self, callback) -> None:
        """Call `callback(array)` after each change of a number by a person."""
        if not self.editable:
            raise ValueError("PixelGrid: on_edit should come with editable=True, but it is False.")
        self._edit_callbacks.append(callback)

    @traitlets.observe("_values")
    def _edited(self, change):
        array = np.array(change.new, np.float64)
        if array.size != self._array.size or np.array_equal(array, self._array.ravel()):
            return  # it comes from `show`, or from a page that has not heard of it
        self.show(array.reshape(self._array.shape))
        for callback in self._edit_callbacks:
            callback(self.array)

    def _check_drawable(self, what: str) -> None:
        if not self.drawable:
            raise ValueError(f"PixelGrid: {what} should come with drawable=True, but it is False.")

    def still(self):
        """The picture as a Pillow image, for pages where widgets cannot run."""
        frame = self._frame
        levels = np.frombuffer(frame["pixels"], np.uint8)
        levels = levels.reshape(*frame["shape"][:2], *([3] if len(frame["shape"]) == 3 else []))
        table = np.frombuffer(self._colours, np.uint8).reshape(-1, 3)
        windows = list(self.windows) + ([(*self.selected, 1, 1)] if self.selected else [])
        look = dict(size=self.size, title=self.title, margin=self.margin)
        look |= dict(windows=windows, foremost=self.foremost)
        ends = frame.get("ends", ()) if self.scale else ()
        return stills.pixels(levels, table, numbers=frame["numbers"], ends=ends, **look)

    def _make_frame(self, array: np.ndarray) -> dict:
        ends = []
        if array.ndim == 3:
            levels = (np.nan_to_num(array.clip(0, 1), nan=0.5) * 255).round().astype(np.uint8)
        else:
            limits = (0, 1) if self.drawable else self.limits
            limits = limits or own_limits(array, self.palette in AROUND_ZERO)
            levels = encode(array, limits)
            ends = [write(float(each), "{:.3g}") for each in limits]
        written = self.numbers and array.ndim == 2 and array.size <= MOST_NUMBERS
        numbers = [write(v, self.format) for v in array.ravel().tolist()] if written else []
        return {"shape": array.shape, "pixels": levels.tobytes(), "numbers": numbers, "ends": ends}

    @traitlets.default("_frame")
    def _first_frame(self):
        return self._make_frame(self._array)

    @traitlets.default("_paper")
    def _first_paper(self):
        return self._frame["pixels"] if self.drawable and self._array.ndim == 3 else b""

    @traitlets.default("_colours")
    def _first_colours(self):
        return colours(self.palette).tobytes()

    @traitlets.observe("palette", "limits", "numbers", "format")
    def _recolour(self, _):
        with self.hold_sync():
            self._colours, self._frame = self._first_colours(), self._make_frame(self.array)

    @traitlets.validate("palette")
    def _valid_palette(self, proposal):
        check_limits(self.limits, proposal.value)
        return proposal.value

    @traitlets.validate("limits")
    def _valid_limits(self, proposal):
        return check_limits(proposal.value, self.palette)

    @traitlets.validate("format")
    def _valid_format(self, proposal):
        write(self._array.ravel()[0].item(), proposal.value)
        return proposal.value

    @traitlets.validate("windows")
    def _valid_windows(self, proposal):
        try:
            windows = [whole_numbers(each) for each in listed(proposal.value, "windows")]
        except ValueError:
            windows = [()]
        if any(len(window) != 4 or min(window[2:]) < 1 for window in windows):
            raise ValueError(
                "PixelGrid: windows should be a list of (row, column, rows, columns), each of at "
                f"least one pixel, but are {shown(proposal.value)}."
            )
        return windows

    @traitlets.validate("margin")
    def _valid_margin(self, proposal):
        margin = proposal.value
        margin = whole_numbers(margin) or whole_numbers((margin, margin))
        if len(margin) not in (2, 4) or min(margin) < 0:
            raise ValueError(
                "PixelGrid: margin should be an int, (rows, columns) or (top, bottom, left, "
                f"right), none negative, but is {shown(proposal.value)}."
            )
        return margin if len(margin) == 4 else tuple(np.repeat(margin, 2).tolist())

    @traitlets.validate("selected", "pointed")
    def _valid_pixel(self, proposal):
        if proposal.value is None:
            return None
        pixel, shape = whole_numbers(proposal.value), self._array.shape
        if len(pixel) != 2 or not all(0 <= at < n for at, n in zip(pixel, shape)):
            raise ValueError(
                f"PixelGrid: {proposal.trait.name} should be a (row, column) within {shape[:2]}, "
                f"or None, but is {shown(proposal.value)}."
            )
        return pixel


class Row(stills.Still, widgets.HBox):
    """Pictures side by side, as many as fit, and the rest below them."""

    def __init__(self, *pictures):
        if not all(isinstance(picture, widgets.Widget) for picture in pictures):
            raise ValueError(f"Row: pictures should be widgets, but are {shown(pictures)}.")
        super().__init__(pictures, layout={"flex_flow": "row wrap", "grid_gap": "6px 12px"})

    def __repr__(self):
        return f"Row({', '.join(map(repr, self.children))})"
