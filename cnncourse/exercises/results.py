"""What came back, held against what should have: the same numbers, or how they differ."""

import numpy as np

from .running import Result, message
from .words import close, describe, number, numbers, small, wanted


def arrays(returned, count: int) -> tuple:
    """What was returned as a tuple of arrays; None for what is not numbers."""
    several = count > 1 and isinstance(returned, (tuple, list)) and len(returned) == count
    return tuple(numbers(piece) for piece in (returned if several else [returned]))


def alike(one: Result, other: Result, count: int) -> bool:
    """Whether two calls stopped with the same error, or returned the same numbers."""
    if one.error is not None or other.error is not None:
        return (
            one.error is not None
            and other.error is not None
            and message(one.error) == message(other.error)
        )
    ours, theirs = arrays(one.returned, count), arrays(other.returned, count)
    return len(ours) == len(theirs) and all(
        a is not None and b is not None and close(a, b) for a, b in zip(ours, theirs)
    )


def difference(piece, right: np.ndarray) -> str:
    """A sentence that says how one returned thing differs from the right one; '' if it does not."""
    array = numbers(piece)
    if array is None or array.dtype.kind == "b" or array.shape != right.shape:
        return f"It should return {wanted(right)}, but returned {describe(piece)}."
    if bad := int((~np.isfinite(array)).sum()):
        return f"{_share(bad, array.size, 'is', 'are')} infinite or not a number (nan)."
    wrong = [place for place in np.ndindex(right.shape) if not close(array[place], right[place])]
    if not wrong:
        is_list = isinstance(piece, (list, tuple))
        told = "The numbers are right, but in a list: np.array(...) makes an array of it."
        return told if is_list else ""
    share = _share(len(wrong), right.size, "differs", "differ")
    if small(right):
        return f"{share}:"
    at, yours, asked = list(wrong[0]), number(array[wrong[0]]), number(right[wrong[0]])
    return f"{share}, the first at {at}: {yours} instead of {asked}."


def _share(count: int, size: int, one: str, several: str) -> str:
    if size == 1:
        return f"The number {one}"
    return f"{count} of {size} numbers {one if count == 1 else several}"


def cut_off(yours: tuple, right: tuple, way) -> bool:
    """Whether these are whole numbers, the right ones cut in this way, as by np.trunc."""
    return len(yours) == len(right) and all(
        a is not None
        and a.dtype.kind != "b"
        and np.array_equal(a, np.rint(a))
        and close(a, way(b.astype(float)))
        for a, b in zip(yours, right)
    )
