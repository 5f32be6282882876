"""A few of the kills of kill_saves.py and kill_training.py, and two of the odd places."""

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PLACES = "one core", "a child by fork"

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")


def run(program, *words):
    """What it prints: it ends with an error if there is a fault."""
    command = [sys.executable, HERE / program, *words]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_killed_save_leaves_the_old_file_or_the_new_one():
    shown = run("kill_saves.py", "--kills", "10")
    assert shown.count(" times, whole each time; ") == 3


def test_killed_training_leaves_nothing_and_odd_places_change_no_weight():
    shown = run("kill_training.py", "--kills", "1", "--places", *PLACES)
    assert shown.count("ended, nothing left") == 3
    assert shown.count("1 times equal weights") == 3
    assert shown.count("equal weights with 1, 2, 3 workers") == len(PLACES)
