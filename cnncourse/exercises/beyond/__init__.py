"""Lesson 14: kernels and dense weights for PyTorch, batch normalisation, depthwise convolution."""

from . import batch_norm, depthwise, kernels_for_torch, rows_for_torch

EXERCISES = [
    module.EXERCISE for module in (kernels_for_torch, rows_for_torch, batch_norm, depthwise)
]
