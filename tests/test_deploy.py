"""What deploy/ holds: a real hub with two learners, and the files for other ways."""

import contextlib
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from cnncourse.workers import LIMIT
from deploy.hub import NO_NODE, hub
from deploy.learner import Learner, read
from deploy.memory import of_learner

CORES_EACH = str(max(1, os.cpu_count() // 2))  # for two learners
LAB = "from cnncourse.explorers import kernel_lab\nlab = kernel_lab()\nlab"


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """The address of a hub for ada and ben, and the room's folder."""
    if not shutil.which("npm") or not sys.platform.startswith("linux"):
        pytest.skip(NO_NODE)
    folder = tmp_path_factory.mktemp("room")
    with hub(folder, ["ada", "ben"]) as address:
        yield address, folder


@pytest.fixture(scope="module")
def learners(room):
    """Both, with their servers started at the same time."""
    both = [Learner(room[0], name, f"{name}-comes-at-nine") for name in ("ada", "ben")]
    with ThreadPoolExecutor() as pool:
        assert all(seconds > 0 for seconds in pool.map(Learner.come_in, both))
    return both


def test_two_learners_move_sliders_and_one_runs_out_of_memory_alone(learners, room):
    folder = room[1]
    with contextlib.ExitStack() as stack:
        first, second = (stack.enter_context(contextlib.closing(who.kernel())) for who in learners)
        for kernel in (first, second):
            kernel.run(LAB)
            assert kernel.move("0, 0", 100) < 30
            assert kernel.run("print(lab.weights[0].value)").split() == ["2.0"]
        with pytest.raises(RuntimeError, match="MemoryError: Unable to allocate"):
            first.run("import numpy as np\nnp.ones(10**9)")
        assert first.run("print(lab.weights[0].value)").split() == ["2.0"]  # it lives on
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", LIMIT):
            assert first.run(f"import os\nprint(os.environ['{name}'])").strip() == CORES_EACH
        lessons = first.run("import glob\nprint(len(glob.glob('[0-9]*.ipynb')))")
        assert int(lessons) == len(list((folder / "home/ben/my-lessons").glob("[0-9]*.ipynb"))) > 10
        assert 100 < of_learner(folder / "home" / "ada") < 1000


@pytest.mark.parametrize(
    "name, password",
    [
        ("ada", "not-her-password"),  # somebody else's name
        ("eve", "eve-comes-at-nine"),  # in neither list
    ],
)
def test_strangers_stay_outside(learners, room, name, password):
    with pytest.raises(RuntimeError, match=f"{name} could not log in"):
        Learner(room[0], name, password).come_in()


def test_a_cell_that_raises_is_an_error(learners):
    with contextlib.closing(learners[1].kernel()) as kernel:
        with pytest.raises(RuntimeError, match="ZeroDivisionError"):
            kernel.run("1 / 0")
        assert kernel.run("print(3)").strip() == "3"
        kernel.run("import ipywidgets\nipywidgets.SelectionSlider(options=[1, 2], description='s')")
        with pytest.raises(RuntimeError, match="changed no picture"):
            kernel.move("s", 1)


def test_a_frame_with_buffers_is_read():
    message = b'{"a": 1}'
    head = b"".join(n.to_bytes(4, "big") for n in (3, 16, 24, 26))
    assert read(head + message + b"xyz") == ({"a": 1}, 2)
    assert read('{"a": 1}') == ({"a": 1}, 0)
