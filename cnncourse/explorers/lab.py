"""What all labs share: quiet changes, sliders with a name, keys and names for everybody."""

import contextlib
import functools
import pathlib
from collections.abc import Callable
from typing import NamedTuple

import anywidget
import ipywidgets as widgets

from ..stills import Still
from .sliders import NumberSlider
from .words import Sentence


class Access(anywidget.AnyWidget):
    """Invisible: names, keys, spoken values and the visible focus of the lab that it stands in."""

    _esm = pathlib.Path(__file__).with_name("access.js")


class Task(NamedTuple):
    """Something to try in a lab."""

    text: str  # what to do
    done: Callable[..., bool]  # of the lab's state and view
    seen: str = ""  # what can be seen once it is done


class TryThis(Sentence):
    """A line that says what to try next: one task after the other, each until it is done."""

    def __init__(self, tasks: tuple[Task, ...]):
        self.tasks, self.at = tasks, 0
        super().__init__(self._asked())
        self.add_class("cnncourse-try")

    def look(self, state, view) -> None:
        """Go on to the next task if this state and view are what the present one asks for."""
        if self.at < len(self.tasks) and self.tasks[self.at].done(state, view):
            seen = self.tasks[self.at].seen
            self.at += 1
            self.text = f"✓ {seen} {self._asked()}" if seen else f"✓ {self._asked()}"

    def _asked(self) -> str:
        count = len(self.tasks)
        if self.at == count:
            return f"That was all: {count} of {count} tried."
        return f"Try this, {self.at + 1} of {count}: {self.tasks[self.at].text}"


class Lab(Still, widgets.VBox):
    """A column of controls and pictures; `view` is what it shows, `sentence` says it in words.

    `state` is what the controls say, and `tasks` is what to try: a lab that has some calls
    `tried()` at the end of its `show`.
    While changes are made `with self.quiet():`, `is_quiet` is true, and the lab does not repaint.
    """

    tasks: tuple[Task, ...] = ()
    state = view = None
    is_quiet = False

    def __init__(self, children=(), **options):
        line = [self._try_this] if self.tasks else []
        super().__init__([*line, *children, Access()], **options)
        self.add_class("cnncourse-lab")

    # Made when first asked for: labs show something before all of their parts are put together.
    @functools.cached_property
    def _try_this(self) -> TryThis:
        return TryThis(self.tasks)

    def tried(self) -> None:
        """See whether the task at hand is done."""
        self._try_this.look(self.state, self.view)

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
