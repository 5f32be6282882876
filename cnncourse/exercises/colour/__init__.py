"""Lesson 03: correlation over channels, a kernel for one colour, the number of weights."""

from . import correlate_channels, count_weights, find_red

EXERCISES = [module.EXERCISE for module in (correlate_channels, find_red, count_weights)]
