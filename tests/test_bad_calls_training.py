"""As test_bad_calls.py, for layers, networks, optimizers, training, files and summaries.

BAD_CALLS is the table: a name, the call, and words that its message has to hold. The first of the
words begins the message: who speaks, and the argument. To add a call, add a line.
"""

import re
from fractions import Fraction

import numpy as np
import pytest
from cases import message_of

from cnncourse import layers, networks, optim, storage, train
from cnncourse.summary import summary

RNG = np.random.default_rng(0)
X = np.ones((3, 6, 6, 1), np.float32)
Y = np.array([0, 1, 2])


def conv(channels=1, filters=2, k=3, rng=RNG, **options):
    return layers.Conv2D(channels, filters, k, rng=rng, **options)


def dense(inputs=72, outputs=3, rng=RNG):
    return layers.Dense(inputs, outputs, rng=rng)


def net():
    return layers.Sequential(conv(pad=1), layers.ReLU(), layers.Flatten(), dense())


RELU = layers.ReLU()
DOUBLE_WEIGHTS = net()
DOUBLE_WEIGHTS.layers[0].params["w"] = DOUBLE_WEIGHTS.layers[0].params["w"].astype(np.float64)
OTHER_SHAPE = net()
OTHER_SHAPE.layers[0].params["w"] = np.ones((5, 5, 1, 2), np.float32)
NOT_FINITE = net()
NOT_FINITE.layers[3].params["b"][1] = np.nan
NO_BIAS = net()
del NO_BIAS.layers[3].params["b"]


class OwnLayer(layers.Layer):
    def apply(self, x):
        return x, lambda dy: dy


class OwnOptimizer(optim.SGD):
    pass


def fit(net=None, x=X, y=Y, epochs=1, optimizer=None, rng=RNG, **options):
    """One step of learning, with something else for one of the arguments."""
    net = globals()["net"]() if net is None else net
    optimizer = optim.SGD(lr=0.1) if optimizer is None else optimizer
    return next(train.fit(net, x, y, epochs=epochs, optimizer=optimizer, rng=rng, **options))


def update(params=None, grads=None, optimizer=None):
    params = [np.ones(2), np.ones((2, 3))] if params is None else params
    grads = [np.ones(2), np.ones((2, 3))] if grads is None else grads
    (optimizer or optim.SGD(lr=0.1)).update(params, grads)


def used_optimizer():
    optimizer = optim.Adam()
    update(optimizer=optimizer)
    return optimizer


def save(net=None, path="model.npz", **options):
    storage.save(globals()["net"]() if net is None else net, path, **options)


def with_value(array, value):
    changed = array.copy()
    changed.flat[1] = value
    return changed


