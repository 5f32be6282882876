"""Name the axes of an array once: get their sizes, or a sentence that says what to mend."""

import itertools
import math
import numbers

import numpy as np

from .workspace import lend

Array = np.ndarray
USUAL = {np.dtype(kind) for kind in ("float32", "float64", "int32", "int64")}
MOST_VALUES = 10**10  # of one array: 40 GB in float32
MOST_WHOLE = 2**62  # so that NumPy can count in 64 bits with it
MOST_PAD = 1_000  # pixels; images with many more would not fit into a computer


def sizes(x: Array, axes: str, what: str, **expected: int) -> tuple[int, ...]:
    """The sizes of `x`, one for each name in `axes`; a ValueError where `x` does not fit.

    >>> sizes(np.zeros((8, 28, 28, 1)), "n h w c", "x", c=1)
    (8, 28, 28, 1)
    """
    check_array(x, what)
    names = axes.split()
    fits = x.ndim == len(names)
    if fits and expected:
        fits = all(expected.get(name, size) == size for name, size in zip(names, x.shape))
    if not fits:
        wanted = ", ".join(f"{a}={expected[a]}" if a in expected else a for a in names)
        comma = "," if len(names) == 1 else ""
        raise ValueError(f"{what} should have shape ({wanted}{comma}), but has shape {x.shape}.")
    return x.shape


def as_array(values, what: str) -> Array:
    """The values as an array of numbers; a ValueError where none can be made of them.

    Lists and tables are taken as well, where an operation is for people and not for training.
    """
    try:
        array = np.asarray(values)
    except Exception:  # rows of different lengths, or an object of somebody's own
        array = np.array(None)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{what} should hold real numbers, but its dtype is {array.dtype}.")
    if array.size > MOST_VALUES:
        raise ValueError(
            f"{what} should hold at most {MOST_VALUES:,} values, but its shape is {array.shape}."
        )
    return array


def check_shape(shape, what: str, axes: int | None = None) -> tuple[int, ...]:
    """`shape` as a tuple of whole numbers; a ValueError unless an array could have it."""
    if not isinstance(shape, tuple) or axes not in (None, len(shape)):
        came = shown(shape) if isinstance(shape, tuple) else f"a {type(shape).__name__}"
        raise ValueError(f"{what} should be a tuple such as (28, 28, 1), but is {came}.")
    shape = tuple(check_int(size, f"{what}'s sizes", 1) for size in shape)
    if math.prod(shape) > MOST_VALUES:
        raise ValueError(
            f"{what} should be one of at most {MOST_VALUES:,} values, but is {shown(shape)}."
        )
    return shape


def check_array(x: Array, what: str) -> None:
    """A ValueError unless `x` holds floats or signed integers, wide enough for sums."""
    if not isinstance(x, np.ndarray):
        raise ValueError(
            f"{what} should be a NumPy array, but its type is {type(x).__name__}; "
            "make one with np.array(...)."
        )
    if type(x) not in (np.ndarray, np.memmap):  # a mask would be lost, and a matrix multiplies
        raise ValueError(
            f"{what} should be a plain NumPy array, but its type is {type(x).__name__}; "
            "make one with np.array(x)."
        )
    if x.dtype.kind not in "fi" or x.dtype.itemsize < 4:
        raise ValueError(
            f"{what} should hold floats (or signed integers) of 32 or 64 bits, but its dtype is "
            f"{x.dtype}; convert it first, say with x.astype(np.float32)."
        )
    if x.size == 0:
        raise ValueError(f"{what} should hold at least one value, but is empty: shape {x.shape}.")
    if x.size > MOST_VALUES:
        raise ValueError(
            f"{what} should hold at most {MOST_VALUES:,} values, but its shape is {x.shape}."
        )


def check_same_shape(dy: Array, shape: tuple[int, ...], what: str) -> Array:
    """`dy`, if it has this shape, that of the output; a ValueError otherwise."""
    if type(dy) is not np.ndarray or dy.dtype not in USUAL:
        check_array(dy, what)
    if dy.shape != shape:
        raise ValueError(
            f"{what} should have the shape of the output, {shape}, but has shape {dy.shape}."
        )
    return dy


def check_labels(labels: Array, n: int, f: int | None, what: str) -> None:
    """A ValueError unless `labels` are n whole numbers from 0 to f - 1 (None: of any size)."""
    if not isinstance(labels, np.ndarray) or labels.dtype.kind not in "iu":
        is_array = isinstance(labels, np.ndarray)
        kind = f"dtype is {labels.dtype}" if is_array else f"type is {type(labels).__name__}"
        raise ValueError(
            f"{what} should be a NumPy array of whole numbers, but its {kind}; "
            "convert it with np.array(labels, np.int64)."
        )
    if labels.shape != (n,):
        raise ValueError(f"{what} should have shape (n={n},), but has shape {labels.shape}.")
    if f is not None and (labels.min() < 0 or labels.max() >= f):
        raise ValueError(
            f"{what} should lie between 0 and {f - 1}, one less than the {f} scores of an image, "
            f"but run from {labels.min()} to {labels.max()}."
        )


