"""Each kernel does what its sentence says."""

import itertools

import numpy as np
import pytest
from cases import random

from cnncourse import ops
from cnncourse.kernels import ABOUT, KERNELS, black_and_white_windows

ROWS, COLUMNS = np.mgrid[0:6, 0:8].astype(np.float32)
FLAT = np.full((6, 8), 0.7, np.float32)
NOISE = random("noise", 6, 8).astype(np.float32)
INSIDE = NOISE[1:-1, 1:-1]  # the pixels that lie in the middle of a window
BELOW, ABOVE = NOISE[2:, 1:-1], NOISE[:-2, 1:-1]
RIGHT, LEFT = NOISE[1:-1, 2:], NOISE[1:-1, :-2]
WINDOWS = np.lib.stride_tricks.sliding_window_view(NOISE, (3, 3))


def answer(name, image):
    return ops.correlate2d(image, KERNELS[name])


def assert_answer(name, image, expected):
    shape = image.shape[0] - 2, image.shape[1] - 2
    np.testing.assert_allclose(answer(name, image), np.broadcast_to(expected, shape), atol=1e-5)


# ---- The table


def test_every_kernel_has_a_sentence():
    assert list(ABOUT) == list(KERNELS)


@pytest.mark.parametrize("name", KERNELS)
def test_kernels_are_three_by_three_in_float32(name):
    assert KERNELS[name].shape == (3, 3)
    assert KERNELS[name].dtype == np.float32


@pytest.mark.parametrize("name", ABOUT)
def test_sentences_are_sentences(name):
    assert ABOUT[name][0].isupper()
    assert ABOUT[name].endswith(".")
    assert ". " not in ABOUT[name]


def test_no_two_kernels_are_equal():
    assert len({kernel.tobytes() for kernel in KERNELS.values()}) == len(KERNELS)


@pytest.mark.parametrize(
    "name", ["identity", "shift_left", "box_blur", "gaussian_blur", "sharpen", "emboss"]
)
def test_flat_areas_stay(name):
    assert_answer(name, FLAT, 0.7)


@pytest.mark.parametrize(
    "name", ["sobel_x", "sobel_y", "laplacian", "outline", "diagonal_down", "diagonal_up"]
)
def test_flat_areas_give_zero(name):
    assert_answer(name, FLAT, 0)


# ---- Copies and means


def test_identity_copies_each_pixel():
    assert_answer("identity", NOISE, INSIDE)
    np.testing.assert_array_equal(KERNELS["identity"].sum(), KERNELS["identity"][1, 1])


def test_shift_left_moves_the_picture_one_pixel_to_the_left():
    assert_answer("shift_left", NOISE, RIGHT)
    moved = ops.correlate2d(NOISE, KERNELS["shift_left"], pad=1)
    np.testing.assert_array_equal(moved[:, :-1], NOISE[:, 1:])


def test_box_blur_is_the_plain_mean_of_nine_pixels():
    assert_answer("box_blur", NOISE, WINDOWS.mean(axis=(2, 3)))


def test_box_blur_melts_small_details():
    """Black and white squares of one pixel become nearly the same grey."""
    squares = (ROWS + COLUMNS) % 2
    np.testing.assert_allclose(np.ptp(answer("box_blur", squares)), 1 / 9, atol=1e-6)


def test_gaussian_blur_is_a_mean_with_gaussian_weights_in_sixteenths():
    distances = ROWS[:3, :1] - 1
    bell = np.exp(-(distances**2) / (2 * 0.85**2))  # a standard deviation of 0.85 pixels
    weights = bell * bell.T / bell.sum() ** 2
    np.testing.assert_array_equal(KERNELS["gaussian_blur"] * 16, np.round(weights * 16))
    np.testing.assert_array_equal(KERNELS["gaussian_blur"].sum(), 1)


def test_gaussian_blur_counts_near_pixels_more():
    centre, side, corner = KERNELS["gaussian_blur"][[1, 1, 0], [1, 0, 0]]
    assert centre > side > corner > 0


# ---- Differences


