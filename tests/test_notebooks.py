"""The stored notebooks are what lessons/build.py makes of lessons/, and keep the rules."""

import ast
import importlib.util
import re
from pathlib import Path

import nbformat
import pytest
from nbval.plugin import get_sanitize_patterns

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "lessons").glob("[0-9]*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

spec = importlib.util.spec_from_file_location("build", ROOT / "lessons" / "build.py")
build = importlib.util.module_from_spec(spec)
spec.loader.exec_module(build)

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tags(cell):
    return cell.metadata.get("tags", [])


def parse(cell):
    """Parse a cell's Python, without the lines that only IPython understands."""
    return ast.parse(re.sub(r"^\s*[%!].*", "", cell.source, flags=re.MULTILINE))


def names_given_to(function, cells):
    """Return the first argument, a literal name, of every call of `function` in the cells."""
    return [
        node.args[0].value
        for cell in cells
        for node in ast.walk(parse(cell))
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == function
    ]


def exercise_trouble(notebook):
    """Return a sentence for each breach of the order: exercise, check(name), hints(name)."""
    cells, trouble, answered = code_cells(notebook), [], []
    for cell, following in zip(cells, [*cells[1:], None]):
        if "exercise" not in tags(cell):
            continue
        checked = names_given_to("check", [c for c in (cell, following) if c])
        if not checked:
            trouble.append(f"no check() in or after the exercise\n{cell.source}")
        answered += checked
    solutions = [cell for cell in cells if "solution" in tags(cell)]
    for cell in solutions:
        if not names_given_to("hints", [cell]):
            trouble.append(f"no hints() in the solution cell\n{cell.source}")
    everywhere = set(names_given_to("check", cells))
    if everywhere - set(answered):
        trouble.append(f"check() without an exercise: {everywhere - set(answered)}")
    hinted = set(names_given_to("hints", solutions))
    if everywhere != hinted:
        trouble.append(f"check() and hints() differ: {everywhere}, {hinted}")
    return trouble


def network_trouble(notebook):
    """Return the lines and imports of a notebook that would reach for the network."""
    asks = r"^\s*(!|%pip|%conda|%system|%%bash|%%sh)|\bpip install\b|https?://"
    lines = [line for cell in code_cells(notebook) for line in cell.source.splitlines()]
    found = [line for line in lines if re.search(asks, line)]
    for cell in code_cells(notebook):
        for node in ast.walk(parse(cell)):
            names = [alias.name for alias in getattr(node, "names", []) if hasattr(alias, "name")]
            module = getattr(node, "module", None) or ""
            for name in [module, *names]:
                if name.split(".")[0] in {"urllib", "requests", "socket", "http", "subprocess"}:
                    found.append(f"import {name}")
    return found


# --- the lessons -----------------------------------------------------------------------------


def test_every_text_has_its_notebook_and_every_notebook_its_text():
    assert NOTEBOOKS, "there is no notebook at all"
    assert [path.stem for path in NOTEBOOKS] == [path.stem for path in SOURCES]


def test_every_lesson_has_a_number_of_its_own():
    numbers = [re.fullmatch(r"(\d\d)_[a-z0-9_]+", path.stem)[1] for path in SOURCES]
    assert len(set(numbers)) == len(numbers)


@every_notebook
def test_is_what_its_text_says(path):
    source = ROOT / "lessons" / f"{path.stem}.py"
    assert build.is_current(source), f"run: python lessons/build.py {path.name[:2]}"


@every_notebook
def test_every_code_cell_ran_without_an_error(path):
    cells = code_cells(read(path))
    assert [c.execution_count for c in cells] == list(range(1, len(cells) + 1))
    kinds = {output.output_type for cell in cells for output in cell.outputs}
    assert "error" not in kinds


@every_notebook
def test_nothing_was_written_to_stderr(path):
    outputs = [output for cell in code_cells(read(path)) for output in cell.outputs]
    assert [output.text for output in outputs if output.get("name") == "stderr"] == []


@every_notebook
def test_cells_have_at_most_twelve_lines(path):
    long = [cell.source for cell in code_cells(read(path)) if len(cell.source.splitlines()) > 12]
    assert long == []


@every_notebook
def test_begins_with_its_title(path):
    first = read(path).cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")


@every_notebook
def test_exercises_are_checked_and_have_hints(path):
    assert exercise_trouble(read(path)) == []


@every_notebook
def test_needs_no_network(path):
    assert network_trouble(read(path)) == []


@every_notebook
def test_stores_only_what_the_next_build_would_store(path):
    notebook = read(path)
    nbformat.validate(notebook)
    assert notebook.metadata == build.METADATA
    assert [c.id for c in notebook.cells] == [f"cell-{i:02d}" for i in range(len(notebook.cells))]
    assert {key for cell in notebook.cells for key in cell.metadata} <= {"tags"}
    assert build.WIDGET_VIEW not in path.read_text(encoding="utf-8")


# --- the builder and the rules themselves ----------------------------------------------------

LESSON = """\
# %% [markdown]
# # A lesson

# %%
import ipywidgets
slider = ipywidgets.IntSlider(description="stride", max=9)
slider

# %% tags=["exercise"]
def double(x):
    ...
check("double", double)

# %% tags=["solution"]
hints("double")
"""
CALLS = "# %%\ndef check(name, function): print('not attempted yet')\ndef hints(name): pass\n\n"


@pytest.fixture
def lesson(tmp_path):
    """Return lesson(text) -> the path of a text, in folders like those of the course."""
    for folder in ("lessons", "notebooks"):
        (tmp_path / folder).mkdir()
    source = tmp_path / "lessons" / "00_lesson.py"

    def write(text):
        source.write_text(text, encoding="utf-8")
        return source

    return write


def test_build_stores_outputs_without_widgets_and_twice_the_same(lesson):
    source = lesson(LESSON.replace("# %%\n", CALLS + "# %%\n", 1))
    assert not build.is_current(source)
    build.build(source)
    path = build.notebook_of(source)
    first = path.read_bytes()
    notebook = read(path)
    assert notebook.metadata == build.METADATA
    assert notebook.cells[2].outputs[0].data == {
        "text/plain": "IntSlider(value=0, description='stride', max=9)"
    }
    assert notebook.cells[3].outputs[0].text == "not attempted yet\n"
    assert [cell.id for cell in notebook.cells] == [f"cell-{i:02d}" for i in range(5)]
    build.build(source)
    assert path.read_bytes() == first
    assert build.is_current(source)


@pytest.mark.parametrize(
    "change", [("max=9", "max=8"), ("exercise", "other"), ("A lesson", "The lesson")]
)
def test_a_changed_text_is_out_of_date(lesson, change):
    source = lesson(LESSON)
    nbformat.write(build.read(source), build.notebook_of(source))
    assert build.is_current(source)
    lesson(LESSON.replace(*change))
    assert not build.is_current(source)


def test_a_cell_that_raises_stops_the_build_and_is_shown(lesson):
    source = lesson("# %%\nprint('fine')\n\n# %%\nstride = 0\n7 // stride\n")
    with pytest.raises(build.BuildError, match=r"(?s)00_lesson\.py.*7 // stride.*ZeroDivision"):
        build.build(source)
    assert not build.notebook_of(source).exists()


def test_a_cell_that_shows_a_folder_of_this_computer_stops_the_build(lesson):
    source = lesson("# %%\nimport numpy\nnumpy.__file__\n")
    with pytest.raises(build.BuildError, match=r"(?s)folder.*numpy\.__file__"):
        build.build(source)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('check("double", double)', ""), "no check"),
        (('hints("double")', "pass"), "no hints"),
        (('hints("double")', 'hints("halve")'), "differ"),
        ((' tags=["solution"]', ""), "differ"),
        ((' tags=["exercise"]', ""), "without an exercise"),
    ],
)
def test_an_incomplete_exercise_is_noticed(lesson, change, sentence):
    assert exercise_trouble(build.read(lesson(LESSON))) == []
    assert change[0] in LESSON
    trouble = exercise_trouble(build.read(lesson(LESSON.replace(*change))))
    assert any(sentence in found for found in trouble)


@pytest.mark.parametrize(
    "line",
    ["!ls", "%pip install numpy", "import requests", "from urllib.request import urlopen",
     "import urllib.request", "open_('https://example.org')"],
)  # fmt: skip
def test_a_cell_that_reaches_for_the_network_is_noticed(line):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(f"x = 1\n{line}")])
    assert network_trouble(notebook)


def test_only_times_rates_and_addresses_are_hidden_from_the_comparison():
    pairs = get_sanitize_patterns((ROOT / "tests" / "sanitize.cfg").read_text(encoding="utf-8"))
    assert len(pairs) == 3

    def sanitize(text):
        for pattern, replacement in pairs:
            text = re.sub(pattern, replacement, text)
        return text

    assert sanitize("a step took 3.25 ms, all of it 12 s") == "a step took <TIME>, all of it <TIME>"
    assert sanitize("812.4it/s <A at 0x7f3a2b10>") == "<RATE> <A at <ADDRESS>>"
    for result in ("output 5 x 5", "3 steps", "loss 0.5, 97.1 % right", "(4, 24, 24, 8)", "0x1f"):
        assert sanitize(result) == result
