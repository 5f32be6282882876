"""The pooling lab: what it shows is what plain loops give, and what it says is so."""

import numpy as np
import pytest
from tasks import do_tasks

from cnncourse import reference
from cnncourse.explorers import pooling_lab
from cnncourse.explorers.pooling_lab import (
    FURTHEST,
    PICTURES,
    State,
    cost_of,
    look,
    picture,
    saving,
)


@pytest.mark.parametrize("kind", ["max", "average"])
@pytest.mark.parametrize(("k", "stride"), [(2, 2), (3, 2), (2, 3), (1, 1)])
def test_pooled_maps_are_those_of_plain_loops(kind, k, stride):
    image = np.random.default_rng(0).random((9, 8))
    pool = reference.max_pool2d if kind == "max" else reference.avg_pool2d
    view = look(image, State(kind, k, stride, 1, -2))
    moved = np.pad(image, ((1, 0), (0, 2)))[:9, 2:]
    assert np.array_equal(view.moved, moved)
    assert np.allclose(view.before, pool(image[None, :, :, None], k, stride=stride)[0, :, :, 0])
    assert np.allclose(view.after, pool(moved[None, :, :, None], k, stride=stride)[0, :, :, 0])
    assert np.allclose(view.difference, view.after - view.before)


def test_a_single_pixel_moves_inside_its_window_or_out_of_it():
    image = np.zeros((4, 4), np.float32)
    image[0, 0] = 1
    assert "0% stay the same before pooling, 100% after it" in look(image, State(right=1)).sentence
    assert "0% stay the same before pooling, 0% after it" in look(image, State(right=2)).sentence
    assert "1.41 before pooling, 0.00 after it" in look(image, State(right=1)).sentence
    assert "has not moved" in look(image, State()).sentence


def test_the_window_is_that_of_the_chosen_number():
    view = look(picture("a digit"), State(k=3, stride=2), (4, 5))
    assert view.window == (8, 10, 3, 3)
    inside = view.moved[8:11, 10:13]
    assert view.after[4, 5] == inside.max()
    assert f"The largest of the 9 numbers in the window is {inside.max():.2g}" in view.sentence


def test_the_saving_is_counted_and_measured():
    work, ms = cost_of(28, 28)
    assert work == 28 * 28 * 9 * 16 * 32
    assert 0 < ms < 1000
    told = saving((28, 28), (14, 14))
    assert "3,612,672 multiply-adds" in told
    assert "903,168" in told


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize(("down", "right"), [(3, 3), (-3, -3), (3, -3)])
def test_the_furthest_move_loses_nothing(name, down, right):
    image = picture(name)
    moved = look(image, State(down=down, right=right)).moved
    assert image.any()
    assert np.array_equal(np.sort(moved, axis=None), np.sort(image, axis=None))


def test_every_setting_can_be_shown():
    lab = pooling_lab()
    for name in PICTURES:
        lab.picture.value = name
        for k, stride in ((1, 7), (7, 1), (7, 7), (2, 2)):
            lab.k.value, lab.stride.value = k, stride
            lab.down.value, lab.right.value = FURTHEST, -FURTHEST
            assert lab.view.after.shape == tuple(((28 - k) // stride + 1,) * 2)
            lab.down.value, lab.right.value = 0, 0
    lab.after.selected = (13, 13)
    lab.stride.value = 7
    assert lab.view.place == (3, 3)


def test_averages_change_although_none_is_equal():
    told = look(picture("its edges"), State("average", right=1)).sentence
    assert "0% stay the same before pooling, 0% after it" in told
    assert told.endswith("0.99 before pooling, 0.77 after it.")


def test_brightness_and_maps_have_their_own_colours_on_fixed_scales():
    lab = pooling_lab()
    grids = lab.grid_in, lab.before, lab.after
    for name, palette in (("a digit", "grey"), ("its edges", "cividis"), ("single pixels", "grey")):
        lab.picture.value = name
        assert {grid.palette for grid in grids} == {palette}
        assert {grid.limits for grid in grids} == {(0, 1)}
        assert picture(name).max() <= 1


def test_what_it_asks_for_can_be_done():
    lab = pooling_lab()

    def sevenths():
        lab.k.value = lab.stride.value = 4

    def moved():
        lab.picture.value, lab.right.value = "single pixels", 1

    do_tasks(lab, sevenths, moved, lambda: setattr(lab.stride, "value", 2))
