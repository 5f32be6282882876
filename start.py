"""Start the course.

    python3 start.py          set up on first use, then open your copy of the lessons in JupyterLab
    python3 start.py test     set up on first use, then run every test and every lesson

What follows is handed on: to JupyterLab (python3 start.py --no-browser) or to pytest
(python3 start.py test -k pooling). Everything is installed in the folder .venv beside this file;
to start afresh, delete it. You work in the folder my-lessons, where nothing of yours is ever
written over: new lessons are added, and a newer version of one in which you have worked is put
beside yours.
"""

import hashlib
import importlib.util
import os
import signal
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
DONE = VENV / "installed.txt"  # what the last installation that succeeded was made from
MINE = "my-lessons"

OLD_PYTHON = "The course needs Python 3.11 or newer, but {} is Python {}."
NO_VENV = (
    "This Python cannot make virtual environments. On Debian and Ubuntu, "
    "sudo apt install python3-venv adds that; then give the same command again."
)
NOT_INSTALLED = (
    "The installation did not finish; the lines above say why. It needs the network: "
    "when that is there, give the same command again."
)
READ_ONLY = (
    "The course installs itself into its own folder, {}, and may not write there. "
    "Copy the folder to a place that is yours, then give the same command again from there."
)


def main(words):
    """Do what the words after `start.py` say; return an exit code, or what went wrong."""
    if sys.version_info < (3, 11):
        return OLD_PYTHON.format(sys.executable, sys.version.split()[0])
    testing = words[:1] == ["test"]
    problem = install(testing)
    if problem:
        return problem
    if testing:
        return run(PYTHON, "-m", "pytest", *words[1:])
    return run(PYTHON, "-m", "cnncourse", "lab", MINE, *words)


def install(testing):
    """Make .venv and install the course in it, where that is not yet done."""
    python = "Python {}.{}".format(*sys.version_info)
    wanted = [python, str(HERE), hashlib.sha256(Path("pyproject.toml").read_bytes()).hexdigest()]
    done = DONE.read_text(encoding="utf-8").splitlines() if DONE.exists() else []
    with_tests = testing or "with tests" in done
    wanted += ["with tests"] if with_tests else []
    fresh = done[:1] != [python] or not PYTHON.exists()
    if done == wanted and not fresh:
        return None
    if not os.access(HERE, os.W_OK):
        return READ_ONLY.format(HERE)
    if fresh:
        # There is none, or another Python made it, or its first installation was interrupted.
        if not importlib.util.find_spec("ensurepip"):
            return NO_VENV
        print("Setting up the course in", VENV, "(only once; a few minutes)", flush=True)
        if run(sys.executable, "-m", "venv", "--clear", VENV):
            return NOT_INSTALLED
    course = ".[lab,test]" if with_tests else ".[lab]"
    if run(PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "-e", course):
        return NOT_INSTALLED
    DONE.write_text("\n".join(wanted), encoding="utf-8")
    return None


def run(*command):
    """Run a program and return its exit code; whoever ends this script ends the program."""
    path = os.pathsep.join([str(PYTHON.parent), os.environ.get("PATH", os.defpath)])
    # With this first in PATH, "!python" in a lesson is the course's Python.
    program = subprocess.Popen([str(word) for word in command], env={**os.environ, "PATH": path})
    signal.signal(signal.SIGTERM, lambda *_: program.terminate())
    while True:
        try:
            return program.wait()
        except KeyboardInterrupt:
            pass  # Ctrl-C has reached the program too, and what it means there is up to it


if __name__ == "__main__":
    os.chdir(HERE)
    sys.exit(main(sys.argv[1:]))
