"""Call a function that may do anything: never end, stop with an error, change what it is given."""

import contextlib
import copy
import ctypes
import dis
import functools
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
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .guard import Ended as Ended
from .guard import Stopped, guarded

FOLDERS = [
    *(sysconfig.get_paths()[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")),
    # sysconfig does not name where a browser has Python's own modules.
    *(str(Path(module.__file__).parent) for module in (os, contextlib, np)),
    str(Path(__file__).parents[1]),
]
# How the paths of code begin that is not the learner's; "<frozen ...>" is Python's own.
LIBRARIES = ("<frozen", *(os.path.normcase(folder) + os.sep for folder in FOLDERS))
# All that a function consists of that does nothing: `...`, `pass` or `return None`.
IDLE = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST", "POP_TOP", "CACHE"}

MOST_MEMORY = 1e9  # bytes that one call may take
AGAIN = 0.01  # seconds from one look at the clock and the memory to the next
MOST_PRINTED = 1000  # characters of what is printed that are kept


class TimeUp(Stopped):
    """It runs too long."""


class Full(Stopped):
    """It takes too much memory."""


@dataclass
class Result:
    """What came of one call: something returned, or an error; the argument that was changed; and
    the beginning of what was printed; a sentence for each thing that it left behind."""

    returned: object = None
    error: BaseException | None = None
    changed: str = ""
    printed: str = ""
    left: list[str] = field(default_factory=list)


class Printed(io.StringIO):
    """Takes what is printed: only the beginning is kept, and nothing closes it."""

    def write(self, text):
        super().write(text[: max(0, MOST_PRINTED - self.tell())])
        return len(text)

    def close(self):
        pass


def call(function, arguments: tuple, names=(), *, seconds: float) -> Result:
    """Call `function` with copies of `arguments`, for at most `seconds`.

    names: what the arguments are called.
    """
    copies = copy.deepcopy(arguments)
    printed, left = Printed(), []
    streams = contextlib.redirect_stdout(printed), contextlib.redirect_stderr(Printed())
    try:
        with streams[0], streams[1], quietly(), guarded(left, _is_own):
            result = Result(returned=_timed(function, copies, seconds))
    except KeyboardInterrupt:  # whoever presses "interrupt" wants everything to stop
        raise
    except BaseException as error:
        result = Result(error=error)
    result.printed, result.left = printed.getvalue(), left
    if inspect.iscoroutine(result.returned):
        result.returned.close()
    for name, before, after in zip(names, arguments, copies):
        if isinstance(before, np.ndarray) and not _unchanged(before, after):
            result.changed = result.changed or name
    return result


def why_stopped(error: BaseException, seconds: float) -> str:
    """What a function did that was called for so many seconds, and then did not come to its end."""
    if isinstance(error, TimeUp):
        why = f"was still running after {seconds:g} seconds, so it was stopped"
        return f"{why}. Is there a loop that never ends?"
    if isinstance(error, Full):
        return "took too much memory, so it was stopped."
    return f"was stopped: {error}." if isinstance(error, Ended) else f"stopped: {message(error)}"


def _unchanged(before: np.ndarray, after: np.ndarray) -> bool:
    return before.shape == after.shape and np.array_equal(before, after)


def _timed(function, arguments, seconds):
    """What `function` returns; TimeUp inside it once `seconds` have gone by, or Full.

    In the main thread, where notebooks run, an alarm signal costs nothing and also ends a sleep.
    Where there is none (Windows, other threads) a second thread watches the clock and raises
    in ours. Both do so again and again, since a bare `except:` in the function may catch it. In a
    browser there is neither: Python asks us at each step, and one long call, such as a sleep, is
    waited for.
    All three raise in the caller's own thread, so nothing is left behind that goes on running.
    """
    if seconds <= 0:
        raise TimeUp
    most, end = _memory() + MOST_MEMORY, time.monotonic() + seconds

    def reason():
        if time.monotonic() >= end:
            return TimeUp
        return Full if _memory() > most else None

    if sys.platform == "emscripten":
        return _with_trace(function, arguments, reason)
    if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
        return _with_alarm(function, arguments, reason)
    return _with_watch(function, arguments, reason)


def _memory() -> int:
    """The bytes that this process holds; 0 where nobody can say."""
    process = _process()
    return process.memory_info().rss if process else 0


@functools.cache
def _process():
    try:
        import psutil  # comes with Jupyter; here, since it loads what a browser does not have
    except ImportError:
        return None
    return psutil.Process()


def _with_alarm(function, arguments, reason):
    running = True

    def ring(signum, frame):
        if running and (why := reason()):
            raise why

    handler, timer = signal.signal(signal.SIGALRM, ring), signal.getitimer(signal.ITIMER_REAL)
    try:  # from the next line on the alarm may come
        signal.setitimer(signal.ITIMER_REAL, AGAIN, AGAIN)
        return function(*arguments)
    finally:
        running = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL if handler is None else handler)
        signal.setitimer(signal.ITIMER_REAL, *timer)


def _with_watch(function, arguments, reason):
    raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
    caller = ctypes.c_ulong(threading.get_ident())
    running, ended = True, threading.Event()

    def watch():
        while not ended.wait(AGAIN) and running:
            if why := reason():
                raise_in(caller, ctypes.py_object(why))

    watcher = threading.Thread(target=watch, daemon=True)
    try:
        watcher.start()
        return function(*arguments)
    finally:
        running = False  # first: after this at most one more error can come
        ended.set()
        watcher.join()
        for _ in range(2):  # Python raises a pending error here, not later
            pass


def _with_trace(function, arguments, reason):
    def look(frame, event, argument):
        frame.f_trace_opcodes = True  # steps within a line as well, for `while True: pass`
        if why := reason():
            raise why
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
        if _is_own(frame.f_code.co_filename):
            source = linecache.getline(frame.f_code.co_filename, number).strip()
            return f"in line {number}: {source}" if source else f"in line {number}"
    return ""


def _is_own(file: str) -> bool:
    """Whether code of this file is the learner's."""
    return not os.path.normcase(file).startswith(LIBRARIES)


@contextlib.contextmanager
def quietly():
    """No warnings: what comes of a call is told in words."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
