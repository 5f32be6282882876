"""Install the course from this folder, without a network, and open it.

    python3 install.py             into the folder cnn-course in your home folder
    python3 install.py FOLDER      into another folder

What follows FOLDER is handed on to JupyterLab. Run it again to open the course.
"""

import os
import subprocess
import sys
from pathlib import Path

STICK = Path(__file__).resolve().parent
OLD_PYTHON = "The course needs Python 3.11 or newer, but {} is Python {}. See README.txt."
NO_VENV = (
    "This Python cannot make virtual environments. On Debian and Ubuntu, the package python3-venv "
    "adds that; ask whoever gave you this folder."
)
NO_WHEELS = (
    "The packages could not be installed; the lines above say why. README.txt says for which "
    "computers and which Python they are; this is Python {}.{} on {}."
)


def main(words):
    """Install where that is not yet done, then open; return an exit code, or what went wrong."""
    if sys.version_info < (3, 11):
        return OLD_PYTHON.format(sys.executable, sys.version.split()[0])
    named = words and not words[0].startswith("-")
    folder = Path(words[0] if named else Path.home() / "cnn-course").expanduser().resolve()
    python = folder / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = folder / ".venv" / "installed.txt"
    wheels = "\n".join(sorted(path.name for path in (STICK / "wheels").glob("cnncourse-*.whl")))
    if not done.exists() or done.read_text(encoding="utf-8") != wheels:
        problem = install(folder, python)
        if problem:
            return problem
        done.write_text(wheels, encoding="utf-8")
    write_start(folder, python)
    return subprocess.call([python, "-m", "cnncourse", "lab", *words[bool(named) :]], cwd=folder)


def install(folder, python):
    """Make .venv in the folder, put the packages into it, and look whether they work."""
    print("Installing the course into", folder, "(only once; a minute or two)", flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    if subprocess.call([sys.executable, "-m", "venv", "--clear", folder / ".venv"]):
        return NO_VENV
    pip = [python, "-m", "pip", "install", "--quiet", "--no-index", "--disable-pip-version-check"]
    if subprocess.call([*pip, "--find-links", STICK / "wheels", "cnncourse[lab]"]):
        return NO_WHEELS.format(*sys.version_info[:2], sys.platform)
    # A problem that it names may not be in the way of the lessons, so they are opened anyway.
    subprocess.call([python, "-m", "cnncourse", "doctor"], cwd=folder)
    return None


def write_start(folder, python):
    """Write the file that opens the course without this folder."""
    if os.name == "nt":
        text, name = f'@cd /d "%~dp0"\r\n@"{python}" -m cnncourse lab %*\r\n', "start.bat"
    else:
        text, name = '#!/bin/sh\ncd "$(dirname "$0")"\n', "start.command"
        text += f'exec "{python}" -m cnncourse lab "$@"\n'
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    path.chmod(0o755)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
