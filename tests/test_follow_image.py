"""Follow an image: the terms make the value, and the receptive field is what nudging finds."""

import numpy as np
import pytest
from tasks import do_tasks

from cnncourse import data, storage
from cnncourse.explorers import follow_image
from cnncourse.explorers.follow_image import Mosaic
from cnncourse.explorers.live_network import stacks
from cnncourse.explorers.unit import Unit, cube, look, run
from cnncourse.explorers.words import number
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
from cnncourse.summary import summary

RNG = np.random.default_rng(0)
NETWORKS = {
    "course": storage.load(data.bundled("course_cnn.npz")),
    "strides": Sequential(
        *(Conv2D(1, 3, 4, stride=2, pad="same", rng=RNG), ReLU(), AvgPool2D(3, stride=2)),
        *(Conv2D(3, 5, 2, dilation=2, rng=RNG), ReLU(), Flatten(), Dense(4 * 4 * 5, 10, rng=RNG)),
    ),
    "padded pooling": Sequential(
        *(Conv2D(1, 3, 3, rng=RNG), MaxPool2D(3, stride=2, pad=1), AvgPool2D(2, pad=1)),
        *(GlobalAvgPool2D(), Dense(3, 10, rng=RNG)),
    ),
}
IMAGE = np.random.default_rng(1).random((28, 28, 1), np.float32)


