"""The same network elsewhere: as a PyTorch module and back, and as an ONNX file.

PyTorch keeps images as (n, c, h, w) and kernels as (f, c, kh, kw), so axes change places. And where
its Flatten lays all pixels of the first map first, ours lays all maps of the first pixel first, so
the rows of the dense layer that follows change places as well.

Needs PyTorch, and `to_onnx` also onnx and onnxscript: pip install torch onnx onnxscript
"""

import contextlib
import importlib
import importlib.util
import io
import logging
import math
import warnings

import numpy as np

from . import browser, layers
from .files import check_target, write_target
from .layers import Sequential, check_network
from .shapes import Array, check_int, shown

MOST_CHANNELS = 10_000


def to_torch(net: Sequential, channels: int | None = None):
    """The network as a torch.nn.Sequential with copies of its weights, ready for use, not training.

    x: (n, h, w, c) here is x.transpose(0, 3, 1, 2) there; the outputs are equal up to rounding. A
    padding that is not the same on both sides becomes a layer of its own.
    channels: those of the images, needed only where Flatten comes before any convolution.
    """
    check_network(net, "to_torch: net")
    _check_channels(channels, "to_torch: channels")
    nn, modules = package("torch", "to_torch").nn, []
    for place, layer in enumerate(net.layers):
        if type(layer) not in TO_TORCH:
            raise ValueError(
                f"to_torch: layers should be those of cnncourse.layers, but layer {place + 1} is "
                f"{layer!r}."
            )
        maps = _maps_in_a_row(net.layers[:place], channels, "to_torch")
        modules += TO_TORCH[type(layer)](nn, layer, maps)
    if _maps_in_a_row(net.layers, channels, "to_torch") > 1:
        raise ValueError(
            "to_torch: net should have a dense layer after Flatten, but has none, and PyTorch's "
            "Flatten gives the numbers in another order."
        )
    return nn.Sequential(*modules).eval()


def from_torch(module, channels: int | None = None) -> Sequential:
    """A network with copies of the weights of a torch.nn.Sequential, in float32.

    Known are Conv2d, ReLU, MaxPool2d, AvgPool2d, AdaptiveAvgPool2d(1) with Flatten after it,
    Flatten, Linear and Dropout. An option without a match here is a ValueError.
    channels: those of the images, needed only where Flatten comes before any convolution.
    """
    nn = package("torch", "from_torch").nn
    _check_channels(channels, "from_torch: channels")
    if not isinstance(module, nn.Sequential):
        kind = type(module).__name__
        raise ValueError(f"from_torch: module should be a torch.nn.Sequential, but is a {kind}.")
    found, names = [], [type(each).__name__ for each in module]
    for each, name, before, after in zip(module, names, [None, *names], [*names[1:], None]):
        if name not in FROM_TORCH:
            known = ", ".join(FROM_TORCH)
            raise ValueError(f"from_torch: module should hold only {known}, but holds {each!r}.")
        if name == "AdaptiveAvgPool2d" and after != "Flatten":
            raise ValueError(f"from_torch: Flatten should come after {each!r}, but {after} does.")
        if (before, name) != ("AdaptiveAvgPool2d", "Flatten"):  # which are one layer here
            maps = _maps_in_a_row(found, channels, "from_torch")
            found.append(FROM_TORCH[name](each, maps))
    return Sequential(*found)


def to_onnx(net: Sequential, path, image: tuple[int, int, int]) -> None:
    """Write the network to `path` as an ONNX file, which many other programs read.

    image: (h, w, c), the shape of one image. Input "x": (n, c, h, w), output "logits": (n, f), for
    any n. PyTorch's own exporter writes it; the file appears whole or not at all.
    """
    check_network(net, "to_onnx: net")
    path = check_target(path, ".onnx", "to_onnx")
    if not isinstance(image, tuple) or len(image) != 3:
        raise ValueError(f"to_onnx: image should be (h, w, c), but is {shown(image)}.")
    height, width, c = (check_int(size, "to_onnx: image", 1) for size in image)
    net(np.zeros((1, *image), np.float32))  # a shape that does not fit is told in our words
    torch, *_ = (package(name, "to_onnx") for name in ("torch", "onnx", "onnxscript"))
    module, file = to_torch(net, c), io.BytesIO()
    with _quietly():
        torch.onnx.export(
            module,
            (torch.zeros(2, c, height, width),),
            file,
            input_names=["x"],
            output_names=["logits"],
            dynamic_shapes=({0: torch.export.Dim("n")},),
        )
    write_target(path, lambda target: target.write(file.getvalue()), "to_onnx")


