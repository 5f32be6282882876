"""Pictures: arrays in, a matplotlib figure out. No window is opened and no pyplot state is kept.

A figure shows itself as the last line of a notebook cell. The lessons follow each with a printed
sentence that holds its numbers.
"""

import io
import itertools

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator
from PIL import Image

from .architecture import architecture as architecture
from .intervals import mean_interval
from .png import png
from .shapes import Array, check_bool, check_int, check_number, shown

INK, SECOND = "#1f4e79", "#c8641e"  # blue and orange: told apart by everyone, also in print
NOTE = dict(xycoords=("data", "axes fraction"), rotation=90, ha="right", va="top", fontsize=8)
LEGEND = dict(fontsize=8, frameon=False, columnspacing=1.2, handlelength=1.5)
MOST_NAMED = 30  # labels whose counts can be read
LINES = [(INK, "-"), (SECOND, "-"), ("#56a0d3", "--"), ("#8a5fa8", "-."), ("#000000", ":")]


class Plot(Figure):
    """A figure with a name, which a notebook shows without pyplot."""

    def __init__(self, name: str, width: float, height: float, layout="constrained"):
        super().__init__(figsize=(width, height), dpi=100, layout=layout)
        self.name = name

    def __repr__(self):
        return f"Plot({self.name!r})"

    def png(self) -> bytes:
        """The picture as a PNG file's bytes."""
        file = io.BytesIO()
        self.savefig(file, format="png", pil_kwargs={"compress_level": 1})  # not the last word
        return png(Image.open(file))

    _repr_png_ = png


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
    images = [np.asarray(image) for image in _listed(images, "pictures: images")]
    check_int(columns, "pictures: columns", 1)
    _within(side, "pictures: side", 0.01, 100)
    check_bool(signed, "pictures: signed")
    check_bool(positive, "pictures: positive")
    if (
        not images
        or any(image.dtype.kind not in "buif" or not image.size for image in images)
        or any(image.ndim not in (2, 3) for image in images)
    ):
        raise ValueError(
            "pictures: images should be a list of (h, w) or (h, w, 3) arrays, but have shapes "
            f"{[image.shape for image in images]}."
        )
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    height, width = (max(image.shape[axis] for image in images) for axis in (0, 1))
    high, wide = (side * length / max(height, width) for length in (height, width))
    titles = [] if titles is None else [str(t) for t in _listed(titles, "pictures: titles")]
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


def lines(x, curves: dict, xlabel: str, ylabel: str) -> Plot:
    """Curves in one picture.   x: the places of all of them   curves: name -> a value for each

    Whole numbers of `x` get a mark on the curve, and are the ticks of its axis.
    """
    x, curves = _numbers(x, "lines: x"), _runs(curves, "lines: curves")
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
    _plain(ax)
    return plot


def runs(groups: dict, xlabel: str, zero: bool = False) -> Plot:
    """Every run as a dot, and the mean with its 95% interval.   groups: name -> a value a run

    zero: draw a line at zero, where there is no difference.
    """
    groups = _runs(groups, "runs: groups")
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
    _plain(ax)
    return plot


