"""A hub on this computer alone, for the load test and the tests: the room's own configuration.

The hub runs in a virtual environment of its own, which sees the packages of the one that called.
"""

import contextlib
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
import venv
from pathlib import Path

import pooch
import requests

HERE = Path(__file__).resolve().parent / "jupyterhub"
ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = HERE / "requirements.txt"
PROXY = "configurable-http-proxy@5.3.0"
START_SECONDS = 120
NO_NODE = "The hub's proxy needs Node.js with npm: install both, then give the same command again."


def tools() -> Path:
    """The folder of programs with the hub and its proxy in it, made where it is not yet there."""
    if not shutil.which("npm"):
        raise RuntimeError(NO_NODE)
    seen = [path for path in sys.path if "site-packages" in path]
    text = "\n".join([PROXY, sys.version, *seen, REQUIREMENTS.read_text("utf-8")])
    made_from = hashlib.sha256(text.encode()).hexdigest()[:12]
    place = Path(pooch.os_cache("cnncourse")) / f"hub-{made_from}"
    programs = place / "bin"
    if not (place / "complete").exists():
        venv.create(place, clear=True, with_pip=True)
        packages = next(place.glob("lib/python*/site-packages"))
        (packages / "of_the_course.pth").write_text("\n".join(seen))
        run(programs / "python", "-m", "pip", "install", "--quiet", "-r", REQUIREMENTS)
        run("npm", "install", "--silent", "--prefix", place, PROXY)
        for program in (place / "node_modules" / ".bin").iterdir():
            (programs / program.name).symlink_to(program)
        (place / "complete").touch()
    return programs


def run(*command) -> None:
    """Run a program; a RuntimeError shows what it wrote where it fails."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")


@contextlib.contextmanager
def hub(room: Path, learners: list[str]):
    """The address of a hub in which these learners may sign up; it ends with the context.

    room: an empty folder, which holds what the hub and the learners write, and hub.log.
    """
    programs = tools()
    room.chmod(0o700)
    (room / "learners.txt").write_text("\n".join(learners))
    (room / "teachers.txt").write_text("teacher\n")
    port, hub_port, proxy_port = free_ports(3)
    address = f"http://127.0.0.1:{port}"
    share = Path(sys.prefix)
    hers = {
        "PYTHONPATH": str(ROOT),
        "JUPYTER_PATH": str(share / "share/jupyter"),
        "JUPYTER_CONFIG_PATH": str(share / "etc/jupyter"),
        "JUPYTERLAB_DIR": str(share / "share/jupyter/lab"),
    }
    env = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    env |= {
        **hers,
        "PATH": os.pathsep.join([str(programs), os.environ.get("PATH", os.defpath)]),
        "CNNCOURSE_ROOM": str(room),
        "CNNCOURSE_BIND": address,
        "LOAD_TEST_CONFIG": str(HERE),
        "LOAD_TEST_HUB_PORT": str(hub_port),
        "LOAD_TEST_PROXY_PORT": str(proxy_port),
        "LOAD_TEST_ENV": " ".join(hers),
    }
    command = [programs / "python", "-m", "jupyterhub", "-f", HERE / "load_test_config.py"]
    with open(room / "hub.log", "wb") as log:
        process = subprocess.Popen(
            [str(word) for word in command], cwd=room, env=env, stdout=log, stderr=log
        )
    try:
        wait_for_answer(f"{address}/hub/login", process, room / "hub.log")
        yield address
    finally:
        process.terminate()  # which ends the servers of the learners, too
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()


def free_ports(count: int) -> list[int]:
    """Ports of this computer that nobody uses."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def wait_for_answer(url: str, process, log: Path) -> None:
    """Return once there is a page; a RuntimeError shows the end of the log where there is none."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(requests.RequestException):
            if requests.get(url, timeout=5).ok:
                return
        time.sleep(0.2)
    raise RuntimeError(f"The hub did not answer:\n{log.read_text('utf-8', 'replace')[-3000:]}")
