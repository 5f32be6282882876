"""Exercise output_size: in how many places a kernel fits."""

from math import floor

from ...shapes import out_size
from ..core import Mistake
from ..functions import FunctionExercise


def output_size(size, k, stride, pad):
    """How many rows the output has, if the image has `size` rows and the kernel k."""
    return (size + 2 * pad - k) // stride + 1


def right(size, k, stride, pad):
    return out_size(size + 2 * pad, k, stride, "output_size: k")


EXERCISE = FunctionExercise(
    name="output_size",
    asks="should return how many rows the output has: a whole number, for an image with `size` "
    "rows, a kernel with k rows, a step of `stride` and `pad` rows of zeros on each side.",
    solution=output_size,
    reference=right,
    cases={
        "kernel as large as the image": (3, 3, 1, 0),
        "nothing special": (7, 3, 1, 0),
        "with padding": (7, 3, 1, 1),
        "with more padding": (7, 3, 1, 2),
        "with a stride": (9, 3, 2, 0),
        "with a row to spare": (10, 3, 2, 0),
        "all of it": (28, 5, 3, 2),
        "a large picture": (224, 7, 2, 3),
        "a long stride": (12, 2, 5, 1),
        "an even kernel": (31, 4, 3, 1),
        "a large kernel": (300, 24, 16, 12),
        "a kernel larger than the image without its zeros": (3, 6, 2, 4),
    },
    mistakes=[
        Mistake(
            "the 1 inside the division",
            "divide first, then add 1: the first place needs no step.",
            [
                lambda size, k, stride, pad: (size + 2 * pad - k + 1) // stride,
                lambda size, k, stride, pad: (size + 2 * pad - k + 1) / stride,
                lambda size, k, stride, pad: (size + 2 * pad - k) // (stride + 1),
            ],
        ),
        Mistake(
            "one too few",
            "the first place is missing. A kernel as large as the image still fits once: + 1.",
            [
                lambda size, k, stride, pad: (size + 2 * pad - k) // stride,
                lambda size, k, stride, pad: (size + 2 * pad - k) / stride,
                lambda size, k, stride, pad: (size + 2 * pad - k) // stride - 1,
            ],
        ),
        Mistake(
            "padding on one side only",
            "the padding stands on both sides, so it counts twice.",
            lambda size, k, stride, pad: (size + pad - k) // stride + 1,
        ),
        Mistake(
            "padding forgotten",
            "the zeros on both sides make the image larger before the kernel slides.",
            lambda size, k, stride, pad: (size - k) // stride + 1,
        ),
        Mistake(
            "padding added at the end",
            "the zeros are there before the kernel slides: add them to the size, inside the "
            "brackets.",
            [
                lambda size, k, stride, pad: (size - k) // stride + 1 + 2 * pad,
                lambda size, k, stride, pad: (size - k) // stride + 1 + pad,
            ],
        ),
        Mistake(
            "stride forgotten",
            "this counts every place, as with a stride of 1. How far does each step go?",
            lambda size, k, stride, pad: size + 2 * pad - k + 1,
        ),
        Mistake(
            "not a whole number",
            "an output has whole rows. A step that does not fit any more is not taken: // in "
            "place of / rounds down.",
            lambda size, k, stride, pad: (size + 2 * pad - k) / stride + 1,
        ),
        Mistake(
            "rounded up",
            "a last step that does not fit is counted. Round down: //.",
            [
                lambda size, k, stride, pad: -(-(size + 2 * pad - k) // stride) + 1,
                lambda size, k, stride, pad: round((size + 2 * pad - k) / stride) + 1,
                lambda size, k, stride, pad: round((size + 2 * pad - k) / stride + 1),
                lambda size, k, stride, pad: floor((size + 2 * pad - k) / stride + 0.5) + 1,
            ],
        ),
        Mistake(
            "brackets missing",
            "Python divides before it adds and takes away, so only k is divided. Put brackets "
            "around all that stands before the //.",
            [
                lambda size, k, stride, pad: size + 2 * pad - k // stride + 1,
                lambda size, k, stride, pad: size + 2 * pad - k / stride + 1,
            ],
        ),
        Mistake(
            "only divided by the stride",
            "the kernel needs room as well: its last place begins at least k rows before the end.",
            [
                lambda size, k, stride, pad: (size + 2 * pad) // stride,
                lambda size, k, stride, pad: -(-(size + 2 * pad) // stride),
                lambda size, k, stride, pad: (size + 2 * pad) // stride + 1,
            ],
        ),
        Mistake(
            "times the stride",
            "longer steps make fewer places: divide by the stride.",
            lambda size, k, stride, pad: (size + 2 * pad - k) * stride + 1,
        ),
        Mistake(
            "two things for one",
            "rows and columns have the same formula. Here one number is asked for, that of the "
            "rows.",
            lambda size, k, stride, pad: ((size + 2 * pad - k) // stride + 1,) * 2,
        ),
        Mistake(
            "padding taken away",
            "padding adds rows to the image. Which sign does it have?",
            lambda size, k, stride, pad: (size - 2 * pad - k) // stride + 1,
        ),
    ],
    hints=(
        "Draw a row of squares, lay a kernel on its left end, and push it on. How many steps can "
        "it take until it touches the right end?",
        "With padding the row is `size + 2 * pad` squares long. The kernel can be pushed by that "
        "minus `k`, each step takes `stride`, and a step that does not fit is not taken.",
        "Whole steps: `(size + 2 * pad - k) // stride`. And the place where it lay at first?",
    ),
)
