"""A few of the kills of kill_saves.py and kill_training.py, and two of the odd places."""

from pathlib import Path

import pytest
from programs import run

PLACES = "one core", "a child by fork"

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")


def test_a_killed_save_leaves_the_old_file_or_the_new_one():
    shown = run("kill_saves.py", "--kills", "10")
    assert shown.count(" times, whole each time; ") == 3


def test_killed_training_leaves_nothing_and_odd_places_change_no_weight():
    shown = run("kill_training.py", "--kills", "1", "--places", *PLACES)
    assert shown.count("ended, nothing left") == 3
    assert shown.count("1 times equal weights") == 3
    assert shown.count("equal weights with 1, 2, 3 workers (0, 1, 2 helpers)") == len(PLACES)