def curves(losses, accuracies, held=(), rates=(), guess: float | None = None) -> Plot:
    """Loss and accuracy against the step.   losses, accuracies: one for each step

    held: (step, accuracy) pairs of held-out images; rates: (step, learning rate) pairs, one for
    each change of it; guess: the loss of guessing, log(number of labels).
    """
    losses = _numbers(losses, "curves: losses")
    accuracies = _numbers(accuracies, "curves: accuracies")
    held, rates = _pairs(held, "curves: held"), _pairs(rates, "curves: rates")
    _check_guess(guess, "curves: guess")
    if len(losses) != len(accuracies):
        raise ValueError(
            "curves: losses and accuracies should be equally many, but are "
            f"{len(losses)} and {len(accuracies)}."
        )
    plot, steps = Plot("loss and accuracy", 7.2, 2.8), np.arange(1, len(losses) + 1)
    loss_ax, accuracy_ax = plot.subplots(1, 2)
    loss_ax.set_ylabel("loss")
    accuracy_ax.set(ylabel="accuracy", ylim=(0, 1.02))
    log_scale(loss_ax)
    loss_ax.plot(steps, losses, ".", ms=3.5, mew=0, color=INK, alpha=0.35, label="each batch")
    recent = dict(color=INK, lw=1.8, label="mean of the last 25 batches")
    loss_ax.plot(steps, smooth(losses), **recent | {"label": "mean of the last 25"})
    accuracy_ax.plot(steps, smooth(accuracies), **recent)
    accuracy_ax.plot(*held.T, "o-", ms=4, color=SECOND, label="held out")
    for step, rate in rates:
        loss_ax.annotate(f"rate {rate:g}", (step, 0.98), **NOTE)
        for ax in (loss_ax, accuracy_ax):
            ax.axvline(step, color="0.4", lw=1, ls="--")
    if guess is not None:
        loss_ax.axhline(guess, color="0.4", lw=1, ls=":", label="guessing")
    drawn = [loss for loss in losses if np.isfinite(loss)] + [guess or 1.0]
    loss_ax.set_ylim(min(max(min(drawn), 1e-4) / 1.3, 0.2), max(drawn) * 1.3)
    for ax in (loss_ax, accuracy_ax):
        ax.set_xlim(0, max(len(losses), 10))
        ax.set_xlabel("step", labelpad=1)
        ax.legend(loc="lower center", bbox_to_anchor=(0.48, 0.98), ncol=3, **LEGEND)
        _plain(ax)
    return plot


def compare(runs: dict, guess=None, window: int = 15) -> Plot:
    """Losses of several runs in one picture, smoothed.   runs: name -> one loss for each step"""
    runs = _runs(runs, "compare: runs")
    _check_guess(guess, "compare: guess")
    plot = Plot("losses of " + ", ".join(runs), 7.2, 3.2)
    ax = plot.subplots()
    log_scale(ax)
    for place, (name, losses) in enumerate(runs.items()):
        colour, style = LINES[place % len(LINES)]
        ax.plot(
            np.arange(1, len(losses) + 1),
            smooth(losses, window),
            color=colour,
            ls=style,
            label=name,
        )
    if guess is not None:
        ax.axhline(guess, color="0.4", lw=1, ls=":", label="guessing")
    ax.set(xlabel="step", ylabel=f"loss, mean of the last {window}" if window > 1 else "loss")
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize=9, frameon=False)
    _plain(ax)
    return plot


def side_by_side(runs: dict, held=None, guess=None, unit="step", window: int = 15) -> Plot:
    """Losses of several runs, a panel for each.   runs: name -> one loss for each step (or unit)

    held: name -> one loss for each step on held-out images.
    """
    runs = _runs(runs, "side_by_side: runs")
    held = held if held is None else _runs(held, "side_by_side: held")
    if held is not None and set(held) != set(runs):
        raise ValueError(
            f"side_by_side: held should have the names of runs, {[*runs]}, but has {[*held]}."
        )
    _check_guess(guess, "side_by_side: guess")
    check_int(window, "side_by_side: window", 1)
    plot, axes = _panels("losses, side by side", len(runs), sharex=True, sharey=True)
    log_scale(axes[0])
    for ax, (name, losses) in zip(axes, runs.items()):
        steps = np.arange(1, len(losses) + 1)
        if window > 1:
            ax.plot(steps, losses, ".", ms=3.5, mew=0, color=INK, alpha=0.35)
        ax.plot(steps, smooth(losses, window), color=INK, lw=1.8, label="training")
        if held is not None:
            ax.plot(
                steps, smooth(held[name], window), color=SECOND, lw=1.8, ls="--", label="held out"
            )
        if guess is not None:
            ax.axhline(guess, color="0.4", lw=1, ls=":", label="guessing")
        ax.set_title(name, fontsize=10)
        ax.set_xlabel(unit)
        _plain(ax)
    axes[0].set_ylabel("loss")
    if held is not None:
        plot.legend(*axes[0].get_legend_handles_labels(), loc="outside right upper", **LEGEND)
    return plot


