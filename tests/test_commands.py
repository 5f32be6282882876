"""python -m cnncourse: train, stop, go on, name the digit in a picture; and what it refuses.

Training is kept short by DRIVER, a program that runs the same main() on a few digits.
"""

import errno
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnncourse import data, layers, networks, ops, optim, storage, train
from cnncourse.__main__ import main
from cnncourse.recipes import RECIPES

FEW = 1280  # digits to learn from: 20 steps an epoch
STEPS = 60  # of a run of three epochs

DRIVER = """
import signal, sys
import numpy as np
from cnncourse import __main__, data

signal.signal(signal.SIGINT, signal.default_int_handler)  # however the tests were started
with np.load(sys.argv[1]) as file:
    digits = data.Dataset(**file)
data.load = lambda name: digits
sys.exit(__main__.main(sys.argv[2:]))
"""


@pytest.fixture(scope="module")
def few(mnist):
    return data.Dataset(
        mnist.x_train[:FEW], mnist.y_train[:FEW], mnist.x_test[:200], mnist.y_test[:200]
    )


@pytest.fixture(scope="module")
def driver(few, tmp_path_factory):
    """The words that begin a command line in a process of its own, on a few digits."""
    folder = tmp_path_factory.mktemp("driver")
    np.savez(folder / "few.npz", **few._asdict())
    (folder / "driver.py").write_text(DRIVER)
    return [sys.executable, str(folder / "driver.py"), str(folder / "few.npz")]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def on_a_few(few, monkeypatch):
    """main() in this process, on a few digits."""
    load = data.load
    monkeypatch.setattr(data, "load", lambda name: few if name == "mnist" else load(name))


def command(*words, program=(sys.executable, "-m", "cnncourse")):
    return subprocess.run([*program, *map(str, words)], capture_output=True, text=True, timeout=60)


def arrays_of(path):
    with np.load(path) as file:
        return dict(file)


def assert_equal_files(path, expected):
    found, wanted = arrays_of(path), arrays_of(expected)
    assert list(found) == list(wanted)
    for name, array in wanted.items():
        np.testing.assert_array_equal(found[name], array)


# ---- Training


@pytest.fixture(scope="module")
def finished(driver, tmp_path_factory):
    """A run of three epochs without a break: what it said, and its file."""
    path = tmp_path_factory.mktemp("finished") / "whole.npz"
    return command("train", "--epochs", 3, "--out", path, program=driver), path


def test_a_run_ends_with_its_accuracy(finished, few):
    done, path = finished
    assert done.returncode == 0
    saved, accuracy = done.stdout.splitlines()
    assert saved == f"saved {path}"
    share = train.accuracy(storage.load(path), few.x_test, few.y_test)
    assert accuracy == f"test accuracy {share:.2%}"
    assert re.fullmatch(r"test accuracy \d+\.\d\d%", accuracy)
    assert share > 0.6


def test_progress_is_shown_apart_from_the_result(finished):
    done, _ = finished
    assert "epoch 3 of 3" in done.stderr
    assert f"{STEPS}/{STEPS}" in done.stderr
    assert re.search(r"loss \d\.\d\d\d", done.stderr)


def test_the_file_tells_how_it_was_made(finished):
    _, optimizer, notes = storage.load_training(finished[1])
    assert notes == {"recipe": "quick", "dataset": "mnist", "epochs": 3, "seed": 0}
    assert optimizer.steps == STEPS
    assert optimizer.rate() == 0


def test_a_run_is_what_the_package_does_with_that_seed(on_a_few, few, folder):
    assert main(["train", "--epochs", "1", "--seed", "5", "--out", "run.npz"]) == 0
    net = networks.course_cnn(np.random.default_rng(5))
    optimizer = optim.SGD(lr=optim.OneCycle(peak=0.05, steps=20), momentum=0.9)
    options = dict(epochs=1, optimizer=optimizer, rng=np.random.default_rng(5))
    list(train.fit(net, few.x_train, few.y_train, **options))
    notes = dict(recipe="quick", dataset="mnist", epochs=1, seed=5)
    storage.save(net, "expected.npz", optimizer=optimizer, **notes)
    assert_equal_files("run.npz", "expected.npz")


