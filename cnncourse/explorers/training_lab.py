"""The training lab: watch a network learn, pause it, change the learning rate, go on."""

import asyncio
import time

import ipywidgets as widgets
import numpy as np

from .. import figures, layers, optim, train
from ..pixels import PixelGrid
from ..shapes import sizes
from .words import Sentence, number

BETWEEN_PICTURES = 0.3  # seconds; more often would cost training time, and nobody sees more


class TrainingLab(widgets.VBox):
    """Buttons, curves, kernels and a table of confusions around `train.fit`."""

    def __init__(self, make_net, x, y, held, lr, momentum, batch_size, seed):
        self.make_net, self.x, self.y, self.held = make_net, x, y, held
        self.batch_size, self.seed, self.momentum = batch_size, seed, momentum
        self._make_controls(lr)
        self._plot = figures.Curves()
        self._curves = widgets.Image(format="png", layout={"width": "640px", "height": "270px"})
        self.kernels = PixelGrid(size=310, palette="diverging", title="kernels of the first layer")
        self.confusion = PixelGrid(
            size=310,
            palette="cividis",
            numbers=True,
            title="rows: true label, columns: what the network says",
        )
        self._told = Sentence()
        self.running = False
        self.restart()
        row = {"flex_flow": "row wrap", "gap": "1.2em"}
        super().__init__(
            [
                widgets.HBox([self.go, self.again, self.rate], layout=row),
                self._told,
                self._curves,
                widgets.HBox([self.kernels, self.confusion], layout=row),
            ]
        )

    def _make_controls(self, lr):
        self.go = widgets.Button(description="Train", button_style="primary", icon="play")
        self.again = widgets.Button(description="Start again", icon="undo")
        self.rate = widgets.FloatLogSlider(
            value=lr,
            min=-4,
            max=1,
            step=0.1,
            description="learning rate",
            readout_format=".4f",
            style={"description_width": "7em"},
            layout={"width": "380px"},
        )
        self.go.on_click(lambda _: self.pause() if self.running else self.start())
        self.again.on_click(lambda _: self.restart())
        self.rate.observe(self._set_rate, "value")

    def _set_rate(self, change):
        self.optimizer.lr = change["new"]

    def restart(self):
        """A new network, nothing learned yet."""
        self.pause()
        self.net = self.make_net(np.random.default_rng(self.seed))
        self.optimizer = optim.SGD(lr=self.rate.value, momentum=self.momentum)
        self.records, self.checks, self.trouble = [], [], ""
        self._steps = train.fit(
            self.net,
            self.x,
            self.y,
            epochs=10**6,
            batch_size=self.batch_size,
            optimizer=self.optimizer,
            rng=np.random.default_rng(self.seed),
        )
        self.check()
        self.show()

    def train(self, steps: int):
        """Train so many steps now, showing how it goes."""
        shown = time.monotonic()
        for _ in range(steps):
            if not self._step():
                break
            if time.monotonic() - shown > BETWEEN_PICTURES:
                self.show()
                shown = time.monotonic()
        self.check()
        self.show()

    def start(self):
        """Train until `pause`, while the notebook stays alive."""
        if not self.running and not self.trouble:
            self.running = True
            self.go.description, self.go.icon = "Pause", "pause"
            self._task = asyncio.get_running_loop().create_task(self._run())

    def pause(self):
        """Stop after the present step."""
        self.running = False
        self.go.description, self.go.icon = "Train", "play"

    async def _run(self):
        shown = checked = time.monotonic()
        while self.running and self._step():
            now = time.monotonic()
            if now - checked > 4 * BETWEEN_PICTURES:
                self.check()
                checked = time.monotonic()
            if now - shown > BETWEEN_PICTURES:
                self.show()
                shown = time.monotonic()
            await asyncio.sleep(0)  # let the sliders and buttons have their turn
        self.pause()
        self.check()
        self.show()

    def _step(self) -> bool:
        """One step; False where the network cannot learn on."""
        try:
            with np.errstate(over="ignore", invalid="ignore"):  # said in words instead
                self.records.append(next(self._steps))
        except ValueError as problem:
            self.trouble = f"Training stopped at step {len(self.records)}. {problem}"
        return not self.trouble

    def check(self):
        """Try the network on the images kept aside."""
        x, y = self.held
        with np.errstate(over="ignore", invalid="ignore"):
            said = self.net(x).argmax(axis=1)
        labels = max(int(y.max()), int(said.max())) + 1
        self.table = np.zeros((labels, labels), np.int64)
        np.add.at(self.table, (y, said), 1)
        self.checks.append((len(self.records), float((said == y).mean())))

    def show(self):
        """Bring the pictures and the sentence up to date."""
        losses = [r.loss for r in self.records]
        rights = [r.accuracy for r in self.records]
        self._plot.update(losses, rights, self.checks)
        self._curves.value = self._plot.png()
        w = self.net.layers[0].params["w"]
        if w.ndim == 4:
            count = min(w.shape[3], 32)
            self.kernels.show(
                figures.tile(
                    [w[:, :, :, f].mean(axis=2) for f in range(count)], 8 if count > 4 else 4
                )
            )
            self.kernels.label = (
                f"{count} kernels, weights from {number(w.min())} to {number(w.max())}"
            )
        mistakes = self.table.astype(float)
        np.fill_diagonal(mistakes, np.nan)
        self.confusion.show(mistakes)
        self.confusion.label = (
            f"table of {np.nansum(mistakes):.0f} mistakes"
        )
        self._told.text = self.sentence

    @property
    def sentence(self) -> str:
        step, share = self.checks[-1]
        kept = len(self.held[1])
        told = f"After {step} steps: {share:.1%} of {kept} images kept aside are right"
        if self.records:
            recent = self.records[-25:]
            loss = sum(r.loss for r in recent) / len(recent)
            told = (
                f"Step {len(self.records)}, epoch {recent[-1].epoch + 1}: loss {loss:.3f}. {told}"
            )
        return self.trouble or told + "."

    def __repr__(self):
        return f"TrainingLab({len(self.records)} steps, learning rate {self.rate.value:g})"


def training_lab(
    x,
    y,
    *,
    make_net=layers.course_cnn,
    kept_aside=2000,
    lr=0.05,
    momentum=0.9,
    batch_size=64,
    seed=0,
) -> TrainingLab:
    """Train a network live on images x, (n, h, w, c), with labels y, (n,).

    make_net: a function of a random generator that returns a new network.
    kept_aside: so many of the last images are not trained on, but used to see what was learned.
    """
    n = sizes(x, "n h w c", "training_lab: x")[0]
    if not 1 <= kept_aside < n:
        raise ValueError(
            f"training_lab: kept_aside should be between 1 and {n - 1}, but is {kept_aside!r}."
        )
    held = x[n - kept_aside :], y[n - kept_aside :]
    x, y = x[: n - kept_aside], y[: n - kept_aside]
    return TrainingLab(make_net, x, y, held, lr, momentum, batch_size, seed)
