"""Lesson 07: follow the size, build a network, find faults, count parameters and work."""

from . import build_network, cnn_parameters, find_faults, most_of_it, receptive_field

EXERCISES = [
    module.EXERCISE
    for module in (receptive_field, build_network, find_faults, cnn_parameters, most_of_it)
]
