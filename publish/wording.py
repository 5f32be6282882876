"""What is taken from the words of a lesson for its slides: sections, sentences, points."""

import html
import itertools
import re

import mistune
import nbformat

from .parts import SENTENCE_ENDS

MOST_WORDS = 30  # of a sentence on a slide
# A word in bold: small letters, a name such as ReLU, or what a sentence begins with.
BOLD = re.compile(r"(?:^\*\*|\*\*(?=[a-z]|[A-Z]\w*[A-Z]))[^*:.?]+\*\*")
LEAD = re.compile(r"^(- |\d+\. )?(\*\*[^*]+[.:?]\*\* )?")


def sections(its_cells) -> list[tuple[str, list]]:
    """The cells of each section, after its title; a cell with a title in its midst is cut there."""
    found: list[tuple[str, list]] = []
    for cell in its_cells:
        if cell.cell_type != "markdown":
            if found:
                found[-1][1].append(cell)
            continue
        for piece in re.split(r"^(?=##+ )", cell.source, flags=re.M):
            title, _, text = piece.partition("\n")
            if title.startswith("##"):
                found.append((re.sub(r"^#+", "##", title), []))
            elif not found:
                continue
            else:
                text = piece
            if text.strip():
                found[-1][1].append(nbformat.v4.new_markdown_cell(text.strip()))
    return found


def explained(text: str) -> list[str]:
    """The short sentences of a text that explain a word in bold."""
    paragraphs = [part for part in re.split(r"\n\s*\n|\n(?=- |\d+\. )", text) if part]
    plain = [re.sub(LEAD, "", part) for part in paragraphs if part[0] not in "|#<("]
    sentences = [s for part in plain for s in SENTENCE_ENDS.split(part.replace("\n", " "))]
    kept = [s for s in sentences if 4 <= len(s.split()) <= MOST_WORDS]
    return [s for s in kept if BOLD.search(s) and not s.startswith(("(", "That "))]


def words_of(cells) -> str:
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def points_of(cells) -> list[str]:
    """The points of a list, each by its first sentence."""
    return [first(item) for item in re.split(r"^- ", words_of(cells), flags=re.M)[1:]]


def first(text: str) -> str:
    return SENTENCE_ENDS.split(" ".join(text.split("\n\n")[0].split()))[0]


def short(text: str) -> str:
    """As many of the first sentences as a slide takes; at least one."""
    kept = ""
    for sentence in SENTENCE_ENDS.split(" ".join(text.split())):
        if kept and len(f"{kept} {sentence}".split()) > MOST_WORDS:
            break
        kept = f"{kept} {sentence}".strip()
    return kept


def dealt(things: list) -> list[list]:
    """At most three things on a slide, about as many on each."""
    count = -(-len(things) // 3)
    ends = [place * len(things) // count for place in range(count + 1)] if count else []
    return [things[start:end] for start, end in itertools.pairwise(ends)]


def inline(text: str) -> str:
    """A line of Markdown as HTML, without a paragraph around it."""
    markup = mistune.html(" ".join(text.split())).strip()
    return re.sub(r"^<p>(.*)</p>$", r"\1", markup, flags=re.S)


def listed(items, kind="ul") -> str:
    return f"<{kind}>{''.join(f'<li>{item}</li>' for item in items)}</{kind}>"


def plain(markup: str) -> str:
    return html.escape(html.unescape(re.sub(r"<[^>]+>", "", markup)))
