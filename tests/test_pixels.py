"""PixelGrid as Python sees it: bytes, colours, limits, what is sent, what is refused."""

import matplotlib
import numpy as np
import pytest

from cnncourse.pixels import PALETTES, PixelGrid, colours, encode, write

NAN = np.nan


def levels(grid):
    """Return the bytes of a grid's frame, in the shape of its picture."""
    return np.frombuffer(grid._frame["pixels"], np.uint8).reshape(grid._frame["shape"])


@pytest.fixture
def sent():
    """Return sent(grid) -> a list that fills with the names of what the grid sends from now on."""

    def listen(grid):
        names = []
        grid._send = lambda message, buffers=None: names.append(set(message["state"]))
        return names

    return listen


@pytest.mark.parametrize(
    ("array", "limits", "expected"),
    [
        ([[0, 1], [2, 4]], None, [[1, 65], [128, 255]]),
        ([[0.0, 0.5, 1.0]], (0, 1), [[1, 128, 255]]),
        ([[-9.0, 0.25, 9.0]], (0, 1), [[1, 65, 255]]),
        ([[NAN, 0.0, 1.0]], None, [[0, 1, 255]]),
        ([[NAN, NAN]], None, [[0, 0]]),
        ([[-np.inf, 2.0, 4.0, np.inf]], None, [[1, 1, 255, 255]]),
        ([[7, 7]], None, [[255, 255]]),
        ([[-7, -7]], None, [[1, 1]]),
        ([[0, 0]], None, [[1, 1]]),
        ([[False, True]], None, [[1, 255]]),
    ],
)
def test_bytes_run_from_the_low_limit_to_the_high_one(array, limits, expected):
    np.testing.assert_array_equal(encode(np.array(array), limits), expected)


@pytest.mark.parametrize(
    ("array", "expected"),
    [([[-1, 0, 2]], [[65, 128, 255]]), ([[3, 3]], [[255, 255]]), ([[0, 0]], [[128, 128]])],
)
def test_around_zero_the_middle_byte_is_zero(array, expected):
    np.testing.assert_array_equal(encode(np.array(array), around_zero=True), expected)


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float16, np.float32, np.float64])
def test_bytes_do_not_depend_on_the_dtype_or_the_memory_layout(dtype):
    array = np.arange(24, dtype=dtype).reshape(4, 6)
    expected = np.round(np.arange(24).reshape(4, 6) * 254 / 23) + 1
    np.testing.assert_array_equal(encode(array), expected)
    np.testing.assert_array_equal(levels(PixelGrid(array.T[::-1])), expected.T[::-1])


@pytest.mark.parametrize("palette", PALETTES)
def test_colours_are_those_of_matplotlib(palette):
    table = colours(palette)
    exact = matplotlib.colormaps[PALETTES[palette]](np.linspace(0, 1, 255))[:, :3] * 255
    assert table.shape == (256, 3)
    assert table.dtype == np.uint8
    np.testing.assert_allclose(table[1:], exact, atol=2)
    np.testing.assert_array_equal(table[0], 0)


def test_diverging_is_blue_below_zero_white_at_zero_and_red_above():
    below, zero, above = colours("diverging")[[1, 128, 255]].astype(int)
    assert below[2] > below[0] + 50
    assert above[0] > above[2] + 50
    np.testing.assert_array_equal(zero, 247)  # the palette's white


def test_purple_orange_is_white_at_zero_and_its_ends_are_neither_red_nor_blue():
    below, zero, above = colours("purple-orange")[[1, 128, 255]].astype(int)
    assert zero.min() > 240
    assert below[2] > below[1] < below[0] > 30  # purple: red and blue, without green
    assert above[0] > above[1] > above[2] and above[1] > 40  # orange: red and some green
    grid = PixelGrid(np.array([[-1.0, 0, 3]]), palette="purple-orange")
    assert np.frombuffer(grid._frame["pixels"], np.uint8).tolist() == [86, 128, 255]


def test_colours_of_an_rgb_picture_are_sent_as_they_are():
    picture = np.array([[[0, 0.5, 1], [-1, 2, NAN]]])
    grid = PixelGrid(picture)
    np.testing.assert_array_equal(levels(grid), [[[0, 128, 255], [0, 255, 128]]])
    np.testing.assert_array_equal(picture, [[[0, 0.5, 1], [-1, 2, NAN]]])


