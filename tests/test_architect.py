"""The architect: what it says of a stack is so, and its code builds the same network."""

import re

import numpy as np
import pytest
from ipywidgets.widgets.widget import _instances
from tasks import do_tasks

from cnncourse.explorers import architect
from cnncourse.explorers.stack import CONV, END, KINDS, MOST, POOL, RELU, STACKS, Block, look
from cnncourse.summary import summary


def test_the_code_of_every_kind_of_layer_runs():
    rows = [Block(kind, 10, 2, 1, 0) for kind in KINDS if kind != "GlobalAvgPool2D"]
    view = look(rows)
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
    assert "<svg" in view.drawing.svg


def test_the_course_network_has_its_known_counts():
    view = look(STACKS["the course's network"])
    assert view.rows.parameters == 20_490
    assert view.notes == []
    assert view.unused is None


CONV4 = Block("Conv2D", 4)


@pytest.mark.parametrize(
    ("blocks", "says"),
    [
        (
            [Block("Dense", 10)],
            "Layer 1, Dense, weighs a row of numbers, but the input gives 1 map of 28",
        ),
        (
            [CONV4, Block("Dense", 10)],
            "but layer 1, Conv2D, gives 4 maps of 26 × 26. Put a Flatten before",
        ),
        ([Block("Flatten"), CONV4], "Layer 2, Conv2D, needs maps with rows and columns"),
        ([Block("Flatten"), Block("MaxPool2D", k=2)], "a row of 784 numbers. Move it up"),
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
    assert view.code == f"# {view.trouble}"
    built = "<svg" in view.drawing.svg  # what comes before the mistake is still drawn
    assert built == (len(blocks) > 1)


def test_pixels_that_are_never_looked_at_are_told_and_shown():
    view = look([Block("Conv2D", 4, 4, 5, 0)])
    assert view.unused.shape == (28, 28)
    share = np.mean(~(view.unused > 0))
    windows = len(range(0, 28 - 4 + 1, 5))
    assert np.nansum(view.unused) == (windows * 4) ** 2
    assert f"never looks at {share:.0%}" in view.sentence
    odd = look([Block("Conv2D", 4, 4, 1, 0), Block("MaxPool2D", k=2)])  # 25 rows
    assert "Layer 2, MaxPool2D, never looks at 8% of what arrives." in odd.sentence
    assert not (odd.unused[-1] > 0).any()


def test_a_network_that_gives_other_than_ten_scores_is_noted():
    assert "should give 10 scores, not 26 × 26 × 4" in look([CONV4]).sentence
    assert "should give 10 scores, not 9" in look([Block("Flatten"), Block("Dense", 9)]).sentence


def test_an_empty_stack_is_shown_as_well():
    view = look([])
    assert view.drawing.svg == ""
    assert "should give 10 scores, not 28 × 28 × 1" in view.sentence


DENSE = Block("Dense", 32)
AVERAGE = Block("AvgPool2D", k=2)


@pytest.mark.parametrize(
    ("blocks", "says"),
    [
        ([END[0], DENSE, END[1]], "Nothing bends between layers 2 and 3:"),
        ([CONV, CONV, RELU, *END], "Nothing bends between layers 1 and 2:"),
        ([CONV, AVERAGE, CONV, RELU, *END], "Nothing bends between layers 1 and 3:"),
        ([CONV, POOL._replace(k=1), CONV, RELU, *END], "Nothing bends between layers 1 and 3:"),
        ([CONV, *END], "Nothing bends between layers 1 and 3:"),
        ([CONV, RELU, RELU, *END], "Layer 3, ReLU, changes nothing: no number"),
        ([CONV, RELU, POOL, RELU, *END], "Layer 4, ReLU, changes nothing: no number"),
        ([RELU, CONV, RELU, *END], "Layer 1, ReLU, changes nothing: no number"),
        ([*END, RELU], "The last layer is a ReLU: it cuts off all scores below zero."),
        ([CONV, RELU, POOL._replace(k=7), POOL._replace(k=4), *END], "Layer 4, MaxPool2D, leaves"),
        (
            [CONV, RELU, POOL._replace(k=7), POOL._replace(k=4), CONV, RELU, *END],
            "Layer 5, Conv2D, gets maps of 1 × 1: most of its window lies in the padding.",
        ),
        ([CONV, RELU, AVERAGE._replace(k=1), *END], "Layer 3, AvgPool2D, changes nothing"),
    ],
)
def test_legal_but_bad_stacks_are_commented(blocks, says):
    view = look(blocks)
    assert view.trouble == ""
    assert says in view.sentence
    assert sum(says in note for note in view.notes) == 1


@pytest.mark.parametrize(
    "blocks",
    [
        STACKS["the course's network"],
        STACKS["global average pooling"],
        STACKS["no convolution"],
        STACKS["steps instead of pooling"],
        [CONV, POOL, CONV, POOL, *END],  # max pooling bends as well
        [CONV, RELU, AVERAGE, CONV, RELU, *END],
        END,
    ],
)
def test_nothing_is_said_against_good_stacks(blocks):
    assert look(blocks).notes == []


def test_two_convolutions_without_a_bend_are_one_and_with_max_pooling_they_are_not():
    """What the note says, and why it is silent with max pooling in between, by numbers."""
    x = np.random.default_rng(1).normal(size=(3, 28, 28, 1))
    for blocks, linear in (([CONV, AVERAGE, CONV], True), ([CONV, POOL, CONV], False)):
        space = {}
        exec(look(blocks).code, space)
        net = space["net"]
        nothing = net(np.zeros_like(x))
        sums = net(x + 2 * x[::-1]) - nothing
        assert np.allclose(sums, net(x) + 2 * net(x[::-1]) - 3 * nothing, atol=1e-4) == linear


def test_the_controls_build_move_and_take_out_layers():
    lab = architect()
    assert lab.list.index == 0
    lab._move(1)
    assert [block.kind for block in lab.blocks[:2]] == ["ReLU", "Conv2D"]
    assert (lab.list.index, lab.list.options[1]) == (1, "2  Conv2D, 16, 3 × 3, padding 1")
    lab._move(-1)
    lab._move(-1)  # it is at the top
    assert lab.blocks == STACKS["the course's network"]
    lab._take_out()
    assert [block.kind for block in lab.blocks] == [
        *("ReLU", "MaxPool2D", "Conv2D", "ReLU", "MaxPool2D", "Flatten", "Dense")
    ]
    for _ in range(20):
        lab._add()
    assert len(lab.blocks) == MOST
    assert lab.told.text == "12 layers are the most that this lab takes."
    assert lab.preset.label == "your own"
    lab.list.index = MOST - 1
    for kind in KINDS:
        lab.kind.value = kind
        assert lab.blocks[-1].kind == kind
        assert lab.view.sentence == look(lab.blocks).sentence
    lab.preset.value = STACKS["no convolution"]
    lab.list.index = 1
    assert lab.numbers["size"].value == 32
    lab.numbers["size"].value = 7
    assert re.search(r"layers\.Dense\(784, 7, rng=rng\)", lab.code.value)
    for _ in range(9):
        lab._take_out()
    assert lab.blocks == []
    lab.kind.value = "Flatten"  # there is no layer to change
    lab._add()
    assert [block.kind for block in lab.blocks] == ["ReLU"]


def test_only_the_controls_that_a_layer_has_are_shown():
    lab = architect()
    for place, wanted in ((0, ["size", "k", "stride", "pad"]), (1, []), (2, ["k"]), (7, ["size"])):
        lab.list.index = place
        shown = [name for name, c in lab.numbers.items() if c.layout.display != "none"]
        assert shown == wanted
    assert lab.numbers["size"].description == "outputs"


def test_many_moves_leave_no_widget_behind():
    lab = architect()
    lab._move(1)
    before = len(_instances)
    for move in range(100):
        lab._move(1 if move % 2 else -1)
        lab.numbers["size"].value = 1 + move % 60
    assert len(_instances) == before


def test_a_page_without_widgets_reads_the_network_in_words():
    lab = architect()
    assert lab.drawing.about.startswith("28 × 28 × 1 → Conv2D 28 × 28 × 16")
    assert lab.drawing.still() is not None


def test_only_square_images_are_taken():
    for shape in ((28, 20, 1), None, (28, 28), (28, 28, 0), "abc"):
        with pytest.raises(ValueError, match="architect: shape should be"):
            architect(shape)


def test_a_design_for_other_labels_is_handed_on():
    lab = architect((32, 32, 3), labels=4)
    net = lab.make_net(np.random.default_rng(0))
    assert list(summary(net, (32, 32, 3))) == list(lab.view.rows)
    assert net(np.zeros((2, 32, 32, 3), np.float32)).shape == (2, 4)
    assert lab.view.notes == []
    other = lab.make_net(np.random.default_rng(1))
    assert not np.array_equal(net.layers[0].params["w"], other.layers[0].params["w"])
    for name, stack in lab.stacks.items():
        lab.build(stack)
        assert lab.preset.value == stack, name
    lab.build([Block("Flatten"), Block("Dense", 10)])
    assert "For 4 labels, the last layer should give 4 scores, not 10." in lab.sentence


def test_a_design_that_cannot_be_built_is_not_handed_on():
    lab = architect()
    lab.build(STACKS["too much pooling"])
    with pytest.raises(ValueError, match=r"make_net: the stack should be .* but is not: Layer 7"):
        lab.make_net(np.random.default_rng(0))
    lab.build([])
    with pytest.raises(ValueError, match="it has no layer"):
        lab.make_net(np.random.default_rng(0))


def test_it_says_what_to_try():
    lab = architect()

    def choose(name):
        lab.preset.value = STACKS[name]

    def take_out_flatten():
        choose("the course's network")
        blocks = [block for block in lab.blocks if block.kind != "Flatten"]
        lab._show(blocks, 0)

    do_tasks(
        lab,
        lambda: choose("no padding, pixels lost"),
        take_out_flatten,
        lambda: choose("global average pooling"),
    )
