"""Every exercise: its solution is right, each known mistake is named, and nothing that a learner
might hand in makes `check` fail, hang, or give the solution away.
"""

import functools
import html.parser
import json
import linecache
import re
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import nbclient
import nbformat
import numpy as np
import pytest

from cnncourse import data, exercises, interpret, layers, ops
from cnncourse.course import lesson_modules
from cnncourse.exercises import EXERCISES, check, hints, progress, running, words
from cnncourse.exercises import functions as judging
from cnncourse.exercises.core import Verdict
from cnncourse.exercises.folds import solution_text
from cnncourse.exercises.one_kernel import predict_output
from cnncourse.exercises.training import curves, diagnose
from cnncourse.exercises.what_it_sees import fooling_image
from cnncourse.experiments import Setup

FUNCTIONS = [exercise for exercise in EXERCISES.values() if not exercise.is_value]
WITH_ARRAYS = [e for e in FUNCTIONS if isinstance(next(iter(e.cases.values()))[0], np.ndarray)]
VALUES = [exercise for exercise in EXERCISES.values() if exercise.is_value]
MISTAKES = [  # an exercise, a mistake, and an answer that makes it
    pytest.param(exercise, mistake, answer, id=f"{exercise.name}-{mistake.name}")
    for exercise in EXERCISES.values()
    for mistake in exercise.mistakes
    for answer in ([mistake.example] if exercise.is_value else mistake.ways())
]


def by_name(thing):
    return getattr(thing, "name", None)


@pytest.fixture(autouse=True)
def kept(tmp_path, monkeypatch):
    """Results go to a file of the test's own; return its path."""
    path = tmp_path / "progress.jsonl"
    monkeypatch.setenv("CNNCOURSE_PROGRESS", str(path))
    return path


@pytest.fixture
def said(capsys):
    """Return said(name, answer): what check prints, once it is sure that it gives nothing away."""

    def run(name, answer):
        capsys.readouterr()
        assert check(name, answer) is None
        printed, errors = capsys.readouterr()
        assert not errors
        assert printed.startswith(("Right: ", "Not yet: ", "Not attempted yet: "))
        flat = " ".join(printed.split())
        for secret in secrets(name):
            assert secret not in flat
        return flat

    return run


@functools.cache
def secrets(name):
    """The hints, and the lines of the solution that could not stand anywhere else."""
    exercise = EXERCISES[name]
    lines = [" ".join(line.split()) for line in solution_text(exercise).splitlines()]
    return [*exercise.hints, *(line for line in lines if len(line) > 12 and '"""' not in line)]


def written(code, name, file="<cell>"):
    """Run code as a notebook runs a cell: its lines can be looked up. Return one name of it."""
    linecache.cache[file] = len(code), None, code.splitlines(keepends=True), file
    # As the lessons have imported and made them.
    namespace = {"np": np, "layers": layers, "Setup": Setup, "interpret": interpret}
    namespace |= {name: getattr(fooling_image, name) for name in ("net", "given", "true_label")}
    exec(compile(code, file, "exec"), namespace)
    return namespace[name]


# What the exercises say


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=by_name)
def test_the_solution_that_is_shown_is_right(exercise, said):
    answer = written(solution_text(exercise), exercise.name)
    flat = said(exercise.name, answer)
    assert flat.startswith("Right: ")
    checked = exercise.requirements if exercise.is_value else exercise.cases
    assert words.all_of(len(checked), "requirement" if exercise.is_value else "case") in flat
    assert all(" ".join(name.split()) in flat for name in checked)


@pytest.mark.parametrize("exercise, mistake, answer", MISTAKES)
def test_each_known_mistake_is_named(exercise, mistake, answer, said):
    flat = said(exercise.name, answer)
    assert flat.startswith("Not yet: ")
    assert f'It looks like a known mistake, "{mistake.name}": {mistake.says}' in flat


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=by_name)
def test_an_exercise_is_complete(exercise):
    assert len({mistake.name for mistake in exercise.mistakes}) >= 4
    assert len(exercise.hints) == 3
    assert exercise.asks.startswith("should ") and exercise.asks.endswith(".")
    assert all(mistake.says.endswith((".", "?", ")")) for mistake in exercise.mistakes)


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=by_name)
def test_cases_go_from_small_to_large(exercise):
    sizes = [max(np.size(value) for value in case) for case in exercise.cases.values()]
    assert sizes[0] == min(sizes) <= 4


@pytest.mark.parametrize("exercise", WITH_ARRAYS, ids=by_name)
def test_changing_an_input_is_named(exercise, said):
    def changes(*arguments):
        result = exercise.solution(*arguments)
        arguments[0][...] = 0
        return result

    first = next(iter(running.inspect.signature(exercise.solution).parameters))
    flat = said(exercise.name, changes)
    assert f"After the call, {first} is not what it was." in flat
    assert '"changes its input"' in flat


