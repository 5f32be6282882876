"""Is everything in its place? One line for each thing looked at, and what to do about a problem.

A line that reports no problem says the same on every computer. `python -m cnncourse doctor` looks
at the same things, and at the computer: see doctor.
"""

import hashlib
import json
import re
import sys
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from . import browser, data

# What the lessons need, as in pyproject.toml with its extra "lab" (a test compares them): the
# oldest version that will do, and the first that will not, or None.
PACKAGES = {
    "numpy": ("2.0", "3"),
    "matplotlib": ("3.9", "4"),
    "jupyterlab": ("4.4", "5"),
    "ipywidgets": ("8.1", "9"),
    "anywidget": ("0.9.13", "1"),
    "pillow": ("10.3", None),
    "threadpoolctl": ("3.5", "4"),
    "tqdm": ("4.66", "5"),
    "pooch": ("1.8", "2"),
}
PYTHON = "3.11"
# JupyterLab's parts that show widgets: the package that brings each, and what its version begins
# with ("" for any).
FRONT_ENDS = {
    "@jupyter-widgets/jupyterlab-manager": ("jupyterlab_widgets", "5."),
    "anywidget": ("anywidget", ""),
}
INSTALL = (
    "Close JupyterLab; then, in the folder of the course, type python3 start.py in a terminal (on "
    "Windows: py start.py). It installs what is missing and opens the course. Without that folder, "
    'type pip install "cnncourse[lab]" in the place of the first installation.'
)


class Finding(NamedTuple):
    """One thing that was looked at: what is fine or what is wrong, and what to do."""

    fine: bool
    text: str
    advice: str = ""


def checkup() -> None:
    """Look at everything, and print what was found."""
    print(report(in_browser() if browser.HERE else look()))


def look() -> list[Finding]:
    """What is found when one looks at everything that belongs to the course."""
    return [
        check_python(sys.version_info),
        check_packages(installed()),
        check_front_ends(extension_folders(), switched_off()),
        check_copy(Path.cwd(), Path(__file__).resolve().parent),
        check_data(data.folder()),
    ]


def in_browser() -> list[Finding]:
    """What is found in a browser, where the site has chosen the packages and their versions."""
    found = installed()
    missing = [name for name in PACKAGES if not found[name] and name not in ("jupyterlab", "pooch")]
    if missing:
        advice = "Run the lesson's first cell of code again."
        packages = Finding(False, f"missing: {', '.join(missing)}", advice)
    else:
        packages = Finding(True, "in a browser: the site has brought what the lessons need")
    return [check_python(sys.version_info), packages, check_data(data.folder())]


def report(findings: list[Finding]) -> str:
    """The findings as lines of text; the last one sums them up."""
    lines = []
    for finding in findings:
        lines.append(f"{'fine' if finding.fine else 'PROBLEM':8} {finding.text}")
        if finding.advice:
            lines.append(f"{'':8} What to do: {finding.advice}")
    problems = sum(not finding.fine for finding in findings)
    if not problems:
        return "\n".join([*lines, "Everything is in its place."])
    those = "That is a problem" if problems == 1 else f"Those are {problems} problems"
    return "\n".join([*lines, f"{those}; the lessons may stop until it is solved."])


def check_python(version) -> Finding:
    """Whether this Python is new enough."""
    if tuple(version[:2]) >= numbers(PYTHON):
        return Finding(True, f"Python is {PYTHON} or newer")
    return Finding(
        False,
        f"this notebook runs in Python {version[0]}.{version[1]}, but needs {PYTHON} or newer",
        f"Install a newer Python from python.org. {INSTALL}",
    )


def check_packages(versions: dict[str, str | None]) -> Finding:
    """Whether every package is there, in a version that fits; None stands for a missing one."""
    problems = []
    for name, (least, below) in PACKAGES.items():
        found = versions.get(name)
        wanted = f"{least} or newer" + (f", older than {below}" if below else "")
        if found is None:
            problems.append(f"{name} is missing")
        elif numbers(found) < numbers(least) or (below and numbers(found) >= numbers(below)):
            problems.append(f"{name} is {found}, but should be {wanted}")
    if not problems:
        return Finding(True, f"packages: {', '.join(PACKAGES)}")
    return Finding(
        False,
        "; ".join(problems),
        "Maybe this notebook runs in another Python than the course's own: choose Kernel, Change "
        f"Kernel in the menu. If that does not help: {INSTALL}",
    )


