"""One battery for every layer that can be saved, so for all; then the networks made of them.

SAMPLES has at least one entry for each class in storage.LAYERS: a new layer without one is an error
when the tests are collected.
"""

import copy
import functools
import inspect
import pickle
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pytest
from cases import LAYOUTS, assert_same, distinct, random, some_dy

from cnncourse import layers, networks, ops
from cnncourse.gradcheck import numeric_gradient
from cnncourse.storage import LAYERS

# for each layer: settings, shape of x, and the operation it stands for
SAMPLES = {
    "Conv2D": [
        (dict(channels=1, filters=3, k=(2, 3), stride=2), (2, 5, 8, 1)),
        (dict(channels=4, filters=2, k=3, pad="same", dilation=(1, 2)), (1, 5, 6, 4)),
        (dict(channels=5, filters=1, k=(3, 4)), (2, 3, 4, 5)),
        (dict(channels=2, filters=2, pad=(0, 2), stride=(3, 1)), (3, 7, 4, 2)),
    ],
    "Dense": [
        (dict(inputs=6, outputs=4), (3, 6)),
        (dict(inputs=1, outputs=1), (1, 1)),
    ],
    "MaxPool2D": [
        ({}, (2, 4, 6, 3)),
        (dict(k=(3, 2), stride=(2, 1), pad=1), (1, 5, 4, 1)),
        (dict(k=2, stride=3), (2, 6, 8, 2)),
    ],
    "AvgPool2D": [
        ({}, (2, 4, 6, 3)),
        (dict(k=3, stride=2, pad=1, count_include_pad=False), (2, 5, 4, 2)),
        (dict(k=(3, 2), stride=(2, 1), pad="same"), (1, 5, 4, 1)),
    ],
    "GlobalAvgPool2D": [({}, (2, 3, 5, 4)), ({}, (1, 1, 4, 1)), ({}, (3, 1, 1, 2))],
    "ReLU": [({}, (2, 3, 4, 2)), ({}, (3, 5))],
    "Flatten": [({}, (2, 3, 4, 2)), ({}, (1, 2, 1, 1))],
    "Dropout": [(dict(rate=0.3), (2, 4, 5, 2)), (dict(rate=0.0), (3, 4)), ({}, (4, 6))],
}


def seeded():
    return np.random.default_rng(5)


OPERATIONS = {
    "Conv2D": lambda x, params, channels, filters, **options: ops.conv2d(x, **params, **options),
    "Dense": lambda x, params, inputs, outputs: ops.dense(x, **params),
    "MaxPool2D": lambda x, params, **options: ops.max_pool2d(x, **options),
    "AvgPool2D": lambda x, params, **options: ops.avg_pool2d(x, **options),
    "GlobalAvgPool2D": lambda x, params: ops.global_avg_pool2d(x),
    "ReLU": lambda x, params: ops.relu(x),
    "Flatten": lambda x, params: ops.flatten(x),
    "Dropout": lambda x, params, rate=0.5: ops.dropout(x, rate, rng=seeded()),
}


@dataclass
class Sample:
    """A layer to be made, and the shape of what goes into it."""

    name: str
    settings: dict
    shape: tuple

    def __str__(self):
        settings = ", ".join(f"{name}={value}" for name, value in self.settings.items())
        return f"{self.name}({settings}) of {self.shape}"

    def layer(self, dtype=np.float64):
        """The layer, its biases not zero, its parameters of `dtype`."""
        layer = with_rng(LAYERS[self.name])(**self.settings)
        for name, array in layer.params.items():
            layer.params[name] = (array + 0.1 * random(name, *array.shape)).astype(dtype)
        return layer

    def x(self, dtype=np.float64, seed="x"):
        return distinct(seed, *self.shape).astype(dtype)

    def operation(self, x, params):
        """y, pull of the operation itself."""
        settings = {k: v for k, v in self.settings.items() if k != "k"}
        if "k" in self.settings and self.name != "Conv2D":
            settings["k"] = self.settings["k"]
        return OPERATIONS[self.name](x, params, **settings)


