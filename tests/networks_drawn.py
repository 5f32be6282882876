"""Small networks drawn by chance, and what they should say: by the loops, layer after layer.

`Plan` is what Hypothesis draws and shows; `net()` makes the network, `Model` works it out again
with nothing of `cnncourse.layers`, `ops` or `convolution`.
"""

import dataclasses

import numpy as np
from hypothesis import strategies as st

from cnncourse import layers, reference
from cnncourse.window import window

OPERATIONS = {
    "Conv2D": "conv2d",
    "Dense": "dense",
    "MaxPool2D": "max_pool2d",
    "AvgPool2D": "avg_pool2d",
    "GlobalAvgPool2D": "global_avg_pool2d",
    "ReLU": "relu",
    "Flatten": "flatten",
}


@dataclasses.dataclass
class Plan:
    """Layers by name and settings, for images of one shape."""

    shape: tuple  # of an image
    layers: list
    seed: int = 0

    def net(self, dtype=None) -> layers.Sequential:
        rng = np.random.default_rng(self.seed)
        made = []
        for name, settings in self.layers:
            needs = {"rng": rng} if name in ("Conv2D", "Dense", "Dropout") else {}
            layer = getattr(layers, name)(**settings, **needs)
            for param, array in layer.params.items():
                noise = rng.normal(0, 0.1, array.shape)  # so that no bias is zero
                layer.params[param] = (array + noise).astype(dtype or np.float32)
            made.append(layer)
        return layers.Sequential(*made)

    @property
    def labels(self):
        return self.layers[-1][1]["outputs"]

    def images(self, n, seed=0, dtype=np.float32):
        return np.random.default_rng([n, seed]).normal(size=(n, *self.shape)).astype(dtype)


@st.composite
def plans(draw, dropout=False):
    """Up to four layers on images, then up to two dense ones."""
    height, width, channels = shape = draw(
        st.tuples(st.integers(1, 6), st.integers(1, 6), st.integers(1, 5))
    )
    chosen = []
    for _ in range(draw(st.integers(0, 4))):
        name = draw(st.sampled_from(["Conv2D", "ReLU", "MaxPool2D", "AvgPool2D"]))
        settings = {}
        if name != "ReLU":
            settings["k"] = k = draw(st.integers(1, min(3, height, width)))
            settings["stride"] = draw(st.integers(1, 2))
            settings["pad"] = draw(st.integers(0, k - 1) | st.just("same"))
        if name == "Conv2D":
            settings |= {"channels": channels, "filters": draw(st.integers(1, 5))}
            channels = settings["filters"]
        if name != "ReLU":
            lies = window(name, k, settings["stride"], settings["pad"])
            height, width = lies.places(height, width, name)
        chosen.append((name, settings))
    chosen.append((draw(st.sampled_from(["Flatten", "GlobalAvgPool2D"])), {}))
    inputs = channels * (height * width if chosen[-1][0] == "Flatten" else 1)
    if dropout and draw(st.booleans()):
        chosen.append(("Dropout", {"rate": draw(st.sampled_from([0.0, 0.3, 0.9]))}))
    if draw(st.booleans()):
        hidden = draw(st.integers(1, 5))
        chosen += [("Dense", {"inputs": inputs, "outputs": hidden}), ("ReLU", {})]
        inputs = hidden
    chosen.append(("Dense", {"inputs": inputs, "outputs": draw(st.integers(1, 4))}))
    return Plan(shape, chosen, draw(st.integers(0, 99)))


class Model:
    """What a network of this plan, with these parameters, says of x; and the gradients."""

    def __init__(self, plan, params, x):
        self.values, self.calls = [np.array(x, np.float64)], []
        params = iter(params)
        for name, settings in plan.layers:
            own = [np.array(next(params), np.float64) for _ in "wb" if name in ("Conv2D", "Dense")]
            options = {
                key: value
                for key, value in settings.items()
                if key not in ("channels", "filters", "inputs", "outputs")
                and not (name == "Conv2D" and key == "k")
            }
            y = getattr(reference, OPERATIONS[name])(self.values[-1], *own, **options)
            self.calls.append((OPERATIONS[name], own, options))
            self.values.append(y)

    @property
    def y(self):
        return self.values[-1]

    def back(self, dy):
        """dx, and the gradients of all parameters."""
        grads = []
        for x, (name, own, options) in zip(self.values[-2::-1], self.calls[::-1]):
            found = getattr(reference, f"{name}_back")(dy, x, *own, **options)
            dy, *of_own = found if isinstance(found, tuple) else (found,)
            grads = of_own + grads
        return dy, grads
