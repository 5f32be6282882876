"""Exercise choose_settings, lesson 02: a kernel, a stride and a padding for a wanted size."""

import numpy as np

from ..core import Mistake, ValueExercise
from ..words import describe, numbers

SIZE, WANTED = 28, 10


def choose_settings():
    return 3, 3, 1


def settings(answer) -> tuple[int, int, int]:
    k, stride, pad = (int(value) for value in numbers(answer))
    return k, stride, pad


def spare(answer) -> int:
    """How many pixels are left between the last window and the end."""
    k, stride, pad = settings(answer)
    return (SIZE + 2 * pad - k) % stride


def size_of(answer) -> int:
    k, stride, pad = settings(answer)
    return (SIZE + 2 * pad - k) // stride + 1


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


def has_the_wanted_size(answer) -> str:
    k, stride, pad = settings(answer)
    if size_of(answer) == WANTED:
        return ""
    return (
        f"({SIZE} + 2 × {pad} − {k}) // {stride} + 1 = {size_of(answer)} rows, but {WANTED} are "
        "wanted."
    )


def nothing_drops_off(answer) -> str:
    k, stride, pad = settings(answer)
    if not spare(answer):
        return ""
    rows = "row drops" if spare(answer) == 1 else "rows drop"
    return (
        f"The output has {WANTED} rows, but {SIZE} + 2 × {pad} − {k} = {SIZE + 2 * pad - k} is no "
        f"multiple of {stride}: at the end, {spare(answer)} {rows} off."
    )


def padding_below_kernel(answer) -> str:
    k, _, pad = settings(answer)
    return "" if pad < k else f"With a padding of {pad}, the first window would hold no pixel."


EXERCISE = ValueExercise(
    name="choose_settings",
    lesson="02_size",
    asks=f"should be three whole numbers, (kernel, stride, padding), that make {WANTED} rows of "
    f"{SIZE}, so that no pixel drops off at the end; the kernel has 3 to 7 rows.",
    solution=choose_settings,
    requirements={
        "three whole numbers": three_whole_numbers,
        "a kernel of 3 to 7": kernel_of_three_to_seven,
        f"{WANTED} rows": has_the_wanted_size,
        "nothing drops off": nothing_drops_off,
        "every window sees the picture": padding_below_kernel,
    },
    mistakes=[
        Mistake(
            "pixels drop off",
            "the rounding hides it. Change the padding or the kernel until the division leaves no "
            "remainder.",
            lambda answer: size_of(answer) == WANTED and spare(answer) > 0,
            example=(4, 3, 2),
        ),
        Mistake(
            "padding counted once",
            "with the padding on one side only it would fit; it stands on both sides.",
            lambda answer: (lambda k, s, p: (SIZE + p - k) / s + 1 == WANTED)(*settings(answer)),
            example=(4, 3, 3),
        ),
        Mistake(
            "one too many",
            "you counted the steps. The first place needs no step, so there is one place more.",
            lambda answer: (lambda k, s, p: (SIZE + 2 * p - k) / s == WANTED)(*settings(answer)),
            example=(6, 3, 4),
        ),
        Mistake(
            "stride of 1",
            "with a stride of 1 the picture shrinks by a few rows only. For about a third of the "
            "rows, the window has to take longer steps.",
            lambda answer: settings(answer)[1] == 1,
            example=(7, 1, 0),
        ),
        Mistake(
            "another order",
            "the same three numbers in another order do it: kernel first, then stride, then "
            "padding.",
            lambda answer: any(
                not any(test(order) for test in EXERCISE.requirements.values())
                for order in orders(answer)
            ),
            example=(1, 3, 3),
        ),
    ],
    hints=(
        "10 places are 9 steps. Which stride, times 9, comes near 28?",
        "With a stride of 3, nine steps cover 27 rows. So 28 + 2 × padding − kernel has to be "
        "exactly 27.",
        "Then the kernel has 1 + 2 × padding rows. Which padding makes a kernel of 3 to 7?",
    ),
)


def orders(answer):
    """The three numbers in every other order."""
    a, b, c = settings(answer)
    return [(a, c, b), (b, a, c), (b, c, a), (c, a, b), (c, b, a)]
