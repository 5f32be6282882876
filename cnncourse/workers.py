"""Pieces of work: small enough for the processor's cache, dealt to as many threads as it has cores.

NumPy lets other threads run while it works on arrays, so threads are enough where the pieces are
large. The pieces never depend on the number of threads, so neither does any result.
"""

import contextlib
import contextvars
import functools
import os
import threading
from concurrent.futures import ThreadPoolExecutor, wait

import threadpoolctl

from . import browser

PIECE_BYTES = 2**21  # what a piece touches: one or two second-level caches of a core
LONG_PIECE_BYTES = 2**22  # where memory is the limit, hand-overs cost more than a cache gains
NAME = "cnncourse"  # of our threads
LIMIT = "CNNCOURSE_WORKERS"
_here = threading.local()
_lock = threading.Lock()  # of what follows; two trainings can go on in two threads
_on_one_core = 0  # how many contexts of one_core are open
_on_one_blas_thread = 0
_blas_threads: list[int] = []  # how many each library had before the first of those


def cores() -> int:
    """How many processors this program may use; 1 where there are no threads."""
    if browser.HERE:
        return 1
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return allowed(here)


def allowed(workers: int) -> int:
    """`workers`, or fewer where the environment variable CNNCOURSE_WORKERS sets a limit.

    Whoever runs a computer that many people share sets it; see deploy/README.md.
    """
    limit = os.environ.get(LIMIT)
    if not limit:
        return workers
    if not (limit.isascii() and limit.isdigit() and int(limit) >= 1):
        raise ValueError(
            f"The environment variable {LIMIT} should be a whole number of at least 1, but is "
            f"{limit!r}."
        )
    return min(workers, int(limit))


def deal(work, pieces) -> list:
    """[work(piece) for each piece], on all cores where there is more than one piece."""
    if len(pieces) == 1:
        return [work(pieces[0])]
    alone = _on_one_core or getattr(_here, "dealing", False)
    helpers = 0 if alone else min(cores(), len(pieces)) - 1
    if not helpers:
        return [work(piece) for piece in pieces]
    results, left = [None] * len(pieces), iter(range(len(pieces)))

    def take_turns():
        """Take the next piece that nobody has taken yet, until there is none."""
        _here.dealing = True  # a piece of a piece stays where it is
        try:
            for i in left:
                results[i] = work(pieces[i])
        finally:
            _here.dealing = False
            list(left)  # after an error, nobody goes on

    with one_blas_thread():  # else the threads of the matrix products would fight with ours
        # np.errstate of the caller holds in our threads too
        contexts = [contextvars.copy_context() for _ in range(helpers)]
        called = [_threads().submit(context.run, take_turns) for context in contexts]
        try:
            take_turns()  # at once, while the others wake up
        finally:
            begun = [call for call in called if not call.cancel()]
            wait(begun)
    for call in begun:
        call.result()  # raises what went wrong there
    return results


@contextlib.contextmanager
def one_blas_thread():
    """A context in which each matrix product keeps to the thread that calls it."""
    global _on_one_blas_thread
    with _lock:
        _on_one_blas_thread += 1
        if _on_one_blas_thread == 1:
            _blas_threads[:] = [library.num_threads for library in _blas()]
            for library in _blas():
                library.set_num_threads(1)
    try:
        yield
    finally:
        with _lock:
            _on_one_blas_thread -= 1
            if not _on_one_blas_thread:
                for library, threads in zip(_blas(), _blas_threads):
                    library.set_num_threads(threads)


@contextlib.contextmanager
def one_core():
    """A context in which all work stays in the calling thread: other processes use the others."""
    global _on_one_core
    with _lock:
        _on_one_core += 1
    try:
        with one_blas_thread():
            yield
    finally:
        with _lock:
            _on_one_core -= 1


@functools.lru_cache(maxsize=256)
def cut(n: int, size: int) -> tuple[slice, ...]:
    """0 .. n in slices of at most `size`, all nearly equally long; two cores can share them."""
    count = -(-n // max(size, 1))
    if 1 < count < n:
        count += count % 2
    return tuple(slice(i * n // count, (i + 1) * n // count) for i in range(count))


@functools.cache
def _threads():
    return ThreadPoolExecutor(cores(), thread_name_prefix=NAME)


@functools.cache
def _blas():
    return threadpoolctl.ThreadpoolController().select(user_api="blas").lib_controllers
