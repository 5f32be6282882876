"""Every public function and lab, with something unfit for each of its arguments in turn.

A call may work, or say in one ValueError what should be and what came. It may not raise anything
else, say anything else, take a second, or ask for a GB. GOOD holds a call that works for each
function that a lesson or its reader may call; INSIDE names what only the package calls. A name that
stands in neither fails tests/test_hostile.py.

    python tests/hostile.py [WORD]    make all calls (of functions with WORD in their name) and
                                      count them by what came of them
"""

import collections
import contextlib
import functools
import io
import itertools
import os
import re
import signal
import sys
import tempfile
import time
import types
import warnings
import zlib
from pathlib import Path

import numpy as np

from cnncourse import (
    architecture,
    budget,
    coloured_shapes,
    convolution,
    course,
    curves,
    data,
    elsewhere,
    experiments,
    explorers,
    figures,
    gradcheck,
    interpret,
    intervals,
    invariance,
    kernels,
    layers,
    linked,
    networks,
    ops,
    optim,
    own_pictures,
    pictures,
    pixels,
    pooling,
    recipes,
    report,
    selectivity,
    single,
    stopwatch,
    storage,
    tiles,
    train,
    variations,
    window,
)
from cnncourse import summary as summaries
from cnncourse.explorers import kernel_back

try:
    import resource
except ImportError:  # Windows
    resource = None

SECONDS, ROOM = 1.0, 2**30  # of processor time, and bytes, that a call may take
LONG = {"trained": 9.0, "measured": 20.0, "load": 9.0}  # what takes its time by nature
RNG = np.random.default_rng(0)
X = np.random.default_rng(1).random((3, 8, 8, 1), np.float32)
Y = np.array([0, 1, 2])
ROWS = np.random.default_rng(2).random((3, 4))
IMAGE = np.random.default_rng(3).random((8, 9))
SMALL = IMAGE.astype(np.float32)[:, :8, None]
KERNEL = np.ones((3, 3))
DIGIT = np.pad(np.ones((4, 9)), 6)
MAPS = np.random.default_rng(4).random((3, 8, 8, 2), np.float32)
NET = layers.Sequential(
    layers.Conv2D(1, 2, 3, pad=1, rng=RNG),
    layers.ReLU(),
    layers.Flatten(),
    layers.Dense(128, 3, rng=RNG),
)
COLOUR = np.random.default_rng(5).random((3, 8, 8, 3), np.float32)
NINE = np.tile(COLOUR, (3, 1, 1, 1)), np.tile(Y, 3)
COLOUR_NET = layers.Sequential(
    layers.Conv2D(3, 2, 3, pad=1, rng=RNG),
    layers.ReLU(),
    layers.GlobalAvgPool2D(),
    layers.Dense(2, 3, rng=RNG),
)
COURSE_NET = networks.course_cnn(RNG)
DIGITS = np.random.default_rng(6).random((3, 28, 28, 1), np.float32)
RUNS = {"one": [3.0, 2.0], "other": [2.0, 1.0]}
STRONGEST = interpret.strongest(COLOUR_NET, COLOUR, 1, 2)
SETUP = experiments.Setup(images=20, steps=1, filters=2)
LIMITS = stopwatch.Limits(1, 1e9, 1e9, 1e9)
STEP = stopwatch.Step("loops", 0.1, 1e6, 1e6, 1)
LINE = window.window("lines", 3)
SLIDE = dict(stride=1, pad=0, dilation=1)
POOL = dict(x=X, k=2, stride=2, pad=0)
FIT = dict(x=X, y=Y, epochs=1, batch_size=2, rng=RNG, augment=None, start=0, workers=1)


def grid(**options):
    return pixels.PixelGrid(IMAGE, **options)


def card():
    return report.report_card(NET, X, Y, ["a", "b", "c"])


def augment(most, images, rng):
    return variations.moved_by(most)(images, rng)


def cycle(step, **options):
    return optim.OneCycle(**options)(step)


try:
    from torch import nn

    TORCH_NET = nn.Sequential(nn.Flatten(), nn.Linear(64, 3))
except ImportError:
    TORCH_NET = None
