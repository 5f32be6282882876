"""The kernel lab without a browser: what it computes, what it says, and that every control acts."""

import io
import re

import numpy as np
import pytest
from PIL import Image
from tasks import do_tasks

from cnncourse import reference
from cnncourse.explorers import kernel_lab, kernel_view
from cnncourse.explorers.kernel_view import ZED, State, colours_of, look
from cnncourse.kernels import ABOUT, KERNELS

RNG = np.random.default_rng(1)
PHOTOGRAPH = RNG.random((9, 12)).astype(np.float32)
GRID = RNG.integers(0, 10, (5, 8)).astype(np.float32)
LOPSIDED = np.array([[1, 2, -3], [0.5, 0, 4], [-1, 0, 2]], np.float32)

STATES = {
    "plain": State(LOPSIDED),
    "bias": State(LOPSIDED, bias=-1.5),
    "relu": State(LOPSIDED, relu=True),
    "bias before relu": State(LOPSIDED, bias=7, relu=True),
    "stride with a remainder": State(LOPSIDED, stride=2),
    "padding": State(LOPSIDED, pad=2),
    "all at once": State(LOPSIDED, bias=0.5, relu=True, stride=3, pad=1),
    "one window left": State(LOPSIDED, stride=4),
}
every_state = pytest.mark.parametrize("state", STATES.values(), ids=list(STATES))


def expected(image, state):
    """Return what the loops of the lessons make of an image."""
    y = reference.correlate2d(image, state.kernel, stride=state.stride, pad=state.pad) + state.bias
    return reference.relu(y) if state.relu else y


def flipped(image, kernel):
    return reference.correlate2d(image, kernel[::-1, ::-1])


# --- what a state looks like -----------------------------------------------------------------


@every_state
def test_pictures_are_those_of_the_loops(state):
    view = look(PHOTOGRAPH, GRID, state)
    np.testing.assert_allclose(view.picture, expected(PHOTOGRAPH, state), atol=1e-5)
    np.testing.assert_allclose(view.grid, expected(GRID, state), atol=1e-5)
    assert view.difference is None


@every_state
def test_a_right_function_of_a_learner_agrees(state):
    view = look(PHOTOGRAPH, GRID, state, reference.correlate2d)
    np.testing.assert_allclose(view.picture, expected(PHOTOGRAPH, state), atol=1e-5)
    np.testing.assert_allclose(view.grid, expected(GRID, state), atol=1e-5)
    np.testing.assert_allclose(view.difference, 0, atol=1e-5)
    assert f"agrees with the course's at all {view.grid.size} places" in view.sentence


@every_state
def test_a_wrong_function_is_shown_where_it_is_wrong(state):
    view = look(PHOTOGRAPH, GRID, state, flipped)
    turned = state._replace(kernel=state.kernel[::-1, ::-1])
    right, wrong = expected(GRID, state), expected(GRID, turned)
    np.testing.assert_allclose(view.grid, wrong, atol=1e-5)
    np.testing.assert_allclose(view.difference, wrong - right, atol=1e-5)
    places = np.argwhere(~np.isclose(wrong, right))
    row, column = places[0]
    assert f"differs from the course's at {len(places)} of {right.size} places" in view.sentence
    assert f"first in row {row}, column {column}: " in view.sentence


