"""Wrong answers made by machine: each exercise's own solution with one thing changed.

    python tests/mutants.py [exercise ...]

prints for each exercise how many mutants there are, how many of them give something else than the
solution on realistic input, how many of these are refused without a mistake's name, how many
`check` calls right all the same (survivors), how many right ones it refuses, and how many it gives
the name of a mistake that they do not make; then each of the last three as a change of lines. A
survivor asks for another case (or, where it only differs on input that no learner could meet, for a
narrower entry in REALISTIC); so does a wrong name.
"""

import ast
import difflib
import sys
import time
from typing import NamedTuple

import answers
import numpy as np

from cnncourse import layers
from cnncourse.exercises import EXERCISES, functions
from cnncourse.exercises.core import RIGHT
from cnncourse.exercises.folds import solution_text
from cnncourse.exercises.results import alike, arrays
from cnncourse.exercises.running import call, quietly

TRIES = 40  # realistic inputs for each exercise
SECONDS = 0.5  # for one mutant: none of them is slow unless it never ends


# Realistic input


def numbers(rng, *shape):
    """Numbers above and below zero, of a magnitude that is drawn as well."""
    return rng.normal(size=shape) * rng.choice([0.02, 1, 30])


def picture(rng, *shape):
    """Pixels as fractions, as whole numbers of dtype uint8 or int, or any numbers."""
    whole = rng.integers(0, 256, shape)
    kinds = [rng.random(shape), whole, whole.astype(np.uint8), numbers(rng, *shape)]
    return kinds[rng.integers(4)]


def kernel(rng, *shape):
    """Weights as fractions or as whole numbers."""
    return [numbers(rng, *shape), rng.integers(-4, 5, shape)][rng.integers(2)]


def sizes(rng, count, most=5):
    return rng.integers(1, most + 1, count).tolist()


def fitting(rng, k, most=5):
    """Sizes of an image on which a kernel of these sizes fits."""
    return [side + int(rng.integers(0, most)) for side in k]


def to_slide(rng, channels=(), filters=()):
    """An image and a kernel that fits on it."""
    k = sizes(rng, 2)
    return picture(rng, *fitting(rng, k), *channels), kernel(rng, *k, *channels, *filters)


def for_pooling(rng, *channels):
    k = int(rng.integers(1, 5))
    return numbers(rng, *fitting(rng, (k, k), 7), *channels), k


def scores(rng, n, f):
    """Scores near to each other, far apart within a row, or all large, above and below zero."""
    return rng.normal(size=(n, f)) * rng.choice([1, 8, 900]) + rng.choice([0, -1000, 1000])


def images_and_labels(rng):
    n, h, w = sizes(rng, 3, 6)
    return picture(rng, n, h, w), rng.integers(0, 10, n)


def probabilities(rng, n, f):
    powers = np.exp(rng.normal(size=(n, f)) * 2)
    return powers / powers.sum(axis=1, keepdims=True)


def labelled(rng, rows):
    n, f = sizes(rng, 2, 9)
    return rows(rng, n, f + 1), rng.integers(0, f + 1, n)


def output_size(rng):
    k = int(rng.integers(1, 12))
    size, stride, pad = k + rng.integers(0, 230), rng.integers(1, 8), rng.integers(0, 6)
    return int(size), k, int(stride), int(pad)


def strided_correlation(rng):
    image, k = to_slide(rng)
    wider = np.tile(image, (3, 3))
    return wider, k, int(rng.integers(1, 6))


def receptive_field(rng):
    """From one kernel to five, each with its stride."""
    return (
        [(int(rng.integers(1, 8)), int(rng.integers(1, 4))) for _ in range(rng.integers(1, 6))],
    )


def conv_layer(rng):
    c, f = sizes(rng, 2)
    return *to_slide(rng, (c,), (f,)), kernel(rng, f)