def test_in_place_steps_are_named(said):
    step = written("def f(w, dw, lr):\n    w -= lr * dw\n    return w", "f")
    assert '"changes its input"' in said("sgd_step", step)
    body = "v *= momentum\n    v += dw\n    return w - lr * v, v"
    step = written(f"def f(w, v, dw, lr, momentum):\n    {body}", "f")
    assert '"changes its input"' in said("momentum_step", step)


def test_no_two_exercises_share_a_name():
    names = [e.name for _, module in lesson_modules(exercises) for e in module.EXERCISES]
    assert sorted(names) == sorted(EXERCISES)


def test_every_exercise_stands_in_the_list_of_its_lesson():
    files = Path(exercises.__file__).parent.glob("*/*.py")
    declared = [path.stem for path in files if "\nEXERCISE = " in path.read_text("utf-8")]
    assert sorted(declared) == sorted(EXERCISES)


# What is printed


def test_a_wrong_answer_is_shown_in_small_numbers(capsys):
    check("window_sum", lambda window, kernel: -1)
    assert capsys.readouterr().out == (
        'Not yet: window_sum is not right in 14 of 14 cases; one of them is "two by two":\n'
        "\n"
        "    window    kernel\n"
        "    1  2      1   2\n"
        "    0  1      3  -1\n"
        "\n"
        "The number differs:\n"
        "\n"
        "    expected    yours\n"
        "    4           -1\n"
        "\n"
        'There are hints: hints("window_sum").\n'
    )


def test_large_or_deep_arrays_are_told_by_their_shape(said):
    def sgd_step(w, dw, lr):
        return w - lr * dw if w.ndim < 4 else w

    flat = said("sgd_step", sgd_step)
    assert "w dw lr shape (3, 3, 1, 4) shape (3, 3, 1, 4) 0.05" in flat
    assert "numbers differ, the first at [0, 0, 0, 0]: -1 instead of -1.1." in flat


def test_an_error_is_told_with_the_learners_line(said):
    code = "def window_sum(window, kernel):\n    n = len(window)\n    return window[n, 0]"
    flat = said("window_sum", written(code, "window_sum"))
    assert "It stops with an error in line 3: return window[n, 0] Number 2 does not exist " in flat
    assert "IndexError: index 2 is out of bounds" in flat
    assert "exercises" not in flat


def test_an_error_inside_numpy_is_told_with_the_learners_line(said):
    code = "def window_sum(window, kernel):\n    return np.linalg.solve(window, 'text')"
    flat = said("window_sum", written(code, "window_sum"))
    assert "in line 2: return np.linalg.solve(window, 'text')" in flat


def test_an_error_in_a_function_of_the_learner_is_told_there(said):
    helper = written("\n\ndef part(x):\n    return x.nothing", "part", "<another cell>")
    flat = said("window_sum", lambda window, kernel: helper(window))
    assert "in line 4: return x.nothing AttributeError" in flat


def test_what_the_learner_prints_is_told_of_the_case_that_is_shown(capsys):
    def window_sum(window, kernel):
        for row in range(9):
            print("row", row, "of", window.shape)
        return 6 if window.size == 1 else 0

    check("window_sum", window_sum)
    printed = capsys.readouterr().out
    assert printed.startswith("Not yet: ")
    lines = "".join(f"    row {row} of (2, 2)\n" for row in range(6))
    assert f"\n\nIt printed:\n{lines}    ...\n\n" in printed
    assert printed.count("row ") == 6


def test_the_case_that_is_shown_has_several_numbers(said):
    """One pixel would hide what was turned."""
    turned = written("def f(x, k):\n    return max_pool2d(x, k)[::-1]", "f")
    turned.__globals__["max_pool2d"] = lambda x, k: EXERCISES["avg_pool2d"].solution(x, k) + 1
    assert 'one of them is "four windows": x (4, 4, 1) k' in said("avg_pool2d", turned)
    wrong_for_one = written("def f(image):\n    return image * (image.size > 1)", "f")
    assert 'one of them is "a row":' in said("negative", wrong_for_one)


def test_a_mistake_is_named_only_where_it_gives_the_same_in_every_case(said):
    """Right where no mistake is, or wrong in a way of its own: both are something else."""
    exercise = EXERCISES["cross_entropy"]
    mistake = next(m for m in exercise.mistakes if m.name == "sum instead of mean").does
    assert "sum instead of mean" in said("cross_entropy", lambda p, labels: mistake(p, labels))

    def often(p, labels):
        return (exercise.solution if len(p) == 3 else mistake)(p, labels)

    def other(p, labels):
        return mistake(p, labels) if len(p) == 3 else 7.0

    assert "known mistake" not in said("cross_entropy", often)
    assert "known mistake" not in said("cross_entropy", other)


