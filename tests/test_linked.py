"""Linked grids: what linked.js computes, against the course's own arithmetic."""

import base64
import itertools
import json
import pathlib

import numpy as np
import pytest

import cnncourse
from cnncourse import single
from cnncourse.explorers import kernel_view, show_window
from cnncourse.explorers.words import number
from cnncourse.linked import Linked, linked
from cnncourse.pixels import PixelGrid
from cnncourse.window import window

SCRIPT = (pathlib.Path(cnncourse.__file__).parent / "linked.js").read_bytes()
WINDOWS = [
    dict(k=3),
    dict(k=(2, 3), stride=2, pad=1),
    dict(k=3, stride=(1, 3), pad=2, dilation=2),
    dict(k=1, stride=2),
    dict(k=2, stride=3, pad="same"),
]
RNG = np.random.default_rng(0)
IMAGE = RNG.integers(-9, 10, (6, 8)).astype(np.float32)


@pytest.fixture
def call(page):
    """Return call(name, *arguments) -> what a function of linked.js gives."""
    module = f"data:text/javascript;base64,{base64.b64encode(SCRIPT).decode()}"
    return lambda name, *arguments: page.evaluate(
        "async ([module, name, all]) => (await import(module))[name](...JSON.parse(all))",
        [module, name, json.dumps(arguments)],
    )


def scene_of(lies, image=IMAGE, weights=None, **options):
    link = Linked(outputs=[PixelGrid()], inputs=[PixelGrid()])
    link.show(lies, image, weights, **options)
    return link._scene


@pytest.mark.parametrize("options", WINDOWS)
def test_reached_are_the_outputs_that_a_pixel_changes(call, options):
    lies = window("here", **options)
    scene = scene_of(lies)
    for row, column in np.ndindex(IMAGE.shape):
        one = np.zeros_like(IMAGE)
        one[row, column] = 1
        changes = single.correlate(one, np.ones(lies.k, np.float32), **others(options)) > 0
        lit = np.zeros_like(changes)
        for r, c, high, wide in call("reached", scene, [row, column]):
            assert not lit[r : r + high, c : c + wide].any()
            lit[r : r + high, c : c + wide] = True
        np.testing.assert_array_equal(lit, changes)


def others(options):
    return {name: value for name, value in options.items() if name != "k"}


@pytest.mark.parametrize("options", WINDOWS)
def test_the_products_add_up_to_the_output(call, options):
    lies = window("here", **options)
    kernel = RNG.integers(-3, 4, lies.k).astype(np.float32)
    output = single.correlate(IMAGE, kernel, **others(options))
    numbers = IMAGE.ravel().tolist(), kernel.ravel().tolist()
    scene = scene_of(lies, weights=kernel)
    assert tuple(scene["out"]) == output.shape
    for place in np.ndindex(output.shape):
        (pairs,) = call("productsOf", scene, *numbers, list(place))
        assert sum(x * w for x, w in pairs) == output[place]


def test_a_layer_takes_the_filter_and_adds_up_its_channels(call):
    image = RNG.integers(0, 5, (5, 4, 3)).astype(np.float32)
    weights = RNG.integers(-3, 4, (3, 2, 3, 4)).astype(np.float32)
    scene = scene_of(window("here", (3, 2)), image, weights, channels=("a", "b", "c"))
    output = single.convolve(image, weights)
    numbers = image.ravel().tolist(), weights.ravel().tolist()
    for row, column, filter in np.ndindex(output.shape):
        text = call("sumInWords", scene, *numbers, [row, column], filter)
        assert text.startswith(f"Row {row}, column {column}: a ")
        assert text.endswith(f" = {number(output[row, column, filter])}")


def test_the_sum_is_written_as_the_kernel_lab_writes_it(call):
    kernel = np.array([[-1, 0.5, 0], [2, -0.1, 1], [0, 1.25, -3]], np.float32)
    for relu, bias in itertools.product((False, True), (0.0, -2.0)):
        state = kernel_view.State(kernel, bias, relu, stride=2, pad=1)
        lies = window("here", 3, state.stride, state.pad)
        scene = scene_of(lies, kernel_view.ZED, kernel, bias=bias, relu=relu)
        numbers = kernel_view.ZED.ravel().tolist(), kernel.ravel().tolist()
        for place in np.ndindex(*scene["out"]):
            text = kernel_view.arithmetic(kernel_view.ZED, state, place)
            assert call("sumInWords", scene, *numbers, list(place)) == text


def test_the_winner_of_a_pooling_is_the_largest(call):
    lies = window("here", 3, 2, pad=1)
    scene = scene_of(lies, keep="max")
    pooled = single.pool(IMAGE, 3, 2, pad=1)
    numbers = IMAGE.ravel().tolist()
    for place in np.ndindex(pooled.shape):
        winner = call("winnerOf", scene, numbers, list(place))
        assert IMAGE[winner["row"], winner["column"]] == pooled[place]
        assert f"is {number(pooled[place])}, in row {winner['row']}" in call(
            "poolInWords", scene, numbers, list(place)
        )
    mean = call("poolInWords", scene_of(window("here", 2), keep="mean"), numbers, [1, 2])
    assert mean.endswith(f"is {number(IMAGE[1:3, 2:4].mean())}.")


