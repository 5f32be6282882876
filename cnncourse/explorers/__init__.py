"""The interactive labs: ipywidgets controls around plain functions from a state to what is shown.

A lab never captures output: its pictures are PixelGrids, its words are text, and an error in a
callback is an error of the cell, which the notebook tests see. `lab.sentence` says in words and
numbers what the pictures show.
"""

# ruff: noqa: F401  these are the names that lessons import

from .architect import architect
from .blame_lab import blame_lab
from .classifier_lab import classifier_lab
from .colour_lab import colour_lab
from .draw_and_classify import draw_and_classify
from .explain_lab import explain_lab
from .fair_comparison_lab import fair_comparison_lab
from .filter_bank import filter_bank
from .follow_image import follow_image
from .kernel_back_lab import kernel_back_lab
from .kernel_lab import kernel_lab
from .memory_lab import memory_lab
from .pooling_lab import pooling_lab
from .prediction import predict
from .show_window import show_window
from .size_lab import size_lab
from .training_lab import training_lab
