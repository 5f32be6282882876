"""The classifier lab: its numbers are those of the network, and what it says is so."""

import re

import numpy as np
import pytest
from tasks import do_tasks

from cnncourse import layers, ops
from cnncourse.explorers import classifier_lab
from cnncourse.explorers.classifier_lab import State, cost, look, percent, table
from cnncourse.explorers.digits import digits, first_of_each


@pytest.fixture(scope="module")
def parts():
    rng = np.random.default_rng(0)
    return rng.random(6), rng.normal(size=(6, 10)), rng.normal(size=10)


@pytest.mark.parametrize("digit", range(10))
def test_the_numbers_are_those_of_the_network(net, digit):
    lab = classifier_lab()
    lab.digit.value = digit
    scores = net(digits()[0][first_of_each()][digit][None])[0]
    assert np.allclose(lab.view.scores, scores, atol=1e-3)
    assert np.allclose(lab.view.probabilities, ops.softmax(scores[None])[0][0], atol=1e-4)
    assert np.allclose(lab.view.losses[digit], -np.log(lab.view.probabilities[digit]), atol=1e-3)


def test_temperature_divides_the_scores(parts):
    for temperature in (0.25, 1, 4):
        view = look(*parts, State(temperature=temperature))
        e = np.exp(view.scores / temperature)
        assert np.allclose(view.probabilities, e / e.sum())
    assert (
        look(*parts, State(temperature=8)).probabilities.max()
        < look(*parts, State()).probabilities.max()
    )


def test_one_weight_changes_one_score_by_the_feature_times_the_change(parts):
    features, w, _ = parts
    plain = look(*parts, State(label=3, feature=2))
    changed = look(*parts, State(label=3, feature=2, weight=w[2, 3] + 0.5))
    difference = changed.scores - plain.scores
    assert np.isclose(difference[3], 0.5 * features[2])
    assert np.allclose(np.delete(difference, 3), 0)
    assert (changed.probabilities[3] > plain.probabilities[3]) == (features[2] > 0)


def test_a_loss_is_right_where_a_probability_is_too_small_for_a_float():
    features, w, b = np.ones(1), np.zeros((1, 10)), np.zeros(10)
    w[0, 4] = 1000
    view = look(features, w, b, State(digit=3))
    np.testing.assert_allclose(view.losses, [1000] * 4 + [0] + [1000] * 5)
    assert view.probabilities[3] == 0
    assert "less than 0.1% to the true label, 3: the loss is 1000." in view.sentence


def test_what_is_near_to_certain_is_not_called_certain():
    assert percent(0.99999) == "more than 99.9%"
    assert percent(0.00001) == "less than 0.1%"
    assert percent(0.5) == "50.0%"
    assert [cost(x) for x in (2.345, 0.1, 0.016, 0.0008)] == ["2.35", "0.1", "0.02", "0.0008"]
    assert [cost(x) for x in (0.00001, 0)] == ["less than 0.0001"] * 2
    lab = classifier_lab()
    lab.digit.value = 0
    assert 0.0007 < lab.view.losses[0] < 0.0009
    assert "more than 99.9% to the true label, 0: the loss is 0.0008." in lab.sentence


def lengths(text):
    """Where each bar of a table begins and how long it is, in pixels."""
    found = re.findall(r"margin-left: ([\d.]+)px; width: ([\d.]+)px", text)
    return np.array(found, float).reshape(10, 3, 2)


def test_the_bars_are_as_long_as_the_numbers_are_large(parts):
    view = look(*parts, State())
    bars = lengths(table(view, 0, 20))
    np.testing.assert_allclose(bars[:, 1, 1], np.maximum(1, 100 * view.probabilities), atol=0.1)
    np.testing.assert_allclose(bars[:, 2, 1], np.maximum(1, 5 * view.losses), atol=0.1)
    np.testing.assert_allclose(bars[:, 0, 1], np.maximum(1, 2.5 * abs(view.scores)), atol=0.1)
    below = view.scores < 0
    np.testing.assert_allclose(bars[below, 0].sum(axis=1), 50, atol=1)  # they end at zero
    np.testing.assert_allclose(bars[~below, 0, 0], 50)  # and these begin there


def test_a_bar_ends_where_its_scale_ends(parts):
    view = look(*parts, State(temperature=0.01))
    bars = lengths(table(view, 0, 0.1))
    assert bars.sum(axis=2).max() <= 101


def test_the_table_has_a_row_for_each_label(parts):
    text = table(look(*parts, State(digit=7)), 7, 9)
    assert text.count("<tr>") == 11
    assert "<b>7</b> ← true" in text
    assert text.count("scope='row'") == 10


def test_the_strongest_feature_is_offered_first_and_its_weight_is_the_learned_one():
    lab = classifier_lab()
    lab.label.value = 5
    lab.digit.value = 0
    adds = lab.features[0] * lab.w[:, 5]
    assert lab.feature.value == np.abs(adds).argmax()
    assert abs(lab.weight.value - lab.w[lab.feature.value, 5]) <= 0.005 + 1e-6
    assert lab.state.weight is None
    before = lab.view.scores.copy()
    lab.weight.value = 2.0
    assert lab.view.scores[5] != before[5]
    lab.learned.click()
    assert lab.state.weight is None
    np.testing.assert_array_equal(lab.view.scores, before)
    lab.weight.value = -1
    lab.digit.value = 8
    assert lab.state.weight is None


def test_a_feature_is_called_by_its_place_in_the_maps(net):
    lab = classifier_lab()
    at = lab.feature.value
    row, column, place = at // (7 * 32), at // 32 % 7, at % 32
    assert lab.feature.label.startswith(f"{at}: map {place}, row {row}, column {column}, adds ")
    maps = digits()[0][first_of_each()]
    for layer in net.layers[:6]:
        maps = layer(maps)
    assert lab.view.value == maps[5, row, column, place]


def test_a_network_without_maps_has_numbered_features():
    rng = np.random.default_rng(0)
    dense = layers.Dense(784, 16, rng=rng), layers.ReLU(), layers.Dense(16, 10, rng=rng)
    lab = classifier_lab(layers.Sequential(layers.Flatten(), *dense))
    assert lab.feature.label.startswith(f"number {lab.feature.value}, adds ")


def test_bad_networks_are_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="should end in a Dense layer"):
        ends = layers.Dense(784, 10, rng=rng), layers.ReLU()
        classifier_lab(layers.Sequential(layers.Flatten(), *ends))
    with pytest.raises(ValueError, match="should give 10 scores"):
        classifier_lab(layers.Sequential(layers.Flatten(), layers.Dense(784, 3, rng=rng)))


def test_what_it_asks_for_can_be_done():
    lab = classifier_lab()

    def wrong():
        lab.temperature.value, lab.weight.value = 1, -2

    changes = [lambda value=value: setattr(lab.temperature, "value", value) for value in (10, 0.1)]
    do_tasks(lab, changes[0], wrong, changes[1])
