"""What a hub starts for a learner: the newest lessons in my-lessons, then the learner's server.

CNNCOURSE_MEMORY is how many GB each process may hold: what asks for more gets a MemoryError in its
cell, where without a limit one learner's mistake ends the servers of a whole room.
"""

import os
import resource
import sys
from pathlib import Path

from cnncourse import desk


def main(words: list[str]) -> None:
    """Bring the lessons up to date, then become the server, which takes the words."""
    gigabytes = os.environ.get("CNNCOURSE_MEMORY")
    if gigabytes:
        limit = int(float(gigabytes) * 1e9)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    try:
        desk.bring_up_to_date(Path.home() / "my-lessons", desk.lessons())
    except OSError as problem:
        print(f"my-lessons could not be brought up to date: {problem}.", file=sys.stderr)
    desk.put_first("JUPYTER_CONFIG_PATH", desk.SETTINGS)
    os.execv(sys.executable, [sys.executable, "-m", "jupyterhub.singleuser", *words])


if __name__ == "__main__":
    main(sys.argv[1:])
