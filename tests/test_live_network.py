"""The drawing that is fed live: what it draws of a network, what travels, where things lie."""

import base64
import json
import pathlib

import numpy as np
import pytest

from cnncourse import layers, networks, ops
from cnncourse.architecture import architecture
from cnncourse.explorers import live_network
from cnncourse.explorers.live_network import MOST, LiveNetwork, bytes_of, folded, stacks
from cnncourse.explorers.unit import run
from cnncourse.pixels import encode

SCRIPT = pathlib.Path(live_network.__file__).with_suffix(".js").read_bytes()
RNG = np.random.default_rng(0)
ODD = layers.Sequential(
    *(layers.Conv2D(1, 5, 4, stride=2, rng=RNG), layers.AvgPool2D(3), layers.ReLU()),
    *(layers.Conv2D(5, 80, 2, rng=RNG), layers.GlobalAvgPool2D(), layers.Dense(80, 10, rng=RNG)),
)


@pytest.fixture
def call(page):
    """Return call(name, *arguments) -> what a function of live_network.js gives."""
    module = f"data:text/javascript;base64,{base64.b64encode(SCRIPT).decode()}"
    return lambda name, *arguments: page.evaluate(
        "async ([module, name, all]) => (await import(module))[name](...JSON.parse(all))",
        [module, name, json.dumps(arguments)],
    )


@pytest.fixture
def images(mnist):
    return mnist.x_test[:20]


@pytest.fixture
def drawing(net, images):
    drawing = LiveNetwork(net, images)
    drawing.show(run(net, images[0]))
    return drawing


def test_there_is_a_stack_for_each_layer_that_makes_maps(drawing):
    told = [(stack.name, stack.about, stack.size, stack.palette) for stack in drawing.stacks]
    assert told == [
        ("input", "", "28 × 28 × 1", "grey"),
        ("convolution 1", "3 × 3, ReLU", "28 × 28 × 16", "cividis"),
        ("pooling 1", "max, 2 × 2", "14 × 14 × 16", "cividis"),
        ("convolution 2", "3 × 3, ReLU", "14 × 14 × 32", "cividis"),
        ("pooling 2", "max, 2 × 2", "7 × 7 × 32", "cividis"),
        ("flatten", "in a row", "1,568", "cividis"),
    ]
    assert [(stack.layer, stack.last) for stack in drawing.stacks[1:4]] == [(0, 1), (2, 2), (3, 4)]


def test_a_network_of_other_layers_is_drawn_as_well(images):
    found = stacks(ODD.layers, run(ODD, images[0]))
    told = [(stack.name, stack.about, stack.size, stack.palette) for stack in found]
    assert told == [
        ("input", "", "28 × 28 × 1", "grey"),
        ("convolution 1", "4 × 4", "13 × 13 × 5", "diverging"),
        ("pooling 1", "average, 3 × 3, ReLU", "4 × 4 × 5", "cividis"),
        ("convolution 2", "2 × 2", "3 × 3 × 80", "diverging"),
        ("average 1", "of each map", "80", "diverging"),
        ("scores", "dense", "10", "diverging"),
    ]
    drawing = LiveNetwork(ODD, images)
    drawing.show(run(ODD, images[0]))
    counts = [stack["shown"] * np.prod(stack["shape"][:2]) for stack in drawing._stacks]
    assert drawing._stacks[3]["shown"] == MOST < 80
    assert len(drawing._frame["maps"]) == sum(counts)


def test_a_row_of_numbers_is_folded_without_a_rest():
    assert [folded(n) for n in (1568, 128, 10, 7, 1)] == [(56, 28), (16, 8), (5, 2), (7, 1), (1, 1)]