def dense(rng):
    n, d, f = sizes(rng, 3, 7)
    return numbers(rng, n, d), kernel(rng, d, f), kernel(rng, f)


def weights(rng, count):
    """So many arrays of one shape: weights, gradients."""
    shape = sizes(rng, rng.integers(1, 4), 4)
    return tuple(numbers(rng, *shape) for _ in range(count))


def adam_step(rng):
    """Averages as a few steps make them; sometimes a first step, sometimes gradients of 0."""
    w, mean, dw = weights(rng, 3)
    if rng.random() < 0.3:
        mean = dw = 0 * mean
    square, step = mean**2 * rng.uniform(0.5, 2), int(rng.integers(1, 50))
    return w, mean, square, dw, step, 10 ** rng.uniform(-4, 0)


def dense_back(rng):
    d, f = sizes(rng, 2, 6)
    return numbers(rng, f), numbers(rng, d), numbers(rng, d, f)


def max_pool_back(rng):
    x, k = for_pooling(rng)
    return numbers(rng, *(side // k for side in x.shape)), x, k


def kernel_back(rng):
    k, stride, oh, ow = sizes(rng, 4)
    rows, columns = ((n - 1) * stride + k + int(rng.integers(0, stride)) for n in (oh, ow))
    return numbers(rng, oh, ow), picture(rng, rows, columns), k, stride


def image_back(rng):
    dy, x, k, stride = kernel_back(rng)
    return dy, x, numbers(rng, k, k), stride


def gradient_check(rng):
    """A function whose slopes change, and blames of which all, one or none are right."""
    x = rng.normal(size=sizes(rng, rng.integers(1, 4), 3))
    a, right = rng.normal(size=(2, *x.shape)), rng.integers(3)
    dx = 2 * a[0] * x + a[1]
    off = [
        0 * x,
        (rng.random(x.shape) < 0.3) * rng.normal(size=x.shape),
        5 * numbers(rng, *x.shape),
    ]
    return lambda x: float((a[0] * x * x + a[1] * x).sum()), x, dx + off[right]


def right_of(rng):
    n = int(rng.integers(5, 3000))
    return int(rng.integers(1, n)), n


def window_strides(rng):
    """Windows of an image that lies in memory by itself, or is a part of a wider one, or turned."""
    k, step = sizes(rng, 2, 6)
    shape, number = fitting(rng, (k, k), 20), int(rng.choice([1, 4, 8]))
    row = number * (shape[1] + int(rng.choice([0, rng.integers(1, 30)])))
    strides = (row, number) if rng.random() < 0.7 else (number, number * shape[0])
    return tuple(shape), strides, k, step


def to_lay_out(rng):
    k = int(rng.integers(1, 5))
    return picture(rng, *fitting(rng, (k, k)), *sizes(rng, 1)), k


def images_in_piece(rng):
    k, c = sizes(rng, 2, 8)
    shape = *fitting(rng, (k, k), 60), c * int(rng.choice([1, 8]))
    return shape, k, int(rng.integers(1, 130)), int(2 ** rng.uniform(12, 23))


def col2im(rng):
    k, c = sizes(rng, 2, 4)
    h, w = fitting(rng, (k, k))
    return numbers(rng, (h - k + 1) * (w - k + 1), k * k * c), (h, w, c), k


def score(rng, h, w):
    """A network's score of images of this size: weights, a bend, and pixels that count together."""
    first, second = numbers(rng, h, w), numbers(rng, h, w)
    return lambda image: (first * image).sum() + max(0, (second * image).sum()) + np.ptp(image) ** 2


def occlusion_map(rng):
    k = int(rng.integers(1, 4))
    image = rng.random(fitting(rng, (k, k)))
    return score(rng, *image.shape), image, k


def unit(rng, h, w):
    """Weights of any sign, some of them 0, behind max pooling or a ReLU, or neither."""
    weights = rng.integers(-2, 3, (h, w)) * (rng.random((h, w)) < 0.6)
    bends = [lambda x: x.sum(), lambda x: max(0, x.sum() + 3), lambda x: x.max()]
    bend = bends[rng.integers(3)]
    return lambda image: bend(weights * image)


def seen_pixels(rng):
    image = rng.random(sizes(rng, 2, 6))
    return unit(rng, *image.shape), image


def preferred_image(rng):
    """A unit with weights, whose slopes also change with the image."""
    image = rng.random(sizes(rng, rng.integers(2, 4)))
    weights, pull = numbers(rng, *image.shape), rng.random()
    uphill = lambda image: weights + pull * np.roll(image, 1, axis=0)  # noqa: E731
    return uphill, image, int(rng.integers(0, 12)), 10 ** rng.uniform(-2, -0.5)


def rows_for_torch(rng):
    pixels, maps, labels = sizes(rng, 3, 6)
    return numbers(rng, pixels * maps, labels), maps


def batch_norm(rng):
    n, height, width, c = sizes(rng, 4)
    return numbers(rng, n + 1, height, width, c), rng.uniform(0.5, 2, c), rng.normal(size=c)


def depthwise(rng):
    k, (c,) = sizes(rng, 2), sizes(rng, 1)
    return numbers(rng, *fitting(rng, k), c), kernel(rng, *k, c)


def groups_to_split(rng):
    """Pictures of which some are copies, in any order; numbers need not begin at 0."""
    n, start = int(rng.integers(2, 25)), int(rng.integers(0, 4))
    return start + rng.integers(0, rng.integers(1, n + 1), n), int(rng.integers(1, n + 1))


REALISTIC = {
    "negative": lambda rng: (rng.random(sizes(rng, 2)),),
    "window_sum": lambda rng: (lambda k: (picture(rng, *k), kernel(rng, *k)))(sizes(rng, 2)),
    "correlate2d": to_slide,
    "output_size": output_size,
    "pad_with_zeros": lambda rng: (picture(rng, *sizes(rng, 2)), int(rng.integers(0, 5))),
    "strided_correlation": strided_correlation,
    "spread_kernel": lambda rng: (kernel(rng, *sizes(rng, 2)), int(rng.integers(1, 5))),
    "receptive_field": receptive_field,
    "correlate_channels": lambda rng: to_slide(rng, sizes(rng, 1, 8)),
    "count_weights": lambda rng: tuple(sizes(rng, 3, 64)),
    "conv_layer": conv_layer,
    "conv_parameters": lambda rng: (np.array(sizes(rng, 3, 64)), *sizes(rng, 2, 16)),
    "combine_kernels": lambda rng: (kernel(rng, *sizes(rng, 2)), kernel(rng, *sizes(rng, 2))),
    "max_pool2d": lambda rng: (*for_pooling(rng), int(rng.integers(1, 6))),
    "avg_pool2d": lambda rng: for_pooling(rng, *sizes(rng, 1)),
    "average_kernel": lambda rng: tuple(sizes(rng, 2, 6)),
    "flatten": lambda rng: (numbers(rng, *sizes(rng, 4)),),
    "dense": dense,
    "softmax": lambda rng: (scores(rng, *sizes(rng, 2, 7)),),
    "cross_entropy": lambda rng: labelled(rng, probabilities),
    "cnn_parameters": lambda rng: (int(rng.integers(4, 65)), *sizes(rng, 3, 40)),
    "sgd_step": lambda rng: (*weights(rng, 2), 10 ** rng.uniform(-4, 0)),
    "momentum_step": lambda rng: (*weights(rng, 3), 10 ** rng.uniform(-4, 0), rng.random()),
    "adam_step": adam_step,
    "accuracy": lambda rng: labelled(rng, scores),
    "dense_back": dense_back,
    "relu_back": lambda rng: (lambda s: (numbers(rng, *s), numbers(rng, *s)))(sizes(rng, 3)),
    "max_pool_back": max_pool_back,
    "avg_pool_back": max_pool_back,
    "kernel_back": kernel_back,
    "image_back": image_back,
    "gradient_check": gradient_check,
    "scores_back": lambda rng: labelled(rng, probabilities),
    "accuracy_interval": right_of,
    "seeds_needed": lambda rng: (10 ** rng.uniform(-1, 0.5), 10 ** rng.uniform(-0.7, 0.5)),
    "window_strides": window_strides,
    "im2col": to_lay_out,
    "images_in_piece": images_in_piece,
    "col2im": col2im,
    "more_images": images_and_labels,
    "early_stop": lambda rng: (rng.normal(size=rng.integers(3, 30)) ** 2, *sizes(rng, 1, 6)),
    "occlusion_map": occlusion_map,
    "seen_pixels": seen_pixels,
    "preferred_image": preferred_image,
    "kernels_for_torch": lambda rng: (numbers(rng, *sizes(rng, 4)),),
    "rows_for_torch": rows_for_torch,
    "batch_norm": batch_norm,
    "depthwise": depthwise,
    "split_fairly": groups_to_split,
}


def realistic(name) -> list[tuple]:
    rng = np.random.default_rng(len(name))
    return [REALISTIC[name](rng) for _ in range(TRIES)]


# What is changed

PLACES = ("({}) + 1", "({}) - 1", "min(3, {})", "0", "1", "2", "3", "5")  # an index, size or bound
RESULTS = (  # what is returned or put in a name
    *("np.asarray({}).astype(int)", "np.round({}, 1)", "np.float16({})", "np.float32({})"),
    *("({}) + 1", "({}) + 1e-3", "({}) * 2", "-({})", "np.abs({})", "np.maximum({}, 0)"),
    *("np.clip({}, 0, 1)", "np.clip({}, 0, 255)", "np.swapaxes({}, 0, 1)"),
    *("({})[::-1]", "({})[:-1]", "({})[..., ::-1]", "({})[..., :-1]"),
)
ZEROS = ("np.ones({0})", "np.zeros({0}, dtype=int)", "np.full({0}, 0)", "np.zeros({0}, np.float16)")
ARRAYS = (  # what becomes of an argument at the start
    *("{0}.astype(int)", "{0}.astype(np.float16)", "np.abs({0})", "np.maximum({0}, 0)", "-{0}"),
    *("np.round({0}, 1)", "{0} - {0}.min()", "{0} / {0}.sum()", "{0} / np.abs({0}).max()"),
    *("{0}[::-1]", "{0}[:, ::-1]", "{0}[::-1, ::-1]", "{0}[..., ::-1]", "np.swapaxes({0}, 0, 1)"),
    *("{0}[:3]", "{0}[:, :3]", "{0}[..., :3]", "np.clip({0}, 0, 1)", "np.clip({0}, -9.0, 9.0)"),
)
OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv)
COMPARISONS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)
NAMES = {
    **{"max": "min", "min": "max", "sum": "mean", "mean": "sum", "argmax": "argmin"},
    **{"log": "log2", "exp": "exp2", "argmin": "argmax"},
}


