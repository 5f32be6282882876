"""The lab of lesson 00 without a browser: what it computes and says; that every control acts."""

import re

import numpy as np
import pytest
from tasks import do_tasks

from cnncourse import layers, networks, ops
from cnncourse.architecture import percent
from cnncourse.explorers import draw_and_classify
from cnncourse.explorers.draw_and_classify import (
    OWN,
    State,
    as_in_mnist,
    in_words,
    look,
)

RNG = np.random.default_rng(3)
BLANK = np.zeros((28, 28), np.float32)


@pytest.fixture(scope="module")
def seven(mnist):
    assert mnist.y_test[0] == 7
    return mnist.x_test[0, :, :, 0]


@pytest.fixture
def lab():
    return draw_and_classify()


def bar(rows, columns):
    """A drawing with ink in these rows and columns."""
    drawing = BLANK.copy()
    drawing[slice(*rows), slice(*columns)] = 1
    return drawing


# --- what a state looks like -----------------------------------------------------------------


def test_probabilities_are_those_of_the_network(net, seven):
    view = look(net, State(seven, 0, 7))
    np.testing.assert_array_equal(view.picture, seven)
    expected = ops.softmax(net(seven[None, :, :, None]))[0][0]
    np.testing.assert_allclose(view.probabilities, expected, rtol=1e-6)
    np.testing.assert_allclose(view.probabilities.sum(), 1, rtol=1e-6)
    assert view.probabilities.argmax() == 7


def test_maps_are_those_after_each_convolution_and_relu(net, seven):
    maps = look(net, State(seven, 0, 7)).maps
    first, _, pool, second = net.layers[:4]
    x = np.maximum(first(seven[None, :, :, None]), 0)
    np.testing.assert_allclose(maps[0], x[0], rtol=1e-5)
    np.testing.assert_allclose(maps[1], np.maximum(second(pool(x)), 0)[0], rtol=1e-4, atol=1e-5)
    assert [each.shape for each in maps] == [(28, 28, 16), (14, 14, 32)]


def test_sliders_change_the_picture(net, seven):
    moved = look(net, State(seven, 0, 7, down=2, right=-3)).picture
    np.testing.assert_array_equal(moved[2:, :-3], seven[:-2, 3:])
    turned = look(net, State(seven, 0, 7, turn=90)).picture
    np.testing.assert_array_equal(turned, np.rot90(seven))
    thicker = look(net, State(seven, 0, 7, thicker=1)).picture
    assert thicker.sum() > 1.5 * seven.sum()
    both = look(net, State(seven, 0, 7, down=4, thicker=1)).picture
    np.testing.assert_array_equal(both[4:], thicker[:-4])


def test_a_drawing_is_scaled_and_centred_wherever_it_is():
    pictures = [as_in_mnist(bar((r, r + 10), (c, c + 2))) for r, c in ((0, 0), (3, 20), (18, 26))]
    for picture in pictures:
        np.testing.assert_array_equal(picture, pictures[0])
        assert (picture.shape, picture.dtype) == ((28, 28), np.float32)
    inked = np.argwhere(pictures[0] > 0.2)
    assert inked.max(axis=0)[0] - inked.min(axis=0)[0] + 1 == 20
    np.testing.assert_allclose(inked.mean(axis=0), 13.5, atol=0.51)


def test_a_drawing_that_fills_the_border_is_still_ink_on_paper():
    drawing = 1 - bar((6, 22), (6, 22))
    picture = as_in_mnist(drawing)
    assert picture[13, 13] == 0
    assert picture[4:24, 4:24].mean() > 0.5


def test_a_drawing_of_one_pixel_and_an_empty_one():
    assert as_in_mnist(bar((5, 6), (9, 10))).max() == 1
    np.testing.assert_array_equal(as_in_mnist(BLANK), BLANK)


def test_a_sample_is_shown_as_it_is_and_a_drawing_is_not(net, seven):
    small = np.zeros_like(seven)
    small[:14, :14] = seven[::2, ::2]
    np.testing.assert_array_equal(look(net, State(small, 0, 7)).picture, small)
    np.testing.assert_array_equal(look(net, State(small)).picture, as_in_mnist(small))


