"""Cases that are drawn by chance: an operation, shapes, options, dtypes, memory orders, values.

Hypothesis draws a `Drawn` and, where a test fails, shrinks it: fewer pixels, fewer options, plainer
values. What a failure shows is a line of code that makes the case again, without its arrays.

How many are drawn says a profile, see conftest.py: a few in every run of the tests, always the
same; many, and others each time, with --hypothesis-profile=nightly.
"""

import contextlib
import dataclasses
import sys
from unittest import mock

import numpy as np
from cases import LAYOUTS, Case, as_tuple
from hypothesis import settings
from hypothesis import strategies as st

from cnncourse import convolution, pooling, reference, workspace

MANY = settings.default.max_examples
LARGEST = np.finfo(np.float32).max
EXACT = np.longdouble  # 80 bits on most computers: sums of the largest float64 stay finite
FLOATS, WHOLES = ("float32", "float64"), ("int32", "int64")
PIECES = None, (1, 1), (1, 10**6), (700, 700), (700, 10**6), (2500, 2500)
VALUES = "few", "usual", "tiny", "any size", "huge", "infinite", "not a number"


def _one_value(array):
    """Every stride is zero."""
    return np.broadcast_to(array[(0,) * array.ndim], array.shape)


def _one_column(array):
    """The last stride is zero, the others are not."""
    return np.broadcast_to(array[..., :1], array.shape)


def _unaligned(array):
    """Numbers that do not begin at a multiple of their size, as in bytes read from a file."""
    raw = np.empty(array.nbytes + 1, np.uint8)[1:]
    found = raw.view(array.dtype).reshape(array.shape)
    found[...] = array
    return found


def _swapped_bytes(array):
    """The other byte order, as MNIST's own files have it."""
    return array.astype(array.dtype.newbyteorder())


ORDERS = {
    "usual": np.copy,
    **LAYOUTS,
    "one value": _one_value,
    "one column": _one_column,
    "unaligned": _unaligned,
    "swapped bytes": _swapped_bytes,
}


def in_order(array, order):
    """Equal, unless one value is to be seen everywhere; a number has no axes to lay out."""
    return ORDERS[order](array) if array.ndim else array


@dataclasses.dataclass
class Drawn:
    """A call of an operation; `arrays` makes what goes in."""

    op: str
    shapes: dict[str, tuple]
    options: dict = dataclasses.field(default_factory=dict)
    dtypes: dict[str, str] = dataclasses.field(default_factory=dict)  # float64 where none is given
    orders: dict[str, str] = dataclasses.field(default_factory=dict)  # usual where none is given
    values: str = "usual"
    seed: int = 0
    pieces: tuple[int, int] | None = None  # PIECE_BYTES, LONG_PIECE_BYTES; None: as always

    def arrays(self) -> dict[str, np.ndarray]:
        """The arguments, each with its dtype and its order in memory."""
        return {name: self.array(name, shape) for name, shape in self.shapes.items()}

    def array(self, name, shape, dtype="float64"):
        rng = np.random.default_rng([self.seed, *name.encode()])
        array = some_values(rng, shape, self.values, self.dtypes.get(name, dtype))
        return in_order(array, self.orders.get(name, "usual"))

    def case(self, arrays) -> Case:
        options = self.options
        if self.op == "softmax_cross_entropy":
            n, f = self.shapes["logits"]
            options = {"labels": np.random.default_rng(self.seed).integers(f, size=n)}
        return Case(self.op, "drawn", arrays, options)

    def in_pieces(self):
        """A context in which the work is cut into pieces of so many bytes."""
        context = contextlib.ExitStack()
        if self.pieces:
            short, long = self.pieces
            sizes = dict(PIECE_BYTES=short, LONG_PIECE_BYTES=long, KEPT_BYTES=0)
            context.enter_context(mock.patch.multiple(convolution, **sizes))
            context.enter_context(mock.patch.object(pooling, "LONG_PIECE_BYTES", long))
        return context


