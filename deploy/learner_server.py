"""What a hub or a container starts for a learner: the newest lessons, then the server.

    python learner_server.py jupyterhub.singleuser          in a hub
    python learner_server.py jupyterlab --ip=0.0.0.0        in a container

The lessons are in my-lessons in the learner's home, where nothing of the learner's is ever written
over. CNNCOURSE_MEMORY is how many GB each process may hold: what asks for more gets a MemoryError
in its cell, where without a limit one learner's mistake ends the servers of a whole room.
"""

import os
import resource
import sys
from pathlib import Path

COURSE = Path(__file__).resolve().parents[1]


def main(words):
    """Bring my-lessons up to date, then become the server that the words name."""
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
    os.execv(sys.executable, [sys.executable, "-m", *words])


if __name__ == "__main__":
    main(sys.argv[1:])
