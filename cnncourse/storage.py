"""Save a network to a file and load it again: a plain .npz of arrays and one text, never pickle.

Beside the parameters a file can hold the optimizer, so that training goes on where it stopped.
"""

import json
import math
import os

import numpy as np

from . import layers, optim
from .files import check_path, check_target, may_read, read_arrays, write_target
from .shapes import check_int, shown

FORMAT = "cnncourse network 1"
LAYERS = {
    cls.__name__: cls
    for cls in (
        layers.Conv2D,
        layers.Dense,
        layers.MaxPool2D,
        layers.AvgPool2D,
        layers.GlobalAvgPool2D,
        layers.ReLU,
        layers.Flatten,
        layers.Dropout,
    )
}
SIZES = "channels", "filters", "inputs", "outputs"
OPTIMIZERS = {"SGD": optim.SGD, "Adam": optim.Adam}


def save(net: layers.Sequential, path, *, optimizer: optim.Optimizer | None = None, **notes):
    """Write `net` to `path` (.npz); with `optimizer` also how far training has come.

    notes: short facts to keep with it (numbers, texts). The file appears whole or not at all.
    """
    path = check_target(path, ".npz", "save")
    layers.check_network(net, "save: net")
    text = {"format": FORMAT, "layers": [], "notes": notes}
    arrays = {}
    for place, layer in enumerate(net.layers):
        if type(layer) not in LAYERS.values():
            raise ValueError(
                f"save: layers should be those of cnncourse.layers, but layer {place + 1} is "
                f"{layer!r}."
            )
        text["layers"].append([type(layer).__name__, layer.settings])
        arrays |= {f"layer {place} {name}": array for name, array in layer.params.items()}
    if optimizer is not None:
        text["optimizer"] = _optimizer_text(optimizer)
        for place, state in enumerate(optimizer.state):
            arrays |= {f"optimizer {place} {i}": array for i, array in enumerate(state)}
    try:
        about = json.dumps(text)
    except (TypeError, ValueError) as problem:
        raise ValueError(f"save: notes should be numbers and texts, but {problem}.") from None
    try:
        _rebuilt(json.loads(about), dict(arrays))
    except ValueError as problem:
        raise ValueError(f"save: net should be fit to load again, but {problem}.") from None
    arrays["about"] = np.array(about)

    write_target(path, lambda file: np.savez(file, **arrays), "save")


def load(path) -> layers.Sequential:
    """The network that `save` wrote; a ValueError if the file is damaged or something else."""
    return load_training(path)[0]


def load_training(path):
    """The network, its optimizer (None if none was saved) and the notes that `save` was given."""
    path = check_path(path, "load")
    if not may_read(path):
        raise ValueError(
            f"load: path should be a file that you may read, but you may not read {str(path)!r}."
        )
    if not os.path.isfile(path):
        came = shown(str(path))
        raise ValueError(f"load: path should be a saved network, but {came} is no file.")
    detail = ""
    try:
        arrays = read_arrays(path)
        text = json.loads(str(arrays.pop("about")))
        try:
            return _rebuilt(text, arrays)
        except ValueError as problem:  # our own message: it says what is wrong
            detail = f" ({str(problem).rstrip('.')})"
    except Exception:  # a damaged archive fails in many ways
        pass
    raise ValueError(
        f"load: {str(path)!r} should be a network saved by cnncourse, but it is damaged or "
        f"something else{detail}."
    )


def _rebuilt(text, arrays):
    """Network, optimizer and notes from the text and the arrays of a file; uses up the arrays."""
    if text["format"] != FORMAT:
        raise ValueError(f"its format is {text['format']!r}")
    held, made = sum(array.size for array in arrays.values()), []
    for place, (kind, settings) in enumerate(text["layers"]):
        if _weights(settings) > held:  # making them would take memory and time
            raise ValueError(f"layer {place} w is larger than all that the file holds")
        layer = _layer(kind, settings)
        for name, array in layer.params.items():
            layer.params[name] = _fitting(arrays, f"layer {place} {name}", array)
        made.append(layer)
    net = layers.Sequential(*made)
    optimizer = _optimizer(text["optimizer"], arrays, net) if "optimizer" in text else None
    if arrays:
        raise ValueError(f"it holds {sorted(arrays)[0]!r}, which belongs nowhere")
    return net, optimizer, text["notes"]


def _weights(settings) -> int:
    """How many weights a layer with these settings has, where they are numbers."""
    sizes = [settings[name] for name in SIZES if name in settings]
    if sizes and "k" in settings:
        k = settings["k"]
        sizes += k if isinstance(k, list) else [k, k]
    return math.prod(size for size in sizes if isinstance(size, int)) if sizes else 0


def _layer(name, settings):
    if name in ("Conv2D", "Dense", "Dropout"):  # its draws are overwritten by what was saved
        settings = {**settings, "rng": np.random.default_rng(0)}
    return LAYERS[name](**settings)


def _fitting(arrays, name, like):
    """Take an array out of `arrays`; a ValueError unless it is one like `like`, and finite."""
    if name not in arrays:
        raise ValueError(f"{name} is missing")
    array = arrays.pop(name)
    if array.shape != like.shape or array.dtype != like.dtype:
        raise ValueError(
            f"{name} is {array.dtype} {array.shape} where {like.dtype} {like.shape} belongs"
        )
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds values that are infinite or not a number")
    return array


def _optimizer_text(optimizer):
    name = type(optimizer).__name__
    if OPTIMIZERS.get(name) is not type(optimizer):
        raise ValueError(f"save: optimizer should be SGD or Adam, but its type is {name}.")
    text = {"name": name, "steps": optimizer.steps, "weight_decay": optimizer.weight_decay}
    for setting in ("momentum", "beta1", "beta2", "epsilon"):
        if hasattr(optimizer, setting):
            text[setting] = getattr(optimizer, setting)
    lr = optimizer.lr
    if isinstance(lr, optim.OneCycle):
        lr = {"peak": lr.peak, "steps": lr.steps, "rise": lr.rise, "start": lr.start}
    elif callable(lr):
        kind = type(lr).__name__
        raise ValueError(f"save: optimizer.lr should be a number or a OneCycle, but is a {kind}.")
    return text | {"lr": lr}


def _optimizer(text, arrays, net):
    settings = dict(text)
    cls, steps = OPTIMIZERS[settings.pop("name")], settings.pop("steps")
    if isinstance(settings["lr"], dict):
        settings["lr"] = optim.OneCycle(**settings["lr"])
    optimizer = cls(**settings)
    optimizer.steps = check_int(steps, "optimizer: steps", 0)
    if steps:
        optimizer.state = [
            [_fitting(arrays, f"optimizer {place} {i}", param) for i in range(optimizer.averages)]
            for place, param in enumerate(net.params())
        ]
    return optimizer
