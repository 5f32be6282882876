"""Fixtures for the tests that look at a notebook the way a learner does: in JupyterLab.

    def test_slider(open_notebook):
        page = open_notebook("notebooks/01_one_kernel.ipynb")    # or a notebook object
        page.get_by_role("slider", name="stride").press("ArrowRight")
        assert not page.console_errors

Without a browser these tests are skipped and say why. Where they must run, say so:
CNNCOURSE_REQUIRE="browser torch onnxruntime" makes it a failure that such a test is skipped or is
not there.
"""

import os
import signal
import subprocess
import sys
import zipfile

import lab
import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from cnncourse import data, storage

# Properties (test_properties.py and others): how many cases are drawn for each test.
slow = dict(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("few", max_examples=20, derandomize=True, **slow)
settings.register_profile("nightly", max_examples=500, print_blob=True, **slow)
settings.load_profile("few")  # which --hypothesis-profile=nightly overrides

REQUIRED = os.environ.get("CNNCOURSE_REQUIRE", "").split()


def pytest_configure():
    """Let whoever ends the tests end them as Ctrl-C does: the servers and kernels end as well."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_itemcollected(item):
    """Mark the tests that need a browser or PyTorch, before `-m browser` chooses."""
    if "browser" in getattr(item, "fixturenames", ()):
        item.add_marker("browser")
    for package in ("torch", "onnxruntime"):
        if hasattr(getattr(item, "module", None), package):
            item.add_marker(package)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Miss the tests that are required and were not chosen."""
    missing = [name for name in REQUIRED if not any(i.get_closest_marker(name) for i in items)]
    if missing:
        raise pytest.UsageError(f"CNNCOURSE_REQUIRE: there is no test of {' or '.join(missing)}")


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    """Let a whole module that is skipped for want of something required be an error."""
    return fail_if_required((yield))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    """Let a test that is skipped for want of something required be a failure."""
    return fail_if_required((yield))


def fail_if_required(report):
    """Turn a skip whose reason names something in CNNCOURSE_REQUIRE into a failure."""
    if report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
        if any(name in str(reason).lower() for name in REQUIRED):
            report.outcome = "failed"
            report.longrepr = f"CNNCOURSE_REQUIRE={' '.join(REQUIRED)!r} forbids this. {reason}"
    return report


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Tell pytest-playwright to use the browser of this computer instead of its own."""
    program = lab.find_chromium()
    if program is None:
        pytest.skip(lab.NO_CHROMIUM)
    return {**browser_type_launch_args, "executable_path": program, "args": lab.CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def lab_server(browser, tmp_path_factory):
    """A JupyterLab of its own, with none of the user's settings, for the whole test run."""
    process, server = lab.start_lab(tmp_path_factory.mktemp("lab"))
    yield server
    server.stop_kernels()
    lab.stop_process(process)


@pytest.fixture
def open_notebook(lab_server, page):
    """Return open_notebook(path_or_notebook, run=True) -> page, with every cell run.

    `page.console_errors` collects what the browser's console calls an error.
    """
    page.console_errors = []
    page.on("pageerror", lambda error: page.console_errors.append(str(error)))
    page.on("console", lambda m: m.type == "error" and page.console_errors.append(m.text))
    yield lambda notebook, run=True: lab.show_notebook(lab_server, page, notebook, run)
    lab_server.stop_kernels()


@pytest.fixture(scope="session")
def axe(tmp_path_factory):
    """axe-core, which looks for barriers, as a script; from a package that brings it along."""
    folder = tmp_path_factory.mktemp("axe")
    pip = [sys.executable, "-m", "pip", "--quiet", "download", "--no-deps"]
    done = subprocess.run([*pip, "--dest", str(folder), "axe-playwright-python==0.1.8"])
    if done.returncode:
        pytest.skip("axe-core, which looks for barriers, could not be downloaded")
    (wheel,) = folder.glob("*.whl")
    return zipfile.ZipFile(wheel).read("axe_playwright_python/axe.min.js").decode()


@pytest.fixture
def barriers(axe):
    """Return barriers(page) -> what axe-core calls serious or critical in it, a line for each."""

    def found(page):
        page.evaluate(axe)
        told = page.evaluate("axe.run({ preload: false }).then((found) => found.violations)")
        return [
            f"{each['id']}: {each['nodes'][0]['html'][:200]}"
            for each in told
            if each["impact"] in ("serious", "critical")
        ]

    return found


@pytest.fixture(scope="module")
def mnist():
    return data.load("mnist")


@pytest.fixture(scope="module")
def raw():
    """The arrays of mnist.npz as they are stored."""
    with np.load(data.bundled("mnist.npz"), allow_pickle=False) as arrays:
        return dict(arrays)


@pytest.fixture(scope="module")
def net():
    """The trained network of the course."""
    return storage.load(data.bundled("course_cnn.npz"))
