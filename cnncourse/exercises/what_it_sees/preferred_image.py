"""Exercise preferred_image, lesson 11: uphill, step by step, from any image to a unit's own."""

import numpy as np

from ..core import Mistake
from ..functions import FunctionExercise

RNG = np.random.default_rng(113)


def preferred_image(slope, image, steps, rate):
    """The image after so many steps uphill.   slope: a function from an image to its slopes"""
    for _ in range(steps):
        uphill = slope(image)
        image = image + rate * uphill / np.abs(uphill).max()
        image = np.clip(image, 0, 1)
    return image


def one_step_at_a_time(slope, image, steps, rate):
    """The last step, taken from where all the others lead."""
    if steps == 0:
        return image.copy()
    before = one_step_at_a_time(slope, image, steps - 1, rate)
    slopes = slope(before)
    steepest = max(slopes.max(), -slopes.min())
    return np.minimum(np.maximum(before + slopes * (rate / steepest), 0), 1)


def steepest(slopes):
    return np.abs(slopes).max()


def climbing(sign=1, scale=steepest, keep=lambda image: np.clip(image, 0, 1), more=0):
    """The solution, so that one part of it can be exchanged for a mistake."""

    def climbed(slope, image, steps, rate):
        for _ in range(steps + more):
            uphill = slope(image)
            image = keep(image + sign * rate * uphill / scale(uphill))
        return image

    return climbed


def first_slope_only(slope, image, steps, rate):
    uphill = slope(image)
    for _ in range(steps):
        image = np.clip(image + rate * uphill / steepest(uphill), 0, 1)
    return image


def clipped_at_the_end(slope, image, steps, rate):
    return np.clip(climbing(keep=lambda image: image)(slope, image, steps, rate), 0, 1)


def always_from_the_start(slope, image, steps, rate):
    result = image
    for _ in range(steps):
        uphill = slope(image)
        result = np.clip(image + rate * uphill / steepest(uphill), 0, 1)
    return result


def signs_only(slope, image, steps, rate):
    for _ in range(steps):
        image = np.clip(image + rate * np.sign(slope(image)), 0, 1)
    return image


def after_one(slope, image, steps, rate):
    """With its return inside the loop."""
    for _ in range(steps):
        uphill = slope(image)
        return np.clip(image + rate * uphill / steepest(uphill), 0, 1)
    return image


def straight(image):
    """the weights of a unit: 2, -1, 0.5, -4, 1 and so on, wherever one stands."""
    return np.resize([2.0, -1.0, 0.5, -4.0, 1.0], image.shape)


def towards(image):
    """twice the difference of a certain picture and the image: uphill is towards that picture."""
    rows, columns = np.indices(image.shape)
    return 2 * ((rows + 2 * columns) % 5 / 4 - image)


def neighbours(image):
    """slopes that depend on the neighbours of each pixel."""
    return np.roll(image, 1, axis=0) - 2 * image + 0.3 + np.roll(image, 1, axis=-1) * 0.5


def downward(image):
    """minus 1, minus the image: below zero everywhere."""
    return -1 - image


SMALL = np.array([[0.2, 0.5], [0.4, 0.7], [0.9, 0.1]])

EXERCISE = FunctionExercise(
    name="preferred_image",
    asks="should return the image after `steps` steps: each adds rate times slope(image), divided "
    "by the largest size of these slopes, and then cuts what is below 0 or above 1.",
    solution=preferred_image,
    reference=one_step_at_a_time,
    cases={
        "one step": (straight, SMALL[:2], 1, 0.1),
        "two steps of changing slopes": (towards, SMALL, 2, 0.3),
        "twenty steps, over the limits": (straight, SMALL, 20, 0.2),
        "slopes below zero": (downward, SMALL, 3, 0.15),
        "no step": (straight, SMALL, 0, 0.1),
        "neighbours": (neighbours, RNG.random((4, 5)), 6, 0.2),
        "over the limits and back": (towards, RNG.random((3, 3)), 5, 0.7),
        "from black": (towards, np.zeros((2, 4)), 4, 0.25),
        "in colour": (neighbours, RNG.random((3, 4, 3)), 4, 0.1),
        "many small steps": (towards, RNG.random((5, 3)), 30, 0.02),
    },
    mistakes=[
        Mistake(
            "downhill",
            "the steps go against the slopes, as in training. There the loss should fall; here the "
            "unit should grow: add.",
            climbing(sign=-1),
        ),
        Mistake(
            "slopes as they are",
            "the slopes are not divided by the largest of their sizes, so a step is as long as the "
            "slopes happen to be large.",
            climbing(scale=lambda slopes: 1),
        ),
        Mistake(
            "largest, not largest in size",
            "divided by the largest slope, even where one below zero is larger in size. Take the "
            "largest of np.abs(...).",
            [climbing(scale=np.max), climbing(scale=lambda slopes: abs(slopes.max()))],
        ),
        Mistake(
            "divided by the sum",
            "divided by the sum or the length of all slopes, and not by the largest size.",
            [
                climbing(scale=lambda slopes: np.abs(slopes).sum()),
                climbing(scale=np.linalg.norm),
                climbing(scale=np.sum),
                climbing(scale=lambda slopes: np.abs(slopes).mean()),
            ],
        ),
        Mistake(
            "never cut",
            "pixels leave the range from 0 to 1. After each step: np.clip(image, 0, 1).",
            climbing(keep=lambda image: image),
        ),
        Mistake(
            "cut at the end only",
            "on the way, pixels were outside of 0 and 1, and slopes were asked for there. Cut "
            "after each step.",
            clipped_at_the_end,
        ),
        Mistake(
            "cut at one side only",
            "what is below 0 becomes 0, and what is above 1 becomes 1: both.",
            [
                climbing(keep=lambda image: np.maximum(image, 0)),
                climbing(keep=lambda image: np.minimum(image, 1)),
            ],
        ),
        Mistake(
            "other limits",
            "pixels go from 0 to 1.",
            climbing(keep=lambda image: np.clip(image, -1, 1)),
        ),
        Mistake(
            "the first slopes for all steps",
            "the slopes are asked for once, before the loop. They change with the image: ask again "
            "at each step.",
            first_slope_only,
        ),
        Mistake(
            "signs only",
            "each pixel moves by the whole rate, whatever its slope. That is how one fools a "
            "network; here a small slope makes a small change.",
            signs_only,
        ),
        Mistake(
            "one step only",
            "only one step counts. Does `return` stand inside the loop? Or does each step begin at "
            "the given image again? Put the result back into image.",
            [
                always_from_the_start,
                after_one,
                lambda slope, image, steps, rate: climbing()(slope, image, 1, rate),
            ],
        ),
        Mistake(
            "a step too many or too few",
            "range(steps) makes exactly `steps` rounds.",
            [climbing(more=1), climbing(more=-1)],
        ),
    ],
    hints=(
        "It is the loop of lesson 08 with two differences: the step goes uphill, and it is the "
        "image that changes, not the weights.",
        "In each round: `uphill = slope(image)`; add `rate * uphill / np.abs(uphill).max()`; cut.",
        "`image = np.clip(image + rate * uphill / np.abs(uphill).max(), 0, 1)`. Not +=, which "
        "would change the caller's own image.",
    ),
)
