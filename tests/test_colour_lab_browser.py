"""The colour lab as a learner meets it in lesson 03: every control, in JupyterLab."""


import pytest
from controls import (
    RUN,
    at_once,
    box_at,
    each_changes,
    notebook,
    open_lab,
    press,
    settled,
    slider,
    words,
)
from latency import slider_latency
from playwright.sync_api import expect


@pytest.fixture
def lab(open_notebook):
    """Return a page that shows the lab, with all its eleven pictures drawn."""
    return open_lab(open_notebook, "colour_lab", canvases=11)


def test_a_weight_slider_answers_at_once(lab, capsys):
    lab.get_by_label("picture", exact=True).select_option("astronaut")
    output = lab.get_by_role("img", name="the sum of the three answers")
    settled(lab)
    times = slider_latency(lab, slider(lab, "1, 1"), output)
    at_once(lab, times, "the colour lab follows a weight slider", capsys)


def test_every_control_changes_pixels_and_words(lab):
    picture, kernel = (lab.get_by_label(name, exact=True) for name in ("picture", "kernel"))
    places = [f"{i}, {j}" for i in range(3) for j in range(3)]
    each_changes(
        lab,
        [
            *[(f"weight {at}", press(lab, at), "One kernel") for at in places],
            *[
                (name, lambda name=name: kernel.select_option(name), says)
                for name, says in (
                    ("an edge, all slices alike", "colours with the same sum"),
                    ("an edge from blue to red", "grey pixels add nothing"),
                )
            ],
            ("coffee", lambda: picture.select_option("coffee"), "one map of 104 × 104"),
        ],
    )


def test_the_arrow_keys_move_the_window_and_the_slices_can_be_chosen(lab):
    before = settled(lab)
    total = lab.locator("canvas").last
    total.click(position={"x": 60, "y": 60})
    total.press("ArrowDown")
    after = settled(lab)
    assert after[0] != before[0]
    assert after[1] != before[1]
    lab.get_by_role("button", name="green", exact=True).click()
    settled(lab)  # the sliders stand where the green slice has them
    slider(lab, "0, 0").press("ArrowLeft")
    settled(lab)
    assert any("red 0" in text or "red" in text for text in words(lab))
    expect(lab.get_by_label("kernel", exact=True)).to_have_value("your own")
    assert not lab.console_errors


@pytest.mark.parametrize("width", [1036, 750])
def test_controls_and_pictures_fit_on_a_laptop(lab, width):
    wide, content, high = box_at(lab, width)
    assert wide == pytest.approx(width, abs=1)
    assert content <= width
    assert high <= 647


def test_after_run_all_the_page_shows_what_the_last_cell_set(open_notebook):
    kernels = 'for lab.preset.value in ("an edge from blue to red", "random weights"): pass'
    cells = "from cnncourse.explorers import colour_lab\nlab = colour_lab()\nlab", kernels
    page = open_notebook(notebook(*cells, 'lab.preset.value = "red against green"'))
    settled(page)
    expect(page.get_by_label("kernel", exact=True)).to_have_value("red against green")
    for name in ("weight in row 0, column 0 of this slice", "weight in row 2, column 2"):
        expect(page.get_by_role("slider", name=name)).to_have_attribute("aria-valuetext", "0.10")
    state = page.evaluate(RUN, "print(lab.preset.value, lab.kernel[:, :, 0].ravel().tolist())")
    assert state.strip() == f"red against green {[0.1] * 9}"
