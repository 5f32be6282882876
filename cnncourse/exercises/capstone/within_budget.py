"""Exercise within_budget: a network for coloured shapes that costs little and can see a shape."""

import numpy as np

from ... import layers
from ...layers import Conv2D, Dense, Flatten, GlobalAvgPool2D, MaxPool2D, ReLU, Sequential
from ...summary import summary
from ..core import Mistake, ValueExercise
from ..words import is_a_network

SHAPE, LABELS, MOST = (32, 32, 3), 8, 20_000
SEES = 13  # pixels across the smallest shapes
RNG = np.random.default_rng(0)


def within_budget():
    return layers.Sequential(
        layers.Conv2D(3, 16, 5, stride=2, pad=2, rng=np.random.default_rng(0)),
        layers.ReLU(),
        layers.Conv2D(16, 24, 3, pad=1, rng=np.random.default_rng(1)),
        layers.ReLU(),
        layers.MaxPool2D(2),
        layers.Conv2D(24, 32, 3, pad=1, rng=np.random.default_rng(2)),
        layers.ReLU(),
        layers.MaxPool2D(2),
        layers.Flatten(),
        layers.Dense(4 * 4 * 32, 8, rng=np.random.default_rng(3)),
    )


def takes_shapes(net) -> str:
    try:
        net(np.zeros((1, *SHAPE), np.float32))
    except ValueError as error:  # it names the layer, and says what arrives
        return f"It should take images of 32 × 32 × 3, but says: {error}"
    return ""


def does_not_fit(net) -> bool:
    return isinstance(net, Sequential) and takes_shapes(net) != ""


def gives_scores(net) -> str:
    shape = summary(net, SHAPE)[-1].shape
    if shape != (LABELS,):
        given = " × ".join(map(str, shape))
        return f"It should give {LABELS} scores for an image, but gives {given} numbers."
    if isinstance(net.layers[-1], ReLU):
        return "Scores may be below zero, but the last layer is a ReLU."
    return ""


def convolves(net) -> str:
    found = count(net, Conv2D)
    if found < 2:
        return f"It should have two convolutions or more, but has {found}."
    return ""


def bends(net) -> str:
    weighing = None
    for place, layer in enumerate(net.layers, 1):
        if isinstance(layer, (Conv2D, Dense)):
            if weighing:
                return f"There should be a ReLU between layers {weighing} and {place}."
            weighing = place
        elif isinstance(layer, ReLU):
            weighing = None
    return ""


def sees_a_shape(net) -> str:
    fields = [row.receptive_field for row in summary(net, SHAPE) if row.receptive_field]
    sees = min(fields[-1]) if fields else 0
    if sees < SEES:
        return (
            f"A number of the last maps should see {SEES} × {SEES} pixels, a small shape whole, "
            f"but sees {sees} × {sees}."
        )
    return ""


def keeps_places(net) -> str:
    for layer, row in zip(net.layers, summary(net, SHAPE)):
        if not isinstance(layer, GlobalAvgPool2D) and row.shape[:2] == (1, 1):
            return f"Maps should stay larger than 1 × 1, but {layer} leaves 1 × 1."
    return ""


def is_cheap(net) -> str:
    parameters = summary(net, SHAPE).parameters
    if parameters > MOST:
        return (
            f"It should have at most {MOST:,} parameters, but has {parameters:,}: "
            f"{parameters - MOST:,} too many."
        )
    return ""


def count(net, kind) -> int:
    return sum(isinstance(layer, kind) for layer in net.layers)


def dense_part(net) -> float:
    """How much of all parameters the dense layers hold."""
    held = sum(p.size for la in net.layers if isinstance(la, Dense) for p in la.params.values())
    return held / summary(net, SHAPE).parameters


def changed(places: dict, drop=()):
    """The solution with some layers replaced, and others left out."""
    parts = enumerate(within_budget().layers)
    return Sequential(*(places.get(i, layer) for i, layer in parts if i not in drop))


