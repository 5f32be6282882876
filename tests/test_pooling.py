"""What is special about pooling; the battery in test_ops.py holds it to loops and slopes."""

import itertools

import numpy as np
import pytest
from cases import POOLS, assert_same, distinct, random, some_dy

from cnncourse import ops, reference

POOLINGS = [ops.max_pool2d, ops.avg_pool2d]


def images(rows):
    """One image of one channel."""
    return np.array(rows)[None, :, :, None]


def winners(x, dy, k, stride, pad):
    """dx of max pooling in loops: of equals the leftmost column wins, in it the topmost row."""
    padded = np.pad(
        x, ((0, 0), (pad[0], pad[0]), (pad[1], pad[1]), (0, 0)), constant_values=-np.inf
    )
    dx = np.zeros_like(padded)
    for image, row, column, channel in np.ndindex(dy.shape):
        top, left = row * stride[0], column * stride[1]
        window = padded[image, top : top + k[0], left : left + k[1], channel]
        best = None
        for j, i in itertools.product(range(k[1]), range(k[0])):  # column after column
            if best is None or window[i, j] > window[best]:
                best = i, j
        dx[image, top + best[0], left + best[1], channel] += dy[image, row, column, channel]
    rows, columns = x.shape[1:3]
    return dx[:, pad[0] : pad[0] + rows, pad[1] : pad[1] + columns]


# ---- Max pooling


def test_only_the_largest_gets_the_gradient():
    x = images([[1.0, 5.0, 2.0], [3.0, 4.0, 8.0]])
    y, pull = ops.max_pool2d(x, 2, stride=1)
    np.testing.assert_array_equal(y[0, :, :, 0], [[5, 8]])
    dx = pull(images([[10.0, 20.0]]))
    np.testing.assert_array_equal(dx[0, :, :, 0], [[0, 10, 0], [0, 0, 20]])


@pytest.mark.parametrize(
    ("rows", "winner"),
    [
        ([[7, 7], [7, 7]], (0, 0)),
        ([[1, 7], [7, 7]], (1, 0)),  # the leftmost column, though the other one starts higher
        ([[1, 7], [2, 7]], (0, 1)),  # in one column the topmost row
        ([[7, 1], [7, 1]], (0, 0)),
    ],
)
def test_of_equals_the_leftmost_column_wins_and_in_it_the_topmost_row(rows, winner):
    _, pull = ops.max_pool2d(images(rows).astype(np.float64))
    expected = np.zeros((2, 2))
    expected[winner] = 1
    np.testing.assert_array_equal(pull(images([[1.0]]))[0, :, :, 0], expected)


@pytest.mark.parametrize(
    ("k", "stride", "pad"),
    [
        ((2, 2), (2, 2), (0, 0)),
        ((3, 2), (1, 1), (0, 0)),
        ((2, 3), (1, 2), (1, 1)),
        ((3, 3), (2, 1), (2, 1)),
        ((1, 4), (1, 3), (0, 2)),
        ((2, 2), (3, 3), (0, 1)),
    ],
)
def test_ties_follow_the_rule_in_every_window(k, stride, pad):
    """Pixels of only three brightnesses, so that nearly every window has a tie."""
    x = np.random.default_rng(5).integers(0, 3, (2, 6, 7, 3)).astype(np.float64)
    y, pull = ops.max_pool2d(x, k, stride=stride, pad=pad)
    dy = some_dy(y)
    np.testing.assert_allclose(pull(dy), winners(x, dy, k, stride, pad), atol=1e-12)


def test_padding_never_wins():
    x = -1 - np.abs(random("negative", 2, 4, 5, 2))
    y, pull = ops.max_pool2d(x, 3, stride=1, pad=1)
    assert (y < 0).all()
    np.testing.assert_allclose(pull(np.ones_like(y)).sum(), y.size)


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
def test_padding_never_wins_against_integers(dtype):
    x = images([[-5, -6], [-7, -8]]).astype(dtype)
    y, _ = ops.max_pool2d(x, 2, pad=1)
    assert_same(y, x)


def test_max_pooling_lets_nan_through():
    y, _ = ops.max_pool2d(images([[1.0, np.nan, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0]]))
    np.testing.assert_array_equal(y[0, :, :, 0], [[np.nan, 4]])


# ---- Average pooling


def test_each_pixel_of_a_window_gets_its_share():
    x = images([[4.0, 8.0, 0.0], [12.0, 16.0, 0.0]])
    y, pull = ops.avg_pool2d(x, 2, stride=1)
    np.testing.assert_array_equal(y[0, :, :, 0], [[10, 6]])
    dx = pull(images([[4.0, 8.0]]))
    np.testing.assert_array_equal(dx[0, :, :, 0], [[1, 3, 2], [1, 3, 2]])


def test_zeros_of_the_padding_count():
    y, pull = ops.avg_pool2d(images([[4.0, 8.0], [12.0, 16.0]]), 2, pad=1)
    np.testing.assert_array_equal(y[0, :, :, 0], [[1, 2], [3, 4]])
    np.testing.assert_array_equal(pull(np.ones((1, 2, 2, 1)))[0, :, :, 0], np.full((2, 2), 0.25))