LAYERS = {
    "channels zero": (lambda: conv(channels=0), "Conv2D: channels", "at least 1", "is 0"),
    "channels float": (lambda: conv(channels=1.0), "Conv2D: channels", "whole number", "1.0"),
    "filters negative": (lambda: conv(filters=-4), "Conv2D: filters", "at least 1", "-4"),
    "filters bool": (lambda: conv(filters=True), "Conv2D: filters", "True"),
    "k zero": (lambda: conv(k=0), "Conv2D: k", "at least 1"),
    "k three": (lambda: conv(k=(3, 3, 1)), "Conv2D: k", "pair", "(3, 3, 1)"),
    "k text": (lambda: conv(k="3x3"), "Conv2D: k", "'3x3'"),
    "conv stride": (lambda: conv(stride=0), "Conv2D: stride", "at least 1"),
    "conv dilation": (lambda: conv(dilation=0.5), "Conv2D: dilation", "0.5"),
    "conv pad": (lambda: conv(pad="full"), "Conv2D: pad", '"same" or "valid"', "'full'"),
    "conv pad too much": (lambda: conv(pad=2**31), "Conv2D: pad", "1,000"),
    "average counted": (
        lambda: layers.AvgPool2D(count_include_pad=1),
        "AvgPool2D: count_include_pad",
        "is 1",
    ),
    "conv pad negative": (lambda: conv(pad=(1, -1)), "Conv2D: pad", "at least 0", "-1"),
    "conv rng seed": (lambda: conv(rng=0), "Conv2D: rng", "default_rng"),
    "conv rng None": (lambda: conv(rng=None), "Conv2D: rng", "None", "default_rng"),
    "inputs a shape": (lambda: dense(inputs=(7, 7, 32)), "Dense: inputs", "(7, 7, 32)"),
    "inputs float": (lambda: dense(inputs=72 / 2), "Dense: inputs", "36.0"),
    "outputs zero": (lambda: dense(outputs=0), "Dense: outputs", "at least 1"),
    "dense rng module": (lambda: dense(rng=np.random), "Dense: rng", "default_rng"),
    "max k": (lambda: layers.MaxPool2D(0), "MaxPool2D: k", "at least 1"),
    "max stride": (lambda: layers.MaxPool2D(2, stride=0), "MaxPool2D: stride", "at least 1"),
    "max pad": (lambda: layers.MaxPool2D(pad=0.5), "MaxPool2D: pad", "0.5"),
    "average k": (lambda: layers.AvgPool2D((2, None)), "AvgPool2D: k", "None"),
    "average pad": (lambda: layers.AvgPool2D(pad="full"), "AvgPool2D: pad", "'full'"),
    "rate of one": (lambda: layers.Dropout(1, rng=RNG), "Dropout: rate", "less than 1"),
    "rate in percent": (lambda: layers.Dropout(50, rng=RNG), "Dropout: rate", "50"),
    "dropout rng": (lambda: layers.Dropout(0.5, rng=1), "Dropout: rng", "default_rng"),
    "course_cnn rng": (lambda: networks.course_cnn(0), "Conv2D: rng", "default_rng"),
    "wide_cnn rng": (lambda: networks.wide_cnn(None), "Conv2D: rng", "default_rng"),
    "small_weights rng": (lambda: layers.small_weights((2, 3), 7), "rng", "7", "default_rng"),
    "layer x": (lambda: RELU([1.0]), "relu: x", "list"),
    "conv x one image": (lambda: conv()(X[0]), "conv2d: x", "(n, h, w, c=1)", "(6, 6, 1)"),
    "conv x other channels": (lambda: conv(channels=3)(X), "conv2d: x", "c=3", "(3, 6, 6, 1)"),
    "conv x channels first": (
        lambda: networks.course_cnn(RNG)(np.ones((5, 1, 28, 28), np.float32)),
        "conv2d: x",
        "channels last, (n, h, w, c=1)",
        "(5, 1, 28, 28)",
        "x.transpose(0, 2, 3, 1)",
    ),
    "dense x images": (lambda: dense()(X), "dense: x", "(n, d=72)", "(3, 6, 6, 1)"),
    "dense x other length": (lambda: dense(5)(X.reshape(3, -1)), "dense: x", "d=5", "(3, 36)"),
    "pool x rows": (lambda: layers.MaxPool2D()(X[:, 0, 0]), "max_pool2d: x", "(n, h, w, c)"),
    "dropout x": (lambda: layers.Dropout(rng=RNG)([1.0]), "dropout: x", "list"),
    "backward first": (lambda: layers.ReLU().backward(X), "ReLU.backward", "after forward"),
    "backward without dx first": (
        lambda: conv().backward(X, need_dx=False),
        "Conv2D.backward",
        "after forward",
    ),
}

