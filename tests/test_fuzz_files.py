"""A few of the files and all of the places of fuzz_files.py and fuzz_places.py, without a fault."""

import re

from programs import run


def test_damaged_files_are_refused_or_do_no_harm():
    shown = run("fuzz_files.py", "--files", "390")
    counts = dict(re.findall(r"^(\w+(?: \w+)?) .* (\d+)$", shown, re.MULTILINE))
    refused = {kind: int(count) for kind, count in counts.items() if kind in ("model", "clothes")}
    assert min(refused.values()) > 20 and len(refused) == 2  # else nothing was damaged
    assert "390 in all, 0 faults" in shown


def test_places_that_are_no_files_are_refused_and_left_alone():
    assert "330 in all, 0 faults" in run("fuzz_places.py")