def check_number(value: float, what: str) -> None:
    """A ValueError unless `value` is one real number."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
        raise ValueError(f"{what} should be a number, but is {shown(value)}.")


def check_finite(value: float, what: str) -> None:
    """A ValueError unless `value` is one real number, neither infinite nor NaN."""
    check_number(value, what)
    if not -math.inf < value < math.inf:
        raise ValueError(f"{what} should be finite, but is {value}.")


def check_bool(value: bool, what: str) -> None:
    """A ValueError unless `value` is True or False."""
    if not isinstance(value, (bool, np.bool_)):
        raise ValueError(f"{what} should be True or False, but is {shown(value)}.")


def check_text(value: str, what: str) -> None:
    """A ValueError unless `value` is a text."""
    if not isinstance(value, str):
        raise ValueError(f"{what} should be a text, in quotes, but is {shown(value)}.")


def check_fraction(value: float, what: str) -> None:
    """A ValueError unless 0 <= value < 1."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real) or not 0 <= value < 1:
        raise ValueError(f"{what} should be at least 0 and less than 1, but is {shown(value)}.")


def check_int(value, what: str, least: int | None = None) -> int:
    """`value` as an int, of at least `least` if given; a ValueError otherwise."""
    is_whole = type(value) is int or (
        isinstance(value, numbers.Integral) and not isinstance(value, (bool, np.bool_))
    )
    if is_whole and (least is None or value >= least):
        if abs(value) < MOST_WHOLE:
            return int(value)
        raise ValueError(f"{what} should lie below 2**62, but is {shown(value)}.")
    bound = "" if least is None else f" of at least {least}"
    raise ValueError(f"{what} should be a whole number{bound}, but is {shown(value)}.")


def pair(value, what: str, least: int = 1) -> tuple[int, int]:
    """An int, or a (rows, columns) pair of ints, as a pair; each at least `least`."""
    if not isinstance(value, (tuple, list)):
        value = check_int(value, what, least)
        return value, value
    if len(value) != 2:
        raise ValueError(
            f"{what} should be a whole number or a (rows, columns) pair, but is {shown(value)}."
        )
    return check_int(value[0], what, least), check_int(value[1], what, least)


def borders(pad, k: tuple[int, int], what: str) -> tuple[int, int, int, int]:
    """The pixels that `pad` adds at the (top, bottom, left, right) of an image; "valid" adds none.

    `k` is the reach of the kernel in (rows, columns). "same" adds k - 1 in all, so that with
    stride 1 the output is as large as the input, and with stride s it has ceil(size / s) rows; an
    odd pixel goes to the bottom and the right, as in PyTorch.
    """
    if isinstance(pad, str):
        if pad not in ("same", "valid"):
            raise ValueError(
                f'{what} should be a number, a pair, "same" or "valid", but is {shown(pad)}.'
            )
        rows, columns = (k[0] - 1, k[1] - 1) if pad == "same" else (0, 0)
        edges = rows // 2, rows - rows // 2, columns // 2, columns - columns // 2
    else:
        rows, columns = pair(pad, what, least=0)
        edges = rows, rows, columns, columns
    if max(edges) > MOST_PAD:
        raise ValueError(
            f"{what} should add at most {MOST_PAD:,} pixels to a side, but adds {max(edges):,}."
        )
    return edges


def out_size(size: int, k: int, stride: int, what: str) -> int:
    """In how many places a window of `k` fits along an axis of `size` (padding included)."""
    if k > size:
        raise ValueError(
            f"{what} should fit into the padded image, but it is {k} pixels long and the image "
            f"{size}; take a smaller window, a larger image, or more padding."
        )
    return (size - k) // stride + 1


def pad_image(x: Array, edges, value) -> Array:
    """`x` (n, h, w, c) with borders of `value`: edges = (top, bottom, left, right).

    Without any edge this is `x` itself, not a copy.
    """
    top, bottom, left, right = edges
    if not any(edges):
        return x
    n, height, width, c = x.shape
    padded = lend((n, top + height + bottom, left + width + right, c), x.dtype)
    padded[:, :top] = padded[:, top + height :] = value
    padded[:, :, :left] = padded[:, :, left + width :] = value
    padded[:, top : top + height, left : left + width] = x
    return padded


def check_rng(rng, what: str) -> None:
    """A ValueError unless `rng` is a NumPy random generator."""
    if not isinstance(rng, np.random.Generator):
        raise ValueError(
            f"{what} should be a random generator, but is {shown(rng)}; "
            "make one with np.random.default_rng(0), where 0 is the seed."
        )


def listed(values, what: str, most: int = 100_000) -> list:
    """The values as a list; a ValueError where they are none, or more than `most`."""
    try:
        found = list(itertools.islice(values, most + 1))
    except Exception:  # an object may do anything when it is asked for its values
        found = None
    if found is None or isinstance(values, (str, bytes, dict)):
        raise ValueError(f"{what} should be a list, but is {shown(values)}.")
    if len(found) > most:
        raise ValueError(f"{what} should be at most {most:,}, but are more.")
    return found


def shown(value) -> str:
    """`value` as it is written in code, on one line, without its middle where it is long."""
    try:
        written = " ".join(repr(value).split())
    except Exception:  # of somebody's own making
        written = f"a {type(value).__name__}"
    most = 160 if isinstance(value, str) else 80  # the paths of files are long
    return written if len(written) <= most else f"{written[: most - 30]} ... {written[-25:]}"