def test_one_message_holds_the_whole_picture_and_nothing_else(sent):
    grid = PixelGrid(np.zeros((4, 5)), numbers=True)
    names = sent(grid)
    grid.show(np.eye(3))
    assert names == [{"_frame"}]
    assert grid._frame["shape"] == (3, 3)
    assert len(grid._frame["pixels"]) == 9
    assert grid._frame["numbers"] == ["1", "0", "0", "0", "1", "0", "0", "0", "1"]
    grid.show(np.eye(3))  # nothing new
    assert names == [{"_frame"}]
    with grid.hold_sync():
        grid.show(np.ones((2, 2)))
        grid.windows = [(0, 0, 1, 1)]
        grid.label = "ones"
    assert names[1:] == [{"_frame", "windows", "label"}]


def test_limits_and_palette_change_what_is_shown_already(sent):
    grid = PixelGrid(np.array([[0.0, 1.0]]))
    names = sent(grid)
    grid.limits = (0, 2)
    np.testing.assert_array_equal(levels(grid), [[1, 128]])
    assert names == [{"_frame"}]
    grid.limits = None
    grid.palette = "diverging"
    np.testing.assert_array_equal(levels(grid), [[128, 255]])
    assert grid._colours == colours("diverging").tobytes()
    grid.numbers = True
    assert grid._frame["numbers"] == ["0", "1"]
    grid.format = "{:.1f}"
    assert grid._frame["numbers"] == ["0.0", "1.0"]


@pytest.mark.parametrize(
    ("value", "pattern", "text"),
    [
        (0.5, "{:g}", "0.5"),
        (-3, "{:g}", "−3"),
        (-0.0, "{:g}", "0"),
        (-0.04, "{:.1f}", "0.0"),
        (-0.06, "{:.1f}", "−0.1"),
        (0.00001, "{:g}", "1e−05"),
        (NAN, "{:.1f}", ""),
        (1234, "{:.4g}", "1234"),
    ],
)
def test_numbers_have_a_proper_minus_sign(value, pattern, text):
    assert write(value, pattern) == text


def test_no_numbers_on_colours_and_on_large_pictures():
    assert PixelGrid(np.zeros((33, 32)), numbers=True)._frame["numbers"] == []
    assert PixelGrid(np.zeros((3, 3, 3)), numbers=True)._frame["numbers"] == []
    assert len(PixelGrid(np.zeros((32, 32)), numbers=True)._frame["numbers"]) == 1024


def test_without_an_array_nothing_is_computed_yet_or_the_pad_is_black():
    np.testing.assert_array_equal(levels(PixelGrid()), np.zeros((28, 28)))
    np.testing.assert_array_equal(levels(PixelGrid(drawable=True)), np.ones((28, 28)))


def test_margin_is_one_number_a_pair_or_four():
    grid = PixelGrid(margin=1)
    assert grid.margin == (1, 1, 1, 1)
    grid.margin = (2, 3)
    assert grid.margin == (2, 2, 3, 3)
    grid.margin = np.array([1, 2, 0, 1])
    assert grid.margin == (1, 2, 0, 1)


def test_windows_take_numpy_integers_and_reach_outside():
    grid = PixelGrid(windows=[np.array([-1, -1, 3, 3]), (27, 0, 9, 1)])
    assert grid.windows == [(-1, -1, 3, 3), (27, 0, 9, 1)]


@pytest.mark.parametrize(
    ("grid", "expected"),
    [
        (PixelGrid(np.zeros((28, 20)), label="the photograph"), "(28 x 20, 'the photograph')"),
        (PixelGrid(np.zeros((2, 3, 3)), title="in colour"), "(2 x 3 x 3, 'in colour')"),
        (PixelGrid(drawable=True), "(28 x 28)"),
    ],
)
def test_repr_is_short_and_stable(grid, expected):
    assert repr(grid) == f"PixelGrid{expected}"


def test_selected_goes_both_ways_and_stays_inside():
    grid = PixelGrid(np.zeros((4, 6)), selectable=True)
    seen = []
    grid.observe(lambda change: seen.append(change.new), "selected")
    grid.selected = (3, 5)
    grid.set_state({"selected": [1, 2]})  # as it arrives from the browser
    assert grid.selected == (1, 2)
    grid.selected = np.array([3, 5])
    grid.show(np.zeros((3, 3)))
    grid.selected = None
    assert seen == [(3, 5), (1, 2), (3, 5), (2, 2), None]


