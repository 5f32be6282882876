"""A file gives back what was saved; one that was damaged or made up is refused in a sentence."""

import errno
import fcntl
import json
import os
import pickle
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from test_layers import ALL, every_layer

from cnncourse import files, layers, networks, optim, storage, train


def small_net(seed=0):
    rng = np.random.default_rng(seed)
    return layers.Sequential(
        layers.Conv2D(1, 3, (3, 2), stride=2, pad="same", rng=rng),
        layers.ReLU(),
        layers.MaxPool2D(2, stride=(1, 2)),
        layers.Flatten(),
        layers.Dropout(0.2, rng=rng),
        layers.Dense(12, 3, rng=rng),
    )


X = np.random.default_rng(1).random((9, 6, 8, 1), np.float32)
Y = np.arange(9) % 3


def learn(net, optimizer, steps):
    for _ in range(steps):
        _, _, grads = train.gradients(net, X, Y)
        optimizer.update(net.params(), grads)


def assert_equal_networks(net, expected):
    assert repr(net) == repr(expected)
    assert [layer.settings for layer in net.layers] == [layer.settings for layer in expected.layers]
    for param, wanted in zip(net.params(), expected.params(), strict=True):
        assert param.dtype == wanted.dtype
        np.testing.assert_array_equal(param, wanted)


def assert_equal_optimizers(optimizer, expected):
    found, wanted = vars(optimizer).copy(), vars(expected).copy()
    state, wanted_state = found.pop("state"), wanted.pop("state")
    lr, wanted_lr = found.pop("_lr"), wanted.pop("_lr")
    assert type(optimizer) is type(expected)
    assert found == wanted
    assert (lr if isinstance(lr, float) else vars(lr)) == (
        wanted_lr if isinstance(wanted_lr, float) else vars(wanted_lr)
    )
    for arrays, wanted_arrays in zip(state, wanted_state, strict=True):
        np.testing.assert_array_equal(arrays, wanted_arrays)


# ---- There and back


@every_layer
def test_every_layer_comes_back(sample, tmp_path):
    net = layers.Sequential(sample.layer(np.float32))
    storage.save(net, tmp_path / "model.npz")
    loaded = storage.load(tmp_path / "model.npz")
    assert_equal_networks(loaded, net)
    np.testing.assert_array_equal(loaded(sample.x(np.float32)), net(sample.x(np.float32)))


def test_all_layers_together_come_back(tmp_path):
    net = layers.Sequential(*(sample.layer(np.float32) for sample in ALL))
    storage.save(net, tmp_path / "model.npz")
    assert_equal_networks(storage.load(tmp_path / "model.npz"), net)


OPTIMIZERS = {
    "SGD": lambda: optim.SGD(0.1),
    "SGD with everything": lambda: optim.SGD(
        optim.OneCycle(0.3, 7, rise=0.4), momentum=np.float32(0.875), weight_decay=1e-3
    ),
    "Adam": lambda: optim.Adam(),
    "Adam with everything": lambda: optim.Adam(
        optim.OneCycle(np.float32(0.25), np.int64(9), rise=np.float32(0.5)),
        beta1=0.8,
        beta2=np.float64(0.9),
        epsilon=1e-5,
        weight_decay=0.01,
    ),
}


@pytest.mark.parametrize("steps", [0, 3])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_comes_back_and_goes_on(name, steps, tmp_path):
    net, optimizer = small_net(), OPTIMIZERS[name]()
    learn(net, optimizer, steps)
    storage.save(net, tmp_path / "model.npz", optimizer=optimizer)
    loaded, loaded_optimizer, notes = storage.load_training(tmp_path / "model.npz")
    assert notes == {}
    assert_equal_networks(loaded, net)
    assert_equal_optimizers(loaded_optimizer, optimizer)
    learn(net, optimizer, 3)
    learn(loaded, loaded_optimizer, 3)
    assert_equal_networks(loaded, net)
    assert_equal_optimizers(loaded_optimizer, optimizer)


