"""No exercise calls a wrong answer right that is its solution with one thing changed, refuses a
right one, or gives an answer the name of a mistake that it does not make.

`python tests/mutants.py [exercise]` prints the counts and what has to be mended.
"""

import dataclasses
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import mutants
import numpy as np
import pytest

from cnncourse.exercises import EXERCISES
from cnncourse.exercises.folds import solution_text

FUNCTIONS = [exercise.name for exercise in EXERCISES.values() if not exercise.is_value]


@pytest.fixture(scope="module")
def tally(request):
    """Return tally(name) -> what came of the mutants of an exercise; all cores count ahead."""
    items = [i for i in request.session.items if "tally" in getattr(i, "fixturenames", ())]
    chosen = {item.callspec.params["name"] for item in items}
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        counting = {
            name: pool.submit(mutants.tally_of, name) for name in EXERCISES if name in chosen
        }
        yield lambda name: counting[name].result()


@pytest.mark.parametrize("name", EXERCISES)
def test_wrong_answers_are_refused_and_right_ones_are_not(name, tally):
    found = tally(name)
    assert found.differing >= 30
    assert found.survivors == []
    assert found.refused == []


@pytest.mark.parametrize("name", EXERCISES)
def test_no_answer_gets_the_name_of_another_mistake(name, tally):
    assert tally(name).misnamed == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_answers_unlike_any_mistake_get_no_name(name, tally):
    assert tally(name).unnamed >= 20


def texts(name):
    """The mutants of an exercise's solution, each in one line."""
    exercise, source = EXERCISES[name], solution_text(EXERCISES[name])
    names = mutants.names_of(mutants.written(source, name), exercise)
    return {"; ".join(map(str.strip, text.splitlines())) for text in mutants.mutants(source, names)}


def test_the_battery_makes_the_mistakes_that_it_is_for():
    made = texts("correlate2d")
    for part in (
        "output = np.zeros((oh, ow), dtype=int)",
        "kh = min(3, kh)",
        "range(min(3, oh))",
        "oh = image.shape[1] - kh + 1",
        "ow = image.shape[1] - kh + 1",
        "oh = image.shape[0] - kh;",
        "output[column, row] =",
        "image[row:row + kh, column:column + kw - 1]",
        "(window * kernel).sum(); return output; return output",
        "return np.float16(output)",
        "kernel[...] = 0; return",
        "image = image.astype(int)",
    ):
        assert any(part in text for text in made), part
    made = texts("window_sum")
    loop = "for j in range(kernel.shape[1]):; total = "
    assert any(f"total = 0; {loop}" in text for text in made)  # set back in each row
    assert any(f"{loop}window[i, j] * kernel[i, j]; return" in text for text in made)
    assert any("stride = 1;" in text for text in texts("strided_correlation"))
    assert any("argmin" in text for text in texts("accuracy"))


def test_the_battery_finds_what_weak_cases_let_through():
    """With whole numbers alone, an output of whole numbers is right."""
    whole = {"whole": (np.arange(12.0).reshape(3, 4), np.array([[1.0, -2], [3, 0]]))}
    weak = dataclasses.replace(EXERCISES["correlate2d"], cases=whole)
    assert any("dtype=int" in line for line in mutants.tally(weak).survivors)


def test_the_battery_knows_a_wrong_name():
    """One case that fails cannot tell two mistakes apart."""
    one = {"one": (np.array([[2.0]]), np.array([[2.0]]))}
    assert mutants.tally(dataclasses.replace(EXERCISES["window_sum"], cases=one)).misnamed
