"""A network gives the same in PyTorch, and comes back as it went."""

import numpy as np
import pytest

from cnncourse import elsewhere, networks, optim, storage, torch_training, train
from cnncourse.layers import (
    AvgPool2D,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool2D,
    Layer,
    MaxPool2D,
    ReLU,
    Sequential,
)

torch = pytest.importorskip(
    "torch", reason="no torch: networks are not carried to it; pip install torch mends that"
)
nn = torch.nn


def rng():
    return np.random.default_rng(0)


def dense(inputs):
    return [Flatten(), Dense(inputs, 5, rng=rng())]


# name: (shape of an image, layers)
NETWORKS = {
    "the course's": ((28, 28, 1), networks.course_cnn(rng()).layers),
    "wide": ((28, 28, 1), networks.wide_cnn(rng()).layers),
    "stride, no square, no symmetric padding": (
        (11, 8, 3),
        [
            Conv2D(3, 4, (3, 2), stride=(2, 1), pad="same", rng=rng()),
            ReLU(),
            *dense(6 * 8 * 4),
        ],
    ),
    "dilation": ((12, 11, 2), [Conv2D(2, 4, 3, dilation=(2, 1), pad=1, rng=rng()), *dense(440)]),
    "max pooling with padding": (
        (9, 9, 2),
        [Conv2D(2, 3, 3, rng=rng()), MaxPool2D(3, stride=2, pad="same"), *dense(4 * 4 * 3)],
    ),
    "max pooling with more padding than half": (
        (6, 7, 1),
        [Conv2D(1, 3, 1, rng=rng()), MaxPool2D(3, pad=2), *dense(3 * 3 * 3)],
    ),
    "average pooling, padding counts": (
        (7, 7, 1),
        [Conv2D(1, 2, 2, rng=rng()), AvgPool2D(2, stride=1, pad="same"), *dense(6 * 6 * 2)],
    ),
    "average pooling, padding does not count": (
        (6, 6, 1),
        [Conv2D(1, 2, rng=rng()), AvgPool2D(2, pad=1, count_include_pad=False), *dense(18)],
    ),
    "averaged whole maps": ((9, 7, 3), [Conv2D(3, 5, 3, rng=rng()), GlobalAvgPool2D()]),
    "a bend and a dropout between flatten and dense": (
        (5, 5, 1),
        [Conv2D(1, 4, 3, rng=rng()), Flatten(), ReLU(), Dropout(0.3, rng=rng()), *dense(36)[1:]],
    ),
    "nothing but dense": ((4, 3, 2), [Flatten(), Dense(24, 6, rng=rng()), ReLU(), *dense(6)]),
}


def a_case(name):
    """Network and images, with biases that are not zero; more decimals than float32 has."""
    shape, layers = NETWORKS[name]
    net, draw = Sequential(*layers), np.random.default_rng(1)
    for layer in net.layers:
        for param in layer.params.values():
            param[...] = draw.normal(0, 0.3, param.shape)
    return net, draw.normal(size=(3, *shape)).astype(np.float32)


def tensor(x):
    return torch.from_numpy(x.transpose(0, 3, 1, 2).copy())


