"""environment.yml asks conda for what pyproject.toml asks pip for."""

import tomllib
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))

by_conda = [entry for entry in CONDA["dependencies"] if isinstance(entry, str)]
(by_pip,) = [entry["pip"] for entry in CONDA["dependencies"] if isinstance(entry, dict)]


def ranges(lines):
    """Return the range of versions for each name in lines such as "numpy>=2.0,<3"."""
    requirements = [Requirement(line) for line in lines]
    assert len({r.name for r in requirements}) == len(requirements), "a name is there twice"
    return {r.name: r.specifier for r in requirements}


def test_names_and_ranges_are_those_of_pyproject_with_its_extras_for_lessons_and_tests():
    extras = PROJECT["optional-dependencies"]
    asked = ranges(PROJECT["dependencies"] + extras["lab"] + extras["test"])
    conda = [line for line in by_conda if line != "pip" and not line.startswith("python=")]
    assert ranges(conda + [line for line in by_pip if line != "-e ."]) == asked


def test_python_is_pinned_to_one_that_the_package_allows():
    (python,) = [line for line in by_conda if line.startswith("python=")]
    version = python.removeprefix("python=")
    assert version.count(".") == 1, "pin major and minor version, as in python=3.11"
    assert version in SpecifierSet(PROJECT["requires-python"])


def test_pip_is_there_and_installs_the_course_itself():
    assert "pip" in by_conda
    assert "-e ." in by_pip


def test_only_conda_forge_is_asked():
    assert CONDA["channels"] == ["conda-forge", "nodefaults"]
