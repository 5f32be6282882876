"""The lab of lesson 00 as a learner meets it: mouse and keyboard, in JupyterLab."""

import re
import statistics

import nbformat
import pytest
from latency import IS_DRAWN, QUIET_MS, describe, slider_latency
from playwright.sync_api import expect

START = """from cnncourse.explorers import draw_and_classify
lab = draw_and_classify()
lab"""

# From a move of the pointer that paints, to the new pixels of another canvas.
WATCH = """(canvas) => {
  const watch = window.cnncourseWatch = { moved: 0, drawn: 0 };
  const move = (event) => { watch.moved = event.timeStamp; watch.drawn = 0; };
  const drawn = () => { watch.drawn = performance.now(); };
  const observer = new MutationObserver(drawn);
  observer.observe(canvas, { attributes: true, attributeFilter: ['data-frame'] });
  window.addEventListener('pointermove', move, true);
  watch.stop = () => {
    observer.disconnect();
    window.removeEventListener('pointermove', move, true);
  };
}"""
SEVEN = [(5, 7), (5, 20), (14, 15), (24, 11)]  # (row, column) of the corners of a stroke


@pytest.fixture
def lab(open_notebook):
    """Return a page that shows the lab, in a cell of its own."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [nbformat.v4.new_code_cell(START)]
    page = open_notebook(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}))
    expect(page.locator(".jp-OutputArea-output canvas[data-frame]")).to_have_count(4)
    return page


def shown(page):
    """Return the pixels of the four canvases, the bars and the sentence."""
    canvases = "[...document.querySelectorAll('.jp-OutputArea-output canvas')]"
    pixels = page.evaluate(f"{canvases}.map(c => c.toDataURL())")
    told = page.locator(".jp-OutputArea-output [role=status]:visible").all_inner_texts()
    return pixels, page.get_by_role("list", name="share").inner_text(), told


def settled(page):
    """Return what is shown once it has not changed for a while."""
    seen = None
    for _ in range(50):
        page.wait_for_timeout(200)
        before, seen = seen, shown(page)
        if seen == before:
            return seen
    raise AssertionError("the lab never came to rest")


def slider(page, name):
    """Return what takes the keys of the slider with this description."""
    described = page.locator(".widget-slider").filter(has_text=re.compile(f"^{name}"))
    return described.get_by_role("slider")


def pad(page):
    return page.get_by_role("img", name="a pad to draw a digit on")


def on_pad(page, row, column):
    """Return where on the page a pixel of the pad is."""
    box = pad(page).bounding_box()
    return box["x"] + box["width"] * column / 28, box["y"] + box["height"] * row / 28


def draw(page, corners):
    """Draw a stroke with the mouse."""
    page.mouse.move(*on_pad(page, *corners[0]))
    page.mouse.down()
    for corner in corners[1:]:
        page.mouse.move(*on_pad(page, *corner), steps=12)
    page.mouse.up()


def test_a_slider_answers_at_once(lab, capsys):
    given = lab.get_by_role("img", name="what the network gets")
    times = slider_latency(lab, slider(lab, "turn"), given)
    with capsys.disabled():
        print(f"\nthe picture of lesson 00 follows a slider: {describe(times)}")
    assert len(times) == 30
    assert statistics.median(times) <= 100
    assert not lab.console_errors


def test_a_stroke_is_answered_at_once(lab, capsys):
    """Also while the mouse is still down: the network reads along."""
    lab.get_by_role("button", name="Clear").click()
    settled(lab)
    lab.get_by_role("img", name="convolution 1").evaluate(WATCH)
    lab.mouse.move(*on_pad(lab, 4, 8))
    lab.mouse.down()
    times = []
    for row in range(5, 25):
        lab.mouse.move(*on_pad(lab, row, 8 + row % 3))
        lab.wait_for_function(IS_DRAWN, arg=QUIET_MS)
        times.append(lab.evaluate("cnncourseWatch.drawn - cnncourseWatch.moved"))
    lab.mouse.up()
    lab.evaluate("cnncourseWatch.stop()")
    with capsys.disabled():
        print(f"\nthe maps of lesson 00 follow a stroke: {describe(times)}")
    assert len(times) == 20
    assert statistics.median(times) <= 100
    assert not lab.console_errors


def test_every_control_changes_pixels_and_words(lab):
    on_the_pad = lab.get_by_label("on the pad")
    following, previous = lab.get_by_title("the next sample"), lab.get_by_title("the sample before")
    zero = lab.get_by_role("button", name="all sliders to 0")
    changes = [
        ("sample", lambda: on_the_pad.select_option("a sample 3"), "is 3: right"),
        ("next", following.click, "The label of test image 30 is 3: right"),
        ("previous", previous.click, "The label of test image 18 is 3: right"),
        ("down", lambda: slider(lab, "down").press("ArrowRight"), "image 18"),
        ("right", lambda: slider(lab, "right").press("ArrowLeft"), "image 18"),
        ("turn", lambda: slider(lab, "turn").press("ArrowRight"), "image 18"),
        ("thicker", lambda: slider(lab, "thicker").press("ArrowRight"), "image 18"),
        ("to 0", zero.click, "The label of test image 18 is 3: right"),
        ("own", lambda: on_the_pad.select_option("your drawing"), "The picture is empty"),
    ]
    pixels, bars, told = settled(lab)
    for name, change, says in changes:
        before = pixels, bars, told
        change()
        pixels, bars, told = settled(lab)
        assert all(a != b for a, b in zip(pixels[1:], before[0][1:])), f"{name}: a picture stayed"
        assert bars != before[1], f"{name}: no bar changed"
        assert told != before[2], f"{name}: no word changed"
        assert any(says in text for text in told), f"{name}: {told} does not say {says!r}"
    assert not lab.console_errors


def test_a_seven_drawn_with_the_mouse_is_read(lab):
    lab.get_by_role("button", name="Clear").click()
    expect(lab.get_by_text("The picture is empty")).to_be_visible()
    before = settled(lab)
    draw(lab, SEVEN)
    after = settled(lab)
    assert all(a != b for a, b in zip(after[0], before[0]))
    assert any(text.startswith("The network says 7, ") for text in after[2])
    expect(lab.get_by_label("on the pad")).to_have_value("your drawing")
    expect(lab.get_by_title("the next sample")).to_be_disabled()
    assert not lab.console_errors


def test_a_one_drawn_with_the_keyboard_is_read(lab):
    lab.get_by_role("button", name="Clear").click()
    expect(lab.get_by_text("The picture is empty")).to_be_visible()
    pad(lab).focus()
    for _ in range(14):
        lab.keyboard.press("ArrowRight")
    for _ in range(4):
        lab.keyboard.press("ArrowDown")
    for _ in range(18):
        lab.keyboard.press(" ")
        lab.keyboard.press("ArrowDown")
    expect(lab.get_by_text("The network says 1, ")).to_be_visible()
    before = settled(lab)
    lab.keyboard.press("x")
    assert settled(lab)[0][0] != before[0][0]
    assert not lab.console_errors


def test_tab_reaches_every_control(lab):
    pad(lab).focus()
    reached = []
    for _ in range(16):
        lab.keyboard.press("Tab")
        reached.append(
            lab.evaluate(
                "(e => [e.tagName, e.title || e.textContent, e.getAttribute('role')].join(' '))"
                "(document.activeElement)"
            )
        )
    text = "\n".join(reached)
    for part in ("SELECT", "the sample before", "the next sample", "all sliders to 0", "Clear"):
        assert part in text
    assert sum(line.endswith(" slider") for line in reached) == 4


@pytest.mark.parametrize("width", [1366, 1182, 750])
def test_it_fits_the_screen(lab, width):
    """Of 1366 x 768 pixels, an output has 934 x 647, with the files beside it; of 1182, 750."""
    lab.set_viewport_size({"width": width, "height": 768})
    if width < 1000:
        lab.evaluate("jupyterapp.commands.execute('application:toggle-left-area')")
    settled(lab)
    size = "o => [o.scrollWidth - o.clientWidth, o.getBoundingClientRect().height]"
    beyond, height = lab.locator(".jp-OutputArea-output").last.evaluate(size)
    assert beyond <= 0
    assert height <= (647 if width > 1000 else 1300)
