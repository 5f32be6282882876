"""Is this computer ready for the course? What checkup looks at, and the computer itself.

    python -m cnncourse doctor

A kernel is started as JupyterLab does it, a slider and a PixelGrid are made in it, and the slider
is moved through the same messages that a browser sends: the PixelGrid has to answer.
"""

import errno
import os
import queue
import shutil
import socket
import sys
import tempfile
import time
from pathlib import Path

from . import __version__, checkup, files, workers
from .checkup import Finding

GIGABYTE = 1e9
LEAST_MEMORY = 1.0  # gigabytes that are free: a training run takes 0.4, JupyterLab 0.2
LEAST_DISK = 0.5  # gigabytes
FIRST_PORT, PORTS = 8888, 51  # JupyterLab takes the first of these that is free
KERNEL_SECONDS = 60
ANSWER_SECONDS = 20  # from a slider's move to what hangs on it
CGROUP = Path("/sys/fs/cgroup")  # what a container may use

PROBE = """
import sys, ipywidgets
from cnncourse.pixels import PixelGrid
slider = ipywidgets.IntSlider(max=9)
grid = PixelGrid([[0.0, 1.0]])
def move(change):
    grid.title = f"the slider is at {change.new}"
slider.observe(move, "value")
print(sys.prefix)
"""
ANSWER = "the slider is at 7"
LAST_LOOK = (
    "What no program can look at: whether your browser draws the labs. Open lesson 00 and run its "
    "lab; the bars have to change while you draw."
)


def examine(folder: Path) -> list[Finding]:
    """Look at the course, at this computer, and at the folder where somebody will work."""
    return [
        *checkup.look(),
        check_cores(workers.cores(), core_quota(CGROUP)),
        check_memory(free_memory(CGROUP)),
        check_disk(folder),
        check_port(FIRST_PORT, PORTS),
        check_widgets(KERNEL_SECONDS),
    ]


def versions() -> str:
    """One line with all versions, the course's first, to be quoted in a question."""
    packages = (f"{name} {found or 'missing'}" for name, found in checkup.installed().items())
    python = f"Python {sys.version.split()[0]} ({sys.executable}) on {sys.platform}"
    return f"cnncourse {__version__}, {python}; {', '.join(packages)}"


def check_cores(cores: int, quota: float | None) -> Finding:
    """Whether there is a whole processor core; a container may have less.   quota: None for all"""
    if quota is not None and quota < 1:
        return Finding(
            False,
            f"this container may use {quota:g} of a processor core, but should have at least 1",
            "Whoever runs it can give it more (in Docker: --cpus 2).",
        )
    usable = cores if quota is None else min(cores, int(quota))
    if usable == 1:
        return Finding(True, "1 processor core: it will do, and training takes about twice as long")
    return Finding(True, f"{usable} processor cores")


def check_memory(free: float | None) -> Finding:
    """Whether enough memory is free.   free: in gigabytes, None where nobody can say"""
    if free is None:
        return Finding(True, "memory: nobody here can say how much is free")
    if free < LEAST_MEMORY:
        return Finding(
            False,
            f"{free:.1f} GB of memory are free, but should be at least {LEAST_MEMORY:.1f}",
            "Close other programs, browser tabs first; in JupyterLab, shut down kernels that you "
            "no longer need (Kernel, Shut Down All Kernels).",
        )
    return Finding(True, f"{free:.1f} GB of memory are free")


def check_disk(folder: Path) -> Finding:
    """Whether one can write in a folder, and enough of its disk is free."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"a few bytes")
        free = shutil.disk_usage(folder).free / GIGABYTE
    except OSError as problem:
        return Finding(
            False,
            f"nothing can be written in {folder}: {files.reason(problem)}",
            "Work in a folder of your own, in your home folder for example.",
        )
    if free < LEAST_DISK:
        return Finding(
            False,
            f"{free:.2f} GB of the disk of {folder} are free, but should be at least {LEAST_DISK}",
            "Delete what you no longer need, or work on another disk.",
        )
    return Finding(True, f"{free:.1f} GB of the disk are free, and one can write there")


def check_port(first: int, ports: int) -> Finding:
    """Whether JupyterLab finds a free port, and this computer may speak to itself there."""
    for port in range(first, first + ports):
        try:
            with socket.create_server(("127.0.0.1", port)) as server:
                return speak_to_itself(server, port, first)
        except OSError as problem:
            if problem.errno not in (errno.EADDRINUSE, errno.EACCES):
                return no_connection(problem)
    return Finding(
        False,
        f"no port from {first} to {first + ports - 1} is free",
        "Other JupyterLabs may be running: jupyter server list shows them, and jupyter server stop "
        "followed by a port ends one.",
    )


def speak_to_itself(server: socket.socket, port: int, first: int) -> Finding:
    """Whether a word that is sent to this port arrives."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
            server.settimeout(5)
            with server.accept()[0] as other:
                other.settimeout(5)
                client.sendall(b"word")
                if other.recv(4) != b"word":
                    raise OSError("what arrives is not what was sent")
    except OSError as problem:
        return no_connection(problem)
    if port == first:
        return Finding(True, f"port {port} is free, and this computer can speak to itself")
    return Finding(True, f"port {first} is taken, so JupyterLab will take {port}")


