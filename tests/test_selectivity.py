"""The measures of units, on networks whose units are known: one kernel an edge, one a colour."""

import numpy as np
import pytest

from cnncourse import interpret, layers, selectivity
from cnncourse.selectivity import ANGLES, HUES

SOBEL = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])  # upright edges
UNITS = ["upright", "level", "falling", "red", "blob", "silent"]


def known_net():
    """Convolution and ReLU whose kernels answer to what UNITS says."""
    conv = layers.Conv2D(3, len(UNITS), 3, pad=1, rng=np.random.default_rng(0))
    w = np.zeros((3, 3, 3, len(UNITS)), np.float32)
    w[..., 0] = SOBEL[..., None]
    w[..., 1] = SOBEL.T[..., None]
    w[..., 2] = np.array([[0, 1, 2], [-1, 0, 1], [-2, -1, 0]])[..., None]
    w[1, 1, :, 3] = 2, -1, -1
    w[..., 4] = -1
    w[1, 1, :, 4] = 8
    conv.params["w"][...] = w
    return layers.Sequential(conv, layers.ReLU(), layers.Flatten())


NET = known_net()


def test_gratings_run_along_their_angle():
    level, rising, upright = selectivity.gratings(16, [0, 45, 90], [6], [30])[:, 0]
    np.testing.assert_allclose(level, np.repeat(level[:, :1], 16, axis=1), atol=1e-6)
    np.testing.assert_allclose(upright, np.repeat(upright[:1], 16, axis=0), atol=1e-6)
    np.testing.assert_allclose(rising[1:, :-1], rising[:-1, 1:], atol=1e-5)  # up and to the right
    np.testing.assert_allclose(level[6:], level[:-6], atol=1e-5)
    assert np.ptp(level) > 1.8


def test_kernels_prefer_the_angle_of_their_edges():
    selective, preferred = selectivity.orientation(selectivity.angle_tuning(NET, 1))
    for unit, angle in ((0, 90), (1, 0), (2, 135)):
        assert abs((preferred[unit] - angle + 90) % 180 - 90) < 4, UNITS[unit]
        assert selective[unit] > 0.15
    assert selective[4] < 0.05
    assert selective[5] == 0


def test_orientation_is_one_for_one_angle_and_zero_for_all():
    tuning = np.zeros((len(ANGLES), 3))
    tuning[4, 0] = 7
    tuning[:, 1] = 2
    selective, preferred = selectivity.orientation(tuning)
    np.testing.assert_allclose(selective, [1, 0, 0], atol=1e-12)
    assert abs(preferred[0] - ANGLES[4]) < 1e-9


def test_a_colour_kernel_answers_to_its_hue_and_a_grey_one_to_brightness():
    angles = selectivity.angle_tuning(NET, 1)
    index, hue = selectivity.opponency(selectivity.hue_tuning(NET, 1), angles)
    assert index[3] > 0.99
    assert min(hue[3], 180 - hue[3]) < 2  # red and its opposite
    np.testing.assert_allclose(index[[0, 1, 2]], -1, atol=1e-3)
    assert index[5] == 0


def test_bars_of_a_hue_are_as_bright_everywhere_and_have_the_contrast_of_grey_ones():
    waves = selectivity.colour(0, HUES, selectivity.STRENGTH)
    np.testing.assert_allclose(waves.mean(axis=1), 0, atol=1e-7)
    grey = np.full(3, selectivity.STRENGTH / np.sqrt(2))
    np.testing.assert_allclose(np.linalg.norm(waves, axis=1), np.linalg.norm(grey), rtol=1e-6)


def test_class_selectivity():
    means = np.array([[3.0, 1, 0, 0], [0, 1, 0, 2], [0, 1, 0, 1]])
    np.testing.assert_allclose(selectivity.class_selectivity(means), [1, 0, 0, 0.6])


def test_class_means_are_those_of_loops():
    rng = np.random.default_rng(0)
    x, y = rng.random((9, 8, 8, 3)).astype(np.float32), np.array([0, 1, 2] * 3)
    found = selectivity.class_means(NET, x, y, 2)
    maps = layers.Sequential(*NET.layers[:2])(x)
    for label in range(3):
        wanted = np.mean([maps[i].mean(axis=(0, 1)) for i in range(9) if y[i] == label], axis=0)
        np.testing.assert_allclose(found[label], wanted, rtol=1e-5, atol=1e-6)


