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
        return f"{bad} of {array.size} numbers are infinite or not a number (nan)."
    wrong = [place for place in np.ndindex(right.shape) if not close(array[place], right[place])]
    if wrong and small(right):
        count = f"{len(wrong)} of {right.size} numbers differ:"
        return count if right.ndim else "The number differs:"
    if wrong:
        place = wrong[0]
        at = f"the first at {list(place)}: {number(array[place])} instead of {number(right[place])}"
        return f"{len(wrong)} of {right.size} numbers differ, {at}."
    if isinstance(piece, (list, tuple)):
        return "The numbers are right, but in a list: np.array(...) makes an array of it."
    return ""
