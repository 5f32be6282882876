"""Exercise split_fairly: whole groups of near-duplicates are held out."""

import numpy as np

from ..core import Mistake
from ..functions import FunctionExercise


def split_fairly(groups, least):
    """The places of the pictures that are held out."""
    out = np.zeros(len(groups), bool)
    for group in np.unique(groups):
        if out.sum() < least:
            out[groups == group] = True
    return np.flatnonzero(out)


def by_counts(groups, least):
    """The same from how many pictures come before each group."""
    _, places, counts = np.unique(groups, return_inverse=True, return_counts=True)
    return np.flatnonzero((np.cumsum(counts) - counts < least)[places])


def while_(keep):
    """Groups are taken as long as this says of (pictures before it, its pictures, its place)."""

    def split(groups, least):
        _, places, counts = np.unique(groups, return_inverse=True, return_counts=True)
        before = np.cumsum(counts) - counts
        return np.flatnonzero(keep(before, counts, np.arange(len(counts)), least)[places])

    return split


def ranked(groups, least):
    """The first pictures in the order of their groups, wherever a group ends."""
    return np.sort(np.argsort(groups, kind="stable")[:least])


def one_of_each(groups, least):
    """Of each group its first picture, until there are enough."""
    return np.sort(np.unique(groups, return_index=True)[1][:least])


def as_they_come(groups, least):
    """Groups in the order in which the pictures come."""
    out = np.zeros(len(groups), bool)
    for group in groups:
        if out.sum() >= least:
            break
        out[groups == group] = True
    return np.flatnonzero(out)


def from_the_last(groups, least):
    return by_counts(-groups, least)


EXERCISE = FunctionExercise(
    name="split_fairly",
    asks="should return which pictures are held out, as an array of their places, counted from 0, "
    "in order: whole groups, from the one with the smallest number on, until at least `least` "
    "pictures are held out.",
    solution=split_fairly,
    reference=by_counts,
    cases={
        "two pictures": (np.array([0, 1]), 1),
        "two copies and one other": (np.array([0, 0, 1]), 1),
        "no copies": (np.array([0, 1, 2, 3, 4]), 2),
        "copies lie apart": (np.array([0, 1, 0, 2, 1, 3]), 3),
        "just enough after a group": (np.array([0, 1, 1, 2, 0, 3]), 4),
        "not sorted": (np.array([3, 2, 0, 1, 2, 0, 3, 1, 4]), 3),
        "the smallest number is not 0": (np.array([7, 4, 9, 4, 7, 4]), 2),
        "a large group": (np.array([0, 1, 1, 1, 1, 1, 2, 3]), 2),
        "all of them": (np.array([1, 0, 2, 1]), 4),
        "thirty": (np.random.default_rng(0).integers(5, 40, 30), 12),
    },
    mistakes=[
        Mistake(
            "the first pictures",
            "you hold out the first pictures, whatever their groups are. Copies of them are "
            "learned from.",
            [
                lambda groups, least: np.arange(least),
                lambda groups, least: np.arange(len(groups) - least, len(groups)),
            ],
        ),
        Mistake(
            "a group cut in two",
            "the last group that you hold out has copies on the other side. Take a group whole or "
            "not at all.",
            ranked,
        ),
        Mistake(
            "one of each group",
            "of each group only one picture is held out, and its copies are learned from.",
            one_of_each,
        ),
        Mistake(
            "groups counted, not pictures",
            "`least` counts pictures. A group may have many.",
            [
                while_(lambda before, count, place, least: place < least),
                lambda groups, least: np.flatnonzero(groups < least),
            ],
        ),
        Mistake(
            "one group too many",
            "stop as soon as there are `least` pictures, not only when there are more.",
            while_(lambda before, count, place, least: before <= least),
        ),
        Mistake(
            "too few pictures",
            "you leave out a group that would go beyond `least`. At least so many are asked.",
            [
                while_(lambda before, count, place, least: before + count <= least),
                while_(lambda before, count, place, least: before + count < least),
            ],
        ),
        Mistake(
            "only one group",
            "after the first group you stop. Go on until there are enough pictures.",
            while_(lambda before, count, place, least: place == 0),
        ),
        Mistake(
            "all groups",
            "everything is held out, nothing is left to learn from. Stop when there are enough.",
            while_(lambda before, count, place, least: place >= 0),
        ),
        Mistake(
            "the pictures to learn from",
            "these are the pictures that are not held out. Asked are the others.",
            lambda groups, least: np.setdiff1d(np.arange(len(groups)), by_counts(groups, least)),
        ),
        Mistake(
            "groups in place of pictures",
            "you return numbers of groups. Asked is where their pictures stand.",
            [
                lambda groups, least: groups[by_counts(groups, least)],
                lambda groups, least: np.unique(groups[by_counts(groups, least)]),
            ],
        ),
        Mistake(
            "group after group",
            "these are the right pictures, but not in order. Sort them at the end.",
            lambda groups, least: np.argsort(groups, kind="stable")[
                : len(by_counts(groups, least))
            ],
        ),
        Mistake(
            "counted from 1",
            "the first picture has the place 0.",
            lambda groups, least: by_counts(groups, least) + 1,
        ),
        Mistake(
            "in the order in which they come",
            "groups are taken in the order of the pictures. Take the smallest number first: "
            "np.unique(groups) has the numbers in order.",
            as_they_come,
        ),
        Mistake(
            "from the largest number on",
            "groups are taken from the largest number on. Begin with the smallest.",
            from_the_last,
        ),
    ],
    hints=(
        "Go from group to group, not from picture to picture. When is it enough?",
        "`groups == group` is True for all pictures of a group, wherever they lie.",
        "Begin with `out = np.zeros(len(groups), bool)`. For each group of np.unique(groups): if "
        "`out.sum() < least`, then `out[groups == group] = True`. At the end np.flatnonzero(out) "
        "has the places.",
    ),
)
