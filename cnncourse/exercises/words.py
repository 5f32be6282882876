"""Arrays in small numbers and returned things in words, as `check` prints them."""

import inspect
import textwrap

import numpy as np

from ..layers import Sequential

LARGEST = 6  # rows and columns of an array that is shown
COLUMNS = 88


def page(text: str) -> str:
    """Paragraphs broken into lines; lines that are indented, such as those of an array, stay.

    What cannot be printed is left out, such as what would change a terminal's colours.
    """
    lines = []
    text = "".join(each for each in text if each.isprintable() or each == "\n")
    for line in text.split("\n"):
        broken = textwrap.wrap(line, COLUMNS, break_long_words=False, break_on_hyphens=False)
        lines += [line] if line.startswith("    ") or not broken else broken
    return "\n".join(lines)


def number(value) -> str:
    """Four digits at most, whole numbers without a point, never minus zero."""
    if isinstance(value, (bool, np.bool_)):
        return str(value)
    if float(value).is_integer() and abs(value) < 1e7:
        return str(int(value))
    return f"{float(value):.4g}"


def small(array: np.ndarray | None) -> bool:
    """Whether an array can be shown: one number, a row or a grid, maybe with axes of size 1."""
    return (
        array is not None
        and array.dtype.kind in "biuf"
        and (array.ndim <= 2 or array.squeeze().ndim <= 2)
        and array.size > 0
        and max(array.shape, default=1) <= LARGEST
    )


def all_of(count: int, noun: str) -> str:
    """'the one case', 'both cases', 'all 7 cases'."""
    return {1: f"the one {noun}", 2: f"both {noun}s"}.get(count, f"all {count} {noun}s")


def beside(arrays: dict[str, np.ndarray]) -> str:
    """Arrays side by side, each below its name; what is too large is told by its shape."""
    rows: list[list[list[str]]] = [[]]
    for name, array in arrays.items():
        block = _block(name, array)
        if rows[-1] and 4 + sum(len(b[0]) + 4 for b in [*rows[-1], block]) > COLUMNS:
            rows.append([])
        rows[-1].append(block)
    return "\n\n".join(_join(row) for row in rows)


def _block(name: str, array: np.ndarray) -> list[str]:
    if array.ndim > 2 and small(array.squeeze()):  # axes of size 1 would hide small numbers
        name, array = f"{name} {array.shape}", array.squeeze()
    if small(array):
        cells = [[number(value) for value in row] for row in np.atleast_2d(array)]
        widths = [max(map(len, column)) for column in zip(*cells)]
        lines = ["  ".join(c.rjust(w) for c, w in zip(row, widths)) for row in cells]
    else:
        lines = [f"shape {array.shape}"]
    lines = [name, *lines]
    return [line.ljust(max(map(len, lines))) for line in lines]


def _join(blocks: list[list[str]]) -> str:
    height = max(map(len, blocks))
    padded = [block + [" " * len(block[0])] * (height - len(block)) for block in blocks]
    return "\n".join(("    " + "    ".join(line)).rstrip() for line in zip(*padded))


def numbers(thing) -> np.ndarray | None:
    """A returned thing as an array of numbers, or of True and False; None if it is neither.

    Only what is known to become one without running code of its own is asked to: another object's
    __array__ might never end, a masked array would lose its mask and a matrix its brackets.
    """
    try:
        array = np.asarray(thing) if _plain(thing) else None
    except Exception:  # rows of different lengths
        return None
    return array if array is not None and array.dtype.kind in "biuf" else None


def _plain(thing) -> bool:
    if type(thing) in (list, tuple):
        return all(map(_plain, thing))
    return type(thing) in (np.ndarray, int, float, bool, range) or isinstance(thing, np.generic)


def close(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two arrays have one shape and the same numbers: up to rounding in float32, or to the
    last digit where `b` holds whole numbers."""
    if a.shape != b.shape:
        return False
    if b.dtype.kind in "iu":
        return bool(np.array_equal(a, b))
    return bool(np.allclose(a.astype(float), b.astype(float), rtol=1e-4, atol=1e-6, equal_nan=True))


def wanted(array: np.ndarray) -> str:
    """What an array is, before its numbers: 'one number' or 'an array of shape (2, 3)'."""
    return "one number" if array.ndim == 0 else f"an array of shape {array.shape}"


def describe(thing) -> str:
    """Any returned thing in a few words, with what to do about it where that is plain."""
    if thing is None:
        return "nothing (None), as a function does that ends without a return"
    if thing is ...:
        return "three dots"
    if isinstance(thing, str):
        return "a text"
    if inspect.isgenerator(thing):
        return "a generator: that is what yield makes; use return"
    if inspect.iscoroutine(thing):
        return "a coroutine: that is what async makes; leave it out"
    if inspect.isroutine(thing):
        return "a function: brackets after its name would call it"
    if isinstance(thing, np.ndarray) and type(thing) is not np.ndarray:
        return f"a {type(thing).__name__}: np.array(...) makes an ordinary array of it"
    array = numbers(thing)
    if array is None and isinstance(thing, (list, tuple)):
        kind = type(thing).__name__
        return f"a {kind} of {len(thing)} things that do not make an array of numbers"
    if array is None and isinstance(thing, np.ndarray):
        return f"an array that does not hold numbers: its dtype is {thing.dtype}"
    if array is None:
        return f"a thing of type {type(thing).__name__}"
    if array.dtype.kind == "b":
        return "True or False" if array.ndim == 0 else "True and False instead of numbers"
    return wanted(array)


def is_a_network(net) -> str:
    """A requirement that several exercises begin with: a sentence, or '' where it is one."""
    if isinstance(net, Sequential):
        return ""
    if isinstance(net, (list, tuple)):
        return "It should be a network, but is a list: layers.Sequential( and ) around the layers."
    return f"It should be a Sequential(...) with the layers in it, but is {describe(net)}."