def some_values(rng, shape, kind, dtype):
    """Random numbers of a kind: from a few whole numbers, for ties, to the largest floats."""
    if dtype in WHOLES:
        limits = np.iinfo(dtype)
        low, high = {"few": (-2, 3), "usual": (-99, 100)}.get(kind, (limits.min, limits.max))
        return rng.integers(low, high, shape, dtype)
    limits, signs = np.finfo(dtype), rng.choice([-1, 1], shape)
    if kind == "few":
        return rng.integers(-2, 3, shape).astype(dtype)
    if kind == "tiny":
        return (rng.integers(0, 99, shape) * signs * limits.smallest_subnormal).astype(dtype)
    if kind == "any size":
        exponents = rng.uniform(limits.minexp - 20, limits.maxexp - 1, shape)
        return (signs * np.exp2(exponents.astype(EXACT))).astype(dtype)
    if kind == "huge":
        return (signs * rng.choice([0.1, 0.7, 1], shape) * limits.max).astype(dtype)
    special = {"infinite": [np.inf, -np.inf], "not a number": [np.nan, np.inf]}.get(kind)
    array = rng.normal(size=shape).astype(dtype)
    return np.where(rng.random(shape) < 0.2, rng.choice(special, shape), array).astype(
        dtype
    ) if special else array


def spoil():
    """Fill every work array that is free with nonsense: nobody may count on old values."""
    for arrays in workspace._blocks.lent.values():
        for array in arrays:
            if sys.getrefcount(array) == workspace.FREE:
                array[...] = 77 if array.dtype.kind in "iub" else np.nan


# ---- What is drawn


def pairs(least, most):
    """A number, or one for rows and one for columns."""
    one = st.integers(least, most)
    return one | st.tuples(one, one)


size = st.integers(1, 6)
pads = st.one_of(pairs(0, 4), st.sampled_from(["same", "valid"]))
strides = pairs(1, 3) | st.just(9)


def images(channels=6):
    return st.tuples(st.integers(1, 3), size, size, st.integers(1, channels))


@st.composite
def slides(draw):
    x, k = draw(images()), (draw(st.integers(1, 4)), draw(st.integers(1, 4)))
    f = draw(st.integers(1, 4))
    return {"x": x, "w": (*k, x[3], f), "b": (f,)}, draw(sliding)


@st.composite
def correlations(draw):
    image, kernel = draw(st.tuples(size, size)), draw(st.tuples(size, size))
    return {"image": image, "kernel": kernel}, draw(sliding)


def some_of(**strategies):
    """A dict with some of these names."""
    return st.fixed_dictionaries({}, optional=strategies)


sliding = some_of(stride=strides, pad=pads, dilation=pairs(1, 3))
pooling_options = some_of(k=pairs(1, 4), stride=st.none() | strides, pad=pads)
averaging = some_of(
    k=pairs(1, 4), stride=st.none() | strides, pad=pads, count_include_pad=st.booleans()
)


@st.composite
def products(draw):
    n, d, f = draw(st.tuples(size, size, size))
    return {"x": (n, d), "w": (d, f), "b": (f,)}, {}


def alone(shape, options=st.just({}), name="x"):  # noqa: B008
    """One array, and options."""
    return st.tuples(st.fixed_dictionaries({name: shape}), options)


CALLS = {
    "conv2d": slides(),
    "correlate2d": correlations(),
    "max_pool2d": alone(images(), pooling_options),
    "avg_pool2d": alone(images(), averaging),
    "global_avg_pool2d": alone(images()),
    "relu": alone(st.lists(size, min_size=1, max_size=4).map(tuple)),
    "flatten": alone(images()),
    "dense": products(),
    "softmax": alone(st.tuples(size, size)),
    "softmax_cross_entropy": alone(st.tuples(size, size), name="logits"),
}


@st.composite
def drawn(draw, op, values=VALUES, dtypes=FLOATS + WHOLES, orders=tuple(ORDERS)):
    """A call of `op`; its arrays are usually of one dtype."""
    shapes, options = draw(CALLS[op])
    kinds = [kind for kind in values if kind != "not a number" or op not in ("max_pool2d", "relu")]
    kind, one = draw(st.sampled_from(kinds)), draw(st.sampled_from(dtypes))
    # sums of large whole numbers overflow; in dense also where b would have room for them
    each = st.just(one) | st.sampled_from(dtypes if kind in ("few", "usual") else [one])
    order = st.just("usual") | st.sampled_from(orders)
    return Drawn(
        op,
        shapes,
        options,
        {name: draw(each) for name in shapes},
        {name: draw(order) for name in [*shapes, "dy"]},
        kind,
        draw(st.integers(0, 999)),
        draw(st.sampled_from(PIECES)),
    )


# ---- What is right


