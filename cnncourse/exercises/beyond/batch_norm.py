"""Exercise batch_norm, lesson 14: mean 0 and spread 1 for each map of a batch."""

import numpy as np

from ..core import Mistake
from ..functions import FunctionExercise

RNG = np.random.default_rng(15)
EPSILON = 1e-5


def batch_norm(x, gamma, beta):
    """Each map with mean 0 and standard deviation 1 over the batch, times gamma, plus beta."""
    mean = x.mean(axis=(0, 1, 2))
    variance = x.var(axis=(0, 1, 2))
    return gamma * (x - mean) / np.sqrt(variance + 1e-5) + beta


def over(axis, ddof=0, epsilon=EPSILON):
    """The same with mean and variance over other axes."""

    def norm(x, gamma, beta):
        mean = x.mean(axis=axis, keepdims=True)
        variance = x.var(axis=axis, keepdims=True, ddof=ddof)
        return gamma * (x - mean) / np.sqrt(variance + epsilon) + beta

    return norm


def parts(x):
    return x - x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))


def drawn(*shape, size=1.0, middle=0.0):
    return RNG.normal(middle, size, shape), RNG.uniform(0.5, 2, shape[3]), RNG.normal(size=shape[3])


EXERCISE = FunctionExercise(
    name="batch_norm",
    asks="should return x, (n, h, w, c), normalised: from each map subtract its mean over all "
    "images, rows and columns, divide by the root of (its variance + 0.00001), multiply by the "
    "map's gamma and add its beta.",
    solution=batch_norm,
    reference=over((0, 1, 2)),
    cases={
        "one image of two pixels": (
            np.array([1.0, 3]).reshape(1, 1, 2, 1),
            np.array([1.0]),
            np.array([0.0]),
        ),
        "two images, two maps": (
            np.array([1.0, 10, 2, 30, 5, 20, 0, 80]).reshape(2, 1, 2, 2),
            np.array([1.0, 2]),
            np.array([0.5, -1]),
        ),
        "three maps": drawn(2, 3, 2, 3),
        "as many images as maps": drawn(4, 4, 4, 4),
        "one of everything but rows": drawn(1, 5, 1, 2),
        "far from zero": drawn(3, 4, 2, 2, middle=50),
        "large": drawn(4, 3, 5, 3, size=300),
        "so small that 0.00001 counts": drawn(3, 3, 4, 2, size=0.003),
        "whole numbers": (RNG.integers(0, 10, (2, 3, 3, 2)), np.array([2, 3]), np.array([-1, 1])),
    },
    mistakes=[
        Mistake(
            "each image by itself",
            "mean and variance are taken over one image. In batch normalisation they are taken "
            "over all images of the batch, axes 0, 1 and 2.",
            over((1, 2)),
        ),
        Mistake(
            "all maps together",
            "one mean and one variance for all maps. Each map has its own: not over axis 3.",
            [over(None), over((0, 1, 2, 3))],
        ),
        Mistake(
            "each pixel by itself",
            "mean and variance are taken over the images only, for each pixel. Rows and columns "
            "belong to it as well: axes 0, 1 and 2.",
            over(0),
        ),
        Mistake(
            "over the maps",
            "mean and variance are taken over the maps of each pixel, axis 3 (that is a layer "
            "normalisation). Here they are taken over axes 0, 1 and 2.",
            [over(3), over((1, 2, 3))],
        ),
        Mistake(
            "divided by the variance",
            "you divide by the variance. Divide by its root, the standard deviation.",
            [
                lambda x, gamma, beta: gamma * parts(x)[0] / (parts(x)[1] + EPSILON) + beta,
                lambda x, gamma, beta: gamma * parts(x)[0] / parts(x)[1] + beta,
            ],
        ),
        Mistake(
            "0.00001 forgotten",
            "where a map hardly varies, you divide by nearly zero. Add 0.00001 to the variance, "
            "under the root.",
            over((0, 1, 2), epsilon=0),
        ),
        Mistake(
            "0.00001 outside the root",
            "0.00001 is added to the standard deviation. It belongs to the variance, under the "
            "root.",
            lambda x, gamma, beta: gamma * parts(x)[0] / (np.sqrt(parts(x)[1]) + EPSILON) + beta,
        ),
        Mistake(
            "mean forgotten",
            "the mean is not subtracted.",
            lambda x, gamma, beta: gamma * x / np.sqrt(parts(x)[1] + EPSILON) + beta,
        ),
        Mistake(
            "only the mean",
            "nothing is divided by the standard deviation.",
            lambda x, gamma, beta: gamma * parts(x)[0] + beta,
        ),
        Mistake(
            "gamma and beta forgotten",
            "the normalised maps are right, but gamma and beta do nothing.",
            lambda x, gamma, beta: parts(x)[0] / np.sqrt(parts(x)[1] + EPSILON),
        ),
        Mistake(
            "beta forgotten",
            "beta is not added.",
            lambda x, gamma, beta: gamma * parts(x)[0] / np.sqrt(parts(x)[1] + EPSILON),
        ),
        Mistake(
            "gamma forgotten",
            "nothing is multiplied by gamma.",
            lambda x, gamma, beta: parts(x)[0] / np.sqrt(parts(x)[1] + EPSILON) + beta,
        ),
        Mistake(
            "gamma and beta swapped",
            "gamma multiplies, beta is added; here it is the other way round.",
            lambda x, gamma, beta: beta * parts(x)[0] / np.sqrt(parts(x)[1] + EPSILON) + gamma,
        ),
        Mistake(
            "beta multiplied as well",
            "beta is added before gamma multiplies. First multiply, then add.",
            lambda x, gamma, beta: gamma * (parts(x)[0] / np.sqrt(parts(x)[1] + EPSILON) + beta),
        ),
        Mistake(
            "one less in the variance",
            "the sum of squares is divided by one less than the count (ddof=1). Here the mean of "
            "the squares is meant: x.var(axis=(0, 1, 2)).",
            over((0, 1, 2), ddof=1),
        ),
        Mistake(
            "variance of what is not centred",
            "the variance is the mean square of the distances from the mean, not of x itself.",
            lambda x, gamma, beta: (
                gamma * parts(x)[0] / np.sqrt((x * 1.0 * x).mean(axis=(0, 1, 2)) + EPSILON) + beta
            ),
        ),
    ],
    hints=(
        "There is one mean for each map. Over which axes of (n, h, w, c) is it taken?",
        "`x.mean(axis=(0, 1, 2))` has one number for each map, and so has `x.var(axis=(0, 1, 2))`. "
        "They fit to the last axis of x by themselves.",
        "`gamma * (x - mean) / np.sqrt(variance + 1e-5) + beta`",
    ),
)
