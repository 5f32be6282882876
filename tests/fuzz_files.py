"""Files as they come from elsewhere, damaged, made up or meant to do harm, and all that reads them.

    python tests/fuzz_files.py [--files 6000] [--seed 0]

Makes so many files of each kind in turn, damages each in one way, and reads it as the course does.
Prints a table of what happened, and each fault. It is a fault if something else
than a ValueError of one sentence comes, if a file gives other contents than it had where they are
protected by a checksum, if code in a file runs, if another file changes, or if it takes long.
"""

import argparse
import collections
import contextlib
import gzip
import hashlib
import io
import json
import os
import pickle
import re
import resource
import signal
import sys
import tempfile
import time
import traceback
import warnings
import zipfile
from pathlib import Path
from unittest import mock

import numpy as np
from PIL import Image

from cnncourse import data, downloads, handed_in, layers, optim, report, room, storage, train
from cnncourse.exercises import EXERCISES, progress

SECONDS = 5.0  # for one file, also on a busy machine
MEGABYTES = 150  # above what the program has at its start: all files here are small
ADDRESS_SPACE = 8 * 2**30  # so that a fault does not stop the machine
ERRNO = re.compile(r"\[Errno|Traceback|\n|0x[0-9a-f]{6}|pickle")


# ---- Whole files


def network():
    rng = np.random.default_rng(0)
    return layers.Sequential(
        layers.Conv2D(1, 3, 3, rng=rng), layers.Flatten(), layers.Dense(48, 3, rng=rng)
    )


def model():
    net, optimizer = network(), optim.SGD(0.1, momentum=0.9)
    rng = np.random.default_rng(1)
    _, _, grads = train.gradients(net, rng.random((4, 6, 6, 1), np.float32), np.arange(4) % 3)
    optimizer.update(net.params(), grads)
    return written(lambda path: storage.save(net, path, optimizer=optimizer, epochs=3), "a.npz")


def digits():
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 256, (20, 28, 28), np.uint8), rng.integers(0, 10, 20, np.uint8)
    file = io.BytesIO()
    np.savez_compressed(file, x_train=x, y_train=y, x_test=x[:5], y_test=y[:5])
    return file.getvalue()


def clothes():
    x = np.random.default_rng(0).integers(0, 256, (20, 28, 28), np.uint8)
    return gzip.compress(bytes([0, 0, 8, 3]) + np.array(x.shape, ">i4").tobytes() + x.tobytes())


def card():
    rng = np.random.default_rng(0)
    x, y = rng.random((30, 6, 6, 1), np.float32), rng.integers(0, 3, 30)
    return written(report.report_card(network(), x, y).save, "a.html")


def results():
    lines = [
        {"lesson": e.lesson, "exercise": e.name, "state": state, "mistake": m, "time": "2026-11-26"}
        for e in list(EXERCISES.values())[:5]
        for state, m in (("not yet", e.mistakes[0].name if e.mistakes else ""), ("right", ""))
    ]
    return "".join("\n" + json.dumps(line) for line in lines).encode()


def picture(kind):
    pixels = np.random.default_rng(0).integers(0, 256, (9, 11, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).resize((64, 48)).save(file, kind)
    return file.getvalue()


def written(write, name):
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder, name))
        return Path(folder, name).read_bytes()


# ---- How each is read; what comes back can be compared


def read_model(path):
    net, optimizer, notes = storage.load_training(path)
    arrays = [*net.params(), *(a for state in optimizer.state for a in state)]
    return repr(net), optimizer.steps, notes, [array.tobytes() for array in arrays]


def read_digits(path):
    with mock.patch.object(data, "folder", lambda: path.parent):
        return [array.tobytes() for array in data.load("mnist")]


def read_clothes(path):
    md5 = hashlib.md5(WHOLE["clothes"]).hexdigest()
    with (
        mock.patch.dict(os.environ, CNNCOURSE_DATA=str(path.parent), NO_PROXY="127.0.0.1"),
        mock.patch.object(downloads, "TRIES", 1),
    ):
        # nobody answers there: a file that is not whole cannot be fetched anew
        found = downloads.fetch("http://127.0.0.1:9/", path.name, md5)
    return downloads._unpacked(found).tobytes()


def read_results(path):
    found = handed_in.read_room(path.parent)
    tables = room.tables(found) if found.learners else ""
    with contextlib.suppress(ValueError):
        tables += progress.table(progress.read(path)[0], EXERCISES.values())
    assert len(tables) < 200_000 and tables.replace("\n", "").isprintable(), "strange tables"
    for problem in found.problems:
        check_sentence(f"{problem.says}.")
    if any("could not be read" in problem.says for problem in found.problems):
        raise ValueError(f"{path} has lines that could not be read.")
    return tables


