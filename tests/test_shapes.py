"""Naming axes, reading options, and adding borders."""

import doctest

import numpy as np
import pytest

from cnncourse import shapes

IMAGES = np.zeros((2, 5, 7, 3))
STEPS = np.arange(1.0, 7).reshape(1, 2, 3, 1)  # one image: 1 2 3 above 4 5 6


def test_the_example_in_the_docstring():
    assert doctest.testmod(shapes) == (0, 1)


def test_a_long_path_is_shown_but_for_its_middle():
    path = f"/home/someone/{'a' * 80}/model.npz"
    assert shapes.shown(path) == repr(path)
    for value, most in (("a" * 10**5 + "z", 160), (list(range(10**4)), 80)):
        text = shapes.shown(value)
        assert len(text) == most
        assert (text[:3], text[-3:]) == (repr(value)[:3], repr(value)[-3:])


def test_sizes_in_the_order_of_the_axes():
    assert shapes.sizes(IMAGES, "n h w c", "x") == (2, 5, 7, 3)
    assert shapes.sizes(IMAGES, "n h w c", "x", n=2, c=3) == (2, 5, 7, 3)
    assert shapes.sizes(IMAGES[0, 0, 0], "f", "b") == (3,)


@pytest.mark.parametrize(
    ("axes", "expected", "sentence"),
    [
        ("n d", {}, "x should have shape (n, d), but has shape (2, 5, 7, 3)."),
        ("n h w c", {"c": 1}, "x should have shape (n, h, w, c=1), but has shape (2, 5, 7, 3)."),
        ("f", {"f": 4}, "x should have shape (f=4,), but has shape (2, 5, 7, 3)."),
    ],
)
def test_sizes_that_do_not_fit_are_shown_beside_those_that_would(axes, expected, sentence):
    with pytest.raises(ValueError) as caught:
        shapes.sizes(IMAGES, axes, "x", **expected)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("dtype", ["int32", "int64", "float32", "float64", ">f4", np.longdouble])
def test_arrays_with_room_for_sums_pass(dtype):
    assert shapes.check_array(np.zeros(3, dtype), "x") is None


@pytest.mark.parametrize(
    "dtype", ["uint8", "int8", "int16", "uint32", "float16", "bool", "complex64", "object", "<U3"]
)
def test_other_arrays_do_not(dtype):
    with pytest.raises(ValueError, match=f"x should hold floats .* its dtype is {np.dtype(dtype)}"):
        shapes.check_array(np.zeros(3, dtype), "x")


def test_like_gives_the_gradient_back():
    dy = np.ones((2, 3))
    assert shapes.check_same_shape(dy, (2, 3), "dy") is dy


@pytest.mark.parametrize(("n", "f"), [(3, 3), (3, None)])
def test_labels_from_zero_to_one_less_than_the_scores_pass(n, f):
    assert shapes.check_labels(np.array([0, 2, 1]), n, f, "labels") is None


def test_labels_without_a_limit_may_be_large():
    assert shapes.check_labels(np.array([7, 1000]), 2, None, "labels") is None


@pytest.mark.parametrize("value", [0, 0.5, 0.999, np.float32(0.1), np.int64(0)])
def test_shares_from_zero_to_less_than_one_pass(value):
    assert shapes.check_fraction(value, "rate") is None


@pytest.mark.parametrize("value", [0, -1.5, 3, np.float32(1), np.int32(4), float("inf")])
def test_real_numbers_are_numbers(value):
    assert shapes.check_number(value, "h") is None


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3)])
def test_whole_numbers_become_ints(value):
    assert shapes.check_int(value, "k", 3) == 3
    assert type(shapes.check_int(value, "k", 3)) is int


@pytest.mark.parametrize(
    ("value", "expected"),
    [(2, (2, 2)), ((2, 3), (2, 3)), ([2, 3], (2, 3)), ((np.int64(1), 4), (1, 4))],
)
def test_a_pair_is_rows_then_columns(value, expected):
    assert shapes.pair(value, "stride") == expected


def test_a_pair_may_hold_zeros_where_they_make_sense():
    assert shapes.pair((0, 1), "pad", least=0) == (0, 1)


@pytest.mark.parametrize(
    ("pad", "k", "edges"),
    [
        (0, (3, 3), (0, 0, 0, 0)),
        (2, (3, 3), (2, 2, 2, 2)),
        ((1, 4), (3, 3), (1, 1, 4, 4)),
        ("same", (3, 5), (1, 1, 2, 2)),
        ("same", (2, 4), (0, 1, 1, 2)),
        ("same", (1, 6), (0, 0, 2, 3)),
    ],
)
def test_borders_are_top_bottom_left_right(pad, k, edges):
    assert shapes.borders(pad, k, "pad") == edges


@pytest.mark.parametrize("k", range(1, 7))
@pytest.mark.parametrize("stride", range(1, 5))
def test_same_keeps_the_size_divided_by_the_stride_and_rounded_up(k, stride):
    top, bottom, _, _ = shapes.borders("same", (k, 1), "pad")
    for size in range(1, 12):
        assert shapes.out_size(top + size + bottom, k, stride, "k") == -(-size // stride)


@pytest.mark.parametrize("k", range(1, 5))
@pytest.mark.parametrize("stride", range(1, 5))
def test_out_size_counts_the_places_where_a_window_fits(k, stride):
    for size in range(k, 12):
        places = [start for start in range(0, size, stride) if start + k <= size]
        assert shapes.out_size(size, k, stride, "k") == len(places)


def test_no_border_is_the_image_itself():
    assert shapes.pad_image(IMAGES, (0, 0, 0, 0), 0) is IMAGES


@pytest.mark.parametrize(
    ("edges", "rows"),
    [
        ((1, 0, 0, 0), [[9, 9, 9], [1, 2, 3], [4, 5, 6]]),
        ((0, 1, 0, 0), [[1, 2, 3], [4, 5, 6], [9, 9, 9]]),
        ((0, 0, 1, 0), [[9, 1, 2, 3], [9, 4, 5, 6]]),
        ((0, 0, 0, 2), [[1, 2, 3, 9, 9], [4, 5, 6, 9, 9]]),
    ],
)
def test_borders_are_added_where_they_should(edges, rows):
    padded = shapes.pad_image(STEPS, edges, 9)
    np.testing.assert_array_equal(padded[0, :, :, 0], rows)
    np.testing.assert_array_equal(STEPS.ravel(), [1, 2, 3, 4, 5, 6])


def test_every_image_and_channel_gets_the_same_border():
    x = np.arange(2 * 3 * 4 * 2.0).reshape(2, 3, 4, 2)
    expected = np.pad(x, ((0, 0), (1, 2), (0, 3), (0, 0)), constant_values=-1)
    np.testing.assert_array_equal(shapes.pad_image(x, (1, 2, 0, 3), -1), expected)
