"""The predictions: what the lessons ask before they tell, and why the answer is the answer.

    from cnncourse.explorers import predict

    predict("places")

Each lesson has a module that declares its predictions: the question, how the answer is computed,
a sentence for each answer that people are likely to give, and the reason. To add one, add it to
the PREDICTIONS of its lesson.
"""

from . import (
    classify,
    colour,
    convolutional_layer,
    full_cnn,
    generalisation,
    one_kernel,
    pooling,
    size,
    training,
    welcome,
)
from .core import Prediction

__all__ = ["PREDICTIONS", "Prediction"]

LESSONS = (
    *(welcome, one_kernel, size, colour, convolutional_layer),
    *(pooling, classify, full_cnn, training, generalisation),
)
PREDICTIONS: dict[str, Prediction] = {
    prediction.name: prediction for lesson in LESSONS for prediction in lesson.PREDICTIONS
}