def test_a_drawing_arrives_from_the_browser_as_a_memoryview():
    grid = PixelGrid(np.zeros((3, 4)), drawable=True)
    drawings = []
    grid.on_draw(drawings.append)
    raw = np.array([[1, 128, 255, 1]] * 3, np.uint8)
    pixels = memoryview(raw.tobytes())
    grid.set_state({"_frame": {"shape": [3, 4], "pixels": pixels, "numbers": []}})
    assert type(grid._frame["pixels"]) is bytes
    assert grid.drawing.dtype == np.float32
    np.testing.assert_array_equal(grid.drawing, [[0, 0.5, 1, 0]] * 3)
    assert len(drawings) == 1
    np.testing.assert_array_equal(drawings[0], grid.drawing)


def test_a_drawing_goes_round():
    grid = PixelGrid(drawable=True)
    picture = np.linspace(0, 1, 28 * 28).reshape(28, 28)
    drawings = []
    grid.on_draw(drawings.append)
    grid.set_drawing(picture)
    np.testing.assert_allclose(grid.drawing, picture, atol=0.5 / 254 + 1e-7)
    grid.set_drawing(grid.drawing)  # nothing is lost the second time
    assert len(drawings) == 1
    grid.palette = "viridis"  # the drawing stays
    np.testing.assert_array_equal(grid.array, drawings[0])
    grid.clear()
    np.testing.assert_array_equal(grid.drawing, np.zeros((28, 28)))
    assert len(drawings) == 2


WRONG = [
    (dict(array=np.zeros(3)), r"array should have shape \(h, w\) or \(h, w, 3\), but .* \(3,\)"),
    (dict(array=np.zeros((2, 2, 4))), r"array should have shape .* but has shape \(2, 2, 4\)"),
    (dict(array=np.zeros((0, 3))), r"array should hold at least one pixel, but .* \(0, 3\)"),
    (dict(array=np.array([[None]])), "array should hold real numbers, but its dtype is object"),
    (dict(array=[["a"]]), "array should hold real numbers, but its dtype is <U1"),
    (dict(array=np.ones((2, 2), complex)), "array should hold real numbers, but .* complex128"),
    (dict(array=np.ones((2, 2, 3), int)), "array should hold colours as floats 0 to 1, but .* int"),
    (dict(limits=(1, 0)), r"limits should be \(low, high\), but are \(1, 0\)"),
    (dict(limits=(1, 1)), r"limits should be \(low, high\), but are \(1, 1\)"),
    (dict(limits=(0, NAN)), r"limits should be \(low, high\), but are \(0, nan\)"),
    (dict(limits=3), r"limits should be \(low, high\), but are 3"),
    (dict(limits=(0, 1), palette="diverging"), r"limits should lie evenly about zero.* \(0, 1\)"),
    (dict(palette="jet"), "palette should be one of grey, .*, diverging, but is 'jet'"),
    (dict(windows=[(1, 2, 3)]), r"windows should be a list of .* but are \[\(1, 2, 3\)\]"),
    (dict(windows=[(0, 0, 0, 3)]), "windows should be a list of .* at least one pixel, but are"),
    (dict(windows=[(0, 0, 1.5, 3)]), "windows should be a list of .* but are"),
    (dict(windows=(0, 0, 3, 3)), "windows should be a list of .* but are"),
    (dict(windows=None), "windows should be a list of .* but are None"),
    (dict(margin=-1), "margin should be an int, .* none negative, but is -1"),
    (dict(margin=(1, 2, 3)), r"margin should be an int, .* but is \(1, 2, 3\)"),
    (dict(margin="same"), "margin should be an int, .* but is 'same'"),
    (dict(drawable=True, selectable=True), "drawable should come without selectable, but both"),
    (dict(drawable=True, array=[[NAN]]), "array should hold a value for each pixel .* holds NaN"),
    (dict(editable=True, array=np.zeros((2, 2, 3))), r"array should have shape \(h, w\), but"),
]


@pytest.mark.parametrize(("options", "message"), WRONG)
def test_mistakes_are_named(options, message):
    with pytest.raises(ValueError, match=f"PixelGrid: {message}"):
        PixelGrid(**options)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limits", (1, 0)),
        ("limits", (0, 1)),
        ("palette", "jet"),
        ("windows", [(0, 0, 3)]),
        ("margin", (-1, 0)),
        ("selected", (0, 9)),
        ("selected", (-1, 0)),
        ("selected", 3),
        ("format", "{:d}"),
    ],
)
def test_nothing_changes_after_a_mistake(name, value, sent):
    grid = PixelGrid(np.ones((2, 3)), palette="diverging", numbers=True, windows=[(0, 0, 1, 1)])
    names, before = sent(grid), (getattr(grid, name), grid._frame, grid._colours)
    with pytest.raises(ValueError, match=r"should|format code"):
        setattr(grid, name, value)
    assert (getattr(grid, name), grid._frame, grid._colours) == before
    assert names == []


