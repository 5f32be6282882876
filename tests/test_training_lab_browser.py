"""The training lab in JupyterLab: it stays in the learner's hands while it trains."""

import re
import time

import pytest
from controls import notebook

LAB = """
from cnncourse import data
from cnncourse.explorers import training_lab
mnist = data.load("mnist")
lab = training_lab(mnist.x_train, mnist.y_train)
lab
"""
ASK = "print(lab.optimizer.lr, len(lab.records))"
RUN_BELOW = """async code => {
  const app = window.jupyterapp, notebook = app.shell.currentWidget.content;
  notebook.activeCellIndex = 1;
  notebook.activeCell.model.sharedModel.setSource(code);
  const ran = app.commands.execute('notebook:run-cell');
  if (!code.includes('train')) await ran;
}"""
FIRST_SAID = """rows => rows.map(
  row => [...row.cells].slice(1).findIndex(cell => +cell.textContent > 0))"""
PICTURES = "canvases => canvases.map(canvas => canvas.toDataURL())"


@pytest.fixture
def page(open_notebook):
    """The lab in a notebook, and below it a cell that asks for its learning rate and steps."""
    return open_notebook(
        notebook(LAB.strip(), ASK)
    )


def told(page) -> str:
    """The lab's sentence."""
    return page.locator(".jp-OutputArea-output [role=status]").first.inner_text()


def steps_of(page) -> int:
    """How many steps the lab's sentence tells of."""
    found = re.search(r"After ([\d,]+) steps", told(page))
    return int(found.group(1).replace(",", "")) if found else 0


def ask(page) -> tuple[float, int]:
    """The learning rate and the number of steps, as a cell prints them."""
    page.evaluate(RUN_BELOW, ASK)
    rate, steps = page.locator(".jp-Cell").nth(1).locator(".jp-OutputArea pre").inner_text().split()
    return float(rate), int(steps)


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    assert condition()


def seconds_until(condition) -> float:
    start = time.monotonic()
    wait_for(condition)
    return time.monotonic() - start


def press(page, name):
    page.get_by_role("button", name=name).click()


def test_train_change_the_rate_and_pause(page, capsys):
    curves = page.get_by_role("img", name="Curves")
    before, kernels = curves.inner_html(), page.locator("canvas").evaluate_all(PICTURES)
    assert kernels[0] == kernels[1]
    assert ask(page) == (0.05, 0)
    press(page, "Train")
    wait_for(lambda: curves.inner_html() != before and steps_of(page) > 50)
    assert re.match(r"Curves over \d+ steps\. Loss: from 2\.", curves.get_attribute("aria-label"))
    first, now = page.locator("canvas").evaluate_all(PICTURES)
    assert first != now

    handle = page.get_by_role("slider", name="learning rate")
    handle.focus()
    handle.press("ArrowLeft")
    moved = seconds_until(lambda: page.locator(".widget-readout").first.inner_text() == "0.02")
    rate, steps = ask(page)  # another cell has its turn while the lab trains
    assert rate == 0.02
    wait_for(lambda: ask(page)[1] > steps + 20)

    press(page, "Pause")
    paused = seconds_until(lambda: page.get_by_role("button", name="Train").count())
    _, steps = ask(page)
    page.wait_for_timeout(500)
    assert ask(page) == (0.02, steps)
    assert steps_of(page) == steps
    with capsys.disabled():
        print(f"\ntraining lab: rate shown after {moved:.2f} s, paused after {paused:.2f} s")
    assert paused < 1
    assert page.console_errors == []


def test_it_trains_for_as_many_steps_as_are_chosen(page):
    page.get_by_role("combobox", name="how long").select_option("10 steps")
    for steps in (10, 20):
        press(page, "Train")
        wait_for(lambda steps=steps: steps_of(page) == steps)
        page.get_by_role("button", name="Train").wait_for()
    assert page.console_errors == []


def test_it_goes_on_after_an_interruption(page):
    """A cell that trains is interrupted with the button of the toolbar; then the lab goes on."""
    page.evaluate(RUN_BELOW, "lab.train(10**6)")
    wait_for(lambda: steps_of(page) > 20)
    page.evaluate("jupyterapp.commands.execute('notebook:interrupt-kernel')")
    below = page.locator(".jp-Cell").nth(1)
    below.get_by_text("KeyboardInterrupt").first.wait_for()
    steps = steps_of(page)
    page.evaluate(RUN_BELOW, "lab.train(3)")
    wait_for(lambda: steps_of(page) == steps + 3)
    assert below.get_by_text("StopIteration").count() == 0
    press(page, "Train")
    wait_for(lambda: steps_of(page) > steps + 20)
    press(page, "Pause")


def test_start_again_while_it_trains(page):
    press(page, "Train")
    wait_for(lambda: steps_of(page) > 20)
    press(page, "Start again")
    wait_for(lambda: told(page).startswith("Before any training"))
    assert ask(page) == (0.05, 0)
    press(page, "Train")
    wait_for(lambda: steps_of(page) > 20)
    press(page, "Pause")
    assert page.console_errors == []


def test_a_rate_far_too_large_is_told_of(page):
    handle = page.locator(".widget-slider .noUi-handle").first
    handle.focus()
    handle.press("End")
    wait_for(lambda: page.locator(".widget-readout").first.inner_text() == "10")
    press(page, "Train")
    wait_for(lambda: "smaller learning rate" in told(page))
    table = page.locator("tbody tr")
    wait_for(lambda: len(set(table.evaluate_all(FIRST_SAID))) == 1)  # one digit for every image
    press(page, "Pause")
    assert page.console_errors == []
