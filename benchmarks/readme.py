"""Write into the README, between its marks, the lessons that are there, and what was counted and
measured.

python -m benchmarks.readme
"""

import json
import statistics
from pathlib import Path

from cnncourse.course import LESSONS
from cnncourse.recipes import RECIPES

from . import lines
from .compare import middle, ratio

HERE = Path(__file__).resolve().parent
README = HERE.parent / "README.md"
NOTEBOOKS = README.parent / "notebooks"
PEERS = "PyTorch", "PyTorch channels last"


def measured() -> str:
    """What `compare` and `learning` measured."""
    timings = json.loads((HERE / "results.json").read_text())
    learning = json.loads((HERE / "learning.json").read_text())
    return f"""
Test accuracy of the training recipes on the {learning["test images"]:,} test images of MNIST,
after the last epoch; nothing was chosen by it. Mean of {number_of_seeds(learning)} seeds, in
brackets the lowest and the highest:

{learned(learning)}

Time beside PyTorch {timings["versions"]["torch"]} on the same processor
({timings["machine"]}, NumPy {timings["versions"]["numpy"]}), taking turns in one run. Each number
is cnncourse's time divided by PyTorch's, so that less than 1 means less time: the median over
{len(timings["rows"]["training step"]["cnncourse"])} rounds, in brackets the ratio of the smallest
times. The two columns are PyTorch's default order of axes, and channels last.

{timed(timings)}

{slower(timings)}
"""


def front() -> str:
    """What the first page says of speed: nothing, unless it is less time than either column's."""
    times = json.loads((HERE / "results.json").read_text())["rows"]["training step"]
    mine, theirs = times["cnncourse"], [times[peer] for peer in PEERS]
    default, last = (middle(mine, other) for other in theirs)
    if max(default, last, *(min(mine) / min(other) for other in theirs)) >= 1:
        return ""
    return f"""
A training step of the lessons' network takes {default:.2f} of the time that it takes in PyTorch on
the same processor, and {last:.2f} of it where PyTorch keeps channels last as the course does;
[measured](#how-well-it-learns-and-how-fast) side by side.
"""


def slower(timings) -> str:
    """In how many rows PyTorch takes less time."""
    rows = [times for name, times in timings["rows"].items() if in_table(name)]
    default, last = (
        sum(middle(times["cnncourse"], times[peer]) > 1 for times in rows) for peer in PEERS
    )
    return (
        f"Where a number is above 1, PyTorch is faster: in {default} of these {len(rows)} rows "
        f"with its default\norder of axes, in {last} with channels last."
    )


def in_table(name: str) -> bool:
    return "batch" not in name and "size" not in name  # those are points of the plot


def number_of_seeds(learning) -> int:
    return min(len(runs) for runs in learning["runs"].values())


def learned(learning) -> str:
    lines = ["| recipe | parameters | epochs | seconds | test accuracy |", "|---|--:|--:|--:|--:|"]
    for name, runs in learning["runs"].items():
        percent = [100 * run["accuracy"] for run in runs]
        lines.append(
            f"| `{name}` | {runs[0]['parameters']:,} | {RECIPES[name].epochs} | "
            f"{statistics.mean(run['seconds'] for run in runs):.0f} | "
            f"{statistics.mean(percent):.2f} % ({min(percent):.2f} to {max(percent):.2f}) |"
        )
    return "\n".join(lines)


def timed(timings) -> str:
    lines = [
        "| | cnncourse | to PyTorch | to channels last |",
        "|---|--:|--:|--:|",
    ]
    for name, times in timings["rows"].items():
        if not in_table(name):
            continue
        mine = times["cnncourse"]
        columns = " | ".join(ratio(mine, times.get(peer)) for peer in PEERS)
        lines.append(f"| {name} | {statistics.median(mine) * 1e3:.2f} ms | {columns} |")
    held = timings["memory"]
    columns = " | ".join(
        f"{held['cnncourse']['megabytes'] / held[peer]['megabytes']:.2f}" for peer in PEERS
    )
    lines.append(
        f"| peak memory of a training run | {held['cnncourse']['megabytes']:.0f} MB | {columns} |"
    )
    return "\n".join(lines)


def lessons() -> str:
    """The lessons that are there, and which are being written."""
    there = [lesson for lesson in LESSONS if (NOTEBOOKS / f"{lesson.name}.ipynb").exists()]
    rows = [
        f"| {lesson.number} | [{lesson.title}](notebooks/{lesson.name}.ipynb) | {lesson.minutes} |"
        for lesson in there
    ]
    missing = [lesson.number for lesson in LESSONS if lesson not in there]
    being = f"\nBeing written: {', '.join(missing)}.\n" if missing else ""
    return "\n".join(["", "| | lesson | minutes |", "|---|---|---|", *rows, being])


SECTIONS = {"lessons": lessons, "lines": lines.section, "measured": measured, "front": front}


def updated(text: str) -> str:
    """The README with today's sections."""
    for name, section in SECTIONS.items():
        begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
        before, begin_mark, rest = text.partition(begin)
        _, end_mark, after = rest.partition(end)
        if not begin_mark or not end_mark:
            raise ValueError(f"README.md should have the marks of the section {name}, but has not.")
        text = before + begin + section() + "\n" + end + after
    return text


if __name__ == "__main__":
    README.write_text(updated(README.read_text(encoding="utf-8")), encoding="utf-8")
