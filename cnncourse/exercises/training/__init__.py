"""Lesson 09: steps of SGD, momentum and Adam, accuracy, and four runs to diagnose."""

from . import accuracy, adam_step, diagnose, momentum_step, sgd_step

EXERCISES = [module.EXERCISE for module in (sgd_step, momentum_step, adam_step, accuracy, diagnose)]
