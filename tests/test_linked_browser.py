"""Grids that answer together, as a person sees it: what one points at lights up the others."""

import statistics

import pytest
from controls import OUTPUT, RUN, lab_notebook, notebook, settled
from latency import describe
from playwright.sync_api import expect

LIVE = f"{OUTPUT} .linked-live"
# How long the page takes from a move of the pointer to the last canvas drawn, and what it sends.
WATCH = """() => {
  const watch = (window.linkedWatch = { drawn: 0, sent: 0 });
  window.addEventListener('pointermove', () => {
    watch.begun = performance.now(); watch.drawn = 0; }, true);
  new MutationObserver(() => { watch.drawn = performance.now(); }).observe(document.body, {
    attributes: true, subtree: true, attributeFilter: ['data-frame'] });
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (...all) { watch.sent += 1; return send.apply(this, all); };
}"""
ACCENT = [255, 145, 0]
# Where a canvas has the colour of what counts: (row, column, rows, columns) in `cells` of it.
LIT = """(canvas, [rows, columns, accent]) => {
  const { data, width, height } = canvas.getContext('2d').getImageData(
    0, 0, canvas.width, canvas.height);
  const found = [];
  for (let i = 0; i < width * height; i++) {
    if (accent.every((value, c) => data[4 * i + c] === value)) found.push(i);
  }
  const ys = found.map(i => Math.floor(i / width)), xs = found.map(i => i % width);
  const cell = (at, size, count) => Math.round((at * count) / size);
  const [top, left] = [cell(Math.min(...ys), height, rows), cell(Math.min(...xs), width, columns)];
  return [top, left, cell(Math.max(...ys), height, rows) - top,
    cell(Math.max(...xs), width, columns) - left];
}"""


def lit(page, name, rows, columns):
    """Return the frame of what is lit in a grid, in its own rows and columns."""
    page.wait_for_timeout(50)
    return grid(page, name).evaluate(LIT, [rows, columns, ACCENT])


def lights(page, name, rows, columns, frame):
    """Wait for a busy page to light this frame, and nothing else."""
    for _ in range(100):
        if (seen := lit(page, name, rows, columns)) == frame:
            return
    assert seen == frame


def grid(page, name):
    return page.locator(f'{OUTPUT} canvas[aria-label^="{name}"]').first


def point(page, name, row, column, rows, columns):
    """Put the pointer on one pixel of a grid."""
    box = grid(page, name).bounding_box()
    x = box["x"] + box["width"] * (column + 0.5) / columns
    page.mouse.move(x, box["y"] + box["height"] * (row + 0.5) / rows)


@pytest.fixture
def lab(open_notebook):
    """Return lab(name) -> page with this lab, at rest."""

    def opened(name):
        page = open_notebook(lab_notebook(name))
        settled(page)
        page.locator(OUTPUT).last.evaluate("o => o.scrollIntoView()")
        return page

    return opened


def test_pointing_at_an_output_lights_its_window_and_tells_its_sum(lab):
    page = lab("kernel_lab")
    point(page, "the grid's output", 1, 3, 5, 5)
    expect(page.locator(LIVE)).to_contain_text("Output row 1, column 3:")
    expect(page.locator(LIVE)).to_contain_text("= −9")
    lights(page, "the grid of numbers", 7, 7, [1, 3, 3, 3])
    lights(page, "the grid's output", 5, 5, [1, 3, 1, 1])
    lights(page, "the kernel", 3, 3, [0, 0, 3, 3])
    point(page, "the grid of numbers", 0, 1, 7, 7)
    expect(page.locator(LIVE)).to_have_text(
        "The pixel in row 0, column 1 is in the windows of 2 outputs."
    )
    lights(page, "the grid's output", 5, 5, [0, 0, 1, 2])
    page.mouse.move(5, 5)
    expect(page.locator(LIVE)).to_have_text("")
    lights(page, "the grid of numbers", 7, 7, [2, 1, 3, 3])  # where the slider says
    assert not page.console_errors


def test_the_window_lies_on_the_photograph_as_well(lab):
    page = lab("kernel_lab")
    point(page, "the photograph's output", 88, 114, 254, 254)
    expect(page.locator(LIVE)).to_contain_text("Output row 88, column 114:")
    top, left, rows, columns = lit(page, "the photograph", 256, 256)
    assert (top + rows / 2, left + columns / 2) == pytest.approx((89.5, 115.5), abs=2)
    assert not page.console_errors


