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


FIRST = ["venv", "pip", "cnncourse"]


def test_the_first_start_installs_and_the_second_is_quick(start):
    assert start.main([]) == 0
    assert start.ran[1][-1] == ".[lab]"
    assert programs(start) == FIRST
    assert start.main([]) == 0
    assert programs(start) == ["cnncourse"]


def test_opens_the_learners_copy_and_hands_words_on(start):
    start.main(["--no-browser", "--port=9999"])
    words = ["cnncourse", "lab", "my-lessons", "--no-browser", "--port=9999"]
    assert start.ran[-1][2:] == words


def test_a_folder_that_cannot_be_written_is_told_so(start, monkeypatch):
    monkeypatch.setattr(start.os, "access", lambda path, mode: False)
    assert "may not write there" in start.main([])
    assert not start.ran
    monkeypatch.undo()
    monkeypatch.chdir(start.HERE)
    assert start.main([]) == 0
    monkeypatch.setattr(start.os, "access", lambda path, mode: False)
    assert start.main([]) == 0  # once installed, nothing has to be written


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
    assert programs(start) == ["cnncourse", "pytest"]


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
    assert programs(start) == ["cnncourse"]


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
