"""Exercise read_tables: four reports; which conclusions hold?"""

from ..choices import ChoiceExercise, first
from ..core import Mistake

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


def says(letter: str, *readings: str):
    """Whether the first report that is misread is this one, in one of these ways."""
    return lambda answer: any(
        first(read_tables(), [letter], reading)(answer) for reading in readings
    )


EXERCISE = ChoiceExercise(
    name="read_tables",
    asks="should say for each of the four reports whether its conclusion holds or what is wrong "
    "with it.",
    solution=read_tables,
    choices=READINGS,
    kind="readings",
    look=lambda letter, reading: f"Read {letter} again.",
    mistakes=[
        Mistake(
            "spread taken for noise",
            "the differences spread, but around a mean far from zero. " + WHY_NOT["A"],
            says("A", NOISE),
            example=read_tables() | {"A": NOISE},
        ),
        Mistake(
            "a fault where there is none",
            "the report says what is alike, and claims no more than it measured.",
            says("A", TWO, CHOSEN),
            example=read_tables() | {"A": TWO},
        ),
        Mistake(
            "the luckiest of many believed",
            WHY_NOT["B"],
            says("B", HOLDS),
            example=read_tables() | {"B": HOLDS},
        ),
        Mistake(
            "the wrong fault",
            "there is chance in it, but worse: how was the best one found?",
            says("B", NOISE, TWO),
            example=read_tables() | {"B": NOISE},
        ),
        Mistake(
            "a clear difference with two causes",
            WHY_NOT["C"],
            says("C", HOLDS),
            example=read_tables() | {"C": HOLDS},
        ),
        Mistake(
            "a clear difference taken for noise",
            "the two rows do not even overlap. What else differs beside pooling?",
            says("C", NOISE, CHOSEN),
            example=read_tables() | {"C": NOISE},
        ),
        Mistake(
            "a mean above zero believed",
            WHY_NOT["D"],
            says("D", HOLDS),
            example=read_tables() | {"D": HOLDS},
        ),
        Mistake(
            "a fair plan taken for an unfair one",
            "only weight decay differs, and nothing was chosen. How large are the differences "
            "beside their spread?",
            says("D", TWO, CHOSEN),
            example=read_tables() | {"D": TWO},
        ),
    ],
    hints=(
        "Ask of each report: what differs? How many seeds? What was chosen, and by which images?",
        "Where differences are given, look at their signs first, then at mean and spread.",
        "One holds; in one two things differ; one is chosen by the test images; one may be noise.",
    ),
)
