"""One picture at a time: the same numbers as the operations for many, and axes as they came."""

import numpy as np
import pytest

from cnncourse import layers, ops, reference, single

RNG = np.random.default_rng(0)
GREY = RNG.normal(size=(7, 9))
COLOUR = RNG.normal(size=(7, 9, 3))


@pytest.mark.parametrize("options", [{}, dict(stride=2, pad=1), dict(pad="same", dilation=2)])
def test_correlate_is_the_loops_over_channels_added_up(options):
    kernel = RNG.normal(size=(2, 3, 3))
    slices = [reference.correlate2d(COLOUR[:, :, c], kernel[:, :, c], **options) for c in range(3)]
    np.testing.assert_allclose(single.correlate(COLOUR, kernel, **options), sum(slices))
    alone = single.correlate(GREY, kernel[:, :, 0], **options)
    np.testing.assert_allclose(alone, reference.correlate2d(GREY, kernel[:, :, 0], **options))


def test_convolve_makes_a_map_for_each_kernel_and_adds_its_bias():
    w, b = RNG.normal(size=(4, 5, 3, 2)), np.array([1.0, -2.0])
    stack = single.convolve(COLOUR, w, b, stride=(1, 2))
    assert stack.shape == (4, 3, 2)
    for place, one in enumerate(single.maps(stack)):
        alone = single.correlate(COLOUR, w[:, :, :, place], stride=(1, 2)) + b[place]
        np.testing.assert_allclose(one, alone)
    np.testing.assert_allclose(single.convolve(COLOUR, w, stride=(1, 2)), stack - b)


def test_convolve_takes_a_grey_picture():
    w = RNG.normal(size=(3, 3, 1, 4))
    np.testing.assert_allclose(
        single.maps(single.convolve(GREY, w))[2], ops.correlate2d(GREY, w[:, :, 0, 2])
    )


def test_whole_numbers_stay_exact():
    letter, kernel = np.array([[1, 2, 3], [4, 5, 6]]), np.array([[1, -1]])
    np.testing.assert_array_equal(single.correlate(letter, kernel), [[-1, -1], [-1, -1]])


@pytest.mark.parametrize("keep, function", [("max", np.max), ("mean", np.mean)])
def test_pool(keep, function):
    pooled = single.pool(COLOUR, 2, keep=keep)
    assert pooled.shape == (3, 4, 3)
    np.testing.assert_allclose(pooled[1, 2], function(COLOUR[2:4, 4:6], axis=(0, 1)))
    np.testing.assert_allclose(single.pool(COLOUR[:, :, 1], 2, keep=keep), pooled[:, :, 1])
    wide = single.pool(GREY, (7, 3), stride=(1, 3), keep=keep)
    np.testing.assert_allclose(wide, [[function(GREY[:, i : i + 3]) for i in (0, 3, 6)]])


def test_shrink_averages_and_cuts_off_the_rest():
    np.testing.assert_allclose(single.shrink(GREY, 4), [
        [GREY[:4, :4].mean(), GREY[:4, 4:8].mean()]
    ])  # fmt: skip


def test_shift_moves_in_zeros():
    moved = single.shift(GREY, 2, -3)
    np.testing.assert_array_equal(moved[2:, :-3], GREY[:-2, 3:])
    assert not moved[:2].any() and not moved[:, -3:].any()
    np.testing.assert_array_equal(single.shift(COLOUR, 0, 1)[:, 1:], COLOUR[:, :-1])


def test_run_takes_a_picture_through_a_network():
    net = layers.Sequential(layers.Conv2D(1, 2, 3, rng=RNG), layers.ReLU())
    picture = GREY.astype(np.float32)
    np.testing.assert_array_equal(single.run(net, picture), net(picture[None, :, :, None])[0])
    np.testing.assert_array_equal(
        single.run(net.layers[0], picture), net.layers[0](picture[None, :, :, None])[0]
    )


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: single.correlate(COLOUR, GREY), "correlate: kernel should have shape"),
        (lambda: single.correlate([1.0, 2.0], GREY), "correlate: picture should have shape"),
        (lambda: single.convolve(GREY[0], COLOUR), "convolve: picture should have shape"),
        (lambda: single.convolve(GREY, GREY), "convolve: w should have shape"),
        (lambda: single.pool(GREY[0]), "pool: picture should have shape"),
        (lambda: single.pool(GREY, keep="least"), 'keep should be "max" or "mean"'),
        (lambda: single.shift(None, 1, 1), "shift: picture should hold real numbers"),
        (lambda: single.maps(GREY), "maps: stack should have shape"),
        (lambda: single.run(layers.ReLU(), 3), "run: picture should have shape"),
    ],
)
def test_a_bad_call_is_told(call, words):
    with pytest.raises(ValueError, match=words):
        call()
