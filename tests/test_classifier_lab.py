"""The classifier lab: its numbers are those of the network, and what it says is so."""

import numpy as np
import pytest

from cnncourse import data, layers, ops, storage
from cnncourse.explorers import classifier_lab
from cnncourse.explorers.classifier_lab import State, examples, look, percent, table


@pytest.fixture(scope="module")
def net():
    return storage.load(data.bundled("course_cnn.npz"))


@pytest.fixture(scope="module")
def parts():
    rng = np.random.default_rng(0)
    return rng.random(6), rng.normal(size=(6, 10)), rng.normal(size=10)


@pytest.mark.parametrize("digit", range(10))
def test_the_numbers_are_those_of_the_network(net, digit):
    lab = classifier_lab()
    lab.digit.value = digit
    scores = net(examples()[digit][None])[0]
    assert np.allclose(lab.view.scores, scores, atol=1e-3)
    assert np.allclose(lab.view.shares, ops.softmax(scores[None])[0][0], atol=1e-4)
    assert np.allclose(lab.view.losses[digit], -np.log(lab.view.shares[digit]), atol=1e-3)


def test_temperature_divides_the_scores(parts):
    for temperature in (0.25, 1, 4):
        view = look(*parts, State(temperature=temperature))
        e = np.exp(view.scores / temperature)
        assert np.allclose(view.shares, e / e.sum())
    assert look(*parts, State(temperature=8)).shares.max() < look(*parts, State()).shares.max()


def test_one_weight_changes_one_score_by_the_feature_times_the_change(parts):
    features, w, _ = parts
    plain = look(*parts, State(label=3, feature=2))
    changed = look(*parts, State(label=3, feature=2, weight=w[2, 3] + 0.5))
    difference = changed.scores - plain.scores
    assert np.isclose(difference[3], 0.5 * features[2])
    assert np.allclose(np.delete(difference, 3), 0)
    assert (changed.shares[3] > plain.shares[3]) == (features[2] > 0)


def test_a_loss_stays_finite():
    features, w, b = np.ones(1), np.zeros((1, 10)), np.zeros(10)
    w[0, 4] = 1000
    view = look(features, w, b, State(digit=3))
    assert np.isfinite(view.losses).all()
    assert "less than 0.1% to the true label, 3" in view.sentence


def test_percent_never_says_certain():
    assert percent(0.99999) == "more than 99.9%"
    assert percent(0.00001) == "less than 0.1%"
    assert percent(0.5) == "50.0%"


def test_the_table_has_a_row_for_each_label(parts):
    text = table(look(*parts, State(digit=7)), 7)
    assert text.count("<tr>") == 11
    assert "<b>7</b> ← true" in text


def test_the_strongest_feature_is_offered_first_and_its_weight_is_the_learned_one():
    lab = classifier_lab()
    lab.label.value = 5
    adds = lab.features[0] * lab.w[:, 5]
    assert lab.feature.value == np.abs(adds).argmax()
    assert abs(lab.weight.value - lab.w[lab.feature.value, 5]) <= 0.005 + 1e-6
    assert lab.state.weight is None
    before = lab.view.scores.copy()
    lab.weight.value = 2.0
    assert lab.view.scores[5] != before[5]
    lab.digit.value = 8
    assert lab.state.weight is None


def test_bad_networks_are_refused():
    with pytest.raises(ValueError, match="ends in a Dense layer"):
        classifier_lab(layers.Sequential(layers.Flatten()))
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="should give 10 scores"):
        classifier_lab(layers.Sequential(layers.Flatten(), layers.Dense(784, 3, rng=rng)))
