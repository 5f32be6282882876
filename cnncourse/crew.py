"""Helpers in training: other processes that take over a part of each batch.

Python lets one thread run at a time, and hand-overs between two of them cost more than they gain
where arrays are small. So a second core is put to work by a second process. It has its own copy of
the network; parameters, images and gradients pass through a file that both hold in memory, and a
line of text through a pipe says what to do. A helper ends when its pipe is closed, so it cannot
outlive the program that called it.

    python -m cnncourse.crew FILE      is what a helper runs
"""

import contextlib
import json
import mmap
import os
import pickle
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from .workers import one_core

LIBRARIES = "OPENBLAS", "MKL", "OMP", "VECLIB"  # those that do matrix products


class Crew:
    """Helpers that do the `work` of the later micro-batches of each batch.

    work(net, x, y, part, seed) -> loss, hits, gradients of a part of a batch.

    They need a moment to start. Until then, and after one has failed, the program works alone: the
    results are the same, because gradients are added up in the order of the micro-batches.
    """

    def __init__(self, net, images, batch_size: int, parts: int, helpers: int, work):
        handle, path = tempfile.mkstemp(prefix="cnncourse-")
        os.close(handle)
        self.path, self.plan = Path(path), Path(path + ".plan")
        shapes = [
            ("ready", [helpers], "int64"),
            ("images", [batch_size, *images.shape[1:]], images.dtype.str),
            ("labels", [batch_size], "int64"),
            ("scores", [parts, 2], "float64"),  # loss and hits of each micro-batch
        ]
        for i, param in enumerate(net.params()):
            shapes.append((f"param {i}", param.shape, param.dtype.str))
            dtype = np.result_type(param, images)
            shapes.append((f"grad {i}", [parts, *param.shape], dtype.str))
        try:
            self.plan.write_bytes(pickle.dumps((net, work, shapes)))
        except (pickle.PicklingError, AttributeError, TypeError):
            helpers = 0  # a layer made up in a notebook, which no other process can find
        self.board = open_board(self.path, shapes)
        self.count = len(net.params())
        self.helpers = [self._call(number) for number in range(helpers)]
        self.asked = []

    def _call(self, number):
        apart = {"start_new_session": True}  # Ctrl-C in a terminal is for the program alone
        if os.name == "nt":
            apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
        places = os.pathsep.join(place or os.getcwd() for place in sys.path)
        one_thread = {f"{name}_NUM_THREADS": "1" for name in LIBRARIES}
        return subprocess.Popen(
            [sys.executable, "-m", "cnncourse.crew", str(self.path), str(number)],
            env={**os.environ, **one_thread, "PYTHONPATH": places},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            **apart,
        )

    def ask(self, x, y, params, parts: list[slice], seed) -> int:
        """Give the later micro-batches to the helpers; how many are left for the program itself."""
        board = self.board["images"]
        usual = x.dtype == board.dtype and x.shape[1:] == board.shape[1:]
        ready = [h for h, here in zip(self.helpers, self.board["ready"]) if here and usual]
        bounds = [-(-len(parts) * i // (len(ready) + 1)) for i in range(len(ready) + 2)]
        if ready:
            self.board["images"][: len(x)] = x
            self.board["labels"][: len(y)] = y
            for i, param in enumerate(params):
                self.board[f"param {i}"][...] = param
        for helper, first, last in zip(ready, bounds[1:], bounds[2:]):
            pieces = [[part.start, part.stop] for part in parts[first:last]]
            order = {"n": len(x), "first": first, "pieces": pieces, "seed": seed}
            try:
                helper.stdin.write(json.dumps(order).encode() + b"\n")
                helper.stdin.flush()
            except OSError:
                pass  # it has ended, which `answers` will find out
            self.asked.append((helper, range(first, last)))
        return bounds[1]

    def answers(self):
        """(number, loss, hits, grads) of each micro-batch given away; None for one not done."""
        for helper, numbers in self.asked:
            if helper.stdout.readline() != b"done\n":
                self.board["ready"][self.helpers.index(helper)] = 0  # not asked again
                yield from ((number, None) for number in numbers)
                continue
            for number in numbers:
                loss, hits = self.board["scores"][number]
                grads = [self.board[f"grad {i}"][number] for i in range(self.count)]
                yield number, (loss, int(hits), grads)
        self.asked = []

    def close(self):
        """Send the helpers home."""
        for helper in self.helpers:
            with contextlib.suppress(OSError):  # it may have ended already
                helper.stdin.close()
        for helper in self.helpers:
            helper.wait()
            helper.stdout.close()
        self.board = None
        remove(self.path, self.plan)


def open_board(path, shapes) -> dict:
    """Arrays in the memory of a file: whoever opens it sees what the others write."""
    sizes = [np.dtype(dtype).itemsize * int(np.prod(shape)) for _, shape, dtype in shapes]
    starts = np.cumsum([0, *(-(-size // 64) * 64 for size in sizes)]).tolist()
    with open(path, "r+b") as file:
        file.truncate(starts[-1])
        memory = mmap.mmap(file.fileno(), starts[-1])
    return {
        name: np.ndarray(shape, dtype, memory, start)
        for (name, shape, dtype), start in zip(shapes, starts)
    }


def remove(*paths) -> None:
    """Delete files; where somebody still holds one, the system's clean-up will."""
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def help_out(path: str, number: int) -> None:
    """Do what each line of the standard input says, until there is none."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    plan = Path(path + ".plan")
    net, work, shapes = pickle.loads(plan.read_bytes())
    board = open_board(path, shapes)
    params = net.params()
    board["ready"][number] = 1
    with one_core():
        for line in sys.stdin.buffer:
            order = json.loads(line)
            for i, param in enumerate(params):
                param[...] = board[f"param {i}"]
            x, y = board["images"][: order["n"]], board["labels"][: order["n"]]
            for place, piece in enumerate(order["pieces"], order["first"]):
                loss, hits, grads = work(net, x, y, slice(*piece), order["seed"])
                board["scores"][place] = loss, hits
                for i, grad in enumerate(grads):
                    board[f"grad {i}"][place] = grad
            sys.stdout.buffer.write(b"done\n")
            sys.stdout.buffer.flush()
    remove(Path(path), plan)


if __name__ == "__main__":
    help_out(sys.argv[1], int(sys.argv[2]))