def read_card(path):
    with contextlib.suppress(ValueError):
        table = report.table_of_cards(path.parent)
        assert len(table) < 5000 and table.replace("\n", "").isprintable(), "strange table"
    return json.dumps(report.read_card(path))


def read_picture(path):
    pixels = data.read_picture(path)
    assert pixels.dtype == np.float32 and 0 <= pixels.min() <= pixels.max() <= 1, "no picture"
    return pixels.tobytes()


def check_sentence(words):
    assert words.endswith(".") and not ERRNO.search(words), f"no sentence: {words[:300]!r}"


PICTURES = "PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "ICO", "PPM"
READ = {
    "model": ("model.npz", read_model),
    "digits": ("mnist.npz", read_digits),
    "clothes": ("clothes.gz", read_clothes),
    "card": ("card.html", read_card),
    "results": ("anna.jsonl", read_results),
    **{f"picture {kind}": (f"picture.{kind.lower()}", read_picture) for kind in PICTURES},
}
MAKE = {"model": model, "digits": digits, "clothes": clothes, "card": card, "results": results}
PROTECTED = "model", "digits", "clothes"  # by a checksum: damage is refused or does no harm
WHOLE = {}


# ---- Ways to damage one: (content, rng, kind) -> content


def flipped(content, rng, count=1):
    content = bytearray(content)
    for place in rng.integers(len(content), size=count):
        content[place] ^= 1 << rng.integers(8)
    return bytes(content)


def piece(content, rng):
    first, last = sorted(rng.integers(len(content), size=2))
    return content[:first], content[first:last], content[last:]


def rewritten(content, rng, kind):
    """Something in the text of the file replaced by a value that does not belong there."""
    if kind == "model":
        with np.load(io.BytesIO(content)) as file:
            arrays = dict(file)
        text = json.loads(str(arrays.pop("about")))
        replace_one(text, rng)
        return npz(**arrays, about=np.array(json.dumps(text)))
    if kind == "card":
        before, _, rest = content.decode().partition(report.BEGIN)
        text, _, after = rest.partition(report.END)
        facts = json.loads(text)
        replace_one(facts, rng)
        return (before + report.BEGIN + json.dumps(facts) + report.END + after).encode()
    if kind == "results":
        lines = [json.loads(line) for line in content.decode().split("\n") if line]
        replace_one(lines, rng)
        return "".join("\n" + json.dumps(line) for line in lines).encode()
    return flipped(content, rng, 3)


HOSTILE = (None, True, -1, 0, 1.5, 10**400, 10**9, float("nan"), float("inf"), "", "\x1b[2J")
HOSTILE += ("a\nb", "x" * 100_000, "../../x", "<script>", [], {}, [[]], [[1]], {"a": 1})
HOSTILE += ([0] * 60_000,)


def replace_one(thing, rng):
    """Go down to some place in lists and dictionaries, and put something else there."""
    while True:
        keys = list(thing) if isinstance(thing, dict) else range(len(thing))
        key = keys[rng.integers(len(keys))]
        if isinstance(thing[key], (list, dict)) and thing[key] and rng.random() < 0.8:
            thing = thing[key]
            continue
        thing[key] = HOSTILE[rng.integers(len(HOSTILE))]
        return


def npz(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


class Trap:
    """Unpickling it makes a file called sprung."""

    def __reduce__(self):
        return Path.touch, (Path("sprung"),)


def archived(content, rng, kind):
    """An archive, for files that are one: other keys, other arrays, a bomb, a pickle, a path."""
    if kind not in ("model", "digits"):
        return pickle.dumps(Trap())
    with np.load(io.BytesIO(content)) as file:
        arrays = dict(file)
    name = sorted(arrays)[rng.integers(len(arrays))]
    array = arrays.pop(name)
    way = rng.integers(9)
    if way == 0:
        return npz(**arrays)
    if way == 1:
        return npz(**arrays, **{name + "x": array})
    if way == 2:
        return npz(**arrays, **{name: np.array([Trap()])})
    if way == 3:
        return npz(**arrays, **{name: array.astype(str)})
    if way == 4:
        return npz(**arrays, **{name: array[..., None]})
    if way == 5:
        return npz(**arrays, **{name: np.full(array.shape, np.nan)})
    file = io.BytesIO(npz(**arrays))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if way == 6:  # 400 MB of zeros, in 2 MB
            archive.compresslevel = 1
            with archive.open(name + ".npy", "w") as member:
                member.write(npy_header((10**8,)))
                for _ in range(400):
                    member.write(bytes(10**6))
        elif way == 7:
            archive.writestr("../../sprung", "a path")
            archive.writestr("/tmp/sprung.npy", "a path")
        else:  # says that it is large
            archive.writestr(name + ".npy", npy_header((10**11,)) + bytes(100))
    return file.getvalue()


def npy_header(shape):
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        head, {"descr": "<f4", "fortran_order": False, "shape": shape}
    )
    return head.getvalue()


