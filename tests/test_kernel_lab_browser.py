"""The kernel lab as a learner meets it in lesson 01: every control, by keyboard, in JupyterLab."""

import re

import numpy as np
import pytest
from controls import (
    OUTPUT,
    RUN,
    at_once,
    each_changes,
    fits,
    notebook,
    open_lab,
    pixels,
    press,
    settled,
    slider,
    words,
)
from latency import slider_latency
from PIL import Image
from playwright.sync_api import expect

HATCHED = """name => {
  const canvas = document.querySelector(`canvas[aria-label^="${name}"]`);
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value, i) => i % 4 === 3 && value === 0) ? 'hatched' : 'whole';
}"""
HURRY = """for name in ("box_blur", "gaussian_blur", "sharpen", "box_blur", "sobel_x"):
    lab.preset.value = name"""


@pytest.fixture
def lab(open_notebook):
    """Return a page that shows the lab, in a cell of its own."""
    return open_lab(open_notebook, "kernel_lab", canvases=5)


def test_a_weight_slider_answers_at_once(lab, capsys):
    output = lab.get_by_role("img", name="the photograph's output")
    times = slider_latency(lab, slider(lab, "1, 1"), output)
    expect(lab.get_by_role("img", name=re.compile("^the kernel: .*; −2, 3, 2;"))).to_have_count(1)
    assert len(times) == 30
    at_once(lab, times, "the kernel lab follows a weight slider", capsys)


def test_every_control_changes_pixels_and_words(lab):
    kernel, divisor = lab.get_by_label("kernel", exact=True), lab.get_by_label("divided by")
    relu = lab.get_by_role("checkbox", name="ReLU")
    places = [f"{i}, {j}" for i in range(3) for j in range(3)]
    changes = [
        ("bias", press(lab, "bias"), "from −3.33 to 3.4"),
        ("ReLU", relu.check, "from 0 to 3.4"),
        ("no ReLU", relu.uncheck, "from −3.33 to 3.4"),
        ("padding", press(lab, "padding"), "output is 256 × 256"),
        ("stride", press(lab, "stride"), "output is 128 × 128"),
        ("blur", lambda: kernel.select_option("box_blur"), "The plain mean of nine pixels"),
        ("divisor", lambda: divisor.select_option("4"), "Your own kernel."),
        ("divisor back", lambda: divisor.select_option("9"), "The plain mean of nine pixels"),
        ("emboss", lambda: kernel.select_option("emboss"), "Lower right minus upper left"),
        *[(f"weight {at}", press(lab, at), "Your own kernel.") for at in places],
    ]
    each_changes(lab, changes)
    block = lab.locator(".cnncourse-block")  # below it stands what the keys do, not cut off
    assert "next slider" in block.evaluate("b => getComputedStyle(b, '::after').content")
    assert block.evaluate("b => getComputedStyle(b).overflow") == "visible"


def test_stretching_the_contrast_changes_pixels_and_no_number(lab):
    seen, told = settled(lab)
    lab.get_by_role("checkbox", name="stretch contrast").check()
    after, tells = settled(lab)
    assert after != seen
    assert tells == told
    expect(lab.get_by_text("its output: contrast stretched")).to_be_visible()
    assert not lab.console_errors


def test_it_fits_the_screen(lab):
    for width, high in ((1366, 647), (1182, 647), (750, 1100)):
        fits(lab, width, high)


def test_kernels_set_in_a_hurry_are_not_rounded_by_the_sliders(lab):
    """Sliders in the page answer what Python tells them, late, and rounded to their steps."""
    lab.evaluate(RUN, HURRY)
    settled(lab)
    assert lab.evaluate(RUN, "print(lab, lab.state.kernel.tolist())") == (
        "KernelLab(sobel_x, bias=0, relu=False, stride=1, pad=0) "
        "[[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]\n"
    )
    assert not lab.console_errors


def test_the_window_walks_pauses_and_steps(lab):
    live = lab.locator(f"{OUTPUT} .linked-live")
    play, step_on = lab.get_by_role("button", name="Play"), lab.get_by_title("one window on")
    step_on.click()
    expect(live).to_contain_text("Output row 2, column 2:")  # the next to the one that is outlined
    expect(lab.locator(".cnncourse-walk [role=status]")).to_contain_text("Output row 2, column 2:")
    lab.get_by_title("one window back").click()
    expect(live).to_contain_text("Output row 2, column 1:")
    lab.get_by_role("slider", name="speed").press("End")
    play.click()
    lab.get_by_role("button", name="Pause").click()
    seen, told = settled(lab)
    lab.wait_for_timeout(300)
    assert (seen, told) == (pixels(lab), words(lab))
    assert "hatched" in lab.evaluate(HATCHED, "the grid's output")
    play.click()
    expect(live).to_have_text("")  # at its end, all is shown
    assert "hatched" not in lab.evaluate(HATCHED, "the grid's output")
    assert not lab.console_errors


def test_a_photograph_larger_than_a_message_arrives_and_a_damaged_one_is_refused(lab, tmp_path):
    large, damaged = tmp_path / "large.jpg", tmp_path / "damaged.jpg"
    noise = np.random.default_rng(0).integers(0, 256, (2700, 3600, 3), np.uint8)
    Image.fromarray(noise).save(large, quality=95)
    assert large.stat().st_size > 10_485_760
    damaged.write_bytes(large.read_bytes()[:5000])
    upload = lab.get_by_role("button", name="your photograph")
    for file, says in ((large, "output is 169 × 226"), (damaged, "'damaged.jpg' cannot be read")):
        with lab.expect_file_chooser() as chooser:
            upload.click()
        chooser.value.set_files(file)
        expect(lab.get_by_text(says)).to_be_visible(timeout=20_000)
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
    expect(page.locator(f"{OUTPUT} canvas[data-frame]")).to_have_count(18)
    for cell, says in zip(page.locator(".jp-CodeCell").all(), bodies.values()):
        expect(cell.get_by_text(says)).to_be_visible()
        before, told = settled(page)
        slider(cell, "0, 0").press("ArrowLeft")
        after, tells = settled(page)
        assert after != before
        assert tells != told
    assert not page.console_errors


def test_a_weight_dragged_in_the_kernel_changes_all(lab):
    kernel = lab.get_by_role("img", name="the kernel: ")
    seen, told = settled(lab)
    box = kernel.bounding_box()
    lab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    lab.mouse.down()
    lab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 - 60, steps=20)
    lab.mouse.up()
    expect(lab.get_by_role("img", name=re.compile("^the kernel: .*; −2, 1, 2;"))).to_have_count(1)
    expect(slider(lab, "1, 1")).to_have_attribute("aria-valuetext", "1.0")
    after, tells = settled(lab)
    assert after != seen
    assert tells != told
    for key in ("3", "Enter"):
        lab.keyboard.press(key)
    expect(slider(lab, "1, 1")).to_have_attribute("aria-valuetext", "3.0")
    assert not lab.console_errors
