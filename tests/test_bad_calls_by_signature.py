"""Every public function with something unfit for each of its arguments in turn.

It may work; it may say in one ValueError what should be and what came. It may not raise anything
else, say anything else, or run on and on. To add a function, add a line to GOOD.
"""

import re
import warnings

import numpy as np
import pytest

from cnncourse import (
    data,
    figures,
    gradcheck,
    invariance,
    layers,
    networks,
    ops,
    optim,
    recipes,
    storage,
    tiles,
    train,
    variations,
)
from cnncourse import summary as summaries

RNG = np.random.default_rng(0)
X = np.ones((3, 8, 8, 1), np.float32)
Y = np.array([0, 1, 2])
IMAGE = np.full((8, 9), 0.5)
DIGIT = np.pad(np.ones((4, 9)), 6)
MAPS = np.ones((3, 8, 8, 2), np.float32)
NET = layers.Sequential(
    layers.Conv2D(1, 2, 3, pad=1, rng=RNG), layers.Flatten(), layers.Dense(128, 3, rng=RNG)
)
RUNS = {"one": [3.0, 2.0], "other": [2.0, 1.0]}


def fit(**options):
    return next(train.fit(**options), None)


def update(params, grads):
    optim.SGD(0.1).update(params, grads)


def augment(most, images, rng):
    return variations.moved_by(most)(images, rng)


def cycle(step, **options):
    return optim.OneCycle(**options)(step)


