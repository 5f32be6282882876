"""Shifts of pictures: what moves with them, what stays, counted by hand on small things."""

import numpy as np
import pytest

from cnncourse import data, invariance, networks, ops, storage, train
from cnncourse.invariance import (
    DIRECTIONS,
    POOLING,
    change,
    cnn_with,
    lead,
    lead_lost,
    unchanged,
    with_room,
)
from cnncourse.layers import Flatten, MaxPool2D, Sequential
from cnncourse.summary import summary
from cnncourse.variations import shifted


@pytest.fixture(scope="module")
def digits():
    mnist = data.load("mnist")
    return mnist.x_test[:500], mnist.y_test[:500]


IMAGE, NET = np.ones((1, 4, 4, 1)), Sequential(MaxPool2D(2), Flatten())


def test_images_with_room_come_back_unharmed(digits):
    x, _ = digits
    room = with_room(x, 3)
    assert 0.5 < room.mean() < 1
    for down, right in invariance.DIRECTIONS:
        there = shifted(x[room], 3 * down, 3 * right)
        assert np.array_equal(shifted(there, -3 * down, -3 * right), x[room])
    lost = shifted(shifted(x[~room], 3, 3), -3, -3)
    lost = shifted(shifted(lost, -3, -3), 3, 3)
    assert (lost != x[~room]).any(axis=(1, 2, 3)).all()


def test_unchanged_counts_only_what_is_there():
    before = np.array([0.0, 0, 1, 2, 3, 0])
    after = np.array([0.0, 0, 1, 5, 0, 4])
    assert unchanged(before, after) == 1 / 4
    assert unchanged(before, before) == 1
    with pytest.raises(ValueError, match="same shape"):
        unchanged(before, after[:3])


def test_convolution_is_equivariant_away_from_the_border(digits):
    x, _ = digits
    w = np.random.default_rng(0).normal(size=(3, 3, 1, 4)).astype(np.float32)
    x = x[with_room(x, 4)][:20]
    maps = ops.conv2d(x, w, np.zeros(4, np.float32), pad=1)[0]
    moved = ops.conv2d(shifted(x, 2, -1), w, np.zeros(4, np.float32), pad=1)[0]
    assert np.allclose(moved, shifted(maps, 2, -1), atol=1e-5)


def test_shares_counted_by_hand():
    net = Sequential(MaxPool2D(2), Flatten())
    image = np.zeros((1, 4, 4, 1))
    image[0, 1, 1, 0] = 1  # down and right leave its window, up and left do not
    assert invariance.same_answers(net, image, 1) == 0.5
    assert np.isclose(invariance.map_change(net, image, 1, 1), np.sqrt(2) / 2)
    assert np.isclose(invariance.map_change(net, image, 0, 1), np.sqrt(2))


@pytest.mark.parametrize("pooling", POOLING)
def test_the_three_networks_differ_in_their_pooling_alone(pooling):
    rows = summary(cnn_with(pooling, np.random.default_rng(0)), (28, 28, 1))
    assert rows.parameters == 20_490
    assert [row.shape for row in rows if len(row.shape) == 3][-1] == (7, 7, 32)


def test_with_max_it_is_the_course_network():
    ours, course = (
        cnn_with("max", np.random.default_rng(3)),
        networks.course_cnn(np.random.default_rng(3)),
    )
    assert repr(ours) == repr(course)
    assert all(np.array_equal(a, b) for a, b in zip(ours.params(), course.params()))


@pytest.mark.parametrize("moved", ["", "_moved"])
@pytest.mark.parametrize("pooling", POOLING)
def test_the_bundled_networks_have_learned(pooling, moved, digits):
    net = storage.load(data.bundled(f"pool_{pooling}{moved}.npz"))
    assert repr(net) == repr(cnn_with(pooling, np.random.default_rng(0)))
    assert train.accuracy(net, *digits) > 0.95


def test_bad_calls_are_told():
    with pytest.raises(ValueError, match="cnn_with: pooling should be one of"):
        cnn_with("min", np.random.default_rng(0))
    for call, beginning in [
        (lambda: unchanged(None, None), "unchanged: before"),
        (lambda: invariance.maps_after(None, IMAGE, 1), "maps_after: net"),
        (lambda: invariance.maps_after(NET, None, 1), "maps_after: images"),
        (lambda: invariance.maps_after(NET, IMAGE, 3), "maps_after: count"),
        (lambda: invariance.map_change(NET, IMAGE, 1, None), "map_change: pixels"),
        (lambda: invariance.map_change(None, IMAGE, 1, 1), "maps_after: net"),
        (lambda: invariance.same_answers(None, IMAGE, 1), "same_answers: net"),
        (lambda: invariance.same_answers(NET, IMAGE, 1.5), "same_answers: pixels"),
        (
            lambda: invariance.same_answers(NET, IMAGE * np.nan, 1),
            "same_answers: the output of net",
        ),
    ]:
        with pytest.raises(ValueError, match=rf"^{beginning} should .*, but .*\.$"):
            call()
    with pytest.raises(ValueError, match="with_room: pixels"):
        with_room(np.zeros((1, 8, 8, 1)), 0)


def test_change_is_measured_against_the_size():
    before = np.array([[3.0, 0], [0, 4]])
    assert change(before, before) == 0
    assert np.isclose(change(before, 1.5 * before), 0.5)
    assert np.isclose(change(before, np.zeros((2, 2))), 1)
    assert np.isclose(change(before, before[:, ::-1]), np.sqrt(2))  # two that do not overlap
    assert change(np.zeros((2, 2)), np.zeros((2, 2))) == 0
    with pytest.raises(ValueError, match="change: before and after should have the same shape"):
        change(before, before[0])


def test_the_lead_is_lost_where_another_label_comes_in_front(digits):
    net, images = storage.load(data.bundled("pool_max.npz")), digits[0][:20]
    ahead = lead(net, images)
    scores = net(images)
    for each, row in zip(ahead, scores):
        own = row.argmax()
        assert np.isclose(each, row[own] - np.delete(row, own).max(), atol=1e-5)
    assert np.isclose(lead_lost(net, images, 0), 0, atol=1e-4)
    left = []
    for to in DIRECTIONS:
        moved = net(shifted(images, 2 * to[0], 2 * to[1]))
        for row, own in zip(moved, scores.argmax(axis=1)):
            left.append(row[own] - np.delete(row, own).max())
    assert np.isclose(lead_lost(net, images, 2), ahead.mean() - np.mean(left), atol=1e-4)