def with_rng(cls):
    """The constructor of a layer; it gets its random generator if it needs one."""
    needs_rng = "rng" in inspect.signature(cls).parameters
    return functools.partial(cls, rng=seeded()) if needs_rng else cls


ALL = [Sample(name, *sample) for name in LAYERS for sample in SAMPLES[name]]
every_layer = pytest.mark.parametrize("sample", ALL, ids=str)
LEARNING = [sample for sample in ALL if sample.layer().params]


def arrays_in(layer):
    return [*layer.params.values(), *layer.grads.values()]


def test_every_layer_can_be_saved_and_is_in_the_battery():
    public = {
        cls
        for name, cls in inspect.getmembers(layers, inspect.isclass)
        if issubclass(cls, layers.Layer) and cls not in (layers.Layer, layers.Pool2D)
    }
    assert public == set(LAYERS.values())
    assert set(SAMPLES) == set(OPERATIONS) == set(LAYERS)


# ---- Forward


@every_layer
def test_forward_is_the_operation(sample):
    layer, x = sample.layer(), sample.x()
    np.testing.assert_array_equal(layer.forward(x), sample.operation(x, layer.params)[0])


@every_layer
def test_a_call_is_forward_unless_learning_differs(sample):
    layer, x = sample.layer(), sample.x()
    in_use = {"Dropout": x}.get(sample.name, layer.forward(x).copy())
    np.testing.assert_array_equal(layer(x), in_use)


@every_layer
@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout_in_memory_does_not_matter(sample, layout):
    layer, other = sample.layer(), sample.layer()
    y, y_too = layer.forward(sample.x()), other.forward(LAYOUTS[layout](sample.x()))
    assert_same(y_too, y)
    dx, dx_too = layer.backward(some_dy(y)), other.backward(LAYOUTS[layout](some_dy(y)))
    assert_same(dx_too, dx)


@every_layer
def test_float32_stays_float32(sample):
    layer = sample.layer(np.float32)
    y = layer.forward(sample.x(np.float32))
    dx = layer.backward(some_dy(y))
    found = {array.dtype for array in [y, dx, layer(sample.x(np.float32)), *layer.grads.values()]}
    assert found == {np.dtype(np.float32)}


# ---- Backward


@every_layer
def test_backward_meets_the_pullback(sample):
    layer, x = sample.layer(), sample.x()
    y, pull = sample.operation(x, layer.params)
    result = pull(some_dy(y))
    dx, *gradients = result if layer.params else [result]
    layer.forward(x)
    np.testing.assert_array_equal(layer.backward(some_dy(y)), dx)
    assert list(layer.grads) == list(layer.params)
    for name, gradient in zip(layer.params, gradients, strict=True):
        assert_same(layer.grads[name], gradient)


