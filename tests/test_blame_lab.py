"""The blame of any number of a network: its terms add up to it, and a nudge really nudges."""

import copy

import numpy as np
import pytest
from test_follow_image import IMAGE, NETWORKS, some_units

from cnncourse.explorers import blame_lab
from cnncourse.explorers.blame import (
    NUDGES,
    NUMBERS,
    State,
    arrays_of,
    as_maps,
    index_of,
    look,
    nudged,
    parts,
    reach_of,
    terms,
    walk,
)
from cnncourse.explorers.blame_lab import ends_of_slope, limits
from cnncourse.explorers.unit import Unit
from cnncourse.layers import Dense, Dropout, Flatten, Sequential

NETS = {**NETWORKS, "dropout": Sequential(*NETWORKS["course"].layers)}
NETS["dropout"].layers.insert(7, Dropout(0.5, rng=np.random.default_rng(0)))
WALKS = {name: walk(net, IMAGE, 3) for name, net in NETS.items()}
CASES = [
    pytest.param(WALKS[name], part, id=f"{name}-{said}")
    for name, net in NETS.items()
    for said, part in parts(net).items()
]


def chosen(there, part):
    """Some numbers of a part: as units of the picture, and as places in the array."""
    array = arrays_of(there, part)[0]
    maps = as_maps(array, part)
    return [(unit, index_of(unit, maps, array)) for unit in some_units(maps)]


@pytest.mark.parametrize(("there", "part"), CASES)
def test_the_terms_add_up_to_the_blame(there, part):
    for unit, index in chosen(there, part):
        found = terms(there, part, index)
        blame = arrays_of(there, part)[1][index]
        assert np.isclose(found.products.sum(), blame, rtol=1e-6, atol=1e-12)
        view = look(there, State(part, unit))
        assert view.blame == blame
        assert view.value == as_maps(arrays_of(there, part)[0], part)[unit]


@pytest.mark.parametrize(("there", "part"), CASES)
def test_a_nudge_is_a_nudge_of_this_number(there, part):
    """Against a network whose own parameter was changed, or a run from the changed number on."""
    rng = np.random.default_rng(3)
    for _, index in chosen(there, part)[:3]:
        nudges = rng.normal(size=2)
        net, step = copy.deepcopy(there.net), there.steps[part.place]
        for nudge, loss in zip(nudges, nudged(there, part, index, nudges)):
            if part.kind == NUMBERS:
                moved = step.copy()
                moved[index] += nudge
                for layer in net.layers[part.place :]:
                    moved = layer(moved)
            else:
                params = net.layers[part.place - 1].params
                params[part.kind] = params[part.kind].astype(float)
                params[part.kind][index] += nudge
                moved = net(there.steps[0])
                params[part.kind][index] -= nudge
            odds = np.exp(moved[0] - moved[0].max())
            assert loss == pytest.approx(-np.log(odds[3] / odds.sum()), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("there", "part"), CASES)
def test_the_blame_is_the_slope_of_the_curve(there, part):
    """At a bend it lies between the slopes on both sides, or is one of them."""
    for unit, index in chosen(there, part)[:2]:
        h = 1e-6 * reach_of(there, part)
        down, here, up = nudged(there, part, index, np.array([-h, 0, h]))
        sides = sorted([(here - down) / h, (up - here) / h])
        assert sides[0] - 1e-5 <= look(there, State(part, unit)).blame <= sides[1] + 1e-5


def test_what_is_promised_and_what_comes_out():
    there, part = WALKS["course"], parts(NETS["course"])["1  convolution: weights"]
    view = look(there, State(part, chosen(there, part)[0][0], 7))
    assert view.promised == there.loss + view.nudges[NUDGES + 7] * view.blame
    assert view.loss == view.losses[NUDGES + 7] != there.loss
    assert view.losses[NUDGES] == pytest.approx(there.loss, rel=1e-9)
    assert look(there, State(part, view.unit)).loss == pytest.approx(there.loss, rel=1e-9)


def test_the_straight_line_ends_where_the_picture_does():
    lab = blame_lab()
    loss, cut = lab.walk.loss, 0
    for part in lab.parts.values():
        lab.part.value = part
        view, limit = lab.view, limits(lab.view.losses, lab.view.promised)
        first, last = ends_of_slope(view, loss, *limit)
        assert view.nudges[0] <= first <= 0 <= last <= view.nudges[-1]
        for end, edge in ((first, view.nudges[0]), (last, view.nudges[-1])):
            height = loss + view.blame * end
            assert limit[0] - 1e-9 <= height <= limit[1] + 1e-9
            assert end == edge or np.isclose(height, limit).any()
            cut += end != edge
    assert cut > 5