def bowl(loss, walks: dict, low: float, high: float) -> Plot:
    """Steps in the bowl of a loss with one weight, a panel for each.   walks: name -> weights"""
    _check_function(loss, "bowl: loss")
    walks = _runs(walks, "bowl: walks")
    _within(low, "bowl: low", -1e9, 1e9)
    _within(high, "bowl: high", low + 1e-9, 1e9)
    plot, axes = _panels("steps in a bowl", len(walks), sharey=True)
    w = np.linspace(low, high, 200)
    for ax, (name, walk) in zip(axes, walks.items()):
        ax.plot(w, loss(w), color="0.6", lw=1.2)
        ax.plot(walk, loss(walk), "o-", ms=4, lw=1, color=SECOND)
        ax.plot(walk[:1], loss(walk[:1]), "o", ms=8, color=INK)
        ax.set(xlim=(low, high), ylim=(-0.04 * loss(w).max(), loss(w).max()), xlabel="weight")
        ax.xaxis.set_major_locator(MaxNLocator(5, integer=True, prune="both"))
        ax.set_title(name, fontsize=10)
        _plain(ax)
    axes[0].set_ylabel("loss")
    return plot


def valley(loss, walks: dict, reach: tuple[float, float]) -> Plot:
    """Steps in the valley of a loss with two weights, a panel for each.   walks: name -> (n, 2)

    reach: how far each weight's axis goes from 0.
    """
    _check_function(loss, "valley: loss")
    walks = _runs(walks, "valley: walks", _pairs)
    reach = _numbers(reach, "valley: reach")
    if reach.shape != (2,) or not (reach > 0).all() or not (reach < 1e9).all():
        raise ValueError(f"valley: reach should be two numbers above 0, but is {shown(reach)}.")
    plot, axes = _panels("steps in a valley", len(walks), sharex=True, sharey=True)
    a, b = np.meshgrid(*(np.linspace(-side, side, 121) for side in reach))
    height = loss(a, b)
    levels = height.max() * np.linspace(0.02, 1, 12) ** 2
    for ax, (name, walk) in zip(axes, walks.items()):
        ax.contour(a, b, height, levels=levels, colors="0.75", linewidths=0.8)
        ax.plot(walk[:, 0], walk[:, 1], "o-", ms=3, lw=1, color=SECOND)
        ax.plot(*walk[0], "o", ms=8, color=INK)
        ax.set(xlim=(-reach[0], reach[0]), ylim=(-reach[1], reach[1]), xlabel="first weight")
        ax.xaxis.set_major_locator(MaxNLocator(4, integer=True, prune="both"))
        ax.set_title(name, fontsize=10)
        _plain(ax)
    axes[0].set_ylabel("second weight")
    return plot


def roofline(steps, one, every) -> Plot:
    """How fast each step is, under what the machine allows: a roof that rises, then is flat.

    steps: stopwatch.Steps   one, every: stopwatch.Limits of one core and of all
    Left of the bend memory sets the roof, right of it the matrix product.
    """
    steps = _listed(steps, "roofline: steps")
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
        side = 9 if number % 2 else -9  # steps that touch as much stand one above the other
        beside = dict(xytext=(side, 0), textcoords="offset points", ha="center", va="center")
        ax.annotate(f"{number}", place, fontsize=9, color=colour, **beside)
    ax.set(xscale="log", yscale="log", xlim=(low, high))
    ax.set(xlabel="multiply-adds for each byte touched", ylabel="billion multiply-adds a second")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:g}")
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize=9, frameon=False)
    _plain(ax)
    return plot


def _panels(name: str, count: int, **shared):
    """A plot with `count` panels in a row, each about as wide as high."""
    if not count:
        raise ValueError(f"{name}: there should be at least one run to show, but there is none.")
    plot = Plot(name, min(2.3 * count + 0.6, 9.6), 2.7)
    return plot, plot.subplots(1, count, squeeze=False, **shared)[0]


def _listed(values, what: str) -> list:
    if isinstance(values, (str, dict)) or not np.iterable(values):
        raise ValueError(f"{what} should be a list, but is {shown(values)}.")
    return list(values)


def _numbers(values, what: str) -> Array:
    """One number after the other, as floats."""
    try:
        array = np.asarray(values, float)
    except (TypeError, ValueError):
        array = np.array(None)
    if array.ndim != 1:
        raise ValueError(f"{what} should be a list of numbers, but is {shown(values)}.")
    return array


def _pairs(values, what: str) -> Array:
    """One pair of numbers after the other, (n, 2)."""
    pairs = [_numbers(pair, what) for pair in _listed(values, what)]
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError(f"{what} should be a list of pairs, but is {shown(values)}.")
    return np.reshape(pairs, (-1, 2))


