"""Any number asked for its blame, as a learner does in lesson 08: pointer, keys and slider."""

import time

import pytest
from controls import at_once, each_changes, fits, names_of_handles, open_lab, settled, slider
from playwright.sync_api import expect

SAID = """[...document.querySelectorAll('.jp-OutputArea-output .cnncourse-sentence')]
  .map(each => each.textContent).join()"""


@pytest.fixture
def lab(open_notebook):
    """Return a page that shows the lab, with its four pictures drawn."""
    return open_lab(open_notebook, "blame_lab", canvases=4)


def test_a_number_is_chosen_and_nudged_at_once_and_every_control_is_seen(lab, capsys):
    blames, times = lab.locator("canvas").nth(2), []
    blames.click(position={"x": 60, "y": 60})
    settled(lab)
    for key in ["ArrowRight"] * 10 + ["ArrowDown"] * 10 + ["nudge"] * 10:
        before, begun = lab.evaluate(SAID), time.perf_counter()
        slider(lab, "nudge").press("ArrowLeft") if key == "nudge" else blames.press(key)
        lab.wait_for_function(f"before => {SAID} !== before", arg=before, polling="raf")
        times.append(1000 * (time.perf_counter() - begun))
    at_once(lab, times, "blame_lab follows keys and nudges", capsys)
    image, part = (lab.get_by_role("combobox", name=name) for name in ("image", "numbers of"))

    def point():  # the page marks the pixel before the kernel has answered
        lab.locator("canvas").nth(1).click()
        expect(lab.get_by_text("The pixel in row 13")).to_be_visible()

    label = lab.locator(".cnncourse-lab select").nth(1)
    each_changes(
        lab,
        [
            ("point", point, "The pixel in row 13"),
            ("label", lambda: label.select_option("7"), "The network says 7"),
            ("image", lambda: image.select_option("a 4"), "The network says 4"),
            ("weights", lambda: part.select_option(index=1), "The weight in row"),
            ("logits", lambda: part.select_option(index=14), "probability minus truth"),
            ("clear", lambda: lab.get_by_role("button", name="Clear").first.click(), "so the loss"),
        ],
    )
    assert names_of_handles(lab) == ["nudge: what is added to the number"]
    expect(lab.get_by_role("img", name="The loss for nudges from")).to_be_visible()


def test_it_fits_a_laptop_and_a_narrow_page(lab):
    for width in (1366, 1182):
        fits(lab, width)
    lab.get_by_role("combobox", name="numbers of").select_option(index=7)
    for width in (1366, 1182):
        fits(lab, width)
