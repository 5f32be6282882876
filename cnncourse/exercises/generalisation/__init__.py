"""Lesson 10: an interval, how many seeds, a fair plan, more images, early stopping, reports."""

from . import (
    accuracy_interval,
    early_stop,
    fair_plan,
    more_images,
    read_tables,
    seeds_needed,
)

EXERCISES = [
    module.EXERCISE
    for module in (
        accuracy_interval,
        seeds_needed,
        fair_plan,
        more_images,
        early_stop,
        read_tables,
    )
]