def test_sharpen_is_five_times_the_pixel_minus_its_four_neighbours():
    assert_answer("sharpen", NOISE, 5 * INSIDE - BELOW - ABOVE - RIGHT - LEFT)


def test_sharpen_makes_differences_grow():
    step = (COLUMNS >= 4).astype(np.float32)
    assert_answer("sharpen", step, [0, 0, -1, 2, 1, 1])


def test_sobel_x_is_positive_where_it_gets_brighter_to_the_right():
    assert_answer("sobel_x", COLUMNS, 8)
    assert_answer("sobel_x", -COLUMNS, -8)
    assert_answer("sobel_x", ROWS, 0)


def test_sobel_y_is_positive_where_it_gets_brighter_downwards():
    assert_answer("sobel_y", ROWS, 8)
    assert_answer("sobel_y", -ROWS, -8)
    assert_answer("sobel_y", COLUMNS, 0)


def test_sobel_is_right_minus_left_and_below_minus_above():
    weights = np.array([1, 2, 1])
    assert_answer("sobel_x", NOISE, (WINDOWS[..., 2] - WINDOWS[..., 0]) @ weights)
    assert_answer("sobel_y", NOISE, (WINDOWS[..., 2, :] - WINDOWS[..., 0, :]) @ weights)


def test_laplacian_is_four_neighbours_minus_four_times_the_pixel():
    assert_answer("laplacian", NOISE, BELOW + ABOVE + RIGHT + LEFT - 4 * INSIDE)


@pytest.mark.parametrize("down", [-1, 0, 2])
@pytest.mark.parametrize("right", [-2, 1, 3])
def test_laplacian_is_zero_on_even_ramps(down, right):
    assert_answer("laplacian", down * ROWS + right * COLUMNS, 0)


def test_outline_is_eight_times_the_pixel_minus_its_eight_neighbours():
    assert_answer("outline", NOISE, 9 * INSIDE - WINDOWS.sum(axis=(2, 3)))


def test_outline_is_strong_at_edges():
    """Three times the step, with a change of sign where the edge is."""
    step = (COLUMNS >= 4).astype(np.float32)
    assert_answer("outline", step, [0, 0, -3, 3, 0, 0])


def test_emboss_is_lower_right_minus_upper_left_plus_the_pixel():
    corners = 2 * WINDOWS[..., 2, 2] - 2 * WINDOWS[..., 0, 0]
    assert_answer("emboss", NOISE, corners + RIGHT + BELOW - LEFT - ABOVE + INSIDE)


def test_emboss_lights_a_raised_square_from_one_side():
    raised = np.zeros((6, 8), np.float32)
    raised[2:4, 2:5] = 1
    lit = ops.correlate2d(raised, KERNELS["emboss"], pad=1)
    assert lit[2, 2] > 1  # the upper left corner of the square is brighter than its top
    assert lit[3, 4] < 1  # the lower right corner is darker
    assert lit[1, 1] > 0 > lit[4, 5]  # and so is the ground beside these corners


# ---- Lines


@pytest.mark.parametrize(
    ("name", "line"), [("diagonal_down", np.eye(3)), ("diagonal_up", np.eye(3)[:, ::-1])]
)
def test_diagonals_answer_most_to_their_line(name, line):
    """More than to any other three bright pixels on a dark ground."""
    answers = {}
    for places in itertools.combinations(range(9), 3):
        pixels = np.zeros((3, 3))
        pixels.flat[list(places)] = 1
        answers[places] = answer(name, pixels).item()
    best = max(answers, key=answers.get)
    assert best == tuple(np.flatnonzero(line))
    assert sorted(answers.values())[-2] < answers[best]


def test_diagonals_do_not_answer_to_each_others_line():
    assert answer("diagonal_down", np.eye(3)[:, ::-1]).item() == 0
    assert answer("diagonal_up", np.eye(3)).item() == 0


# ---- All windows of black and white


def test_there_are_512_windows_of_black_and_white_and_no_two_are_equal():
    windows = black_and_white_windows()
    assert len(windows) == len({window.tobytes() for window in windows}) == 2**9
    assert {window.shape for window in windows} == {(3, 3)}
    assert set(np.unique(windows)) == {0, 1}
