"""Shapes, parameters and multiply-adds agree with PyTorch's for the same networks."""

import math

import numpy as np
import pytest

from cnncourse.layers import (
    AvgPool2D,
    Conv2D,
    Dense,
    Flatten,
    GlobalAvgPool2D,
    MaxPool2D,
    ReLU,
    Sequential,
)
from cnncourse.networks import course_cnn
from cnncourse.summary import summary

torch = pytest.importorskip("torch")
RNG = np.random.default_rng(0)
NETWORKS = {
    "course": (course_cnn(RNG), (28, 28, 1)),
    "strides": (
        Sequential(
            *(Conv2D(3, 8, 5, stride=2, pad=1, rng=RNG), ReLU(), AvgPool2D(2)),
            *(Conv2D(8, 12, 3, dilation=2, rng=RNG), ReLU(), MaxPool2D(3), Flatten()),
            *(Dense(12 * 3 * 3, 20, rng=RNG), ReLU(), Dense(20, 7, rng=RNG)),
        ),
        (53, 53, 3),
    ),
    "global average": (
        Sequential(Conv2D(3, 8, 3, rng=RNG), GlobalAvgPool2D(), Dense(8, 5, rng=RNG)),
        (11, 14, 3),
    ),
    "dense": (Sequential(Flatten(), Dense(20 * 10 * 2, 5, rng=RNG)), (20, 10, 2)),
}


def twin(layer):
    """The same layer in PyTorch."""
    nn, settings = torch.nn, layer.settings
    if isinstance(layer, Conv2D):
        return nn.Conv2d(
            settings["channels"],
            settings["filters"],
            settings["k"],
            stride=settings["stride"],
            padding=settings["pad"],
            dilation=settings.get("dilation", 1),
        )
    if isinstance(layer, Dense):
        return nn.Linear(settings["inputs"], settings["outputs"])
    if isinstance(layer, MaxPool2D):
        return nn.MaxPool2d(settings["k"], settings["stride"])
    if isinstance(layer, AvgPool2D):
        return nn.AvgPool2d(settings["k"], settings["stride"])
    if isinstance(layer, GlobalAvgPool2D):
        return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
    return nn.Flatten() if isinstance(layer, Flatten) else nn.ReLU()


@pytest.mark.parametrize("name", NETWORKS)
def test_counts_agree(name):
    net, shape = NETWORKS[name]
    x = torch.zeros(1, shape[2], shape[0], shape[1])
    for layer, row in zip(net.layers, summary(net, shape), strict=True):
        module = twin(layer)
        x = module(x)
        theirs = tuple(x.shape[1:])
        if len(theirs) == 3:
            theirs = (*theirs[1:], theirs[0])
        assert row.shape == theirs
        assert row.parameters == sum(p.numel() for p in module.parameters())
        weight = getattr(module, "weight", None)
        work = 0 if weight is None else weight.numel() * math.prod(x.shape[2:])
        assert row.multiply_adds == work
        assert row.memory == 4 * x.numel()