NETWORKS = {
    "no layers": (lambda: layers.Sequential(), "Sequential: layers", "none"),
    "a list of layers": (lambda: layers.Sequential([RELU]), "Sequential: layer 1", "list"),
    "a class": (lambda: layers.Sequential(layers.ReLU), "Sequential: layer 1", "ReLU"),
    "a function": (lambda: layers.Sequential(RELU, len), "Sequential: layer 2", "builtin"),
    "a network in a network": (
        lambda: layers.Sequential(layers.Flatten(), net()),
        "Sequential: layer 2",
        "Sequential",
    ),
    "a layer twice": (
        lambda: layers.Sequential(RELU, conv(pad=1), RELU),
        "Sequential: layer 3",
        "second one",
    ),
    "net x list": (lambda: net()(X.tolist()), "Sequential: x", "list", "np.array"),
    "net x None": (lambda: net()(None), "Sequential: x", "NoneType"),
    "net x uint8": (lambda: net()(X.astype(np.uint8)), "Sequential: x", "uint8", "astype"),
    "net x no images": (lambda: net()(X[:0]), "Sequential: x", "empty", "(0, 6, 6, 1)"),
    "net x one row": (lambda: net()(X[0, 0, :, 0]), "Sequential: x", "(n, ...)", "(6,)"),
    "net x one image": (lambda: net()(X[0]), "conv2d: x", "(n, h, w, c=1)", "(6, 6, 1)"),
    "net forward one image": (lambda: net().forward(X[0]), "conv2d: x", "(6, 6, 1)"),
    "net other size": (lambda: net()(X[:, :5]), "dense: x", "d=72", "(3, 60)"),
    "net backward first": (lambda: net().backward(X), "Dense.backward", "after forward"),
    "net grads first": (lambda: net().grads(), "Sequential.grads", "after backward"),
}

OPTIMIZERS = {
    "lr negative": (lambda: optim.SGD(lr=-0.1), "SGD: lr", "at least 0", "-0.1"),
    "lr text": (lambda: optim.SGD(lr="0.1"), "SGD: lr", "number", "'0.1'"),
    "lr None": (lambda: optim.SGD(lr=None), "SGD: lr", "None"),
    "lr NaN": (lambda: optim.Adam(lr=np.nan), "Adam: lr", "nan"),
    "lr infinite": (lambda: optim.SGD(lr=np.inf), "SGD: lr", "inf"),
    "lr bool": (lambda: optim.SGD(lr=True), "SGD: lr", "True"),
    "lr array": (lambda: optim.SGD(lr=np.ones((2, 2))), "SGD: lr", "number", "array("),
    "lr set": (lambda: setattr(optim.SGD(lr=1), "lr", -1), "SGD: lr", "at least 0", "-1"),
    "schedule of None": (lambda: optim.SGD(lr=lambda step: None).rate(), "SGD: lr", "None"),
    "schedule below 0": (lambda: update(optimizer=optim.SGD(lr=lambda s: -1)), "SGD: lr", "-1"),
    "momentum of one": (lambda: optim.SGD(0.1, momentum=1), "SGD: momentum", "less than 1"),
    "momentum negative": (lambda: optim.SGD(0.1, momentum=-0.9), "SGD: momentum", "-0.9"),
    "weight_decay negative": (lambda: optim.SGD(0.1, weight_decay=-1), "SGD: weight_decay", "-1"),
    "beta1 of one": (lambda: optim.Adam(beta1=1.0), "Adam: beta1", "less than 1"),
    "beta2 text": (lambda: optim.Adam(beta2="0.9"), "Adam: beta2", "'0.9'"),
    "epsilon zero": (lambda: optim.Adam(epsilon=0), "Adam: epsilon", "at least 1e-20", "is 0"),
    "cycle step None": (lambda: optim.OneCycle(1, 9)(None), "OneCycle: step", "None"),
    "cycle step NaN": (lambda: optim.OneCycle(1, 9)(np.nan), "OneCycle: step", "nan"),
    "cycle start": (lambda: optim.OneCycle(1, 9, start=-1), "OneCycle: start", "at least 0", "-1"),
    "cycle step before": (lambda: optim.OneCycle(1, 9, start=5)(4), "OneCycle: step", "at least 5"),
    "epsilon negative": (lambda: optim.Adam(epsilon=-1e-8), "Adam: epsilon", "at least 0"),
    "peak negative": (lambda: optim.OneCycle(-1, 10), "OneCycle: peak", "-1"),
    "steps zero": (lambda: optim.OneCycle(1, 0), "OneCycle: steps", "at least 1"),
    "steps float": (lambda: optim.OneCycle(1, 60000 / 64), "OneCycle: steps", "937.5"),
    "rise of one": (lambda: optim.OneCycle(1, 10, rise=1), "OneCycle: rise", "less than 1"),
    "params method": (lambda: update(params=net().params), "update: params", "list", "method"),
    "grads method": (lambda: update(grads=net().grads), "update: grads", "list", "method"),
    "params array": (lambda: update(params=np.ones((2, 2))), "update: params", "ndarray"),
    "params dict": (lambda: update(params=conv().params), "update: params", "dict"),
    "params of numbers": (lambda: update(params=[1.0, 2.0]), "update: params", "float"),
    "params float16": (
        lambda: update(params=[np.ones(2, "float16")], grads=[np.ones(2, "float16")]),
        "update: params",
        "32 or 64 bits",
        "float16",
    ),
    "params whole numbers": (lambda: update(params=[Y, Y]), "update: params", "int64"),
    "grads None": (lambda: update(grads=[None, None]), "update: grads", "NoneType"),
    "grads too few": (lambda: update(grads=[np.ones(2)]), "update: grads", "[(2,)]"),
    "grads turned": (
        lambda: update(grads=[np.ones(2), np.ones((3, 2))]),
        "update: grads",
        "[(2,), (2, 3)]",
        "[(2,), (3, 2)]",
    ),
    "optimizer of another network": (
        lambda: update(params=[X], grads=[X], optimizer=used_optimizer()),
        "update: params",
        "new optimizer",
    ),
}

