"""How often the Tab key stops in a lab, and how the arrows go on from there."""

from controls import notebook, settled
from look_at_labs import LABS, STOPS, cell_of
from playwright.sync_api import expect


def test_no_lab_takes_more_than_20_stops_of_the_tab_key(open_notebook):
    page = open_notebook(notebook(*map(cell_of, LABS)))
    settled(page)
    areas = page.locator(".jp-CodeCell .jp-Cell-outputArea").all()
    stops = {name: area.evaluate(STOPS) for name, area in zip(LABS, areas, strict=True)}
    assert all(0 < count <= 20 for count in stops.values()), stops
    assert not page.console_errors


BLOCK = """import ipywidgets as widgets
from cnncourse.explorers.lab import Lab, slider
board = widgets.VBox([slider(name, 0.0, -1, 1, 0.1, digits=1) for name in ("one", "two", "three")])
board.add_class("cnncourse-block")
lab = Lab([slider("stride", 1, 1, 4), board, widgets.ToggleButtons(options=["max", "mean", "sum"]),
           widgets.Button(description="end")])
lab"""


def test_a_block_of_sliders_is_one_stop_and_arrows_go_on(open_notebook):
    page = open_notebook(notebook(BLOCK))
    one, two, three = (page.get_by_role("slider", name=name) for name in ("one", "two", "three"))
    page.get_by_role("slider", name="stride").focus()
    page.keyboard.press("Tab")
    expect(one).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(two).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(two).to_have_attribute("aria-valuetext", "0.1")
    expect(two).to_be_focused()
    for _ in range(2):  # the last one is the end
        page.keyboard.press("ArrowDown")
    expect(three).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="max")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="mean")).to_be_focused()
    page.wait_for_function("() => document.activeElement.matches('.mod-active')")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="end")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(three).to_be_focused()  # where we were
    assert not page.console_errors
