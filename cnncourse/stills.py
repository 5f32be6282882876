"""A still picture of a widget and all that is in it, for pages where widgets cannot run.

GitHub, a static page and a printed sheet know no widgets. There, a lab is seen as it stood when its
cell ran: its pictures, its words, and the controls with their values, drawn by Pillow.
"""

import base64
import functools
import html
import io
import re
from itertools import zip_longest

import ipywidgets as widgets
import numpy as np

from .png import png as file_of

WIDEST = 1000  # pixels of a row before it wraps, as in JupyterLab beside the list of files
GAP = 8
WORDS = 440  # pixels of a line of text
INK, FAINT, PAPER, ACCENT = "#212121", "#6b6b6b", "white", "#1f4e79"
FIRST, SECOND, PADDING = "#ff9100", "#56b4e9", "#b9c4cb"  # as in pixels.js


class Still:
    """Mixed into a widget: leaves a PNG of itself beside the widget in the same output."""

    def _repr_mimebundle_(self, **options):
        bundle = super()._repr_mimebundle_(**options)
        data, *metadata = bundle if isinstance(bundle, tuple) else (bundle,)
        if data is not None:
            data = data | {"image/png": base64.b64encode(png(self)).decode()}
        return (data, *metadata) if metadata else data


def png(widget) -> bytes:
    """A still picture of a widget as the bytes of a PNG."""
    picture = draw(widget) or _text("nothing to see", WORDS)
    sheet = _sheet(picture.width + 2 * GAP, picture.height + 2 * GAP)
    sheet.paste(picture, (GAP, GAP))
    return file_of(sheet)


def draw(widget):
    """A widget as a Pillow image; None where there is nothing to see."""
    if widget.layout.display == "none" or widget.layout.visibility == "hidden":
        return None
    if hasattr(widget, "still"):  # the widget draws its own
        return widget.still()
    if isinstance(widget, widgets.GridBox):
        columns = re.match(r"repeat\((\d+)", widget.layout.grid_template_columns or "")
        count = int(columns.group(1)) if columns else 1
        rows = [widget.children[i : i + count] for i in range(0, len(widget.children), count)]
        return _below([beside(_drawn(row)) for row in rows])
    if isinstance(widget, widgets.HBox):
        return beside(_drawn(widget.children))
    if isinstance(widget, widgets.Box):
        return _below(_drawn(widget.children))
    if isinstance(widget, widgets.Image):
        return _opened(widget.value) if widget.value else None
    return _control(widget)


def _control(widget):
    """A line that says what a control is and where it stands."""
    name = getattr(widget, "description", "")
    if isinstance(widget, widgets.HTML) and "<tr" in widget.value:
        return _table(widget.value)
    if isinstance(widget, widgets.HTML | widgets.Label):
        return _text(_plain(widget.value), WORDS)
    if isinstance(widget, widgets.Button):
        return _text(f"[ {name} ]", WORDS, ACCENT) if name else None
    if isinstance(widget, widgets.Checkbox):
        return _text(f"{'☑' if widget.value else '☐'} {name}", WORDS)
    if isinstance(widget, widgets.ToggleButtons | widgets.RadioButtons):
        marks = [f"{'●' if label == widget.label else '○'} {label}" for label in _labels(widget)]
        return _text(f"{name}  {'   '.join(marks)}".strip(), WORDS)
    if isinstance(widget, widgets.Select):
        places = enumerate(_labels(widget))
        lines = [f"{'●' if place == widget.index else '○'} {label}" for place, label in places]
        return _text("\n".join(lines), WORDS)
    if isinstance(widget, widgets.Dropdown):
        return _text(f"{name}:  {widget.label} ▾", WORDS)
    if isinstance(widget, widgets.Text):
        return _text(f"{name}  [ {widget.value or widget.placeholder} ]".strip(), WORDS, FAINT)
    if name and isinstance(widget, widgets.IntSlider | widgets.SelectionSlider):
        return _slider(widget)
    return None


def _labels(widget):
    return [o[0] if isinstance(o, tuple) else str(o) for o in widget.options]


