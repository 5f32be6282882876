"""Exercise window_strides, lesson 12: the windows of an image as a view."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..core import Mistake
from ..functions import FunctionExercise


def window_strides(shape, strides, k, step):
    """Places down and across of windows of k by k, then four strides in bytes."""
    rows, columns = [(size - k) // step + 1 for size in shape]
    down, right = strides
    return rows, columns, step * down, step * right, down, right


def right(shape, strides, k, step):
    whole = np.ndarray(shape, np.uint8, np.zeros(10**6, np.uint8), strides=strides)
    view = sliding_window_view(whole, (k, k))[::step, ::step]
    return *view.shape[:2], *view.strides


def with_strides(change):
    """The mistake of writing other strides: change(shape, strides, k, step)."""
    return lambda *given: (*window_strides(*given)[:2], *change(*given))


def with_places(places):
    """The mistake of counting other places along an axis: places(size, k, step)."""

    def does(shape, strides, k, step):
        counted = tuple(places(size, k, step) for size in shape)
        return *counted, *window_strides(shape, strides, k, step)[2:]

    return does


def from_shape(number):
    """The mistake of taking each row to follow the one before; number(strides): bytes of one."""

    def change(shape, strides, k, step):
        right = number(strides)
        down = shape[1] * right
        return step * down, step * right, down, right

    return with_strides(change)


EXERCISE = FunctionExercise(
    name="window_strides",
    asks="should return six whole numbers: the places down and across, and the strides in bytes to "
    "the window below, to the one to the right, to the pixel below and to the one to the right.",
    solution=window_strides,
    reference=right,
    returns=("rows", "columns", "window below", "window right", "pixel below", "pixel right"),
    cases={
        "bytes in a row": ((5, 6), (6, 1), 3, 1),
        "numbers of 4 bytes": ((5, 6), (24, 4), 3, 1),
        "numbers of 8 bytes": ((4, 7), (56, 8), 2, 1),
        "every second window": ((9, 8), (32, 4), 3, 2),
        "a step that leaves pixels over": ((11, 10), (40, 4), 4, 3),
        "a part of a wider image": ((6, 5), (400, 4), 2, 1),
        "an image turned on its side": ((6, 5), (4, 24), 3, 2),
        "windows of one pixel": ((4, 3), (12, 4), 1, 2),
        "one window": ((5, 5), (20, 4), 5, 1),
        "one line of windows": ((7, 30), (240, 8), 7, 5),
    },
    mistakes=[
        Mistake(
            "step forgotten",
            "from one window to the next it is `step` pixels, not one. Inside a window it is one.",
            [
                with_strides(lambda shape, strides, k, step: (*strides, *strides)),
                with_strides(
                    lambda shape, strides, k, step: (step * strides[0], strides[1], *strides)
                ),
                with_strides(
                    lambda shape, strides, k, step: (strides[0], step * strides[1], *strides)
                ),
                lambda shape, strides, k, step: window_strides(shape, strides, k, 1),
            ],
        ),
        Mistake(
            "step inside the window, too",
            "the pixels of a window are neighbours, however far apart the windows are: the last "
            "two strides are those of the image.",
            with_strides(lambda shape, strides, k, step: tuple(step * s for s in strides) * 2),
        ),
        Mistake(
            "the step inside the window only",
            "the first two strides lead from window to window, the last two from pixel to pixel. "
            "Which of them does `step` make longer?",
            with_strides(lambda shape, strides, k, step: (*strides, *(step * s for s in strides))),
        ),
        Mistake(
            "windows side by side",
            "the next window begins `step` pixels further on, not k: windows overlap.",
            [
                with_strides(lambda shape, strides, k, step: (*(k * s for s in strides), *strides)),
                with_strides(
                    lambda shape, strides, k, step: (*(k * step * s for s in strides), *strides)
                ),
                lambda shape, strides, k, step: window_strides(shape, strides, k, k),
                lambda shape, strides, k, step: (
                    *(size // k for size in shape),
                    *(k * s for s in strides),
                    *strides,
                ),
            ],
        ),
        Mistake(
            "pixels instead of bytes",
            "strides count bytes. Those of the image are given: use them, whatever the numbers "
            "in it are.",
            [
                with_strides(lambda shape, strides, k, step: (step * shape[1], step, shape[1], 1)),
                with_strides(lambda shape, strides, k, step: (step, step, 1, 1)),
                with_strides(
                    lambda shape, strides, k, step: (*(step * s for s in strides), step, step)
                ),
            ],
        ),
        Mistake(
            "strides worked out from the shape",
            "a row need not begin where the one before it ends: the image may be a part of a wider "
            "one. `strides` says how far it is.",
            [
                from_shape(lambda strides: strides[1]),
                from_shape(lambda strides: 4),
                from_shape(lambda strides: 8),
            ],
        ),
        Mistake(
            "step added",
            "to go `step` pixels is `step` times as far as to go one: multiply.",
            with_strides(lambda shape, strides, k, step: (*(step + s for s in strides), *strides)),
        ),
        Mistake(
            "not a whole number",
            "a step that does not fit any more is not taken: // in place of / rounds down.",
            with_places(lambda size, k, step: (size - k) / step + 1),
        ),
        Mistake(
            "rows and columns swapped",
            "the first stride of the image leads one row down, the second one column to the right.",
            [
                with_strides(
                    lambda shape, strides, k, step: (
                        *(step * s for s in strides[::-1]),
                        *strides[::-1],
                    )
                ),
                with_strides(
                    lambda shape, strides, k, step: (*(step * s for s in strides), *strides[::-1])
                ),
                lambda shape, strides, k, step: window_strides(shape[::-1], strides, k, step),
                lambda shape, strides, k, step: window_strides(shape[::-1], strides[::-1], k, step),
            ],
        ),
        Mistake(
            "as many windows as pixels",
            "the last window ends at the edge, so it begins k - 1 pixels before it. With too large "
            "a shape, such a view reads memory beyond the image.",
            [
                with_places(lambda size, k, step: size),
                with_places(lambda size, k, step: size // step),
                with_places(lambda size, k, step: -(-size // step)),
            ],
        ),
        Mistake(
            "one window too few",
            "where the kernel is as large as the image, there is one place, not none: + 1.",
            with_places(lambda size, k, step: (size - k) // step),
        ),
        Mistake(
            "the 1 inside the division",
            "divide first, then add 1: the first place needs no step.",
            with_places(lambda size, k, step: (size - k + 1) // step),
        ),
        Mistake(
            "the step does not thin the places out",
            "with a step of 2, about half as many windows fit along each side.",
            with_places(lambda size, k, step: size - k + 1),
        ),
    ],
    hints=(
        "Four questions: how many bytes is it from a window to the one below it? To the one to its "
        "right? Inside a window, from a pixel to the one below it? To the one to its right?",
        "The image's own strides answer the last two. From window to window it is `step` times as "
        "far. How many places there are you know from lesson 02.",
        "`rows, columns = [(size - k) // step + 1 for size in shape]` and "
        "`down, right = strides`; the strides are `step * down, step * right, down, right`.",
    ),
)
