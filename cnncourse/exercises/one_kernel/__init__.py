"""Lesson 01: one window, the loops, a kernel for one diagonal, a picture predicted by hand."""

from . import correlate2d, diagonal_kernel, predict_output, window_sum

EXERCISES = [
    module.EXERCISE for module in (window_sum, correlate2d, diagonal_kernel, predict_output)
]
