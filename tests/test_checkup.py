"""The check of the installation: fine where all is fine; otherwise what is wrong and what to do."""

import shutil
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from cnncourse import checkup, data

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OLDEST = {name: least for name, (least, _) in checkup.PACKAGES.items()}


def test_here_everything_is_in_its_place(monkeypatch, capsys):
    monkeypatch.chdir(ROOT / "notebooks")
    checkup.checkup()
    *lines, last = capsys.readouterr().out.splitlines()
    assert len(lines) == 5
    assert all(line.startswith("fine     ") for line in lines)
    assert last == "Everything is in its place."


def test_fine_lines_are_the_same_on_every_computer(monkeypatch, capsys):
    checkup.checkup()
    here = capsys.readouterr().out
    monkeypatch.setattr(checkup, "installed", lambda: {n: v + ".7" for n, v in OLDEST.items()})
    monkeypatch.setattr(checkup.sys, "version_info", (3, 14, 2))
    checkup.checkup()
    assert capsys.readouterr().out == here
    assert str(ROOT) not in here


def test_it_asks_for_what_pyproject_asks_for():
    needed = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["lab"]
    wanted = {r.name: r.specifier for r in map(Requirement, needed)}
    asked = {
        name: SpecifierSet(f">={least}" + (f",<{below}" if below else ""))
        for name, (least, below) in checkup.PACKAGES.items()
    }
    assert asked == wanted
    assert PROJECT["requires-python"] == f">={checkup.PYTHON}"


def assert_problem(finding, *words):
    assert not finding.fine
    for word in words:
        assert word in finding.text
    assert finding.advice.endswith(".")


@pytest.mark.parametrize("version", [(3, 10, 9), (3, 9), (2, 7, 18)])
def test_an_old_python(version):
    finding = checkup.check_python(version)
    assert_problem(finding, f"runs in Python {version[0]}.{version[1]}", "needs 3.11 or newer")
    assert "python.org" in finding.advice


@pytest.mark.parametrize("version", [(3, 11), (3, 12, 1), (4, 0)])
def test_a_python_that_is_new_enough(version):
    assert checkup.check_python(version).fine


@pytest.mark.parametrize(
    ("name", "version", "words"),
    [
        ("numpy", None, "numpy is missing"),
        ("numpy", "1.26.4", "numpy is 1.26.4, but should be 2.0 or newer, older than 3"),
        ("numpy", "3.0.0rc1", "numpy is 3.0.0rc1, but should be"),
        ("anywidget", "0.9.2", "anywidget is 0.9.2, but should be 0.9.13 or newer"),
        ("ipywidgets", "7.8.5", "ipywidgets is 7.8.5"),
        ("pillow", "9.5", "pillow is 9.5, but should be 10.3 or newer"),
    ],
)
def test_a_package_that_does_not_fit(name, version, words):
    finding = checkup.check_packages({**OLDEST, name: version})
    assert_problem(finding, words)
    assert ";" not in finding.text
    assert "Change Kernel" in finding.advice
    assert "python3 start.py" in finding.advice


@pytest.mark.parametrize(
    "versions", [OLDEST, {**OLDEST, "anywidget": "0.11.0", "pillow": "13.0", "numpy": "2.4.6.dev1"}]
)
def test_packages_that_fit(versions):
    assert checkup.check_packages(versions).fine


def test_several_packages_are_named_together():
    finding = checkup.check_packages({**OLDEST, "tqdm": None, "numpy": "1.9"})
    assert_problem(finding, "numpy is 1.9", "tqdm is missing")


def front_end(folder, **versions):
    names = dict(zip(versions, checkup.FRONT_ENDS))
    for short, version in versions.items():
        (folder / names[short]).mkdir(parents=True)
        (folder / names[short] / "package.json").write_text(
            f'{{"version": "{version}"}}', encoding="utf-8"
        )
    return folder


def test_a_missing_front_end(tmp_path):
    both = front_end(tmp_path / "both", manager="5.0.16", anywidget="0.11.0")
    one = front_end(tmp_path / "one", manager="5.0.16")
    assert checkup.check_front_ends([tmp_path, both]).fine
    assert_problem(checkup.check_front_ends([one]), "part of anywidget is missing")
    assert_problem(checkup.check_front_ends([]), "part of jupyterlab_widgets is missing")


def test_a_front_end_that_comes_first_and_is_old(tmp_path):
    both = front_end(tmp_path / "both", manager="5.0.16", anywidget="0.11.0")
    old = front_end(tmp_path / "old", manager="3.1.11")
    assert checkup.check_front_ends([both, old]).fine
    finding = checkup.check_front_ends([old, both])
    assert_problem(finding, str(old), "is 3.1.11, but should be 5.x")
    assert "Delete that folder" in finding.advice
    next(old.rglob("package.json")).write_text("{", encoding="utf-8")
    assert_problem(checkup.check_front_ends([old, both]), "is damaged")


def test_a_front_end_that_is_switched_off(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    assert "anywidget" not in checkup.switched_off()
    (tmp_path / "labconfig").mkdir()
    config = '{"disabledExtensions": {"anywidget": true}}'
    (tmp_path / "labconfig" / "page_config.json").write_text(config, encoding="utf-8")
    finding = checkup.check_front_ends(checkup.extension_folders(), checkup.switched_off())
    assert not finding.fine
    assert "anywidget is switched off" in finding.text
    assert finding.advice.endswith("jupyter labextension enable anywidget")


def test_another_copy_of_the_course(tmp_path):
    package = ROOT / "cnncourse"
    assert checkup.check_copy(ROOT / "notebooks", package).fine
    assert checkup.check_copy(tmp_path, package).fine  # a notebook of one's own, anywhere
    (tmp_path / "cnncourse").mkdir()
    (tmp_path / "cnncourse" / "__init__.py").touch()
    (tmp_path / "notebooks").mkdir()
    finding = checkup.check_copy(tmp_path / "notebooks", package)
    assert_problem(finding, str(tmp_path), str(package))


@pytest.fixture
def files(tmp_path):
    """A folder with all data files."""
    for path in data.folder().glob("*"):
        if path.is_file():
            shutil.copy(path, tmp_path)
    return tmp_path


def test_data_files_missing_or_damaged(files):
    assert checkup.check_data(files).fine
    (files / "camera.png").unlink()
    whole = bytearray((files / "course_cnn.npz").read_bytes())
    whole[5000] ^= 1
    (files / "course_cnn.npz").write_bytes(whole)
    finding = checkup.check_data(files)
    assert_problem(finding, "camera.png is missing", "course_cnn.npz is damaged")
    assert "mnist" not in finding.text
    assert "git checkout -- data" in finding.advice


def test_no_data_files_at_all(tmp_path):
    assert_problem(checkup.check_data(tmp_path / "nowhere"), "not in", "nowhere")


def test_a_problem_is_told_with_what_to_do():
    findings = [
        checkup.Finding(True, "this is fine"),
        checkup.Finding(False, "that is not", "Do this."),
    ]
    assert checkup.report(findings).splitlines() == [
        "fine     this is fine",
        "PROBLEM  that is not",
        "         What to do: Do this.",
        "That is a problem; the lessons may stop until it is solved.",
    ]
    assert "Those are 2 problems" in checkup.report(findings[1:] * 2)


def test_a_package_that_is_not_installed_is_noticed(monkeypatch):
    def version(name):
        raise checkup.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(checkup.metadata, "version", version)
    assert set(checkup.installed().values()) == {None}
