"""Training in pictures: losses against the step, and the steps themselves on the loss."""

import numpy as np
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from .plots import INK, LINES, SECOND, Plot, named, numbers, pairs, plain, within
from .shapes import Array, check_int, shown

NOTE = dict(xycoords=("data", "axes fraction"), rotation=90, ha="right", va="top", fontsize=8)
LEGEND = dict(fontsize=8, frameon=False, columnspacing=1.2, handlelength=1.5)


def curves(losses, accuracies, held=(), rates=(), guess: float | None = None) -> Plot:
    """Loss and accuracy against the step.   losses, accuracies: one for each step

    held: (step, accuracy) pairs of held-out images; rates: (step, learning rate) pairs, one for
    each change of it; guess: the loss of guessing, log(number of labels).
    """
    losses = numbers(losses, "curves: losses")
    accuracies = numbers(accuracies, "curves: accuracies")
    held, rates = pairs(held, "curves: held"), pairs(rates, "curves: rates")
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
    _draw_guess(loss_ax, guess)
    drawn = [loss for loss in losses if np.isfinite(loss)] + [guess or 1.0]
    loss_ax.set_ylim(min(max(min(drawn), 1e-4) / 1.3, 0.2), max(drawn) * 1.3)
    for ax in (loss_ax, accuracy_ax):
        ax.set_xlim(0, max(len(losses), 10))
        ax.set_xlabel("step", labelpad=1)
        ax.legend(loc="lower center", bbox_to_anchor=(0.48, 0.98), ncol=3, **LEGEND)
        plain(ax)
    return plot


def compare(runs: dict, guess=None, window: int = 15) -> Plot:
    """Losses of several runs in one picture, smoothed.   runs: name -> one loss for each step"""
    runs = named(runs, "compare: runs")
    _check_guess(guess, "compare: guess")
    plot = Plot("losses of " + ", ".join(runs), 7.2, 3.2)
    ax = plot.subplots()
    log_scale(ax)
    for place, (name, losses) in enumerate(runs.items()):
        colour, style = LINES[place % len(LINES)]
        steps = np.arange(1, len(losses) + 1)
        ax.plot(steps, smooth(losses, window), color=colour, ls=style, label=name)
    _draw_guess(ax, guess)
    ax.set(xlabel="step", ylabel=f"loss, mean of the last {window}" if window > 1 else "loss")
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize=9, frameon=False)
    plain(ax)
    return plot


def side_by_side(runs: dict, held=None, guess=None, unit="step", window: int = 15) -> Plot:
    """Losses of several runs, a panel for each.   runs: name -> one loss for each step (or unit)

    held: name -> one loss for each step on held-out images.
    """
    runs = named(runs, "side_by_side: runs")
    held = held if held is None else named(held, "side_by_side: held")
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
            held_out = dict(color=SECOND, lw=1.8, ls="--", label="held out")
            ax.plot(steps, smooth(held[name], window), **held_out)
        _draw_guess(ax, guess)
        ax.set_title(name, fontsize=10)
        ax.set_xlabel(unit)
        plain(ax)
    axes[0].set_ylabel("loss")
    if held is not None:
        plot.legend(*axes[0].get_legend_handles_labels(), loc="outside right upper", **LEGEND)
    return plot


def bowl(loss, walks: dict, low: float, high: float) -> Plot:
    """Steps in the bowl of a loss with one weight, a panel for each.   walks: name -> weights"""
    _check_function(loss, "bowl: loss")
    walks = named(walks, "bowl: walks")
    within(low, "bowl: low", -1e9, 1e9)
    within(high, "bowl: high", low + 1e-9, 1e9)
    plot, axes = _panels("steps in a bowl", len(walks), sharey=True)
    w = np.linspace(low, high, 200)
    for ax, (name, walk) in zip(axes, walks.items()):
        ax.plot(w, loss(w), color="0.6", lw=1.2)
        ax.plot(walk, loss(walk), "o-", ms=4, lw=1, color=SECOND)
        ax.plot(walk[:1], loss(walk[:1]), "o", ms=8, color=INK)
        ax.set(xlim=(low, high), ylim=(-0.04 * loss(w).max(), loss(w).max()), xlabel="weight")
        ax.xaxis.set_major_locator(MaxNLocator(5, integer=True, prune="both"))
        ax.set_title(name, fontsize=10)
        plain(ax)
    axes[0].set_ylabel("loss")
    return plot


def valley(loss, walks: dict, reach: tuple[float, float]) -> Plot:
    """Steps in the valley of a loss with two weights, a panel for each.   walks: name -> (n, 2)

    reach: how far each weight's axis goes from 0.
    """
    _check_function(loss, "valley: loss")
    walks = named(walks, "valley: walks", pairs)
    reach = numbers(reach, "valley: reach")
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
        plain(ax)
    axes[0].set_ylabel("second weight")
    return plot


def _panels(name: str, count: int, **shared):
    """A plot with `count` panels in a row, each about as wide as high."""
    if not count:
        raise ValueError(f"{name}: there should be at least one run to show, but there is none.")
    plot = Plot(name, min(2.3 * count + 0.6, 9.6), 2.7)
    return plot, plot.subplots(1, count, squeeze=False, **shared)[0]


class PlainLocator(LogLocator):
    """Ticks at 1, 2 and 5 times powers of ten, or at powers alone where those would be crowded."""

    def tick_values(self, low, high):
        self.set_params(subs=(1, 2, 5) if high < 500 * low else (1,))
        return super().tick_values(low, high)


def log_scale(ax, axes: str = "y") -> None:
    """A logarithmic y axis, or "xy" both, with plain numbers: 2, 1, 0.5, 0.2, ..."""
    ax.set(**{f"{axis}scale": "log" for axis in axes})
    for axis in (getattr(ax, f"{axis}axis") for axis in axes):
        axis.set_major_locator(PlainLocator())
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(lambda value, _: f"{value:g}")


def smooth(values, window: int = 25) -> Array:
    """The mean of the last `window` values at each step (of fewer at the start)."""
    check_int(window, "smooth: window", 1)
    sums = np.concatenate([[0.0], np.cumsum(numbers(values, "smooth: values"))])
    ends = np.arange(1, len(sums))
    starts = np.maximum(ends - window, 0)
    return (sums[ends] - sums[starts]) / (ends - starts)


def _draw_guess(ax, guess: float | None) -> None:
    if guess is not None:
        ax.axhline(guess, color="0.4", lw=1, ls=":", label="guessing")


def _check_guess(guess, what: str) -> None:
    if guess is not None:
        within(guess, what, 1e-9, 1e9)


def _check_function(loss, what: str) -> None:
    if not callable(loss):
        raise ValueError(f"{what} should be a function, but is {shown(loss)}.")