def test_errors_of_which_few_are_the_same_name_no_mistake(said):
    """A function that stops in nearly every case is like any other that does."""
    whole_image = written("def f(image, kernel):\n    return (image * kernel).sum()", "f")
    assert "known mistake" not in said("correlate2d", whole_image)
    long = written(
        "def f(image, kernel):\n"
        "    kh, kw = kernel.shape\n"
        "    output = np.zeros((image.shape[0] - kh + 1, image.shape[1] - kw + 1))\n"
        "    for i, j in np.ndindex(output.shape):\n"
        "        output[i, j] = (image[i : i + kh + 1, j : j + kw + 1] * kernel).sum()\n"
        "    return output",
        "f",
    )
    assert '"the window is one pixel too long"' in said("correlate2d", long)


@pytest.mark.parametrize("settings", [(22, 1, 0), (1, 3, 0), (4, 3, -1), (3, 5, 10)])
def test_a_broken_rule_is_told_and_no_mistake_in_the_size(settings, said):
    assert "known mistake" not in said("choose_settings", settings)


@pytest.mark.parametrize("kernel", ["\\", [[1, 2], [3]], len, np.full((3, 3), "1")])
def test_what_is_no_kernel_is_not_told_to_have_another_shape(kernel, said):
    assert "known mistake" not in said("diagonal_kernel", kernel)


def test_a_list_with_the_right_numbers_is_told_to_become_an_array(said):
    flat = said("correlate2d", lambda image, kernel: ops.correlate2d(image * 1.0, kernel).tolist())
    assert "The numbers are right, but in a list: np.array(...) makes an array of it." in flat


def test_a_function_that_remembers_is_found_out(said):
    cases = len(EXERCISES["sgd_step"].cases)
    lines = f"calls.append(1)\n    return w - lr * dw + (len(calls) > {cases})"
    remembers = written(f"calls = []\ndef f(w, dw, lr):\n    {lines}", "f")
    assert "comes out differently the second time" in said("sgd_step", remembers)


def test_nothing_returned_is_told_apart_from_nothing_written(said):
    flat = said("sgd_step", written("def f(w, dw, lr):\n    new = w - lr * dw", "f"))
    assert flat.startswith("Not yet: ")
    assert "but returned nothing (None), as a function does that ends without a return" in flat


def test_arrays_that_are_no_plain_arrays_are_told(said):
    right = EXERCISES["negative"].solution
    flat = said("negative", lambda image: np.matrix(right(image)))
    assert "but returned a matrix: np.array(...) makes an ordinary array of it." in flat
    flat = said("negative", lambda image: np.ma.masked_less(right(image), 0.5))
    assert "but returned a MaskedArray: np.array(...) makes an ordinary array of it." in flat


def test_whole_numbers_are_asked_for_to_the_last_digit(said):
    count = EXERCISES["count_weights"].solution
    flat = said("count_weights", lambda k, channels, kernels: count(k, channels, kernels) + 1e-5)
    assert "The number differs:" in flat
    flat = said("count_weights", lambda k, channels, kernels: float(count(k, channels, kernels)))
    assert flat.startswith("Right: ")


STUBS = [
    "...",
    "pass",
    "return",
    "return None",
    "return ...",
    '"""Doc."""',
    '"""Doc."""\n    ...',
    "raise NotImplementedError",
    "raise NotImplementedError('later')",
    "total = ...\n    return total + 1",
]


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=by_name)
@pytest.mark.parametrize("body", STUBS)
def test_a_stub_is_not_attempted_yet(exercise, body, said):
    parameters = ", ".join(running.inspect.signature(exercise.solution).parameters)
    stub = written(f"def {exercise.name}({parameters}):\n    {body}", exercise.name)
    flat = said(exercise.name, stub)
    assert flat.startswith("Not attempted yet: ")
    assert flat.endswith(f"{exercise.name}({parameters}) {exercise.asks}")


def test_dots_left_in_a_stub_are_pointed_at(said):
    flat = said("sgd_step", written("def f(w, dw, lr):\n    step = ...\n    return w - step", "f"))
    assert "three dots wait for your code in line 3: return w - step." in flat


@pytest.mark.parametrize("exercise", VALUES, ids=by_name)
@pytest.mark.parametrize("value", [None, ..., [..., ...], [[..., ...], [..., None]], {"A": ...}])
def test_a_value_not_filled_in_is_not_attempted_yet(exercise, value, said):
    assert said(exercise.name, value).startswith("Not attempted yet: ")
    assert said(exercise.name, np.array(value)).startswith("Not attempted yet: ")


def test_a_value_filled_in_by_half_is_not_yet(said):
    assert "2 of 4 are still to be filled in." in said("predict_output", [[1, 2], [..., ...]])
    assert "1 of 2 is still" in said("diagnose", {"A": "healthy", "B": ...})


def test_a_value_of_the_right_kind_with_wrong_content_is_told(said):
    flat = said("diagnose", diagnose.diagnose() | {"C": "bad luck"})
    assert "What C names is none of the causes to choose from" in flat
    flat = said("diagnose", {"A": curves.HEALTHY})
    assert "It should have the four keys A, B, C and D" in flat
    flat = said("diagonal_kernel", np.full((3, 3), np.nan))
    assert "Some of its weights are infinite or not a number (nan)." in flat
    flat = said("predict_output", predict_output.OUTPUT + np.array([[0, 0, 0], [0, 7, 0]]))
    assert "Right so far: 5 of 6 numbers. Look again at row 1, column 1" in flat