def test_every_optimizer_is_in_the_test_above():
    assert {type(make()) for make in OPTIMIZERS.values()} == set(storage.OPTIMIZERS.values())


def test_without_an_optimizer_there_is_none(tmp_path):
    storage.save(small_net(), tmp_path / "model.npz")
    assert storage.load_training(tmp_path / "model.npz")[1:] == (None, {})


def test_notes_come_back(tmp_path):
    notes = dict(dataset="mnist", epochs=3, accuracy=0.98, who="Zoë 数", done=True, why=None)
    storage.save(small_net(), tmp_path / "model.npz", **notes)
    assert storage.load_training(tmp_path / "model.npz")[2] == notes


@pytest.mark.parametrize("name", ["model.npz", "my model é.npz", "model.2.npz", "model-%d.npz"])
@pytest.mark.parametrize("kind", [str, Path])
def test_any_name_will_do(name, kind, tmp_path):
    path = kind(tmp_path / name)
    storage.save(small_net(), path)
    assert_equal_networks(storage.load(path), small_net())
    assert os.listdir(tmp_path) == [name]


def test_settings_of_numpy_come_back_as_plain_numbers(tmp_path):
    net = layers.Sequential(
        layers.Conv2D(np.int64(1), np.uint8(2), [np.int32(3), 3], rng=np.random.default_rng(0)),
        layers.Flatten(),
        layers.Dense(np.prod([4, 4, 2]), 3, rng=np.random.default_rng(0)),
    )
    storage.save(net, tmp_path / "model.npz")
    assert_equal_networks(storage.load(tmp_path / "model.npz"), net)


def test_saving_changes_nothing_and_writes_the_same_bytes(tmp_path):
    net, optimizer = small_net(), optim.Adam()
    learn(net, optimizer, 2)
    storage.save(net, tmp_path / "a.npz", optimizer=optimizer, epochs=1)
    storage.save(net, tmp_path / "b.npz", optimizer=optimizer, epochs=1)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    expected, expected_optimizer = small_net(), optim.Adam()
    learn(expected, expected_optimizer, 2)
    assert_equal_networks(net, expected)
    assert_equal_optimizers(optimizer, expected_optimizer)


def test_what_is_loaded_is_a_network_of_its_own(tmp_path):
    storage.save(small_net(), tmp_path / "model.npz")
    first, second = storage.load(tmp_path / "model.npz"), storage.load(tmp_path / "model.npz")
    for param in first.params():
        param += 1
    assert_equal_networks(second, small_net())


def test_a_compressed_file_is_as_good(tmp_path):
    storage.save(small_net(), tmp_path / "model.npz")
    with np.load(tmp_path / "model.npz") as arrays:
        np.savez_compressed(tmp_path / "small.npz", **arrays)
    assert_equal_networks(storage.load(tmp_path / "small.npz"), small_net())


# ---- Whole or not at all


FAILURES = [
    (OSError(errno.ENOSPC, "No space left on device"), r"cannot: the disk is full\.$"),
    (OSError(errno.EACCES, "Permission denied"), r"cannot: you do not have the permission\.$"),
    (OSError(errno.EROFS, "Read-only file system"), r"cannot: the disk can only be read\.$"),
    (OSError(errno.EDQUOT, "Disk quota exceeded"), r"cannot: disk quota exceeded\.$"),
    (KeyboardInterrupt(), None),
]


@pytest.mark.parametrize(("failure", "words"), FAILURES, ids=lambda value: repr(value)[:20])
@pytest.mark.parametrize("moment", ["writing", "replacing"])
def test_a_failure_midway_leaves_the_old_file(failure, words, moment, tmp_path, monkeypatch):
    path = tmp_path / "model.npz"
    storage.save(small_net(), path)

    def half(file, **arrays):
        file.write(b"half of it")
        raise failure

    def none(source, target):
        raise failure

    where, name, stand_in = {
        "writing": (np, "savez", half),
        "replacing": (os, "replace", none),
    }[moment]
    monkeypatch.setattr(where, name, stand_in)
    kind = ValueError if isinstance(failure, OSError) else type(failure)
    with pytest.raises(kind, match=words):
        storage.save(small_net(seed=1), path)
    assert os.listdir(tmp_path) == ["model.npz"]
    assert_equal_networks(storage.load(path), small_net())


