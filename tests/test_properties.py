"""Operations on cases drawn by chance, held to the loops: properties.py says what is drawn.

    python -m pytest tests/test_properties.py                                     a few hundred
    python -m pytest tests/test_properties.py --hypothesis-profile=nightly        10,000 and more
"""

import math
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from cases import LAYOUTS, Case, as_tuple, message_of
from hypothesis import event, given, settings
from hypothesis import strategies as st
from networks_drawn import plans
from properties import (
    CALLS,
    MANY,
    VALUES,
    assert_rounded,
    drawn,
    exact_gradients,
    exact_output,
    fits,
    in_order,
    size,
    some_values,
    spoil,
)

from cnncourse import data, ops, optim, reference, single, storage, workspace

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # overflow is asked for


@pytest.fixture(scope="module", autouse=True)
def no_old_work_arrays():
    """Of the tests before: `spoil` would take its time."""
    workspace._blocks.lent.clear()
    workspace._blocks.bytes = 0


def test_every_operation_is_drawn():
    assert set(CALLS) | {"dropout"} == set(ops.__all__)


@settings(max_examples=2 * MANY)
@pytest.mark.parametrize("op", CALLS)
@given(drawing=st.data())
def test_forward_and_back_are_the_loops(op, drawing):
    """Or a sentence, where a window does not fit; whatever becomes of x and y in between."""
    call = drawing.draw(drawn(op))
    arrays, kept = call.arrays(), call.arrays()
    finite = all(np.isfinite(array).all() for array in arrays.values())
    if not fits(call) or (op == "softmax_cross_entropy" and not finite):
        event("a sentence")
        message_of(call.case(arrays).run)
        return
    case = call.case(kept)
    limits = dict(
        terms=8 + max(array.size for array in arrays.values()),
        coarse=any(array.dtype == np.float32 for array in arrays.values()),
    )
    with call.in_pieces():
        spoil()
        y, pull = y_and_pull(call.case(arrays))
        for name, array in arrays.items():
            np.testing.assert_array_equal(array, kept[name])
        assert y.dtype.newbyteorder("=") == expected_dtype(op, arrays)
        if np.result_type(y).kind == "i":  # exact, and sums overflow as NumPy's do
            native = {name: a.astype(a.dtype.newbyteorder("=")) for name, a in kept.items()}
            np.testing.assert_array_equal(y, call.case(native).run(reference))
        else:
            assert_rounded(y, *exact_output(case), finite=finite, **limits)
        if pull is None:
            return
        dy = call.array("dy", np.shape(y), np.result_type(y, np.float32).name)[()]
        same_dy, same_y = np.copy(dy)[()], np.copy(y)
        other_y, _ = y_and_pull(call.case({name: a[::-1] for name, a in kept.items()}))
        np.testing.assert_array_equal(y, same_y)  # what is handed out is not used again
        for array in (*arrays.values(), y, other_y):
            if np.ndim(array) and array.flags.writeable:
                array[...] = 77
        spoil()
        gradients = as_tuple(pull(dy))
        same_gradients = [np.copy(gradient) for gradient in gradients]
        pull(0 * same_dy)
        again = as_tuple(pull(dy))
    np.testing.assert_array_equal(dy, same_dy)
    finite, limits["terms"] = finite and np.isfinite(dy).all(), limits["terms"] + np.size(y)
    for i, exact in enumerate(exact_gradients(case, dy)):
        assert gradients[i].dtype.newbyteorder("=") == dy.dtype.newbyteorder("=")
        assert_rounded(gradients[i], *exact, finite=finite, **limits)
        np.testing.assert_array_equal(gradients[i], same_gradients[i])
        np.testing.assert_array_equal(again[i], same_gradients[i])


def y_and_pull(case):
    """As the operation gives them; correlate2d has no way back."""
    result = case.run()
    return result if isinstance(result, tuple) else (result, None)


def expected_dtype(op, arrays):
    """NumPy's rule; means and probabilities are floats."""
    dtype = np.result_type(*arrays.values())
    keeps = op in ("conv2d", "correlate2d", "dense", "relu", "flatten", "max_pool2d")
    return (dtype if keeps else np.result_type(dtype, np.float32)).newbyteorder("=")


@given(call=drawn("relu"), seed=st.integers(0, 99), rate=st.floats(0, 1, exclude_max=True))
def test_dropout_drops_or_scales(call, seed, rate):
    (x,) = call.arrays().values()
    y, pull = ops.dropout(x, rate, rng=np.random.default_rng(seed))
    dtype = np.result_type(x, np.float32)
    kept = np.random.default_rng(seed).random(x.shape, np.float32) >= rate
    scale = dtype.type(1) / dtype.type(1 - rate)
    assert y.dtype.newbyteorder("=") == dtype.newbyteorder("=")
    np.testing.assert_array_equal(y, x * (kept * scale))
    dy = call.array("dy", x.shape, dtype.name)
    np.testing.assert_array_equal(pull(dy), dy * (kept * scale))


