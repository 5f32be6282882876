"""A prediction as a learner meets it: nothing is given away, and the keyboard is enough."""

import pytest
from controls import notebook
from playwright.sync_api import expect

QUESTIONS = """from cnncourse.explorers import predict
from IPython.display import display
display(predict("How many?", 12, wrong={9: "That is three times three."}, because="3 times 4."))
display(predict("Which?", "left", choices=["left", "right"], because="It is so."))"""


@pytest.fixture
def page(open_notebook):
    page = open_notebook(notebook(QUESTIONS))
    expect(page.get_by_text("Which?", exact=True)).to_be_visible()
    return page


def test_a_number_typed_and_sent_with_the_enter_key(page):
    field = page.get_by_placeholder("your answer")
    said = page.locator("[role=status]")
    assert "12" not in " ".join(page.locator(".jp-OutputArea-output").all_inner_texts())
    field.press_sequentially("9")
    field.press("Enter")
    expect(said.filter(has_text="9: not yet. That is three times three.")).to_be_visible()
    field.fill("12")
    field.press("Enter")
    expect(said.filter(has_text="Right: 12. 3 times 4.")).to_be_visible()
    assert not page.console_errors


def test_a_choice_and_the_buttons_by_keyboard(page):
    page.get_by_role("radio", name="right").press("Space")
    last = page.locator(".jp-OutputArea-child").last
    last.get_by_role("button", name="Check").press("Enter")
    expect(page.get_by_text("right: not yet.")).to_be_visible()
    last.get_by_role("button", name="Show the answer").press("Enter")
    expect(page.get_by_text("The answer: left. It is so.")).to_be_visible()
    assert not page.console_errors