@pytest.mark.parametrize(
    ("conv", "sentence"),
    [
        (lambda image, kernel: None, "returned nothing yet"),
        (lambda image, kernel: 3.5, "should return a picture .* has shape ()"),
        (lambda image, kernel: image[0], r"should return a picture .* has shape \(8,\)"),
        (lambda image, kernel: image[None], r"should return a picture .* has shape \(1, 5, 8\)"),
        (lambda image, kernel: image[:0], r"should return a picture .* has shape \(0, 8\)"),
        (lambda image, kernel: 1 // 0, "stopped: ZeroDivisionError: integer division"),
        (lambda image, kernel: image @ kernel, "stopped: ValueError: matmul"),
        (lambda image, kernel: [[1, 2], [3]], "returned a list of 2 things that do not make"),
        (lambda image, kernel: "a picture", "returned a text"),
        (lambda: None, "stopped: TypeError: .* takes 0 positional arguments"),
    ],
)
def test_a_function_without_a_picture_is_answered_in_words(conv, sentence):
    view = look(PHOTOGRAPH, GRID, State(LOPSIDED), conv)
    assert re.match(f"Your function {sentence}", view.sentence)
    assert np.isnan(view.picture).all()
    assert np.isnan(view.grid).all()
    assert view.difference is None


def test_a_picture_of_another_size_is_shown_and_the_right_size_told():
    view = look(PHOTOGRAPH, GRID, State(LOPSIDED), lambda image, kernel: image)
    assert view.grid.shape == GRID.shape
    assert view.difference is None
    assert view.sentence.endswith("Your output should be 3 × 6.")


def test_a_function_that_gives_no_numbers_differs():
    view = look(PHOTOGRAPH, GRID, State(LOPSIDED), lambda image, kernel: np.full((3, 6), np.nan))
    assert "at 18 of 18 places, first in row 0, column 0: nan instead of" in view.sentence


def test_a_function_that_changes_its_arguments_changes_nothing_else():
    def greedy(image, kernel):
        image[:] = 0
        kernel[:] = 0
        return np.zeros((image.shape[0] - 2, image.shape[1] - 2))

    photograph, grid, kernel = PHOTOGRAPH.copy(), GRID.copy(), LOPSIDED.copy()
    look(photograph, grid, State(kernel), greedy)
    np.testing.assert_array_equal(photograph, PHOTOGRAPH)
    np.testing.assert_array_equal(grid, GRID)
    np.testing.assert_array_equal(kernel, LOPSIDED)


@pytest.mark.parametrize("place", [(0, 0), (0, 3), (1, 2)])
def test_the_window_stands_at_its_place(place):
    state = State(LOPSIDED, stride=2, pad=1, place=place)
    view = look(PHOTOGRAPH, GRID[:3], state)
    row, column = place
    assert view.at == place
    assert view.window == (2 * row - 1, 2 * column - 1, 3, 3)
    np.testing.assert_allclose(view.grid, expected(GRID[:3], state), atol=1e-5)


@every_state
def test_the_strongest_answer_is_the_furthest_from_0(state):
    view = look(PHOTOGRAPH, GRID, state)
    assert abs(view.picture[view.strongest]) == np.abs(view.picture).max()


def test_a_place_beyond_the_end_is_the_last_one():
    view = look(PHOTOGRAPH, GRID, State(LOPSIDED, place=(1000, 1000)))
    assert view.at == (2, 5)
    assert not np.isnan(view.grid).any()


@every_state
@pytest.mark.parametrize("place", [(0, 0), (1, 0), (9, 9)])
def test_the_arithmetic_is_the_sum_that_it_says(state, place):
    view = look(PHOTOGRAPH, GRID, state._replace(place=place))
    head, _, *lines = view.arithmetic.replace("−", "-").replace("×", "*").splitlines()
    assert head == f"Output row {view.at[0]}, column {view.at[1]}:"
    products, end = " ".join(lines[:3]), lines[3]
    total = eval(products)
    assert float(re.search(r"= (\S+?)(;|$)", end)[1]) == pytest.approx(total, abs=0.005)
    assert ("plus the bias" in end) == bool(state.bias)
    assert ("after ReLU" in end) == state.relu
    shown = float(re.split("= |ReLU ", end)[-1])
    assert shown == pytest.approx(float(view.grid[view.at]), abs=0.005)


# --- the controls ----------------------------------------------------------------------------


@pytest.fixture
def lab():
    return kernel_lab()


def pixels(lab):
    """Return the bytes of the two outputs, the kernel and the window: what is seen."""
    shown = (lab.picture_out, lab.grid_out, lab.kernel_grid)
    return [grid._frame["pixels"] for grid in shown]


def everything(lab):
    """Return all that the lab shows, in a form that can be compared."""
    words = (lab._about.text, lab._told.text, lab._sums.text)
    grids = (lab.picture_out, lab.grid_in, lab.grid_out)
    return (*pixels(lab), *words, *[(g.windows, g.margin, g.label) for g in grids])


def test_begins_with_an_edge_on_the_course_photograph(lab):
    assert lab.preset.value == "sobel_x"
    assert lab._told.text == lab.sentence == lab.view.sentence
    np.testing.assert_array_equal(lab.view.grid, reference.correlate2d(ZED, KERNELS["sobel_x"]))
    assert repr(lab) == "KernelLab(sobel_x, bias=0, relu=False, stride=1, pad=0)"


@pytest.mark.parametrize("name", KERNELS)
def test_every_preset_is_that_kernel_on_sliders_that_stop_at_tenths(lab, name):
    lab.preset.value = name
    np.testing.assert_array_equal(lab.state.kernel, KERNELS[name])
    np.testing.assert_allclose(lab.view.grid, reference.correlate2d(ZED, KERNELS[name]), atol=1e-4)
    assert lab.preset.value == name
    assert lab._about.text == ABOUT[name]
    tenths = 10 * np.array([slider.value for slider in lab.weights])
    np.testing.assert_allclose(tenths, np.round(tenths), atol=1e-9)


@pytest.mark.parametrize("place", range(9))
def test_every_weight_acts_where_it_stands(lab, place):
    before = everything(lab)
    lab.weights[place].value = 5
    kernel = KERNELS["sobel_x"].copy()
    kernel.flat[place] = 5
    np.testing.assert_array_equal(lab.state.kernel, kernel)
    np.testing.assert_allclose(lab.view.grid, reference.correlate2d(ZED, kernel), atol=1e-4)
    assert lab.preset.value == "your own"
    assert lab._about.text == "Your own kernel."
    assert everything(lab) != before


@pytest.mark.parametrize(
    ("control", "value"),
    [("divisor", 4), ("bias", 0.5), ("relu", True), ("stride", 2), ("pad", 1)],
)
def test_every_other_control_changes_what_is_shown_and_what_is_said(lab, control, value):
    before, words = everything(lab), lab._told.text + lab._sums.text
    first = getattr(lab, control).value
    getattr(lab, control).value = value
    view = look(lab.photograph, lab.numbers, lab.state)
    assert everything(lab) != before
    assert lab._told.text + lab._sums.text != words
    assert lab._told.text == view.sentence
    np.testing.assert_array_equal(lab.view.picture, view.picture)
    np.testing.assert_array_equal(lab.view.grid, view.grid)

    getattr(lab, control).value = first
    assert everything(lab) == before


def test_it_begins_at_a_window_with_something_in_it(lab):
    row, column, *_ = lab.view.window
    assert 2 <= np.count_nonzero(ZED[row : row + 3, column : column + 3]) <= 7


def test_an_output_that_is_chosen_or_pointed_at_shows_its_window_and_its_sum(lab):
    lab.grid_out.selected = 1, 2
    assert lab.grid_in.windows == [(1, 2, 3, 3)]
    assert lab._sums.text.startswith("Output row 1, column 2:")
    lab.grid_out.pointed = 4, 0
    assert lab.grid_in.windows == [(4, 0, 3, 3)]


def test_the_strongest_answer_is_framed_on_the_photograph(lab):
    lab.stride.value, lab.pad.value = 2, 1
    row, column = np.unravel_index(np.abs(lab.view.picture).argmax(), lab.view.picture.shape)
    assert lab.picture_out.windows == [(row, column, 1, 1)]
    assert lab.picture_in.windows == [(2 * row - 1, 2 * column - 1, 3, 3)]


def test_what_it_asks_for_can_be_done(lab):
    def negative():
        lab.relu.value = False
        lab.preset.value = "identity"
        lab.weights[4].value, lab.bias.value = -1, 1

    def all_around():
        lab.bias.value = 0
        lab.preset.value = "outline"

    do_tasks(lab, lambda: setattr(lab.relu, "value", True), negative, all_around)


def upload(lab, name, content):
    """Give the lab a file, as the browser does."""
    lab.upload.set_state({"file": {"name": name, "content": memoryview(content)}})


def file_of(image, kind="PNG", **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


GREYS = Image.fromarray(np.arange(48, dtype=np.uint8).reshape(6, 8) * 5)


def test_a_photograph_of_ones_own_takes_the_place_of_the_courses(lab):
    upload(lab, "grey.png", file_of(GREYS))
    np.testing.assert_array_equal(lab.photograph, np.asarray(GREYS) / np.float32(255))
    assert lab.picture_in.label == "the photograph, 6 by 8 grey pixels"
    assert lab.view.picture.shape == (4, 6)
    turned = Image.Exif()
    turned[0x0112] = 6  # a quarter turn to the right
    upload(lab, "turned.png", file_of(GREYS, exif=turned))
    np.testing.assert_array_equal(lab.photograph, np.rot90(np.asarray(GREYS) / np.float32(255), -1))
    upload(lab, "large.jpg", file_of(GREYS.convert("RGB").resize((4000, 3000)), "JPEG"))
    assert lab.photograph.shape == (187, 250)
    clear = GREYS.convert("RGBA")
    clear.putalpha(0)
    upload(lab, "clear.png", file_of(clear))
    np.testing.assert_array_equal(lab.photograph, 1)  # on white paper


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("notes.txt", b"not a picture", "such as a PNG or JPEG, but 'notes.txt' is none."),
        ("half.png", file_of(GREYS, "JPEG")[:-200], "that is whole, but 'half.png' cannot be read"),
        ("small.png", file_of(GREYS.resize((2, 9))), "at least 3 pixels wide and high"),
        ("thin.png", file_of(GREYS.resize((900, 6))), "at least 3 pixels wide and high"),
        ("empty.png", b"", "but 'empty.png' is none."),
    ],
)
def test_a_file_without_a_photograph_is_refused_in_a_sentence(lab, name, content, why):
    before = lab.photograph
    upload(lab, name, content)
    assert why in lab._told.text and lab._told.text.endswith("The photograph stays as it is.")
    assert lab.photograph is before


