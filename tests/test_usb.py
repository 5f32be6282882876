"""The stick for teaching without a network: which packages it needs, and what its program does."""

import importlib.util
import sys
import zipfile
from pathlib import Path

import pytest

from publish import usb, wheelhouse

WINDOWS, MAC = wheelhouse.Target("windows", "3.12"), wheelhouse.Target("mac", "3.13")
LINUX = wheelhouse.Target("linux", "3.12")


def wheel(folder, name, *needs, version="1.0"):
    """A wheel that holds nothing but what it needs."""
    path = folder / f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
    lines = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
    lines += [f"Requires-Dist: {need}" for need in needs]
    info = f"{name.replace('-', '_')}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{info}/METADATA", "\n".join(lines) + "\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return path


def test_what_only_another_system_needs_is_found(tmp_path):
    wheel(tmp_path, "cnncourse", "numpy>=2", 'jupyterlab; extra == "lab"', 'torch; extra == "x"')
    wheel(tmp_path, "numpy")
    wheel(
        tmp_path,
        "jupyterlab",
        'pywinpty>=2.0.1; os_name == "nt"',
        'appnope; platform_system == "Darwin"',
        'tomli; python_version < "3.11"',
        "Some.Thing[fast]",
    )
    wheel(tmp_path, "some-thing", 'wheels-of-it; extra == "fast"', 'other; extra == "slow"')
    asked = [wheelhouse.missing(tmp_path, t, "cnncourse[lab]") for t in (WINDOWS, MAC, LINUX)]
    assert asked == [
        ["pywinpty>=2.0.1", "wheels-of-it"],
        ["appnope", "wheels-of-it"],
        ["wheels-of-it"],
    ]
    assert wheelhouse.missing(tmp_path, WINDOWS, "cnncourse") == []


def test_pip_is_asked_for_the_other_system():
    assert WINDOWS.words() == [
        "--platform=win_amd64",
        "--python-version=3.12",
        "--implementation=cp",
    ]
    assert wheelhouse.here().words() == []
    assert len(LINUX.words()) > 5


def test_fetching_goes_on_until_nothing_is_missing(tmp_path, monkeypatch):
    """pip leaves out what this computer does not need; a second round asks for it."""
    rounds = []

    def pip(command, *words):
        place = Path(words[words.index("--dest") + 1])
        rounds.append([str(word) for word in words[words.index("--implementation=cp") + 1 :]])
        if len(rounds) == 1:
            wheel(place, "jupyterlab", 'pywinpty; os_name == "nt"')
        if len(rounds) == 2:
            wheel(place, "pywinpty")

    monkeypatch.setattr(wheelhouse, "pip", pip)
    course = wheel(tmp_path, "cnncourse", 'jupyterlab; extra == "lab"')
    (tmp_path / "wheels").mkdir()
    wheelhouse.fetch(course, WINDOWS, tmp_path / "wheels")
    assert rounds == [[f"{course}[lab]"], ["pywinpty"]]
    found = sorted(path.name.split("-")[0] for path in (tmp_path / "wheels").iterdir())
    assert found == ["cnncourse", "jupyterlab", "pywinpty"]
    rounds[:] = [None, None]
    with pytest.raises(ValueError, match=r"jupyterlab should be had for windows, Python 3\.12"):
        wheelhouse.fetch(course, WINDOWS, tmp_path / "wheels")


# ---- The command


@pytest.fixture
def make(tmp_path, monkeypatch):
    """Run the command without a network; `make.targets` are those it fetched for."""
    targets = []

    def fetch(course, target, wheels):
        targets.append(str(target))
        wheel(wheels, "cnncourse")

    monkeypatch.setattr(wheelhouse, "build", lambda root, place: place / "cnncourse.whl")
    monkeypatch.setattr(wheelhouse, "fetch", fetch)

    def make(*words):
        return usb.main([str(tmp_path / "stick"), *words])

    make.targets, make.folder = targets, tmp_path / "stick"
    return make