def test_an_old_file_is_replaced(tmp_path):
    storage.save(small_net(), tmp_path / "model.npz")
    storage.save(small_net(seed=1), tmp_path / "model.npz")
    assert_equal_networks(storage.load(tmp_path / "model.npz"), small_net(seed=1))


def test_a_file_that_cannot_be_opened_is_not_called_damaged(tmp_path, monkeypatch):
    storage.save(small_net(), tmp_path / "model.npz")
    monkeypatch.setattr(os, "access", lambda path, how: how != os.R_OK)
    with pytest.raises(ValueError, match=r"^load: path should be a file that you may read, but "):
        storage.load(tmp_path / "model.npz")


def test_what_lies_beside_the_file_is_left_alone(tmp_path):
    """Also a link, which would lead the bytes into another file."""
    for name in ("model.npz.part", "model.npz.0123.part", "other.npz.0123456789abcdef.part"):
        (tmp_path / name).write_text("mine")
        os.utime(tmp_path / name, (0, 0))
    (tmp_path / "diary").write_text("dear diary")
    os.symlink(tmp_path / "diary", tmp_path / "model.npz")
    before = set(os.listdir(tmp_path))
    storage.save(small_net(), tmp_path / "model.npz")
    assert set(os.listdir(tmp_path)) == before
    assert (tmp_path / "model.npz.part").read_text() == "mine"
    assert (tmp_path / "diary").read_text() == "dear diary"
    assert_equal_networks(storage.load(tmp_path / "model.npz"), small_net())


def test_what_a_killed_program_left_goes_with_the_next_save(tmp_path):
    left, at_work = (tmp_path / f"model.npz.{digit * 16}.part" for digit in "0a")
    for part in (left, at_work):
        part.write_text("half a file")
        os.utime(part, (time.time() - 60,) * 2)
    with open(at_work, "rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        storage.save(small_net(), tmp_path / "model.npz")
        assert sorted(os.listdir(tmp_path)) == ["model.npz", at_work.name]
    storage.save(small_net(), tmp_path / "model.npz")
    assert os.listdir(tmp_path) == ["model.npz"]


def test_without_locks_what_was_left_goes_on_the_next_day(tmp_path, monkeypatch):
    """As under Windows."""
    monkeypatch.setattr(files, "flock", None)
    old, new = (tmp_path / f"model.npz.{digit * 16}.part" for digit in "0a")
    for part, age in ((old, 90_000), (new, 60)):
        part.write_text("half a file")
        os.utime(part, (time.time() - age,) * 2)
    storage.save(small_net(), tmp_path / "model.npz")
    assert sorted(os.listdir(tmp_path)) == ["model.npz", new.name]


SAVER = """
import signal, sys
import numpy as np
from cnncourse import networks, storage
signal.alarm(600)  # if the tests themselves are killed
while True:
    for seed in range(9):
        storage.save(networks.course_cnn(np.random.default_rng(seed)), sys.argv[1])
"""


def test_two_savers_and_their_sudden_end_never_damage_a_file(tmp_path):
    path = tmp_path / "model.npz"
    storage.save(networks.course_cnn(np.random.default_rng(0)), path)
    nets = [networks.course_cnn(np.random.default_rng(seed)).params() for seed in range(9)]
    known = {np.concatenate([p.ravel() for p in params]).tobytes() for params in nets}

    def read():
        return np.concatenate([p.ravel() for p in storage.load(path).params()]).tobytes()

    for _ in range(3):
        command = [sys.executable, "-c", SAVER, path]
        with subprocess.Popen(command) as one, subprocess.Popen(command) as other:
            try:
                seen, end = set(), time.monotonic() + 120
                while len(seen) < 5 and time.monotonic() < end:
                    seen.add(read())
            finally:
                one.kill()
                other.kill()
        assert len(seen) == 5
        assert seen | {read()} <= known


def test_a_pipe_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "model.npz")
    with pytest.raises(ValueError, match=r"^save: path should be a file, but .* is a pipe or a"):
        storage.save(small_net(), tmp_path / "model.npz")
    with pytest.raises(ValueError, match=r"^load: path should be a saved network, but .* no file"):
        storage.load(tmp_path / "model.npz")