@pytest.mark.parametrize("name", NETWORKS)
def test_outputs_and_gradients_are_equal(name):
    net, x = a_case(name)
    module, channels = elsewhere.to_torch(net, x.shape[3]), x.shape[3]
    there = tensor(x).requires_grad_()
    y = module(there)
    net.reseed([0])
    for layer in net.layers:  # nothing dropped on either side
        if isinstance(layer, Dropout):
            layer.settings["rate"] = 0.0
    mine = net.forward(x)
    np.testing.assert_allclose(mine, y.detach().numpy(), rtol=1e-4, atol=1e-5)

    dy = np.random.default_rng(2).normal(size=mine.shape).astype(np.float32)
    y.backward(torch.from_numpy(dy))
    dx = net.backward(dy)
    np.testing.assert_allclose(dx, there.grad.numpy().transpose(0, 2, 3, 1), rtol=1e-3, atol=1e-4)
    with torch.no_grad():  # the gradients, carried back as weights are
        for param in module.parameters():
            param.copy_(param.grad)
    module = nn.Sequential(*(each for each in module if type(each) is not nn.ConstantPad2d))
    back = elsewhere.from_torch(module, channels)
    for mine, theirs in zip(net.grads(), back.params(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", [name for name in NETWORKS if "pad" not in name])
def test_there_and_back_is_the_same_network(name):
    net, x = a_case(name)
    back = elsewhere.from_torch(elsewhere.to_torch(net, x.shape[3]), x.shape[3])
    assert repr(back) == repr(net)
    np.testing.assert_array_equal(back(x), net(x))


def test_what_pytorch_has_made_becomes_a_network():
    torch.manual_seed(0)
    module = nn.Sequential(
        nn.Conv2d(3, 6, 3, padding="same", bias=False),
        nn.ReLU(),
        nn.AvgPool2d(2),
        nn.Conv2d(6, 4, (3, 1), stride=2),
        nn.AdaptiveAvgPool2d((1, 1)),
        nn.Flatten(),
        nn.Linear(4, 7, bias=False),
    ).eval()
    x = np.random.default_rng(0).random((2, 10, 12, 3), np.float32)
    net = elsewhere.from_torch(module)
    np.testing.assert_allclose(net(x), module(tensor(x)).detach().numpy(), atol=1e-6)


def test_copies_are_made_both_ways():
    net = networks.course_cnn(rng())
    module = elsewhere.to_torch(net)
    back = elsewhere.from_torch(module)
    before = [param.copy() for param in net.params()]
    with torch.no_grad():
        for param in module.parameters():
            param.zero_()
    for kept, now, carried in zip(before, net.params(), back.params(), strict=True):
        np.testing.assert_array_equal(kept, now)
        np.testing.assert_array_equal(kept, carried)


class Doubled(Layer):
    def apply(self, x):
        return 2 * x, lambda dy: 2 * dy


REFUSED_HERE = {
    "layers should be those of cnncourse.layers, but layer 2": Sequential(ReLU(), Doubled()),
    "channels should be those of the images": Sequential(*dense(24)),
    "should have a dense layer after Flatten": Sequential(Conv2D(1, 4, rng=rng()), Flatten()),
    "pad should be the same on both sides": Sequential(
        AvgPool2D(2, stride=1, pad="same", count_include_pad=False)
    ),
    "net should be a network": ReLU(),
}
REFUSED_THERE = {
    "should hold only Conv2d, Linear": nn.Sequential(nn.Tanh()),
    "should hold only Conv2d": nn.Sequential(nn.BatchNorm2d(3)),
    "groups should be 1": nn.Sequential(nn.Conv2d(4, 4, 3, groups=2)),
    "padding_mode should be 'zeros'": nn.Sequential(nn.Conv2d(1, 1, 3, padding_mode="reflect")),
    "ceil_mode should be False": nn.Sequential(nn.MaxPool2d(2, ceil_mode=True)),
    "dilation should be 1": nn.Sequential(nn.MaxPool2d(2, dilation=2)),
    "output_size should be 1": nn.Sequential(nn.AdaptiveAvgPool2d(2), nn.Flatten()),
    "Flatten should come after AdaptiveAvgPool2d": nn.Sequential(nn.AdaptiveAvgPool2d(1)),
    "start_dim should be 1": nn.Sequential(nn.Flatten(2)),
    "should be a torch.nn.Sequential, but is a Linear": nn.Linear(2, 2),
    "should be a torch.nn.Sequential, but is a NoneType": None,
}


@pytest.mark.parametrize("words", REFUSED_HERE)
def test_what_cannot_go_is_told(words):
    with pytest.raises(ValueError, match=words):
        elsewhere.to_torch(REFUSED_HERE[words])


@pytest.mark.parametrize("words", REFUSED_THERE)
def test_what_cannot_come_is_told(words):
    with pytest.raises(ValueError, match=words):
        elsewhere.from_torch(REFUSED_THERE[words])


def test_a_missing_package_is_told():
    with pytest.raises(ValueError, match=r"to_onnx needs the package not_there.*pip install"):
        elsewhere.package("not_there", "to_onnx")


def test_two_processes_learn_what_one_learns(tmp_path):
    one, two = tmp_path / "one.npz", tmp_path / "two.npz"
    options = "--images", "328", "--batch", "64", "--out"  # 8 images in the last batch
    assert "1 process, 6 steps" in torch_training.launch(1, *options, str(one))
    assert "2 processes, 6 steps" in torch_training.launch(2, *options, str(two))
    for alone, shared in zip(storage.load(one).params(), storage.load(two).params(), strict=True):
        np.testing.assert_allclose(alone, shared, rtol=0, atol=1e-5)


def test_processes_that_fail_are_told():
    with pytest.raises(ValueError, match="unrecognized arguments: --colour red"):
        torch_training.launch(1, "--colour", "red")


def test_the_loop_gives_the_losses_of_ours(mnist):
    x, y = mnist.x_train[:200], mnist.y_train[:200]
    net = networks.course_cnn(rng())
    module = elsewhere.to_torch(net)
    theirs = torch_training.fit(
        module,
        tensor(x),
        torch.from_numpy(y),
        epochs=2,
        optimizer=torch.optim.SGD(module.parameters(), lr=0.05, momentum=0.9),
    )
    optimizer, mine = optim.SGD(0.05, 0.9), []
    for epoch in range(2):
        for chosen in train.batches(len(x), 64, np.random.default_rng([0, epoch])):
            loss, _, grads = train.gradients(net, x[chosen], y[chosen])
            optimizer.update(net.params(), grads)
            mine.append(loss)
    np.testing.assert_allclose(mine, list(theirs), rtol=1e-4)
