"""What lesson 12 asks before it tells."""

import itertools

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..stopwatch import shortest
from ..workers import cut, deal, one_core
from .core import Prediction

SIDE, K = 10, 3  # of the image and the kernel that are asked about
WINDOWS = "a product for each window, not loops over numbers"
ONE_PRODUCT = "one matrix product for all windows, not one for each"
PIECES = "pieces that fit into the cache, not everything at once"
THREADS = "two threads, not one"


def pays_most() -> str:
    """Times the four steps on a small convolution, and says which gains most."""
    rng = np.random.default_rng(0)
    x, w = rng.random((8, 18, 18, 16), np.float32), rng.random((K, K, 16, 32), np.float32)
    columns, size = w.reshape(-1, 32), 16 * 16  # places of an image
    windows = sliding_window_view(x, (K, K), axis=(1, 2)).transpose(0, 1, 2, 4, 5, 3)
    one = np.ascontiguousarray(windows[0, 0, 0])

    def loops():
        """One place of all; so its time counts as often as there are places."""
        for filter_ in range(32):
            total = 0.0
            for i, j, channel in np.ndindex(K, K, 16):
                total += one[i, j, channel] * w[i, j, channel, filter_]

    def each():
        for place in np.ndindex(windows.shape[:3]):
            windows[place].ravel() @ columns

    def images(piece):
        windows[piece].reshape(-1, K * K * 16) @ columns

    with one_core():
        times = [shortest(run, 0.05) for run in (loops, each, lambda: images(slice(None)))]
        times += [shortest(lambda: [images(piece) for piece in cut(8, 2)], 0.05)]
    times += [shortest(lambda: deal(images, cut(8, 2)), 0.05)]
    times[0] *= 8 * size
    gains = [before / after for before, after in itertools.pairwise(times)]
    return (WINDOWS, ONE_PRODUCT, PIECES, THREADS)[int(np.argmax(gains))]


def windows_copied() -> int:
    """How many numbers all windows of a small image hold."""
    return sliding_window_view(np.zeros((SIDE, SIDE)), (K, K)).size


def strips_copied() -> int:
    """How many numbers its strips hold, each as wide as the kernel and as high as the image."""
    return sliding_window_view(np.zeros((SIDE, SIDE)), K, axis=1).size


PREDICTIONS = [
    Prediction(
        name="pays_most",
        question="Which of these steps makes the convolution faster by the largest factor?",
        answer=pays_most,
        choices=(WINDOWS, ONE_PRODUCT, PIECES, THREADS),
        wrong={
            ONE_PRODUCT: "It gains a lot, but less: each product for a window has thousands of "
            "multiply-adds already.",
            PIECES: "What is not in the cache comes from memory, which is slower, but not by a "
            "hundred times.",
            THREADS: "Two can hardly do more than twice as much.",
        },
        because="In a loop, Python spends nearly all of its time on finding out what to do, and "
        "hardly any on multiplying. This was measured just now on your machine, on a small "
        "convolution; further down you measure every step.",
    ),
    Prediction(
        name="windows_copied",
        question="An image of 10 by 10, windows of 3 by 3, all of them copied. Numbers in all:",
        answer=windows_copied,
        wrong={
            900: "So it would be if every pixel lay in nine windows. Those near the edge lie in "
            "fewer.",
            100: "That is the image itself.",
            64: "So many windows there are. How many numbers has each?",
            81 * 9: "The first window begins at 0, the last at 7.",
        },
        because="There are 8 × 8 places, and 9 numbers in each window: nearly six times the image. "
        "With a larger image it comes near to nine times.",
    ),
    Prediction(
        name="strips_copied",
        question="The same image, now in strips: for each column of places the three columns that "
        "its windows see, from top to bottom. Numbers in all:",
        answer=strips_copied,
        wrong={
            576: "That is all windows. In a strip, windows one below another use the same numbers.",
            300: "There are as many strips as places across: 8, not 10.",
            192: "A strip is as high as the image, 10 rows.",
            100: "Strips side by side overlap, so columns are copied more than once.",
            30: "That is one strip. How many are there?",
        },
        because="8 strips of 10 rows with 3 numbers each: the kernel's height costs nothing.",
    ),
]
