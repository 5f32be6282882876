"""Call a function that may do anything: never end, stop with an error, change what it is given."""

import contextlib
import copy
import ctypes
import dis
import inspect
import io
import linecache
import os
import signal
import sys
import sysconfig
import threading
import time
import traceback
import types
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np

FOLDERS = [
    *(sysconfig.get_paths()[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")),
    str(Path(np.__file__).parent),
    str(Path(__file__).parents[1]),
]
# How the paths of code begin that is not the learner's; "<frozen ...>" is Python's own.
LIBRARIES = ("<frozen", *(os.path.normcase(folder) + os.sep for folder in FOLDERS))
# All that a function consists of that does nothing: `...`, `pass` or `return None`.
IDLE = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST", "POP_TOP", "CACHE"}

AGAIN = 0.01  # seconds from one attempt to stop a function to the next


class TimeUp(BaseException):
    """Raised inside a function that runs too long; `except Exception` does not catch it."""


@dataclass
class Result:
    """What came of one call: something returned, or an error; and the argument that was changed."""

    returned: object = None
    error: BaseException | None = None
    changed: str = ""


def call(function, arguments: tuple, names=(), *, seconds: float, silent: bool = False) -> Result:
    """Call `function` with copies of `arguments`, for at most `seconds`.

    names: what the arguments are called.   silent: what the function prints is dropped.
    """
    copies = copy.deepcopy(arguments)
    out = contextlib.redirect_stdout(io.StringIO()) if silent else contextlib.nullcontext()
    try:
        with out, np.errstate(all="ignore"):  # what comes of it is told, a warning is not
            result = Result(returned=_timed(function, copies, seconds))
    except KeyboardInterrupt:  # whoever presses "interrupt" wants everything to stop
        raise
    except BaseException as error:
        result = Result(error=error)
    if inspect.iscoroutine(result.returned):
        result.returned.close()
    for name, before, after in zip(names, arguments, copies):
        if isinstance(before, np.ndarray) and not _unchanged(before, after):
            result.changed = result.changed or name
    return result


def _unchanged(before: np.ndarray, after: np.ndarray) -> bool:
    return before.shape == after.shape and np.array_equal(before, after)


def _timed(function, arguments, seconds):
    """What `function` returns; TimeUp inside it once `seconds` have gone by.

    In the main thread, where notebooks run, an alarm signal costs nothing and also ends a sleep.
    Where there is none (Windows, other threads) a second thread watches the clock and raises TimeUp
    in ours. Both do so again and again, since a bare `except:` in the function may catch it. In a
    browser there is neither: Python asks us at each step, and such a loop would go on.
    All three raise in the caller's own thread, so nothing is left behind that goes on running.
    """
    if seconds <= 0:
        raise TimeUp
    if sys.platform == "emscripten":
        return _with_trace(function, arguments, seconds)
    if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
        return _with_alarm(function, arguments, seconds)
    return _with_watch(function, arguments, seconds)


def _with_alarm(function, arguments, seconds):
    running = True

    def ring(signum, frame):
        if running:
            raise TimeUp

    handler = signal.signal(signal.SIGALRM, ring)
    timer = signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        return function(*arguments)
    finally:
        running = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL if handler is None else handler)
        signal.setitimer(signal.ITIMER_REAL, *timer)


def _with_watch(function, arguments, seconds):
    raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
    caller = ctypes.c_ulong(threading.get_ident())
    running, ended = True, threading.Event()

    def watch():
        wait = seconds
        while not ended.wait(wait) and running:
            raise_in(caller, ctypes.py_object(TimeUp))
            wait = AGAIN

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        return function(*arguments)
    finally:
        running = False  # first of all: from here on at most one more TimeUp is on its way
        ended.set()
        watcher.join()
        for _ in range(2):  # if it is still on its way, it comes up here and not later
            pass


def _with_trace(function, arguments, seconds):
    end = time.monotonic() + seconds

    def look(frame, event, argument):
        frame.f_trace_opcodes = True  # steps within a line as well, for `while True: pass`
        if time.monotonic() > end:
            raise TimeUp
        return look

    tracer = sys.gettrace()
    sys.settrace(look)
    try:
        return function(*arguments)
    finally:
        sys.settrace(tracer)


def does_nothing(function) -> bool:
    """Whether the body of a function is only a docstring, `...`, `pass` or an empty return."""
    if not isinstance(function, types.FunctionType):
        return False
    return {step.opname for step in dis.get_instructions(function)} <= IDLE


def message(error: BaseException) -> str:
    """An error in one line, as Python writes it: its type and what it says."""
    try:
        text = " ".join(str(error).split())
    except Exception:
        text = ""
    text = text if len(text) <= 200 else text[:200] + " ..."
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def line_of(error: BaseException) -> str:
    """Where in the learner's own code an error came up: 'in line 4: ...'; '' if not there."""
    for frame, number in reversed(list(traceback.walk_tb(error.__traceback__))):
        file = frame.f_code.co_filename
        if not os.path.normcase(file).startswith(LIBRARIES):
            source = linecache.getline(file, number).strip()
            return f"in line {number}: {source}" if source else f"in line {number}"
    return ""


@contextlib.contextmanager
def quietly():
    """No warnings from the known mistakes: they are ours, not the learner's."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
