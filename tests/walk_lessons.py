"""Lessons as people run them: with the solutions put in, with each known mistake, twice, and so on.

    python tests/walk_lessons.py                      all lessons in all ways
    python tests/walk_lessons.py 01 05 --way solved   these lessons in one way

The ways: `solved`, each exercise answered with the solution that its hints show, and `check` calls
all of them right; `mistaken`, the lesson with all known mistakes of each exercise, one after the
other (each in the first way to make it), and each is called by its name; `twice`, the whole lesson
again in the same kernel; `middle`, the second half after the cells that import, as after a restart:
a name of the first half may be missing, and the first error, if any, says so. In each way the
notebook runs to its end. Prints one line for each run.
"""

import argparse
import ast
import copy
import itertools
import os
import sys
import tempfile
import time
from pathlib import Path

import jupytext
from nbclient import NotebookClient

from cnncourse.exercises import EXERCISES
from cnncourse.exercises.folds import solution_text
from publish.parts import answered, definition

ROOT = Path(__file__).resolve().parent.parent
NUMBERS = [path.name[:2] for path in sorted((ROOT / "lessons").glob("[0-9]*.py"))]


def lesson(number):
    """The cells of a lesson that hold code, from its text."""
    (source,) = (ROOT / "lessons").glob(f"{number}_*.py")
    notebook = jupytext.read(source, fmt="py:percent")
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return notebook


def exercises_of(notebook):
    """The exercises that the lesson's cells define, by the number of the cell."""
    found = {}
    for number, cell in enumerate(notebook.cells):
        if "exercise" in cell.metadata.get("tags", []):
            (found[number],) = (e for e in EXERCISES.values() if definition(cell, e.name))
    return found


def solved(number):
    """Yield the lesson with its solutions put in, and what its exercises' cells must say."""
    notebook = lesson(number)
    expected = []
    for place, exercise in exercises_of(notebook).items():
        answered(notebook.cells[place], exercise.name, solution_text(exercise))
        expected.append(f"Right: {exercise.name} ")
    yield notebook, expected


def mistaken(number):
    """Yield the lesson with all mistakes of all exercises, one after the other, each in a cell.

    Of an exercise whose answer is used further down, each mistake is in a notebook of its own.
    """
    notebook, expected, alone = lesson(number), [], []
    for place, exercise in reversed(exercises_of(notebook).items()):
        cells = [with_mistake(notebook.cells[place], exercise, m) for m in exercise.mistakes]
        if any(uses(cell, exercise.name) for cell in notebook.cells[place + 1 :]):
            alone += [(place, *pair) for pair in zip(cells, named(exercise))]
        else:
            notebook.cells[place : place + 1] = cells
            expected += named(exercise)
    yield notebook, expected
    for place, cell, says in alone:
        notebook = lesson(number)
        notebook.cells[place] = cell
        yield notebook, [says]


def with_mistake(cell, exercise, mistake):
    """The cell in which the exercise is answered with a mistake, the first way to make it."""
    cell = copy.deepcopy(cell)
    answer = f'EXERCISES["{exercise.name}"].mistakes[{exercise.mistakes.index(mistake)}]'
    answer += ".example" if exercise.is_value else ".ways()[0]"
    text = f"from cnncourse.exercises import EXERCISES\n{exercise.name} = {answer}"
    answered(cell, exercise.name, text)
    return cell


def named(exercise):
    """What check says of each of the exercise's mistakes."""
    return [f'It looks like a known mistake, "{mistake.name}":' for mistake in exercise.mistakes]


def uses(cell, name):
    """Whether a cell does something with the variable `name`."""
    return any(getattr(node, "id", None) == name for node in ast.walk(ast.parse(cell.source)))


def twice(number):
    """Yield the lesson followed by itself."""
    notebook = lesson(number)
    notebook.cells = notebook.cells + lesson(number).cells
    yield notebook, []


def middle(number):
    """Yield the second half of the lesson after the cells that import something."""
    notebook = lesson(number)
    half = len(notebook.cells) // 2
    imports = [c for c in notebook.cells[:half] if c.source.startswith(("import", "from"))]
    notebook.cells = imports + notebook.cells[half:]
    for cell in notebook.cells:
        cell.metadata["tags"] = [*cell.metadata.get("tags", []), "raises-exception"]
    yield notebook, []


def run(notebook):
    """Run a notebook to its end; return what its cells printed and the errors they stopped with."""
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "CNNCOURSE_PROGRESS": str(Path(folder, "progress.jsonl"))}
        env["PYTHONPATH"] = os.pathsep.join([str(ROOT), env.get("PYTHONPATH", "")])
        client = NotebookClient(
            notebook,
            timeout=300,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
            coalesce_streams=True,
            extra_arguments=["--IPKernelApp.log_level=ERROR"],
        )
        client.execute(env=env)
    outputs = [output for cell in notebook.cells for output in cell.outputs]
    said = " ".join(" ".join(output.get("text", "") for output in outputs).split())
    return said, [o for o in outputs if o.output_type == "error"]


def wrong_with(notebook, expected):
    """Run a notebook; return a sentence for each thing that is not as it should be."""
    said, errors = run(notebook)
    unsaid = (sentence for sentence in expected if " ".join(sentence.split()) not in said)
    others = errors if errors and errors[0].ename != "NameError" else []  # the rest follows from it
    return [
        *(f"not said: {sentence}" for sentence in unsaid),
        *(f"{error.ename}: {error.evalue}" for error in others),
    ]


def trouble(way, number):
    """Run a lesson in one of the ways; yield what is wrong with each run."""
    for notebook, expected in WAYS[way](number):
        yield wrong_with(notebook, expected)


WAYS = {"solved": solved, "mistaken": mistaken, "twice": twice, "middle": middle}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", metavar="NN", help="only these, such as 01 09")
    parser.add_argument("--way", choices=WAYS, action="append", help="only these ways")
    wanted = parser.parse_args()
    runs = wrong = 0
    for way, number in itertools.product(wanted.way or WAYS, wanted.lessons or NUMBERS):
        start = time.perf_counter()
        for found in trouble(way, number):
            runs, wrong = runs + 1, wrong + bool(found)
            seconds = time.perf_counter() - start
            print(
                f"{number} {way:9}{seconds:6.1f} s  {'; '.join(found) or 'as it should'}",
                flush=True,
            )
            start = time.perf_counter()
    print(f"{runs} runs, {wrong} of them not as they should be")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