class Names(NamedTuple):
    """What the names of a solution hold, and what a whole number of its arguments could be."""

    arrays: list[str]
    whole: list[str]
    given: dict[str, list]


def names_of(function, exercise) -> Names:
    """The names in a solution, from a call of it with the last of its cases."""
    found = {}

    def look(frame, event, argument):
        if frame.f_code is function.__code__:
            found.update(frame.f_locals)
            return look

    *_, last = exercise.cases.values()
    sys.settrace(look)
    try:
        function(*last)
    finally:
        sys.settrace(None)
    parameters = exercise._parameters()
    given = {
        name: sorted({case[place] for case in exercise.cases.values()})
        for place, name in enumerate(parameters)
        if isinstance(last[place], (int, float))
    }
    return Names(
        [name for name in parameters if isinstance(found[name], np.ndarray)],
        [name for name, value in found.items() if isinstance(value, (int, np.integer))],
        given,
    )


def expression(other: str | ast.expr) -> ast.expr:
    return ast.parse(other, mode="eval").body if isinstance(other, str) else other


def statement(text: str) -> ast.stmt:
    return ast.parse(text).body[0]


def is_place(node, parent, field) -> bool:
    """Whether an expression says where or how many: an index, a bound of a slice, a size."""
    if isinstance(node, (ast.Tuple, ast.Slice)) or not isinstance(node, ast.expr):
        return False
    if isinstance(getattr(node, "ctx", None), ast.Store):
        return False
    if isinstance(parent, ast.Call):
        return field == "args" and ast.unparse(parent.func) == "range"
    sized = ast.unparse(node).startswith("len(") or ast.unparse(node)[:-3].endswith(".shape")
    if sized or isinstance(parent, ast.Slice) or field == "slice":
        return True
    return isinstance(parent, ast.Tuple) and isinstance(parent.ctx, ast.Load)


