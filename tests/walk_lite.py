"""The browser version as people use it: each lesson opened in Chromium, run cell by cell.

    python tests/walk_lite.py SITE             lessons 00 to 10 and 14
    python tests/walk_lite.py SITE 01 09       these lessons
    python tests/walk_lite.py SITE --cells     with the seconds of each slow cell

SITE is a folder made by `python -m publish.lite SITE --pyodide PATH`. Each lesson is opened in a
browser that has never seen the site. Prints, for each lesson, how many cells ran, what went wrong,
the seconds from opening the link to the kernel, to the first answer of a moved slider and to the
end (in brackets: those that processors were at work for it), and, for each lab, how long it takes
to follow its first slider.
"""

import argparse
import contextlib
import functools
import http.server
import statistics
import sys
import threading
import time
from pathlib import Path

import psutil
from lab import CHROMIUM_FLAGS, CONNECT, WITHIN, find_chromium
from playwright.sync_api import Error, sync_playwright
from playwright.sync_api import TimeoutError as TimeUp

from cnncourse.course import LESSONS
from publish.lite import address

USUAL = [*(f"{number:02}" for number in range(11)), "14"]
SLOW_SECONDS = 3
CELL_SECONDS = 600
MOVES = 7
TRAIN_MS = 5000
SHOWN_MS = 200  # until the page shows what a cell made

# Runs one cell as Shift-Enter does; its outputs, or null where it holds no code.
RUN_CELL = """async number => {
  const app = window.jupyterapp, notebook = app.shell.currentWidget.content;
  notebook.activeCellIndex = number;
  const cell = notebook.widgets[number];
  if (cell.model.type !== 'code') return null;
  await app.commands.execute('notebook:run-cell');
  cell.node.scrollIntoView();
  return cell.model.outputs.toJSON();
}"""

# What the kernel writes for code that stands in no cell.
ASK = """async code => {
  const kernel = window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel;
  const told = [], future = kernel.requestExecute({ code });
  future.onIOPub = ({ content }) => told.push(content.text || content.evalue || '');
  await future.done;
  return told.join('');
}"""

CELLS = "() => window.jupyterapp.shell.currentWidget.content.widgets.length"

# A stopwatch in the page: from a key to the last change in the same lab, but for the slider.
WATCH = """slider => {
  const output = slider.closest('.jp-OutputArea');
  const watch = window.liteWatch = { pressed: 0, drawn: 0 };
  window.addEventListener('keydown', event => {
    watch.pressed = event.timeStamp; watch.drawn = 0;
  }, true);
  const own = slider.closest('.widget-slider') || slider;
  new MutationObserver(changes => {
    if (changes.some(change => !own.contains(change.target))) watch.drawn = performance.now();
  }).observe(output, { subtree: true, attributes: true, childList: true, characterData: true });
}"""
NAME = """slider => slider.getAttribute('aria-label') ||
  slider.closest('.jupyter-widgets')?.querySelector('label')?.textContent || 'slider'"""
DRAWN = "() => liteWatch.drawn > 0 && performance.now() - liteWatch.drawn > 100"


