"""The training lab: watch a network learn, pause it, change the learning rate, go on."""

import asyncio
import time
from typing import NamedTuple

import ipywidgets as widgets
import numpy as np

from .. import data, layers, networks, optim, train
from ..exercises import running
from ..shapes import Array, check_finite, check_fraction, check_int, shown, sizes
from .lab import Lab, Task
from .training_curves import TrainingCurves
from .words import Sentence

RATES = [float(f"{digit}e{power}") for power in range(-4, 1) for digit in (1, 2, 5)] + [10.0]
CELL = "width: 2.4em; height: 1.55em; padding: 0 1px; text-align: center"
RECENT = 25  # steps that count as now: one batch alone says little
SECONDS = 10.0  # how long a learner's function may take to make a network
MOVING = 1.0  # seconds: changes of the learning rate that follow sooner count as one
SHARE = 0.07  # of the time at most goes to the pictures, and as much to the held-out images
DRAW, TELL, CHECK = 0.09, 0.5, 1.0  # seconds between pictures, sentences, trials
PIECE = 128  # images that are tried at a time
SPANS = {"until I pause": 0, "10 steps": 10, "100 steps": 100, "1,000 steps": 1000}


class State(NamedTuple):
    """What the controls say."""

    rate: float
    running: bool
    changed: int  # the step at which the rate was changed last; 0: never


class View(NamedTuple):
    """What has become of the network."""

    steps: int
    accuracy: float  # on the held-out images, when they were last tried
    sentence: str


TASKS = (
    Task(
        "press Train, and pause once more than 95 % of the held-out images are right.",
        lambda state, view: view.accuracy > 0.95 and not state.running,
        "Compare the kernels with those at the start.",
    ),
    Task(
        "go on for 100 steps with a learning rate of 0.005.",
        lambda state, view: state.rate <= 0.005 and view.steps >= state.changed + 100 > 100,
        "Short steps: the accuracy goes up and down less.",
    ),
    Task(
        "start again with a rate of 2, and train.",
        lambda state, view: state.rate >= 2 and view.steps >= 20,
        "What does the table say now?",
    ),
)


class Pace:
    """Do something again and again, no more often than every so many seconds or at a small cost."""

    def __init__(self, seconds: float, work):
        self.seconds, self.work = seconds, work
        self.due = time.monotonic() + seconds

    def turns(self):
        """The work, if it is due, piece by piece."""
        start = time.monotonic()
        if start >= self.due:
            yield from self.work() or ()
            self.due = start + max(self.seconds, (time.monotonic() - start) / SHARE)


