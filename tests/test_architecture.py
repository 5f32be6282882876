"""The picture of a network shows its stages in order, to scale, with their shapes written on."""

import itertools
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from cnncourse.architecture import (
    LARGEST,
    SHEETS,
    architecture,
    boxes,
    coloured,
    percent,
    scale_of,
    stages,
)
from cnncourse.figures import architecture as from_figures
from cnncourse.layers import (
    AvgPool2D,
    Conv2D,
    Dense,
    Flatten,
    GlobalAvgPool2D,
    MaxPool2D,
    ReLU,
    Sequential,
)
from cnncourse.networks import course_cnn
from cnncourse.summary import summary

RNG = np.random.default_rng(0)


def deep():
    """Twelve layers on coloured pictures."""
    return Sequential(
        *(Conv2D(3, 32, 3, pad=1, rng=RNG), ReLU(), Conv2D(32, 32, 3, stride=2, rng=RNG), ReLU()),
        *(MaxPool2D(2), Conv2D(32, 64, 3, pad=1, rng=RNG), ReLU(), AvgPool2D(2), Flatten()),
        *(Dense(7 * 7 * 64, 100, rng=RNG), ReLU(), Dense(100, 5, rng=RNG)),
    )


NETWORKS = [
    (course_cnn(RNG), (28, 28, 1)),
    (Sequential(Flatten(), Dense(784, 10, rng=RNG)), (28, 28, 1)),
    (deep(), (60, 60, 3)),
    (Sequential(Conv2D(1, 4, 3, rng=RNG)), (9, 14, 1)),
]


def words_of(drawing):
    root = ElementTree.fromstring(drawing.svg)
    return [element.text for element in root.iter() if element.tag.endswith("text")]


@pytest.mark.parametrize(("net", "shape"), NETWORKS)
def test_every_shape_of_the_summary_is_written_on_in_order(net, shape):
    words = words_of(architecture(net, shape))
    rows = [row for row in summary(net, shape) if not row.layer.startswith(("ReLU", "Dropout"))]
    wanted = [" × ".join(f"{n:,}" for n in s) for s in [shape, *(row.shape for row in rows)]]
    written = [
        word for word in words if re.fullmatch(r"[\d,]+( × [\d,]+)*", word) and word in wanted
    ]
    assert [w for w in written if w != "3 × 3" and w != "2 × 2"][: len(wanted)] == wanted


@pytest.mark.parametrize(("net", "shape"), NETWORKS)
def test_nothing_lies_outside_the_picture_and_stages_do_not_overlap(net, shape):
    drawing = architecture(net, shape)
    root = ElementTree.fromstring(drawing.svg)
    _, _, width, height = map(float, root.get("viewBox").split())
    for element in root.iter():
        if element.tag.endswith("rect"):
            x, y, w, h = (float(element.get(name, 0)) for name in ("x", "y", "width", "height"))
            assert 0 <= x <= x + w <= width + 0.5
            assert 0 <= y <= y + h <= height + 0.5
    placed = boxes(stages(net.layers, summary(net, shape), shape, [None] * 20))
    assert all(left.right < right.x for left, right in itertools.pairwise(placed))


def test_sheets_are_to_scale_and_as_many_as_maps():
    net, shape = NETWORKS[0]
    found = stages(net.layers, summary(net, shape), shape, [None] * 20)
    placed = boxes(found)
    assert scale_of(found)[1] == 1
    assert placed[0].w == LARGEST
    assert placed[2].w == LARGEST / 2
    assert [box.sheets for box in placed[:2]] == [1, SHEETS]


def test_with_an_image_the_maps_and_probabilities_are_drawn():
    net, shape = NETWORKS[0]
    image = np.random.default_rng(1).random(shape, np.float32)
    drawing = architecture(net, shape, labels=range(10), image=image)
    assert drawing.svg.count("<image") == 1 + 4 * SHEETS
    assert len([word for word in words_of(drawing) if word.endswith("%")]) == 10
    assert "softmax" in words_of(drawing)


def test_a_probability_near_to_0_or_1_is_never_written_as_0_or_100():
    assert [percent(p) for p in (0, 0.0004, 0.5, 0.9994, 1)] == [
        *("< 0.1 %", "< 0.1 %", "50.0 %", "> 99.9 %", "> 99.9 %")
    ]


def test_maps_have_the_colours_of_the_course():
    maps = np.zeros((1, 3, 2))
    maps[0, 2, 1] = 4.0
    red, _, blue = coloured(maps, 1, False)[0].T.astype(int)
    assert (blue - red).tolist()[:2] == [77, 77] and red[2] > 200 > blue[2]  # dark blue, yellow
    maps[0, 0, 0] = -4.0
    assert coloured(maps, 0, False)[0, 1].min() > 240  # zero is white
    assert coloured(maps / 4 + 1, 0, True)[0].tolist() == [0, 255, 255]


def test_global_average_pooling_is_a_row_of_its_means():
    net = Sequential(*NETWORKS[0][0].layers[:6], GlobalAvgPool2D(), Dense(32, 10, rng=RNG))
    found = stages(net.layers, summary(net, (28, 28, 1)), (28, 28, 1), [None] * 20)
    assert [(stage.kind, stage.shape) for stage in found[-2:]] == [("row", (32,)), ("dense", (10,))]
    assert {"global", "average", "pooling", "32"} <= set(words_of(architecture(net, (28, 28, 1))))


def test_words_have_the_colour_of_the_page():
    svg = architecture(*NETWORKS[0]).svg
    assert 'fill="white"' not in svg
    assert set(re.findall(r'<text[^>]* fill="([^"]*)"', svg)) == {"currentColor"}


def test_both_parts_are_named():
    words = words_of(from_figures(*NETWORKS[0]))
    assert "feature extraction" in words
    assert "classification" in words
    assert "feature extraction" not in words_of(architecture(*NETWORKS[1]))


def test_it_can_be_saved_and_bad_calls_are_told(tmp_path):
    net, shape = NETWORKS[0]
    drawing = architecture(net, shape)
    drawing.save(tmp_path / "net.svg")
    assert (tmp_path / "net.svg").read_text(encoding="utf-8") == drawing.svg
    assert repr(drawing).startswith("28 × 28 × 1 → Conv2D 28 × 28 × 16")
    with pytest.raises(ValueError, match=r"end in \.svg"):
        drawing.save(tmp_path / "net.png")
    with pytest.raises(ValueError, match="labels should be as many"):
        architecture(net, shape, labels=["a"])
    with pytest.raises(ValueError, match="architecture: image"):
        architecture(net, shape, image=np.zeros((28, 28)))
