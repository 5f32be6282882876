"""Coloured shapes: what the docstring says of them, the distances, and that pixels tell nothing."""

import numpy as np
import pytest

from cnncourse import coloured_shapes, data, storage, train
from cnncourse.coloured_shapes import SHAPES, colour, outside


def drawn(n, seed=0):
    return data.shapes(n, rng=np.random.default_rng(seed))


def test_images_and_labels():
    x, y = drawn(300)
    assert (x.shape, x.dtype, y.shape, y.dtype) == ((300, 32, 32, 3), np.float32, (300,), np.int64)
    assert x.min() >= 0 and x.max() <= 1
    assert set(y) == set(range(len(SHAPES)))
    assert data.SHAPES is SHAPES and len(SHAPES) == 8


def test_the_seed_decides_and_whole_blocks_are_the_same_in_a_longer_set():
    x, y = drawn(256)
    again, labels = drawn(600)
    np.testing.assert_array_equal(x, again[:256])
    np.testing.assert_array_equal(y, labels[:256])
    assert not np.array_equal(drawn(256, seed=1)[1], y)


def test_kinds_are_equally_likely():
    counts = np.bincount(drawn(4000)[1])
    assert counts.min() > 420 and counts.max() < 580


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_reaches_just_to_one_and_not_further(name):
    angles = np.linspace(0, 2 * np.pi, 721)
    rows, columns = np.cos(angles), np.sin(angles)
    ring = outside(name, 1.001 * rows[None, None], 1.001 * columns[None, None])
    assert ring.min() > 0
    assert outside(name, 0.99 * rows[None, None], 0.99 * columns[None, None]).min() < 0


def test_the_distance_to_a_square_is_the_distance_to_its_sides():
    side = np.sqrt(0.5)  # half of one, where corners are 1 from the middle
    turn = np.radians(45)
    points = np.array([(0.0, 0.0), (0.0, 0.9), (0.2, 0.1), (2.0, 0.0), (0.9, 0.9), (-0.8, 0.3)])
    rows = points[:, 0] * np.cos(turn) + points[:, 1] * np.sin(turn)
    columns = points[:, 1] * np.cos(turn) - points[:, 0] * np.sin(turn)
    beyond = np.abs(points) - side
    wanted = np.hypot(*np.maximum(beyond, 0).T) + np.minimum(beyond.max(axis=1), 0)
    found = outside("square", rows[None, None], columns[None, None])[0, 0]
    np.testing.assert_allclose(found, wanted, atol=1e-6)


def test_areas_are_those_of_school():
    at = np.linspace(-1, 1, 401)
    rows, columns = np.broadcast_arrays(at[:, None], at)
    areas = {n: (outside(n, rows[None], columns[None]) < 0).mean() * 4 for n in SHAPES}
    half = np.radians(36)
    star = 10 * 0.5 * 0.45 * np.sin(half)  # ten triangles with sides 1 and 0.45
    wanted = {"circle": np.pi, "square": 2, "triangle": 3 * np.sqrt(3) / 4, "star": star}
    for name, area in wanted.items():
        assert abs(areas[name] - area) < 0.02, name


def test_a_colour_has_the_brightness_asked_for():
    for hue in (0, 50, 120, 301):
        found = colour(0.4, hue, 0.25)
        np.testing.assert_allclose(found.mean(), 0.4, atol=1e-6)
    np.testing.assert_allclose(colour(0.5, 0, 0.3), [0.8, 0.35, 0.35], atol=1e-6)
    np.testing.assert_allclose(colour(0.5, 120, 0.3), [0.35, 0.8, 0.35], atol=1e-6)
    np.testing.assert_allclose(colour([0.2, 0.7], [10, 20], [0, 0]), [[0.2] * 3, [0.7] * 3])


def test_half_of_the_pairs_differ_in_hue_alone_and_the_others_in_brightness():
    shape, paper = coloured_shapes._colours(4000, np.random.default_rng(0))
    apart = np.abs(shape.mean(axis=(1, 2, 3)) - paper.mean(axis=(1, 2, 3)))
    alike = apart < 1e-5
    assert 0.46 < alike.mean() < 0.54
    assert apart[~alike].min() >= 0.2 - 1e-5 and apart[~alike].max() <= 0.4 + 1e-5


def test_the_trained_network_knows_them():
    net = storage.load(data.bundled("shapes_cnn.npz"))
    assert sum(param.size for param in net.params()) == 32_552
    assert train.accuracy(net, *drawn(2000, seed=[0, 23])) > 0.93


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: data.shapes(0, rng=np.random.default_rng(0)), "shapes: n should be .* least 1"),
        (lambda: data.shapes(2.5, rng=np.random.default_rng(0)), "shapes: n should be a whole"),
        (lambda: data.shapes(2, rng=0), "shapes: rng should be a random generator"),
    ],
)
def test_bad_calls(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_some_kinds_alone_are_named_by_their_places():
    kinds = ["star", "circle"]
    x, y = data.shapes(200, kinds, rng=np.random.default_rng(0))
    assert set(y.tolist()) == {0, 1} and len(x) == 200
    net = storage.load(data.bundled("shapes_cnn.npz"))
    said = net(x).argmax(axis=1)
    right = np.array([SHAPES.index(kind) for kind in kinds])[y]
    assert (said == right).mean() > 0.9


@pytest.mark.parametrize("kinds", [[], ["star", "star"], ["sphere"], "star", 3, [3]])
def test_kinds_that_there_are_not_are_told(kinds):
    with pytest.raises(ValueError, match="kinds should be a list of different ones of circle, "):
        data.shapes(5, kinds, rng=np.random.default_rng(0))