def test_a_folder_is_not_replaced(tmp_path):
    (tmp_path / "model.npz").mkdir()
    with pytest.raises(ValueError, match=r"^save: path should be a file, but .* is a folder\.$"):
        storage.save(small_net(), tmp_path / "model.npz")


# ---- Files that are refused


@pytest.fixture
def saved(tmp_path):
    """A file with a network, an optimizer after two steps, and notes."""
    net, optimizer = small_net(), optim.SGD(optim.OneCycle(0.1, 9), momentum=0.9)
    learn(net, optimizer, 2)
    storage.save(net, tmp_path / "model.npz", optimizer=optimizer, epochs=1)
    return tmp_path / "model.npz"


class Trap:
    """Unpickling it makes a file called sprung."""

    def __reduce__(self):
        return Path.touch, (Path("sprung"),)


def with_pickle(path):
    with np.load(path) as arrays:
        np.savez(path, **{**arrays, "layer 0 w": np.array([Trap()])})


def about_is_pickle(path):
    np.savez(path, about=np.array([Trap()], object))


FILES = {
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("a network, please"),
    "random bytes": lambda path: path.write_bytes(np.random.default_rng(0).bytes(5000)),
    "zeros": lambda path: path.write_bytes(bytes(5000)),
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "one byte short": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "without its beginning": lambda path: path.write_bytes(path.read_bytes()[100:]),
    "a picture": lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100)),
    "a plain npz": lambda path: np.savez(path, x=np.ones(3)),
    "an npz of nothing": lambda path: np.savez(path),
    "one array": lambda path: path.write_bytes(npy_bytes(path)),
    "a pickle": lambda path: path.write_bytes(pickle.dumps(Trap())),
    "a pickle among the arrays": with_pickle,
    "a pickle for the text": about_is_pickle,
    "a zip of texts": lambda path: zip_of(path, "about", '{"format": "cnncourse network 1"}'),
    "a zip of a wrong npy": lambda path: zip_of(path, "about.npy", "not an array"),
}


def npy_bytes(path):
    np.save(path.with_suffix(".npy"), np.ones(3))
    return path.with_suffix(".npy").read_bytes()


def zip_of(path, name, content):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, content)


def first_layer(**settings):
    """A change of the settings of layer 0."""

    def change(text, arrays):
        text["layers"][0][1].update(settings)

    return change


def optimizer(**settings):
    """A change of the settings of the optimizer."""

    def change(text, arrays):
        text["optimizer"].update(settings)

    return change


def array(name, change):
    """A change of one array."""

    def change_it(text, arrays):
        arrays[name] = change(arrays[name])

    return change_it


def with_value(value):
    def change(array):
        array.flat[-1] = value
        return array

    return change