def test_stretching_the_contrast_changes_colours_and_no_number(lab):
    lab.preset.value = "identity"
    lab.weights[4].value = 0.1
    faint, numbers = everything(lab), lab.picture_out.array.copy()
    lab.stretch.value = True
    assert everything(lab) != faint
    assert "stretched" in lab.picture_out.title
    np.testing.assert_array_equal(lab.picture_out.array, numbers)
    bright = pixels(lab)[0]
    lab.weights[4].value = 1
    assert pixels(lab)[0] == bright  # its own range: the weight cannot be seen
    lab.stretch.value = False
    assert lab.picture_out.limits == (0, 1)


@pytest.mark.parametrize("weight", [1, 0.5, 0.1])
def test_on_the_fixed_scale_half_the_weight_is_half_the_brightness(lab, weight):
    lab.preset.value = "identity"
    lab.weights[4].value = weight
    levels = np.frombuffer(pixels(lab)[0], np.uint8).astype(float) - 1
    np.testing.assert_allclose(
        levels, 254 * weight * lab.photograph[1:-1, 1:-1].ravel(), atol=0.51, rtol=1e-5
    )


@pytest.mark.parametrize("bias", [0.5, -0.5])
def test_the_bias_is_seen(lab, bias):
    lab.preset.value = "box_blur"
    before = pixels(lab)[:2]
    lab.bias.value = bias
    assert all(a != b for a, b in zip(before, pixels(lab)))


