"""What lesson 00 asks before it tells."""

from .core import Prediction

PREDICTIONS: list[Prediction] = []