# ---- One picture at a time


@given(call=drawn("conv2d"), grey=st.booleans(), biased=st.booleans())
def test_one_picture_is_a_stack_of_one(call, grey, biased):
    arrays = call.arrays()
    x, w, b = arrays["x"][:1], arrays["w"], arrays["b"]
    x, w = (x[..., :1], w[:, :, :1]) if grey else (x, w)
    picture = x[0, :, :, 0] if grey else x[0]
    b = b if biased else np.zeros_like(b, w.dtype)
    kernel = w[:, :, 0, 0] if grey else w[..., 0]
    if not fits(call):
        message_of(lambda: single.convolve(picture, w, b, **call.options))
        message_of(lambda: single.correlate(picture, kernel, **call.options))
        return
    case = Case("conv2d", "one picture", {"x": x, "w": w, "b": b}, call.options)
    found = single.convolve(picture, w, b if biased else None, **call.options)
    finite = all(np.isfinite(array).all() for array in (x, w, b))
    check_sums(found[None], case, finite)
    alone = Case("conv2d", "", {"x": x, "w": w[..., :1], "b": b[:1] * 0}, call.options)
    if finite:
        found = single.correlate(picture, kernel, **call.options)
        check_sums(found[None, :, :, None], alone, finite)


def check_sums(y, case, finite):
    """y is the convolution of a case, by the loops."""
    if y.dtype.kind == "i":
        arrays = {name: array.astype(y.dtype) for name, array in case.arrays.items()}
        np.testing.assert_array_equal(y, Case("conv2d", "", arrays, case.options).run(reference))
    else:
        terms = 8 + max(array.size for array in case.arrays.values())
        assert_rounded(y, *exact_output(case), terms, finite)


@pytest.mark.parametrize("keep, op", [("max", "max_pool2d"), ("mean", "avg_pool2d")])
@given(drawing=st.data(), grey=st.booleans())
def test_pooling_one_picture_is_pooling_a_stack_of_one(keep, op, drawing, grey):
    call = drawing.draw(drawn(op))
    call.options.pop("count_include_pad", None)
    (x,) = call.arrays().values()
    picture = x[0, :, :, 0] if grey else x[0]
    options = {**call.options, "keep": keep}
    if not fits(call):
        message_of(lambda: single.pool(picture, **options))
        return
    y = getattr(ops, op)(x[:1], **call.options)[0][0]
    np.testing.assert_array_equal(single.pool(picture, **options), y[:, :, 0] if grey else y)


@given(call=drawn("max_pool2d"), down=st.integers(-9, 9), right=st.integers(-9, 9))
def test_a_shifted_picture_is_one_loop(call, down, right):
    (x,) = call.arrays().values()
    found = single.shift(x[0], down, right)
    expected = np.zeros(x[0].shape, x.dtype)
    for row, column in np.ndindex(x.shape[1:3]):
        if 0 <= row + down < x.shape[1] and 0 <= column + right < x.shape[2]:
            expected[row + down, column + right] = x[0, row, column]
    np.testing.assert_array_equal(found, expected)
    for channel, one in enumerate(single.maps(found)):
        np.testing.assert_array_equal(one, expected[:, :, channel])


# ---- Optimizers


@st.composite
def optimizers(draw):
    """A maker of an optimizer, and its loop for one number: (number, gradients) -> number."""
    lr, decay = draw(st.sampled_from([0.0, 0.001, 0.5])), draw(st.sampled_from([0.0, 0.1]))
    if draw(st.booleans()):
        momentum = draw(st.sampled_from([0.0, 0.5, 0.99]))
        return SGDLoop(lr, momentum, decay)
    return AdamLoop(lr, *draw(st.sampled_from([(0.9, 0.999), (0.0, 0.5)])), 1e-8, decay)


class SGDLoop(NamedTuple):
    lr: float
    momentum: float
    weight_decay: float

    def make(self):
        return optim.SGD(**self._asdict())

    def walk(self, number, gradients):
        velocity = 0.0
        for gradient in gradients:
            velocity = self.momentum * velocity + gradient + self.weight_decay * number
            number -= self.lr * velocity
        return number


