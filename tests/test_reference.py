"""The loops against answers worked out by hand.

    image  1 2 3      kernel  1 2
           4 5 6              3 4
           7 8 9

The window at the top left: 1*1 + 2*2 + 3*4 + 4*5 = 37. Everything else rests on these loops, so
nothing here is computed by `ops`.
"""

import numpy as np
import pytest

from cnncourse import reference

IMAGE = np.arange(1.0, 10).reshape(3, 3)
KERNEL = np.array([[1.0, 2.0], [3.0, 4.0]])


def images(rows):
    """One image of one channel."""
    return np.array(rows)[None, :, :, None]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [[37, 47], [67, 77]]),
        ({"stride": 2}, [[37]]),
        ({"stride": (1, 2)}, [[37], [67]]),
        ({"stride": (2, 1)}, [[37, 47]]),
        ({"pad": 1}, [[4, 11, 18, 9], [18, 37, 47, 21], [36, 67, 77, 33], [14, 23, 26, 9]]),
        ({"pad": (1, 0)}, [[11, 18], [37, 47], [67, 77], [23, 26]]),
        ({"pad": (0, 1)}, [[18, 37, 47, 21], [36, 67, 77, 33]]),
        ({"pad": "same"}, [[37, 47, 21], [67, 77, 33], [23, 26, 9]]),
        ({"pad": "same", "stride": 2}, [[37, 21], [23, 9]]),
        ({"pad": 1, "stride": 2}, [[4, 18], [36, 77]]),
        ({"dilation": 2}, [[64]]),
        ({"dilation": (2, 1)}, [[58, 68]]),
        ({"dilation": (1, 2)}, [[43], [73]]),
        ({"dilation": (1, 2), "pad": "same"}, [[24, 43, 17], [42, 73, 29], [16, 25, 8]]),
    ],
)
def test_correlate2d_by_hand(options, expected):
    np.testing.assert_array_equal(reference.correlate2d(IMAGE, KERNEL, **options), expected)


def test_conv2d_adds_over_channels_and_keeps_images_and_kernels_apart():
    """Two images of two pixels with two channels; two kernels of two pixels."""
    x = np.array([[[[1.0, 2.0], [3.0, 4.0]]], [[[0.0, 1.0], [1.0, 0.0]]]])
    w = np.array([[[[1.0, 5.0], [7.0, 1.0]], [[2.0, 0.0], [0.0, 3.0]]]])
    b = np.array([10.0, 20.0])
    # First image, first kernel: 1*1 + 2*7 + 3*2 + 4*0 + 10; second kernel: 1*5 + 2*1 + 4*3 + 20
    expected = np.array([[31.0, 39.0], [19.0, 21.0]]).reshape(2, 1, 1, 2)
    np.testing.assert_array_equal(reference.conv2d(x, w, b), expected)


def test_conv2d_adds_the_bias_in_the_padding_too():
    y = reference.conv2d(images([[2.0]]), np.ones((1, 1, 1, 1)), np.array([0.5]), pad=1)
    np.testing.assert_array_equal(y[0, :, :, 0], [[0.5, 0.5, 0.5], [0.5, 2.5, 0.5], [0.5] * 3])


def test_max_pool2d_by_hand():
    x = images([[1.0, 5.0, 2.0, 0.0], [3.0, 4.0, 8.0, 7.0], [9.0, 6.0, -1.0, -2.0]])
    for options, expected in [
        ({}, [[5, 8]]),
        ({"stride": 1}, [[5, 8, 8], [9, 8, 8]]),
        ({"stride": (1, 2)}, [[5, 8], [9, 8]]),
        ({"k": (1, 2)}, [[5, 2], [4, 8], [9, -1]]),
        ({"k": (3, 1)}, [[9, 6, 8, 7]]),
        ({"k": 3, "stride": 1, "pad": (0, 1)}, [[9, 9, 8, 8]]),
        ({"pad": "same", "stride": 2}, [[5, 8], [9, -1]]),
    ]:
        np.testing.assert_array_equal(reference.max_pool2d(x, **options)[0, :, :, 0], expected)


def test_max_pool2d_padding_never_wins():
    x = images([[-1, -2], [-3, -4]])
    for dtype in (np.float32, np.int64):
        y = reference.max_pool2d(x.astype(dtype), pad=1)
        np.testing.assert_array_equal(y[0, :, :, 0], [[-1, -2], [-3, -4]])


