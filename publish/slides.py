"""Slides for one lesson, made from its notebook: one file that opens anywhere, without a network.

Which cells become slides follows from what they are, so that a lesson needs no marks for it:

- a section begins a slide, with the sentences in which it explains a word (in bold);
- a picture below a cell, a lab's too, is a slide, with the first lines that the cell printed;
- `predict(...)` is two slides, the question and then the answer;
- a belief ("**Belief 1: ...**") is a slide, and what the next cell printed is the answer to it;
- an exercise is a slide with its stub, and the tasks of a lab are one;
- what to remember, and what goes wrong, are slides with the first sentence or words of each.

The paragraphs since the slide before are the speaker's notes. A cell that makes a poor slide gets
the tag `no-slide` in lessons/NN_name.py.
"""

import base64
import html
import io
import re
from pathlib import Path
from typing import NamedTuple

import mistune
from PIL import Image

from cnncourse.course import Lesson
from cnncourse.exercises import EXERCISES
from cnncourse.predictions import PREDICTIONS
from cnncourse.predictions.core import shown

from .parts import called, cells, context, definition, guide
from .wording import (
    dealt,
    explained,
    first,
    inline,
    listed,
    plain,
    points_of,
    sections,
    short,
    words_of,
)

HERE = Path(__file__).resolve().parent
LEFT_OUT = "Glossary", "The map of the course", "One cell checks that everything is in its place"
WIDTH, HEIGHT = 1140, 548  # pixels below one line of heading, on a slide of 1280 by 720
WHOLE = 1220, 612  # of a lab, which has the slide to itself
LINE, OVER, SECOND = 33, 36, 46  # what a line of caption takes of that, the line above, a 2nd line
LARGEST = 2.0  # times its own size that a picture may grow
FEW = 220  # letters, so few that they may be large
MOST_LINES = 12  # of what a cell printed
TASK = re.compile(r"^\d+\. (.+?)(?=\n *\d+\. |\n* *<details>|\n\n|\Z)", re.M | re.S)
BELIEF = re.compile(r"\*\*(Belief \d+): (.+?)\*\*", re.DOTALL)


class Slide(NamedTuple):
    """A slide, in HTML: its heading, what stands below and above it, and the speaker's notes."""

    heading: str
    body: str = ""
    over: str = ""
    notes: str = ""
    kind: str = "words"


def page(lesson: Lesson, its_cells) -> str:
    """The slides of a lesson as one page of HTML that needs nothing else."""
    slides = slides_of(lesson, its_cells)
    pieces = [_section(slide, place, len(slides)) for place, slide in enumerate(slides, 1)]
    style, script = (HERE / name for name in ("slides.css", "slides.js"))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(f'{lesson.number} {lesson.title}')}</title>\n"
        f"<style>\n{style.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n"
        f"<main>\n{''.join(pieces)}</main>\n"
        f"<script>\n{script.read_text(encoding='utf-8')}</script>\n</body>\n</html>\n"
    )


def _section(slide: Slide, place: int, count: int) -> str:
    over = f'<p class="over">{slide.over}</p>' if slide.over else ""
    return (
        f'<section class="{slide.kind}" id="slide-{place}">\n{over}\n<h2>{slide.heading}</h2>\n'
        f'<div class="body">{slide.body}</div>\n<aside>{slide.notes}</aside>\n'
        f'<p class="place">{place} / {count}</p>\n</section>\n'
    )


def slides_of(lesson: Lesson, its_cells) -> list[Slide]:
    """All slides of a lesson, in the order of its cells."""
    return Maker(lesson).made(its_cells)


