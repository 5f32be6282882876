"""PixelGrid as a person sees it: in JupyterLab, with a mouse or with the keyboard."""

import json
import statistics

import numpy as np
import pytest
from controls import notebook
from latency import describe, slider_latency
from playwright.sync_api import expect

from cnncourse.pixels import colours

EMPTY = "sum 0.0, rows None, columns None"

START = """import ipywidgets as widgets
import numpy as np
from cnncourse.pixels import PixelGrid
said = widgets.Label("nothing yet")
said.add_class("said")
"""


@pytest.fixture
def show(open_notebook):
    """Return show(code) -> page: one cell runs, whose last line is what it shows."""

    def open_cell(code):
        page = open_notebook(notebook(START + code, "1 + 1"))
        page.locator("canvas[data-frame]").first.wait_for()
        return page

    return open_cell


def cell(canvas, row, column, rows, columns):
    """Return what the canvas shows in one of its cells: (height, width, 4) bytes."""
    flat = canvas.evaluate(
        """(canvas, [row, column, rows, columns]) => {
          const [width, height] = [canvas.width / columns, canvas.height / rows];
          const context = canvas.getContext('2d');
          const { data } = context.getImageData(column * width, row * height, width, height);
          return JSON.stringify([height, width, 4, ...data]);
        }""",
        [row, column, rows, columns],
    )
    height, width, depth, *data = json.loads(flat)
    return np.array(data, np.uint8).reshape(height, width, depth)


