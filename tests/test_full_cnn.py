"""The exercises of lesson 07 compare what layers are, and name a mistake only where it is made."""

from pathlib import Path

import numpy as np
import pytest

from cnncourse import data, storage, train
from cnncourse.exercises import EXERCISES
from cnncourse.exercises.full_cnn import build_network, find_faults, most_of_it
from cnncourse.exercises.full_cnn.build_network import _variant
from cnncourse.explorers import follow_image
from cnncourse.explorers.stack import CONV, END, POOL, RELU, STACKS, look
from cnncourse.layers import (
    AvgPool2D,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool2D,
    MaxPool2D,
    ReLU,
    Sequential,
)

ROOT = Path(__file__).resolve().parent.parent
RNG = np.random.default_rng(0)


def conv(channels=1, filters=8, k=3, **options):
    return Conv2D(channels, filters, k, rng=RNG, **{"pad": 1} | options)


def judged(name, answer):
    return EXERCISES[name].judge(answer)


@pytest.mark.parametrize(
    "network",
    [
        _variant(_0=conv(pad="same")),
        _variant(_0=conv(k=(3, 3), pad=(1, 1), stride=(1, 1))),
        _variant(_2=MaxPool2D(), _5=MaxPool2D((2, 2), stride=2)),
        Sequential(*build_network.build_network().layers),
    ],
)
def test_the_same_network_written_in_another_way_is_right(network):
    assert judged("build_network", network).state == "right"


WRONG = {
    "a pooling of 1 that moves by 2": (_variant(_2=MaxPool2D(1, stride=2)), "Layer 3, MaxPool2D("),
    "a dilation": (_variant(_0=conv(pad=2, dilation=2)), "its dilation should be 1, not 2"),
    "padding forgotten": (_variant(_0=conv(pad=0)), "its padding should be 1, not 0"),
    "average pooling": (_variant(_2=AvgPool2D(2)), "The layers should be"),
    "channels of a grey picture": (_variant(_0=conv(3)), "Layer 1 has kernels for 3 channels"),
    "one label": (_variant(_7=Dense(784, 1, rng=RNG)), "its number of outputs should be 10, not 1"),
    "eight filters twice": (_variant(_3=conv(8, 8)), "its number of filters should be 16, not 8"),
    "a dropout": (_variant(_6=Dropout(rng=RNG)), "The layers should be"),
    "a wide window": (
        _variant(_0=conv(k=(3, 5), pad=(1, 2))),
        "its window should be 3, not",
    ),
}


@pytest.mark.parametrize(("network", "says"), WRONG.values(), ids=WRONG)
def test_another_network_is_wrong_and_the_layer_is_named(network, says):
    verdict = judged("build_network", network)
    assert verdict.state == "not yet"
    assert says in verdict.text


NAMED = [  # an answer, and the mistake that it makes, '' for none of the known ones
    (_variant(_0=conv(pad=0), _3=conv(8, 16, pad=0)), "padding forgotten"),
    (_variant(_0=conv(k=5, pad=0)), "windows of another size"),
    (_variant(_0=conv(pad=2, dilation=2)), ""),
    (_variant(_2=AvgPool2D(2)), "average pooling"),
    (_variant(_2=AvgPool2D(2), _5=AvgPool2D(2)), "average pooling"),
    (_variant(_5=None), "one pooling only"),
    (_variant(_2=None, _5=None), ""),
    (_variant(_3=None, _4=None, _5=None), "one block only"),
    (_variant(_6=GlobalAvgPool2D(), _7=Dense(16, 10, rng=RNG)), "whole maps averaged"),
    (_variant(_4=None), "no bend"),
    (_variant(_7=Dense(28 * 28 * 16, 10, rng=RNG)), "the size before the pooling"),
    (_variant(_7=Dense(16, 10, rng=RNG)), "places or maps alone"),
    (_variant(_7=Dense(785, 10, rng=RNG)), ""),
    (_variant(_7=Dense(7 * 7 * 32, 10, rng=RNG)), "the maps of another layer"),
    (_variant(_7=Dense(10, 7 * 7 * 16, rng=RNG)), "inputs and outputs swapped"),
    (_variant(_0=conv(8, 1)), "channels and filters swapped"),
    (_variant(_1=MaxPool2D(2), _2=ReLU()), "pooling before the ReLU"),
    (_variant(_7=Dense(784, 9, rng=RNG)), ""),
    (_variant(_3=conv(16, 16)), "channels do not fit"),
    (_variant(_3=conv(8, 32), _7=Dense(7 * 7 * 32, 10, rng=RNG)), ""),
    (_variant(_2=MaxPool2D(3)), "pooling by another number"),
    (Sequential(Flatten(), Dense(784, 10, rng=RNG)), ""),
    (Sequential(*build_network.build_network().layers, ReLU()), "a ReLU at the end"),
]


