"""The version stands in one place; what repeats it says the same, and the citation is valid."""

import re
from datetime import date
from pathlib import Path

import yaml
from packaging.version import Version

import cnncourse

ROOT = Path(__file__).resolve().parent.parent
CHANGES = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
HEADS = re.findall(r"^## (\S+) \((\d{4}-\d\d-\d\d)\)$", CHANGES, re.MULTILINE)


def test_the_newest_change_is_of_this_version():
    assert HEADS[0][0] == cnncourse.__version__
    assert str(Version(cnncourse.__version__)) == cnncourse.__version__


def test_versions_and_dates_go_back_in_time():
    versions = [Version(version) for version, _ in HEADS]
    dates = [date.fromisoformat(day) for _, day in HEADS]
    assert versions == sorted(versions, reverse=True)
    assert dates == sorted(dates, reverse=True)
    assert len(HEADS) == CHANGES.count("\n## ")


def test_the_citation_is_of_this_version():
    assert CITATION["version"] == cnncourse.__version__
    assert CITATION["date-released"] == HEADS[0][1]


def test_the_citation_has_what_its_format_requires():
    """What schema 1.2.0 asks for; cffconvert --validate holds it to all of it (RELEASING.md)."""
    required = {"cff-version", "message", "title", "authors"}
    known = required | {"type", "abstract", "version", "date-released", "license", "keywords"}
    assert required <= set(CITATION) <= known
    assert CITATION["cff-version"] == "1.2.0"
    assert CITATION["type"] in ("software", "dataset")
    assert all(isinstance(author["name"], str) for author in CITATION["authors"])


def test_the_readme_names_the_wheel_of_this_version():
    told = (ROOT / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"cnncourse-(\S+?)-py3", told)) == {cnncourse.__version__}


def test_what_the_release_needs_is_there():
    told = (ROOT / "RELEASING.md").read_text(encoding="utf-8")
    for path in re.findall(r"`([\w./]+\.(?:py|md|cff))`", told):
        assert (ROOT / path).is_file(), path
    for module in re.findall(r"python -m ((?:cnncourse|publish|benchmarks)[.\w]*)", told):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file(), module
