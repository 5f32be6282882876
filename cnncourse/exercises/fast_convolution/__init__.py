"""Lesson 12: windows by strides, im2col and its way back, and pieces that fit into a cache."""

from . import col2im, im2col, images_in_piece, window_strides

EXERCISES = [module.EXERCISE for module in (window_strides, im2col, images_in_piece, col2im)]
