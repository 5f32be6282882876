"""Fixtures for the tests that look at a notebook the way a learner does: in JupyterLab.

    def test_slider(open_notebook):
        page = open_notebook("notebooks/01_one_kernel.ipynb")    # or a notebook object
        page.get_by_role("slider", name="stride").press("ArrowRight")
        assert not page.console_errors

Without a browser these tests are skipped and say why. CNNCOURSE_REQUIRE="browser torch" turns a
skip for one of these reasons, or the absence of such tests, into a failure.
"""

import os

import lab
import pytest

REQUIRED = os.environ.get("CNNCOURSE_REQUIRE", "").split()


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
