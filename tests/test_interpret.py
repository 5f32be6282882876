"""What a network sees, held against nudging, loops, and networks whose answer is known."""

import numpy as np
import pytest

from cnncourse import interpret, layers
from cnncourse.gradcheck import numeric_gradient

RNG = np.random.default_rng(0)


def small_net(seed=0):
    rng = np.random.default_rng(seed)
    net = layers.Sequential(
        layers.Conv2D(2, 3, (3, 5), pad=1, rng=rng),
        layers.ReLU(),
        layers.MaxPool2D(2),
        layers.Conv2D(3, 4, 2, stride=2, rng=rng),
        layers.ReLU(),
        layers.Flatten(),
        layers.Dense(2 * 2 * 4, 3, rng=rng),
    )
    for param in net.params():
        param += rng.normal(0, 0.1, param.shape).astype(np.float32)
    return net


def as_float64(net):
    for layer in net.layers:
        layer.params = {name: param.astype(float) for name, param in layer.params.items()}
    return net


IMAGES = RNG.random((12, 9, 10, 2)).astype(np.float32)


@pytest.mark.parametrize("count, at", [(1, (4, 3)), (3, (1, 2)), (4, (1, 0)), (5, (0, 1))])
def test_the_field_is_what_nudges_find(count, at):
    parts = small_net().layers[:count]
    part = interpret.field(parts, *at)
    seen = np.zeros(IMAGES.shape[1:3], bool)
    for image in np.random.default_rng(1).normal(size=(40, *IMAGES.shape[1:])):
        trace = layers.Sequential(*parts).trace(image[None].astype(np.float32))
        blame = np.zeros_like(trace.outputs[-1])
        blame[0, *at] = 1
        seen |= trace.back(blame)[0][0][0].any(axis=2)
    rows, columns = np.nonzero(seen)
    inside = np.zeros_like(seen)
    top, left = max(part.row, 0), max(part.column, 0)
    inside[top : part.row + part.rows, left : part.column + part.columns] = True
    np.testing.assert_array_equal(seen, inside)
    assert rows.min() == top and columns.min() == left


def test_the_strongest_are_those_of_a_search():
    net = small_net()
    found = interpret.strongest(net, IMAGES, 5, n=4)
    maps = layers.Sequential(*net.layers[:5])(IMAGES)
    for unit in range(4):
        tops = sorted((maps[i, :, :, unit].max() for i in range(12)), reverse=True)[:4]
        np.testing.assert_allclose(found.value[:, unit], tops)
        places = found.image[:, unit], found.row[:, unit], found.column[:, unit]
        np.testing.assert_array_equal(maps[*places, unit], found.value[:, unit])
        assert len(set(found.image[:, unit])) == 4


def test_a_patch_is_grey_beyond_the_border():
    image = np.arange(24.0).reshape(3, 4, 2)
    cut = interpret.patch(image, interpret.Field(-1, 2, 3, 4))
    assert cut.shape == (3, 4, 2)
    np.testing.assert_array_equal(cut[1:, :2], image[:2, 2:])
    np.testing.assert_array_equal(cut[0], 0.5)
    np.testing.assert_array_equal(cut[:, 2:], 0.5)


def test_occlusion_is_the_loss_of_each_covered_copy():
    net, image = small_net(), IMAGES[0]
    lost = interpret.occlusion(net, image, 1, k=4, stride=3)
    assert lost.shape == (2, 3)
    for row, column in np.ndindex(2, 3):
        covered = image.copy()
        covered[3 * row : 3 * row + 4, 3 * column : 3 * column + 4] = 0.5
        wanted = net(image[None])[0, 1] - net(covered[None])[0, 1]
        np.testing.assert_allclose(lost[row, column], wanted, atol=1e-5)


def test_slope_and_saliency_are_those_of_nudges():
    net, image = as_float64(small_net()), IMAGES[1].astype(float)
    nudged = numeric_gradient(lambda x: float(net(x[None])[0, 2]), image)
    np.testing.assert_allclose(interpret.slope(net, image, 2), nudged, atol=1e-6)
    found = interpret.saliency(net, image, 2)
    np.testing.assert_allclose(found, np.abs(nudged).max(axis=2), atol=1e-6)


def test_a_kernels_preferred_image_has_the_signs_of_its_weights():
    conv = layers.Conv2D(2, 1, 3, rng=np.random.default_rng(3))
    net = layers.Sequential(conv, layers.ReLU())
    options = dict(rng=np.random.default_rng(0), fade=0, blur=0)
    image = interpret.preferred(net, 2, 0, (3, 3, 2), steps=200, rate=0.1, **options)
    strong = np.abs(conv.params["w"][..., 0]) > 0.05
    wanted = conv.params["w"][..., 0] > 0
    np.testing.assert_array_equal(image[strong] > 0.99, wanted[strong])
    np.testing.assert_array_equal(image[strong] < 0.01, ~wanted[strong])


