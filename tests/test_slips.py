"""The slips of beginners, as they write them, and the sentence that each gets."""

import dataclasses

import numpy as np
import pytest

from cnncourse import layers
from cnncourse.exercises import EXERCISES, slips
from cnncourse.exercises.functions import WHOLE_NUMBERS
from cnncourse.exercises.running import call

# A part of the sentence; then an exercise and the body of a function that slips so, twice or more.
SLIPS = {
    "more values than the 2 names": [
        ("correlate_channels", "kh, kw = kernel.shape"),
        ("conv_layer", "kh, kw = w.shape"),
    ],
    "more names on the left of the =, 4, than values for them, 3": [
        ("avg_pool2d", "n, rows, columns, channels = x.shape"),
        ("conv_layer", "n, rows, columns, channels = x.shape"),
    ],
    "only one number for them": [
        ("correlate2d", "kh, kw = kernel.shape[0]"),
        ("max_pool2d", "kh, kw = k"),
    ],
    "np.zeros((rows, columns)), with double brackets": [
        ("correlate2d", "output = np.zeros(image.shape[0], image.shape[1])"),
        ("dense", "y = np.zeros(len(x), len(b))"),
        ("average_kernel", "w = np.zeros(k, k, channels, channels)"),
    ],
    "Several numbers stand where one is needed": [
        ("window_sum", "total = 0\nfor i in range(window.shape):\n    total += 1\nreturn total"),
        ("pad_with_zeros", "return np.zeros((image.shape, image.shape))"),
    ],
    "A whole array stands where one whole number is needed": [
        ("cross_entropy", "for i in range(labels):\n    pass"),
        ("softmax", "for i in range(x):\n    pass"),
        ("more_images", "return np.concatenate(images, images, images), labels"),
    ],
    "Arrays that are joined should have the same shape": [
        ("more_images", "return np.concatenate([images, images[:, :, 1:]]), labels"),
    ],
    "4 // 2 is the whole number 2": [
        ("max_pool2d", "y = np.zeros(((x.shape[0] - k) / stride + 1, 2))"),
        ("avg_pool2d", "for row in range(x.shape[0] / k):\n    pass"),
        ("pad_with_zeros", "return image[: pad / 1]"),
    ],
    "total is used before it has a value": [
        ("window_sum", "for x in window.ravel():\n    total = total + x\nreturn total"),
        ("cross_entropy", "for label in labels:\n    total -= np.log(p[0, label])\nreturn total"),
    ],
    "There is nothing called ": [
        ("sgd_step", "return w - learning_rate * dw"),
        ("output_size", "return (size - kernel) // stride + 1"),
    ],
    "fewer than 0 rows or columns": [
        ("correlate2d", "return np.zeros(np.subtract(kernel.shape, image.shape) - 1)"),
        ("pad_with_zeros", "return np.zeros((len(image) - 99, 1))"),
    ],
    "An array keeps its size, so it has no .append": [
        ("correlate2d", "image.append(1)"),
        ("dense", "y = np.zeros((3, 3))\ny.append(x)"),
    ],
    "Does a window hang over the edge, or does a loop take a step too many?": [
        (
            "window_sum",
            "total = 0\nfor i in range(len(window) + 1):\n    total += window[i, 0]\nreturn total",
        ),
        ("correlate2d", "return image[len(image), 0]"),
        ("dense", "return b[len(b)]"),
    ],
    "The number of axes does not fit": [
        ("correlate2d", "return image[0, 0, 0, 0]"),
        ("dense", "return w[0, 0, 0]"),
    ],
    "picked from a tuple that is shorter": [
        ("correlate2d", "channels = image.shape[2]"),
        ("sgd_step", "return w.shape[9]"),
    ],
    "have shapes that do not fit": [
        ("softmax", "e = np.exp(x - x.max(axis=1))\nreturn e / e.sum(axis=1)"),
        (
            "correlate_channels",
            "y = np.zeros(image.shape[:2])\nkh, kw, _ = kernel.shape\n"
            "for i, j in np.ndindex(y.shape):\n"
            "    y[i, j] = (image[i : i + kh, j : j + kw] * kernel).sum()\nreturn y[:-1, :-1]",
        ),
    ],
    "is put into a place of shape": [
        ("pad_with_zeros", "y = np.zeros(np.array(image.shape) + 7)\ny[1:9] = image\nreturn y"),
        (
            "combine_kernels",
            "y = np.zeros((9, 9))\nfor i in range(9):\n"
            "    h, w = first.shape\n    y[i : i + h, 2 : 2 + w] = first\nreturn y",
        ),
    ],
    "@ needs as many columns": [
        ("dense", "return w @ x + b"),
        ("correlate_channels", "return image[:, :, 0] @ np.ones((9, 9))"),
    ],
    "do not fill the shape": [
        ("flatten", "return x.reshape(len(x), 7)"),
        ("average_kernel", "return np.ones(7).reshape(k, 3)"),
    ],
    "Is .sum() or .max() missing": [
        (
            "correlate2d",
            "y = np.zeros((1, 1))\ny[0, 0] = image * 2\nreturn y",
        ),
        ("max_pool2d", "y = np.zeros((1, 1))\ny[0, 0] = x\nreturn y"),
    ],
    "ask about one number": [
        ("max_pool2d", "return max(0, x)"),
        ("conv_layer", "y = x * 1\nif y < 0:\n    y = 0\nreturn y"),
    ],
    "A window has no number in it": [
        ("max_pool2d", "return x[9:, 9:].max()"),
        ("softmax", "return x - x[:0].max()"),
    ],
    "Something is None": [
        ("pad_with_zeros", "y = image.copy().sort()\nreturn y[0]"),
        ("cross_entropy", "total = None\nreturn total + 1"),
        ("dense", "y = print\nreturn x + None"),
    ],
    "A function stands there without being called": [
        ("window_sum", "return (window * kernel).sum + 0"),
        ("max_pool2d", "y = np.zeros((1, 1))\ny[0, 0] = x.max\nreturn y"),
    ],
    "To pick, use square ones": [
        ("window_sum", "return window(0, 0)"),
        ("correlate2d", "return np.zeros(image.shape(0))"),
        ("count_weights", "return k(channels)"),
    ],
    "only an array is picked from with [i, j]": [
        ("correlate2d", "y = [[0, 0]]\ny[0, 0] = 1\nreturn y"),
        ("negative", "rows = image.tolist()\nreturn rows[0, 0]"),
    ],
    "This is of type list and no array of NumPy, so it has no .": [
        ("negative", "return image.tolist().shape"),
        ("softmax", "return [1.0, 2.0].sum()"),
    ],
    "A loop cannot go through a single number": [
        ("average_kernel", "for channel in channels:\n    pass"),
        ("max_pool2d", "for row in len(x):\n    pass"),
    ],
    "this is a single number": [
        ("window_sum", "total = 0\nreturn total[0]"),
        ("dense", "return x[0, 0][0]"),
    ],
    "In a class, the first parameter is self": [
        ("window_sum", "class A:\n    def f(window):\n        return 1\nreturn A().f(window)"),
        ("sgd_step", "def step(w):\n    return w\nreturn step(w, dw)"),
    ],
    "An array of whole numbers cannot take up a fraction": [
        ("correlate2d", "y = np.zeros((1, 1), dtype=int)\ny += 0.5\nreturn y"),
        ("dense", "y = np.zeros(len(b), dtype=int)\ny += b * 0.5\nreturn y"),
    ],
    "Something is divided by 0": [
        ("output_size", "return size // (k - k)"),
        ("cross_entropy", "total = 0\nreturn 1 / total"),
    ],
    "A place keeps its shape": [
        ("combine_kernels", "y = np.zeros((1, 2))\ny += np.ones((3, 2))"),
        ("conv_layer", "y = np.zeros((1, 1))\ny[0:1, 0:1] += np.ones((4, 1))"),
    ],
    "A whole shape cannot be reckoned with": [
        ("combine_kernels", "return np.zeros(first.shape + second.shape - 1)"),
        ("conv_parameters", "return k * k * filters * shape + filters"),
    ],
    "NumPy calls the natural logarithm np.log": [
        ("cross_entropy", "return -np.ln(p).mean()"),
        ("softmax", "return np.ln(x)"),
    ],
    "calls itself again and again": [
        ("output_size", "def f(n):\n    return f(n)\nreturn f(size)"),
        ("count_weights", "def f(n):\n    return f(n)\nreturn f(k)"),
    ],
    "more than the memory can hold": [
        ("pad_with_zeros", "return np.zeros((10**9, 10**9))"),
        ("average_kernel", "return np.ones((10**8, 10**8))"),
    ],
}
WAYS = [
    pytest.param(sentence, name, body, id=f"{sentence[:30]}-{name}")
    for sentence, ways in SLIPS.items()
    for name, body in ways
]