@pytest.mark.parametrize("name", RECIPES)
def test_a_run_with_a_recipe_is_that_recipe(name, on_a_few, few, folder):
    words = ["--recipe", name, "--epochs", "1", "--seed", "2", "--out", "run.npz"]
    assert main(["train", *words]) == 0
    recipe = RECIPES[name]._replace(epochs=1)
    net, optimizer = recipe.begin(FEW, seed=2)
    list(recipe.records(net, optimizer, few.x_train, few.y_train, seed=2))
    notes = dict(recipe=name, dataset="mnist", epochs=1, seed=2)
    storage.save(net, "expected.npz", optimizer=optimizer, **notes)
    assert_equal_files("run.npz", "expected.npz")


def test_without_options_the_recipe_is_quick(on_a_few, folder, capsys):
    assert main(["train"]) == 0
    _, optimizer, notes = storage.load_training("model.npz")
    assert notes == {"recipe": "quick", "dataset": "mnist", "epochs": 2, "seed": 0}
    assert optimizer.steps == 40
    assert "epoch 2 of 2" in capsys.readouterr().err


def test_a_free_name_is_found(on_a_few, folder, capsys):
    Path("model.npz").write_text("something precious", encoding="utf-8")
    Path("model-2.npz").mkdir()
    for name in ("model-3.npz", "model-4.npz"):
        main(["train", "--epochs", "1"])
        assert f"saved {name}\n" in capsys.readouterr().out
    assert Path("model.npz").read_text(encoding="utf-8") == "something precious"
    assert sorted(os.listdir()) == ["model-2.npz", "model-3.npz", "model-4.npz", "model.npz"]
    assert_equal_files("model-3.npz", "model-4.npz")


def test_the_first_free_name_is_model(on_a_few, folder):
    main(["train", "--epochs", "1"])
    assert os.listdir() == ["model.npz"]


# ---- Stopped, and gone on with


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to all programs of a window")
@pytest.mark.parametrize("reached", [r"[1-9]", r"3\d"], ids=["at the beginning", "later"])
def test_ctrl_c_saves_and_resume_gives_the_same_weights(
    reached, driver, finished, folder, monkeypatch
):
    words = ["train", "--epochs", "3", "--out", "stopped run.npz"]
    pipes = dict(stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    env = {**os.environ, "TQDM_MININTERVAL": "0"}  # show every step
    process = subprocess.Popen([*driver, *words], **pipes, env=env, start_new_session=True)
    shown = ""
    for sign in iter(lambda: process.stderr.read(1), ""):
        shown += sign
        if re.search(rf" {reached}/{STEPS} ", shown):
            break
    os.killpg(process.pid, signal.SIGINT)  # a terminal, too, tells all processes of a command
    out, err = process.communicate(timeout=60)

    assert process.returncode == 130
    assert "Traceback" not in err
    stopped, resume = out.splitlines()
    steps = int(re.fullmatch(r"stopped after (\d+) steps and saved .*; to go on:", stopped)[1])
    assert 0 < steps < STEPS
    assert storage.load_training("stopped run.npz")[1].steps == steps

    program, *words = shlex.split(resume)
    assert [program, *words[:2]] == [sys.executable, "-m", "cnncourse"]
    assert words[2:] == ["train", "--resume", str(folder / "stopped run.npz")]
    monkeypatch.chdir("/")  # wherever it is pasted
    done = command(*words[2:], program=driver)
    run = folder / "stopped run.npz"
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, f"saved {run}")
    assert done.stdout.splitlines()[1] == finished[0].stdout.splitlines()[1]
    assert_equal_files(run, finished[1])


