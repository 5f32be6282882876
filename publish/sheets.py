"""A printable sheet for a lesson, and one with the answers; as pages, and as PDF files.

A sheet fits A4 and Letter: it is plain HTML with rules for print, without a script.
"""

import html
import os
import re
import shutil
import tempfile
from pathlib import Path

import numpy as np

from cnncourse.course import Lesson

from .paper import Task, tasks

HERE = Path(__file__).resolve().parent
PAPERS = "A4", "Letter"
BROWSERS = "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"
NO_PDF = "No PDF files, for {}: print the sheets from a browser."


def page(lesson: Lesson, answers: bool) -> str:
    """The sheet of a lesson as one page of HTML, with its answers or with room for them."""
    pieces = [_task(task, answers) for task in tasks(lesson.name)]
    title = f"Lesson {lesson.number}: {html.escape(lesson.title)}"
    who = "Answers" if answers else "Name&nbsp;<i></i> Date&nbsp;<i></i>"
    style = (HERE / "sheets.css").read_text(encoding="utf-8")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}, on paper</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f'<header><h1>{title}</h1><p class="who">{who}</p></header>\n'
        f"<main><ol>\n{''.join(pieces)}</ol></main>\n</body>\n</html>\n"
    )


def _task(task: Task, answers: bool) -> str:
    found = task.answer() if answers or not task.choices else {}
    grids = "".join(_named(name, value) for name, value in task.given.items())
    below = ""
    if task.table:
        below = _table(task, found[""], answers)
    elif task.choices:
        below = _choices(task, found.get(""))
    else:
        shown = found if answers else {_label(name): value for name, value in found.items()}
        kind = "answer" if answers else "answer blank"
        grids += "".join(_named(name, value, kind) for name, value in shown.items())
    grids = f"<div class='grids'>{grids}</div>" if grids else ""
    told = _told(task) if answers else ""
    return f"<li>{task.picture}<p>{_marked(task.asks)}</p>{grids}{below}{told}</li>\n"


def _label(name: str) -> str:
    """What stands over the room for an answer; on the answers' sheet it may say more."""
    return "your answer" if name in ("", "answer", "for example") else name


def _choices(task: Task, right: str | None) -> str:
    items = [
        f"<li{' class=right' if choice == right else ''}>{html.escape(choice)}</li>"
        for choice in task.choices
    ]
    return f"<ul class='choices'>{''.join(items)}</ul>"


def _told(task: Task) -> str:
    """The reason, and what to say to wrong answers."""
    told = f"<p class='because'>{html.escape(task.because)}</p>" if task.because else ""
    if task.wrong:
        wrong = " ".join(f"<b>·</b> {html.escape(each)}" for each in task.wrong)
        told += f"<p class='wrong'><b>To wrong answers</b> {wrong}</p>"
    return told


def _table(task: Task, right, answers: bool) -> str:
    names, rows = task.table
    head = "".join(f"<th>{html.escape(name)}</th>" for name in [*names, "answer"])
    body = ""
    for row, found in zip(rows, right):
        answer = ", ".join(_number(value) for piece in found for value in np.ravel(piece))
        cells = [*map(html.escape, row), f"<b>{answer}</b>" if answers else ""]
        body += f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
    return f"<table class='rows'><tr>{head}</tr>{body}</table>"


def _named(name: str, value, kind: str = "") -> str:
    """A value with its name: a grid for numbers in rows, or a line."""
    label = f"<figcaption>{html.escape(name)}</figcaption>" if name else ""
    if callable(value):
        return f"<figure>{label}{html.escape(value.__doc__ or '')}</figure>"
    if isinstance(value, dict):
        return "".join(_named(key, each, kind) for key, each in value.items())
    array = np.asarray(value)
    if array.dtype.kind in "US" or not array.ndim:
        words = str(value) if array.dtype.kind in "US" else _number(array)
        cell = f"<td class='line'>{'' if 'blank' in kind else html.escape(words)}</td>"
        return f"<figure>{label}<table class='{kind}'><tr>{cell}</tr></table></figure>"
    return f"<figure>{label}{_grids(array, kind)}</figure>"


def _grids(array, kind: str) -> str:
    """An array as a grid; the last axes of a deep one side by side, axes of size 1 left out."""
    if array.ndim > 2:
        array = array.reshape([size for size in array.shape if size > 1] or [1])
    if array.ndim > 2:
        return "".join(_grids(array[..., place], kind) for place in range(array.shape[-1]))
    rows = ""
    for row in np.atleast_2d(array):
        cells = ["" if "blank" in kind else _number(value) for value in row]
        rows += f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
    return f"<table class='grid {kind}'>{rows}</table>"


def _number(value) -> str:
    """A number with at most four digits behind the point."""
    return f"{round(float(value), 4):,.10g}".replace("-", "−")


def _marked(text: str) -> str:
    text = re.sub(r"(?<!\w)\*(\w[^*]*)\*(?!\w)", r"<em>\1</em>", html.escape(text))
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", text)


def write(folder: Path, lessons, answers: bool) -> list[Path]:
    """Write the sheets of these lessons into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for lesson in lessons:
        path = folder / f"{lesson.name}{'-answers' if answers else ''}.html"
        path.write_text(page(lesson, answers), encoding="utf-8")
        written.append(path)
    return written


def pdfs(pages: list[Path]) -> str:
    """Print pages to PDF files beside them, on both papers; a sentence where that cannot be."""
    program = shutil.which(os.environ.get("CHROMIUM", "")) or next(
        filter(None, map(shutil.which, BROWSERS)), None
    )
    if program is None:
        return NO_PDF.format("neither Chromium nor Chrome was found")
    try:
        from playwright.sync_api import sync_playwright  # one of the packages of the tests
    except ImportError:
        return NO_PDF.format("the package playwright is not installed")
    options = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as profile:
        browser = playwright.chromium.launch_persistent_context(
            profile, executable_path=program, args=options
        )
        tab = browser.new_page()
        for path in pages:
            tab.goto(path.resolve().as_uri())
            for paper in PAPERS:
                tab.pdf(path=path.with_name(f"{path.stem}-{paper}.pdf"), format=paper)
        browser.close()
    return ""