CONV = dict(x=X, w=np.ones((3, 3, 1, 2)), b=np.ones(2), **SLIDE)
CORRELATE = dict(image=IMAGE, kernel=KERNEL, **SLIDE)
PATCHES = dict(net=COLOUR_NET, images=COLOUR, count=1)
EXPLAINED = dict(net=NET, image=X[0], label=1)
GOOD = {
    architecture: {
        "architecture": dict(net=NET, shape=(8, 8, 1), labels=["a", "b", "c"], image=X[0]),
        "Drawing.save": dict(path="net.svg"),
    },
    budget: {
        "Budget.over": dict(net=NET, seconds=1.0),
        "Budget.says": dict(net=NET, seconds=1.0),
        "Budget": dict(parameters=1000, seconds=1.0),
    },
    coloured_shapes: {"shapes": dict(n=2, kinds=["star"], rng=RNG)},
    convolution: {
        "correlate2d": CORRELATE,
        "conv2d": CONV,
    },
    course: {"course_map": dict(folder=".")},
    curves: {
        "curves": dict(losses=[2, 1], accuracies=[0, 1], held=[(1, 0.5)], rates=[], guess=2.3),
        "compare": dict(runs=RUNS, guess=2.3, window=2),
        "side_by_side": dict(runs=RUNS, held=RUNS, guess=2.3, unit="step", window=2),
        "bowl": dict(loss=np.square, walks=RUNS, low=-1.0, high=1.0),
        "valley": dict(loss=np.add, walks={"a": np.ones((2, 2))}, reach=(1.0, 2.0)),
        "smooth": dict(values=[1, 2], window=2),
    },
    data: {
        "bundled": dict(name="camera.png"),
        "load": dict(name="mnist"),
        "split": dict(x=X, y=Y, held_out=1, name="split"),
        "photograph": dict(name="camera"),
    },
    elsewhere: {
        "to_torch": dict(net=COLOUR_NET, channels=None),
        "from_torch": dict(module=TORCH_NET, channels=1),
        "to_onnx": dict(net=COLOUR_NET, path="net.onnx", image=(8, 8, 3)),
    },
    experiments: {
        "network": dict(setup=SETUP, rng=RNG),
        "trained": dict(setup=SETUP, seed=0, looks=False),
        "drawn": dict(images=20, seed=0),
        "unfair": dict(first=SETUP, second=SETUP, first_seeds=[0], second_seeds=[0]),
        "planned": dict(images=300, dropout=0.0),
        "stored_runs": dict(setup=experiments.planned(300), key="test"),
        "changed_tests": {},
    },
    explorers: {
        "architect": dict(shape=(28, 28, 1), labels=10),
        "blame_lab": dict(net=COURSE_NET, image=DIGITS[0], label=1),
        "classifier_lab": dict(net=COURSE_NET),
        "colour_lab": {},
        "draw_and_classify": dict(net=COURSE_NET),
        "explain_lab": dict(net=COLOUR_NET, images=COLOUR, labels=Y, names=["a", "b", "c"]),
        "fair_comparison_lab": {},
        "filter_bank": dict(image=IMAGE),
        "follow_image": dict(net=COURSE_NET, image=DIGITS[0]),
        "kernel_back_lab": {},
        "kernel_lab": dict(image=IMAGE, conv=None),
        "memory_lab": {},
        "pooling_lab": {},
        "predict": dict(name="half_a_turn"),
        "show_window": dict(image=IMAGE, kernel=KERNEL, row=0, column=0),
        "size_lab": {},
        "training_lab": dict(
            x=DIGITS,
            y=Y,
            make_net=networks.course_cnn,
            held_out=1,
            lr=0.1,
            momentum=0.9,
            batch_size=1,
            seed=0,
        ),
    },
    figures: {
        "pictures": dict(
            images=[IMAGE],
            titles=["a"],
            columns=2,
            side=1.0,
            name="pictures",
            signed=False,
            positive=False,
        ),
        "lines": dict(x=[1, 2], curves=RUNS, xlabel="x", ylabel="y"),
        "runs": dict(groups=RUNS, xlabel="x", zero=True),
        "roofline": dict(steps=[STEP], one=LIMITS, every=LIMITS),
        "confusion": dict(table=np.eye(3, dtype=int)),
    },
    gradcheck: {"numeric_gradient": dict(f=np.sum, x=np.ones(2), h=1e-5)},
    interpret: {
        "field": dict(layers=NET.layers[:1], row=1, column=1),
        "strongest": dict(net=NET, images=X, count=1, n=2),
        "patch": dict(image=X[0], part=interpret.Field(0, 0, 2, 2)),
        "occlusion": EXPLAINED | dict(k=6, stride=2),
        "slope": EXPLAINED,
        "saliency": EXPLAINED,
        "preferred": dict(
            net=NET,
            count=1,
            unit=0,
            shape=(8, 8, 1),
            rng=RNG,
            steps=1,
            rate=0.05,
            fade=0.02,
            blur=0.15,
        ),
        "fooled": EXPLAINED | dict(budget=0.1, steps=1),
        "shuffled": dict(net=NET, rng=RNG),
        "rank_correlation": dict(one=IMAGE, other=IMAGE),
    },
    intervals: {
        "mean_interval": dict(values=[1, 2]),
        "student": dict(freedom=1),
        "accuracy_interval": dict(right=1, n=2),
    },
    invariance: {
        "cnn_with": dict(pooling="max", rng=RNG, filters=2),
        "with_room": dict(images=X, pixels=1),
        "maps_after": dict(net=NET, images=X, count=1),
        "unchanged": dict(before=IMAGE, after=IMAGE),
        "change": dict(before=IMAGE, after=IMAGE),
        "map_change": dict(net=NET, images=X, count=1, pixels=1),
        "same_answers": dict(net=NET, images=X, pixels=1),
        "lead": dict(net=NET, images=X),
        "lead_lost": dict(net=NET, images=X, pixels=1),
    },
    kernel_back: {"learn": dict(name="one kernel", kernel="sobel_x", seed=0)},
    kernels: {"black_and_white_windows": {}},
    layers: {
        "Conv2D": dict(channels=1, filters=2, k=3, rng=RNG, **SLIDE),
        "Dense": dict(inputs=2, outputs=3, rng=RNG),
        "MaxPool2D": dict(k=2, stride=2, pad=0),
        "AvgPool2D": dict(k=2, stride=2, pad=0, count_include_pad=True),
        "Dropout": dict(rate=0.5, rng=RNG),
        "Sequential": dict(first=NET.layers[0]),
        "Sequential.forward": dict(x=X),
        "Sequential.trace": dict(x=X),
        "small_weights": dict(shape=(2, 3), rng=RNG, what="rng"),
    },
    linked: {
        "linked": dict(picture=grid(), kernel=KERNEL, output=grid(), keep=None, channels=()),
    },
    networks: {name: dict(rng=RNG) for name in ("course_cnn", "wide_cnn", "shapes_cnn")},
    ops: {
        "relu": dict(x=X),
        "dropout": dict(x=X, rate=0.5, rng=RNG),
        "flatten": dict(x=X),
        "dense": dict(x=ROWS, w=np.ones((4, 2)), b=np.ones(2)),
        "softmax": dict(x=ROWS),
        "softmax_cross_entropy": dict(logits=ROWS, labels=Y),
    },
    optim: {
        "SGD": dict(lr=0.1, momentum=0.9, weight_decay=0.1),
        "Adam": dict(lr=0.1, beta1=0.9, beta2=0.9, epsilon=1e-8, weight_decay=0.1),
        "Optimizer.update": dict(params=[np.ones(2)], grads=[np.ones(2)]),
        "OneCycle": dict(peak=0.1, steps=9, rise=0.2, start=0, step=3),
    },
    own_pictures: {
        "own_pictures": dict(folder="own", size=8, colour=True),
        "OwnPictures.split": dict(held_out=0.5, rng=RNG),
    },
    pictures: {
        "grey": dict(image=np.ones((4, 4, 3))),
        "read_picture": dict(path="picture.png"),
        "picture_from_bytes": dict(content=Path(data.bundled("camera.png")).read_bytes(), name="a"),
        "digit_from_picture": dict(pixels=DIGIT, all_ink=True),
    },
    pixels: {
        "PixelGrid": dict(
            array=IMAGE,
            size=280,
            palette="grey",
            limits=(0, 1),
            numbers=True,
            format="{:.4g}",
            title="a",
            label="a",
            scale=True,
            windows=[(0, 0, 1, 1)],
            marks=[(0, 0)],
            margin=1,
            selectable=False,
            drawable=False,
            brush=1.0,
            ink=(1.0, 1.0, 1.0),
            editable=False,
            step=0.1,
            reach=(0.0, 1.0),
        ),
        "PixelGrid.show": dict(array=IMAGE),
        "PixelGrid.set_drawing": dict(array=IMAGE),
        "PixelGrid.on_draw": dict(callback=print),
        "PixelGrid.on_edit": dict(callback=print),
        "Row": dict(first=grid()),
    },
    pooling: {
        "max_pool2d": POOL,
        "avg_pool2d": POOL | dict(count_include_pad=True),
        "global_avg_pool2d": dict(x=X),
    },
    recipes: {
        "Recipe.steps": dict(n=9),
        "Recipe.begin": dict(n=9, seed=0),
        "Recipe.longer": dict(optimizer=optim.SGD(0.1), n=9),
    },
    report: {
        "report_card": dict(net=NET, x=X, y=Y, names=["a", "b", "c"], title="a", seconds=1.0),
        "ReportCard.save": dict(path="card.html"),
        "read_card": dict(path="card.html"),
        "table_of_cards": dict(folder="."),
    },
    selectivity: {
        "gratings": dict(side=8, angles=[0, 90], lengths=[3], phases=[0]),
        "angle_tuning": dict(net=COLOUR_NET, count=1, side=8),
        "orientation": dict(tuning=ROWS),
        "hue_tuning": dict(net=COLOUR_NET, count=1, side=8),
        "opponency": dict(hues=ROWS, angles=ROWS),
        "measured": dict(net=COLOUR_NET, known=NINE, new=NINE),
        "others": {},
        "medians": dict(name="angle", trained=True),
        "stored_values": dict(name="angle", trained=True),
    },
    single: {
        "correlate": dict(picture=IMAGE, kernel=KERNEL, **SLIDE),
        "convolve": dict(picture=IMAGE, w=np.ones((3, 3, 1, 2)), b=np.ones(2), **SLIDE),
        "pool": dict(picture=IMAGE, k=2, stride=2, pad=0, keep="max"),
        "shrink": dict(picture=IMAGE, k=2),
        "shift": dict(picture=IMAGE, down=1, right=1),
        "maps": dict(stack=SMALL),
        "run": dict(net=NET, picture=SMALL),
    },
    sys.modules["cnncourse.explorers.size_lab"]: {"places": dict(size=7, k=3, **SLIDE)},
    stopwatch: {
        "shortest": dict(run=int, seconds=0.0, runs=1),
        "Staircase": dict(multiply_adds=9),
        "Staircase.time": dict(name="a", run=int, touched=9.0, part=1, all_cores=False),
        "Limits.at_least": dict(other=LIMITS),
    },
    storage: {
        "save": dict(net=NET, path="model.npz", optimizer=None),
        "load": dict(path="model.npz"),
        "load_training": dict(path="model.npz"),
    },
    summaries: {"summary": dict(net=NET, shape=(8, 8, 1))},
    tiles: {"tile": dict(maps=SMALL, columns=2, gap=1)},
    train: {
        "batches": dict(n=9, batch_size=2, rng=RNG),
        "steps_in": dict(n=9, batch_size=2, epochs=1),
        "fit": FIT | dict(net=NET, optimizer=optim.SGD(0.0)),
        "gradients": dict(net=NET, x=X, y=Y),
        "accuracy": dict(net=NET, x=X, y=Y),
        "confusion": dict(scores=ROWS, y=Y),
        "Best": dict(net=NET),
        "Best.see": dict(score=0.5),
    },
    variations: {
        "negative": dict(image=IMAGE),
        "thickened": dict(image=IMAGE, pixels=1),
        "moved": dict(image=IMAGE, down=1, right=1, turn=10.0),
        "turned": dict(images=X, degrees=10.0),
        "shifted": dict(images=X, down=1, right=1),
        "moved_by": dict(most=1, images=X, rng=RNG),
    },
    window: {"window": dict(name="a", k=3, **SLIDE)},
}

