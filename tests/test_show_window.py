"""One window shown, and its sum written out as people write it."""

import numpy as np
import pytest

from cnncourse.explorers import show_window
from cnncourse.explorers.show_window import added
from cnncourse.predictions.one_kernel import KERNEL, LETTER


def test_the_sum_is_that_of_the_window(capsys):
    show_window(LETTER, KERNEL, 1, 1)
    printed = capsys.readouterr().out
    assert "The sum is −9 − 9 − 9 + 0 + 0 + 0 + 0 + 0 − 9 = −36\n" in printed


def test_a_kernel_that_is_not_square(capsys):
    image, kernel = np.arange(12.0).reshape(3, 4) / 4, np.array([[-1, 0, 0.5]])
    show_window(image, kernel, 2, 1)
    assert "The sum is −2.25 + 0 + 1.38 = −0.88\n" in capsys.readouterr().out


def test_signs_are_written_plainly():
    assert added(np.array([[0, 18], [-9, 0.5]])) == "0 + 18 − 9 + 0.5"
    assert added(np.array([[-2.0]])) == "−2"


@pytest.mark.parametrize("place", [(5, 0), (0, 5), (-1, 0), (7, 7)])
def test_a_window_over_the_edge_is_refused(place):
    with pytest.raises(ValueError, match="row and column should lie below 5 and 5"):
        show_window(LETTER, KERNEL, *place)
