"""Hints and solution as folds of a page: HTML's own, so they need no script and open with a key."""

import html
import inspect
import re
import textwrap


class Hints:
    """Shows itself in a notebook as four closed folds: three hints and the solution."""

    def __init__(self, exercise):
        self.exercise = exercise

    def __repr__(self):
        return f"Three hints and a solution for {self.exercise.name}: they fold open in JupyterLab."

    def _repr_html_(self):
        folds = hint_folds(self.exercise)
        code = html.escape(solution_text(self.exercise))
        folds.append(
            f"<details><summary>Solution</summary><pre><code>{code}</code></pre></details>"
        )
        return f"<div>{''.join(folds)}</div>"


def hint_folds(exercise) -> list[str]:
    """The three hints of an exercise, each as a closed fold."""
    return [
        f"<details><summary>Hint {place}</summary><p>{_marked(hint)}</p></details>"
        for place, hint in enumerate(exercise.hints, 1)
    ]


def _marked(text: str) -> str:
    """Plain text as HTML; what stands between backticks is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))


def solution_text(exercise) -> str:
    """The source of the solution as a learner would write it; the tests run this very text.

    Where a value is asked, the solution is a function without arguments that returns it: its body
    is shown, and its `return` becomes the name of the value.
    """
    source = textwrap.dedent(inspect.getsource(exercise.solution)).rstrip()
    if not exercise.is_value:
        return source
    body = textwrap.dedent(source.partition(":\n")[2])
    body = body.removesuffix(f"\nreturn {exercise.name}")  # it has its name already
    return re.sub(r"^return ", f"{exercise.name} = ", body, flags=re.MULTILINE)
