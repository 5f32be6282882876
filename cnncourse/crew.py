"""Helpers in training: other processes that take over a part of each batch.

Python lets one thread run at a time, and hand-overs between two of them cost more than they gain
where arrays are small. So a second core is put to work by a second process. It has its own copy of
the network; parameters, images and gradients pass through memory that both hold, and a byte through
a pipe says that there is something to do. A helper ends when its pipe is closed, so it cannot
outlive the program that called it. No other user's program can reach the memory, for it is in no
folder, and nothing is left of it when the program ends, even if it is killed.

    python -m cnncourse.crew MEMORY SIZE NUMBER      is what a helper runs
"""

import contextlib
import mmap
import os
import pickle
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings

import numpy as np

from .workers import one_core

LIBRARIES = "OPENBLAS", "MKL", "OMP", "VECLIB"  # those that do matrix products
PATIENCE_SECONDS = 30.0  # a part of a batch takes milliseconds


class Crew:
    """Helpers that do the `work` of the later micro-batches of each batch.

    work(net, x, y, number, seed) -> loss, hits, gradients of that micro-batch of a batch.

    They need a moment to start. Until then, and after one has failed or hangs, the program works
    alone: the results are the same, because gradients are added up in the order of the
    micro-batches.
    """

    def __init__(self, net, images, batch_size: int, parts: int, helpers: int, work):
        params = [(i, p.shape, p.dtype.str) for i, p in enumerate(net.params())]
        dtype = np.result_type(images, *net.params()).str  # one of float64 makes all that follow so
        grads = [(i, shape, dtype) for i, shape, _ in params]
        board = [
            ("ready", [helpers], "int64"),
            ("order", [helpers, 3], "int64"),  # images in the batch, first and last micro-batch
            ("seed", [3], "int64"),
            ("images", [batch_size, *images.shape[1:]], images.dtype.str),
            ("labels", [batch_size], "int64"),
            ("scores", [parts, 2], "float64"),  # loss and hits of each micro-batch
            ("params", [places(0, params)[-1]], "uint8"),
            ("grads", [parts, places(0, grads)[-1]], "uint8"),
        ]
        self.asked, self.told, self.program = [], set(), os.getpid()
        self.helpers, self.board = [], {"ready": np.zeros(0)}
        self.waiting_since, self.closed = None, threading.Event()
        try:
            plan = pickle.dumps((net, work, board, params, grads))
            size = places(len(plan), board)[-1]
            with shared_memory(size) as (name, memory):
                memory.write(plan)
                self.board = arrays_in(memory, len(plan), board)
                self.params = arrays_in(self.board["params"], 0, params).values()
                self.grads = [arrays_in(row, 0, grads).values() for row in self.board["grads"]]
                for number in range(helpers):
                    self.helpers.append(self._call(name, size, number))
            threading.Thread(target=self._watch, daemon=True).start()
        except Exception:
            self.close()  # no room, too many processes, or a layer that no other process can find
            self.helpers, self.board = [], {"ready": np.zeros(0)}

    def _call(self, name, size, number):
        apart = {"start_new_session": True}  # Ctrl-C in a terminal is for the program alone
        if os.name == "nt":
            apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
        else:
            apart["pass_fds"] = [name]
        folders = os.pathsep.join(folder or os.getcwd() for folder in sys.path)
        one_thread = {f"{library}_NUM_THREADS": "1" for library in LIBRARIES}
        return subprocess.Popen(
            [sys.executable, "-m", "cnncourse.crew", str(name), str(size), str(number)],
            env={**os.environ, **one_thread, "PYTHONPATH": folders},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            **apart,
        )

    def _watch(self):
        """End the helpers when the program has waited too long for one of them."""
        while not self.closed.wait(PATIENCE_SECONDS / 10):
            since = self.waiting_since
            if since is not None and time.monotonic() - since > PATIENCE_SECONDS:
                for helper in self.helpers:
                    helper.kill()  # which `answers` will find out

    def ask(self, x, y, params, parts: list[slice], seed) -> int:
        """Give the later micro-batches to the helpers; how many are left for the program itself."""
        ready = [h for h, here in zip(self.helpers, self.board["ready"]) if here]
        images = self.board.get("images")
        if os.getpid() != self.program:  # a child by fork, which shares all of it with its parent
            return len(parts)
        if not ready or x.dtype != images.dtype or x.shape[1:] != images.shape[1:]:
            return len(parts)
        images[: len(x)] = x
        self.board["labels"][: len(y)] = y
        self.board["seed"][:] = seed
        for param, shared in zip(params, self.params):
            np.copyto(shared, param)
        bounds = [-(-len(parts) * i // (len(ready) + 1)) for i in range(len(ready) + 2)]
        for helper, first, last in zip(ready, bounds[1:], bounds[2:]):
            self.board["order"][self.helpers.index(helper)] = len(x), first, last
            with contextlib.suppress(OSError):  # it has ended, which `answers` will find out
                os.write(helper.stdin.fileno(), b"\n")
            self.asked.append((helper, range(first, last)))
        return bounds[1]

    def answers(self):
        """(number, loss, hits, grads) of each micro-batch given away; None for one not done."""
        for helper, numbers in self.asked:
            self.waiting_since = time.monotonic()
            answer = os.read(helper.stdout.fileno(), 1)
            self.waiting_since = None
            if not answer:
                self.board["ready"][self.helpers.index(helper)] = 0  # not asked again
                self._tell(helper)
                yield from ((number, None) for number in numbers)
                continue
            for number in numbers:
                loss, hits = self.board["scores"][number]
                yield number, (loss, int(hits), self.grads[number])
        self.asked = []

    def _tell(self, helper):
        """Say that something ended a helper; not where it ended by itself, at its start."""
        code = helper.wait()
        if code < 0 and helper not in self.told:
            self.told.add(helper)
            warnings.warn(
                f"A helper in training was ended by signal {-code}; the program does its part, "
                "with the same result.",
                stacklevel=2,
            )

    def close(self):
        """Send the helpers home; they have nothing to tidy up."""
        if os.getpid() != self.program:
            return
        self.closed.set()
        lost = [helper for helper in self.helpers if helper.poll() is not None]
        for helper in self.helpers:
            helper.kill()
            helper.wait()
            helper.stdout.close()
            with contextlib.suppress(OSError):  # something was written that nobody read
                helper.stdin.close()
        self.board = None
        for helper in lost:
            self._tell(helper)


@contextlib.contextmanager
def shared_memory(size: int):
    """New memory and its name: a number or, under Windows, a text that nobody can guess."""
    if os.name == "nt":
        name = f"cnncourse-{secrets.token_hex(16)}"
        yield name, open_memory(name, size)
    else:
        # of Linux, without a disk that could be full or slow; of macOS, a file without a name
        memory = getattr(os, "memfd_create", None)
        with open(memory("cnncourse"), "w+b") if memory else tempfile.TemporaryFile() as file:
            file.write(bytes(size))  # a full disk should be found out now
            file.flush()
            yield file.fileno(), open_memory(file.fileno(), size)


def open_memory(name, size: int) -> mmap.mmap:
    """The memory of that name: whoever opens it sees what the others write."""
    number = str(name).isdigit()
    return mmap.mmap(int(name), size) if number else mmap.mmap(-1, size, tagname=name)


def places(start: int, shapes) -> list[int]:
    """Where in some bytes each of some arrays begins, after `start`; at last, where they end."""
    sizes = [np.dtype(dtype).itemsize * int(np.prod(shape)) for _, shape, dtype in shapes]
    return np.cumsum([-(-size // 64) * 64 for size in (start, *sizes)]).tolist()


def arrays_in(memory, start: int, shapes) -> dict:
    """Those arrays, by name."""
    return {
        name: np.ndarray(shape, dtype, memory, place)
        for (name, shape, dtype), place in zip(shapes, places(start, shapes))
    }


def use(net, arrays) -> None:
    """Let a network's parameters be these arrays."""
    arrays = iter(arrays)
    for layer in net.layers:
        layer.params = {name: next(arrays) for name in layer.params}


def help_out(name: str, size: int, number: int) -> None:
    """Do what the board says at each byte of the standard input, until there is none."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=[os.getppid()], daemon=True).start()
    memory = open_memory(name, size)
    net, work, board, params, grads = pickle.load(memory)  # noqa: S301  the program's own
    board = arrays_in(memory, memory.tell(), board)
    use(net, arrays_in(board["params"], 0, params).values())
    results = [arrays_in(row, 0, grads).values() for row in board["grads"]]
    board["ready"][number] = 1
    with one_core():
        while os.read(0, 1):
            n, first, last = board["order"][number].tolist()
            x, y, seed = board["images"][:n], board["labels"][:n], board["seed"].tolist()
            for place in range(first, last):
                loss, hits, found = work(net, x, y, place, seed)
                board["scores"][place] = loss, hits
                for result, grad in zip(results[place], found):
                    np.copyto(result, grad)
            os.write(1, b"\n")


def _end_with(program: int):
    """End when the program has: a child that it forked may still hold the other end of the pipe."""
    while os.getppid() == program:
        time.sleep(1)
    os._exit(0)


if __name__ == "__main__":
    help_out(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