@every_layer
def test_dx_meets_the_numeric_gradient(sample):
    layer, x = sample.layer(), sample.x()
    fresh = copy.deepcopy(layer)  # each copy of a Dropout draws the same numbers
    y = layer.forward(x)
    dy = some_dy(y)
    expected = numeric_gradient(lambda v: (copy.deepcopy(fresh).forward(v) * dy).sum(), x)
    assert_same(layer.backward(dy), expected, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("sample", LEARNING, ids=str)
def test_grads_meet_the_numeric_gradient(sample):
    layer, x = sample.layer(), sample.x()
    dy = some_dy(layer.forward(x))
    layer.backward(dy)

    def loss(value, name):
        nudged = copy.deepcopy(layer)
        nudged.params[name] = value
        return (nudged.forward(x) * dy).sum()

    for name, param in layer.params.items():
        expected = numeric_gradient(functools.partial(loss, name=name), param)
        assert_same(layer.grads[name], expected, rtol=1e-6, atol=1e-8)


@every_layer
def test_gradients_are_overwritten_not_added_up(sample):
    layer, x = sample.layer(), sample.x()
    dy = some_dy(layer.forward(x))
    first = layer.backward(dy).copy()
    grads = {name: grad.copy() for name, grad in layer.grads.items()}
    np.testing.assert_array_equal(layer.backward(dy), first)
    for name, grad in grads.items():
        np.testing.assert_array_equal(layer.grads[name], grad)


@every_layer
def test_backward_without_dx(sample):
    layer, full, x = sample.layer(), sample.layer(), sample.x()
    dy = some_dy(layer.forward(x))
    full.forward(x)
    full.backward(dy)
    assert layer.backward(dy, need_dx=False) is None
    for name, grad in full.grads.items():
        np.testing.assert_array_equal(layer.grads[name], grad)


@every_layer
def test_backward_needs_forward(sample):
    layer = sample.layer()
    dy = some_dy(layer(sample.x()))
    with pytest.raises(ValueError, match=rf"^{sample.name}.backward should come after forward"):
        layer.backward(dy)


@every_layer
def test_earlier_batches_leave_nothing_behind(sample):
    """Also not a smaller one in between, as at the end of an epoch."""
    layer, x = sample.layer(), sample.x()
    for batch in (x, x[:1] + 1, -x):
        clean = copy.deepcopy(layer)
        y = layer.forward(batch)
        np.testing.assert_array_equal(y, clean.forward(batch))
        np.testing.assert_array_equal(layer.backward(some_dy(y)), clean.backward(some_dy(y)))
        for name, grad in clean.grads.items():
            np.testing.assert_array_equal(layer.grads[name], grad)


@every_layer
@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_was_bound_for_one_layout_in_memory_serves_all(sample, layout):
    layer, x = sample.layer(), sample.x()
    layer.forward(LAYOUTS[layout](sample.x(seed="something else")))
    for other in (x, LAYOUTS[layout](x)):
        clean = sample.layer()
        layer.reseed([3])
        clean.reseed([3])
        y, expected = layer.forward(other), clean.forward(x)
        assert_same(y, expected)
        assert_same(layer.backward(some_dy(expected)), clean.backward(some_dy(expected)))
        assert_same(layer(other), clean(x))


# ---- Whose array is it?


@every_layer
def test_no_array_of_the_caller_is_kept_alive(sample):
    layer, x, in_use = sample.layer(), sample.x(), sample.x()
    y = layer.forward(x)
    dy = some_dy(y)
    layer.backward(dy)
    layer(in_use)
    callers = [weakref.ref(array) for array in (x, in_use, dy)]
    del x, in_use, y, dy
    assert [array() for array in callers] == [None] * 3


@every_layer
def test_arguments_stay_as_they_are(sample):
    layer, x = sample.layer(), sample.x()
    params = copy.deepcopy(layer.params)
    y = layer.forward(x)
    dy = some_dy(y)
    layer.backward(dy)
    layer(x)
    np.testing.assert_array_equal(x, sample.x())
    np.testing.assert_array_equal(dy, some_dy(y))
    for name, param in params.items():
        np.testing.assert_array_equal(layer.params[name], param)


@every_layer
def test_calls_never_share_their_output(sample):
    layer = sample.layer()
    inputs = [sample.x(seed=seed) for seed in ("a", "b", "c")]
    layer.forward(inputs[0])
    outputs = [layer(x) for x in inputs]
    expected = [y.copy() for y in outputs]
    layer.backward(some_dy(layer.forward(inputs[2])))
    for i, y in enumerate(outputs):
        np.testing.assert_array_equal(y, expected[i])
        others = outputs[:i] + outputs[i + 1 :]
        assert not any(np.shares_memory(y, other) for other in others)


@every_layer
def test_a_call_between_forward_and_backward_changes_no_gradient(sample):
    layer, clean = sample.layer(), sample.layer()
    y = layer.forward(sample.x())
    expected_y = clean.forward(sample.x()).copy()
    layer(sample.x(seed="something else"))
    np.testing.assert_array_equal(y, expected_y)
    dy = some_dy(expected_y)
    np.testing.assert_array_equal(layer.backward(dy), clean.backward(dy))
    for name, grad in clean.grads.items():
        np.testing.assert_array_equal(layer.grads[name], grad)


@every_layer
def test_results_of_forward_and_backward_stay_when_the_layer_runs_again(sample):
    layer, clean = sample.layer(), sample.layer()
    y = layer.forward(sample.x())
    dx = layer.backward(some_dy(y))
    expected = y.copy(), dx.copy()
    layer.backward(some_dy(layer.forward(sample.x(seed="something else")), seed=8))
    np.testing.assert_array_equal(y, expected[0])
    np.testing.assert_array_equal(dx, expected[1])
    np.testing.assert_array_equal(clean.forward(sample.x()), y)


@every_layer
def test_x_and_y_may_change_between_forward_and_backward(sample):
    layer, clean, x = sample.layer(), sample.layer(), sample.x()
    y = layer.forward(x)
    dy = some_dy(clean.forward(sample.x()))
    y -= y.mean()
    x *= 0
    np.testing.assert_array_equal(layer.backward(dy), clean.backward(dy))
    for name, grad in clean.grads.items():
        np.testing.assert_array_equal(layer.grads[name], grad)


@every_layer
def test_a_shallow_copy_shares_parameters_but_no_work(sample):
    layer, x = sample.layer(), sample.x()
    twin = copy.copy(layer)
    y = layer.forward(x)
    expected = y.copy()
    twin.forward(-x)
    np.testing.assert_array_equal(y, expected)
    assert all(twin.params[name] is array for name, array in layer.params.items())


@every_layer
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda layer: pickle.loads(pickle.dumps(layer))])
def test_a_copy_is_equal_and_shares_nothing(sample, copied):
    layer, x = sample.layer(), sample.x()
    dy = some_dy(layer.forward(x))
    layer.backward(dy)
    twin = copied(layer)
    assert repr(twin) == repr(layer)
    assert list(twin.grads) == list(layer.grads)
    y_twin = twin.forward(x)
    y = layer.forward(x)
    np.testing.assert_array_equal(y_twin, y)  # a Dropout draws on as the other does
    np.testing.assert_array_equal(twin.backward(dy), layer.backward(dy))
    shared = [np.shares_memory(a, b) for a in arrays_in(layer) for b in arrays_in(twin)]
    assert not any(shared)
    assert getattr(twin, "rng", None) is not getattr(layer, "rng", object())