def test_zeros_of_the_padding_need_not_count():
    x = images([[4.0, 8.0], [12.0, 16.0]])
    y, pull = ops.avg_pool2d(x, 2, stride=1, pad=1, count_include_pad=False)
    np.testing.assert_allclose(y[0, :, :, 0], [[4, 6, 8], [8, 10, 12], [12, 14, 16]])
    dx = pull(np.ones((1, 3, 3, 1)))[0, :, :, 0]
    np.testing.assert_allclose(dx, np.full((2, 2), 1 + 0.5 + 0.5 + 0.25))


def test_a_plain_picture_stays_plain_where_padding_does_not_count():
    x = np.full((1, 5, 7, 1), 3.0, np.float32)
    for options in [dict(pad=1), dict(pad="same"), dict(pad=(2, 1), stride=(2, 3))]:
        y, _ = ops.avg_pool2d(x, 3, count_include_pad=False, **options)
        assert y.dtype == np.float32
        np.testing.assert_allclose(y, np.full_like(y, 3), rtol=1e-6)


@pytest.mark.parametrize("whole", [ops.avg_pool2d, reference.avg_pool2d])
def test_the_mean_of_large_whole_numbers_does_not_overflow(whole):
    y = whole(np.full((1, 2, 2, 1), 2**30, np.int32))
    assert_same(y[0] if whole is ops.avg_pool2d else y, images([[2.0**30]]))


def test_mean_of_integers_is_not_rounded():
    y, _ = ops.avg_pool2d(images([[1, 2], [2, 2]]))
    assert_same(y, images([[1.75]]))


# ---- Global average pooling


def test_one_mean_for_each_map():
    x = np.stack([[[1.0, 2.0, 6.0], [3.0, 0.0, 0.0]], [[5.0, 5.0, 5.0], [5.0, 5.0, 8.0]]], axis=-1)
    y, pull = ops.global_avg_pool2d(x[None])
    np.testing.assert_allclose(y, [[2, 5.5]])
    np.testing.assert_allclose(pull(np.array([[6.0, 12.0]]))[0], np.full((2, 3, 2), [1, 2]))


def test_the_mean_of_a_million_float32_keeps_its_digits():
    """Added up one after the other, a million times 0.1 gives 0.1009."""
    y, _ = ops.global_avg_pool2d(np.full((1, 1000, 1000, 1), 0.1, np.float32))
    np.testing.assert_allclose(y, [[0.1]], rtol=1e-5)


def test_the_global_mean_of_whole_numbers_is_neither_rounded_nor_overflows():
    y, _ = ops.global_avg_pool2d(np.full((1, 4, 4, 1), 2**30, np.int32))
    assert_same(y, np.array([[2.0**30]]))


def test_it_is_average_pooling_with_a_window_as_large_as_the_map():
    x = random("global", 2, 5, 7, 3)
    y, pull = ops.global_avg_pool2d(x)
    window, pull_window = ops.avg_pool2d(x, (5, 7))
    dy = some_dy(y)
    assert_same(y, window[:, 0, 0])
    assert_same(pull(dy), pull_window(dy[:, None, None]))


# ---- Both


@pytest.mark.parametrize("pool", POOLINGS)
def test_windows_of_two_by_two_side_by_side_are_the_default(pool):
    x = distinct("default", 2, 5, 7, 2)
    y, pull = pool(x)
    y_too, pull_too = pool(x, (2, 2), stride=(2, 2), pad=(0, 0))
    np.testing.assert_array_equal(y, y_too)
    np.testing.assert_array_equal(pull(some_dy(y)), pull_too(some_dy(y)))


@pytest.mark.parametrize("pool", POOLINGS)
def test_images_and_channels_do_not_mix(pool):
    x = distinct("mix", 3, 5, 7, 4)
    y, pull = pool(x, 3, stride=2, pad=1)
    alone, pull_alone = pool(x[1:2, ..., 2:3], 3, stride=2, pad=1)
    dy = some_dy(y)
    np.testing.assert_array_equal(y[1:2, ..., 2:3], alone)
    np.testing.assert_array_equal(pull(dy)[1:2, ..., 2:3], pull_alone(dy[1:2, ..., 2:3]))


@pytest.mark.parametrize("name", [name for name in POOLS if "pad" not in POOLS[name][1]])
@pytest.mark.parametrize("pool", POOLINGS)
def test_no_gradient_is_lost_without_padding(pool, name):
    shape, options = POOLS[name]
    y, pull = pool(distinct(name, *shape), **options)
    dy = some_dy(y)
    np.testing.assert_allclose(pull(dy).sum(axis=(1, 2)), dy.sum(axis=(1, 2)), atol=1e-12)


@pytest.mark.parametrize("pool", POOLINGS)
def test_pixels_that_no_window_saw_get_no_gradient(pool):
    _, pull = pool(distinct("unseen", 1, 5, 7, 1), 2, stride=3)
    dx = pull(np.ones((1, 2, 2, 1)))
    np.testing.assert_array_equal(dx[0, 2], np.zeros((7, 1)))
    np.testing.assert_array_equal(dx[0, :, [2, 5, 6]], np.zeros((3, 5, 1)))


@pytest.mark.parametrize("pool", POOLINGS)
def test_same_is_as_large_as_the_image_divided_by_the_stride(pool):
    x = distinct("same", 1, 7, 8, 2)
    for k in range(1, 6):
        assert pool(x, k, stride=1, pad="same")[0].shape == (1, 7, 8, 2)
        assert pool(x, k, stride=(2, 3), pad="same")[0].shape == (1, 4, 3, 2)
