"""Pictures: arrays in, a matplotlib figure out. No window is opened and no pyplot state is kept.

A figure shows itself as the last line of a notebook cell. The lessons follow each with a printed
sentence that holds its numbers.
"""

import io

import numpy as np
from matplotlib.figure import Figure

from .shapes import Array

INK, SECOND = "#1f4e79", "#c8641e"  # blue and orange: told apart by everyone, also in print


class Plot(Figure):
    """A figure with a name, which a notebook shows without pyplot."""

    def __init__(self, name: str, width: float, height: float):
        super().__init__(figsize=(width, height), dpi=100, layout="constrained")
        self.name = name

    def __repr__(self):
        return f"Plot({self.name!r})"

    def png(self) -> bytes:
        """The picture as a PNG file's bytes."""
        file = io.BytesIO()
        self.savefig(file, format="png")
        return file.getvalue()

    _repr_png_ = png


def pictures(
    images, titles=None, *, columns: int = 8, side=1.25, name: str = "pictures", signed=False
) -> Plot:
    """Small pictures side by side, grey or coloured.   images: a list of (h, w) or (h, w, 3)

    side: the room for each picture, in inches of 100 pixels
    signed: blue for values below zero, white for zero, red above, the same scale for all;
    otherwise each grey picture runs from black, 0, to white, 1.
    """
    images = [np.asarray(image) for image in images]
    if not images or any(image.ndim not in (2, 3) for image in images):
        raise ValueError(
            "pictures: images should be a list of (h, w) or (h, w, 3) arrays, but have shapes "
            f"{[image.shape for image in images]}."
        )
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    plot = Plot(name, side * columns + 0.2, (side + 0.25 if titles else side) * rows + 0.1)
    axes = plot.subplots(rows, columns, squeeze=False).ravel()
    reach = max(float(np.abs(image).max()) for image in images) or 1.0
    look = (
        dict(cmap="RdBu_r", vmin=-reach, vmax=reach)
        if signed
        else dict(cmap="gray", vmin=0, vmax=1)
    )
    for ax in axes:
        ax.set_axis_off()
    for place, image in enumerate(images):
        axes[place].imshow(image, **look)
        if titles:
            axes[place].set_title(str(titles[place]), fontsize=9)
    return plot


class Curves(Plot):
    """Loss and accuracy against the step; `update` draws new values into the same axes."""

    def __init__(self):
        super().__init__("loss and accuracy", 6.4, 2.7)
        self.loss_ax, self.accuracy_ax = self.subplots(1, 2)
        self.loss_ax.set(title="loss of each batch", xlabel="step", yscale="log")
        self.accuracy_ax.set(title="share that is right", xlabel="step", ylim=(0, 1.02))
        (self.each,) = self.loss_ax.plot([], [], ".", ms=2, color=INK, alpha=0.25)
        (self.loss,) = self.loss_ax.plot([], [], color=INK, lw=1.8)
        (self.accuracy,) = self.accuracy_ax.plot(
            [], [], color=INK, lw=1.8, label="batches, smoothed"
        )
        (self.held,) = self.accuracy_ax.plot(
            [], [], "o-", ms=4, color=SECOND, label="images kept aside"
        )
        self.accuracy_ax.legend(loc="lower right", fontsize=8, frameon=False)
        for ax in (self.loss_ax, self.accuracy_ax):
            ax.grid(alpha=0.25)
            ax.spines[["top", "right"]].set_visible(False)

    def update(self, losses, accuracies, held=()) -> None:
        """losses, accuracies: one for each step.   held: (step, accuracy) pairs"""
        steps = np.arange(1, len(losses) + 1)
        self.each.set_data(steps, losses)
        self.loss.set_data(steps, smooth(losses))
        self.accuracy.set_data(steps, smooth(accuracies))
        self.held.set_data(*zip(*held)) if held else self.held.set_data([], [])
        finite = np.asarray(losses)[np.isfinite(losses)]
        if len(finite):
            low, high = max(finite.min(), 1e-4), max(finite.max(), 1e-3)
            self.loss_ax.set_ylim(low / 1.3, high * 1.3)
        for ax in (self.loss_ax, self.accuracy_ax):
            ax.set_xlim(0, max(len(losses), 10))


def curves(losses, accuracies, held=()) -> Curves:
    """Loss and accuracy against the step.   held: (step, accuracy) pairs on images kept aside"""
    plot = Curves()
    plot.update(losses, accuracies, held)
    return plot


def smooth(values, window: int = 25) -> Array:
    """The mean of the last `window` values at each step (of fewer at the start)."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    ends = np.arange(1, len(sums))
    starts = np.maximum(ends - window, 0)
    return (sums[ends] - sums[starts]) / (ends - starts)


def confusion(table: Array) -> Plot:
    """A table of counts: each row a true label, each column what the network said."""
    table = np.asarray(table)
    if table.ndim != 2 or table.shape[0] != table.shape[1]:
        raise ValueError(f"confusion: table should be square, but has shape {table.shape}.")
    plot = Plot("confusion matrix", 5.2, 4.6)
    ax = plot.subplots()
    mistakes = table.astype(float)
    np.fill_diagonal(mistakes, np.nan)  # the right answers would outshine all mistakes
    shown = ax.imshow(mistakes, cmap="cividis")
    reach = np.nanmax(mistakes) if len(table) > 1 else 1
    for (row, column), count in np.ndenumerate(table):
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
    ax.set(
        xlabel="what the network said",
        ylabel="the true label",
        xticks=range(len(table)),
        yticks=range(len(table)),
    )
    plot.colorbar(shown, ax=ax, label="mistakes", shrink=0.8)
    return plot


def tile(maps, columns: int, gap: int = 1) -> Array:
    """Equally large pictures in one, `gap` pixels apart with NaN between.   (h, w)s -> (H, W)"""
    maps = [np.asarray(m, np.float64) for m in maps]
    if not maps or any(m.ndim != 2 or m.shape != maps[0].shape for m in maps):
        raise ValueError(
            "tile: maps should be equally large (h, w) arrays, but have shapes "
            f"{[m.shape for m in maps]}."
        )
    height, width = maps[0].shape
    rows = -(-len(maps) // columns)
    board = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap), np.nan)
    for place, picture in enumerate(maps):
        top, left = (place // columns) * (height + gap), (place % columns) * (width + gap)
        board[top : top + height, left : left + width] = picture
    return board