def middle(canvas, row, column, rows, columns):
    """Return the colour in the middle of a cell: (4,) red, green, blue and opacity."""
    pixels = cell(canvas, row, column, rows, columns)
    return pixels[len(pixels) // 2, pixels.shape[1] // 2]


def test_pixels_have_the_colours_of_the_palette(show):
    page = show("""
array = np.array([[-2.0, 0.0, 2.0], [np.nan, 1.0, -1.0]])
grids = {name: PixelGrid(array, palette=name, label=name) for name in ("grey", "diverging")}
grids["colour"] = PixelGrid(np.array([[[1, 0.5, 0], [0, 0, 1.0]]]), label="colour")
grids["photograph"] = PixelGrid(np.linspace(0, 1, 90_000).reshape(300, 300), label="photograph")
widgets.VBox(list(grids.values()))""")
    levels = [1, 128, 255, 0, 191, 65]
    for name in ("grey", "diverging"):
        canvas = page.get_by_role("img", name=name)
        seen = [middle(canvas, row, column, 2, 3) for row in range(2) for column in range(3)]
        expected = np.column_stack([colours(name)[levels], [255 * (n > 0) for n in levels]])
        np.testing.assert_array_equal(seen, expected)
    canvas = page.get_by_role("img", name="colour")
    np.testing.assert_array_equal(middle(canvas, 0, 0, 1, 2), [255, 128, 0, 255])
    np.testing.assert_array_equal(middle(canvas, 0, 1, 1, 2), [0, 0, 255, 255])
    box = page.get_by_role("img", name="photograph").bounding_box()
    assert (box["width"], box["height"]) == (280, 280)
    assert not page.console_errors


def test_numbers_windows_and_margin_are_drawn(show):
    page = show("""
array = np.array([[0.0, 1.0, -123.25], [np.nan, 0.5, 0.5]])
plain = PixelGrid(array, label="plain", limits=(0, 1))
numbered = PixelGrid(array, label="numbers", limits=(0, 1), numbers=True, format="{:g}")
padded = PixelGrid(array, numbers=True, margin=1, windows=[(-1, -1, 2, 2)], label="padded")
narrow = PixelGrid(array, label="narrow", size=500)
widgets.VBox([plain, numbered, padded, widgets.Box([narrow], layout={"width": "150px"})])""")
    plain, numbered = (page.get_by_role("img", name=name) for name in ("plain", "numbers"))
    for row, column, ink in ((0, 0, 255), (0, 1, 0), (0, 2, 255), (1, 1, 0)):
        clean = cell(plain, row, column, 2, 3)[5:-5, 5:-5, :3].astype(int)
        written = cell(numbered, row, column, 2, 3)[5:-5, 5:-5, :3].astype(int)
        assert np.ptp(clean) == 0
        assert (abs(written - ink) < 30).all(axis=2).any()  # black or white, whichever is seen
        edges = [written[:, 0], written[:, -1], written[0], written[-1]]
        assert all(np.ptp(edge) == 0 for edge in edges)  # the text ends before the pixel does
    assert not cell(numbered, 1, 0, 2, 3)[5:-5, 5:-5].any()  # NaN: see-through, and no number

    padded = page.get_by_role("img", name="padded")
    border = cell(padded, 3, 4, 4, 5)[5:-5, 5:-5]
    assert 0 < (border[..., 0] < 100).mean() < 0.5  # a dark zero
    assert (border[1, 1] == (0xB9, 0xC4, 0xCB, 255)).all()  # on the colour of padding, no hatch
    accent = [255, 145, 0, 255]
    assert (cell(padded, 0, 0, 4, 5) == accent).all(axis=2).any()
    assert (cell(padded, 1, 1, 4, 5) == accent).all(axis=2).any()
    assert not (cell(padded, 2, 2, 4, 5)[5:, 5:] == accent).all(axis=2).any()
    assert page.get_by_role("img", name="narrow").bounding_box()["width"] <= 150
    assert not page.console_errors


def test_a_pixel_is_chosen_by_click_and_by_keyboard(show):
    page = show("""
grid = PixelGrid(np.eye(6)[:4], size=240, selectable=True, margin=1, label="the output")
def tell(change):
    said.value, grid.label = str(list(change.new)), f"the output, pixel {change.new}"
grid.observe(tell, "selected")
grid.selected = (0, 0)
widgets.VBox([grid, said])""")
    canvas, said = page.get_by_role("img", name="the output"), page.locator(".said")
    expect(said).to_have_text("[0, 0]")
    canvas.click(position={"x": 30 * 4.5, "y": 30 * 2.5})
    expect(said).to_have_text("[1, 3]")
    expect(canvas).to_have_attribute("aria-label", "the output, pixel (1, 3)")
    expect(page.get_by_role("status").filter(has_text="row 1, column 3")).to_have_count(1)
    steps = [("ArrowRight", [1, 4]), ("ArrowDown", [2, 4]), ("ArrowLeft", [2, 3]), ("End", [2, 5])]
    steps += [("PageDown", [3, 5]), ("ArrowDown", [3, 5]), ("ArrowUp", [2, 5]), ("Home", [2, 0])]
    steps += [("ArrowLeft", [2, 0]), ("PageUp", [0, 0])]
    for key, place in steps:
        page.keyboard.press(key)
        expect(said).to_have_text(str(place))
    canvas.click(position={"x": 5, "y": 5})  # on the margin: the nearest pixel
    expect(said).to_have_text("[0, 0]")
    expect(canvas).to_be_focused()
    assert canvas.get_attribute("tabindex") == "0"
    assert "Arrow keys" in canvas.get_attribute("aria-description")
    assert not page.console_errors


def test_a_drawing_reaches_python_from_pointer_and_keyboard(show):
    page = show("""
pad = PixelGrid(drawable=True, size=280, label="Drawing pad", title="Draw a digit")
def tell(drawing):
    places = [np.flatnonzero(drawing.any(axis)).tolist() for axis in (1, 0)]
    extent = [[each[0], each[-1]] if each else None for each in places]
    said.value = f"sum {drawing.sum():.1f}, rows {extent[0]}, columns {extent[1]}"
pad.on_draw(tell)
fill = widgets.Button(description="Fill")
fill.on_click(lambda _: pad.set_drawing(np.ones((28, 28))))
widgets.VBox([pad, fill, said])""")
    canvas, said = page.get_by_role("img", name="Drawing pad"), page.locator(".said")
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 105, box["y"] + 55)
    page.mouse.down()
    page.mouse.move(box["x"] + 105, box["y"] + 225, steps=20)
    page.mouse.up()
    expect(said).to_have_text("sum 37.3, rows [4, 23], columns [9, 11]")  # and no pixel besides
    np.testing.assert_array_equal(middle(canvas, 15, 10, 28, 28), [255] * 4)
    np.testing.assert_array_equal(middle(canvas, 15, 20, 28, 28), [0, 0, 0, 255])

    page.get_by_role("button", name="Clear").click()
    expect(said).to_have_text(EMPTY)
    canvas.focus()
    for key in ["ArrowDown"] * 3 + ["ArrowRight"] * 5 + [" "]:
        page.keyboard.press(key)
    expect(said).to_have_text("sum 3.3, rows [2, 4], columns [4, 6]")
    page.keyboard.press("x")  # to JupyterLab this means: cut the cell
    expect(said).to_have_text(EMPTY)
    assert page.locator(".jp-Cell").count() == 2
    page.get_by_role("button", name="Fill").click()
    expect(said).to_have_text("sum 784.0, rows [0, 27], columns [0, 27]")
    canvas.focus()
    page.keyboard.press("Backspace")
    expect(said).not_to_contain_text("784.0")
    page.keyboard.press("Delete")
    expect(said).to_have_text(EMPTY)
    assert "erases" in canvas.get_attribute("aria-description")
    assert not page.console_errors


