"""One window of an image: where it lies, the kernel, their products, and the sum written out."""

import numpy as np

from ..linked import Linked
from ..pixels import PixelGrid, Row
from ..shapes import Array, check_int, sizes
from ..window import window
from .words import number


def show_window(image: Array, kernel: Array, row: int, column: int) -> None:
    """Show the window that begins at (row, column), and print its sum.   image: (h, w)"""
    from IPython.display import display

    height, width = sizes(image, "h w", "show_window: image")
    kh, kw = sizes(kernel, "kh kw", "show_window: kernel")
    rows, columns = height - kh + 1, width - kw + 1
    check_int(row, "show_window: row")
    check_int(column, "show_window: column")
    if not (0 <= row < rows and 0 <= column < columns):
        raise ValueError(
            f"show_window: row and column should lie below {rows} and {columns}, where the kernel "
            f"fits, and not below 0, but are {row} and {column}."
        )
    products = image[row : row + kh, column : column + kw] * kernel
    signed = dict(palette="diverging", numbers=True, size=130)
    looked_at = [(row, column, kh, kw)]
    picture = PixelGrid(image, numbers=True, size=240, windows=looked_at, title="image")
    weights = PixelGrid(kernel, title="kernel", **signed)
    results = PixelGrid(products, title="products", **signed)
    link = Linked(
        inputs=[picture],
        kernels=[weights],
        products=results,
        text="Point at the image, or step over it with the arrow keys: the window follows.",
        layout={"width": "100%"},
    )
    link.still = lambda: None  # nothing follows where widgets cannot run
    link.show(window("show_window", (kh, kw)), image, kernel)
    display(Row(picture, weights, results, link))
    print(f"The sum is {added(products)} = {number(products.sum())}")


def added(values: Array) -> str:
    """A sum as people write it: 18 − 9 + 0."""
    first, *others = np.ravel(values)
    terms = [f"{'+' if value >= 0 else '−'} {number(abs(value))}" for value in others]
    return " ".join([number(first), *terms])
