"""The lab that compares two networks, if the comparison is fair, and says what came out of it."""

import asyncio
import html
from typing import NamedTuple

import ipywidgets as widgets

from .. import experiments
from ..experiments import SHRINKING, Setup, different, unfair
from ..intervals import mean_interval
from .fair_comparison_dots import Dots
from .lab import Lab, Task
from .words import Sentence, decimals

CHOICES = {
    "shrinking": SHRINKING,
    "filters": (16, 32),
    "dropout": (0.0, 0.25, 0.5),
    "move": (0, 1, 2),
    "images": (50, 100, 200),
    "steps": (50, 100),
}
MEANING = {
    "shrinking": "what makes the maps smaller",
    "filters": "filters of the first convolution",
    "dropout": "share of the numbers before the dense layer that are dropped",
    "move": "pixels by which training images move at most",
    "images": "training images",
    "steps": "steps of 32 images each",
    "seeds": "seeds",
}
COUNTS = 1, 2, 3, 4, 6, 8
START = dict(images=100, steps=50)
SIDES = "first", "second"


class State(NamedTuple):
    """What the controls say."""

    first: Setup
    second: Setup
    seeds: tuple[int, ...]
    second_seeds: tuple[int, ...]

    @property
    def why_not(self) -> str:
        """Why it would not be fair, or ''."""
        return unfair(*self)

    @property
    def wanted(self) -> list[tuple[Setup, int]]:
        """The runs that it asks for, in pairs."""
        return [(setup, seed) for seed in self.seeds for setup in self[:2]]


class View(NamedTuple):
    """What the lab shows: held-out accuracies in percent, None for a run that is still to come."""

    first: list[float | None]
    second: list[float | None]
    sentence: str

    @property
    def won(self) -> list[float]:
        """The points that the second won, for each seed for which both are done."""
        pairs = zip(self.first, self.second, strict=True)
        return [other - one for one, other in pairs if one is not None and other is not None]


def look(state: State, found: dict, looks: int = 1) -> View:
    """What the lab shows. found: (setup, seed) -> accuracy; looks: comparisons seen so far."""
    if why := state.why_not:
        return View([], [], f"Not fair, so it does not run. {why}")
    first, second = ([found.get((setup, seed)) for seed in state.seeds] for setup in state[:2])
    view = View(first, second, "")
    count, done = len(state.wanted), sum(key in found for key in state.wanted)
    if done < count:
        return view._replace(sentence=f"{fair(state)} {done} of {count} runs are done.")
    return view._replace(sentence=f"{fair(state)} {verdict(view.won, state, looks)}")


def fair(state: State) -> str:
    (name,) = different(*state[:2])
    values = (getattr(setup, name) for setup in state[:2])
    return "Fair: only {} differs, {} and {}.".format(name, *values)


def verdict(won: list[float], state: State, looks: int) -> str:
    """What the differences allow to say, and what not."""
    mean, low, high = mean_interval(won)
    told = (
        f"Second − first, {len(won)} seeds: mean {decimals(mean, 1)} points, 95% interval "
        f"{decimals(low, 1)} to {decimals(high, 1)}. "
    )
    if high - low < 1e-6:  # apart from rounding
        return f"{told}All differences are equal by chance: take more seeds."
    if low <= 0 <= high:
        return (
            f"{told}It includes 0: no difference is seen, and none is ruled out that lies in the "
            "interval. More seeds make it shorter."
        )
    setup = state.first
    so_many = "your first comparison" if looks == 1 else f"comparison {looks} in this lab"
    return (
        f"{told}It does not include 0: the {SIDES[low > 0]} is better with {setup.images} images, "
        f"{setup.steps} steps and these digits; of others this says nothing. It was {so_many}: of "
        "twenty between equal networks, about one looks like this."
    )


def all_done(state: State, view: View) -> bool:
    """Whether all runs of a fair comparison are done."""
    return not state.why_not and len(view.won) == len(state.seeds)


TASKS = (
    Task("press Run and read what came out.", all_done, "The last line says what the runs allow."),
    Task(
        "make the comparison unfair.",
        lambda state, view: bool(state.why_not),
        "It would not run: something should be alike.",
    ),
    Task(
        "make it fair again, choose 8 seeds, Run.",
        lambda state, view: all_done(state, view) and len(state.seeds) == 8,
        "More seeds, a shorter interval, unless the spread happens to grow.",
    ),
    Task(
        "find a difference: an interval without 0.",
        lambda state, view: all_done(state, view) and " is better with " in view.sentence,
        "Whoever tries long enough finds one, true or not: the lab counts.",
    ),
)


