"""An exercise that asks for a function, and the judging of what a learner wrote."""

import copy
import functools
import inspect
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .core import RIGHT, Exercise, Mistake, Verdict, blanks
from .results import alike, arrays, cut_off, difference
from .running import MOST_MEMORY, Ended, Full, Result, Stopped, call, does_nothing, line_of, message
from .slips import about
from .words import all_of, beside, describe, number, small

SECONDS = 5.0  # how long all cases of a check may take together
CHANGES_INPUT = Mistake(
    "changes its input",
    "make a new array and leave the given one as it is, because whoever gave it may still need it. "
    "Look for +=, -=, *= or [...] = on an argument.",
    does=[],
)
WHOLE_NUMBERS = Mistake(
    "whole numbers instead of fractions",
    "the fractions have been cut off. Look for dtype=int, int(...), round or //: an array that "
    "np.zeros(shape) makes keeps fractions, one with dtype=int does not.",
    does=[],
)
CUTS = np.trunc, np.floor, np.rint


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
        found = {}
        for case, arguments in self.cases.items():
            made = arrays(self.reference(*copy.deepcopy(arguments)), len(self.returns))
            found[case] = tuple(piece.copy() for piece in made)
            for piece in found[case]:
                piece.setflags(write=False)  # an answer that reaches it cannot change it
        return found

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
        except (ValueError, TypeError):  # some functions written in C have none
            return ""
        try:
            signature.bind(*names)
        except TypeError:
            plain = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
            takes = str(inspect.Signature(plain)) if plain else "nothing"
            return f"{self.name} should take ({', '.join(names)}), but yours takes {takes}."
        return ""

    def _judge_cases(self, answer) -> Verdict:
        results: dict[str, Result] = {}
        verdict = self._judged(answer, results)
        left = dict.fromkeys(sentence for each in results.values() for sentence in each.left)
        return verdict._replace(text="\n\n".join([verdict.text, *left]))

    def _judged(self, answer, results: dict[str, Result]) -> Verdict:
        end, failing = time.monotonic() + SECONDS, []
        for case, arguments in self.cases.items():
            left = end - time.monotonic()
            result = call(answer, arguments, self._parameters(), seconds=left)
            if isinstance(result.error, Stopped):
                if failing:
                    break
                results[case] = result
                return self._stopped(case, result)
            if not results and (blank := self._blank(answer, result)) is not None:
                return self._not_attempted(blank)
            results[case] = result
            if self._fault(result, case):
                failing.append(case)
        if failing:
            return self._wrong(results, failing)

        case, arguments = next(iter(self.cases.items()))
        again = call(answer, arguments, seconds=end - time.monotonic())
        if self._fault(again, case):
            return self._not_yet(
                f'{self.name} is right in all cases, but the first of them, "{case}", comes out '
                "differently the second time. Does it keep something from one call to the next?"
            )
        names = "; ".join(self.cases)
        cases = all_of(len(self.cases), "case")
        text = f"{self.name} gives what it should in {cases}: {names}."
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
            told = [f"It stops with an error {where}".rstrip(), about(result.error)]
            return "\n".join([*filter(None, told), f"    {message(result.error)}"])
        if result.changed:
            return f"After the call, {result.changed} is not what it was."
        if result.returned is None and result.printed:
            return (
                "It returned nothing (None), but printed something. print shows a thing to people; "
                "return hands it to whoever called the function: return the result."
            )
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
        case = max(failing, key=self._shows)  # of equals, the first and so the smallest
        result = results[case]
        count = f"{self.name} is not right in {len(failing)} of {len(self.cases)} cases"
        which = "; the first is" if case == failing[0] else "; one of them is"
        told = [f'{count}{which if len(failing) > 1 else ","} "{case}":', self._shown(case)]
        told += [self._fault(result, case), _print_of(result)]
        if result.error is None and not result.changed:
            told.append(self._compared(result.returned, self.expected[case]))
        return self._not_yet(*told, mistake=self._known(results, failing))

    def _shows(self, case) -> tuple[bool, ...]:
        """What makes a case tell more: small, several numbers go in, and several come out."""
        given, made = [*self._given(case).values()], [*self.expected[case]]
        several = [any(array.size > 1 for array in arrays) for arrays in (given, made)]
        return all(map(small, given + made)), *several

    def _given(self, case) -> dict[str, np.ndarray]:
        """The arguments of a case that are numbers, not functions."""
        named = zip(self._parameters(), self.cases[case])
        return {name: np.asarray(value) for name, value in named if not callable(value)}

    def _shown(self, case) -> str:
        """The arguments: a function by what it says of itself, all others in numbers."""
        given = zip(self._parameters(), self.cases[case])
        told = [f"    {name}(...) is {each.__doc__}" for name, each in given if callable(each)]
        return "\n".join([*told, beside(self._given(case))])

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
        """The known mistake that gives in every case what the learner's function gives."""
        if any(results[case].changed for case in failing):
            return CHANGES_INPUT
        for mistake in self.mistakes:
            if any(self._matches(way, results, failing) for way in mistake.ways()):
                return mistake
        return WHOLE_NUMBERS if self._cut_off(results) else None

    def _cut_off(self, results) -> bool:
        """Whether the results are the right ones, each made whole in one and the same way."""
        pairs = [
            (arrays(result.returned, len(self.returns)), self.expected[case])
            for case, result in results.items()
        ]
        return any(all(cut_off(*pair, way) for pair in pairs) for way in CUTS)

    def _matches(self, way, results, failing) -> bool:
        the_same, other_errors = 0, 0
        for case in sorted(results, key=lambda case: case not in failing):  # those tell most
            same = call(way, self.cases[case], seconds=SECONDS)
            if alike(results[case], same, len(self.returns)):
                the_same += case in failing
            elif results[case].error is None or same.error is None:
                return False
            else:  # both stop, with different errors: one mistake can be written in two ways
                other_errors += 1
        return the_same > other_errors

    def _stopped(self, case, result) -> Verdict:
        where = line_of(result.error)
        why = f"was still running after {number(SECONDS)} seconds"
        asks = "Is there a loop that never ends? In a while loop, something has to change."
        if isinstance(result.error, Ended):
            why = str(result.error)
            return self._not_yet(f'{self.name} was stopped{" " if where else ""}{where}: {why}.')
        if isinstance(result.error, Full):
            why = f"took more than {number(MOST_MEMORY / 1e9)} GB of memory"
            asks = "Does something grow in a loop that never ends, or is a size far too large?"
        text = f'{self.name} {why}, so it was stopped, in the case "{case}"'
        text += f" and {where}" if where else ""
        return self._not_yet(text, self._shown(case), _print_of(result), asks)


def _print_of(result: Result) -> str:
    """The first lines that were printed, if any were."""
    lines = result.printed.strip().splitlines()
    shown = "".join(f"\n    {line[:80]}" for line in lines[:6])
    return f"It printed:{shown}" + "\n    ..." * (len(lines) > 6) if lines else ""
