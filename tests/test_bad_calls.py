"""A call that cannot work says so in one sentence: what should be, what came, and what to do.

BAD_CALLS is the table: a name, the call, and words that its message has to hold. The first of the
words begins the message: the operation and the argument. To add a call, add a line.
"""

import re

import numpy as np
import pytest
from cases import message_of

from cnncourse import ops, shapes
from cnncourse.gradcheck import numeric_gradient

X = np.ones((2, 5, 7, 3))
W = np.ones((3, 3, 3, 4))
B = np.zeros(4)
IMAGE = np.ones((5, 7))
KERNEL = np.ones((3, 3))
ROWS = np.ones((2, 3))
LABELS = np.array([0, 2])
RNG = np.random.default_rng(0)


def conv(x=X, w=W, b=B, **options):
    return ops.conv2d(x, w, b, **options)


def correlate(image=IMAGE, kernel=KERNEL, **options):
    return ops.correlate2d(image, kernel, **options)


def pull(operation, *arguments, **options):
    """The pullback of an operation; its first argument is still to come."""
    return operation(*arguments, **options)[1]


def entropy(logits=ROWS, labels=LABELS):
    return ops.softmax_cross_entropy(logits, labels)


def drop(x=X, rate=0.5, rng=RNG):
    return ops.dropout(x, rate, rng=rng)


def slope(f=np.sum, x=ROWS, **options):
    return numeric_gradient(f, x, **options)


def with_value(array, value):
    changed = array.copy()
    changed.flat[1] = value
    return changed


