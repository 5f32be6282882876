"""Lesson 07: build a network, find what is wrong with three, count parameters and work."""

from . import build_network, cnn_parameters, find_faults, most_of_it

EXERCISES = [module.EXERCISE for module in (build_network, find_faults, cnn_parameters, most_of_it)]
