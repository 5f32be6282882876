"""The hidden kernel as a learner sees it come back in lesson 08, in JupyterLab."""

import re
import statistics

import pytest
from controls import each_changes, lab_notebook, slider
from latency import describe, slider_latency
from playwright.sync_api import expect


@pytest.fixture
def lab(open_notebook):
    """Return a page that shows the lab."""
    page = open_notebook(lab_notebook("kernel_back_lab"))
    expect(page.get_by_text("One kernel, hidden")).to_be_visible()
    return page


def test_a_step_is_seen_at_once_and_every_control_changes_pixels_and_words(lab, capsys):
    times = slider_latency(lab, slider(lab, "step"), lab.locator("canvas").first, moves=10)
    with capsys.disabled():
        print(f"\nkernel_back_lab follows a step: {describe(times)}")
    assert statistics.median(times) <= 100
    task = lab.get_by_role("combobox", name="task")
    hidden = lab.get_by_role("combobox", name="hidden")
    each_changes(
        lab,
        [
            ("hidden", lambda: hidden.select_option("emboss"), "Step 0: "),
            ("start", lambda: slider(lab, "start").press("ArrowRight"), "Step 0: "),
            ("task", lambda: task.select_option("two kernels"), "Two kernels are hidden"),
            ("step", lambda: slider(lab, "step").press("ArrowRight"), "Step 1: "),
        ],
    )
    lab.get_by_role("button", name="Play").click()
    expect(lab.get_by_text(re.compile("Step [1-9][0-9]"))).to_be_visible()  # it may skip some
    assert not lab.console_errors
