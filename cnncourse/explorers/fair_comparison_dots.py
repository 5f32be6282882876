"""The picture of fair_comparison_lab: every run as a dot, and the difference of every pair."""

from .. import figures
from ..intervals import mean_interval
from ..stills import text
from .chart import Chart, dot, note, round_numbers
from .live_curves import FAINT, HELD, OWN, line, scale
from .words import decimals

LEFT, RIGHT = 66, 480
ROWS = {"first": (42, -18, OWN), "second": (96, 18, HELD)}  # dots, from there to the interval
AXIS, ZERO_ROW, ZERO_AXIS = 136, 206, 242


class Dots(Chart):
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
        self.paint(drawn, "0 0 500 278", letters=12, width="100%")

    @property
    def alternative(self) -> str:
        """What is drawn, in words."""
        told = []
        for name, values in zip(ROWS, self.drawn[:2], strict=True):
            there = [f"{value:.1f}" for value in values if value is not None]
            told.append(f"{name}: {', '.join(there) or 'no run yet'}")
        won = ", ".join(decimals(value, 1) for value in self.drawn[2])
        return f"Right in percent, {'; '.join(told)}. Second − first: {won or 'no pair yet'}."

    def plot(self):
        won = {"second − first": self.drawn[2]}
        return figures.runs(won, "points won, seed by seed", zero=True)

    def still(self):
        return super().still() if len(self.drawn[2]) > 1 else text("no two pairs of runs yet")


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


def axis(x, low: float, high: float, y: float, words: str) -> str:
    drawn = [f'<path d="M{LEFT} {y}H{RIGHT}" stroke="{FAINT}"/>']
    for tick in round_numbers(low, high, most=8):
        drawn.append(f'<path d="M{x(tick):.1f} {y}v4" stroke="{FAINT}"/>')
        shown = decimals(tick, 0 if float(tick).is_integer() else 1)
        drawn.append(note(x(tick), y + 16, shown))
    drawn.append(note((LEFT + RIGHT) / 2, y + 31, words))
    return "".join(drawn)


def label(name: str, y: float) -> str:
    return note(LEFT - 12, y + 4, name, "end")


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
        drawn.append(dot(mean, y, "currentColor"))
    return drawn
