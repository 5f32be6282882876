"""Learners' functions that do harm, and names with markup in them, in JupyterLab."""

from controls import notebook
from playwright.sync_api import expect

MARKUP = r"$x_1$ <img src=x onerror='window.harmed = 1'> \frac{1}{2} $"
SETUP = f"""import os, sys, threading, time
import numpy as np
from IPython.display import Markdown
from cnncourse import architecture, explorers, figures, layers, pixels
from cnncourse.exercises import check, functions
from cnncourse.explorers import kernel_view
functions.SECONDS = kernel_view.SECONDS = 0.2
markup, rng = {MARKUP!r}, np.random.default_rng(0)
net = layers.Sequential(layers.Conv2D(3, 2, 3, rng=rng), layers.GlobalAvgPool2D(),
                        layers.Dense(2, 2, rng=rng))
x, y = rng.random((4, 8, 8, 3), np.float32), np.array([0, 1, 0, 1])"""
# A function does this; then `check` and the kernel lab say so.
CALLS = """def learners(*given):
    {}
learners.__name__ = learners.__qualname__ = markup
check("negative", lambda image: learners(image))
print(explorers.kernel_lab(conv=lambda image, kernel: learners(image, kernel)).sentence)"""
DOES = {
    "while True: pass": ["still running after 0.2 seconds"] * 2,
    "return np.ones(10**12)": ["more than the memory can hold"] * 2,
    "sys.exit(3)": ["It stops with an error", "Your function stopped: SystemExit: 3"],
    "os._exit(3)": ["_exit would end Python"] * 2,
    "return learners(*given)": ["The function calls itself again and again"] * 2,
    "np.dot = np.zeros = len": ["It gave np.dot, np.zeros another meaning", "returned nothing yet"],
    "[print(i) for i in range(10**6)]": ["It printed: 0 1 2 3 4 5 ...", "so it was stopped"],
    "threading.Thread(target=lambda: [time.sleep(0.01) for _ in range(999)]).start()": [
        "It left a thread running"
    ],
    "raise ValueError(markup)": [f"ValueError: {MARKUP}"] * 2,
}
SHOWS = {
    "explorers.kernel_lab(conv=lambda image, kernel: learners())": [f"ValueError: {MARKUP}"],
    "explorers.explain_lab(net, x, y, [markup, 'b'])": [f"The network says {MARKUP}"],
    "try: explorers.training_lab(x, y, make_net=lambda rng: os._exit(3), held_out=1)\n"
    "except ValueError as error: print(error)": ["but was stopped: _exit would end Python"],
    "pixels.PixelGrid(x[0], title=markup, label=markup)": [MARKUP],
    "check(markup, learners)": [f'There is no exercise "{MARKUP}"'],
    "figures.lines([1, 2], {markup: [1, 2], 'b': [2, 1]}, markup, markup)": [],
    "architecture.architecture(net, (8, 8, 3), labels=[markup, 'b'], image=x[0])": [],
    "print(np.sum(np.zeros(3) + 2), 'alive')": ["6.0 alive"],
    "Markdown('$y$')": [],  # a formula, which shows that formulas would be seen
}


def test_a_notebook_survives_and_shows_names_as_text(open_notebook):
    cells = {SETUP: [], **{CALLS.format(does): words for does, words in DOES.items()}, **SHOWS}
    page = open_notebook(notebook(*cells))
    outputs = page.locator(".jp-CodeCell .jp-Cell-outputArea")
    expect(outputs.last.locator("mjx-container")).to_have_count(1)
    for source, output, words in zip(cells, outputs.all(), cells.values(), strict=True):
        said = " ".join(output.inner_text().split())
        for word in set(words):
            assert said.count(word) >= words.count(word), (source, said)
    expect(page.locator("mjx-container")).to_have_count(1)
    assert page.locator(".jp-OutputArea img").count() == 2  # the figure and the drawing
    assert page.evaluate("window.harmed") is None
    assert not page.console_errors
