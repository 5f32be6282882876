"""Exercise more_images, lesson 10: moved copies of the training images, and their labels."""

import numpy as np

from ...variations import shifted
from ..core import Mistake
from ..functions import FunctionExercise


def more_images(images, labels):
    """The images, then all of them one pixel to the right, then to the left; and the labels."""
    right, left = np.zeros_like(images), np.zeros_like(images)
    right[:, :, 1:] = images[:, :, :-1]
    left[:, :, :-1] = images[:, :, 1:]
    return np.concatenate([images, right, left]), np.concatenate([labels, labels, labels])


def by_shifting(images, labels):
    """The same with the package's shifted."""
    moved = [shifted(images[..., None], 0, right)[..., 0] for right in (0, 1, -1)]
    return np.concatenate(moved), np.tile(labels, 3)


def move(images, by, axis=2):
    """Images moved by so many pixels along an axis; zeros come in."""
    moved = np.roll(images, by, axis=axis)
    side = images.shape[axis]
    for place in range(min(abs(by), side)):
        moved[(slice(None),) * axis + (place if by > 0 else side - 1 - place,)] = 0
    return moved


def joined(*parts, label=lambda labels, count: np.tile(labels, count)):
    """The answer that consists of these changes of the images."""
    return lambda images, labels: (
        np.concatenate([part(images) for part in parts]),
        label(labels, len(parts)),
    )


def copied_edge(by):
    """Moved, with the outermost column once more in place of zeros."""

    def moved(images):
        result = np.roll(images, by, axis=2)
        edge = 0 if by > 0 else -1
        result[:, :, edge] = images[:, :, edge]
        return result

    return moved


def same(images):
    return images


def right(images):
    return move(images, 1)


def left(images):
    return move(images, -1)


def drawn(n, h, w, seed):
    """Images without an edge of zeros, so that each change of them shows."""
    rng = np.random.default_rng(seed)
    return rng.uniform(0.1, 1, (n, h, w)).round(2), rng.permutation(10)[:n]