@every_layer
def test_a_copy_has_not_seen_what_the_layer_saw(sample):
    """Else its backward would fill the gradients of the parameters it was copied from."""
    layer = sample.layer()
    dy = some_dy(layer.forward(sample.x()))
    with pytest.raises(ValueError, match="should come after forward"):
        copy.deepcopy(layer).backward(dy)


# ---- Shown as it was made


@every_layer
def test_repr_makes_the_layer_again(sample):
    layer = sample.layer()
    names = {name: with_rng(cls) for name, cls in LAYERS.items()}
    again = eval(repr(layer), names)
    assert type(again) is type(layer)
    assert again.settings == layer.settings
    assert {k: v.shape for k, v in again.params.items()} == {
        k: v.shape for k, v in layer.params.items()
    }


@pytest.mark.parametrize(
    ("layer", "shown"),
    [
        (layers.Conv2D(1, 16, rng=seeded()), "Conv2D(channels=1, filters=16, k=3)"),
        (
            layers.Conv2D(np.int64(2), np.uint8(3), [5, np.int32(3)], pad="same", rng=seeded()),
            "Conv2D(channels=2, filters=3, k=(5, 3), pad='same')",
        ),
        (layers.Dense(np.prod([7, 7, 32]), 10, rng=seeded()), "Dense(inputs=1568, outputs=10)"),
        (layers.MaxPool2D(np.int64(3), stride=[1, 2]), "MaxPool2D(k=3, stride=(1, 2))"),
        (layers.AvgPool2D(), "AvgPool2D(k=2)"),
        (
            layers.AvgPool2D(3, count_include_pad=np.False_),
            "AvgPool2D(k=3, count_include_pad=False)",
        ),
        (layers.MaxPool2D(3, pad="valid"), "MaxPool2D(k=3, pad='valid')"),
        (layers.GlobalAvgPool2D(), "GlobalAvgPool2D()"),
        (layers.Dropout(np.float32(0.25), rng=seeded()), "Dropout(rate=0.25)"),
    ],
    ids=str,
)
def test_repr_shows_plain_numbers_and_of_the_defaults_only_the_window(layer, shown):
    assert repr(layer) == shown