def test_arrays_that_do_not_fit_side_by_side_go_below_each_other():
    arrays = {name: np.arange(5) * 1000 for name in "abcd"}
    lines = words.beside(arrays).splitlines()
    assert [line.split() for line in lines[::3]] == [["a", "b"], ["c", "d"]]
    assert max(map(len, lines)) <= words.COLUMNS


def test_the_courses_own_function_is_no_answer(said):
    flat = said("correlate2d", ops.correlate2d)
    assert flat.startswith("Not attempted yet: this function is the course's own")


# What could be handed in


class Spiteful:
    """An object that refuses whatever it is asked."""

    def __getattribute__(self, name):
        raise RuntimeError("no")

    def __repr__(self):
        raise RuntimeError("no")

    def __call__(self, *arguments):
        raise RuntimeError("no")

    def __array__(self, *arguments, **options):
        raise RuntimeError("no")

    def __eq__(self, other):
        raise RuntimeError("no")

    __hash__ = None


class Unsayable(Exception):
    def __str__(self):
        raise RuntimeError("no")


def endless_list():
    items = []
    items.append(items)
    return items


async def later(*arguments):
    return 1


STRANGE = {
    "text": "text",
    "bytes": b"bytes",
    "nan": np.nan,
    "infinite": np.array([[np.inf]]),
    "nans": np.full((1, 1), np.nan),
    "true": True,
    "trues": np.ones((1, 1), bool),
    "complex": 3 + 4j,
    "empty list": [],
    "empty array": np.zeros((0, 3)),
    "ragged list": [[1, 2], [3]],
    "list of texts": ["a", "b"],
    "tuple": (1, 2),
    "tuple of odd things": (len, {1}),
    "dict": {"a": 1},
    "set": {1, 2},
    "object array": np.array([None, object()]),
    "array of dates": np.array(["2026-01-01"], "datetime64[D]"),
    "record": np.zeros(2, [("a", int)]),
    "deep array": np.zeros((1, 2, 3, 4, 5)),
    "huge number": 10**400,
    "large array": np.zeros((50, 60)),
    "text array": np.array([["a"]]),
    "masked": np.ma.masked_all((2, 2)),
    "a range": range(3),
    "a generator": (i for i in range(3)),
    "a function": len,
    "a class": int,
    "a module": np,
    "an endless list": endless_list(),
    "spiteful": Spiteful(),
    "unsayable": Unsayable(),
}


def returns(thing):
    return lambda *arguments: thing


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=by_name)
def test_any_returned_thing_gets_an_answer(exercise, said):
    answers = {kind: said(exercise.name, returns(thing)) for kind, thing in STRANGE.items()}
    assert [kind for kind, flat in answers.items() if not flat.startswith("Not yet: ")] == []


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=by_name)
def test_any_answer_gets_an_answer(exercise, said):
    answers = {kind: said(exercise.name, thing) for kind, thing in STRANGE.items()}
    assert [kind for kind, flat in answers.items() if not flat.startswith("Not yet: ")] == []


def raises(error):
    def function(*arguments):
        raise error

    return function


FUNCTIONS_OF_ALL_KINDS = {
    "no parameters": lambda: 1,
    "too many parameters": lambda a, b, c, d, e, f, g: 1,
    "a required keyword": written("def f(*arguments, key): pass", "f"),
    "returns its first input": lambda *arguments: arguments[0],
    "returns a view": lambda *arguments: arguments[0][::-1],
    "returns a generator": written("def f(*arguments):\n    yield 1", "f"),
    "async": later,
    "recursive": written("def f(*arguments):\n    return f(*arguments)", "f"),
    "ValueError": raises(ValueError("one\ntwo")),
    "unsayable error": raises(Unsayable()),
    "long error": raises(ValueError("x" * 9999)),
    "SystemExit": raises(SystemExit()),
    "GeneratorExit": raises(GeneratorExit()),
    "StopIteration": raises(StopIteration()),
    "MemoryError": raises(MemoryError()),
    "a builtin": max,
    "a NumPy function": np.add,
    "a class": list,
    "spiteful": Spiteful(),
}


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=by_name)
def test_any_function_gets_an_answer(exercise, said):
    answers = {kind: said(exercise.name, thing) for kind, thing in FUNCTIONS_OF_ALL_KINDS.items()}
    assert [kind for kind, flat in answers.items() if not flat.startswith("Not yet: ")] == []


def test_a_wrong_number_of_parameters_is_told(said):
    flat = said("correlate2d", lambda image: image)
    assert "correlate2d should take (image, kernel), but yours takes (image)." in flat


