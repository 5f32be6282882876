"""How sure a figure is: 95% intervals."""

import numpy as np

from .shapes import as_array, check_array, check_int


def mean_interval(values) -> tuple[float, float, float]:
    """The mean of several runs and its 95% interval, by Student's t: mean, low, high."""
    values = as_array(values, "mean_interval: values")
    check_array(values, "mean_interval: values")
    if values.ndim != 1 or len(values) < 2:
        raise ValueError(
            "mean_interval: values should be at least two numbers in a row, "
            f"but have shape {values.shape}."
        )
    half = student(len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return float(values.mean()), float(values.mean() - half), float(values.mean() + half)


STUDENT = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)
STUDENT += (2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086)


def student(freedom: int) -> float:
    """How many standard errors a 95% interval reaches to each side, after Student (1908)."""
    check_int(freedom, "student: freedom", 1)
    # beyond the table, the next terms of Student's t for many values
    return STUDENT[freedom - 1] if freedom <= 20 else 1.96 + 2.372 / freedom + 2.82 / freedom**2


def accuracy_interval(right: int, n: int) -> tuple[float, float]:
    """The 95% interval of an accuracy, `right` of n images, after Wilson (1927): low, high.

    It stays within 0 and 1, and is right about small numbers and shares near 1 as well.
    """
    check_int(n, "accuracy_interval: n", 1)
    check_int(right, "accuracy_interval: right", 0)
    if right > n:
        raise ValueError(f"accuracy_interval: right should be at most n, {n}, but is {right}.")
    share, z = right / n, 1.96
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return float(max(0, middle - half)), float(min(1, middle + half))
