"""Layers: operations that own their parameters. A network is a Sequential of them.

`layer(x)` uses a layer. `layer.forward(x)` does the same and remembers how to go back;
`layer.backward(dy)` then returns dx and fills `layer.grads`, one gradient for each of
`layer.params`. Gradients are overwritten each time, so there is nothing to reset. Each thread goes
back from its own forward, and reads its own gradients.
"""

import inspect
import itertools
import math
import operator
import threading

import numpy as np

from . import ops
from .convolution import bind_conv2d
from .pooling import bind_avg_pool2d, bind_max_pool2d
from .shapes import (
    Array,
    check_array,
    check_bool,
    check_fraction,
    check_int,
    check_rng,
    shown,
    sizes,
)
from .window import window
from .workers import cut, deal

MICRO_BATCH = 16  # images learned from at a time: their maps nearly fit in the cache
MOST_WEIGHTS = 2**28  # of a layer: a gigabyte
IN_USE = 32  # images at a time where nothing has to be remembered


_kind = operator.attrgetter("shape", "dtype")


class _Bound(threading.local):
    """What a layer has bound, by the shapes and dtypes it is for; each thread has its own.

    So has it the way back from the last forward, and the gradients of the last backward.
    """

    MOST = 4

    def __init__(self, grads):
        self.runs, self.pull, self.grads = {}, None, grads

    def __reduce__(self):
        return _Bound, (self.grads,)  # a copy binds anew: work arrays are never shared


class Layer:
    """A function of `x` and `params`. A subclass says which, in `apply`.

    settings: what the constructor was given, so that the layer can be shown, saved and rebuilt.
    window: how what it looks at lies on the image, for those that look at a part of it.
    """

    window = None

    def __init__(self, settings: dict | None = None, **params: Array):
        self.settings = {name: _plain(value) for name, value in (settings or {}).items()}
        self.params = params
        self._bound = _Bound({})

    @property
    def grads(self) -> dict[str, Array]:
        """The gradients of the last backward in this thread."""
        return self._bound.grads

    def apply(self, x: Array):
        """y, pull as an operation gives them."""
        raise TypeError(f"{type(self).__name__} should say in `apply` what it does.")

    def bind(self, x: Array, learn: bool):
        """run(x) -> y, pull for all x of this shape and dtype; pull only where one learns."""
        return self.apply

    def _run(self, x: Array, learn: bool):
        """y, pull: bound when this shape is met for the first time, then only run."""
        try:
            key = learn, x.shape, x.dtype
            if self.params:
                key += tuple(map(_kind, self.params.values()))
        except AttributeError:
            key = None  # no array: `bind` says so
        runs = self._bound.runs
        if key not in runs:
            if len(runs) >= _Bound.MOST:
                del runs[next(iter(runs))]
            runs[key] = self.bind(x, learn)
        return runs[key](x)

    def reseed(self, seed: list[int]) -> None:
        """Make what is random in learning follow from `seed` alone; in most layers nothing is."""

    def __call__(self, x: Array) -> Array:
        """Use the layer."""
        return self._run(x, False)[0]

    def forward(self, x: Array) -> Array:
        """Use the layer and remember how to go back."""
        y, self._bound.pull = self._run(x, True)
        return y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """dx from dy, and the parameters' gradients into `grads`; the first layer needs no dx."""
        pull = self._bound.pull
        if pull is None:
            raise ValueError(
                f"{type(self).__name__}.backward should come after forward(x) in the same thread, "
                "but this layer has not seen an x there yet."
            )
        if not self.params:
            return pull(dy) if need_dx else None
        dx, *gradients = pull(dy, need_dx)
        self._bound.grads = dict(zip(self.params, gradients, strict=True))
        return dx

    def __getstate__(self):
        """What a copy takes over: not the way back, which belongs to this layer's own arrays."""
        return {**vars(self), "_bound": _Bound(self.grads)}

    def __repr__(self):
        defaults = inspect.signature(type(self).__init__).parameters
        told = (  # the window always: nobody reads a network on paper without it
            f"{name}={value!r}"
            for name, value in self.settings.items()
            if name == "k" or defaults[name].default != value
        )
        return f"{type(self).__name__}({', '.join(told)})"


class Conv2D(Layer):
    """`filters` kernels of size k over images of `channels` channels, and a bias for each.

    x: (n, h, w, channels)   ->   y: (n, oh, ow, filters)
    k, stride, pad, dilation: an int or a (rows, columns) pair; pad also "same" or "valid".
    """

    def __init__(self, channels, filters, k=3, *, stride=1, pad=0, dilation=1, rng):
        check_int(channels, "Conv2D: channels", 1)
        check_int(filters, "Conv2D: filters", 1)
        self.window = window("Conv2D", k, stride, pad, dilation)
        super().__init__(
            dict(
                channels=channels, filters=filters, k=k, stride=stride, pad=pad, dilation=dilation
            ),
            w=small_weights((*self.window.k, channels, filters), rng, "Conv2D: rng"),
            b=np.zeros(filters, np.float32),
        )
        self.options = {name: self.settings[name] for name in ("stride", "pad", "dilation")}

    def bind(self, x, learn):
        _check_channels(x, self.settings["channels"])
        run = bind_conv2d(x, **self.params, **self.options, learn=learn)
        return lambda x: run(x, **self.params)


