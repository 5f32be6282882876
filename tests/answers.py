"""Answers to the exercises that ask for a value: near the solution and far from it, each with what
the rules as the exercise states them say: right, wrong, or (None) that they leave it open.
"""

import copy
import itertools

import numpy as np

from cnncourse import layers
from cnncourse.exercises.full_cnn import find_faults, most_of_it
from cnncourse.exercises.generalisation import read_tables
from cnncourse.exercises.training import curves
from cnncourse.exercises.what_it_sees import fooling_image as fooling
from cnncourse.experiments import Setup


def near(array, steps=(-1, 1, -0.5, 0.5)):
    """An array with one number changed, or all of them, or another order or shape."""
    array = np.array(array, float)
    for place in np.ndindex(array.shape):
        for number in (*(array[place] + step for step in steps), -array[place], 0.0, np.nan):
            changed = array.copy()
            changed[place] = number
            yield changed
    yield from (-array, array * 2, array + 1, array - 1, array * 0, array / 2, array[::-1], array.T)
    yield from (array.ravel(), array[None], array[:-1], np.vstack([array, array]))
    if array.ndim == 2:
        yield from (array[:, ::-1], array[::-1, ::-1], array[:, :-1], array.T[::-1])


def diagonal_kernel(solution):
    rng = np.random.default_rng(0)
    drawn = [rng.integers(-2, 4, (3, 3)) for _ in range(300)]
    for kernel in (*near(solution), *drawn, *(k / 4 for k in drawn[:50])):
        fits = kernel.shape == (3, 3) and np.isfinite(kernel).all()
        yield (
            kernel,
            bool(fits and np.trace(kernel) > 0 >= np.trace(kernel[:, ::-1]) and kernel.sum() <= 0),
        )


def predict_output(solution):
    for output in near(solution):
        yield output, output.shape == (2, 3) and np.array_equal(output, solution)


def choose_settings(solution):
    """Slides a kernel over 31 rows, and counts."""
    for k, stride, pad in itertools.product(range(1, 10), range(1, 7), range(9)):
        starts = [start for start in range(-pad, 31 + pad, stride) if start + k <= 31 + pad]
        seen = {row for start in starts for row in range(start, start + k)}
        right = len(starts) == 10 and 3 <= k <= 7 and pad < k and seen.issuperset(range(31))
        yield (k, stride, pad), right
    yield from (((4.5, 3, 0), False), ((4, 3), False), ((4, 0, 0), False), ((4, -3, 0), False))


def find_red(solution):
    reds = np.array([(1, 0, 0), (0.5, 0, 0), (0.9, 0.3, 0.2)])
    others = np.array([(1, 1, 1), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 0, 1), (0, 1, 1)])
    rng = np.random.default_rng(0)
    for weights in (*near(solution), *rng.integers(-8, 9, (400, 3)) / 4):
        if weights.shape != (3,) or not np.isfinite(weights).all():
            yield weights, None if weights.size == 3 else False
            continue
        yield weights, bool((reds @ weights > 1e-9).all() and (others @ weights <= 1e-9).all())


def pick_bias(solution):
    """The X score 9, 8 and 7, the O at most 5, counted by eye."""
    for bias in np.arange(-12, 12, 0.25):
        yield float(bias), bool(-7 < bias <= -5)
    yield from (([-6, -6], False), (np.nan, False), (True, False))


def shift_matters(solution):
    for row in (*near(solution), *map(np.array, itertools.product([-1, 0, 1, 2], repeat=4))):
        if row.shape != (4,) or not np.isfinite(row).all():
            yield row, False
            continue
        a, b, c, last = row
        moved = [max(0, a), max(b, c)]
        yield row, last == 0 and [max(a, b), max(c, last)] != moved


def named(solution, choices):
    """Every way to give each key one of the choices, and dicts that lack a key."""
    for chosen in itertools.product(choices, repeat=len(solution)):
        answer = dict(zip(solution, chosen))
        yield answer, answer == solution
    for key in solution:
        yield {k: v for k, v in solution.items() if k != key}, False
        yield solution | {key: "something else"}, False


def fair_plan(solution):
    """Plans with every pair of some setups, and with other seeds."""
    setups = [Setup(), Setup(dropout=0.5), Setup(dropout=0.2), Setup("average", dropout=0.5)]
    setups += [Setup(images=100), Setup(dropout=0.5, steps=100), Setup(dropout=0.5, move=1)]
    seeds = range(5), range(10), [1, 2, 3, 4, 5, 5], range(3), range(1, 6)
    for first, second in itertools.product(setups, repeat=2):
        right = {first, second} == set(setups[:2])
        yield solution | {"first": first, "second": second}, right
    for first, second in itertools.product(seeds, repeat=2):
        right = first == second and len(first) >= 5 and len(set(first)) == len(first)
        yield solution | {"first seeds": first, "second seeds": second}, right
    yield {}, False
    yield solution | {"first": 300}, False
    yield solution | {"first seeds": 10}, False