ARRAYS = {
    # Arrays of another kind
    "conv2d x list": (lambda: conv(x=X.tolist()), "conv2d: x", "list", "np.array"),
    "conv2d x None": (lambda: conv(x=None), "conv2d: x", "NoneType"),
    "conv2d x string": (lambda: conv(x="image"), "conv2d: x", "str"),
    "conv2d x number": (lambda: conv(x=3.0), "conv2d: x", "float"),
    "conv2d w list": (lambda: conv(w=W.tolist()), "conv2d: w", "list"),
    "conv2d b number": (lambda: conv(b=0.0), "conv2d: b", "float"),
    "correlate2d image list": (lambda: correlate(image=[[1, 2]]), "correlate2d: image", "list"),
    "correlate2d kernel list": (lambda: correlate(kernel=[[1]]), "correlate2d: kernel", "list"),
    "max_pool2d x tuple": (lambda: ops.max_pool2d((1, 2)), "max_pool2d: x", "tuple"),
    "avg_pool2d x None": (lambda: ops.avg_pool2d(None), "avg_pool2d: x", "NoneType"),
    "relu x number": (lambda: ops.relu(-1), "relu: x", "int"),
    "flatten x list": (lambda: ops.flatten([[1.0]]), "flatten: x", "list"),
    "dense x list": (lambda: ops.dense([[1, 2, 3]], W[0, 0], B), "dense: x", "list"),
    "softmax x list": (lambda: ops.softmax([[1.0, 2.0]]), "softmax: x", "list"),
    "dropout x list": (lambda: drop(x=[1.0]), "dropout: x", "list"),
    "logits list": (lambda: entropy([[1.0, 2.0]]), "softmax_cross_entropy: logits", "list"),
    "slope x list": (lambda: slope(x=[1.0]), "numeric_gradient: x", "list"),
    # dtypes without room for sums, or without meaning
    "conv2d x uint8": (lambda: conv(x=X.astype("uint8")), "conv2d: x", "uint8", "astype"),
    "conv2d x bool": (lambda: conv(x=X > 0), "conv2d: x", "bool", "astype"),
    "conv2d x object": (lambda: conv(x=X.astype(object)), "conv2d: x", "object"),
    "conv2d x complex": (lambda: conv(x=X.astype(complex)), "conv2d: x", "complex128"),
    "conv2d x text": (lambda: conv(x=X.astype(str)), "conv2d: x", "<U32"),
    "conv2d x float16": (lambda: conv(x=X.astype("float16")), "conv2d: x", "float16", "32"),
    "conv2d x int8": (lambda: conv(x=X.astype("int8")), "conv2d: x", "int8", "32"),
    "conv2d x uint32": (lambda: conv(x=X.astype("uint32")), "conv2d: x", "uint32", "signed"),
    "conv2d w complex": (lambda: conv(w=W * 1j), "conv2d: w", "complex128"),
    "conv2d b object": (lambda: conv(b=np.array([None] * 4)), "conv2d: b", "object"),
    "correlate2d image uint8": (
        lambda: correlate(IMAGE.astype("uint8")),
        "correlate2d: image",
        "uint8",
    ),
    "correlate2d kernel bool": (
        lambda: correlate(kernel=KERNEL > 0),
        "correlate2d: kernel",
        "bool",
    ),
    "max_pool2d x bool": (lambda: ops.max_pool2d(X > 0), "max_pool2d: x", "bool"),
    "global_avg_pool2d x uint8": (
        lambda: ops.global_avg_pool2d(X.astype("uint8")),
        "global_avg_pool2d: x",
        "uint8",
    ),
    "avg_pool2d x uint8": (lambda: ops.avg_pool2d(X.astype("uint8")), "avg_pool2d: x", "uint8"),
    "relu x text": (lambda: ops.relu(np.array(["a"])), "relu: x", "<U1"),
    "flatten x uint8": (lambda: ops.flatten(X.astype("uint8")), "flatten: x", "uint8"),
    "dense w object": (lambda: ops.dense(ROWS, W[0, 0].astype(object), B), "dense: w", "object"),
    "softmax x complex": (lambda: ops.softmax(ROWS * 1j), "softmax: x", "complex128"),
    "dropout x bool": (lambda: drop(x=X > 0), "dropout: x", "bool"),
    "logits dates": (
        lambda: entropy(np.zeros((2, 3), "datetime64[D]")),
        "softmax_cross_entropy: logits",
        "datetime64",
    ),
    # Too many axes, too few, and sizes that do not fit together
    "conv2d x one image": (lambda: conv(x=X[0]), "conv2d: x", "(n, h, w, c)", "(5, 7, 3)"),
    "conv2d x without axes": (lambda: conv(x=np.array(1.0)), "conv2d: x", "(n, h, w, c)", "()"),
    "conv2d w one kernel": (
        lambda: conv(w=W[..., 0]),
        "conv2d: w",
        "(kh, kw, c=3, f)",
        "(3, 3, 3)",
    ),
    "conv2d w as in torch": (
        lambda: conv(w=np.ones((4, 3, 5, 5))),
        "conv2d: w",
        "(kh, kw, c=3, f)",
        "(4, 3, 5, 5)",
    ),
    "conv2d channels": (lambda: conv(x=X[..., :1]), "conv2d: w", "c=1", "(3, 3, 3, 4)"),
    "conv2d b too long": (lambda: conv(b=np.zeros(5)), "conv2d: b", "(f=4,)", "(5,)"),
    "conv2d b a row": (lambda: conv(b=B[None]), "conv2d: b", "(f=4,)", "(1, 4)"),
    "correlate2d colour": (lambda: correlate(X[0]), "correlate2d: image", "(h, w)", "(5, 7, 3)"),
    "correlate2d kernels": (lambda: correlate(kernel=W), "correlate2d: kernel", "(kh, kw)"),
    "max_pool2d one image": (lambda: ops.max_pool2d(X[0]), "max_pool2d: x", "(n, h, w, c)"),
    "avg_pool2d grey images": (lambda: ops.avg_pool2d(X[..., 0]), "avg_pool2d: x", "(2, 5, 7)"),
    "global_avg_pool2d rows": (
        lambda: ops.global_avg_pool2d(ROWS),
        "global_avg_pool2d: x",
        "(2, 3)",
    ),
    "flatten one row": (lambda: ops.flatten(B), "flatten: x", "axis", "(4,)"),
    "dense images": (lambda: ops.dense(X, W[0, 0], B), "dense: x", "(n, d)", "(2, 5, 7, 3)"),
    "dense w turned": (lambda: ops.dense(ROWS, W[0, 0].T, B), "dense: w", "d=3", "(4, 3)"),
    "dense b": (lambda: ops.dense(ROWS, W[0, 0], B[:3]), "dense: b", "(f=4,)", "(3,)"),
    "softmax one row": (lambda: ops.softmax(B), "softmax: x", "(n, f)", "(4,)"),
    "logits one row": (lambda: entropy(B), "softmax_cross_entropy: logits", "(n, f)", "(4,)"),
    # Nothing in it
    "conv2d no images": (lambda: conv(x=X[:0]), "conv2d: x", "empty", "(0, 5, 7, 3)"),
    "conv2d no filters": (lambda: conv(w=W[..., :0], b=B[:0]), "conv2d: w", "empty"),
    "correlate2d no kernel": (lambda: correlate(kernel=KERNEL[:0]), "correlate2d: kernel", "empty"),
    "max_pool2d no pixels": (lambda: ops.max_pool2d(X[:, :0]), "max_pool2d: x", "empty"),
    "relu nothing": (lambda: ops.relu(B[:0]), "relu: x", "empty", "(0,)"),
    "flatten no images": (lambda: ops.flatten(X[:0]), "flatten: x", "empty"),
    "dense no inputs": (lambda: ops.dense(ROWS[:, :0], W[0, 0, :0], B), "dense: x", "empty"),
    "softmax no scores": (lambda: ops.softmax(ROWS[:, :0]), "softmax: x", "empty"),
    "no logits": (lambda: entropy(ROWS[:0], LABELS[:0]), "softmax_cross_entropy: logits", "empty"),
    "slope of nothing": (lambda: slope(x=B[:0]), "numeric_gradient: x", "empty"),
}

