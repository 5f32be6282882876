"""The predictions of lessons 00 and 01 are about what these lessons show, and are right."""

import re
from pathlib import Path

import numpy as np

from cnncourse import reference
from cnncourse.explorers import draw_and_classify
from cnncourse.predictions import PREDICTIONS, one_kernel, welcome

LESSON = Path(__file__).resolve().parent.parent / "lessons" / "01_one_kernel.py"


def array_of_the_lesson(name):
    """The array that the lesson types in under this name."""
    pattern = rf"(?ms)^{name} = np\.array\((\[\n.*?\n\])\)"
    rows = re.search(pattern, LESSON.read_text("utf-8"))
    return np.array(eval(rows[1]))


def test_letter_and_kernel_are_those_of_the_lesson():
    np.testing.assert_array_equal(array_of_the_lesson("letter"), one_kernel.LETTER)
    np.testing.assert_array_equal(array_of_the_lesson("kernel"), one_kernel.KERNEL)


def test_sum_and_places_are_those_of_the_loops():
    output = reference.correlate2d(one_kernel.LETTER, one_kernel.KERNEL)
    assert PREDICTIONS["next_window"].right == output[1, 1]
    assert PREDICTIONS["places"].right == output.shape


def test_each_weight_that_is_zero_would_double_the_best_windows():
    zeros = np.count_nonzero(one_kernel.KERNEL == 0)
    assert PREDICTIONS["best_windows"].right == 2**zeros


def test_the_spots_are_those_of_the_lesson():
    text = LESSON.read_text("utf-8")
    for spot, (rows, columns) in one_kernel.SPOTS.items():
        place = f"output[{rows.start}:{rows.stop}, {columns.start}:{columns.stop}]"
        assert f'"{spot}": {place}' in text


def test_the_six_is_the_sample_that_the_lab_turns():
    lab = draw_and_classify()
    lab.digit.value = "a sample 6"
    assert lab.image == welcome.SIX
    lab.turn.value = 180
    assert PREDICTIONS["half_a_turn"].right == str(lab.view.probabilities.argmax())


def test_the_share_of_right_answers_is_the_one_that_the_lesson_prints():
    notebook = (LESSON.parent.parent / "notebooks" / "00_welcome.ipynb").read_text("utf-8")
    _, turned = re.findall(r"Sure of \d+ answers; ([\d.]+)% of these are right", notebook)
    limits = {welcome.NEARLY_ALL: (90, 100), welcome.MOST: (50, 90), welcome.FEW: (0, 50)}
    low, high = limits[PREDICTIONS["right_when_sure"].right]
    assert low <= float(turned) <= high
