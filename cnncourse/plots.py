"""A matplotlib figure that a notebook shows without pyplot, and checks of what is drawn in it."""

import io

from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from .png import png
from .shapes import Array, as_array, check_number, shown

INK, SECOND = "#1f4e79", "#c8641e"  # blue and orange: told apart by everyone, also in print
MOST_LETTERS = 200  # of a text in a figure; more would take long, and nobody could read it
LINES = [(INK, "-"), (SECOND, "-"), ("#56a0d3", "--"), ("#8a5fa8", "-."), ("#000000", ":")]


class Plot(Figure):
    """A figure with a name, which a notebook shows without pyplot."""

    def __init__(self, name: str, width: float, height: float, layout="constrained"):
        super().__init__(figsize=(width, height), dpi=100, layout=layout)
        self.name = name

    def __repr__(self):
        return f"Plot({self.name!r})"

    def draw(self, renderer):
        """A $ in a learner's names begins no formula, so an odd one is no error."""
        for text in self.findobj(Text):
            text.set_parse_math(False)
            text.set_text(text.get_text()[:MOST_LETTERS])
        super().draw(renderer)

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


def numbers(values, what: str) -> Array:
    """One number after the other, as floats."""
    array = as_array(values, what)
    if array.ndim != 1:
        raise ValueError(f"{what} should be a list of numbers, but is {shown(values)}.")
    return array.astype(float)


def pairs(values, what: str) -> Array:
    """One pair of numbers after the other, (n, 2)."""
    array = as_array(values, what)
    if array.size and (array.ndim != 2 or array.shape[1] != 2):
        raise ValueError(f"{what} should be a list of pairs, but is {shown(values)}.")
    return array.astype(float).reshape(-1, 2)


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
