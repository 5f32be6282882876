"""Lesson 09: a step of SGD, momentum, accuracy, and four runs to diagnose from their curves."""

from . import accuracy, diagnose, momentum_step, sgd_step

EXERCISES = [module.EXERCISE for module in (sgd_step, momentum_step, accuracy, diagnose)]