def test_the_settings_are_the_layer_s_own():
    k = [3, 2]
    layer = layers.Conv2D(1, 2, k, stride=k, rng=seeded())
    k[0] = 5
    assert repr(layer) == "Conv2D(channels=1, filters=2, k=(3, 2), stride=(3, 2))"
    assert layer(np.ones((1, 6, 4, 1))).shape == (1, 2, 2, 2)


# ---- What does not fit


@every_layer
@pytest.mark.parametrize(
    "unfit",
    [
        lambda x: x.tolist(),
        lambda x: None,
        lambda x: x.astype(np.uint8),
        lambda x: x > 0,
        lambda x: x[:0],
        lambda x: x.astype(np.float16),
        lambda x: x.astype(complex),
    ],
    ids=["a list", "None", "uint8", "bool", "no image", "float16", "complex"],
)
@pytest.mark.parametrize("method", ["__call__", "forward"])
def test_wrong_input_is_named_in_one_sentence(sample, unfit, method):
    with pytest.raises(ValueError, match=r"^\w+: x should .*, but .*\.$"):
        getattr(sample.layer(), method)(unfit(sample.x()))


@every_layer
@pytest.mark.parametrize("unfit", [lambda dy: dy[:0], lambda dy: dy[..., None], np.sum, list])
def test_wrong_dy_is_named_in_one_sentence(sample, unfit):
    layer = sample.layer()
    dy = some_dy(layer.forward(sample.x()))
    with pytest.raises(ValueError, match=r"^\w+: dy should .*, but .*\.$"):
        layer.backward(unfit(dy))


# ---- New layers


def test_a_learner_s_own_layer_needs_only_apply():
    class Double(layers.Layer):
        def apply(self, x):
            return 2 * x, lambda dy: 2 * dy

    net = layers.Sequential(Double(), layers.Flatten())
    x = random("own", 2, 3, 3, 1)
    np.testing.assert_array_equal(net(x), 2 * x.reshape(2, 9))
    dy = some_dy(net.forward(x))
    np.testing.assert_array_equal(net.backward(dy), 2 * dy.reshape(x.shape))
    assert repr(net) == "Sequential(\n    Double(),\n    Flatten(),\n)"


def test_a_layer_without_apply_says_so():
    class Forgotten(layers.Layer):
        pass

    with pytest.raises(TypeError, match=r"^Forgotten should say in `apply` what it does\.$"):
        Forgotten()(np.ones((1, 2)))


# ---- Networks

FEW = layers.MICRO_BATCH


def all_kinds(dtype=np.float64):
    """A network with every kind of layer but Dropout."""
    net = layers.Sequential(
        layers.Conv2D(2, 4, pad=1, rng=seeded()),
        layers.ReLU(),
        layers.MaxPool2D(),
        layers.Conv2D(4, 5, 2, pad="same", rng=seeded()),
        layers.ReLU(),
        layers.AvgPool2D((2, 1)),
        layers.Flatten(),
        layers.Dense(2 * 4 * 5, 6, rng=seeded()),
        layers.ReLU(),
        layers.Dense(6, 3, rng=seeded()),
    )
    for layer in net.layers:
        for name, array in layer.params.items():
            layer.params[name] = (array + 0.1 * random(name, *array.shape)).astype(dtype)
    return net


def images(n, dtype=np.float64):
    return random("images", n, 8, 8, 2).astype(dtype)


@pytest.mark.parametrize("n", [1, FEW - 1, FEW, FEW + 1, 2 * FEW, 2 * FEW + 4])
def test_a_call_is_layer_after_layer(n):
    """Although the images are worked off a few at a time, with a remainder."""
    net, x = all_kinds(), images(n)
    y = x
    for layer in net.layers:
        y = layer(y)
    assert_same(net(x), y)
    assert_same(net.forward(x), y)