def instead(node, parent, field, names):
    """What could stand in place of an expression."""
    text = ast.unparse(node)
    if is_place(node, parent, field):
        yield from (place.format(text) for place in PLACES)
    if field == "value" and isinstance(parent, (ast.Assign, ast.AugAssign, ast.Return)):
        parts = [] if isinstance(node, ast.Tuple) else RESULTS
        yield from (result.format(text) for result in parts)
    if isinstance(parent, ast.Tuple) and isinstance(getattr(node, "ctx", None), ast.Load):
        yield from (result.format(text) for result in RESULTS)
    if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load):
        for i in range(len(node.elts) - 1):
            parts = list(node.elts)
            parts[i : i + 2] = parts[i + 1], parts[i]
            yield ast.Tuple(parts, ast.Load())
    if isinstance(node, ast.BinOp):
        for operator in OPERATORS:
            yield ast.BinOp(node.left, operator(), node.right)
        yield from (node.left, node.right, ast.BinOp(node.right, node.op, node.left))
    if isinstance(node, ast.Compare):
        for operator in COMPARISONS:
            yield ast.Compare(node.left, [operator()], node.comparators)
    if isinstance(node, ast.UnaryOp):
        yield node.operand
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield from (str(node.value + step) for step in (-1, 1))
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and field != "func":
        if node.id in names.whole:
            yield from names.whole
        if node.id in names.arrays:
            yield from names.arrays
        yield from map(repr, names.given.get(node.id, []))
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func)
        if called == "np.zeros":
            yield from (zeros.format(ast.unparse(node.args[0])) for zeros in ZEROS)
            yield from (f"np.zeros({ast.unparse(node.args[0])}, {a}.dtype)" for a in names.arrays)
        head, dot, last = called.rpartition(".")
        rest = text[len(called) :]
        if last in NAMES:
            yield f"{head}{dot}{NAMES[last]}{rest}"
        if node.keywords:
            yield ast.Call(node.func, node.args, node.keywords[1:])