def answer(name, body):
    parameters = ", ".join(EXERCISES[name]._parameters())
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    namespace = {"np": np, "layers": layers}
    exec(f"def {name}({parameters}):\n{lines}", namespace)
    return namespace[name]


@pytest.mark.parametrize("sentence, name, body", WAYS)
def test_a_slip_gets_its_sentence(sentence, name, body):
    function, cases = answer(name, body), EXERCISES[name].cases.values()
    errors = [call(function, case, seconds=5).error for case in cases]
    assert sentence in slips.about(next(filter(None, errors)))


def test_pythons_own_words_follow():
    text = EXERCISES["softmax"].judge(answer("softmax", "return x[0, 0, 0]")).text
    assert (
        "It stops with an error in line 2\n"
        "The number of axes does not fit: the array has 2, and in the square brackets stand 3 "
        "indices.\n"
        "    IndexError: too many indices for array: "
    ) in text


def test_every_slip_is_tried():
    tried = {sentence for sentence in slips.SLIPS.values() if any(s in sentence for s in SLIPS)}
    filled = {
        "more values than the 2 names": r"too many values",
        "more names on the left of the =, 4": r"not enough values",
        "so it has no .append": "(append",
        "total is used before": "UnboundLocalError",
        "picked from a tuple that": "index out of range",
        "This is of type list and no array": "has no attribute",
    }
    starts = [start for start, sentence in slips.SLIPS.items() if sentence not in tried]
    missing = [s for s in starts if not any(part in s for part in filled.values())]
    # Three dots end as "not attempted yet" before they come here, in the first case.
    assert len(missing) == 1 and "ellipsis" in missing[0]


