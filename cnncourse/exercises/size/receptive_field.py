"""Exercise receptive_field: how far one number at the end sees."""

import numpy as np

from ..core import Mistake
from ..functions import FunctionExercise


def receptive_field(layers):
    """Over how many rows of the image a number sees; layers: a (k, stride) for each kernel."""
    rows, step = 1, 1
    for k, stride in layers:
        rows += (k - 1) * step
        step *= stride
    return rows


def walked_back(layers):
    """From the last kernel back: n neighbours begin at n windows, (n - 1) strides apart."""
    rows = 1
    for k, stride in reversed(layers):
        rows = (rows - 1) * stride + k
    return rows


def grown(layers, add=lambda k: k - 1, first=1, step=lambda step, stride: step * stride):
    """The solution, so that one part of it can be exchanged for a mistake."""
    rows, apart = first, 1
    for k, stride in layers:
        rows += add(k) * apart
        apart = step(apart, stride)
    return rows


def own_stride_first(layers):
    rows, step = 1, 1
    for k, stride in layers:
        step *= stride
        rows += (k - 1) * step
    return rows


def multiplied_as_it_grows(layers):
    rows = 1
    for k, stride in layers:
        rows = rows * stride + k - 1
    return rows


def wrong_way_round(layers):
    return walked_back(layers[::-1])


EXERCISE = FunctionExercise(
    name="receptive_field",
    asks="should return over how many rows of the image one number at the end sees, from the first "
    "row to the last: a whole number; `layers` is a list with a pair (k, stride) for each kernel, "
    "the first kernel first.",
    solution=receptive_field,
    reference=walked_back,
    cases={
        "one kernel": ([(3, 1)],),
        "one kernel with a stride": ([(5, 2)],),
        "two kernels": ([(3, 1), (3, 1)],),
        "three kernels": ([(3, 1), (3, 1), (3, 1)],),
        "stride in the first": ([(3, 2), (3, 1)],),
        "stride in the last": ([(3, 1), (3, 2)],),
        "strides in two": ([(3, 2), (3, 3), (3, 1)],),
        "even and odd kernels": ([(4, 1), (1, 2), (5, 1)],),
        "a large kernel first": ([(11, 4), (5, 1), (3, 2), (3, 1)],),
        "a long network": ([(3, 1), (3, 1), (2, 2), (3, 1), (3, 1), (2, 2), (3, 1)],),
    },
    mistakes=[
        Mistake(
            "windows laid end to end",
            "the k are added up, but the windows overlap: a further kernel adds k − 1 rows, not k.",
            [
                lambda layers: sum(k for k, _ in layers),
                lambda layers: grown(layers, add=lambda k: k),
                lambda layers: grown(layers, add=lambda k: k, first=0),
            ],
        ),
        Mistake(
            "strides forgotten",
            "after a stride, neighbours lie further apart in the image. A later kernel adds k − 1 "
            "such steps, not k − 1 rows.",
            lambda layers: grown(layers, step=lambda step, stride: 1),
        ),
        Mistake(
            "the stride of the kernel itself",
            "a stride moves apart what comes out of this kernel; inside its window nothing moves. "
            "So it counts for the kernels that follow.",
            [
                own_stride_first,
                lambda layers: 1 + sum((k - 1) * stride for k, stride in layers),
                lambda layers: sum(k * stride for k, stride in layers),
            ],
        ),
        Mistake(
            "only the stride just before",
            "strides multiply: after a stride of 2 and one of 3, neighbours lie 6 rows apart.",
            lambda layers: grown(layers, step=lambda step, stride: stride),
        ),
        Mistake(
            "strides added",
            "strides multiply: after a stride of 2 and one of 3, neighbours lie 6 rows apart, "
            "not 5.",
            [
                lambda layers: grown(layers, step=lambda step, stride: step + stride),
                lambda layers: grown(layers, step=lambda step, stride: step + stride - 1),
            ],
        ),
        Mistake(
            "the first row not counted",
            "before any kernel one number sees itself: begin with 1 row, not with 0.",
            lambda layers: grown(layers, first=0),
        ),
        Mistake(
            "multiplied",
            "the k are multiplied. Each kernel adds rows at the border of what the next one sees.",
            lambda layers: int(np.prod([k for k, _ in layers])),
        ),
        Mistake(
            "the last kernel alone",
            "this is what the last kernel sees of the map before it. How far does it see in the "
            "image?",
            lambda layers: layers[-1][0],
        ),
        Mistake(
            "from the wrong end",
            "a stride counts for the kernels after it, and here for those before it. The first "
            "kernel of the list is the one that sees the image.",
            [wrong_way_round, multiplied_as_it_grows],
        ),
        Mistake(
            "k and stride swapped",
            "each pair is (k, stride): the size of the kernel comes first.",
            lambda layers: walked_back([(stride, k) for k, stride in layers]),
        ),
        Mistake(
            "rows set anew",
            "each kernel takes the place of what was there before. The rows have to grow: +=.",
            lambda layers: (layers[-1][0] - 1) * int(np.prod([s for _, s in layers[:-1]])),
        ),
        Mistake(
            "the first kernel left out",
            "the loop begins with the second kernel. A list is counted from 0.",
            lambda layers: walked_back(layers[1:]),
        ),
        Mistake(
            "a kernel of 3 built in",
            "each kernel adds 2 rows here, as one of 3 does. It should be k − 1, times the strides "
            "before.",
            [
                lambda layers: 1 + 2 * len(layers),
                lambda layers: walked_back([(3, stride) for _, stride in layers]),
            ],
        ),
        Mistake(
            "pixels in place of rows",
            "this counts the pixels of a square. How many rows has it?",
            lambda layers: walked_back(layers) ** 2,
        ),
        Mistake(
            "return inside the loop",
            "after the first kernel the function has returned. Move `return` to the left, below "
            "the `for`.",
            lambda layers: layers[0][0],
        ),
    ],
    hints=(
        "Before any kernel, a number sees one row. A kernel of 3 with stride 1 adds two rows. "
        "What does the next one add, if the windows before it lie 2 rows apart?",
        "Keep two numbers: the rows seen so far, and how many rows of the image lie from one "
        "number of the present map to the next (at first 1).",
        "For each kernel: `rows += (k - 1) * step`, and after that `step *= stride`.",
    ),
)
