"""Exercise conv_layer: every filter over an image, its bias, the bend (nonlinearity)."""

import numpy as np

from ... import reference
from ..core import Mistake
from ..functions import FunctionExercise

# Drawn at random, so that nothing is symmetrical and no mistake fits by luck.
RNG = np.random.default_rng(4)


def drawn(*shape):
    """Small whole numbers, as many above zero as below."""
    return whole(*shape).astype(float)


def whole(*shape):
    """The same as an array of whole numbers."""
    return RNG.integers(-4, 5, shape)


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
        sums(
            x[i : x.shape[0] - kh + 1 + i, j : x.shape[1] - kw + 1 + j, [k]],
            w[i : i + 1, j : j + 1, k : k + 1],
        )
        for i, j, k in np.ndindex(kh, kw, c)
    ]
    return np.stack(products, axis=3)


def first_filter(x, w, b):
    """The right map of the first filter, zeros for the others."""
    y = right(x, w, b)
    y[:, :, 1:] = 0
    return y


def partly(rows, columns, maps=slice(None)):
    """The right stack in some rows, columns and maps, zeros elsewhere."""

    def layer(x, w, b):
        y = right(x, w, b)
        kept = np.zeros_like(y)
        kept[rows, columns, maps] = y[rows, columns, maps]
        return kept

    return layer


def smaller(rows, columns):
    """The right stack without its last rows and columns, as if made too small."""

    def layer(x, w, b):
        y = right(x, w, b)
        return y[: y.shape[0] - rows, : y.shape[1] - columns]

    return layer


def windows_of(rows, columns, sized=None):
    """Windows of another size than the filters', in maps of the right size or of `sized`."""

    def layer(x, w, b):
        size = right(x, w, b).shape[:2] if sized is None else sized(x)
        y = np.zeros((*size, w.shape[3]))
        for row, column, j in np.ndindex(y.shape):
            window = x[row : row + rows(w), column : column + columns(w)]
            y[row, column, j] = max((window * w[:, :, :, j]).sum() + b[j], 0)
        return y

    return layer


def two_fewer(x):
    """How many places a window of 3 by 3 has."""
    return x.shape[0] - 2, x.shape[1] - 2


def three_by_three(x, w, b):
    """Three rows and columns of each filter, number by number."""
    y = np.zeros(right(x, w, b).shape)
    for row, column, j in np.ndindex(y.shape):
        total = b[j]
        for i, k, channel in np.ndindex(3, 3, w.shape[2]):
            total = total + x[row + i, column + k, channel] * w[i, k, channel, j]
        y[row, column, j] = max(total, 0)
    return y


def of_three_places(x, w, b):
    """Maps of the size that kernels of 3 by 3 leave, for kernels of any size."""
    kh, kw, _, f = w.shape
    y = np.zeros((*two_fewer(x), f))
    for row, column, j in np.ndindex(y.shape):
        window = x[row : row + kh, column : column + kw]
        y[row, column, j] = max((window * w[:, :, :, j]).sum() + b[j], 0)
    return y


def picked(pick):
    """The layer with another way to pick filter number j."""

    def layer(x, w, b):
        kh, kw, _, f = w.shape
        y = np.zeros((x.shape[0] - kh + 1, x.shape[1] - kw + 1, f))
        for row, column, j in np.ndindex(y.shape):
            window = x[row : row + kh, column : column + kw]
            y[row, column, j] = max((window * pick(w, j)).sum() + b[j], 0)
        return y

    return layer


def counted_on(axis):
    """The totals are never set back: along the filters of a place, or from the very first on."""

    def layer(x, w, b):
        each = sums(x, w) + b
        totals = np.cumsum(each, axis=2) if axis == 2 else np.cumsum(each).reshape(each.shape)
        return reference.relu(totals)

    return layer


def three_channels(x, w, b):
    """Three slices, however many there are."""
    return right(x[:, :, [0, 1, 2]], w[:, :, [0, 1, 2]], b)


def some_filters(count):
    """So many filters, however many there are."""

    def layer(x, w, b):
        y = np.zeros((*right(x, w, b).shape[:2], w.shape[3]))
        for j in range(count):
            y[:, :, j] = right(x, w[:, :, :, [j]], b[[j]])[:, :, 0]
        return y

    return layer


def of_channel_j(x, w, b):
    """Filter number j looks at channel number j."""
    kh, kw, _, f = w.shape
    y = np.zeros((x.shape[0] - kh + 1, x.shape[1] - kw + 1, f))
    for row, column, j in np.ndindex(y.shape):
        window = x[row : row + kh, column : column + kw, j]
        y[row, column, j] = max((window * w[:, :, :, j]).sum() + b[j], 0)
    return y


def over_the_window(x, w, b):
    """As many rows and columns of each map as the filter has."""
    kh, kw, _, f = w.shape
    right_ones = right(x, w, b)
    y = np.zeros_like(right_ones)
    for row, column, j in np.ndindex(kh, kw, f):
        y[row, column, j] = right_ones[row, column, j]
    return y


