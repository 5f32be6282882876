"""The workflow for the project's host asks for what is there: systems, commands, sessions."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
JOBS = yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text(encoding="utf-8"))["jobs"]


def commands(job):
    return [step["run"] for step in JOBS[job]["steps"] if "run" in step]


def test_the_readmes_command_runs_on_all_three_systems():
    systems = {name.split("-")[0] for name in JOBS["tests"]["strategy"]["matrix"]["os"]}
    assert systems == {"ubuntu", "windows", "macos"}
    assert commands("tests") == ["python start.py test -rs"]


def test_the_sessions_of_the_night_are_those_of_nox():
    text = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    known = set(re.findall(r"^def (\w+)\(session\):", text, flags=re.MULTILINE))
    asked = JOBS["versions"]["strategy"]["matrix"]["session"]
    assert {session.split("-")[0] for session in asked} <= known
    assert commands("versions")[-1] == "python -m nox -s ${{ matrix.session }}"
