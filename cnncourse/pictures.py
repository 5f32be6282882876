"""Pictures of your own: read from a file, and a digit in one made as the digits of MNIST are."""

import io
import math
import os
import warnings
from pathlib import Path

import numpy as np

from . import ops
from .files import is_path, may_read
from .shapes import Array, as_array, check_bool, sizes

LUMA = 0.299, 0.587, 0.114  # how bright red, green and blue look: ITU-R BT.601 (1982)
SIDE, BOX, CENTRE = 28, 20, 14  # MNIST: side of a picture, of the box around the ink, its middle
MOST_READ, MOST_PIXELS = 100_000_000, 4_000_000  # decoded, and kept: photographs have up to 50 MP
# Those that Pillow decodes by itself; for EPS, for one, it would start another program.
FORMATS = {"PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "ICO", "PPM", "JPEG2000", "AVIF"}
MOST_NAME = 4096  # characters, which no system takes
CELLS = 200  # along the longer side of a picture, to find which ink is connected


def grey(image: Array) -> Array:
    """How bright each pixel of an image looks.   image: (h, w, 3) or (h, w)   ->   (h, w)

    The weights, 0.299 red + 0.587 green + 0.114 blue, are those of ITU-R BT.601 (1982); an image
    that is grey already is returned as it is.
    """
    if isinstance(image, np.ndarray) and image.ndim == 2:
        sizes(image, "h w", "grey: image")
        return image
    sizes(image, "h w c", "grey: image", c=3)
    return sum(weight * image[..., c] for c, weight in enumerate(LUMA))


def read_picture(path: str | Path) -> Array:
    """The pixels of a picture file, float32 from 0 to 1.   path   ->   (h, w, 3), grey: (h, w)

    Upright as the camera says, the first one if it moves, and white where it is see-through (black
    if all else is nearly white). Of more than 4 million pixels, the means of k by k are taken.
    """
    what = "read_picture: path should name a picture file"
    if not is_path(path):
        raise ValueError(f"{what}, but its type is {type(path).__name__}.")
    if len(str(path)) > MOST_NAME:
        raise ValueError(f"{what}, but that name has {len(str(path)):,} characters.")
    path = Path(path).expanduser()
    if not may_read(path):
        raise ValueError(f"{what} that you may read, but you may not read {str(path)!r}.")
    if os.path.isdir(path):
        raise ValueError(f"{what}, but {str(path)!r} is a folder.")
    if not os.path.exists(path):
        raise ValueError(f"{what}, but {str(path)!r} does not exist; we are in {Path.cwd()}.")
    if not os.path.isfile(path):  # a pipe would be waited for without end
        raise ValueError(f"{what}, but {str(path)!r} is a pipe or a device.")
    return _decoded(path, what, str(path))


def picture_from_bytes(content: bytes, name: str = "picture") -> Array:
    """The pixels of a picture file whose bytes are here, as `read_picture` gives them.

    name: what an error calls it   ->   (h, w, 3), grey: (h, w), float32 from 0 to 1
    """
    what = "picture_from_bytes: content should be a picture file"
    if not isinstance(content, bytes):
        raise ValueError(f"{what}, as bytes, but its type is {type(content).__name__}.")
    return _decoded(io.BytesIO(content), what, name)


def _decoded(source, what: str, name: str) -> Array:
    """The pixels of a picture file, from its path or its opened bytes; errors begin with `what`."""
    from PIL import Image, ImageOps  # here, so that the digits load without Pillow

    too_large = f"{what} of at most {MOST_READ:,} pixels, but {name!r} has more."
    try:
        with warnings.catch_warnings(action="ignore"), _opened(source) as opened:
            pixels = math.prod(opened.size)
            if pixels > MOST_READ:
                raise Image.DecompressionBombError
            ImageOps.exif_transpose(opened, in_place=True)
            picture, fewer = opened, math.ceil(math.sqrt(pixels / MOST_PIXELS))
            if picture.mode[0] in "IF":  # more than 8 bits a pixel, always grey
                largest = 65535 if picture.mode[0] == "I" else None
                if fewer > 1:
                    picture = picture.convert("F").reduce(fewer)
                return _from_0_to_1(picture, "it", largest)
            clear = "transparency" in picture.info or picture.mode[-1] == "A"
            colour = picture.mode not in ("1", "L", "LA")
            picture = picture.convert("RGBA" if clear else "RGB" if colour else "L")
            if fewer > 1:
                picture = picture.reduce(fewer)
            seen = _from_0_to_1(picture, "it", 255)
            seen = _on_paper(seen) if clear else seen
            return seen if colour or not clear else seen[..., 0]
    except Image.DecompressionBombError:
        raise ValueError(too_large) from None
    except Image.UnidentifiedImageError:
        raise ValueError(f"{what} such as a PNG or JPEG, but {name!r} is none.") from None
    except Exception as error:  # a damaged picture fails in many ways
        why = str(error).rstrip(".")
        raise ValueError(
            f"{what} that is whole, but {name!r} cannot be read: {why}."
        ) from error


def _opened(source):
    """A picture file, opened by Pillow, if it is in one of FORMATS."""
    from PIL import Image

    Image.init()  # an older Pillow does not know all of them
    return Image.open(source, formats=sorted(FORMATS & set(Image.OPEN)))


def _on_paper(pixels: Array) -> Array:
    """What is seen of see-through pixels on white paper, or on black if all ink is nearly white."""
    colours, ink = pixels[..., :3], pixels[..., 3:]
    seen = grey(colours)[ink[..., 0] > 0]
    paper = 0 if seen.size and seen.min() > 0.8 else 1
    return colours * ink + paper * (1 - ink)


def digit_from_picture(pixels: Array, *, all_ink: bool = False) -> Array:
    """A digit on a plain background, made into a picture as in MNIST: light ink on black.

    pixels: (h, w), (h, w, 3) or (h, w, 4), at least 8 x 8   ->   (28, 28) float32 from 0 to 1
    The numbers may go from 0 to 1, 255 or 65535; which side is the ink, the border tells. Soft
    shadows are taken off, and specks far from the digit (not with all_ink: then all of it is the
    digit, as somebody draws it). The box around the ink is scaled to 20
    pixels, keeping its proportions and softening its edges, and laid down so that the ink balances
    at the centre (LeCun et al., 1998, section III A).
    """
    from PIL import Image

    what = "digit_from_picture: pixels"
    pixels = as_array(pixels, what)
    if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] not in (1, 3, 4)):
        raise ValueError(
            f"{what} should have shape (h, w), (h, w, 3) or (h, w, 4), but have {pixels.shape}."
        )
    if min(pixels.shape[:2]) < 8:
        raise ValueError(f"{what} should be at least 8 x 8, but have shape {pixels.shape}.")
    check_bool(all_ink, "digit_from_picture: all_ink")
    ink = _ink(_from_0_to_1(pixels, what), what)

    drawn = ink > 0.2  # fainter pixels are soft edges and traces of JPEG
    if not all_ink:
        drawn &= _digit_alone(np.where(drawn, ink, 0), what)
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    box = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = (max(1, round(BOX * side / max(box.shape))) for side in box.shape)
    small = Image.fromarray(box).resize((width, height), Image.Resampling.HAMMING)
    small = np.asarray(small) / np.max(small)

    middle_row = np.average(np.arange(height), weights=small.sum(axis=1))
    middle_column = np.average(np.arange(width), weights=small.sum(axis=0))
    top = int(np.clip(round(CENTRE - middle_row), 0, SIDE - height))
    left = int(np.clip(round(CENTRE - middle_column), 0, SIDE - width))
    digit = np.zeros((SIDE, SIDE), np.float32)
    digit[top : top + height, left : left + width] = small
    return digit


