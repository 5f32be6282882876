"""The predictions: each answer is computed, guesses are understood as people type them, and nothing
gives an answer away before a guess.
"""

import html
import re
from pathlib import Path

import pytest

from cnncourse import predictions
from cnncourse.course import lesson_modules
from cnncourse.explorers import predict
from cnncourse.explorers.prediction import PredictionWidget
from cnncourse.predictions import PREDICTIONS, Prediction

SOURCES = sorted((Path(__file__).resolve().parent.parent / "lessons").glob("[0-9]*.py"))
CALL = re.compile(r'^(?:display\()?predict\("(\w+)"\)', re.MULTILINE)
EACH = pytest.mark.parametrize("prediction", PREDICTIONS.values(), ids=lambda p: p.name)


def asks(answer, **options):
    """A prediction with this answer."""
    filled = dict(name="n", question="How many?", because="So it is.") | options
    return Prediction(answer=lambda: answer, **filled)


@pytest.mark.parametrize(
    "text, number",
    [
        ("12", 12),
        (" 12 ", 12),
        ("12.", 12),
        ("12.0", 12),
        ("(12)", 12),
        ("+12", 12),
        ("-27", -27),
        ("−27", -27),
        ("- 27", -27),
        ("–27", -27),
        ("—27", -27),
        ("1,568", 1568),
        ("1 568", 1568),
        ("1568.0", 1568),
        ("0.5", 0.5),
        (".5", 0.5),
        ("0,5", 0.5),
        ("−1,234.5", -1234.5),
        ("22 rows", 22),
        ("50%", 50),
        ("50 %.", 50),
        ("minus 5", -5),
        ("none", 0),
        ("12 x", None),
        ("3 x 4 rows", None),
        ("twelve", None),
        ("3 x 4", None),
        ("", None),
        ("1e3", None),
        ("--3", None),
    ],
)
def test_reads_a_number_as_people_type_it(text, number):
    assert asks(3).read(text) == number


@pytest.mark.parametrize(
    "text",
    [
        *("26 x 26 x 3", "26x26x3", "26 × 26 × 3", "26X26X3", "26*26*3", "26 by 26 by 3"),
        *("(26, 26, 3)", "[26,26,3]", "26 26 3", "26; 26; 3", "26.0 x 26.0 x 3", "26 By 26 by 3"),
        *("(26, 26, 3,)", "26·26·3", "26 x 26 x 3 maps", "26, 26 and 3", "26x26x3."),
    ],
)
def test_reads_a_shape_as_people_type_it(text):
    assert asks((1, 2)).read(text) == (26, 26, 3)


@pytest.mark.parametrize("text", ["a x b", "", "5 by", "x", "5 bye 5", "25", "(5,)"])
def test_what_is_no_shape_is_told(text):
    assert asks((1, 2)).read(text) is None


def test_numpys_numbers_are_plain_numbers():
    numpy = pytest.importorskip("numpy")
    assert asks(numpy.int64(9)).right == 9
    assert asks(tuple(numpy.zeros((2, 3)).shape)).right == (2, 3)
    assert asks(numpy.float32(0.5)).right == 0.5


def test_answer_and_reason_follow_the_first_guess_right_or_wrong():
    question = asks(1568, wrong={49: "That is one map."}, because="7 × 7 × 32.")
    assert question.reply(1568) == (True, "Right: 1,568. 7 × 7 × 32.")
    assert question.reply(49) == (
        False, "49: no. That is one map. The answer: 1,568. 7 × 7 × 32."
    )  # fmt: skip
    assert question.reply(-3) == (False, "−3: no. The answer: 1,568. 7 × 7 × 32.")


# The widget


@EACH
def test_a_guess_is_answered_and_nothing_is_said_before(prediction):
    widget = predict(prediction.name)
    assert widget.sentence == ""
    widget.button.click()
    assert widget.sentence.startswith("First make a guess")
    assert prediction.because not in f"{widget!r} {widget.question.value}"
    if not prediction.choices:
        widget.field.value = "no idea"
        assert widget.sentence == prediction.how
    for guess, hint in prediction.wrong.items():
        said = widget.give(guess)
        assert ": no. " in said and hint in said
        assert said.endswith(prediction.told)
    assert widget.give(prediction.right).startswith("Right: ")
    assert widget.sentence.endswith(prediction.because)


def test_a_choice_that_comes_after_its_check_is_answered_too():
    widget = PredictionWidget(asks("left", choices=("left", "right")))
    widget.button.click()
    widget.field.value = "left"
    assert widget.sentence.startswith("First make a guess")  # a choice alone is no answer
    widget.button.click()  # sent before the choice made just before it, when the kernel is busy
    widget.field.value = "right"
    assert widget.sentence == "right: no. The answer: left. So it is."


@EACH
def test_the_answer_can_be_shown(prediction):
    widget = predict(prediction.name)
    widget.reveal.click()
    assert widget.sentence == prediction.told


@pytest.mark.parametrize("name", ["palces", "", None, 3, ["places"]])
def test_a_name_that_is_none_is_told(name):
    with pytest.raises(ValueError, match="predict: name should be the name of a prediction"):
        predict(name)
    with pytest.raises(ValueError, match='Did you mean "places"'):
        predict("palces")


# What stands in the package and in the lessons


@EACH
def test_a_prediction_is_complete(prediction):
    assert prediction.question.endswith((":", "?"))
    assert prediction.because.endswith((".", ")")) and len(prediction.because) > 15
    assert len(prediction.wrong) >= 2 or prediction.choices  # the reason answers to every choice
    assert prediction.right not in prediction.wrong
    assert all(sentence.endswith((".", "?")) for sentence in prediction.wrong.values())
    kinds = {type(key) for key in prediction.wrong} | {type(prediction.right)}
    assert kinds <= {int, float} or len(kinds) == 1
    if prediction.choices:
        assert {prediction.right, *prediction.wrong} <= set(prediction.choices)


@EACH
def test_wrong_answers_can_be_typed(prediction):
    for answer in prediction.wrong:
        assert prediction.read(str(answer)) == answer


def test_no_two_predictions_share_a_name():
    names = [p.name for _, module in lesson_modules(predictions) for p in module.PREDICTIONS]
    assert sorted(names) == sorted(PREDICTIONS)


def test_each_is_asked_once_in_its_lesson():
    asked = [(name, p.stem) for p in SOURCES for name in CALL.findall(p.read_text("utf-8"))]
    assert sorted(asked) == sorted((p.name, p.lesson) for p in PREDICTIONS.values())


@EACH
def test_its_lesson_keeps_the_secret(prediction):
    page = next(p for p in SOURCES if p.stem == prediction.lesson).read_text("utf-8")
    page = " ".join(html.unescape(page).replace("\n# ", " ").split())
    for sentence in (prediction.because, *prediction.wrong.values()):
        assert sentence not in page
