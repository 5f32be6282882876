"""Figures show what they are given, name their axes, and leave matplotlib's global state alone."""

import io
import subprocess
import sys

import numpy as np
import pytest
from matplotlib.text import Text
from PIL import Image

from cnncourse import figures, layers
from cnncourse.report import report_card
from cnncourse.stopwatch import Limits, Step

STEPS = [Step("loops", 2.0, 4e9, 2e9, 1), Step("threads", 0.1, 4e9, 1e9, 2)]
ONE, EVERY = Limits(1, 30e9, 10e9, 80e9), Limits(2, 60e9, 15e9, 160e9)
LOSSES = [2.3, 1.0, 0.5, 0.4]
RIGHTS = [0.1, 0.5, 0.8, 0.9]
WALKS = {"short": [1.0, 2.0, 2.5], "long": [1.0, 5.0, 1.0]}


def square(w):
    return (np.asarray(w) - 3) ** 2


def make_all():
    rng = np.random.default_rng(0)
    paths = {"one": [(-4, 2), (0, 0)], "two": [(-4, 2), (1, -1)]}
    return {
        "pictures": figures.pictures([rng.random((4, 6)), rng.random((4, 6, 3))], ["a", "b"]),
        "signed": figures.pictures([rng.standard_normal((3, 3))], signed=True),
        "positive": figures.pictures([rng.random((3, 3)) * 5], positive=True),
        "lines": figures.lines([1, 2, 3], {"a": [3, 4, 5], "b": [1, 0, 1]}, "place", "value"),
        "curves": figures.curves(LOSSES, RIGHTS, [(2, 0.5), (4, 0.9)], guess=2.3),
        "compare": figures.compare({"one": LOSSES, "two": LOSSES[::-1]}, guess=2.3),
        "side_by_side": figures.side_by_side({"one": LOSSES, "two": LOSSES[::-1]}),
        "bowl": figures.bowl(square, WALKS, 0, 6),
        "valley": figures.valley(lambda a, b: a**2 + b**2, paths, reach=(5, 3)),
        "roofline": figures.roofline(STEPS, ONE, EVERY),
        "confusion": figures.confusion(np.array([[5, 1], [0, 7]])),
    }


def lines(ax):
    """What each line of a panel shows: its label, x and y."""
    return {line.get_label(): (line.get_xdata(), line.get_ydata()) for line in ax.lines}


@pytest.mark.parametrize("name", make_all())
def test_a_figure_is_a_png_with_a_stable_name(name):
    plot = make_all()[name]
    picture = Image.open(io.BytesIO(plot.png()))
    width, height = plot.get_size_inches()
    np.testing.assert_allclose(picture.size, (width * 100, height * 100), atol=1)
    assert width <= 10.2  # inches: wider ones would be shrunk on a laptop
    assert plot._repr_png_().startswith(b"\x89PNG")
    assert repr(plot) == f"Plot({plot.name!r})" == repr(make_all()[name])


def named_by_a_learner(name):
    runs, step = {name: LOSSES, "other": RIGHTS}, Step(name, 2.0, 4e9, 2e9, 1)
    rng = np.random.default_rng(0)
    net = layers.Sequential(layers.Flatten(), layers.Dense(16, 2, rng=rng))
    x, y = rng.random((12, 4, 4, 1), np.float32), np.arange(12) % 2
    return [
        figures.pictures([np.eye(3)], [name]),
        figures.lines([1, 2, 3, 4], runs, name, name),
        figures.runs(runs, name),
        figures.compare(runs),
        figures.side_by_side(runs, runs, unit=name),
        figures.bowl(square, {name: WALKS["short"]}, 0, 6),
        figures.valley(np.add, {name: [(-4, 2), (0, 0)]}, reach=(5, 3)),
        figures.roofline([step], ONE, EVERY),
        report_card(net, x, y, [name, "other"], title=name).picture,
    ]


