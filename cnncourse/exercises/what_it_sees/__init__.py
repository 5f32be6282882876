"""Lesson 11: occlusion, a receptive field by hand and by nudging, a fooled network."""

from . import field_by_hand, fooling_image, occlusion_map, preferred_image, seen_pixels

EXERCISES = [
    module.EXERCISE
    for module in (field_by_hand, seen_pixels, occlusion_map, preferred_image, fooling_image)
]
