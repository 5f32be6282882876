"""The lessons of the course, in their order; and a map of them that knows which are there.

This list is the only one: the map, the README's table, and which lesson an exercise or a prediction
belongs to are made from it. A new lesson is an entry here and files named after it: "05_pooling"
has lessons/05_pooling.py, cnncourse/exercises/pooling/ and cnncourse/predictions/pooling.py.
"""

import importlib
import os
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from .shapes import shown


class Lesson(NamedTuple):
    """A lesson; `name` is its file without the ending, and `about` says what one does in it."""

    name: str
    minutes: int
    title: str
    about: str

    @property
    def number(self) -> str:
        return self.name[:2]

    @property
    def topic(self) -> str:
        """The name without its number, which a module may have."""
        return self.name[3:]


LESSONS = [
    Lesson("00_welcome", 30, "The finished thing first", "draw a digit, and a network reads it"),
    Lesson(
        "01_one_kernel",
        100,
        "A kernel looks for its own pattern",
        "slide nine numbers over a photograph",
    ),
    Lesson(
        "02_size",
        75,
        "Stride, padding and what falls off the edge",
        "how large the result is, and why",
    ),
    Lesson("03_colour", 60, "A kernel is as deep as its image", "three colours, one sum"),
    Lesson(
        "04_convolutional_layer",
        85,
        "Many kernels, a bias each, and a bend",
        "the first layer of a network",
    ),
    Lesson("05_pooling", 80, "Keep the strongest, or the average", "smaller maps, less work"),
    Lesson(
        "06_flatten_and_classify",
        85,
        "From maps to a probability for each label",
        "the part that decides",
    ),
    Lesson("07_full_cnn", 95, "Putting it together", "build a whole network, count everything"),
    Lesson(
        "08_backpropagation",
        170,
        "How each layer passes the blame back",
        "who is how much to blame for a mistake",
    ),
    Lesson("09_training", 120, "Learning the digits", "watch 20,490 numbers find their values"),
    Lesson(
        "10_generalisation",
        140,
        "What helps on images it has not seen",
        "fair comparisons, and what chance does",
    ),
    Lesson(
        "11_what_it_sees",
        145,
        "Simple features first, parts later",
        "look inside, and test what people say about it",
    ),
    Lesson(
        "12_fast_convolution",
        165,
        "From loops to one matrix product",
        "the same result, many times faster",
    ),
    Lesson("13_capstone", 140, "Your own network", "design one under a budget"),
    Lesson("14_beyond", 90, "The same network elsewhere", "carry it to PyTorch; where to go next"),
]


def lesson_modules(package: ModuleType) -> Iterator[tuple[str, ModuleType]]:
    """The modules of a package that are named after a lesson, each with the lesson's name."""
    existing = {module.name for module in pkgutil.iter_modules(package.__path__)}
    for lesson in LESSONS:
        if lesson.topic in existing:
            yield lesson.name, importlib.import_module(f"{package.__name__}.{lesson.topic}")


class CourseMap:
    """A table of the lessons, as text and, with links, as Markdown.

    present: the names of the lessons whose notebook is there; the others are in the making.
    """

    def __init__(self, present: set[str]):
        self.present = present

    def __repr__(self):
        width = max(len(lesson.title) for lesson in LESSONS)
        lines = [
            f"{lesson.number}  {lesson.title:{width}}  {lesson.minutes:3} min"
            + ("" if lesson.name in self.present else "  (in the making)")
            for lesson in LESSONS
        ]
        return "\n".join([*lines, self.sentence])

    def _repr_markdown_(self) -> str:
        lines = ["| | lesson | what you do | minutes |", "|---|:---|:---|---:|"]
        for lesson in LESSONS:
            title, minutes = f"[{lesson.title}]({lesson.name}.ipynb)", str(lesson.minutes)
            if lesson.name not in self.present:
                title, minutes = f"{lesson.title} *(in the making)*", f"*{lesson.minutes}*"
            lines.append(f"| {lesson.number} | {title} | {lesson.about} | {minutes} |")
        return "\n".join([*lines, "", self.sentence])

    @property
    def sentence(self) -> str:
        here = [lesson.minutes for lesson in LESSONS if lesson.name in self.present]
        hours, all_hours = sum(here) / 60, sum(lesson.minutes for lesson in LESSONS) / 60
        if len(here) == len(LESSONS):
            return f"All {len(here)} lessons are here, about {hours:.0f} hours of work."
        return (
            f"{len(here)} of {len(LESSONS)} lessons are here, about {hours:.1f} hours of work; "
            f"with those in the making it will be about {all_hours:.0f} hours."
        )


def course_map(folder: str | Path = ".") -> CourseMap:
    """The map of the course, for the notebooks in this folder."""
    if not isinstance(folder, (str, os.PathLike)) or not os.path.isdir(folder):
        raise ValueError(f"course_map: folder should be a folder, but is {shown(folder)}.")
    return CourseMap({path.stem for path in Path(folder).glob("[0-9][0-9]_*.ipynb")})
