"""Lesson 04: a layer with loops, its parameters, a bias as a threshold, two kernels in one."""

from . import combine_kernels, conv_layer, conv_parameters, pick_bias

EXERCISES = [
    module.EXERCISE for module in (conv_layer, conv_parameters, pick_bias, combine_kernels)
]
