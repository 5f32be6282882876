"""The colour lab: three answers and their sum are a convolution's, and what it says is so."""

import numpy as np
import pytest

from cnncourse import reference
from cnncourse.explorers import colour_lab
from cnncourse.explorers.colour_lab import COLOURS, PATCH, PICTURES, PRESETS, look, picture
from cnncourse.explorers.filter_bank import STEP


@pytest.mark.parametrize("name", PRESETS)
def test_every_kernel_can_be_set_with_the_sliders(name):
    kernel = PRESETS[name]
    assert kernel.shape == (3, 3, 3)
    assert np.allclose(kernel / STEP, np.round(kernel / STEP), atol=1e-6)
    assert np.abs(kernel).max() <= 1


@pytest.mark.parametrize("name", PRESETS)
def test_the_sum_is_the_convolution_of_plain_loops(name):
    image = np.random.default_rng(0).random((7, 6, 3))
    view = look(image, PRESETS[name])
    plain = reference.conv2d(image[None], PRESETS[name][..., None], np.zeros(1))[0, :, :, 0]
    assert np.allclose(view.total, plain, atol=1e-6)
    assert np.allclose(view.parts.sum(axis=2), view.total)
    assert view.total[view.place] == view.total.max()


def middle_of(patch):
    """Where in the output a window lies wholly inside a patch."""
    place = [*COLOURS].index(patch)
    return PATCH * (place // 3) + 2, PATCH * (place % 3) + 2


@pytest.mark.parametrize("patch", ["white", "grey", "black"])
@pytest.mark.parametrize("name", ["red against green", "an edge from blue to red"])
def test_kernels_whose_slices_cancel_give_0_on_grey(name, patch):
    view = look(picture("patches"), PRESETS[name])
    assert abs(view.total[middle_of(patch)]) < 1e-6


@pytest.mark.parametrize("name", PRESETS)
def test_what_is_said_of_a_kernel_is_so(name):
    kernel = PRESETS[name]
    image = np.random.default_rng(1).random((6, 6, 3))
    grey = np.repeat(image[:, :, :1], 3, axis=2)
    said = look(image, kernel).sentence
    assert ("grey pixels get 0" in said) == (np.abs(look(grey, kernel).total).max() < 1e-6)
    brightness = look(image[:, :, ::-1].copy(), kernel).total
    assert ("brightness only" in said) == np.allclose(brightness, look(image, kernel).total)


def test_only_red_is_found_by_the_kernel_for_red():
    view = look(picture("patches"), PRESETS["red, and nothing else"])
    found = [patch for patch in COLOURS if view.total[middle_of(patch)] > 1e-6]
    assert found == ["red"]


def test_the_sentence_adds_up():
    view = look(picture("astronaut"), PRESETS["red against green"], (71, 15))
    assert "In row 71, column 15 the slices answer red " in view.sentence
    assert "One kernel, 27 weights, one map of 126 × 126" in view.sentence


def test_the_controls_do_what_they_say():
    lab = colour_lab()
    lab.slice.value = "blue"
    lab.weights[4].value = 0.5
    assert lab.preset.value == "your own"
    assert lab.kernel[1, 1, 2] == 0.5
    assert lab.kernel[1, 1, 0] == 0.1
    lab.total.selected = (20, 20)
    assert lab.view.place == (20, 20)
    for name in PICTURES:
        lab.picture.value = name
        assert lab.view.total.shape == tuple(n - 2 for n in lab.image.shape[:2])
    lab.picture.value = "patches"
    for name in PRESETS:
        lab.preset.value = name
        assert np.array_equal(lab.kernel, PRESETS[name])
    lab.weights[0].value = 1
    assert PRESETS[name][0, 0, 2] != 1