def _runs(runs, what: str, kind=_numbers) -> dict:
    """A name for each list of numbers, or of pairs."""
    if not isinstance(runs, dict):
        raise ValueError(f"{what} should be a dict of names and numbers, but is {shown(runs)}.")
    return {str(name): kind(values, f"{what}[{name!r}]") for name, values in runs.items()}


def _within(value, what: str, low: float, high: float) -> None:
    check_number(value, what)
    if not low <= value <= high:
        raise ValueError(f"{what} should be from {low:g} to {high:g}, but is {value}.")


def _check_guess(guess, what: str) -> None:
    if guess is not None:
        _within(guess, what, 1e-9, 1e9)


def _check_function(loss, what: str) -> None:
    if not callable(loss):
        raise ValueError(f"{what} should be a function, but is {shown(loss)}.")


def _plain(ax) -> None:
    ax.grid(alpha=0.25)
    ax.spines[["top", "right"]].set_visible(False)


class LossLocator(LogLocator):
    """Ticks at 1, 2 and 5 times powers of ten, or at powers alone where those would be crowded."""

    def tick_values(self, low, high):
        self.set_params(subs=(1, 2, 5) if high < 500 * low else (1,))
        return super().tick_values(low, high)


def log_scale(ax) -> None:
    """A logarithmic axis of losses with plain numbers: 2, 1, 0.5, 0.2, ..."""
    ax.set_yscale("log")
    ax.yaxis.set_major_locator(LossLocator())
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:g}")


def smooth(values, window: int = 25) -> Array:
    """The mean of the last `window` values at each step (of fewer at the start)."""
    check_int(window, "smooth: window", 1)
    sums = np.concatenate([[0.0], np.cumsum(_numbers(values, "smooth: values"))])
    ends = np.arange(1, len(sums))
    starts = np.maximum(ends - window, 0)
    return (sums[ends] - sums[starts]) / (ends - starts)


def confusion(table: Array) -> Plot:
    """A table of counts: each row a true label, each column what the network said.

    With more than 30 labels, colours alone show the counts.
    """
    table = np.asarray(table)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or not table.size:
        raise ValueError(f"confusion: table should be square, but has shape {table.shape}.")
    if table.dtype.kind not in "iuf":
        raise ValueError(f"confusion: table should hold numbers, but its dtype is {table.dtype}.")
    plot = Plot("confusion matrix", 5.2, 4.6)
    ax = plot.subplots()
    mistakes = table.astype(float)
    np.fill_diagonal(mistakes, np.nan)  # the right answers would outshine all mistakes
    shown = ax.imshow(mistakes, cmap="cividis")
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
                fontsize=8,
                color="white" if dark else "black",
                fontweight="bold" if row == column else None,
            )
    ax.set(xlabel="what the network said", ylabel="the true label")
    if few:
        ax.set(xticks=range(len(table)), yticks=range(len(table)))
    plot.colorbar(shown, ax=ax, label="mistakes", shrink=0.8)
    return plot


def tile(maps, columns: int, gap: int = 1) -> Array:
    """Equally large pictures in one, `gap` pixels apart with NaN between.   (h, w)s -> (H, W)"""
    maps = [np.asarray(m) for m in _listed(maps, "tile: maps")]
    if any(m.dtype.kind not in "buif" for m in maps):
        raise ValueError(
            f"tile: maps should hold numbers, but have dtypes {[str(m.dtype) for m in maps]}."
        )
    columns, gap = check_int(columns, "tile: columns", 1), check_int(gap, "tile: gap", 0)
    if not maps or any(m.ndim != 2 or m.shape != maps[0].shape for m in maps):
        raise ValueError(
            "tile: maps should be equally large (h, w) arrays, but have shapes "
            f"{[m.shape for m in maps]}."
        )
    height, width = maps[0].shape
    rows = -(-len(maps) // columns)
    if max(columns, rows) * (max(height, width) + gap) > 1e5:
        raise ValueError(
            "tile: columns and gap should give a picture of at most 100,000 pixels a side, but are "
            f"{columns} and {gap}."
        )
    board = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap), np.nan)
    for place, picture in enumerate(maps):
        top, left = (place // columns) * (height + gap), (place % columns) * (width + gap)
        board[top : top + height, left : left + width] = picture
    return board
