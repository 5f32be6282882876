"""Pieces of work: small enough for the processor's cache, dealt to as many threads as it has cores.

NumPy lets other threads run while it works on arrays, so threads are enough where the pieces are
large. The pieces never depend on the number of threads, so neither does any result.
"""

import contextlib
import functools
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import threadpoolctl

PIECE_BYTES = 2**20  # what a piece touches: about a second-level cache of a core
NAME = "cnncourse"  # of our threads
_others_work = False


def cores() -> int:
    """How many processors this program may use; 1 where there are no threads."""
    if sys.platform == "emscripten":
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def deal(work, pieces: list) -> list:
    """[work(piece) for each piece], on all cores where there is more than one piece."""
    inside = threading.current_thread().name.startswith(NAME)  # a piece of a piece
    if len(pieces) == 1 or cores() == 1 or _others_work or inside:
        return [work(piece) for piece in pieces]
    with one_blas_thread():  # else the threads of the matrix products would fight with ours
        return list(_threads().map(work, pieces))


def one_blas_thread():
    """A context in which each matrix product keeps to the thread that calls it."""
    return _blas().limit(limits=1, user_api="blas")


@contextlib.contextmanager
def one_core():
    """A context in which all work stays in the calling thread: other processes use the others."""
    global _others_work
    before, _others_work = _others_work, True
    try:
        with one_blas_thread():
            yield
    finally:
        _others_work = before


def cut(n: int, size: int) -> list[slice]:
    """0 .. n in slices of at most `size`, all nearly equally long."""
    count = -(-n // max(size, 1))
    return [slice(i * n // count, (i + 1) * n // count) for i in range(count)]


@functools.cache
def _threads():
    return ThreadPoolExecutor(cores(), thread_name_prefix=NAME)


@functools.cache
def _blas():
    return threadpoolctl.ThreadpoolController()
