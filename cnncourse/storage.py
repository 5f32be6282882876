"""Save a network to a file and load it again: a plain .npz of arrays and one text, never pickle.

Beside the parameters a file can hold the optimizer, so that training goes on where it stopped.
"""

import json
import os
import zipfile
import zlib
from pathlib import Path

import numpy as np

from . import layers, optim

FORMAT = "cnncourse network 1"
LAYERS = {
    cls.__name__: cls
    for cls in (
        layers.Conv2D,
        layers.Dense,
        layers.MaxPool2D,
        layers.AvgPool2D,
        layers.ReLU,
        layers.Flatten,
        layers.Dropout,
    )
}
OPTIMIZERS = {"SGD": optim.SGD, "Adam": optim.Adam}


def save(net: layers.Sequential, path, *, optimizer: optim.Optimizer | None = None, **notes):
    """Write `net` to `path` (.npz); with `optimizer` also how far training has come.

    notes: short facts to keep with it (numbers, texts). The file appears whole or not at all.
    """
    path = Path(path)
    if path.suffix != ".npz":
        raise ValueError(f"save: path should end in .npz, but is {str(path)!r}.")
    if not path.parent.is_dir():
        raise ValueError(
            f"save: path should be in a folder that exists, but {str(path.parent)!r} does not."
        )
    text = {"format": FORMAT, "layers": [], "notes": notes}
    arrays = {}
    for place, layer in enumerate(net.layers):
        if type(layer) not in LAYERS.values():
            raise ValueError(
                f"save: layers should be those of cnncourse.layers, but layer {place} is {layer!r}."
            )
        text["layers"].append([type(layer).__name__, layer.settings])
        arrays |= {f"layer {place} {name}": array for name, array in layer.params.items()}
    if optimizer is not None:
        text["optimizer"] = _optimizer_text(optimizer)
        for place, state in enumerate(optimizer.state):
            arrays |= {f"optimizer {place} {i}": array for i, array in enumerate(state)}
    arrays["about"] = np.array(json.dumps(text))

    part = path.with_name(path.name + ".part")
    try:
        with open(part, "wb") as file:
            np.savez(file, **arrays)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def load(path) -> layers.Sequential:
    """The network that `save` wrote; a ValueError if the file is damaged or something else."""
    return load_training(path)[0]


def load_training(path):
    """The network, its optimizer (None if none was saved) and the notes, as `save` was given them."""
    path = Path(path)
    if not path.is_file():
        raise ValueError(f"load: path should be a saved network, but there is no file {str(path)!r}.")
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        text = json.loads(str(arrays.pop("about")))
        if text["format"] != FORMAT:
            raise ValueError(f"its format is {text['format']!r}")
        net = layers.Sequential(*(_layer(name, settings) for name, settings in text["layers"]))
        for place, layer in enumerate(net.layers):
            for name, array in layer.params.items():
                array[...] = _fitting(arrays.pop(f"layer {place} {name}"), array)
        optimizer = _optimizer(text["optimizer"], arrays, net) if "optimizer" in text else None
        return net, optimizer, text["notes"]
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        EOFError,
        OSError,
        NotImplementedError,
        zipfile.BadZipFile,
        zlib.error,
    ) as problem:
        reason = " ".join(str(problem).split()).rstrip(".") or type(problem).__name__
        raise ValueError(
            f"load: {str(path)!r} should be a network saved by cnncourse, but it is damaged or "
            f"something else ({reason})."
        ) from None


def _layer(name, settings):
    settings = {k: tuple(v) if isinstance(v, list) else v for k, v in settings.items()}
    if name in ("Conv2D", "Dense", "Dropout"):
        settings["rng"] = np.random.default_rng(0)  # its draws are overwritten by what was saved
    return LAYERS[name](**settings)


def _fitting(saved, expected):
    if saved.shape != expected.shape or saved.dtype.kind != "f":
        raise ValueError(
            f"an array is {saved.dtype} {saved.shape} where {expected.shape} is expected"
        )
    if not np.isfinite(saved).all():
        raise ValueError("a parameter is infinite or not a number")
    return saved


def _optimizer_text(optimizer):
    name = type(optimizer).__name__
    if OPTIMIZERS.get(name) is not type(optimizer):
        raise ValueError(f"save: optimizer should be SGD or Adam, but is {optimizer!r}.")
    text = {"name": name, "steps": optimizer.steps, "weight_decay": optimizer.weight_decay}
    for setting in ("momentum", "beta1", "beta2", "epsilon"):
        if hasattr(optimizer, setting):
            text[setting] = getattr(optimizer, setting)
    lr = optimizer.lr
    if isinstance(lr, optim.OneCycle):
        lr = {"peak": lr.peak, "steps": lr.steps, "rise": lr.rise}
    elif callable(lr):
        raise ValueError(f"save: optimizer.lr should be a number or a OneCycle, but is {lr!r}.")
    return text | {"lr": lr}


def _optimizer(text, arrays, net):
    settings = dict(text)
    cls, steps = OPTIMIZERS[settings.pop("name")], settings.pop("steps")
    if isinstance(settings["lr"], dict):
        settings["lr"] = optim.OneCycle(**settings["lr"])
    optimizer = cls(**settings)
    optimizer.steps = steps
    if steps:
        optimizer.state = [
            [
                _fitting(arrays.pop(f"optimizer {place} {i}"), param)
                for i in range(optimizer.averages)
            ]
            for place, param in enumerate(net.params())
        ]
    return optimizer
