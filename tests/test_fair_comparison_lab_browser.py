"""Two networks compared as a learner does it in lesson 10, in JupyterLab."""

from controls import fits, lab_notebook
from playwright.sync_api import expect

SECONDS = 60_000  # milliseconds: the runs are real


def test_an_unfair_comparison_does_not_run_and_a_fair_one_does_and_can_be_paused(open_notebook):
    lab = open_notebook(lab_notebook("fair_comparison_lab"))
    expect(lab.get_by_text("0 of 8 runs are done")).to_be_visible()

    def choose(name, option):
        lab.get_by_role("combobox", name=name, exact=True).select_option(option)

    button = lab.locator(".cnncourse-lab").get_by_role("button")
    choose("second: training images", "50")
    expect(lab.get_by_text("equally many images, not 100 and 50")).to_be_visible()
    choose("first: training images", "50")
    expect(lab.get_by_text("Fair: only shrinking")).to_be_visible()
    choose("second: filters of the first convolution", "32")
    expect(lab.get_by_text("not 20,490 and 50,186")).to_be_visible()
    button.click()
    expect(lab.get_by_text("Not fair, so it does not run.")).to_be_visible()
    choose("second: filters of the first convolution", "16")

    choose("first: seeds", "8")
    expect(button).to_have_text("Run")
    button.click()
    expect(lab.get_by_text("of 16 runs are done")).not_to_contain_text(" 0 of", timeout=SECONDS)
    expect(button).to_have_text("Pause")
    button.click()
    expect(button).to_have_text("Run", timeout=SECONDS)
    expect(lab.get_by_text("of 16 runs are done")).to_be_visible()

    choose("first: seeds", "3")
    button.click()
    expect(lab.get_by_text("3 seeds: mean")).to_be_visible(timeout=SECONDS)
    expect(button).to_have_text("Run", timeout=SECONDS)
    expect(lab.locator("svg[role=img] circle")).to_have_count(3 * 3 + 3)
    fits(lab, 1366)
    fits(lab, 1182)
    assert not lab.console_errors