def test_the_arrow_keys_point_as_well(lab):
    page = lab("kernel_lab")
    grid(page, "the grid's output").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator(LIVE)).to_contain_text("Output row 1, column 1:")
    lights(page, "the grid of numbers", 7, 7, [1, 1, 3, 3])
    read_out = page.locator(f"{OUTPUT} .pixelgrid-status").filter(has_text="Output row 1, column 1")
    expect(read_out).to_have_count(1)
    page.keyboard.press("Tab")
    expect(page.locator(LIVE)).to_have_text("")
    assert not page.console_errors


@pytest.mark.parametrize(
    ("name", "output", "places"),
    [
        ("kernel_lab", "the grid's output", (5, 5)),
        ("kernel_lab", "the photograph's output", (254, 254)),
        ("filter_bank", "map of filter 3", (126, 126)),
    ],
)
def test_the_page_answers_before_the_next_refresh_and_sends_nothing(
    lab, name, output, places, capsys
):
    page = lab(name)
    page.evaluate(WATCH)
    times = []
    for move in range(30):
        point(page, output, move * 3 % places[0], move * 7 % places[1], *places)
        page.wait_for_function("linkedWatch.drawn > linkedWatch.begun")
        times.append(page.evaluate("linkedWatch.drawn - linkedWatch.begun"))
    with capsys.disabled():
        print(f"\n{name}, {output}, pointed at: {describe(times)}")
    assert statistics.median(times) < 16
    assert not page.console_errors


def test_python_hears_of_it_only_at_rest(lab):
    page = lab("size_lab")
    page.evaluate(WATCH)
    told = page.locator(f"{OUTPUT} [role=status]", has_text="Rows of the output")
    for column in range(6):
        point(page, "the output", 2, column, 6, 6)
    assert page.evaluate("linkedWatch.sent") == 0
    expect(told).to_contain_text("The output in row 2, column 5")
    assert page.evaluate("linkedWatch.sent") > 0
    assert (
        page.evaluate(RUN, "print(lab.grid_out.pointed, lab.grid_out.selected)") == "(2, 5) None\n"
    )
    page.mouse.move(5, 5)
    expect(told).to_contain_text("The output in row 0, column 0")
    assert not page.console_errors


def test_stride_padding_and_dilation(lab):
    page = lab("size_lab")
    page.evaluate(RUN, "lab.pad.value, lab.stride.value, lab.dilation.value = 1, 2, 2")
    settled(page)
    point(page, "the output", 1, 1, 3, 3)  # (8 + 2 - 5) // 2 + 1 = 3 places
    lights(page, "the image", 10, 10, [2, 2, 5, 5])  # counted from the corner of the padding
    point(page, "the image", 4, 4, 10, 10)
    lights(page, "the output", 3, 3, [0, 0, 3, 3])  # pixel 3: all three windows hold it
    assert not page.console_errors


def test_the_winner_of_a_pooling_stands_out(lab):
    page = lab("pooling_lab")
    page.evaluate(RUN, "lab.k.value = lab.stride.value = 7; v = lab.view.moved[7:14, 14:21]")
    row, column = page.evaluate(RUN, "print(*divmod(int(v.argmax()), 7))").split()
    settled(page)
    point(page, "pooled", 1, 2, 4, 4)
    where = f"in row {7 + int(row)}, column {14 + int(column)}."
    expect(page.locator(LIVE)).to_contain_text(where)
    assert lit(page, "the picture", 28, 28)[:2] == [7 + int(row), 14 + int(column)]
    page.get_by_role("button", name="average").click()
    point(page, "pooled", 1, 2, 4, 4)
    expect(page.locator(LIVE)).to_contain_text("the mean of the 49 numbers is")
    lights(page, "the picture", 28, 28, [7, 14, 7, 7])
    assert not page.console_errors


def test_three_slices_and_their_sum(lab):
    page = lab("colour_lab")
    point(page, "the answer of the green slice", 0, 0, 22, 22)
    expect(page.locator(LIVE)).to_have_text("Row 0, column 0: red 0.9 + green 0 + blue 0 = 0.9")
    for name in ("red slice", "green slice", "blue slice"):
        lights(page, name, 3, 3, [0, 0, 3, 3])
    assert not page.console_errors


