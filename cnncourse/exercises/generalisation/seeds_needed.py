"""Exercise seeds_needed: how many pairs of runs a difference of some size asks for."""

import numpy as np

from ..core import Mistake
from ..functions import FunctionExercise


def seeds_needed(spread, difference):
    """The smallest number of seeds, 2 or more, whose interval reaches no further than that."""
    n = 2
    while 2 * spread / np.sqrt(n) > difference:
        n += 1
    return n


def solved_for_n(spread, difference):
    """The same without a loop."""
    return max(2, int(np.ceil(np.square(2 * spread / difference))))


def exact(spread, difference):
    return (2 * spread / difference) ** 2


EXERCISE = FunctionExercise(
    name="seeds_needed",
    asks="should return the smallest whole number n, 2 or more, for which 2 · spread / √n is at "
    "most the difference.",
    solution=seeds_needed,
    reference=solved_for_n,
    cases={
        "a small spread": (0.25, 2.0),
        "spread 1, difference 1": (1.0, 1.0),
        "spread 1, difference 0.7": (1.0, 0.7),
        "spread 3, difference 2": (3.0, 2.0),
        "spread 0.5, difference 0.3": (0.5, 0.3),
        "no spread at all": (0.0, 0.5),
        "a large spread": (4.0, 0.75),
        "just below five": (1.1, 1.0),
        "a tiny difference": (25.0, 0.75),
        "shares, not percents": (0.012, 0.005),
    },
    mistakes=[
        Mistake(
            "fewer than two seeds",
            "one seed says nothing about the spread. Begin at 2.",
            [
                lambda spread, difference: max(1, int(np.ceil(exact(spread, difference)))),
                lambda spread, difference: int(np.ceil(exact(spread, difference))),
                lambda spread, difference: max(
                    int(spread > 0), int(np.ceil(exact(spread, difference)))
                ),
            ],
        ),
        Mistake(
            "if in place of while",
            "if asks once, so at most one seed is added. while asks again and again.",
            lambda spread, difference: 2 + (2 * spread / np.sqrt(2) > difference),
        ),
        Mistake(
            "doubled",
            "twice as many seeds each time pass over the smallest number that is enough. Add one.",
            lambda spread, difference: next(
                2**k for k in range(1, 40) if 2 * spread / np.sqrt(2**k) <= difference
            ),
        ),
        Mistake(
            "the whole length of the interval",
            "it is enough when the interval reaches no further than the difference to *each* side.",
            lambda spread, difference: max(2, int(np.ceil((4 * spread / difference) ** 2))),
        ),
        Mistake(
            "begins too late",
            "fewer may be enough. Begin at 2.",
            [
                lambda spread, difference, n=n: max(n, int(np.ceil(exact(spread, difference))))
                for n in (3, 5, 10)
            ],
        ),
        Mistake(
            "rounded before it is squared",
            "round up at the end: the square of a rounded number is too large.",
            [
                lambda spread, difference: max(2, int(np.ceil(2 * spread / difference) ** 2)),
                lambda spread, difference: int(np.ceil(2 * spread / difference) ** 2),
            ],
        ),
        Mistake(
            "not all of it is squared",
            "n = (2 · spread / difference)²: 2, spread and difference are all squared.",
            [
                lambda spread, difference: max(2, int(np.ceil(4 * spread / difference**2))),
                lambda spread, difference: max(2, int(np.ceil(2 * (spread / difference) ** 2))),
                lambda spread, difference: max(2, int(np.ceil(2 * spread**2 / difference))),
                lambda spread, difference: max(2, int(np.ceil((2 * spread) ** 2 / difference))),
            ],
        ),
        Mistake(
            "2 forgotten",
            "the interval reaches about two standard errors to each side, not one.",
            lambda spread, difference: max(2, int(np.ceil((spread / difference) ** 2))),
        ),
        Mistake(
            "root forgotten",
            "the spread is divided by the root of n, not by n: half the width takes four times "
            "as many seeds.",
            lambda spread, difference: max(2, int(np.ceil(2 * spread / difference))),
        ),
        Mistake(
            "rounded down",
            "with that many seeds the interval is still too long. Round up.",
            [
                lambda spread, difference: max(2, int(exact(spread, difference))),
                lambda spread, difference: max(2, round(exact(spread, difference))),
                lambda spread, difference: int(exact(spread, difference)),
                lambda spread, difference: round(exact(spread, difference)),
            ],
        ),
        Mistake(
            "one too many",
            "with one seed less it is short enough already. Do you count once more after the loop, "
            "or ask for less in place of at most?",
            [
                lambda spread, difference: max(2, int(np.ceil(exact(spread, difference)))) + 1,
                lambda spread, difference: max(2, int(exact(spread, difference)) + 1),
                lambda spread, difference: int(exact(spread, difference)) + 1,
            ],
        ),
        Mistake(
            "one too few",
            "with that many seeds the interval is still too long; take one more.",
            lambda spread, difference: max(2, int(np.ceil(exact(spread, difference))) - 1),
        ),
        Mistake(
            "the other way up",
            "more spread should ask for more seeds, a larger difference for fewer.",
            lambda spread, difference: (
                max(2, int(np.ceil((2 * difference / spread) ** 2))) if spread else 2
            ),
        ),
        Mistake(
            "stops at once",
            "this is 2 whatever is asked. While the interval is *longer* than the difference, go "
            "on; and should `return` stand after the loop?",
            lambda spread, difference: 2,
        ),
        Mistake(
            "not a whole number",
            "there is no fraction of a seed. Take the next whole number above.",
            [
                lambda spread, difference: max(2, exact(spread, difference)),
                lambda spread, difference: exact(spread, difference),
                lambda spread, difference: exact(spread, difference) + 1,
            ],
        ),
        Mistake(
            "another number in place of 2",
            "asked is 2. (1.96 would be for very many seeds, 2.26 for ten.)",
            [
                lambda spread, difference, t=t: max(2, int(np.ceil((t * spread / difference) ** 2)))
                for t in (1.96, 2.26, 2.262)
            ],
        ),
        Mistake(
            "how far the interval reaches",
            "this is a length. Asked is a number of seeds.",
            [
                lambda spread, difference: 2 * spread / np.sqrt(2),
                lambda spread, difference: 2 * spread / np.sqrt(seeds_needed(spread, difference)),
            ],
        ),
    ],
    hints=(
        "Begin with two seeds. Is the interval short enough? If not, take one more.",
        "With n seeds it reaches `2 * spread / np.sqrt(n)` to each side.",
        "`n = 2`, then a loop: `while` that is `> difference`, `n += 1`. Return n after it.",
    ),
)
