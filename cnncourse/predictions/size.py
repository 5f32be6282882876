"""What lesson 02 asks before it tells."""

from .core import Prediction

PREDICTIONS: list[Prediction] = []
