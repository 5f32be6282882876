"""Learning: batches of examples, one step for each, and a record of how it went."""

import contextlib
import itertools
import signal
import threading
import time
import weakref
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from . import browser, ops
from .layers import MICRO_BATCH, Sequential, check_network
from .optim import OneCycle, Optimizer
from .shapes import Array, check_array, check_int, check_labels, check_number, check_rng, sizes
from .workers import allowed, cores, one_blas_thread, one_core

ALONE_SECONDS = 0.1  # short runs end before helpers would have come
_turns = weakref.WeakKeyDictionary()  # of each network the lock: a step is never in another's midst


MOST_IMAGES = 10**9  # of which numbers in random order take 8 GB


class Record(NamedTuple):
    """What one step showed; loss and accuracy are those of its batch, before the update."""

    step: int  # 0 for the first step
    epoch: int  # 0 for the first pass over the examples
    loss: float
    accuracy: float
    rate: float  # the learning rate that was used


def batches(n: int, batch_size: int, rng: np.random.Generator) -> Iterator[Array]:
    """The numbers 0 .. n-1 in random order, `batch_size` at a time; the last may be fewer."""
    if check_int(n, "batches: n", 1) > MOST_IMAGES:
        raise ValueError(f"batches: n should be at most {MOST_IMAGES:,}, but is {n:,}.")
    check_int(batch_size, "batches: batch_size", 1)
    check_rng(rng, "batches: rng")
    order = rng.permutation(n)
    for start in range(0, n, batch_size):
        yield order[start : start + batch_size]