def _slider(widget):
    if isinstance(widget, widgets.SelectionSlider):
        share, value = widget.index / max(1, len(widget.options) - 1), widget.label
    else:
        share = (widget.value - widget.min) / ((widget.max - widget.min) or 1)
        value = f"{widget.value:g}"
    name, number = _text(widget.description, WORDS), _text(value, WORDS)
    track = _sheet(90, 18)
    pen = _pen(track)
    pen.line([(4, 9), (86, 9)], FAINT, 3)
    pen.ellipse([share * 76 + 2, 4, share * 76 + 12, 14], ACCENT)
    return beside([name, track, number])


def _table(markup: str):
    """The rows of a table in HTML, its columns below each other."""
    rows = [re.split(r"<t[dh]\b[^>]*>", row)[1:] for row in re.split(r"<tr\b", markup)[1:]]
    cells = [[" ".join(_plain(cell).split()) for cell in row] for row in rows]
    columns = zip_longest(*cells, fillvalue="")
    columns = [[_text(cell or ".", WORDS, INK if cell else PAPER) for cell in c] for c in columns]
    return beside([_below(column) for column in columns])


def _plain(markup: str) -> str:
    """The text of some HTML."""
    markup = re.sub(r"<(style|svg)\b.*?</\1>", "", markup, flags=re.DOTALL)
    markup = re.sub(r"<(br|/p|/div|/tr|/li)\b[^>]*>", "\n", markup)
    text = html.unescape(re.sub(r"<[^>]+>", " ", markup))
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines())


# Pictures beside and below each other


def _drawn(children):
    return [picture for child in children if (picture := draw(child)) is not None]


def beside(pictures):
    """Side by side; a picture that would reach too far begins a new row."""
    rows, width = [[]], 0
    for picture in pictures:
        if rows[-1] and width + picture.width > WIDEST:
            rows.append([])
            width = 0
        rows[-1].append(picture)
        width += picture.width + GAP
    return _below([_row(row) for row in rows if row])


def _row(pictures):
    height = max(picture.height for picture in pictures)
    sheet = _sheet(sum(p.width for p in pictures) + GAP * (len(pictures) - 1), height)
    left = 0
    for picture in pictures:
        sheet.paste(picture, (left, 0))
        left += picture.width + GAP
    return sheet


def _below(pictures):
    pictures = [picture for picture in pictures if picture is not None]
    if not pictures:
        return None
    height = sum(p.height for p in pictures) + GAP * (len(pictures) - 1)
    sheet = _sheet(max(picture.width for picture in pictures), height)
    top = 0
    for picture in pictures:
        sheet.paste(picture, (0, top))
        top += picture.height + GAP
    return sheet


def pixels(
    levels,
    table,
    *,
    size,
    title="",
    margin=(0, 0, 0, 0),
    numbers=(),
    windows=(),
    foremost=1,
    ends=(),
):
    """A PixelGrid: its bytes (h, w) or colours (h, w, 3), as pixels.js draws them."""
    top, bottom, left, right = margin
    rows, columns = levels.shape[0] + top + bottom, levels.shape[1] + left + right
    cell = size / max(rows, columns)
    cell = int(cell) if cell >= 8 else cell
    colours = table[levels] if levels.ndim == 2 else levels
    picture = _image(colours, columns, rows, (left, top))
    picture = picture.resize((round(columns * cell), round(rows * cell)), 0 if cell >= 1 else 4)
    pen = _pen(picture)
    hidden = np.argwhere(levels == 0) if levels.ndim == 2 else ()  # a colour is never missing
    for row, column in hidden:
        _hatch(pen, (left + column) * cell, (top + row) * cell, cell)
    if cell >= 14:
        for at in range(1, max(rows, columns)):
            pen.line([(at * cell, 0), (at * cell, picture.height)], "#9e9e9e")
            pen.line([(0, at * cell), (picture.width, at * cell)], "#9e9e9e")
    if cell >= 12 and len(numbers):
        _write(pen, numbers, colours, cell, margin)
    for place, (row, column, high, wide) in reversed(list(enumerate(windows))):
        x, y = (left + column) * cell, (top + row) * cell
        right, bottom = x + wide * cell - 1, y + high * cell - 1
        x, y = (min(max(at, 1), end - 2) for at, end in zip((x, y), picture.size))
        box = [x, y, max(x, min(right, picture.width - 2)), max(y, min(bottom, picture.height - 2))]
        pen.rectangle([box[0] - 1, box[1] - 1, box[2] + 1, box[3] + 1], outline="black")
        pen.rectangle(box, outline=SECOND if place >= foremost else FIRST, width=3)
    bar = _scale(table, ends, picture.width) if ends else None
    return _below([_text(title, picture.width, bold=True), picture, bar])


