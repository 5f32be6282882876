"""Train many networks on few digits and on many, ten seeds each; lesson 10 reads what comes out.

    python data/make_generalisation.py

Writes generalisation.json, with the result of every run, and generalisation.md, a table. Stop it
with Ctrl-C whenever you like: what is in the file is not run again. It takes about an hour on one
core. The seeds are the outer loop, so that wherever it is stopped all setups have about as many.
"""

import argparse
import itertools
import json
import os
from pathlib import Path

from cnncourse.experiments import MEASURED, SHRINKING, STEPS, Setup, planned, run
from cnncourse.intervals import mean_interval

HERE = Path(__file__).parent


def setups(few: bool = True) -> list[Setup]:
    """What is run with few images, or with nearly all: each way to shrink, and what may help."""
    changes = [dict(shrinking=kind) for kind in SHRINKING] + [dict(dropout=0.5), dict(move=2)]
    found = [
        planned(images, **change)
        for images in STEPS
        for change in changes
        if (images <= MEASURED) == few
    ]
    return [*found, planned(300, weight_decay=0.01)] if few else found


def looks(setup: Setup) -> bool:
    """Whether its losses are looked at on the way, for early stopping."""
    return setup.images <= MEASURED and setup == planned(setup.images)


def table(runs: list[dict]) -> str:
    lines = [
        "# What helps on images it has not seen",
        "",
        "Made by `python data/make_generalisation.py`, which says more. Each row: so many networks",
        "that differ in their seed. Test accuracy in percent: mean, 95% interval of the mean",
        "(Student's t), lowest and highest. Every single run is in generalisation.json.",
        "",
        "| maps shrink by | dropout | moved by | decay | images | steps | seeds | train | test |"
        " interval | lowest | highest |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|---|--:|--:|",
    ]
    for setup in sorted((*setups(), *setups(few=False)), key=lambda setup: setup.images):
        alike = [one for one in runs if Setup(**one["setup"]) == setup]
        if len(alike) > 1:
            train = 100 * sum(one["train"] for one in alike) / len(alike)
            tests = [100 * one["test"] for one in alike]
            mean, low, high = mean_interval(tests)
            row = [*setup[:6], len(alike), f"{train:.1f}", f"{mean:.2f}"]
            row += [f"{low:.2f} to {high:.2f}", f"{min(tests):.2f}", f"{max(tests):.2f}"]
            lines.append(f"| {' | '.join(map(str, row))} |")
    return "\n".join(lines) + "\n"


def rounded(value):
    """Numbers with five digits after the point: more would be noise of the rounding."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return round(value, 5) if isinstance(value, float) else value


def write(path: Path, runs: list[dict]) -> None:
    """Whole files only, also where Ctrl-C comes while they are written."""
    text = ",\n".join(json.dumps(one) for one in runs)
    for end, content in ((".json", f'{{"runs": [\n{text}\n]}}\n'), (".md", table(runs))):
        half = path.with_suffix(f"{end}.part")
        half.write_text(content, encoding="utf-8")
        os.replace(half, path.with_suffix(end))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10, help="networks of each kind (default: 10)")
    parser.add_argument("--out", default=HERE / "generalisation.json", type=Path)
    options = parser.parse_args()
    runs = json.loads(options.out.read_text())["runs"] if options.out.exists() else []
    done = {(Setup(**one["setup"]), one["seed"]) for one in runs}
    for wanted, seed in itertools.product((setups(), setups(few=False)), range(options.seeds)):
        for setup in wanted:
            if (setup, seed) in done:
                continue
            found = run(setup, seed, looks(setup))
            runs.append({"setup": setup._asdict(), "seed": seed, **rounded(found)})
            write(options.out, runs)
            print(f"{setup} seed {seed}: test {found['test']:.2%}", flush=True)


if __name__ == "__main__":
    main()
