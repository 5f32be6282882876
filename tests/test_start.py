"""start.py installs when it has to, says in a sentence what is wrong, and hands words on."""

import importlib.util
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def start(tmp_path, monkeypatch):
    """Return start.py as a module for an empty course; `start.ran` are the programs it ran."""
    spec = importlib.util.spec_from_file_location("start", ROOT / "start.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "pyproject.toml").write_text("first")
    (tmp_path / "notebooks").mkdir()
    for name in ("01_kernel.ipynb", "00_welcome.ipynb", "aside.ipynb"):
        (tmp_path / "notebooks" / name).touch()
    module.HERE, module.VENV = tmp_path, tmp_path / ".venv"
    module.PYTHON, module.DONE = module.VENV / "python", module.VENV / "installed.txt"
    module.ran, module.failing = [], None

    def run(*command):
        words = [str(word) for word in command]
        module.ran.append(words)
        if "venv" in words:
            module.VENV.mkdir(exist_ok=True)
            module.DONE.unlink(missing_ok=True)
            module.PYTHON.touch()
        return int(module.failing in words)

    module.run = run
    monkeypatch.chdir(tmp_path)
    return module


def programs(start):
    """Return which programs ran, by the name that follows `-m`, and forget them."""
    names = [words[words.index("-m") + 1] for words in start.ran]
    start.ran.clear()
    return names


FIRST = ["venv", "pip", "jupyterlab.labextensions", "jupyterlab"]


def test_the_first_start_installs_and_the_second_is_quick(start):
    assert start.main([]) == 0
    assert start.ran[1][-1] == ".[lab]"
    assert programs(start) == FIRST
    assert start.main([]) == 0
    assert programs(start) == ["jupyterlab"]


def test_opens_the_first_lesson_and_hands_words_to_jupyterlab(start, monkeypatch):
    monkeypatch.setattr(start.os, "geteuid", lambda: 1000, raising=False)
    start.main(["--no-browser", "--port=9999"])
    assert start.ran[-1][3:] == [
        "--LabApp.default_url=/lab/tree/my-lessons/00_welcome.ipynb",
        "--no-browser",
        "--port=9999",
    ]


def test_opens_the_folder_while_there_is_no_lesson(start):
    for path in Path("notebooks").iterdir():
        path.unlink()
    start.main([])
    assert "--LabApp.default_url=/lab/tree/notebooks" in start.ran[-1]


def test_root_is_let_in_and_told_so(start, monkeypatch, capsys):
    monkeypatch.setattr(start.os, "geteuid", lambda: 0, raising=False)
    start.main([])
    assert start.ran[-1][-1] == "--allow-root"
    assert capsys.readouterr().out.endswith(start.AS_ROOT + "\n")
    start.main(["--allow-root"])
    assert start.ran[-1].count("--allow-root") == 1


def test_a_folder_that_cannot_be_written_is_told_so(start, monkeypatch):
    monkeypatch.setattr(start.os, "access", lambda path, mode: False)
    assert "may not write there" in start.main([])
    assert not start.ran
    monkeypatch.undo()
    monkeypatch.chdir(start.HERE)
    assert start.main([]) == 0
    monkeypatch.setattr(start.os, "access", lambda path, mode: False)
    assert start.main([]) == 0  # once installed, nothing has to be written


# ---- The learner's copy of the lessons


def lesson(text=None, name="00_welcome.ipynb", folder="my-lessons"):
    """Write a lesson, or read it."""
    path = Path(folder, name)
    if text is None:
        return path.read_text(encoding="utf-8")
    return path.write_text(text, encoding="utf-8")


def names():
    found = sorted(path.name for path in Path("my-lessons").iterdir())
    return [name for name in found if not name.startswith(".")]


def test_the_copy_holds_the_lessons_and_nothing_else(start):
    Path("notebooks/notes.txt").touch()
    Path("notebooks/pictures").mkdir()
    lesson("first version", folder="notebooks")
    assert start.my_lessons() == Path("my-lessons")
    assert names() == ["00_welcome.ipynb", "01_kernel.ipynb"]
    assert lesson() == "first version"


def test_answers_stay_when_the_course_does_not_change(start):
    start.my_lessons()
    lesson("my answers")
    start.my_lessons()
    assert lesson() == "my answers"
    assert len(names()) == 2


def test_a_changed_lesson_comes_beside_the_answers(start, capsys):
    lesson("first version", folder="notebooks")
    start.my_lessons()
    lesson("my answers")
    for version, name in (("second", "00_welcome-new"), ("third", "00_welcome-new-2")):
        lesson(f"{version} version", folder="notebooks")
        start.my_lessons()
        assert str(Path("my-lessons", f"{name}.ipynb")) in capsys.readouterr().out
        assert lesson() == "my answers"
        assert lesson(name=f"{name}.ipynb") == f"{version} version"
        start.my_lessons()
        assert capsys.readouterr().out == ""
    assert len(names()) == 4


def test_a_changed_lesson_replaces_a_copy_without_answers(start):
    lesson("first version", folder="notebooks")
    start.my_lessons()
    lesson("second version", folder="notebooks")
    start.my_lessons()
    assert lesson() == "second version"
    assert len(names()) == 2


def test_new_lessons_are_added_and_lost_ones_come_back(start):
    start.my_lessons()
    lesson("a new one", "02_size.ipynb", "notebooks")
    Path("my-lessons/00_welcome.ipynb").unlink()
    start.my_lessons()
    assert names() == ["00_welcome.ipynb", "01_kernel.ipynb", "02_size.ipynb"]


@pytest.mark.parametrize("damage", [None, "", "{", "[1]", "7"])
def test_without_its_memory_nothing_is_written_over(start, damage):
    lesson("first version", folder="notebooks")
    start.my_lessons()
    lesson("my answers")
    memory = Path("my-lessons", start.VERSIONS)
    memory.unlink() if damage is None else memory.write_text(damage, encoding="utf-8")
    lesson("second version", folder="notebooks")
    start.my_lessons()
    assert lesson() == "my answers"
    assert lesson(name="00_welcome-new.ipynb") == "second version"


def test_where_nothing_can_be_written_the_lessons_are_still_opened(start, capsys):
    Path("my-lessons").touch()  # a file in the way
    assert start.my_lessons() == Path("notebooks")
    assert "could not be brought up to date" in capsys.readouterr().out


def test_the_courses_python_comes_first_in_the_path():
    program = "import os; print(os.environ['PATH'])"
    code = f"import start, sys; sys.exit(start.run(sys.executable, '-c', {program!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    first = done.stdout.split(os.pathsep)[0]
    assert Path(first).parent == ROOT / ".venv"


def test_test_adds_what_the_tests_need_and_hands_words_to_pytest(start):
    start.main([])
    programs(start)
    assert start.main(["test", "-k", "pooling"]) == 0
    assert start.ran[0][-1] == ".[lab,test]"
    assert start.ran[-1][2:] == ["pytest", "-k", "pooling"]
    programs(start)
    start.main([])
    start.main(["test"])
    assert programs(start) == ["jupyterlab", "pytest"]


def test_a_new_pyproject_is_installed_with_what_was_there_before(start):
    start.main(["test"])
    programs(start)
    Path("pyproject.toml").write_text("second", encoding="utf-8")
    start.main([])
    assert start.ran[0][-1] == ".[lab,test]"
    assert programs(start) == FIRST[1:]


def test_a_moved_course_is_installed_again(start):
    start.main([])
    programs(start)
    start.HERE = start.HERE / "elsewhere"
    start.HERE.mkdir()
    start.main([])
    assert programs(start) == FIRST[1:]


def test_another_python_and_a_lost_one_make_a_new_environment(start):
    start.main([])
    programs(start)
    start.DONE.write_text(start.DONE.read_text().replace("Python 3", "Python 2"))
    start.main([])
    assert programs(start) == FIRST
    start.PYTHON.unlink()
    start.main([])
    assert programs(start) == FIRST


def test_an_installation_that_failed_is_begun_afresh(start):
    start.failing = "pip"
    assert start.main([]) == start.NOT_INSTALLED
    assert programs(start) == ["venv", "pip"]
    start.failing = None
    assert start.main([]) == 0
    assert programs(start) == FIRST


def test_a_failed_renewal_keeps_what_works(start):
    start.main([])
    Path("pyproject.toml").write_text("second", encoding="utf-8")
    start.failing = "pip"
    assert start.main([]) == start.NOT_INSTALLED
    Path("pyproject.toml").write_text("first", encoding="utf-8")
    programs(start)
    start.main([])
    assert programs(start) == ["jupyterlab"]


def test_a_failing_program_gives_its_exit_code(start):
    start.failing = "pytest"
    assert start.main(["test"]) == 1


def test_an_old_python_is_told_so_before_anything_is_made(start, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 1))
    monkeypatch.setattr(sys, "version", "3.10.1 (main)")
    assert "needs Python 3.11 or newer" in start.main([])
    assert start.main([]).endswith("is Python 3.10.1.")
    assert not start.ran


def test_a_python_without_venv_is_told_what_to_install(start, monkeypatch):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    assert "apt install python3-venv" in start.main([])
    assert not start.ran


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a program without a word")
def test_who_ends_start_ends_the_program(tmp_path):
    program = "import time; print('up', flush=True); time.sleep(60)"
    code = f"import start, sys; sys.exit(start.run(sys.executable, '-c', {program!r}))"
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"up\n"
    begin = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) != 0
    assert process.stdout.read() == b""  # the pipe is closed: the program has ended as well
    assert time.monotonic() - begin < 30
