"""Training recipes with names: which network, for how long, with which settings.

    recipe = recipes.RECIPES["minute"]
    net, optimizer = recipe.begin(len(x), seed=0)
    for record in recipe.records(net, optimizer, x, y, seed=0): ...

At the command line: python -m cnncourse train --recipe minute
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from . import browser, layers, networks, optim, train
from .shapes import Array, check_int
from .variations import moved_by as moved_by


class Recipe(NamedTuple):
    """How to train one network; the learning rate is a OneCycle, the optimizer SGD."""

    about: str
    make_net: Callable[[np.random.Generator], layers.Sequential]
    epochs: int
    shift: int = 0  # images move by at most so many pixels in each direction
    weight_decay: float = 0.0
    peak: float = 0.05
    momentum: float = 0.9
    batch_size: int = 64

    def steps(self, n: int) -> int:
        """How many steps the whole run takes with n images."""
        return train.steps_in(n, self.batch_size, self.epochs)

    def begin(self, n: int, seed: int) -> tuple[layers.Sequential, optim.SGD]:
        """A new network and its optimizer, for n images."""
        check_int(seed, "begin: seed", 0)
        net = self.make_net(np.random.default_rng(seed))
        rate = optim.OneCycle(peak=self.peak, steps=self.steps(n))
        return net, optim.SGD(rate, momentum=self.momentum, weight_decay=self.weight_decay)

    def longer(self, optimizer: optim.SGD, n: int) -> None:
        """Let a run with n images go on to the end of this recipe: a new cycle for what is left.

        To train three more epochs: recipe._replace(epochs=recipe.epochs + 3).longer(optimizer, n)
        """
        if not isinstance(optimizer, optim.Optimizer):
            kind = type(optimizer).__name__
            raise ValueError(f"longer: optimizer should be that of the run, but is a {kind}.")
        left = self.steps(n) - optimizer.steps
        if left < 1:
            raise ValueError(
                f"longer: epochs should be more than the {optimizer.steps} steps that are done, "
                f"but {self.epochs} epochs of {n} images are {self.steps(n)} steps."
            )
        optimizer.lr = optim.OneCycle(self.peak, left, start=optimizer.steps)

    def records(
        self, net: layers.Sequential, optimizer: optim.SGD, x: Array, y: Array, seed: int
    ) -> Iterator[train.Record]:
        """The records of `train.fit`, from where the optimizer stands to the end of the recipe."""
        check_int(seed, "records: seed", 0)
        return train.fit(
            net,
            x,
            y,
            epochs=self.epochs,
            batch_size=self.batch_size,
            optimizer=optimizer,
            rng=np.random.default_rng(seed),
            augment=moved_by(self.shift) if self.shift else None,
            start=optimizer.steps,
        )


RECIPES = {
    "quick": Recipe(
        "The lessons' network sees every digit twice: seconds.",
        networks.course_cnn,
        epochs=2,
    ),
    "minute": Recipe(
        "The same network, more often, with digits that move by a pixel: about a minute.",
        networks.course_cnn,
        epochs=14,
        shift=1,
        weight_decay=2e-4,
    ),
    "full": Recipe(
        "A network with 20 times as many parameters, and shifts of up to two pixels: minutes.",
        networks.wide_cnn,
        epochs=10,
        shift=2,
        weight_decay=2e-4,
    ),
}

# One core, without a fast library for matrix products: what takes seconds would take minutes.
IN_BROWSER = {
    "quick": RECIPES["quick"]._replace(
        about="The lessons' network sees every digit once: in a browser, minutes.", epochs=1
    ),
    "minute": RECIPES["minute"]._replace(
        about="The same network, twice, with digits that move by a pixel: in a browser, longer.",
        epochs=2,
    ),
    "full": RECIPES["full"]._replace(
        about="The same again, three times, with shifts of up to two pixels: this is for a "
        "computer with the course installed, where the network is larger.",
        make_net=networks.course_cnn,
        epochs=3,
    ),
}
if browser.HERE:
    RECIPES = IN_BROWSER
