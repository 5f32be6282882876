"""Slips that both kinds of pooling share, as ways to spoil what is right."""

import numpy as np

from ..core import Mistake


def some_places(right, rows, columns):
    """Only some rows and columns of the output, zeros elsewhere."""

    def pool(*arguments):
        y = right(*arguments)
        kept = np.zeros_like(y)
        kept[rows, columns] = y[rows, columns]
        return kept

    return pool


def smaller(right):
    """The output without its last row, column or both, as if made too small."""
    left = np.s_[:-1, :-1], np.s_[:-1], np.s_[:, :-1]
    return [lambda *arguments, cut=cut: right(*arguments)[cut] for cut in left]


def returned_too_soon(right, unit: str) -> list[Mistake]:
    """A return inside one of the loops; unit: what the inner loop fills in."""
    ask = "is filled in. How far is the return indented?"
    return [
        Mistake(
            "return inside the loop", f"only the first {what} {ask}", some_places(right, *places)
        )
        for what, places in {unit: np.s_[:1, :1], "row": np.s_[:1, :]}.items()
    ]