def some_units(maps):
    """The corners, the middle and a few others."""
    h, w, c = maps.shape
    rng = np.random.default_rng(2)
    chosen = [(0, 0, 0), (h - 1, w - 1, c - 1), (h // 2, w // 2, c // 2)]
    return {Unit(*at) for at in chosen} | {Unit(*rng.integers(0, maps.shape)) for _ in range(3)}


CASES = [
    pytest.param(net, place, id=f"{name}-{place}")
    for name, net in NETWORKS.items()
    for place in range(len(net.layers))
]


@pytest.mark.parametrize(("net", "place"), CASES)
def test_the_terms_make_the_value(net, place):
    steps, layer = run(net, IMAGE), net.layers[place]
    for unit in some_units(cube(steps[place + 1])):
        view = look(net, steps, place, unit)
        values = view.terms
        made = max(values) if isinstance(layer, MaxPool2D) else sum(values)
        made = made / len(values) if isinstance(layer, (AvgPool2D, GlobalAvgPool2D)) else made
        made = max(made, 0) if isinstance(layer, ReLU) else made
        assert np.isclose(made, view.value, atol=1e-4)
        assert view.value == cube(steps[place + 1])[unit]


@pytest.mark.parametrize(("net", "place"), CASES)
def test_the_field_holds_all_pixels_that_can_change_the_unit(net, place):
    """Brighter pixels outside of it change nothing; pixels at its corners can."""
    steps = run(net, IMAGE)
    for unit in some_units(cube(steps[place + 1])):
        view = look(net, steps, place, unit)
        row, column, rows, columns = view.field
        inside = np.zeros((28, 28, 1), bool)
        inside[max(row, 0) : row + rows, max(column, 0) : column + columns] = True
        outside = np.where(inside, IMAGE, 1 - IMAGE)
        assert np.isclose(cube(run(net, outside)[place + 1])[unit], view.value, atol=1e-5)
        size = summary(Sequential(*net.layers[: place + 1]), (28, 28, 1))[-1].receptive_field
        if size is not None:
            assert (rows, columns) == size


@pytest.mark.parametrize(("net", "place"), CASES)
def test_the_window_holds_all_that_the_layer_looks_at(net, place):
    steps, layer = run(net, IMAGE), net.layers[place]
    for unit in some_units(cube(steps[place + 1])):
        view = look(net, steps, place, unit)
        other = np.array(view.before) + 1
        if isinstance(layer, Dense):  # it looks at all; its windows show the strongest
            continue
        row, column, rows, columns = view.window
        for m in view.looks_at:
            part = slice(max(row, 0), row + rows), slice(max(column, 0), column + columns), m
            other[part] = view.before[part]
        shape = steps[place].shape
        assert np.isclose(cube(layer(other.reshape(shape)))[unit], view.value, atol=1e-5)


def test_a_mosaic_finds_each_unit_again():
    for shape in ((28, 28, 16), (7, 7, 32), (1, 1, 10), (1, 1, 1568), (5, 3, 1)):
        mosaic, maps = Mosaic(shape), np.arange(np.prod(shape), dtype=float).reshape(shape)
        picture = mosaic.picture(maps)
        for unit in some_units(maps):
            at = mosaic.pixel(unit)
            assert picture[at] == maps[unit]
            assert mosaic.unit(at) == unit
        assert np.isfinite(picture).sum() == maps.size


def test_a_step_into_the_gap_leads_to_the_next_map():
    mosaic = Mosaic((14, 14, 16))
    last, first = Unit(5, 13, 0), Unit(5, 0, 1)
    assert mosaic.unit((5, 14), last) == first  # as the right arrow does
    assert mosaic.unit((5, 14), first) == last  # and the left arrow
    assert mosaic.unit((14, 13), Unit(13, 13, 0)) == Unit(0, 13, mosaic.columns)
    assert mosaic.unit((14, 40)).row == 13  # by the pointer: the nearest


@pytest.mark.parametrize("name", NETWORKS)
def test_a_layer_and_its_relu_are_told_in_one(name):
    net = NETWORKS[name]
    steps = run(net, IMAGE)
    for stack in stacks(net.layers, steps)[1:]:
        for unit in some_units(cube(steps[stack.last + 1])):
            whole, alone = (look(net, steps, stack.layer, unit, i) for i in (stack.last, None))
            assert whole.value == cube(steps[stack.last + 1])[unit]
            assert whole.terms == alone.terms and whole.window == alone.window
            assert whole.maps.shape == alone.maps.shape
            assert whole.arithmetic.startswith(alone.arithmetic)
            assert whole.arithmetic.endswith(f"= {number(whole.value)}")


def test_the_lab_follows_its_controls():
    lab = follow_image()
    assert "The network says 7" in lab._told.text
    for place, stack in enumerate(lab.network.stacks[1:], 1):
        lab.choose(stack.name)
        assert lab.view.value == lab.view.maps.max()
        assert lab.network.chosen[0] == place
        assert f"{stack.layer + 1}" in lab.sentence.split(",")[0]
    lab.network.chosen = (1, 5)
    assert lab.view.value == lab.view.maps[:, :, 5].max()
    lab.map.selected = (3, 4)
    assert lab.view.unit == Unit(3, 4, 5)
    assert lab.pad.windows[0] == (2, 3, 3, 3)
    lab.digit.value = 0
    assert "The network says 0" in lab._told.text
    assert lab.network.probabilities.argmax() == 0
    assert lab.digit.value == 0 and lab.network.chosen == (1, 5) and lab.view.unit.map == 5
    lab.pad.clear()
    assert lab.digit.label == "your own"
    assert lab.view.before.max() == 0


def test_the_image_in_the_drawing_is_no_layer():
    lab = follow_image()
    lab.network.chosen = (2, 3)
    lab.network.chosen = (0, 0)
    assert lab.network.chosen == (2, 3) and "Layer 3" in lab.sentence
    with pytest.raises(ValueError, match="choose: name should be one of"):
        lab.choose("input")


def test_all_numbers_of_flatten_are_seen_in_28_lines_of_56():
    lab = follow_image()
    lab.choose("flatten")
    assert lab.map.title.startswith("28 × 56 numbers")
    lab.map.selected = (3, 7)
    assert lab.view.unit == Unit(0, 0, 3 * 56 + 7)
    assert lab.view.value == lab.steps[7][0, 3 * 56 + 7]
    lab.choose("scores")
    scores = [f"label {i}:  {number(x)}" for i, x in enumerate(lab.steps[-1][0].tolist())]
    assert list(lab.scores.options) == scores


def test_your_own_network_and_image():
    lab = follow_image(NETWORKS["strides"], IMAGE[:, :, 0])
    assert np.allclose(lab.pad.drawing, IMAGE[:, :, 0], atol=1 / 254)
    for image in (np.zeros((20, 20)), "a picture", np.zeros((14, 56))):
        with pytest.raises(ValueError, match=r"image should (be numbers|hold real numbers)"):
            follow_image(image=image)
    with pytest.raises(ValueError, match="follow_image: net should be a network"):
        follow_image(net=3)


def test_it_says_what_to_try():
    lab = follow_image()

    def choose_the_last_layer():
        lab.choose("scores")

    def choose_another_score():
        lab.scores.index = 3

    do_tasks(lab, choose_the_last_layer, choose_another_score, lab.pad.clear)
