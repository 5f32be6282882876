"""Make the pictures that the README shows, from the labs and networks themselves.

    python tests/screenshots.py            all of them, into pictures/
    python tests/screenshots.py kernel_lab
    python tests/screenshots.py architecture
    python tests/screenshots.py alive      ten seconds of lesson 00, animated

Each is what JupyterLab shows in a browser below a cell with the code given here.
"""

import io
import sys
from itertools import pairwise
from pathlib import Path

import lab
import numpy as np
from controls import OUTPUT, notebook, settled
from PIL import Image

from cnncourse import data, layers, storage
from cnncourse.architecture import architecture

PICTURES = Path(__file__).resolve().parent.parent / "pictures"
ANIMALS = ["cat", "dog", "bird", "fish", "horse"]
LABS = {
    "kernel_lab": """
from cnncourse.explorers import kernel_lab
lab = kernel_lab()
lab.pad.value = 1
lab.grid_out.pointed = (3, 2)
lab
""",
}

ALIVE = """
from cnncourse.explorers import draw_and_classify
lab = draw_and_classify()
lab.digit.value = "your drawing"
lab
"""
# Strokes on the pad: (row, column) of the corners, from 0 to 28.
SEVEN = [(6, 7), (6, 13), (6, 20), (12, 17), (18, 14), (24, 11)]
THREE = [(6, 9), (5, 13), (6, 17), (9, 18), (12, 15), (13, 13), (15, 17), (18, 19), (21, 17),
         (23, 13), (21, 9)]  # fmt: skip
STEPS = 4  # pictures from one corner to the next
MILLISECONDS = 115  # from one picture to the next
WIDE = 900  # pixels of the animation


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


def alive(server, browser):
    """Draw a 7 and a 3 on the pad of lesson 00, and look at a map; save it as an animation."""
    page = browser.new_page(viewport={"width": 1366, "height": 900})
    lab.show_notebook(server, page, notebook(ALIVE.strip()), True)
    settled(page)
    place, pad = page.locator(OUTPUT).last, page.get_by_role("img", name="a pad to draw")
    box, films = pad.bounding_box(), []

    def film(count=1):
        for _ in range(count):
            page.wait_for_timeout(80)
            films.append(Image.open(io.BytesIO(place.screenshot())).convert("RGB"))

    def draw(corners):
        at = [(box["x"] + c * box["width"] / 28, box["y"] + r * box["width"] / 28)
              for r, c in corners]  # fmt: skip
        page.mouse.move(*at[0])
        page.mouse.down()
        for (x0, y0), (x1, y1) in pairwise(at):
            for i in range(1, STEPS + 1):
                page.mouse.move(x0 + (x1 - x0) * i / STEPS, y0 + (y1 - y0) * i / STEPS)
                film()
        page.mouse.up()

    draw(SEVEN)
    film(5)
    page.locator(".live-network > canvas").click(position={"x": 110, "y": 120})
    film(9)
    page.get_by_role("button", name="close the large map").click()
    page.get_by_role("button", name="Clear").click()
    film(2)
    draw(THREE)
    film(9)
    size = WIDE, round(films[0].height * WIDE / films[0].width)
    first = films[-1].resize(size).quantize(96)
    pictures = [each.resize(size, 3).quantize(palette=first, dither=0) for each in films]
    path = PICTURES / "alive.gif"
    options = dict(append_images=pictures[1:], duration=MILLISECONDS, loop=0, optimize=True)
    pictures[0].save(path, save_all=True, **options)
    print(path, f"{len(pictures)} pictures, {path.stat().st_size / 1e6:.2f} MB")
    page.close()


def main(names):
    """Write the pictures named, or all of them."""
    if not names or "architecture" in names:
        drawings()
    moving = not names or "alive" in names
    names = [name for name in names or LABS if name in LABS]
    if not names and not moving:
        return
    with lab.opened() as (server, browser):
        if moving:
            alive(server, browser)
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
