"""Train many networks on few digits, each setup with ten seeds; lesson 10 reads what comes out.

    python data/make_generalisation.py
    python data/make_generalisation.py --images 60000 --steps 1800

Writes generalisation.json, with the result of every run, and generalisation.md, a table. Stop it
with Ctrl-C whenever you like: what is in the file is not run again. The second command adds
networks that learn from 60,000 images less 1,000 held out; it takes far longer, and its runs are
not in the files that come with the course. With --kinds nothing, the maps do not shrink at all.
"""

import argparse
import itertools
import json
import os
from pathlib import Path

from cnncourse.experiments import SHRINKING, Setup, run
from cnncourse.intervals import mean_interval

HERE = Path(__file__).parent


def setups() -> list[tuple[Setup, bool]]:
    """What is run, and whether its losses are looked at on the way, for early stopping."""
    kinds = [
        (Setup(shrinking, images=images), shrinking == "max")
        for images, shrinking in itertools.product((300, 100, 1000), ("max", "average", "stride"))
    ]
    helps = [dict(dropout=0.5), dict(move=2)]
    settings = [*(dict(images=300, **helped) for helped in helps), dict(weight_decay=0.01)]
    settings += [dict(images=1000, **helped) for helped in helps]
    return kinds + [(Setup(**setting), False) for setting in settings]


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
    for setup in dict.fromkeys(Setup(**one["setup"]) for one in runs):
        alike = [one for one in runs if Setup(**one["setup"]) == setup]
        if len(alike) > 1:
            train = 100 * sum(one["train"] for one in alike) / len(alike)
            tests = [100 * one["test"] for one in alike]
            mean, low, high = mean_interval(tests)
            row = [*setup, len(alike), f"{train:.1f}", f"{mean:.2f}", f"{low:.2f} to {high:.2f}"]
            row += [f"{min(tests):.2f}", f"{max(tests):.2f}"]
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
    parser.add_argument("--images", type=int, help="only the kinds of shrinking, with so many")
    parser.add_argument(
        "--kinds", nargs="+", choices=SHRINKING, default=SHRINKING[:3], help="with --images"
    )
    parser.add_argument("--steps", type=int, default=600, help="with --images (default: 600)")
    parser.add_argument("--out", default=HERE / "generalisation.json", type=Path)
    options = parser.parse_args()
    runs = json.loads(options.out.read_text())["runs"] if options.out.exists() else []
    done = {(Setup(**one["setup"]), one["seed"]) for one in runs}
    wanted = setups()
    if options.images:
        images = min(options.images, 59_000)
        wanted = [
            (Setup(kind, images=images, steps=options.steps), False) for kind in options.kinds
        ]
    for (setup, looks), seed in itertools.product(wanted, range(options.seeds)):
        if (setup, seed) not in done:
            found = run(setup, seed, looks)
            runs.append({"setup": setup._asdict(), "seed": seed, **rounded(found)})
            write(options.out, runs)
            print(f"{setup} seed {seed}: test {found['test']:.2%}", flush=True)


if __name__ == "__main__":
    main()