def test_all_maps_travel_as_bytes_on_the_scale_of_many_digits(drawing, net, images):
    outputs = [images, *net.trace(images).outputs]
    start = 0
    for stack in drawing.stacks:
        h, w, c = stack.shape
        reach = float(outputs[stack.last + 1].max())
        sent = np.frombuffer(drawing._frame["maps"], np.uint8)[start : start + h * w * c]
        maps = outputs[stack.last + 1][0].reshape(h, w, c)
        expected = np.moveaxis(encode(maps, (0, reach)), 2, 0)
        np.testing.assert_allclose(sent.reshape(c, h, w).astype(int), expected, atol=1)
        start += h * w * c
    assert start == len(drawing._frame["maps"])
    expected = ops.softmax(net(images[:1]))[0][0]
    np.testing.assert_allclose(drawing._frame["probabilities"], expected, atol=1e-5)
    np.testing.assert_allclose(
        drawing._frame["most"][1], np.maximum(net.layers[0](images[:1]), 0)[0].max(axis=(0, 1)),
        atol=0.006,
    )  # fmt: skip


def test_zero_is_white_where_numbers_may_be_negative(images):
    conv = stacks(ODD.layers, run(ODD, images[0]))[1]
    levels = np.frombuffer(bytes_of(conv, np.array([[[-2.0], [0.0], [2.0]]]), 2.0), np.uint8)
    assert levels.tolist() == [1, 128, 255]


def test_kernels_travel_filter_after_filter_and_slice_after_slice(drawing, net):
    sent = drawing._kernels["3"]
    assert sorted(drawing._kernels) == ["1", "3"]
    assert sent["shape"] == (3, 3, 16)
    w = net.layers[3].params["w"]
    levels = np.frombuffer(sent["pixels"], np.uint8).reshape(32, 16, 3, 3).astype(float)
    reach = np.abs(w).max()
    np.testing.assert_allclose((levels[5, 7] - 128) / 127 * reach, w[:, :, 7, 5], atol=reach / 127)
    assert len(sent["biases"]) == 32


def test_it_is_the_network_that_the_architecture_draws(net, drawing):
    """The same sizes, from left to right, as in the drawing of lesson 07."""
    about = architecture(net, (28, 28, 1)).about
    places = [about.index(stack.size) for stack in drawing.stacks]
    assert places == sorted(places)


def test_its_still_picture_shows_all_stacks(drawing):
    width, height = drawing.still().size
    assert width > 500 and height > 300


@pytest.mark.parametrize("make", [networks.course_cnn, networks.wide_cnn, lambda rng: ODD])
@pytest.mark.parametrize(("width", "height"), [(718, 420), (534, 420), (934, 220), (1036, 500)])
def test_the_maps_lie_apart_and_within_the_drawing(call, make, width, height, images):
    net = make(np.random.default_rng(0))
    sent = LiveNetwork(net, images)._stacks
    laid = call("layout", sent, width, height, 8)
    ends = [block["x"] + block["w"] for block in laid["blocks"]]
    starts = [block["x"] for block in laid["blocks"][1:]] + [laid["bars"]["x"]]
    assert all(end + 8 <= start for end, start in zip(ends, starts, strict=True))
    for block, stack in zip(laid["blocks"], sent):
        assert block["y"] >= 40 and block["y"] + block["h"] <= height - 20
        assert block["columns"] * block["rows"] >= stack["shown"]


def test_each_map_is_found_where_it_lies_and_arrows_reach_it(call, drawing):
    sent = drawing._stacks
    blocks = call("layout", sent, 718, 420, 8)["blocks"]
    for place, stack in enumerate(sent):
        for m in (0, stack["shown"] // 2, stack["shown"] - 1):
            x, y = call("corner", blocks[place], m)
            assert call("mapAt", blocks, sent, x + 2, y + 2) == [place, m]
    assert call("mapAt", blocks, sent, 1, 1) is None
    at = [0, 0]
    for key in ["ArrowRight", "ArrowRight", "ArrowDown", "ArrowRight", "ArrowRight"]:
        at = call("move", blocks, sent, at, key)
    assert at[0] == 2  # input, two columns of convolution 1, then pooling 1
    assert call("move", blocks, sent, [0, 0], "ArrowLeft") == [0, 0]
    assert call("move", blocks, sent, [1, 1], "ArrowUp") == [1, 1]
