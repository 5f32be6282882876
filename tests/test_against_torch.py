"""PyTorch as an oracle: the same table of cases, outputs and gradients.

PyTorch keeps images as (n, c, h, w) and kernels as (f, c, kh, kw). Every function here takes and
returns arrays as `ops` does, and turns the axes in between.
"""

import numpy as np
import pytest
from cases import CASES, LAYOUTS, PULLED, as_tuple, assert_same, random, some_dy
from hypothesis import assume, given
from hypothesis import strategies as st
from properties import EXACT, FLOATS, assert_rounded, drawn, exact_gradients, exact_output, fits

from cnncourse import ops

torch = pytest.importorskip(
    "torch", reason="The comparison with PyTorch needs PyTorch: pip install torch"
)
F = torch.nn.functional


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Images as small as these only wait for a second thread."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def both(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def surrounded(x, reach, pad, value=0.0):
    """Images with borders; "same" splits reach - 1 with the odd pixel below and to the right."""
    if pad == "same":
        (top, left), total = [(r - 1) // 2 for r in reach], [r - 1 for r in reach]
        edges = left, total[1] - left, top, total[0] - top
    else:
        rows, columns = both(0 if pad == "valid" else pad)
        edges = columns, columns, rows, rows
    return F.pad(x, edges, value=value)


def channels_first(x):
    return x.permute(0, 3, 1, 2)


def channels_last(y):
    return y.permute(0, 2, 3, 1)


def conv2d(x, w, b, *, stride=1, pad=0, dilation=1):
    reach = [(k - 1) * apart + 1 for k, apart in zip(w.shape, both(dilation))]
    x = surrounded(channels_first(x), reach, pad)
    w = w.permute(3, 2, 0, 1).contiguous()
    return channels_last(F.conv2d(x, w, b, stride=both(stride), dilation=both(dilation)))


def correlate2d(image, kernel, **options):
    y = conv2d(image[None, :, :, None], kernel[:, :, None, None], None, **options)
    return y[0, :, :, 0]


def max_pool2d(x, k=2, *, stride=None, pad=0):
    x = surrounded(channels_first(x), both(k), pad, -torch.inf)
    return channels_last(F.max_pool2d(x, both(k), stride=stride))


def avg_pool2d(x, k=2, *, stride=None, pad=0, count_include_pad=True):
    x = channels_first(x)
    mean = F.avg_pool2d(surrounded(x, both(k), pad), both(k), stride=stride)
    if not count_include_pad:
        mean = mean / F.avg_pool2d(surrounded(torch.ones_like(x), both(k), pad), both(k), stride)
    return channels_last(mean)


def global_avg_pool2d(x):
    return F.adaptive_avg_pool2d(channels_first(x), 1)[:, :, 0, 0]


def dense(x, w, b):
    return F.linear(x, w.T, b)


def softmax(x):
    return F.softmax(x, dim=1)


def softmax_cross_entropy(logits, labels):
    return F.cross_entropy(logits, torch.tensor(labels))


TORCH = {
    "conv2d": conv2d,
    "correlate2d": correlate2d,
    "max_pool2d": max_pool2d,
    "avg_pool2d": avg_pool2d,
    "global_avg_pool2d": global_avg_pool2d,
    "dense": dense,
    "softmax": softmax,
    "softmax_cross_entropy": softmax_cross_entropy,
    "relu": torch.relu,
    "flatten": lambda x: torch.flatten(x, start_dim=1),
}


def torch_output(case, dtype):
    """PyTorch's output, and the tensors that it was made from."""
    tensors = {
        name: torch.tensor(array, requires_grad=True) for name, array in case.as_type(dtype).items()
    }
    return TORCH[case.op](*tensors.values(), **case.options), list(tensors.values())


TOLERANCES = [(np.float64, 1e-11), (np.float32, 2e-4)]


@pytest.mark.parametrize(("dtype", "tolerance"), TOLERANCES)
@pytest.mark.parametrize("case", [case for case in CASES if case not in PULLED], ids=str)
def test_output_is_that_of_torch(case, dtype, tolerance):
    expected, _ = torch_output(case, dtype)
    y = case.output(**case.as_type(dtype))
    assert_same(y, expected.detach().numpy(), tolerance, tolerance)


@pytest.mark.parametrize(("dtype", "tolerance"), TOLERANCES)
@pytest.mark.parametrize("case", PULLED, ids=str)
def test_output_and_gradients_are_those_of_torch(case, dtype, tolerance):
    expected, tensors = torch_output(case, dtype)
    y, gradients = case.run_and_pull(**case.as_type(dtype))
    assert_same(y, expected.detach().numpy(), tolerance, tolerance)
    expected.backward(torch.tensor(some_dy(y)))
    for gradient, tensor in zip(gradients, tensors, strict=True):
        assert_same(gradient, tensor.grad.numpy(), tolerance, tolerance)


# PyTorch's own words for padding, instead of borders that we added for it


@pytest.mark.parametrize("kernel", [(1, 1), (3, 5), (2, 4), (4, 3)])
@pytest.mark.parametrize("dilation", [1, (2, 3)])
@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel:UserWarning")
def test_same_means_what_torch_means(kernel, dilation):
    x, w, b = random("x", 2, 7, 9, 3), random("w", *kernel, 3, 2), random("b", 2)
    expected = F.conv2d(
        channels_first(torch.tensor(x)),
        torch.tensor(w).permute(3, 2, 0, 1),
        torch.tensor(b),
        padding="same",
        dilation=dilation,
    )
    y, _ = ops.conv2d(x, w, b, pad="same", dilation=dilation)
    assert_same(y, channels_last(expected).numpy(), 1e-11, 1e-11)


@pytest.mark.parametrize("stride", [None, 1, (2, 1)])
@pytest.mark.parametrize("pad", [1, (1, 2)])
@pytest.mark.parametrize("counted", [True, False])
def test_pooling_pads_as_torch_does(stride, pad, counted):
    x = random("x", 2, 7, 9, 3)
    image, k = channels_first(torch.tensor(x)), (3, 4)
    largest = F.max_pool2d(image, k, stride=stride, padding=pad)
    mean = F.avg_pool2d(image, k, stride=stride, padding=pad, count_include_pad=counted)
    assert_same(ops.max_pool2d(x, k, stride=stride, pad=pad)[0], channels_last(largest).numpy())
    y, _ = ops.avg_pool2d(x, k, stride=stride, pad=pad, count_include_pad=counted)
    assert_same(y, channels_last(mean).numpy())


# Cases drawn by chance: values of all sizes without ties, which PyTorch decides in another way


@pytest.mark.parametrize("op", TORCH)
@given(data=st.data())
def test_drawn_cases_are_those_of_torch(op, data):
    call = data.draw(drawn(op, ("usual", "any size"), FLOATS, ["usual", *LAYOUTS]))
    assume(fits(call))
    case = call.case(call.arrays())
    tensors = [
        torch.tensor(np.array(array, np.float64), requires_grad=True)
        for array in case.arrays.values()
    ]
    expected = TORCH[op](*tensors, **case.options)
    with call.in_pieces(), np.errstate(over="ignore", invalid="ignore"):
        result = case.run()
        y, pull = result if isinstance(result, tuple) else (result, None)
        terms = 8 + max(array.size for array in (*case.arrays.values(), np.asarray(y)))
        limits = dict(terms=terms, finite=True, coarse="float32" in call.dtypes.values())
        assert_rounded(y, as_exact(expected), exact_output(case)[1], **limits)
        if pull is None:
            return
        dy = call.array("dy", np.shape(y), y.dtype.name)[()]
        gradients = as_tuple(pull(dy))
        expected.backward(torch.tensor(np.array(dy, np.float64)))
    for gradient, tensor, (_, size) in zip(gradients, tensors, exact_gradients(case, dy)):
        assert_rounded(gradient, as_exact(tensor.grad), size, **limits)


def as_exact(tensor):
    return tensor.detach().numpy().astype(EXACT)
