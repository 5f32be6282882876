"""Exercise build_network, lesson 07: a network to a specification."""

import numpy as np

from ... import layers
from ...layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU, Sequential
from ...summary import summary
from ..core import Mistake, ValueExercise
from ..words import describe

SHAPE = 28, 28, 1
KINDS = [Conv2D, ReLU, MaxPool2D, Conv2D, ReLU, MaxPool2D, Flatten, Dense]
RNG = np.random.default_rng(0)


def build_network():
    return layers.Sequential(
        layers.Conv2D(1, 8, 3, pad=1, rng=np.random.default_rng(0)),
        layers.ReLU(),
        layers.MaxPool2D(2),
        layers.Conv2D(8, 16, 3, pad=1, rng=np.random.default_rng(1)),
        layers.ReLU(),
        layers.MaxPool2D(2),
        layers.Flatten(),
        layers.Dense(7 * 7 * 16, 10, rng=np.random.default_rng(2)),
    )


def rows(net):
    return summary(net, SHAPE)


def kinds(net):
    return [type(layer) for layer in net.layers]


def is_a_network(net) -> str:
    if isinstance(net, Sequential):
        return ""
    return f"It should be a Sequential(...) with the layers in it, but is {describe(net)}."


def takes_a_digit(net) -> str:
    try:
        rows(net)
    except ValueError as problem:
        return f"It should take images of 28 × 28 × 1, but stops: {problem}"
    return ""


def gives_ten_scores(net) -> str:
    shape = rows(net)[-1].shape
    given = " × ".join(map(str, shape))
    return "" if shape == (10,) else f"It should give 10 scores, but gives {given} numbers."


def layers_in_order(net) -> str:
    if kinds(net) == KINDS:
        return ""
    yours = ", ".join(kind.__name__ for kind in kinds(net))
    return f"The layers should be {', '.join(k.__name__ for k in KINDS)}, but are {yours}."


def shapes_as_asked(net) -> str:
    wanted = [row.shape for row in rows(build_network())]
    for place, (row, shape) in enumerate(zip(rows(net), wanted), 1):
        if row.shape != shape:
            is_, asked = (" × ".join(map(str, s)) for s in (row.shape, shape))
            return f"Layer {place}, {row.layer}, should give {asked}, but gives {is_}."
    return ""


def parameters_as_asked(net) -> str:
    wanted, count = rows(build_network()).parameters, rows(net).parameters
    if wanted == count:
        return ""
    return f"It should have {wanted:,} parameters, but has {count:,}: look at the windows."


def _variant(**changed):
    """The right network with some layers replaced; None leaves a layer out."""
    parts = list(build_network().layers)
    for name, layer in changed.items():
        parts[int(name[1:])] = layer
    return Sequential(*(layer for layer in parts if layer is not None))


EXERCISE = ValueExercise(
    name="build_network",
    lesson="07_full_cnn",
    asks="should be a Sequential: twice a convolution with windows of 3 × 3 and a padding of 1 (8 "
    "filters, then 16), ReLU and max pooling by 2; then Flatten and a Dense layer with 10 outputs.",
    solution=build_network,
    requirements={
        "a network": is_a_network,
        "it takes a digit": takes_a_digit,
        "ten scores": gives_ten_scores,
        "layers in order": layers_in_order,
        "shapes": shapes_as_asked,
        "parameters": parameters_as_asked,
    },
    mistakes=[
        Mistake(
            "no Flatten",
            "the dense layer weighs a row of numbers, so the maps have to be laid in a row first.",
            lambda net: Flatten not in kinds(net) and Dense in kinds(net),
            example=_variant(_6=None),
        ),
        Mistake(
            "channels do not fit",
            "the second convolution looks at the maps of the first: it has as many channels as the "
            "first has filters.",
            lambda net: net.layers[3].settings["channels"] != net.layers[0].settings["filters"],
            example=_variant(_3=Conv2D(1, 16, 3, pad=1, rng=RNG)),
        ),
        Mistake(
            "inputs of the dense layer",
            "count what arrives: rows times columns times maps, after both poolings.",
            lambda net: kinds(net) == KINDS and bool(takes_a_digit(net)),
            example=_variant(_7=Dense(784, 11, rng=RNG), _3=Conv2D(8, 32, 3, pad=1, rng=RNG)),
        ),
        Mistake(
            "padding forgotten",
            "without padding each convolution loses two rows and columns.",
            lambda net: any(
                type(layer) is Conv2D and layer.settings["pad"] == 0 for layer in net.layers
            ),
            example=_variant(
                _0=Conv2D(1, 8, 3, rng=RNG),
                _3=Conv2D(8, 16, 3, rng=RNG),
                _7=Dense(5 * 5 * 16, 10, rng=RNG),
            ),
        ),
        Mistake(
            "no bend",
            "without a ReLU after it, a convolution and the next are one, as lesson 04 showed.",
            lambda net: kinds(net).count(Conv2D) == 2 and kinds(net).count(ReLU) < 2,
            example=_variant(_1=None),
        ),
        Mistake(
            "one pooling only",
            "each block ends with max pooling: there are two.",
            lambda net: kinds(net).count(MaxPool2D) == 1,
            example=_variant(_5=None, _7=Dense(14 * 14 * 16, 10, rng=RNG)),
        ),
        Mistake(
            "a softmax or ReLU at the end",
            "the last layer gives scores. Softmax belongs to the loss, and ReLU would cut off all "
            "scores below zero.",
            lambda net: kinds(net)[-1] is ReLU,
            example=Sequential(*build_network().layers, ReLU()),
        ),
        Mistake(
            "windows of another size",
            "the shapes are right, but the windows are not 3 × 3.",
            lambda net: any(
                type(layer) is Conv2D and layer.settings["k"] != 3 for layer in net.layers
            ),
            example=_variant(_0=Conv2D(1, 8, 5, pad=2, rng=RNG)),
        ),
    ],
    hints=(
        "Begin with the network that the lesson prints, and change its numbers.",
        "`Conv2D(channels, filters, 3, pad=1, rng=rng)`: the channels are what comes in, the "
        "filters what goes out. `MaxPool2D(2)` halves rows and columns.",
        "28 becomes 14, then 7. So the dense layer gets 7 × 7 × 16 numbers.",
    ),
)
