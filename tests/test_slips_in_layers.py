"""The slips of beginners in lessons 04 and 05, as they would write them, and the name each gets."""

import numpy as np
import pytest

from cnncourse.exercises import EXERCISES
from cnncourse.exercises.folds import solution_text

LOOPS = """def conv_layer(x, w, b):
    kh, kw, channels, filters = w.shape
    rows = x.shape[0] - kh + 1
    columns = x.shape[1] - kw + 1
    y = np.zeros((rows, columns, filters))
    for r in range(rows):
        for c in range(columns):
            for f in range(filters):
                total = 0
                for i in range(kh):
                    for j in range(kw):
                        for k in range(channels):
                            total += x[r + i, c + j, k] * w[i, j, k, f]
                total += b[f]
                y[r, c, f] = max(total, 0)
    return y
"""
RESET = "                total = 0\n"
COPY = "combined[i : i + first.shape[0], j : j + first.shape[1]] += second[i, j] * first"
LARGEST = "            y[row, column] = x[top : top + k, left : left + k].max()\n"
ONE_BY_ONE = (
    "            for i in range(k):\n                for j in range(k):\n"
    "                    largest = max(largest, x[top + i, left + j])\n"
    "            y[row, column] = largest\n"
)
CUT = "x[row * k : row * k + k, column * k : column * k + k]"
# An exercise, what a beginner writes in place of what, and the name that the mistake gets.
SLIPS = [
    ("conv_layer", [("w[i, j, k, f]", "w[f, i, j, k]")], ""),
    ("conv_layer", [("(channels)", "(3)")], "three channels built in"),
    ("conv_layer", [("(kh)", "(3)"), ("(kw)", "(3)")], "a window of 3 built in"),
    ("conv_layer", [("kh + 1", "2"), ("kw + 1", "2")], "a window of 3 built in"),
    ("conv_layer", [(RESET, ""), ("    for r", "    total = 0\n    for r")], "not set back"),
    (
        "conv_layer",
        [("                return y", "return y"), ("    return y", "    " * 4 + "return y")],
        "return inside",
    ),
    ("conv_layer", [("- kh + 1", "- kh")], "one place too few"),
    (
        "conv_layer",
        [("total += x[r + i, c + j, k]", "total += max(x[r + i, c + j, k], 0)")],
        "ReLU on the image",
    ),
    ("conv_layer", [("y[r, c, f] =", "y[r, c] =")], "the same filter in every map"),
    ("conv_layer", [("filters))", "filters), dtype=int)")], "whole numbers"),
    ("combine_kernels", [("in range(second", "in range(first")], "run over the wrong kernel"),
    (
        "combine_kernels",
        [(COPY, COPY.replace("first.shape", "second.shape"))],
        "run over the wrong kernel",
    ),
    (
        "combine_kernels",
        [(COPY, COPY.replace("first.shape[0]", "3").replace("first.shape[1]", "3"))],
        "a fixed size",
    ),
    ("combine_kernels", [("] - 1", "] - 2")], "one row and column too few"),
    (
        "combine_kernels",
        [("+ second.shape[0] - 1", ""), ("+ second.shape[1] - 1", "")],
        "as large as the first",
    ),
    ("combine_kernels", [("second[i, j]", "second[j, i]")], "second[j, i] in place of"),
    (
        "max_pool2d",
        [("row * stride, column * stride", "row, column")],
        "the stride is not in the window",
    ),
    ("max_pool2d", [("top + k", "row + k"), ("left + k", "column + k")], "ends too early"),
    ("max_pool2d", [("top + k", "top + 2"), ("left + k", "left + 2")], "windows of 2 built in"),
    ("max_pool2d", [(LARGEST, "            largest = 0\n" + ONE_BY_ONE)], "starts at zero"),
    (
        "max_pool2d",
        [("    for row", "    largest = x[0, 0]\n    for row"), (LARGEST, ONE_BY_ONE)],
        "carried on",
    ),
    ("max_pool2d", [("// stride + 1", "// stride")], "one place too few"),
    ("avg_pool2d", [("window.mean(axis=(0, 1))", "window.mean()")], "channels averaged, too"),
    (
        "avg_pool2d",
        [("window.mean(axis=(0, 1))", "window.sum(axis=(0, 1)) / 4")],
        "divided by 4, or by 9",
    ),
    ("avg_pool2d", [(CUT, "x[row : row + k, column : column + k]")], "the k is not in the window"),
    ("avg_pool2d", [(CUT, "x[row * k : row + k, column * k : column + k]")], "ends too early"),
    ("average_kernel", [("1 / (k * k)", "1 / k * k")], "a sum instead of a mean"),
    (
        "average_kernel",
        [("w[:, :, channel, channel]", "w[channel, channel]")],
        "w[channel, channel]",
    ),
    ("average_kernel", [("range(channels)", "range(3)")], "three channels built in"),
    ("conv_parameters", [("k * k * channels", "k ^ 2 * channels")], "^ for a power"),
    ("conv_parameters", [("k * k * channels", "k * k * 3")], "three channels built in"),
]


@pytest.mark.parametrize("name, changes, mistake", SLIPS)
def test_a_slip_gets_its_name(name, changes, mistake):
    source = LOOPS if name == "conv_layer" else solution_text(EXERCISES[name])
    for before, after in changes:
        source = source.replace(before, after)
    namespace = {"np": np}
    exec(source, namespace)
    verdict = EXERCISES[name].judge(namespace[name])
    assert verdict.state == "not yet"
    assert mistake in verdict.mistake
    assert bool(mistake) == bool(verdict.mistake)


def test_the_loops_that_the_slips_are_made_from_are_right():
    namespace = {"np": np}
    exec(LOOPS, namespace)
    assert EXERCISES["conv_layer"].judge(namespace["conv_layer"]).state == "right"
