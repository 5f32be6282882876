"""Exercise predict_output: work out by hand what a kernel makes of an image."""

import numpy as np

from ... import reference
from ..core import Mistake, ValueExercise
from ..words import close, describe, numbers

IMAGE = np.array(
    [
        [1, 0, 2, 0, 1],
        [0, 3, 0, 1, 0],
        [2, 1, 1, 0, 2],
        [0, 1, 4, 2, 0],
    ]
)
KERNEL = np.array(
    [
        [0, 1, 0],
        [0, 2, -1],
        [0, 0, 0],
    ]
)


def predict_output():
    return np.array(
        [
            [6, 1, 2],
            [4, 2, -1],
        ]
    )


OUTPUT = reference.correlate2d(IMAGE, KERNEL)


def gives(output):
    """Whether an answer holds these numbers in this shape."""
    return lambda answer: close(numbers(answer), output)


def made_by(name, says, output) -> Mistake:
    return Mistake(name, says, gives(output), example=output)


def is_an_output(answer) -> str:
    array = numbers(answer)
    if array is not None and array.ndim == 1 and array.size == OUTPUT.size:
        return "Your numbers stand in one row. Give each row of the output brackets of its own."
    if array is None or array.dtype.kind == "b" or array.ndim != 2:
        return f"It should be rows of numbers, [[..., ...], [..., ...]], but is {describe(answer)}."
    return ""


def has_its_shape(answer) -> str:
    shape = numbers(answer).shape
    if shape == OUTPUT.shape:
        return ""
    rows, columns = (f"{n} {name}" + "s" * (n != 1) for n, name in zip(shape, ("row", "column")))
    return f"Yours has {rows} and {columns}: not as many as the kernel has places."


def has_its_numbers(answer) -> str:
    wrong = np.argwhere(~np.isclose(numbers(answer), OUTPUT))
    if not len(wrong):
        return ""
    row, column = wrong[0]
    return (
        f"Right so far: {OUTPUT.size - len(wrong)} of {OUTPUT.size} numbers. Look again at row "
        f"{row}, column {column} (counted from 0): its window begins at pixel [{row}, {column}]."
    )


def with_weight(row, column, weight):
    """The output if one weight is read as another."""
    kernel = KERNEL.copy()
    kernel[row, column] = weight
    return reference.correlate2d(IMAGE, kernel)


EXERCISE = ValueExercise(
    name="predict_output",
    asks="should be the output that the kernel makes of the image, row by row, worked out by "
    "hand: stride 1, no padding.",
    solution=predict_output,
    requirements={
        "rows of numbers": is_an_output,
        "the shape": has_its_shape,
        f"all {OUTPUT.size} numbers": has_its_numbers,
    },
    mistakes=[
        made_by(
            "flipped kernel",
            "you turned the kernel by half a circle (rotated it by 180 degrees). Networks lay it "
            "down as it stands.",
            reference.correlate2d(IMAGE, KERNEL[::-1, ::-1]),
        ),
        made_by(
            "padded",
            "you let the kernel reach over the edge. It goes only where all of it fits.",
            reference.correlate2d(IMAGE, KERNEL, pad="same"),
        ),
        made_by(
            "the centre weight is missing",
            "the 2 in the middle of the kernel was left out.",
            with_weight(1, 1, 0),
        ),
        made_by(
            "the minus sign is missing",
            "the -1 was counted as 1. What it meets is taken away.",
            reference.correlate2d(IMAGE, np.abs(KERNEL)),
        ),
        made_by(
            "the negative weight is missing",
            "the -1 of the kernel was left out.",
            with_weight(1, 2, 0),
        ),
        made_by(
            "rows and columns swapped",
            "the numbers are right, but rows lie where columns should.",
            OUTPUT.T,
        ),
        made_by(
            "rows and columns of the kernel swapped",
            "the -1 lies to the right of the centre, not below it, and the 1 above it, not to the "
            "left.",
            reference.correlate2d(IMAGE, KERNEL.T),
        ),
        made_by(
            "negative numbers cut off",
            "a sum below 0 stays below 0. Cutting it off is a ReLU, and comes later.",
            np.maximum(OUTPUT, 0),
        ),
        made_by(
            "the upper weight is missing",
            "the 1 above the middle of the kernel was left out.",
            with_weight(0, 1, 0),
        ),
        made_by(
            "the centre counted once",
            "the middle of the kernel is 2: what it meets counts twice.",
            with_weight(1, 1, 1),
        ),
        made_by(
            "left and right confused",
            "the -1 lies to the right of the middle, and you took away the pixel on the left.",
            reference.correlate2d(IMAGE, KERNEL[:, ::-1]),
        ),
        made_by(
            "above and below confused",
            "the 1 lies above the middle, and you added the pixel below.",
            reference.correlate2d(IMAGE, KERNEL[::-1]),
        ),
        made_by(
            "weights of 0 counted",
            "a weight of 0 makes 0 of its pixel, whatever that is. You added those pixels.",
            reference.correlate2d(IMAGE, np.where(KERNEL == 0, 1, KERNEL)),
        ),
        made_by(
            "the kernel is not used",
            "these are the sums of the pixels in each window. Multiply by the weights first.",
            reference.correlate2d(IMAGE, np.ones((3, 3), int)),
        ),
        made_by(
            "jumps by a whole kernel",
            "the windows may overlap. The next one begins one pixel further on.",
            OUTPUT[:1, :1],
        ),
        made_by(
            "one column too few",
            "the kernel fits once more to the right: its last window ends at the last pixel.",
            OUTPUT[:, :-1],
        ),
        made_by(
            "one row too few",
            "the kernel fits once more below: its last window ends at the last pixel.",
            OUTPUT[:-1],
        ),
    ],
    hints=(
        "Cover the image with a sheet that has a hole of 3 x 3. In how many places can the hole "
        "lie?",
        "Only three of the nine weights are not 0. For each place, find the three pixels they lie "
        "on.",
        "In each window: the pixel above the middle, plus twice the middle, minus the pixel to its "
        "right.",
    ),
)