class Dense(Layer):
    """A weight from every input to every output.   x: (n, inputs)   ->   y: (n, outputs)"""

    def __init__(self, inputs, outputs, *, rng):
        check_int(inputs, "Dense: inputs", 1)
        check_int(outputs, "Dense: outputs", 1)
        super().__init__(
            dict(inputs=inputs, outputs=outputs),
            w=small_weights((inputs, outputs), rng, "Dense: rng"),
            b=np.zeros(outputs, np.float32),
        )

    def bind(self, x, learn):
        sizes(x, "n d", "dense: x", d=self.settings["inputs"])
        run = ops.bind_dense(x, **self.params, learn=learn)
        return lambda x: run(x, **self.params)


class Pool2D(Layer):
    """What both poolings share: a window, a stride (None: the window's size), padding."""

    def __init__(self, k=2, *, stride=None, pad=0, **more):
        self.window = window(type(self).__name__, k, k if stride is None else stride, pad)
        super().__init__(dict(k=k, stride=stride, pad=pad, **more))


class MaxPool2D(Pool2D):
    """The largest value of each k-by-k window.   x: (n, h, w, c)   ->   y: (n, oh, ow, c)"""

    def __init__(self, k=2, *, stride=None, pad=0):
        super().__init__(k, stride=stride, pad=pad)

    def bind(self, x, learn):
        return bind_max_pool2d(x, **self.settings, learn=learn)


class AvgPool2D(Pool2D):
    """The mean of each k-by-k window.   x: (n, h, w, c)   ->   y: (n, oh, ow, c)

    count_include_pad: whether zeros of the padding count in the mean.
    """

    def __init__(self, k=2, *, stride=None, pad=0, count_include_pad=True):
        check_bool(count_include_pad, "AvgPool2D: count_include_pad")
        super().__init__(k, stride=stride, pad=pad, count_include_pad=bool(count_include_pad))

    def bind(self, x, learn):
        return bind_avg_pool2d(x, **self.settings, learn=learn)


class GlobalAvgPool2D(Layer):
    """The mean of each whole map, whatever its size.   x: (n, h, w, c)   ->   y: (n, c)"""

    def apply(self, x):
        return ops.global_avg_pool2d(x)


class ReLU(Layer):
    """Zero for every negative value; any shape."""

    def bind(self, x, learn):
        return ops.bind_relu(x, learn)


class Flatten(Layer):
    """Each image's maps as one row of numbers.   x: (n, h, w, c)   ->   y: (n, h * w * c)"""

    def apply(self, x):
        return ops.flatten(x)


class Dropout(Layer):
    """While learning, each value is dropped with probability `rate`; in use, nothing happens."""

    def __init__(self, rate=0.5, *, rng):
        check_fraction(rate, "Dropout: rate")
        check_rng(rng, "Dropout: rng")
        super().__init__(dict(rate=float(rate)))
        self.rng = rng

    def reseed(self, seed):
        self.rng = np.random.default_rng(seed)

    def __call__(self, x):
        check_array(x, "dropout: x")
        return x

    def apply(self, x):
        return ops.dropout(x, **self.settings, rng=self.rng)


class Sequential:
    """Layers, one after the other.

    They are printed, traced and saved in the order they are given in. Where max pooling follows a
    ReLU, a call, `forward` and `backward` work the pooling off first: see `in_order`.
    """

    def __init__(self, *layers: Layer):
        if not layers:
            raise ValueError("Sequential: layers should be at least one, but there is none.")
        earlier = set()
        for place, layer in enumerate(layers):
            if not isinstance(layer, Layer):
                raise ValueError(
                    f"Sequential: layer {place + 1} should be a Layer such as ReLU(), but is "
                    f"{layer.__name__ if isinstance(layer, type) else type(layer).__name__}."
                )
            if id(layer) in earlier:  # it remembers one x, not two
                raise ValueError(
                    f"Sequential: layer {place + 1} should be a layer of its own, but {layer!r} is "
                    "in the network already; make a second one."
                )
            earlier.add(id(layer))
        self.layers = list(layers)

    def __call__(self, x: Array) -> Array:
        """Use the network, a few images at a time, on all cores."""
        check_array(x, "Sequential: x")
        if x.ndim < 2:
            raise ValueError(f"Sequential: x should have shape (n, ...), but has shape {x.shape}.")
        layers = self.in_order()

        def use(some):
            part = x[some]
            for layer in layers:
                part = layer(part)
            return _own(part, x)

        parts = deal(use, cut(len(x), IN_USE))
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def in_order(self) -> list[Layer]:
        """The layers as they are worked off: max pooling before the ReLU that it follows.

        The largest of some values with the negative ones replaced by zero is their largest value,
        with zero for a negative one: the two may change places, and then ReLU has less to do.
        """
        order = list(self.layers)
        for i, (layer, follower) in enumerate(itertools.pairwise(self.layers)):
            if type(layer) is ReLU and type(follower) is MaxPool2D:
                order[i : i + 2] = follower, layer
        return order

    def forward(self, x: Array) -> Array:
        """As a call, and every layer remembers how to go back.

        Backward goes by x and by the parameters as they were: both may change in between.
        """
        check_array(x, "Sequential: x")
        y = x
        for layer in self.in_order():
            y = layer.forward(y)
        return _own(y, x)

    def reseed(self, seed) -> None:
        """Make what is dropped in learning follow from `seed` and a layer's place alone."""
        for place, layer in enumerate(self.layers):
            if type(layer).reseed is not Layer.reseed:  # for each micro-batch: calls add up
                layer.reseed([*seed, place])

    def trace(self, x: Array) -> "Trace":
        """Use the network, and keep what every layer made, for whoever wants to look at it."""
        return Trace(self, x)

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """dx from dy; every layer's `grads` are filled on the way."""
        first, *others = self.in_order()
        dx = dy
        for layer in reversed(others):
            dx = layer.backward(dx)
        dx = first.backward(dx, need_dx)
        return _own(dx, dy) if need_dx else None

    def params(self) -> list[Array]:
        """All parameters, in the order of the layers: the network's own arrays, not copies.

        What changes them changes the network. `[param.copy() for param in net.params()]` keeps
        their values.
        """
        return [array for layer in self.layers for array in layer.params.values()]

    def grads(self) -> list[Array]:
        """The gradients that belong to `params()`, after `backward`."""
        try:
            return [layer._bound.grads[name] for layer in self.layers for name in layer.params]
        except KeyError:
            message = "Sequential.grads should come after backward(dy), but came before."
            raise ValueError(message) from None

    def __repr__(self):
        return "Sequential(\n" + "".join(f"    {layer},\n" for layer in self.layers) + ")"


