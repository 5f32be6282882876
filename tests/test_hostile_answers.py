"""Learners' functions that would end Python, fill the memory or change what others use."""

import builtins
import concurrent.futures
import os
import sys
import threading
import time

import nbclient
import nbformat
import numpy as np
import pytest

from cnncourse.exercises import check, guard, running

# What an answer does first, and words that are said of it.
ANSWERS = {
    "ends Python": ("import os; os._exit(3)", "os._exit", "_exit would end Python"),
    "aborts": ("import os; os.abort()", "abort would end Python"),
    "leaves": ("import sys; sys.exit(3)", "It stops with an error"),
    "allows deep recursion": (
        "import sys; sys.setrecursionlimit(10**8)",
        "setrecursionlimit would end Python, or could crash it",
    ),
    "recurses": ("negative(image)", "calls itself again and again"),
    "never ends": ("while True: pass", "still running after"),
    "catches all": (
        "while True:\n        try: pass\n        except BaseException: pass",
        "still running after",
    ),
    "asks for far too much": ("x = list(range(10**10))", "memory"),
    "asks for a huge array": ("x = np.ones(10**11)", "memory"),
    "grows": ("x = []\n    while True: x.append(np.ones(10**7))", "took more than 1 GB of memory"),
    "prints much": ("for i in range(1_000_000): print(i)", "It printed: 0 1 2 3 4 5 ..."),
    "prints errors": ("import sys\n    for i in range(9): print(i, file=sys.stderr)", "Not yet"),
    "changes NumPy": ("np.dot = np.zeros = len", "It gave np."),
    "changes Python": ("import builtins; builtins.len = print", "It gave len another meaning"),
    "leaves threads": (
        "import threading, time\n    def wait():\n        while True: time.sleep(0.01)\n"
        "    for _ in range(3): threading.Thread(target=wait, daemon=True).start()",
        "It left 3 threads running",
    ),
    "writes markup": ("raise ValueError('<img src=x> $\\\\frac{1}$')", "<img src=x> $\\frac{1}$"),
    "writes colours": ("raise ValueError('a\\x1b[31m\\x07b')", "ValueError: a[31mb"),
}
ENDLESS = {"never ends", "catches all", "prints much"}
LINUX = {"asks for far too much", "asks for a huge array"}


def written(body):
    scope = {"np": np}
    code = f"def negative(image):\n    {body}\n    return 0"
    exec(compile(code, "<answer>", "exec"), scope)
    return scope["negative"]


@pytest.fixture(autouse=True)
def empty_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("kind", ANSWERS)
def test_check_survives_and_says_what_happened(kind, capsys, monkeypatch):
    seconds = 1.0 if kind in ENDLESS else 20.0
    monkeypatch.setattr("cnncourse.exercises.functions.SECONDS", seconds)
    monkeypatch.setattr(running, "MOST_MEMORY", 2e8)  # a slow machine fills 1 GB slowly
    if kind in LINUX and not guard.resource:
        pytest.skip("no such limit here")
    body, *_, words = ANSWERS[kind]
    names, threads = dict(vars(np)), threading.active_count()
    known, limit, ending = dict(vars(builtins)), sys.getrecursionlimit(), os._exit
    begun = time.perf_counter()
    check("negative", written(body))
    assert time.perf_counter() - begun < 30
    out, err = capsys.readouterr()
    assert words in " ".join(out.split())
    assert (err, len(out) < 2000) == ("", True)
    assert all(vars(np)[name] is value for name, value in names.items())
    assert all(vars(builtins)[name] is value for name, value in known.items())
    assert (sys.getrecursionlimit(), os._exit) == (limit, ending)
    assert threading.active_count() == threads


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize(
    ("start", "words"),
    [
        ("threading.Thread(target=time.sleep, args=(2,)).start()", ["It left a thread"]),
        ("threading.Thread(target=lambda: time.sleep(2)).start()", ["It left a thread"]),
        ("threading.Timer(2, print).start()", ["It left a thread"]),
        ("concurrent.futures.ThreadPoolExecutor(2).submit(time.sleep, 2)", []),  # of a library
    ],
)
def test_threads_that_wait_in_compiled_code_are_told_to_end(start, words):
    scope = {"threading": threading, "time": time, "concurrent": concurrent}
    exec(compile(f"def leave(): {start}", "<answer>", "exec"), scope)
    before, begun = set(threading.enumerate()), time.perf_counter()
    left = running.call(scope["leave"], (), seconds=5).left
    assert time.perf_counter() - begun < 1.5
    assert [sentence.split(" running")[0] for sentence in left] == words
    for each in set(threading.enumerate()) - before if words else ():
        each.join(10)
        assert not each.is_alive()


def test_the_folder_is_the_same_afterwards(tmp_path, capsys):
    check("negative", written("import os; os.chdir('/')"))
    assert os.getcwd() == str(tmp_path)


def test_a_child_process_may_end():
    def forks():
        child = os.fork()
        if child == 0:
            os._exit(7)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    assert running.call(forks, (), seconds=5).returned == 7


def test_the_guard_costs_little():
    begun = time.perf_counter()
    for _ in range(50):
        running.call(len, ([],), seconds=5)
    assert (time.perf_counter() - begun) / 50 < 0.02


# Cells of one notebook, and words that stand below each.
CELLS = {
    "from cnncourse.exercises import check; import numpy as np, os": "",
    "def negative(image): os._exit(1)\ncheck('negative', negative)": "_exit would end Python",
    "def negative(image): exit()\ncheck('negative', negative)": "ask_exit would end Python",
    "def negative(image): quit()\ncheck('negative', negative)": "ask_exit would end Python",
    "def negative(image):\n    while True: pass\ncheck('negative', negative)": "still running",
    "def negative(image): return np.ones(10**12)\ncheck('negative', negative)": "memory",
    "def negative(image): return list(range(10**10))\ncheck('negative', negative)": "memory",
    "def negative(image):\n    return negative(image)\ncheck('negative', negative)": "calls itself",
    "def negative(image): np.sum = np.zeros = len\ncheck('negative', negative)": "another meaning",
    "from cnncourse.explorers import kernel_lab\n"
    "print(kernel_lab(conv=lambda image, kernel: os._exit(1)).sentence)": "_exit would end Python",
    "print(np.sum(np.zeros(3) + 2), 'alive')": "6.0 alive",
}


@pytest.mark.skipif(not guard.resource, reason="no limit of memory here")
def test_a_notebook_survives_all_of_them(tmp_path):
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    nbclient.NotebookClient(
        notebook, timeout=60, resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    told = [
        " ".join("".join(each.get("text", "") for each in cell.outputs).split())
        for cell in notebook.cells
    ]
    assert [text for words, text in zip(CELLS.values(), told) if words not in text] == []