# Methods, and functions that return a function: how each is called.
CALLS = {
    "Drawing.save": lambda **a: architecture.architecture(NET, (8, 8, 1)).save(**a),
    "Budget.over": budget.Budget(9, 9.0).over,
    "Budget.says": budget.Budget(9, 9.0).says,
    "Budget": lambda **a: budget.Budget(**a).says(NET, 1.0),
    "Sequential.forward": NET.forward,
    "Sequential.trace": NET.trace,
    "Optimizer.update": lambda **a: optim.SGD(0.1).update(**a),
    "OneCycle": cycle,
    "OwnPictures.split": lambda **a: own_pictures.own_pictures("own", 8).split(**a),
    "PixelGrid.show": lambda **a: grid().show(**a),
    "PixelGrid.set_drawing": lambda **a: grid(drawable=True).set_drawing(**a),
    "PixelGrid.on_draw": lambda **a: grid(drawable=True).on_draw(**a),
    "PixelGrid.on_edit": lambda **a: grid(editable=True).on_edit(**a),
    "Recipe.steps": recipes.RECIPES["quick"].steps,
    "Recipe.begin": recipes.RECIPES["quick"].begin,
    "Recipe.longer": recipes.RECIPES["quick"].longer,
    "ReportCard.save": lambda **a: CARD.save(**a),
    "Staircase.time": lambda **a: stopwatch.Staircase(9).time(**a),
    "Limits.at_least": LIMITS.at_least,
    "Best.see": lambda **a: train.Best(NET).see(**a),
    "moved_by": augment,
    "Sequential": lambda first: layers.Sequential(first),
    "Row": lambda first: pixels.Row(first),
}

