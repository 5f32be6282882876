"""The network of the lessons learns as the same network does in PyTorch."""

import numpy as np
import pytest

from cnncourse import layers, networks, ops, optim, train

torch = pytest.importorskip(
    "torch",
    reason="no torch: training is not compared with PyTorch; pip install torch mends that",
)

N = 12  # more than a micro-batch, with a remainder
DTYPES = {np.float64: dict(rtol=1e-9, atol=1e-11), np.float32: dict(rtol=2e-3, atol=2e-5)}
in_both_precisions = pytest.mark.parametrize("dtype", DTYPES)


class TorchCNN(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first = torch.nn.Conv2d(1, 16, 3, padding=1)
        self.second = torch.nn.Conv2d(16, 32, 3, padding=1)
        self.scores = torch.nn.Linear(7 * 7 * 32, 10)

    def forward(self, x):
        x = torch.nn.functional.max_pool2d(torch.relu(self.first(x)), 2)
        x = torch.nn.functional.max_pool2d(torch.relu(self.second(x)), 2)
        return self.scores(x.permute(0, 2, 3, 1).flatten(1))  # rows, columns, channels: our order


def as_torch(array):
    """Images or kernels in PyTorch's order of axes, a matrix turned over, a vector as it is."""
    axes = {4: (3, 2, 0, 1), 2: (1, 0), 1: (0,)}[array.ndim]
    return torch.from_numpy(np.ascontiguousarray(array.transpose(axes)))


def two_equal_networks(dtype):
    ours, theirs = networks.course_cnn(np.random.default_rng(0)), TorchCNN()
    rng = np.random.default_rng(1)
    for layer in ours.layers:
        layer.params = {
            name: (array + rng.normal(0, 0.02, array.shape)).astype(dtype)
            for name, array in layer.params.items()
        }
    theirs.to(torch.from_numpy(np.zeros(1, dtype)).dtype)
    with torch.no_grad():
        for param, array in zip(theirs.parameters(), ours.params(), strict=True):
            param.copy_(as_torch(array))
    return ours, theirs


def some_batch(dtype, seed=0):
    rng = np.random.default_rng(seed)
    return rng.random((N, 28, 28, 1)).astype(dtype), rng.integers(10, size=N)


def torch_loss(net, x, y):
    logits = net(torch.from_numpy(x.transpose(0, 3, 1, 2)))
    return logits, torch.nn.functional.cross_entropy(logits, torch.from_numpy(y))


def assert_close(theirs, ours, dtype):
    """The largest value sets the scale: in float32, small sums of large terms lose digits."""
    theirs = theirs.detach().numpy()
    assert theirs.dtype == ours.dtype == dtype
    scale = abs(ours).max()
    np.testing.assert_allclose(theirs / scale, as_torch(ours).numpy() / scale, **DTYPES[dtype])


@in_both_precisions
def test_logits_and_loss(dtype):
    ours, theirs = two_equal_networks(dtype)
    x, y = some_batch(dtype)
    logits, loss = torch_loss(theirs, x, y)
    np.testing.assert_allclose(logits.detach().numpy(), ours(x), **DTYPES[dtype])
    np.testing.assert_allclose(loss.item(), train.gradients(ours, x, y)[0], rtol=1e-5)


@in_both_precisions
def test_gradients_of_all_parameters(dtype):
    ours, theirs = two_equal_networks(dtype)
    x, y = some_batch(dtype)
    torch_loss(theirs, x, y)[1].backward()
    _, hits, grads = train.gradients(ours, x, y)
    assert hits == (ours(x).argmax(axis=1) == y).sum()
    for param, grad in zip(theirs.parameters(), grads, strict=True):
        assert_close(param.grad, grad, dtype)


@in_both_precisions
def test_gradient_of_the_image(dtype):
    ours, theirs = two_equal_networks(dtype)
    x, y = some_batch(dtype)
    pixels = torch.from_numpy(x.transpose(0, 3, 1, 2)).requires_grad_()
    torch.nn.functional.cross_entropy(theirs(pixels), torch.from_numpy(y)).backward()
    _, pull = ops.softmax_cross_entropy(ours.forward(x), y)
    dx = ours.backward(pull())
    scale = abs(dx).max()
    expected = pixels.grad.numpy().transpose(0, 2, 3, 1)
    np.testing.assert_allclose(dx / scale, expected / scale, **DTYPES[dtype])


OPTIMIZERS = {
    "SGD with momentum": (
        lambda: optim.SGD(lr=0.05, momentum=0.9),
        lambda params: torch.optim.SGD(params, lr=0.05, momentum=0.9),
    ),
    "SGD with momentum and weight decay": (
        lambda: optim.SGD(lr=0.05, momentum=0.8, weight_decay=0.01),
        lambda params: torch.optim.SGD(params, lr=0.05, momentum=0.8, weight_decay=0.01),
    ),
    "Adam": (
        lambda: optim.Adam(lr=0.002, epsilon=1e-4),
        lambda params: torch.optim.Adam(params, lr=0.002, eps=1e-4),
    ),
    "Adam with weight decay": (
        lambda: optim.Adam(lr=0.002, beta1=0.8, beta2=0.9, epsilon=1e-4, weight_decay=0.1),
        lambda params: torch.optim.Adam(
            params, lr=0.002, betas=(0.8, 0.9), eps=1e-4, weight_decay=0.1
        ),
    ),
}


@in_both_precisions
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_weights_after_five_steps(name, dtype):
    ours, theirs = two_equal_networks(dtype)
    our_optimizer, their_optimizer = OPTIMIZERS[name][0](), OPTIMIZERS[name][1](theirs.parameters())
    for step in range(5):
        x, y = some_batch(dtype, seed=step)
        our_loss, _, grads = train.gradients(ours, x, y)
        our_optimizer.update(ours.params(), grads)
        loss = torch_loss(theirs, x, y)[1]
        np.testing.assert_allclose(our_loss, loss.item(), rtol=1e-4)
        their_optimizer.zero_grad()
        loss.backward()
        their_optimizer.step()
    for param, array in zip(theirs.parameters(), ours.params(), strict=True):
        assert_close(param, array, dtype)


@pytest.mark.parametrize("shape", [(3, 3, 16, 32), (1568, 10)])
def test_first_weights_have_the_range_of_pytorch_s(shape):
    """The same default: a Kaiming uniform draw with a = sqrt(5)."""
    theirs = torch.empty(*as_torch(np.empty(shape)).shape)
    torch.manual_seed(0)
    torch.nn.init.kaiming_uniform_(theirs, a=5**0.5)
    ours = layers.small_weights(shape, np.random.default_rng(0))
    np.testing.assert_allclose(abs(ours).max(), theirs.abs().max(), rtol=0.01)
    np.testing.assert_allclose(ours.std(), theirs.std(), rtol=0.03)
