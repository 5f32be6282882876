"""A prediction as a learner meets it: nothing is given away, and the keyboard is enough."""

import pytest
from controls import notebook
from playwright.sync_api import expect

QUESTIONS = """from cnncourse.explorers import predict
from cnncourse.explorers.prediction import PredictionWidget
from cnncourse.predictions import Prediction
from IPython.display import display
display(predict("places"))
display(PredictionWidget(Prediction(
    name="side", question="Which?", answer=lambda: "left", because="It is so.",
    choices=("left", "right"), wrong={"right": "The other one."})))"""


@pytest.fixture
def page(open_notebook):
    page = open_notebook(notebook(QUESTIONS))
    expect(page.get_by_text("Which?", exact=True)).to_be_visible()
    return page


def test_a_shape_typed_and_sent_with_the_enter_key(page):
    field = page.get_by_role("textbox", name="The output has rows × columns:")
    said = page.locator("[role=status]")
    assert "5 × 5" not in " ".join(page.locator(".jp-OutputArea-output").all_inner_texts())
    field.press_sequentially("7 by 7")
    field.press("Enter")
    expect(said.filter(has_text="7 × 7: no. In column 6")).to_be_visible()
    expect(said.filter(has_text="The answer: 5 × 5. The window can begin")).to_be_visible()
    field.fill("5x5")
    field.press("Enter")
    expect(said.filter(has_text="Right: 5 × 5. The window can begin")).to_be_visible()
    assert not page.console_errors


def test_a_choice_and_the_buttons_by_keyboard(page):
    left, right = (page.get_by_role("radio", name=name) for name in ("left", "right"))
    left.press("Space")
    left.press("ArrowDown")  # to the next choice, not to the next cell
    expect(right).to_be_checked()
    expect(right).to_be_focused()
    last = page.locator(".jp-OutputArea-child").last
    last.get_by_role("button", name="Check").press("Enter")
    said = page.get_by_text("right: no. The other one. The answer: left. It is so.")
    expect(said).to_be_visible()
    last.get_by_role("button", name="Show the answer").press("Enter")
    expect(page.get_by_text("The answer: left. It is so.", exact=True)).to_be_visible()
    assert not page.console_errors
