"""What the hub starts for a learner: the newest lessons beside the learner's own, then JupyterLab.

CNNCOURSE_MEMORY is how many GB each process may hold. What asks for more gets a MemoryError in its
cell; without a limit, one learner's mistake would end the servers of a whole room.
"""

import os
import resource
import sys
from pathlib import Path

COURSE = Path(__file__).resolve().parents[2]


def main(words):
    """Bring my-lessons in the learner's home up to date, then become the server."""
    gigabytes = os.environ.get("CNNCOURSE_MEMORY")
    if gigabytes:
        limit = int(float(gigabytes) * 1e9)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    sys.path.insert(0, str(COURSE))
    import start

    home = Path.home()
    start.MINE = home / "my-lessons"
    os.chdir(COURSE)
    start.my_lessons()
    os.chdir(home)
    os.execv(sys.executable, [sys.executable, "-m", "jupyterhub.singleuser", *words])


if __name__ == "__main__":
    main(sys.argv[1:])
