"""Follow an image as a learner does in lesson 07: pointer and keyboard, in JupyterLab."""

import re

import pytest
from controls import RUN, at_once, each_changes, fits, open_lab, settled
from latency import IS_DRAWN, QUIET_MS
from playwright.sync_api import expect

KEYS = ["ArrowRight", "ArrowDown", "ArrowUp", "ArrowLeft"] * 8
# When the lab's words change. The pictures take the keys before a listener of ours would hear them.
WATCH = """(words) => {
  const watch = window.cnncourseWatch = { pressed: 0, drawn: 0 };
  const observer = new MutationObserver(() => { watch.drawn = performance.now(); });
  observer.observe(words, { childList: true, characterData: true, subtree: true });
  watch.stop = () => observer.disconnect();
}"""
BEGIN = "Object.assign(cnncourseWatch, { pressed: performance.now(), drawn: 0 })"


@pytest.fixture
def lab(open_notebook):
    """Return a page that shows the lab, with its pictures drawn."""
    return open_lab(open_notebook, "follow_image", canvases=4)


def drawing(page):
    return page.get_by_role("img", name="the network, each layer a stack of maps")


def chosen_map(page):
    return page.get_by_role("img", name="the chosen map; choose a number with the arrow keys")


def choose(page, *keys):
    """Press these keys in the drawing."""
    drawing(page).focus()
    for key in keys:
        page.keyboard.press(key)


def times_of(page, keys):
    """Press these keys; return, for each, the milliseconds until the lab's words follow."""
    page.locator(".cnncourse-sentence").filter(has_text="The network says").evaluate(WATCH)
    times = []
    for key in keys:
        page.evaluate(BEGIN)
        page.keyboard.press(key)
        page.wait_for_function(IS_DRAWN, arg=QUIET_MS)
        times.append(page.evaluate("cnncourseWatch.drawn - cnncourseWatch.pressed"))
    page.evaluate("cnncourseWatch.stop()")
    return times


def test_the_arrow_keys_choose_a_map_and_a_number_at_once(lab, capsys):
    choose(lab, "ArrowRight")
    settled(lab)
    at_once(lab, times_of(lab, KEYS), "follow_image follows the drawing", capsys)
    chosen_map(lab).click(position={"x": 120, "y": 120})
    settled(lab)
    at_once(lab, times_of(lab, KEYS), "follow_image follows the map", capsys)


def test_every_control_changes_pixels_and_words(lab):
    digit = lab.get_by_label("digit", exact=True)
    clear = lab.get_by_role("button", name="Clear").last
    changes = [
        ("map", lambda: choose(lab, "ArrowDown"), "Layers 1 and 2, convolution and ReLU"),
        ("pooling", lambda: choose(lab, *["ArrowRight"] * 3), "Layer 3, max pooling"),
        ("second", lambda: choose(lab, *["ArrowRight"] * 3), "Layers 4 and 5, convolution"),
        ("number", lambda: chosen_map(lab).click(position={"x": 5, "y": 5}), "Row 0, column 0"),
        ("digit", lambda: digit.select_option("3"), "The network says 3"),
        ("clear", clear.click, "Layers 4 and 5, convolution"),
    ]
    each_changes(lab, changes)


def test_a_click_on_a_map_shows_it_large_and_one_on_the_image_changes_nothing(lab):
    input_at, convolution_at = {"x": 20, "y": 125}, {"x": 85, "y": 75}
    drawing(lab).click(position=convolution_at)
    expect(lab.get_by_text(re.compile(r"^map \d+, 0 to [\d.]+$"))).to_be_visible()
    told = settled(lab)[1]
    drawing(lab).click(position=input_at)
    assert any("Layers 1 and 2" in text for text in settled(lab)[1])
    assert lab.evaluate(RUN, "print(lab.network.chosen[0])").strip() == "1"
    drawing(lab).click(position=convolution_at)
    assert settled(lab)[1][1:] == told[1:]


def test_a_score_is_chosen_from_the_list(lab):
    choose(lab, *["ArrowRight"] * 40)
    scores = lab.get_by_label("the numbers that the layer gives")
    expect(scores.locator("option")).to_have_count(10)
    scores.select_option(index=3)
    expect(lab.get_by_text("Number 3 is")).to_be_visible()
    expect(scores.locator("option").nth(3)).to_have_text(re.compile("^label.3:"))
    assert not lab.console_errors


def test_each_layer_and_its_sum_are_on_the_screen_together(lab):
    names = lab.evaluate(RUN, "print(*(each.name for each in lab.network.stacks[1:]), sep=',')")
    for width in (1366, 1182):  # the second leaves 750 pixels
        for name in names.strip().split(","):
            lab.evaluate(RUN, f"lab.choose({name!r})")
            fits(lab, width)


def test_what_is_drawn_is_followed(lab):
    lab.get_by_role("button", name="Clear").last.click()
    before = settled(lab)
    box = lab.locator("canvas").first.bounding_box()
    lab.mouse.move(box["x"] + 75, box["y"] + 30)
    lab.mouse.down()
    lab.mouse.move(box["x"] + 75, box["y"] + 120, steps=8)
    lab.mouse.up()
    after = settled(lab)
    assert after[0][1] != before[0][1]
    assert any("The network says 1" in said for said in after[1]), after[1]
    assert not lab.console_errors