def fits(call: Drawn) -> bool:
    """Whether a window lies on the image at all and, in pooling, holds a pixel wherever it lies."""
    pools = call.op in ("max_pool2d", "avg_pool2d")
    if not pools and call.op not in ("conv2d", "correlate2d"):
        return True
    shapes, options = list(call.shapes.values()), call.options
    image = shapes[0] if call.op == "correlate2d" else shapes[0][1:3]
    k = _pair(options.get("k", 2)) if pools else shapes[1][:2]
    reach = [(k - 1) * apart + 1 for k, apart in zip(k, _pair(options.get("dilation", 1)))]
    pad = options.get("pad", 0)
    if isinstance(pad, str):
        return pad == "same" or all(r <= size for r, size in zip(reach, image))
    if pools and any(rim >= k for rim, k in zip(_pair(pad), k)):
        return False
    return all(r <= size + 2 * rim for r, size, rim in zip(reach, image, _pair(pad)))


def _pair(value):
    return value if isinstance(value, tuple) else (value, value)


def exactly(arrays):
    """Copies with more digits, in the usual order."""
    return {name: np.array(array, EXACT, order="C") for name, array in arrays.items()}


def sizes_of(arrays):
    return {name: abs(array) for name, array in exactly(arrays).items()}


def exact_output(case: Case):
    """The output by the loops, and the sum of the sizes of all that was added up for it."""
    if case.op == "softmax":
        y = reference.softmax(_below_largest(case))
        return y, y
    if case.op == "softmax_cross_entropy":
        scores = _below_largest(case)
        powers = [np.log(sum(np.exp(row))) for row in scores]
        own = scores[range(len(scores)), case.options["labels"]]
        return sum(powers - own) / len(own), 1 + sum(powers) + sum(abs(own))
    run = getattr(reference, case.op)
    y = run(**exactly(case.arrays), **case.options)
    size = run(**sizes_of(case.arrays), **case.options)
    divided_by = {
        "avg_pool2d": np.prod(_pair(case.options.get("k", 2))),
        "global_avg_pool2d": np.prod(np.shape(case.arrays.get("x"))[1:3]),
    }
    return y, size * divided_by.get(case.op, 1)


def exact_gradients(case: Case, dy):
    """The gradients by the loops of the way back, each with the sum of sizes as above."""
    back, dy = getattr(reference, f"{case.op}_back"), np.asarray(dy, EXACT)[()]
    if case.op.startswith("softmax"):
        x = _below_largest(case)
        gradient, sums = back(dy, x, **case.options), abs(dy) * reference.softmax(x)
        return [(gradient, abs(dy) + sums.sum(axis=-1, keepdims=True))]
    gradients = as_tuple(back(dy, **exactly(case.arrays), **case.options))
    arrays = sizes_of(case.arrays)
    if case.op in ("max_pool2d", "relu"):  # the signs say which numbers count
        arrays = exactly(case.arrays)
    sizes = as_tuple(back(abs(dy), **arrays, **case.options))
    if case.op == "max_pool2d" and sizes[0].max() > LARGEST:
        sizes[0][...] = sizes[0].max()  # infinity times 0 is NaN, elsewhere in the window
    return list(zip(gradients, sizes))


def _below_largest(case):
    """Scores, less the largest of their row: rounded once, which makes large ones inexact."""
    (x,) = case.arrays.values()
    x = x.astype(np.result_type(x, np.float32))
    return np.asarray(x - x.max(axis=1, keepdims=True), EXACT)


def assert_rounded(found, exact, size, terms, finite, coarse=False):
    """`found` is exact but for rounding, and infinite or NaN only where sums overflow.

    size: the sum of the sizes of all terms; terms: how many there are, at most.
    coarse: whether a part is computed in float32, whatever comes out.
    finite: whether all arguments are. Where they are not, a result may be NaN that the loops leave
    finite, for 0 times infinity is NaN; but none is finite that the loops do not say.
    """
    assert np.shape(found) == np.shape(exact)
    limits, found = np.finfo(found.dtype), np.asarray(found, EXACT)
    eps = np.finfo(np.float32 if coarse else limits.dtype).eps
    with np.errstate(all="ignore"):
        error = terms * (eps * size + limits.smallest_subnormal)
        right = abs(found - exact) <= error
        if finite:
            largest = EXACT(limits.max) / (1 + terms * eps)
            right |= ~np.isfinite(size)  # only where EXACT has no more digits than float64
            right |= ~np.isfinite(found) & (size >= largest)
        else:
            right |= ~np.isfinite(found)
    np.testing.assert_array_equal(np.broadcast_to(right, exact.shape), True, f"{found}\n{exact}")