class Trace:
    """What each layer of a network made of x, in the printed order, and the way back through them.

    outputs: one array for each layer, the last of them what the network says.
    """

    def __init__(self, net: Sequential, x: Array):
        self.x, self.outputs, self._pulls = x, [], []
        for layer in net.layers:
            # bound anew: what belongs to the trace stays, whatever the network does next
            y, pull = (x, None) if isinstance(layer, Dropout) else layer.bind(x, True)(x)
            x = _own(y, x)
            self.outputs.append(x)
            self._pulls.append(pull)

    def back(self, dy: Array) -> tuple[list[Array], list[tuple[Array, ...]]]:
        """The gradients of x and of every output, and for each layer those of its parameters.

        dy: the gradient of the last output.   -> [dx, dy of the first layer, ..., dy], [(dw, db)
        or () of each layer]
        """
        gradients, parameters = [dy], []
        for pull in reversed(self._pulls):
            found = gradients[0] if pull is None else pull(gradients[0])
            dx, *own = found if isinstance(found, tuple) else (found,)
            gradients.insert(0, _own(dx, gradients[0]))
            parameters.insert(0, tuple(own))
        return gradients, parameters


def _own(result: Array, given: Array) -> Array:
    """A result that is no view of what was given, as Flatten's is."""
    return result.copy() if np.may_share_memory(result, given) else result


def _check_channels(x: Array, channels: int) -> None:
    """A ValueError unless images x have so many channels, on their last axis."""
    if isinstance(x, np.ndarray) and x.ndim == 4 and x.shape[3] != channels == x.shape[1]:
        raise ValueError(
            f"conv2d: x should have its channels last, (n, h, w, c={channels}), but has shape "
            f"{x.shape}; if that is (n, c, h, w), turn it with x.transpose(0, 2, 3, 1)."
        )
    sizes(x, "n h w c", "conv2d: x", c=channels)


def _plain(value):
    """A setting without the types of NumPy, which neither a saved file nor a repr should show."""
    if isinstance(value, (tuple, list)):
        return tuple(_plain(entry) for entry in value)
    return value.item() if isinstance(value, np.generic) else value


def check_network(net: Sequential, what: str) -> None:
    """A ValueError unless `net` is a Sequential."""
    if not isinstance(net, Sequential):
        kind = type(net).__name__
        raise ValueError(f"{what} should be a network, layers.Sequential, but its type is {kind}.")


def small_weights(shape: tuple[int, ...], rng: np.random.Generator, what: str = "rng") -> Array:
    """Random weights between -1 and 1 over the square root of the inputs of one output; float32.

    Small enough that first outputs are about as large as the inputs; the range that PyTorch uses
    for its convolutional and linear layers.
    """
    check_rng(rng, what)
    if not isinstance(shape, tuple) or len(shape) < 2:
        raise ValueError(f"shape should be a tuple of two or more sizes, but is {shown(shape)}.")
    size = math.prod(check_int(size, "shape's sizes", 1) for size in shape)
    if size > MOST_WEIGHTS:
        raise ValueError(
            f"{what.removesuffix('rng')}weights should be at most {MOST_WEIGHTS:,} numbers, but "
            f"those of shape {shape} are {size:,}."
        )
    inputs = math.prod(shape[:-1])
    return rng.uniform(-1, 1, shape).astype(np.float32) / np.float32(np.sqrt(inputs))