def test_show_changes_nothing_after_a_mistake(sent):
    grid = PixelGrid(np.array([[1, 2]]), numbers=True, format="{:d}")
    names, before = sent(grid), (grid.array, grid._frame)
    for wrong in (np.zeros(3), np.array([[0.5, 1.5]])):  # no picture; not in the format
        with pytest.raises(ValueError, match=r"PixelGrid: array should|format code"):
            grid.show(wrong)
    assert grid.array is before[0]
    assert grid._frame == before[1]
    assert names == []


@pytest.mark.parametrize("name", ["size", "brush"])
def test_lengths_are_positive(name):
    with pytest.raises(ValueError, match=f"PixelGrid: {name} should .* at least"):
        PixelGrid(**{name: 0})


@pytest.mark.parametrize("act", ["clear()", "drawing", "set_drawing([[1]])", "on_draw(print)"])
def test_only_a_drawable_grid_is_drawn_on(act):
    grid = PixelGrid()  # noqa: F841 - eval uses it
    with pytest.raises(ValueError, match=r"PixelGrid: \w+ should come with drawable=True, but"):
        eval(f"grid.{act}")


def test_numbers_that_a_person_changes():
    grid, told = PixelGrid(np.eye(2), numbers=True, editable=True), []
    grid.on_edit(told.append)
    grid.show(np.full((2, 2), 0.5))
    assert told == []  # code is not a person
    grid.set_state({"_values": [0.5, 2, 0.5, -1.5]})  # as the page says it
    (array,) = told
    np.testing.assert_array_equal(array, [[0.5, 2], [0.5, -1.5]])
    np.testing.assert_array_equal(grid.array, array)
    assert grid._frame["numbers"] == ["0.5", "2", "0.5", "\N{MINUS SIGN}1.5"]
    grid.show(np.ones((1, 3)))
    grid.set_state({"_values": [0.5, 2, 0.5, -1.5]})  # from a page that has not heard of it
    np.testing.assert_array_equal(grid.array, np.ones((1, 3)))
    assert len(told) == 1


def test_what_cannot_be_edited_is_refused():
    with pytest.raises(ValueError, match="drawable should come without editable"):
        PixelGrid(np.eye(2), drawable=True, editable=True)
    with pytest.raises(ValueError, match="on_edit should come with editable=True"):
        PixelGrid(np.eye(2)).on_edit(print)
    with pytest.raises(ValueError, match="NaN"):
        PixelGrid(np.full((2, 2), np.nan), editable=True)


@pytest.mark.parametrize("name", ["selected", "pointed"])
def test_a_pixel_outside_is_refused_and_moves_into_a_smaller_picture(name):
    grid = PixelGrid(np.eye(5))
    setattr(grid, name, (4, 3))
    grid.show(np.eye(2))
    assert getattr(grid, name) == (1, 1)
    with pytest.raises(ValueError, match=f"{name} should be a"):
        setattr(grid, name, (2, 0))


def test_a_coloured_picture_can_be_drawn_on_and_wiped():
    picture = np.random.default_rng(0).random((4, 5, 3)).astype(np.float32)
    grid = PixelGrid(picture, drawable=True, ink=(1, 0.5, 0))
    assert grid.drawing.shape == (4, 5, 3) and grid.ink == (1, 0.5, 0)
    np.testing.assert_allclose(grid.drawing, picture, atol=0.5 / 255 + 1e-6)
    assert grid._paper == grid._frame["pixels"]  # what an eraser brings back
    first, seen = grid.drawing, []
    grid.on_draw(seen.append)
    painted = bytes(60)
    grid._frame = {"shape": [4, 5, 3], "pixels": painted, "numbers": []}  # as the page sends it
    assert not grid.drawing.any() and len(seen) == 1
    assert grid._paper != painted
    grid.clear()
    np.testing.assert_array_equal(grid.drawing, first)
    grid.set_drawing(np.ones((2, 2, 3), np.float32))
    assert grid._paper == b"\xff" * 12
    assert PixelGrid(drawable=True)._paper == b""