TRAINING = {
    "net a layer": (lambda: fit(net=dense()), "fit: net", "Sequential", "Dense"),
    "net a list": (lambda: fit(net=[dense()]), "fit: net", "list"),
    "x list": (lambda: fit(x=X.tolist()), "fit: x", "list"),
    "x uint8": (lambda: fit(x=X.astype(np.uint8)), "fit: x", "uint8", "astype"),
    "x a number": (lambda: fit(x=np.array(1.0)), "fit: x", "(n, ...)", "()"),
    "x empty": (lambda: fit(x=X[:0], y=Y[:0]), "fit: x", "empty"),
    "x NaN": (lambda: fit(x=with_value(X, np.nan)), "fit: x", "finite"),
    "x infinite": (lambda: fit(x=with_value(X, -np.inf)), "fit: x", "finite"),
    "x of another size": (lambda: fit(x=X[:, :5]), "dense: x", "d=72", "(1, 60)"),
    "y list": (lambda: fit(y=[0, 1, 2]), "fit: y", "list", "np.int64"),
    "y floats": (lambda: fit(y=Y / 1), "fit: y", "float64", "np.int64"),
    "y one-hot": (lambda: fit(y=np.eye(3, dtype=int)), "fit: y", "(n=3,)", "(3, 3)"),
    "y too short": (lambda: fit(y=Y[:2]), "fit: y", "(n=3,)", "(2,)"),
    "y from 1": (lambda: fit(y=Y + 1), "fit: y", "between 0 and 2", "1 to 3"),
    "y negative": (lambda: fit(y=Y - 1), "fit: y", "between 0 and 2", "-1 to 1"),
    "no scores": (
        lambda: fit(net=layers.Sequential(conv())),
        "fit: the output of net",
        "(n, f)",
        "(1, 4, 4, 2)",
    ),
    "epochs zero": (lambda: fit(epochs=0), "fit: epochs", "at least 1"),
    "epochs float": (lambda: fit(epochs=1.5), "fit: epochs", "1.5"),
    "batch_size zero": (lambda: fit(batch_size=0), "fit: batch_size", "at least 1"),
    "start negative": (lambda: fit(start=-1), "fit: start", "at least 0"),
    "workers zero": (lambda: fit(workers=0), "fit: workers", "at least 1"),
    "workers float": (lambda: fit(workers=1.5), "fit: workers", "1.5"),
    "optimizer a class": (lambda: fit(optimizer=optim.SGD), "fit: optimizer", "SGD(", "type"),
    "optimizer text": (lambda: fit(optimizer="sgd"), "fit: optimizer", "str"),
    "optimizer a rate": (lambda: fit(optimizer=0.1), "fit: optimizer", "float"),
    "rng a seed": (lambda: fit(rng=0), "fit: rng", "default_rng"),
    "rng None": (lambda: fit(rng=None), "fit: rng", "default_rng"),
    "augment text": (lambda: fit(augment="flip"), "fit: augment", "function", "str"),
    "augment without return": (
        lambda: fit(augment=lambda images, rng: None),
        "fit: augment(images, rng)",
        "NoneType",
    ),
    "augment to uint8": (
        lambda: fit(augment=lambda images, rng: images.astype(np.uint8)),
        "fit: augment(images, rng)",
        "uint8",
    ),
    "augment drops images": (
        lambda: fit(augment=lambda images, rng: images[:1]),
        "fit: augment(images, rng)",
        "all 3 images",
        "(1, 6, 6, 1)",
    ),
    "augment to a number": (
        lambda: fit(augment=lambda images, rng: np.array(images.sum())),
        "fit: augment(images, rng)",
        "()",
    ),
    "augment to NaN": (
        lambda: fit(augment=lambda images, rng: images * np.nan),
        "softmax_cross_entropy: logits",
        "finite",
    ),
    "gradients of nothing": (lambda: train.gradients(net(), X[:0], Y[:0]), "gradients: x", "empty"),
    "gradients labels": (lambda: train.gradients(net(), X, Y[:2]), "gradients: y", "(n=3,)"),
    "accuracy net": (lambda: train.accuracy(dense(), X, Y), "accuracy: net", "Dense"),
    "accuracy x": (lambda: train.accuracy(net(), None, Y), "accuracy: x", "NoneType"),
    "accuracy NaN": (
        lambda: train.accuracy(NOT_FINITE, X, Y),
        "accuracy: the output of net",
        "3 of 3 images",
    ),
    "best of nothing": (lambda: train.Best(None), "Best: net", "NoneType"),
    "best score": (lambda: train.Best(net()).see("high"), "see: score", "'high'"),
    "fit with an ended cycle": (
        lambda: fit(optimizer=optim.SGD(optim.OneCycle(0.1, 1)), epochs=2),
        "fit: optimizer",
        "all 2 steps",
        "after 1 more",
        "OneCycle(peak, steps=2, start=0)",
    ),
    "accuracy swapped": (lambda: train.accuracy(net(), Y, X), "Sequential: x", "(3,)"),
    "accuracy y": (lambda: train.accuracy(net(), X, Y[:2]), "accuracy: y", "(n=3,)", "(2,)"),
    "accuracy y range": (lambda: train.accuracy(net(), X, Y + 9), "accuracy: y", "9 to 11"),
    "accuracy no scores": (
        lambda: train.accuracy(layers.Sequential(conv()), X, Y),
        "accuracy: the output of net",
        "(3, 4, 4, 2)",
    ),
    "batches n": (lambda: list(train.batches(0, 4, RNG)), "batches: n", "at least 1"),
    "batches size": (lambda: list(train.batches(9, 2.5, RNG)), "batches: batch_size", "2.5"),
    "batches rng": (lambda: list(train.batches(9, 2, 0)), "batches: rng", "default_rng"),
    "steps_in n": (lambda: train.steps_in(-5, 64, 1), "steps_in: n", "-5"),
    "steps_in size": (lambda: train.steps_in(60, 0, 1), "steps_in: batch_size", "at least 1"),
    "steps_in epochs": (lambda: train.steps_in(60, 64, 0.5), "steps_in: epochs", "0.5"),
}

