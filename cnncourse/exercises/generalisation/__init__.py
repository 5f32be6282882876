"""Lesson 10: an interval, how many seeds, a fair plan, four tables to read, early stopping."""

from . import accuracy_interval, early_stop, fair_plan, read_tables, seeds_needed

EXERCISES = [
    module.EXERCISE
    for module in (accuracy_interval, seeds_needed, fair_plan, early_stop, read_tables)
]
