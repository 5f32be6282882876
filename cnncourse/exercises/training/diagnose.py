"""Exercise diagnose: say from the loss curves what went wrong in four runs."""

from ..choices import ChoiceExercise
from ..core import Mistake
from .curves import CAUSES, HEALTHY, RUNS, SHUFFLED, TOO_HIGH, ZERO

# What a cause would look like, and what each run does look like.
LOOKS = {
    HEALTHY: "both losses would fall well below ln 10 = 2.3",
    TOO_HIGH: "the loss would leap above its start and stay above ln 10 = 2.3",
    ZERO: "both losses would stay near ln 10 = 2.3 from the first epoch to the last",
    SHUFFLED: "the training loss would fall, while the held-out loss rises",
}
SEEN = {
    "A": "the training loss falls, and the held-out loss rises above ln 10 = 2.3",
    "B": "both losses fall well below ln 10 = 2.3",
    "C": "both losses hardly leave ln 10 = 2.3",
    "D": "the training loss leaps up, and both losses stay above ln 10 = 2.3",
}


def diagnose():
    return {
        "A": "labels shuffled",
        "B": "healthy",
        "C": "all weights start at zero",
        "D": "learning rate too high",
    }


def says(**causes):
    """Whether a diagnosis of all runs says this of these, by letter."""
    return lambda diagnosis: (
        diagnosis.keys() == RUNS.keys()
        and {*diagnosis.values()} <= {*CAUSES}
        and causes.items() <= diagnosis.items()
    )


def look(letter: str, cause: str) -> str:
    return f'Look at {letter} again: with "{cause}", {LOOKS[cause]}. In {letter}, {SEEN[letter]}.'


EXERCISE = ChoiceExercise(
    name="diagnose",
    asks="should say for each of the runs A, B, C and D which of the causes fits its curves.",
    solution=diagnose,
    choices=CAUSES,
    kind="causes",
    look=look,
    mistakes=[
        Mistake(
            "looks at the training loss alone",
            "a training loss that falls shows that the network learns these images, not that it "
            "learns digits. Compare the two losses of A and of B.",
            says(A=HEALTHY),
            example=diagnose() | {"A": HEALTHY, "B": SHUFFLED},
        ),
        Mistake(
            "standing still taken for shuffled labels",
            "with shuffled labels there is still something to learn by heart, so the training loss "
            "falls. Where nothing moves, there is no gradient that could move it.",
            says(C=SHUFFLED),
            example=diagnose() | {"A": ZERO, "C": SHUFFLED},
        ),
        Mistake(
            "high and flat mixed up",
            "C stays at ln 10, the loss of a network that finds all ten digits equally likely. D "
            "is worse than that: it is often sure, and wrong.",
            says(C=TOO_HIGH),
            example=diagnose() | {"C": TOO_HIGH, "D": ZERO},
        ),
        Mistake(
            "rising taken for a high learning rate",
            "in A only the held-out loss rises; the training loss falls far below ln 10 = 2.3. "
            "With too high a learning rate the training loss stays above that as well.",
            says(A=TOO_HIGH),
            example=diagnose() | {"A": TOO_HIGH, "D": SHUFFLED},
        ),
        Mistake(
            "one cause twice",
            "each run has another cause.",
            lambda diagnosis: says()(diagnosis) and len({*diagnosis.values()}) < len(RUNS),
            example=diagnose() | {"D": ZERO},
        ),
    ],
    hints=(
        "Guessing at random among ten digits costs ln 10 = 2.3. Which losses go below that, which "
        "stay at it, and which go above?",
        "One run learns its images, but nothing that helps with others; one never moves; one is "
        "worse than guessing.",
        "If labels do not belong to their images, they can only be learned by heart. If all "
        "weights are zero, so are all features, and only the ten biases can learn. If steps are "
        "too long, they overshoot.",
    ),
)
