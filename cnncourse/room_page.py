"""The page of a room: what an instructor looks at during a lesson, and may show on a projector.

It renews itself, needs no network, and names nobody unless it is asked to.
"""

import html
import re
import time
from datetime import datetime
from pathlib import Path

from . import files, room
from .course import LESSONS
from .handed_in import Room, read_room

HERE = Path(__file__).resolve().parent
SHOWN = 8  # of the mistakes
TITLES = {lesson.name: f"{lesson.number} {lesson.title}" for lesson in LESSONS}
OF_EXERCISE = "exercise", "", "right", "not yet", "tries", "here now", "mistake that most made"
OF_MISTAKE = "mistake", "exercise", "learners", "times", "what check says"
OF_LEARNER = "learner", "last try", "", "tries there", "when", "right in all"


def keep(folder: Path, path: Path, seconds: int | None, names: bool) -> int:
    """Write the page of a folder to `path`, again and again where seconds is not None."""
    if seconds is not None and seconds < 1:
        raise ValueError(f"progress: --watch should be at least 1 second, but is {seconds}.")
    write(folder, path, seconds, names)
    if seconds is None:
        print(f"wrote {path}")
        return 0
    print(f"{path} is renewed every {seconds} s; open it in a browser. Ctrl-C ends this.")
    try:
        while True:
            time.sleep(seconds)
            try:
                write(folder, path, seconds, names)
            except (OSError, ValueError) as problem:  # a full disk, or a browser that holds it
                print(problem, flush=True)
    except KeyboardInterrupt:
        return 0


def write(folder: Path, path: Path, seconds: int | None, names: bool) -> None:
    """Write the page of a folder to `path`, whole or not at all."""
    text = page(read_room(folder), seconds, names).encode()
    files.write_target(path, lambda file: file.write(text), "progress: --page")


