"""Pictures to learn from: the handwritten digits, coloured shapes and four photographs.

Where each file comes from, and under which licence, stands in data/README.md.
"""

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

from . import downloads
from .coloured_shapes import SHAPES as SHAPES
from .coloured_shapes import shapes as shapes
from .files import read_arrays
from .pictures import digit_from_picture as digit_from_picture
from .pictures import grey as grey
from .pictures import read_picture
from .shapes import Array, check_array, check_int, check_labels, shown

MEND = 'run "git checkout -- data" in the folder of the course, or install the course again.'

PHOTOGRAPHS = {
    "astronaut": "Eileen Collins, astronaut, in colour, by NASA; in the public domain.",
    "camera": "A man behind a camera, in grey, by Lav Varshney; CC0 (free for any use).",
    "chelsea": "Chelsea the cat, in colour, by Stefan van der Walt; CC0 (free for any use).",
    "coffee": "A cup of coffee, in colour, by Rachel Michetti; CC0 (free for any use).",
}


class Dataset(NamedTuple):
    """Images and their labels, to learn from (train) and to be judged by (test).

    x_train, x_test: (n, h, w, c) float32 from 0 to 1      y_train, y_test: (n,) int64
    """

    x_train: Array
    y_train: Array
    x_test: Array
    y_test: Array


def folder() -> Path:
    """The folder of the data files: beside the package in a checkout, inside it once installed."""
    package = Path(__file__).resolve().parent
    installed = package / "_data"
    return installed if installed.is_dir() else package.parent / "data"


def bundled(name: str) -> Path:
    """The path of a file that comes with the course; a FileNotFoundError where it is missing."""
    if not isinstance(name, str):
        kind = type(name).__name__
        raise ValueError(f"bundled: name should be the name of a file, but its type is {kind}.")
    path = folder() / name
    if not os.path.isfile(path):
        raise FileNotFoundError(f"{name} should be in {path.parent}, but is not there: {MEND}")
    return path


def load(name: str) -> Dataset:
    """All images and labels of a dataset: load("mnist") gives 70,000 handwritten digits.

    x: (60000 and 10000, 28, 28, 1), 0 to 1: paper to ink   y: (60000 and 10000,) from 0 to 9
    "mnist" comes with the course: LeCun, Bottou, Bengio and Haffner (1998), "Gradient-based
    learning applied to document recognition". "fashion-mnist", clothes in the same format, is
    fetched once: see downloads.
    """
    _known(name, ["mnist", "fashion-mnist"], "load: name")
    arrays = stored_mnist() if name == "mnist" else downloads.fashion_mnist()
    x_train, y_train, x_test, y_test = arrays
    return Dataset(
        _as_images(x_train), y_train.astype(np.int64), _as_images(x_test), y_test.astype(np.int64)
    )


def stored_mnist(names=Dataset._fields) -> tuple[Array, ...]:
    """The arrays of MNIST as they are stored: uint8, (n, 28, 28) and (n,)"""
    path = bundled("mnist.npz")
    try:
        arrays = read_arrays(path, names)
        for name, array in arrays.items():
            shape = len(arrays[f"x{name[1:]}"]), *((28, 28) if name[0] == "x" else ())
            if array.shape != shape or array.dtype != np.uint8:
                raise ValueError(f"{name} is {array.dtype} {array.shape}")
        return tuple(arrays.values())
    except Exception as error:  # a damaged archive fails in many ways
        raise ValueError(f"{path} should hold MNIST, but is damaged: {MEND}") from error


class Split(NamedTuple):
    """Images and labels to learn from, and others held out to see whether something was learned."""

    x_train: Array
    y_train: Array
    x_held_out: Array
    y_held_out: Array


def split(x: Array, y: Array, *, held_out: int, name: str = "split") -> Split:
    """The last `held_out` images, with their labels, held out from the others.

    x: (n, ...)   y: (n,)   The parts are views: nothing is copied. Of images that are sorted by
    label, shuffle both with the same permutation first.
    """
    check_array(x, f"{name}: x")
    if x.ndim == 0:
        raise ValueError(f"{name}: x should have shape (n, ...), but has shape ().")
    n = len(x)
    check_labels(y, n, None, f"{name}: y")
    if check_int(held_out, f"{name}: held_out", 1) >= n:
        raise ValueError(f"{name}: held_out should be less than the {n} images, but is {held_out}.")
    return Split(x[:-held_out], y[:-held_out], x[-held_out:], y[-held_out:])


def _as_images(pixels: Array) -> Array:
    """Whole numbers to 255 as floats to 1, with an axis for the one channel."""
    return pixels[..., None] / np.float32(255)


def photograph(name: str) -> Array:
    """One of the PHOTOGRAPHS, from 0 to 1.   name   ->   (h, w, 3), the grey camera: (h, w)"""
    _known(name, PHOTOGRAPHS, "photograph: name")
    return read_picture(bundled(f"{name}.png"))


def _known(name: str, names, what: str) -> None:
    if not isinstance(name, str) or name not in names:
        raise ValueError(f"{what} should be {' or '.join(map(repr, names))}, but is {shown(name)}.")