OPTIONS = {
    # Steps, borders and windows
    "stride zero": (lambda: conv(stride=0), "conv2d: stride", "at least 1", "is 0"),
    "stride negative": (lambda: conv(stride=-1), "conv2d: stride", "at least 1", "is -1"),
    "stride float": (lambda: conv(stride=2.0), "conv2d: stride", "whole number", "2.0"),
    "stride bool": (lambda: conv(stride=True), "conv2d: stride", "whole number", "True"),
    "stride None": (lambda: conv(stride=None), "conv2d: stride", "whole number", "None"),
    "stride text": (lambda: conv(stride="2"), "conv2d: stride", "whole number", "'2'"),
    "stride three": (lambda: conv(stride=(1, 1, 1)), "conv2d: stride", "pair", "(1, 1, 1)"),
    "stride empty pair": (lambda: conv(stride=()), "conv2d: stride", "pair", "()"),
    "stride zero in a pair": (lambda: conv(stride=(1, 0)), "conv2d: stride", "at least 1"),
    "stride float in a pair": (lambda: conv(stride=(1, 1.5)), "conv2d: stride", "1.5"),
    "stride array": (lambda: conv(stride=np.ones((2, 2))), "conv2d: stride", "array([[1., 1.]"),
    "stride NumPy bool": (lambda: conv(stride=np.True_), "conv2d: stride", "True"),
    "dilation zero": (lambda: conv(dilation=0), "conv2d: dilation", "at least 1"),
    "dilation float": (lambda: conv(dilation=1.5), "conv2d: dilation", "1.5"),
    "dilation bool": (lambda: conv(dilation=(1, False)), "conv2d: dilation", "False"),
    "pad negative": (lambda: conv(pad=-1), "conv2d: pad", "at least 0", "-1"),
    "pad float": (lambda: conv(pad=1.0), "conv2d: pad", "whole number", "1.0"),
    "pad bool": (lambda: conv(pad=True), "conv2d: pad", "whole number", "True"),
    "pad full": (lambda: conv(pad="full"), "conv2d: pad", '"same" or "valid"', "'full'"),
    "pad too much": (lambda: conv(pad=2**31), "conv2d: pad", "1,000", "2,147,483,648"),
    "pad too much above": (lambda: conv(pad=(1001, 0)), "conv2d: pad", "1,000", "1,001"),
    "same far apart": (
        lambda: conv(pad="same", dilation=2**31),
        "conv2d: pad",
        "1,000",
        "2,147,483,648",
    ),
    "correlate2d pad too much": (lambda: correlate(pad=2**31), "correlate2d: pad", "1,000"),
    "max_pool2d pad too much": (
        lambda: ops.max_pool2d(X, 2**31, pad=2**31 - 1),
        "max_pool2d: pad",
        "1,000",
    ),
    "avg_pool2d counted": (
        lambda: ops.avg_pool2d(X, count_include_pad=None),
        "avg_pool2d: count_include_pad",
        "True or False",
        "None",
    ),
    "pad SAME": (lambda: conv(pad="SAME"), "conv2d: pad", '"same"', "'SAME'"),
    "pad four": (lambda: conv(pad=(1, 1, 1, 1)), "conv2d: pad", "pair", "(1, 1, 1, 1)"),
    "pad None": (lambda: conv(pad=None), "conv2d: pad", "None"),
    "correlate2d stride": (lambda: correlate(stride=0), "correlate2d: stride", "at least 1"),
    "correlate2d dilation": (lambda: correlate(dilation=-2), "correlate2d: dilation", "-2"),
    "correlate2d pad": (lambda: correlate(pad="full"), "correlate2d: pad", "'full'"),
    "max_pool2d k zero": (lambda: ops.max_pool2d(X, 0), "max_pool2d: k", "at least 1"),
    "max_pool2d k float": (lambda: ops.max_pool2d(X, 2.0), "max_pool2d: k", "2.0"),
    "max_pool2d k bool": (lambda: ops.max_pool2d(X, True), "max_pool2d: k", "True"),
    "max_pool2d k three": (lambda: ops.max_pool2d(X, (2, 2, 2)), "max_pool2d: k", "pair"),
    "max_pool2d k None": (lambda: ops.max_pool2d(X, None), "max_pool2d: k", "None"),
    "max_pool2d stride": (lambda: ops.max_pool2d(X, stride=0), "max_pool2d: stride", "at least 1"),
    "max_pool2d pad text": (lambda: ops.max_pool2d(X, pad="full"), "max_pool2d: pad", "'full'"),
    "avg_pool2d k negative": (lambda: ops.avg_pool2d(X, (2, -2)), "avg_pool2d: k", "-2"),
    "avg_pool2d stride": (lambda: ops.avg_pool2d(X, stride=1.0), "avg_pool2d: stride", "1.0"),
    "avg_pool2d pad": (lambda: ops.avg_pool2d(X, pad=-1), "avg_pool2d: pad", "at least 0"),
    # Windows that do not fit
    "kernel too tall": (lambda: conv(x=X[:, :2]), "conv2d: w", "fit", "3 pixels", "2"),
    "kernel too wide": (lambda: conv(x=X[:, :, :1], pad=(1, 0)), "conv2d: w", "fit", "padding"),
    "kernel too far apart": (lambda: conv(dilation=4), "conv2d: w", "fit", "9 pixels"),
    "kernel too tall for memory": (lambda: conv(dilation=(10**9, 1)), "conv2d: w", "2000000001"),
    "kernel too wide for memory": (lambda: conv(dilation=(1, 10**9)), "conv2d: w", "2000000001"),
    "correlate2d too tall": (lambda: correlate(KERNEL, IMAGE), "correlate2d: kernel", "fit"),
    "max_pool2d too large": (lambda: ops.max_pool2d(X, 6), "max_pool2d: k", "fit", "6 pixels"),
    "avg_pool2d too wide": (lambda: ops.avg_pool2d(X, (1, 8)), "avg_pool2d: k", "fit", "8 pixels"),
    "max_pool2d pad too large": (lambda: ops.max_pool2d(X, pad=2), "max_pool2d: pad", "(2, 2)"),
    "avg_pool2d pad too wide": (
        lambda: ops.avg_pool2d(X, (3, 1), pad=(1, 1)),
        "avg_pool2d: pad",
        "smaller than k",
        "(3, 1)",
    ),
    # Dropout
    "dropout rate one": (lambda: drop(rate=1), "dropout: rate", "less than 1", "is 1"),
    "dropout rate negative": (lambda: drop(rate=-0.1), "dropout: rate", "at least 0", "-0.1"),
    "dropout rate percent": (lambda: drop(rate=50), "dropout: rate", "less than 1", "50"),
    "dropout rate NaN": (lambda: drop(rate=np.nan), "dropout: rate", "nan"),
    "dropout rate bool": (lambda: drop(rate=False), "dropout: rate", "False"),
    "dropout rate text": (lambda: drop(rate="half"), "dropout: rate", "'half'"),
    "dropout rate array": (lambda: drop(rate=ROWS), "dropout: rate", "array("),
    "dropout rng None": (lambda: drop(rng=None), "dropout: rng", "None", "default_rng"),
    "dropout rng seed": (lambda: drop(rng=3), "dropout: rng", "3", "default_rng"),
    "dropout rng old": (
        lambda: drop(rng=np.random.RandomState(0)),
        "dropout: rng",
        "RandomState",
        "default_rng",
    ),
    "dropout rng module": (lambda: drop(rng=np.random), "dropout: rng", "module", "default_rng"),
}