class Maker:
    """Goes through a lesson's cells and keeps the section, and the paragraphs not yet in notes."""

    def __init__(self, lesson: Lesson):
        self.lesson = lesson
        self.slides: list[Slide] = []
        self.section("")

    def section(self, heading: str):
        """Begin a section: nothing is left over from the one before."""
        self.heading, self.text, self.belief, self.spoken = heading, "", "", []
        self.sentences, self.tasks, self.lab, self.begun = [], [], False, len(self.slides)

    def made(self, its_cells) -> list[Slide]:
        told = guide(self.lesson)
        self.add(
            html.escape(self.lesson.title),
            f"<p>{html.escape(self.lesson.about)}</p><p class='keys'>→ or space: on   ←: back   "
            "N: notes in a window of their own   F: full screen</p>",
            over=f"Lesson {self.lesson.number} · {self.lesson.minutes} minutes",
            notes=mistune.html("\n\n".join(told.values())),
            kind="title",
        )
        for section in sections(its_cells):
            title = section[0].removeprefix("## ")
            if title.startswith(LEFT_OUT):
                continue
            self.section(inline(title))
            if "remember" in title:
                self.points(points_of(section[1]))
            elif title == "What goes wrong in practice":
                self.points(re.findall(r"^\*\*(.+?)\*\*", words_of(section[1]), re.M | re.S))
            else:
                for cell in section[1]:
                    self.cell(cell)
                self.end_of_section()
        if "Close with" in told:
            question, _, answer = told["Close with"].partition(" (")
            question = inline(question.partition("** ")[2])
            self.add(question, over="To close", notes=mistune.html(answer), kind="question short")
        return self.slides

    def add(self, heading, body="", over="", notes="", kind="words"):
        sentences, self.sentences = self.sentences, []
        for some in dealt(sentences):
            said = "New words" if len(sentences) > 1 else "A new word"
            self.add(self.heading, "".join(map(mistune.html, some)), said)
        said = mistune.html("\n\n".join(self.spoken))
        self.spoken = []
        if kind == "words" and len(plain(body)) <= FEW:
            kind = "words few"
        self.slides.append(Slide(heading, body, over, said + notes, kind))

    def cell(self, cell):
        """One cell: text is kept for the notes, code becomes slides."""
        if cell.cell_type == "markdown":
            self.words(cell.source)
        elif "no-slide" in cell.metadata.get("tags", []):
            return
        elif names := re.findall(r'predict\("(\w+)"\)', cell.source):
            for name in names:
                self.prediction(PREDICTIONS[name])
        elif "exercise" in cell.metadata.get("tags", []):
            self.exercise(cell)
        elif "solution" not in cell.metadata.get("tags", []):
            self.shown(cell)

    def words(self, text: str):
        """Text: what it explains, its beliefs and its tasks; all of it goes into the notes."""
        for found in BELIEF.finditer(text):
            self.spoken.append(text[found.end() :].strip())
            self.add(inline(found[2]), "<p>True?</p>", found[1], kind="question short")
            self.belief = found.groups()
            text = text[: found.start()]
        self.sentences += [s for s in explained(text) if s not in self.sentences]
        if "lab" in self.heading:
            self.tasks += re.findall(TASK, text)
        self.text += text + "\n\n"
        self.spoken.append(re.sub(r"^#+ ", "", text))

    def prediction(self, prediction):
        """The question; and the answer with its reason."""
        self.belief = ""
        self.text = ""
        before = context(self.lesson.name, prediction.name)
        asked = mistune.html(before) if before else ""
        question = html.escape(prediction.question)
        choices = listed(map(html.escape, prediction.choices)) if prediction.choices else ""
        kind = "question" if asked or choices else "question short"
        much = len(question + plain(asked)) + 30 * len(prediction.choices)
        kind += " long" if much > 150 else ""
        self.add(question, asked + choices, "Guess first", kind=kind)
        answer = html.escape(shown(prediction.right))
        body = f"<p class='answer'>{answer}</p><p>{html.escape(prediction.because)}</p>"
        wrong = [f"{shown(given)}: {says}" for given, says in prediction.wrong.items()]
        notes = "<p>To wrong guesses:</p>" + listed(map(html.escape, wrong)) if wrong else ""
        self.add(question, body, "The answer", notes, kind="reply")

    def exercise(self, cell):
        """What is asked, and the stub."""
        exercise = next(e for e in EXERCISES.values() if definition(cell, e.name))
        code = called(exercise)
        if exercise.is_value:
            node = definition(cell, exercise.name)
            code = "\n".join(cell.source.splitlines()[node.lineno - 1 : node.end_lineno])
        titles = re.findall(r"Exercise (\d+)(?:: (.+?))?[.*\n]", self.text + self.heading + "\n")
        number, title = titles[-1] if titles else ("", "")
        notes = "<p>Mistakes that check knows by name:</p>" + listed(
            html.escape(f"{mistake.name}: {mistake.says}") for mistake in exercise.mistakes[:6]
        )
        title = title[:1].upper() + title[1:] if title not in EXERCISES else title
        heading = inline(title.rstrip(".")) or f"<code>{exercise.name}</code>"
        asks = re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(exercise.asks))
        size = min(32, _size(code.splitlines()))
        body = f"<pre style='font-size: {size}px'>{html.escape(code)}</pre><p>It {asks}</p>"
        self.add(heading, body, f"Exercise {number}", notes, kind="exercise")

    def shown(self, cell):
        """What a cell shows: its pictures, or else, after a belief, what it printed."""
        printed = [line for o in cell.outputs for line in o.get("text", "").splitlines()]
        drawn = [piece for piece in map(_picture, cell.outputs) if piece]
        heading, over = self.heading, ""
        if self.belief:
            heading, over = inline(self.belief[1]), f"{self.belief[0]}, put to the test"
        text = html.escape("\n".join(printed))
        if drawn and cell.source.splitlines()[-1].endswith("lab"):
            self.laboratory(drawn)
        elif drawn:
            lines = [html.escape(" ".join(line.split())) for line in printed if "[" not in line]
            lines = lines if len(lines) <= 2 and all(len(line) <= 84 for line in lines) else []
            second = len(plain(heading)) > 50
            room = HEIGHT - OVER * bool(over) - SECOND * second - LINE * len(lines)
            pictures = _arranged(drawn, "; ".join([heading, *lines]), WIDTH, room)
            caption = "".join(f"<p>{line}</p>" for line in lines)
            notes = f"<pre>{text}</pre>" if printed and not lines else ""
            body = f"{pictures}<div class='caption'>{caption}</div>"
            self.add(heading, body, over, notes, "picture")
        elif self.belief and printed and len(printed) <= MOST_LINES:
            self.add(heading, f"<pre style='font-size: {_size(printed)}px'>{text}</pre>", over)
        if drawn or printed:
            self.belief = ""

    def laboratory(self, drawn):
        """A lab as it stood when its cell ran, and its first tasks; once in a section."""
        if not self.lab:
            self.add(self.heading, _arranged(drawn, self.heading, *WHOLE), kind="lab")
        if self.tasks:
            tasks = listed([inline(first(task)) for task in self.tasks[:5]], "ol")
            self.add(self.heading, tasks, "Try this")
        self.lab, self.tasks = True, []

    def points(self, points):
        """Short points, three on a slide."""
        for some in dealt([inline(short(point)) for point in points]):
            self.add(self.heading, listed(some))

    def end_of_section(self):
        """What is left of its words; where a section has given no slide, its first sentences."""
        if len(self.slides) == self.begun and not self.sentences:
            paragraphs = [p for p in self.text.split("\n\n") if p and p[0] not in "|#-*"]
            whole = [p for p in paragraphs if not p.rstrip().endswith(":")]
            self.sentences = [short(p) for p in whole[:1]]
        for some in dealt(self.sentences):
            self.sentences = []
            self.add(self.heading, "".join(map(mistune.html, some)))


