"""What lesson 04 asks before it tells."""

from .core import Prediction

PREDICTIONS: list[Prediction] = []