def package(name: str, what: str):
    """An installed package; a ValueError that says how to get it where it is missing."""
    try:
        return importlib.import_module(name)
    except ImportError:
        browser.refuse(f"{what} needs the package {name} and")
        raise ValueError(
            f"{what} needs the package {name}, which should be installed, but is not: "
            f"`pip install {name}` brings it."
        ) from None


@contextlib.contextmanager
def _quietly():
    """Keep the exporter's progress and its remarks about other packages to itself."""
    exporter = logging.getLogger("torch.onnx")
    level = exporter.level
    exporter.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        exporter.setLevel(level)


def installed(*names: str) -> bool:
    """Whether these packages are there; a printed sentence where one is not."""
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    if missing:
        print(
            f"This cell needs {' and '.join(missing)}. It does nothing without; "
            f"`pip install {' '.join(missing)}` brings what it needs."
        )
    return not missing


def _check_channels(channels, what: str) -> None:
    if channels is not None and check_int(channels, what, 1) > MOST_CHANNELS:
        raise ValueError(f"{what} should be at most {MOST_CHANNELS:,}, but is {channels:,}.")


def _maps_in_a_row(before, channels, what: str) -> int:
    """How many maps a Flatten has laid in a row that no dense layer has met yet; 1: none."""
    maps, in_a_row = channels, 1
    for layer in before:
        if type(layer) is layers.Conv2D:
            maps = layer.settings["filters"]
        elif type(layer) in (layers.Dense, layers.GlobalAvgPool2D):
            maps = in_a_row = 1
        elif type(layer) is layers.Flatten and maps is None:
            raise ValueError(
                f"{what}: channels should be those of the images, since Flatten comes before any "
                "convolution, but is None."
            )
        elif type(layer) is layers.Flatten:
            in_a_row = maps
    return in_a_row


def _conv_to(nn, conv, maps):
    pads, padding = _padding(nn, conv.window, 0.0)
    there = nn.Conv2d(
        conv.settings["channels"],
        conv.settings["filters"],
        conv.window.k,
        stride=conv.window.stride,
        padding=padding,
        dilation=conv.window.dilation,
    )
    return [*pads, _filled(there, conv.params["w"].transpose(3, 2, 0, 1), conv.params["b"])]


def _conv_from(there, maps):
    _check(there, groups=1, padding_mode="zeros")
    sizes = there.in_channels, there.out_channels, _int(there.kernel_size)
    options = dict(
        stride=_int(there.stride), pad=_int(there.padding), dilation=_int(there.dilation)
    )
    here = layers.Conv2D(*sizes, **options, rng=np.random.default_rng(0))
    return _filled_here(here, _numbers(there.weight).transpose(2, 3, 1, 0), there.bias)


def _check_rows(count: int, maps: int, what: str) -> None:
    if count % maps:
        raise ValueError(
            f"{what}: channels should divide the {count} inputs of the dense layer after Flatten, "
            f"but {maps} maps do not."
        )


def _dense_to(nn, dense, maps):
    """Rows in PyTorch's order: map after map."""
    w = dense.params["w"]
    _check_rows(len(w), maps, "to_torch")
    rows = w.reshape(-1, maps, w.shape[1]).swapaxes(0, 1).reshape(w.shape)
    return [_filled(nn.Linear(*w.shape), rows.T, dense.params["b"])]


def _dense_from(there, maps):
    """Rows in the order here: pixel after pixel."""
    w = _numbers(there.weight).T
    _check_rows(len(w), maps, "from_torch")
    rows = w.reshape(maps, -1, w.shape[1]).swapaxes(0, 1).reshape(w.shape)
    return _filled_here(layers.Dense(*w.shape, rng=np.random.default_rng(0)), rows, there.bias)


