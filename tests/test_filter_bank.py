"""The filter bank: what it shows is what the layer computes, and what it says is so."""

import numpy as np
import pytest
from tasks import do_tasks

from cnncourse import reference
from cnncourse.explorers import filter_bank
from cnncourse.explorers.filter_bank import (
    BANKS,
    PICTURES,
    STEP,
    WEIGHTS,
    look,
    picture,
    strip,
)


@pytest.fixture(scope="module")
def coffee():
    return picture("coffee")


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("name", BANKS)
def test_the_weights_of_every_bank_can_be_set_with_the_sliders(name, channels):
    bank = BANKS[name](channels)
    assert bank.w.shape == (3, 3, channels, 8)
    assert len(bank.names) == len(bank.b) == 8
    assert np.allclose(bank.w / STEP, np.round(bank.w / STEP), atol=1e-6)
    assert np.abs(bank.w).max() <= 1


def test_maps_are_those_of_plain_loops(coffee):
    small = coffee[:9, :8]
    bank = BANKS["random"](3)
    plain = reference.conv2d(small[None], bank.w, bank.b)[0]
    assert np.allclose(look(small, bank, 0).maps, plain, atol=1e-5)
    assert np.allclose(look(small, bank, 0, relu=True).maps, np.maximum(plain, 0), atol=1e-5)


@pytest.mark.parametrize("place, name", list(enumerate("→↓←↑")))
def test_a_direction_filter_answers_most_to_its_direction(place, name):
    ramp = np.linspace(0, 1, 12)
    towards = {"→": ramp[None], "←": ramp[None, ::-1], "↓": ramp[:, None], "↑": ramp[::-1, None]}
    bank = BANKS["made by hand"](3)
    means = {
        mark: look(np.broadcast_to(to, (12, 12))[:, :, None].repeat(3, 2), bank, place)
        .maps[:, :, place]
        .mean()
        for mark, to in towards.items()
    }
    assert bank.names[place] == name
    assert max(means, key=means.get) == name
    assert np.isclose(means[name], -min(means.values()))


def test_colour_filters_ignore_grey(coffee):
    bank = BANKS["made by hand"](3)
    grey = coffee.mean(axis=2, keepdims=True).repeat(3, axis=2)
    assert np.abs(look(grey, bank, 4).maps[:, :, 4:]).max() < 1e-5


def test_the_sentence_holds_todays_numbers(coffee):
    bank = BANKS["made by hand"](3)
    view = look(coffee, bank, 4, relu=True)
    passing = (view.maps[:, :, 4] > 0).mean()
    assert f"{passing:.1%} of its" in view.sentence
    assert "8 filters × (3 × 3 × 3 weights + 1 bias) = 224" in view.sentence
    row, column = view.strongest
    assert view.maps[row, column, 4] == view.maps[:, :, 4].max()


def test_a_bias_that_stops_everything_is_said(coffee):
    bank = BANKS["made by hand"](3)
    bank.b[0] = -1000
    assert "lets nothing pass" in look(coffee, bank, 0, relu=True).sentence


def test_the_controls_do_what_they_say():
    lab = filter_bank()
    lab.relu.value = True
    lab.chosen.value = 4
    lab.weights[0].value = 1
    assert lab.preset.value == "your own"
    assert lab.bank.w[0, 0, 0, 4] == 1
    assert lab.view.maps.min() == 0
    lab.picture.value = "a digit"
    assert lab.bank.w.shape == (3, 3, 1, 8)
    assert [*lab.slice.options] == ["grey"]
    lab.preset.value = "random"
    assert "28 × 28 × 1 goes in, 26 × 26 × 8 comes out" in lab.sentence
    lab.maps[2].selected = (3, 3)
    assert lab.chosen.value == 2
    assert [name for name in PICTURES if name in lab.picture.options] == [*PICTURES]


def test_two_labs_do_not_disturb_each_other():
    one, two = filter_bank(), filter_bank()
    before = two.bank.w.copy()
    one.weights[4].value = 0.75
    assert np.array_equal(two.bank.w, before)


def test_a_picture_of_your_own():
    own = np.random.default_rng(0).random((300, 200, 3)).astype(np.float32)
    assert filter_bank(own).view.maps.shape[2] == 8
    with pytest.raises(ValueError, match="filter_bank: image"):
        filter_bank(np.zeros((20, 20, 4), np.float32))
    with pytest.raises(ValueError, match="at least 4 pixels"):
        filter_bank(np.zeros((3, 20), np.float32))
    with pytest.raises(ValueError, match="should hold floats"):
        filter_bank(np.zeros((20, 20), np.uint8))


def test_maps_share_a_scale_until_contrast_is_stretched():
    lab = filter_bank()
    assert {grid.limits for grid in [*lab.maps, lab.large]} == {(-1, 1)}
    assert {grid.palette for grid in lab.maps} == {"diverging"}
    lab.relu.value = True
    assert {grid.limits for grid in [*lab.maps, lab.large]} == {(0, 1)}
    assert {grid.palette for grid in lab.maps} == {"cividis"}
    lab.stretch.value = True
    tops = [grid.limits[1] for grid in lab.maps]
    assert np.allclose(tops, lab.view.maps.max(axis=(0, 1)))


def test_the_strip_of_a_filter_shows_its_slices_in_their_order():
    slices = np.zeros((3, 3, 3))
    slices[0, 2, 1], slices[2, 0, 2] = WEIGHTS, -WEIGHTS
    shown = strip(slices)
    assert shown.shape == (3, 11, 3)
    assert shown[0, 6, 0] > 0.3 > shown[0, 6, 2]  # dark red
    assert shown[2, 8, 2] > 0.3 > shown[2, 8, 0]  # dark blue
    assert np.allclose(shown[:, [3, 7]], 0.5)
    assert (shown[1, [0, 4, 8]] > 0.95).all()


def test_what_it_asks_for_can_be_done():
    lab = filter_bank()

    def strongest():
        lab.chosen.value = int(lab.view.maps.max(axis=(0, 1)).argmax())

    def nothing_passes():
        lab.chosen.value = lab.bank.names.index("green")
        lab.relu.value, lab.bias.value = True, -1

    do_tasks(lab, strongest, nothing_passes, lambda: setattr(lab.preset, "value", "random"))
