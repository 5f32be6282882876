"""The size lab as a learner meets it in lesson 02: every control, in JupyterLab."""


import pytest
from controls import at_once, box_at, each_changes, open_lab, press, settled, slider, words
from latency import slider_latency


@pytest.fixture
def lab(open_notebook):
    """Return a page that shows the lab, with both grids drawn."""
    return open_lab(open_notebook, "size_lab", canvases=2)


def test_a_slider_answers_at_once(lab, capsys):
    times = slider_latency(lab, slider(lab, "image"), lab.get_by_role("img", name="the image"))
    at_once(lab, times, "the size lab follows a slider", capsys)


def test_every_control_changes_pixels_and_words(lab):
    padding = lab.get_by_label("padding", exact=True)
    each_changes(
        lab,
        [
            ("image", press(lab, "image"), "9 − 3 + 1 = 7"),
            ("stride", press(lab, "stride"), "⌊(9 − 3) / 2⌋ + 1 = ⌊6 / 2⌋ + 1 = 4, nothing left"),
            ("kernel", press(lab, "kernel"), "1 row and 1 column are left over"),
            ("padding", lambda: padding.select_option("same"), "9 + 1 + 2 − 4"),
            ("dilation", press(lab, "dilation"), "a kernel of 4, spread over 7"),
        ],
    )


def test_the_arrow_keys_choose_an_output(lab):
    before = settled(lab)
    output = lab.locator("canvas").nth(1)
    output.click(position={"x": 20, "y": 20})
    output.press("ArrowDown")
    output.press("ArrowRight")
    assert settled(lab)[0] != before[0]
    assert any("row 1, column 1 is made of 9 pixels" in text for text in words(lab))
    assert not lab.console_errors


@pytest.mark.parametrize("width", [1036, 750])
def test_controls_and_grids_fit_on_a_laptop(lab, width):
    slider(lab, "image").press("End")
    lab.get_by_label("padding", exact=True).select_option("3 rings")
    wide, content, high = box_at(lab, width)
    assert wide == pytest.approx(width, abs=1)
    assert content <= width
    assert high <= 647
