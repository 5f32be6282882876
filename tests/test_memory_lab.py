"""The memory lab: each layout holds every window, and what is said of it is counted from it."""

import itertools

import numpy as np
import pytest
from tasks import do_tasks

from cnncourse.explorers import memory_lab
from cnncourse.explorers.memory_lab import (
    IN_COLUMNS,
    IN_ROWS,
    LAYOUTS,
    LINE,
    STRIPS,
    VIEW,
    State,
    as_lines,
    in_lines,
    is_matrix,
    lay_out,
    look,
    stretches,
)

SETTINGS = list(itertools.product((1, 2, 3, 4), (1, 2, 3), (1, 2)))


def loops(x, k, stride):
    """The windows by plain loops: (oh, ow, k * k * c)."""
    tops = range(0, len(x) - k + 1, stride)
    lefts = range(0, len(x[0]) - k + 1, stride)
    return np.array([[x[r : r + k, c : c + k].ravel() for c in lefts] for r in tops])


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("k", "stride", "channels"), SETTINGS)
def test_each_layout_holds_all_windows(layout, k, stride, channels):
    x = np.random.default_rng(0).random((6, 7, channels))
    memory, at = lay_out(x, layout, k, stride)
    np.testing.assert_array_equal(memory[at], loops(x, k, stride))
    assert memory.ndim == 1


@pytest.mark.parametrize(
    ("layout", "numbers"), [(VIEW, 42), (IN_ROWS, 20 * 9), (IN_COLUMNS, 20 * 9), (STRIPS, 5 * 18)]
)
def test_how_much_is_copied(layout, numbers):
    view = look(State(layout))
    assert view.memory.size == numbers
    assert (f"{numbers} numbers are copied" in view.sentence) == (layout != VIEW)
    assert ("Nothing is copied" in view.sentence) == (layout == VIEW)


@pytest.mark.parametrize(
    ("layout", "read", "below", "right", "product"),
    [
        (VIEW, "9 numbers in 3 stretches, from 2 lines", 6, 6, "it needs a copy"),
        (IN_ROWS, "9 numbers in 1 stretch, from 1 line of", 0, 0, "One matrix product"),
        (IN_COLUMNS, "9 numbers in 9 stretches, from 9 lines", 0, 0, "One matrix product"),
        (STRIPS, "9 numbers in 1 stretch, from 1 line of", 6, 0, "a time: 4 products"),
    ],
)
def test_what_is_said_of_the_first_window(layout, read, below, right, product):
    told = look(State(layout)).sentence
    assert read in told
    assert f"6 with the one below it (blue), {below} of them in the same place" in told
    assert f"6 with the one on its right, {right} of them in the same place" in told
    assert product in told


def test_the_last_window_has_no_neighbours():
    view = look(State(place=(99, 99)))
    assert view.place == (3, 4)
    assert view.below == []
    assert "no window below it and none on its right" in view.sentence


def test_stretches_are_unbroken():
    assert stretches(np.array([7, 2, 1, 0, 8, 5])) == [(0, 3), (5, 1), (7, 2)]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("k", "stride", "channels"), SETTINGS)
def test_what_is_called_a_matrix_can_be_read_with_two_strides(layout, k, stride, channels):
    x = np.random.default_rng(0).random((6, 7, channels))
    memory, at = lay_out(x, layout, k, stride)
    found = at.reshape(-1, at.shape[2])
    ends = [axis for axis in (0, 1) if found.shape[axis] > 1]
    step = [8 * int(np.diff(found, axis=axis).flat[0]) if axis in ends else 8 for axis in (0, 1)]
    start = 8 * int(found[0, 0])
    reach = start + sum(s * (n - 1) for s, n in zip(step, found.shape)) + 8
    fits = min(step) == 8 and reach <= memory.nbytes
    read = np.ndarray(found.shape, float, memory.copy(), start, step) if fits else np.zeros(1)
    assert is_matrix(found) == np.array_equal(read, memory[found])


def test_memory_is_shown_line_by_line():
    assert in_lines(np.arange(14, 35)) == [(0, 14, 1, 2), (1, 0, 1, LINE), (2, 0, 1, 3)]
    shown = as_lines(np.arange(20))
    assert shown.shape == (2, LINE)
    assert np.isnan(shown).sum() == 12
    np.testing.assert_array_equal(shown.ravel()[:20], np.arange(20))


def test_a_number_pointed_at_shows_all_its_copies():
    lab = memory_lab()
    lab.layout_of.value = IN_ROWS
    lab.image.pointed = (2, 3)
    outlined = [tuple(window[:2]) for window in lab.memory.windows]
    shown = as_lines(lab.view.memory)
    assert lab.memory.foremost == len(outlined) == 9
    assert {shown[at] for at in outlined} == {2 * 7 + 3}
    assert "Number 17 lies at 9 places in memory (orange)." in lab._told.text
    assert lab._told.text.count("\n") == lab.sentence.count("\n")
    lab.image.pointed = None
    assert lab._told.text == lab.sentence


def test_every_setting_can_be_shown():
    lab = memory_lab()
    lab.places.selected = (3, 4)
    for layout, (k, stride, channels) in itertools.product(LAYOUTS, SETTINGS):
        lab.layout_of.value = layout
        lab.k.value, lab.stride.value, lab.channels.value = k, stride, channels
        assert lab.view.memory.size == np.isfinite(lab.memory.array).sum()
        numbers = sum(wide for *_, wide in lab.memory.windows[: lab.memory.foremost])
        assert numbers == k * k * channels


def test_what_it_asks_to_try_can_be_done():
    lab = memory_lab()
    do_tasks(
        lab,
        lambda: setattr(lab.channels, "value", 2),
        lambda: setattr(lab.layout_of, "value", IN_ROWS),
        lambda: setattr(lab.layout_of, "value", STRIPS),
        lambda: setattr(lab.stride, "value", 3),
    )
