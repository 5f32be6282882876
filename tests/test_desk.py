"""The learner's copy of the lessons: brought up to date, never written over, opened."""

import os
import sys
from pathlib import Path

import pytest

from cnncourse import checkup, desk
from cnncourse.__main__ import main
from cnncourse.course import LESSONS

MINE, COURSE = Path("my-lessons"), Path("notebooks")


@pytest.fixture(autouse=True)
def course(tmp_path, monkeypatch):
    """A course of two lessons; we work in its folder."""
    (tmp_path / "notebooks").mkdir()
    for name in ("01_kernel.ipynb", "00_welcome.ipynb", "aside.ipynb"):
        (tmp_path / "notebooks" / name).touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def opened(course, monkeypatch):
    """The words that JupyterLab is given; nobody is root."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(desk, "lessons", lambda: course / "notebooks")
    monkeypatch.setenv("PATH", "elsewhere")
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "")
    heard = []
    monkeypatch.setattr("jupyterlab.labapp.main", lambda words: heard.extend(words) or 0)
    return heard


def copy():
    return desk.bring_up_to_date(MINE, COURSE)


def lesson(text=None, name="00_welcome.ipynb", folder="my-lessons"):
    """Write a lesson, or read it."""
    path = Path(folder, name)
    return (
        path.read_text(encoding="utf-8")
        if text is None
        else path.write_text(text, encoding="utf-8")
    )


def names():
    return sorted(path.name for path in MINE.iterdir() if not path.name.startswith("."))


def test_the_copy_holds_the_lessons_and_nothing_else():
    Path("notebooks/notes.txt").touch()
    Path("notebooks/pictures").mkdir()
    lesson("first version", folder="notebooks")
    assert copy() == []
    assert names() == ["00_welcome.ipynb", "01_kernel.ipynb"]
    assert lesson() == "first version"


def test_answers_stay_when_the_course_does_not_change():
    copy()
    lesson("my answers")
    assert copy() == []
    assert lesson() == "my answers"
    assert len(names()) == 2


def test_a_changed_lesson_comes_beside_the_answers():
    lesson("first version", folder="notebooks")
    copy()
    lesson("my answers")
    for version, name in (("second", "00_welcome-new"), ("third", "00_welcome-new-2")):
        lesson(f"{version} version", folder="notebooks")
        assert copy() == [MINE / f"{name}.ipynb"]
        assert lesson() == "my answers"
        assert lesson(name=f"{name}.ipynb") == f"{version} version"
        assert copy() == []
    assert len(names()) == 4


def test_a_changed_lesson_replaces_a_copy_without_answers():
    lesson("first version", folder="notebooks")
    copy()
    lesson("second version", folder="notebooks")
    assert copy() == []
    assert lesson() == "second version"
    assert len(names()) == 2


def test_new_lessons_are_added_and_lost_ones_come_back():
    copy()
    lesson("a new one", "02_size.ipynb", "notebooks")
    Path("my-lessons/00_welcome.ipynb").unlink()
    copy()
    assert names() == ["00_welcome.ipynb", "01_kernel.ipynb", "02_size.ipynb"]


@pytest.mark.parametrize("damage", [None, "", "{", "[1]", "7"])
def test_without_its_memory_nothing_is_written_over(damage):
    lesson("first version", folder="notebooks")
    copy()
    lesson("my answers")
    memory = Path("my-lessons", desk.VERSIONS)
    memory.unlink() if damage is None else memory.write_text(damage, encoding="utf-8")
    lesson("second version", folder="notebooks")
    copy()
    assert lesson() == "my answers"
    assert lesson(name="00_welcome-new.ipynb") == "second version"


# ---- The commands


def test_notebooks_puts_all_lessons_there_and_says_so(tmp_path, capsys):
    place = tmp_path / "deep" / "er"
    assert main(["notebooks", str(place)]) == 0
    assert capsys.readouterr().out == f"{len(LESSONS)} lessons are in {place}\n"
    assert sorted(p.stem for p in place.glob("*.ipynb")) == [one.name for one in LESSONS]
    (place / "05_pooling.ipynb").write_text("my answers", encoding="utf-8")
    (place / desk.VERSIONS).unlink()
    assert main(["notebooks", str(place)]) == 0
    beside = place / "05_pooling-new.ipynb"
    assert f"in which you have worked: {beside}\n" in capsys.readouterr().out
    assert (place / "05_pooling.ipynb").read_text(encoding="utf-8") == "my answers"


def test_notebooks_says_what_is_in_the_way(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").touch()
    assert main(["notebooks", str(tmp_path / "file")]) == 2
    assert "cannot be used: file exists" in capsys.readouterr().err
    monkeypatch.setattr(desk, "lessons", lambda: tmp_path / "nowhere")
    assert main(["notebooks", "x"]) == 2
    assert f"should be in {tmp_path / 'nowhere'}, but are not there" in capsys.readouterr().err


def test_lab_opens_the_first_lesson_and_hands_words_to_jupyterlab(opened, course):
    assert main(["lab", "--no-browser", "--port=9999"]) == 0
    assert opened[:2] == [
        f"--ServerApp.root_dir={course}",
        "--LabApp.default_url=/lab/tree/my-lessons/00_welcome.ipynb",
    ]
    assert opened[-2:] == ["--no-browser", "--port=9999"]
    assert os.environ["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)


def test_jupyterlab_asks_nothing_over_the_first_lesson(opened):
    main(["lab"])
    assert "@jupyterlab/apputils-extension:announcements" in checkup.switched_off()


def test_a_folder_elsewhere_is_what_jupyterlab_shows(opened, tmp_path_factory):
    place = tmp_path_factory.mktemp("else") / "größer & more"
    main(["lab", str(place)])
    assert opened[:2] == [
        f"--ServerApp.root_dir={place}",
        "--LabApp.default_url=/lab/tree/00_welcome.ipynb",
    ]
    opened.clear()
    main(["lab", "größer & more"])
    assert opened[1].endswith("/lab/tree/gr%C3%B6%C3%9Fer%20%26%20more/00_welcome.ipynb")


def test_where_nothing_can_be_written_the_lessons_are_still_opened(opened, capsys):
    MINE.touch()  # a file in the way
    main(["lab"])
    assert "could not be brought up to date: file exists." in capsys.readouterr().out
    assert "--LabApp.default_url=/lab/tree/notebooks/00_welcome.ipynb" in opened


def test_lab_opens_a_folder_while_there_is_no_lesson(opened):
    for path in COURSE.iterdir():
        path.unlink()
    main(["lab"])
    assert "--LabApp.default_url=/lab/tree/notebooks" in opened


def test_root_is_let_in_and_told_so(opened, monkeypatch, capsys):
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    main(["lab"])
    assert opened[-1] == "--allow-root"
    assert capsys.readouterr().out.endswith(desk.AS_ROOT + "\n")
    opened.clear()
    main(["lab", "--allow-root"])
    assert opened.count("--allow-root") == 1


def test_without_jupyterlab_one_sentence_says_what_to_type(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "jupyterlab.labapp", None)
    assert main(["lab"]) == 2
    assert 'pip install "cnncourse[lab]"' in capsys.readouterr().err
    assert not MINE.exists()


def test_only_lab_takes_words_that_it_does_not_know(capsys):
    with pytest.raises(SystemExit) as left:
        main(["doctor", "--port=9999"])
    assert left.value.code == 2
    assert "unrecognized arguments: --port=9999" in capsys.readouterr().err
