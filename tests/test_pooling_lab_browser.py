"""The pooling lab as a learner meets it in lesson 05: every control, in JupyterLab."""

import statistics

import pytest
from controls import each_changes, lab_notebook, settled, slider, words
from latency import describe, slider_latency
from playwright.sync_api import expect


@pytest.fixture
def lab(open_notebook):
    """Return a page that shows the lab, with its four pictures drawn."""
    page = open_notebook(lab_notebook("pooling_lab"))
    expect(page.locator(".jp-OutputArea-output canvas[data-frame]")).to_have_count(4)
    return page


def test_a_slider_answers_at_once(lab, capsys):
    picture = lab.get_by_role("img", name="the picture")
    times = slider_latency(lab, slider(lab, "right"), picture, moves=6)
    times += slider_latency(lab, slider(lab, "window"), lab.locator("canvas").nth(1), moves=5)
    with capsys.disabled():
        print(f"\nthe pooling lab follows a slider: {describe(times)}")
    assert statistics.median(times) <= 100
    assert not lab.console_errors


def test_every_control_changes_pixels_and_words(lab):
    def press(name):
        return lambda: slider(lab, name).press("ArrowRight")

    picture = lab.get_by_label("picture", exact=True)
    average = lab.get_by_role("button", name="average")
    each_changes(
        lab,
        [
            ("right", press("right"), "The picture has moved"),
            ("down", press("down"), "The picture has moved"),
            ("average", average.click, "The mean of the 4 numbers"),
            ("window", press("window"), "The mean of the 9 numbers"),
            ("stride", press("stride"), "28 × 28 in, 9 × 9 out"),
            ("edges", lambda: picture.select_option("its edges"), "28 × 28 in, 9 × 9 out"),
        ],
    )


def test_the_arrow_keys_choose_a_pooled_number(lab):
    before = settled(lab)
    pooled = lab.locator("canvas").nth(1)
    pooled.click(position={"x": 60, "y": 60})
    pooled.press("ArrowDown")
    after = settled(lab)
    assert after[0] != before[0]
    assert words(lab) != before[1]
    assert not lab.console_errors


@pytest.mark.parametrize("width", [1366, 1182])  # the lab is 934 and 750 wide then
def test_it_fits_the_screen(lab, width):
    lab.set_viewport_size({"width": width, "height": 768})
    settled(lab)
    shown = lab.locator(".cnncourse-lab")
    assert shown.bounding_box()["height"] <= 647
    reach, there = shown.evaluate("n => [n.scrollWidth, n.clientWidth]")
    assert reach <= there
    tops = {round(canvas.bounding_box()["y"]) for canvas in lab.locator("canvas").all()}
    assert len(tops) == 1  # all pictures side by side


def test_every_handle_has_a_name(lab):
    handles = lab.locator(".cnncourse-lab .noUi-handle")
    names = [handle.get_attribute("aria-label") for handle in handles.all()]
    assert len(set(names)) == len(names) == 4
    assert "pixels from one window to the next" in names


def test_the_buttons_are_a_group_with_their_own_name(lab):
    expect(lab.get_by_role("group", name="keep")).to_be_visible()