def _max_to(nn, pool, maps):
    pads, padding = _padding(nn, pool.window, -math.inf)
    return [*pads, nn.MaxPool2d(pool.window.k, pool.window.stride, padding)]


def _max_from(there, maps):
    _check(there, dilation=1, ceil_mode=False, return_indices=False)
    return layers.MaxPool2D(**_pool_options(there))


def _average_to(nn, pool, maps):
    counted = pool.settings["count_include_pad"]
    pads, padding = _padding(nn, pool.window, 0.0)
    if pads and not counted:
        raise ValueError(
            f"to_torch: pad should be the same on both sides, and at most half of k, where it does "
            f"not count, but a layer is {pool!r}."
        )
    there = nn.AvgPool2d(pool.window.k, pool.window.stride, padding, count_include_pad=counted)
    return [*pads, there]


def _average_from(there, maps):
    _check(there, ceil_mode=False, divisor_override=None)
    return layers.AvgPool2D(**_pool_options(there), count_include_pad=there.count_include_pad)


def _pool_options(there):
    k, stride = _int(there.kernel_size), _int(there.stride)
    return dict(k=k, stride=None if stride == k else stride, pad=_int(there.padding))


def _whole_from(there, maps):
    _check(there, output_size=1)
    return layers.GlobalAvgPool2D()


def _flatten_from(there, maps):
    _check(there, start_dim=1, end_dim=-1)
    return layers.Flatten()


TO_TORCH = {
    layers.Conv2D: _conv_to,
    layers.Dense: _dense_to,
    layers.MaxPool2D: _max_to,
    layers.AvgPool2D: _average_to,
    layers.GlobalAvgPool2D: lambda nn, layer, maps: [nn.AdaptiveAvgPool2d(1), nn.Flatten()],
    layers.Flatten: lambda nn, layer, maps: [nn.Flatten()],
    layers.ReLU: lambda nn, layer, maps: [nn.ReLU()],
    layers.Dropout: lambda nn, layer, maps: [nn.Dropout(layer.settings["rate"])],
}
FROM_TORCH = {
    "Conv2d": _conv_from,
    "Linear": _dense_from,
    "MaxPool2d": _max_from,
    "AvgPool2d": _average_from,
    "AdaptiveAvgPool2d": _whole_from,
    "Flatten": _flatten_from,
    "ReLU": lambda there, maps: layers.ReLU(),
    "Dropout": lambda there, maps: layers.Dropout(there.p, rng=np.random.default_rng(0)),
}


def _padding(nn, window, value: float):
    """The layers that pad, if an option of the next layer cannot; and that option."""
    top, bottom, left, right = window.edges
    pooling_takes = 2 * top <= window.k[0] and 2 * left <= window.k[1]
    if (top, left) == (bottom, right) and pooling_takes:
        return [], (top, left)
    return [nn.ConstantPad2d((left, right, top, bottom), value)], 0


def _filled(there, weight: Array, bias: Array):
    """A module of PyTorch with these numbers."""
    torch = package("torch", "to_torch")
    with torch.no_grad():
        there.weight.copy_(torch.from_numpy(np.ascontiguousarray(weight)))
        there.bias.copy_(torch.from_numpy(bias.copy()))
    return there


def _filled_here(layer, w: Array, bias):
    """A layer of this course with these numbers; no bias is a bias of 0."""
    layer.params["w"] = np.ascontiguousarray(w)
    if bias is not None:
        layer.params["b"] = _numbers(bias)
    return layer


def _numbers(tensor) -> Array:
    return tensor.detach().cpu().float().numpy().copy()


def _check(there, **needed):
    """A ValueError unless the options of a module are those that this course has."""
    for name, value in needed.items():
        if _int(getattr(there, name)) != value:
            raise ValueError(
                f"from_torch: {name} should be {value!r}, which is all that this course has, but "
                f"is {getattr(there, name)!r} in {there!r}."
            )


def _int(option):
    """3 for (3, 3): networks are shown with the options that people wrote."""
    return option[0] if isinstance(option, tuple) and len(set(option)) == 1 else option
