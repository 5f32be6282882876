"""The architect as a learner meets it in lesson 07: every control, in JupyterLab."""

import statistics
import time

import pytest
from controls import OUTPUT, lab_notebook, press, slider
from playwright.sync_api import expect

DRAWING = f"document.querySelector('{OUTPUT} svg[role=img]').outerHTML"
TOLD = f"document.querySelector('{OUTPUT} .cnncourse-sentence:not(.cnncourse-try)').innerText"
BOX = 1036, 647  # pixels of an output at 1366 x 768 with the list of files open


@pytest.fixture
def lab(open_notebook):
    """Return a page that shows the lab, with its drawing."""
    page = open_notebook(lab_notebook("architect"))
    expect(page.locator(f"{OUTPUT} svg").first).to_be_visible()
    return page


def choose(lab, layer):
    """Choose a layer in the list, by its number."""
    lab.get_by_label("layers: choose one to change it").select_option(index=layer - 1)
    expect(lab.get_by_text(f"layer {layer}", exact=True)).to_be_visible()


def test_a_slider_redraws_the_network_at_once(lab, capsys):
    handle, times = slider(lab, "filters"), []
    handle.focus()
    for key in ["ArrowRight"] * 15 + ["ArrowLeft"] * 15:
        before = lab.evaluate(DRAWING)
        begun = time.perf_counter()
        handle.press(key)
        lab.wait_for_function(f"before => {DRAWING} !== before", arg=before, polling="raf")
        times.append(1000 * (time.perf_counter() - begun))
    with capsys.disabled():
        print(f"\nthe architect follows a slider: median {statistics.median(times):.0f} ms")
    assert not lab.console_errors


def test_every_control_changes_the_drawing_and_the_words(lab):
    def click(name):
        return lambda: lab.get_by_role("button", name=name, exact=True).click()

    def select(name, value):
        return lambda: lab.get_by_label(name, exact=True).select_option(value)

    changes = [
        (1, press(lab, "filters"), "20,788 parameters"),
        (1, press(lab, "window"), "Layer 3, MaxPool2D, never looks at"),
        (1, press(lab, "stride"), "Layer 6, MaxPool2D, never looks at"),
        (1, press(lab, "padding"), "parameters"),
        (2, select("layer 2", "Flatten"), "Layer 3, MaxPool2D, needs maps with rows and columns"),
        (2, click("take this layer out"), "parameters"),
        (1, click("one place down"), "parameters"),
        (2, click("one place up"), "parameters"),
        (6, click("add a layer below"), "Layer 7, ReLU, changes nothing"),
        (1, select("start", "no padding, pixels lost"), "never looks at"),
        (1, select("start", "too much pooling"), "are only 1 × 1"),
        (1, select("start", "no bend"), "Nothing bends between layers 1 and 2"),
        (1, select("start", "no convolution"), "25,450 parameters"),
    ]
    for layer, change, says in changes:
        choose(lab, layer)
        drawing, told = lab.evaluate(DRAWING), lab.evaluate(TOLD)
        change()
        lab.wait_for_function(
            f"([d, t, s]) => ({DRAWING} !== d || {TOLD} !== t) && {TOLD}.includes(s)",
            arg=[drawing, told, says],
        )
    lab.get_by_role("button", name="code").click()
    expect(lab.get_by_label("the network as Python code")).to_be_visible()
    assert not lab.console_errors


def test_the_focus_stays_where_it_was(lab):
    for name in ("one place down", "one place up", "add a layer below", "take this layer out"):
        button = lab.get_by_role("button", name=name, exact=True)
        button.focus()
        before = lab.evaluate(DRAWING + " + " + TOLD)
        lab.keyboard.press("Enter")
        lab.wait_for_function(f"before => {DRAWING} + {TOLD} !== before", arg=before)
        expect(button).to_be_focused()


def test_it_fits_a_laptop_and_has_few_stops(lab):
    lab.set_viewport_size({"width": 1366, "height": 768})
    lab.wait_for_function(  # the page lays itself out anew
        """([wide, high]) => {
            const box = document.querySelector(".cnncourse-lab").getBoundingClientRect();
            return box.width <= wide && box.height <= high;
        }""",
        arg=BOX,
    )
    stops = lab.locator(
        ".cnncourse-lab :is(button, select, input, textarea, [tabindex='0']):visible"
    )
    assert stops.count() <= 20