def no_connection(problem: OSError) -> Finding:
    return Finding(
        False,
        f"this computer cannot speak to itself (127.0.0.1): {files.reason(problem)}",
        "A firewall or a security program forbids it; allow Python connections to this computer "
        "itself.",
    )


def check_widgets(seconds: float) -> Finding:
    """Whether a kernel starts, and a widget in it answers to what a browser would send."""
    try:
        from jupyter_client.manager import KernelManager
    except ImportError:
        return Finding(False, "a kernel cannot be started: Jupyter is missing", checkup.INSTALL)
    manager = KernelManager(kernel_name="python3")
    try:
        manager.start_kernel(stderr=-3)  # subprocess.DEVNULL; what is wrong is told below
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=seconds)
        begin = time.perf_counter()
        return speak_to_widgets(client, seconds, begin)
    except (RuntimeError, OSError, KeyError, queue.Empty) as problem:
        return Finding(
            False,
            f"the kernel, in which the cells run, does not start or answer: {first_line(problem)}",
            "In a terminal, type jupyter kernelspec list. If python3 is in a folder that is not "
            f"the course's, jupyter kernelspec remove python3. If that does not help: "
            f"{checkup.INSTALL}",
        )
    finally:
        if manager.has_kernel:
            client.stop_channels()
            manager.shutdown_kernel(now=True)


def speak_to_widgets(client, seconds: float, begin: float) -> Finding:
    """Make the widgets of PROBE, move the slider, and see what comes back."""
    heard = []
    reply = client.execute_interactive(
        PROBE, timeout=seconds, store_history=False, output_hook=heard.append
    )
    if reply["content"]["status"] != "ok":
        said = f"{reply['content']['ename']}: {reply['content']['evalue']}"
        return Finding(False, f"a widget cannot be made: {first_line(said)}", checkup.INSTALL)
    prefix = "".join(m["content"]["text"] for m in heard if m["msg_type"] == "stream").strip()
    if not os.path.samefile(prefix, sys.prefix):
        return Finding(
            False,
            f"cells run in another Python, {prefix}, and not in {sys.prefix}",
            "In a terminal, type jupyter kernelspec remove python3; the course's own is then used.",
        )
    comms = {
        m["content"]["data"]["state"].get("_model_name"): m["content"]["comm_id"]
        for m in heard
        if m["msg_type"] == "comm_open" and "state" in m["content"]["data"]
    }
    moved = {"method": "update", "state": {"value": 7}, "buffer_paths": []}
    content = {"comm_id": comms.get("IntSliderModel", ""), "data": moved}
    message = client.session.msg("comm_msg", content)
    client.shell_channel.send(message)
    answers, end = [], time.monotonic() + ANSWER_SECONDS
    while ANSWER not in answers and time.monotonic() < end:
        try:
            said = client.get_iopub_msg(timeout=1)
        except queue.Empty:
            continue
        if said["msg_type"] == "comm_msg" and said["content"]["comm_id"] == comms.get("AnyModel"):
            answers.append(said["content"]["data"].get("state", {}).get("title"))
    if ANSWER not in answers:
        return Finding(
            False,
            "a slider is moved, but the widget that hangs on it does not answer",
            f"Another ipywidgets or anywidget may be in the way. {checkup.INSTALL}",
        )
    taken = time.perf_counter() - begin
    return Finding(True, f"widgets answer: made, moved and answered in {taken:.1f} s")


def first_line(problem) -> str:
    """The first line of what went wrong, without its full stop."""
    return (str(problem).strip() or type(problem).__name__).splitlines()[0].rstrip(".")


def free_memory(cgroup: Path) -> float | None:
    """The gigabytes that are free, in a container no more than it may still take."""
    try:
        import psutil  # comes with Jupyter
    except ImportError:
        return None
    free = psutil.virtual_memory().available
    most, used = number_in(cgroup / "memory.max"), number_in(cgroup / "memory.current")
    return (free if most is None or used is None else min(free, most - used)) / GIGABYTE


def core_quota(cgroup: Path) -> float | None:
    """How many cores a container may use, None where that is not limited."""
    try:
        most, period = (cgroup / "cpu.max").read_text(encoding="ascii").split()
        return int(most) / int(period)
    except (OSError, ValueError):
        return None


def number_in(path: Path) -> int | None:
    """The whole number in a file; None if there is none, as in "max"."""
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