def test_every_control_is_seen_and_said():
    lab = blame_lab()
    assert "The network says 7" in lab._answer.text
    assert lab._told.text == lab.sentence
    seen = {lab.sentence}
    changes = [
        (lab.values, "selected", (3, 4)),
        (lab.blames, "selected", (12, 13)),
        (lab.nudge, "index", 2),
        (lab.label, "value", 7),
        (lab.image, "value", 6),
        (lab.part, "value", lab.parts["4  convolution: weights"]),
    ]
    for control, name, value in changes:
        setattr(control, name, value)
        assert lab.sentence not in seen
        seen.add(lab.sentence)
    assert (lab.image.label, lab.label.value) == ("a 5", 5)
    assert lab.walk.label == 5
    assert lab.values.selected == lab.blames.selected
    assert "Nudged by +0.5" in lab.sentence  # of weights up to 1, half of it, as at the start
    lab.pad.clear()
    assert lab.image.label == "your own"
    np.testing.assert_array_equal(lab.walk.steps[0], 0)
    assert lab.part.label == "4  convolution: weights"


def test_each_part_begins_with_what_is_most_to_blame():
    lab = blame_lab()
    for part in lab.parts.values():
        lab.part.value = part
        assert abs(lab.view.blame) == np.abs(lab.view.blames).max() > 0
        assert lab.terms.title


def test_your_own_network_and_image():
    lab = blame_lab(NETWORKS["strides"], IMAGE[:, :, 0], 4)
    assert (lab.image.label, lab.label.value) == ("your own", 4)
    np.testing.assert_allclose(lab.pad.drawing, IMAGE[:, :, 0], atol=1 / 254)
    with pytest.raises(ValueError, match="blame_lab: image should be numbers of shape"):
        blame_lab(image=np.zeros((20, 20)), label=1)
    for label in (None, 10, -1, 2.5):
        with pytest.raises(ValueError, match="blame_lab: label should be"):
            blame_lab(image=IMAGE, label=label)
    with pytest.raises(ValueError, match="blame_lab: net should be a network"):
        blame_lab(net=3)
    with pytest.raises(ValueError, match="blame_lab: net should give 10 scores"):
        blame_lab(Sequential(Flatten(), Dense(784, 3, rng=np.random.default_rng(0))))


def test_what_is_folded_under_the_questions_of_the_lab_is_so():
    lab = blame_lab()
    changes = lab.view.losses - lab.walk.loss
    half = NUDGES + NUDGES // 2
    assert round(lab.view.blame * lab.view.nudges[half], 2) == -0.42
    assert 0 < changes[half] < 0.02
    assert 0.4 < changes[NUDGES + 1] / (0.1 * lab.view.blame) < 0.6
    assert np.argmin(changes) == NUDGES + 2

    logits = look(lab.walk, State(lab.parts["8  dense layer: logits"], Unit(0, 0, 2)))
    slopes = np.diff(logits.losses) / np.diff(logits.nudges)
    np.testing.assert_allclose(slopes[:6], -1, atol=1e-4)
    np.testing.assert_allclose(slopes[-6:], 0, atol=1e-3)

    step, part = lab.walk.steps[4][0], lab.parts["4  convolution: output"]
    lowest = np.argsort(step.ravel())[:5]
    for unit in (Unit(*map(int, np.unravel_index(at, step.shape))) for at in lowest):
        view = look(lab.walk, State(part, unit))
        asleep = view.value + view.nudges <= 0
        assert view.blame == 0
        np.testing.assert_allclose(view.losses[asleep], lab.walk.loss)
        assert np.ptp(view.losses) > 1e-3

    black = lab.walk.steps[0][0, :, :, 0] == 0
    counts = []
    for name in ("1  convolution: weights", "1  convolution: biases"):
        lab.part.value = lab.parts[name]
        counts.append(int(((lab.view.terms[:, :, 0] != 0) & black).sum()))
    assert counts[0] < 10 < 100 < counts[1]

    before = lab.walk.blames[0]
    lab.label.value = 7
    after = lab.walk.blames[0]
    assert np.corrcoef(before.ravel(), after.ravel())[0, 1] < -0.95
    assert 0.4 < np.abs(after).sum() / np.abs(before).sum() < 0.6
