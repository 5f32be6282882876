"""A report card says what is so, is saved as a page, and is read again from it."""

import json
import re

import numpy as np
import pytest

from cnncourse import data, report, storage, train
from cnncourse.__main__ import main
from cnncourse.layers import Conv2D, Dense, GlobalAvgPool2D, ReLU, Sequential
from cnncourse.summary import summary


@pytest.fixture(scope="module")
def digits(mnist):
    return mnist.x_test[:400], mnist.y_test[:400]


@pytest.fixture(scope="module")
def card(digits):
    net = storage.load(data.bundled("course_cnn.npz"))
    return report.report_card(net, *digits, title="One & <two>", seconds=12.4)


def test_the_facts_are_those_of_the_network(card, net, digits):
    x, y = digits
    facts = card.facts
    assert facts["accuracy"] == train.accuracy(net, x, y) == facts["robustness"]["as they are"]
    assert facts["interval"][0] < facts["accuracy"] < facts["interval"][1]
    assert facts["parameters"] == 20_490
    assert facts["multiply-adds"] == sum(row.multiply_adds for row in summary(net, (28, 28, 1)))
    assert facts["guessing"] == np.bincount(y).max() / 400
    assert np.trace(facts["confusion"]) == round(facts["accuracy"] * 400)
    moved = np.zeros_like(x)
    moved[:, 2:, 2:] = x[:, :-2, :-2]
    assert facts["robustness"]["moved by 2 pixels"] == train.accuracy(net, moved, y)
    assert 1e-7 < facts["seconds an image"] < 1


def test_moved_and_turned_images_bring_no_black_in():
    x = np.full((2, 12, 20, 3), 0.75, np.float32)
    x[0, 3:6, 4:9] = 0.25
    for what in ("moved by 2 pixels", "turned by 15°"):
        changed = report.CHANGES[what](x)
        assert changed.shape == x.shape and changed.min() > 0.24
        np.testing.assert_allclose(changed[1], 0.75, atol=1e-6)
        assert np.abs(changed[0] - x[0]).max() > 0.1
    moved = report.CHANGES["moved by 2 pixels"](x)
    np.testing.assert_array_equal(moved[:, 2:, 2:], x[:, :-2, :-2])


def test_it_is_read_as_it_was_saved(card, tmp_path):
    card.save(tmp_path / "card.html")
    facts = report.read_card(tmp_path / "card.html")
    assert facts == {**card.facts, "interval": list(card.facts["interval"])}
    page = (tmp_path / "card.html").read_text(encoding="utf-8")
    assert "<title>Report card: One &amp; &lt;two&gt;</title>" in page
    assert not re.search(r'(src|href)="(?!data:)', page)  # nothing is fetched from elsewhere
    assert [path.name for path in tmp_path.iterdir()] == ["card.html"]


def test_words_say_the_numbers(card):
    shown = repr(card)
    assert f"accuracy: {card.facts['accuracy']:.2%} of 400 images (95% interval " in shown
    assert "parameters: 20,490" in shown
    assert "training: 12 s" in shown


def test_colour_images_and_names(tmp_path):
    rng = np.random.default_rng(0)
    net = Sequential(Conv2D(3, 4, 3, rng=rng), ReLU(), GlobalAvgPool2D(), Dense(4, 2, rng=rng))
    x, y = rng.random((30, 9, 12, 3), np.float32), rng.integers(0, 2, 30)
    card = report.report_card(net, x, y, ["cat", "dog"])
    assert card.facts["labels"] == ["cat", "dog"]
    assert re.search("(cat taken for dog|dog taken for cat), [0-9]+ times", repr(card))
    assert card.picture.png().startswith(b"\x89PNG")


