"""Python in a browser (Pyodide): one process on one core, no command line, no files of others.

Everything else of the course runs there as it does anywhere. What cannot run says so.
"""

import json
import sys
from pathlib import Path

HERE = sys.platform == "emscripten"
VERSIONS = "versions.json"  # beside the lessons of the site: the version of each


def refuse(what: str) -> None:
    """A ValueError, in a browser, for what only runs on a computer: `what` names it."""
    if HERE:
        raise ValueError(
            f"{what} should run where the course is installed, but this is a browser, which cannot "
            "do that; the README of the course says how to install it."
        )


def compare(lesson: str, version: str) -> None:
    """Say what to do if the site has another version of a lesson than the learner's copy.

    A browser shows the copy for as long as there is one; what the site has now is hidden behind it.
    """
    try:
        newest = json.loads(Path(VERSIONS).read_text(encoding="utf-8"))[lesson]
    except (OSError, ValueError, KeyError):  # the browser does not let Python see the site's files
        return
    if newest != version:
        print(
            f"There is a newer version of this lesson; yours still works. To have both: in the "
            f"list on the left, rename {lesson}.ipynb to {lesson}-mine.ipynb (right button, "
            f"Rename), close the tab of the lesson, and open {lesson}.ipynb again."
        )
