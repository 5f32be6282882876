"""Lesson 05: both kinds of pooling, averaging as a convolution, a picture that a shift changes."""

from . import average_kernel, avg_pool2d, max_pool2d, shift_matters

EXERCISES = [module.EXERCISE for module in (max_pool2d, avg_pool2d, average_kernel, shift_matters)]