# what to change in the text and the arrays, and a word of the reason that has to be given
TAMPERED = {
    "another format": (lambda text, arrays: text.update(format="other"), "'other'"),
    "no format": (lambda text, arrays: text.pop("format"), ""),
    "no layers": (lambda text, arrays: text.pop("layers"), ""),
    "zero layers": (lambda text, arrays: text.update(layers=[]), "layers"),
    "layers a number": (lambda text, arrays: text.update(layers=3), ""),
    "layers of one word": (lambda text, arrays: text.update(layers=["ReLU"]), ""),
    "no notes": (lambda text, arrays: text.pop("notes"), ""),
    "an unknown layer": (lambda text, arrays: text["layers"].append(["Attention", {}]), ""),
    "a function as layer": (lambda text, arrays: text["layers"].append(["small_weights", {}]), ""),
    "an unhashable layer": (lambda text, arrays: text["layers"].append([[], {}]), ""),
    "settings a list": (lambda text, arrays: text["layers"].append(["ReLU", [1]]), ""),
    "a setting too many": (first_layer(groups=2), ""),
    "many filters": (first_layer(filters=10**8), "layer 0 w is larger than all that"),
    "large kernels": (first_layer(k=[10**4, 10**4]), "layer 0 w is larger than all that"),
    "stride zero": (first_layer(stride=0), "Conv2D: stride"),
    "stride text": (first_layer(stride="1"), "Conv2D: stride"),
    "channels null": (first_layer(channels=None), "Conv2D: channels"),
    "other filters": (first_layer(filters=4), "layer 0 w"),
    "a rate of one": (lambda text, arrays: text["layers"][4][1].update(rate=1), "Dropout: rate"),
    "w of another shape": (array("layer 0 w", lambda w: w[:2]), "layer 0 w"),
    "w turned": (array("layer 5 w", lambda w: w.T), "(3, 12)"),
    "w float64": (array("layer 0 w", lambda w: w.astype(float)), "float64"),
    "w int32": (array("layer 0 w", lambda w: w.astype("int32")), "int32"),
    "w text": (array("layer 0 w", lambda w: w.astype(str)), "layer 0 w"),
    "w NaN": (array("layer 0 w", with_value(np.nan)), "not a number"),
    "b infinite": (array("layer 5 b", with_value(-np.inf)), "layer 5 b"),
    "no w": (lambda text, arrays: arrays.pop("layer 5 w"), "layer 5 w is missing"),
    "an array too many": (lambda text, arrays: arrays.update(extra=np.ones(2)), "'extra'"),
    "an unknown optimizer": (optimizer(name="Lion"), ""),
    "optimizer null": (lambda text, arrays: text.update(optimizer=None), ""),
    "lr negative": (optimizer(lr=-1), "SGD: lr"),
    "lr text": (optimizer(lr="0.1"), "SGD: lr"),
    "lr of no length": (optimizer(lr={"peak": 1, "steps": 0, "rise": 0}), "OneCycle: steps"),
    "lr incomplete": (optimizer(lr={"peak": 1}), ""),
    "lr too much": (optimizer(lr={"peak": 1, "steps": 1, "fall": 1}), ""),
    "momentum of one": (optimizer(momentum=1), "momentum"),
    "steps negative": (optimizer(steps=-1), "optimizer: steps"),
    "steps float": (optimizer(steps=2.0), "optimizer: steps"),
    "steps text": (optimizer(steps="2"), "optimizer: steps"),
    "no steps": (optimizer(steps=0), "'optimizer 0 0'"),
    "optimizer another": (optimizer(name="Adam"), ""),
    "velocity of another shape": (array("optimizer 1 0", lambda v: v[:1]), "optimizer 1 0"),
    "velocity NaN": (array("optimizer 0 0", with_value(np.nan)), "optimizer 0 0"),
    "no velocity": (lambda text, arrays: arrays.pop("optimizer 3 0"), "optimizer 3 0 is missing"),
}

# what stands in place of the text
TEXTS = {
    "no text": None,
    "not JSON": np.array("{"),
    "an empty text": np.array(""),
    "a list": np.array("[]"),
    "a number": np.array("3"),
    "an array of numbers": np.ones(3),
    "several texts": np.array(["{}", "{}"]),
    "deep JSON": np.array("[" * 100_000),
}


def refused(path):
    """The sentence with which load refuses the file."""
    with pytest.raises(ValueError) as caught:
        storage.load(path)
    message = str(caught.value)
    beginning = f"load: {str(path)!r} should be a network saved by cnncourse, but it is damaged"
    assert message.startswith(beginning)
    assert message.endswith(".")
    assert re.search(r"[.!?] [A-Z]|\s\s|\n", message.removeprefix(beginning)) is None
    assert "pickle" not in message  # NumPy's own advice is to allow it
    return message