FILES_AND_SUMMARIES = {
    "save suffix": (lambda: save(path="model.pt"), "save: path", ".npz", "'model.pt'"),
    "save without suffix": (lambda: save(path="model"), "save: path", ".npz", "'model'"),
    "save folder": (lambda: save(path="nowhere/m.npz"), "save: path", "folder", "'nowhere'"),
    "save path None": (lambda: save(path=None), "save: path", "NoneType"),
    "save swapped": (lambda: storage.save("m.npz", net()), "save: path", "Sequential"),
    "save a layer": (lambda: save(net=dense()), "save: net", "Dense"),
    "save own layer": (
        lambda: save(net=layers.Sequential(OwnLayer())),
        "save: layers",
        "layer 1",
        "OwnLayer()",
    ),
    "save NaN": (lambda: save(net=NOT_FINITE), "save: net", "layer 3 b", "not a number"),
    "save float64": (lambda: save(net=DOUBLE_WEIGHTS), "save: net", "layer 0 w", "float64"),
    "save other shape": (lambda: save(net=OTHER_SHAPE), "save: net", "layer 0 w", "(5, 5, 1, 2)"),
    "save no bias": (lambda: save(net=NO_BIAS), "save: net", "layer 3 b", "missing"),
    "save optimizer": (lambda: save(optimizer="SGD"), "save: optimizer", "SGD or Adam", "str"),
    "save own optimizer": (
        lambda: save(optimizer=OwnOptimizer(0.1)),
        "save: optimizer",
        "OwnOptimizer",
    ),
    "save own schedule": (
        lambda: save(optimizer=optim.SGD(lr=lambda step: 0.1)),
        "save: optimizer.lr",
        "OneCycle",
        "function",
    ),
    "save optimizer of another": (
        lambda: save(optimizer=used_optimizer()),
        "save: net",
        "optimizer 0 0",
        "(2,)",
    ),
    "save note array": (lambda: save(scores=np.ones(3)), "save: notes", "ndarray"),
    "save note fraction": (lambda: save(share=Fraction(1, 3)), "save: notes", "Fraction"),
    "load missing": (lambda: storage.load("nowhere.npz"), "load: path", "'nowhere.npz'"),
    "load folder": (lambda: storage.load("."), "load: path", "'.'"),
    "load None": (lambda: storage.load(None), "load: path", "NoneType"),
    "load open file": (lambda: storage.load(open), "load: path", "builtin_function"),
    "load_training": (lambda: storage.load_training(""), "load: path", "no file"),
    "summary of a layer": (lambda: summary(dense(), (6, 6, 1)), "summary: net", "Dense"),
    "summary shape list": (lambda: summary(net(), [6, 6, 1]), "summary: shape", "list"),
    "summary shape images": (lambda: summary(net(), X), "summary: shape", "ndarray"),
    "summary shape zero": (lambda: summary(net(), (6, 0, 1)), "summary: shape's sizes", "is 0"),
    "summary shape float": (lambda: summary(net(), (6, 6.0, 1)), "summary: shape's sizes", "6.0"),
    "summary with n": (lambda: summary(net(), (3, 6, 6, 1)), "conv2d: x", "(1, 3, 6, 6, 1)"),
    "summary empty shape": (lambda: summary(net(), ()), "conv2d: x", "(n, h, w, c=1)", "(1,)"),
    "summary other size": (lambda: summary(net(), (5, 6, 1)), "dense: x", "d=72", "(1, 60)"),
}

TABLES = [LAYERS, NETWORKS, OPTIMIZERS, TRAINING, FILES_AND_SUMMARIES]
BAD_CALLS = {name: call for table in TABLES for name, call in table.items()}


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", BAD_CALLS)
def test_one_sentence_names_the_argument_and_says_what_came(name):
    call, beginning, *words = BAD_CALLS[name]
    message = message_of(call)
    assert re.search(f"^{re.escape(beginning)} should .*but", message)
    assert [word for word in words if word not in message] == []


@pytest.mark.parametrize("name", FILES_AND_SUMMARIES)
def test_nothing_is_written(name, empty_folder):
    with pytest.raises(ValueError):
        FILES_AND_SUMMARIES[name][0]()
    assert list(empty_folder.iterdir()) == []


def test_no_name_is_used_in_two_tables():
    assert len(BAD_CALLS) == sum(map(len, TABLES))


def test_the_good_calls_beside_them_work(empty_folder):
    """Otherwise every bad call could fail for another reason."""
    net()(X)
    fit()
    update()
    save()
    summary(net(), (6, 6, 1))
    train.accuracy(net(), X, Y)
    assert repr(storage.load("model.npz")) == repr(net())
