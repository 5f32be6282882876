"""What all labs share, in the page: names, spoken values, announcements, and keys that stay."""

import pytest
from controls import RUN, notebook
from playwright.sync_api import expect

LAB = """import ipywidgets as widgets
from cnncourse.explorers.lab import Lab, slider
from cnncourse.explorers.words import Sentence
from cnncourse.pixels import PixelGrid
rate = widgets.FloatLogSlider(value=0.01, base=10, min=-3, max=0, description="rate")
told = Sentence("before")
lab = Lab([
    slider("bias", 0.0, -1, 1, 0.1, name="a number added to all answers"), rate,
    widgets.Play(min=0, max=3), widgets.Button(icon="step-forward", tooltip="one window on"),
    widgets.Dropdown(options=["max", "mean"], description="keep"), told,
])
lab"""
OTHER = """from cnncourse.pixels import PixelGrid
PixelGrid(label="a picture to choose from", selectable=True)"""


@pytest.fixture
def page(open_notebook):
    page = open_notebook(notebook(LAB, OTHER, "3"))
    expect(page.get_by_text("before", exact=True)).to_be_visible()
    return page


def test_controls_have_names_and_speak_the_value_that_is_shown(page):
    bias = page.get_by_role("slider", name="a number added to all answers")
    bias.press("ArrowRight")
    expect(bias).to_have_attribute("aria-valuetext", "0.10")
    rate = page.get_by_role("slider", name="rate")
    expect(rate).to_have_attribute("aria-valuetext", "0.0100")
    for name in ("Play", "Stop", "one window on"):
        expect(page.get_by_role("button", name=name).first).to_be_visible()
    expect(page.get_by_role("combobox", name="keep")).to_be_visible()
    assert not page.console_errors


def test_a_sentence_stays_and_changes_its_text(page):
    live = page.locator("[role=status]").filter(has_text="before").element_handle()
    page.evaluate(RUN, "told.text = 'after'")
    page.wait_for_function("live => live.isConnected && live.textContent == 'after'", arg=live)


def test_no_key_reaches_the_notebook(page):
    cells = page.locator(".jp-Notebook .jp-Cell")
    for control in (
        page.get_by_role("combobox", name="keep"),
        page.get_by_role("slider", name="rate"),
        page.get_by_role("button", name="one window on"),
        page.get_by_role("img", name="a picture to choose from"),
    ):
        control.focus()
        for key in ("x", "a", "b", "d", "d", "ArrowDown", "ArrowUp", "m"):
            page.keyboard.press(key)
            expect(control).to_be_focused()
    expect(cells).to_have_count(3)
    assert not page.console_errors


def test_a_key_with_ctrl_still_does(page):
    control = page.get_by_role("slider", name="rate")
    control.focus()
    page.keyboard.press("Control+Enter")  # runs the cell: the lab is made anew
    expect(control).not_to_be_focused()