def page(read: Room, seconds: int | None = None, names: bool = False) -> str:
    """The page as HTML.   seconds: how often it renews itself, None for never"""
    written = read.time.astimezone()
    renewed = f"renewed every {seconds} s" if seconds else "not renewed"
    rows = [row for row in room.by_exercise(read) if row.tried]
    parts = [
        first(read),
        *([exercises(read, rows)] if rows else []),
        *([mistakes(read)] if room.mistakes(read) else []),
        *([learners(read)] if names and read.learners else []),
        problems(read, names),
    ]
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Progress of the room</title>
<style>
{(HERE / "room.css").read_text(encoding="utf-8")}</style>
<body data-seconds="{seconds or 0}" data-written="{written.isoformat()}">
<header>
<h1>Progress of the room</h1>
<p>{room.people(read)}, {clock(written)}, {renewed}</p>
<p id="old" role="status"></p>
<button type="button" hidden>Stop renewing</button>
</header>
<main>
{"".join(filter(None, parts))}</main>
<footer><p>Written by <code>python -m cnncourse progress</code> from the files that learners handed
in. Who answers without a check, or works on paper, is not in it.</p></footer>
<script>
{(HERE / "room.page.js").read_text(encoding="utf-8")}</script>
</html>
"""


def clock(moment: datetime) -> str:
    return f"{moment:%A %H:%M:%S}"


def first(read: Room) -> str:
    """The three answers, large."""
    if not read.learners:
        return "<p>No results yet. They appear here after the first check of an exercise.</p>\n"
    most = max(room.by_exercise(read), key=lambda row: row.here)
    cards = [
        card(
            "Where most are",
            f"<code>{most.name}</code>",
            f"{most.here} of {room.people(read)} ({TITLES[most.lesson]})",
        )
    ]
    if stopped := room.stops_most(read):
        row = stopped[0]
        cards.append(
            card(
                "What stops most",
                f"<code>{row.name}</code>",
                f"of the {row.tried} who tried it, {row.stopped} do not have it right yet",
            )
        )
    if met := room.mistakes(read):
        cards.append(
            card(
                "The mistake that most made",
                words(met[0].name),
                f"{met[0].learners} of {room.people(read)}, in <code>{met[0].exercise}</code>",
                sentence(met[0].says),
            )
        )
    return f'<div class="first">\n{"".join(cards)}</div>\n'


def card(title: str, what: str, how_many: str, says: str = "") -> str:
    more = f'<p class="says">{says}</p>' if says else ""
    return f'<section><h2>{title}</h2><p class="what">{what}</p><p>{how_many}</p>{more}</section>\n'


def exercises(read: Room, rows: list[room.OfExercise]) -> str:
    """A table of the exercises that somebody tried, lesson by lesson."""
    lines, lesson, everybody = [], "", len(read.learners)
    for row in rows:
        if row.lesson != lesson:
            lesson = row.lesson
            span = len(OF_EXERCISE)
            lines.append(
                f'<tr class="lesson"><th colspan="{span}" scope="rowgroup">{TITLES[lesson]}</th>'
            )
        most = f"{words(row.mistake)} ({row.met})" if row.met else ""
        bar = (
            f'<div class="bar" aria-hidden="true"><i style="width:{row.right / everybody:.1%}"></i>'
            f'<i style="width:{row.stopped / everybody:.1%}"></i></div>'
        )
        lines.append(
            f'<tr><th scope="row"><code>{row.name}</code></th><td class="wide">{bar}</td>'
            + number("right", row.right)
            + number("not yet", row.stopped)
            + number("tries", f"{row.tries:.1f}")
            + number("here now", row.here or "")
            + f'<td class="wide">{most}</td>'
        )
    key = (
        '<p class="key">Of all learners:<span class="bar" aria-hidden="true"><i></i><b></b></span>'
        'right<span class="bar" aria-hidden="true"><b></b><i></i></span>tried, not yet right</p>'
    )
    return section("Exercise by exercise", key + table(OF_EXERCISE, lines))


def mistakes(read: Room) -> str:
    """A table of the mistakes that most people made, with what check says to each."""
    lines = [
        f'<tr><th scope="row">{words(one.name)}</th><td><code>{one.exercise}</code></td>'
        + number("learners", one.learners)
        + number("times", one.times)
        + f'<td class="wide">{sentence(one.says)}</td>'
        for one in room.mistakes(read)[:SHOWN]
    ]
    return section("Mistakes, by the number of learners who made them", table(OF_MISTAKE, lines))


def learners(read: Room) -> str:
    """A table of who is where; first those who are stuck, and of them who waits longest."""
    order = sorted(read.learners, key=lambda one: (not room.stuck(one), one.last.time))
    lines = [
        f'<tr><th scope="row">{words(one.name)}</th><td><code>{one.last.exercise}</code></td>'
        f"<td>{'not yet' if room.stuck(one) else 'right'}</td>"
        + number("tries", one.standings[one.last.exercise].tries)
        + f"<td>{room.ago(read, one.last)}</td>"
        + number("right in all", one.right)
        for one in order
    ]
    return section("Who is where", table(OF_LEARNER, lines))


def problems(read: Room, names: bool) -> str:
    """The files that need a look; without names, how many there are."""
    if not read.problems:
        return ""
    if not names:
        count = len({problem.path for problem in read.problems})
        told = "1 file needs" if count == 1 else f"{count} files need"
        return f"<p>{told} a look: the command without --page names them.</p>\n"
    lines = "".join(
        f"<li>{words('/'.join(problem.path.parts[-2:]))}: {words(problem.says)}"
        for problem in read.problems
    )
    return section("Files that need a look", f"<ul>{lines}</ul>")


def section(title: str, what: str) -> str:
    return f"<section><h2>{title}</h2>\n{what}</section>\n"


def table(head: tuple[str, ...], rows: list[str]) -> str:
    """A table; on a phone, each of its rows is a paragraph."""
    right = {"right", "not yet", "tries", "here now", "learners", "times"}
    right |= {"tries there", "right in all"}
    cells = "".join(
        f'<th scope="col"{" class=n" if name in right else ""}>{name}</th>' if name else "<td>"
        for name in head
    )
    body = "\n".join(rows)
    return f"<table><thead><tr>{cells}</thead>\n<tbody>{body}</tbody></table>"


def number(name: str, value) -> str:
    """A cell with a number; on a phone, where the head is not seen, its name comes first."""
    return f'<td class="n" data-is="{name}">{value}</td>'


def sentence(text: str) -> str:
    return words(text[:1].upper() + text[1:])


def words(text: str) -> str:
    """Text for the page; what stands between backticks is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))
