"""Exercise read_tables, lesson 10: four reports; which conclusions hold?"""

from ..core import Mistake, ValueExercise
from ..words import describe

HOLDS, NOISE = "it holds", "it may be noise"
TWO, CHOSEN = "two things differ", "chosen by the test images"
READINGS = HOLDS, NOISE, TWO, CHOSEN
REPORTS = {
    "A": "Network P was trained with ten seeds, and so was Q: same images, same parameters, same\n"
    "   steps. Q − P in points, seed by seed: 0.9 0.4 1.3 0.7 1.1 0.2 0.8 1.0 0.5 1.2.\n"
    "   Conclusion: on these data and with these steps, Q is better than P.",
    "B": "We tried 40 rates of dropout, with one seed each, and looked at the test accuracy of\n"
    "   each. The best had 98.9%. Conclusion: on new images it will have 98.9%.",
    "C": "Small network without pooling: 97.1%, 97.3%, 97.0%, 97.2%, 97.1%. With pooling and\n"
    "   twice as many filters: 98.2%, 98.3%, 98.1%, 98.4%, 98.2% (same five seeds).\n"
    "   Conclusion: pooling helps.",
    "D": "Five seeds, same images, same parameters, same steps. With weight decay minus without,\n"
    "   in points: 0.6 −0.4 0.5 −0.3 0.4; mean +0.16. Conclusion: weight decay helps.",
}
WHY_NOT = {
    "A": "All ten differences are above zero; their mean, 0.81, is several times as large as its "
    "standard error, and only one thing differs.",
    "B": "The best of forty was chosen by the very images that then judge it.",
    "C": "The difference is clear, but pooling is not all that differs.",
    "D": "Two of five differences are below zero; the interval of their mean includes zero.",
}


def read_tables():
    return {
        "A": "it holds",
        "B": "chosen by the test images",
        "C": "two things differ",
        "D": "it may be noise",
    }


def plain(reading) -> str:
    return reading.strip().lower().rstrip(".") if isinstance(reading, str) else ""


def has_four(answer) -> str:
    if not isinstance(answer, dict):
        return f"It should be a dict with a reading for A, B, C and D, but is {describe(answer)}."
    if set(answer) != set(REPORTS):
        return "It should have the keys A, B, C, D, and no others."
    if unknown := [letter for letter in REPORTS if plain(answer[letter]) not in READINGS]:
        choice = ", ".join(f'"{reading}"' for reading in READINGS)
        return f"For {', '.join(unknown)} there should be one of these: {choice}."
    return ""


def missed(answer) -> list[str]:
    right = read_tables()
    return [letter for letter in REPORTS if plain(answer[letter]) != right[letter]]


def reads_each(answer) -> str:
    if not (wrong := missed(answer)):
        return ""
    count = len(REPORTS) - len(wrong)
    are = "is" if count == 1 else "are"
    return f"{count or 'None'} of {len(REPORTS)} {are} right. Read {wrong[0]} again."


def first(letter: str, *readings: str):
    """Whether the first report that is misread is this one, in one of these ways."""
    return lambda answer: (
        (wrong := missed(answer)) and wrong[0] == letter and plain(answer[letter]) in readings
    )


EXERCISE = ValueExercise(
    name="read_tables",
    asks="should say for each of the four reports whether its conclusion holds or what is wrong "
    "with it.",
    solution=read_tables,
    requirements={
        "a reading for each report": has_four,
        "the right one": reads_each,
    },
    mistakes=[
        Mistake(
            "spread taken for noise",
            "the differences spread, but around a mean far from zero. " + WHY_NOT["A"],
            first("A", NOISE),
            example=read_tables() | {"A": NOISE},
        ),
        Mistake(
            "a fault where there is none",
            "the report says what is alike, and claims no more than it measured.",
            first("A", TWO, CHOSEN),
            example=read_tables() | {"A": TWO},
        ),
        Mistake(
            "the luckiest of many believed",
            WHY_NOT["B"],
            first("B", HOLDS),
            example=read_tables() | {"B": HOLDS},
        ),
        Mistake(
            "the wrong fault",
            "there is chance in it, but worse: how was the best one found?",
            first("B", NOISE, TWO),
            example=read_tables() | {"B": NOISE},
        ),
        Mistake(
            "a clear difference with two causes",
            WHY_NOT["C"],
            first("C", HOLDS),
            example=read_tables() | {"C": HOLDS},
        ),
        Mistake(
            "a clear difference taken for noise",
            "the two rows do not even overlap. What else differs beside pooling?",
            first("C", NOISE, CHOSEN),
            example=read_tables() | {"C": NOISE},
        ),
        Mistake(
            "a mean above zero believed",
            WHY_NOT["D"],
            first("D", HOLDS),
            example=read_tables() | {"D": HOLDS},
        ),
        Mistake(
            "a fair plan taken for an unfair one",
            "only weight decay differs, and nothing was chosen. How large are the differences "
            "beside their spread?",
            first("D", TWO, CHOSEN),
            example=read_tables() | {"D": TWO},
        ),
    ],
    hints=(
        "Ask of each report: what differs? How many seeds? What was chosen, and by which images?",
        "Where differences are given, look at their signs first, then at mean and spread.",
        "One holds; in one two things differ; one is chosen by the test images; one may be noise.",
    ),
)