def test_the_stick_has_what_its_page_speaks_of(make, capsys):
    assert make("--for", "windows", "--for", "mac", "--python", "3.12", "--python", "3.13") == 0
    mine = str(wheelhouse.here())
    others = [f"{system}, Python {p}" for system in ("windows", "mac") for p in ("3.12", "3.13")]
    assert make.targets == [mine, *others]
    readme = (make.folder / "README.txt").read_text(encoding="utf-8")
    for name in ("Windows.bat", "macOS.command", "linux.sh", "install.py", "INSTRUCTORS.md"):
        assert name in readme
        assert (make.folder / name).is_file()
    assert all(f"    {target}\n" in readme for target in make.targets)
    assert "It was not put on this stick." in readme
    assert "{" not in readme
    assert "copy all of it to the stick" in capsys.readouterr().out


def test_a_second_time_leaves_no_older_package(make):
    make()
    wheel(make.folder / "wheels", "cnncourse", version="0.1")
    assert make() == 0
    assert len(list((make.folder / "wheels").iterdir())) == 1


def test_a_site_comes_along(make, tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("<p>lesson", encoding="utf-8")
    assert make("--site", str(tmp_path / "site")) == 0
    assert (make.folder / "site" / "index.html").is_file()
    readme = (make.folder / "README.txt").read_text(encoding="utf-8")
    assert "http.server --directory site" in readme


@pytest.mark.parametrize(
    "words, says",
    [
        (["--python", "3.9", "--for", "mac"], "--python should be 3.11 or newer"),
        (["--python", "twelve", "--for", "mac"], "--python should be 3.11 or newer"),
        (["--site", "nowhere"], "--site should hold an index.html, but nowhere does not"),
    ],
)
def test_what_the_command_refuses(words, says, make, capsys):
    assert make(*words) == 2
    assert says in capsys.readouterr().err


def test_a_folder_with_other_files_stays_as_it_is(make, capsys):
    make.folder.mkdir()
    (make.folder / "thesis.txt").write_text("mine", encoding="utf-8")
    assert make() == 2
    assert "should be empty or new" in capsys.readouterr().err
    assert [path.name for path in make.folder.iterdir()] == ["thesis.txt"]


# ---- The program on the stick


@pytest.fixture
def install(make, monkeypatch):
    """install.py of a stick, as a module; `install.ran` are the programs that it runs."""
    make()
    spec = importlib.util.spec_from_file_location("install", make.folder / "install.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.ran, module.failing = [], ""

    def call(words, cwd=None):
        words = [str(word) for word in words]
        module.ran.append(words[2])
        if words[2] == "venv":
            Path(words[-1]).mkdir(parents=True, exist_ok=True)
        return int(words[2] == module.failing)

    monkeypatch.setattr(module.subprocess, "call", call)
    return module


def test_it_installs_once_looks_and_opens(install, tmp_path):
    home = str(tmp_path / "home")
    assert install.main([home, "--no-browser"]) == 0
    assert install.ran == ["venv", "pip", "cnncourse", "cnncourse"]
    install.ran.clear()
    assert install.main([home]) == 0
    assert install.ran == ["cnncourse"]
    (start,) = Path(home).glob("start.*")
    assert "-m cnncourse lab" in start.read_text(encoding="utf-8")


def test_a_newer_stick_installs_again(install, tmp_path, make):
    install.main([str(tmp_path / "home")])
    install.ran.clear()
    (make.folder / "wheels" / "cnncourse-1.0-py3-none-any.whl").unlink()
    wheel(make.folder / "wheels", "cnncourse", version="2.0")
    install.main([str(tmp_path / "home")])
    assert install.ran[:2] == ["venv", "pip"]


@pytest.mark.parametrize("failing, says", [("venv", "python3-venv"), ("pip", "README.txt says")])
def test_what_fails_is_said_and_tried_again(failing, says, install, tmp_path):
    install.failing = failing
    assert says in install.main([str(tmp_path / "home")])
    install.failing = ""
    assert install.main([str(tmp_path / "home")]) == 0
    assert "pip" in install.ran[2:]


def test_an_old_python_is_told_so(install, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 1))
    monkeypatch.setattr(sys, "version", "3.10.1 (main)")
    assert "is Python 3.10.1. See README.txt." in install.main([])
    assert install.ran == []
