"""Python in a browser (Pyodide): one process on one core, no command line, no files of others.

Everything else of the course runs there as it does anywhere. What cannot run says so.
"""

import sys

HERE = sys.platform == "emscripten"


def refuse(what: str) -> None:
    """A ValueError, in a browser, for what only runs on a computer: `what` names it."""
    if HERE:
        raise ValueError(
            f"{what} should run where the course is installed, but this is a browser, which cannot "
            "do that; the README of the course says how to install it."
        )