class PulledPlug(Exception):
    pass


def test_after_a_crash_the_last_epoch_is_there(on_a_few, finished, monkeypatch):
    plain = optim.SGD.update

    def update(self, params, grads):
        if self.steps == 47:
            raise PulledPlug
        plain(self, params, grads)

    monkeypatch.setattr(optim.SGD, "update", update)
    with pytest.raises(PulledPlug):
        main(["train", "--epochs", "3", "--out", "run.npz"])
    assert storage.load_training("run.npz")[1].steps == 41  # two epochs, and the step that told so
    monkeypatch.setattr(optim.SGD, "update", plain)
    assert main(["train", "--resume", "run.npz"]) == 0
    assert_equal_files("run.npz", finished[1])


def test_ctrl_c_before_the_first_step_is_quiet(monkeypatch, capsys):
    def load(name):
        raise KeyboardInterrupt

    monkeypatch.setattr(data, "load", load)
    try:
        code = main(["train"])
    except KeyboardInterrupt:  # would stop the tests
        code = "not caught"
    assert (code, *capsys.readouterr()) == (130, "", "")
    assert os.listdir() == []


def test_a_finished_run_only_tells_its_accuracy(on_a_few, finished, capsys):
    done, path = finished
    before = path.read_bytes(), path.stat().st_mtime_ns
    assert main(["train", "--resume", str(path)]) == 0
    out, err = capsys.readouterr()
    first, longer, last = out.splitlines()
    assert first == f"{path} has taken all of its {STEPS} steps already; for more, for example"
    program, *words = shlex.split(longer)
    assert [program, *words[:2]] == [sys.executable, "-m", "cnncourse"]
    assert words[2:] == ["train", "--resume", str(path.resolve()), "--epochs", "6"]
    assert last == done.stdout.splitlines()[-1]
    assert err == ""
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


@pytest.mark.parametrize("name", ["minute", "full"])
def test_resume_goes_on_with_the_recipe(name, on_a_few, monkeypatch):
    """Its shifts and its weight decay as well, to the very same weights."""
    words = ["train", "--recipe", name, "--epochs", "2", "--out"]
    assert main([*words, "whole.npz"]) == 0
    plain = optim.SGD.update

    def update(self, params, grads):
        plain(self, params, grads)
        if self.steps == 27:
            raise KeyboardInterrupt

    monkeypatch.setattr(optim.SGD, "update", update)
    assert main([*words, "stopped.npz"]) == 130
    monkeypatch.setattr(optim.SGD, "update", plain)
    _, optimizer, notes = storage.load_training("stopped.npz")
    assert (optimizer.steps, notes["recipe"]) == (27, name)
    assert main(["train", "--resume", "stopped.npz"]) == 0
    assert_equal_files("stopped.npz", "whole.npz")


def test_a_finished_run_can_be_trained_for_longer(on_a_few, finished, few, capsys):
    """Its learning rate rises and falls once more, over the two epochs that are new."""
    net, optimizer, _ = storage.load_training(finished[1])
    optimizer.lr = optim.OneCycle(peak=0.05, steps=40, start=STEPS)
    rng = np.random.default_rng(0)
    options = dict(epochs=5, optimizer=optimizer, rng=rng, start=STEPS)
    list(train.fit(net, few.x_train, few.y_train, **options))
    notes = dict(recipe="quick", dataset="mnist", epochs=5, seed=0)
    storage.save(net, "expected.npz", optimizer=optimizer, **notes)

    words = ["train", "--resume", str(finished[1]), "--epochs", "5", "--out", "longer.npz"]
    assert main(words) == 0
    assert "epoch 5 of 5" in capsys.readouterr().err
    assert_equal_files("longer.npz", "expected.npz")


