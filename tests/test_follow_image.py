"""Follow an image: the terms make the value, and the receptive field is what nudging finds."""

import numpy as np
import pytest
from tasks import do_tasks

from cnncourse import data, storage
from cnncourse.explorers import follow_image
from cnncourse.explorers.follow_image import Mosaic
from cnncourse.explorers.unit import Unit, cube, look, run
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


def test_arrow_keys_lead_over_the_gap_to_the_next_map():
    lab = follow_image()
    lab.layer.value = 2  # maps of 14 by 14
    lab.maps.selected = (5, 13)
    assert lab.view.unit == Unit(5, 13, 0)
    lab.maps.selected = (5, 14)  # as the right arrow does
    assert lab.view.unit == Unit(5, 0, 1)
    lab.maps.selected = (5, 14)  # and the left arrow
    assert lab.view.unit == Unit(5, 13, 0)
    lab.maps.selected = (13, 13)
    lab.maps.selected = (14, 13)
    assert lab.view.unit == Unit(0, 13, Mosaic((14, 14, 16)).columns)
    lab.maps.selected = (14, 40)  # by the pointer: the nearest
    assert lab.view.unit.row == 13


def test_the_lab_follows_its_controls():
    lab = follow_image()
    assert "The network says 7" in lab._answer.text
    for place in range(len(lab.net.layers)):
        lab.layer.value = place
        assert lab.view.value == lab.view.maps.max()
        assert f"Layer {place + 1}," in lab.sentence
    lab.layer.value = 0
    lab.maps.selected = (3, 4)
    assert lab.view.unit == Unit(3, 4, 0)
    assert lab.pad.windows[0] == (2, 3, 3, 3)
    lab.digit.value = 0
    assert "The network says 0" in lab._answer.text
    assert lab.digit.value == 0
    lab.pad.clear()
    assert lab.digit.label == "your own"
    assert lab.view.before.max() == 0


def test_your_own_network_and_image():
    lab = follow_image(NETWORKS["strides"], IMAGE[:, :, 0])
    assert np.allclose(lab.pad.drawing, IMAGE[:, :, 0], atol=1 / 254)
    for image in (np.zeros((20, 20)), "a picture", np.zeros((14, 56))):
        with pytest.raises(ValueError, match="follow_image: image should be numbers of shape"):
            follow_image(image=image)
    with pytest.raises(ValueError, match="follow_image: net should be a network"):
        follow_image(net=3)


def test_it_says_what_to_try():
    lab = follow_image()

    def choose_the_last_layer():
        lab.layer.value = len(lab.net.layers) - 1

    def choose_another_score():
        lab.scores.index = 3

    do_tasks(lab, choose_the_last_layer, choose_another_score, lab.pad.clear)
