"""The fixture that opens notebooks in a browser sees what a learner would see, errors too."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook

SLIDER = "import ipywidgets\nipywidgets.IntSlider(description='stride', max=9)"
CONSOLE = (
    "from IPython.display import Javascript\n"
    'Javascript(\'console.error("first"); setTimeout(() => { throw Error("second"); })\')'
)


def notebook(*sources):
    return new_notebook(cells=[new_code_cell(source) for source in sources])


def test_a_widget_is_there_and_answers_to_a_key(open_notebook):
    page = open_notebook(notebook(SLIDER, "", "print(6 * 7)"))
    page.locator(".widget-slider .noUi-handle").press("ArrowRight")
    page.locator(".widget-readout", has_text="1").wait_for()
    page.get_by_text("42", exact=True).wait_for()
    assert page.console_errors == []


def test_a_cell_that_raises_is_an_error_with_the_cell(open_notebook):
    with pytest.raises(AssertionError, match=r"(?s)ZeroDivisionError.*7 // 0"):
        open_notebook(notebook("print('fine')", "7 // 0", "print('never')"))


def test_a_notebook_can_be_shown_before_it_runs(open_notebook):
    page = open_notebook(notebook("print(6 * 7)"), run=False)
    page.get_by_text("print(6 * 7)").wait_for()
    assert page.get_by_text("42", exact=True).count() == 0


def test_errors_in_the_console_are_collected(open_notebook):
    page = open_notebook(notebook(CONSOLE))
    page.wait_for_timeout(500)
    assert page.console_errors == ["first", "second"]
