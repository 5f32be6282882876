"""The lab in which a hidden kernel comes back, step by step, or does not."""

import functools
import html
import math
from typing import NamedTuple

import ipywidgets as widgets
import numpy as np

from ..pixels import PixelGrid
from ..shapes import Array
from .kernel_back import STEPS, TASKS, Learned, learn
from .lab import Lab, slider
from .live_curves import BOTTOM, HELD, LEFT, OWN, RIGHT, TOP, key, level, line, scale, step_ticks
from .words import Sentence

HIDDEN = "sobel_x", "sharpen", "emboss", "diagonal_down", "gaussian_blur"
STARTS = 6
LOW, HIGH = 1e-4, 100.0  # what the curves show, in powers of ten
ROW = {"flex_flow": "row wrap", "grid_gap": "4px 12px", "align_items": "center"}
NARROW = {"description_width": "3.6em"}
learned = functools.cache(learn)


class State(NamedTuple):
    """Everything the controls say."""

    task: str = "one kernel"
    hidden: str = "sobel_x"
    seed: int = 0
    step: int = 0


class View(NamedTuple):
    """Everything the lab shows; several kernels lie side by side, a column apart."""

    now: Array
    hidden: Array
    reach: float
    loss: float
    distance: float
    sentence: str


def look(state: State) -> View:
    """What the lab shows after so many steps."""
    run = learned(state.task, state.hidden, state.seed)
    now = run.kernels[state.step]
    loss, distance = run.losses[state.step], run.distances[state.step]
    told = (
        f"{TASKS[state.task].about} After {state.step} steps the loss is {loss:.4f}, and the "
        f"weight that is furthest off is {distance:.3f} from the hidden one. "
        f"{ending(run, state.step)}"
    )
    reach = float(max(np.abs(run.hidden).max(), np.abs(run.kernels).max()))
    return View(side_by_side(now), side_by_side(run.hidden), reach, loss, distance, told)


def ending(run: Learned, step: int) -> str:
    """What there is to say beyond the numbers."""
    if not run.alive:
        return "No blame arrives at any weight: it will stay as it is."
    if step < STEPS:
        return ""
    if run.order != sorted(run.order):
        order = "The kernels have come back in the other order. "
        return order if run.distances[-1] < 0.5 else ""
    return ""


def side_by_side(kernels: Array) -> Array:
    """(3, 3, f)   ->   (3, 3), or (3, 7) for two of them with a gap of NaN between"""
    gap = np.full((3, 1), np.nan)
    first, *others = np.moveaxis(kernels, 2, 0)
    return np.hstack([first, *(piece for kernel in others for piece in (gap, kernel))])


class Curves(widgets.HTML):
    """Loss and distance up to a step, on a scale of powers of ten."""

    def draw(self, run: Learned, step: int):
        self.drawn = run, step
        x, y = scale(0, STEPS, LEFT, RIGHT), scale(math.log(LOW), math.log(HIGH), BOTTOM, TOP)

        def path(values):
            kept = [min(max(value, LOW), HIGH) for value in values[: step + 1]]
            return [(x(place), y(math.log(value))) for place, value in enumerate(kept)]

        ticks = "".join(
            f'<text x="{x(tick):.0f}" y="{BOTTOM + 15}" text-anchor="middle">{tick}</text>'
            for tick in step_ticks(STEPS)
        )
        drawn = [
            *(level(y(math.log(10.0**power)), f"{10.0**power:g}") for power in range(-4, 3)),
            line(path(run.losses), OWN),
            line(path(run.distances), HELD, "6 3"),
            key(LEFT, "loss", OWN),
            key(LEFT + 70, "furthest weight from the hidden one", HELD, "6 3"),
            f'<text x="{(LEFT + RIGHT) / 2}" y="{BOTTOM + 30}" text-anchor="middle">step</text>',
        ]
        self.value = (
            f'<svg role="img" aria-label="{html.escape(self.alternative, quote=True)}" '
            'viewBox="0 0 350 220" font-size="11" fill="currentColor" style="width: 380px; '
            "max-width: 100%; display: block; color: var(--jp-ui-font-color1, #222); "
            f'font-family: var(--jp-ui-font-family)">{"".join(drawn)}{ticks}</svg>'
        )

    @property
    def alternative(self) -> str:
        run, step = self.drawn
        return (
            f"Curves over {step} steps: the loss from {run.losses[0]:.2f} to "
            f"{run.losses[step]:.4f}, the distance from {run.distances[0]:.2f} to "
            f"{run.distances[step]:.3f}."
        )

    def still(self):
        """The same as a picture, for a page where widgets cannot run."""
        import io

        from PIL import Image

        from .. import figures

        run, step = self.drawn
        curves = {"loss": run.losses, "furthest weight": run.distances}
        logs = {name: np.log10(np.maximum(v[: step + 1], LOW)) for name, v in curves.items()}
        plot = figures.lines(np.arange(step + 1) / 1.0, logs, "step", "log10")
        return Image.open(io.BytesIO(plot.png())).convert("RGB")