# What only the package calls, and what a lesson shows of its inner parts; `reference` are plain
# loops to be read, which check nothing. The public part of a lab stands in explorers/__init__.py.
INSIDE = {
    "architecture": """Stage describe stages looking Box scale_of boxes draw text line rect shape_of
        coloured picture nodes circles answers percent window_on window_box connection brackets""",
    "coloured_shapes": "regular heart outside colour",
    "convolution": "bind_conv2d Slide Windows",
    "course": "Lesson lesson_modules CourseMap",
    "crew": "Crew shared_memory open_memory places arrays_in use help_out",
    "curves": "PlainLocator log_scale",
    "data": "Dataset folder Split stored_mnist",
    "downloads": "kept_in fetch fashion_mnist",
    "elsewhere": "package installed",
    "experiments": "Setup run different",
    "figures": "draw_confusion",
    "files": """is_path may_read printable read_arrays reason check_path check_target write_target
        write_whole""",
    "interpret": "Field Strongest maps_of strongest_in",
    "layers": "Layer Pool2D Flatten ReLU GlobalAvgPool2D Trace check_network",
    "linked": "Linked Walk",
    "ops": "bind_relu bind_dense",
    "pixels": """own_limits encode write check_pixels check_limits whole_numbers numbers_of
        pixels_of""",
    "plots": "Plot plain numbers pairs named within",
    "png": "png",
    "pooling": "bind_max_pool2d bind_avg_pool2d",
    "reference": """correlate2d conv2d conv2d_back max_pool2d max_pool2d_back avg_pool2d
        avg_pool2d_back global_avg_pool2d global_avg_pool2d_back relu relu_back flatten flatten_back
        dense dense_back softmax softmax_back softmax_cross_entropy softmax_cross_entropy_back""",
    "report": "held_up",
    "selectivity": """responses class_means class_selectivity part_sizes edges features read_out
        angle_read_out class_read_out convolutions""",
    "shapes": """sizes as_array check_shape check_array check_same_shape check_labels check_number
        check_finite check_bool check_text check_fraction check_int pair borders out_size pad_image
        check_rng listed shown""",
    "stills": "Still png draw beside pixels text",
    "stopwatch": "Step limits",
    "summary": "Row Summary",
    "tiles": "painted",
    "torch_training": "fit launch main",
    "train": "Record Records micro_batches micro_gradients scores_of",
    "window": "Window",
    "workers": "allowed cores cut deal one_blas_thread one_core",
    "workspace": "lend order_of",
}


