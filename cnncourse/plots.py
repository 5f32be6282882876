"""A matplotlib figure that a notebook shows without pyplot, and checks of what is drawn in it."""

import io

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from .png import png
from .shapes import Array, check_number, shown

INK, SECOND = "#1f4e79", "#c8641e"  # blue and orange: told apart by everyone, also in print
LINES = [(INK, "-"), (SECOND, "-"), ("#56a0d3", "--"), ("#8a5fa8", "-."), ("#000000", ":")]


class Plot(Figure):
    """A figure with a name, which a notebook shows without pyplot."""

    def __init__(self, name: str, width: float, height: float, layout="constrained"):
        super().__init__(figsize=(width, height), dpi=100, layout=layout)
        self.name = name

    def __repr__(self):
        return f"Plot({self.name!r})"

    def png(self) -> bytes:
        """The picture as a PNG file's bytes."""
        file = io.BytesIO()
        self.savefig(file, format="png", pil_kwargs={"compress_level": 1})  # packed again below
        return png(Image.open(file))

    _repr_png_ = png


def plain(ax) -> None:
    """Faint lines behind, and no frame above and to the right."""
    ax.grid(alpha=0.25)
    ax.spines[["top", "right"]].set_visible(False)


def listed(values, what: str) -> list:
    """The values as a list; a ValueError where they are none."""
    if isinstance(values, (str, dict)) or not np.iterable(values):
        raise ValueError(f"{what} should be a list, but is {shown(values)}.")
    return list(values)


def numbers(values, what: str) -> Array:
    """One number after the other, as floats."""
    try:
        array = np.asarray(values, float)
    except (TypeError, ValueError):
        array = np.array(None)
    if array.ndim != 1:
        raise ValueError(f"{what} should be a list of numbers, but is {shown(values)}.")
    return array


def pairs(values, what: str) -> Array:
    """One pair of numbers after the other, (n, 2)."""
    pairs = [numbers(pair, what) for pair in listed(values, what)]
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError(f"{what} should be a list of pairs, but is {shown(values)}.")
    return np.reshape(pairs, (-1, 2))


def named(runs, what: str, kind=numbers) -> dict:
    """A name for each list of numbers, or of pairs."""
    if not isinstance(runs, dict):
        raise ValueError(f"{what} should be a dict of names and numbers, but is {shown(runs)}.")
    return {str(name): kind(values, f"{what}[{name!r}]") for name, values in runs.items()}


def within(value, what: str, low: float, high: float) -> None:
    """A ValueError unless `value` is a number from low to high."""
    check_number(value, what)
    if not low <= value <= high:
        raise ValueError(f"{what} should be from {low:g} to {high:g}, but is {value}.")
