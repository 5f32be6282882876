"""What is asked on paper in each lesson: its own predictions and exercises, by name.

Nothing is typed here but names and words: the numbers that are given, and every answer, come from
the package. To change a sheet, change its list below.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from cnncourse import data, storage
from cnncourse.architecture import architecture
from cnncourse.exercises import EXERCISES
from cnncourse.exercises.colour.find_red import COLOURS
from cnncourse.exercises.convolutional_layer import pick_bias
from cnncourse.exercises.one_kernel.predict_output import IMAGE, OUTPUT
from cnncourse.exercises.one_kernel.predict_output import KERNEL as HAND_KERNEL
from cnncourse.predictions import PREDICTIONS
from cnncourse.predictions.colour import KERNEL as DEEP_KERNEL
from cnncourse.predictions.colour import PATCHES, RED_AGAINST_GREEN, WINDOW
from cnncourse.predictions.core import shown
from cnncourse.predictions.one_kernel import KERNEL, LETTER

from .parts import called, context


class Task(NamedTuple):
    """A task on paper.

    asks: the words, plain text with code between backticks.
    given: numbers to look at, by name. choices: answers to choose from. rows: a table to fill in.
    picture: SVG that stands above the words. answer: computes it, by name: arrays and numbers.
    because: the reason, and wrong: what to say to wrong answers, for the answers' sheet.
    """

    asks: str
    answer: Callable[[], dict[str, Any]]
    given: dict[str, Any] = {}  # noqa: RUF012  a default that nobody changes
    choices: tuple[str, ...] = ()
    table: tuple[list[str], list[list[str]]] | None = None
    picture: str = ""
    because: str = ""
    wrong: tuple[str, ...] = ()


def guess(name: str, **given) -> Task:
    """A prediction of the lesson, with the words that stand above it there."""
    asked = PREDICTIONS[name]
    return Task(
        f"{context(asked.lesson, name)} {asked.question}".strip(),
        lambda: {"": shown(asked.right)},
        given,
        asked.choices,
        because=asked.because,
        wrong=tuple(f"{shown(wrong)}: {says}" for wrong, says in asked.wrong.items()),
    )


def by_hand(name: str, case: str) -> Task:
    """An exercise of the lesson, done on paper: one of the cases that `check` tries."""
    exercise = EXERCISES[name]
    given = dict(zip(exercise._parameters(), exercise.cases[case]))
    names = exercise.returns or ("answer",)
    return Task(
        f"`{called(exercise)}` {exercise.asks} Do it by hand.",
        lambda: dict(zip(names, exercise.expected[case])),
        given,
    )


def table(name: str, *cases: str) -> Task:
    """A function of plain numbers: a row for each of these cases of its exercise."""
    exercise = EXERCISES[name]
    rows = [[str(value) for value in exercise.cases[case]] for case in cases]
    return Task(
        f"`{called(exercise)}` {exercise.asks} Fill in the last column.",
        lambda: {"": [exercise.expected[case] for case in cases]},
        table=(exercise._parameters(), rows),
    )


def find(name: str, **given) -> Task:
    """A value to find; where several are right, the answers' sheet shows one of them."""
    exercise = EXERCISES[name]
    return Task(
        f"`{name}` {exercise.asks}",
        lambda: {"for example": exercise.solution()},
        given,
    )


def slices(stack) -> dict[str, Any]:
    return {name: stack[:, :, c] for c, name in enumerate(("red", "green", "blue"))}


def tasks(lesson: str) -> list[Task]:
    """The tasks of a lesson, such as "05_pooling", in the order of the sheet."""
    return [build(name, *more) for build, name, *more in SHEETS[lesson]]


def deep_window(name: str) -> Task:
    given = {f"window, {colour}": grid for colour, grid in slices(WINDOW).items()}
    given |= {f"kernel, {colour}": grid for colour, grid in slices(DEEP_KERNEL).items()}
    return guess(name)._replace(given=given)


def moved_window(name: str) -> Task:
    return guess(name, image=LETTER, kernel=KERNEL)


def hand_output(name: str) -> Task:
    task = find(name, image=IMAGE, kernel=HAND_KERNEL)
    return task._replace(answer=lambda: {"the output": OUTPUT})


def red(name: str) -> Task:
    return find(name, **{colour: np.array(rgb) for colour, rgb in COLOURS.items()})


def red_against_green(name: str) -> Task:
    patches = {colour: np.array(rgb) for colour, rgb in PATCHES.items()}
    return guess(name, **{"red against green": RED_AGAINST_GREEN}, **patches)


def of_the_network(name: str) -> Task:
    """A guess about the network of the lessons, with a drawing of it."""
    net = storage.load(data.bundled("course_cnn.npz"))
    return guess(name)._replace(picture=architecture(net, (28, 28, 1))._repr_svg_())


