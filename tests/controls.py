"""A lab in a page: its controls, its pixels, its words. Shared by the browser tests of all labs."""

import re
import statistics

import nbformat
from latency import describe
from playwright.sync_api import expect

OUTPUT = ".jp-OutputArea-output"
# An output's width, its content's, its height.
BOX = """output => [output.clientWidth, Math.max(...[...output.querySelectorAll(':not(svg *)')].map(
    each => each.scrollWidth)), output.getBoundingClientRect().height]"""
# Runs code in the notebook's kernel and gives back what it printed.
RUN = """async (code) => {
  const session = jupyterapp.shell.currentWidget.context.sessionContext.session;
  const future = session.kernel.requestExecute({ code });
  let printed = '';
  future.onIOPub = (message) => { printed += message.content.text ?? ''; };
  await future.done;
  return printed;
}"""


def notebook(*codes):
    """Return a notebook of these code cells."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [nbformat.v4.new_code_cell(code) for code in codes]
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def lab_notebook(name, arguments=""):
    """Return a notebook with one lab in it, called `lab`."""
    return notebook(f"from cnncourse.explorers import {name}\nlab = {name}({arguments})\nlab")


def open_lab(open_notebook, name, canvases, arguments=""):
    """Return a page that shows one lab, in a cell of its own, once its canvases are drawn."""
    page = open_notebook(lab_notebook(name, arguments))
    expect(page.locator(f"{OUTPUT} canvas[data-frame]")).to_have_count(canvases)
    return page


def pixels(page):
    """Return what the lab's pictures hold: canvases, drawings and images."""
    return page.evaluate(
        """() => [...document.querySelectorAll('.jp-OutputArea-output')].flatMap(output => [
            ...[...output.querySelectorAll('canvas')].map(c => c.toDataURL()),
            ...[...output.querySelectorAll('img')].map(i => i.src),
            ...[...output.querySelectorAll('svg')].map(s => s.outerHTML)])"""
    )


def words(page):
    """Return all that the lab says now."""
    return page.locator(f"{OUTPUT} [role=status]:visible").all_inner_texts()


def settled(page):
    """Return pixels and words once they have not changed for a while."""
    seen = None
    for _ in range(50):
        page.wait_for_timeout(200)
        before, seen = seen, (pixels(page), words(page))
        if seen == before:
            return seen
    raise AssertionError("the lab's pictures and words never came to rest")


def slider(page, name):
    """Return what takes the keys of the slider with this description."""
    described = page.locator(".widget-slider").filter(has_text=re.compile(f"^{name}"))
    return described.get_by_role("slider").first


def press(page, name, key="ArrowRight"):
    """Return what presses a key on the slider with this description."""
    return lambda: slider(page, name).press(key)


def at_once(page, times, says, capsys):
    """Say how long a learner waits for an answer; see that it is not felt."""
    with capsys.disabled():
        print(f"\n{says}: {describe(times)}")
    assert statistics.median(times) <= 100
    assert not page.console_errors


def names_of_handles(page):
    """Return the names of all slider handles, each of which has to have one of its own."""
    handles = page.locator(".cnncourse-lab .noUi-handle").all()
    names = [handle.get_attribute("aria-label") for handle in handles]
    assert all(names) and len(set(names)) == len(names)
    return names


def fits(page, width, high=647):
    """See that the last output is no wider than its place in a screen `width` wide, nor higher.

    Of 1366 x 768 pixels, an output has 934 x 647, with the files beside it; of 1182, 750.
    """
    page.set_viewport_size({"width": width, "height": 768})
    if width < 1000:
        page.evaluate("jupyterapp.commands.execute('application:toggle-left-area')")
    settled(page)
    there, content, height = page.locator(OUTPUT).last.evaluate(BOX)
    assert content <= there
    assert height <= high


def each_changes(page, changes):
    """Do each change, (name, what to do, what is said then); see pixels and words change."""
    shown, told = settled(page)
    for name, change, says in changes:
        pixels_before, words_before = shown, told
        change()
        shown, told = settled(page)
        assert shown != pixels_before, f"{name}: no picture changed"
        assert told != words_before, f"{name}: no word changed"
        assert any(says in text for text in told), f"{name}: {told} does not say {says!r}"
    assert not page.console_errors


def box_at(page, width):
    """Make the outputs `width` pixels wide; return the last one's width, its content's, its height.

    A laptop of 1366 x 768 with JupyterLab's list of files open has room for 1036 x 647.
    """
    output = page.locator(OUTPUT).last
    viewport = page.viewport_size
    wider = round(width - output.bounding_box()["width"])
    page.set_viewport_size({"width": viewport["width"] + wider, "height": viewport["height"]})
    settled(page)
    return output.evaluate(BOX)
