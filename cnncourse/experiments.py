"""Fair comparisons: networks trained on a few digits, alike in everything but one thing.

A seed chooses the training images, the first weights and the order of the images, so that two
setups with one seed differ in nothing else. `data/make_generalisation.py` runs many of them.
"""

import functools
import json
from typing import NamedTuple

import numpy as np

from . import data, invariance, ops, optim, train, variations
from .layers import Conv2D, Dense, Dropout, Flatten, ReLU, Sequential
from .shapes import check_bool, check_fraction, check_int, check_rng, listed, shown
from .variations import moved_by

SHRINKING = "max", "average", "stride", "nothing"
HELD_OUT, LOOKED_AT = 1000, 20  # images; steps between two looks at their loss
STEPS = {100: 300, 300: 300, 1000: 300, 5000: 900, 59_000: 1800}  # of the stored runs, by images
MEASURED = 10_000  # as many training images at most are asked for their accuracy


class Setup(NamedTuple):
    """What a run is like; a fair comparison changes one of these."""

    shrinking: str = "max"  # what makes the maps smaller: one of SHRINKING
    dropout: float = 0.0  # the share of the numbers before the dense layer that are dropped
    move: int = 0  # training images move by up to so many pixels
    weight_decay: float = 0.0
    images: int = 300  # training images
    steps: int = 300  # of 32 images each
    filters: int = 16  # of the first convolution; the second has twice as many


def network(setup: Setup, rng: np.random.Generator) -> Sequential:
    """The network of a setup, usually of 20,490 parameters, or 20,480 where nothing shrinks."""
    _check_setup(setup, "network: setup")
    if not isinstance(setup.shrinking, str) or setup.shrinking not in SHRINKING:
        raise ValueError(
            f"network: setup.shrinking should be one of {SHRINKING}, "
            f"but is {shown(setup.shrinking)}."
        )
    check_rng(rng, "network: rng")
    check_fraction(setup.dropout, "network: setup.dropout")
    if setup.shrinking == "nothing":
        maps = 171 * check_int(setup.filters, "network: setup.filters", 1) // 16
        convolutions = [Conv2D(1, maps, 3, pad=1, rng=rng), ReLU()]
        convolutions += [Conv2D(maps, 2, 3, pad=1, rng=rng), ReLU()]
        end = [Flatten(), Dense(28 * 28 * 2, 10, rng=rng)]
    else:
        pooling = "none" if setup.shrinking == "stride" else setup.shrinking
        *convolutions, flatten, dense = invariance.cnn_with(pooling, rng, setup.filters).layers
        end = [flatten, dense]
    drop = [Dropout(setup.dropout, rng=rng)] if setup.dropout else []
    return Sequential(*convolutions, end[0], *drop, end[1])


def _check_setup(setup, what: str) -> None:
    if not isinstance(setup, Setup):
        raise ValueError(f"{what} should be a Setup(...), but is {shown(setup)}.")


def drawn(images: int, seed: int) -> data.Split:
    """Training images, and HELD_OUT held-out ones, drawn from MNIST's 60,000: a data.Split."""
    check_int(images, "drawn: images", 1)
    check_int(seed, "drawn: seed", 0)
    digits = data.load("mnist")
    most = len(digits.x_train) - HELD_OUT
    if images > most:
        raise ValueError(f"drawn: images should be at most {most:,}, but is {images:,}.")
    order = np.random.default_rng([seed, 10]).permutation(len(digits.x_train))
    order = np.concatenate([order[HELD_OUT : HELD_OUT + images], order[:HELD_OUT]])
    return data.split(digits.x_train[order], digits.y_train[order], held_out=HELD_OUT)


def run(setup: Setup, seed: int, looks: bool = False) -> dict:
    """Train a network, and test it with all 10,000 test images. What comes out:

    "train", "held", "test": accuracies after the last step, the first of 10,000 training images at
    most; from 1,000 training images on "changed", those of changed test images. With looks
    "stopped", the test accuracy of the weights with the lowest held-out loss, seen every 20 steps;
    "stopped_at", their step; "losses": for each look step, loss of the training images, held-out
    loss.
    """
    net, found = trained(setup, seed, looks)
    digits = data.load("mnist")
    found["test"] = train.accuracy(net, digits.x_test, digits.y_test)
    if setup.images >= 1000:
        found["changed"] = {
            name: train.accuracy(net, x, digits.y_test[: len(x)])
            for name, x in changed_tests().items()
        }
    if looks:
        found.pop("best").restore()
        found["stopped"] = train.accuracy(net, digits.x_test, digits.y_test)
    return found