def _ink(pixels: Array, what: str) -> Array:
    """How much ink each pixel carries, from 0 to 1.   pixels: (h, w) or (h, w, c)   ->   (h, w)"""
    if pixels.ndim == 3 and pixels.shape[2] == 4:
        pixels = _on_paper(pixels)
    if pixels.ndim == 3:
        pixels = grey(pixels) if pixels.shape[2] == 3 else pixels[..., 0]
    low, high = np.percentile(_border(pixels), [10, 90])
    if high - low > 0.1 * np.ptp(pixels):  # no plain background
        pixels = _evenly_lit(pixels)
    border = _border(pixels)
    paper = np.median(border)
    ink = pixels - paper
    if -ink.min() > ink.max():
        ink = -ink
    if ink.max() < 0.02:
        raise ValueError(f"{what} should show a digit, but all of them have the same grey.")
    # the unevenness of the paper: 7.4 times the median deviation is 5 times the standard one
    uneven = min(7.4 * np.median(np.abs(border - paper)), ink.max() / 2)
    ink = np.maximum(ink - uneven, 0)
    return ink / ink.max()


def _border(pixels: Array) -> Array:
    return np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])


def _evenly_lit(pixels: Array) -> Array:
    """Dark ink on white, from a picture with soft shadows.   (h, w)   ->   (h, w)

    The paper is what is left of the picture, made small, when everything thinner than a quarter of
    it is painted over with what is around it. Light falls on ink and paper alike: so divide by it.
    """
    from PIL import Image

    height, width = pixels.shape
    shrink = 128 / max(height, width)
    size = max(1, round(width * shrink)), max(1, round(height * shrink))
    small = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BOX))
    small = small[None, :, :, None]
    around = dict(k=31, stride=1, pad="same")
    mean, _ = ops.avg_pool2d(small, **around, count_include_pad=False)
    if ((small - mean) ** 3).sum() > 0:  # strokes differ most from what is around: they are light
        pixels, small = 1 - pixels, 1 - small
    grown, _ = ops.max_pool2d(small, **around)
    paper = -ops.max_pool2d(-grown, **around)[0][0, :, :, 0]
    paper = Image.fromarray(paper).resize((width, height), Image.Resampling.BILINEAR)
    return np.minimum(pixels / np.maximum(np.asarray(paper), 1e-3), 1)