EXERCISE = FunctionExercise(
    name="conv_layer",
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
        "fractions": (drawn(4, 5, 3) / 8, drawn(3, 3, 3, 2) / 7, np.array([0.3, -0.45])),
        "kernels of 4 by 5, six channels": (
            drawn(5, 7, 6) / 3,
            drawn(4, 5, 6, 5) / 9,
            drawn(5) / 2,
        ),
        "a large image": (RNG.random((12, 9, 1)), drawn(2, 1, 1, 2) / 4, np.array([0.5, 0.7])),
        "an image of whole numbers": (whole(4, 5, 2), drawn(2, 3, 2, 2) / 7, np.array([1, -3])),
        "weights that are whole numbers": (
            drawn(5, 4, 2) / 9,
            whole(3, 2, 2, 3),
            np.array([0.1, -0.2, 0.3]),
        ),
        "large numbers": (
            255 * drawn(3, 4, 2),
            13 * drawn(2, 2, 2, 3),
            np.array([-900.0, 0, 5000]),
        ),
        "small numbers": (drawn(3, 4, 2) / 100, drawn(2, 3, 2, 3) / 10, drawn(3) / 500),
    },
    mistakes=[
        Mistake(
            "w[j] for filter number j",
            "the filters are counted by the last axis of w. Its first axis counts the rows of the "
            "kernel, so w[j] is row j of all filters. A filter is w[:, :, :, j].",
            picked(lambda w, j: w[j]),
        ),
        Mistake(
            "a window of 3 built in",
            "your windows are 3 by 3. w says how large they have to be: its first two sizes.",
            [
                windows_of(lambda w: 3, lambda w: 3, two_fewer),
                windows_of(lambda w: 3, lambda w: 3),
                three_by_three,
                of_three_places,
            ],
        ),
        Mistake(
            "as many columns as rows",
            "a filter need not be square: w.shape[0] counts its rows, w.shape[1] its columns.",
            [
                windows_of(lambda w: w.shape[0], lambda w: w.shape[0]),
                windows_of(lambda w: w.shape[1], lambda w: w.shape[1]),
            ],
        ),
        Mistake(
            "three channels built in",
            "your loop takes three slices. w.shape[2] says how many there are.",
            [
                three_channels,
                lambda x, w, b: right(x[:, :, :3], w[:, :, :3], b),
            ],
        ),
        Mistake(
            "a number of filters built in",
            "your loop takes so many filters as an example has. w.shape[3] says how many there "
            "are.",
            [some_filters(2), some_filters(3), some_filters(4)],
        ),
        Mistake(
            "the total is not set back to 0",
            "each number begins where the one before ended. Where do you set the total to 0? It "
            "belongs into the innermost loop.",
            [counted_on(2), counted_on(None)],
        ),
        Mistake(
            "one place too few",
            "the maps are a row or a column short. A window of kh fits into h rows in "
            "h - kh + 1 places: the first one counts as well.",
            [smaller(1, 1), smaller(1, 0), smaller(0, 1)],
        ),
        Mistake(
            "ReLU on the image",
            "the image was bent before the filters saw it. The bend comes last, on the sums.",
            [
                lambda x, w, b: sums(reference.relu(x), w) + b,
                lambda x, w, b: right(reference.relu(x), w, b),
            ],
        ),
        Mistake(
            "the sign taken off",
            "abs(...) makes 3 of −3. ReLU makes 0 of it.",
            lambda x, w, b: np.abs(sums(x, w) + b),
        ),
        Mistake(
            "cut off above as well",
            "ReLU cuts off below 0 only. A strong answer keeps its size.",
            lambda x, w, b: np.clip(sums(x, w) + b, 0, 1),
        ),
        Mistake(
            "ReLU forgotten",
            "there are numbers below 0 in your maps. What does the bend (the nonlinearity) "
            "do with them?",
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
            "your kernels are turned by half a circle (rotated by 180 degrees) before they meet "
            "the window. Networks lay them down as they stand.",
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
            "w[:, :, j] is slice j of all filters. The filter is counted by the last axis: "
            "w[:, :, :, j].",
            [
                lambda x, w, b: right(x, w.transpose(0, 1, 3, 2), b),
                picked(lambda w, j: w[:, :, j]),
            ],
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
            "only the first number is filled in. How far is the return indented?",
            partly(slice(1), slice(1), slice(1)),
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
        Mistake(
            "the bias taken away",
            "the bias is added. Where it is a threshold, it is itself below zero.",
            lambda x, w, b: reference.relu(sums(x, w) - b),
        ),
        Mistake(
            "the smaller of the two",
            "min(..., 0) keeps what lies below zero. ReLU keeps what lies above: max(..., 0).",
            lambda x, w, b: np.minimum(sums(x, w) + b, 0),
        ),
        Mistake(
            "mean in place of sum",
            "the products are averaged. A filter adds them up.",
            lambda x, w, b: reference.relu(sums(x, w) / w[..., 0].size + b),
        ),
        Mistake(
            "passed, but without the bias",
            "the bias decides here what passes, but is not in what passes: the sum plus the bias "
            "goes into the map.",
            lambda x, w, b: np.where(sums(x, w) + b > 0, sums(x, w), 0),
        ),
        Mistake(
            "yes or no",
            "ReLU does not make 1 of all that passes: how far it passes is kept.",
            lambda x, w, b: (sums(x, w) + b > 0).astype(float),
        ),
        Mistake(
            "channel number j for filter number j",
            "each filter looks at all channels: x[row : row + kh, column : column + kw] has them.",
            of_channel_j,
        ),
        Mistake(
            "kh and kw swapped",
            "a window has kh rows and kw columns: rows come first.",
            windows_of(lambda w: w.shape[1], lambda w: w.shape[0]),
        ),
        Mistake(
            "loops over the window",
            "the loops run over the rows and columns of the filter. They should run over the "
            "places of the map: range(rows), range(columns).",
            over_the_window,
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