@pytest.mark.parametrize("shape", [(5, 6), (8, 8), (31, 9)])
def test_with_global_average_pooling_images_may_have_any_size(shape):
    net = layers.Sequential(
        *all_kinds().layers[:2], layers.GlobalAvgPool2D(), layers.Dense(4, 3, rng=seeded())
    )
    x = random("size", 3, *shape, 2)
    dy = some_dy(net.forward(x))
    expected = numeric_gradient(lambda v: (net(v) * dy).sum(), x)
    assert net(x).shape == (3, 3)
    assert_same(net.backward(dy), expected, rtol=1e-5, atol=1e-8)


def test_calls_of_a_network_never_share_their_output():
    net = all_kinds()
    first = net(images(20))
    kept = first.copy()
    assert not np.shares_memory(first, net(-images(20)))
    net.forward(-images(8))
    np.testing.assert_array_equal(first, kept)


def test_results_of_a_network_stay_when_it_runs_again():
    """One gradient for each label, say, to show what each label looks at."""
    net, x = all_kinds(), images(2)
    first = net.forward(x)
    kept = first.copy()
    gradients = [net.backward(np.repeat(onehot[None], 2, axis=0)) for onehot in np.eye(3)]
    for onehot, gradient in zip(np.eye(3), gradients, strict=True):
        dy = np.repeat(onehot[None], 2, axis=0)
        expected = numeric_gradient(lambda v, dy=dy: (net(v) * dy).sum(), x)
        assert_same(gradient, expected, rtol=1e-5, atol=1e-8)
    net.forward(-x)
    np.testing.assert_array_equal(first, kept)


def test_x_may_change_between_forward_and_backward_of_a_network():
    net, clean, x = all_kinds(), all_kinds(), images(3)
    y = net.forward(x)
    dy = some_dy(clean.forward(images(3)))
    y *= 0
    x *= 0
    np.testing.assert_array_equal(net.backward(dy), clean.backward(dy))
    for grad, wanted in zip(net.grads(), clean.grads(), strict=True):
        np.testing.assert_array_equal(grad, wanted)


def test_a_network_of_views_copies_its_output():
    x, net = images(9), layers.Sequential(layers.Flatten())
    assert not np.shares_memory(x, net(x))
    y = net.forward(x)
    assert not np.shares_memory(x, y)
    assert not np.shares_memory(y, net.backward(y))


def test_backward_meets_the_numeric_gradient():
    net, x = all_kinds(), images(2)
    dy = some_dy(net.forward(x))
    expected = numeric_gradient(lambda v: (net(v) * dy).sum(), x)
    net.forward(x)
    assert_same(net.backward(dy), expected, rtol=1e-5, atol=1e-8)


def test_grads_belong_to_params():
    net, x = all_kinds(), images(2)
    dy = some_dy(net.forward(x))
    assert net.backward(dy, need_dx=False) is None
    assert [g.shape for g in net.grads()] == [p.shape for p in net.params()]
    for param, grad in zip(net.params(), net.grads(), strict=True):
        place = (0,) * param.ndim
        before = param[place]
        slopes = []
        for h in (1e-6, -1e-6):
            param[place] = before + h
            slopes.append((net(x) * dy).sum() / 2e-6)
        param[place] = before
        np.testing.assert_allclose(grad[place], slopes[0] - slopes[1], rtol=1e-5, atol=1e-7)


def test_dx_on_request_changes_no_gradient():
    net, x = all_kinds(), images(3)
    dy = some_dy(net.forward(x))
    assert net.backward(dy).shape == x.shape
    expected = [grad.copy() for grad in net.grads()]
    assert net.backward(dy, need_dx=False) is None
    for grad, wanted in zip(net.grads(), expected, strict=True):
        np.testing.assert_array_equal(grad, wanted)


@pytest.mark.parametrize("n", [8, 20])
def test_a_call_between_forward_and_backward_changes_no_gradient_of_a_network(n):
    net, clean, x = all_kinds(), all_kinds(), images(8)
    dy = some_dy(clean.forward(x))
    np.testing.assert_array_equal(net.forward(x), clean.forward(x))
    net(-images(n))
    np.testing.assert_array_equal(net.backward(dy), clean.backward(dy))
    for grad, wanted in zip(net.grads(), clean.grads(), strict=True):
        np.testing.assert_array_equal(grad, wanted)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_a_copied_network_learns_by_itself(copied):
    net, x = all_kinds(), images(9)
    dy = some_dy(net.forward(x))
    expected = net(x)
    twin = copied(net)
    for param in twin.params():
        param[...] = 0
    assert not twin(x).any()
    twin.forward(-x)
    np.testing.assert_array_equal(net(x), expected)
    net.backward(dy)
    np.testing.assert_array_equal(net(x), expected)


