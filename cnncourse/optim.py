"""One step downhill: SGD with momentum, Adam, and learning rates that change as one goes.

An optimizer changes parameters in place. It counts its steps, and its learning rate `lr` is a
number or a schedule, a function of that count; set `optimizer.lr` at any time to change it.
"""

import numpy as np

from .shapes import Array, check_fraction, check_int, check_number


class Optimizer:
    """What all optimizers share: a rate, a count of steps, and one state array per parameter."""

    def __init__(self, lr, weight_decay: float = 0.0):
        self.lr = lr
        self.weight_decay = _number(weight_decay, "weight_decay", self)
        self.steps = 0
        self.state: list[list[Array]] = []  # for each parameter its running averages

    @property
    def lr(self):
        return self._lr

    @lr.setter
    def lr(self, lr):
        self._lr = lr if callable(lr) else _number(lr, "lr", self)

    def rate(self) -> float:
        """The learning rate of the next step."""
        return _number(self._lr(self.steps), "lr", self) if callable(self._lr) else self._lr

    def update(self, params: list[Array], grads: list[Array]) -> None:
        """Move each parameter a step against its gradient, in place."""
        shapes = _shapes(params, "update: params")
        if _shapes(grads, "update: grads") != shapes:
            raise ValueError(
                f"update: grads should have the shapes of params, {shapes}, but have "
                f"{[grad.shape for grad in grads]}."
            )
        if self.state and [averages[0].shape for averages in self.state] != shapes:
            raise ValueError(
                "update: params should be those that this optimizer has moved before, but have "
                f"other shapes, {shapes}; make a new optimizer for a new network."
            )
        if not self.state:
            self.state = [[np.zeros_like(p) for _ in range(self.averages)] for p in params]
        rate = self.rate()
        self.steps += 1
        for param, grad, state in zip(params, grads, self.state, strict=True):
            if self.weight_decay:
                grad = grad + self.weight_decay * param
            param -= self.step(grad, rate, *state)


class SGD(Optimizer):
    """Stochastic gradient descent with momentum (Polyak, 1964).

    velocity = momentum * velocity + gradient;   parameter -= lr * velocity
    lr: size of a step, a number of at least 0 or a schedule; momentum: at least 0, less than 1;
    weight_decay: adds this much of each parameter to its gradient.
    """

    averages = 1

    def __init__(self, lr, momentum: float = 0.0, weight_decay: float = 0.0):
        super().__init__(lr, weight_decay)
        check_fraction(momentum, "SGD: momentum")
        self.momentum = float(momentum)

    def step(self, grad, rate, velocity):
        velocity *= self.momentum
        velocity += grad
        return rate * velocity


class Adam(Optimizer):
    """A step of its own size for each parameter (Kingma and Ba, 2015).

    mean and square are running averages of the gradient and its square, over about 1 / (1 - beta1)
    and 1 / (1 - beta2) steps, corrected for having started at zero.
    """

    averages = 2

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8, weight_decay=0.0):
        super().__init__(lr, weight_decay)
        check_fraction(beta1, "Adam: beta1")
        check_fraction(beta2, "Adam: beta2")
        self.beta1, self.beta2 = float(beta1), float(beta2)
        self.epsilon = _number(epsilon, "epsilon", self)
        if self.epsilon < 1e-20:  # in float32 the square of a small gradient is 0, and 0 / 0 is NaN
            raise ValueError(f"Adam: epsilon should be at least 1e-20, but is {epsilon}.")

    def step(self, grad, rate, mean, square):
        mean *= self.beta1
        mean += (1 - self.beta1) * grad
        square *= self.beta2
        square += (1 - self.beta2) * grad * grad
        mean_now = mean / (1 - self.beta1**self.steps)
        square_now = square / (1 - self.beta2**self.steps)
        return rate * mean_now / (np.sqrt(square_now) + self.epsilon)


class OneCycle:
    """A learning rate that rises evenly to `peak`, then falls evenly to zero (Smith, 2018).

    peak: the highest rate; steps: the length of the whole run; rise: the share spent rising;
    start: the steps done before, where a network that was trained already goes on learning.
    """

    def __init__(self, peak: float, steps: int, rise: float = 0.25, start: int = 0):
        self.peak = _number(peak, "peak", self)
        self.steps = check_int(steps, "OneCycle: steps", 1)
        self.start = check_int(start, "OneCycle: start", 0)
        check_fraction(rise, "OneCycle: rise")
        self.rise = float(rise)

    def __call__(self, step: int) -> float:
        step = check_int(step, "OneCycle: step", self.start) - self.start
        top = int(self.rise * self.steps)  # the step that reaches the peak
        if step < top:
            return self.peak * (step + 1) / (top + 1)
        return self.peak * max(self.steps - step, 0) / (self.steps - top)


def _shapes(arrays, what) -> list[tuple[int, ...]]:
    """The shapes of some arrays; a ValueError unless they are a list of arrays of floats."""
    if not isinstance(arrays, (list, tuple)):
        kind = type(arrays).__name__
        raise ValueError(f"{what} should be a list of arrays, but its type is {kind}.")
    for array in arrays:
        if not isinstance(array, np.ndarray) or array.dtype.kind != "f" or array.itemsize < 4:
            kind = getattr(array, "dtype", type(array).__name__)
            raise ValueError(
                f"{what} should be arrays of floats of 32 or 64 bits, but one of them is {kind}."
            )
    return [array.shape for array in arrays]


def _number(value, what, owner) -> float:
    """`value` as a float of at least 0; a ValueError otherwise."""
    what = f"{type(owner).__name__}: {what}"
    check_number(value, what)
    if not 0 <= value < np.inf:
        raise ValueError(f"{what} should be finite and at least 0, but is {value}.")
    return float(value)
