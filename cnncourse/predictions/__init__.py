"""The predictions: what the lessons ask before they tell, and why the answer is the answer.

    from cnncourse.explorers import predict

    predict("places")

Each lesson has a module, named after it, that declares its predictions: the question, how the
answer is computed, a sentence for each answer that people are likely to give, and the reason. To
add one, add it to the PREDICTIONS of its lesson.
"""

import sys
from dataclasses import replace

from ..course import lesson_modules
from .core import Prediction

__all__ = ["PREDICTIONS", "Prediction"]

PREDICTIONS: dict[str, Prediction] = {
    prediction.name: replace(prediction, lesson=lesson)
    for lesson, module in lesson_modules(sys.modules[__name__])
    for prediction in module.PREDICTIONS
}
