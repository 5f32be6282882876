"""Lesson 13: a network within a budget, a split that keeps copies together."""

from . import split_fairly, within_budget

EXERCISES = [module.EXERCISE for module in (within_budget, split_fairly)]