CARD = report.report_card(NET, X, Y, ["a", "b", "c"])


class Array:
    """Like a table of pandas: no array, but it becomes one."""

    shape, dtype = (3, 3), np.dtype(float)

    def __array__(self, dtype=None, copy=None):
        return np.ones((3, 3), dtype)

    def __len__(self):
        return 3


class Broken:
    """Everything that one asks of it fails."""

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("no array")

    def __len__(self):
        raise RuntimeError("no length")

    __iter__ = __float__ = __index__ = __bool__ = __len__


class Own(np.ndarray):
    """A kind of array of somebody's own."""


def unfit():
    """By name, what hardly an argument is meant to be."""
    nan = X.copy()
    nan[0, 0, 0, 0] = np.nan
    table = np.ones((3, 3))
    return {
        "None": None,
        "text": "text",
        "an empty text": "",
        "a long text": "x" * 100_000,
        "markup": "<b>$x$</b>\n\x00",
        "half a formula": "a_$b^ \\frac{$",
        "NaN": np.nan,
        "infinite": np.inf,
        "minus infinite": -np.inf,
        "negative": -1,
        "zero": 0,
        "a half": 0.5,
        "2**31": 2**31,
        "10**30": 10**30,
        "-10**30": -(10**30),
        "1e300": 1e300,
        "a whole number of NumPy": np.int64(2),
        "the smallest number of NumPy": np.int64(-(2**63)),
        "complex": 1j,
        "true": True,
        "an empty list": [],
        "a list of None": [None, None],
        "a list of text": ["a", "b"],
        "rows of two lengths": [[1], [1, 2]],
        "a deep list": functools.reduce(lambda inner, _: [inner], range(100), 1),
        "a long list": [0] * 100_000,
        "an empty dict": {},
        "a dict of None": {"a": None},
        "a dict of numbers": {1: 2},
        "a set": {1, 2},
        "a pair": (1, 2),
        "four": (1, 2, 3, 4),
        "a huge pair": (10**12, 10**12),
        "a generator": (number for number in (1, 2)),
        "an endless iterator": itertools.count(),
        "a function": len,
        "a function that fails": fails,
        "a class": dict,
        "a module": np,
        "an object": object(),
        "a broken object": Broken(),
        "what becomes an array": Array(),
        "pandas": frame(),
        "a path": Path("nowhere"),
        "raw bytes": b"bytes",
        "a number array": np.array(1.0),
        "an empty array": np.zeros(0),
        "an empty image": np.zeros((0, 8, 8, 1), np.float32),
        "an array of objects": np.array([None, "a"], object),
        "images of objects": np.full((3, 8, 8, 1), None),
        "an array of text": np.array([["a", "b"]]),
        "dates": np.zeros((3, 3), "datetime64[D]"),
        "records": np.zeros(3, [("a", int)]),
        "an array of NaN": np.full((3, 8, 8, 1), np.nan, np.float32),
        "one NaN": nan,
        "infinite images": np.full((3, 8, 8, 1), np.inf, np.float32),
        "the largest numbers": np.full((3, 8, 8, 1), 3e38, np.float32),
        "a complex array": np.ones((3, 3), complex),
        "half floats": np.ones((3, 8, 8, 1), np.float16),
        "the other byte order": X.astype(">f4"),
        "true and false": np.ones((3, 3), bool),
        "a row": np.ones(5),
        "a deep array": np.ones((1, 1, 1, 1, 1)),
        "bytes": np.ones((3, 3), np.uint8),
        "whole numbers": np.ones((3, 3), np.int64),
        "a huge image": np.broadcast_to(np.float32(1), (1_000_000, 1_000_000)),
        "huge images": np.broadcast_to(np.float32(1), (10**9, 8, 8, 1)),
        "a masked array": np.ma.masked_array(table, table > 0),
        "masked images": np.ma.masked_array(X, X > 0.5),
        "a matrix": table.view(np.matrix),
        "a subclass": table.view(Own),
        "a random generator": RNG,
        "a network": NET,
        "a layer": NET.layers[0],
        "a window": LINE,
        "a grid": GRID,
    }


