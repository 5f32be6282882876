"""Make the pictures that the README shows, from the labs and networks themselves.

    python tests/screenshots.py            all of them, into pictures/
    python tests/screenshots.py kernel_lab
    python tests/screenshots.py architecture

Each is what JupyterLab shows in a browser below a cell with the code given here.
"""

import sys
from pathlib import Path

import lab
import numpy as np
from controls import notebook

from cnncourse import data, layers, storage
from cnncourse.architecture import architecture

PICTURES = Path(__file__).resolve().parent.parent / "pictures"
ANIMALS = ["cat", "dog", "bird", "fish", "horse"]
LABS = {
    "kernel_lab": """
from cnncourse.explorers import kernel_lab
lab = kernel_lab()
lab.pad.value, lab.place.value = 1, 23
lab
""",
}


def drawings():
    """Three networks, drawn: the course's with a digit in it, one all dense, a deep one."""
    rng, c, r = np.random.default_rng(0), layers.Conv2D, layers.ReLU
    deep = layers.Sequential(
        *(c(3, 32, 3, pad=1, rng=rng), r(), c(32, 32, 3, stride=2, pad=1, rng=rng), r()),
        *(layers.MaxPool2D(2), c(32, 64, 3, pad=1, rng=rng), r(), layers.AvgPool2D(2)),
        *(layers.Flatten(), layers.Dense(8 * 8 * 64, 100, rng=rng), r()),
        layers.Dense(100, 5, rng=rng),
    )
    dense = layers.Sequential(
        layers.Flatten(), layers.Dense(784, 32, rng=rng), r(), layers.Dense(32, 10, rng=rng)
    )
    course = storage.load(data.bundled("course_cnn.npz"))
    digit = data.load("mnist").x_test[0]
    for name, drawing in {
        "architecture": architecture(course, (28, 28, 1), labels=range(10), image=digit),
        "architecture_dense": architecture(dense, (28, 28, 1), labels=range(10)),
        "architecture_deep": architecture(deep, (64, 64, 3), labels=ANIMALS),
    }.items():
        drawing.save(PICTURES / f"{name}.svg")
        print(PICTURES / f"{name}.svg")


def main(names):
    """Write the pictures named, or all of them."""
    if not names or "architecture" in names:
        drawings()
    names = [name for name in names or LABS if name != "architecture"]
    if not names:
        return
    with lab.opened() as (server, browser):
        for name in names:
            page = browser.new_page(
                viewport={"width": 1180, "height": 1200}, device_scale_factor=1.5
            )
            lab.show_notebook(server, page, notebook(LABS[name].strip()), True)
            page.evaluate("jupyterapp.commands.execute('application:toggle-left-area')")
            page.wait_for_timeout(1000)  # for the fonts and the last message to arrive
            output = page.locator(".jp-OutputArea-output").last
            output.screenshot(path=PICTURES / f"{name}.png")
            print(PICTURES / f"{name}.png")
            page.close()


if __name__ == "__main__":
    main(sys.argv[1:])