def test_names_are_drawn_as_they_are():
    name = r"$$ $x_1$ $\frac{1}$ <b>&amp;"  # matplotlib would read formulas, unfinished ones too
    for plot in named_by_a_learner(name):
        plot.png()
        shown = [text for text in plot.findobj(Text) if name in text.get_text()]
        assert shown, plot
        assert not any(text.get_parse_math() for text in shown)


def test_pyplot_is_never_loaded():
    """In a Python of its own: another test may have loaded it in this one."""
    program = (
        "import sys; from cnncourse import figures; figures.curves([1.0], [0.5]).png(); "
        "sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0


# --- pictures --------------------------------------------------------------------------------


def test_signed_pictures_share_one_scale_around_zero():
    a, b = np.array([[0.0, 0.5]]), np.array([[1.0, -2.0]])
    axes = figures.pictures([a, b], signed=True).axes
    for ax, array in zip(axes, (a, b)):
        (image,) = ax.images
        np.testing.assert_array_equal(image.get_array(), array)
        assert image.get_clim() == (-2, 2)
        assert image.get_cmap().name == "RdBu_r"
    assert figures.pictures([np.zeros((2, 2))], signed=True).axes[0].images[0].get_clim() == (-1, 1)


def test_other_pictures_run_from_black_0_to_white_1():
    grey, colour = np.full((2, 3), 0.5), np.zeros((2, 3, 3))
    first, second = figures.pictures([grey, colour]).axes
    assert first.images[0].get_clim() == (0, 1)
    assert first.images[0].get_cmap().name == "gray"
    assert second.images[0].get_array().shape == (2, 3, 3)


def test_pictures_stand_in_rows_and_empty_places_stay_empty():
    plot = figures.pictures([np.zeros((2, 2))] * 5, columns=3)
    assert plot.axes[0].get_subplotspec().get_gridspec().get_geometry() == (2, 3)
    assert [len(ax.images) for ax in plot.axes] == [1, 1, 1, 1, 1, 0]
    assert not any(ax.axison for ax in plot.axes)


def test_titles_may_be_an_array_or_have_several_lines():
    images = [np.zeros((2, 2))] * 3
    axes = figures.pictures(images, np.array([4, 5, 6])).axes
    assert [ax.get_title() for ax in axes] == ["4", "5", "6"]
    heights = [
        figures.pictures(images, titles).get_size_inches()[1]
        for titles in (None, ["a", "b", "c"], ["a", "b\nb", "c"])
    ]
    assert heights == sorted(set(heights))


def test_the_longer_side_of_the_largest_picture_is_as_long_as_asked():
    small = figures.pictures([np.zeros((10, 20))], side=2).get_size_inches()
    large = figures.pictures([np.zeros((10, 20))], side=3).get_size_inches()
    np.testing.assert_allclose(large - small, [1, 0.5])


# --- losses ----------------------------------------------------------------------------------


def test_curves_hold_the_numbers_and_name_them():
    plot = figures.curves(LOSSES, RIGHTS, [(2, 0.5), (4, 0.9)], [(2, 0.005)], guess=2.3)
    loss_ax, accuracy_ax = plot.axes
    loss, accuracy = lines(loss_ax), lines(accuracy_ax)
    np.testing.assert_array_equal(loss["each batch"], [[1, 2, 3, 4], LOSSES])
    np.testing.assert_allclose(loss["mean of the last 25"][1], figures.smooth(LOSSES))
    np.testing.assert_array_equal(loss["guessing"][1], [2.3, 2.3])
    batches = accuracy["mean of the last 25 batches"][1]
    np.testing.assert_allclose(batches, figures.smooth(RIGHTS))
    np.testing.assert_array_equal(accuracy["held out"], [[2, 4], [0.5, 0.9]])
    assert [ax.get_xlabel() for ax in plot.axes] == ["step", "step"]
    assert [ax.get_ylabel() for ax in plot.axes] == ["loss", "accuracy"]
    named = [text.get_text() for ax in plot.axes for text in ax.get_legend().texts]
    assert named == [
        *("each batch", "mean of the last 25", "guessing"),
        *("mean of the last 25 batches", "held out"),
    ]
    assert [note.get_text() for note in loss_ax.texts] == ["rate 0.005"]
    marks = [line for ax in plot.axes for line in ax.lines if line.get_linestyle() == "--"]
    assert [list(line.get_xdata()) for line in marks] == [[2, 2], [2, 2]]


def test_curves_leave_room_for_every_loss_and_for_the_loss_of_guessing():
    plot = figures.curves([0.5, 0.02], [0, 1], guess=2.3)
    loss_ax, accuracy_ax = plot.axes
    low, high = loss_ax.get_ylim()
    assert low < 0.02
    assert high > 2.3
    assert accuracy_ax.get_ylim()[1] > 1
    assert loss_ax.get_yscale() == "log"


def test_curves_bear_no_values_and_infinite_ones():
    assert figures.curves([], []).png().startswith(b"\x89PNG")
    plot = figures.curves([1.0, np.inf, np.nan, 0.5], [0, 0, 0, 0.5])
    assert np.isfinite(plot.axes[0].get_ylim()).all()
    assert plot.png().startswith(b"\x89PNG")


def test_smooth_is_the_mean_of_the_last_values():
    values = np.array([4.0, 2.0, 6.0, 8.0])
    np.testing.assert_allclose(figures.smooth(values, 2), [4, 3, 4, 7])
    np.testing.assert_allclose(figures.smooth(values, 1), values)
    assert figures.smooth([]).shape == (0,)


def test_compare_shows_each_run_in_a_style_of_its_own():
    runs = dict.fromkeys("abcde", LOSSES)
    (ax,) = figures.compare(runs, guess=2.3, window=2).axes
    shown = lines(ax)
    assert list(shown) == [*"abcde", "guessing"]
    np.testing.assert_allclose(shown["a"][1], figures.smooth(LOSSES, 2))
    styles = {(line.get_color(), line.get_linestyle()) for line in ax.lines}
    assert len(styles) == 6
    assert ax.get_ylabel() == "loss, mean of the last 2"
    assert figures.compare(runs, window=1).axes[0].get_ylabel() == "loss"


def test_side_by_side_gives_each_run_a_panel():
    runs = {"one": LOSSES, "two": LOSSES[::-1]}
    held = {"one": RIGHTS, "two": RIGHTS}
    plot = figures.side_by_side(runs, held, guess=2.3, unit="epoch", window=1)
    assert [ax.get_title() for ax in plot.axes] == ["one", "two"]
    for ax, losses in zip(plot.axes, runs.values()):
        shown = lines(ax)
        np.testing.assert_allclose(shown["training"][1], losses)
        np.testing.assert_allclose(shown["held out"][1], RIGHTS)
        np.testing.assert_array_equal(shown["training"][0], [1, 2, 3, 4])
        assert ax.get_xlabel() == "epoch"
    assert [text.get_text() for text in plot.legends[0].texts] == [
        *("training", "held out", "guessing")
    ]
    assert plot.axes[0].get_ylim() == plot.axes[1].get_ylim()


@pytest.mark.parametrize(
    "low, high, ticks", [(0.2, 3, [0.2, 0.5, 1, 2]), (1e-4, 3, [1e-4, 1e-3, 1e-2, 0.1, 1])]
)
def test_a_scale_of_losses_has_plain_numbers_and_not_too_many(low, high, ticks):
    plot = figures.Plot("losses", 4, 3)
    ax = plot.subplots()
    figures.log_scale(ax)
    ax.set_ylim(low, high)
    plot.png()
    seen = [tick for tick in ax.get_yticks() if 0.99 * low <= tick <= high]
    np.testing.assert_allclose(seen, ticks)
    texts = {text.get_text() for text in ax.get_yticklabels()}
    assert {f"{tick:g}" for tick in ticks} <= texts


# --- steps downhill --------------------------------------------------------------------------


def test_bowl_shows_each_walk_on_the_loss():
    plot = figures.bowl(square, WALKS, 0, 6)
    assert [ax.get_title() for ax in plot.axes] == ["short", "long"]
    for ax, walk in zip(plot.axes, WALKS.values()):
        curve, steps, start = ax.lines
        np.testing.assert_allclose(curve.get_ydata(), square(curve.get_xdata()))
        np.testing.assert_array_equal(steps.get_xydata(), list(zip(walk, square(walk))))
        np.testing.assert_array_equal(start.get_xydata(), [(1, 4)])
        assert ax.get_xlim() == (0, 6)


def test_valley_shows_each_walk_on_the_map():
    walk = np.array([(-4, 2), (3, -1), (0, 0)])
    (ax,) = figures.valley(lambda a, b: a**2 + 25 * b**2, {"walk": walk}, reach=(5, 3)).axes
    steps, start = ax.lines
    np.testing.assert_array_equal(steps.get_xydata(), walk)
    np.testing.assert_array_equal(start.get_xydata(), walk[:1])
    assert (ax.get_xlim(), ax.get_ylim()) == ((-5, 5), (-3, 3))
    assert ax.get_xlabel() == "first weight"
    assert ax.get_ylabel() == "second weight"
    assert len(ax.collections[0].get_paths()) > 3  # lines of equal height


# --- tables and tiles ------------------------------------------------------------------------


def test_confusion_writes_each_count_and_lets_mistakes_shine():
    table = np.array([[5, 1, 0], [0, 7, 3], [2, 0, 9]])
    ax, bar = figures.confusion(table).axes
    written = {(text.get_position()[1], text.get_position()[0]): text for text in ax.texts}
    assert {at: int(text.get_text()) for at, text in written.items()} == {
        (row, column): count for (row, column), count in np.ndenumerate(table) if count
    }
    assert all((text.get_fontweight() == "bold") == (r == c) for (r, c), text in written.items())
    assert written[0, 1].get_color() == "white"  # on dark blue
    assert written[1, 2].get_color() == "black"  # on yellow
    shown = ax.images[0].get_array()
    np.testing.assert_array_equal(np.ma.getmaskarray(shown), np.eye(3, dtype=bool))
    assert ax.get_xlabel() == "what the network said"
    assert ax.get_ylabel() == "the true label"
    assert [len(ax.get_xticks()), len(ax.get_yticks())] == [3, 3]
    assert bar.get_ylabel() == "mistakes"


@pytest.mark.parametrize("table", [[[4]], [[4, 0], [0, 4]]])
def test_confusion_bears_a_table_without_mistakes(table):
    assert figures.confusion(np.array(table)).png().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: figures.pictures([]), "pictures: images should"),
        (lambda: figures.pictures([np.zeros(3)]), "pictures: images should"),
        (lambda: figures.curves([1.0, 2.0], [0.5]), "curves: losses and accuracies should"),
        (lambda: figures.side_by_side({}), "side by side: there should be"),
        (lambda: figures.bowl(square, {}, 0, 1), "bowl: there should be"),
        (lambda: figures.confusion(np.zeros((2, 3))), "confusion: table should"),
    ],
)
def test_bad_calls_answer_in_a_sentence(call, words):
    with pytest.raises(ValueError, match=words) as problem:
        call()
    assert "\n" not in str(problem.value)


