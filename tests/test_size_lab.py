"""The size lab: its counts are those of sliding a window, its formula that of the package."""

import itertools
import re

import numpy as np
import pytest

from cnncourse import ops
from cnncourse.explorers import size_lab
from cnncourse.explorers.size_lab import LARGE, PADDINGS, SMALL, State, look

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
    assert np.array_equal(np.nan_to_num(view.touched), touched)
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
    assert "1 row and 1 column are left over" in look(State(size=8, k=3, stride=2)).sentence
    padded = look(State(size=7, k=3, stride=5, pad=1)).sentence
    assert "1 row and 1 column of the padded image are left over" in padded
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
