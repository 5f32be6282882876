"""What lesson 09 asks before it tells."""

from .core import Prediction

PREDICTIONS: list[Prediction] = []
