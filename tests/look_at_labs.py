"""Take pictures of labs in JupyterLab, on a laptop's screen and in a narrow window, to look at.

    python tests/look_at_labs.py FOLDER                  every lab, both themes, both widths
    python tests/look_at_labs.py FOLDER size_lab --theme dark --width 1182

A picture is called LAB-THEME-WIDTH.png. The line printed for it says how high the lab is, by how
much its content is too wide, and how many stops the Tab key makes in it.
"""

import argparse
from pathlib import Path

import lab
from controls import BOX, OUTPUT, notebook, settled

WIDTHS = 1366, 1182  # of the window; beside the list of files they leave a lab 934 and 750
HEIGHT = 768  # leaves a lab 647
THEMES = "light", "dark"
NETWORK = "from cnncourse import data, storage\nnet = storage.load(data.bundled('course_cnn.npz'))"
DIGITS = "from cnncourse import data\nmnist = data.load('mnist')"
OWN = (
    "from cnncourse import single\ndef mine(image, kernel): return single.correlate(image, kernel)"
)
# What is run first, and what makes the lab.
LABS = {
    "draw_and_classify": ("", "draw_and_classify()"),
    "explain_lab": ("", "explain_lab()"),
    "kernel_lab": ("", "kernel_lab()"),
    "blame_lab": ("", "blame_lab()"),
    "kernel_back_lab": ("", "kernel_back_lab()"),
    "fair_comparison_lab": ("", "fair_comparison_lab()\nlab.run()"),
    "own_function": (OWN, "kernel_lab(conv=mine)"),
    "size_lab": ("", "size_lab()"),
    "colour_lab": ("", "colour_lab()"),
    "filter_bank": ("", "filter_bank()"),
    "pooling_lab": ("", "pooling_lab()"),
    "memory_lab": ("", "memory_lab()"),
    "memory_strips": ("", "memory_lab()\nlab.channels.value, lab.layout_of.index = 2, 1"),
    "classifier_lab": ("", "classifier_lab()"),
    "architect": ("", "architect()"),
    "follow_image": (NETWORK, "follow_image(net)"),
    "training_lab": (DIGITS, "training_lab(mnist.x_train, mnist.y_train)"),
    "prediction": ("", "predict('places')"),
    "choice": ("", "predict('half_a_turn')"),
}
# Of a group of radio buttons, Tab stops at one.
STOPS = """output => {
  const stop = 'button, select, input, textarea, [tabindex], [contenteditable=true]';
  const all = [...output.querySelectorAll(stop)];
  const open = all.filter(each => each.tabIndex >= 0 && !each.disabled && each.checkVisibility());
  const radios = open.filter(each => each.type === 'radio');
  return open.length - radios.length + new Set(radios.map(each => each.name)).size;
}"""


def cell_of(name):
    """Return the code of a cell that shows this lab."""
    before, made = LABS[name]
    return f"{before}\nfrom cnncourse.explorers import *\nlab = {made}\nlab".strip()


def look(page, theme, width):
    """Turn to this theme and width; return the height, what is too wide, and the tab stops."""
    command = "theme => jupyterapp.commands.execute('apputils:change-theme', { theme })"
    page.evaluate(command, f"JupyterLab {theme.title()}")
    page.set_viewport_size({"width": width, "height": HEIGHT})
    settled(page)
    output = page.locator(OUTPUT).last
    room, content, height = output.evaluate(BOX)
    output.evaluate("output => output.scrollIntoView()")
    page.wait_for_timeout(500)  # for the theme's colours to arrive
    return round(height), max(0, content - room), output.evaluate(STOPS)


def main(folder, names, themes, widths):
    """Look at each of these labs in each theme and width."""
    folder.mkdir(parents=True, exist_ok=True)
    with lab.opened() as (server, browser):
        for name in names:
            page = browser.new_page()
            lab.show_notebook(server, page, notebook(cell_of(name)))
            for theme in themes:
                for width in widths:
                    height, beyond, stops = look(page, theme, width)
                    page.screenshot(path=folder / f"{name}-{theme}-{width}.png")
                    print(
                        f"{name} {theme} {width}: {height} high, {beyond} too wide, "
                        f"{stops} tab stops",
                        flush=True,
                    )
            page.close()
            server.stop_kernels()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("labs", nargs="*", metavar="LAB", help=f"of {', '.join(LABS)}")
    parser.add_argument("--theme", choices=THEMES)
    parser.add_argument("--width", type=int, help="of the window")
    given = parser.parse_args()
    main(
        given.folder,
        given.labs or LABS,
        [given.theme] if given.theme else THEMES,
        [given.width] if given.width else WIDTHS,
    )
