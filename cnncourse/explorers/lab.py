"""What all labs share: quiet changes, sliders with a name, keys and names for everybody."""

import contextlib
import pathlib

import anywidget
import ipywidgets as widgets

from ..stills import Still
from .sliders import NumberSlider


class Access(anywidget.AnyWidget):
    """Invisible: names, keys, spoken values and the visible focus of the lab that it stands in."""

    _esm = pathlib.Path(__file__).with_name("access.js")


class Lab(Still, widgets.VBox):
    """A column of controls and pictures; `view` is what it shows, `sentence` says it in words.

    While changes are made `with self.quiet():`, `is_quiet` is true, and the lab does not repaint.
    """

    is_quiet = False

    def __init__(self, children=(), **options):
        super().__init__([*children, Access()], **options)
        self.add_class("cnncourse-lab")

    @property
    def sentence(self) -> str:
        return self.view.sentence

    @contextlib.contextmanager
    def quiet(self):
        before, self.is_quiet = self.is_quiet, True
        try:
            yield
        finally:
            self.is_quiet = before


def slider(description, value, low, high, step=1, *, name="", width="230px", **options):
    """A slider; `name` is what a screen reader calls it and the pointer shows.

    A step that is no whole number makes a NumberSlider, which has no min, max and step of its own
    and takes `digits`, how many decimals it shows; all other options go to the slider.
    """
    shared = dict(
        value=value,
        description=description,
        tooltip=name or description,
        layout={"width": width},
        **options,
    )
    if isinstance(step, int):
        return widgets.IntSlider(min=low, max=high, step=step, **shared)
    count = round((high - low) / step)
    return NumberSlider([round(low + place * step, 9) for place in range(count + 1)], **shared)
