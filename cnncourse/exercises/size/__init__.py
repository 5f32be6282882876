"""Lesson 02: how large an output is, padding, strides, and settings that give a wanted size."""

from . import choose_settings, output_size, pad_with_zeros, strided_correlation

EXERCISES = [
    module.EXERCISE
    for module in (output_size, pad_with_zeros, strided_correlation, choose_settings)
]
