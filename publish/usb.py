"""Everything to teach the course where there is no network, in one folder, for a USB stick.

    python -m publish.usb FOLDER                                    for computers like this one
    python -m publish.usb FOLDER --for windows --for mac --python 3.12   for others as well
    python -m publish.usb FOLDER --pyodide PATH                     with the site for browsers
    python -m publish.usb FOLDER --site PATH                        with a site that was built

The folder holds the packages (wheels), a program that installs them without a network, and a
page in plain words. Making it needs the network.
"""

import argparse
import importlib.util
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from cnncourse import __version__

from . import wheelhouse

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
STICK = HERE / "stick"  # what is copied as it is, README.txt with a few words filled in
GIGABYTE = 1e9


def main(words: list[str] | None = None) -> int:
    """Make the folder that the words of the command line ask for."""
    parser = argparse.ArgumentParser(
        prog="python -m publish.usb", description="Make a USB stick to teach without a network."
    )
    parser.add_argument("folder", type=Path, help="where to; an empty folder, or one made before")
    parser.add_argument(
        "--for",
        dest="systems",
        action="append",
        default=[],
        choices=wheelhouse.SYSTEMS,
        help="for these computers as well (may be repeated)",
    )
    parser.add_argument(
        "--python",
        dest="pythons",
        action="append",
        metavar="3.X",
        help="the Python of the computers of --for (default: this one's; may be repeated)",
    )
    parser.add_argument("--site", type=Path, help="a folder with a site to put on it")
    parser.add_argument("--pyodide", type=Path, help="Pyodide, to build the site for browsers with")
    options = parser.parse_args(words)
    try:
        make(options)
    except (ValueError, OSError) as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


def make(options) -> None:
    """Make the folder: wheels, the program that installs them, and what was asked for besides."""
    folder = options.folder
    check_folder(folder)
    targets = [wheelhouse.here()]
    for system in options.systems:
        for python in options.pythons or [wheelhouse.here().python]:
            targets.append(wheelhouse.Target(system, wheelhouse.check_python(python)))
    shutil.copytree(STICK, folder, dirs_exist_ok=True)
    wheels = folder / "wheels"
    shutil.rmtree(wheels, ignore_errors=True)  # nothing of an older version is left
    wheels.mkdir()
    with tempfile.TemporaryDirectory() as place:
        course = wheelhouse.build(ROOT, Path(place))
        for target in dict.fromkeys(targets):
            print(f"packages for {target}", flush=True)
            wheelhouse.fetch(course, target, wheels)
    shutil.copy(ROOT / "INSTRUCTORS.md", folder)
    made_for = "\n".join(f"    {target}" for target in dict.fromkeys(targets))
    readme = (STICK / "README.txt").read_text(encoding="utf-8")
    site = put_site(options)
    text = readme.format(version=__version__, made_for=made_for, site=SITE if site else NO_SITE)
    (folder / "README.txt").write_text(text, encoding="utf-8", newline="\r\n")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{folder} holds {size / GIGABYTE:.2f} GB; copy all of it to the stick")


SITE = """\
The folder "site" holds the course for a browser. In a terminal, in the folder of this file, type

    python3 -m http.server --directory site        (on Windows: py -m http.server ...)

and open http://localhost:8000 in a browser on the same computer."""
NO_SITE = "It was not put on this stick."


def check_folder(folder: Path) -> None:
    """A ValueError unless the folder is new, empty, or was made by this command."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "install.py").is_file():
        raise ValueError(f"usb: FOLDER should be empty or new, but {folder} holds other files.")
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"usb: FOLDER should be a folder, but {folder} is a file.")


def put_site(options) -> bool:
    """Put the site on the stick that was asked for; whether there is one."""
    place = options.folder / "site"
    if options.site:
        if not (options.site / "index.html").is_file():
            raise ValueError(f"usb: --site should hold an index.html, but {options.site} does not.")
        shutil.copytree(options.site, place, dirs_exist_ok=True)
    elif options.pyodide:
        if not importlib.util.find_spec("publish.lite"):
            raise ValueError("usb: --pyodide should come with publish/lite.py, but it is missing.")
        words = [sys.executable, "-m", "publish.lite", str(place), "--pyodide"]
        if subprocess.run([*words, str(options.pyodide.resolve())], cwd=ROOT).returncode:
            raise ValueError("usb: the site for browsers could not be built; see above.")
    return (place / "index.html").is_file()


if __name__ == "__main__":
    sys.exit(main())
