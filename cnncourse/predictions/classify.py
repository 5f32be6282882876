"""What lesson 06 asks before it tells."""

from .core import Prediction

PREDICTIONS: list[Prediction] = []