def disguised(content, rng, kind):
    others = [name for name in WHOLE if name != kind]
    return WHOLE[others[rng.integers(len(others))]]


DAMAGES = {
    "one bit": lambda content, rng, kind: flipped(content, rng),
    "40 bits": lambda content, rng, kind: flipped(content, rng, 40),
    "cut": lambda content, rng, kind: content[: rng.integers(len(content))],
    "piece lost": lambda content, rng, kind: b"".join(piece(content, rng)[::2]),
    "zeros": lambda content, rng, kind: b"%b%b%b"
    % (lambda a, b, c: (a, bytes(len(b)), c))(*piece(content, rng)),
    "twice": lambda content, rng, kind: b"".join(piece(content, rng)) + piece(content, rng)[1],
    "noise": lambda content, rng, kind: rng.bytes(int(rng.integers(5000))),
    "another kind": disguised,
    "other values": rewritten,
    "archive": archived,
}


# ---- One file


class Slow(BaseException):
    """It took too long."""


def attempt(work):
    """What came of it: ("refused", sentence), ("read", content) or ("FAULT", what went wrong)."""

    def ring(*_):
        raise Slow

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            content = work()
        assert not warned, f"warned: {warned[0].message}"
        return "read", content
    except ValueError as problem:
        try:
            check_sentence(str(problem))
        except AssertionError as fault:
            return "FAULT", str(fault)
        return "refused", str(problem)
    except Slow:
        return "FAULT", f"took more than {SECONDS:g} seconds"
    except Exception as problem:
        where = traceback.extract_tb(problem.__traceback__)[-1]
        return "FAULT", f"{type(problem).__name__}: {str(problem)[:200]} ({where.name})"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def damaged_files(count, seed, tell):
    """Damage and read `count` files; tell(kind, damage, outcome, words) of each."""
    folder = Path.cwd()
    WHOLE.update({kind: make() for kind, make in MAKE.items()})
    WHOLE.update({f"picture {kind}": picture(kind) for kind in PICTURES})
    (folder / "diary").write_text("dear diary")
    expected = {}
    for kind, (name, read) in READ.items():
        with place_for(kind, name) as path:
            path.write_bytes(WHOLE[kind])
            expected[kind] = attempt(lambda read=read, path=path: read(path))
            assert expected[kind][0] == "read", (kind, expected[kind])
    started, kinds, ways = megabytes(), list(READ), list(DAMAGES)
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        kind = kinds[number % len(kinds)]
        damage = ways[number // len(kinds) % len(ways)]
        name, read = READ[kind]
        content = DAMAGES[damage](WHOLE[kind], rng, kind)
        with place_for(kind, name) as path:
            path.write_bytes(content)
            del content
            outcome, words = attempt(lambda read=read, path=path: read(path))
            changed = sorted(entry.name for entry in path.parent.iterdir())
        if outcome == "read":
            outcome = "as it was" if words == expected[kind][1] else "read"
            made_up = damage in ("other values", "archive")
            if outcome == "read" and kind in PROTECTED and not made_up:
                outcome, words = "FAULT", "other contents than before"
        if megabytes() - started > MEGABYTES:
            outcome, words = "FAULT", f"took {megabytes() - started:.0f} MB"
            started = megabytes()
        if sorted(os.listdir(folder)) != ["diary", "reading"] or changed != [name]:
            outcome, words = "FAULT", f"other files: {os.listdir(folder)}, {changed}"
        tell(kind, damage, outcome, f"{words} [file {number}]" if outcome == "FAULT" else "")


@contextlib.contextmanager
def place_for(kind, name):
    """A path in a folder of its own, which is empty before and after."""
    folder = Path("reading")
    folder.mkdir(exist_ok=True)
    yield folder / name
    for entry in folder.iterdir():
        entry.unlink()


def show(counts, faults):
    """Print how often what came of each kind, and the faults."""
    outcomes = sorted({outcome for _, outcome in counts})
    print(f"{'':18}" + "".join(f"{outcome:>11}" for outcome in outcomes))
    for kind in dict.fromkeys(kind for kind, _ in counts):
        print(f"{kind:18}" + "".join(f"{counts[kind, outcome]:11}" for outcome in outcomes))
    print(f"{counts.total()} in all, {len(faults)} faults")
    print(*faults[:100], sep="\n", end="\n" if faults else "")


def main(words=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(words)
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, resource.RLIM_INFINITY))
    counts, faults = collections.Counter(), []

    def tell(kind, damage, outcome, words):
        counts[kind, outcome] += 1
        if outcome == "FAULT":
            faults.append(f"{kind}, {damage}: {words}")

    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        damaged_files(options.files, options.seed, tell)
    show(counts, faults)
    print(f"{time.monotonic() - begun:.0f} s, at most {megabytes():.0f} MB")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