def test_a_table_of_many_labels_is_drawn_without_its_numbers():
    """40,000 texts would take minutes."""
    table = np.arange(200 * 200).reshape(200, 200)
    plot = figures.confusion(table)
    assert len(plot.axes[0].texts) == 0
    assert len(plot.axes[0].get_xticks()) < 20
    shown = plot.axes[0].images[0].get_array()
    np.testing.assert_array_equal(shown[0, 1:], table[0, 1:])


def test_positive_pictures_share_a_scale_that_begins_at_zero():
    shown = figures.pictures([np.ones((2, 2)), np.full((2, 2), 4.0)], positive=True)
    for ax in shown.axes:
        assert ax.images[0].get_clim() == (0, 4)
        assert ax.images[0].get_cmap().name == "cividis"


def test_lines_show_what_they_are_given():
    plot = figures.lines([0, 1, 2], {"a": [3, 4, 5], "b": [1, 0, 1]}, "pixels", "height")
    (ax,) = plot.axes
    assert [(*line.get_ydata(),) for line in ax.lines] == [(3, 4, 5), (1, 0, 1)]
    assert [line.get_label() for line in ax.lines] == ["a", "b"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("pixels", "height")
    assert len({line.get_color() for line in ax.lines}) == 2
    with pytest.raises(ValueError, match="lines: curves should hold one value for each of the 3"):
        figures.lines([0, 1, 2], {"a": [3, 4]}, "", "")


# --- roofline --------------------------------------------------------------------------------


def test_a_roofline_counts_in_plain_numbers():
    (ax,) = (plot := figures.roofline(STEPS[:1], ONE, EVERY)).axes
    plot.png()
    for axis in (ax.xaxis, ax.yaxis):
        texts = [label.get_text() for label in axis.get_ticklabels(which="both")]
        assert len(texts) >= 3
        assert all(float(text) > 0 for text in texts if text)  # and not 2 x 10 to the power of 0


def test_the_roof_rises_with_memory_and_ends_at_the_peak():
    (ax,) = figures.roofline(STEPS, ONE, EVERY).axes
    drawn = lines(ax)
    for name, bytes_, peak in (
        ("one core, its cache", 80, 30),
        ("one core, memory", 10, 30),
        ("all 2 cores, memory", 15, 60),
    ):
        x, y = drawn[name]
        np.testing.assert_allclose(y, np.minimum(bytes_ * x, peak))
        assert y[0] < peak == y[-1]
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")


def test_each_step_is_a_numbered_dot_below_or_above_the_roof():
    (ax,) = figures.roofline(STEPS, ONE, EVERY).axes
    drawn = lines(ax)
    np.testing.assert_allclose(drawn["1  loops"], [[2], [2]])
    np.testing.assert_allclose(drawn["2  threads"], [[4], [40]])
    assert [text.get_text() for text in ax.texts] == ["1", "2"]
    assert [text.xy for text in ax.texts] == [(2, 2), (4, 40)]


def test_one_core_has_no_roof_of_all():
    (ax,) = figures.roofline(STEPS[:1], ONE, ONE).axes
    assert not [name for name in lines(ax) if name.startswith("all")]


@pytest.mark.parametrize("steps", [[], "steps"])
def test_a_roofline_needs_steps(steps):
    with pytest.raises(ValueError, match="roofline: steps should"):
        figures.roofline(steps, ONE, EVERY)


def test_numbers_of_steps_that_touch_as_much_stand_apart():
    steps = [Step(f"{rate}", 1 / rate, 1e9, 1e8, 1) for rate in (10, 11, 11.5, 40)]
    steps.append(Step("slow", 1000, 1e9, 1e9, 1))
    (ax,) = figures.roofline(steps, ONE, EVERY).axes
    ax.figure.draw_without_rendering()
    boxes = [Text.get_window_extent(text) for text in ax.texts]  # without their lines
    assert len(boxes) == 5
    pairs = [(a, b) for i, a in enumerate(boxes) for b in boxes[:i]]
    assert not any(a.overlaps(b) for a, b in pairs)
    assert [text.xy[1] for text in ax.texts[:4]] == pytest.approx([10, 11, 11.5, 40])
