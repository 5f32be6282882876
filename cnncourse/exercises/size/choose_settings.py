"""Exercise choose_settings: a kernel, a stride and a padding for a wanted size."""

import numpy as np

from ..core import Mistake, ValueExercise
from ..words import describe, numbers

SIZE, WANTED = 31, 10


def choose_settings():
    return 4, 3, 0


def settings(answer) -> tuple[int, int, int]:
    k, stride, pad = (int(value) for value in numbers(answer))
    return k, stride, pad


def size_of(answer) -> int:
    k, stride, pad = settings(answer)
    return (SIZE + 2 * pad - k) // stride + 1


def unseen(answer) -> list[int]:
    """The rows of the image that lie in no window."""
    k, stride, pad = settings(answer)
    starts = range(-pad, SIZE + pad - k + 1, stride)
    seen = {row for start in starts for row in range(start, start + k)}
    return [row for row in range(SIZE) if row not in seen]


def three_whole_numbers(answer) -> str:
    array = numbers(answer)
    if array is None or array.dtype.kind == "b" or array.shape != (3,):
        return (
            "It should be three numbers, (kernel, stride, padding), such as (5, 1, 0), but is "
            f"{describe(answer)}."
        )
    if not np.isfinite(array).all() or (array != np.round(array)).any():
        return "Kernel, stride and padding are counted in whole pixels."
    _, stride, pad = settings(answer)
    if stride < 1 or pad < 0:
        return f"A stride is at least 1 and a padding at least 0, but yours are {stride} and {pad}."
    return ""


def kernel_of_three_to_seven(answer) -> str:
    k = settings(answer)[0]
    return "" if 3 <= k <= 7 else f"The kernel should have 3 to 7 rows, but yours has {k}."


def padding_below_kernel(answer) -> str:
    k, _, pad = settings(answer)
    if pad < k:
        return ""
    return (
        f"The padding should be smaller than the kernel, but is {pad} and the kernel {k}: the "
        "first window would hold nothing but zeros."
    )


def has_the_wanted_size(answer) -> str:
    k, stride, pad = settings(answer)
    if size_of(answer) == WANTED:
        return ""
    return (
        f"({SIZE} + 2 × {pad} − {k}) // {stride} + 1 = {size_of(answer)} rows, but {WANTED} are "
        "wanted."
    )


def sees_each_row(answer) -> str:
    rows = unseen(answer)
    if not rows:
        return ""
    which = f"row {rows[0]} is" if len(rows) == 1 else f"{len(rows)} rows, from {rows[0]} on, are"
    return f"The output has {WANTED} rows, but of the image's rows 0 to {SIZE - 1}, {which} unseen."


def division(answer, sides=2, places=1) -> float:
    """The formula without its rounding."""
    k, stride, pad = settings(answer)
    return (SIZE + sides * pad - k) / stride + places


def of_another_size(shows):
    """A mistake in the size, named only where the size is the first thing that is wrong."""
    return lambda answer: first_fault(answer) is has_the_wanted_size and shows(answer)


EXERCISE = ValueExercise(
    name="choose_settings",
    asks=f"should be three whole numbers, (kernel, stride, padding), that make {WANTED} rows of "
    f"{SIZE}. The kernel has 3 to 7 rows, the padding is smaller than the kernel, and each row of "
    "the image lies in at least one window.",
    solution=choose_settings,
    requirements={
        "three whole numbers": three_whole_numbers,
        "a kernel of 3 to 7": kernel_of_three_to_seven,
        "a padding smaller than the kernel": padding_below_kernel,
        f"{WANTED} rows": has_the_wanted_size,
        "each row in a window": sees_each_row,
    },
    mistakes=[
        Mistake(
            "rows drop off",
            "the rounding hides it. At the end more rows are left over than there are rings of "
            "zeros, so rows of the image are among them. Change the padding or the kernel.",
            lambda answer: first_fault(answer) is sees_each_row,
            example=(3, 3, 0),
        ),
        Mistake(
            "padding counted once",
            "with the padding on one side only it would fit; it stands on both sides.",
            of_another_size(
                lambda answer: settings(answer)[2] > 0 and division(answer, sides=1) == WANTED
            ),
            example=(7, 3, 3),
        ),
        Mistake(
            "one too many",
            "you counted the steps. The first place needs no step, so there is one place more.",
            of_another_size(lambda answer: int(division(answer, places=0)) == WANTED),
            example=(3, 3, 1),
        ),
        Mistake(
            "the kernel needs no room",
            "31 divided by the stride is about right, but the last window has to fit as a whole: "
            "take the kernel off before you divide.",
            of_another_size(lambda answer: SIZE // settings(answer)[1] == WANTED),
            example=(7, 3, 0),
        ),
        Mistake(
            "stride of 1",
            "with a stride of 1 the picture shrinks by a few rows only. For about a third of the "
            "rows, the window has to take longer steps.",
            of_another_size(lambda answer: settings(answer)[1] == 1),
            example=(7, 1, 0),
        ),
        Mistake(
            "another order",
            "the same three numbers in another order do it: kernel first, then stride, then "
            "padding.",
            lambda answer: any(not first_fault(order) for order in orders(answer)),
            example=(0, 4, 3),
        ),
    ],
    hints=(
        f"{WANTED} places are {WANTED - 1} steps. Which stride, times {WANTED - 1}, comes near "
        f"{SIZE}?",
        "With a stride of 3, nine steps cover 27 rows, and the window where they end has rows of "
        "its own. Without padding, how many may it have?",
        f"27 + kernel = {SIZE} leaves nothing over. With padding there are other answers.",
    ),
)


def first_fault(answer):
    """The first requirement that an answer does not meet, or None."""
    tests = EXERCISE.requirements.values()
    return next((requirement for requirement in tests if requirement(answer)), None)


def orders(answer):
    """The three numbers in every other order."""
    a, b, c = settings(answer)
    return [(a, c, b), (b, a, c), (b, c, a), (c, a, b), (c, b, a)]
