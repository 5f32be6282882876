"""How much memory this computer has left, and how much of it a learner's processes hold (Linux)."""

import contextlib
import re
from pathlib import Path

PROC = Path("/proc")


def available() -> float:
    """GB that programs could still take."""
    text = (PROC / "meminfo").read_text()
    return int(re.search(r"MemAvailable:\s+(\d+) kB", text).group(1)) * 1024 / 1e9


def of_learner(home: Path) -> float:
    """MB of all processes whose home is this folder; shared pages count in parts."""
    mark, found = f"HOME={home}".encode(), 0.0
    for process in PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended, or is another's
            if mark in (process / "environ").read_bytes().split(b"\0"):
                text = (process / "smaps_rollup").read_text()
                found += int(re.search(r"^Pss:\s+(\d+) kB", text, re.M).group(1)) * 1024 / 1e6
    return found
