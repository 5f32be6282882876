"""Lesson 00: a first exercise, to see how exercises answer."""

from . import negative

EXERCISES = [negative.EXERCISE]
