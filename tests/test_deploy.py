"""What deploy/ holds: a real hub with two learners, and the files for other ways."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from cnncourse.course import LESSONS
from cnncourse.workers import LIMIT
from deploy import links
from deploy.hub import NO_NODE, ROOT, hub
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


@pytest.mark.parametrize("repository", ["https://github.com/you/course", "https://x.org/a/course.git"])
@pytest.mark.parametrize("lesson", LESSONS)
def test_a_link_of_a_hub_leads_to_a_notebook_that_exists(lesson, repository):
    found = urlsplit(links.hub_link("https://hub.org/", repository, lesson.number, "a/b"))
    assert found.path == "/hub/user-redirect/git-pull"
    query = {name: value for name, [value] in parse_qs(found.query, strict_parsing=True).items()}
    assert (query["repo"], query["branch"]) == (repository, "a/b")
    opened = query["urlpath"].removeprefix("lab/tree/course/")
    assert (ROOT / opened).is_file() and lesson.name in opened


def test_a_link_of_binder_leads_to_a_notebook_that_exists(capsys):
    assert links.main(["https://hub.org", "https://github.com/you/course.git", "--branch=a/b"]) == 0
    binder = urlsplit(capsys.readouterr().out.split()[-1])
    assert binder.path == "/v2/gh/you/course/a%2Fb"
    assert (ROOT / parse_qs(binder.query)["urlpath"][0].removeprefix("lab/tree/")).is_file()
    assert (ROOT / "environment.yml").is_file()


@pytest.mark.parametrize(
    "words, problem",
    [
        (["https://github.com/you/course", "--lesson=99"], "lesson should be one of 00, 01"),
        (["https://example.org/you/course"], "repository should be on github.com, but is"),
    ],
)
def test_a_link_that_leads_nowhere_is_explained(words, problem, capsys):
    assert links.main(["https://hub.org", *words]) == 1
    assert problem in capsys.readouterr().err


def test_a_learner_gets_the_lessons_and_a_limit_of_memory(tmp_path):
    """With a server that only says where it is and what it may do."""
    server = tmp_path / "packages/jupyterhub/singleuser.py"
    server.parent.mkdir(parents=True)
    code = "import resource, sys\nprint(*sys.argv[1:], *resource.getrlimit(resource.RLIMIT_DATA))"
    server.write_text(code, "utf-8")
    environment = {**os.environ, "HOME": str(tmp_path), "CNNCOURSE_MEMORY": "1.5"}
    environment["PYTHONPATH"] = os.pathsep.join([str(server.parents[1]), str(ROOT)])
    command = [sys.executable, ROOT / "deploy/learner_server.py", "--port=1"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.stdout.split() == ["--port=1", "1500000000", "1500000000"], done.stderr
    found = {path.name for path in (tmp_path / "my-lessons").glob("*.ipynb")}
    assert found == {path.name for path in (ROOT / "notebooks").glob("[0-9]*.ipynb")}


def test_the_container_has_what_it_copies_and_is_nobodys_root():
    text = (ROOT / "deploy/container/Dockerfile").read_text("utf-8")
    lines = text.replace("\\\n", " ").splitlines()
    steps = [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]
    for name, rest in steps:
        if name == "COPY":
            assert all((ROOT / source).exists() for source in rest.split()[:-1]), rest
    words = dict(steps)  # of a word that comes twice, the last one counts
    assert re.fullmatch(r"python:\d+\.\d+\.\d+-slim-\w+", words["FROM"])
    assert words["USER"] == "1000"
    assert "/api" in words["HEALTHCHECK"]
    command = json.loads(words["CMD"])
    assert command[:4] == ["python", "-m", "cnncourse", "lab"]  # tests/test_desk.py tries that


def test_the_values_for_kubernetes_are_yaml_and_start_what_the_container_holds():
    values = yaml.safe_load((ROOT / "deploy/kubernetes/values.yaml").read_text("utf-8"))
    assert values["hub"]["config"]["JupyterHub"]["authenticator_class"] != "dummy"
    learner = values["singleuser"]
    assert (ROOT / learner["cmd"][1].removeprefix("/course/")).is_file()
    opened = learner["defaultUrl"].removeprefix("/lab/tree/my-lessons/")
    assert (ROOT / "notebooks" / opened).is_file()
    assert int(learner["extraEnv"][LIMIT]) == learner["cpu"]["limit"]