EXERCISE = FunctionExercise(
    name="more_images",
    asks="should return two arrays. First 3n images: the n images as they are, then all of them "
    "moved one pixel to the right, then all of them moved one pixel to the left, with zeros where "
    "nothing moves in. Second 3n labels, in the same order.",
    solution=more_images,
    reference=by_shifting,
    returns=("images", "labels"),
    cases={
        "one image": (np.array([[[1.0, 2.0, 3.0]]]), np.array([7])),
        "numbers below 0": (np.arange(-6.0, 6.0).reshape(1, 3, 4), np.array([0])),
        "two images": (*drawn(2, 3, 4, 0),),
        "three of 3 × 3 pixels": (*drawn(3, 3, 3, 2),),
        "whole numbers": (np.arange(1, 41).reshape(2, 4, 5), np.array([3, 1])),
        "one column": (*drawn(6, 7, 1, 3),),
        "five of 6 × 4 pixels": (*drawn(5, 6, 4, 1),),
    },
    mistakes=[
        Mistake(
            "each label three times in a row",
            "np.repeat gives 7 7 7 1 1 1, but the images come as 7 1, 7 1, 7 1. So some images get "
            "the label of another. Join the labels as you join the images.",
            joined(same, right, left, label=np.repeat),
        ),
        Mistake(
            "labels left as they were",
            "there are three times as many images now, and each needs its label.",
            joined(same, right, left, label=lambda labels, count: labels),
        ),
        Mistake(
            "labels added up",
            "labels + labels adds numbers; a list would grow, an array does not. Use "
            "np.concatenate.",
            [
                joined(same, right, left, label=lambda labels, count: count * labels),
                lambda images, labels: (images + right(images) + left(images), 3 * labels),
            ],
        ),
        Mistake(
            "what leaves comes in again",
            "np.roll brings in on one side what leaves on the other. Zeros should come in.",
            [
                joined(same, lambda x: np.roll(x, 1, 2), lambda x: np.roll(x, -1, 2)),
                joined(same, lambda x: np.roll(x, 1), lambda x: np.roll(x, -1)),
            ],
        ),
        Mistake(
            "left and right exchanged",
            "to the right, the new column 1 is the old column 0: new[:, :, 1:] = old[:, :, :-1].",
            joined(same, left, right),
        ),
        Mistake(
            "up and down in place of right and left",
            "the axes are images, rows, columns. To the right means along the last of them.",
            [
                joined(same, lambda images: move(images, 1, 1), lambda images: move(images, -1, 1)),
                joined(same, lambda images: move(images, -1, 1), lambda images: move(images, 1, 1)),
            ],
        ),
        Mistake(
            "moved along the images",
            "the first axis counts the images, so this puts one image in the place of the next. "
            "Two colons first: new[:, :, 1:].",
            joined(same, lambda images: move(images, 1, 0), lambda images: move(images, -1, 0)),
        ),
        Mistake(
            "the images themselves are missing",
            "the images as they are should come first.",
            [
                joined(right, left),
                joined(right, left, same),
            ],
        ),
        Mistake(
            "not three times",
            "the images should come three times: as they are, to the right, to the left.",
            [joined(same), joined(same, right), joined(same, left)],
        ),
        Mistake(
            "emptied, not moved",
            "the columns of both sides are the same, so each pixel stays where it was and one "
            "column is lost. One side goes from 1 on, the other up to the one before the last.",
            joined(
                same,
                lambda images: np.where(np.arange(images.shape[2]) > 0, images, 0),
                lambda images: np.where(
                    np.arange(images.shape[2]) + 1 < images.shape[2], images, 0
                ),
            ),
        ),
        Mistake(
            "the images added up",
            "three images added are one picture of three digits. Join them: np.concatenate.",
            lambda images, labels: (images + right(images) + left(images), labels),
        ),
        Mistake(
            "labels moved as well",
            "the digit stays what it is when it moves, and so does its label.",
            joined(
                same,
                right,
                left,
                label=lambda labels, count: np.concatenate([labels, labels + 1, labels - 1]),
            ),
        ),
        Mistake(
            "joined side by side",
            "np.concatenate joins along the first axis if axis is left out. You want more images, "
            "not wider ones.",
            [
                lambda images, labels, axis=axis: (
                    np.concatenate([images, right(images), left(images)], axis),
                    np.tile(labels, 3),
                )
                for axis in (1, 2)
            ],
        ),
        Mistake(
            "the second move begins where the first ended",
            "the left ones should be made from the images as they are, not from the right ones.",
            joined(same, right, lambda images: left(right(images))),
        ),
        Mistake(
            "two pixels",
            "they should move by one pixel.",
            joined(same, lambda images: move(images, 2), lambda images: move(images, -2)),
        ),
        Mistake(
            "not zeros at the edge",
            "a column of zeros should come in, not the old one again. Begin with np.zeros_like.",
            joined(same, copied_edge(1), copied_edge(-1)),
        ),
        Mistake(
            "the copies of an image side by side",
            "first come all images as they are, then all to the right, then all to the left.",
            [
                lambda images, labels: (
                    np.stack([images, right(images), left(images)], 1).reshape(
                        -1, *images.shape[1:]
                    ),
                    np.repeat(labels, 3),
                ),
                lambda images, labels: (
                    np.stack([images, right(images), left(images)], 1).reshape(
                        -1, *images.shape[1:]
                    ),
                    np.tile(labels, 3),
                ),
            ],
        ),
        Mistake(
            "one axis too many",
            "np.stack, np.array and a list make a new axis of length 3. np.concatenate joins along "
            "the first one.",
            [
                lambda images, labels: (
                    np.stack([images, right(images), left(images)]),
                    np.tile(labels, 3),
                ),
                lambda images, labels: (
                    np.stack([images, right(images), left(images)]),
                    np.stack([labels] * 3),
                ),
            ],
        ),
        Mistake(
            "one axis too many for the labels",
            "the labels should be 3n numbers in one row: np.concatenate joins them.",
            joined(same, right, left, label=lambda labels, count: np.stack([labels] * count)),
        ),
    ],
    hints=(
        "Three parts, each of n images, joined by np.concatenate; the labels likewise.",
        "`right = np.zeros_like(images)`, and its columns from 1 on are the images' columns up to "
        "the one before the last.",
        "`right[:, :, 1:] = images[:, :, :-1]` and `left[:, :, :-1] = images[:, :, 1:]`, then "
        "`np.concatenate([images, right, left])` and three times the labels.",
    ),
)
