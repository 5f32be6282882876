"""Exercise fair_plan: a comparison in which one thing differs, and chance is seen."""

import numpy as np

from ...experiments import Setup, network, unfair
from ...shapes import shown
from ..core import Mistake, ValueExercise
from ..words import describe

KEYS = "first", "second", "first seeds", "second seeds"


def fair_plan():
    return {
        "first": Setup(images=300),
        "second": Setup(images=300, dropout=0.5),
        "first seeds": range(10),
        "second seeds": range(10),
    }


def is_a_plan(plan) -> str:
    if not isinstance(plan, dict):
        return f"It should be a dict, but is {describe(plan)}."
    if set(plan) != set(KEYS):
        return f"It should have the keys {', '.join(KEYS)}, and no others."
    if not all(isinstance(plan[key], Setup) for key in KEYS[:2]):
        return "first and second should be setups, such as Setup(images=300)."
    for key in KEYS[:2]:
        try:
            network(plan[key], np.random.default_rng(0))
        except ValueError as error:  # it says what should be, and what is
            return f"{key}: {str(error).removeprefix('network: setup.')}"
    for key in KEYS[2:]:
        seeds = plan[key]
        if not isinstance(seeds, (list, tuple, range, np.ndarray)) or not all(
            isinstance(seed, (int, np.integer)) and not isinstance(seed, bool) and seed >= 0
            for seed in seeds
        ):
            return (
                f"{key} should be several whole numbers from 0 on, such as range(10) or [0, 1, 2], "
                f"but is {shown(seeds)}."
            )
    return ""


def asks_for_dropout(plan) -> str:
    rates = sorted(plan[key].dropout for key in KEYS[:2])
    if rates != [0, 0.5]:
        return f"One should have a dropout of 0.5 and the other of 0, but they have {rates}."
    return ""


def is_fair(plan) -> str:
    return unfair(*(plan[key] for key in KEYS))


def has_300(plan) -> str:
    images = plan["first"].images
    return "" if images == 300 else f"The question is about 300 images, not {images:,}."


def enough(plan) -> str:
    seeds = len(plan["first seeds"])
    if seeds >= 5:
        return ""
    return f"{seeds} seeds make a very long interval (Student's t). Take five at least."


def says(words: str):
    """Whether the plan is refused with these words."""
    return lambda plan: words in is_fair(plan)


def changed(**parts):
    return {key: parts.get(key.replace(" ", "_"), value) for key, value in fair_plan().items()}


EXERCISE = ValueExercise(
    name="fair_plan",
    asks="should be a plan that can tell whether a dropout of 0.5 helps a network with max pooling "
    "or another one, trained on 300 images: two setups and at least five seeds for each.",
    solution=fair_plan,
    requirements={
        "two setups and their seeds": is_a_plan,
        "with dropout and without": asks_for_dropout,
        "alike in everything else": is_fair,
        "300 images": has_300,
        "five seeds or more": enough,
    },
    mistakes=[
        Mistake(
            "other seeds for each",
            "then one of them may just have drawn the easier images.",
            says("seeds should be the same"),
            example=changed(second_seeds=range(10, 20)),
        ),
        Mistake(
            "a run counted twice",
            "a seed fixes everything that is left to chance, so it gives the same run again.",
            says("occur once"),
            example=changed(first_seeds=[3] * 5, second_seeds=[3] * 5),
        ),
        Mistake(
            "one seed",
            "a difference between two runs can be chance alone, however large it looks.",
            says("several seeds"),
            example=changed(first_seeds=[0], second_seeds=[0]),
        ),
        Mistake(
            "more images for one",
            "more images help by themselves.",
            says("equally many images"),
            example=changed(second=Setup(images=1000, dropout=0.5)),
        ),
        Mistake(
            "longer training for one",
            "more steps make a difference by themselves.",
            says("equally many steps"),
            example=changed(second=Setup(images=300, steps=600, dropout=0.5)),
        ),
        Mistake(
            "two things differ",
            "leave dropout the only difference.",
            says("One thing should differ"),
            example=changed(second=Setup("average", images=300, dropout=0.5)),
        ),
        Mistake(
            "more filters for one",
            "a larger network can learn more by itself.",
            says("as many parameters"),
            example=changed(second=Setup(images=300, dropout=0.5, filters=32)),
        ),
        Mistake(
            "how many seeds, not which",
            "the seeds themselves are asked: range(10) is 0, 1, ... 9.",
            lambda plan: any(isinstance(plan[key], int) for key in KEYS[2:]),
            example=changed(first_seeds=10, second_seeds=10),
        ),
        Mistake(
            "too few seeds",
            "with three seeds Student's t is 4.3, with five 2.8.",
            enough,
            example=changed(first_seeds=range(3), second_seeds=range(3)),
        ),
        Mistake(
            "another number of images",
            "what helps with few images need not help with many.",
            has_300,
            example=changed(first=Setup(images=1000), second=Setup(images=1000, dropout=0.5)),
        ),
        Mistake(
            "no dropout to compare",
            "the question needs a network with dropout and one without it.",
            asks_for_dropout,
            example=changed(second=Setup(images=300)),
        ),
    ],
    hints=(
        "Compare both setups field by field. Which differ? Which of them is the question?",
        "Images, steps, shrinking, move and weight_decay should be alike, and so should the seeds.",
        "`Setup(images=300)` and `Setup(images=300, dropout=0.5)`, each with `range(10)`.",
    ),
)