def _digit_alone(ink: Array, what: str) -> Array:
    """Where the digit's ink is, without specks; a ValueError if there is more than one digit.

    A piece far from the largest and much smaller is none of its strokes, nor is one that comes in
    from the edge of the picture. (Of 20,000 digits of MNIST, 528 of them in several pieces, 1 is
    taken for two.)
    """
    cell = -(-max(ink.shape) // CELLS)
    cells = _in_cells(ink, cell)
    pieces = _pieces(cells > 0)
    amounts = [cells[piece].sum() for piece in pieces]
    first = np.array([[axis.min() for axis in piece] for piece in pieces])
    last = np.array([[axis.max() + 1 for axis in piece] for piece in pieces])
    at_edge = (first == 0).any(axis=1) | (last == cells.shape).any(axis=1)

    inside = [i for i, n in enumerate(amounts) if not at_edge[i] and n > 0.02 * max(amounts)]
    main = max(inside or range(len(pieces)), key=amounts.__getitem__)
    size = last[main] - first[main]
    for i, piece in enumerate(pieces):
        apart = np.maximum(first[i] - last[main], first[main] - last[i]).clip(0)
        gap, share = apart.max() / size.max(), amounts[i] / amounts[main]
        from_outside = gap > 0.1 and at_edge[i] and not at_edge[main]
        if share < 0.2 * min(gap, 1) or from_outside:
            cells[piece] = 0
            continue
        heights = sorted([last[i][0] - first[i][0], size[0]])
        beside = apart[1] > 0 and heights[0] > 0.6 * heights[1]
        if share > 0.2 and (beside or gap > 0.5):
            raise ValueError(
                f"{what} should show one digit, but show several things apart from each other; "
                "cut out the digit that you mean."
            )
    kept = (cells > 0).repeat(cell, axis=0).repeat(cell, axis=1)
    return kept[: ink.shape[0], : ink.shape[1]]


def _in_cells(ink: Array, cell: int) -> Array:
    """The sum of each square of cell by cell pixels; the last ones are cut off by the border."""
    for axis in (0, 1):
        ink = np.add.reduceat(ink, range(0, ink.shape[axis], cell), axis=axis)
    return ink


def _pieces(inked: Array) -> list[tuple[Array, Array]]:
    """The rows and columns of the cells of each piece; those that meet at a corner are one."""
    left, found = set(zip(*map(np.ndarray.tolist, np.nonzero(inked)))), []
    while left:
        reached = [left.pop()]
        for row, column in reached:  # the loop goes on with what it adds
            near = {(row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)} & left
            left -= near
            reached += near
        found.append(tuple(np.array(reached).T))
    return found


def _from_0_to_1(pixels, what: str, largest: int | None = None) -> Array:
    """Numbers from 0 to `largest` (or 1, 255, 65535, as they need) as float32 from 0 to 1."""
    pixels = as_array(pixels, what).astype(np.float32)
    low, high = pixels.min(), pixels.max()  # both are NaN where one number is
    if not (low >= 0 and high <= 65535):
        raise ValueError(
            f"{what} should hold numbers from 0 to 1, 255 or 65535, but go from {low} to {high}."
        )
    if largest is None:
        largest = 1 if high <= 1 else 255 if high <= 255 else 65535
    return pixels / np.float32(largest)
