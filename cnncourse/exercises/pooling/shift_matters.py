"""Exercise shift_matters: a row that max pooling sees differently after a shift."""

import numpy as np

from ... import ops
from ..core import Mistake, ValueExercise
from ..words import describe, numbers


def shift_matters():
    return [0, 1, 0, 0]


def row_of(answer):
    return numbers(answer).ravel().astype(float)


def pooled(row):
    """The largest of each pair."""
    return ops.max_pool2d(row[None, None, :, None], (1, 2))[0].ravel()


def shifted(row):
    """One pixel to the right; a zero comes in."""
    return np.concatenate([[0.0], row[:-1]])


def four_numbers(answer) -> str:
    array = numbers(answer)
    if array is None or array.dtype.kind == "b" or array.shape != (4,):
        return f"It should be four numbers, such as [0, 0, 0, 0], but is {describe(answer)}."
    return "" if np.isfinite(array).all() else "One of the numbers is infinite or nan."


def nothing_falls_off(answer) -> str:
    last = row_of(answer)[-1]
    return "" if last == 0 else f"The last number, {last:g}, would fall off: it should be 0."


def changes(answer) -> str:
    row = row_of(answer)
    before, after = pooled(row), pooled(shifted(row))
    if not np.array_equal(before, after):
        return ""
    return (
        f"Before the shift, the pairs give {[f'{v:g}' for v in before]}; after it, the same."
    ).replace("'", "")


EXERCISE = ValueExercise(
    name="shift_matters",
    asks="should be a row of four numbers, the last one 0, so that max pooling over pairs gives "
    "something else once the row has moved one pixel to the right.",
    solution=shift_matters,
    requirements={
        "four numbers": four_numbers,
        "nothing falls off": nothing_falls_off,
        "the pooled row changes": changes,
    },
    mistakes=[
        Mistake(
            "falls off",
            "what stands at the end leaves the row when it moves, so of course something changes.",
            lambda a: not four_numbers(a) and row_of(a)[-1] != 0,
            example=[0, 0, 0, 1],
        ),
        Mistake(
            "moves inside its pair",
            "the number is the first of its pair. One step on, it is the second of the same "
            "pair, and the largest of the pair stays.",
            lambda a: (
                not four_numbers(a)
                and bool(changes(a))
                and row_of(a)[:3:2].any()
                and not row_of(a)[1]
            ),
            example=[1, 0, 0, 0],
        ),
        Mistake(
            "all alike",
            "there is nothing in this row that could move.",
            lambda a: not four_numbers(a) and np.ptp(row_of(a)) == 0,
            example=[0, 0, 0, 0],
        ),
        Mistake(
            "hidden by a larger neighbour",
            "another number of the pair is at least as large, before and after.",
            lambda a: not four_numbers(a) and bool(changes(a)) and np.count_nonzero(row_of(a)) > 1,
            example=[5, 5, 5, 0],
        ),
    ],
    hints=(
        "The pairs are numbers 0 and 1, and numbers 2 and 3. From where does one step lead into "
        "the other pair?",
        "A single bright pixel is enough; the others are 0.",
        "From position 0 a step leads to position 1: the same pair. From position 1 it leads to "
        "position 2.",
    ),
)
