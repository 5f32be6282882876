"""What is timed: for each row of the table, how each peer does it. Peers run in their own process.

A task is a function that makes everything ready and returns a function to time. Shapes are
(n, h, w, c) and (kh, kw, c, f) throughout; PyTorch gets the same numbers in its own order.
"""

import math
from typing import NamedTuple

import numpy as np

BATCH = 64


class Conv(NamedTuple):
    """A convolution to time."""

    n: int
    size: int
    channels: int
    filters: int
    k: int = 3
    stride: int = 1
    pad: int = 1

    @property
    def places(self) -> int:
        return (self.size + 2 * self.pad - self.k) // self.stride + 1

    @property
    def flops(self) -> int:
        """Multiplications and additions of the forward pass."""
        return 2 * self.n * self.places**2 * self.k**2 * self.channels * self.filters

    def __str__(self):
        stride = f" stride {self.stride}" if self.stride > 1 else ""
        shape = f"({self.n}, {self.size}, {self.size}, {self.channels} → {self.filters})"
        return f"{shape} {self.k}×{self.k}{stride}"


CONVS = [
    Conv(64, 28, 1, 16),
    Conv(64, 14, 16, 32),
    Conv(32, 32, 3, 64),
    Conv(16, 56, 64, 64),
    Conv(8, 224, 3, 64, 7, 2, 3),
]
POOLS = [(64, 28, 28, 16), (16, 112, 112, 64)]
BATCHES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
SIZES = [14, 28, 56, 112, 224]
# Multiplications and additions for one image: forward, and the gradients of weights and inputs,
# but not that of the first layer's input.
FORWARD = 2 * (28 * 28 * 9 * 16 + 14 * 14 * 9 * 16 * 32 + 1568 * 10)
TRAINING = 3 * FORWARD - 2 * 28 * 28 * 9 * 16
FIT = 6400
ONE_THREAD = ", one thread"  # ends the name of a row for which nobody uses a second one


def rows() -> dict[str, float]:
    """The name of each row of the table, and its floating-point operations (0: not counted)."""
    table = {"training step": BATCH * TRAINING}
    table |= {f"fit of {FIT:,} images from a standing start": FIT * TRAINING}
    table |= {"inference": BATCH * FORWARD}
    table |= {f"conv2d forward {conv}": conv.flops for conv in CONVS}
    both = {f"conv2d forward + backward {conv}": 3 * conv.flops for conv in CONVS}
    table |= both
    table |= {f"{kind} pooling {shape}": 0 for kind in ("max", "average") for shape in POOLS}
    table |= {f"one image 512 × 512, {k}×{k}": 2 * k * k * 512**2 for k in (3, 15)}
    again = {"training step": BATCH * TRAINING, **both}
    return table | {name + ONE_THREAD: flops for name, flops in again.items()}


def curves() -> list[str]:
    """The names of the points of the plot: training steps by batch, conv2d by image size."""
    return [f"training step, batch {n}" for n in BATCHES] + [f"conv2d, size {s}" for s in SIZES]


def random(*shape):
    return np.random.default_rng(0).random(shape, np.float32)


class Cnncourse:
    """This package."""

    def prepare(self, name):
        from cnncourse import networks, ops, workers

        if name.endswith(ONE_THREAD):
            self.alone = workers.one_core()
            self.alone.__enter__()  # until the process ends
            name = name.removesuffix(ONE_THREAD)
        if name.startswith("training step"):
            return self.training(int(name.split()[-1]) if "batch" in name else BATCH)
        if name.startswith("fit"):
            return self.fit()
        if name == "inference":
            net, x = networks.course_cnn(np.random.default_rng(0)), random(BATCH, 28, 28, 1)
            return lambda: net(x)
        if name.startswith("one image"):
            k = int(name.split("×")[-1])
            image, kernel = random(512, 512), random(k, k)
            return lambda: ops.correlate2d(image, kernel, pad="same")
        if "pooling" in name:
            kind, x = pool_of(name)
            pool = {"max": ops.max_pool2d, "average": ops.avg_pool2d}[kind]
            dy = pool(x, 2)[0].copy()
            return lambda: pool(x, 2)[1](dy)
        conv = conv_of(name)
        x, w, b = arrays(conv)
        options = dict(stride=conv.stride, pad=conv.pad)
        if "backward" not in name and "size" not in name:
            return lambda: ops.conv2d(x, w, b, **options)
        dy = np.ascontiguousarray(ops.conv2d(x, w, b, **options)[0])
        return lambda: ops.conv2d(x, w, b, **options)[1](dy)

    def training(self, batch):
        from cnncourse import networks, optim, train

        x, y = digits(max(batch * 8, 512))
        train.ALONE_SECONDS = -1  # helpers start at once: their start is not timed
        net = networks.course_cnn(np.random.default_rng(0))
        optimizer = optim.SGD(lr=0.01, momentum=0.9)
        rng = np.random.default_rng(0)
        workers = 1 if hasattr(self, "alone") else None
        steps = train.fit(
            net, x, y, epochs=10**9, batch_size=batch, optimizer=optimizer, rng=rng, workers=workers
        )
        next(steps)
        crew = steps._steps.gi_frame.f_locals["crew"]
        while crew and not crew.board["ready"].all():
            next(steps)
        return lambda: next(steps)

    def fit(self):
        from cnncourse import networks, optim, train

        x, y = digits(FIT)

        def run():
            net, rng = networks.course_cnn(np.random.default_rng(0)), np.random.default_rng(0)
            optimizer = optim.SGD(lr=0.01, momentum=0.9)
            for _ in train.fit(net, x, y, epochs=1, optimizer=optimizer, rng=rng):
                pass

        return run