class TrainingLab(Lab):
    """Buttons, curves, kernels and a table of confusions around `train.fit`."""

    tasks = TASKS
    _training = None  # the one lab that trains now: two would only slow each other down

    def __init__(self, make_net, x, y, held, lr, momentum, batch_size, seed):
        self.make_net, self.x, self.y, self.held = make_net, x, y, held
        self.batch_size, self.seed, self.momentum = batch_size, seed, momentum
        self.labels = max(int(y.max()), int(held[1].max())) + 1
        self._make_controls(lr)
        self.curves = TrainingCurves(guess=float(np.log(self.labels)))
        self._table, self._told = widgets.HTML(), Sentence()
        self.running, self._steps = False, None
        self.restart()
        wrap = {"flex_flow": "row wrap", "grid_gap": "0.4em 1.6em", "align_items": "flex-start"}
        super().__init__(
            [
                widgets.HBox([self.go, self.span, self.again, self.rate], layout=wrap),
                self._told,
                self.curves,
                self._table,
            ]
        )

    def _make_controls(self, lr):
        self.go = widgets.Button(description="Train", icon="play", layout={"width": "100px"})
        self.span = widgets.Dropdown(
            options=SPANS,
            description="how long",
            tooltip="how long to train",
            style={"description_width": "5.5em"},
            layout={"width": "220px"},
        )
        self.again = widgets.Button(
            description="Start again",
            icon="undo",
            tooltip="forget everything: a new network",
            layout={"width": "120px"},
        )
        self.rate = widgets.SelectionSlider(
            options=[(f"{rate:g}", rate) for rate in sorted({*RATES, lr})],
            value=lr,
            description="learning rate",
            style={"description_width": "6.5em"},
            tooltip="learning rate",
            layout={"width": "330px"},
        )
        self.go.on_click(lambda _: self.pause() if self.running else self.start())
        self.again.on_click(lambda _: self.restart())
        self.rate.observe(self._set_rate, "value")

    def _set_rate(self, change):
        self.optimizer.lr = change["new"]
        step, now = len(self.records), time.monotonic()
        if self.changes and now - self._changed < MOVING:  # the slider is still on its way
            self.changes.pop()
        if step:
            self.changes.append((step, change["new"]))
            self._changed = now
        if not self.running:
            self.show()

    def restart(self):
        """A new network, nothing learned yet."""
        self.pause()
        if self._steps is not None:
            self._steps.close()
        self.net = self._made()
        self.optimizer = optim.SGD(lr=self.rate.value, momentum=self.momentum)
        self.records, self.checks, self.changes, self.trouble = [], [], [], ""
        self.go.disabled = False
        self._steps = train.fit(
            self.net,
            self.x,
            self.y,
            epochs=10**6,
            batch_size=self.batch_size,
            optimizer=self.optimizer,
            rng=np.random.default_rng(self.seed),
        )
        self.first = self.kernels.copy() if self._is_convolution() else None
        self.check()
        self.show()

    def _made(self) -> layers.Sequential:
        """What the learner's function makes; an error of its own is raised as it is."""
        rng = np.random.default_rng(self.seed)
        result = running.call(self.make_net, (rng,), seconds=SECONDS)
        print(result.printed, end="")
        if isinstance(result.error, Exception):
            raise result.error
        if result.error is not None:
            why = running.why_stopped(result.error, SECONDS)
            raise ValueError(f"training_lab: make_net should return a network, but {why}")
        return result.returned

    def train(self, steps: int):
        """Train so many steps now, showing how it goes."""
        check_int(steps, "TrainingLab.train: steps", 1)
        paces = self._paces()
        try:
            for _ in range(steps):
                if not self._step():
                    break
                for pace in paces:
                    for _ in pace.turns():
                        pass
        finally:  # after an interruption too: what is shown is true, and training can go on
            self._finish()

    def start(self):
        """Train until `pause`, or for as long as `span` says, while the notebook stays alive."""
        if self.running or self.trouble:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise ValueError(
                "TrainingLab.start should be called in a notebook, where buttons have their turn "
                "between two steps, but there is no event loop here; use train(steps)."
            ) from None
        if TrainingLab._training is not None:
            TrainingLab._training.pause()
        TrainingLab._training = self
        self.running = True
        self.go.description, self.go.icon = "Pause", "pause"
        self._task = loop.create_task(self._run())

    def pause(self):
        """Stop after the present step."""
        self.running = False
        self.go.description, self.go.icon = "Train", "play"
        if TrainingLab._training is self:
            TrainingLab._training = None

    async def _run(self):
        records, paces = self.records, self._paces()
        last = len(records) + (self.span.value or np.inf)
        try:
            while self.running and self.records is records and len(records) < last:
                if not self._step():
                    break
                await asyncio.sleep(0)  # let the slider and the buttons have their turn
                for pace in paces:
                    for _ in pace.turns():
                        await asyncio.sleep(0)
        except KeyboardInterrupt:
            pass  # whoever interrupts the kernel wants a pause; raised here, it would end it
        finally:
            if self.records is records:  # otherwise somebody has started again meanwhile
                self.pause()
                self._finish()

    def _finish(self):
        if self.checks[-1][0] != len(self.records):
            self.check()
        self.show()

    def _step(self) -> bool:
        """One step; False where the network cannot learn on."""
        if self.trouble:
            return False
        try:
            with np.errstate(over="ignore", invalid="ignore"):  # said in words instead
                self.records.append(next(self._steps))
        except ValueError:
            self.trouble = (
                f"Training stopped after {len(self.records):,} steps: the network's scores are no "
                "longer finite numbers. The steps were too large: choose a smaller learning rate "
                "and press Start again."
            )
            self.go.disabled = True
        return not self.trouble

    def check(self):
        """Try the network on the held-out images."""
        for _ in self._trial():
            pass

    def _trial(self):
        """The same piece by piece: a button does not wait for all of it."""
        x, y = self.held
        records, steps, pieces = self.records, len(self.records), []
        for start in range(0, len(x), PIECE):
            with np.errstate(over="ignore", invalid="ignore"):
                pieces.append(self.net(x[start : start + PIECE]))
            yield
            if self.records is not records:  # somebody has started again meanwhile
                return
        # If they are beyond numbers, `trouble` says so.
        scores = np.nan_to_num(np.concatenate(pieces))
        self.table = train.confusion(scores, y)
        self.checks.append((steps, float(self.table.trace() / len(y))))
        self.all_alike = len(x) > 1 and bool((scores == scores[0]).all())
        self._table.value = table_of(self.table)
        self._told.text = self.sentence

    def _paces(self):
        return [Pace(CHECK, self._trial), Pace(DRAW, self.draw), Pace(TELL, self.tell)]

    def draw(self):
        """Bring the curves and the kernels up to date: this is done ten times a second."""
        now = self.kernels if self._is_convolution() else None
        self.curves.draw(self.records, self.checks, self.changes, self.first, now)

    def tell(self):
        """Bring the words up to date, less often: nobody could read ten a second."""
        self.curves.tell()
        self._told.text = self.sentence
        self.tried()

    def show(self):
        """Bring all up to date."""
        self.draw()
        self.tell()

    @property
    def kernels(self) -> Array:
        """The kernels of the first layer as they are now.   -> (kh, kw, c, f)"""
        return self.net.layers[0].params["w"]

    def _is_convolution(self) -> bool:
        return isinstance(self.net.layers[0], layers.Conv2D)

    @property
    def state(self) -> State:
        changed = self.changes[-1][0] if self.changes else 0
        return State(self.rate.value, self.running, changed)

    @property
    def view(self) -> View:
        return View(len(self.records), self.checks[-1][1], self._said())

    def _said(self) -> str:
        if self.trouble:
            return self.trouble
        step, share = self.checks[-1]
        held = f"{share:.1%} of the {len(self.held[1]):,} held-out images"
        steps = len(self.records)
        if not steps:
            return f"Before any training, {held} are right."
        loss = np.mean([r.loss for r in self.records[-RECENT:]])
        epoch, guess = self.records[-1].epoch + 1, np.log(self.labels)
        told = f"After {steps:,} steps, in epoch {epoch}, the loss is about {loss:.3f}; {held} "
        ago = "1 step" if steps == step + 1 else f"{steps - step:,} steps"
        told += "are right" if step == steps else f"were right {ago} ago"
        if self.all_alike:
            return (
                f"{told}. The network now gives all of these the same scores. Where that follows "
                "large steps, its ReLUs let nothing pass any more, and so no gradient reaches its "
                "kernels: choose a smaller learning rate and press Start again."
            )
        if loss > 1.5 * guess:
            return (
                f"{told}. The loss is far above {guess:.3f}, that of guessing: the steps are too "
                "large. Choose a smaller learning rate."
            )
        return told + "."

    def __repr__(self):
        return f"TrainingLab({len(self.records)} steps, learning rate {self.rate.value:g})"