def check_front_ends(folders: list[Path], off: tuple[str, ...] = ()) -> Finding:
    """Whether JupyterLab has the parts that show sliders and pictures, and uses them.

    folders: where it looks, first the one that counts most   off: names of what is switched off
    """
    for name, (package, begins) in FRONT_ENDS.items():
        found = [path for f in folders if (path := f / name / "package.json").is_file()]
        if not found:
            return Finding(
                False,
                f"JupyterLab's part of {package} is missing, so the labs stay invisible",
                INSTALL,
            )
        if name in off:
            return Finding(
                False,
                f"JupyterLab's extension {name} is switched off, so the labs stay invisible",
                f"In a terminal, type jupyter labextension enable {name}",
            )
        version = version_in(found[0])
        if not version.startswith(begins):
            return Finding(
                False,
                f"JupyterLab's part of {package} in {found[0].parent} is {version or 'damaged'}, "
                f"but should be {begins}x: the labs stay invisible",
                "It is older than the course, and comes first. Delete that folder; the right one "
                "is then found. Reload the page.",
            )
    return Finding(True, "JupyterLab can show sliders and pictures")


def check_copy(where: Path, package: Path) -> Finding:
    """Whether the notebook and the package it uses belong together."""
    for folder in (where, *where.parents):
        own = folder / "cnncourse"
        if (own / "__init__.py").is_file():
            if own.resolve() == package:
                break
            return Finding(
                False,
                f"this notebook is in {folder}, but uses the course's package in {package}",
                "Open the notebook in the folder that belongs to the package, or, in the folder "
                "of this notebook, start the course with python3 start.py.",
            )
    return Finding(True, "the notebook and the course's package belong together")


def check_data(folder: Path) -> Finding:
    """Whether all data files are there and whole: size and SHA-256 stand in their README.md."""
    advice = data.MEND[0].upper() + data.MEND[1:]
    readme = folder / "README.md"
    if not readme.is_file():
        return Finding(False, f"the data files are not in {folder}", advice)
    row = re.compile(r"^\| `(\S+)` \| \d+ \| `([0-9a-f]{64})` \|$", re.MULTILINE)
    wrong = []
    for name, expected in row.findall(readme.read_text(encoding="utf-8")):
        path = folder / name
        if not path.is_file():
            wrong.append(f"{name} is missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            wrong.append(f"{name} is damaged")
    if wrong:
        return Finding(False, f"data: {', '.join(wrong)}", advice)
    return Finding(True, "data: digits, photographs and trained networks are there and whole")


def installed() -> dict[str, str | None]:
    """The version of each of the PACKAGES, None where it is missing."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = None
    return found


def extension_folders() -> list[Path]:
    """Where JupyterLab looks for its extensions."""
    try:
        from jupyter_core.paths import jupyter_path
    except ImportError:
        return []
    return [Path(folder) for folder in jupyter_path("labextensions")]


def switched_off() -> tuple[str, ...]:
    """The names of JupyterLab's extensions that somebody has switched off."""
    try:
        from jupyterlab_server.config import get_page_config

        return tuple(get_page_config([])["disabledExtensions"])
    except (ImportError, KeyError, OSError, ValueError):
        return ()


def version_in(package: Path) -> str:
    """The version that a package.json states; '' if it is damaged."""
    try:
        return str(json.loads(package.read_text(encoding="utf-8"))["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def numbers(version: str) -> tuple[int, ...]:
    """The numbers that a version begins with: (2, 4, 6) for "2.4.6rc1"."""
    return tuple(int(part) for part in re.match(r"\d+(\.\d+)*", version)[0].split("."))
