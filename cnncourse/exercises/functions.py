"""An exercise that asks for a function, and the judging of what a learner wrote."""

import copy
import functools
import inspect
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .core import RIGHT, Exercise, Mistake, Verdict, blanks
from .results import alike, arrays, difference
from .running import Result, TimeUp, call, does_nothing, line_of, message, quietly
from .words import beside, describe, number, small

SECONDS = 5.0  # how long all cases of a check may take together
CHANGES_INPUT = Mistake(
    "changes its input",
    "make a new array and leave the given one as it is, because whoever gave it may still need it. "
    "Look for +=, -=, *= or [...] = on an argument.",
    does=[],
)


@dataclass(frozen=True, kw_only=True)
class FunctionExercise(Exercise):
    """A function to write.

    reference: tested code that does the same.
    cases: by name, from the smallest on, the arguments of each.
    returns: what the returned things are called, where there is more than one.
    """

    reference: Callable
    cases: dict[str, tuple]
    returns: tuple[str, ...] = ()

    @functools.cached_property
    def expected(self) -> dict[str, tuple[np.ndarray, ...]]:
        """What the function should return in each case, as a tuple of arrays."""
        return {
            case: arrays(self.reference(*copy.deepcopy(arguments)), len(self.returns))
            for case, arguments in self.cases.items()
        }

    def judge(self, answer) -> Verdict:
        if answer is None or answer is ...:
            return self._not_attempted()
        if not callable(answer):
            text = f"check needs the function itself, but got {describe(answer)}. Write"
            return self._not_yet(f'{text} check("{self.name}", {self.name}).')
        module = getattr(answer, "__module__", None) or ""
        if module.startswith("cnncourse.") and not module.startswith(__package__):
            return self._not_attempted("this function is the course's own, and yours is to come. ")
        if problem := self._misfit(answer):
            return self._not_yet(problem)
        return self._judge_cases(answer)

    def _misfit(self, answer) -> str:
        """A sentence where the function does not take as many arguments as it should."""
        names = self._parameters()
        try:
            signature = inspect.signature(answer)
        except (ValueError, TypeError):  # some functions written in C keep theirs to themselves
            return ""
        try:
            signature.bind(*names)
        except TypeError:
            takes = ", ".join(signature.parameters) or "nothing"
            return f"{self.name} should take ({', '.join(names)}), but yours takes ({takes})."
        return ""

    def _judge_cases(self, answer) -> Verdict:
        end = time.monotonic() + SECONDS
        results, failing = {}, []
        for case, arguments in self.cases.items():
            left = end - time.monotonic()
            silent = bool(failing)  # the first case that fails is told; the others tell the mistake
            result = call(answer, arguments, self._parameters(), seconds=left, silent=silent)
            if isinstance(result.error, TimeUp):
                if failing:
                    break
                return self._endless(case, result.error)
            if not results and (blank := self._blank(answer, result)) is not None:
                return self._not_attempted(blank)
            results[case] = result
            if self._fault(result, case):
                failing.append(case)
        if failing:
            return self._wrong(results, failing)

        case, arguments = next(iter(self.cases.items()))
        again = call(answer, arguments, seconds=end - time.monotonic(), silent=True)
        if self._fault(again, case):
            return self._not_yet(
                f'{self.name} is right in all cases, but the first of them, "{case}", comes out '
                "differently the second time. Does it keep something from one call to the next?"
            )
        names = "; ".join(self.cases)
        text = f"{self.name} gives what it should in all {len(self.cases)} cases: {names}."
        return Verdict(RIGHT, text)

    def _blank(self, answer, result: Result) -> str | None:
        """A sentence, maybe empty, if the function is as the lesson gave it; otherwise None."""
        if isinstance(result.error, NotImplementedError):
            return ""
        if result.error is not None:
            dots = isinstance(result.error, TypeError) and "ellipsis" in str(result.error)
            return f"three dots wait for your code {line_of(result.error)}. " if dots else None
        empty, all_of_it = blanks(result.returned)
        nothing = result.returned is None and not does_nothing(answer)
        return None if nothing or not empty or empty < all_of_it else ""

    def _fault(self, result: Result, case: str) -> str:
        """A sentence that says what is wrong with the result of one case; '' if it is right."""
        if result.error is not None:
            where = line_of(result.error)
            return f"It stops with an error {where}".rstrip() + f"\n    {message(result.error)}"
        if result.changed:
            return f"After the call, {result.changed} is not what it was."
        expected = self.expected[case]
        count = len(expected)
        if count == 1:
            return difference(result.returned, expected[0])
        if not isinstance(result.returned, (tuple, list)) or len(result.returned) != count:
            names, what = ", ".join(self.returns), describe(result.returned)
            return f"It should return {count} things, {names}, but returned {what}."
        for name, piece, right in zip(self.returns, result.returned, expected):
            if problem := difference(piece, right):
                return f"{name}: {problem}"
        return ""

    def _wrong(self, results, failing) -> Verdict:
        case, result = failing[0], results[failing[0]]
        share = f"{len(failing)} of {len(self.cases)} cases"
        head = f'{self.name} is not right in {share}; the first is "{case}":'
        told = [head, self._shown(case), self._fault(result, case)]
        if result.error is None and not result.changed:
            told.append(self._compared(result.returned, self.expected[case]))
        return self._not_yet(*told, mistake=self._known(results, failing))

    def _shown(self, case) -> str:
        return beside(dict(zip(self._parameters(), map(np.asarray, self.cases[case]))))

    def _compared(self, returned, expected) -> str:
        """The expected and the returned numbers side by side, where both are small."""
        yours = arrays(returned, len(self.returns))
        if len(yours) != len(expected) or not all(map(small, [*yours, *expected])):
            return ""
        blocks = {}
        for name, a, b in zip(self.returns or [""], expected, yours):
            blocks |= {f"{name} expected".strip(): a, f"{name} yours".strip(): b}
        return beside(blocks)

    def _known(self, results, failing) -> Mistake | None:
        """The known mistake that gives what the learner's function gives wherever that fails."""
        if any(results[case].changed for case in failing):
            return CHANGES_INPUT
        with quietly():
            for mistake in self.mistakes:
                if any(self._matches(way, results, failing) for way in mistake.ways()):
                    return mistake
        return None

    def _matches(self, way, results, failing) -> bool:
        found = False
        for case in failing:
            same = call(way, self.cases[case], seconds=SECONDS, silent=True)
            if alike(results[case], same, len(self.returns)):
                found = True
            elif results[case].error is None or not self._fault(same, case):
                return False
            # else both stop, with different errors: one mistake can be written in two ways
        return found

    def _endless(self, case, error) -> Verdict:
        where = line_of(error)
        text = (
            f"{self.name} was still running after {number(SECONDS)} seconds, so it was stopped, "
            f'in the case "{case}"{" and " if where else ""}{where}'
        )
        asks = "Is there a loop that never ends? In a while loop, something has to change."
        return self._not_yet(text, self._shown(case), asks)
