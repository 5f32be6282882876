"""Lesson 07: follow the size, build a network, find faults, count parameters and work."""

from . import build_network, cnn_parameters, find_faults, most_of_it

EXERCISES = [
    module.EXERCISE
    for module in (build_network, cnn_parameters, find_faults, most_of_it)
]
