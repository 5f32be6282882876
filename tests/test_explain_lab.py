"""The lab that explains an answer: what it shows, its tasks, and networks of one's own."""

import numpy as np
import pytest
from tasks import do_tasks

from cnncourse import interpret, layers, networks
from cnncourse.explorers import explain_lab
from cnncourse.explorers.explain_lab import INKS, OCCLUSION, PAINTED, SALIENCY, explanation


@pytest.fixture(scope="module")
def lab():
    return explain_lab()


def of_one_kind(lab):
    """A unit of the last convolution whose patches come from one kind of shape."""
    lab.layer.value = 2
    kinds = lab.of.labels[lab.of.best[2].image]
    lab.unit.value = int(np.flatnonzero((kinds == kinds[0]).all(axis=0))[0])


def painted_over(lab):
    sheet = lab.pad.drawing
    for row in range(0, 32, 4):
        sheet[row : row + 4] = 0.9
        lab.paint(sheet)
        if lab.view.probabilities.max() > 0.5 and lab.view.answer != lab.of.labels[0]:
            return


def test_tasks(lab):
    do_tasks(
        lab,
        lambda: setattr(lab.how, "value", SALIENCY),
        lambda: of_one_kind(lab),
        lambda: setattr(lab.layer, "value", 0),
        lambda: painted_over(lab),
    )


def test_an_image_of_the_set_is_explained():
    lab = explain_lab()
    label = int(lab.of.labels[0])
    assert f"The network says {lab.of.names[label]}" in lab.sentence and "Right." in lab.sentence
    assert lab.view.answer == label
    np.testing.assert_array_equal(lab.image, lab.of.images[0])
    lost = interpret.occlusion(lab.of.net, lab.image, label, 8, 3)
    holds = explanation(lab.of.net, lab.image, label, OCCLUSION)
    assert holds.shape == (32, 32)
    np.testing.assert_allclose(holds[0, 0], lost[0, 0], rtol=1e-5)  # one square covers the corner
    np.testing.assert_allclose(holds[3, 0], lost[:2, 0].mean(), rtol=1e-4, atol=1e-5)
    unit, (row, column) = lab.unit.value, lab.view.place
    assert lab.view.maps[row, column, unit] == lab.view.maps[:, :, unit].max()
    assert lab.pad.windows == [tuple(lab.view.field)]
    assert len(lab.view.patches) == 9

    lab.how.value = SALIENCY
    np.testing.assert_array_equal(lab.view.holds, interpret.saliency(lab.of.net, lab.image, label))
    assert "steepest" in lab.sentence

    lab.after.click()
    assert lab.of.labels[lab.place] == label and lab.place > 0
    lab.before.click()
    assert lab.place == 0
    lab.chosen.value = "a mistake"
    assert "Wrong: it is a" in lab.sentence
    nearest = [lab.of.wrong[i] for i in lab.view.mistakes]
    assert lab.place not in nearest and len(nearest) == 4
    lab.chosen.value = "an empty sheet"
    assert np.ptp(lab.image) == 0 and lab.place is None


def test_paint_changes_what_the_network_gets():
    lab = explain_lab()
    before = lab.view.probabilities
    picture = lab.pad.drawing
    picture[8:24, 8:24] = lab.ink.value
    lab.paint(picture)
    assert lab.chosen.value == PAINTED and lab.place is None
    assert not np.allclose(before, lab.view.probabilities)
    np.testing.assert_allclose(lab.image, picture, atol=1 / 255)
    lab.after.click()
    assert lab.place > 0 and lab.of.labels[lab.place] == lab.of.labels[0]
    assert lab.chosen.value == lab.of.names[lab.of.labels[0]]
    lab.ink.value = INKS["red"]
    assert lab.pad.ink == INKS["red"] and INKS["red"][0] > 0.9


def test_a_network_of_ones_own_for_grey_images(mnist):
    net = networks.course_cnn(np.random.default_rng(0))
    lab = explain_lab(net, mnist.x_train[:60], mnist.y_train[:60])
    assert len(lab.of.counts) == 2 and lab.layer.value == 1
    assert lab.of.names == tuple("0123456789")
    lab.paint(np.zeros((28, 28, 1)))
    assert "The network says" in lab.sentence
    lab.layer.value = 0
    assert lab.unit.max == 15


def test_a_network_without_mistakes_says_so():
    x = np.random.default_rng(0).random((10, 8, 8, 1)).astype(np.float32)
    rng = np.random.default_rng(0)
    net = layers.Sequential(
        layers.Conv2D(1, 2, 3, rng=rng), layers.Flatten(), layers.Dense(72, 2, rng=rng)
    )
    lab = explain_lab(net, x, net(x).argmax(axis=1))
    assert lab.mistakes.label == "the nearest mistakes: none"
    assert "a mistake" not in lab.chosen.options


NET = networks.shapes_cnn(np.random.default_rng(0))
X, Y = np.zeros((3, 32, 32, 3), np.float32), np.zeros(3, np.int64)
DENSE = layers.Sequential(layers.Flatten(), layers.Dense(3072, 8, rng=np.random.default_rng(0)))


@pytest.mark.parametrize(
    "arguments, message",
    [
        ((None, X, Y), "net should be a network"),
        ((NET, X[0], Y), r"images should have shape \(n, h, w, c\)"),
        ((NET, X, Y + 8), "labels should lie between 0 and 7"),
        ((NET, X, Y[:2]), r"labels should have shape \(n=3,\)"),
        ((NET, X, Y, ["a"]), "names should be 8, one a label, but are 1"),
        ((DENSE, X, Y), "net should have a Conv2D layer"),
    ],
)
def test_bad_calls(arguments, message):
    with pytest.raises(ValueError, match=f"explain_lab: {message}"):
        explain_lab(*arguments)
