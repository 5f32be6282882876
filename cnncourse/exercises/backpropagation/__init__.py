"""Lesson 08: the way back through a dense layer, ReLU, max pooling, a convolution and softmax."""

from . import dense_back, kernel_back, max_pool_back, relu_back, scores_back

EXERCISES = [
    module.EXERCISE for module in (dense_back, relu_back, max_pool_back, kernel_back, scores_back)
]
