"""A slider of fractions that stays where code puts it."""

from collections.abc import Sequence

import ipywidgets as widgets
from traitlets import validate

from .words import decimals


class NumberSlider(widgets.SelectionSlider):
    """A slider over `values`, which rise. Set it to any number: it takes the nearest of them.

    ipywidgets' FloatSlider does not stay where code puts it. The page rounds in its own way, takes
    the 0.2 that it was sent for 0.19999999999999996, and sends that back as if the learner had
    moved the slider. By then the next line or the next cell has set another value, and loses.
    Here only a value's place among the values travels, a whole number, which rounds to itself.
    """

    def __init__(self, values: Sequence[float], *, value: float, digits: int = 2, **options):
        pairs = [(decimals(each, digits), float(each)) for each in values]
        super().__init__(options=pairs, value=value, **options)
        self.add_class("cnncourse-numbers")

    @validate("value")
    def _validate_value(self, proposal):
        return min(self._options_values, key=lambda each: abs(each - proposal.value))
