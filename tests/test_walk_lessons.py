"""Two lessons with their exercises answered; the others, and other ways, by walk_lessons.py."""

import pytest
import walk_lessons


@pytest.mark.parametrize("number", ["01", "08"])
def test_a_solved_lesson_runs_to_its_end_and_all_its_answers_are_right(number):
    assert list(walk_lessons.trouble("solved", number)) == [[]]


def test_known_mistakes_are_named_in_the_lesson_and_stop_nothing():
    notebook, expected = next(walk_lessons.mistaken("05"))
    exercises = walk_lessons.exercises_of(walk_lessons.lesson("05")).values()
    assert len(expected) == sum(len(exercise.mistakes) for exercise in exercises) >= 50
    assert walk_lessons.wrong_with(notebook, expected) == []


def test_each_exercise_stands_in_its_lesson_under_its_own_name():
    for number in walk_lessons.NUMBERS:
        notebook = walk_lessons.lesson(number)
        exercises = walk_lessons.exercises_of(notebook)
        assert {exercise.lesson[:2] for exercise in exercises.values()} <= {number}