class KernelBackLab(Lab):
    """Controls, kernels and curves; `state` is what the controls say, `view` what is shown."""

    def __init__(self):
        self.task = widgets.Dropdown(
            options=list(TASKS), description="task", style=NARROW, layout={"width": "290px"}
        )
        self.hidden = widgets.Dropdown(
            options=HIDDEN,
            description="hidden",
            tooltip="the hidden kernel",
            style={"description_width": "4em"},
            layout={"width": "210px"},
        )
        self.seed = slider(
            "start",
            0,
            0,
            STARTS - 1,
            name="start, the seed of all random numbers",
            style={"description_width": "3em"},
        )
        self.step = slider(
            "step", 0, 0, STEPS, name="step of the learning", width="380px", style=NARROW
        )
        self.play = widgets.Play(
            min=0,
            max=STEPS,
            interval=120,
            show_repeat=False,
            tooltip="play, pause: watch the kernel come back",
            layout={"width": "110px"},
        )
        widgets.jslink((self.play, "value"), (self.step, "value"))
        self.now = PixelGrid(size=190, numbers=True, format="{:.2f}", palette="diverging")
        self.target = PixelGrid(size=190, numbers=True, format="{:.2f}", palette="diverging")
        self.curves, self._told = Curves(), Sentence()
        self.show()
        super().__init__(
            [
                widgets.HBox([self.task, self.hidden, self.seed], layout=ROW),
                widgets.HBox([self.play, self.step], layout=ROW),
                self._told,
                widgets.HBox([self.now, self.target, self.curves], layout=ROW),
            ]
        )
        for control in (self.task, self.hidden, self.seed):
            control.observe(lambda _: self._anew(), "value")
        self.step.observe(lambda _: self.is_quiet or self.show(), "value")

    @property
    def state(self) -> State:
        return State(self.task.value, self.hidden.value, self.seed.value, self.step.value)

    @property
    def sentence(self) -> str:
        return self.view.sentence

    def _anew(self):
        """Another run begins at its first step."""
        with self.quiet():
            self.step.value = self.play.value = 0
        self.show()

    def show(self):
        self.view = view = look(self.state)
        size = 190 if view.now.shape[1] == 3 else 300
        for grid, pixels, title in (
            (self.now, view.now, "the learner's, now"),
            (self.target, view.hidden, "the hidden one" + "s" * (size == 300)),
        ):
            with grid.hold_sync():
                grid.size, grid.limits = size, (-view.reach, view.reach)
                grid.title = title
                grid.show(pixels)
        self.curves.draw(learned(*self.state[:3]), self.state.step)
        self._told.text = view.sentence

    def __repr__(self):
        return f"KernelBackLab({self.state})"


def kernel_back_lab() -> KernelBackLab:
    """The lab: a kernel is hidden, and small steps against the blame look for it."""
    return KernelBackLab()
