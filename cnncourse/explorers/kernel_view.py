"""What the kernel lab shows for a state of its controls: plain functions, no widget."""

from typing import NamedTuple

import numpy as np

from .. import ops
from ..exercises import running
from ..exercises.slips import about
from ..exercises.words import describe, numbers
from ..predictions.one_kernel import LETTER
from ..shapes import Array
from .words import number, product

ZED = LETTER.astype(np.float32)
SECONDS = 3.0  # how long a learner's function may take with one image


class State(NamedTuple):
    """Everything the controls say."""

    kernel: Array  # (3, 3)
    bias: float = 0.0
    relu: bool = False
    stride: int = 1
    pad: int = 0
    place: tuple[int, int] = (0, 0)  # row and column of the output whose window is outlined


class View(NamedTuple):
    """Everything the lab shows."""

    picture: Array  # the photograph's output
    grid: Array  # the number grid's output, NaN where there is none
    difference: Array | None  # your function minus the course's, on the number grid
    window: tuple[int, int, int, int]  # on the number grid, in its own rows and columns
    at: tuple[int, int]  # row and column of the output that belongs to the window
    strongest: tuple[int, int]  # and of the photograph's output that is the furthest from 0
    arithmetic: str
    sentence: str


def look(photograph: Array, grid: Array, state: State, conv=None) -> View:
    """What the lab shows for a state; `conv` is a learner's own correlate2d(image, kernel)."""
    kernel, bias, relu, stride, pad, place = state

    def made(image, own):
        if own is None:
            y = ops.correlate2d(image, kernel, stride=stride, pad=pad)
        else:  # a learner's function knows neither padding nor stride: both are done around it
            y = own_picture(own, np.pad(image, pad), kernel)[::stride, ::stride]
        return np.maximum(y + bias, 0) if relu else y + bias

    trouble, difference, elsewhere = "", None, True
    output = course = made(grid, None)
    picture = None
    if conv is not None:
        try:
            output, picture = made(grid, conv), made(photograph, conv)
            if output.shape == course.shape:
                difference = output - course
                elsewhere = agrees(conv, grid[:-2], kernel)
        except NoPicture as problem:
            trouble = str(problem)
            output = np.full(course.shape, np.nan)
            picture = np.full(photograph.shape, np.nan)
    if picture is None:
        picture = made(photograph, None)

    row, column = (min(at, n - 1) for at, n in zip(place, course.shape))
    strongest = np.unravel_index(np.abs(np.nan_to_num(picture)).argmax(), picture.shape)
    return View(
        picture=picture,
        grid=output.astype(float),
        difference=difference,
        window=(row * stride - pad, column * stride - pad, 3, 3),
        at=(row, column),
        strongest=tuple(map(int, strongest)),
        arithmetic=arithmetic(grid, state, (row, column)),
        sentence=trouble or sentence(grid, picture, output, course, difference, elsewhere),
    )


def colours_of(state: State) -> str:
    """The palette of an output, by what its numbers are.

    Grey: brightness, where black and white come out as black and white (or the other way round), or
    where no number can be below zero. After a ReLU dark blue to yellow; otherwise blue to red.
    """
    if state.relu:
        return "cividis"
    black, white = state.bias, state.bias + float(state.kernel.sum())
    lowest = state.bias + float(np.minimum(state.kernel, 0).sum())
    is_picture = np.allclose(sorted((black, white)), (0, 1), atol=1e-4) or lowest >= -1e-6
    return "grey" if is_picture else "diverging"


class NoPicture(ValueError):
    """What came of a learner's function is not a picture; the message says so to the learner."""


def own_picture(conv, image: Array, kernel: Array) -> Array:
    """What a learner's function makes of an image; NoPicture where it is no picture."""
    result = running.call(conv, (image, kernel), seconds=SECONDS)
    if result.error is not None:
        told = f"Your function {running.why_stopped(result.error, SECONDS)} {about(result.error)}"
        raise NoPicture(told.rstrip())
    if result.returned is None:
        raise NoPicture(
            "Your function returned nothing yet. Once it ends with return and your output, the "
            "output is shown here."
        )
    picture = numbers(result.returned)
    if picture is None:
        raise NoPicture(f"Your function returned {describe(result.returned)}.")
    if picture.ndim != 2 or picture.size == 0:
        raise NoPicture(
            "Your function should return a picture with rows and columns, but what it returned "
            f"has shape {picture.shape}."
        )
    if result.left:
        raise NoPicture(f"Your function returned a picture. {' '.join(result.left)}")
    return picture.astype(np.float64)


def arithmetic(grid: Array, state: State, at: tuple[int, int]) -> str:
    """The sum that made one value, product by product, in today's numbers."""
    top, left = at[0] * state.stride, at[1] * state.stride
    window = np.pad(grid, state.pad)[top : top + 3, left : left + 3]
    lines = [
        "  " + " + ".join(product(x, w) for x, w in zip(xs, ws))
        for xs, ws in zip(window, state.kernel)
    ]
    total = float((window * state.kernel).sum())
    end = f"  = {number(total)}"
    if state.bias:
        end += f";  plus the bias {number(state.bias)} = {number(total + state.bias)}"
    if state.relu:
        end += f";  after ReLU {number(max(total + state.bias, 0))}"
    head = f"Output row {at[0]}, column {at[1]}:\npixel times weight, added up"
    return "\n".join([head, *(" +"[bool(i)] + line[1:] for i, line in enumerate(lines)), end])


def agrees(conv, image: Array, kernel: Array) -> bool:
    """Whether a learner's function does on one more image what it should."""
    course = ops.correlate2d(image, kernel)
    try:
        output = own_picture(conv, image, kernel)
    except NoPicture:  # it worked on the grid, so a size must be written into it
        return False
    return output.shape == course.shape and np.allclose(output, course, atol=1e-4)


def sentence(grid, picture, output, course, difference, elsewhere) -> str:
    """The pictures in words and numbers."""
    told = (
        f"The photograph's output is {picture.shape[0]} × {picture.shape[1]}, from "
        f"{number(picture.min())} to {number(picture.max())}; the grid's is "
        f"{output.shape[0]} × {output.shape[1]}, from {number(output.min())} to "
        f"{number(output.max())}."
    )
    if output is course:
        return told
    if difference is None:
        return f"{told} Your output should be {course.shape[0]} × {course.shape[1]}."
    wrong = np.argwhere(~np.isclose(difference, 0, atol=1e-4))
    if len(wrong) == 0 and not elsewhere:
        rows, columns = grid.shape[0] - 2, grid.shape[1]
        return (
            f"{told} Your function agrees with the course's at all {course.size} places of this "
            f"grid, but not on one of {rows} × {columns}: is a size written into it?"
        )
    if len(wrong) == 0:
        return f"{told} Your function agrees with the course's at all {course.size} places."
    row, column = wrong[0]
    return (
        f"{told} Your function differs from the course's at {len(wrong)} of {course.size} places, "
        f"first in row {row}, column {column}: {number(output[row, column])} instead of "
        f"{number(course[row, column])}."
    )
