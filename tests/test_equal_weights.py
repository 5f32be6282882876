"""However many processes train a network, its weights are the same to the last bit.

Hypothesis draws the network, dtypes, memory orders, batch size and how many images are left over;
each case is trained by one, two and three processes that all do their part.
"""

import time

import numpy as np
import pytest
from cases import LAYOUTS
from hypothesis import given, settings
from hypothesis import strategies as st
from networks_drawn import plans
from properties import MANY, in_order

from cnncourse import layers, optim, train

PATIENCE = 120  # seconds until something has surely gone wrong, also where others work
MICRO = layers.MICRO_BATCH


@pytest.fixture(scope="module", autouse=True)
def helpers_come_at_once():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train, "ALONE_SECONDS", -1)
        yield


def weights_after(case, workers):
    """The records and the parameters after some epochs; every helper has joined after one step."""
    plan, of_x, of_params, order, of_weights, batch_size, n, seed = case
    net = plan.net()
    for layer, dtype in zip(net.layers, of_params * len(net.layers)):
        for name, param in layer.params.items():
            layer.params[name] = in_order(param.astype(dtype), of_weights)
    x = in_order(plan.images(n, seed, of_x), order)
    y = np.arange(n) % plan.labels
    steps = train.fit(
        net,
        x,
        y,
        epochs=2,
        batch_size=batch_size,
        optimizer=optim.SGD(0.05, momentum=0.9),
        rng=np.random.default_rng(seed),
        workers=workers,
    )
    taken = [next(steps)]
    crew = steps._steps.gi_frame.f_locals["crew"]
    if crew:
        end = time.monotonic() + PATIENCE
        while not crew.board["ready"].all() and time.monotonic() < end:
            time.sleep(0.01)
        assert crew.board["ready"].all()
    taken += list(steps)
    return taken, [param.tobytes() for param in net.params()]


dtypes = st.sampled_from(["float32", "float64"])
orders = st.sampled_from(["usual", *LAYOUTS])
writable = st.sampled_from(["usual", "Fortran order", "axes swapped", "negative steps"])


@settings(max_examples=MANY // 8 or 1)
@given(
    case=st.tuples(
        plans(dropout=True),
        dtypes | st.sampled_from(["int32", "int64"]),
        st.lists(dtypes, min_size=1, max_size=3),
        orders,
        writable,
        st.integers(MICRO + 1, 4 * MICRO + 1),
        st.integers(MICRO + 1, 6 * MICRO + 1),
        st.integers(0, 999),
    )
)
def test_the_weights_do_not_depend_on_the_number_of_workers(case):
    expected = weights_after(case, 1)
    for workers in (2, 3):
        assert weights_after(case, workers) == expected
