"""The programs beside the tests, run as one runs them by hand."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def run(program, *words):
    """What it prints: it ends with an error if there is a fault."""
    command = [sys.executable, HERE / program, *words]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