def test_avg_pool2d_by_hand():
    x = images([[1.0, 5.0, 2.0, 0.0], [3.0, 4.0, 8.0, 7.0], [9.0, 6.0, -1.0, -2.0]])
    for options, expected in [
        ({}, [[3.25, 4.25]]),
        ({"stride": 1}, [[3.25, 4.75, 4.25], [5.5, 4.25, 3]]),
        ({"k": (1, 2)}, [[3, 1], [3.5, 7.5], [7.5, -1.5]]),
        ({"k": (2, 1), "stride": (1, 3)}, [[2, 3.5], [6, 2.5]]),
    ]:
        np.testing.assert_array_equal(reference.avg_pool2d(x, **options)[0, :, :, 0], expected)


def test_avg_pool2d_counts_the_zeros_of_the_padding():
    y = reference.avg_pool2d(images([[4.0, 8.0], [12.0, 16.0]]), pad=1)
    np.testing.assert_array_equal(y[0, :, :, 0], [[1, 2], [3, 4]])


def test_global_avg_pool2d_by_hand():
    x = images([[4.0, 8.0, 3.0], [12.0, 16.0, 5.0]])
    np.testing.assert_array_equal(reference.global_avg_pool2d(x), [[8]])


@pytest.mark.parametrize("pool", [reference.max_pool2d, reference.avg_pool2d])
def test_pooling_keeps_images_and_channels_apart(pool):
    x = np.zeros((2, 2, 2, 2))
    x += [[[[1, 2]]], [[[3, 4]]]]  # each channel of each image is flat
    np.testing.assert_array_equal(pool(x).reshape(2, 2), [[1, 2], [3, 4]])


def test_relu_by_hand():
    x = np.array([[-1.5, 0.0], [2.0, -0.1]])
    np.testing.assert_array_equal(reference.relu(x), [[0, 0], [2, 0]])
    np.testing.assert_array_equal(x, [[-1.5, 0], [2, -0.1]])


def test_flatten_by_hand():
    """Two images, two rows, one column, two channels."""
    x = np.array([[[[1, 2]], [[3, 4]]], [[[5, 6]], [[7, 8]]]])
    np.testing.assert_array_equal(reference.flatten(x), [[1, 2, 3, 4], [5, 6, 7, 8]])
    wide = np.array([[[[1, 2], [3, 4], [5, 6]]]])  # one row, three columns
    np.testing.assert_array_equal(reference.flatten(wide), [[1, 2, 3, 4, 5, 6]])


def test_dense_by_hand():
    x, w = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 0.0, -1.0], [2.0, 1.0, 0.0]])
    y = reference.dense(x, w, np.array([10.0, 20.0, 30.0]))
    np.testing.assert_array_equal(y, [[15, 22, 29], [21, 24, 27]])


def test_softmax_by_hand():
    """e to the logarithm of a number is that number, so these are 1, 2 and 5 eighths."""
    scores = np.log(np.array([[1.0, 2.0, 5.0], [5.0, 5.0, 10.0]]))
    expected = [[1 / 8, 2 / 8, 5 / 8], [1 / 4, 1 / 4, 1 / 2]]
    np.testing.assert_allclose(reference.softmax(scores), expected, rtol=1e-14)
    np.testing.assert_allclose(reference.softmax(scores + 1000), expected, rtol=1e-12)


def test_softmax_cross_entropy_by_hand():
    scores = np.log(np.array([[1.0, 2.0, 5.0], [5.0, 5.0, 10.0]]))
    for labels, true in [([0, 0], (1 / 8, 1 / 4)), ([2, 1], (5 / 8, 1 / 4))]:
        expected = -(np.log(true[0]) + np.log(true[1])) / 2
        loss = reference.softmax_cross_entropy(scores, np.array(labels))
        np.testing.assert_allclose(loss, expected, rtol=1e-14)


@pytest.mark.parametrize("dtype", [np.int32, np.int64, np.float32, np.float64])
def test_sums_keep_the_dtype_of_the_images(dtype):
    y = reference.correlate2d(IMAGE.astype(dtype), KERNEL.astype(dtype))
    assert y.dtype == dtype
    np.testing.assert_array_equal(y, [[37, 47], [67, 77]])


@pytest.mark.parametrize(("dtype", "expected"), [(np.int64, np.float64), (np.float32, np.float32)])
def test_means_and_probabilities_are_floats(dtype, expected):
    x = np.array([[1, 2], [3, 4]], dtype)
    assert reference.avg_pool2d(x[None, :, :, None]).dtype == expected
    assert reference.global_avg_pool2d(x[None, :, :, None]).dtype == expected
    assert reference.softmax(x).dtype == expected
