"""Exercise build_network: a network to a specification."""

import numpy as np

from ... import layers, networks
from ...layers import (
    AvgPool2D,
    Conv2D,
    Dense,
    Flatten,
    GlobalAvgPool2D,
    MaxPool2D,
    ReLU,
    Sequential,
)
from ...shapes import borders, pair
from ..core import Mistake, ValueExercise
from ..words import is_a_network

KINDS = [Conv2D, ReLU, MaxPool2D, Conv2D, ReLU, MaxPool2D, Flatten, Dense]
RNG = np.random.default_rng(0)
WORDS = {
    "k": "window",
    "stride": "stride",
    "dilation": "dilation",
    "pad": "padding",
    "filters": "number of filters",
    "outputs": "number of outputs",
}


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


def kinds(net):
    return [type(layer) for layer in net.layers]


def layers_in_order(net) -> str:
    if kinds(net) == KINDS:
        return ""
    yours = ", ".join(kind.__name__ for kind in kinds(net))
    return f"The layers should be {', '.join(k.__name__ for k in KINDS)}, but are {yours}."


def options(layer) -> dict:
    """A layer's settings, each written in one way: "same" as rings of zeros, None as a stride."""
    found = dict(layer.settings)
    if "k" in found:
        found["k"] = k = pair(found["k"], "k")
        found["stride"] = k if found["stride"] is None else pair(found["stride"], "stride")
        apart = found["dilation"] = pair(found.get("dilation", 1), "dilation")
        found["pad"] = borders(found["pad"], [(n - 1) * d + 1 for n, d in zip(k, apart)], "pad")
    return found


def each_as_asked(net) -> str:
    for place, (layer, asked) in enumerate(zip(net.layers, build_network().layers), 1):
        yours, right = options(layer), options(asked)
        for name in WORDS:
            if yours.get(name) != right.get(name):
                is_, should = shown(yours[name]), shown(right[name])
                return f"Layer {place}, {layer}: its {WORDS[name]} should be {should}, not {is_}."
    return ""


def shown(setting) -> str:
    if isinstance(setting, tuple) and len(set(setting)) == 1:
        setting = setting[0]
    return str(setting)


def count(channels) -> str:
    return "1 channel" if channels == 1 else f"{channels:,} channels"


def each_fits(net) -> str:
    channels, inputs = net.layers[3].settings["channels"], net.layers[7].settings["inputs"]
    first = net.layers[0].settings["channels"]
    if first != 1:
        return f"Layer 1 has kernels for {count(first)}, but the picture is grey: it has one."
    if channels != 8:
        return f"Layer 4 has kernels for {count(channels)}, but 8 maps arrive from layer 3."
    if inputs != 7 * 7 * 16:
        return f"Layer 8 has {inputs:,} inputs, but 16 maps of 7 × 7 arrive through the Flatten."
    return ""


def some(kind, wrong):
    """Whether a layer of this kind has settings that are wrong."""
    return lambda net: any(wrong(options(la)) for la in net.layers if type(la) is kind)


def inputs(*counts):
    return lambda net: kinds(net) == KINDS and net.layers[7].settings["inputs"] in counts


def _variant(**changed):
    """The right network with some layers replaced; None leaves a layer out."""
    parts = list(build_network().layers)
    for name, layer in changed.items():
        parts[int(name[1:])] = layer
    return Sequential(*(layer for layer in parts if layer is not None))


