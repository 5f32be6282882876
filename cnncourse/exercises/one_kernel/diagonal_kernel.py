"""Exercise diagonal_kernel: a kernel that finds one diagonal and not the other."""

import numpy as np

from ... import reference
from ..core import Mistake, ValueExercise
from ..words import describe, number, numbers

FALLING = np.eye(3)  # a bright line like \ on black
RISING = np.fliplr(FALLING)  # a bright line like /
FLAT = np.ones((3, 3))  # the same grey everywhere


def diagonal_kernel():
    return np.array(
        [
            [2, -1, -1],
            [-1, 2, -1],
            [-1, -1, 2],
        ]
    )


def answer(kernel, picture) -> float:
    """The one number that the kernel makes of a 3 x 3 picture."""
    return reference.correlate2d(picture, numbers(kernel).astype(float))[0, 0]


def beside(kernel):
    """The weights next to the falling diagonal, above it and below it."""
    return [np.diag(kernel, 1), np.diag(kernel, -1)]


def is_a_kernel(kernel) -> str:
    array = numbers(kernel)
    if array is None or array.shape != (3, 3):
        return f"It should be an array of shape (3, 3), but is {describe(kernel)}."
    if not np.isfinite(array).all():
        return "Some of its weights are infinite or not a number (nan)."
    return ""


def has_another_shape(kernel) -> bool:
    return numbers(kernel).shape != (3, 3)


def finds_falling(kernel) -> str:
    found = answer(kernel, FALLING)
    if found > 0:
        return ""
    return f'Laid on a bright line like "\\", it gives {number(found)}. That should be above 0.'


def ignores_rising(kernel) -> str:
    found = answer(kernel, RISING)
    if found <= 1e-6:
        return ""
    return f'Laid on a bright line like "/", it gives {number(found)}. That should be 0 or below.'


def ignores_flat(kernel) -> str:
    found = answer(kernel, FLAT)
    if found <= 1e-6:
        return ""
    return f"Laid on a flat area of 1s, it gives {number(found)}. That should be 0 or below."


def is_right(kernel) -> bool:
    return not (finds_falling(kernel) or ignores_rising(kernel) or ignores_flat(kernel))


EXERCISE = ValueExercise(
    name="diagonal_kernel",
    asks="should be a kernel, an array of shape (3, 3), that gives a number above 0 on a bright "
    'line like "\\", but 0 or less on a bright line like "/" and on a flat area.',
    solution=diagonal_kernel,
    requirements={
        "3 x 3 numbers": is_a_kernel,
        'above 0 on "\\"': finds_falling,
        'not above 0 on "/"': ignores_rising,
        "not above 0 on a flat area": ignores_flat,
    },
    mistakes=[
        Mistake(
            "not 3 x 3",
            "the kernel needs three rows of three numbers: np.array([[., ., .], [., ., .], [., ., "
            ".]]).",
            has_another_shape,
            example=diagonal_kernel().ravel(),
        ),
        Mistake(
            "the other diagonal",
            'it answers to "/". The first row of the array is the top of the picture, its first '
            "number the left.",
            lambda kernel: answer(kernel, FALLING) <= 0 < answer(kernel, RISING),
            example=np.fliplr(diagonal_kernel()),
        ),
        Mistake(
            "only positive weights",
            "whatever is bright makes the sum grow, whatever its shape. What should a bright pixel "
            "beside the line do to the sum?",
            lambda kernel: numbers(kernel).min() >= 0 and numbers(kernel).max() > 0,
            example=FALLING,
        ),
        Mistake(
            "both diagonals",
            'it answers to "\\" and to "/". Which weights lie on the one line, but not on the '
            "other?",
            lambda kernel: min(answer(kernel, FALLING), answer(kernel, RISING)) > 0,
            example=np.array([[1, -1, 1], [-1, 0, -1], [1, -1, 1]]),
        ),
        Mistake(
            "weights do not balance",
            "it also answers where nothing is to be seen, because its weights sum to more than 0.",
            lambda kernel: answer(kernel, FALLING) > 0 and answer(kernel, FLAT) > 0,
            example=np.array([[1, 0, -1], [0, 2, 0], [-1, 0, 1]]),
        ),
        Mistake(
            "sign reversed",
            'with the opposite signs it would be right: it answers where the line "\\" is dark. '
            "A weight above 0 says that a bright pixel belongs there.",
            lambda kernel: is_right(-numbers(kernel)),
            example=-diagonal_kernel(),
        ),
        Mistake(
            "all weights 0",
            "such a kernel gives 0 for every picture.",
            lambda kernel: not numbers(kernel).any(),
            example=np.zeros((3, 3)),
        ),
        Mistake(
            "an edge instead of a line",
            "it compares one side with the opposite side, and both diagonals have as much on each.",
            lambda kernel: any(
                np.allclose(numbers(kernel), -numbers(kernel)[turn])
                for turn in (np.s_[:, ::-1], np.s_[::-1])
            ),
            example=np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
        ),
        Mistake(
            "a straight line instead of a slanted one",
            "its rows, or its columns, are all alike, so it looks for a level or an upright line.",
            lambda kernel: any(
                np.allclose(grid, grid[:1]) for grid in (numbers(kernel), numbers(kernel).T)
            ),
            example=np.array([[-1, 2, -1], [-1, 2, -1], [-1, 2, -1]]),
        ),
        Mistake(
            "the line is beside the diagonal",
            'the line "\\" goes through two corners and the middle: row 0 column 0, row 1 '
            "column 1, row 2 column 2.",
            lambda kernel: np.diag(numbers(kernel)).max() <= 0 < np.max(beside(numbers(kernel))),
            example=np.array([[-1, 2, -1], [-1, -1, 2], [0, -1, -1]]),
        ),
        Mistake(
            "too much taken away",
            "one weight on the line is so far below 0 that it eats up the others. All three pixels "
            "of the line should make the sum grow.",
            lambda kernel: answer(kernel, FALLING) <= 0 < np.diag(numbers(kernel)).max(),
            example=np.array([[1, 0, 0], [0, -4, 0], [0, 0, 1]]),
        ),
    ],
    hints=(
        'Draw the line "\\" in a grid of 3 x 3. A kernel answers most to a picture that looks like '
        "itself.",
        "Pixels on the line should make the sum grow: weights above 0. Pixels beside it should "
        "make it shrink: weights below 0.",
        "Begin with the same positive number in all three places of the line. Then choose one "
        "negative number for the other six, so that all nine weights sum to 0.",
    ),
)