SHOW = """import numpy as np
from cnncourse.explorers import show_window
show_window(np.arange(30.0).reshape(5, 6), np.eye(3), 0, 0)"""


def test_a_window_of_a_lesson_follows_the_pointer(open_notebook):
    page = open_notebook(notebook(SHOW))
    settled(page)
    point(page, "image", 3, 4, 5, 6)
    expect(page.locator(LIVE)).to_have_text(
        "The window in row 2, column 3: 15 + 0 + 0 + 0 + 22 + 0 + 0 + 0 + 29 = 66"
    )
    lights(page, "image", 5, 6, [2, 3, 3, 3])
    assert not page.console_errors


ROW = """import numpy as np
from cnncourse import single
from cnncourse.linked import linked
from cnncourse.pixels import PixelGrid, Row
image, kernel = np.arange(30.0).reshape(5, 6), np.eye(2)
output = single.correlate(image, kernel, stride=2)
arrays = dict(picture=image, kernel=kernel, output=output)
grids = [PixelGrid(array, size=130, label=name) for name, array in arrays.items()]
Row(*grids, linked(*grids, stride=2))"""


def test_a_row_of_a_lesson_answers_together(open_notebook):
    page = open_notebook(notebook(ROW))
    settled(page)
    point(page, "output", 1, 2, 2, 3)
    expect(page.locator(LIVE)).to_contain_text("= 39")
    lights(page, "picture", 5, 6, [2, 4, 2, 2])
    assert not page.console_errors


PLAYED = """() => {
  const seen = (window.walkSeen = { carried: 0, sent: 0 });
  new MutationObserver((all) => all.forEach(({ addedNodes }) => addedNodes.forEach((node) => {
    seen.carried += node.className === 'cnncourse-carried' ? 1 : 0;
  }))).observe(document.body, { childList: true });
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (...all) { seen.sent += 1; return send.apply(this, all); };
}"""
COUNTED = """(canvas) => canvas.getContext('2d')
  .getImageData(0, 0, canvas.width, canvas.height).data
  .reduce((sum, value, i) => sum + (i % 4 === 3 && value > 0 ? 1 : 0), 0)
  / (canvas.width * canvas.height)"""


def test_a_window_walks_and_what_it_keeps_is_carried_out_without_a_message(lab):
    page = lab("pooling_lab")
    page.evaluate(RUN, "lab.k.value = lab.stride.value = 7; lab.after.selected = (0, 0)")
    settled(page)
    page.evaluate(PLAYED)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("walkSeen.carried > 1")
    page.get_by_role("button", name="Pause").click()
    expect(page.locator(LIVE)).to_contain_text("Output row 0, column 1: the largest of the 49")
    assert grid(page, "pooled").evaluate(COUNTED) == pytest.approx(2 / 16, abs=0.05)
    lights(page, "pooled", 4, 4, [0, 1, 1, 1])
    assert page.evaluate("walkSeen.sent") == 0
    page.wait_for_timeout(300)
    assert page.locator(".cnncourse-carried").count() == 0
    point(page, "pooled", 1, 2, 4, 4)  # pointing ends the walk, and all is shown
    assert grid(page, "pooled").evaluate(COUNTED) == 1
    assert not page.console_errors


def test_nothing_slides_where_the_system_asks_for_less_motion(lab):
    page = lab("size_lab")
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(RUN, "lab.pad.value, lab.stride.value, lab.dilation.value = 1, 2, 2")
    settled(page)
    expect(page.get_by_text("It steps without sliding, as your system asks.")).to_be_visible()
    page.evaluate(PLAYED)
    page.get_by_role("button", name="Play").click()
    expect(page.locator(LIVE)).to_contain_text("Output row 0, column 1:")
    frames = "canvas => Number(canvas.dataset.frame)"
    before = grid(page, "the image").evaluate(frames)
    expect(page.locator(LIVE)).to_contain_text("Output row 0, column 2:")
    assert grid(page, "the image").evaluate(frames) <= before + 2  # one step is one drawing
    expect(page.locator(LIVE)).to_contain_text(
        "rows −1 to 3 and columns 3 to 7 of the image, with gaps: 6 pixels and 3 zeros."
    )
    assert page.evaluate("walkSeen.carried") == 0
    assert not page.console_errors