def test_weights_put_back_by_hand_get_their_name_back(lab):
    lab.weights[4].value = 1
    lab.weights[4].value = 0
    assert lab.preset.value == "sobel_x"


def test_stride_and_padding_leave_the_window_where_there_is_one(lab):
    lab.grid_out.selected = 4, 0
    lab.stride.value, lab.pad.value = 2, 1
    assert lab.grid_out.selected == (2, 0)
    assert lab.grid_in.margin == (1, 1, 1, 1)
    assert lab.grid_in.windows == [(3, -1, 3, 3)]
    assert lab.grid_out.windows == [(2, 0, 1, 1)]


def one_weight(weight):
    kernel = np.zeros((3, 3), np.float32)
    kernel[1, 1] = weight
    return kernel


@pytest.mark.parametrize(
    ("state", "palette"),
    [
        *[(State(KERNELS[name]), "grey") for name in ("identity", "box_blur", "sharpen", "emboss")],
        *[(State(KERNELS[name]), "diverging") for name in ("sobel_x", "laplacian", "outline")],
        (State(one_weight(0.1)), "grey"),
        (State(one_weight(2)), "grey"),
        (State(one_weight(-1)), "diverging"),
        (State(one_weight(-1), bias=1), "grey"),  # the negative of a picture
        (State(one_weight(1), bias=-0.5), "diverging"),
        (State(one_weight(1), bias=-0.5, relu=True), "cividis"),
        (State(KERNELS["sobel_x"], relu=True), "cividis"),
    ],
)
def test_the_palette_says_what_kind_of_numbers_there_are(state, palette):
    assert colours_of(state) == palette
    numbers = expected(PHOTOGRAPH, state)
    assert palette != "cividis" or numbers.min() >= 0


def test_scales_say_what_the_colours_mean(lab):
    assert lab.picture_out._frame["ends"] == ["−1", "1"]
    assert lab.picture_out.limits == (-1, 1)
    lab.relu.value = True
    assert (lab.picture_out.palette, lab.grid_out.palette) == ("cividis", "cividis")
    assert lab.picture_out._frame["ends"] == ["0", "1"]
    assert lab.picture_out.limits == (0, 1)
    lab.preset.value, lab.relu.value = "box_blur", False
    assert lab.picture_out.palette == "grey"
    assert (lab.picture_out.limits, lab.grid_out.limits) == ((0, 1), (0, 9))


# --- with a learner's own function -----------------------------------------------------------


def test_every_picture_comes_from_the_learners_function():
    calls = []

    def counted(image, kernel):
        calls.append(image.shape)
        return reference.correlate2d(image, kernel)

    lab = kernel_lab(PHOTOGRAPH, conv=counted)
    assert set(calls) == {PHOTOGRAPH.shape, ZED.shape, (5, 7)}
    np.testing.assert_array_equal(lab.difference.array, np.zeros((5, 5)))
    calls.clear()
    lab.preset.value = "emboss"
    assert set(calls) == {PHOTOGRAPH.shape, ZED.shape, (5, 7)}
    assert "agrees with the course's at all 25 places" in lab.sentence


