"""A lab whose kernel was restarted says so, and what to do; two labs side by side go their ways."""

from controls import notebook, press, settled

RESTART = """() => jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.restart()"""
BEFORE = """lab => [
    getComputedStyle(lab, '::before').content, lab.getBoundingClientRect().height]"""
TWO = "from cnncourse.explorers import size_lab\nsize_lab()"


def test_two_labs_at_once_and_then_a_restart(open_notebook):
    page = open_notebook(notebook(TWO, TWO))
    _, before = settled(page)
    assert before[: len(before) // 2] == before[len(before) // 2 :]
    press(page, "stride")()  # of the first
    _, after = settled(page)
    half = len(before) // 2
    assert after[:half] != before[:half]
    assert after[half:] == before[half:]

    lab = page.locator(".cnncourse-lab").first
    says, height = lab.evaluate(BEFORE)
    assert says == "none"
    page.evaluate(RESTART)
    page.locator(".cnncourse-lab.jupyter-widgets-disconnected").first.wait_for(timeout=60_000)
    says, higher = lab.evaluate(BEFORE)
    assert "Run this cell again" in says
    assert 20 < higher - height < 60
