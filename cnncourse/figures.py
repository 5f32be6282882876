"""Pictures: arrays in, a matplotlib figure out. No window is opened and no pyplot state is kept.

A figure shows itself as the last line of a notebook cell. The lessons follow each with a printed
sentence that holds its numbers. What shows training lies in curves.py; all are found here.
"""

import itertools

import numpy as np

from .architecture import architecture  # noqa: F401
from .curves import bowl, compare, curves, log_scale, side_by_side, smooth, valley  # noqa: F401
from .intervals import mean_interval
from .plots import INK, LINES, SECOND, Plot, named, numbers, plain, within
from .shapes import Array, as_array, check_bool, check_int, listed, shown
from .stopwatch import Limits, Step

MOST_NAMED = 30  # labels whose counts can be read


def pictures(
    images,
    titles=None,
    *,
    columns: int = 8,
    side=1.25,
    name: str = "pictures",
    signed=False,
    positive=False,
) -> Plot:
    """Small pictures side by side, grey or coloured.   images: a list of (h, w) or (h, w, 3)

    side: the longer side of the largest picture, in inches of 100 pixels
    signed: blue for values below zero, white for zero, red above, the same scale for all;
    positive: for values that cannot be below zero, dark blue for zero, yellow for the largest of
    all; otherwise each grey picture runs from black, 0, to white, 1.
    """
    images = [as_array(each, "pictures: images") for each in listed(images, "pictures: images")]
    check_int(columns, "pictures: columns", 1)
    within(side, "pictures: side", 0.01, 100)
    check_bool(signed, "pictures: signed")
    check_bool(positive, "pictures: positive")
    if (
        not images
        or any(image.dtype.kind not in "buif" or not image.size for image in images)
        or any(image.ndim not in (2, 3) for image in images)
    ):
        raise ValueError(
            "pictures: images should be a list of (h, w) or (h, w, 3) arrays, but have shapes "
            f"{shown([image.shape for image in images])}."
        )
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    height, width = (max(image.shape[axis] for image in images) for axis in (0, 1))
    high, wide = (side * length / max(height, width) for length in (height, width))
    titles = [] if titles is None else [str(t) for t in listed(titles, "pictures: titles")]
    if titles and len(titles) != len(images):
        raise ValueError(
            f"pictures: titles should be as many as images, {len(images)}, but are {len(titles)}."
        )
    # inches for the titles
    above = max((0.1 + 0.15 * len(title.splitlines()) for title in titles), default=0)
    plot = Plot(name, wide * columns + 0.2, (high + above) * rows + 0.1)
    axes = plot.subplots(rows, columns, squeeze=False).ravel()
    reach = max(float(np.abs(image).max()) for image in images) or 1.0
    look = dict(cmap="gray", vmin=0, vmax=1)
    if signed:
        look = dict(cmap="RdBu_r", vmin=-reach, vmax=reach)
    if positive:
        look = dict(cmap="cividis", vmin=0, vmax=reach)
    for ax in axes:
        ax.set_axis_off()
    for place, image in enumerate(images):
        axes[place].imshow(image, **look)
        if titles:
            axes[place].set_title(titles[place], fontsize=9)
    return plot


def lines(x, curves: dict, xlabel: str, ylabel: str) -> Plot:  # noqa: F811
    """Curves in one picture.   x: the places of all of them   curves: name -> a value for each

    Whole numbers of `x` get a mark on the curve, and are the ticks of its axis.
    """
    x, curves = numbers(x, "lines: x"), named(curves, "lines: curves")
    if not curves or any(len(values) != len(x) for values in curves.values()):
        raise ValueError(
            f"lines: curves should hold one value for each of the {len(x)} places of x, but hold "
            f"{[len(values) for values in curves.values()]}."
        )
    plot = Plot(", ".join(curves), 5.6 if len(curves) == 1 else 7.2, 2.8)
    ax = plot.subplots()
    few = all(float(place).is_integer() for place in x)
    mark = "o" if few else ""
    for (name, values), (colour, style) in zip(curves.items(), itertools.cycle(LINES)):
        ax.plot(x, values, color=colour, ls=style, lw=1.8, marker=mark, ms=4, label=name)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    if few:
        ax.set_xticks(x)
    if len(curves) > 1:
        ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize=9, frameon=False)
    plain(ax)
    return plot


def runs(groups: dict, xlabel: str, zero: bool = False) -> Plot:
    """Every run as a dot, and the mean with its 95% interval.   groups: name -> a value a run

    zero: draw a line at zero, where there is no difference.
    """
    groups = named(groups, "runs: groups")
    check_bool(zero, "runs: zero")
    if not groups or any(len(values) < 2 for values in groups.values()):
        raise ValueError(
            "runs: groups should hold at least two values for each name, but hold "
            f"{[len(values) for values in groups.values()]}."
        )
    plot = Plot(", ".join(groups), 7.2, 0.7 + 0.42 * len(groups))
    ax = plot.subplots()
    for row, values in enumerate(groups.values()):
        mean, low, high = mean_interval(values)
        ax.plot(values, np.full(len(values), row - 0.18), "o", ms=4, mew=0, color=INK, alpha=0.45)
        ax.plot([low, high], [row + 0.15] * 2, color=SECOND, lw=2, marker="|", ms=9)
        ax.plot(mean, row + 0.15, "D", ms=5, color=SECOND)
    if zero:
        ax.axvline(0, color="black", lw=0.8, ls=":")
    ax.set(xlabel=xlabel, yticks=range(len(groups)), ylim=(len(groups) - 0.5, -0.5))
    ax.set_yticklabels(list(groups), fontsize=9)
    plain(ax)
    return plot


