"""Exercise early_stop: when to stop, and which weights to keep."""

import numpy as np

from ..core import Mistake
from ..functions import FunctionExercise


def early_stop(losses, patience):
    """The look after which training stops, and the look whose weights are kept."""
    best = 0
    for look, loss in enumerate(losses):
        if loss < losses[best]:
            best = look
        if look - best == patience:
            return look, best
    return len(losses) - 1, best


def by_lowest_so_far(losses, patience):
    """The same, by the lowest loss so far at each look."""
    looks = np.arange(len(losses))
    lowest = np.minimum.accumulate(losses)
    new = np.r_[True, lowest[1:] < lowest[:-1]]
    best = np.maximum.accumulate(np.where(new, looks, 0))
    waited = np.flatnonzero(looks - best >= patience)
    stop = waited[0] if len(waited) else looks[-1]
    return stop, best[stop]


def walk(losses, patience, better=lambda loss, best, before: loss < best, longer=0):
    """early_stop with another rule for better, or with more patience."""
    best = 0
    for look, loss in enumerate(losses):
        if look and better(loss, losses[best], losses[look - 1]):
            best = look
        if look - best == patience + longer:
            return look, best
    return len(losses) - 1, best


def first_rise(losses, patience):
    """It stops at the first loss above the one before, and keeps that."""
    for look in range(1, len(losses)):
        if losses[look] > losses[look - 1]:
            return look, look - 1
    return len(losses) - 1, len(losses) - 1


def first_counts(losses, patience):
    """The first look, too, counts as one without a new lowest loss."""
    best, waited = 0, 0
    for look, loss in enumerate(losses):
        waited = 0 if loss < losses[best] else waited + 1
        best = look if loss < losses[best] else best
        if waited == patience:
            return look, best
    return len(losses) - 1, best


def begins_at_zero(losses, patience):
    """The lowest loss so far is 0 before the first look."""
    lowest, kept, waited = 0, 0, 0
    for look, loss in enumerate(losses):
        waited = 0 if loss < lowest else waited + 1
        lowest, kept = (loss, look) if loss < lowest else (lowest, kept)
        if waited == patience:
            return look, kept
    return len(losses) - 1, kept


def against_long_ago(losses, patience):
    """Each loss is held against the one `patience` looks before."""
    for look in range(patience, len(losses)):
        if losses[look] > losses[look - patience]:
            return look, look - patience
    return len(losses) - 1, len(losses) - 1


def count_all(losses, patience):
    """The looks without a new lowest loss are counted, and never from 0 again."""
    best, waited = 0, 0
    for look, loss in enumerate(losses):
        if loss < losses[best]:
            best = look
        elif look:
            waited += 1
        if waited == patience:
            return look, best
    return len(losses) - 1, best


FALLS, RISES = [1.0, 0.75, 0.5, 0.25], [0.5, 0.75, 1.0, 1.25, 1.5]
LONG = 1 / np.arange(1, 41) + np.arange(40) / 60 + np.tile([0, 0.06, -0.05, 0.02], 10)