class AdamLoop(NamedTuple):
    lr: float
    beta1: float
    beta2: float
    epsilon: float
    weight_decay: float

    def make(self):
        return optim.Adam(**self._asdict())

    def walk(self, number, gradients):
        mean = square = 0.0
        for step, gradient in enumerate(gradients, 1):
            gradient = gradient + self.weight_decay * number
            mean = self.beta1 * mean + (1 - self.beta1) * gradient
            square = self.beta2 * square + (1 - self.beta2) * gradient**2
            root = math.sqrt(square / (1 - self.beta2**step)) + self.epsilon
            number -= self.lr * mean / (1 - self.beta1**step) / root
        return number


@given(
    loop=optimizers(),
    shapes=st.lists(st.lists(st.integers(1, 3), max_size=3).map(tuple), min_size=1, max_size=3),
    steps=st.integers(1, 6),
    order=st.sampled_from(["usual", *LAYOUTS]),
    seed=st.integers(0, 99),
)
def test_an_optimizer_walks_as_its_loop_for_each_number(loop, shapes, steps, order, seed):
    rng = np.random.default_rng(seed)
    params = [rng.normal(size=shape) for shape in shapes]
    gradients = [[rng.normal(size=shape) for shape in shapes] for _ in range(steps)]
    found, optimizer = [param.copy() for param in params], loop.make()
    for step in gradients:
        optimizer.update(found, [in_order(gradient, order) for gradient in step])
    for place, param in enumerate(params):
        for i in np.ndindex(param.shape):
            expected = loop.walk(float(param[i]), [float(step[place][i]) for step in gradients])
            np.testing.assert_allclose(found[place][i], expected, rtol=1e-9, atol=1e-12)


@given(peak=st.floats(0, 10), steps=st.integers(1, 50), rise=st.floats(0, 0.99), start=size)
def test_one_cycle_has_one_peak_and_ends_at_zero(peak, steps, rise, start):
    cycle = optim.OneCycle(peak, steps, rise, start)
    rates = [cycle(step) for step in range(start, start + steps + 2)]
    top = int(rise * steps)
    assert max(rates) == rates[top] == pytest.approx(peak, rel=1e-15)
    assert rates[-2:] == [0, 0]
    assert rates[: top + 1] == sorted(rates[: top + 1])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert min(rates) >= 0


# ---- Data and files


@given(call=drawn("relu"), held_out=st.integers(-1, 9), seed=st.integers(0, 9))
def test_split_shares_the_images_out_and_copies_nothing(call, held_out, seed):
    (x,) = call.arrays().values()
    y = np.random.default_rng(seed).integers(0, 9, len(x))
    if not 0 < held_out < len(x):
        message_of(lambda: data.split(x, y, held_out=held_out))
        return
    parts = data.split(x, y, held_out=held_out)
    assert len(parts.x_held_out) == len(parts.y_held_out) == held_out
    np.testing.assert_array_equal(np.concatenate([parts.x_train, parts.x_held_out]), x)
    np.testing.assert_array_equal(np.concatenate([parts.y_train, parts.y_held_out]), y)
    assert all(part.base is not None for part in parts)


@given(
    plan=plans(dropout=True),
    values=st.sampled_from(VALUES),
    loop=st.none() | optimizers(),
    steps=st.integers(0, 3),
    order=st.sampled_from(["usual", *LAYOUTS]),
)
def test_a_saved_network_comes_back_bit_for_bit(plan, values, loop, steps, order):
    net, rng = plan.net(), np.random.default_rng(plan.seed)
    optimizer = loop.make() if loop else None
    for _ in range(steps if optimizer else 0):
        optimizer.update(net.params(), [rng.normal(size=p.shape) for p in net.params()])
    for layer in net.layers:
        for name, param in layer.params.items():
            array = some_values(rng, param.shape, values, "float32")
            layer.params[name] = in_order(array, order)
    with tempfile.TemporaryDirectory() as folder:
        path, again = Path(folder, "net.npz"), Path(folder, "again.npz")
        if not all(np.isfinite(param).all() for param in net.params()):
            message_of(lambda: storage.save(net, path, optimizer=optimizer))
            assert not path.exists()
            return
        storage.save(net, path, optimizer=optimizer, seed=plan.seed)
        found, its_optimizer, notes = storage.load_training(path)
        storage.save(found, again, optimizer=its_optimizer, **notes)
        assert again.read_bytes() == path.read_bytes() or order == "Fortran order"
    assert repr(found) == repr(net)
    assert notes == {"seed": plan.seed}
    for param, wanted in zip(found.params(), net.params(), strict=True):
        assert param.tobytes() == wanted.tobytes()
    if optimizer:
        assert vars(its_optimizer).keys() == vars(optimizer).keys()
        assert (its_optimizer.steps, its_optimizer.lr) == (optimizer.steps, optimizer.lr)
        for state, wanted in zip(its_optimizer.state, optimizer.state, strict=True):
            np.testing.assert_array_equal(state, wanted)
