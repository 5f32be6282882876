"""A lab used for hours: does it grow, does it slow down?

    python tests/long_use.py                           every lab, 2,000 moves of its sliders
    python tests/long_use.py size_lab --moves 200
    python tests/long_use.py --training 30             and 30 minutes of training in training_lab

In JupyterLab and Chromium, keys move all sliders of the lab in turn, 20 moves one way and 20 back.
For each lab one line: the median of the kernel's answers in the first and in the last quarter of
the moves, by how much the memory of the kernel and of the page and the number of widgets grew from
the end of the first quarter to the end, and what the browser reported.
"""

import argparse
import statistics
import time

import lab
from controls import RUN, notebook, settled
from look_at_labs import LABS, cell_of

KERNEL = """
import gc, psutil, ipywidgets
gc.collect()
print(psutil.Process().memory_info().rss, len(ipywidgets.widgets.widget._instances))
"""
# The answer has come when the kernel has said that it is idle again, after what the key sent.
ANSWERED = """async ([key, handle]) => {
  const kernel = jupyterapp.shell.currentWidget.context.sessionContext.session.kernel;
  const all = document.querySelectorAll('.cnncourse-lab .noUi-handle');
  const start = performance.now();
  all[handle].dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  await kernel.requestKernelInfo();
  return performance.now() - start;
}"""
DRAWN = """() => [...document.querySelectorAll('canvas[data-frame]')].reduce(
  (sum, canvas) => sum + Number(canvas.dataset.frame), 0)"""
SLIDERS = "document.querySelectorAll('.cnncourse-lab .noUi-handle').length"


def grown(page, chrome):
    """Return the bytes of the kernel and of the page, and how many widgets there are."""
    chrome.send("HeapProfiler.collectGarbage")
    kernel, widgets = map(int, page.evaluate(RUN, KERNEL).split())
    return kernel, page.evaluate("performance.memory.usedJSHeapSize"), widgets


def move(page, sliders, first, count):
    """Make these moves; return the milliseconds of each answer."""
    times = []
    for number in range(first, first + count):
        key = "ArrowRight" if number // 20 % 2 == 0 else "ArrowLeft"
        times.append(page.evaluate(ANSWERED, [key, number // 40 % sliders]))
    return times


def use(browser, server, name, moves):
    """Use one lab; return the line that says how it went."""
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda m: m.type in ("error", "warning") and errors.append(m.text))
    lab.show_notebook(server, page, notebook(cell_of(name)))
    settled(page)
    sliders = page.evaluate(SLIDERS)
    if not sliders:
        return f"{name}: no sliders"
    drawn = page.evaluate(DRAWN)
    chrome, quarter = page.context.new_cdp_session(page), moves // 4
    first = move(page, sliders, 0, quarter)
    before = grown(page, chrome)
    move(page, sliders, quarter, 2 * quarter)
    last = move(page, sliders, 3 * quarter, moves - 3 * quarter)
    after, drawn = grown(page, chrome), page.evaluate(DRAWN) - drawn
    kernel, heap, widgets = (then - now for then, now in zip(after, before))
    page.close()
    server.stop_kernels()
    times = f"{statistics.median(first):.0f} ms at first, {statistics.median(last):.0f} ms at last"
    return (
        f"{name}: {moves} moves of {sliders} sliders drew {drawn} pictures, median {times}; "
        f"grown: kernel {kernel / 1e6:+.1f} MB, page {heap / 1e6:+.1f} MB, widgets {widgets:+d}; "
        f"{len(errors)} errors or warnings" + "".join(f"\n    {e[:150]}" for e in errors[:3])
    )


TRAINING = cell_of("training_lab")


def train(browser, server, minutes):
    """Train in the lab for so many minutes; yield a line for each of ten parts of that time."""
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    lab.show_notebook(server, page, notebook(TRAINING))
    chrome = page.context.new_cdp_session(page)
    settled(page)
    page.evaluate(RUN, "lab.start()")
    for part in range(11):
        kernel, heap, widgets = grown(page, chrome)
        steps = page.evaluate(RUN, "print(len(lab.records))").strip()
        yield (
            f"training_lab: {part * minutes / 10:.1f} minutes, {steps} steps: the kernel holds "
            f"{kernel / 1e6:.0f} MB, the page {heap / 1e6:.1f} MB, {widgets} widgets"
        )
        end = time.monotonic() + minutes * 6 * (part < 10)
        while time.monotonic() < end:
            page.wait_for_timeout(1000)
    page.close()
    server.stop_kernels()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labs", nargs="*", metavar="LAB", help=f"of {', '.join(LABS)}")
    parser.add_argument("--moves", type=int, default=2000)
    parser.add_argument("--training", type=float, metavar="MINUTES", default=0)
    wanted = parser.parse_args()
    with lab.opened() as (server, browser):
        for name in wanted.labs or ([] if wanted.training else LABS):
            print(use(browser, server, name, wanted.moves), flush=True)
        if wanted.training:
            for line in train(browser, server, wanted.training):
                print(line, flush=True)


if __name__ == "__main__":
    main()
