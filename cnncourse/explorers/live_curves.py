"""The parts of a curve as SVG, in the colours of the page, dark or light."""

import html

LEFT, RIGHT, TOP, BOTTOM = 40, 332, 24, 184  # where its axes are
OWN, HELD, FAINT = "#2b83c6", "#d9730d", "#8a8a8a"  # seen on white and on black


def scale(low: float, high: float, start: float, end: float):
    """A function that maps low to start and high to end, evenly between."""
    return lambda value: start + (value - low) / (high - low) * (end - start)


def line(points, colour: str, dashes: str = "", width: float = 2) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return (
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}" '
        f'stroke-dasharray="{dashes}"/>'
    )


def level(y: float, text: str) -> str:
    """A line across a panel at a value, and the value."""
    return (
        f'<path d="M{LEFT} {y:.1f}H{RIGHT}" stroke="{FAINT}" opacity="0.4"/>'
        f'<text x="{LEFT - 5}" y="{y + 4:.1f}" text-anchor="end">{text}</text>'
    )


def key(x: float, text: str, colour: str, dashes: str = "") -> str:
    """A piece of a line in its colour, and what it is."""
    piece = line([(x, 10), (x + 16, 10)], colour, dashes)
    return f'{piece}<text x="{x + 21}" y="14">{html.escape(text)}</text>'