EXERCISE = ValueExercise(
    name="build_network",
    asks="should be a Sequential: twice a convolution with windows of 3 × 3 and a padding of 1 (8 "
    "filters, then 16), ReLU and max pooling by 2; then Flatten and a Dense layer with 10 outputs.",
    solution=build_network,
    requirements={
        "a network": is_a_network,
        "its layers in order": layers_in_order,
        "each layer as asked": each_as_asked,
        "each fits on what arrives": each_fits,
    },
    mistakes=[
        Mistake(
            "no Flatten",
            "the dense layer weighs a row of numbers, so the maps have to be laid in a row first.",
            lambda net: not {Flatten, GlobalAvgPool2D} & set(kinds(net)) and Dense in kinds(net),
            example=_variant(_6=None),
        ),
        Mistake(
            "whole maps averaged",
            "global average pooling hands on a mean for each map. Asked is Flatten, which hands on "
            "all numbers.",
            lambda net: GlobalAvgPool2D in kinds(net),
            example=_variant(_6=GlobalAvgPool2D(), _7=Dense(16, 10, rng=RNG)),
        ),
        Mistake(
            "one block only",
            "there are two blocks of convolution, ReLU and pooling before the Flatten.",
            lambda net: kinds(net).count(Conv2D) == 1,
            example=_variant(_3=None, _4=None, _5=None, _7=Dense(14 * 14 * 8, 10, rng=RNG)),
        ),
        Mistake(
            "average pooling",
            "AvgPool2D takes the mean of each window. Asked is the largest: MaxPool2D.",
            lambda net: AvgPool2D in kinds(net),
            example=_variant(_2=layers.AvgPool2D(2)),
        ),
        Mistake(
            "steps in place of pooling",
            "a convolution with a stride of 2 halves rows and columns as well, but asked is a "
            "convolution that looks at each place, and max pooling after it.",
            lambda net: (
                MaxPool2D not in kinds(net) and some(Conv2D, lambda o: o["stride"] != (1, 1))(net)
            ),
            example=_variant(
                _0=Conv2D(1, 8, 3, stride=2, pad=1, rng=RNG),
                _2=None,
                _3=Conv2D(8, 16, 3, stride=2, pad=1, rng=RNG),
                _5=None,
            ),
        ),
        Mistake(
            "one pooling only",
            "each block ends with max pooling: there are two.",
            lambda net: kinds(net).count(MaxPool2D) == 1,
            example=_variant(_5=None, _7=Dense(14 * 14 * 16, 10, rng=RNG)),
        ),
        Mistake(
            "no bend",
            "a ReLU is missing after a convolution. Max pooling bends as well (it is a "
            "nonlinearity), so the two convolutions do not become one; but asked is a "
            "ReLU after each of them.",
            lambda net: kinds(net).count(Conv2D) == 2 and kinds(net).count(ReLU) < 2,
            example=_variant(_1=None),
        ),
        Mistake(
            "a ReLU at the end",
            "the last layer gives scores, and ReLU would cut off all scores below zero.",
            lambda net: kinds(net)[-1] is ReLU,
            example=Sequential(*build_network().layers, ReLU()),
        ),
        Mistake(
            "pooling before the ReLU",
            "with max pooling the numbers are the same in both orders, but asked is ReLU first.",
            lambda net: (MaxPool2D, ReLU) in zip(kinds(net), kinds(net)[1:]),
            example=_variant(_1=MaxPool2D(2), _2=ReLU(), _4=MaxPool2D(2), _5=ReLU()),
        ),
        Mistake(
            "channels and filters swapped",
            "what comes in stands first, then what goes out: Conv2D(channels, filters, 3, ...).",
            some(Conv2D, lambda o: (o["channels"], o["filters"]) in ((8, 1), (16, 8))),
            example=_variant(_0=Conv2D(8, 1, 3, pad=1, rng=RNG)),
        ),
        Mistake(
            "inputs and outputs swapped",
            "what comes in stands first, then what goes out: Dense(inputs, 10, ...).",
            lambda net: net.layers[-1].settings["inputs"] == 10,
            example=_variant(_7=Dense(10, 7 * 7 * 16, rng=RNG)),
        ),
        Mistake(
            "windows of another size",
            "the convolutions should have windows of 3 × 3.",
            some(Conv2D, lambda o: o["k"] != (3, 3)),
            example=_variant(_0=Conv2D(1, 8, 5, pad=2, rng=RNG)),
        ),
        Mistake(
            "padding forgotten",
            "without pad=1 a convolution of 3 × 3 loses two rows and two columns.",
            some(Conv2D, lambda o: o["k"] == (3, 3) and not any(o["pad"])),
            example=_variant(_0=Conv2D(1, 8, 3, rng=RNG), _3=Conv2D(8, 16, 3, rng=RNG)),
        ),
        Mistake(
            "pooling by another number",
            "MaxPool2D(2) takes windows of 2 × 2 and moves on by 2, so that rows and columns are "
            "halved.",
            some(MaxPool2D, lambda o: o["k"] != (2, 2) or o["stride"] != (2, 2)),
            example=_variant(_2=MaxPool2D(1, stride=2)),
        ),
        Mistake(
            "the lesson's own filters",
            "16 and 32 are the filters of the course's network. Yours should have 8 and 16.",
            lambda net: (
                [la.settings["filters"] for la in (net.layers[0], net.layers[3])] == [16, 32]
            ),
            example=networks.course_cnn(RNG),
        ),
        Mistake(
            "channels do not fit",
            "the second convolution looks at the maps of the first: it has as many channels as the "
            "first has filters.",
            lambda net: net.layers[3].settings["channels"] != net.layers[0].settings["filters"],
            example=_variant(_3=Conv2D(1, 16, 3, pad=1, rng=RNG)),
        ),
        Mistake(
            "the size before the pooling",
            "each max pooling halves rows and columns, and there are two of them before the dense "
            "layer.",
            inputs(28 * 28 * 16, 14 * 14 * 16),
            example=_variant(_7=Dense(14 * 14 * 16, 10, rng=RNG)),
        ),
        Mistake(
            "the maps of another layer",
            "at the Flatten there arrive as many maps as the second convolution has filters.",
            lambda net: (
                net.layers[3].settings["filters"] == 16 and inputs(7 * 7 * 8, 7 * 7 * 32)(net)
            ),
            example=_variant(_7=Dense(7 * 7 * 32, 10, rng=RNG)),
        ),
        Mistake(
            "places or maps alone",
            "all numbers of all maps arrive at the dense layer: rows times columns times maps.",
            inputs(7 * 7, 16, 7 * 16),
            example=_variant(_7=Dense(7 * 7, 10, rng=RNG)),
        ),
        Mistake(
            "counted without padding",
            "with a padding of 1 the convolutions lose nothing; only the poolings make maps "
            "smaller.",
            inputs(5 * 5 * 16, 6 * 6 * 16),
            example=_variant(_7=Dense(5 * 5 * 16, 10, rng=RNG)),
        ),
    ],
    hints=(
        "Begin with the network that the lesson prints, and change its numbers.",
        "`Conv2D(channels, filters, 3, pad=1, rng=rng)`: the channels are what comes in, the "
        "filters what goes out. `MaxPool2D(2)` halves rows and columns.",
        "28 becomes 14, then 7. So the dense layer gets 7 × 7 × 16 numbers.",
    ),
)
