"""A prediction says whether an answer is right, and does not give it away before."""

import numpy as np
import pytest

from cnncourse.explorers import predict
from cnncourse.explorers.prediction import judge, read


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("12", int, 12),
        (" 12 ", int, 12),
        ("-3", int, -3),
        ("twelve", int, None),
        ("1.5", int, None),
        ("3 x 4", int, None),
        ("26 x 26", tuple, (26, 26)),
        ("26x26", tuple, (26, 26)),
        ("26 × 26", tuple, (26, 26)),
        ("(26, 26)", tuple, (26, 26)),
        ("[26, 26, 3]", tuple, (26, 26, 3)),
        ("(5,)", tuple, (5,)),
        ("26 26", tuple, (26, 26)),
        ("a x b", tuple, None),
        ("", tuple, None),
    ],
)
def test_reads_what_people_type(text, kind, value):
    assert read(text, kind) == value


def test_judges_a_count():
    assert judge(9, 9, {}) == (True, "Right: 9.")
    assert judge(8, 9, {}) == (False, "8: not yet. It is too small.")
    assert judge(10, 9, {}) == (False, "10: not yet. It is too large.")
    assert judge(8, 9, {8: "You left one out."}) == (False, "8: not yet. You left one out.")


def test_judges_a_shape():
    assert judge((3, 4), (3, 4), {}) == (True, "Right: 3 × 4.")
    right, text = judge((3, 5), (3, 4), {})
    assert not right
    assert text == "3 × 5: not yet. Of yours, number 1 is right, number 2 is too large."
    assert judge((3,), (3, 4), {}) == (False, "3: not yet. The answer has 2 numbers.")


def test_says_nothing_of_the_answer_before_one_is_given():
    question = predict("How many?", 1234, because="Since 1234 = 1234.")
    assert question.sentence == ""
    assert "1234" not in repr(question)
    question.button.click()
    assert question.sentence.startswith("First make a guess")
    assert "1234" not in question.give(7)
    question.field.value = "many"
    assert question.sentence == "Write one whole number, such as 12."


def test_right_answers_are_explained():
    question = predict("How many?", np.int64(9), wrong={8: "One more."}, because="3 × 3 = 9.")
    assert question.give(8) == "8: not yet. One more."
    assert question.give(9) == "Right: 9. 3 × 3 = 9."


def test_the_answer_can_be_shown():
    question = predict("Which shape?", np.zeros((2, 3)).shape, because="So it is.")
    question.reveal.click()
    assert question.sentence == "The answer: 2 × 3. So it is."


def test_a_choice():
    question = predict(
        "Which?", "up", choices=["up", "down"], wrong={"down": "Look again."}, because="Yes."
    )
    question.button.click()
    assert question.sentence.startswith("First make a guess")
    assert question.give("down") == "down: not yet. Look again."
    assert question.give("up") == "Right: up. Yes."


@pytest.mark.parametrize(
    ("arguments", "options", "named"),
    [
        ((5, 1), {}, "predict: question should be text"),
        (("?", "up"), {}, "predict: choices should list"),
        (("?", "up"), {"choices": ["down"]}, "predict: answer should be one of"),
        (("?", 1), {"wrong": {1: "no"}}, "predict: wrong should not hold the right answer"),
        (("?", 1), {"because": 3}, "predict: because should be text"),
        (("?", None), {}, "predict: answer and the keys of wrong should be"),
        (("?", 1), {"wrong": {None: "no"}}, "predict: answer and the keys of wrong should be"),
    ],
)
def test_bad_calls_are_told(arguments, options, named):
    with pytest.raises(ValueError, match=named):
        predict(*arguments, **options)
