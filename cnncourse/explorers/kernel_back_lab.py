"""The lab in which a hidden kernel comes back, step by step, or does not."""

import functools
import math
from typing import NamedTuple

import ipywidgets as widgets
import numpy as np

from .. import data, figures
from ..pixels import PixelGrid
from ..shapes import Array
from .chart import Chart, dot, note, round_numbers
from .kernel_back import GREY, STEPS, TASKS, Learned, Task, layer, learn, picture
from .lab import Lab, slider
from .live_curves import BOTTOM, HELD, LEFT, OWN, RIGHT, TOP, key, level, line, scale
from .words import Sentence

HIDDEN = "sobel_x", "sharpen", "emboss", "diagonal_down", "gaussian_blur"
STARTS = 6
NEAR = 0.1  # from here on a kernel has come back
LOW, HIGH = 1e-4, 100.0  # what the curves show, in powers of ten
BOX = "-14 0 364 220"  # wide enough on the left for the longest number
ROW = {"flex_flow": "row wrap", "grid_gap": "4px 12px", "align_items": "center"}
LARGE = 200  # the side of a single kernel; two of them lie within it
NARROW = {"description_width": "3.6em"}
learned = functools.cache(learn)


class State(NamedTuple):
    """Everything the controls say."""

    task: str = "one kernel"
    hidden: str = "sobel_x"
    seed: int = 0
    step: int = 0


class View(NamedTuple):
    """Everything the lab shows; the kernels are (3, 3, f)."""

    now: Array
    hidden: Array
    reach: float
    photo_now: Array  # (h, w), what they make of a photograph that the learner has not seen
    photo_hidden: Array
    shown: Array  # (24, 24), what the learner is shown
    wrong: Array  # (22, 22), what its layer makes of that, minus what it should
    loss: float
    distance: float
    sentence: str


def look(state: State) -> View:
    """What the lab shows after so many steps."""
    run = learned(state.task, state.hidden, state.seed)
    now = run.kernels[state.step]
    loss, distance = run.losses[state.step], run.distances[state.step]
    told = (
        f"{TASKS[state.task].about} Step {state.step}: the loss is {loss:.4f}, and the "
        f"weight that is furthest off is {distance:.3f} from the hidden one. "
        f"{ending(run, state.step)}"
    )
    reach = float(max(np.abs(run.hidden).max(), np.abs(run.kernels).max()))
    task, x = TASKS[state.task], shown(state)
    learner = task, now, run.biases[state.step]
    teacher = task, run.hidden, np.full(task.kernels, task.bias)
    photos = [through(photograph(), *layer) for layer in (learner, teacher)]
    wrong = through(x, *learner) - through(x, *teacher)
    return View(now, run.hidden, reach, *photos, x, wrong, loss, distance, told.rstrip())


def shown(state: State) -> Array:
    """The picture of a run, which is the first that it draws.   -> (24, 24)"""
    return picture(TASKS[state.task].pixels, np.random.default_rng(state.seed))[0, :, :, 0]


def through(x: Array, task: Task, kernels: Array, biases: Array) -> Array:
    """A picture through a layer of a task.   (h, w) -> (oh, ow)"""
    return layer(x[None, :, :, None], kernels[:, :, None], biases, task.relu)[0][0, :, :, 0]


@functools.cache
def photograph() -> Array:
    """A man behind a camera, a quarter as large.   -> (128, 128)"""
    grey = data.photograph("camera").astype(float)
    return grey.reshape(128, 4, 128, 4).mean(axis=(1, 3))


def ending(run: Learned, step: int) -> str:
    """What there is to say beyond the numbers."""
    if not run.alive:
        return "No blame arrives at any weight: it will stay as it is."
    came_back = step == STEPS and run.distances[-1] < NEAR
    if len(run.order) == 1 or not came_back:
        return ""
    which = "same" if run.order == sorted(run.order) else "other"
    return f"The kernels have come back in the {which} order."