def _size(printed) -> int:
    """The size of type, in pixels, with which printed lines fill a slide and do not go beyond."""
    return int(min(34, 1740 / max(map(len, printed)), 300 / len(printed)))


def _picture(output) -> tuple[str, int, int] | None:
    """An output's picture as an address that holds it, its width and its height."""
    data = output.get("data", {})
    if "image/svg+xml" in data:
        svg = data["image/svg+xml"]
        box = re.search(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"', svg)
        encoded = base64.b64encode(svg.encode()).decode()
        return f"data:image/svg+xml;base64,{encoded}", *(
            round(float(side)) for side in box.groups()
        )
    if "image/png" in data:
        encoded = "".join(data["image/png"].split())
        with Image.open(io.BytesIO(base64.b64decode(encoded))) as picture:
            return f"data:image/png;base64,{encoded}", *picture.size
    return None


def _arranged(pictures, says: str, width: int, height: int) -> str:
    """Pictures beside each other or below each other, whichever lets them be larger."""
    gaps = 20 * (len(pictures) - 1)
    widths, heights = zip(*(picture[1:] for picture in pictures))
    beside = min((width - gaps) / sum(widths), height / max(heights))
    below = min(width / max(widths), (height - gaps) / sum(heights))
    scale, direction = max((beside, "row"), (below, "column"))
    scale = min(scale, LARGEST)
    drawn = "".join(
        f'<img src="{source}" alt="{plain(says)}" '
        f'width="{int(scale * w)}" height="{int(scale * h)}">'
        for source, w, h in pictures
    )
    return f'<div class="pictures" style="flex-direction: {direction}">{drawn}</div>'


def write(folder: Path, lessons) -> list[Path]:
    """Write the slides of these lessons into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for lesson in lessons:
        path = folder / f"{lesson.name}.html"
        path.write_text(page(lesson, cells(lesson.name)), encoding="utf-8")
        written.append(path)
    return written