def test_the_part_of_a_patch_is_as_large_as_what_the_kernel_uses():
    conv = layers.Conv2D(3, 3, 7, pad=3, rng=np.random.default_rng(0))
    conv.params["w"][...] = 0
    conv.params["w"][3, 3, :, 0] = 1  # one pixel
    conv.params["w"][2:5, 2:5, :, 1] = 1  # three by three
    net = layers.Sequential(conv, layers.ReLU())
    x = np.random.default_rng(0).random((6, 20, 20, 3)).astype(np.float32)
    x = 0.6 + 0.4 * x  # brighter than grey, so that each pixel adds to the answer
    found = selectivity.part_sizes(net, x, 1, interpret.strongest(net, x, 1, n=3))
    np.testing.assert_array_equal(found, [1, 3, np.nan])


def test_an_edge_has_the_angle_that_is_told():
    x, angle = selectivity.edges(40, rng=np.random.default_rng(0))
    assert x.shape == (40, 32, 32, 3) and x.dtype == np.float32
    for image, told in zip(x, angle):
        down, right = (np.diff(image.sum(axis=2), axis=axis)[1:-1, 1:-1] for axis in (0, 1))
        rows, columns = (down[:, :29] ** 2).sum(), (right[:29] ** 2).sum()
        across = np.degrees(np.arctan2(np.sqrt(columns), np.sqrt(rows)))  # 0 for a level edge
        assert abs(min(told, 180 - told) - across) < 12


def test_a_read_out_finds_a_linear_rule_and_nothing_in_noise():
    rng = np.random.default_rng(0)
    x, x_new = rng.normal(size=(400, 6)), rng.normal(size=(50, 6))
    weights = rng.normal(size=(6, 2))
    told = selectivity.read_out(x, x @ weights + 3, x_new)
    np.testing.assert_allclose(told, x_new @ weights + 3, atol=0.02)
    noise = selectivity.read_out(x, rng.normal(size=(400, 1)), x_new)
    assert np.abs(noise).max() < 0.8


def test_features_are_means_of_cells():
    x = np.random.default_rng(0).random((2, 8, 8, 3)).astype(np.float32)
    found = selectivity.features(NET, x, 0, cells=4)
    assert found.shape == (2, 48)
    np.testing.assert_allclose(found[1, :3], x[1, :2, :2].mean(axis=(0, 1)), rtol=1e-6)


def test_the_angle_is_read_from_edges_and_not_from_pixels():
    assert selectivity.angle_read_out(NET, 2, n=600) < 15
    assert selectivity.angle_read_out(NET, 0, n=600) > 30


def test_stored_measures_hold_each_seed_trained_and_not():
    seeds = [net["seed"] for net in selectivity.stored()["networks"] if net["trained"]]
    assert seeds == list(range(len(seeds))) and len(seeds) >= 3
    for name in ("angle", "part", "class"):
        for trained in (False, True):
            assert selectivity.medians(name, trained).shape == (len(seeds), 3)
    assert max(selectivity.others()["softmax regression"]) < 0.4
    accuracies = selectivity.stored_values("accuracy", True)
    assert min(accuracies) > 0.9


def test_what_the_lesson_says_of_the_stored_measures():
    """If not, the text of lesson 11 about the four measures has to be read again."""
    angle, part, kind = (selectivity.medians(name, True) for name in ("angle", "part", "class"))
    plain = selectivity.medians("part", False)
    assert (np.diff(kind, axis=1) > 0).all()
    assert (kind[:, 2] > 3 * selectivity.medians("class", False)[:, 2]).all()
    assert (np.diff(part.mean(axis=0)) > 0).all() and (np.diff(plain.mean(axis=0)) > 0).all()
    assert (np.abs(part.mean(axis=0) - plain.mean(axis=0)) < 2.5).all()
    assert angle.mean(axis=0).argmax() > 0
    assert (angle[:, 0] > selectivity.medians("angle", False)[:, 0]).all()
    right, other = (np.array(selectivity.stored_values("class right", t)) for t in (True, False))
    assert (right[:, 3] > 0.4).all() and (other < 0.3).all()
    off = np.array(selectivity.stored_values("angle off", False))
    assert (off[:, 1:] < 20).all() and (off[:, 0] > 35).all()


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: selectivity.gratings(0), "gratings: side should be"),
        (
            lambda: selectivity.orientation(np.zeros(3)),
            r"tuning should have shape \(angles, units\)",
        ),
        (lambda: selectivity.edges(3, rng=None), "edges: rng should be a random generator"),
        (
            lambda: selectivity.opponency(np.zeros((12, 3)), np.zeros((12, 4))),
            r"angles should have shape \(angles, units=3\)",
        ),
        (
            lambda: selectivity.read_out(np.zeros((4, 2)), np.zeros((3, 1)), np.zeros((2, 2))),
            r"y should have shape \(n=4, f\)",
        ),
    ],
)
def test_bad_calls(call, message):
    with pytest.raises(ValueError, match=message):
        call()
