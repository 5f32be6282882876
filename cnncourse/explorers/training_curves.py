"""Loss, accuracy and kernels while a network learns, drawn ten times a second and more.

Only what is new travels: the points since the last picture and the weights of now, a few hundred
bytes in one message. training_curves.js keeps the rest and draws it.
"""

import io
import pathlib

import anywidget
import numpy as np
import traitlets

from .. import figures, stills
from ..pixels import colours, encode
from ..shapes import Array
from ..tiles import tile

MOST_KERNELS = 32


class TrainingCurves(anywidget.AnyWidget):
    """`draw` shows new values; `figures.curves` is what a page without widgets shows instead."""

    _esm = pathlib.Path(__file__).with_name("training_curves.js")
    _new = traitlets.Dict().tag(sync=True)
    _colours = traitlets.Bytes(colours("diverging").tobytes()).tag(sync=True)
    guess = traitlets.Float().tag(sync=True)  # the loss of guessing
    label = traitlets.Unicode().tag(sync=True)  # what the curves show, in words

    def __init__(self, guess: float):
        super().__init__(guess=guess)
        self._sent = 0, 0
        self.on_msg(lambda _, content, __: self._send_after(content["from"], content["held"]))

    def draw(self, records, held, rates, first=None, now=None) -> None:
        """Show what is new.

        records: one for each step; held: (step, accuracy) of held-out images; rates: (step, rate),
        one for each change.   first, now: kernels, (kh, kw, c, f), before training and now.
        """
        self.drawn, self.kernels = (records, held, rates), (first, now)
        if len(records) < self._sent[0]:  # somebody has started again
            self._sent = 0, 0
        self._send_after(*self._sent)

    def _send_after(self, step: int, check: int) -> None:
        """Send what came after that step and that trial of the held-out images."""
        records, held, rates = self.drawn
        points = [(record.loss, record.accuracy) for record in records[step:]]
        self._new = {
            "from": step,
            "points": np.array(points, np.float32).tobytes(),
            "held": {"from": check, "points": held[check:]},
            "rates": list(rates),  # a copy: the lab changes its list, which would look unchanged
            "shape": () if self.kernels[1] is None else flat(self.kernels[1]).shape,
            "kernels": [b"" if w is None else flat(w).tobytes() for w in self.kernels],
        }
        self._sent = len(records), len(held)

    def tell(self) -> None:
        """Bring the words for screen readers up to date."""
        self.label = self.alternative

    @property
    def alternative(self) -> str:
        """What the curves show, in words."""
        records, held, _ = self.drawn
        if not records:
            return "Curves of loss and accuracy, still empty: nothing has been learned yet."
        loss = figures.smooth([record.loss for record in records])
        right = figures.smooth([record.accuracy for record in records])
        return (
            f"Curves over {len(records)} steps. Loss: from {loss[0]:.2f} to {loss[-1]:.2f}, lowest "
            f"{loss.min():.2f}; guessing costs {self.guess:.2f}. Accuracy: of the batches from "
            f"{right[0]:.0%} to {right[-1]:.0%}, of the held-out images from {held[0][1]:.0%} to "
            f"{held[-1][1]:.0%}."
        )

    def still(self):
        """The same as a picture, for a page where widgets cannot run."""
        from PIL import Image

        records, held, rates = self.drawn
        losses = [record.loss for record in records]
        rights = [record.accuracy for record in records]
        plot = figures.curves(losses, rights, held, rates, self.guess)
        pictures = [Image.open(io.BytesIO(plot.png())).convert("RGB")]
        if self.kernels[1] is not None:
            reach = max(float(np.abs(flat(w)).max()) for w in self.kernels) or 1.0
            for name, w in zip(("at the start", "now"), self.kernels):
                levels = board(flat(w), reach)
                size = 7 * len(levels)
                pictures.append(stills.pixels(levels, colours("diverging"), size=size, title=name))
        return stills.beside(pictures)


def flat(w: Array) -> Array:
    """The first kernels of a layer, of several channels the mean.   -> (f, kh, kw) float32"""
    return w[..., :MOST_KERNELS].mean(axis=2).transpose(2, 0, 1).astype(np.float32)


def board(kernels: Array, reach: float) -> Array:
    """Kernels below each other as bytes, 0 between them.   (f, kh, kw) -> (h, w) uint8"""
    tiles = tile(np.moveaxis(kernels, 0, 2), columns=-(-len(kernels) // 8))
    return encode(tiles, (-reach, reach))
