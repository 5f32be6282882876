"""Train each recipe with several seeds; write down how long it takes and what it reaches.

    python -m benchmarks.learning                               everything, three seeds each
    python -m benchmarks.learning --seeds 5 --recipes quick minute

The time is that of training alone, without loading the digits. The accuracy is that of the test
images after the last epoch; nothing is chosen by it.

Writes benchmarks/learning.md and .json.
"""

import argparse
import json
import os
import platform
import statistics
import time
from pathlib import Path

import numpy as np
from tqdm import tqdm

from cnncourse import data, train
from cnncourse.recipes import RECIPES

HERE = Path(__file__).resolve().parent


def run(recipe, seed, digits, bar) -> dict:
    """Train once; the seconds it took and the share of the test images that are named right."""
    x, y = digits.x_train, digits.y_train
    begun = time.perf_counter()
    net, optimizer = recipe.begin(len(x), seed)
    for _ in recipe.records(net, optimizer, x, y, seed):
        bar.update()
    seconds = time.perf_counter() - begun
    return {
        "seed": seed,
        "seconds": seconds,
        "accuracy": train.accuracy(net, digits.x_test, digits.y_test),
        "parameters": sum(param.size for param in net.params()),
    }


def main():
    parser = argparse.ArgumentParser(description="Time each recipe, and what it reaches.")
    parser.add_argument("--seeds", type=int, default=3, help="runs of each recipe (default: 3)")
    parser.add_argument("--recipes", nargs="+", choices=RECIPES, default=[*RECIPES])
    options = parser.parse_args()
    if options.seeds < 1:
        parser.error(f"--seeds should be at least 1, but is {options.seeds}")
    digits = data.load("mnist")
    runs = {name: [] for name in options.recipes}
    steps = {name: RECIPES[name].steps(len(digits.x_train)) for name in runs}
    with tqdm(total=options.seeds * sum(steps.values()), unit="step") as bar:
        for seed in range(options.seeds):  # in turns: a busy minute slows all recipes alike
            for name in runs:
                bar.set_description(f"{name}, seed {seed}")
                runs[name].append(run(RECIPES[name], seed, digits, bar))
    results = {
        "machine": f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores",
        "versions": {"python": platform.python_version(), "numpy": np.__version__},
        "test images": len(digits.x_test),
        "runs": runs,
    }
    (HERE / "learning.json").write_text(json.dumps(results, indent=1) + "\n")
    (HERE / "learning.md").write_text(report(results), encoding="utf-8")
    print(report(results))


def report(results) -> str:
    """learning.md"""
    n = results["test images"]
    packages = ", ".join(f"{name} {number}" for name, number in results["versions"].items())
    rows, errors = "", []
    for name, runs in results["runs"].items():
        recipe, parameters = RECIPES[name], runs[0]["parameters"]
        shares = [run["accuracy"] for run in runs]
        error = 100 * (statistics.mean(shares) * (1 - statistics.mean(shares)) / n) ** 0.5
        errors.append(f"{name} {error:.2f}")
        rows += (
            f"| {name} | {parameters:,} | {recipe.epochs} | {len(runs)} | "
            f"{spread([run['seconds'] for run in runs], '.1f')} s | "
            f"{spread([100 * share for share in shares], '.2f')} % |\n"
        )
    return f"""# Learning

Made by `python -m benchmarks.learning` on {results["machine"]}; {packages}. Each recipe was run
with the seeds 0, 1, 2, and so on; shown is the mean, in brackets the smallest and the largest. The
time is that of training alone. The accuracy is that of the {n:,} test images after the last epoch,
and nothing was chosen by it. A test set of this size tells an accuracy with a standard error of, in
percentage points: {", ".join(errors)}.

| recipe | parameters | epochs | runs | time | test accuracy |
|---|---:|---:|---:|---|---|
{rows}"""


def spread(values, pattern) -> str:
    """The mean; in brackets the smallest and the largest."""
    low, high = format(min(values), pattern), format(max(values), pattern)
    return f"{format(statistics.mean(values), pattern)} ({low} to {high})"


if __name__ == "__main__":
    main()
