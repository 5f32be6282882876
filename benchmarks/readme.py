"""Write what `compare` and `learning` measured into the README, between its two marks.

python -m benchmarks.readme
"""

import json
import statistics
from pathlib import Path

from cnncourse.recipes import RECIPES

from .compare import ratio

HERE = Path(__file__).resolve().parent
README = HERE.parent / "README.md"
BEGIN, END = "<!-- measured: begin -->\n", "<!-- measured: end -->"
PEERS = "PyTorch", "PyTorch channels last"


def measured() -> str:
    """The section of the README that is between the marks."""
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
"""


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
        if "batch" in name or "size" in name:
            continue  # a point of the plot
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


def updated(text: str) -> str:
    """The README with today's section."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + measured() + "\n" + END + after


if __name__ == "__main__":
    README.write_text(updated(README.read_text(encoding="utf-8")), encoding="utf-8")