def build_network(solution):
    """Networks with one or two layers replaced, left out, doubled or moved."""
    rng = np.random.default_rng(0)
    asked = [(type(layer), settings(layer)) for layer in solution.layers]
    convolutions = [
        layers.Conv2D(c, f, k, stride=s, pad=p, dilation=d, rng=rng)
        for c, f in ((1, 8), (8, 16), (1, 16), (16, 8))
        for k, s, p, d in [
            *((3, 1, 1, 1), (3, 1, 0, 1), (3, 2, 1, 1), (3, 1, 2, 2), (3, 1, 2, 1)),
            *((5, 1, 2, 1), (5, 1, 1, 1), (1, 1, 0, 1), (2, 1, 1, 1)),
            *(((3, 5), 1, (1, 2), 1), ((5, 3), 1, (2, 1), 1), ((3, 3), 1, (1, 1), 1)),
            *((3, 1, "same", 1), (3, 1, (1, 0), 1), (9, 1, 4, 1), (1, 1, 0, 2)),
        ]
    ]
    pools = [
        kind(k, stride=s, pad=p)
        for kind in (layers.MaxPool2D, layers.AvgPool2D)
        for k, s, p in [(2, None, 0), (2, 2, 0), (1, 2, 0), (3, 2, 1), (2, 1, 0), (3, 2, 0)]
    ]
    denses = [layers.Dense(i, o, rng=rng) for i, o in ((784, 10), (784, 9), (1568, 10), (784, 1))]
    plain = [layers.ReLU(), layers.Flatten(), layers.Dropout(0.5, rng=rng)]
    others = [*convolutions, *pools, *denses, *plain]
    stack = solution.layers
    tried = [[*stack[:i], new, *stack[i + 1 :]] for i in range(len(stack)) for new in others]
    tried += [[*stack[:i], *stack[i + 1 :]] for i in range(len(stack))]
    tried += [[*stack[:i], stack[i], *stack[i:]] for i in range(len(stack))]
    tried += [[*stack[:i], layers.ReLU(), *stack[i:]] for i in range(len(stack) + 1)]
    tried += [[*stack[:i], stack[i + 1], stack[i], *stack[i + 2 :]] for i in range(len(stack) - 1)]
    for first, second in itertools.product(convolutions[:16], convolutions[16:32]):
        tried.append([first, *stack[1:3], second, *stack[4:]])
    for first, second in itertools.product(pools, repeat=2):
        tried.append([*stack[:2], first, *stack[3:5], second, *stack[6:]])
    for parts in tried:
        made = [(type(layer), settings(layer)) for layer in parts]
        yield layers.Sequential(*map(copy.deepcopy, parts)), made == asked


def settings(layer):
    """What makes two layers of a kind the same, however it was written."""
    if isinstance(layer, layers.Conv2D):
        kh, kw, c, f = layer.params["w"].shape
        given = layer.settings
        pad = (kh // 2, kw // 2) if given["pad"] == "same" else pair(given["pad"])
        # A window of one pixel has nothing to spread.
        dilation = (1, 1) if kh == kw == 1 else pair(given["dilation"])
        return kh, kw, c, f, pair(given["stride"]), pad, dilation
    if isinstance(layer, (layers.MaxPool2D, layers.AvgPool2D)):
        given = layer.settings
        k = pair(given["k"])
        return k, k if given["stride"] is None else pair(given["stride"]), pair(given["pad"])
    if isinstance(layer, layers.Dense):
        return layer.params["w"].shape
    return ()


def pair(size):
    return (size, size) if isinstance(size, int) else tuple(size)


def field_by_hand(solution):
    """One number changed by a few, two exchanged, or a key missing."""
    for key, by in itertools.product(solution, (-3, -2, -1, 1, 2, 3, 0.5, 100)):
        yield solution | {key: solution[key] + by}, False
    for one, other in itertools.combinations(solution, 2):
        yield solution | {one: solution[other], other: solution[one]}, False
    for key in solution:
        yield {k: v for k, v in solution.items() if k != key}, False
        yield solution | {key: float(solution[key])}, True
        yield solution | {key: "seven"}, False
    yield dict(reversed(solution.items())), True


def fooling_image(solution):
    """The network and the budget are asked again here, in float64 where it matters."""
    image, label = fooling.given, fooling.true_label
    rng = np.random.default_rng(0)
    changes = [solution - image, image - solution, 0 * image, rng.normal(size=image.shape)]
    changes += [np.sign(rng.normal(size=image.shape)) for _ in range(3)]
    changes += [np.full(image.shape, value) for value in (-0.02, 0.02, 0.005)]
    for change, times in itertools.product(changes, (0.25, 0.5, 0.75, 1, 1.5, 4)):
        for value in (image + times * change, np.clip(image + times * change, 0, 1)):
            most = np.abs(value.astype(float) - image).max()
            inside = value.min() >= 0 and value.max() <= 1
            said = fooling.net(value[None].astype(np.float32)).argmax()
            clear = abs(most - fooling.BUDGET) > 1e-4  # what is at the limit is left open
            right = bool(most < fooling.BUDGET and inside and said != label)
            yield value, right if clear else None
    yield from ((solution[None], False), (solution[..., 0], False), (255 * solution, False))
    yield from ((solution * np.nan, False), ("star", False), (int(label), False))


NEAR = {
    "diagonal_kernel": diagonal_kernel,
    "predict_output": predict_output,
    "choose_settings": choose_settings,
    "find_red": find_red,
    "pick_bias": pick_bias,
    "shift_matters": shift_matters,
    "build_network": build_network,
    "find_faults": lambda solution: named(solution, find_faults.FAULTS),
    "most_of_it": lambda solution: named(solution, most_of_it.PLACES),
    "read_tables": lambda solution: named(solution, read_tables.READINGS),
    "fair_plan": fair_plan,
    "field_by_hand": field_by_hand,
    "fooling_image": fooling_image,
    "wrong_pullback": lambda solution: named(solution, ("right", "wrong")),
    "diagnose": lambda solution: named(solution, curves.CAUSES),
}


def of(exercise):
    """Values and whether each is right."""
    return NEAR[exercise.name](exercise.solution())


def told(value) -> str:
    """A value in one line."""
    if isinstance(value, layers.Sequential):
        return ", ".join(map(repr, value.layers))
    return " ".join(repr(value).split())
