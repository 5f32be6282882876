"""What a page without widgets shows of them: a picture with the pixels, the words, the values."""

import base64
import io

import ipywidgets as widgets
import numpy as np
import pytest
from PIL import Image

from cnncourse import stills
from cnncourse.explorers.lab import Lab, slider
from cnncourse.explorers.words import Sentence
from cnncourse.pixels import PixelGrid, Row


def picture(widget):
    """Return the still of a widget as an array of colours."""
    return np.asarray(Image.open(io.BytesIO(stills.png(widget))).convert("RGB")).astype(int)


def has(array, colour):
    return (np.abs(array - colour).max(axis=2) <= 2).any()


CHESS = np.array([[0.0, 1], [1, 0]])


def test_pixels_stand_where_they_belong():
    shown = picture(PixelGrid(CHESS, size=100))
    assert shown.shape == (116, 116, 3)
    quarters = [shown[30, 30], shown[30, 80], shown[80, 30], shown[80, 80]]
    np.testing.assert_array_equal(quarters, [[0] * 3, [255] * 3, [255] * 3, [0] * 3])


def test_a_large_photograph_is_shrunk_to_its_size():
    shown = picture(PixelGrid(np.random.default_rng(0).random((300, 600)), size=200))
    assert shown.shape == (116, 216, 3)


def test_what_is_not_computed_is_hatched_and_padding_has_a_look_of_its_own():
    hatched = picture(PixelGrid(np.array([[np.nan, 1.0]]), size=100))
    assert has(hatched, (0xDA, 0xDA, 0xDA)) and not has(hatched, (0xB9, 0xC4, 0xCB))
    padded = picture(PixelGrid(CHESS, size=100, margin=1))
    assert has(padded, (0xB9, 0xC4, 0xCB)) and not has(padded, (0xDA, 0xDA, 0xDA))


def test_windows_colours_and_numbers_are_drawn():
    plain = picture(PixelGrid(CHESS, size=200))
    outlined = picture(PixelGrid(CHESS, size=200, windows=[(0, 0, 1, 1), (1, 1, 1, 1)]))
    assert has(outlined, (0xFF, 0x91, 0x00)) and has(outlined, (0x56, 0xB4, 0xE9))
    numbered = picture(PixelGrid(CHESS, size=200, numbers=True))
    assert (plain != numbered).any() and plain.shape == numbered.shape
    red = picture(PixelGrid(np.full((2, 2, 3), [1.0, 0, 0]), size=60))
    np.testing.assert_array_equal(red[30, 30], [255, 0, 0])


def test_what_changes_in_a_widget_changes_its_still():
    grid = PixelGrid(CHESS, size=100)
    before = stills.png(grid)
    grid.show(1 - CHESS)
    assert stills.png(grid) != before
    control = slider("bias", 0.0, -4, 4, 0.1)
    before = stills.png(control)
    control.value = 2.0
    assert stills.png(control) != before


def test_a_row_wraps_and_boxes_stack():
    one = PixelGrid(CHESS, size=400)
    assert picture(Row(one, one)).shape == (416, 824, 3)
    assert picture(Row(one, one, one)).shape == (824, 824, 3)
    assert picture(widgets.VBox([one, one])).shape == (824, 416, 3)
    grid = widgets.GridBox([one] * 4, layout={"grid_template_columns": "repeat(2, 50%)"})
    assert picture(grid).shape == (824, 824, 3)


CONTROLS = [
    Sentence("The output has 5 rows."),
    widgets.HTML(
        "<table><tr><th>label</th><th>score</th></tr><tr><td>7</td><td></td></tr></table>"
    ),
    widgets.Dropdown(options=["a", "b"], description="kind"),
    widgets.Select(options=["1  Conv2D", "2  ReLU"]),
    widgets.ToggleButtons(options=[("max", 1), ("mean", 2)], description="keep"),
    widgets.RadioButtons(options=["left", "right"], value=None),
    widgets.Checkbox(description="ReLU"),
    widgets.Button(description="Train"),
    widgets.Text(placeholder="your guess"),
    slider("stride", 2, 1, 4),
    slider("bias", 0.5, -1, 1, 0.1),
]


@pytest.mark.parametrize("control", CONTROLS, ids=lambda c: type(c).__name__)
def test_each_kind_of_control_leaves_some_ink(control):
    assert (picture(control) < 128).any()


def test_what_is_hidden_is_not_drawn():
    assert stills.draw(widgets.Button(description="no", layout={"display": "none"})) is None
    assert stills.draw(widgets.VBox([])) is None
    assert picture(widgets.VBox([])).shape[0] < 60


@pytest.mark.parametrize("widget", [PixelGrid(CHESS), Row(PixelGrid(CHESS)), Lab([Sentence("a")])])
def test_the_picture_comes_with_the_widget(widget):
    bundle = widget._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert "application/vnd.jupyter.widget-view+json" in data
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