def test_parameters_that_have_to_be_named_are_shown_as_such(said):
    flat = said("correlate2d", written("def f(image, *, kernel: int = 3): pass", "f"))
    assert "should take (image, kernel), but yours takes (image, *, kernel=3)." in flat


def test_a_result_instead_of_the_function_is_told(said):
    flat = said("correlate2d", np.zeros((2, 3)))
    assert "needs the function itself, but got an array of shape (2, 3)" in flat
    assert 'Write check("correlate2d", correlate2d).' in flat


def test_the_interrupt_button_stops_everything():
    with pytest.raises(KeyboardInterrupt):
        check("window_sum", raises(KeyboardInterrupt()))


@pytest.mark.parametrize(
    "call, answer",
    [
        (lambda: check("corelate2d", 1), 'no exercise "corelate2d". Did you mean "correlate2d"?'),
        (lambda: check("", 1), f"There are: {', '.join(EXERCISES)}."),
        (lambda: check("accuracy"), 'needs your answer as well: check("accuracy", accuracy).'),
        (lambda: check(len, "window_sum"), "The name of the exercise comes first, in quotes"),
        (lambda: check(["window_sum"], 1), "The name of the exercise comes first, in quotes"),
        (lambda: hints("sgd_stp"), 'no exercise "sgd_stp". Did you mean "sgd_step"?'),
        (lambda: hints(None), "The name of the exercise comes first, in quotes"),
    ],
)
def test_a_name_that_is_none_gets_an_answer(call, answer, capsys):
    assert call() is None
    assert answer in " ".join(capsys.readouterr().out.split())


# What it does besides


class Endless:
    def __array__(self, *arguments, **options):
        while True:
            pass


@pytest.mark.parametrize("thing", [Endless(), [1, Endless()]])
def test_an_object_that_would_never_become_an_array_is_not_asked_to(thing, said):
    assert "It should return one number, but returned a" in said("window_sum", returns(thing))
    assert "It should be four numbers" in said("shift_matters", thing)


SPOILS = {
    "print": "import builtins\n    builtins.print = len",
    "closed output": "import sys\n    sys.stdout.close()",
    "other output": "import sys\n    sys.stdout = None",
    "errors": "np.seterr(all='raise')",
    "warnings": "import warnings\n    warnings.simplefilter('error')",
}


@pytest.mark.parametrize("spoil", SPOILS.values(), ids=SPOILS)
def test_what_an_answer_does_to_the_surroundings_is_undone(spoil, said, monkeypatch):
    monkeypatch.setattr("builtins.print", print)  # afterwards it is itself again
    before = np.geterr(), sys.stdout, list(warnings.filters)
    answer = written(f"def f(image):\n    {spoil}\n    return 1 - image", "f")
    assert said("negative", answer).startswith("Right: ")
    assert (np.geterr(), sys.stdout, list(warnings.filters)) == before


def test_what_is_expected_cannot_be_changed(said):
    for pieces in EXERCISES["momentum_step"].expected.values():
        for piece in pieces:
            with pytest.raises(ValueError, match="read-only"):
                piece[...] = 0
    assert said("momentum_step", EXERCISES["momentum_step"].solution).startswith("Right: ")


# What runs too long


LOOPS = {
    "one line": "while True: pass",
    "two lines": "while True:\n        pass",
    "swallows errors": """while True:
        try:
            int('x')
        except Exception:
            pass""",
    "calls": "while True:\n        np.zeros(3).sum()",
    "grows": "from itertools import count\n    for i in count():\n        i + 1",
}


@pytest.fixture(params=["alarm", "watch"])
def either_way(request, monkeypatch):
    """With an alarm signal, and as on Windows, where there is none."""
    monkeypatch.setattr(judging, "SECONDS", 0.15)
    if request.param == "watch":
        monkeypatch.delattr(running.signal, "setitimer", raising=False)


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_an_endless_loop_ends(loop, either_way, said):
    start = time.monotonic()
    flat = said("window_sum", written(f"def f(window, kernel):\n    {loop}", "f"))
    assert "was still running after 0.15 seconds, so it was stopped" in flat
    assert 'in the case "one pixel" and in line ' in flat
    assert "Is there a loop that never ends?" in flat
    assert time.monotonic() - start < 2


def test_a_loop_that_ends_in_the_first_case_only_is_named_with_that_case(either_way, said):
    code = "def f(window, kernel):\n    while window.size > 1:\n        pass\n    return 6"
    assert 'in the case "two by two"' in said("window_sum", written(code, "f"))


def test_a_loop_after_a_wrong_case_leaves_the_wrong_case_told(either_way, said):
    code = "def f(window, kernel):\n    while window.size > 1:\n        pass\n    return 7"
    cases = len(EXERCISES["window_sum"].cases)
    assert f'in 1 of {cases} cases, "one pixel":' in said("window_sum", written(code, "f"))