def fails(*arguments, **options):
    raise KeyError("its own")


@functools.cache
def frame():
    """A table of pandas, where it is installed."""
    try:
        import pandas
    except ImportError:
        return Array()
    return pandas.DataFrame(np.ones((3, 3)))


GRID = grid()
# What they are given is called, and what it raises is its own.
CALLED = {"f", "loss", "augment", "run", "make_net"}
FOREIGN = {"bundled": FileNotFoundError, "predict": ValueError}  # longer: what there is


def called(module, name):
    """The function of an entry of GOOD; a generator gives its first record, a figure is drawn."""
    function = CALLS.get(name) or getattr(module, name)

    def run(**arguments):
        made = function(**arguments)
        if isinstance(made, figures.Plot):
            made.png()
        return next(made, None) if isinstance(made, types.GeneratorType | train.Records) else made

    return run


def outcome(function, arguments, name="") -> tuple[str, str]:
    """What came of a call, "works", "refused" or "FAULT", and what is wrong with it."""
    try:
        out, seconds = contextlib.redirect_stdout(io.StringIO()), LONG.get(name, SECONDS)
        with warnings.catch_warnings(), out, in_time(seconds):
            warnings.simplefilter("ignore")
            function(**arguments)
        came = "works", ""
    except FOREIGN.get(name, ()):
        came = "refused", ""
    except TimeUp:
        if name in ("preferred", "fooled", "shortest"):  # so many were asked for
            return "works", ""
        return "FAULT", "takes too long"
    except Exception as problem:
        said = str(problem)
        one = re.fullmatch(r"[^\n]* should [^\n]*\bbut [^\n]*\.", said) and len(said) < 400
        fine = type(problem) is ValueError and one
        came = ("refused", "") if fine else ("FAULT", f"{type(problem).__name__}: {said[:110]}")
    return came


