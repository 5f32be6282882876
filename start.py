"""Start the course.

    python3 start.py          set up on first use, then open the first lesson in JupyterLab
    python3 start.py test     set up on first use, then run every test and every lesson

What follows is handed on: to JupyterLab (python3 start.py --no-browser) or to pytest
(python3 start.py test -k pooling). Everything is installed in the folder .venv beside this file;
to start afresh, delete it.
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

OLD_PYTHON = "The course needs Python 3.11 or newer, but {} is Python {}."
NO_VENV = (
    "This Python cannot make virtual environments. On Debian and Ubuntu, "
    "sudo apt install python3-venv adds that; then give the same command again."
)
NOT_INSTALLED = (
    "The installation did not finish; the lines above say why. It needs the network: "
    "when that is there, give the same command again."
)
NO_NEWS = ["jupyterlab.labextensions", "disable", "@jupyterlab/apputils-extension:announcements"]


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
    lesson = min(Path("notebooks").glob("[0-9][0-9]_*.ipynb"), default=Path("notebooks"))
    first = "--LabApp.default_url=/lab/tree/" + lesson.as_posix()
    return run(PYTHON, "-m", "jupyterlab", first, *words)


def install(testing):
    """Make .venv and install the course in it, where that is not yet done."""
    python = "Python {}.{}".format(*sys.version_info)
    wanted = [python, str(HERE), hashlib.sha256(Path("pyproject.toml").read_bytes()).hexdigest()]
    done = DONE.read_text(encoding="utf-8").splitlines() if DONE.exists() else []
    if done[:1] != [python] or not PYTHON.exists():
        # There is none, or another Python made it, or its first installation was interrupted.
        if not importlib.util.find_spec("ensurepip"):
            return NO_VENV
        print("Setting up the course in", VENV, "(only once; a few minutes)", flush=True)
        if run(sys.executable, "-m", "venv", "--clear", VENV):
            return NOT_INSTALLED
        done = []
    with_tests = testing or "with tests" in done
    wanted += ["with tests"] if with_tests else []
    if done != wanted:
        course = ".[test]" if with_tests else "."
        if run(PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "-e", course):
            return NOT_INSTALLED
        run(PYTHON, "-m", *NO_NEWS, "--level=sys_prefix")  # no question over the first lesson
        DONE.write_text("\n".join(wanted), encoding="utf-8")
    return None


def run(*command):
    """Run a program and return its exit code; whoever ends this script ends the program."""
    program = subprocess.Popen([str(word) for word in command])
    signal.signal(signal.SIGTERM, lambda *_: program.terminate())
    while True:
        try:
            return program.wait()
        except KeyboardInterrupt:
            pass  # Ctrl-C has reached the program too, and what it means there is up to it


if __name__ == "__main__":
    os.chdir(HERE)
    sys.exit(main(sys.argv[1:]))
