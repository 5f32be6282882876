"""Maps side by side, and their colours."""

import numpy as np
import pytest

from cnncourse import data
from cnncourse.tiles import painted, tile

RNG = np.random.default_rng(0)


def test_gaps_lie_between_and_nowhere_else():
    maps, nan = np.stack([np.full((2, 1), value) for value in (1.0, 2.0, 3.0)], axis=2), np.nan
    expected = [[1, nan, 2], [1, nan, 2], [nan, nan, nan], [3, nan, nan], [3, nan, nan]]
    np.testing.assert_array_equal(tile(maps, 2), expected)
    np.testing.assert_array_equal(tile(maps, 3, gap=0), [[1, 2, 3], [1, 2, 3]])


@pytest.mark.parametrize(
    ("shape", "columns", "gap", "size"),
    [((5, 3, 16), 4, 1, (23, 15)), ((2, 2, 32), 8, 2, (14, 30)), ((3, 4, 5), 2, 1, (11, 9))],
)
def test_each_map_has_its_place(shape, columns, gap, size):
    h, w, f = shape
    maps = RNG.random(shape).astype(np.float32)
    board = tile(maps, columns, gap)
    assert board.shape == size
    for i in range(f):
        top, left = i // columns * (h + gap), i % columns * (w + gap)
        np.testing.assert_array_equal(board[top : top + h, left : left + w], maps[:, :, i])
    assert np.isfinite(board).sum() == maps.size


def test_larger_is_brighter_up_to_the_reach_and_gaps_are_grey():
    shown = painted(np.array([[0.0, 1.5, 3.0, 9.0, np.nan]]), "cividis", 3, between=0.85)
    assert shown.shape == (1, 5, 3)
    np.testing.assert_allclose(shown[0, 4], 0.85, rtol=1e-6)
    np.testing.assert_array_equal(shown[0, 3], shown[0, 2])
    brightness = data.grey(shown[:, :3])[0]
    assert brightness[0] < brightness[1] < brightness[2]


def test_zero_is_white_between_blue_and_red():
    blue, white, red = painted(np.array([[-2.0, 0, 2]]), "diverging", 2)[0]
    assert blue[2] > blue[0] + 0.2 and red[0] > red[2] + 0.2
    assert white.min() > 0.95


@pytest.mark.parametrize(
    ("maps", "options", "words"),
    [
        (np.zeros((2, 2)), {}, r"tile: maps should have shape \(h, w, f\)"),
        (np.zeros((2, 2, 1)), {"columns": 0}, "tile: columns should"),
        (np.zeros((2, 2, 1)), {"gap": -1}, "tile: gap should"),
        (np.zeros((2, 2, 9)), {"gap": 10**5}, "tile: columns and gap should"),
    ],
)
def test_bad_calls_answer_in_a_sentence(maps, options, words):
    with pytest.raises(ValueError, match=words):
        tile(maps, **{"columns": 2, **options})
