"""Train networks without ReLU, and one with global average pooling; print how well they do.

    python data/make_plain_nets.py

Writes plain_max.npz and plain_average.npz (the networks of make_shift_nets.py without their ReLU),
global_two.npz and global_three.npz (global average pooling after two or three convolutions), each
with recipe quick, seed 0, after the last epoch; and plain_nets.md, a table of all seeds. Nothing is
chosen by it.
"""

import argparse
from pathlib import Path

from cnncourse import data, invariance, layers, networks, storage, train
from cnncourse.recipes import RECIPES

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--seeds", type=int, default=3, help="networks of each kind (default: 3)")
parser.add_argument("--out", default=Path(__file__).parent, type=Path, help="folder to write into")
options = parser.parse_args()


def without_relu(pooling, rng):
    """The network with this pooling, and nothing between the convolutions and their pooling."""
    net = invariance.cnn_with(pooling, rng)
    return layers.Sequential(*(la for la in net.layers if not isinstance(la, layers.ReLU)))


def global_average(rng, blocks):
    """The course's network with global average pooling in place of Flatten; 2 or 3 convolutions."""
    features, maps = networks.course_cnn(rng).layers[:-2], 32
    if blocks == 3:
        maps = 64
        features += [layers.Conv2D(32, maps, 3, pad=1, rng=rng), layers.ReLU()]
    return layers.Sequential(*features, layers.GlobalAvgPool2D(), layers.Dense(maps, 10, rng=rng))


KINDS = {
    "plain_max": ("max pooling, no ReLU", lambda rng: without_relu("max", rng)),
    "plain_average": ("average pooling, no ReLU", lambda rng: without_relu("average", rng)),
    "global_two": ("global average pooling, two convolutions", lambda rng: global_average(rng, 2)),
    "global_three": ("the same, three convolutions", lambda rng: global_average(rng, 3)),
}
digits = data.load("mnist")
lines = [
    "# Networks without ReLU, and with global average pooling",
    "",
    "Made by `python data/make_plain_nets.py`, which says more. Those with ReLU stand in",
    "`shift_nets.md`, trained alike.",
    "",
    "| network | seed | test accuracy |",
    "|---|--:|--:|",
]
print("\n".join(lines))
for name, (about, make_net) in KINDS.items():
    recipe = RECIPES["quick"]._replace(make_net=make_net)
    for seed in range(options.seeds):
        net, optimizer = recipe.begin(len(digits.x_train), seed)
        for _ in recipe.records(net, optimizer, digits.x_train, digits.y_train, seed):
            pass
        right = train.accuracy(net, digits.x_test, digits.y_test)
        lines.append(f"| {about} | {seed} | {right:.2%} |")
        print(lines[-1], flush=True)
        if seed == 0:
            notes = {"recipe": "quick", "epochs": recipe.epochs, "seed": 0}
            storage.save(net, options.out / f"{name}.npz", **notes)

(options.out / "plain_nets.md").write_text("\n".join(lines) + "\n")
