"""The architect as a learner meets it in lesson 07: every control, in JupyterLab."""

import statistics
import time

import pytest
from controls import lab_notebook, settled, slider, words
from playwright.sync_api import expect

SVG = ".jp-OutputArea-output svg"


@pytest.fixture
def lab(open_notebook):
    """Return a page that shows the lab, with its drawing."""
    page = open_notebook(lab_notebook("architect"))
    expect(page.locator(SVG).first).to_be_visible()
    return page


def test_a_slider_redraws_the_network_at_once(lab, capsys):
    handle, times = slider(lab, "filters"), []
    handle.focus()
    settled(lab)
    drawing = "document.querySelector('.jp-OutputArea-output svg[role=img]').outerHTML"
    for key in ["ArrowRight"] * 15 + ["ArrowLeft"] * 15:
        before = lab.evaluate(drawing)
        begun = time.perf_counter()
        handle.press(key)
        lab.wait_for_function(f"before => {drawing} !== before", arg=before, polling="raf")
        times.append(1000 * (time.perf_counter() - begun))
    with capsys.disabled():
        print(f"\nthe architect follows a slider: median {statistics.median(times):.0f} ms")
    assert statistics.median(times) <= 100
    assert not lab.console_errors


def test_every_control_changes_the_drawing_and_the_words(lab):
    def press(name):
        return lambda: slider(lab, name).press("ArrowRight")

    def raised(name):
        return lambda: lab.get_by_label(name, exact=True).first.press("ArrowUp")

    def click(tooltip):
        return lambda: lab.get_by_title(tooltip).first.click()

    kind = lab.locator(".jp-OutputArea-output select").nth(1)
    preset = lab.get_by_label("begin with", exact=True)
    changes = [
        ("filters", press("filters"), "parameters"),
        ("window", raised("window"), "parameters"),
        ("stride", raised("stride"), "parameters"),
        ("padding", raised("padding"), "parameters"),
        ("kind", lambda: kind.select_option("Flatten"), "needs maps with rows and columns"),
        ("out", click("take this layer out"), "Layer 3, Conv2D"),
        ("pixels lost", lambda: preset.select_option("no padding, pixels lost"), "never looks at"),
        ("down", click("one place down"), "parameters"),
        ("too much", lambda: preset.select_option("too much pooling"), "are only 1 × 1"),
        ("no conv", lambda: preset.select_option("no convolution"), "25,450 parameters"),
    ]
    before = settled(lab)
    for name, change, says in changes:
        change()
        after = settled(lab)
        assert after[0] != before[0] or name == "out", f"{name}: the drawing is as before"
        if name != "out":
            assert any(says in said for said in after[1]), f"{name}: {words(lab)}"
        before = after
    assert not lab.console_errors