@pytest.mark.parametrize(("network", "mistake"), NAMED)
def test_a_mistake_is_named_only_where_it_is_made(network, mistake):
    verdict = judged("build_network", network)
    assert verdict.state == "not yet"
    assert verdict.mistake == mistake


@pytest.mark.parametrize("module", [find_faults, most_of_it])
def test_the_mistake_is_about_the_wrong_answer_that_is_told(module):
    """Each wrong answer alone gets its own mistake, and gets it still if others follow."""
    exercise, right = module.EXERCISE, module.EXERCISE.solution()
    choices = find_faults.FAULTS if module is find_faults else most_of_it.PLACES
    for place, key in enumerate(right):
        for choice in set(choices) - {right[key]}:
            alone = exercise.judge(right | {key: choice})
            later = list(right)[place + 1 :]
            more = {k: next(c for c in choices if c != right[k]) for k in later}
            both = exercise.judge(right | {key: choice} | more)
            assert alone.mistake
            assert both.mistake == alone.mistake
            assert key in alone.text


def test_a_list_of_layers_is_told_to_become_a_network():
    assert "is a list" in judged("build_network", build_network.build_network().layers).text


def test_capitals_and_spaces_make_no_difference():
    faults = {key: f" {fault.upper()}. " for key, fault in find_faults.find_faults().items()}
    assert judged("find_faults", faults).state == "right"
    names = {"parameters": "second", "multiply-adds": "first", "memory": "the first convolution"}
    assert judged("most_of_it", names).state == "right"
    names = {key: f"{name.title()} layer" for key, name in most_of_it.most_of_it().items()}
    assert judged("most_of_it", names).state == "right"


def test_the_layers_that_the_solution_names_have_most():
    counts = most_of_it.COUNTS
    for asked, layer in most_of_it.most_of_it().items():
        assert all(counts[layer][asked] > counts[other][asked] for other in {*counts} - {layer})


def test_a_choice_that_is_none_is_told_without_a_mistakes_name():
    whole = find_faults.find_faults() | {"B": find_faults.INPUTS}
    for answer, says in {
        (): 'It should be a dict, {"A": ..., "B": ..., "C": ...}, but is',
        tuple((whole | {"A": "bad luck"}).items()): "What A names is none of the faults to choose",
        tuple((whole | {"A": 3}).items()): "What A names is none of the faults to choose from: ",
        tuple(list(whole.items())[:2]): "It should have the three keys A, B and C, and no others.",
    }.items():
        verdict = judged("find_faults", dict(answer) or [1, 2, 3])
        assert verdict.text.startswith(says)
        assert not verdict.mistake
    told = "1 of 3 is right. Look at A: two convolutions without padding leave 26,"
    assert judged("find_faults", whole | {"A": find_faults.WINDOW}).text.startswith(told)


def test_the_three_stacks_have_the_faults_that_the_solution_names():
    for name, words in (("A", "dense: "), ("B", "conv2d: "), ("C", "conv2d: ")):
        with pytest.raises(ValueError, match=words):
            find_faults.stacks()[name](np.zeros((1, 28, 28, 1)))


