"""The architect: what it says of a stack is so, and its code builds the same network."""

import re

import numpy as np
import pytest

from cnncourse.explorers import architect
from cnncourse.explorers.architect import KINDS, MOST, STACKS, Block, look
from cnncourse.summary import summary


def test_the_code_of_every_kind_of_layer_runs():
    every = [Block(kind, 10, 2, 1, 0) for kind in KINDS if kind != "Dropout"]
    view = look([*every[:4], Block("Dropout"), *every[4:]])
    assert view.trouble == ""
    space = {}
    exec(view.code, space)
    assert list(summary(space["net"], (28, 28, 1))) == list(view.rows)


@pytest.mark.parametrize("name", [name for name in STACKS if name != "too much pooling"])
def test_the_code_builds_the_same_network(name):
    view = look(STACKS[name])
    space = {}
    exec(view.code, space)
    assert list(summary(space["net"], (28, 28, 1))) == list(view.rows)
    assert f"{view.rows.parameters:,} parameters" in view.sentence
    assert "<svg" in view.svg


def test_the_course_network_has_its_known_counts():
    view = look(STACKS["the course's network"])
    assert view.rows.parameters == 20_490
    assert view.notes == []
    assert view.unused is None


CONV = Block("Conv2D", 4)


@pytest.mark.parametrize(
    ("blocks", "says"),
    [
        (
            [Block("Dense", 10)],
            "Layer 1, Dense, weighs a row of numbers, but the input gives 1 maps",
        ),
        ([CONV, Block("Dense", 10)], "but Conv2D gives 4 maps of 26 × 26. Put a Flatten before"),
        ([Block("Flatten"), CONV], "Layer 2, Conv2D, needs maps with rows and columns"),
        ([Block("Flatten"), Block("MaxPool2D", k=2)], "a row of 784 numbers. Move it before"),
        ([Block("Flatten"), Block("Flatten")], "Layer 2, Flatten, has nothing to do"),
        (
            STACKS["too much pooling"],
            "has a window of 2 × 2, but the maps that arrive are only 1 × 1",
        ),
    ],
)
def test_illegal_stacks_are_explained(blocks, says):
    view = look(blocks)
    assert says in view.sentence
    assert view.code == ""
    built = "<svg" in view.svg  # what comes before the mistake is still drawn
    assert built == (len(blocks) > 1)


def test_pixels_that_are_never_looked_at_are_told_and_shown():
    view = look([Block("Conv2D", 4, 4, 5, 0)])
    assert view.unused.shape == (28, 28)
    share = (view.unused == 0).mean()
    windows = len(range(0, 28 - 4 + 1, 5))
    assert np.nansum(view.unused) == (windows * 4) ** 2
    assert f"never looks at {share:.0%}" in view.sentence
    odd = look([Block("Conv2D", 4, 4, 1, 0), Block("MaxPool2D", k=2)])  # 25 rows
    assert "Layer 2, MaxPool2D, never looks at 8% of what arrives." in odd.sentence
    assert (odd.unused[-1] == 0).all()


def test_a_network_that_gives_other_than_ten_scores_is_noted():
    assert "this stack gives 26 × 26 × 4" in look([CONV]).sentence
    assert "this stack gives 9" in look([Block("Flatten"), Block("Dense", 9)]).sentence


def test_an_empty_stack_is_shown_as_well():
    view = look([])
    assert view.svg == ""
    assert "this stack gives 28 × 28 × 1" in view.sentence


def test_the_controls_build_move_and_take_out_layers():
    lab = architect()
    first, second = lab.stack.children[:2]
    lab._move(first, 1)
    assert [block.kind for block in lab.blocks[:2]] == ["ReLU", "Conv2D"]
    assert [c.number.value for c in lab.stack.children[:2]] == ["1", "2"]
    lab._move(second, 0)
    assert len(lab.blocks) == 7
    for _ in range(20):
        lab._add()
    assert len(lab.blocks) == MOST
    assert lab.add.disabled
    for kind in KINDS:
        lab.stack.children[-1].kind.value = kind
        assert lab.view == look(lab.blocks) or lab.view.sentence == look(lab.blocks).sentence
    lab.preset.value = STACKS["no convolution"]
    lab.stack.children[1].numbers["size"].value = 7
    assert re.search(r"layers\.Dense\(784, 7, rng=rng\)", lab.code.value)


def test_only_square_images_are_taken():
    with pytest.raises(ValueError, match="architect: shape should be"):
        architect((28, 20, 1))