def test_a_longer_run_that_was_stopped_goes_on_to_the_same_end(on_a_few, finished, monkeypatch):
    start = ["train", "--resume", str(finished[1]), "--epochs", "4", "--out"]
    assert main([*start, "whole.npz"]) == 0
    plain = optim.SGD.update

    def update(self, params, grads):
        plain(self, params, grads)
        if self.steps == 67:
            raise KeyboardInterrupt

    monkeypatch.setattr(optim.SGD, "update", update)
    assert main([*start, "stopped.npz"]) == 130
    monkeypatch.setattr(optim.SGD, "update", plain)
    assert main(["train", "--resume", "stopped.npz"]) == 0
    assert_equal_files("stopped.npz", "whole.npz")


def test_a_finished_run_can_be_given_another_name(on_a_few, finished):
    assert main(["train", "--resume", str(finished[1]), "--out", "copy.npz"]) == 0
    assert_equal_files("copy.npz", finished[1])


def test_what_a_run_was_given_may_be_repeated(on_a_few, finished):
    words = ["--epochs", "3", "--seed", "0", "--dataset", "mnist", "--recipe", "quick"]
    assert main(["train", "--resume", str(finished[1]), *words]) == 0


def test_resume_to_another_file_leaves_the_first(on_a_few, folder, monkeypatch):
    """The first was saved before there were recipes: it is a quick one."""
    net = networks.course_cnn(np.random.default_rng(0))
    optimizer = optim.SGD(lr=optim.OneCycle(0.05, 20), momentum=0.9)
    storage.save(net, "first.npz", optimizer=optimizer, dataset="mnist", epochs=1, seed=0)
    before = Path("first.npz").read_bytes()
    assert main(["train", "--resume", "first.npz", "--out", "second.npz"]) == 0
    assert Path("first.npz").read_bytes() == before
    _, optimizer, notes = storage.load_training("second.npz")
    assert (optimizer.steps, notes["recipe"]) == (20, "quick")


# ---- Pictures


@pytest.fixture(scope="module")
def model(mnist, tmp_path_factory):
    """A network that has learned more digits than the few."""
    path = tmp_path_factory.mktemp("model") / "model.npz"
    net = networks.course_cnn(np.random.default_rng(0))
    optimizer = optim.SGD(lr=optim.OneCycle(0.1, 100), momentum=0.9)
    x, y = mnist.x_train[:6400], mnist.y_train[:6400]
    list(train.fit(net, x, y, epochs=1, optimizer=optimizer, rng=np.random.default_rng(0)))
    storage.save(net, path)
    return path


@pytest.fixture(scope="module")
def clear_digits(model, mnist):
    """For each label the test image that the network is surest of, as bytes: white on black."""
    x, y = mnist.x_test[:1000], mnist.y_test[:1000]
    probabilities, _ = ops.softmax(storage.load(model)(x))
    surest = [np.where(y == label, probabilities[:, label], -1).argmax() for label in range(10)]
    return (x[surest, :, :, 0] * 255).round().astype(np.uint8)


def dark_on_light(digit):
    return Image.fromarray(255 - digit)


def coloured(digit):
    """Blue ink on yellowish paper."""
    ink = digit[..., None] / 255
    return Image.fromarray((ink * [20, 40, 160] + (1 - ink) * [250, 245, 220]).astype(np.uint8))


def in_a_corner(digit):
    """On a sheet that is not square."""
    sheet = np.full((90, 160), 230, np.uint8)
    sheet[50:78, 10:38] = np.minimum(230, 255 - digit)
    return Image.fromarray(sheet)


def see_through(digit):
    """Black ink, and no paper at all."""
    pixels = np.zeros((28, 28, 4), np.uint8)
    pixels[..., 3] = digit
    return Image.fromarray(pixels)


def large(digit):
    return Image.fromarray(digit).resize((300, 300), Image.Resampling.BICUBIC)


def small(digit):
    return Image.fromarray(255 - digit[3:25, 3:25]).resize((18, 18), Image.Resampling.LANCZOS)