def trained(setup: Setup, seed: int, looks: bool = False):
    """The network after its last step, and what was seen on the way."""
    _check_setup(setup, "trained: setup")
    check_bool(looks, "trained: looks")
    x, y, x_held, y_held = drawn(setup.images, seed)
    net = network(setup, np.random.default_rng([seed, 11]))
    optimizer = optim.Adam(0.001, weight_decay=setup.weight_decay)
    augment = moved_by(setup.move) if setup.move else None
    best, stopped_at, losses = train.Best(net), 0, []
    records = train.fit(
        *(net, x, y), epochs=setup.steps, batch_size=32, optimizer=optimizer,
        rng=np.random.default_rng([seed, 12]), augment=augment, workers=1,
    )  # fmt: skip
    for step, _ in zip(range(1, setup.steps + 1), records):
        if looks and step % LOOKED_AT == 0:
            held = _loss(net, x_held, y_held)
            losses.append([step, _loss(net, x[:HELD_OUT], y[:HELD_OUT]), held])
            if best.see(-held):
                stopped_at = step
    records.close()
    known = {"x": x[:MEASURED], "y": y[:MEASURED]}
    found = {"train": train.accuracy(net, **known), "held": train.accuracy(net, x_held, y_held)}
    if looks:
        found |= {"best": best, "stopped_at": stopped_at, "losses": losses}
    return net, found


def _loss(net, x, y) -> float:
    return float(ops.softmax_cross_entropy(net(x), y)[0])


@functools.cache
def changed_tests(n: int = 2000) -> dict:
    """Test images as they are, and changed in five ways: name -> images (n, 28, 28, 1)."""
    x = data.load("mnist").x_test[:n]
    noise = np.random.default_rng(13).normal(0, 0.3, x.shape)
    thin = np.stack([variations.thickened(image[:, :, 0], -0.5) for image in x])[..., None]
    return {
        "as they are": x,
        "moved by 2": variations.shifted(x, 0, 2),
        "moved by 4": variations.shifted(x, 0, 4),
        "turned by 20°": variations.turned(x, 20),
        "thinner": thin.astype(np.float32),
        "noisy": np.clip(x + noise, 0, 1).astype(np.float32),
    }


@functools.cache
def stored() -> list[dict]:
    """Every run of data/make_generalisation.py: its setup, its seed and what came out."""
    return json.loads(data.bundled("generalisation.json").read_text(encoding="utf-8"))["runs"]


def different(first: Setup, second: Setup) -> list[str]:
    """The names of what two setups do not have alike."""
    return [field for field in Setup._fields if getattr(first, field) != getattr(second, field)]


def unfair(first: Setup, second: Setup, first_seeds, second_seeds) -> str:
    """Why a comparison of two setups would not be fair, in a sentence; '' where it is.

    first_seeds, second_seeds: lists of whole numbers, one for each run.
    """
    _check_setup(first, "unfair: first")
    _check_setup(second, "unfair: second")
    seeds = [
        [check_int(seed, f"unfair: {name}", 0) for seed in listed(each, f"unfair: {name}")]
        for name, each in (("first_seeds", first_seeds), ("second_seeds", second_seeds))
    ]
    differ = different(first, second)
    counts = [
        sum(param.size for param in network(setup, np.random.default_rng(0)).params())
        for setup in (first, second)
    ]
    if seeds[0] != seeds[1] and sorted(seeds[0]) == sorted(seeds[1]):
        return "The seeds should stand in the same order: runs with the same seed make a pair."
    if seeds[0] != seeds[1]:
        return (
            "The seeds should be the same for both, so that they learn from the same images in the "
            "same order."
        )
    if len(set(seeds[0])) < len(seeds[0]):
        return "Every seed should occur once: the same run twice tells nothing new."
    if len(seeds[0]) < 2:
        return "There should be several seeds: one alone says nothing about chance."
    if "images" in differ:
        return (
            f"Both should learn from equally many images, not {first.images} and {second.images}."
        )
    if "steps" in differ:
        return f"Both should take equally many steps, not {first.steps} and {second.steps}."
    if abs(counts[0] - counts[1]) > counts[0] / 100:
        return f"Both should have about as many parameters, not {counts[0]:,} and {counts[1]:,}."
    if not differ:
        return "Nothing differs: both are the same network."
    if len(differ) > 1:
        return (
            f"One thing should differ, but {len(differ)} do: {', '.join(differ)}. Which of them "
            "made the difference, nobody could tell."
        )
    return ""


def planned(images: int, **changes) -> Setup:
    """The setup of stored runs with so many images, in which some things are changed."""
    if not isinstance(images, int) or images not in STEPS:
        raise ValueError(f"planned: images should be one of {[*STEPS]}, but is {shown(images)}.")
    return Setup(**changes, images=images, steps=STEPS[images])


def stored_runs(setup: Setup, key: str = "test") -> np.ndarray:
    """One result of each stored run of a setup, in the order of the seeds."""
    _check_setup(setup, "stored_runs: setup")
    alike = [one for one in stored() if Setup(**one["setup"]) == setup]
    if not alike:
        raise ValueError(f"stored_runs: setup should be one of those stored, but is {setup}.")
    if not isinstance(key, str) or key not in alike[0]:
        raise ValueError(f"stored_runs: key should be one of {[*alike[0]]}, but is {shown(key)}.")
    return np.array([one[key] for one in sorted(alike, key=lambda one: one["seed"])])