def children(tree):
    """Each node below a tree, with its parent, the field it stands in and its place there."""
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            several = value if isinstance(value, list) else [value]
            for place, node in enumerate(several):
                if isinstance(node, ast.AST):
                    yield parent, field, place if isinstance(value, list) else None, node


def put(parent, field, place, node):
    if place is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[place] = node


def bodies(tree, names):
    """Each body of a function or a loop with its statements in other places, or others in it."""
    function = tree.body[0]
    last = function.body[-1]
    for owner in ast.walk(tree):
        if not isinstance(owner, (ast.FunctionDef, ast.For)):
            continue
        body = owner.body
        if isinstance(owner, ast.For):
            yield owner, [*body, last]  # a return that is indented too far
        for place, step in enumerate(body):
            before, after = body[:place], body[place + 1 :]
            if not isinstance(step, ast.Return):
                yield owner, [*before, *after] or [ast.Pass()]
            if isinstance(step, ast.AugAssign):
                yield owner, [*before, ast.Assign([step.target], step.value), *after]
            if isinstance(step, ast.Assign) and after and isinstance(after[0], ast.For):
                loop = after[0]  # made anew in each round
                inside = ast.For(loop.target, loop.iter, [step, *loop.body], [])
                yield owner, [*before, inside, *after[1:]]
            if isinstance(step, ast.For):  # made only once, or only at the end
                first, *rest = step.body
                outside = ast.For(step.target, step.iter, rest or [ast.Pass()], [])
                yield owner, [*before, first, outside, *after]
                *rest, end = step.body
                outside = ast.For(step.target, step.iter, rest or [ast.Pass()], [])
                yield owner, [*before, outside, end, *after]
            if isinstance(step, ast.Assign) and isinstance(step.value, ast.BinOp):
                target, value = step.targets[0], step.value
                if ast.unparse(target) == ast.unparse(value.left):
                    yield owner, [*before, ast.AugAssign(target, value.op, value.right), *after]
            if isinstance(step, ast.Assign) and isinstance(step.targets[0], ast.Tuple):
                for name in step.targets[0].elts:
                    for text in ("min(3, {})", "2", "3"):
                        line = statement(f"{name.id} = {text.format(name.id)}")
                        yield owner, [*before, step, line, *after]
                turned = ast.Assign([ast.Tuple(step.targets[0].elts[::-1])], step.value)
                yield owner, [*before, turned, *after]
    for name in names.arrays:
        lines = [statement(f"{name} = {text.format(name)}") for text in ARRAYS]
        yield from ((function, [line, *function.body]) for line in lines)
        result = statement(f"result = {ast.unparse(last.value)}")
        change = statement(f"{name}[...] = 0")
        yield function, [*function.body[:-1], result, change, ast.Return(ast.Name("result"))]
    for name, constants in names.given.items():
        # A cap at the largest could not be told from the solution, whatever the cases are.
        for text in (*map(repr, constants), *(f"min({c}, {name})" for c in constants[:-1])):
            yield function, [statement(f"{name} = {text}"), *function.body]


