"""Operations on cases drawn by chance, held to the loops: properties.py says what is drawn.

    python -m pytest tests/test_properties.py                                     a few hundred
    python -m pytest tests/test_properties.py --hypothesis-profile=nightly        10,000 and more
"""

import numpy as np
import pytest
from cases import as_tuple, message_of
from hypothesis import event, given
from hypothesis import strategies as st
from properties import (
    CALLS,
    assert_rounded,
    drawn,
    exact_gradients,
    exact_output,
    fits,
)
from test_ops import spoil

from cnncourse import ops, reference

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # overflow is asked for


def test_every_operation_is_drawn():
    assert set(CALLS) | {"dropout"} == set(ops.__all__)


@pytest.mark.parametrize("op", CALLS)
@given(data=st.data())
def test_forward_and_back_are_the_loops(op, data):
    """Or a sentence, where a window does not fit; whatever becomes of x and y in between."""
    call = data.draw(drawn(op))
    arrays = call.arrays()
    case = call.case(arrays)
    finite = all(np.isfinite(array).all() for array in arrays.values())
    if not fits(call) or (op == "softmax_cross_entropy" and not finite):
        event("a sentence")
        message_of(case.run)
        return
    before = {name: array.copy() for name, array in arrays.items()}
    terms = 8 + max(array.size for array in arrays.values())
    with call.in_pieces():
        spoil()
        result = case.run()
        y, pull = result if isinstance(result, tuple) else (result, None)
        assert y.dtype.newbyteorder("=") == expected_dtype(op, arrays)
        if np.result_type(y).kind == "i":  # exact, and sums overflow as NumPy's do
            native = {n: np.array(a, a.dtype.newbyteorder("=")) for n, a in arrays.items()}
            np.testing.assert_array_equal(y, call.case(native).run(reference))
        else:
            assert_rounded(y, *exact_output(case), terms, finite)
        for name, array in arrays.items():
            np.testing.assert_array_equal(array, before[name])
        if pull is None:
            return
        expected_from = call.case(before)
        dy = call.array("dy", np.shape(y), np.result_type(y, np.float32).name)[()]
        gradients = as_tuple(pull(dy))
    finite = finite and np.isfinite(dy).all()
    for gradient, exact in zip(gradients, exact_gradients(expected_from, dy), strict=True):
        assert gradient.dtype.newbyteorder("=") == dy.dtype.newbyteorder("=")
        assert_rounded(gradient, *exact, max(terms, 8 + np.size(y)), finite)


def expected_dtype(op, arrays):
    """NumPy's rule; means and probabilities are floats."""
    dtype = np.result_type(*arrays.values())
    keeps = op in ("conv2d", "correlate2d", "dense", "relu", "flatten", "max_pool2d")
    return (dtype if keeps else np.result_type(dtype, np.float32)).newbyteorder("=")