def test_windows_frame_what_takes_part(call):
    assert call("windowOf", scene_of(window("here", 3, 2, pad=1)), [0, 1]) == [[-1, 1, 3, 3]]
    frame, *cells = call("windowOf", scene_of(window("here", 2, dilation=3)), [1, 2])
    assert frame == [1, 2, 4, 4]
    assert cells == [[1, 2, 1, 1], [1, 5, 1, 1], [4, 2, 1, 1], [4, 5, 1, 1]]


@pytest.mark.parametrize(("pixel", "place"), [((0, 0), (0, 0)), ((3, 3), (2, 2)), ((5, 7), (3, 5))])
def test_pointing_at_the_image_puts_the_window_around_it(call, pixel, place):
    assert call("around", scene_of(window("here", 3)), list(pixel)) == list(place)


@pytest.mark.parametrize("value", [0, -0.004, 1.5, -2.25, 100, 0.1, -18])
def test_numbers_are_written_as_in_python(call, value):
    assert call("number", value) == number(value)


def test_what_cannot_be_linked_is_refused():
    link = Linked(outputs=[PixelGrid()])
    with pytest.raises(ValueError, match="inputs should be PixelGrids, but one is 5"):
        Linked(inputs=[5])
    with pytest.raises(ValueError, match="keep should be one of"):
        link.show(window("here", 2), IMAGE, keep="min")
    with pytest.raises(ValueError, match=r"weights should have shape \(2, 2, 1\)"):
        link.show(window("here", 2), IMAGE, np.ones((3, 2)))


def test_only_what_is_computed_with_is_sent():
    link = Linked(outputs=[PixelGrid()])
    link.show(window("here", 2), IMAGE)
    assert (link._image, link._weights) == (b"", b"")
    link.show(window("here", 2), IMAGE, np.ones((2, 2)))
    np.testing.assert_array_equal(np.frombuffer(link._image, np.float32), IMAGE.ravel())
    link.clear()
    assert link._scene == {}


def test_a_window_of_a_lesson_is_linked(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    show_window(IMAGE, np.ones((3, 2)), 0, 0)
    *_, link = shown[0].children
    assert (link._scene["k"], link._scene["out"]) == ((3, 2), (4, 7))
    assert [grid.pointable for grid in shown[0].children[:3]] == [True, False, False]


def test_a_row_of_a_lesson_is_linked():
    kernel = np.ones((2, 3))
    output = PixelGrid(single.correlate(IMAGE, kernel, stride=2, pad=1))
    link = linked(PixelGrid(IMAGE), PixelGrid(kernel), output, stride=2, pad=1)
    assert (link._scene["k"], link._scene["stride"]) == ((2, 3), (2, 2))
    assert tuple(link._scene["out"]) == output.array.shape
    with pytest.raises(ValueError, match="linked: stride should"):
        linked(PixelGrid(IMAGE), PixelGrid(kernel), output, stride=0)


def test_where_a_window_lies_is_said_for_grids_that_only_count(call):
    text = call("placeInWords", scene_of(window("here", 3, 2, pad=1)), [0, 1])
    where = "rows −1 to 1 and columns 1 to 3 of the image: 6 pixels and 3 zeros."
    assert text == f"Output row 0, column 1: {where}"


def test_a_window_slides_from_place_to_place(call):
    assert call("between", [[0, 0, 3, 3]], [[0, 2, 3, 3]], 0.5) == [[0, 1, 3, 3]]


def test_a_row_is_linked_without_a_grid_of_the_kernel_and_with_pooling():
    deep = np.ones((6, 8, 3), np.float32)
    answers = [PixelGrid(np.ones((5, 7))) for _ in range(4)]
    link = linked(PixelGrid(deep), np.ones((2, 2, 3)), answers, channels=("a", "b", "c"))
    assert (link._scene["out"], link._scene["channels"]) == ((5, 7), ["a", "b", "c"])
    link = linked(PixelGrid(IMAGE), 2, PixelGrid(single.pool(IMAGE, 2)), keep="max")
    assert (link._scene["stride"], link._scene["out"]) == ((2, 2), (3, 4))


WALK = (pathlib.Path(cnncourse.__file__).parent / "linked.walk.js").read_bytes()


@pytest.mark.parametrize(
    ("passed", "period", "moves", "slid", "carried", "over"),
    [
        (0, 1000, True, 0, 0, False),
        (350, 1000, True, 1, 0, False),
        (600, 1000, True, 1, 0.5, False),
        (2000, 1000, True, 1, 1, True),
        (0, 1000, False, 1, 1, False),  # less motion
        (0, 200, True, 1, 1, False),  # too fast to be seen
    ],
)
def test_a_step_slides_then_carries(page, passed, period, moves, slid, carried, over):
    module = f"data:text/javascript;base64,{base64.b64encode(WALK).decode()}"
    now = page.evaluate(
        "async ([module, ...all]) => (await import(module)).moment(...all)",
        [module, passed, period, moves],
    )
    assert (now["slid"], now["carried"]) == pytest.approx((slid, carried))
    assert now["over"] is over