def mutants(source: str, names: Names):
    """Each text that comes of the source of a function by one change."""
    tree = ast.parse(source)
    function = tree.body[0]
    if ast.get_docstring(function):
        del function.body[0]
    seen = {ast.unparse(tree)}

    def new():
        text = ast.unparse(ast.fix_missing_locations(tree))
        fresh = text not in seen
        seen.add(text)
        return [text] if fresh else []

    for parent, field, place, node in list(children(function)):
        if isinstance(node, ast.expr):
            for other in list(instead(node, parent, field, names)):
                put(parent, field, place, expression(other))
                yield from new()
            put(parent, field, place, node)
    for owner, body in list(bodies(tree, names)):
        owner.body, kept = body, owner.body
        yield from new()
        owner.body = kept


# What becomes of them


class Tally(NamedTuple):
    """What the battery found out about one exercise; the lists hold what has to be mended.

    unnamed: wrong answers that get no name of a mistake.
    """

    made: int
    differing: int
    unnamed: int
    survivors: list[str]
    refused: list[str]
    misnamed: list[str]


def written(source: str, name: str):
    namespace = {"np": np, "layers": layers}
    exec(compile(source, "<mutant>", "exec"), namespace)
    return namespace[name]


def changed_lines(before: str, after: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return " ".join(" ".join(line.split()) for line in list(lines)[2:] if line[0] in "+-")


def same(one, other, count) -> bool:
    """Whether two calls came to the same: numbers, arguments left alone, or errors of a kind."""
    if one.error is not None and other.error is not None:
        return type(one.error) is type(other.error)
    return one.changed == other.changed and alike(one, other, count)


def outcomes(function, inputs, names):
    """What comes of each input, one after the other as they are asked for."""
    return (call(function, case, names, seconds=SECONDS) for case in inputs)


def agrees(function, inputs, results, exercise) -> bool:
    count = len(exercise.returns)
    pairs = zip(outcomes(function, inputs, exercise._parameters()), results)
    return all(same(ours, theirs, count) for ours, theirs in pairs)


def misnamed(verdict, answer, inputs, exercise) -> bool:
    """Whether an answer was given the name of a mistake that gives something else."""
    results = list(outcomes(answer, inputs, exercise._parameters()))
    if verdict.mistake == functions.CHANGES_INPUT.name:
        return not any(result.changed for result in results)
    if verdict.mistake == functions.WHOLE_NUMBERS.name:
        pieces = [piece for r in results for piece in arrays(r.returned, len(exercise.returns))]
        return not all(np.array_equal(piece, np.rint(piece)) for piece in pieces)
    ways = [m.ways() for m in exercise.mistakes if m.name == verdict.mistake]
    return not any(agrees(way, inputs, results, exercise) for each in ways for way in each)


def of_function(exercise) -> Tally:
    source, inputs = solution_text(exercise), realistic(exercise.name)
    solution = written(source, exercise.name)
    results = list(outcomes(solution, inputs, exercise._parameters()))
    assert not [result.error for result in results if result.error is not None or result.changed]
    plain = ast.parse(source)
    if ast.get_docstring(plain.body[0]):
        del plain.body[0].body[0]
    plain = ast.unparse(plain)
    made, differing, unnamed, survivors, wrong_names = 0, 0, 0, [], []
    for text in mutants(source, names_of(solution, exercise)):
        made += 1
        answer = written(text, exercise.name)
        if agrees(answer, inputs, results, exercise):
            continue
        differing += 1
        verdict = exercise.judge(answer)
        if verdict.state == RIGHT:
            survivors.append(changed_lines(plain, text))
        elif not verdict.mistake:
            unnamed += 1
        elif misnamed(verdict, answer, inputs, exercise):
            wrong_names.append(f"{changed_lines(plain, text)}   [{verdict.mistake}]")
    return Tally(made, differing, unnamed, survivors, [], wrong_names)


def of_value(exercise) -> Tally:
    """The same for a value; whether one is right says a rule of the battery's own."""
    made, wrong, unnamed, survivors, refused = 0, 0, 0, [], []
    for value, right in answers.of(exercise):
        made += 1
        wrong += right is False
        verdict = exercise.judge(value)
        unnamed += right is False and not verdict.mistake
        if right is False and verdict.state == RIGHT:
            survivors.append(answers.told(value))
        if right is True and verdict.state != RIGHT:
            refused.append(answers.told(value))
    return Tally(made, wrong, unnamed, survivors, refused, [])


def tally(exercise) -> Tally:
    kept, functions.SECONDS = functions.SECONDS, SECONDS
    try:
        with quietly():
            return of_value(exercise) if exercise.is_value else of_function(exercise)
    finally:
        functions.SECONDS = kept


def tally_of(name: str) -> Tally:
    return tally(EXERCISES[name])


def main(chosen):
    print(f"{'exercise':22}   made  differ  unnamed  survive  refused  misnamed  seconds")
    total, details = np.zeros(6, int), []
    for exercise in EXERCISES.values():
        if chosen and exercise.name not in chosen:
            continue
        start = time.process_time()
        found = tally(exercise)
        counts = [*found[:3], *map(len, found[3:])]
        total += counts
        cells = "{:7}{:8}{:9}{:9}{:9}{:10}".format(*counts)
        print(f"{exercise.name:22}{cells}{time.process_time() - start:9.1f}", flush=True)
        for kind, lines in zip(("SURVIVES", "REFUSED", "MISNAMED"), found[3:]):
            details += [f"{kind} {exercise.name}: {line}" for line in lines]
    print("{:22}{:7}{:8}{:9}{:9}{:9}{:10}".format("all", *total), *details, sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