@pytest.mark.parametrize("name", FILES)
def test_other_files_are_refused_and_never_run(name, saved, monkeypatch):
    monkeypatch.chdir(saved.parent)
    FILES[name](saved)
    refused(saved)
    assert not Path("sprung").exists()


def test_the_trap_works(tmp_path, monkeypatch):
    """Otherwise the test above would show nothing."""
    monkeypatch.chdir(tmp_path)
    pickle.loads(pickle.dumps(Trap()))
    assert Path("sprung").exists()


def rewrite(path, change):
    """Save the file again with its text and arrays changed."""
    with np.load(path) as file:
        arrays = dict(file)
    text = json.loads(str(arrays.pop("about")))
    change(text, arrays)
    np.savez(path, **arrays, about=np.array(json.dumps(text)))


def test_a_file_written_again_is_as_good(saved):
    """Otherwise the table would show nothing."""
    expected = storage.load(saved)
    rewrite(saved, lambda text, arrays: None)
    assert_equal_networks(storage.load(saved), expected)


@pytest.mark.parametrize("name", TAMPERED)
def test_what_does_not_fit_together_is_refused(name, saved):
    change, reason = TAMPERED[name]
    rewrite(saved, change)
    assert reason in refused(saved)


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_that_is_none_is_refused(name, saved):
    with np.load(saved) as file:
        arrays = {key: file[key] for key in file if key != "about"}
    text = {} if TEXTS[name] is None else {"about": TEXTS[name]}
    np.savez(saved, **arrays, **text)
    refused(saved)


def outcome(path):
    """What loading gives: the network and optimizer as one comparable text, or None if refused."""
    try:
        net, optimizer, notes = storage.load_training(path)
    except ValueError as problem:
        assert str(problem).startswith(f"load: {str(path)!r} should be a network saved by")
        return None
    arrays = [*net.params(), *(a for state in optimizer.state for a in state)]
    return repr(net), optimizer.steps, notes, [array.tobytes() for array in arrays]


def test_a_file_that_would_be_huge_once_unpacked_is_refused_before_it_is(saved, monkeypatch):
    with np.load(saved) as arrays:
        np.savez_compressed(saved, **arrays, more=np.zeros(10**6))
    monkeypatch.setattr(np.lib.npyio.NpzFile, "__getitem__", lambda *what: 1 / 0)
    refused(saved)
    monkeypatch.undo()
    with pytest.raises(ValueError, match=r"would be 8,\d\d\d,\d\d\d bytes once it is unpacked"):
        files.read_arrays(saved)


def test_a_network_of_very_many_layers_is_made_in_no_time():
    many, begun = [layers.ReLU() for _ in range(20_000)], time.process_time()
    layers.Sequential(*many)  # comparing each with all before it took 200 million comparisons
    assert time.process_time() - begun < 1


def test_a_flipped_byte_is_noticed_or_does_no_harm(saved):
    whole, expected = saved.read_bytes(), outcome(saved)
    rng = np.random.default_rng(0)
    found = []
    for place, flip in zip(rng.integers(len(whole), size=300), rng.integers(1, 256, size=300)):
        damaged = bytearray(whole)
        damaged[place] ^= flip
        saved.write_bytes(damaged)
        found.append(outcome(saved))
    assert [result for result in found if result not in (None, expected)] == []
    assert found.count(None) > 150


def test_a_flipped_byte_in_the_directory_of_the_archive_is_noticed_or_does_no_harm(saved):
    """Names, sizes, flags and checksums: all bytes that do not belong to a value."""
    whole, expected = saved.read_bytes(), outcome(saved)
    directory = whole.index(b"PK\x01\x02")
    found = []
    for place in range(directory, len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1
        saved.write_bytes(damaged)
        found.append(outcome(saved))
    assert [result for result in found if result not in (None, expected)] == []


def test_a_truncated_file_is_refused(saved):
    whole = saved.read_bytes()
    found = []
    for length in np.random.default_rng(0).integers(len(whole), size=100):
        saved.write_bytes(whole[:length])
        found.append(outcome(saved))
    assert found == [None] * 100
