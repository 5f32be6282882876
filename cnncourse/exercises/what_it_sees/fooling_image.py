"""Exercise fooling_image, lesson 11: a picture that fools the colour network, within a budget."""

import numpy as np

from ... import data, interpret, storage
from ..core import Mistake, ValueExercise
from ..words import describe, number, numbers

BUDGET = 0.02
SHAPE = 32, 32, 3
ROUNDING = 1e-5


net = storage.load(data.bundled("shapes_cnn.npz"))
# A single step of the whole budget does not fool the network here.
(given,), (true_label,) = data.shapes(1, rng=np.random.default_rng(151))


def fooling_image():
    fooling_image = given
    for _ in range(10):
        uphill = interpret.slope(net, fooling_image, true_label)
        moved = fooling_image - 0.005 * np.sign(uphill)
        moved = np.clip(moved, given - 0.02, given + 0.02)
        fooling_image = np.clip(moved, 0, 1).astype(np.float32)
    return fooling_image


def pixels(answer) -> np.ndarray:
    return numbers(answer).astype(float)


def scores(answer) -> np.ndarray:
    return net(pixels(answer)[None].astype(np.float32))[0]


def an_image(answer) -> str:
    array = numbers(answer)
    if array is None or array.dtype.kind == "b" or array.shape != SHAPE:
        return f"It should be an image, an array of shape {SHAPE}, but is {describe(answer)}."
    return "" if np.isfinite(array).all() else "Some of its numbers are infinite or nan."


def from_0_to_1(answer) -> str:
    low, high = pixels(answer).min(), pixels(answer).max()
    if low >= -ROUNDING and high <= 1 + ROUNDING:
        return ""
    return f"Its numbers go from {number(low)} to {number(high)}; they should stay in 0 to 1."


def change(answer) -> np.ndarray:
    return pixels(answer) - given


def within_budget(answer) -> str:
    most = np.abs(change(answer)).max()
    if most <= BUDGET + ROUNDING:
        return ""
    return f"One number differs by {number(most)} from the image; {BUDGET} is allowed."


def fools(answer) -> str:
    said = int(scores(answer).argmax())
    name = data.SHAPES[true_label]
    return "" if said != true_label else f"The network still says {name}, and it is right."


def holds(test):
    """A test of a value that is an image at all."""
    return lambda answer: not an_image(answer) and bool(test(answer))


def not_fooled(answer) -> bool:
    return not from_0_to_1(answer) and not within_budget(answer) and bool(fools(answer))


def uses(answer) -> float:
    """Which fraction of the budget the numbers use, on average."""
    return float(np.abs(change(answer)).mean() / BUDGET)


def uphill(answer) -> float:
    """How much more often numbers move with their slope than against it: -1 to 1."""
    slopes = interpret.slope(net, given, true_label)
    return float((np.sign(change(answer)) * np.sign(slopes)).mean())


def upward():
    uphill = interpret.slope(net, given, true_label)
    return np.clip(given + BUDGET * np.sign(uphill), 0, 1)


def contrast(amount):
    return np.clip(given + amount * np.sign(given - given.mean(axis=(0, 1))), 0, 1)


def noise():
    signs = np.random.default_rng(0).choice([-1, 1], SHAPE)
    return np.clip(given + BUDGET * signs, 0, 1)


EXERCISE = ValueExercise(
    name="fooling_image",
    asks=f"should be an image of shape {SHAPE} that differs from the given one by at most {BUDGET} "
    "in each number, stays within 0 and 1, and that the network calls something else.",
    solution=fooling_image,
    requirements={
        "an image": an_image,
        "numbers from 0 to 1": from_0_to_1,
        f"no number changed by more than {BUDGET}": within_budget,
        "another label": fools,
    },
    mistakes=[
        Mistake(
            "an axis too many",
            "a network takes a stack of images; asked for is one image, image[0] of the stack.",
            lambda a: numbers(a).shape == (1, *SHAPE),
            example=given[None],
        ),
        Mistake(
            "pixels to 255",
            "brightness goes from 0 to 1 in this course, not to 255.",
            holds(lambda a: pixels(a).max() > 2),
            example=given * 255,
        ),
        Mistake(
            "only the change",
            "these are the steps alone. Add them to the image.",
            holds(lambda a: np.abs(pixels(a)).max() <= 2 * BUDGET),
            example=BUDGET * np.sign(given - 0.5),
        ),
        Mistake(
            "not cut to 0 and 1",
            "what no screen can show is no picture: np.clip(changed, 0, 1) after each step.",
            holds(lambda a: bool(from_0_to_1(a)) and not within_budget(a)),
            example=given + BUDGET,
        ),
        Mistake(
            "another picture",
            "most of its numbers are far from those of the given image. Begin with that one.",
            holds(lambda a: np.abs(change(a)).mean() > 2 * BUDGET),
            example=np.full(SHAPE, 0.5),
        ),
        Mistake(
            "beyond the budget",
            "the steps add up. After each step: np.clip(changed, given - 0.02, given + 0.02).",
            holds(lambda a: bool(within_budget(a)) and not from_0_to_1(a)),
            example=contrast(1.5 * BUDGET),
        ),
        Mistake(
            "nothing changed",
            "this is the image that was given.",
            holds(lambda a: np.abs(change(a)).max() < BUDGET / 100),
            example=given,
        ),
        Mistake(
            "uphill",
            "most numbers move the way in which the score of the right label grows. Step against "
            "its slopes, not along them.",
            holds(lambda a: not_fooled(a) and uses(a) > 0.3 and uphill(a) > 0.5),
            example=upward(),
        ),
        Mistake(
            "hardly any of the budget used",
            "most numbers change by much less than they may. np.sign(slopes) moves each by the "
            "whole step.",
            holds(lambda a: not_fooled(a) and uses(a) < 0.3),
            example=np.clip(given + BUDGET / 8, 0, 1),
        ),
        Mistake(
            "any direction",
            "such changes hardly matter to the network, large as they are. Ask "
            "interpret.slope(net, changed, true_label) for the direction.",
            holds(lambda a: not_fooled(a) and uses(a) > 0.3 and abs(uphill(a)) < 0.5),
            example=noise(),
        ),
        Mistake(
            "one step only",
            "the direction is right, and one step of the whole budget is not enough. The slopes "
            "change on the way: take several smaller steps, and ask anew after each.",
            holds(lambda a: not_fooled(a) and uses(a) > 0.3 and uphill(a) < -0.5),
            example=np.clip(2 * given - upward(), 0, 1),
        ),
    ],
    hints=(
        "The slopes of the score of the right label say which way each number makes it grow. Step "
        "the other way, as lesson 08 steps against the loss.",
        "Use the sign of the slopes, so that each number moves by the same amount. Ask for new "
        "slopes after each step, and then cut twice: to the budget, and to 0 and 1.",
        "`changed = changed - 0.005 * np.sign(interpret.slope(net, changed, true_label))`, ten "
        "times, each followed by `np.clip(changed, given - 0.02, given + 0.02)` and "
        "`np.clip(changed, 0, 1)`.",
    ),
)