class FairComparisonLab(Lab):
    """Two setups side by side, a button, every run as a dot; `found` holds what has been run."""

    tasks = TASKS

    def __init__(self):
        self.found, self.looked, self.running = {}, [], False
        self.controls = {name: self._pair(name, options) for name, options in CHOICES.items()}
        self.controls["seeds"] = self._pair("seeds", COUNTS, ("the same", "other ones"))
        self.controls["seeds"][0].value = 4
        for name, value in START.items():
            for control in self.controls[name]:
                control.value = value
        self.controls["shrinking"][1].value = "stride"
        self.names = {name: widgets.HTML(layout={"width": "86px"}) for name in self.controls}
        self.go = widgets.Button(description="Run", icon="play", layout={"width": "100px"})
        self.bar = widgets.IntProgress(layout={"width": "200px"}, style={"bar_color": "#2b83c6"})
        self.dots, self._told = Dots(), Sentence()
        for pair in self.controls.values():
            for control in pair:
                control.observe(lambda _: self.show(), "value")
        self.go.on_click(lambda _: self.pause() if self.running else self.start())
        self.show()
        super().__init__([self._laid_out(), self._told])

    def _pair(self, name, options, others=None):
        return [
            widgets.Dropdown(
                options=choice,
                tooltip=f"{side}: {MEANING[name]}",
                layout={"width": "106px"},
            )
            for side, choice in zip(SIDES, (options, others or options), strict=True)
        ]

    def _laid_out(self):
        heads = [widgets.HTML(f"<b>{head}</b>") for head in ("", *SIDES)]
        cells = [cell for name, pair in self.controls.items() for cell in (self.names[name], *pair)]
        table = widgets.GridBox(
            [*heads, *cells],
            layout={"grid_template_columns": "repeat(3, auto)", "grid_gap": "0 6px"},
        )
        left = widgets.VBox([table, widgets.HBox([self.go, self.bar])])
        row = {"flex_flow": "row wrap", "grid_gap": "4px 20px", "align_items": "flex-start"}
        return widgets.HBox([left, self.dots], layout=row)

    @property
    def state(self) -> State:
        setups = [
            Setup(**{name: self.controls[name][side].value for name in CHOICES}) for side in (0, 1)
        ]
        count, which = (control.value for control in self.controls["seeds"])
        seeds = tuple(range(count))
        others = tuple(range(count, 2 * count))
        return State(*setups, seeds, seeds if which == "the same" else others)

    def show(self):
        """Bring everything that is seen up to date."""
        state = self.state
        wanted = [] if state.why_not else state.wanted
        done = sum(key in self.found for key in wanted)
        if wanted and done == len(wanted) and state not in self.looked:
            self.looked.append(state)
        self.view = view = look(state, self.found, len(self.looked))
        unlike = different(*state[:2]) + ["seeds"] * (state.seeds != state.second_seeds)
        for name, label in self.names.items():
            text = f"<b>{name} ≠</b>" if name in unlike else name
            label.value = f'<span title="{html.escape(MEANING[name])}">{text}</span>'
        self.bar.max, self.bar.value = max(len(wanted), 1), done
        self.dots.draw(view.first, view.second, view.won)
        self._told.text = view.sentence
        self.tried()

    def run(self) -> str:
        """Do all runs that are missing, now; what came out."""
        while self._step():
            pass
        return self.sentence

    def _step(self) -> bool:
        """Do the next run; False where there is none to do."""
        state = self.state
        missing = [] if state.why_not else [key for key in state.wanted if key not in self.found]
        if missing:
            _, outcome = experiments.trained(*missing[0])
            self.found[missing[0]] = 100 * outcome["held"]
            self.show()
        return len(missing) > 1

    def start(self):
        """Do the missing runs one by one, while the notebook stays alive."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise ValueError(
                "FairComparisonLab.start should be called in a notebook, where buttons have their "
                "turn between two runs, but there is no event loop here; use run()."
            ) from None
        self.running = True
        self.go.description, self.go.icon = "Pause", "pause"
        self._task = loop.create_task(self._go_on())

    def pause(self):
        """Stop after the present run."""
        self.running = False
        self.go.description, self.go.icon = "Run", "play"

    async def _go_on(self):
        try:
            while self.running and self._step():
                await asyncio.sleep(0.02)  # the bar, the dots and the buttons have their turn
        except KeyboardInterrupt:
            pass  # whoever interrupts the kernel wants a pause; raised here, it would end it
        finally:
            self.pause()

    def __repr__(self):
        return f"FairComparisonLab({self.sentence!r})"


def fair_comparison_lab() -> FairComparisonLab:
    """The lab: choose two networks and how many seeds; if it is fair, train and compare them."""
    return FairComparisonLab()
