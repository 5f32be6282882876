"""A report card: what a network can do, how sure that is, what it costs, and where it fails."""

import base64
import html
import json
import os
import time

import numpy as np

from . import interpret, train, variations
from .figures import draw_confusion
from .files import check_path, check_target, printable, write_target
from .intervals import accuracy_interval
from .layers import Sequential, check_network
from .ops import softmax
from .plots import INK, SECOND, Plot, plain
from .shapes import Array, check_labels, check_number, listed, shown, sizes
from .summary import summary

MOST_BYTES = 20_000_000  # of a saved card: a few pictures
SHOWN = 8  # of the worst mistakes
STEP = 2  # pixels from one place of the grey square to the next
MOST_LABELS = 12  # of which an image is shown
BEGIN, END = '<script type="application/json" id="facts">', "</script>"


class ReportCard:
    """What `report_card` found out. A notebook shows it as a picture; `save` writes a page.

    facts: all of its numbers by name
    """

    def __init__(self, facts: dict, picture: Plot):
        self.facts, self.picture = facts, picture

    def __repr__(self):
        return "\n".join(f"{name}: {value}" for name, value in _lines(self.facts))

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"image/png": self.picture.png(), "text/plain": repr(self)}

    def save(self, path) -> None:
        """Write the card to `path` as one .html file that holds its picture, to be handed in."""
        path = check_target(path, ".html", "save")
        write_target(path, lambda file: file.write(self._page().encode()), "save")

    def _page(self) -> str:
        picture = base64.b64encode(self.picture.png()).decode()
        title = html.escape(self.facts["title"])
        rows = "".join(
            f"<tr><th scope=row>{html.escape(name)}<td>{html.escape(value)}"
            for name, value in _lines(self.facts)
        )
        facts = json.dumps(self.facts).replace("<", "\\u003c")  # nothing in it ends the script
        return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Report card: {title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem;
       color: #1a1a1a; background: #fff }}
th {{ text-align: left; font-weight: 600; padding-right: 2rem; vertical-align: top }}
img {{ max-width: 100% }}
</style>
<h1>Report card: {title}</h1>
<table>{rows}</table>
<p><img alt="Confusion matrix, robustness, worst mistakes and what each label rests on; the numbers
are in the table above." src="data:image/png;base64,{picture}">
{BEGIN}{facts}{END}
</html>
"""


def report_card(
    net: Sequential, x: Array, y: Array, names=None, *, title="My network", seconds=None
) -> ReportCard:
    """Examine a network on images that it has not learned from.

    x: (n, h, w, c) from 0 to 1   y: (n,)   names: of the labels, or None for their numbers
    seconds: how long it was trained, if you would like to have it on the card.
    """
    check_network(net, "report_card: net")
    n, *image = sizes(x, "n h w c", "report_card: x")
    scores = train.scores_of(net, x, "report_card")
    check_labels(y, n, scores.shape[1], "report_card: y")
    names = listed(range(scores.shape[1]) if names is None else names, "report_card: names")
    names = [str(name) for name in names]
    if len(names) != scores.shape[1]:
        raise ValueError(
            f"report_card: names should be one for each of {scores.shape[1]} labels, but are "
            f"{len(names)}."
        )
    if seconds is not None:
        check_number(seconds, "report_card: seconds")
    right = int((scores.argmax(axis=1) == y).sum())
    costs = summary(net, tuple(image))
    facts = {
        "title": str(title),
        "images": n,
        "accuracy": right / n,
        "interval": accuracy_interval(right, n),
        "guessing": float(np.bincount(y).max() / n),
        "parameters": int(costs.parameters),
        "multiply-adds": int(sum(row.multiply_adds for row in costs)),
        "seconds an image": _seconds(net, x),
        "training seconds": None if seconds is None else float(seconds),
        "robustness": {what: train.accuracy(net, change(x), y) for what, change in CHANGES.items()},
        "labels": names,
        "confusion": train.confusion(scores, y).tolist(),
    }
    return ReportCard(facts, _picture(facts, net, x, y, scores))


def read_card(path) -> dict:
    """The facts of a card that `save` wrote; a ValueError where it is something else."""
    path = check_path(path, "read_card")
    try:
        if not os.path.isfile(path) or path.stat().st_size > MOST_BYTES:
            raise ValueError
        text = path.read_text(encoding="utf-8")
        facts = json.loads(text[text.index(BEGIN) + len(BEGIN) : text.rindex(END)])
        _check_facts(facts)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError(
            f"read_card: path should be a saved report card, but {shown(str(path))} is damaged or "
            "something else."
        ) from None
    return facts


def _check_facts(facts: dict) -> None:
    """A ValueError unless these can be the facts of a card: whoever hands it in may change them."""
    names, table = facts["labels"], np.array(facts["confusion"])
    parts = [facts[name] for name in ("accuracy", "guessing")]
    parts += [*facts["interval"], *facts["robustness"].values()]
    numbers = [facts[name] for name in ("images", "parameters", "multiply-adds")]
    numbers += [facts["seconds an image"], facts["training seconds"] or 0]
    if not (
        all(isinstance(text, str) for text in (facts["title"], *names, *facts["robustness"]))
        and all(type(number) in (int, float) and 0 <= number < 1e18 for number in numbers + parts)
        and max(parts) <= 1
        and len(facts["interval"]) == 2
        and table.shape == (len(names), len(names))
        and table.dtype.kind == "i"
    ):
        raise ValueError


def table_of_cards(folder) -> str:
    """The cards of a folder, best first, as a table; files that are no cards are named below it."""
    folder = check_path(folder, "report")
    if not os.path.isdir(folder):
        raise ValueError(
            f"report: FOLDER should be a folder with cards, but {shown(str(folder))} is none."
        )
    found, bad = [], []
    for path in sorted(folder.glob("*.html")):
        try:
            found.append((path.name, read_card(path)))
        except ValueError:
            bad.append(path.name)
    if not found and not bad:
        raise ValueError(f"report: FOLDER should hold saved cards, .html, but {folder} has none.")
    found.sort(key=lambda card: -card[1]["accuracy"])
    lines = [
        f"{'file':24} {'accuracy':>8}  {'95% interval':>15}  {'parameters':>10}  multiply-adds"
    ]
    for name, facts in found:
        low, high = facts["interval"]
        lines.append(
            f"{printable(name)[:24]:24} {facts['accuracy']:8.2%}  "
            f"{f'{low:.1%} to {high:.1%}':>15}  "
            f"{facts['parameters']:10,}  {facts['multiply-adds']:13,}"
        )
    lines += [f"{printable(name)}: no report card, or a damaged one" for name in bad]
    return "\n".join(lines)


def _lines(facts: dict) -> list[tuple[str, str]]:
    """Names and values as people read them."""
    low, high = facts["interval"]
    taken = facts["training seconds"]
    table = np.array(facts["confusion"])
    wrong = table - np.diag(np.diag(table))
    true, said = np.unravel_index(int(wrong.argmax()), wrong.shape)
    mixed = f"{facts['labels'][true]} taken for {facts['labels'][said]}, {wrong[true, said]} times"
    return [
        (
            "accuracy",
            f"{facts['accuracy']:.2%} of {facts['images']:,} images "
            f"(95% interval {low:.2%} to {high:.2%}; always the commonest label: "
            f"{facts['guessing']:.1%})",
        ),
        ("parameters", f"{facts['parameters']:,}"),
        ("multiply-adds for an image", f"{facts['multiply-adds']:,}"),
        ("time for an image", f"{facts['seconds an image'] * 1e6:.0f} µs on this machine"),
        *([] if taken is None else [("training", f"{taken:.0f} s")]),
        *((f"accuracy, {what}", f"{part:.2%}") for what, part in facts["robustness"].items()),
        ("commonest mistake", mixed if wrong.any() else "none"),
    ]


def _seconds(net, x) -> float:
    """The time for one image, in a batch as it is; the smallest of three."""
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        net(x[:256])
        times.append(time.perf_counter() - begun)
    return min(times) / len(x[:256])


def _beyond(x: Array, change) -> Array:
    """A change of images whose outermost pixels go on beyond the edge, so that no black comes in.

    Black corners would be a second change: a turned image of a shape would fail by them alone.
    """
    _, height, width, _ = x.shape
    by = max(height, width) // 4 + 2
    wide = np.pad(x, ((0, 0), (by, by), (by, by), (0, 0)), "edge")
    return np.ascontiguousarray(change(wide)[:, by:-by, by:-by])


def _turned(x: Array) -> Array:
    """Each channel of each image turned by 15 degrees to the left."""
    n, height, width, c = x.shape
    channels = x.transpose(0, 3, 1, 2).reshape(n * c, height, width, 1)
    turned = variations.turned(channels, 15)
    return turned.reshape(n, c, height, width).transpose(0, 2, 3, 1)


def _noisy(x: Array) -> Array:
    noise = np.random.default_rng(0).normal(0, 0.1, x.shape).astype(x.dtype)
    return np.clip(x + noise, 0, 1)


CHANGES = {
    "as they are": lambda x: x,
    "moved by 2 pixels": lambda x: _beyond(x, lambda wide: variations.shifted(wide, 2, 2)),
    "turned by 15°": lambda x: _beyond(x, _turned),
    "noise of 0.1": _noisy,
}


def held_up(net: Sequential, x: Array, y: Array, scores: Array) -> dict[int, tuple[int, Array]]:
    """For each label the image that is surest of it, of those read rightly, and what it rests on.

    -> {label: (place in x, (oh, ow) how much of the score is lost while a grey square lies there)}
    (Zeiler and Fergus, 2014; see interpret.occlusion.)
    """
    sure = np.where(scores.argmax(axis=1) == y, softmax(scores)[0].max(axis=1), -1)
    found = {}
    for label in range(scores.shape[1]):
        if (sure[y == label] >= 0).any():
            place = int(np.where(y == label, sure, -1).argmax())
            lost = interpret.occlusion(net, x[place], label, _square(x), stride=STEP)
            found[label] = place, lost
    return found


def _square(x: Array) -> int:
    """Rows and columns of the grey square."""
    return max(1, min(x.shape[1:3]) // 5)


def _picture(facts, net, x, y, scores) -> Plot:
    plot = Plot(f"report card: {facts['title']}", 10, 9.4)
    top, middle, bottom = plot.subfigures(3, 1, height_ratios=(4.4, 2, 3))
    left, right = top.subplots(1, 2, width_ratios=(1.15, 1))
    draw_confusion(left, np.array(facts["confusion"]), facts["labels"])
    _draw_robustness(right, facts)
    _draw_mistakes(middle, facts["labels"], x, y, scores)
    _draw_held_up(bottom, facts["labels"], net, x, y, scores)
    return plot


def _draw_robustness(ax, facts):
    parts = list(facts["robustness"].values())
    spans = [accuracy_interval(round(part * facts["images"]), facts["images"]) for part in parts]
    off = np.abs(np.transpose(spans) - parts)
    ax.barh(range(len(parts)), parts, xerr=off, color=INK, ecolor=SECOND, height=0.6)
    ax.axvline(facts["guessing"], color="#666666", ls=":")
    ax.set_yticks(range(len(parts)), list(facts["robustness"]))
    for place, part in enumerate(parts):
        ax.text(0.02, place, f"{part:.1%}", color="white" if part > 0.2 else "black", va="center")
    ax.set(xlim=(0, 1), xlabel="accuracy (dotted: always the commonest label)")
    ax.invert_yaxis()
    plain(ax)


def _draw_mistakes(figure, names, x, y, scores):
    said = scores.argmax(axis=1)
    sure = softmax(scores)[0][np.arange(len(x)), said]
    wrong = np.flatnonzero(said != y)
    worst = wrong[np.argsort(-sure[wrong])][:SHOWN]
    figure.suptitle(
        "The mistakes that it is surest of" if len(worst) else "No mistakes", x=0.01, ha="left"
    )
    for ax, i in _row_of(figure, worst):
        ax.imshow(_shown(x[i]), cmap="gray", vmin=0, vmax=1)
        ax.set_title(f"{names[y[i]]}\n“{names[said[i]]}” {sure[i]:.0%}", fontsize=8)


def _draw_held_up(figure, names, net, x, y, scores):
    figure.suptitle(
        "The image that it is surest of, for each label; below, red: where a grey square takes "
        "from its score",
        x=0.01,
        ha="left",
    )
    found = list(held_up(net, x, y, scores).items())[:MOST_LABELS]
    above, below = figure.subfigures(2, 1, height_ratios=(1.15, 1))
    for ax, (label, (place, _)) in _row_of(above, found):
        ax.imshow(_shown(x[place]), cmap="gray", vmin=0, vmax=1)
        ax.set_title(names[label], fontsize=8)
    for ax, (_, (_, lost)) in _row_of(below, found):
        reach = float(np.abs(lost).max()) or 1.0
        rows, columns = lost.shape
        first = (_square(x) - 1 - STEP) / 2  # each number lies where the middle of its square lay
        extent = first, first + STEP * columns, first + STEP * rows, first
        ax.imshow(lost, cmap="RdBu_r", vmin=-reach, vmax=reach, extent=extent)
        ax.set(xlim=(-0.5, x.shape[2] - 0.5), ylim=(x.shape[1] - 0.5, -0.5))


def _row_of(figure, entries):
    """Axes without frames, side by side, one for each entry."""
    axes = figure.subplots(1, max(SHOWN, len(entries)))
    for ax in axes:
        ax.set_axis_off()
    return zip(axes, entries)


def _shown(image: Array) -> Array:
    return np.clip(image if image.shape[2] == 3 else image.mean(axis=2), 0, 1)
