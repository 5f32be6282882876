"""The filter bank as a learner meets it in lesson 04: every control, in JupyterLab."""

import re

import pytest
from controls import (
    at_once,
    each_changes,
    fits,
    names_of_handles,
    open_lab,
    press,
    settled,
    slider,
    words,
)
from latency import slider_latency
from playwright.sync_api import expect


@pytest.fixture
def lab(open_notebook):
    """Return a page that shows the lab, with all its 18 pictures drawn."""
    return open_lab(open_notebook, "filter_bank", canvases=18)


def test_a_weight_slider_answers_at_once(lab, capsys):
    output = lab.get_by_role("img", name="large map of filter 1")
    times = slider_latency(lab, slider(lab, "1, 1"), output)
    assert len(times) == 30
    at_once(lab, times, "the filter bank follows a weight slider", capsys)


def test_every_control_changes_pixels_and_words(lab):
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
            ("bias", press(lab, "bias", "ArrowLeft"), "Filter 5 (red, but not green or blue)"),
            *[(f"weight {at}", press(lab, at), "Filter 5 answers") for at in places],
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


def test_it_fits_the_screen(lab):
    for width, high in ((1366, 647), (1182, 1300)):
        fits(lab, width, high)


def test_every_handle_has_a_name(lab):
    names = names_of_handles(lab)
    assert len(names) == 10
    assert "the weight in row 1, column 2 of this slice" in names
    assert "the bias of this filter" in names