LABELS_AND_SCORES = {
    "labels list": (lambda: entropy(labels=[0, 2]), "softmax_cross_entropy: labels", "list"),
    "labels float": (
        lambda: entropy(labels=np.array([0.0, 2.0])),
        "softmax_cross_entropy: labels",
        "float64",
        "np.int64",
    ),
    "labels bool": (
        lambda: entropy(labels=np.array([True, False])),
        "softmax_cross_entropy: labels",
        "bool",
    ),
    "labels too few": (
        lambda: entropy(labels=LABELS[:1]),
        "softmax_cross_entropy: labels",
        "(n=2,)",
        "(1,)",
    ),
    "labels one-hot": (
        lambda: entropy(labels=np.eye(3, dtype=int)[:2]),
        "softmax_cross_entropy: labels",
        "(n=2,)",
        "(2, 3)",
    ),
    "label too large": (
        lambda: entropy(labels=np.array([0, 3])),
        "softmax_cross_entropy: labels",
        "between 0 and 2",
        "0 to 3",
    ),
    "label negative": (
        lambda: entropy(labels=np.array([-1, 2])),
        "softmax_cross_entropy: labels",
        "between 0 and 2",
        "-1 to 2",
    ),
    "logits NaN": (
        lambda: entropy(with_value(ROWS, np.nan)),
        "softmax_cross_entropy: logits",
        "finite",
        "1 of 6",
        "learning rate",
    ),
    "logits infinite": (
        lambda: entropy(ROWS * -np.inf),
        "softmax_cross_entropy: logits",
        "finite",
        "6 of 6",
    ),
    "dloss array": (lambda: pull(entropy)(ROWS), "softmax_cross_entropy: dloss", "array("),
    "dloss text": (lambda: pull(entropy)("1"), "softmax_cross_entropy: dloss", "'1'"),
    "dloss None": (lambda: pull(entropy)(None), "softmax_cross_entropy: dloss", "None"),
    "dloss bool": (lambda: pull(entropy)(True), "softmax_cross_entropy: dloss", "True"),
}