def test_each_label_rests_on_the_image_that_is_surest_of_it(net, digits):
    x, y = digits
    scores = net(x)
    found = report.held_up(net, x, y, scores)
    assert list(found) == list(range(10))
    sure = np.exp(scores - scores.max(axis=1, keepdims=True))
    sure = (sure / sure.sum(axis=1, keepdims=True)).max(axis=1)
    for label, (place, lost) in found.items():
        rightly = (y == label) & (scores.argmax(axis=1) == label)
        assert rightly[place] and sure[place] >= sure[rightly].max() - 1e-6
        covered = x[place][None].copy()
        covered[0, 4:9, 6:11] = 0.5
        loss = scores[place, label] - net(covered)[0, label]
        np.testing.assert_allclose(lost[2, 3], loss, atol=1e-3)


def test_a_label_that_is_never_read_rightly_has_no_image(net, digits):
    x, y = digits
    scores = net(x)
    scores[:, 3] = -99
    assert 3 not in report.held_up(net, x, y, scores)


def test_without_a_mistake_it_says_so(net, digits):
    x, y = digits
    right = net(x).argmax(axis=1) == y
    card = report.report_card(net, x[right], y[right])
    assert "commonest mistake: none" in repr(card)
    assert card.facts["interval"][0] < 1


def test_a_room_of_cards_is_a_table_best_first(card, tmp_path, capsys):
    worse = report.ReportCard({**card.facts, "accuracy": 0.5}, card.picture)
    worse.save(tmp_path / "a.html")
    card.save(tmp_path / "b.html")
    whole = (tmp_path / "b.html").read_text(encoding="utf-8")
    (tmp_path / "cut.html").write_text(whole[: len(whole) // 2])
    (tmp_path / "other.html").write_text("<p>hello")
    (tmp_path / "forged.html").write_text(report.BEGIN + '{"accuracy": "best"}' + report.END)
    (tmp_path / "binary.html").write_bytes(bytes(range(256)))
    (tmp_path / "folder.html").mkdir()
    assert main(["report", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[1:3]] == ["b.html", "a.html"]
    told = [line for line in lines if "no report card, or a damaged one" in line]
    names = ["binary.html", "cut.html", "folder.html", "forged.html", "other.html"]
    assert [line.split(":")[0] for line in told] == names


@pytest.mark.parametrize(
    "change",
    [
        {"confusion": [0] * 60_000},  # NumPy would make a table of 29 GB of it
        {"labels": ["one"]},
        {"labels": [1] * 10},
        {"accuracy": 10**400},
        {"accuracy": float("nan")},
        {"interval": [0.1]},
        {"parameters": "many"},
        {"title": None},
        {"robustness": {}, "guessing": -1},
    ],
    ids=lambda change: " ".join(change),
)
def test_facts_that_somebody_changed_are_refused(change, card, tmp_path):
    path = tmp_path / "a.html"
    facts = json.dumps(card.facts | change)
    path.write_text(report.BEGIN + json.dumps(card.facts) + report.END, encoding="utf-8")
    assert report.read_card(path) == json.loads(json.dumps(card.facts))
    path.write_text(report.BEGIN + facts + report.END, encoding="utf-8")
    with pytest.raises(ValueError, match="is damaged or something else"):
        report.read_card(path)


def test_a_folder_without_cards_is_told(tmp_path, capsys):
    assert main(["report", str(tmp_path)]) == 2
    assert "should hold saved cards" in capsys.readouterr().err
    assert main(["report", str(tmp_path / "none")]) == 2
    assert "should be a folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    "change, words",
    [
        (dict(names=["a", "b"]), "names should be one for each of 10 labels, but are 2"),
        (dict(y=np.zeros(3, int)), "report_card: y"),
        (dict(x=np.zeros((4, 28, 28), np.float32)), "report_card: x"),
        (dict(net=None), "report_card: net should be a network"),
        (dict(seconds="long"), "report_card: seconds"),
    ],
)
def test_bad_calls_are_told(change, words, net, digits):
    x, y = digits
    with pytest.raises(ValueError, match=words):
        report.report_card(**{"net": net, "x": x, "y": y, **change})
    with pytest.raises(ValueError, match=r"path should end in .html"):
        report.ReportCard({}, None).save("card.png")
