"""Lesson 02: how large an output is, strides, padding, dilation, and how far a number sees."""

from . import (
    choose_settings,
    output_size,
    pad_with_zeros,
    receptive_field,
    spread_kernel,
    strided_correlation,
)

EXERCISES = [
    module.EXERCISE
    for module in (
        output_size,
        strided_correlation,
        pad_with_zeros,
        choose_settings,
        spread_kernel,
        receptive_field,
    )
]