GRADIENTS = {
    "conv2d dy of x": (lambda: pull(conv)(X), "conv2d: dy", "(2, 3, 5, 4)", "(2, 5, 7, 3)"),
    "conv2d dy number": (lambda: pull(conv)(1.0), "conv2d: dy", "float"),
    "conv2d dy one image": (lambda: pull(conv)(X[:1, :3, :5]), "conv2d: dy", "(1, 3, 5, 3)"),
    "conv2d dy bool": (lambda: pull(conv)(conv()[0] > 0), "conv2d: dy", "bool"),
    "conv2d dy without dx": (
        lambda: pull(conv)(X, need_dx=False),
        "conv2d: dy",
        "(2, 3, 5, 4)",
        "(2, 5, 7, 3)",
    ),
    "max_pool2d dy": (lambda: pull(ops.max_pool2d, X)(X), "max_pool2d: dy", "(2, 2, 3, 3)"),
    "max_pool2d dy flat": (lambda: pull(ops.max_pool2d, X)(B), "max_pool2d: dy", "(4,)"),
    "avg_pool2d dy": (lambda: pull(ops.avg_pool2d, X)(X), "avg_pool2d: dy", "(2, 2, 3, 3)"),
    "avg_pool2d dy list": (lambda: pull(ops.avg_pool2d, X)([1.0]), "avg_pool2d: dy", "list"),
    "global_avg_pool2d dy": (
        lambda: pull(ops.global_avg_pool2d, X)(X),
        "global_avg_pool2d: dy",
        "(2, 3)",
    ),
    "relu dy": (lambda: pull(ops.relu, ROWS)(B), "relu: dy", "(2, 3)", "(4,)"),
    "relu dy that broadcasts": (lambda: pull(ops.relu, ROWS)(ROWS[:1]), "relu: dy", "(1, 3)"),
    "flatten dy of x": (lambda: pull(ops.flatten, X)(X), "flatten: dy", "(2, 105)", "(2, 5, 7, 3)"),
    "dense dy of x": (
        lambda: pull(ops.dense, ROWS, W[0, 0], B)(ROWS),
        "dense: dy",
        "(2, 4)",
        "(2, 3)",
    ),
    "dense dy object": (
        lambda: pull(ops.dense, ROWS, W[0, 0], B)(np.array([[None] * 4] * 2)),
        "dense: dy",
        "object",
    ),
    "softmax dy": (lambda: pull(ops.softmax, ROWS)(ROWS.T), "softmax: dy", "(2, 3)", "(3, 2)"),
    "dropout dy": (lambda: pull(drop)(ROWS), "dropout: dy", "(2, 5, 7, 3)", "(2, 3)"),
    # Numeric gradients
    "slope x int": (lambda: slope(x=LABELS), "numeric_gradient: x", "float64", "int64"),
    "slope x float32": (
        lambda: slope(x=ROWS.astype(np.float32)),
        "numeric_gradient: x",
        "float32",
        "x.astype(np.float64)",
    ),
    "slope f missing": (lambda: slope(f=ROWS), "numeric_gradient: f", "function", "ndarray"),
    "slope f array": (lambda: slope(f=np.square), "numeric_gradient: f(x)", "(2, 3)", "sum()"),
    "slope f one in an array": (lambda: slope(f=np.ravel, x=np.ones(1)), "numeric_gradient: f(x)"),
    "slope f op": (lambda: slope(f=ops.softmax), "numeric_gradient: f(x)", "tuple", "sum()"),
    "slope f nothing": (lambda: slope(f=lambda x: None), "numeric_gradient: f(x)", "NoneType"),
    "slope f complex": (lambda: slope(f=lambda x: 1j), "numeric_gradient: f(x)", "complex"),
    "slope h zero": (lambda: slope(h=0), "numeric_gradient: h", "above 0", "is 0"),
    "slope h negative": (lambda: slope(h=-1e-5), "numeric_gradient: h", "above 0"),
    "slope h NaN": (lambda: slope(h=np.nan), "numeric_gradient: h", "nan"),
    "slope h infinite": (lambda: slope(h=np.inf), "numeric_gradient: h", "inf"),
    "slope h text": (lambda: slope(h="small"), "numeric_gradient: h", "'small'"),
    "slope h bool": (lambda: slope(h=True), "numeric_gradient: h", "True"),
}

TABLES = [ARRAYS, OPTIONS, LABELS_AND_SCORES, GRADIENTS]
BAD_CALLS = {name: call for table in TABLES for name, call in table.items()}


@pytest.mark.parametrize("name", BAD_CALLS)
def test_one_sentence_names_the_argument_and_says_what_came(name):
    call, beginning, *words = BAD_CALLS[name]
    message = message_of(call)
    assert re.search(f"^{re.escape(beginning)} should .*but", message)
    assert [word for word in words if word not in message] == []


def test_no_name_is_used_in_two_tables():
    assert len(BAD_CALLS) == sum(map(len, TABLES))


def test_the_good_calls_beside_them_work():
    """Otherwise every bad call could fail for another reason."""
    conv()
    correlate()
    drop()
    entropy()
    slope()
    pull(conv)(np.ones((2, 3, 5, 4)))
    assert shapes.check_array(X, "x") is None