def test_a_slider_answers_at_once(show, capsys):
    page = show("""
y, x = np.mgrid[0:256, 0:256] / 255
grid = PixelGrid(x, label="waves")
slider = widgets.IntSlider(5, 0, 50, description="waves")
def move(change):
    grid.show(np.sin(change.new * np.hypot(x - 0.5, y - 0.5)))
    grid.label = f"{change.new} waves"
slider.observe(move, "value")
widgets.VBox([slider, grid])""")
    canvas = page.locator("canvas[data-frame]")
    times = slider_latency(page, page.locator(".noUi-handle"), canvas)
    with capsys.disabled():
        print(f"\n256 x 256 pixels follow a slider: {describe(times)}")
    expect(canvas).to_have_attribute("aria-label", "35 waves")
    assert len(times) == 30
    assert statistics.median(times) <= 100
    assert not page.console_errors


def test_forty_grids_are_cheap(show, capsys):
    page = show("""
rng = np.random.default_rng(0)
maps = [PixelGrid(size=52, palette="viridis", title=f"map {i}") for i in range(40)]
slider = widgets.IntSlider(0, 0, 50, description="seed")
def move(change):
    for each in maps:
        each.show(rng.random((26, 26)))
slider.observe(move, "value")
widgets.VBox([slider, widgets.HBox(maps, layout={"flex_flow": "row wrap"})])""")
    last = page.locator("canvas[data-frame]").nth(39)
    last.wait_for()
    times = slider_latency(page, page.locator(".noUi-handle"), last, moves=10)
    with capsys.disabled():
        print(f"\nforty maps of 26 x 26 pixels follow a slider: {describe(times)}")
    assert statistics.median(times) <= 400
    assert not page.console_errors


def test_numbers_are_dragged_scrolled_typed_and_stepped(show):
    page = show("""
grid = PixelGrid(np.zeros((3, 3)), size=150, palette="diverging", numbers=True, label="kernel",
                 editable=True, step=0.5, reach=(-8, 8))
grid.on_edit(lambda array: setattr(said, "value", str(array.ravel().tolist())))
widgets.VBox([grid, said])""")
    canvas, said = page.get_by_role("img", name="kernel"), page.locator(".said")
    numbers = [0.0] * 9

    def becomes(place, value):
        numbers[place] = value
        expect(said).to_have_text(str(numbers))

    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 75, box["y"] + 75)
    page.mouse.down()
    page.mouse.move(box["x"] + 75, box["y"] + 45, steps=10)
    becomes(4, 2.5)
    page.mouse.move(box["x"] + 75, box["y"] + 575, steps=5)  # far below: no further than the end
    page.mouse.up()
    becomes(4, -8.0)
    page.mouse.move(box["x"] + 10, box["y"] + 10)
    assert said.inner_text() == str(numbers)  # nobody holds it any more
    page.mouse.wheel(0, -120)
    becomes(4, -7.0)
    page.keyboard.press("ArrowUp")
    for _ in range(5):  # faster than Python answers
        page.keyboard.press("+")
    becomes(1, 2.5)
    page.keyboard.press("-")
    becomes(1, 2.0)
    page.keyboard.press("ArrowLeft")
    for key in ("1", ".", "2", "5", "-", "Enter"):
        page.keyboard.press(key)
    becomes(0, -1.25)
    page.keyboard.press("7")
    page.keyboard.press("Escape")
    page.keyboard.press("x")  # to JupyterLab this means: cut the cell
    page.keyboard.press("3")
    page.keyboard.press("End")  # moving on ends the typing
    becomes(0, 3.0)
    page.keyboard.press("4")
    page.keyboard.press("Tab")
    becomes(2, 4.0)
    canvas.focus()
    page.keyboard.press("Delete")
    becomes(2, 0.0)
    assert page.locator(".jp-Cell").count() == 2
    assert "minus" in canvas.get_attribute("aria-description")
    assert not page.console_errors


def test_a_page_is_scrolled_over_numbers_that_nobody_has_chosen(show):
    page = show("""
grid = PixelGrid(np.zeros((3, 3)), numbers=True, label="kernel", editable=True)
grid.on_edit(lambda array: setattr(said, "value", "changed"))
widgets.VBox([grid, said])""")
    page.get_by_role("img", name="kernel").hover()
    page.mouse.wheel(0, -120)
    page.wait_for_timeout(500)
    expect(page.locator(".said")).to_have_text("nothing yet")
