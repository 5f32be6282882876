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
