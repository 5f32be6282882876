"""What several labs begin with: test images of MNIST, the trained network, or a learner's own."""

import functools

import numpy as np

from .. import data, storage
from ..layers import Sequential, check_network
from ..pixels import PixelGrid
from ..shapes import Array, as_array, sizes

SIDE, LABELS = 28, 10


@functools.cache
def digits() -> tuple[Array, Array]:
    """The test images, (10000, 28, 28, 1), and their labels; in memory once for all labs."""
    x, y = data.stored_mnist(["x_test", "y_test"])
    return x[..., None] / np.float32(255), y.astype(np.int64)


def first_of_each() -> list[int]:
    """Where among them each label comes first."""
    return [int(np.flatnonzero(digits()[1] == label)[0]) for label in range(LABELS)]


def course_network() -> Sequential:
    return storage.load(data.bundled("course_cnn.npz"))


def checked_network(net: Sequential, name: str) -> Sequential:
    """`net`, if it gives a score for each label to a digit; a ValueError otherwise."""
    check_network(net, f"{name}: net")
    try:
        sizes(net(np.zeros((1, SIDE, SIDE, 1), np.float32)), "n f", "its output", f=LABELS)
    except ValueError as problem:
        raise ValueError(
            f"{name}: net should give {LABELS} scores to an image of 28 x 28 x 1, but does not: "
            f"{problem}"
        ) from None
    return net


def checked_image(image, name: str) -> Array:
    """A picture of a digit, (28, 28) or (28, 28, 1), as (28, 28, 1); a ValueError for others."""
    image = as_array(image, f"{name}: image")
    if image.shape not in ((SIDE, SIDE), (SIDE, SIDE, 1)):
        raise ValueError(
            f"{name}: image should be numbers of shape (28, 28) or (28, 28, 1), but has shape "
            f"{image.shape} and dtype {image.dtype}."
        )
    return image.astype(np.float32).reshape(SIDE, SIDE, 1)


def drawing_pad(image: Array, size: int) -> PixelGrid:
    """An image, (h, w, 1), that can be drawn on."""
    return PixelGrid(
        image[:, :, 0],
        size=size,
        drawable=True,
        brush=1.2,
        title="the image",
        label="the image, to draw on",
    )
