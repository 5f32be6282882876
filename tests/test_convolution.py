"""What is special about convolution; the battery in test_ops.py holds it to loops and slopes."""

import tracemalloc

import numpy as np
import pytest
from cases import CASES, assert_same, random, some_dy

from cnncourse import ops, workers
from cnncourse.convolution import FEW_CHANNELS

CORRELATIONS = [case for case in CASES if case.op == "correlate2d"]
DTYPES = [np.int32, np.int64, np.float32, np.float64]

# Shapes of a real lesson, in both memory layouts: too large for loops, so held to identities.
LARGE = {
    "few channels": ((8, 28, 21, 1), (5, 3, 1, 16), {"pad": "same"}),
    "many channels": ((4, 14, 17, 16), (3, 3, 16, 8), {"stride": (2, 1), "pad": 1}),
    "many pieces": ((24, 30, 26, 8), (3, 3, 8, 6), {"pad": 1}),
    "dilated": ((2, 20, 15, 6), (3, 2, 6, 5), {"dilation": (2, 4), "pad": 3}),
}


@pytest.fixture(params=LARGE)
def large(request):
    """x, w, a bias of zeros, options."""
    x, w, options = LARGE[request.param]
    return random("large x", *x), random("large w", *w), np.zeros(w[-1]), options


# ---- What it computes


def test_nothing_is_flipped():
    """Around one bright pixel the output shows the kernel rotated by 180 degrees."""
    image, kernel = np.zeros((5, 5)), np.arange(1.0, 10).reshape(3, 3)
    image[2, 2] = 1
    rotated = [[9, 8, 7], [6, 5, 4], [3, 2, 1]]
    np.testing.assert_array_equal(ops.correlate2d(image, kernel), rotated)
    y, _ = ops.conv2d(image[None, :, :, None], kernel[:, :, None, None], np.zeros(1))
    np.testing.assert_array_equal(y[0, :, :, 0], rotated)


def test_a_large_kernel_on_a_photograph_takes_little_more_memory_than_its_result(monkeypatch):
    """Laid out at once for a kernel of 15 x 15, it would take thirty times as much."""
    monkeypatch.setattr(workers, "cores", lambda: 2)  # each has its own pieces
    image, kernel = np.ones((1500, 2000), np.float32), np.ones((15, 15), np.float32)
    tracemalloc.start()
    try:
        y = ops.correlate2d(image, kernel)
        kept, most = (size - y.nbytes for size in tracemalloc.get_traced_memory())
    finally:
        tracemalloc.stop()
    np.testing.assert_array_equal(y, np.full((1486, 1986), 225, np.float32))
    assert most < 3 * y.nbytes
    assert kept < 3 * y.nbytes


def test_correlate2d_of_part_of_an_image_reads_only_that_part():
    image = np.full((8, 9), np.nan)
    image[2:6, 1:8:2] = random("part", 4, 4)
    part = image[2:6, 1:8:2]
    kernel = random("kernel", 2, 3)
    assert_same(ops.correlate2d(part, kernel), ops.correlate2d(part.copy(), kernel))


@pytest.mark.parametrize("channels", [1, FEW_CHANNELS - 1, FEW_CHANNELS, FEW_CHANNELS + 1])
def test_conv2d_of_part_of_the_images_reads_only_that_part(channels):
    everything = np.full((3, 8, 9, 2 * channels), np.nan)
    everything[::2, 2:6, 1:8:2, ::2] = random("part", 2, 4, 4, channels)
    part = everything[::2, 2:6, 1:8:2, ::2]
    w, b = random("w", 2, 3, channels, 2), random("b", 2)
    y, pull = ops.conv2d(part, w, b)
    y_too, pull_too = ops.conv2d(part.copy(), w, b)
    assert_same(y, y_too)
    for gradient, expected in zip(pull(some_dy(y)), pull_too(some_dy(y)), strict=True):
        assert_same(gradient, expected)


def test_both_memory_layouts_give_the_same():
    """Black channels add nothing, but take the images over to the layout for many channels."""
    x, w, b = random("x", 2, 6, 7, 3), random("w", 3, 2, 3, 4), random("b", 4)
    more_x = np.concatenate([x, np.zeros((2, 6, 7, FEW_CHANNELS))], axis=3)
    more_w = np.concatenate([w, random("more", 3, 2, FEW_CHANNELS, 4)], axis=2)
    options = {"stride": (1, 2), "pad": 1}
    y, pull = ops.conv2d(x, w, b, **options)
    more_y, more_pull = ops.conv2d(more_x, more_w, b, **options)
    assert_same(more_y, y)
    dx, dw, db = pull(some_dy(y))
    more_dx, more_dw, more_db = more_pull(some_dy(y))
    assert_same(more_dx[..., :3], dx)
    assert_same(more_dw[:, :, :3], dw)
    assert_same(more_db, db)
    np.testing.assert_array_equal(more_dw[:, :, 3:], np.zeros((3, 2, FEW_CHANNELS, 4)))