def _scale(table, ends, width: int):
    """The colours from the first to the last, between the numbers that these two stand for."""
    low, high = (_text(end, WORDS) for end in ends)
    wide = max(20, width - low.width - high.width - 2 * GAP)
    bar = _image(table[None, 1:], 255, 1, (0, 0)).resize((wide, 8))
    return beside([low, bar, high])


def _image(colours, columns: int, rows: int, corner):
    from PIL import Image

    sheet = Image.new("RGB", (columns, rows), PADDING)
    sheet.paste(Image.fromarray(colours), corner)
    return sheet


def _hatch(pen, x: float, y: float, cell: float):
    """One pixel that is not computed."""
    pen.rectangle([x, y, x + cell, y + cell], "#dadada")
    pen.line([(x, y + cell), (x + cell, y)], "#ababab", 2)


def _write(pen, numbers, colours, cell: float, margin):
    """The numbers on their pixels, black or white, whichever can be read."""
    face = font(max(7, min(13, int(0.42 * cell))))
    widest = max(map(face.getlength, numbers)) or 1
    if widest > 0.94 * cell:
        face = font(max(6, int(face.size * 0.94 * cell / widest)))
    (rows, columns), (top, bottom, left, right) = colours.shape[:2], margin
    for row, column in np.ndindex(rows + top + bottom, columns + left + right):
        i, j = row - top, column - left
        inside = 0 <= i < rows and 0 <= j < columns
        bright = not inside or colours[i, j] @ [0.2126, 0.7152, 0.0722] > 115
        text = numbers[i * columns + j] if inside else "0"  # the margin is padding with zeros
        middle = ((column + 0.5) * cell, (row + 0.5) * cell)
        pen.text(middle, text, "black" if bright else "white", face, anchor="mm")


# Pillow is loaded when the first picture is drawn, so that importing the course takes no time.


def _sheet(width: float, height: float):
    from PIL import Image

    return Image.new("RGB", (round(width), round(height)), PAPER)


def _pen(sheet):
    from PIL import ImageDraw

    return ImageDraw.Draw(sheet)


def _opened(data: bytes):
    from PIL import Image

    picture = Image.open(io.BytesIO(data)).convert("RGBA")
    sheet = _sheet(*picture.size)
    sheet.paste(picture, mask=picture.getchannel("A"))
    return sheet


@functools.cache
def font(size: int = 13, bold: bool = False):
    """The typeface of all stills: it comes with matplotlib and has every sign of the course."""
    from matplotlib import get_data_path
    from PIL import ImageFont

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(f"{get_data_path()}/fonts/ttf/{name}", size)


def text(words: str):
    """Some lines of text as a Pillow image; None where there is none."""
    return _text(words, WORDS)


def _text(text: str, width: int, colour: str = INK, bold: bool = False):
    """Some lines of text, broken at `width` pixels; None where there is none."""
    face, lines = font(bold=bold), []
    for line in text.split("\n"):
        lines.append("")
        for word in re.split(r"(?<= )", line):
            if lines[-1] and face.getlength((lines[-1] + word).rstrip()) > width:
                lines.append("")
            lines[-1] += word
    lines = [line.rstrip() for line in lines]
    if not any(lines):
        return None
    sheet = _sheet(max(map(face.getlength, lines)) + 2, 18 * len(lines))
    pen = _pen(sheet)
    for row, line in enumerate(lines):
        pen.text((0, 18 * row + 1), line, colour, face)
    return sheet
