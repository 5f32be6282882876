"""The predictions: what the lessons ask before they tell, and why the answer is the answer.

    from cnncourse.explorers import predict

    predict("places")

Each lesson has a module, named after it, that declares its predictions: the question, how the
answer is computed, a sentence for each answer that people are likely to give, and the reason. To
add one, add it to the PREDICTIONS of its lesson.
"""

<<<<<<< HEAD
from . import (
    backpropagation,
    classify,
    colour,
    convolutional_layer,
    full_cnn,
    one_kernel,
    pooling,
    size,
    training,
    welcome,
)
=======
import sys
from dataclasses import replace

from ..course import lesson_modules
>>>>>>> main
from .core import Prediction

__all__ = ["PREDICTIONS", "Prediction"]

<<<<<<< HEAD
LESSONS = (
    *(welcome, one_kernel, size, colour, convolutional_layer),
    *(pooling, classify, full_cnn, backpropagation, training),
)
=======
>>>>>>> main
PREDICTIONS: dict[str, Prediction] = {
    prediction.name: replace(prediction, lesson=lesson)
    for lesson, module in lesson_modules(sys.modules[__name__])
    for prediction in module.PREDICTIONS
}