def table_of(table: Array) -> str:
    """A table of counts as HTML: rows are true labels, columns what the network said."""
    most = max(int((table - np.diag(np.diag(table))).max()), 1)

    def cell(row, column):
        count = table[row, column]
        if row == column:
            look = "font-weight: 600"
        elif count:
            look = f"background: rgba(230, 120, 20, {0.75 * count / most:.2f})"
        else:
            look = "opacity: 0.6"
        return f'<td style="{CELL}; {look}">{count}</td>'

    head = "".join(f'<th scope="col" style="{CELL}">{label}</th>' for label in range(len(table)))
    rows = "".join(
        f'<tr><th scope="row" style="{CELL}">{row}</th>'
        + "".join(cell(row, column) for column in range(len(table)))
        + "</tr>"
        for row in range(len(table))
    )
    return (
        '<table style="border-collapse: collapse; line-height: 1.25; font-size: 12px">'
        '<caption style="text-align: left; font-weight: 600; font-size: 13px; padding: 4px 0">'
        "held-out images: rows their true label, columns what the network says</caption>"
        f'<thead><tr><td style="{CELL}"></td>{head}</tr></thead><tbody>{rows}</tbody></table>'
    )


def training_lab(
    x,
    y,
    *,
    make_net=networks.course_cnn,
    held_out=2000,
    lr=0.05,
    momentum=0.9,
    batch_size=64,
    seed=0,
) -> TrainingLab:
    """Train a network live on images x, (n, h, w, c), with labels y, (n,).

    make_net: a function of a random generator that returns a new network.
    held_out: so many of the last images are not trained on, but used to see what was learned.
    """
    sizes(x, "n h w c", "training_lab: x")
    x, y, *held = data.split(x, y, held_out=held_out, name="training_lab")
    check_finite(lr, "training_lab: lr")
    check_int(seed, "training_lab: seed", 0)
    check_int(batch_size, "training_lab: batch_size", 1)
    check_fraction(momentum, "training_lab: momentum")
    if not callable(make_net):
        raise ValueError(
            f"training_lab: make_net should be a function of rng, but is {shown(make_net)}."
        )
    return TrainingLab(make_net, x, y, held, lr, momentum, batch_size, seed)