# --- what it says ----------------------------------------------------------------------------


def test_the_sentence_tells_the_two_largest_probabilities(net, mnist):
    image = 18  # a 3 that the network is not sure of
    view = look(net, State(mnist.x_test[image, :, :, 0], image, 3))
    first, second = view.probabilities.argsort()[::-1][:2]
    said = re.match(
        r"The network says (\d), with a probability of (\S+) %; next comes (\d), with (\S+) %\. "
        r"The label of test image 18 is (\d): (right|wrong)\.\n",
        view.sentence,
    )
    assert said[1] == str(first) and said[3] == str(second)
    assert float(said[2]) == pytest.approx(100 * view.probabilities[first], abs=0.051)
    assert float(said[4]) == pytest.approx(100 * view.probabilities[second], abs=0.051)
    assert (said[5], said[6]) == ("3", "right" if first == 3 else "wrong")


def test_the_sentence_says_where_it_is_wrong(net, mnist):
    view = look(net, State(mnist.x_test[11, :, :, 0], 11, 6, turn=180))
    assert "The network says 9" in view.sentence
    assert "The label of test image 11 is 6: wrong." in view.sentence


def test_the_sentence_tells_the_strongest_maps(net, seven):
    view = look(net, State(seven, 0, 7))
    pattern = r"convolution (\d) answers most in map (\d+), up to (\d+\.?\d*\b)"
    told = re.findall(pattern, view.sentence)
    assert [int(i) for i, _, _ in told] == [1, 2]
    for (_, place, top), maps in zip(told, view.maps):
        assert maps[:, :, int(place)].max() == maps.max()
        assert float(top) == pytest.approx(maps.max(), abs=0.0051)


@pytest.mark.parametrize("state", [State(BLANK), State(bar((3, 20), (9, 10)), thicker=-1)])
def test_an_empty_picture_is_named_so_and_answered_all_the_same(net, state):
    view = look(net, state)
    assert view.picture.max() == 0
    best = view.probabilities.argmax()
    assert view.sentence.startswith(f"The picture is empty, yet the network says {best}, ")
    assert "no digit at all" in view.sentence


def test_a_drawing_has_no_label(net):
    assert "label" not in look(net, State(bar((5, 20), (12, 14)))).sentence


@pytest.mark.parametrize(
    ("probability", "text"),
    [(1.0, "> 99.9 %"), (0.9991, "> 99.9 %"), (0.5, "50.0 %"), (0.001, "0.1 %"), (0, "< 0.1 %")],
)
def test_percent(probability, text):
    assert percent(probability) == text


def test_probabilities_in_words():
    told = [in_words(probability) for probability in (0.99991, 0.25, 0.0001)]
    assert told == ["over 99.9 %", "25.0 %", "under 0.1 %"]


# --- the controls and the drawing ------------------------------------------------------------


def test_many_labs_share_the_images(mnist):
    labs = [draw_and_classify() for _ in range(3)]
    assert all(np.shares_memory(lab.images, labs[0].images) for lab in labs)
    np.testing.assert_array_equal(labs[0].images, mnist.x_test[..., 0])


# --- the controls ----------------------------------------------------------------------------


def test_it_begins_with_the_first_test_image(lab, seven):
    assert lab.digit.value == "a sample 7"
    assert repr(lab) == "DrawAndClassify(test image 0, down=0, right=0, turn=0, thicker=0)"
    np.testing.assert_allclose(lab.pad.drawing, seven, atol=0.003)
    np.testing.assert_array_equal(lab.view.picture, seven)
    assert "The label of test image 0 is 7: right." in lab.sentence


@pytest.mark.parametrize(
    ("name", "value"), [("down", 3), ("right", -10), ("turn", -45), ("thicker", 1.25)]
)
def test_every_slider_changes_pictures_and_words(lab, name, value):
    def shown():
        frame = lab.network._frame
        return frame["maps"], frame["most"], frame["probabilities"], lab.sentence, repr(lab)

    before = shown()
    getattr(lab, name).value = value
    after = shown()
    assert all(a != b for a, b in zip(before, after, strict=True))
    np.testing.assert_array_equal(lab.view.picture, look(lab.net, lab.state).picture)
    lab.reset.click()
    assert shown() == before