def test_dots_in_a_later_case_still_wait():
    body = "if image.size == 1:\n    return 1 - image\nreturn image - ..."
    text = EXERCISES["negative"].judge(answer("negative", body)).text
    assert "Three dots still wait for your code." in text


def test_an_error_of_another_kind_speaks_for_itself():
    text = EXERCISES["negative"].judge(answer("negative", "return open('no such file')")).text
    assert "It stops with an error in line 2\n    FileNotFoundError: " in text


# Slips without an error


@pytest.mark.parametrize(
    "name, body, printed",
    [
        ("window_sum", "print((window * kernel).sum())", "4.0"),
        ("output_size", "print((size + 2 * pad - k) // stride + 1)", "1"),
        ("negative", "print(1 - image)", "[[1.   0.75 0.  ]]"),
    ],
)
def test_print_in_place_of_return_is_named(name, body, printed):
    text = EXERCISES[name].judge(answer(name, body)).text
    assert "returned nothing (None), but printed something" in text
    assert f"It printed:\n    {printed}\n" in text


SUMS = {
    "np.zeros((oh, ow), dtype=int)": "(window * kernel).sum()",
    "np.zeros((oh, ow))": "int((window * kernel).sum())",
    "np.zeros((oh, ow)) * 1.0": "round((window * kernel).sum())",
}


@pytest.mark.parametrize("zeros", SUMS)
def test_fractions_that_are_cut_off_are_named(zeros):
    body = (
        "kh, kw = kernel.shape[:2]\n"
        "oh, ow = image.shape[0] - kh + 1, image.shape[1] - kw + 1\n"
        f"y = {zeros}\n"
        "for i, j in np.ndindex(y.shape):\n"
        "    window = image[i : i + kh, j : j + kw]\n"
        f"    y[i, j] = {SUMS[zeros]}\n"
        "return y"
    )
    exercise = dataclasses.replace(EXERCISES["correlate2d"], mistakes=[])
    text = exercise.judge(answer("correlate2d", body)).text
    assert '"whole numbers instead of fractions": the fractions have been cut off' in text


@pytest.mark.parametrize(
    "name, body",
    [
        ("average_kernel", "w = np.zeros((k, k, channels, channels))\n"
         "for c in range(channels):\n    w[:, :, c, c] = 1 // (k * k)\nreturn w"),
        ("dense", "return (x @ w + b).astype(int)"),
    ],
)  # fmt: skip
def test_whole_numbers_are_named_elsewhere_too(name, body):
    exercise = dataclasses.replace(EXERCISES[name], mistakes=[])
    assert exercise.judge(answer(name, body)).mistake == WHOLE_NUMBERS.name


@pytest.mark.parametrize(
    "name, body",
    [
        ("softmax", "return (x == x.max(axis=1, keepdims=True)).astype(float)"),
        ("negative", "return np.zeros(image.shape)"),
        ("dense", "return np.zeros((len(x), len(b)))"),
    ],
)
def test_whole_numbers_of_another_origin_are_not(name, body):
    verdict = EXERCISES[name].judge(answer(name, body))
    assert verdict.state == "not yet"
    assert verdict.mistake != WHOLE_NUMBERS.name