def test_params_are_the_layers_own_arrays():
    net = all_kinds()
    assert net.params()[0] is net.layers[0].params["w"]
    assert len(net.params()) == 8


def test_dropout_in_a_network_drops_while_learning_only():
    net = layers.Sequential(layers.Flatten(), layers.Dropout(0.5, rng=seeded()))
    x = np.ones((20, 10, 10, 1))
    np.testing.assert_array_equal(net(x), np.ones((20, 100)))
    y = net.forward(x)
    assert set(np.unique(y)) == {0.0, 2.0}
    np.testing.assert_allclose(y.mean(), 1, atol=0.1)
    np.testing.assert_array_equal(net.backward(np.ones_like(y)), y.reshape(x.shape))
    assert (net.forward(x) != y).any()


# ---- A trace: what every layer made, and the gradients on the way back


def traced_net(dtype=np.float64):
    """Every kind of layer; no max pooling right after a ReLU, for its ties have no one slope."""
    first, relu, pool, second, *others = all_kinds(dtype).layers
    return layers.Sequential(first, pool, relu, layers.Dropout(0.5, rng=seeded()), second, *others)


def test_a_trace_holds_what_every_layer_gives_in_the_printed_order():
    net, x = all_kinds(), images(3)  # here the ReLU is worked off after the pooling
    outputs = net.trace(x).outputs
    assert len(outputs) == len(net.layers)
    y = x
    for layer, output in zip(net.layers, outputs, strict=True):
        y = layer(y)
        np.testing.assert_array_equal(output, y)
    np.testing.assert_array_equal(outputs[-1], net(x))


def test_a_trace_uses_the_network_so_nothing_is_dropped():
    net, x = layers.Sequential(layers.Dropout(0.9, rng=seeded()), layers.ReLU()), images(2)
    trace = net.trace(x)
    np.testing.assert_array_equal(trace.outputs[0], x)
    gradients, _ = trace.back(np.ones_like(x))
    np.testing.assert_array_equal(gradients[1], x > 0)
    np.testing.assert_array_equal(gradients[0], x > 0)


def test_what_a_trace_holds_stays_and_is_its_own():
    net, x = traced_net(), images(3)
    trace = net.trace(x)
    kept = [output.copy() for output in trace.outputs]
    net.trace(-x)
    net(-x)
    net.backward(some_dy(net.forward(-x)))
    for output, before in zip(trace.outputs, kept, strict=True):
        np.testing.assert_array_equal(output, before)
    gradients, _ = trace.back(some_dy(trace.outputs[-1]))
    arrays = [x, *trace.outputs, *gradients]
    for place, array in enumerate(arrays):  # not even flatten's or dropout's is a view of another
        assert not any(np.shares_memory(array, other) for other in arrays[:place])


