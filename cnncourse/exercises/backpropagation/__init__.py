"""Lesson 08: the way back through each operation of a network, and a check of such ways."""

from . import (
    avg_pool_back,
    dense_back,
    gradient_check,
    image_back,
    kernel_back,
    max_pool_back,
    relu_back,
    scores_back,
    wrong_pullback,
)

EXERCISES = [
    module.EXERCISE
    for module in (
        *(dense_back, relu_back, max_pool_back, avg_pool_back, kernel_back, image_back),
        *(scores_back, gradient_check, wrong_pullback),
    )
]
