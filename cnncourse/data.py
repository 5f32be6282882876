"""Pictures to learn from: the handwritten digits, four photographs, and pictures of your own.

Where each file comes from, and under which licence, stands in data/README.md.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from .shapes import Array, sizes

MEND = 'run "git checkout -- data" in the folder of the course, or install the course again.'
LUMA = 0.299, 0.587, 0.114  # how bright red, green and blue look: ITU-R BT.601 (1982)
SIDE, BOX, CENTRE = 28, 20, 14  # MNIST: side of a picture, of the box around the ink, its middle

PHOTOGRAPHS = {
    "astronaut": "Eileen Collins, astronaut, in colour, by NASA; in the public domain.",
    "camera": "A man behind a camera, in grey, by Lav Varshney; CC0 (free for any use).",
    "chelsea": "Chelsea the cat, in colour, by Stefan van der Walt; CC0 (free for any use).",
    "coffee": "A cup of coffee, in colour, by Rachel Michetti; CC0 (free for any use).",
}


class Dataset(NamedTuple):
    """Images and their labels, to learn from (train) and to be judged by (test).

    x_train, x_test: (n, h, w, c) float32 from 0 to 1      y_train, y_test: (n,) int64
    """

    x_train: Array
    y_train: Array
    x_test: Array
    y_test: Array


def folder() -> Path:
    """The folder of the data files: beside the package in a checkout, inside it once installed."""
    package = Path(__file__).resolve().parent
    installed = package / "_data"
    return installed if installed.is_dir() else package.parent / "data"


def bundled(name: str) -> Path:
    """The path of a file that comes with the course; a FileNotFoundError where it is missing."""
    path = folder() / name
    if not path.is_file():
        raise FileNotFoundError(f"{name} should be in {path.parent}, but is not there: {MEND}")
    return path


def load(name: str) -> Dataset:
    """All images and labels of a dataset: load("mnist") gives 70,000 handwritten digits.

    x: (60000 and 10000, 28, 28, 1) from 0 (paper) to 1 (ink)   y: (60000 and 10000,) from 0 to 9
    Source: LeCun, Bottou, Bengio and Haffner (1998), "Gradient-based learning applied to document
    recognition".
    """
    _known(name, ["mnist"], "load: name")
    path = bundled("mnist.npz")
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return Dataset(
                x_train=_digits(arrays["x_train"]),
                y_train=arrays["y_train"].astype(np.int64),
                x_test=_digits(arrays["x_test"]),
                y_test=arrays["y_test"].astype(np.int64),
            )
    except Exception as error:  # a damaged archive fails in many ways
        raise ValueError(f"{path} should hold MNIST, but is damaged: {MEND}") from error


def _digits(pixels: Array) -> Array:
    """Whole numbers to 255 as floats to 1, with an axis for the one channel."""
    return pixels[..., None] / np.float32(255)


def photograph(name: str) -> Array:
    """One of the PHOTOGRAPHS, from 0 to 1.   name   ->   (h, w, 3), the grey camera: (h, w)"""
    _known(name, PHOTOGRAPHS, "photograph: name")
    return read_picture(bundled(f"{name}.png"))


def grey(image: Array) -> Array:
    """How bright each pixel of an image looks.   image: (h, w, 3) or (h, w)   ->   (h, w)

    The weights, 0.299 red + 0.587 green + 0.114 blue, are those of ITU-R BT.601 (1982); an image
    that is grey already is returned as it is.
    """
    if np.ndim(image) == 2:
        sizes(image, "h w", "grey: image")
        return image
    sizes(image, "h w c", "grey: image", c=3)
    return sum(weight * image[..., c] for c, weight in enumerate(LUMA))


def read_picture(path: str | Path) -> Array:
    """The pixels of a picture file, float32 from 0 to 1.   path   ->   (h, w, 3), grey: (h, w)

    Upright as the camera says, the first one if it moves, and white where it is see-through.
    """
    from PIL import Image, ImageOps  # here, so that the digits load without Pillow

    path, what = Path(path).expanduser(), "read_picture: path should name a picture file"
    if path.is_dir():
        raise ValueError(f"{what}, but {str(path)!r} is a folder.")
    if not path.exists():
        raise ValueError(f"{what}, but {str(path)!r} does not exist; we are in {Path.cwd()}.")
    try:
        with Image.open(path) as opened:
            picture = ImageOps.exif_transpose(opened)
            if picture.mode[0] in "IF":  # more than 8 bits a pixel, always grey
                return _from_0_to_1(picture, "it", 65535 if picture.mode[0] == "I" else None)
            if "transparency" in picture.info or picture.mode[-1] == "A":
                white = Image.new("RGBA", picture.size, "white")
                clear = Image.alpha_composite(white, picture.convert("RGBA"))
            else:
                clear = picture
            clear = clear.convert("L" if picture.mode in ("1", "L", "LA") else "RGB")
            return _from_0_to_1(clear, "it", 255)
    except Image.UnidentifiedImageError:
        raise ValueError(f"{what} such as a PNG or JPEG, but {str(path)!r} is none.") from None
    except Exception as error:  # a damaged picture fails in many ways
        raise ValueError(
            f"{what} that is whole, but {str(path)!r} cannot be read: {error}"
        ) from error


def digit_from_picture(pixels: Array) -> Array:
    """A digit on a plain background, made into a picture as in MNIST: light ink on black.

    pixels: (h, w), (h, w, 3) or (h, w, 4), at least 8 x 8   ->   (28, 28) float32 from 0 to 1
    The numbers may go from 0 to 1, 255 or 65535; which side is the ink, the border tells. The box
    around the ink is scaled to 20 pixels, keeping its proportions and softening its edges, and laid
    down so that the ink balances at the centre (LeCun et al., 1998, section III A).
    """
    from PIL import Image

    what = "digit_from_picture: pixels"
    pixels = np.asarray(pixels)
    if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] not in (1, 3, 4)):
        raise ValueError(
            f"{what} should have shape (h, w), (h, w, 3) or (h, w, 4), but have {pixels.shape}."
        )
    if min(pixels.shape[:2]) < 8:
        raise ValueError(f"{what} should be at least 8 x 8, but have shape {pixels.shape}.")
    ink = _ink(_from_0_to_1(pixels, what), what)

    drawn = ink > 0.2  # fainter pixels are soft edges and traces of JPEG
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
    if pixels.ndim == 3 and pixels.shape[2] == 4:  # see-through counts as white paper
        pixels = pixels[..., :3] * pixels[..., 3:] + (1 - pixels[..., 3:])
    if pixels.ndim == 3:
        pixels = grey(pixels) if pixels.shape[2] == 3 else pixels[..., 0]
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
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


def _from_0_to_1(pixels, what: str, largest: int | None = None) -> Array:
    """Numbers from 0 to `largest` (or 1, 255, 65535, as they need) as float32 from 0 to 1."""
    pixels = np.asarray(pixels)
    if pixels.dtype.kind not in "buif":
        raise ValueError(f"{what} should hold numbers, but the dtype is {pixels.dtype}.")
    pixels = pixels.astype(np.float32)
    low, high = pixels.min(), pixels.max()  # both are NaN where one number is
    if not (low >= 0 and high <= 65535):
        raise ValueError(
            f"{what} should hold numbers from 0 to 1, 255 or 65535, but go from {low} to {high}."
        )
    if largest is None:
        largest = 1 if high <= 1 else 255 if high <= 255 else 65535
    return pixels / np.float32(largest)


def _known(name: str, names, what: str) -> None:
    if name not in list(names):
        raise ValueError(f"{what} should be {' or '.join(map(repr, names))}, but is {name!r}.")
