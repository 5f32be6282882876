"""What lesson 03 asks before it tells."""

from .core import Prediction

PREDICTIONS: list[Prediction] = []