def test_images_do_not_mix(large):
    x, w, b, options = large
    singles = [ops.conv2d(x[i : i + 1], w, b, **options)[0] for i in range(len(x))]
    assert_same(ops.conv2d(x, w, b, **options)[0], np.concatenate(singles))


def test_kernels_do_not_mix(large):
    x, w, b, options = large
    y, _ = ops.conv2d(x, w, b, **options)
    alone, _ = ops.conv2d(x, w[..., 2:3], b[2:3], **options)
    assert_same(y[..., 2:3], alone)


def test_a_channel_and_a_kernel_are_a_correlation(large):
    x, w, b, options = large
    y, _ = ops.conv2d(x, w, b, **options)
    parts = [ops.correlate2d(x[1, ..., c], w[..., c, 1], **options) for c in range(x.shape[3])]
    assert_same(y[1, ..., 1], sum(parts))


def test_bias_is_added_once_at_every_place(large):
    x, w, b, options = large
    bias = random("bias", len(b))
    without, _ = ops.conv2d(x, w, b, **options)
    assert_same(ops.conv2d(x, w, bias, **options)[0], without + bias)


def test_gradients_move_the_output_as_they_say(large):
    """Without a bias, y is linear in x and in w: y * dy, x * dx and w * dw have the same sum."""
    x, w, b, options = large
    y, pull = ops.conv2d(x, w, b, **options)
    dy = some_dy(y)
    dx, dw, db = pull(dy)
    np.testing.assert_allclose((x * dx).sum(), (y * dy).sum(), rtol=1e-9)
    np.testing.assert_allclose((w * dw).sum(), (y * dy).sum(), rtol=1e-9)
    np.testing.assert_allclose(db, dy.sum(axis=(0, 1, 2)), rtol=1e-9, atol=1e-12)


def test_moving_the_image_moves_the_output():
    image, kernel = random("image", 8, 9), random("kernel", 3, 2)
    y = ops.correlate2d(image, kernel)
    moved = ops.correlate2d(np.roll(image, (1, 2), axis=(0, 1)), kernel)
    assert_same(moved[1:, 2:], y[:-1, :-2])


def test_a_stride_picks_every_so_many_places():
    x, w, b = random("x", 1, 9, 8, 5), random("w", 3, 2, 5, 2), random("b", 2)
    every, _ = ops.conv2d(x, w, b)
    assert_same(ops.conv2d(x, w, b, stride=(3, 2))[0], every[:, ::3, ::2])


# ---- Options and dtypes


@pytest.mark.parametrize("option", ["stride", "pad", "dilation"])
def test_a_number_means_rows_and_columns(option):
    x, w, b = random("x", 1, 7, 8, 2), random("w", 3, 2, 2, 3), random("b", 3)
    y, _ = ops.conv2d(x, w, b, **{option: 2})
    assert_same(ops.conv2d(x, w, b, **{option: (2, 2)})[0], y)
    assert_same(ops.conv2d(x, w, b, **{option: [np.int64(2), 2]})[0], y)


def test_same_is_as_large_as_the_image_divided_by_the_stride():
    x, b = random("x", 1, 7, 8, 2), random("b", 3)
    for kh in range(1, 5):
        w = random("w", kh, 3, 2, 3)
        assert ops.conv2d(x, w, b, pad="same")[0].shape == (1, 7, 8, 3)
        assert ops.conv2d(x, w, b, pad="same", stride=(2, 3))[0].shape == (1, 4, 3, 3)


@pytest.mark.parametrize("channels", [2, 5])
@pytest.mark.parametrize("x_dtype", DTYPES)
@pytest.mark.parametrize("w_dtype", DTYPES)
@pytest.mark.parametrize("b_dtype", DTYPES)
def test_promotion_follows_numpy(channels, x_dtype, w_dtype, b_dtype):
    """A bias of a half is not cut to zero because the image holds integers."""
    x = (5 * random("x", 1, 4, 5, channels)).astype(x_dtype)
    w = (5 * random("w", 2, 3, channels, 2)).astype(w_dtype)
    b = np.array([0.5, -1.5]).astype(b_dtype)
    y, _ = ops.conv2d(x, w, b)
    expected, _ = ops.conv2d(*(array.astype(float) for array in (x, w, b)))
    assert_same(y, expected.astype((x[:1, 0, 0, :1] * w[0, 0, :1] + b).dtype), rtol=1e-5, atol=1e-5)


def test_a_kernel_changed_afterwards_does_not_change_the_output():
    x, w, b = random("x", 1, 4, 5, 2), random("w", 2, 3, 2, 2), random("b", 2)
    y, _ = ops.conv2d(x, w, b)
    before = y.copy()
    w += 1
    x += 1
    np.testing.assert_array_equal(y, before)
