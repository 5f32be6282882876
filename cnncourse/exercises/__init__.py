"""The exercises: `check` answers to what a learner did, `hints` shows three hints and a solution.

    from cnncourse.exercises import check, hints

    check("correlate2d", correlate2d)
    hints("correlate2d")

Each lesson has a folder, named after it, whose modules declare its exercises: what is asked, the
cases, the known mistakes, the hints and the solution stand there in one place. To add an exercise,
add it to the EXERCISES of its lesson.
"""

import difflib
import sys
from dataclasses import replace

from ..course import lesson_modules
from . import progress
from .core import Exercise, Verdict
from .folds import Hints
from .words import page

__all__ = ["EXERCISES", "check", "hints"]

EXERCISES: dict[str, Exercise] = {
    exercise.name: replace(exercise, lesson=lesson)
    for lesson, module in lesson_modules(sys.modules[__name__])
    for exercise in module.EXERCISES
}
MISSING = object()
print = print  # ours, also where an answer has replaced builtins.print


def check(name: str, answer=MISSING) -> None:
    """Say whether `answer`, a function or a value, does what the exercise `name` asks.

    It prints "Right", "Not attempted yet", or "Not yet" and why; it never raises an error.

    The answer runs in this process, and guard.py undoes what it does to it. What cannot be
    survived: one call into compiled code that takes too long is ended only by a restart of the
    kernel; code that crashes Python ends the kernel; a KeyboardInterrupt, also one that the answer
    raises, ends the cell.
    """
    exercise = _find(name)
    if exercise is None:
        return
    if answer is MISSING:
        print(f'check needs your answer as well: check("{name}", {name}).')
        return
    try:
        verdict = exercise.judge(answer)
    except Exception as error:  # an answer of a kind that no test had
        verdict = Verdict("not yet", f"check cannot make sense of this ({type(error).__name__}).")
    progress.record(exercise, verdict)
    print(page(f"{verdict.state.capitalize()}: {verdict.text}"))


def hints(name: str) -> Hints | None:
    """Three hints and the solution of the exercise `name`, each folded away until it is opened."""
    exercise = _find(name)
    return None if exercise is None else Hints(exercise)


def _find(name) -> Exercise | None:
    """The exercise of this name; if there is none, print a sentence that says which there are."""
    if not isinstance(name, str):
        print('The name of the exercise comes first, in quotes: check("correlate2d", correlate2d).')
        return None
    if name not in EXERCISES:
        near = difflib.get_close_matches(name, EXERCISES, 1)
        guess = f' Did you mean "{near[0]}"?' if near else ""
        print(f'There is no exercise "{name}".{guess} There are: {", ".join(EXERCISES)}.')
        return None
    return EXERCISES[name]
