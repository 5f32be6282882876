"""The filter bank as a learner meets it in lesson 04: every control, in JupyterLab."""

import re
import statistics

import pytest
from controls import each_changes, lab_notebook, settled, slider, words
from latency import describe, slider_latency
from playwright.sync_api import expect


@pytest.fixture
def lab(open_notebook):
    """Return a page that shows the lab, with all its 18 pictures drawn."""
    page = open_notebook(lab_notebook("filter_bank"))
    expect(page.locator(".jp-OutputArea-output canvas[data-frame]")).to_have_count(18)
    return page


def test_a_weight_slider_answers_at_once(lab, capsys):
    output = lab.get_by_role("img", name="large map of filter 1")
    times = slider_latency(lab, slider(lab, "1, 1"), output)
    with capsys.disabled():
        print(f"\nthe filter bank follows a weight slider: {describe(times)}")
    assert len(times) == 30
    assert statistics.median(times) <= 100
    assert not lab.console_errors


def test_every_control_changes_pixels_and_words(lab):
    def press(name, key="ArrowRight"):
        return lambda: slider(lab, name).press(key)

    def click(name):
        return lambda: lab.get_by_role("button", name=name, exact=True).click()

    relu = lab.get_by_role("checkbox", name="ReLU")
    picture, filters = (lab.get_by_label(name, exact=True) for name in ("picture", "filters"))
    places = [f"{i}, {j}" for i in range(3) for j in range(3)]
    expect(filters).to_have_value("made by hand")
    each_changes(
        lab,
        [
            ("filter 5", click("5"), "Filter 5 (red, but not green or blue)"),
            ("bias", press("bias", "ArrowLeft"), "Filter 5 (red, but not green or blue)"),
            *[(f"weight {at}", press(at), "Filter 5 answers") for at in places],
            ("ReLU", relu.check, "of its 15,876 places pass"),
            ("no ReLU", relu.uncheck, "are above 0"),
            ("made by hand", lambda: filters.select_option("made by hand"), "Filter 5 (red"),
            ("random", lambda: filters.select_option("random"), "Filter 5 answers"),
            ("grey", lambda: picture.select_option("camera"), "128 × 128 × 1 goes in"),
            ("digit", lambda: picture.select_option("a digit"), "28 × 28 × 1 goes in"),
        ],
    )


def test_the_slice_on_the_sliders_can_be_changed_and_a_map_chosen_by_a_click(lab):
    before = settled(lab)
    lab.get_by_role("img", name="map of filter 7", exact=False).first.click()
    after = settled(lab)
    assert after != before
    assert any("Filter 7 (blue" in text for text in words(lab))
    lab.get_by_role("button", name="blue", exact=True).click()
    expect(slider(lab, "0, 0")).to_have_attribute("aria-valuetext", re.compile("^0.2"))
    lab.get_by_role("button", name="red", exact=True).click()
    expect(slider(lab, "0, 0")).to_have_attribute("aria-valuetext", re.compile("^[-−]0.1"))
    assert not lab.console_errors


def test_stretching_the_contrast_changes_pixels_and_no_words(lab):
    before = settled(lab)
    lab.get_by_role("checkbox", name="stretch contrast").check()
    after = settled(lab)
    assert after[0] != before[0]
    assert after[1] == before[1]


def test_it_fits_a_laptop_screen_with_the_file_browser_open(lab):
    lab.set_viewport_size({"width": 1366, "height": 768})
    settled(lab)
    box = lab.locator(".cnncourse-lab").bounding_box()
    assert box["height"] <= 647
    assert box["width"] <= 1036
    lab.set_viewport_size({"width": 1182, "height": 768})  # the lab is 750 wide then
    settled(lab)
    reach, shown = lab.locator(".cnncourse-lab").evaluate("n => [n.scrollWidth, n.clientWidth]")
    assert reach <= shown


def test_every_handle_has_a_name(lab):
    handles = lab.locator(".cnncourse-lab .noUi-handle")
    names = [handle.get_attribute("aria-label") for handle in handles.all()]
    assert len(set(names)) == len(names) == 10
    assert "the weight in row 1, column 2 of this slice" in names
    assert "the bias of this filter" in names
