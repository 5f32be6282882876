"""The classifier lab as a learner meets it in lesson 06: every control, in JupyterLab."""

import pytest
from controls import open_lab, settled, slider, words
from playwright.sync_api import expect

TABLE = ".jp-OutputArea-output table"
NAMES = ("picture of a", "label", "feature")


@pytest.fixture
def lab(open_notebook):
    """Return a page that shows the lab, with its picture and its table."""
    page = open_lab(open_notebook, "classifier_lab", canvases=1)
    expect(page.locator(TABLE)).to_be_visible()
    return page


def test_the_table_follows_each_step_of_the_temperature(lab):
    handle, table = slider(lab, "temperature"), lab.locator(TABLE)
    handle.focus()
    settled(lab)
    for key in ["ArrowRight"] * 10 + ["ArrowLeft"] * 20:
        before = table.inner_html()
        handle.press(key)
        lab.wait_for_function(
            "([css, before]) => document.querySelector(css).innerHTML !== before",
            arg=[TABLE, before],
        )
    assert not lab.console_errors


def test_every_control_changes_the_table_and_the_words(lab):
    digit, label, feature = (lab.get_by_label(name, exact=True) for name in NAMES)
    table = lab.locator(TABLE)
    changes = [
        ("label", lambda: label.select_option("3"), "to the score of 3", False),
        ("feature", lambda: feature.select_option(index=4), "to the score of 3", False),
        ("weight", lambda: slider(lab, "its weight").press("PageUp"), "to the score of 3", True),
        ("as learned", lambda: lab.get_by_text("weight as learned").click(), "score of 3", True),
        ("temperature", lambda: slider(lab, "temperature").press("PageUp"), "temperature", True),
        ("digit", lambda: digit.select_option("8"), "to the true label, 8", True),
    ]
    settled(lab)
    for name, change, says, in_table in changes:
        before, told = table.inner_html(), words(lab)
        change()
        settled(lab)
        assert words(lab) != told, f"{name}: no word changed"
        assert any(says in text for text in words(lab)), f"{name}: {words(lab)}"
        assert (table.inner_html() != before) or not in_table, f"{name}: the table is as before"
    assert not lab.console_errors


@pytest.mark.parametrize("width, files", [(1366, True), (900, False)])  # 934 and 720 px are left
def test_all_of_it_is_on_one_screen(lab, width, files):
    lab.set_viewport_size({"width": width, "height": 768})
    if not files:
        lab.evaluate("jupyterapp.commands.execute('application:toggle-left-area')")
    output = lab.locator(".cnncourse-lab").last
    lab.wait_for_function("document.querySelector('.cnncourse-lab').clientWidth < 960")
    box = output.bounding_box()
    assert box["height"] <= 600
    for part in (TABLE, ".jp-OutputArea-output canvas", ".widget-slider"):
        for inner in (one.bounding_box() for one in lab.locator(part).all()):
            assert box["x"] <= inner["x"] and inner["x"] + inner["width"] <= box["x"] + box["width"]


def test_the_controls_have_names_and_spoken_values(lab):
    handles = lab.locator(".noUi-handle")
    expect(handles).to_have_count(2)
    names = [handle.get_attribute("aria-label") for handle in handles.all()]
    assert names[0].startswith("temperature, by which")
    assert names[1] == "weight from this feature to this label"
    slider(lab, "temperature").press("End")
    expect(handles.first).to_have_attribute("aria-valuetext", "10.00")
    expect(lab.locator(".widget-readout[contenteditable=true]")).to_have_count(0)
