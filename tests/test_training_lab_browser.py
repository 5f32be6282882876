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
# Watches the pictures of the curves for some seconds: how many there were, and how many new.
COUNT = """async (seconds) => {
  const canvas = document.querySelector('.training-curves canvas'), seen = new Set();
  const start = performance.now();
  let count = 0;
  const observer = new MutationObserver(() => { count += 1; seen.add(canvas.dataset.steps); });
  observer.observe(canvas, { attributeFilter: ['data-frame'] });
  await new Promise(done => setTimeout(done, 1000 * seconds));
  observer.disconnect();
  const passed = (performance.now() - start) / 1000;
  return [count / passed, seen.size / passed];
}"""
# From a press on the button to its new name.
PRESS = """(name) => new Promise(done => {
  const button = [...document.querySelectorAll('button')].find(b => b.textContent === name);
  const start = performance.now();
  new MutationObserver(() => button.textContent !== name && done(performance.now() - start))
    .observe(button, { childList: true, subtree: true, characterData: true });
  button.click();
})"""


@pytest.fixture
def page(open_notebook):
    """The lab in a notebook, and below it a cell that asks for its learning rate and steps."""
    return open_notebook(
        notebook(LAB.strip(), ASK)
    )


def told(page) -> str:
    """The sentence of the lab, below the one that says what to try."""
    return page.locator(".jp-OutputArea-output [role=status]").nth(1).inner_text()


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
    before = curves.evaluate("canvas => canvas.toDataURL()")
    assert ask(page) == (0.05, 0)
    press(page, "Train")
    wait_for(lambda: steps_of(page) > 50)
    assert re.match(r"Curves over \d+ steps\. Loss: from 2\.", curves.get_attribute("aria-label"))
    assert curves.evaluate("canvas => canvas.toDataURL()") != before
    drawn, new = page.evaluate(COUNT, 3)

    handle = page.get_by_role("slider", name="learning rate")
    handle.focus()
    handle.press("ArrowLeft")
    moved = seconds_until(lambda: page.locator(".widget-readout").first.inner_text() == "0.02")
    rate, steps = ask(page)  # another cell has its turn while the lab trains
    assert rate == 0.02
    wait_for(lambda: ask(page)[1] > steps + 20)

    paused = page.evaluate(PRESS, "Pause") / 1000
    page.get_by_role("button", name="Train").wait_for()
    wait_for(lambda: not told(page).endswith("ago."))
    _, steps = ask(page)
    page.wait_for_timeout(500)
    assert ask(page) == (0.02, steps)
    assert steps_of(page) == steps
    with capsys.disabled():
        print(
            f"\ntraining lab: {drawn:.1f} pictures a second, {new:.1f} of them new; rate shown "
            f"after {moved:.2f} s, paused after {paused:.3f} s"
        )
    assert new > 4  # about 11 where nothing else runs
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