def test_a_difference_is_drawn():
    lab = kernel_lab(PHOTOGRAPH, conv=flipped)
    kernel = KERNELS["sobel_x"]
    wrong = reference.correlate2d(ZED, -kernel) - reference.correlate2d(ZED, kernel)
    np.testing.assert_allclose(lab.difference.array, wrong, atol=1e-5)
    assert lab._told.text == lab.sentence
    assert "differs from the course's" in lab.sentence


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("while True: pass", "was still running after 0.2 seconds"),
        ("raise SystemExit", "stopped: SystemExit"),
        ("raise Unsayable", "stopped: Unsayable"),
        ("return Unsayable()", "returned a thing of type Unsayable"),
        (
            "import numpy; numpy.dot = len; return image",
            "returned a picture. It gave np.dot another meaning",
        ),
    ],
)
def test_nothing_that_a_function_does_escapes(monkeypatch, body, sentence):
    class Unsayable(Exception):
        def __str__(self):
            raise RuntimeError("no")

    monkeypatch.setattr(kernel_view, "SECONDS", 0.2)
    names = {"Unsayable": Unsayable}
    exec(f"def conv(image, kernel):\n    {body}", names)
    lab = kernel_lab(PHOTOGRAPH, conv=names["conv"])
    assert lab.sentence.startswith(f"Your function {sentence}")
    lab.bias.value = 1
    assert lab.sentence.startswith(f"Your function {sentence}")
    assert np.isnan(lab.grid_out.array).all()


def test_an_unfinished_function_leaves_hatched_grids_and_a_sentence():
    lab = kernel_lab(PHOTOGRAPH, conv=lambda image, kernel: None)
    for grid in (lab.picture_out, lab.grid_out, lab.difference):
        assert np.isnan(grid.array).all()
    for control, value in (("stride", 2), ("pad", 1), ("bias", 1), ("relu", True)):
        getattr(lab, control).value = value
        assert "returned nothing yet" in lab._told.text


# --- what it is called with ------------------------------------------------------------------


def test_a_large_image_is_made_smaller_and_more_so_for_a_learners_loops():
    image = np.arange(600 * 500, dtype=np.float32).reshape(600, 500) / 300_000
    assert kernel_lab(image).photograph.shape == (200, 166)
    lab = kernel_lab(image, conv=lambda image, kernel: None)
    assert lab.photograph.shape == (60, 50)
    np.testing.assert_allclose(lab.photograph[0, 0], image[:10, :10].mean(), rtol=1e-4)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"image": np.zeros((4, 4, 3))}, r"image should have shape \(h, w\), but .* \(4, 4, 3\)"),
        ({"image": np.zeros((2, 9))}, r"image should be at least 3 pixels .* \(2, 9\)"),
        ({"image": np.zeros((4, 4), np.uint8)}, "image should hold floats"),
        ({"conv": "correlate2d"}, "conv should be a function, but is 'correlate2d'"),
    ],
)
def test_a_bad_call_is_answered_in_a_sentence(arguments, sentence):
    with pytest.raises(ValueError, match=f"^kernel_lab: {sentence}"):
        kernel_lab(**arguments)


def test_a_size_written_into_a_function_is_found_out():
    def fixed(image, kernel):
        output = np.zeros((5, 5))
        for row, column in np.ndindex(5, 5):
            window = image[row : row + 3, column : column + 3]
            output[row, column] = (window * kernel[: window.shape[0], : window.shape[1]]).sum()
        return output

    photograph = np.random.default_rng(0).random((7, 7))
    said = look(photograph, ZED, State(KERNELS["sobel_x"]), fixed).sentence
    assert "agrees with the course's at all 25 places of this grid, but not on one of 5 × 7" in said


def test_a_weight_changed_in_the_kernel_moves_its_slider():
    lab = kernel_lab()
    lab.preset.value = "box_blur"
    values = lab.kernel_grid._values.copy()
    values[4] = values[4] + 0.1  # a ninth of nine tenths more
    lab.kernel_grid.set_state({"_values": values})
    assert [control.value for control in lab.weights] == [1, 1, 1, 1, 1.9, 1, 1, 1, 1]
    assert lab.preset.value == "your own"
    np.testing.assert_allclose(lab.state.kernel[1, 1], 1.9 / 9, rtol=1e-6)
    assert lab.kernel_grid.reach == (-8 / 9, 8 / 9)
