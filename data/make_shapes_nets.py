"""Train networks on coloured shapes, and measure what their units see; lesson 11 reads it.

    python data/make_shapes_nets.py
    python data/make_shapes_nets.py --nets FOLDER

Writes shapes_cnn.npz, the network of seed 0 after its last epoch; shapes_nets.json, with every
measure of every network, trained and untrained; and shapes_nets.md, tables of them. Nothing is
chosen by the test images. With --nets, trained networks are kept in a folder and taken from there.
It takes about three minutes for each seed, on one core.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from cnncourse import data, layers, networks, optim, selectivity, storage, train

HERE = Path(__file__).parent
IMAGES, TESTED, EPOCHS, PEAK = 20_000, 5_000, 14, 0.0015

NEAR, MEASURED = 5_000, 2_048
MEASURES = {  # what it is called in the table, and digits after the point
    "angle": ("selectivity for angles, 0 to 1, median", 2),
    "colour": ("brightness −1, colour 1, median", 2),
    "class": ("selectivity for classes, 0 to 1, median", 3),
    "part": ("pixels across the part that drives it, median", 1),
    "angle off": ("read-out of an edge's angle, degrees off", 1),
    "class right": ("read-out of the class, fraction right", 3),
}


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


def softmax_regression(x, y, seed: int) -> layers.Sequential:
    """The best that a linear map of the pixels can do."""
    rng = np.random.default_rng([seed, 20])
    net = layers.Sequential(layers.Flatten(), layers.Dense(x[0].size, 8, rng=rng))
    return fitted(net, x, y, seed, 0.001)


def nearest(x, y, x_new, y_new) -> float:
    """The accuracy of the label of the nearest image."""
    x, x_new = (each.reshape(len(each), -1) for each in (x, x_new))
    apart = (x**2).sum(axis=1) - 2 * x_new @ x.T
    return float((y[apart.argmin(axis=1)] == y_new).mean())


def rounded(values):
    """Three digits after the point, None for NaN: JSON has no such number."""
    if isinstance(values, list):
        return [rounded(value) for value in values]
    return None if values != values else round(values, 3)


def measure(net: layers.Sequential, seed: int, is_trained: bool, test) -> dict:
    known = tuple(each[:MEASURED] for each in training_set(seed))
    found = selectivity.measured(net, known, tuple(each[:MEASURED] for each in test))
    about = {"seed": seed, "trained": is_trained, "accuracy": train.accuracy(net, *test)}
    return about | {name: rounded(values) for name, values in found.items()}


def spread(values, digits: int) -> str:
    return (
        f"{np.mean(values):.{digits}f} ({np.min(values):.{digits}f} to {np.max(values):.{digits}f})"
    )


def tables(nets: list[dict], others: dict[str, list[float]]) -> str:
    lines = [
        "# Networks that learn coloured shapes",
        "",
        "Made by `python data/make_shapes_nets.py`, which says more; every number is in",
        "shapes_nets.json. Each row: the mean over the seeds, the lowest and the highest.",
        f"Accuracies are those on {TESTED:,} new images; each network and the softmax regression",
        f"learned from {IMAGES:,} images; the nearest image is one of {NEAR:,}. Guessing: 12.5%.",
        "",
        "| what says the label | accuracy in % |",
        "|---|---|",
    ]
    accuracies = [net["accuracy"] for net in nets if net["trained"]]
    for name, values in (others | {"`shapes_cnn`, 32,552 parameters": accuracies}).items():
        lines.append(f"| {name} | {spread(100 * np.array(values), 1)} |")
    lines += [
        "",
        "| measure | networks | pixels | convolution 1 | convolution 2 | convolution 3 |",
        "|---|---|---|---|---|---|",
    ]
    for name, (about, digits) in MEASURES.items():
        for is_trained in (False, True):
            rows = [net[name] for net in nets if net["trained"] == is_trained]
            if isinstance(rows[0][0], list):
                rows = [
                    [float("nan"), *(np.nanmedian(np.array(u, float)) for u in r)] for r in rows
                ]
            columns = [spread(column, digits) for column in np.transpose(rows)]
            cells = " | ".join("" if "nan" in cell else cell for cell in columns)
            lines.append(f"| {about} | {'trained' if is_trained else 'untrained'} | {cells} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5, help="networks of each kind (default: 5)")
    parser.add_argument("--nets", type=Path, help="folder of trained networks")
    parser.add_argument("--out", default=HERE, type=Path, help="folder to write into")
    options = parser.parse_args()
    test = data.shapes(TESTED, rng=np.random.default_rng([0, 23]))
    nets, others = [], {"softmax regression": [], "nearest image": []}
    for seed in range(options.seeds):
        net = trained(seed, options.nets)
        if seed == 0:
            notes = {"images": IMAGES, "epochs": EPOCHS, "seed": 0}
            storage.save(net, options.out / "shapes_cnn.npz", **notes)
        nets += [measure(untrained(seed), seed, False, test), measure(net, seed, True, test)]
        x, y = training_set(seed)
        regression, near = others.values()
        regression.append(train.accuracy(softmax_regression(x, y, seed), *test))
        near.append(nearest(x[:NEAR], y[:NEAR], *test))
        print(f"seed {seed}: {nets[-1]['accuracy']:.2%}, softmax regression {regression[-1]:.2%}")
    text = ",\n".join(json.dumps(net) for net in nets)
    rest = json.dumps({name: rounded(values) for name, values in others.items()})
    whole = f'{{"others": {rest},\n"networks": [\n{text}\n]}}\n'
    (options.out / "shapes_nets.json").write_text(whole)
    (options.out / "shapes_nets.md").write_text(tables(nets, others))


if __name__ == "__main__":
    main()