EXERCISE = FunctionExercise(
    name="early_stop",
    asks="should return two whole numbers, counted from 0: the look after which training stops, "
    "because there was no new lowest loss for `patience` looks (the last look if that never "
    "happens), and the look with the lowest loss up to there (the first of equal ones).",
    solution=early_stop,
    reference=by_lowest_so_far,
    returns=("stopped", "kept"),
    cases={
        "one look": ([1.5], 2),
        "down, then up": ([2.0, 1.0, 0.5, 0.75, 1.0, 1.25], 2),
        "a bump on the way down": ([2.0, 1.0, 1.5, 0.5, 0.75, 1.0, 1.25], 2),
        "a late second valley": ([2.0, 1.0, 1.25, 1.5, 1.25, 0.25, 0.125], 3),
        "back down, not far enough": ([3.0, 1.0, 2.0, 1.5, 1.25, 1.125, 1.0625, 0.5], 4),
        "two bumps": ([3.0, 2.0, 2.5, 1.0, 1.5, 0.5, 0.75, 0.25, 1.0, 2.0, 3.0], 2),
        "equal losses": ([2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.5], 3),
        "always better": (FALLS, 2),
        "never better": (RISES, 3),
        "patience 1": ([4.0, 2.0, 2.5, 1.0], 1),
        "more patience than looks": ([4.0, 2.0, 2.5, 3.0], 9),
        "losses below 0": ([-1.0, -3.0, -2.0, -2.5, -4.0], 3),
        "close together": ([1.0, 0.52, 0.49, 0.51, 0.53, 0.54], 2),
        "an array of forty": (LONG, 6),
    },
    mistakes=[
        Mistake(
            "compared with the look before",
            "a loss can be lower than the one before and still not be a new lowest. Compare with "
            "the lowest so far.",
            lambda losses, patience: walk(
                losses, patience, lambda loss, best, before: loss < before
            ),
        ),
        Mistake(
            "the lowest of all looks",
            "the kept look comes after training stopped. Nobody can know the losses to come.",
            [
                lambda losses, patience: (walk(losses, patience)[0], int(np.argmin(losses))),
                lambda losses, patience: (
                    min(len(losses) - 1, int(np.argmin(losses)) + patience),
                    int(np.argmin(losses)),
                ),
                lambda losses, patience: (
                    int(np.argmin(losses)) + patience,
                    int(np.argmin(losses)),
                ),
            ],
        ),
        Mistake(
            "one look too late",
            "it stops one look too late. With patience 2, the second look without a new lowest "
            "loss is the last.",
            lambda losses, patience: walk(losses, patience, longer=1),
        ),
        Mistake(
            "one look too early",
            "it stops one look too early. With patience 2, there are two looks without a new "
            "lowest loss.",
            lambda losses, patience: walk(losses, patience, longer=-1) if patience > 1 else (0, 0),
        ),
        Mistake(
            "no patience",
            "it stops at the first loss that is no new lowest. It should wait `patience` looks.",
            [lambda losses, patience: walk(losses, 1), first_rise],
        ),
        Mistake(
            "the first look counts as one without a new lowest",
            "the first loss is the lowest so far, so waiting begins at 0 there.",
            first_counts,
        ),
        Mistake(
            "the lowest so far begins at 0",
            "no loss is below 0 here, so none is ever a new lowest. Begin with the first loss.",
            begins_at_zero,
        ),
        Mistake(
            "compared with the loss patience looks ago",
            "compare with the lowest loss so far. When was that?",
            against_long_ago,
        ),
        Mistake(
            "ends after the first look",
            "the last return stands in the loop. Begin its line below the `for`.",
            lambda losses, patience: (len(losses) - 1, 0),
        ),
        Mistake(
            "one beyond the last look",
            "counted from 0, the last look has the number len(losses) - 1.",
            lambda losses, patience: (
                walk(losses, patience)
                if walk(losses, patience)[0] - walk(losses, patience)[1] == patience
                else (len(losses), walk(losses, patience)[1])
            ),
        ),
        Mistake(
            "never counted from 0 again",
            "after a new lowest loss the patience begins anew.",
            count_all,
        ),
        Mistake(
            "equal counts as better",
            "a loss that is as low as the lowest is no new lowest: use <, not <=.",
            lambda losses, patience: walk(
                losses, patience, lambda loss, best, before: loss <= best
            ),
        ),
        Mistake(
            "the highest is kept",
            "losses should be low, not high. Accuracies would be the other way round.",
            lambda losses, patience: walk(losses, patience, lambda loss, best, before: loss > best),
        ),
        Mistake(
            "the last weights are kept",
            "the kept look is the one at which it stops. The best weights are older.",
            lambda losses, patience: (walk(losses, patience)[0],) * 2,
        ),
        Mistake(
            "both in the wrong order",
            "first the look at which it stops, then the one that is kept.",
            lambda losses, patience: walk(losses, patience)[::-1],
        ),
        Mistake(
            "counted from 1",
            "the first look has number 0, as with enumerate.",
            lambda losses, patience: tuple(look + 1 for look in walk(losses, patience)),
        ),
        Mistake(
            "the loss in place of the look",
            "the second number is a loss. Which look was it?",
            lambda losses, patience: (
                walk(losses, patience)[0],
                losses[walk(losses, patience)[1]],
            ),
        ),
        Mistake(
            "it never stops",
            "it goes on to the last look in any case.",
            lambda losses, patience: (len(losses) - 1, int(np.argmin(losses))),
        ),
    ],
    hints=(
        "Remember the look with the lowest loss so far. How many looks ago was it?",
        "`for look, loss in enumerate(losses)`: is `loss < losses[best]`? Then `best = look`.",
        "If `look - best == patience`, return look and best. After the loop: `len(losses) - 1` "
        "and best.",
    ),
)
