"""Follow an image as a learner does in lesson 07: pointer and keyboard, in JupyterLab."""

import re
import statistics
import time

import pytest
from controls import each_changes, open_lab, settled
from playwright.sync_api import expect


@pytest.fixture
def lab(open_notebook):
    """Return a page that shows the lab, with its three pictures drawn."""
    return open_lab(open_notebook, "follow_image", canvases=3)


def test_the_arrow_keys_choose_a_unit_at_once(lab, capsys):
    maps, times = lab.locator("canvas").nth(2), []
    maps.click(position={"x": 40, "y": 40})
    settled(lab)
    told = ".jp-OutputArea-output .cnncourse-sentence"
    text = f"[...document.querySelectorAll('{told}')].map(e => e.textContent).join()"
    for key in ["ArrowRight"] * 12 + ["ArrowDown"] * 12:
        before = lab.evaluate(text)
        begun = time.perf_counter()
        maps.press(key)
        lab.wait_for_function(f"before => {text} !== before", arg=before, polling="raf")
        times.append(1000 * (time.perf_counter() - begun))
    with capsys.disabled():
        print(f"\nfollow_image follows the arrow keys: median {statistics.median(times):.0f} ms")
    assert not lab.console_errors


def test_every_control_changes_pixels_and_words(lab):
    layer, digit = (lab.get_by_label(name, exact=True) for name in ("layer", "digit"))
    changes = [
        ("pooling", lambda: layer.select_option(index=2), "Layer 3, max pooling"),
        ("second", lambda: layer.select_option(index=3), "Layer 4, convolution"),
        ("dense", lambda: layer.select_option(index=7), "Layer 8, dense layer"),
        ("digit", lambda: digit.select_option("3"), "The network says 3"),
        (
            "clear",
            lambda: lab.get_by_role("button", name="Clear").last.click(),
            "Layer 8, dense layer",
        ),
    ]
    each_changes(lab, changes)


def test_a_score_is_chosen_from_the_list(lab):
    lab.get_by_label("layer", exact=True).select_option(index=7)
    scores = lab.get_by_label("the numbers that the layer gives")
    expect(scores.locator("option")).to_have_count(10)
    scores.select_option(index=3)
    expect(lab.get_by_text("Number 3 is")).to_be_visible()
    expect(scores.locator("option").nth(3)).to_have_text(re.compile("^label.3:"))
    assert not lab.console_errors


@pytest.mark.parametrize("width", [1366, 1180])  # the second leaves about 750 pixels
def test_maps_and_their_sum_are_on_the_screen_together(lab, width):
    lab.set_viewport_size({"width": width, "height": 768})
    lab.get_by_label("layer", exact=True).select_option(index=3)
    expect(lab.get_by_text("Layer 4, convolution")).to_be_visible()
    box = lab.locator(".cnncourse-lab").bounding_box()
    assert box["width"] <= 1036 and box["height"] <= 647


def test_what_is_drawn_is_followed(lab):
    lab.get_by_role("button", name="Clear").last.click()
    before = settled(lab)
    box = lab.locator("canvas").first.bounding_box()
    lab.mouse.move(box["x"] + 110, box["y"] + 50)
    lab.mouse.down()
    lab.mouse.move(box["x"] + 110, box["y"] + 170, steps=8)
    lab.mouse.up()
    after = settled(lab)
    assert after[0][1] != before[0][1]
    assert any("The network says 1" in said for said in after[1]), after[1]
    assert not lab.console_errors