class Curves(Chart):
    """Loss and distance up to a step, on a scale of powers of ten."""

    def draw(self, run: Learned, step: int):
        self.drawn = run, step
        x, y = scale(0, STEPS, LEFT, RIGHT), scale(math.log(LOW), math.log(HIGH), BOTTOM, TOP)

        def path(values):
            kept = [min(max(value, LOW), HIGH) for value in values[: step + 1]]
            return [(x(place), y(math.log(value))) for place, value in enumerate(kept)]

        losses, distances = path(run.losses), path(run.distances)
        parts = [
            *(level(y(math.log(10.0**power)), f"{10.0**power:g}") for power in range(-4, 3)),
            *(note(x(tick), BOTTOM + 15, f"{tick:g}") for tick in round_numbers(0, STEPS)),
            line(losses, OWN),
            line(distances, HELD, "6 3"),
            dot(*losses[-1], OWN),
            dot(*distances[-1], HELD),
            key(LEFT, "loss", OWN),
            key(LEFT + 70, "furthest weight from the hidden one", HELD, "6 3"),
            note((LEFT + RIGHT) / 2, BOTTOM + 30, "step"),
        ]
        self.paint(parts, BOX)

    @property
    def alternative(self) -> str:
        run, step = self.drawn
        return (
            f"Curves over {step} steps: the loss from {run.losses[0]:.2f} to "
            f"{run.losses[step]:.4f}, the distance from {run.distances[0]:.2f} to "
            f"{run.distances[step]:.3f}."
        )

    def plot(self):
        run, step = self.drawn
        places = np.unique(np.linspace(0, step, 11).round().astype(int))
        curves = {"loss": run.losses, "furthest weight": run.distances}
        logs = {name: np.log10(np.maximum(v, LOW))[places] for name, v in curves.items()}
        return figures.lines(places, logs, "step", "log10")


def grid() -> PixelGrid:
    return PixelGrid(np.zeros((3, 3)), numbers=True, format="{:.2f}", palette="diverging")


def photo(which: str) -> PixelGrid:
    """What a photograph becomes that the learner has never seen."""
    label = f"a photograph through what is {which}"
    title = "a photograph through it"
    return PixelGrid(
        np.zeros((126, 126)), palette="diverging", size=LARGE, title=title, label=label
    )


def small(title: str, **look) -> PixelGrid:
    return PixelGrid(np.zeros((22, 22)), size=150, title=title, label=f"{title}, in pixels", **look)


class KernelBackLab(Lab):
    """Controls, kernels and curves; `state` is what the controls say, `view` what is shown."""

    def __init__(self):
        self.task = widgets.Dropdown(
            options=list(TASKS), description="task", style=NARROW, layout={"width": "290px"}
        )
        self.hidden = widgets.Dropdown(
            options=HIDDEN,
            description="hidden",
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
        self.now, self.target = [grid(), grid()], [grid(), grid()]
        self.photo_now, self.photo_hidden = photo("now"), photo("hidden")
        self.shown = small("what it is shown")
        self.wrong = small("where it is wrong", palette="diverging")
        self.curves, self._told = Curves(layout={"max_width": "380px"}), Sentence()
        self._anew()
        super().__init__(
            [
                widgets.HBox([self.task, self.hidden, self.seed], layout=ROW),
                widgets.HBox([self.play, self.step], layout=ROW),
                self._told,
                widgets.HBox(
                    [
                        widgets.VBox([widgets.HBox(self.now), self.photo_now]),
                        widgets.VBox([widgets.HBox(self.target), self.photo_hidden]),
                        widgets.VBox(
                            [self.curves, widgets.HBox([self.shown, self.wrong])],
                            layout={"flex": "1 1 250px", "min_width": "0"},
                        ),
                    ],
                    layout={"grid_gap": "12px"},
                ),
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
        self._show_kernels(self.target, self.view.hidden, "hidden")
        grey = TASKS[self.task.value].pixels == GREY
        self.shown.palette, self.shown.limits = ("grey", (0, 1)) if grey else ("diverging", None)
        self.shown.show(self.view.shown)
        made = self.view.wrong, self.view.photo_hidden
        wrong, hidden = (max(float(np.abs(each).max()), 1e-6) for each in made)
        self.wrong.limits = -wrong, wrong  # of the first step, so that it fades
        for photo in (self.photo_now, self.photo_hidden):
            photo.limits = -hidden, hidden
        self.photo_hidden.show(self.view.photo_hidden)

    def show(self):
        self.view = view = look(self.state)
        self._show_kernels(self.now, view.now, "now")
        self.photo_now.show(view.photo_now)
        self.wrong.show(view.wrong)
        self.curves.draw(learned(*self.state[:3]), self.state.step)
        self._told.text = view.sentence

    def _show_kernels(self, grids: list[PixelGrid], kernels: Array, what: str):
        count = kernels.shape[2]
        for i, grid in enumerate(grids):
            grid.layout.display = "" if i < count else "none"
            if i < count:
                with grid.hold_sync():
                    grid.size, grid.limits = (
                        LARGE // count,
                        (-self.view.reach, self.view.reach),
                    )
                    grid.title = what if count == 1 else f"{what} {i + 1}"
                    grid.show(kernels[:, :, i])

    def __repr__(self):
        return f"KernelBackLab({self.state})"


def kernel_back_lab() -> KernelBackLab:
    """The lab: a kernel is hidden, and small steps against the blame look for it."""
    return KernelBackLab()
