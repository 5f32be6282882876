"""The pooling lab as a learner meets it in lesson 05: every control, in JupyterLab."""


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
    """Return a page that shows the lab, with its four pictures drawn."""
    return open_lab(open_notebook, "pooling_lab", canvases=4)


def test_a_slider_answers_at_once(lab, capsys):
    picture = lab.get_by_role("img", name="the picture")
    times = slider_latency(lab, slider(lab, "right"), picture, moves=6)
    times += slider_latency(lab, slider(lab, "window"), lab.locator("canvas").nth(1), moves=5)
    at_once(lab, times, "the pooling lab follows a slider", capsys)


def test_every_control_changes_pixels_and_words(lab):
    picture = lab.get_by_label("picture", exact=True)
    average = lab.get_by_role("button", name="average")
    each_changes(
        lab,
        [
            ("right", press(lab, "right"), "The picture has moved"),
            ("down", press(lab, "down"), "The picture has moved"),
            ("average", average.click, "The mean of the 4 numbers"),
            ("window", press(lab, "window"), "The mean of the 9 numbers"),
            ("stride", press(lab, "stride"), "28 × 28 in, 9 × 9 out"),
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


def test_it_fits_the_screen(lab):
    for width in (1366, 1182):  # the lab is 934 and 750 wide then
        fits(lab, width)
        tops = {round(canvas.bounding_box()["y"]) for canvas in lab.locator("canvas").all()}
        assert len(tops) == 1  # all pictures side by side


def test_every_handle_has_a_name(lab):
    names = names_of_handles(lab)
    assert len(names) == 4
    assert "pixels from one window to the next" in names


def test_the_buttons_are_a_group_with_their_own_name(lab):
    expect(lab.get_by_role("group", name="keep")).to_be_visible()