# The answers that the lesson folds under the questions of its labs

TEXT = (ROOT / "lessons" / "07_full_cnn.py").read_text(encoding="utf-8")
ANSWERS = [" ".join(part.replace("#", " ").split()) for part in TEXT.split("<details>")[1:]]


def test_what_is_folded_under_the_questions_of_the_architect_is_so():
    course, small = STACKS["the course's network"], CONV._replace(size=4)
    assert "but layer 6, MaxPool2D, gives 32 maps of 7 × 7" in look(course[:6] + course[7:]).trouble
    lost = look(STACKS["no padding, pixels lost"])
    assert lost.rows[0].shape == (25, 25, 16)
    assert not (lost.unused > 0)[-1].any() and (lost.unused > 0)[:-1, :-1].all()
    pooled = look([*course[:5], POOL._replace(k=4), *course[6:]])
    assert f"{pooled.rows.parameters:,} parameters in place of 20,490" in ANSWERS[0]
    assert pooled.rows[5].shape[:2] == (3, 3)
    assert pooled.rows.multiply_adds > 0.98 * look(course).rows.multiply_adds
    assert "27%" in pooled.notes[0] and "27% of the second maps" in ANSWERS[0]
    first, second, *others = STACKS["no bend"]
    assert len(look([first, RELU, second, *others]).notes) == 1
    assert look([first, RELU, second, RELU, *others]).notes == []
    blocks = [small, RELU, POOL, small._replace(size=8), RELU, POOL, CONV, RELU, POOL, *END]
    built = look(blocks).rows
    assert f"It has {built.parameters:,} parameters" in ANSWERS[0]
    assert "a number sees {} × {} pixels".format(*built[8].receptive_field) in ANSWERS[0]


def test_what_is_folded_under_the_questions_of_follow_image_is_so():
    lab = follow_image()
    upper, lower = lab.steps[1][0, 7, 10], lab.steps[1][0, 9, 10]
    assert np.argsort(-upper)[:2].tolist() == [4, 2] and lower.argmax() == 5
    said = [f"Map 4 gives {upper[4]:.2f}", f"map 2 gives {upper[2]:.2f}", f"with {lower[5]:.2f}"]
    assert [words for words in said if words not in ANSWERS[1]] == []
    lab.choose("convolution 2")
    assert f"Choose map {lab.view.unit.map} of convolution 2:" in TEXT
    sums = np.array(lab.view.terms[:-1])
    assert f"Map {sums.argmax()}, with {sums.max():.2f}." in ANSWERS[1]
    stem, bar = lab.steps[2][0, 12:26, :, 13], lab.steps[2][0, 6:9, 8:17, 13]
    assert stem.max() > 1.5 and bar.max() < 1
    lab.choose("scores")
    terms = np.array(lab.view.terms[:-1])
    strongest = terms[np.argsort(-np.abs(terms))[:5]]
    assert strongest[0] < 0 and (strongest[1:] > 0).all()
    counts = f"{(terms != 0).sum()} products are not zero, and {(terms > 0).sum()} of them speak"
    assert counts in ANSWERS[1]


# The trained networks that the lesson compares


@pytest.mark.parametrize(
    ("name", "least", "parameters", "bends"),
    [
        ("plain_max", 0.98, 20_490, True),
        ("plain_average", 0.90, 20_490, False),
        ("global_two", 0.90, 5_130, True),
        ("global_three", 0.96, 23_946, True),
    ],
)
def test_the_bundled_networks_are_what_the_lesson_says(name, least, parameters, bends):
    net, mnist = storage.load(data.bundled(f"{name}.npz")), data.load("mnist")
    assert train.accuracy(net, mnist.x_test, mnist.y_test) > least
    assert sum(array.size for array in net.params()) == parameters
    a, b = mnist.x_test[:5], mnist.x_test[5:10]
    both = net(a + b) + net(np.zeros_like(a))
    assert np.allclose(both, net(a) + net(b), atol=1e-3) != bends