def test_the_way_back_of_a_trace_meets_the_numeric_gradient_at_every_step():
    net, x = traced_net(), images(2)
    trace = net.trace(x)
    dy = some_dy(trace.outputs[-1])
    gradients, _ = trace.back(dy)
    assert len(gradients) == len(net.layers) + 1
    assert gradients[-1] is dy
    for place, (value, gradient) in enumerate(zip([x, *trace.outputs[:-1]], gradients)):
        rest = layers.Sequential(*net.layers[place:])
        expected = numeric_gradient(lambda v, rest=rest: (rest(v) * dy).sum(), value)
        assert_same(gradient, expected, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_way_back_of_a_trace_meets_backward(dtype):
    net, x = all_kinds(dtype), images(3, dtype)
    trace = net.trace(x)
    assert {output.dtype for output in trace.outputs} == {np.dtype(dtype)}
    dy = some_dy(trace.outputs[-1])
    net(-x)
    net.backward(some_dy(net.forward(-x)))  # nothing of it gets into the trace
    gradients, parameters = trace.back(dy)
    net.forward(x)
    error = 1e-12 if dtype == np.float64 else 1e-5
    assert_same(gradients[0], net.backward(dy), rtol=error, atol=error)
    assert [len(own) for own in parameters] == [len(layer.params) for layer in net.layers]
    found = [gradient for own in parameters for gradient in own]
    for gradient, expected in zip(found, net.grads(), strict=True):
        assert_same(gradient, expected, rtol=error, atol=error)


def test_the_gradients_of_a_trace_stay_when_it_goes_back_again():
    trace = traced_net().trace(images(2))
    gradients, _ = trace.back(some_dy(trace.outputs[-1]))
    kept = [gradient.copy() for gradient in gradients]
    trace.back(-some_dy(trace.outputs[-1]))
    for gradient, before in zip(gradients, kept, strict=True):
        np.testing.assert_array_equal(gradient, before)


# ---- The network of the lessons


def test_course_cnn():
    net = networks.course_cnn(np.random.default_rng(0))
    assert sum(param.size for param in net.params()) == 20_490
    assert {param.dtype for param in net.params()} == {np.dtype(np.float32)}
    y = net(np.zeros((3, 28, 28, 1), np.float32))
    assert (y.shape, y.dtype) == ((3, 10), np.float32)


def test_wide_cnn():
    net = networks.wide_cnn(np.random.default_rng(0))
    assert sum(param.size for param in net.params()) == 421_642
    assert {param.dtype for param in net.params()} == {np.dtype(np.float32)}
    y = net(np.zeros((3, 28, 28, 1), np.float32))
    assert (y.shape, y.dtype) == ((3, 10), np.float32)


def test_the_seed_decides_the_weights():
    first, again, other = (networks.course_cnn(np.random.default_rng(seed)) for seed in (1, 1, 2))
    for a, b in zip(first.params(), again.params(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert (first.params()[0] != other.params()[0]).any()


@pytest.mark.parametrize("shape", [(3, 3, 16, 32), (1568, 10), (5, 5, 1, 40)])
def test_small_weights_fill_their_range(shape):
    w = layers.small_weights(shape, np.random.default_rng(0))
    bound = 1 / np.sqrt(np.prod(shape[:-1]))
    assert (w.shape, w.dtype) == (shape, np.float32)
    assert 0.98 * bound < w.max() <= bound * (1 + 1e-6)
    assert -0.98 * bound > w.min() >= -bound * (1 + 1e-6)
    np.testing.assert_allclose(w.std(), bound / np.sqrt(3), rtol=0.05)


# ---- Threads, and parameters that are replaced


def in_another_thread(work):
    """What work() returns, or raises, in a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def test_a_thread_goes_back_from_its_own_forward():
    net, clean = all_kinds(), all_kinds()
    dy = some_dy(clean.forward(images(2)))
    expected = clean.backward(dy)
    net.forward(images(2))
    in_another_thread(lambda: net.backward(dy + net.forward(-images(2))))
    np.testing.assert_array_equal(net.backward(dy), expected)
    in_another_thread(lambda: net.backward(dy + net.forward(-images(2))))
    for grad, wanted in zip(net.grads(), clean.grads(), strict=True):
        np.testing.assert_array_equal(grad, wanted)


def test_what_one_thread_saw_another_has_not_seen():
    net = all_kinds()
    dy = some_dy(net.forward(images(2)))
    net.backward(dy)
    with pytest.raises(ValueError, match=r"after forward.* in the same thread"):
        in_another_thread(lambda: net.backward(dy))
    with pytest.raises(ValueError, match="should come after backward"):
        in_another_thread(net.grads)


@pytest.mark.parametrize("name", ["w", "b"])
def test_a_parameter_that_could_be_broadcast_is_refused_also_after_the_first_use(name):
    layer, x = layers.Dense(6, 4, rng=seeded()), random("x", 3, 6)
    layer(x)
    layer.params[name] = layer.params[name][..., :1]
    with pytest.raises(ValueError, match=r"dense: b should have shape"):
        layer(x)
