"""Exercise field_by_hand, lesson 11: the receptive field of one unit of the colour network."""

from ..core import Mistake, ValueExercise
from ..words import describe, numbers

KEYS = "first row", "last row", "first column", "last column"
AT = 3, 5  # the unit's row and column in its map


def field_by_hand():
    return {  # from the end: kernel of 3, then pooling, then kernel of 5
        "first row": 2,  # 3 - 1 = 2, 2 * 2 = 4, 4 - 2 = 2
        "last row": 11,  # 3 + 1 = 4, 2 * 4 + 1 = 9, 9 + 2 = 11
        "first column": 6,  # 5 - 1 = 4, 2 * 4 = 8, 8 - 2 = 6
        "last column": 15,  # 5 + 1 = 6, 2 * 6 + 1 = 13, 13 + 2 = 15
    }


def seen_by(at, k_last=3, pad_last=1, pool=2, k_first=5, pad_first=2):
    """The first and the last pixel along one axis: the solution, with parts to be exchanged."""
    first, last = at - pad_last, at - pad_last + k_last - 1
    first, last = first * pool, last * pool + pool - 1
    return first - pad_first, last - pad_first + k_first - 1


def of(**parts):
    return dict(zip(KEYS, (*seen_by(AT[0], **parts), *seen_by(AT[1], **parts))))


def four_whole_numbers(answer) -> str:
    if not isinstance(answer, dict):
        return f'It should be a dict, {{"first row": ...}}, but is {describe(answer)}.'
    if set(answer) != set(KEYS):
        return f"It should have the four keys {', '.join(KEYS)}, and no others."
    for key in KEYS:
        value = numbers(answer[key])
        if value is None or value.shape or value.dtype.kind == "b" or value != round(float(value)):
            return f'"{key}" should be a whole number, but is {describe(answer[key])}.'
    return ""


def read(answer) -> dict:
    return {key: int(answer[key]) for key in KEYS}


def is_right(answer) -> str:
    right, given = field_by_hand(), read(answer)
    wrong = [key for key in KEYS if given[key] != right[key]]
    if not wrong:
        return ""
    count = len(KEYS) - len(wrong)
    return f"{count or 'None'} of the 4 {'is' if count == 1 else 'are'} right."


def gives(*wrong):
    return lambda answer: not four_whole_numbers(answer) and read(answer) in wrong


def changed(**keys):
    return field_by_hand() | {key.replace("_", " "): value for key, value in keys.items()}


WRONG = {
    "no_padding": [of(pad_first=0), of(pad_last=0), of(pad_first=0, pad_last=0)],
    "no_pooling": [of(pool=1)],
    "one_only": [of(k_first=1, pad_first=0), of(k_last=1, pad_last=0)],  # the same, by chance
    "three": [of(k_first=3, pad_first=1), of(k_first=3)],
    "last_as_size": [changed(last_row=10, last_column=10)],
    "one_beyond": [changed(last_row=12, last_column=16)],
    "swapped": [dict(zip(KEYS, (6, 15, 2, 11)))],
    "from_one": [changed(first_row=3, last_row=12, first_column=7, last_column=16)],
    "a_single_pooled_pixel": [changed(last_row=10, last_column=14)],
    "both_pooled": [of(pool=4)],
}


def known(name: str, which: str, says: str) -> Mistake:
    return Mistake(name, says, gives(*WRONG[which]), example=WRONG[which][0])


EXERCISE = ValueExercise(
    name="field_by_hand",
    asks="should say which rows and columns of the image can change the number in row 3, column 5 "
    "of a map of the second convolution: the first and the last row, the first and the last "
    "column, counted from 0.",
    solution=field_by_hand,
    requirements={"four whole numbers": four_whole_numbers, "the right pixels": is_right},
    mistakes=[
        known(
            "padding forgotten",
            "no_padding",
            "with a padding of p, the window of output number i begins at i − p, not at i.",
        ),
        known(
            "pooling forgotten",
            "no_pooling",
            "between the two convolutions the maps get half as large: pooled row r is made of rows "
            "2r and 2r + 1.",
        ),
        known(
            "one convolution forgotten",
            "one_only",
            "the number itself is a sum over a window of 3 by 3: begin with it. And each number of "
            "the first convolution sees five rows of the image: end with these.",
        ),
        known(
            "a first kernel of 3 by 3",
            "three",
            "the first kernels of this network are 5 by 5, with a padding of 2.",
        ),
        known(
            "sizes instead of the last ones",
            "last_as_size",
            "how many rows they are is not the last of them: the first, plus how many, minus 1.",
        ),
        known(
            "one beyond",
            "one_beyond",
            "the last row and column are still seen. From first to last, both counted, there are "
            "last − first + 1.",
        ),
        known(
            "rows and columns swapped",
            "swapped",
            "the row comes first: the number stands in row 3, column 5.",
        ),
        known("counted from one", "from_one", "rows and columns are counted from 0."),
        known(
            "half of the last pooling window",
            "a_single_pooled_pixel",
            "pooled row r is made of two rows, 2r and 2r + 1, and so is the last one.",
        ),
        known(
            "two poolings",
            "both_pooled",
            "the second pooling comes after the second convolution. Only the first one lies before "
            "it.",
        ),
    ],
    hints=(
        "Go from the number back to the image: second convolution, first pooling, first "
        "convolution. (ReLU changes no place.)",
        "A 3 x 3 kernel with padding 1 sees rows r − 1 to r + 1. Pooled row r is made of rows 2r "
        "and 2r + 1. A 5 x 5 kernel with padding 2 sees rows r − 2 to r + 2.",
        "Rows: 2 to 4 of the pooled map, so 4 to 9 before pooling, and in the image two more on "
        "either side. The columns go in the same way, from 5.",
    ),
)