def test_a_bare_except_does_not_keep_a_loop_going(either_way, said):
    body = "while True:\n        try:\n            len('x')\n        except:\n            pass"
    flat = said("window_sum", written(f"def f(window, kernel):\n    {body}", "f"))
    assert "was still running after 0.15 seconds" in flat


def test_a_list_that_grows_and_grows_is_stopped(either_way, said, monkeypatch):
    monkeypatch.setattr(judging, "SECONDS", 5)
    monkeypatch.setattr(running, "MOST_MEMORY", 5e7)
    body = "items = []\n    while True:\n        items.append([0] * 999)"
    flat = said("window_sum", written(f"def f(window, kernel):\n    {body}", "f"))
    assert "took more than 1 GB of memory, so it was stopped, " in flat
    assert 'in the case "one pixel" and in line ' in flat
    assert "Does something grow in a loop that never ends" in flat


def test_in_a_browser_loops_end_as_well(monkeypatch, said):
    monkeypatch.setattr(judging, "SECONDS", 0.15)
    monkeypatch.setattr(running.sys, "platform", "emscripten")
    tracer = sys.gettrace()
    body = "i = total = 0\n    while i < 3:\n        total = total + i\n    return total"
    loop = written(f"def f(window, kernel):\n    {body}", "f")
    assert "was still running after 0.15 seconds" in said("window_sum", loop)
    assert sys.gettrace() is tracer


def test_nothing_goes_on_after_a_loop_was_stopped(either_way, said, monkeypatch):
    threads = threading.active_count()
    loop = written("def f(window, kernel):\n    while True: pass", "f")
    said("window_sum", loop)
    assert threading.active_count() == threads
    monkeypatch.setattr(judging, "SECONDS", 5)
    assert said("window_sum", EXERCISES["window_sum"].solution).startswith("Right: ")
    for _ in range(30):  # no late TimeUp
        time.sleep(0.01)


needs_alarm = pytest.mark.skipif(
    not hasattr(running.signal, "setitimer"), reason="this system has no alarm signals"
)


@needs_alarm
def test_even_a_sleep_ends(monkeypatch, said):
    monkeypatch.setattr(judging, "SECONDS", 0.15)
    start = time.monotonic()
    sleeps = written("def f(window, kernel):\n    import time\n    time.sleep(60)", "f")
    assert "was still running after 0.15 seconds" in said("window_sum", sleeps)
    assert time.monotonic() - start < 3


@needs_alarm
def test_an_alarm_that_rings_while_it_is_set_leaves_nothing_behind(said, monkeypatch):
    set_it = running.signal.setitimer

    def rings_at_once(which, seconds, interval=0):
        before = set_it(which, seconds, interval)
        if seconds:
            raise running.TimeUp
        return before

    handler = running.signal.getsignal(running.signal.SIGALRM)
    monkeypatch.setattr(running.signal, "setitimer", rings_at_once)
    assert "was still running" in said("window_sum", EXERCISES["window_sum"].solution)
    assert running.signal.getsignal(running.signal.SIGALRM) == handler
    assert running.signal.getitimer(running.signal.ITIMER_REAL) == (0, 0)


@needs_alarm
def test_an_interrupt_ends_the_cell_and_nothing_rings_later():
    with pytest.raises(KeyboardInterrupt):
        check("window_sum", raises(KeyboardInterrupt()))
    assert running.signal.getitimer(running.signal.ITIMER_REAL) == (0, 0)


@needs_alarm
def test_an_alarm_that_was_set_before_still_rings(said):
    rang = []
    before = running.signal.signal(running.signal.SIGALRM, lambda *what: rang.append(1))
    running.signal.setitimer(running.signal.ITIMER_REAL, 0.2)
    said("window_sum", EXERCISES["window_sum"].solution)
    time.sleep(0.3)
    running.signal.signal(running.signal.SIGALRM, before)
    assert rang == [1]


def test_check_works_in_another_thread(capsys, monkeypatch):
    loop = written("def f(window, kernel):\n    while True: pass", "f")
    threads = threading.active_count()
    for answer, seconds in ((loop, 0.15), (EXERCISES["window_sum"].solution, 30)):
        monkeypatch.setattr(judging, "SECONDS", seconds)
        thread = threading.Thread(target=check, args=("window_sum", answer))
        thread.start()
        thread.join(60)
    printed = capsys.readouterr().out
    assert "was still running" in printed and "Right: " in printed
    assert threading.active_count() == threads


# Hints


