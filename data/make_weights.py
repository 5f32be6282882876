"""Make course_cnn.npz and wide_cnn.npz out of training runs: the networks alone.

    python -m cnncourse train --recipe minute --seed 0 --out minute.npz
    python -m cnncourse train --recipe full --seed 0 --out full.npz
    python data/make_weights.py minute.npz full.npz

A run also holds what its optimizer remembers, as large as the network once more, to go on with.
"""

import argparse
from pathlib import Path

from cnncourse import storage

NAMES = {"minute": "course_cnn.npz", "full": "wide_cnn.npz"}

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("runs", nargs="+", help="finished runs of the recipes minute and full")
parser.add_argument(
    "--out", default=Path(__file__).parent, type=Path, help="the folder to write into"
)
options = parser.parse_args()
for run in options.runs:
    net, optimizer, notes = storage.load_training(run)
    if optimizer is None or notes.get("recipe") not in NAMES or optimizer.rate() != 0:
        parser.error(f"{run} should be a finished run of {' or '.join(NAMES)}, but is none")
    path = options.out / NAMES[notes["recipe"]]
    storage.save(net, path, recipe=notes["recipe"], epochs=notes["epochs"], seed=notes["seed"])
    print(f"{path.name}: recipe {notes['recipe']}, seed {notes['seed']}")
