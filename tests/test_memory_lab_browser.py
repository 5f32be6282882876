"""The memory lab as a learner meets it in lesson 12: every control, in JupyterLab."""

from controls import at_once, each_changes, fits, names_of_handles, open_lab, press, slider, words
from latency import slider_latency


def test_the_lab_answers_in_every_way(open_notebook, capsys):
    lab = open_lab(open_notebook, "memory_lab", canvases=3)
    image, places, memory = lab.locator("canvas").all()
    layout = lab.get_by_label("layout", exact=True)
    each_changes(
        lab,
        [
            ("rows", lambda: layout.select_option("im2col, a window a row"), "180 numbers are"),
            ("strips", lambda: layout.select_option("strips of the kernel's width"), "90 numbers"),
            ("channels", press(lab, "channels"), "180 numbers are copied from an image of 84"),
            ("kernel", press(lab, "kernel", "ArrowLeft"), "reads 8 numbers"),
            ("stride", press(lab, "stride"), "0 with the one below it (blue)"),
            ("window", lambda: places.click(position={"x": 100, "y": 40}), "reads 8 numbers"),
        ],
    )
    times = slider_latency(lab, slider(lab, "kernel"), memory, moves=30)
    at_once(lab, times, "the memory lab follows a slider", capsys)
    names = names_of_handles(lab)
    assert len(names) == 3
    image.hover(position={"x": 60, "y": 60})
    lab.wait_for_timeout(500)
    assert any("in memory (orange)." in text for text in words(lab))
    for width in (1366, 1182):
        fits(lab, width)
