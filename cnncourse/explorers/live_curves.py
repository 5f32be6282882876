"""Loss and accuracy against the step, drawn anew several times a second while a network learns.

A few lines of SVG, not a figure of matplotlib's: it takes a few milliseconds, follows the colours
of the page, dark or light, and says in words what it shows.
"""

import html
import io
import math

import ipywidgets as widgets
import numpy as np

from .. import figures

WIDTH, HEIGHT = 350, 220  # of each of the two panels
LEFT, RIGHT, TOP, BOTTOM = 40, 332, 24, 184  # where its axes are
MOST = 300  # points of a curve: more of them cannot be told apart
OWN, HELD, FAINT = "#2b83c6", "#d9730d", "#8a8a8a"  # seen on white and on black


class LiveCurves(widgets.HTML):
    """`draw` shows new values; `figures.curves` is what a page without widgets shows instead."""

    def __init__(self, guess: float):
        super().__init__()
        self.guess = guess

    def draw(self, losses, accuracies, held, rates) -> None:
        """held: (step, accuracy) of held-out images; rates: (step, rate), one for each change."""
        self.drawn = losses, accuracies, held
        steps = max(len(losses), 10)
        finite = [loss for loss in losses if math.isfinite(loss)] + [self.guess]
        low, high = min(max(min(finite), 1e-4) / 1.3, 0.2), max(finite) * 1.3
        loss_y = scale(math.log(low), math.log(high), BOTTOM, TOP)
        share_y, x = scale(0, 1, BOTTOM, TOP), scale(0, steps, LEFT, RIGHT)

        def log_y(loss):
            return loss_y(math.log(loss)) if low < loss < math.inf else BOTTOM

        smooth = figures.smooth(losses), figures.smooth(accuracies)
        marks = "".join(upright(x(step)) for step, _ in rates)
        left = [
            *(level(log_y(tick), f"{tick:g}") for tick in loss_ticks(low, high)),
            line([(LEFT, log_y(self.guess)), (RIGHT, log_y(self.guess))], FAINT, "1.5 3", 1.5),
            dots([(x(step), log_y(loss)) for step, loss in thinned(losses)]),
            line([(x(step), log_y(loss)) for step, loss in thinned(smooth[0])], OWN),
            marks,
            *(
                f'<text transform="translate({x(step) - 3:.0f},{TOP}) rotate(-90)" '
                f'text-anchor="end">rate {rate:g}</text>'
                for step, rate in rates
            ),
            key(LEFT, "loss: mean of the last 25 batches", OWN),
            key(LEFT + 220, "guessing", FAINT, "1.5 3"),
        ]
        points = [(x(step), share_y(share)) for step, share in held]
        right = [
            *(level(share_y(tick / 5), f"{tick / 5:g}") for tick in range(6)),
            line([(x(step), share_y(share)) for step, share in thinned(smooth[1])], OWN),
            line(points, HELD),
            "".join(
                f'<circle cx="{a:.0f}" cy="{b:.0f}" r="2.5" fill="{HELD}"/>' for a, b in points
            ),
            marks,
            key(LEFT, "accuracy: last 25 batches", OWN),
            key(LEFT + 180, "held-out images", HELD),
        ]
        ticks = "".join(
            f'<text x="{x(tick):.0f}" y="{BOTTOM + 15}" text-anchor="middle">{tick:,}</text>'
            for tick in step_ticks(steps)
        )
        ticks += (
            f'<text x="{(LEFT + RIGHT) / 2}" y="{BOTTOM + 30}" text-anchor="middle">step</text>'
        )
        self.value = (
            f'<svg role="img" aria-label="{html.escape(self.alternative, quote=True)}" '
            f'viewBox="0 0 {2 * WIDTH + 10} {HEIGHT}" font-size="11" fill="currentColor" '
            'style="width: 100%; max-width: 800px; display: block; '
            'color: var(--jp-ui-font-color1, #222); font-family: var(--jp-ui-font-family)">'
            f"<g>{''.join(left)}{ticks}</g>"
            f'<g transform="translate({WIDTH + 10},0)">{"".join(right)}{ticks}</g></svg>'
        )

    @property
    def alternative(self) -> str:
        """What the curves show, in words."""
        losses, accuracies, held = self.drawn
        if not len(losses):
            return "Curves of loss and accuracy, still empty: nothing has been learned yet."
        loss, share = figures.smooth(losses), figures.smooth(accuracies)
        return (
            f"Curves over {len(losses)} steps. Loss: from {loss[0]:.2f} to {loss[-1]:.2f}, lowest "
            f"{loss.min():.2f}; guessing costs {self.guess:.2f}. Accuracy: of the batches from "
            f"{share[0]:.0%} to {share[-1]:.0%}, of the held-out images from {held[0][1]:.0%} to "
            f"{held[-1][1]:.0%}."
        )

    def still(self):
        """The same as a picture, for a page where widgets cannot run."""
        from PIL import Image

        plot = figures.curves(*self.drawn, guess=self.guess)
        return Image.open(io.BytesIO(plot.png())).convert("RGB")


def scale(low: float, high: float, start: float, end: float):
    """A function that maps low to start and high to end, evenly between."""
    return lambda value: start + (value - low) / (high - low) * (end - start)


def thinned(values) -> list[tuple[int, float]]:
    """(step, value) of at most MOST values, evenly chosen, the last among them."""
    places = np.linspace(1, len(values), min(len(values), MOST)).round().astype(int)
    return [(int(place), float(values[place - 1])) for place in places]


def step_ticks(steps: int) -> range:
    """Round numbers of steps from 0 on, at most six of them."""
    gaps = (digit * 10**power for power in range(9) for digit in (1, 2, 5))
    return range(0, steps + 1, next(gap for gap in gaps if steps <= 5 * gap))


def loss_ticks(low: float, high: float) -> list[float]:
    """1, 2 and 5 times powers of ten, or powers alone where those would be crowded."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    digits = (1, 2, 5) if high < 500 * low else (1,)
    ticks = [float(f"{digit}e{power}") for power in powers for digit in digits]
    return [tick for tick in ticks if low <= tick <= high]


def line(points, colour: str, dashes: str = "", width: float = 2) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return (
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}" '
        f'stroke-dasharray="{dashes}"/>'
    )


def dots(points) -> str:
    path = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in points)
    return (
        f'<path d="{path}" stroke="{OWN}" stroke-width="3.5" stroke-linecap="round" '
        'fill="none" opacity="0.55"/>'
    )


def level(y: float, text: str) -> str:
    """A line across a panel at a value, and the value."""
    return (
        f'<path d="M{LEFT} {y:.1f}H{RIGHT}" stroke="{FAINT}" opacity="0.4"/>'
        f'<text x="{LEFT - 5}" y="{y + 4:.1f}" text-anchor="end">{text}</text>'
    )


def upright(x: float) -> str:
    return f'<path d="M{x:.1f} {TOP}V{BOTTOM}" stroke="{FAINT}" stroke-dasharray="4 3"/>'


def key(x: float, text: str, colour: str, dashes: str = "") -> str:
    """A piece of a line in its colour, and what it is."""
    piece = line([(x, 10), (x + 16, 10)], colour, dashes)
    return f'{piece}<text x="{x + 21}" y="14">{html.escape(text)}</text>'
