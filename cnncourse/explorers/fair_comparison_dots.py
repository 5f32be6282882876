"""The picture of fair_comparison_lab: every run as a dot, and the difference of every pair."""

import html
import io
import math

import ipywidgets as widgets

from .. import figures
from ..intervals import mean_interval
from .live_curves import FAINT, HELD, OWN, line, scale
from .words import decimals

LEFT, RIGHT = 66, 480
ROWS = {"first": (42, -18, OWN), "second": (96, 18, HELD)}  # dots, from there to the interval
AXIS, ZERO_ROW, ZERO_AXIS = 136, 206, 242


class Dots(widgets.HTML):
    """Two rows of runs, joined where they have the same seed; below, how far they are apart."""

    def __init__(self):
        super().__init__(layout={"flex": "1 1 400px", "max_width": "500px"})

    def draw(self, first, second, won):
        """first, second: accuracies in percent, None for runs to come; won: differences."""
        self.drawn = first, second, won
        groups = [[value for value in values if value is not None] for values in (first, second)]
        low, high = reach(*groups)
        x = scale(low, high, LEFT, RIGHT)
        drawn = [axis(x, low, high, AXIS, "percent of the held-out images right")]
        for one, other in zip(first, second, strict=True):
            if one is not None and other is not None:
                ends = [(x(one), ROWS["first"][0]), (x(other), ROWS["second"][0])]
                drawn.append(line(ends, FAINT, width=1))
        for (name, (y, bar, colour)), values in zip(ROWS.items(), groups, strict=True):
            drawn += [label(name, y), *row(x, values, y, bar, colour)]
        low, high = reach(won, [0.0])
        x = scale(low, high, LEFT, RIGHT)
        zero = [(x(0), ZERO_ROW - 26), (x(0), ZERO_AXIS)]
        drawn += [line(zero, "currentColor", "4 3", 1.5), label("second", ZERO_ROW - 7)]
        drawn += [label("− first", ZERO_ROW + 7), *row(x, won, ZERO_ROW, 18, FAINT)]
        drawn.append(
            axis(x, low, high, ZERO_AXIS, "points won, seed by seed (bars: 95% intervals)")
        )
        self.value = (
            f'<svg role="img" aria-label="{html.escape(self.alternative, quote=True)}" '
            'viewBox="0 0 500 278" font-size="12" fill="currentColor" style="width: 100%; '
            "display: block; color: var(--jp-ui-font-color1, #222); "
            f'font-family: var(--jp-ui-font-family)">{"".join(drawn)}</svg>'
        )

    @property
    def alternative(self) -> str:
        """What is drawn, in words."""
        told = []
        for name, values in zip(ROWS, self.drawn[:2], strict=True):
            there = [f"{value:.1f}" for value in values if value is not None]
            told.append(f"{name}: {', '.join(there) or 'no run yet'}")
        won = ", ".join(decimals(value, 1) for value in self.drawn[2])
        return f"Right in percent, {'; '.join(told)}. Second − first: {won or 'no pair yet'}."

    def still(self):
        """The same as a picture, for a page where widgets cannot run."""
        from PIL import Image

        from ..stills import text

        won = self.drawn[2]
        if len(won) < 2:
            return text("no two pairs of runs yet")
        plot = figures.runs({"second − first": won}, "points won, seed by seed", zero=True)
        return Image.open(io.BytesIO(plot.png())).convert("RGB")


def reach(*groups) -> tuple[float, float]:
    """Where an axis begins and ends, so that all values are seen and the intervals of their means.

    Without any values, or with zero alone, some room.
    """
    ends = [end for group in groups for end in group]
    for group in groups:
        ends += mean_interval(group)[1:] if len(group) > 1 else ()
    if not any(ends):
        ends = [-5.0, 5.0] if ends else [50.0, 100.0]
    room = max(0.06 * (max(ends) - min(ends)), 0.5)
    return min(ends) - room, max(ends) + room


def ticks(low: float, high: float) -> list[float]:
    """Round numbers, at most seven of them."""
    gaps = (digit * 10.0**power for power in range(-2, 4) for digit in (1, 2, 5))
    gap = next(gap for gap in gaps if (high - low) / gap <= 7)
    return [gap * place for place in range(math.ceil(low / gap), math.floor(high / gap) + 1)]


def axis(x, low: float, high: float, y: float, text: str) -> str:
    drawn = [f'<path d="M{LEFT} {y}H{RIGHT}" stroke="{FAINT}"/>']
    for tick in ticks(low, high):
        drawn.append(f'<path d="M{x(tick):.1f} {y}v4" stroke="{FAINT}"/>')
        shown = decimals(tick, 0 if float(tick).is_integer() else 1)
        drawn.append(f'<text x="{x(tick):.1f}" y="{y + 16}" text-anchor="middle">{shown}</text>')
    drawn.append(f'<text x="{(LEFT + RIGHT) / 2}" y="{y + 31}" text-anchor="middle">{text}</text>')
    return "".join(drawn)


def label(text: str, y: float) -> str:
    return f'<text x="{LEFT - 12}" y="{y + 4}" text-anchor="end">{text}</text>'


def row(x, values, y: float, bar: float, colour: str) -> list[str]:
    """A dot for each value, and the mean and its interval where there are two or more."""
    drawn = [
        f'<circle cx="{x(value):.1f}" cy="{y}" r="4.5" fill="{colour}" opacity="0.8"/>'
        for value in values
    ]
    if len(values) > 1:
        mean, *ends = (x(place) for place in mean_interval(values))
        y += bar
        drawn.append(line([(end, y) for end in ends], "currentColor", width=2))
        drawn += [line([(end, y - 5), (end, y + 5)], "currentColor") for end in ends]
        drawn.append(f'<circle cx="{mean:.1f}" cy="{y}" r="4.5" fill="currentColor"/>')
    return drawn
