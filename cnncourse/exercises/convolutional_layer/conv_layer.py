"""Exercise conv_layer, lesson 04: every filter over one image, its bias, and the bend."""

import numpy as np

from ... import reference
from ..core import Mistake
from ..functions import FunctionExercise

# Drawn at random, so that nothing is symmetrical and no mistake fits by luck.
RNG = np.random.default_rng(4)


def drawn(*shape):
    """Small whole numbers, as many above zero as below."""
    return RNG.integers(-4, 5, shape).astype(float)


def conv_layer(x, w, b):
    """Every filter over one image, its bias, then ReLU.   (h, w, c) -> (oh, ow, f)"""
    kh, kw, _, f = w.shape
    oh = x.shape[0] - kh + 1
    ow = x.shape[1] - kw + 1
    y = np.zeros((oh, ow, f))
    for row in range(oh):
        for column in range(ow):
            window = x[row : row + kh, column : column + kw]
            for j in range(f):
                total = (window * w[:, :, :, j]).sum() + b[j]
                y[row, column, j] = max(total, 0)
    return y


def right(x, w, b):
    return reference.relu(sums(x, w) + b)


def sums(x, w):
    """What the filters answer before the bias and the bend.   -> (oh, ow, f)"""
    return reference.conv2d(x[None], w, np.zeros(w.shape[3]))[0]


def by_channel(x, w):
    """The answer of each slice of each filter on its own.   -> (oh, ow, c, f)"""
    channels = range(x.shape[2])
    return np.stack([sums(x[:, :, [k]], w[:, :, [k]]) for k in channels], axis=2)


def by_product(x, w):
    """Each single product of a number and a weight.   -> (oh, ow, f, kh * kw * c)"""
    kh, kw, c, _ = w.shape
    products = [
        sums(x[i : x.shape[0] - kh + 1 + i, j : x.shape[1] - kw + 1 + j, [k]], w[[[i]], [[j]], [k]])
        for i, j, k in np.ndindex(kh, kw, c)
    ]
    return np.stack(products, axis=3)


def first_filter(x, w, b):
    """The right map of the first filter, zeros for the others."""
    y = right(x, w, b)
    y[:, :, 1:] = 0
    return y


def partly(rows, columns):
    """The right stack in some rows and columns, zeros elsewhere."""

    def layer(x, w, b):
        y = right(x, w, b)
        kept = np.zeros_like(y)
        kept[rows, columns] = y[rows, columns]
        return kept

    return layer