def roofline(steps, one, every) -> Plot:
    """How fast each step is, under what the machine allows: a roof that rises, then is flat.

    steps: stopwatch.Steps   one, every: stopwatch.Limits of one core and of all
    Left of the bend memory sets the roof, right of it the matrix product.
    """
    steps = listed(steps, "roofline: steps")
    if not all(isinstance(step, Step) for step in steps):
        raise ValueError("roofline: steps should be those of a Staircase, but are others.")
    for name, limits in (("one", one), ("every", every)):
        if not isinstance(limits, Limits):
            raise ValueError(
                f"roofline: {name} should be what stopwatch.limits() gives, but is {shown(limits)}."
            )
    if not steps:
        raise ValueError("roofline: steps should hold at least one step, but hold none.")
    places = np.array([(step.intensity, step.rate / 1e9) for step in steps])
    bends = [limits.product / limits.memory for limits in (one, every)]
    low = min(places[:, 0].min(), one.product / one.cache) / 3
    high = 4 * max(places[:, 0].max(), *bends)
    plot = Plot("roofline", 9.2, 4.2)
    ax, x = plot.subplots(), np.geomspace(low, high, 200)
    roofs = (
        (one.cache, one.product, INK, ":", "one core, its cache"),
        (one.memory, one.product, INK, "-", "one core, memory"),
        (every.memory, every.product, SECOND, "--", f"all {every.cores} cores, memory"),
    )
    for bytes_, product, colour, style, name in roofs[: 3 if every.cores > 1 else 2]:
        ax.plot(x, np.minimum(x * bytes_, product) / 1e9, color=colour, ls=style, label=name)
    for number, (step, place) in enumerate(zip(steps, places), 1):
        colour = INK if step.cores == 1 else SECOND
        ax.plot(*place, "o", ms=6, color=colour, label=f"{number}  {step.name}", ls="")
    heights = _apart(places)
    for number, (step, place, height) in enumerate(zip(steps, places, heights), 1):
        colour = INK if step.cores == 1 else SECOND
        line = dict(arrowprops=dict(arrowstyle="-", color="0.5", lw=0.7), va="center")
        beside = (place[0] * 1.3, height)
        ground = dict(fc="white", ec="none", pad=0.6)
        ax.annotate(f"{number}", place, beside, fontsize=9, color=colour, bbox=ground, **line)
    log_scale(ax, "xy")
    ax.set_xlim(low, high)
    ax.set(xlabel="multiply-adds for each byte touched", ylabel="billion multiply-adds a second")
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize=9, frameon=False)
    plain(ax)
    return plot


def _apart(places: Array) -> Array:
    """The height of a label beside each dot, far enough from the others of its column.   (n, 2)"""
    heights = np.log10(places[:, 1])
    least = np.ptp(heights) / 22 + 0.02  # about a line of text
    for column in np.unique(places[:, 0]):
        inside = np.flatnonzero(places[:, 0] == column)
        inside = inside[np.argsort(heights[inside])]
        wanted, steps = heights[inside], least * np.arange(len(inside))
        moved = np.maximum.accumulate(wanted - steps) + steps
        heights[inside] = moved - (moved - wanted).max() / 2
    return 10**heights


def confusion(table: Array) -> Plot:
    """A table of counts: each row a true label, each column what the network said.

    With more than 30 labels, colours alone show the counts.
    """
    table = as_array(table, "confusion: table")
    if table.ndim != 2 or table.shape[0] != table.shape[1] or not table.size:
        raise ValueError(f"confusion: table should be square, but has shape {table.shape}.")
    if table.dtype.kind not in "iuf":
        raise ValueError(f"confusion: table should hold numbers, but its dtype is {table.dtype}.")
    plot = Plot("confusion matrix", 5.2, 4.6)
    draw_confusion(plot.subplots(), table)
    return plot


def draw_confusion(ax, table: Array, labels=None) -> None:
    """The table of `confusion` on some axes; labels: their names, in place of numbers."""
    mistakes = table.astype(float)
    np.fill_diagonal(mistakes, np.nan)  # far more are right: no colour would be left
    shown = ax.imshow(mistakes, cmap="cividis", vmin=0)
    reach = np.nanmax(mistakes) if len(table) > 1 else 1
    few = len(table) <= MOST_NAMED
    for (row, column), count in np.ndenumerate(table if few else table[:0]):
        if count:
            dark = row != column and count < reach / 2
            ax.text(
                column,
                row,
                f"{count}",
                ha="center",
                va="center",
                fontsize=8 if len(table) > 5 else 11,
                color="white" if dark else "black",
                fontweight="bold" if row == column else None,
            )
    ax.set(xlabel="what the network said", ylabel="the true label")
    if few:
        ax.set(xticks=range(len(table)), yticks=range(len(table)))
    if few and labels is not None:
        long = sum(len(str(label)) for label in labels) > 20
        turned = dict(rotation=60, ha="right") if long else {}
        ax.set_xticklabels(labels, **turned)
        ax.set_yticklabels(labels)
    ax.figure.colorbar(shown, ax=ax, label="mistakes", shrink=0.8)
