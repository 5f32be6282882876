"""What lesson 07 asks before it tells."""

from .core import Prediction

PREDICTIONS: list[Prediction] = []
