"""The colour lab: three answers and their sum are a convolution's, and what it says is so."""

import numpy as np
import pytest
from tasks import do_tasks

from cnncourse import reference
from cnncourse.exercises import EXERCISES
from cnncourse.explorers import colour_lab
from cnncourse.explorers.colour_lab import COLOURS, PATCH, PICTURES, PRESETS, STEP, look, picture
from cnncourse.predictions import colour as predictions


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
    assert ("grey pixels add nothing" in said) == (np.abs(look(grey, kernel).total).max() < 1e-6)
    same_sum = look(image[:, :, ::-1].copy(), kernel).total
    assert ("colours with the same sum" in said) == np.allclose(same_sum, look(image, kernel).total)


def test_no_kernel_of_the_lab_is_the_solution_of_an_exercise():
    requirements = EXERCISES["find_red"].requirements.values()
    for kernel in PRESETS.values():
        weights = kernel.sum(axis=(0, 1))
        assert any(requirement(weights) for requirement in requirements)


def test_the_prediction_is_of_the_kernel_that_the_lab_shows_first():
    kernel = colour_lab().kernel
    assert np.allclose(kernel, np.broadcast_to(predictions.RED_AGAINST_GREEN, (3, 3, 3)))
    assert all(COLOURS[name] == colour for name, colour in predictions.PATCHES.items())


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


PATCHES = np.array([*COLOURS]).reshape(3, 3)
SIDES = [*zip(PATCHES[:, :-1].ravel(), PATCHES[:, 1:].ravel())]
LEVELS = [*zip(PATCHES[:-1].ravel(), PATCHES[1:].ravel())]


def change(preset, first, second, upright):
    """By how much the answer changes from one patch to the next."""
    side_by_side = np.zeros((PATCH, 2 * PATCH, 3))
    side_by_side[:, :PATCH], side_by_side[:, PATCH:] = COLOURS[first], COLOURS[second]
    total = look(side_by_side if upright else side_by_side.swapaxes(0, 1), PRESETS[preset]).total
    return total.max() - total.min()


def test_the_lessons_answers_to_the_tasks_are_so():
    view = look(picture("patches"), PRESETS["red against green"])
    zero = {patch for patch in COLOURS if abs(view.total[middle_of(patch)]) < 1e-9}
    assert zero == {"yellow", "white", "grey", "blue", "black"}
    alike = "an edge, all slices alike"
    blind = [pair for pair in SIDES if change(alike, *pair, True) < 1e-9]
    assert {name for pair in blind for name in pair} == {
        *("red", "green", "blue"),
        *("yellow", "magenta", "cyan"),
    }
    assert all(change(alike, *pair, False) < 1e-9 for pair in LEVELS)
    greys = [("white", "grey"), ("grey", "black")]
    assert all(change("an edge from blue to red", *pair, True) < 1e-9 for pair in greys)
    assert all(change("random weights", *pair, True) > 0.1 for pair in SIDES)
    assert all(change("random weights", *pair, False) > 0.1 for pair in LEVELS)


def test_a_slider_changes_the_pixels_of_its_slice():
    lab = colour_lab()
    before = bytes(lab.slices[0]._frame["pixels"])
    lab.weights[0].value = -0.5
    assert lab.slices[0].array[0, 0] == lab.kernel[0, 0, 0] == -0.5
    assert bytes(lab.slices[0]._frame["pixels"]) != before
    lab.slice.value = "blue"
    lab.weights[8].value = 1
    assert lab.slices[2].array[2, 2] == 1 and lab.slices[0].array[0, 0] == -0.5


def test_colours_mean_the_same_numbers_until_the_contrast_is_stretched():
    lab = colour_lab()
    for preset in PRESETS:
        lab.preset.value = preset
        answers = [*lab.parts, lab.total]
        assert {grid.limits for grid in answers} == {(-1, 1)}
    lab.stretch.value = True
    strongest = max(np.abs(grid.array).max() for grid in answers)
    assert {grid.limits for grid in answers} == {(-strongest, strongest)}
    assert all(grid.palette == "purple-orange" for grid in (*answers, *lab.slices))
    for weight in lab.weights:  # a kernel of zeros has nothing to stretch
        weight.value = 0
    for lab.slice.value in ("green", "blue"):
        for weight in lab.weights:
            weight.value = 0
    assert lab.total.limits == (-1, 1)
    assert "all answers" in lab.sentence


def test_each_channel_is_shown_as_the_light_that_it_is():
    lab = colour_lab()
    lights = [grid.array for grid in lab.channels]
    assert np.array_equal(sum(lights), lab.image)
    assert np.array_equal(lights[1][:, :, 1], lab.image[:, :, 1])
    assert not lights[1][:, :, [0, 2]].any()


def test_what_it_asks_for_can_be_done():
    lab = colour_lab()
    presets = "1 × 1: yellow against blue", "all slices alike: a mean", "an edge from blue to red"
    changes = [lambda name=name: setattr(lab.preset, "value", name) for name in presets]
    do_tasks(lab, *changes)