class Torch:
    """PyTorch on the processor, in its default order of axes or channels last."""

    channels_last = False

    def prepare(self, name):
        import torch
        import torch.nn.functional as F

        if name.endswith(ONE_THREAD):
            torch.set_num_threads(1)
            name = name.removesuffix(ONE_THREAD)
        if name.startswith("training step"):
            return self.training(int(name.split()[-1]) if "batch" in name else BATCH)
        if name.startswith("fit"):
            return self.fit()
        if name == "inference":
            net, x = self.net(), self.images(random(BATCH, 28, 28, 1))

            def infer():
                with torch.inference_mode():
                    net(x)

            return infer
        if name.startswith("one image"):
            k = int(name.split("×")[-1])
            image, kernel = self.images(random(1, 512, 512, 1)), self.images(random(1, k, k, 1))

            def correlate():
                with torch.inference_mode():
                    F.conv2d(image, kernel, padding=k // 2)

            return correlate
        if "pooling" in name:
            kind, x = pool_of(name)
            pool = {"max": F.max_pool2d, "average": F.avg_pool2d}[kind]
            x = self.images(x).requires_grad_()
            dy = torch.rand_like(pool(x, 2))

            def there_and_back():
                x.grad = None
                pool(x, 2).backward(dy)

            return there_and_back
        conv = conv_of(name)
        x, w, b = arrays(conv)
        x, w, b = self.images(x), self.images(w.transpose(3, 0, 1, 2)), torch.from_numpy(b)
        options = dict(stride=conv.stride, padding=conv.pad)
        if "backward" not in name and "size" not in name:

            def forward():
                with torch.inference_mode():
                    F.conv2d(x, w, b, **options)

            return forward
        for array in (x, w, b):
            array.requires_grad_()
        dy = torch.rand_like(F.conv2d(x, w, b, **options))

        def both():
            x.grad = w.grad = b.grad = None
            F.conv2d(x, w, b, **options).backward(dy)

        return both

    def images(self, x):
        """(n, h, w, c) as PyTorch holds it."""
        import torch

        if self.channels_last:
            return torch.from_numpy(np.ascontiguousarray(x)).permute(0, 3, 1, 2)
        # a copy in any case: with one channel, PyTorch takes the view for channels last
        return torch.from_numpy(x.transpose(0, 3, 1, 2).copy())

    def net(self):
        import torch
        from torch import nn

        torch.manual_seed(0)
        net = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(1568, 10),
        )
        return net.to(memory_format=torch.channels_last) if self.channels_last else net

    def training(self, batch):
        import torch

        x, y = digits(max(batch * 8, 512))
        x, y = self.images(x), torch.from_numpy(y)
        step = self.step(self.net(), x, y)
        return lambda: step(torch.randint(len(x), (batch,)))

    def fit(self):
        import torch

        x, y = digits(FIT)
        x, y = self.images(x), torch.from_numpy(y)

        def run():
            step = self.step(self.net(), x, y)
            for chosen in torch.randperm(FIT).split(BATCH):
                step(chosen)

        return run

    def step(self, net, x, y):
        """A function that learns from the chosen ones of these images."""
        import torch
        import torch.nn.functional as F

        optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)

        def learn(chosen):
            optimizer.zero_grad()
            F.cross_entropy(net(x[chosen]), y[chosen]).backward()
            optimizer.step()

        return learn


class TorchChannelsLast(Torch):
    channels_last = True


class Loops:
    """The reference: the same as plain loops. Timed on one image, and counted n times."""

    def prepare(self, name):
        from cnncourse import reference

        if name.endswith(ONE_THREAD):
            return None  # it never has a second one
        if name.startswith("one image") and name.endswith("3×3"):
            image, kernel = random(512, 512), random(3, 3)
            return lambda: reference.correlate2d(image, kernel, pad=1)
        conv = conv_of(name) if name.startswith("conv2d forward (") else None
        if conv is None or conv.flops / conv.n > 5e6:
            return None  # it takes minutes, or is no convolution
        x, w, b = arrays(conv._replace(n=1))

        def run():
            reference.conv2d(x, w, b, stride=conv.stride, pad=conv.pad)

        run.times = conv.n
        return run


class Scipy:
    """scipy.signal.correlate2d, for a single image."""

    def prepare(self, name):
        from scipy.signal import correlate2d

        if not name.startswith("one image"):
            return None
        k = int(name.split("×")[-1])
        image, kernel = random(512, 512), random(k, k)
        return lambda: correlate2d(image, kernel, mode="same")


PEERS = {
    "cnncourse": Cnncourse,
    "PyTorch": Torch,
    "PyTorch channels last": TorchChannelsLast,
    "plain loops": Loops,
    "SciPy": Scipy,
}


def conv_of(name: str) -> Conv:
    """The convolution that a row is about."""
    if "size" in name:
        return Conv(8, int(name.split()[-1]), 16, 32)
    return next(conv for conv in CONVS if str(conv) in name)


def pool_of(name: str):
    """The kind of pooling that a row is about, and images for it."""
    shape = next(shape for shape in POOLS if str(shape) in name)
    return name.split()[0], np.random.default_rng(0).standard_normal(shape, np.float32)


def arrays(conv: Conv):
    x = random(conv.n, conv.size, conv.size, conv.channels) - 0.5
    w = (random(conv.k, conv.k, conv.channels, conv.filters) - 0.5) / math.sqrt(conv.channels)
    return x, w, random(conv.filters)


def digits(n: int):
    """n digits of MNIST with their labels."""
    from cnncourse import data

    mnist = data.load("mnist")
    return mnist.x_train[:n].copy(), mnist.y_train[:n].copy()
