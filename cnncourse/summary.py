"""What a network is made of: for each layer its output, its parameters and its work."""

import math
from html import escape
from typing import NamedTuple

import numpy as np

from .layers import Dense, GlobalAvgPool2D, Sequential, check_network
from .shapes import check_shape


class Row(NamedTuple):
    """One layer, for one image."""

    layer: str
    shape: tuple[int, ...]  # of the output, without the axis of the images
    parameters: int
    multiply_adds: int  # products of a weight and a value that are added up
    memory: int  # bytes of the output in float32
    receptive_field: tuple[int, int] | None  # rows, columns of the input that one output can see


class Summary(list):
    """Rows, with their totals; prints as a table of text, and as a table in a notebook."""

    @property
    def parameters(self) -> int:
        return sum(row.parameters for row in self)

    @property
    def multiply_adds(self) -> int:
        return sum(row.multiply_adds for row in self)

    @property
    def memory(self) -> int:
        return sum(row.memory for row in self)

    def _cells(self):
        yield ["layer", "output", "parameters", "multiply-adds", "bytes", "sees"]
        for row in self:
            shape = " x ".join(map(str, row.shape))
            sees = "all" if row.receptive_field is None else "{} x {}".format(*row.receptive_field)
            counts = [f"{count:,}" for count in row[2:5]]
            yield [row.layer, shape, *counts, sees]
        counts = [f"{n:,}" for n in (self.parameters, self.multiply_adds, self.memory)]
        yield ["in all", "", *counts, ""]

    def __str__(self):
        cells = list(self._cells())
        widths = [max(map(len, column)) for column in zip(*cells)]
        lines = [
            "   ".join(
                text.ljust(width) if place < 2 else text.rjust(width)
                for place, (text, width) in enumerate(zip(line, widths))
            ).rstrip()
            for line in cells
        ]
        rule = "-" * max(map(len, lines))
        return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]])

    __repr__ = __str__

    def _repr_html_(self):
        head, *body = ([escape(text) for text in line] for line in self._cells())
        rows = ["<tr>" + "".join(f"<th>{text}</th>" for text in head) + "</tr>"]
        rows += ["<tr>" + "".join(f"<td>{text}</td>" for text in line) + "</tr>" for line in body]
        return "<table>" + "".join(rows) + "</table>"


def summary(net: Sequential, shape: tuple[int, ...]) -> Summary:
    """What each layer of `net` makes of one image of `shape` (h, w, c).

    The receptive field is the part of the image that can change one output; near the border some
    of it lies in the padding.
    """
    check_network(net, "summary: net")
    shape = check_shape(shape, "summary: shape")
    x = np.zeros((1, *shape), np.float32)
    rows = Summary()
    field, jump = (1, 1), (1, 1)  # pixels that one output sees; pixels between neighbouring outputs
    for layer, y in zip(net.layers, net.trace(x).outputs):
        parameters = sum(array.size for array in layer.params.values())
        work = layer.params["w"].size * math.prod(y.shape[1:-1]) if "w" in layer.params else 0
        if isinstance(layer, (Dense, GlobalAvgPool2D)):
            field = None  # from here on, each value can see the whole image
        elif layer.window and field is not None:
            reach, stride = layer.window.reach, layer.window.stride
            field = tuple(f + (size - 1) * j for f, size, j in zip(field, reach, jump))
            jump = tuple(j * s for j, s in zip(jump, stride))
        rows.append(
            Row(repr(layer), y.shape[1:], parameters, work, 4 * math.prod(y.shape[1:]), field)
        )
    return rows