def test_fading_and_blurring_keep_an_image_near_grey_and_smooth():
    net = small_net()
    plain, kept = (
        interpret.preferred(
            net, 4, 1, IMAGES.shape[1:], rng=np.random.default_rng(0), fade=fade, blur=blur
        )
        for fade, blur in ((0, 0), (0.05, 0.3))
    )
    rough = [np.abs(np.diff(image, axis=0)).mean() for image in (plain, kept)]
    assert rough[1] < 0.7 * rough[0]
    assert np.abs(kept - 0.5).mean() < np.abs(plain - 0.5).mean()
    value = layers.Sequential(*net.layers[:4])
    before = value(np.full((1, *IMAGES.shape[1:]), 0.5, np.float32))
    assert value(plain[None])[0, 1, 1, 1] > value(kept[None])[0, 1, 1, 1] > before[0, 1, 1, 1]


def test_fooled_lowers_the_score_within_its_budget():
    net, image = small_net(), IMAGES[2]
    changed = interpret.fooled(net, image, 0, budget=0.1)
    assert net(changed[None])[0, 0] < net(image[None])[0, 0] - 0.05
    assert np.abs(changed - image).max() <= 0.1 + 1e-6
    assert changed.min() >= 0 and changed.max() <= 1
    np.testing.assert_array_equal(interpret.fooled(net, image, 0, 0.1, steps=0), image)


def test_shuffled_keeps_the_weights_and_loses_their_places():
    net = small_net()
    before = [param.copy() for param in net.params()]
    mixed = interpret.shuffled(net, rng=np.random.default_rng(0))
    for old, now, new in zip(before, net.params(), mixed.params(), strict=True):
        np.testing.assert_array_equal(old, now)
        np.testing.assert_array_equal(np.sort(old, axis=None), np.sort(new, axis=None))
    assert not np.array_equal(net.layers[0].params["w"], mixed.layers[0].params["w"])
    np.testing.assert_array_equal(net.layers[0].params["b"], mixed.layers[0].params["b"])


def test_a_saliency_map_changes_with_the_network():
    net = small_net()
    steep = interpret.saliency(net, IMAGES[3], 0)
    others = [interpret.shuffled(net, rng=np.random.default_rng(seed)) for seed in range(8)]
    alike = [interpret.rank_correlation(steep, interpret.saliency(o, IMAGES[3], 0)) for o in others]
    assert interpret.rank_correlation(steep, steep) > 0.999
    assert np.mean(alike) < 0.6


def test_rank_correlation():
    one = np.array([[0.1, 5.0], [2.0, 3.0]])
    assert abs(interpret.rank_correlation(one, one**3) - 1) < 1e-12
    assert abs(interpret.rank_correlation(one, -one) + 1) < 1e-12
    assert interpret.rank_correlation(one, np.zeros((2, 2))) == 0
    ties = np.array([1.0, 2.0, 2.0, 5.0]), np.array([3.0, 1.0, 4.0, 4.0])
    ranks = np.array([1, 2.5, 2.5, 4]), np.array([2, 1, 3.5, 3.5])
    wanted = np.corrcoef(*ranks)[0, 1]
    assert abs(interpret.rank_correlation(*ties) - wanted) < 1e-12


NET, IMAGE = small_net(), IMAGES[0]


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: interpret.strongest(NET, IMAGES, 9), "count should be at most the 7 layers"),
        (lambda: interpret.strongest(NET, IMAGES, 6), "what layer 6 gives should have shape"),
        (lambda: interpret.strongest(NET, IMAGES, 5, n=13), "n should be at most 12 images"),
        (lambda: interpret.occlusion(NET, IMAGE, 3), "label should be from 0 to 2, but is 3"),
        (lambda: interpret.occlusion(NET, IMAGE, 0, k=10), "k should be at most 9 pixels"),
        (lambda: interpret.occlusion(NET, IMAGES, 0), r"image should have shape \(h, w, c\)"),
        (lambda: interpret.slope(None, IMAGE, 0), "net should be a network"),
        (lambda: interpret.shuffled(NET, rng=3), "rng should be a random generator"),
        (
            lambda: interpret.preferred(NET, 5, 4, IMAGE.shape, rng=np.random.default_rng(0)),
            "unit should be from 0 to 3, but is 4",
        ),
        (
            lambda: interpret.rank_correlation(np.zeros(3), np.zeros(4)),
            "one and other should have the same shape",
        ),
    ],
)
def test_bad_calls(call, message):
    with pytest.raises(ValueError, match=message):
        call()
