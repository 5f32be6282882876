"""What a learner's function may not do to the program that it runs in; undone after the call.

It guards against accidents, not against malice: whoever writes the function may run anything else
in the next cell. What it cannot keep off stands in SECURITY.md.
"""

import builtins
import contextlib
import ctypes
import itertools
import math
import operator
import os
import sys
import threading
import time
import types
from collections.abc import Iterator

import numpy as np

try:
    import resource
except ImportError:  # Windows, the browser
    resource = None

MOST_RESERVED = 3e9  # bytes that one call may ask the system for
WAIT = 0.5  # seconds for the threads that one call left to end
KEPT = {"numpy": np, "numpy.linalg": np.linalg, "math": math, "builtins": builtins}
ENDING = (os, "_exit"), (os, "abort"), (sys, "setrecursionlimit")


class Stopped(BaseException):
    """Raised inside a function to stop it; `except Exception` does not catch it."""


class Ended(Stopped):
    """It calls what would end Python."""


@contextlib.contextmanager
def guarded(left: list[str], is_own) -> Iterator[None]:
    """Undo afterwards what is done inside, with a sentence for each thing in `left`.

    is_own: whether code, by the name of its file, is the learner's
    """
    before = {name: dict(vars(module)) for name, module in KEPT.items()}
    limit, folder = sys.getrecursionlimit(), _folder()
    threads = set(threading.enumerate())
    try:
        with _nothing_ends(), _bounded():
            yield
    finally:
        left += [sentence for name in KEPT if (sentence := _put_back(name, before[name]))]
        sys.setrecursionlimit(limit)
        if folder and _folder() != folder:
            with contextlib.suppress(OSError):  # it is no longer there
                os.chdir(folder)
        new = set(threading.enumerate()) - threads
        if running := [each for each in new if _is_learners(each, is_own)]:
            _stop(running)
            which = "a thread" if len(running) == 1 else f"{len(running)} threads"
            left.append(
                f"It left {which} running, told now to end: what a function starts should end with "
                "it."
            )


def _folder() -> str | None:
    with contextlib.suppress(OSError):
        return os.getcwd()


@contextlib.contextmanager
def _nothing_ends():
    """Ended instead of what would end Python; in a child process it is as it was."""
    process = os.getpid()

    def refuse(name, real):
        def instead(*arguments, **options):
            if os.getpid() != process:
                return real(*arguments, **options)
            raise Ended(f"{name} would end Python, or could crash it")

        return instead

    places = [*ENDING]
    ipython = sys.modules.get("IPython")
    shell = ipython and ipython.get_ipython()
    if hasattr(shell, "ask_exit"):  # exit and quit of a notebook; a browser's has none
        places.append((shell, "ask_exit"))
    reals = [getattr(place, name) for place, name in places]
    for (place, name), real in zip(places, reals):
        setattr(place, name, refuse(name, real))
    try:
        yield
    finally:
        for (place, name), real in zip(places, reals):
            setattr(place, name, real)


@contextlib.contextmanager
def _bounded():
    """A MemoryError for what is far too much at once, where the system lets us set such a limit."""
    if resource is None or not sys.platform.startswith("linux"):
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm", encoding="ascii") as statm:
        most = int(statm.read().split()[0]) * resource.getpagesize() + int(MOST_RESERVED)
    limits = [most, *(limit for limit in before if limit != resource.RLIM_INFINITY)]
    resource.setrlimit(resource.RLIMIT_AS, (min(limits), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def _put_back(module: str, before: dict) -> str:
    """A sentence where names of a module have changed; they are what they were again."""
    now = vars(KEPT[module])
    new = map(operator.is_not, before.values(), map(now.get, before, itertools.repeat(now)))
    changed = list(itertools.compress(before, new))
    if not changed:
        return ""
    now.update({name: before[name] for name in changed})
    short = {"numpy": "np.", "numpy.linalg": "np.linalg.", "builtins": ""}.get(module, "math.")
    names = ", ".join(short + name for name in changed[:3])
    return f"It gave {names} another meaning, which everything else uses, too; now that is undone."


def _stop(threads: list[threading.Thread]) -> None:
    """Tell threads to end, for a while; one that waits in compiled code ends when that does."""
    stop, end = ctypes.py_object(SystemExit), time.monotonic() + WAIT
    while any(each.is_alive() for each in threads) and time.monotonic() < end:
        for each in threads:  # again and again, since it may be caught; it ends without a word
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(each.ident), stop)
        time.sleep(0.02)


def _is_learners(thread: threading.Thread, is_own) -> bool:
    """Whether a thread runs the learner's code, or compiled code: libraries give their own."""
    runs = getattr(thread, "_target", None) or getattr(thread, "function", type(thread).run)
    code = getattr(runs, "__code__", None)
    return not isinstance(code, types.CodeType) or is_own(code.co_filename)
