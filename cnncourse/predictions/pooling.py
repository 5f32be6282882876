"""What the lesson asks before it tells."""

import numpy as np

from .. import data, invariance, single, storage
from .core import Prediction

BANDS = {  # how many of a hundred: the most that belongs to each choice
    "fewer than 1": 1,
    "from 1 to 3": 3.5,
    "from 4 to 10": 10.5,
    "from 11 to 40": 40.5,
    "more than 40": 100,
}


def renamed() -> str:
    """How many of a hundred digits the network with max pooling renames after two pixels."""
    digits = data.load("mnist").x_test
    digits = digits[invariance.with_room(digits, 4)][:1000]
    net = storage.load(data.bundled("pool_max.npz"))
    changed = 100 - 100 * invariance.same_answers(net, digits, 2)
    return next(band for band, most in BANDS.items() if changed < most)


def half_of_a_stack() -> tuple[int, ...]:
    """What max pooling leaves of sixteen maps."""
    return single.pool(np.zeros((28, 28, 16)), 2).shape


def pixel_stays() -> int:
    """From how many of a hundred places a step leaves the pooled pairs as they are."""
    stays = 0
    for start in range(100):
        row = np.zeros((1, 102))
        row[0, start] = 1
        before, after = single.pool(row, (1, 2)), single.pool(single.shift(row, 0, 1), (1, 2))
        stays += np.array_equal(before, after)
    return stays


PREDICTIONS = [
    Prediction(
        name="renamed",
        question="Of a hundred digits, another name than before get:",
        answer=renamed,
        choices=tuple(BANDS),
        because="Pooling makes a network steadier, but far from indifferent to where things are. "
        "Further down you see how this is measured, and what helps more.",
        wrong={
            "fewer than 1": "That pooling does this is often said, but it is not so.",
            "from 1 to 3": "So few it is after one pixel.",
            "from 11 to 40": "So many it is after three pixels.",
            "more than 40": "It is steadier than that: so many it is after four pixels.",
        },
    ),
    Prediction(
        name="half_of_a_stack",
        question="Rows × columns × maps:",
        answer=half_of_a_stack,
        wrong={
            (14, 14, 8): "The maps are not mixed: as many come out as go in.",
            (14, 14, 1): "The maps are not mixed: as many come out as go in.",
            (27, 27, 16): "The windows lie side by side: the stride is 2.",
            (26, 26, 16): "The windows lie side by side: the stride is 2.",
            (14, 14): "That is one map. How many come out?",
            (16, 14, 14): "The sizes are right. This course puts the maps last, like colours.",
            (28, 28, 16): "One number is left of each window of 2 by 2.",
            (7, 7, 16): "Rows are halved once, and so are columns.",
        },
        because="Half the rows, half the columns, all the maps: a quarter of the numbers.",
    ),
    Prediction(
        name="pixel_stays",
        question="Of a hundred:",
        answer=pixel_stays,
        wrong={
            0.5: "That is the share. Of a hundred, how many is it?",
            100: "From the second place of a pair, one step leads into the next pair.",
            0: "From the first place of a pair, one step leads to the second place of the same "
            "pair.",
        },
        because="Half of the places are the first of their pair: the pixel stays in its window.",
    ),
]
