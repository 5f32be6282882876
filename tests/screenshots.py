"""Make the pictures of the labs that the README shows, from the labs themselves.

    python tests/screenshots.py            all of them, into notebooks/pictures/
    python tests/screenshots.py kernel_lab

Each is what JupyterLab shows in a browser below a cell with the code given here.
"""

import sys
import tempfile
from pathlib import Path

import lab
import nbformat
from playwright.sync_api import sync_playwright

PICTURES = Path(__file__).resolve().parent.parent / "notebooks" / "pictures"
LABS = {
    "kernel_lab": """
from cnncourse.explorers import kernel_lab
lab = kernel_lab()
lab.pad.value, lab.place.value = 1, 23
lab
""",
}


def main(names):
    """Write the pictures named, or all of them."""
    process, server = lab.start_lab(Path(tempfile.mkdtemp()))
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=lab.find_chromium(), args=lab.CHROMIUM_FLAGS
            )
            for name in names or LABS:
                page = browser.new_page(
                    viewport={"width": 1180, "height": 1200}, device_scale_factor=1.5
                )
                lab.show_notebook(server, page, notebook(LABS[name]), True)
                page.evaluate("jupyterapp.commands.execute('application:toggle-left-area')")
                page.wait_for_timeout(1000)  # for the fonts and the last message to arrive
                output = page.locator(".jp-OutputArea-output").last
                output.screenshot(path=PICTURES / f"{name}.png")
                print(PICTURES / f"{name}.png")
                page.close()
    finally:
        lab.stop_process(process)


def notebook(code):
    """One cell in a notebook of its own."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    cell = nbformat.v4.new_code_cell(code.strip())
    return nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": kernel})


if __name__ == "__main__":
    main(sys.argv[1:])
