"""Figures show what they are given, name their axes, and leave matplotlib's global state alone."""

import sys

import numpy as np
import pytest

from cnncourse import figures

LOSSES = [2.3, 1.0, 0.5, 0.4]
RIGHTS = [0.1, 0.5, 0.8, 0.9]


def make_all():
    rng = np.random.default_rng(0)
    return {
        "pictures": figures.pictures([rng.random((4, 6)), rng.random((4, 6, 3))], ["a", "b"]),
        "signed": figures.pictures([rng.standard_normal((3, 3))], signed=True),
        "curves": figures.curves(LOSSES, RIGHTS, [(2, 0.5), (4, 0.9)], guess=2.3),
        "compare": figures.compare({"one": LOSSES, "two": LOSSES[::-1]}, guess=2.3),
        "side_by_side": figures.side_by_side({"one": LOSSES, "two": LOSSES[::-1]}),
        "confusion": figures.confusion(np.array([[5, 1], [0, 7]])),
    }


@pytest.mark.parametrize("name", make_all())
def test_a_figure_is_a_png_with_a_stable_name(name):
    plot = make_all()[name]
    assert plot.png().startswith(b"\x89PNG")
    assert repr(plot) == repr(make_all()[name])
    assert "0x" not in repr(plot)


def test_pyplot_is_never_loaded():
    make_all()
    assert "matplotlib.pyplot" not in sys.modules or not sys.modules[
        "matplotlib.pyplot"
    ].get_fignums()


def test_pictures_show_their_arrays_on_one_scale():
    a, b = np.array([[0.0, 0.5]]), np.array([[1.0, -2.0]])
    axes = figures.pictures([a, b], signed=True).axes
    for ax, array in zip(axes, (a, b)):
        (image,) = ax.images
        np.testing.assert_array_equal(image.get_array(), array)
        assert image.get_clim() == (-2, 2)
    assert figures.pictures([a]).axes[0].images[0].get_clim() == (0, 1)


def test_titles_may_be_an_array():
    axes = figures.pictures([np.zeros((2, 2))] * 3, np.array([4, 5, 6])).axes
    assert [ax.get_title() for ax in axes] == ["4", "5", "6"]


def test_curves_hold_the_numbers():
    plot = figures.curves(LOSSES, RIGHTS, [(2, 0.5), (4, 0.9)])
    np.testing.assert_array_equal(plot.each.get_xydata(), list(zip(range(1, 5), LOSSES)))
    np.testing.assert_array_equal(plot.held.get_xydata(), [(2, 0.5), (4, 0.9)])
    np.testing.assert_allclose(plot.loss.get_ydata(), figures.smooth(LOSSES))
    assert plot.loss_ax.get_ylim()[0] < min(LOSSES)
    assert plot.loss_ax.get_ylim()[1] > max(LOSSES)
    assert [ax.get_xlabel() for ax in plot.axes] == ["step", "step"]


def test_curves_bear_no_values_and_infinite_ones():
    assert figures.curves([], []).png().startswith(b"\x89PNG")
    plot = figures.curves([1.0, np.inf, np.nan, 0.5], [0, 0, 0, 0.5])
    assert np.isfinite(plot.loss_ax.get_ylim()).all()


def test_smooth_is_the_mean_of_the_last_values():
    values = np.array([4.0, 2.0, 6.0, 8.0])
    np.testing.assert_allclose(figures.smooth(values, 2), [4, 3, 4, 7])


def test_confusion_writes_each_count_and_names_the_axes():
    (ax, *_) = figures.confusion(np.array([[5, 1], [0, 7]])).axes
    assert sorted(text.get_text() for text in ax.texts if text.get_text() != "0") == ["1", "5", "7"]
    assert ax.get_xlabel()
    assert ax.get_ylabel()


def test_tile_puts_gaps_between():
    board = figures.tile([np.full((2, 1), 1.0), np.full((2, 1), 2.0), np.full((2, 1), 3.0)], 2)
    nan = np.nan
    np.testing.assert_array_equal(
        board, [[1, nan, 2], [1, nan, 2], [nan, nan, nan], [3, nan, nan], [3, nan, nan]]
    )


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: figures.pictures([]), "pictures: images should"),
        (lambda: figures.pictures([np.zeros(3)]), "pictures: images should"),
        (lambda: figures.confusion(np.zeros((2, 3))), "confusion: table should"),
        (lambda: figures.tile([np.zeros((2, 2)), np.zeros((3, 2))], 2), "tile: maps should"),
    ],
)
def test_bad_calls_answer_in_a_sentence(call, words):
    with pytest.raises(ValueError, match=words):
        call()