def test_samples_are_test_images_with_that_label(lab, mnist):
    for label in range(10):
        lab.digit.value = f"a sample {label}"
        assert lab.image == np.flatnonzero(mnist.y_test == label)[0]
        np.testing.assert_array_equal(lab.view.picture, mnist.x_test[lab.image, :, :, 0])
        assert lab.state.label == label


def test_buttons_step_through_the_samples_of_a_label(lab, mnist):
    sevens = np.flatnonzero(mnist.y_test == 7)
    lab.after.click()
    assert lab.image == sevens[1]
    lab.after.click()
    assert lab.image == sevens[2]
    for _ in range(3):
        lab.before.click()
    assert lab.image == sevens[-1]
    assert lab.digit.value == "a sample 7"
    lab.after.click()
    assert lab.image == 0


def test_a_drawing_takes_the_place_of_a_sample(lab):
    lab.draw(bar((4, 24), (12, 15)))
    assert lab.digit.value == OWN
    assert lab.before.disabled and lab.after.disabled
    assert repr(lab).startswith("DrawAndClassify(a drawing,")
    assert "label" not in lab.sentence
    np.testing.assert_array_equal(lab.view.picture, look(lab.net, lab.state).picture)
    lab.before.click()
    assert lab.image is None
    lab.digit.value = "a sample 4"
    assert not lab.before.disabled and not lab.after.disabled
    assert "is 4: right" in lab.sentence


def test_sliders_change_a_drawing_as_well(lab):
    lab.draw(bar((4, 24), (12, 15)))
    upright = lab.view.picture
    lab.turn.value = 90
    np.testing.assert_array_equal(lab.view.picture, np.rot90(upright))


def test_choosing_your_drawing_wipes_the_pad(lab):
    lab.digit.value = OWN
    assert lab.pad.drawing.max() == 0
    assert lab.image is None
    assert lab.sentence.startswith("The picture is empty")


def test_it_says_what_to_try(lab):
    def draw_a_seven():
        lab.draw(bar((4, 7), (6, 20)) + bar((7, 24), (17, 20)))

    def open_a_map():
        lab.network.chosen = (1, 4)

    def move_a_two():
        lab.digit.value = "a sample 2"
        lab.down.value = 8

    do_tasks(lab, draw_a_seven, open_a_map, move_a_two, lab.pad.clear)


def test_two_labs_do_not_disturb_each_other(lab):
    other = draw_and_classify()
    before = other.sentence
    lab.turn.value = 90
    lab.draw(bar((4, 24), (12, 15)))
    assert other.sentence == before
    assert other.turn.value == 0


# --- a network of one's own ------------------------------------------------------------------


def test_a_network_of_ones_own(mnist):
    net = networks.wide_cnn(np.random.default_rng(0))
    lab = draw_and_classify(net)
    assert [stack.name for stack in lab.network.stacks][-2:] == ["flatten", "dense 1"]
    expected = ops.softmax(net(mnist.x_test[:1]))[0][0]
    np.testing.assert_allclose(lab.view.probabilities, expected, rtol=1e-5)


def test_a_network_without_convolutions_has_no_maps():
    dense = layers.Dense(784, 10, rng=RNG)
    lab = draw_and_classify(layers.Sequential(layers.Flatten(), dense))
    assert [stack.name for stack in lab.network.stacks] == ["input", "flatten"]
    assert "maps" not in lab.sentence


@pytest.mark.parametrize(
    ("net", "words"),
    [
        (7, "draw_and_classify: net should be a network, .* type is int"),
        (layers.Sequential(layers.Flatten()), "net should give 10 scores .* f=10"),
        (layers.Sequential(layers.Conv2D(3, 10, 28, rng=RNG)), "net should give 10 scores"),
    ],
)
def test_what_is_no_network_for_digits_is_refused(net, words):
    with pytest.raises(ValueError, match=words):
        draw_and_classify(net)


def test_a_drawing_of_another_size_is_refused(lab):
    with pytest.raises(ValueError, match=r"draw: picture should have .*h=28"):
        lab.draw(np.zeros((20, 20)))