SLIDE = dict(stride=1, pad=0, dilation=1)
POOL = dict(x=X, k=2, stride=2, pad=0)
FIT = dict(
    net=NET,
    x=X,
    y=Y,
    epochs=1,
    batch_size=2,
    optimizer=optim.SGD(0.0),
    rng=RNG,
    augment=None,
    start=0,
    workers=1,
)
GOOD = {
    ops.relu: dict(x=X),
    ops.dropout: dict(x=X, rate=0.5, rng=RNG),
    ops.flatten: dict(x=X),
    ops.dense: dict(x=np.ones((2, 3)), w=np.ones((3, 4)), b=np.ones(4)),
    ops.softmax: dict(x=np.ones((2, 3))),
    ops.softmax_cross_entropy: dict(logits=np.ones((3, 3)), labels=Y),
    ops.correlate2d: dict(image=IMAGE, kernel=np.ones((3, 3)), **SLIDE),
    ops.conv2d: dict(x=X, w=np.ones((3, 3, 1, 2)), b=np.ones(2), **SLIDE),
    ops.max_pool2d: POOL,
    ops.avg_pool2d: POOL | dict(count_include_pad=True),
    ops.global_avg_pool2d: dict(x=X),
    layers.Conv2D: dict(channels=1, filters=2, k=3, rng=RNG, **SLIDE),
    layers.Dense: dict(inputs=2, outputs=3, rng=RNG),
    layers.MaxPool2D: dict(k=2, stride=2, pad=0),
    layers.AvgPool2D: dict(k=2, stride=2, pad=0, count_include_pad=True),
    layers.Dropout: dict(rate=0.5, rng=RNG),
    layers.small_weights: dict(shape=(2, 3), rng=RNG),
    networks.course_cnn: dict(rng=RNG),
    networks.wide_cnn: dict(rng=RNG),
    NET: dict(x=X),
    NET.forward: dict(x=X),
    optim.SGD: dict(lr=0.1, momentum=0.9, weight_decay=0.1),
    optim.Adam: dict(lr=0.1, beta1=0.9, beta2=0.9, epsilon=1e-8, weight_decay=0.1),
    update: dict(params=[np.ones(2)], grads=[np.ones(2)]),
    cycle: dict(peak=0.1, steps=9, rise=0.2, start=0, step=3),
    train.steps_in: dict(n=9, batch_size=2, epochs=1),
    fit: FIT,
    train.gradients: dict(net=NET, x=X, y=Y),
    train.accuracy: dict(net=NET, x=X, y=Y),
    train.Best: dict(net=NET),
    train.Best(NET).see: dict(score=0.5),
    augment: dict(most=1, images=X, rng=RNG),
    recipes.RECIPES["quick"].steps: dict(n=9),
    recipes.RECIPES["quick"].begin: dict(n=9, seed=0),
    recipes.RECIPES["quick"].longer: dict(optimizer=optim.SGD(0.1), n=9),
    storage.save: dict(net=NET, path="model.npz", optimizer=None),
    storage.load: dict(path="model.npz"),
    summaries.summary: dict(net=NET, shape=(8, 8, 1)),
    gradcheck.numeric_gradient: dict(f=np.sum, x=np.ones(2), h=1e-5),
    data.load: dict(name="mnst"),
    data.split: dict(x=X, y=Y, held_out=1, name="split"),
    data.photograph: dict(name="camera"),
    data.bundled: dict(name="camera.png"),
    data.grey: dict(image=np.ones((4, 4, 3))),
    data.read_picture: dict(path=str(data.bundled("camera.png"))),
    data.digit_from_picture: dict(pixels=DIGIT, all_ink=True),
    variations.negative: dict(image=IMAGE),
    variations.thickened: dict(image=IMAGE, pixels=1),
    variations.moved: dict(image=IMAGE, down=1, right=1, turn=10.0),
    variations.turned: dict(images=IMAGE[None, :, :, None], degrees=10.0),
    invariance.cnn_with: dict(pooling="max", rng=RNG),
    variations.shifted: dict(images=X, down=1, right=1),
    invariance.with_room: dict(images=X, pixels=1),
    invariance.maps_after: dict(net=NET, images=X, count=1),
    invariance.unchanged: dict(before=IMAGE, after=IMAGE),
    invariance.change: dict(before=IMAGE, after=IMAGE),
    invariance.map_change: dict(net=NET, images=X, count=1, pixels=1),
    invariance.same_answers: dict(net=NET, images=X, pixels=1),
    invariance.lead: dict(net=NET, images=X),
    invariance.lead_lost: dict(net=NET, images=X, pixels=1),
    figures.pictures: dict(
        images=[IMAGE], titles=["a"], columns=2, side=1.0, signed=False, positive=False
    ),
    figures.curves: dict(losses=[2, 1], accuracies=[0, 1], held=[(1, 0.5)], rates=[], guess=2.3),
    figures.lines: dict(x=[1, 2], curves=RUNS, xlabel="x", ylabel="y"),
    figures.compare: dict(runs=RUNS, guess=2.3, window=2),
    figures.side_by_side: dict(runs=RUNS, held=RUNS, guess=2.3, unit="step", window=2),
    figures.bowl: dict(loss=np.square, walks=RUNS, low=-1.0, high=1.0),
    figures.valley: dict(loss=np.add, walks={"a": np.ones((2, 2))}, reach=(1.0, 2.0)),
    figures.smooth: dict(values=[1, 2], window=2),
    figures.confusion: dict(table=np.eye(3, dtype=int)),
    tiles.tile: dict(maps=np.ones((2, 2, 3)), columns=2, gap=1),
}
UNFIT = {
    "None": None,
    "text": "text",
    "an empty text": "",
    "NaN": np.nan,
    "infinite": np.inf,
    "negative": -1,
    "zero": 0,
    "a half": 0.5,
    "2**31": 2**31,
    "true": True,
    "an empty list": [],
    "a list of None": [None, None],
    "a list of text": ["a", "b"],
    "an empty dict": {},
    "a dict of None": {"a": None},
    "a pair": (1, 2),
    "a function": len,
    "a class": dict,
    "an object": object(),
    "a number array": np.array(1.0),
    "an empty array": np.zeros(0),
    "an array of objects": np.array([None, "a"], object),
    "an array of NaN": np.full((3, 8, 8, 1), np.nan),
    "a complex array": np.ones((3, 3), complex),
    "a row": np.ones(5),
    "a deep array": np.ones((1, 1, 1, 1, 1)),
    "bytes": np.ones((3, 3), np.uint8),
}
CALLED = {"f", "loss", "augment"}  # any function will do, and what it raises is its own
FOREIGN = {"bundled": FileNotFoundError}  # which says what to do about it


def name_of(function):
    return getattr(function, "__qualname__", None) or type(function).__name__


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    storage.save(NET, "model.npz")


@pytest.mark.parametrize("function", GOOD, ids=name_of)
@pytest.mark.filterwarnings("ignore")
def test_what_does_not_fit_is_said_in_one_sentence(function):
    bare = []
    for argument in GOOD[function]:
        for kind, value in UNFIT.items():
            if argument in CALLED and callable(value):
                continue
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    function(**GOOD[function] | {argument: value})
            except FOREIGN.get(name_of(function), ()):
                continue
            except Exception as problem:
                said = str(problem)
                one = re.fullmatch(r"[^\n]* should [^\n]*\bbut [^\n]*\.", said) and len(said) < 400
                if type(problem) is not ValueError or not one:
                    bare.append(f"{argument} = {kind}: {type(problem).__name__}: {said[:90]}")
    assert bare == []


def test_the_good_calls_work():
    for function, arguments in GOOD.items():
        if function is not data.load:
            function(**arguments)
