"""JupyterLab in a real browser: what the fixtures in conftest.py are made of."""

import contextlib
import copy
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import nbformat

IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
START_SECONDS = 90
KERNEL_SECONDS = 120
NOTEBOOK_SECONDS = 300
KERNELSPEC = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROMIUM_PLACES = (
    "/usr/bin/chromium",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
CHROMIUM_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    *(["--no-sandbox"] if IS_ROOT else []),
]
NO_CHROMIUM = (
    "no browser: the widgets are not tried, because Chromium or Chrome was not found; "
    "install one (Debian and Ubuntu: sudo apt install chromium) "
    "or name the program in the environment variable CHROMIUM"
)

# Lab's own settings, so that nothing covers a cell and nothing asks the network for news.
SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
    },
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
}

# Waits for the kernel's answer: before it, "run all" does nothing and says nothing.
CONNECT = """async () => {
  const app = window.jupyterapp;
  await app.restored;
  const session = app.shell.currentWidget.context.sessionContext;
  await session.ready;
  await session.session.kernel.info;
}"""

RUN_ALL = """async () => {
  const app = window.jupyterapp;
  await app.commands.execute('notebook:run-all-cells');
  return JSON.stringify(app.shell.currentWidget.context.model.toJSON());
}"""

# The browser would wait for ever, for instance behind a dialogue that asks for a kernel.
WITHIN = """async ([seconds, ...given]) => Promise.race([(%s)(...given), new Promise(
  (_, fail) => setTimeout(() => fail(new Error(
    `JupyterLab is still busy after ${seconds} s`)), seconds * 1000))])"""

IS_IDLE = """() => window.jupyterapp.shell.currentWidget.context.sessionContext
  .session.kernel.status === 'idle'"""


def find_chromium():
    """Return the path of a Chromium or Chrome on this computer, or None."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    found = (shutil.which(name) for name in CHROMIUM_PLACES + CHROMIUM_NAMES)
    return next((path for path in found if path), None)


@dataclass(frozen=True)
class LabServer:
    """A running JupyterLab: its address, its token and the folder that it shows."""

    url: str
    token: str
    folder: Path

    def request(self, path, method="GET"):
        """Ask the server's REST interface and return what the answer's JSON holds."""
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(f"{self.url}/{path}", method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or "null")

    def stop_kernels(self):
        """End every kernel that the server started."""
        for session in self.request("api/sessions"):
            self.request(f"api/sessions/{session['id']}", method="DELETE")


def start_lab(home):
    """Start JupyterLab in the empty folder `home`; return the process and its LabServer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    lab = LabServer(f"http://127.0.0.1:{port}", "lesson", home / "work")
    for name in ("work", "config", "runtime", "data", "ipython", "matplotlib", "settings"):
        (home / name).mkdir()
    (home / "settings" / "overrides.json").write_text(json.dumps(SETTINGS))
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"),
        *(["--allow-root"] if IS_ROOT else []),
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={lab.folder}",
        f"--IdentityProvider.token={lab.token}",
        f"--LabApp.app_settings_dir={home / 'settings'}",
        "--LabApp.expose_app_in_browser=True",
    ]
    env = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    env |= {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "IPYTHONDIR": str(home / "ipython"),
        "MPLCONFIGDIR": str(home / "matplotlib"),
    }
    with open(home / "lab.log", "wb") as log:
        process = subprocess.Popen(command, env=env, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_for_answer(lab, process)
    except BaseException:
        stop_process(process)
        print((home / "lab.log").read_text(errors="replace")[-3000:])
        raise
    return process, lab


def wait_for_answer(lab, process):
    """Return once the server answers; raise RuntimeError where it ends or never does."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"JupyterLab ended at once with exit code {process.returncode}")
        try:
            lab.request("api/status")
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not answer within {START_SECONDS} s")


@contextlib.contextmanager
def opened():
    """A JupyterLab and a browser, for the programs that take pictures: server, browser."""
    from playwright.sync_api import sync_playwright  # here: most tests need no browser

    process, server = start_lab(Path(tempfile.mkdtemp()))
    try:
        with sync_playwright() as playwright:
            yield (
                server,
                playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_FLAGS),
            )
    finally:
        stop_process(process)


def stop_process(process):
    """End a process that we started: politely first."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def show_notebook(lab, page, notebook, run=True):
    """Open a copy of `notebook` (a path or a notebook object) in `page` and run its cells."""
    if isinstance(notebook, str | Path):
        name, notebook = Path(notebook).name, nbformat.read(notebook, as_version=4)
    else:
        name, notebook = "notebook.ipynb", copy.deepcopy(notebook)
    notebook.metadata.setdefault("kernelspec", KERNELSPEC)
    place = lab.folder / str(len(list(lab.folder.iterdir())))
    place.mkdir()
    nbformat.write(notebook, place / name)
    page.goto(f"{lab.url}/lab/tree/{place.name}/{name}?reset&token={lab.token}")
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=1000 * KERNEL_SECONDS)
    page.evaluate(WITHIN % CONNECT, [KERNEL_SECONDS])
    if run:
        ran = nbformat.reads(page.evaluate(WITHIN % RUN_ALL, [NOTEBOOK_SECONDS]), as_version=4)
        for cell in ran.cells:
            raise_if_not_run(cell)
        page.wait_for_function(IS_IDLE, timeout=KERNEL_SECONDS * 1000)
    return page


def raise_if_not_run(cell):
    """Raise AssertionError where a code cell raised or never ran, and show the cell."""
    if cell.cell_type != "code" or not cell.source.strip():
        return
    may_raise = "raises-exception" in cell.metadata.get("tags", [])
    for output in cell.outputs:
        if output.output_type == "error" and not may_raise:
            raise AssertionError(f"{output.ename}: {output.evalue}\nin the cell\n\n{cell.source}")
    if cell.execution_count is None:
        raise AssertionError(f"this cell never ran:\n\n{cell.source}")