def field(name: str) -> Task:
    net = storage.load(data.bundled("shapes_cnn.npz"))
    first = {f"layer {place}": str(layer) for place, layer in enumerate(net.layers[:4], 1)}
    task = find(name, **first)
    return task._replace(answer=EXERCISES[name].solution)


def bias(name: str) -> Task:
    return find(name, **{f"score of {letter}": s for letter, s in pick_bias.SCORES.items()})


SHEETS = {
    "00_welcome": [
        (by_hand, "negative", "two rows"),
        (guess, "half_a_turn"),
        (guess, "right_when_sure"),
    ],
    "01_one_kernel": [
        (by_hand, "window_sum", "three by three"),
        (moved_window, "next_window"),
        (guess, "places"),
        (by_hand, "correlate2d", "square"),
        (hand_output, "predict_output"),
        (find, "diagonal_kernel"),
    ],
    "02_size": [
        (table, "output_size", "nothing special", "with padding", "with a stride", "all of it"),
        (guess, "rows_of_200"),
        (by_hand, "strided_correlation", "one row of windows"),
        (by_hand, "spread_kernel", "two by two"),
        (guess, "reach_of_five"),
        (table, "receptive_field", "two kernels", "stride in the first", "strides in two"),
        (find, "choose_settings"),
    ],
    "03_colour": [
        (guess, "numbers_out"),
        (deep_window, "deep_window"),
        (table, "count_weights", "one kernel on colour", "1 × 1 on colour", "on 16 maps"),
        (red_against_green, "best_patch"),
        (red, "find_red"),
    ],
    "04_convolutional_layer": [
        (guess, "stack_of_six"),
        (bias, "pick_bias"),
        (guess, "silent_bias"),
        (by_hand, "conv_layer", "one window"),
        (by_hand, "combine_kernels", "two by two"),
        (table, "conv_parameters", "one filter on a coloured image", "a second layer"),
    ],
    "05_pooling": [
        (by_hand, "max_pool2d", "four windows"),
        (by_hand, "max_pool2d", "windows that overlap"),
        (by_hand, "avg_pool2d", "four windows"),
        (guess, "half_of_a_stack"),
        (guess, "pixel_stays"),
        (find, "shift_matters"),
    ],
    "06_flatten_and_classify": [
        (by_hand, "flatten", "two images of one pixel, three channels"),
        (by_hand, "dense", "two labels"),
        (by_hand, "softmax", "two equal scores"),
        (guess, "hundred_more"),
        (guess, "cold"),
        (guess, "cost_of_a_quarter"),
    ],
    "07_full_cnn": [
        (of_the_network, "first_block"),
        (guess, "most_parameters"),
        (table, "cnn_parameters", "one filter each", "the network that you built"),
        (guess, "three_blocks"),
        (guess, "relu_parameters"),
        (guess, "averaged_maps"),
    ],
    "08_backpropagation": [
        (guess, "two_uses"),
        (by_hand, "dense_back", "two inputs, three outputs"),
        (by_hand, "relu_back", "two rows"),
        (by_hand, "max_pool_back", "two windows"),
        (by_hand, "kernel_back", "two windows"),
        (by_hand, "image_back", "two windows"),
        (by_hand, "scores_back", "one image"),
    ],
    "09_training": [
        (by_hand, "sgd_step", "three weights"),
        (by_hand, "momentum_step", "already moving"),
        (guess, "final_velocity"),
        (guess, "first_loss"),
        (by_hand, "accuracy", "four of five right"),
        (guess, "row_and_column"),
    ],
    "10_generalisation": [
        (guess, "new_digits"),
        (guess, "reach"),
        (guess, "times_as_many"),
        (table, "seeds_needed", "spread 1, difference 1", "spread 3, difference 2"),
        (by_hand, "more_images", "one image"),
        (by_hand, "early_stop", "down, then up"),
    ],
    "11_what_it_sees": [
        (field, "field_by_hand"),
        (by_hand, "seen_pixels", "weights below zero"),
        (by_hand, "occlusion_map", "the brightest pixel, two by two covered"),
        (guess, "most_selective"),
        (guess, "fooled_of_twenty"),
    ],
    "12_fast_convolution": [
        (guess, "windows_copied"),
        (by_hand, "im2col", "one channel"),
        (guess, "strips_copied"),
        (by_hand, "col2im", "two windows"),
        (by_hand, "window_strides", "numbers of 4 bytes"),
        (table, "images_in_piece", "one number each", "small images"),
    ],
    "13_capstone": [
        (guess, "dense_after_flatten"),
        (by_hand, "split_fairly", "copies lie apart"),
        (guess, "copies_apart"),
    ],
    "14_beyond": [
        (by_hand, "rows_for_torch", "two pixels, three maps"),
        (guess, "bottleneck_weights"),
        (by_hand, "batch_norm", "one image of two pixels"),
        (by_hand, "depthwise", "two windows"),
    ],
}