class TimeUp(BaseException):
    """The processor time of a call is used up."""


@contextlib.contextmanager
def in_time(seconds):
    """TimeUp once what is inside has taken its time; where there is no such alarm, nothing."""
    if not hasattr(signal, "ITIMER_PROF"):
        yield
        return

    def ring(signum, frame):
        raise TimeUp

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextlib.contextmanager
def bounded():
    """Nothing inside can have more than ROOM bytes beyond what there is, where this can be set."""
    statm = Path("/proc/self/statm")
    if resource is None or not statm.exists():
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_AS)
    size = int(statm.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + ROOM, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def outcomes(module, name, every=1):
    """(argument, kind of what it is given, what came of it, what is wrong), for all of them.

    every: one of so many kinds is taken, another part of them for each argument
    """
    good, function = GOOD[module][name], called(module, name)
    for argument in good:
        first = zlib.crc32(f"{name} {argument}".encode()) % every
        for kind, value in itertools.islice(unfit().items(), first, None, every):
            if argument in CALLED and callable(value):
                continue
            with bounded():
                came = outcome(function, good | {argument: value}, name)
            yield argument, kind, *came


def prepare(folder):
    """Put what the good calls read into a folder."""
    storage.save(NET, folder / "model.npz")
    CARD.save(folder / "card.html")
    from PIL import Image

    for label in ("cats", "dogs"):
        (folder / "own" / label).mkdir(parents=True)
        for number in range(2):
            noise = np.random.default_rng([number, label == "cats"]).integers(0, 255, (9, 9))
            Image.fromarray(noise.astype(np.uint8)).save(folder / "own" / label / f"{number}.png")
    Image.fromarray(np.zeros((9, 9), np.uint8)).save(folder / "picture.png")


ENTRIES = [(module, name) for module, names in GOOD.items() for name in names]


def main(word=""):
    counts, tried, begun = collections.Counter(), 0, time.perf_counter()
    here = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        prepare(Path(folder))
        for module, name in ENTRIES:
            full = f"{module.__name__.removeprefix('cnncourse.')}.{name}"
            if not re.search(word, full):
                continue
            tried += 1
            faults = collections.defaultdict(list)
            for argument, kind, came, wrong in outcomes(module, name):
                counts[came] += 1
                if came == "FAULT":
                    faults[argument, wrong.split(":")[0]].append(f"{kind}: {wrong}")
            for (argument, _), all_of_them in faults.items():
                print(f"{full}({argument}), {len(all_of_them)} times: {all_of_them[0]}", flush=True)
        os.chdir(here)
    total = f"{sum(counts.values()):,} calls of {tried} functions"
    print(f"{total} in {time.perf_counter() - begun:.0f} s:", dict(counts))
    return counts["FAULT"]


if __name__ == "__main__":
    sys.exit(bool(main(*sys.argv[1:])))
