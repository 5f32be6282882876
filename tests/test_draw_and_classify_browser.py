"""The lab of lesson 00 as a learner meets it: mouse and keyboard, in JupyterLab."""

import re

import pytest
from controls import at_once, each_changes, fits, open_lab, press, settled, slider
from latency import IS_DRAWN, QUIET_MS, slider_latency
from playwright.sync_api import expect

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
    return open_lab(open_notebook, "draw_and_classify", canvases=2)


def bars(page):
    """Return what the bars say of each label."""
    return page.get_by_role("list", name="probability of each label").inner_text()


def pad(page):
    return page.get_by_role("img", name="a pad to draw a digit on")


def drawing(page):
    return page.get_by_role("img", name="the network, each layer a stack of maps")


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
    times = slider_latency(lab, slider(lab, "turn"), drawing(lab))
    assert len(times) == 30
    at_once(lab, times, "the network of lesson 00 follows a slider", capsys)


def test_a_stroke_is_answered_at_once(lab, capsys):
    """Also while the mouse is still down: the network reads along."""
    lab.get_by_role("button", name="Clear").click()
    settled(lab)
    drawing(lab).evaluate(WATCH)
    lab.mouse.move(*on_pad(lab, 4, 8))
    lab.mouse.down()
    times = []
    for row in range(5, 25):
        lab.mouse.move(*on_pad(lab, row, 8 + row % 3))
        lab.wait_for_function(IS_DRAWN, arg=QUIET_MS)
        times.append(lab.evaluate("cnncourseWatch.drawn - cnncourseWatch.moved"))
    lab.mouse.up()
    lab.evaluate("cnncourseWatch.stop()")
    assert len(times) == 20
    at_once(lab, times, "the maps of lesson 00 follow a stroke", capsys)


def test_every_control_changes_pixels_and_words(lab):
    on_the_pad = lab.get_by_label("on the pad")
    following, previous = lab.get_by_title("the next sample"), lab.get_by_title("the sample before")
    zero = lab.get_by_role("button", name="all sliders to 0")
    changes = [
        ("sample", lambda: on_the_pad.select_option("a sample 3"), "is 3: right"),
        ("next", following.click, "The label of test image 30 is 3: right"),
        ("previous", previous.click, "The label of test image 18 is 3: right"),
        ("down", press(lab, "down"), "image 18"),
        ("right", press(lab, "right", "ArrowLeft"), "image 18"),
        ("turn", press(lab, "turn"), "image 18"),
        ("thicker", press(lab, "thicker"), "image 18"),
        ("to 0", zero.click, "The label of test image 18 is 3: right"),
        ("own", lambda: on_the_pad.select_option("your drawing"), "The picture is empty"),
    ]
    seen, _ = settled(lab)
    for name, change, says in changes:
        before, amounts = seen, bars(lab)
        each_changes(lab, [(name, change, says)])
        seen, _ = settled(lab)
        assert seen[1] != before[1], f"{name}: the network stayed"
        assert bars(lab) != amounts, f"{name}: no bar changed"


def test_a_seven_drawn_with_the_mouse_is_read(lab):
    lab.get_by_role("button", name="Clear").click()
    expect(lab.get_by_text("The picture is empty")).to_be_visible()
    before = settled(lab)
    draw(lab, SEVEN)
    after = settled(lab)
    assert all(a != b for a, b in zip(after[0][:2], before[0][:2]))  # the pad, the network
    assert any(text.startswith("The network says 7, ") for text in after[1])
    expect(lab.get_by_label("on the pad")).to_have_value("your drawing")
    expect(lab.get_by_title("the next sample")).to_be_disabled()
    assert not lab.console_errors


def test_a_map_opens_large_with_its_kernel_and_is_alive(lab):
    """With the mouse, then with the keyboard; the pad stays free, and what is drawn is seen."""
    card = lab.get_by_role("group", name="large")
    drawing(lab).click(position={"x": 110, "y": 120})
    expect(card).to_be_visible()
    expect(card).to_have_attribute("aria-label", re.compile(r"convolution 1, map \d+, large"))
    expect(card).to_contain_text("Largest number now: ")
    expect(card.locator("canvas:visible")).to_have_count(2)
    expect(lab.get_by_text("Try this, 1 of 4: draw a 7")).to_be_visible()
    map_and_kernel = "canvases => canvases.map(canvas => canvas.toDataURL())"
    before = card.locator("canvas").evaluate_all(map_and_kernel)
    draw(lab, SEVEN)
    settled(lab)
    after = card.locator("canvas").evaluate_all(map_and_kernel)
    assert after[0] != before[0] and after[1] == before[1]
    expect(lab.get_by_text("Try this, 3 of 4")).to_be_visible()  # both are done by now
    drawing(lab).focus()
    for _ in range(2):
        lab.keyboard.press("ArrowRight")
    expect(card).to_have_attribute("aria-label", re.compile("pooling 1, map"))
    expect(card.locator("canvas:visible")).to_have_count(1)
    lab.keyboard.press("Escape")
    expect(card).to_be_hidden()
    lab.keyboard.press("Enter")
    expect(card).to_be_visible()
    lab.get_by_role("button", name="close the large map").click()
    expect(card).to_be_hidden()
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


def test_it_fits_the_screen(lab):
    for width, high in ((1366, 647), (1182, 647), (750, 1300)):
        fits(lab, width, high)