EXERCISE = FunctionExercise(
    name="conv_layer",
    lesson="04_convolutional_layer",
    asks="should return the stack of feature maps of one image: for each filter a map, with the "
    "filter's bias added to each number of it and then ReLU; stride 1, no padding.",
    solution=conv_layer,
    reference=right,
    cases={
        "one pixel": (np.full((1, 1, 1), 3.0), np.full((1, 1, 1, 1), 2.0), np.array([-1.0])),
        "a sum below zero": (
            np.full((1, 1, 1), 3.0),
            np.full((1, 1, 1, 1), -2.0),
            np.array([1.0]),
        ),
        "one window": (drawn(2, 2, 1), np.array([[[[2.0]], [[1]]], [[[-1]], [[3]]]]), np.ones(1)),
        "two filters": (drawn(3, 3, 1), drawn(2, 2, 1, 2), np.array([2.0, -1])),
        "three channels": (drawn(3, 3, 3), drawn(2, 2, 3, 1), np.array([3.0])),
        "three channels and three filters": (drawn(3, 3, 3), drawn(2, 2, 3, 3), drawn(3)),
        "more columns than rows": (drawn(4, 6, 2), drawn(3, 2, 2, 4), np.array([5.0, -2, 0, 1])),
    },
    mistakes=[
        Mistake(
            "ReLU forgotten",
            "there are numbers below 0 in your maps. What does the bend do with them?",
            lambda x, w, b: sums(x, w) + b,
        ),
        Mistake(
            "bias forgotten",
            "each filter has a number of its own that is added to its sums: b[j] for filter j.",
            lambda x, w, b: reference.relu(sums(x, w)),
        ),
        Mistake(
            "ReLU and bias forgotten",
            "these are the bare sums. First the bias of the filter is added, then comes the bend.",
            lambda x, w, b: sums(x, w),
        ),
        Mistake(
            "bias after the ReLU",
            "the bend comes last. Otherwise the bias cannot decide what passes it.",
            lambda x, w, b: reference.relu(sums(x, w)) + b,
        ),
        Mistake(
            "bias once for each channel",
            "the filter's bias is added with each of its slices. One sum over all slices, one "
            "bias.",
            lambda x, w, b: reference.relu(sums(x, w) + x.shape[2] * b),
        ),
        Mistake(
            "bias once for each weight",
            "the bias is added with each product. It belongs after the loop that adds them up.",
            [
                lambda x, w, b: reference.relu(sums(x, w) + w[..., 0].size * b),
                lambda x, w, b: reference.relu(sums(x, w) + w[..., 0, 0].size * b),
            ],
        ),
        Mistake(
            "the first bias for all filters",
            "each filter has its own bias, b[j], not b[0].",
            lambda x, w, b: reference.relu(sums(x, w) + b[0]),
        ),
        Mistake(
            "all biases added together",
            "the sum of b goes to each filter. Filter j gets b[j] alone.",
            lambda x, w, b: reference.relu(sums(x, w) + b.sum()),
        ),
        Mistake(
            "flipped kernel",
            "your kernels are turned by half a circle before they meet the window. Networks lay "
            "them down as they stand.",
            lambda x, w, b: right(x, w[::-1, ::-1], b),
        ),
        Mistake(
            "rows and columns of the kernel swapped",
            "pixel [i, j] of the window meets weight [j, i] of the kernel.",
            lambda x, w, b: reference.relu(
                np.stack(
                    [
                        [
                            (
                                x[r : r + w.shape[0], s : s + w.shape[1]] * w[..., j].swapaxes(0, 1)
                            ).sum()
                            + b[j]
                            for r, s in np.ndindex(right(x, w, b).shape[:2])
                        ]
                        for j in range(w.shape[3])
                    ],
                    axis=1,
                ).reshape(right(x, w, b).shape)
            ),
        ),
        Mistake(
            "only the first channel",
            "a filter is as deep as the image: each of its slices meets its own channel, and all "
            "that goes into one sum.",
            lambda x, w, b: right(x[:, :, :1], w[:, :, :1], b),
        ),
        Mistake(
            "channels not added up",
            "there is a map for each channel and filter. A filter makes one map: add up over its "
            "slices, too.",
            [
                lambda x, w, b: reference.relu(by_channel(x, w) + b),
                lambda x, w, b: reference.relu((by_channel(x, w) + b).transpose(0, 1, 3, 2)),
            ],
        ),
        Mistake(
            "slice and filter swapped",
            "w[:, :, j, :] is slice j of all filters. The filter is counted by the last axis.",
            lambda x, w, b: right(x, w.transpose(0, 1, 3, 2), b),
        ),
        Mistake(
            "the bend too early: each product",
            "every product was bent on its own. Evidence against counts as well: add up first.",
            lambda x, w, b: reference.relu(by_product(x, w)).sum(axis=3) + b,
        ),
        Mistake(
            "the bend too early: each product",
            "every product was bent on its own. Evidence against counts as well: add up first.",
            lambda x, w, b: reference.relu(reference.relu(by_product(x, w)).sum(axis=3) + b),
        ),
        Mistake(
            "the bend too early: each channel",
            "every slice was bent on its own. Evidence against counts as well: add up first.",
            [
                lambda x, w, b: reference.relu(reference.relu(by_channel(x, w)).sum(axis=2) + b),
                lambda x, w, b: reference.relu(by_channel(x, w)).sum(axis=2) + b,
            ],
        ),
        Mistake(
            "only the first filter",
            "the other maps stay 0. Does the loop over the filters reach them?",
            first_filter,
        ),
        Mistake(
            "the same filter in every map",
            "all maps are alike. Which filter does w[:, :, :, 0] pick?",
            [
                lambda x, w, b: np.repeat(right(x, w, b)[:, :, :1], w.shape[3], axis=2),
                lambda x, w, b: reference.relu(sums(x, w)[:, :, :1] + b),
                lambda x, w, b: np.repeat(right(x, w, b)[:, :, -1:], w.shape[3], axis=2),
            ],
        ),
        Mistake(
            "all filters in one map",
            "the maps are added together. Each filter has a map of its own, the last axis of y.",
            [
                lambda x, w, b: right(x, w, b).sum(axis=2),
                lambda x, w, b: reference.relu((sums(x, w) + b).sum(axis=2)),
            ],
        ),
        Mistake(
            "maps come first",
            "your axes are (maps, rows, columns). The course puts the maps last, like colours.",
            lambda x, w, b: right(x, w, b).transpose(2, 0, 1),
        ),
        Mistake(
            "rows and columns of the maps swapped",
            "the numbers are right, but rows lie where columns should. Which index comes first?",
            lambda x, w, b: right(x, w, b).transpose(1, 0, 2),
        ),
        Mistake(
            "padded",
            "your maps are as large as the image. Here the filter goes only where all of it fits.",
            lambda x, w, b: reference.relu(reference.conv2d(x[None], w, b, pad="same")[0]),
        ),
        Mistake(
            "return inside the loop",
            "only the first place is filled in. How far is the return indented?",
            partly(slice(1), slice(1)),
        ),
        Mistake(
            "return inside the loop",
            "only the first row is filled in. How far is the return indented?",
            partly(slice(1), slice(None)),
        ),
        Mistake(
            "last row and column left out",
            "the loops stop one place early. range(n) already ends at n - 1.",
            partly(slice(-1), slice(-1)),
        ),
    ],
    hints=(
        "Do one number of the stack first: one place and one filter. Which part of the image lies "
        "under the filter, and what becomes of it, step by step?",
        "Three loops: rows, columns, filters. The window at (row, column) has all channels: "
        "`x[row : row + kh, column : column + kw]` is as deep as the image, and so is the filter "
        "`w[:, :, :, j]`.",
        "Inside the loops: multiply the window by the filter, `.sum()` over everything, add "
        "`b[j]`, and put the larger of that and 0 into `y[row, column, j]`. Return `y` after all "
        "loops.",
    ),
)