def steps_in(n: int, batch_size: int, epochs: int) -> int:
    """How many steps `epochs` passes over n examples take."""
    check_int(n, "steps_in: n", 1)
    check_int(batch_size, "steps_in: batch_size", 1)
    check_int(epochs, "steps_in: epochs", 1)
    return epochs * -(-n // batch_size)


def fit(
    net: Sequential,
    x: Array,
    y: Array,
    *,
    epochs: int,
    batch_size: int = 64,
    optimizer: Optimizer,
    rng: np.random.Generator,
    augment=None,
    start: int = 0,
    workers: int | None = None,
) -> Iterator[Record]:
    """Train `net` on examples x with labels y, one step for each record that you take.

    x: (n, ...)   y: (n,) whole numbers.   Stop whenever you like: the network has learned from the
    steps you took. Ask for more records and it goes on, also after an interruption (Ctrl-C). To go
    on in another program exactly as if you had not stopped, call again with the same x, y,
    batch_size and seed of `rng`, the same optimizer, and `start` = the number of steps done.
    Everything random follows from the rng's first draw, the epoch and the step. For a longer run
    than was planned, give more epochs and, after a OneCycle, a new rate: optimizer.lr = ...
    workers: processes that share the work; None: one for each core, up to 4. Their number changes
    the time it takes, never the result. The environment variable CNNCOURSE_WORKERS limits it.
    augment(images, rng) -> images may change the images of each batch, say by small shifts.
    """
    check_network(net, "fit: net")
    check_array(x, "fit: x")
    if x.ndim < 2:
        raise ValueError(f"fit: x should hold examples, (n, ...), but has shape {x.shape}.")
    if not np.isfinite(x).all():
        raise ValueError("fit: x should be finite, but holds NaN or infinite values.")
    check_labels(y, len(x), sizes(net(x[:1]), "n f", "fit: the output of net")[1], "fit: y")
    if not isinstance(optimizer, Optimizer):
        kind = type(optimizer).__name__
        raise ValueError(f"fit: optimizer should be one such as SGD(0.05), but its type is {kind}.")
    if augment is not None and not callable(augment):
        kind = type(augment).__name__
        raise ValueError(f"fit: augment should be a function or None, but its type is {kind}.")
    check_int(epochs, "fit: epochs", 1)
    check_int(batch_size, "fit: batch_size", 1)
    check_int(start, "fit: start", 0)
    workers = min(cores(), 4) if workers is None else check_int(workers, "fit: workers", 1)
    if workers > 1:
        browser.refuse(f"fit: training with {workers} processes")
    workers = allowed(workers)
    check_rng(rng, "fit: rng")
    _check_cycle(optimizer, steps_in(len(x), batch_size, epochs) - start)
    seed = int(rng.integers(2**63))

    def begin(first, taken):
        options = epochs, batch_size, optimizer, seed, augment, first, workers
        return _steps(net, x, y, *options, taken)

    return Records(begin, start, optimizer)


class Records:
    """The records of `fit`, one for each step that is asked for; Ctrl-C interrupts, and no more.

    A generator that Ctrl-C has gone through is at its end, so then another takes its place.
    """

    def __init__(self, begin, start: int, optimizer: Optimizer):
        self._begin, self._optimizer = begin, optimizer
        self._before = start - optimizer.steps  # steps of this run that the optimizer has not seen
        self._taken = []  # the record of a step that was done when Ctrl-C came
        self._steps = begin(start, self._taken)

    def __iter__(self):
        return self

    def __next__(self) -> Record:
        if self._taken:
            return self._taken.pop()
        try:
            return next(self._steps)
        except KeyboardInterrupt:
            self._steps = self._begin(self._before + self._optimizer.steps, self._taken)
            raise

    def close(self) -> None:
        self._steps.close()


def _steps(net, x, y, epochs, batch_size, optimizer, seed, augment, start, workers, taken):
    """The records of `fit`; each is in `taken` from the end of its step until it is handed out."""
    parts = len(micro_batches(min(batch_size, len(x))))
    helpers, crew, begun = min(workers, parts) - 1, None, time.monotonic()
    turn = _turns.setdefault(net, threading.Lock())
    chosen_in = (
        (epoch, chosen)
        for epoch in range(epochs)
        for chosen in batches(len(x), batch_size, np.random.default_rng([seed, 0, epoch]))
    )
    try:
        for step, (epoch, chosen) in enumerate(chosen_in):
            if step < start:
                continue
            images, labels = x[chosen], y[chosen]
            if augment is not None:
                images = augment(images, np.random.default_rng([seed, 1, step]))
                _check_augmented(images, len(chosen))
            # as helpers get them: in another order in memory, sums are rounded in another way
            images = np.ascontiguousarray(images)
            with turn, _undivided():
                loss, hits, rate = _learn(net, images, labels, optimizer, (seed, 2, step), crew)
                taken.append(Record(step, epoch, loss, hits / len(chosen), rate))
                if helpers > 0 and not crew and time.monotonic() - begun > ALONE_SECONDS:
                    from .crew import Crew  # here: a browser has no processes

                    crew = Crew(net, images, batch_size, parts, helpers, micro_gradients)
            yield taken.pop()
    finally:
        if crew:
            crew.close()


def _learn(net, x, y, optimizer, seed, crew) -> tuple[float, int, float]:
    """One step: the loss of the batch and its hits before, and the rate that was used."""
    # too large numbers for float32: the loss of the next step says so in a sentence
    with np.errstate(over="ignore", invalid="ignore"):
        loss, hits, grads = gradients(net, x, y, seed=seed, crew=crew)
        rate = optimizer.rate()
        optimizer.update(net.params(), grads)
    return loss, hits, rate


def gradients(net: Sequential, x: Array, y: Array, *, seed: tuple[int, ...] = (0,), crew=None):
    """The mean loss of a batch, how many it got right, and the gradients of all parameters.

    The batch is cut into micro-batches that fit in the processor's cache. Their gradients are added
    up in order, whoever computed them: a crew of other processes may take some.
    """
    check_network(net, "gradients: net")
    check_array(x, "gradients: x")
    if x.ndim < 2:
        raise ValueError(f"gradients: x should hold examples, (n, ...), but has shape {x.shape}.")
    check_labels(y, len(x), None, "gradients: y")
    parts = micro_batches(len(x))
    with one_core() if crew else one_blas_thread():
        mine = crew.ask(x, y, net.params(), parts, seed) if crew else len(parts)
        loss, hits, total = micro_gradients(net, x, y, 0, seed)
        own = ((number, None) for number in range(1, mine))
        for number, found in itertools.chain(own, crew.answers() if crew else ()):
            found = found or micro_gradients(net, x, y, number, seed)
            loss += found[0]
            hits += found[1]
            for sum_so_far, grad in zip(total, found[2]):
                sum_so_far += grad
    return loss, hits, total


def micro_batches(n: int) -> list[slice]:
    """A batch of n in slices of MICRO_BATCH; the last may be shorter."""
    return [slice(first, min(first + MICRO_BATCH, n)) for first in range(0, n, MICRO_BATCH)]


def micro_gradients(net, x, y, number: int, seed):
    """The share of a micro-batch in the loss, hits and gradients of its batch."""
    part = slice(number * MICRO_BATCH, (number + 1) * MICRO_BATCH)
    net.reseed([*seed, part.start])
    labels = y[part]
    logits = net.forward(x[part])
    loss, pull = ops.softmax_cross_entropy(logits, labels)
    weight = len(labels) / len(x)
    net.backward(pull(weight), need_dx=False)
    return float(loss) * weight, int((logits.argmax(axis=1) == labels).sum()), net.grads()


def accuracy(net: Sequential, x: Array, y: Array) -> float:
    """The share of examples whose largest logit is at the true label, 0 to 1."""
    check_network(net, "accuracy: net")
    check_array(x, "accuracy: x")
    scores = scores_of(net, x, "accuracy")
    check_labels(y, *scores.shape, "accuracy: y")
    return float((scores.argmax(axis=1) == y).mean())


def confusion(scores: Array, y: Array) -> Array:
    """How often each label got each as its largest score.   scores: (n, f)   y: (n,)   ->   (f, f)

    Row: the true label; column: what the network says.
    """
    n, f = sizes(scores, "n f", "confusion: scores")
    if not np.isfinite(scores).all():  # NaN would name label 0
        raise ValueError("confusion: scores should be finite, but some are infinite or NaN.")
    check_labels(y, n, f, "confusion: y")
    table = np.zeros((f, f), np.int64)
    np.add.at(table, (y, scores.argmax(axis=1)), 1)
    return table


class Best:
    """The weights of a network at the highest score that it has had so far.

    best = Best(net);  best.see(accuracy) after each epoch, say;  best.restore() at the end
    """

    def __init__(self, net: Sequential):
        check_network(net, "Best: net")
        self.net, self.score = net, -np.inf
        self.weights = [param.copy() for param in net.params()]

    def see(self, score: float) -> bool:
        """Whether the score is higher than all before; if so, the weights are kept."""
        check_number(score, "see: score")
        if score > self.score:
            self.score = score
            self.weights = [param.copy() for param in self.net.params()]
            return True
        return False

    def restore(self) -> None:
        """Give the network its best weights back."""
        for param, best in zip(self.net.params(), self.weights, strict=True):
            param[...] = best


def _check_augmented(images: Array, n: int) -> None:
    check_array(images, "fit: augment(images, rng)")
    if images.shape[:1] != (n,):
        raise ValueError(
            f"fit: augment(images, rng) should return all {n} images of the batch, but returned an "
            f"array of shape {images.shape}."
        )


def scores_of(net: Sequential, x: Array, what: str) -> Array:
    """What `net` says of x: (n, f) finite numbers, or a ValueError; NaN would name label 0."""
    scores = net(x)
    sizes(scores, "n f", f"{what}: the output of net")
    if not np.isfinite(scores).all():
        bad = (~np.isfinite(scores)).any(axis=1).sum()
        raise ValueError(
            f"{what}: the output of net should be finite, but for {bad} of {len(x)} images it is "
            "infinite or not a number."
        )
    return scores


def _check_cycle(optimizer: Optimizer, steps: int) -> None:
    """A ValueError if the rate is a OneCycle that ends before the run: nothing would be learned."""
    cycle = optimizer.lr
    if steps > 0 and isinstance(cycle, OneCycle):
        left = max(cycle.start + cycle.steps - optimizer.steps, 0)
        if left < steps:
            raise ValueError(
                f"fit: optimizer should have a rate for all {steps} steps to come, but its "
                f"OneCycle ends after {left} more; give it another one, optimizer.lr = "
                f"OneCycle(peak, steps={steps}, start={optimizer.steps})."
            )


@contextlib.contextmanager
def _undivided():
    """Let Ctrl-C wait for the end of the step, so that no update is left half done."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread is interrupted by Ctrl-C
        return
    came = []
    handler = signal.signal(signal.SIGINT, lambda *what: came.append(what))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
    if came:
        signal.raise_signal(signal.SIGINT)