@contextlib.contextmanager
def served(folder):
    """The site on a port of this computer: its address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *words):
            pass

        def end_headers(self):
            self.send_header("Cache-Control", "no-cache")  # ask whether there is a newer file
            super().end_headers()

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def processor_seconds():
    """What all processes of the browser have used; on a busy computer the clock tells little."""
    total = 0
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            total += sum(process.cpu_times()[:2])
    return total


class Visit:
    """One lesson in a browser that has never seen the site."""

    def __init__(self, browser, site, lesson):
        self.page = browser.new_page(viewport={"width": 1366, "height": 768})
        self.errors, self.outside, self.cells, self.slow = [], set(), 0, []
        self.first_answer, self.labs = None, []
        self.page.on("request", lambda r: r.url.startswith(site) or self.note(r.url))
        self.begin, self.spent = time.perf_counter(), processor_seconds()
        self.page.goto(f"{site}/{address(lesson.name)}")
        self.page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=120_000)
        self.page.evaluate(WITHIN % CONNECT, [180])
        self.kernel = self.seconds()

    def note(self, url):
        """Keep what was asked of somebody else; pictures in the page are nobody else's."""
        if url.startswith("http"):
            self.outside.add(url)

    def seconds(self):
        """The seconds since the link was opened, on the clock and of a processor."""
        return time.perf_counter() - self.begin, processor_seconds() - self.spent

    def run(self, most=1000):
        """Run all cells in turn; move the first slider as soon as there is one."""
        for number in range(min(self.page.evaluate(CELLS), most)):
            start = time.perf_counter()
            try:
                outputs = self.page.evaluate(WITHIN % RUN_CELL, [CELL_SECONDS, number])
            except Error as problem:  # the kernel is lost: no cell after it would run
                self.errors.append(f"cell {number}: {problem.message}")
                break
            if outputs is None:
                continue
            self.cells += 1
            self.slow += [(number, time.perf_counter() - start)]
            self.errors += [
                f"cell {number}: {o['ename']}: {o['evalue']}"
                for o in outputs
                if o["output_type"] == "error"
            ]
            self.try_slider(number)
        self.end = self.seconds()

    def ask(self, code, seconds=120):
        """What the kernel writes for this code, the words of an error included."""
        return self.page.evaluate(WITHIN % ASK, [seconds, code])

    def try_slider(self, number):
        """Move the first slider under a cell, if there is one, and keep how fast it is answered."""
        self.page.wait_for_timeout(SHOWN_MS)
        cell = self.page.locator(f'.jp-Cell[data-windowed-list-index="{number}"]')
        slider = cell.locator(".jp-OutputArea [role=slider]:visible").first
        if not slider.count():
            return
        name = slider.evaluate(NAME)
        train = cell.get_by_role("button", name="Train")
        try:
            if train.count():  # before some steps there is nothing that another rate could change
                self.train(cell, train)
            times = self.move(slider)
            self.labs.append(f"{name} {statistics.median(times):.0f} ms")
            self.first_answer = self.first_answer or self.seconds()
        except TimeUp:
            self.errors.append(f"cell {number}: the slider {name!r} changes nothing")

    def train(self, cell, button):
        """Let a lab train for some seconds, then pause."""
        pause = cell.get_by_role("button", name="Pause")
        button.click()
        pause.wait_for()
        self.page.wait_for_timeout(TRAIN_MS)
        pause.click()
        button.wait_for()

    def move(self, slider):
        """The milliseconds from a key to the lab's answer, for each move."""
        slider.scroll_into_view_if_needed()
        slider.evaluate(WATCH)
        slider.focus()
        times = []
        for number in range(MOVES):
            self.page.keyboard.press(("ArrowRight", "ArrowLeft")[number % 2])
            self.page.wait_for_function(DRAWN, timeout=10_000)
            times.append(self.page.evaluate("liteWatch.drawn - liteWatch.pressed"))
        return times


def walk(launch, site, lesson, cells=False):
    """Run a lesson in a new browser and print what happened; whether all went well."""
    with launch() as browser:
        visit = Visit(browser, site, lesson)
        visit.run()
    moments = {"kernel": visit.kernel, "first answer": visit.first_answer, "end": visit.end}
    times = (f"{name} {t[0]:.0f} s ({t[1]:.0f})" for name, t in moments.items() if t)
    print(f"{lesson.number}  {visit.cells} cells, {len(visit.errors)} errors; {', '.join(times)}")
    for text in visit.labs:
        print(f"    {text}")
    for trouble in [*visit.errors, *sorted(visit.outside)]:
        print(f"    {trouble}")
    for number, seconds in visit.slow if cells else []:
        if seconds > SLOW_SECONDS:
            print(f"    cell {number}: {seconds:.1f} s")
    sys.stdout.flush()
    return not visit.errors


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", type=Path, metavar="SITE", help="the folder of the site")
    parser.add_argument("lessons", nargs="*", metavar="NN", help="only these, such as 01 09")
    parser.add_argument("--cells", action="store_true", help="name the slow cells")
    wanted = parser.parse_args()
    lessons = [each for each in LESSONS if each.number in (wanted.lessons or USUAL)]
    with served(wanted.site) as site, sync_playwright() as playwright:
        options = dict(executable_path=find_chromium(), args=CHROMIUM_FLAGS)
        launch = functools.partial(playwright.chromium.launch, **options)
        fine = [walk(launch, site, lesson, wanted.cells) for lesson in lessons]
    return not all(fine)


if __name__ == "__main__":
    sys.exit(main())