PICTURES = [Image.fromarray, dark_on_light, coloured, in_a_corner, see_through, large, small]


@pytest.mark.parametrize("picture", PICTURES, ids=lambda f: f.__name__)
def test_digits_in_pictures_are_named(picture, clear_digits, model, capsys):
    named = []
    for digit in clear_digits:
        picture(digit).save("digit.png")
        assert main(["predict", "--model", str(model), "digit.png"]) == 0
        named.append(int(capsys.readouterr().out[0]))
    np.testing.assert_array_equal(named, range(10))


@pytest.mark.parametrize("kind", ["jpg", "bmp", "gif", "webp"])
def test_other_kinds_of_files_are_read(kind, clear_digits, model, capsys):
    large(clear_digits[4]).save(f"four.{kind}")
    assert main(["predict", "--model", str(model), f"four.{kind}"]) == 0
    assert capsys.readouterr().out.startswith("4 ")


def test_the_answer_says_how_sure_and_what_comes_second(clear_digits, model):
    dark_on_light(clear_digits[7]).save("seven.png")
    done = command("predict", "--model", model, "seven.png")
    assert (done.returncode, done.stderr) == (0, "")
    said = re.fullmatch(r"7   \((\d+\.\d)%; then (\d), (\d+\.\d)%\)\n", done.stdout)
    assert 50 < float(said[1]) <= 100
    assert said[2] != "7"
    assert float(said[3]) <= 100.01 - float(said[1])


