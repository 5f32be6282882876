"""What lesson 05 asks before it tells."""

from .core import Prediction

PREDICTIONS: list[Prediction] = []