EXERCISE = ValueExercise(
    name="within_budget",
    asks="should be a Sequential for images of 32 × 32 × 3 and 8 labels, with at most 20,000 "
    "parameters: two convolutions or more, a ReLU between layers with weights, and last maps that "
    "see 13 × 13 pixels and are larger than 1 × 1 (but for a global average).",
    solution=within_budget,
    requirements={
        "a network": is_a_network,
        "for images of 32 × 32 × 3": takes_shapes,
        "8 scores": gives_scores,
        "two convolutions or more": convolves,
        "a ReLU between layers with weights": bends,
        "larger than 1 × 1": keeps_places,
        "a small shape seen whole": sees_a_shape,
        "at most 20,000 parameters": is_cheap,
    },
    mistakes=[
        Mistake(
            "kernels for grey images",
            "a colour image has three channels, so the first layer begins with Conv2D(3, ...).",
            lambda net: (
                isinstance(net.layers[0], Conv2D) and net.layers[0].settings["channels"] == 1
            ),
            example=changed({0: Conv2D(1, 16, 5, stride=2, pad=2, rng=RNG)}),
        ),
        Mistake(
            "no Flatten",
            "a dense layer weighs a row of numbers: put Flatten (or a global average) before it.",
            lambda net: does_not_fit(net) and not count(net, (Flatten, GlobalAvgPool2D)),
            example=changed({}, drop=[8]),
        ),
        Mistake(
            "inputs of the dense layer",
            "follow rows and columns: a stride of 2 and a pooling by 2 halve them. Multiply what "
            "is left with the maps; `summary` of the layers up to Flatten tells it.",
            lambda net: does_not_fit(net) and not does_not_fit(Sequential(*net.layers[:-1])),
            example=changed({9: Dense(8 * 8 * 32, 8, rng=RNG)}),
        ),
        Mistake(
            "channels do not fit",
            "a convolution has as many channels as the one before has filters.",
            lambda net: does_not_fit(net) and count(net, Conv2D) > 1,
            example=changed({2: Conv2D(3, 24, 3, pad=1, rng=RNG)}),
        ),
        Mistake(
            "ten scores, as for digits",
            "there are eight kinds of shapes.",
            lambda net: summary(net, SHAPE)[-1].shape == (10,),
            example=changed({9: Dense(512, 10, rng=RNG)}),
        ),
        Mistake(
            "a ReLU at the end",
            "it would cut off all scores below zero. Take it out.",
            lambda net: isinstance(net.layers[-1], ReLU),
            example=Sequential(*within_budget().layers, ReLU()),
        ),
        Mistake(
            "no convolution at all",
            "a dense layer on pixels costs much, and has to learn each place by itself.",
            lambda net: not count(net, Conv2D),
            example=Sequential(Flatten(), Dense(3072, 6, rng=RNG), ReLU(), Dense(6, 8, rng=RNG)),
        ),
        Mistake(
            "one convolution only",
            "edges alone are no shape; a second convolution puts them together.",
            lambda net: count(net, Conv2D) == 1,
            example=changed({9: Dense(8 * 8 * 16, 8, rng=RNG)}, drop=[2, 3, 5, 6, 7]),
        ),
        Mistake(
            "pooling in place of a ReLU",
            "max pooling bends as well, but asked is a ReLU, which the maps need that are not the "
            "largest of their window.",
            lambda net: bends(net) and MaxPool2D in pairs_between(net),
            example=changed({}, drop=[3]),
        ),
        Mistake(
            "no bend",
            "two layers of weights with no ReLU between them do what one could do.",
            bends,
            example=changed({}, drop=[1]),
        ),
        Mistake(
            "pooled away",
            "from 1 × 1 nobody can tell how edges lie to each other. Pool less, or later.",
            keeps_places,
            example=changed({7: MaxPool2D(8), 9: Dense(32, 8, rng=RNG)}),
        ),
        Mistake(
            "windows too small",
            "more layers, a stride or a pooling before the last convolution, or larger windows let "
            "a number see more (lesson 07).",
            sees_a_shape,
            example=Sequential(
                Conv2D(3, 16, 3, rng=RNG),
                ReLU(),
                Conv2D(16, 16, 3, rng=RNG),
                ReLU(),
                GlobalAvgPool2D(),
                Dense(16, 8, rng=RNG),
            ),
        ),
        Mistake(
            "Flatten too early",
            "the dense layers hold most of the parameters. Pool once more before Flatten, or take "
            "fewer maps there.",
            lambda net: is_cheap(net) and dense_part(net) > 0.5,
            example=changed({9: Dense(8 * 8 * 32, 8, rng=RNG)}, drop=[4]),
        ),
        Mistake(
            "too many filters",
            "the convolutions hold most of the parameters: maps of the one times maps of the next, "
            "and that times the window. Take fewer filters, or smaller windows.",
            lambda net: is_cheap(net) and dense_part(net) <= 0.5,
            example=changed(
                {
                    2: Conv2D(16, 64, 3, pad=1, rng=RNG),
                    5: Conv2D(64, 32, 3, pad=1, rng=RNG),
                }
            ),
        ),
    ],
    hints=(
        "Begin with a preset of the architect, with `architect((32, 32, 3), labels=8)`, and read "
        "its code.",
        "Three blocks: convolution, ReLU, and something that halves rows and columns, a stride of "
        "2 or a pooling. The dense layer then gets 4 × 4 × maps.",
        "With 16, 24 and 32 filters, windows of 5, 3 and 3, it has fewer than 16,000 parameters.",
    ),
)


def pairs_between(net) -> list[type]:
    """The kinds of layers between the first two layers of weights without a ReLU between them."""
    between = []
    for layer in net.layers:
        if isinstance(layer, (Conv2D, Dense)):
            if between and ReLU not in between:
                return between
            between = []
        between.append(type(layer))
    return []