def test_several_pictures_are_named_in_one_call(clear_digits, model, folder, capsys):
    for label in (3, 8):
        dark_on_light(clear_digits[label]).save(f"{label}.png")
    Image.new("L", (40, 40), 255).save("blank.png")
    assert main(["predict", "--model", str(model), "3.png", "8.png"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert [line[:10] for line in out.splitlines()] == ["3.png: 3  ", "8.png: 8  "]
    assert main(["predict", "--model", str(model), "3.png", "blank.png", "8.png"]) == 2
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 2  # one that cannot be read does not hide the others
    assert re.fullmatch(r"blank\.png: [^\n]+\n", err)


# ---- What is refused


@pytest.fixture(scope="module")
def things(model, finished, tmp_path_factory):
    """A folder with things that cannot be used."""
    folder = tmp_path_factory.mktemp("things")
    (folder / "text.txt").write_text("seven")
    (folder / "text.npz").write_text("weights")
    (folder / "text.png").write_text("a picture")
    (folder / "empty.png").write_bytes(b"")
    (folder / "folder.npz").mkdir()
    Image.new("L", (40, 40), 255).save(folder / "blank.png")
    Image.new("L", (4, 4), 255).save(folder / "tiny.png")
    Image.effect_noise((200, 200), 90).save(folder / "noise.png")
    whole = (folder / "noise.png").read_bytes()
    (folder / "truncated.png").write_bytes(whole[: len(whole) // 2])
    (folder / "model.npz").write_bytes(model.read_bytes())
    (folder / "run.npz").write_bytes(finished[1].read_bytes())
    (folder / "run.backup").write_bytes(finished[1].read_bytes())
    (folder / "half.npz").write_bytes(model.read_bytes()[:9999])
    digit = np.zeros((28, 28), np.uint8)
    digit[5:22, 13:16] = 255
    Image.fromarray(digit).save(folder / "one.png")

    rng = np.random.default_rng(0)
    flat = layers.Flatten()
    dense = layers.Sequential(flat, layers.Dense(784, 3, rng=rng))
    storage.save(dense, folder / "three scores.npz")
    storage.save(layers.Sequential(flat), folder / "no scores.npz")
    storage.save(layers.Sequential(layers.ReLU()), folder / "images.npz")
    coloured = layers.Sequential(layers.Conv2D(3, 10, 28, rng=rng), flat)
    storage.save(coloured, folder / "colour.npz")
    optimizer = optim.SGD(0.1)
    storage.save(dense, folder / "own run.npz", optimizer=optimizer, epochs=3)
    notes = dict(dataset="mnist", seed=0)
    storage.save(dense, folder / "text run.npz", optimizer=optimizer, epochs="3", **notes)
    notes |= dict(epochs=3, recipe=["quick"])
    storage.save(dense, folder / "odd recipe.npz", optimizer=optimizer, **notes)
    return folder


# the words, and what the last line on the screen has to hold
REFUSED = {
    "an unknown dataset": (
        "train --dataset cifar",
        "should be 'mnist' or 'fashion-mnist', but is 'cifar'",
    ),
    "no epochs": ("train --epochs 0", "--epochs should be a whole number of at least 1, but is 0"),
    "negative epochs": ("train --epochs -2", "--epochs should be a whole number of at least 1"),
    "a negative seed": ("train --seed -1", "--seed should be a whole number of at least 0"),
    "out not npz": ("train --out model.pt", "should end in .npz, but is 'model.pt'"),
    "out in no folder": ("train --out nowhere/m.npz", "in a folder that exists, but 'nowhere'"),
    "out a folder": ("train --out folder.npz", "should be a file, but 'folder.npz' is a folder"),
    "resume nothing": ("train --resume nowhere.npz", "but 'nowhere.npz' is no file"),
    "resume text": ("train --resume text.npz", "'text.npz' should be a network saved by"),
    "resume a network": ("train --resume model.npz", "model.npz holds a network alone"),
    "resume a run of one's own": ("train --resume 'own run.npz'", "own run.npz holds"),
    "resume odd epochs": ("train --resume 'text run.npz'", "--epochs should be a whole number"),
    "resume an odd recipe": ("train --resume 'odd recipe.npz'", "one of quick, minute, full, but"),
    "resume to not npz": ("train --resume run.npz --out run.bak", "should end in .npz"),
    "resume from a name to no npz": ("train --resume run.npz --out folder.npz", "is a folder"),
    "epochs done": (
        "train --resume run.npz --epochs 2",
        "has done, 60 steps, but 2 epochs have 40",
    ),
    "resume for no epochs": ("train --resume run.npz --epochs 0", "--epochs should be a whole"),
    "other seed": ("train --resume run.npz --seed 1", "--seed should stay 0"),
    "other recipe": ("train --resume run.npz --recipe full", "--recipe should stay quick"),
    "other dataset": ("train --resume run.npz --dataset cifar", "--dataset should stay mnist"),
    "no model": ("predict --model nowhere.npz one.png", "but 'nowhere.npz' is no file"),
    "a model of text": ("predict --model text.txt one.png", "'text.txt' should be a network saved"),
    "a picture as model": ("predict --model one.png one.png", "'one.png' should be a network"),
    "a folder as model": ("predict --model . one.png", "load: path should be a saved network"),
    "half a model": ("predict --model half.npz one.png", "it is damaged or something else"),
    "a model of 3 scores": ("predict --model 'three scores.npz' one.png", "gives 10 scores"),
    "a model of 784 scores": ("predict --model 'no scores.npz' one.png", "gives 10 scores"),
    "a model of images": ("predict --model images.npz one.png", "gives 10 scores to an image"),
    "a model for colour": ("predict --model colour.npz one.png", "an image of 28 x 28 x 1"),
    "no picture": ("predict --model model.npz nowhere.png", "'nowhere.png' does not exist"),
    "a picture of text": ("predict --model model.npz text.png", "'text.png' is none"),
    "an empty picture": ("predict --model model.npz empty.png", "'empty.png'"),
    "a truncated picture": ("predict --model model.npz truncated.png", "'truncated.png'"),
    "a folder as picture": ("predict --model model.npz folder.npz", "'folder.npz' is a folder"),
    "a blank picture": ("predict --model model.npz blank.png", "should show a digit"),
    "a tiny picture": ("predict --model model.npz tiny.png", "at least 8 x 8"),
    "a model as picture": ("predict --model model.npz model.npz", "'model.npz' is none"),
}

# what argparse itself refuses: its usage, then a sentence
MISUSED = {
    "no command": ("", "required: command"),
    "an unknown command": ("learn", "invalid choice: 'learn'"),
    "epochs a word": ("train --epochs three", "invalid int value: 'three'"),
    "epochs a fraction": ("train --epochs 1.5", "invalid int value: '1.5'"),
    "an unknown recipe": ("train --recipe long", "invalid choice: 'long'"),
    "an unknown option": ("train --rate 0.1", "--rate"),
    "predict without a model": ("predict one.png", "required: --model"),
    "predict without a picture": ("predict --model model.npz", "required: image"),
}


def assert_one_sentence(said, name):
    assert re.fullmatch(r"[^\n]+\n", said)
    assert any(words in said for words in REFUSED[name][1].split("|"))


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_done_is_said_in_one_sentence(name, things, on_a_few, monkeypatch, capsys):
    monkeypatch.chdir(things)
    before = sorted(os.listdir())
    assert main(shlex.split(REFUSED[name][0])) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert_one_sentence(err, name)
    assert sorted(os.listdir()) == before


@pytest.mark.parametrize("name", ["no epochs", "a model of text", "a blank picture"])
def test_and_in_a_process_of_its_own(name, things, monkeypatch):
    monkeypatch.chdir(things)
    done = command(*shlex.split(REFUSED[name][0]))
    assert (done.returncode, done.stdout) == (2, "")
    assert_one_sentence(done.stderr, name)


FULL = OSError(errno.ENOSPC, "No space left on device")
READ_ONLY = OSError(errno.EROFS, "Read-only file system", "model.npz")
TOLD = {"full": "This cannot be done: the disk is full.\n"}
TOLD["read-only"] = "'model.npz' cannot be used: the disk can only be read.\n"


@pytest.mark.parametrize("name, problem", [("full", FULL), ("read-only", READ_ONLY)])
def test_what_the_disk_refuses_is_said_in_words(name, problem, on_a_few, monkeypatch, capsys):
    def save(*arguments, **options):
        raise problem

    monkeypatch.setattr(storage, "save", save)
    assert main(["train"]) == 2
    assert capsys.readouterr() == ("", TOLD[name])


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
def test_a_reader_that_ends_early_is_said_in_one_sentence(folder):
    reading, writing = os.pipe()
    os.close(reading)
    words = [sys.executable, "-m", "cnncourse", "progress"]
    done = subprocess.run(words, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=60)
    os.close(writing)
    assert done.returncode == 2
    assert done.stderr == "The program that was to read this has ended before the end.\n"


@pytest.mark.parametrize("name", MISUSED)
def test_a_wrong_command_line_shows_how_it_should_be(name, capsys):
    words, said = MISUSED[name]
    with pytest.raises(SystemExit) as left:
        main(shlex.split(words))
    assert left.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("usage: python -m cnncourse")
    assert said in err.splitlines()[-1]


@pytest.mark.parametrize("words", ["--help", "train --help", "predict --help"])
def test_help(words, capsys):
    with pytest.raises(SystemExit) as left:
        main(words.split())
    assert left.value.code == 0
    assert capsys.readouterr().out.startswith("usage: python -m cnncourse")


def test_help_says_what_each_recipe_is(capsys):
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    out = capsys.readouterr().out
    for name, recipe in RECIPES.items():
        assert re.search(rf"^ +{name} +{re.escape(recipe.about)}$", out, re.MULTILINE)


def test_a_missing_data_file_is_said_in_one_sentence(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(data, "folder", lambda: tmp_path)
    assert main(["train"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "mnist.npz should be in" in err
    assert err.count("\n") == 1


LINE = '{{"lesson": "x", "exercise": "{}", "state": "{}", "mistake": "{}", "time": "{}"}}\n'


@pytest.fixture
def class_folder(folder):
    """The files of two learners, one of them in a folder of its own; and one that is damaged."""
    (folder / "class" / "ben").mkdir(parents=True)
    anna, ben = folder / "class/anna.jsonl", folder / "class/ben/cnncourse-progress.jsonl"
    flipped = LINE.format("correlate2d", "not yet", "flipped kernel", "2026-11-24T09:00:00")
    right = LINE.format("correlate2d", "right", "", "2026-11-24T09:01:00")
    anna.write_text(flipped + right + "half a li")
    ben.write_text(flipped + LINE.format("negative", "right", "", "2026-11-24T09:02:00"))
    return folder / "class"


def test_progress_of_a_class_names_learners_lessons_and_the_mistake_met_most(class_folder):
    result = command("progress", class_folder)
    assert result.returncode == 0
    assert f"{class_folder / 'anna.jsonl'}: 1 line could not be read\n" in result.stderr
    learners, exercises, sentences = result.stdout.split("\n\n")
    header, *rows = (line.split() for line in learners.splitlines())
    assert header[:3] == ["learner", "00", "01"]
    assert header[-4:] == ["right", "last", "try", "when"]
    assert [row[0] for row in rows] == ["anna", "ben"]
    assert [row[1][0] + row[2][0] + row[16] for row in rows] == ["011", "101"]
    assert [row[17:19] for row in rows] == [["correlate2d", "right"], ["negative", "right"]]
    line = next(line for line in exercises.splitlines() if "correlate2d" in line)
    assert line.split()[2:] == ["2", "1", "1", "1.5", "flipped", "kernel", "(2)"]
    assert "What stops most: correlate2d; of the 2 who tried it, 1 do not have" in sentences
    assert "“flipped kernel” in correlate2d, 2 of 2 learners." in sentences


def test_one_bad_file_of_a_class_is_named_and_the_others_are_shown(class_folder):
    os.mkfifo(class_folder / "pipe.jsonl")
    (class_folder / "huge.jsonl").write_bytes(b"")
    os.truncate(class_folder / "huge.jsonl", 10**9)
    (class_folder / "a\x1b[2Jb.jsonl").write_text("", encoding="utf-8")
    result = command("progress", class_folder)
    assert result.returncode == 0
    assert "pipe.jsonl: is no file" in result.stderr and "huge.jsonl: is too" in result.stderr
    assert "a?[2Jb" in result.stderr and "\x1b" not in result.stderr  # no order to a terminal


def test_an_empty_name_is_no_name(on_a_few, capsys):
    for words in (["--resume", ""], ["--out", ""]):
        assert main(["train", *words]) == 2
        assert " path should " in capsys.readouterr().err


def test_progress_of_one_learner_is_found_here_and_in_notebooks(folder, class_folder):
    assert "No results yet" in command("progress").stdout
    for place in ("notebooks", "my-lessons"):
        (folder / place).mkdir()
    kept = (class_folder / "anna.jsonl").rename(folder / "notebooks" / "cnncourse-progress.jsonl")
    shown = command("progress").stdout
    kept = kept.rename(folder / "my-lessons" / kept.name)
    assert command("progress").stdout == shown
    assert shown == command("progress", kept).stdout == command("progress", kept.parent).stdout
    assert shown.splitlines()[0].startswith("lesson")
    assert shown.splitlines()[-1].startswith("1 of ")


@pytest.mark.parametrize("path, says", [("nowhere", "is neither"), ("empty", "has no file whose")])
def test_progress_says_what_is_wrong_with_its_path(folder, path, says):
    (folder / "empty").mkdir()
    result = command("progress", path)
    assert result.returncode == 2
    assert result.stderr.startswith("progress: path should be a f")
    assert says in result.stderr
    assert result.stdout == ""
