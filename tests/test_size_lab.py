"""The size lab: its counts are those of sliding a window, its formula that of the package."""

import itertools
import re

import numpy as np
import pytest
from tasks import do_tasks

from cnncourse import ops
from cnncourse.explorers import size_lab
from cnncourse.explorers.size_lab import LARGE, PADDINGS, SMALL, State, look, places

STATES = [
    State(*settings)
    for settings in itertools.product((4, 7, 8), (1, 3, 4), (1, 2, 5), (0, 1, "same"), (1, 2))
]


def counted(state):
    """How many windows use each pixel, and how many pixels each window uses, one by one."""
    size, k, stride, pad, dilation, _ = state
    ones = np.ones((1, size, size, 1))
    y, pull = ops.conv2d(
        ones, np.ones((k, k, 1, 1)), np.zeros(1), stride=stride, pad=pad, dilation=dilation
    )
    return pull(np.ones_like(y))[0][0, :, :, 0], y[0, :, :, 0]


@pytest.mark.parametrize("state", STATES, ids=str)
def test_counts_are_those_of_a_convolution_of_ones(state):
    try:
        touched, real = counted(state)
    except ValueError:
        assert "does not fit" in look(state).sentence
        return
    view = look(state)
    assert np.array_equal(view.touched, touched)
    assert np.array_equal(view.real, real)
    assert f"= {len(real)}" in view.sentence
    unused = int((touched == 0).sum())
    said = f"{unused} of {state.size**2} pixels are in no window"
    assert (said if unused else "Every pixel is in at least one window") in view.sentence


def test_the_formula_is_true_as_it_stands():
    for state in STATES:
        found = re.search(
            r"⌊\((.*?)\) / (\d)⌋ \+ 1 = ⌊(\d+) / \d⌋ \+ 1 = (\d+)", look(state).sentence
        )
        if found:
            inner, stride, room, out = found.groups()
            assert eval(inner.replace("−", "-")) == int(room)
            assert int(room) // int(stride) + 1 == int(out)


def test_the_window_of_an_output():
    view = look(State(size=8, k=3, stride=2, pad=1, place=(1, 2)))
    assert view.windows == [(1, 3, 3, 3)]
    assert "row 1, column 2 is made of 9 pixels of the image." in view.sentence
    corner = look(State(size=8, k=3, stride=2, pad=1))
    assert "made of 4 pixels of the image and 5 zeros" in corner.sentence


def test_dilation_marks_each_pixel_of_the_window():
    view = look(State(size=8, k=2, dilation=3, place=(0, 1)))
    assert view.windows == [(0, 1, 4, 4), (0, 1, 1, 1), (0, 4, 1, 1), (3, 1, 1, 1), (3, 4, 1, 1)]


def test_left_over_rows_are_said():
    assert "1 row and 1 column are left over." in look(State(size=8, k=3, stride=2)).sentence
    padded = look(State(size=7, k=3, stride=5, pad=1)).sentence
    assert "1 row and 1 column of the padded image are left over; they are zeros." in padded
    two_of_one_ring = look(State(size=7, k=3, stride=4, pad=1)).sentence
    assert "2 rows and 2 columns of the padded image are left over. " in two_of_one_ring
    assert "nothing left over" in look(State(size=7, k=3, stride=2)).sentence


def test_every_setting_of_the_controls_can_be_shown():
    lab = size_lab()
    for size, k, pad in itertools.product((SMALL, LARGE), (1, 7), PADDINGS.values()):
        lab.size.value, lab.k.value, lab.pad.value = size, k, pad
        for stride, dilation in itertools.product((1, 5), (1, 3)):
            lab.stride.value, lab.dilation.value = stride, dilation
            assert lab.view.sentence == look(lab.state).sentence
            assert lab.grid_in.array.shape == (size, size)


def test_a_chosen_output_stays_inside_when_the_output_shrinks():
    lab = size_lab()
    lab.grid_out.selected = (5, 5)
    assert lab.view.place == (5, 5)
    lab.stride.value = 4
    assert lab.view.place == (1, 1)
    lab.k.value, lab.size.value = 7, 4
    assert "does not fit" in lab.sentence
    lab.k.value = 3
    assert "does not fit" not in lab.sentence


def test_nothing_is_hatched_but_an_output_that_cannot_be_computed():
    lab = size_lab()
    lab.stride.value, lab.pad.value = 5, "same"
    assert np.isfinite(lab.grid_in.array).all() and (lab.grid_in.array == 0).any()
    assert np.isfinite(lab.grid_out.array).all()
    lab.pad.value, lab.size.value, lab.k.value = 0, 3, 7
    assert np.isfinite(lab.grid_in.array).all()
    assert np.isnan(lab.grid_out.array).all()


def test_one_colour_means_one_number_in_both_grids():
    lab = size_lab()
    for k in (1, 3, 7):
        lab.size.value, lab.k.value = LARGE, k
        assert lab.grid_in.limits == lab.grid_out.limits == (0, k * k)
        assert lab.grid_in.array.max() <= k * k
        assert lab.grid_out.array.max() == k * k


def test_the_lessons_answers_to_the_tasks_are_so():
    def unused(**settings):
        return int((look(State(size=8, **settings)).touched == 0).sum())

    assert unused(k=3, stride=2) == 15
    lossless = [n for n in range(3, 17) if look(State(size=n, k=3, stride=2)).touched.all()]
    assert lossless == [n for n in range(3, 17) if n % 2]
    same = [stride for stride in range(1, 6) if not unused(k=3, stride=stride, pad="same")]
    assert same == [1, 2, 3]
    gaps = look(State(size=8, k=3, stride=4)).touched[0]
    assert gaps.tolist() == [1, 1, 1, 0, 1, 1, 1, 0]
    dilated = look(State(size=8, k=3, stride=2, dilation=2)).touched
    assert {int(at) for at in dilated.nonzero()[0]} == {0, 2, 4, 6} and (dilated == 0).sum() == 48


@pytest.mark.parametrize("settings", [(7, 3), (8, 3, 2), (7, 3, 3, 2), (9, 3, 1, 0, 3)])
def test_places_draws_a_line_for_each_window(settings):
    size, k, stride, pad, dilation = (*settings, *(None, None, 1, 0, 1)[len(settings) :])
    grid = places(*settings)
    kernel = np.zeros((1, dilation * (k - 1) + 1))
    kernel[0, ::dilation] = 1
    row = np.eye(size)[:, None, :]  # one pixel lit at a time: which places answer?
    lit = [ops.correlate2d(one, kernel, stride=(1, stride), pad=(0, pad))[0] for one in row]
    assert np.array_equal(grid.array, np.array(lit).T)
    assert grid.margin == (0, 0, pad, pad)
    assert len(grid.windows) == len(grid.array)
    assert f"{len(grid.array)} places" in grid.title


def test_what_it_asks_for_can_be_done():
    lab = size_lab()

    def same():
        lab.k.value, lab.pad.value = 5, "same"

    def spread():
        lab.k.value, lab.dilation.value = 3, 3

    def gaps():
        lab.k.value, lab.stride.value, lab.dilation.value, lab.pad.value = 1, 2, 1, 0

    do_tasks(lab, same, spread, gaps)


def test_the_first_pixel_of_each_window_is_marked_where_windows_lie_apart():
    assert look(State()).starts == []
    starts = look(State(size=5, k=3, stride=2, pad=1)).starts
    assert starts == [(row, column) for row in (-1, 1, 3) for column in (-1, 1, 3)]
