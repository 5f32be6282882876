"""Train networks on coloured shapes, and measure what their units see; lesson 11 reads it.

    python data/make_shapes_nets.py
    python data/make_shapes_nets.py --nets FOLDER

Writes shapes_cnn.npz, the network of seed 0 after its last epoch; shapes_nets.json, with every
measure of every network, trained and untrained; and shapes_nets.md, tables of them. Nothing is
chosen by the test images. With --nets, trained networks are kept in a folder and taken from there.
It takes about three minutes for each seed, on one core.
"""

import argparse
from pathlib import Path

import numpy as np

from cnncourse import data, layers, networks, optim, storage, train

HERE = Path(__file__).parent
IMAGES, TESTED, EPOCHS, PEAK = 20_000, 5_000, 14, 0.0015


def training_set(seed: int):
    return data.shapes(IMAGES, rng=np.random.default_rng([seed, 21]))


def untrained(seed: int) -> layers.Sequential:
    return networks.shapes_cnn(np.random.default_rng([seed, 20]))


def fitted(net: layers.Sequential, x, y, seed: int, peak: float) -> layers.Sequential:
    """The network after all epochs."""
    rate = optim.OneCycle(peak, train.steps_in(len(x), 64, EPOCHS))
    rng = np.random.default_rng([seed, 22])
    for _ in train.fit(net, x, y, epochs=EPOCHS, optimizer=optim.Adam(rate), rng=rng, workers=1):
        pass
    return net


def trained(seed: int, folder: Path | None) -> layers.Sequential:
    path = folder and folder / f"shapes_{seed}.npz"
    if path and path.exists():
        return storage.load(path)
    net = fitted(untrained(seed), *training_set(seed), seed, PEAK)
    if path:
        storage.save(net, path)
    return net


def linear(x, y, seed: int) -> layers.Sequential:
    """Softmax regression on the pixels."""
    rng = np.random.default_rng([seed, 20])
    net = layers.Sequential(layers.Flatten(), layers.Dense(x[0].size, 8, rng=rng))
    return fitted(net, x, y, seed, 0.001)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5, help="networks of each kind (default: 5)")
    parser.add_argument("--nets", type=Path, help="folder of trained networks")
    parser.add_argument("--out", default=HERE, type=Path, help="folder to write into")
    options = parser.parse_args()
    test = data.shapes(TESTED, rng=np.random.default_rng([0, 23]))
    for seed in range(options.seeds):
        net = trained(seed, options.nets)
        print(seed, train.accuracy(net, *test), flush=True)
