"""What lesson 11 asks before it tells; measures of several networks are read from data/."""

import numpy as np

from .. import data, interpret, selectivity, storage
from .core import Prediction

LESSON = "11_what_it_sees"
LINEAR = {13: "about 13%, as by guessing", 40: "about 40%", 70: "about 70%", 95: "about 95%"}
KERNELS = "the trained ones", "the untrained ones", "no difference that one can tell"
LAYERS = "the first convolution", "the second", "the third"
FOOLED = {2: "about 2", 10: "about 10", 20: "nearly all 20"}


def nearest(value: float, choices: dict[float, str]) -> str:
    return choices[min(choices, key=lambda number: abs(number - value))]


def linear_shapes() -> str:
    return nearest(100 * float(np.mean(selectivity.others()["softmax regression"])), LINEAR)


def first_kernels() -> str:
    """By whether every trained network lies above, or below, its own untrained start."""
    gain = selectivity.medians("angle", True)[:, 0] - selectivity.medians("angle", False)[:, 0]
    return KERNELS[0] if gain.min() > 0 else KERNELS[1] if gain.max() < 0 else KERNELS[2]


def most_selective() -> str:
    return LAYERS[int(selectivity.medians("angle", True).mean(axis=0).argmax())]


def fooled_of_twenty() -> str:
    net = storage.load(data.bundled("shapes_cnn.npz"))
    x, y = data.shapes(40, rng=np.random.default_rng([0, 23]))
    right = np.flatnonzero(net(x).argmax(axis=1) == y)[:20]
    changed = np.stack([interpret.fooled(net, x[i], int(y[i]), 0.02) for i in right])
    return nearest(int((net(changed).argmax(axis=1) != y[right]).sum()), FOOLED)


PREDICTIONS = [
    Prediction(
        name="linear_shapes",
        lesson=LESSON,
        question="A single dense layer on the pixels, trained on 20,000 of these images: accuracy "
        "on new ones?",
        answer=linear_shapes,
        choices=tuple(LINEAR.values()),
        because="A shape may have any colour, and its background any other. So no pixel speaks for "
        "or against a kind by being bright, red or blue, and a weighted sum of pixels has nothing "
        "to go by.",
    ),
    Prediction(
        name="first_kernels",
        lesson=LESSON,
        question="Which first kernels are more selective for the angle of bars, by the median of "
        "the units?",
        answer=first_kernels,
        choices=KERNELS,
        because="This compares each trained network with its own start, seed by seed. It counts as "
        "a difference only if it has the same sign for every seed.",
    ),
    Prediction(
        name="most_selective",
        lesson=LESSON,
        question="Where are the trained units most selective for the angle of bars?",
        answer=most_selective,
        choices=LAYERS,
        because="By the mean over the seeds. A unit further on adds up several kernels, in several "
        "places, and can ask for more than each of them.",
    ),
    Prediction(
        name="fooled_of_twenty",
        lesson=LESSON,
        question="20 images that the network gets right; each number may change by 0.02 at most, "
        "along the slopes. How many labels change?",
        answer=fooled_of_twenty,
        choices=tuple(FOOLED.values()),
        because="Each of the 3,072 numbers does a little, and all of them in the worst direction "
        "at once.",
    ),
]