class Page(html.parser.HTMLParser):
    """Collects the tags of a page and the text of each fold; every tag must be closed in turn."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.folds = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        assert attributes == []
        self.open.append(tag)
        self.tags.append(tag)
        if tag == "details":
            self.folds.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        assert "details" in self.open
        self.folds[-1] += text


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=by_name)
def test_hints_are_four_closed_folds(exercise):
    shown = hints(exercise.name)
    page = Page(shown._repr_html_())
    assert page.tags.count("details") == page.tags.count("summary") == 4
    assert set(page.tags) <= {"div", "details", "summary", "p", "code", "pre"}
    for place, (fold, hint) in enumerate(zip(page.folds, exercise.hints), 1):
        assert fold == f"Hint {place}{hint.replace('`', '')}"
    assert page.folds[3] == f"Solution{solution_text(exercise)}"
    name = exercise.name
    assert repr(shown) == f"Three hints and a solution for {name}: they fold open in JupyterLab."


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=by_name)
def test_the_solution_stands_alone(exercise):
    text = solution_text(exercise)
    first = f"{exercise.name} = " if exercise.is_value else f"def {exercise.name}("
    assert text.startswith(first)
    assert "reference" not in text and "cnncourse" not in text


# Progress


def test_results_are_kept(kept, said):
    step = EXERCISES["sgd_step"]
    said("sgd_step", step.mistakes[0].ways()[0])
    said("sgd_step", lambda w, dw, lr: w * 7)
    said("sgd_step", ...)
    said("sgd_step", step.solution)
    said("sgd_step", step.mistakes[0].ways()[0])
    said("window_sum", lambda window, kernel: -0.5)
    standings, damaged = progress.read(kept)
    assert damaged == 0 and set(standings) == {"sgd_step", "window_sum"}
    kept_step = standings["sgd_step"]
    assert (kept_step.state, kept_step.tries) == ("right", 3)
    assert kept_step.mistake == step.mistakes[0].name
    assert kept_step.first_right.startswith("20") and kept_step.first_right.endswith("+00:00")
    assert standings["window_sum"] == progress.Standing("not yet", 1)


def test_nothing_attempted_keeps_nothing(kept, said):
    said("sgd_step", ...)
    assert not kept.exists()


def test_a_damaged_file_costs_only_its_damaged_lines(kept, said):
    said("sgd_step", EXERCISES["sgd_step"].solution)
    with open(kept, "ab") as file:
        file.write(b'\n\xff\x00 what\n[1, 2]\n{"exercise": 3}\n')
        entry = {"exercise": "sgd_step", "state": "right", "mistake": "", "time": ""}
        for part in ({"time": 5}, {"state": "perfect"}):
            file.write(json.dumps(entry | part).encode() + b"\n")
        file.write(b'{"exercise": "sgd_step", "state')
    said("window_sum", EXERCISES["window_sum"].solution)
    standings, damaged = progress.read(kept)
    assert damaged == 6
    assert [standing.state for standing in standings.values()] == ["right", "right"]


@pytest.mark.parametrize("place", ["no/such/folder/x", "a file/x", "~nobody-at-all/x"])
def test_a_place_that_cannot_be_written_to_is_no_trouble(place, said, tmp_path, monkeypatch):
    (tmp_path / "a file").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CNNCOURSE_PROGRESS", place)
    assert said("sgd_step", EXERCISES["sgd_step"].solution).startswith("Right: ")


def test_where_results_are_kept(said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer = EXERCISES["sgd_step"].solution
    monkeypatch.setenv("CNNCOURSE_PROGRESS", "")
    said("sgd_step", answer)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.delenv("CNNCOURSE_PROGRESS")
    said("sgd_step", answer)
    assert [path.name for path in tmp_path.iterdir()] == ["cnncourse-progress.jsonl"]
    (tmp_path / "folder").mkdir()
    monkeypatch.setenv("CNNCOURSE_PROGRESS", "folder")
    said("sgd_step", answer)
    assert (tmp_path / "folder" / "cnncourse-progress.jsonl").is_file()


def test_many_may_write_at_once(kept):
    verdict = Verdict("not yet", "")
    exercise = EXERCISES["sgd_step"]

    def write():
        for _ in range(50):
            progress.record(exercise, verdict)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    standings, damaged = progress.read(kept)
    assert (standings["sgd_step"].tries, damaged) == (200, 0)
    lines = kept.read_text(encoding="utf-8").split()
    assert len([line for line in lines if line.startswith("{")]) == 200


def test_the_table_of_one_learner():
    standings = {
        "window_sum": progress.Standing("right", 2, "2026-11-23T09:16:27+00:00", "flipped kernel"),
        "correlate2d": progress.Standing("not yet", 1),
    }
    exercises = [EXERCISES[name] for name in ("window_sum", "correlate2d", "sgd_step")]
    table = progress.table(standings, exercises).splitlines()
    cells = [re.split("  +", line) for line in table]
    assert cells == [
        ["lesson", "exercise", "state", "tries", "first right (UTC)", "last known mistake"],
        ["01_one_kernel", "window_sum", "right", "2", "2026-11-23 09:16", "flipped kernel"],
        ["01_one_kernel", "correlate2d", "not yet", "1"],
        ["09_training", "sgd_step", "not attempted yet"],
        [""],
        ["1 of 3 right"],
    ]
    assert {line.find("not") for line in table[2:4]} == {table[0].find("state")}


# What the sentences claim


def test_the_prediction_is_of_the_numbers_that_are_shown():
    made = ops.correlate2d(predict_output.IMAGE, predict_output.KERNEL)
    np.testing.assert_array_equal(made, predict_output.predict_output())


@pytest.mark.parametrize("sign", [1, -1])
def test_the_other_convention_of_momentum_takes_the_same_steps(sign):
    rng = np.random.default_rng(0)
    ours = theirs = rng.normal(size=3)
    v = u = np.zeros(3)
    for _ in range(9):
        dw = rng.normal(size=3)
        ours, v = EXERCISES["momentum_step"].solution(ours, v, dw, 0.1, 0.9)
        u = 0.9 * u + sign * 0.1 * dw
        theirs = theirs - sign * u
        np.testing.assert_allclose(ours, theirs)
        np.testing.assert_allclose(u, sign * 0.1 * v)


def looks(cause, curve):
    """Whether the curves of a run show what the exercise says of its cause."""
    guessing = np.log(10)
    losses = np.array([curve.train, curve.held_out])
    return {
        curves.HEALTHY: losses[:, -1].max() < 0.75 * guessing,
        curves.TOO_HIGH: losses.min() > guessing and curve.train[0] > 1.5 * guessing,
        curves.ZERO: abs(losses - guessing).max() < 0.1,
        curves.SHUFFLED: curve.train[-1] < 0.5 * guessing < 1.25 * guessing < curve.held_out[-1],
    }[cause]


@pytest.fixture(scope="module")
def mnist():
    digits = data.load("mnist")
    return data.split(digits.x_train, digits.y_train, held_out=2000)


@pytest.mark.parametrize("letter", curves.RUNS)
@pytest.mark.parametrize("first", [0, 5000])
def test_each_run_shows_its_cause_and_no_other(letter, first, mnist):
    digits = mnist._replace(x_train=mnist.x_train[first:], y_train=mnist.y_train[first:])
    curve = curves.loss_curve(digits, curves.RUNS[letter])
    assert len(curve.train) == len(curve.held_out) == curves.EPOCHS
    shown = [cause for cause in curves.CAUSES if looks(cause, curve)]
    assert shown == [diagnose.diagnose()[letter]] == [curves.RUNS[letter]]


def test_without_relu_the_curves_look_healthy(mnist):
    assert looks(curves.HEALTHY, curves.loss_curve(mnist, curves.NO_RELU))


def test_the_four_curves_are_those_of_the_four_runs(mnist, monkeypatch):
    monkeypatch.setattr(curves, "EPOCHS", 2)
    four = curves.loss_curves(mnist)
    assert list(four) == ["A", "B", "C", "D"]
    assert four["B"] == curves.loss_curve(mnist, curves.HEALTHY)
    with pytest.raises(ValueError, match="cause should be one of"):
        curves.loss_curve(mnist, "bad luck")


# In a notebook


def test_importing_the_exercises_draws_nothing():
    code = "import sys, cnncourse.exercises; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert not loaded & {"matplotlib", "IPython", "ipywidgets", "anywidget"}


def test_a_notebook_gets_one_output_for_each_cell(kept):
    cells = [
        "from cnncourse.exercises import check, functions, hints\nfunctions.SECONDS = 0.3",
        "def window_sum(window, kernel):\n    ...\n\ncheck('window_sum', window_sum)",
        "def window_sum(window, kernel):\n    # a comment\n    return window[9, 9]\n\n"
        "check('window_sum', window_sum)",
        "def window_sum(window, kernel):\n    while True:\n        pass\n\n"
        "check('window_sum', window_sum)",
        "hints('window_sum')",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(notebook, timeout=60).execute()
    assert [len(cell.outputs) for cell in notebook.cells] == [0, 1, 1, 1, 1]
    stub, error, loop, folds = (cell.outputs[0] for cell in notebook.cells[1:])
    assert stub.text.startswith("Not attempted yet: window_sum(window, kernel) should return one")
    assert "It stops with an error in line 3: return window[9, 9]\nNumber 9 does not " in error.text
    assert "was still running after 0.3 seconds" in loop.text
    assert folds.data["text/plain"] == repr(hints("window_sum"))
    assert folds.data["text/html"] == hints("window_sum")._repr_html_()
    assert len([json.loads(line) for line in kept.read_text().split("\n") if line]) == 2


@pytest.mark.parametrize(
    "name, thing",
    [
        *[("pick_bias", thing) for thing in (5j, "minus six", {"bias": -6}, np.nan, len)],
        *[("shift_matters", thing) for thing in (5, "0100", [True, False, False, False], len)],
    ],
)
def test_what_is_no_such_value_shows_no_mistake_about_values(name, thing):
    verdict = EXERCISES[name].judge(thing)
    assert (verdict.state, verdict.mistake) == ("not yet", "")


def test_a_last_number_that_falls_off_is_named_before_all_else():
    assert EXERCISES["shift_matters"].judge([1, 1, 1, 1]).mistake == "falls off"
