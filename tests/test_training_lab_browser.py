"""The training lab in JupyterLab: it stays in the learner's hands while it trains."""

import re
import time

import nbformat

CODE = """
from cnncourse import data
from cnncourse.explorers import training_lab
mnist = data.load("mnist")
lab = training_lab(mnist.x_train, mnist.y_train)
lab
"""


def notebook():
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(CODE.strip())],
        metadata={"kernelspec": {"display_name": "Python 3", "name": "python3"}},
    )


def steps_of(page) -> int:
    """How many steps the lab's sentence tells of."""
    said = page.locator(".jp-OutputArea-output [role=status]").first.inner_text()
    found = re.search(r"([\d,]+) steps", said)
    return int(found.group(1).replace(",", "")) if found else 0


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    assert condition()


def test_train_change_the_rate_and_pause(open_notebook, capsys):
    page = open_notebook(notebook())
    curves = page.locator(".jp-OutputArea-output img").first
    before = curves.get_attribute("src")
    page.get_by_role("button", name="Train").click()
    wait_for(lambda: curves.get_attribute("src") != before and steps_of(page) > 50)

    handle = page.locator(".widget-slider .noUi-handle").first
    handle.focus()
    handle.press("ArrowLeft")
    wait_for(lambda: page.locator(".widget-readout").first.inner_text() == "0.02")
    now = steps_of(page)
    wait_for(lambda: steps_of(page) > now + 30)

    asked = time.monotonic()
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Train").wait_for()
    answered = time.monotonic() - asked
    page.wait_for_timeout(1000)
    stopped = steps_of(page)
    page.wait_for_timeout(1000)
    assert steps_of(page) == stopped
    page.get_by_role("button", name="Start again").click()
    wait_for(lambda: steps_of(page) == 0)
    with capsys.disabled():
        print(f"\ntraining lab: pause answered after {answered:.2f} s; {stopped} steps taken")
    assert answered < 3
    assert page.console_errors == []
