"""The kernel lab as a learner meets it in lesson 01: every control, by keyboard, in JupyterLab."""

import re
import statistics

import nbformat
import pytest
from latency import describe, slider_latency
from playwright.sync_api import expect

START = """from cnncourse.explorers import kernel_lab
lab = kernel_lab()
lab"""

# Runs code in the notebook's kernel and gives back what it printed.
RUN = """async (code) => {
  const session = jupyterapp.shell.currentWidget.context.sessionContext.session;
  const future = session.kernel.requestExecute({ code });
  let printed = '';
  future.onIOPub = (message) => { printed += message.content.text ?? ''; };
  await future.done;
  return printed;
}"""

HURRY = """for name in ("box_blur", "gaussian_blur", "sharpen", "box_blur", "sobel_x"):
    lab.preset.value = name"""


def notebook(*codes):
    """Return a notebook of these code cells."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [nbformat.v4.new_code_cell(code) for code in codes]
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


@pytest.fixture
def lab(open_notebook):
    """Return a page that shows the lab, in a cell of its own."""
    page = open_notebook(notebook(START))
    expect(page.locator(".jp-OutputArea-output canvas[data-frame]")).to_have_count(5)
    return page


def pictures(page):
    """Return the pixels of the lab's five canvases, as data URLs."""
    return page.evaluate(
        "[...document.querySelectorAll('.jp-OutputArea-output canvas')].map(c => c.toDataURL())"
    )


def words(page):
    """Return what the lab says: the kernel, the pictures, the sum."""
    return page.locator(".jp-OutputArea-output [role=status]:visible").all_inner_texts()


def settled(page):
    """Return pictures and words once they have not changed for a while."""
    seen = None
    for _ in range(50):
        page.wait_for_timeout(200)
        before, seen = seen, (pictures(page), words(page))
        if seen == before:
            return seen
    raise AssertionError("the lab's pictures and words never came to rest")


def slider(page, name):
    """Return what takes the keys of the slider with this description."""
    described = page.locator(".widget-slider").filter(has_text=re.compile(f"^{name}"))
    return described.get_by_role("slider")


def test_a_weight_slider_answers_at_once(lab, capsys):
    output = lab.get_by_role("img", name="the photograph's output")
    times = slider_latency(lab, slider(lab, "1, 1"), output)
    with capsys.disabled():
        print(f"\nthe kernel lab follows a weight slider: {describe(times)}")
    expect(lab.get_by_role("img", name=re.compile("^the kernel: .*; −2, 3, 2;"))).to_have_count(1)
    assert len(times) == 30
    assert statistics.median(times) <= 100
    assert not lab.console_errors


def test_every_control_changes_pixels_and_words(lab):
    kernel, divisor = lab.get_by_label("kernel", exact=True), lab.get_by_label("divided by")
    relu = lab.get_by_role("checkbox", name="ReLU")
    places = [f"{i}, {j}" for i in range(3) for j in range(3)]
    changes = [
        ("window", lambda: slider(lab, "window").press("ArrowLeft"), "Output row 4, column 3"),
        ("bias", lambda: slider(lab, "bias").press("ArrowRight"), "from −3.33 to 3.4"),
        ("ReLU", relu.check, "from 0 to 3.4"),
        ("no ReLU", relu.uncheck, "from −3.33 to 3.4"),
        ("padding", lambda: slider(lab, "padding").press("ArrowRight"), "output is 256 × 256"),
        ("stride", lambda: slider(lab, "stride").press("ArrowRight"), "output is 128 × 128"),
        ("blur", lambda: kernel.select_option("box_blur"), "The plain mean of nine pixels"),
        ("divisor", lambda: divisor.select_option("4"), "Your own kernel."),
        ("divisor back", lambda: divisor.select_option("9"), "The plain mean of nine pixels"),
        ("emboss", lambda: kernel.select_option("emboss"), "Lower right minus upper left"),
        *[
            (f"weight {at}", lambda at=at: slider(lab, at).press("ArrowRight"), "Your own kernel.")
            for at in places
        ],
    ]
    shown, told = settled(lab)
    for name, change, says in changes:
        pixels_before, words_before = shown, told
        change()
        shown, told = settled(lab)
        assert shown != pixels_before, f"{name}: no picture changed"
        assert told != words_before, f"{name}: no word changed"
        assert any(says in text for text in told), f"{name}: {told} does not say {says!r}"
    assert not lab.console_errors


def test_kernels_set_in_a_hurry_are_not_rounded_by_the_sliders(lab):
    """Sliders in the page answer what Python tells them, late, and rounded to their steps."""
    lab.evaluate(RUN, HURRY)
    settled(lab)
    assert lab.evaluate(RUN, "print(lab, lab.state.kernel.tolist())") == (
        "KernelLab(sobel_x, bias=0, relu=False, stride=1, pad=0) "
        "[[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]\n"
    )
    assert not lab.console_errors


def test_play_stop_and_the_step_buttons_move_the_window(lab):
    place = slider(lab, "window")
    step_back, step_on = lab.get_by_title("one window back"), lab.get_by_title("one window on")
    play, stop = (lab.locator(".widget-play button").nth(place) for place in (0, 1))
    expect(place).to_have_attribute("aria-valuenow", "24.0")
    step_back.click()
    expect(place).to_have_attribute("aria-valuenow", "23.0")
    step_on.click()
    step_on.click()
    expect(place).to_have_attribute("aria-valuenow", "0.0")
    expect(lab.get_by_text("Output row 0, column 0")).to_be_visible()
    play.click()
    expect(lab.get_by_text("Output row 0, column 3")).to_be_visible()
    play.click()
    _, told = settled(lab)
    lab.wait_for_timeout(1000)
    assert words(lab) == told
    stop.click()
    expect(lab.get_by_text("Output row 0, column 0")).to_be_visible()
    assert not lab.console_errors


MINE = """from cnncourse import reference
from cnncourse.explorers import kernel_lab
def mine(image, kernel):
    {}
kernel_lab(conv=mine)"""


def test_a_learners_own_function_in_the_lab(open_notebook):
    bodies = {
        "...": "Your function returned nothing yet",
        "return reference.correlate2d(image, kernel)": "agrees with the course's at all 25 places",
        "return reference.correlate2d(image, kernel[:, ::-1])": "differs from the course's",
    }
    page = open_notebook(notebook(*[MINE.format(body) for body in bodies]))
    expect(page.locator(".jp-OutputArea-output canvas[data-frame]")).to_have_count(18)
    for cell, says in zip(page.locator(".jp-CodeCell").all(), bodies.values()):
        expect(cell.get_by_text(says)).to_be_visible()
        before, told = settled(page)
        slider(cell, "0, 0").press("ArrowLeft")
        after, tells = settled(page)
        assert after != before
        assert tells != told
    assert not page.console_errors
