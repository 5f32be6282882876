"""The lab that explains an answer, as a learner meets it in lesson 11: paint, ask, see units."""

import numpy as np
from controls import RUN, at_once, fits, names_of_handles, open_lab, pixels, press, settled
from latency import slider_latency
from playwright.sync_api import expect

TOLD = ".cnncourse-sentence"


def pad_once(page, is_so):
    """Return what the kernel has on the pad, once that is so: it may still be working."""
    for _ in range(100):
        pad = np.array(eval(page.evaluate(RUN, "print(lab.pad.drawing.tolist())")))
        if is_so(pad):
            return pad
        page.wait_for_timeout(100)
    told = page.evaluate(RUN, "print(lab.pad.ink, lab.place)")
    raise AssertionError(f"the pad never became so: {pad[15:18, 12]} {pad[0, 0]} {told}")


def dip(page, ink):
    """Choose an ink; the pad in the page hears of it from the kernel."""
    page.get_by_label("ink", exact=True).select_option(ink)
    page.evaluate(RUN, "print(lab.pad.ink)")
    page.wait_for_timeout(1000)


def is_red(pixels):
    return bool((pixels[..., 0] > pixels[..., 1:].max(axis=-1) + 0.5).all())


def test_paint_explain_and_look_at_units(open_notebook, capsys):
    lab = open_lab(open_notebook, "explain_lab", canvases=5)
    pad = lab.get_by_role("img", name="the image, to paint on")
    settled(lab)  # what lies above has its height, and the pad its place
    before = pad_once(lab, lambda pad: True)

    dip(lab, "red")
    box = pad.bounding_box()
    at = [(box["x"] + box["width"] * part, box["y"] + box["height"] / 2) for part in (0.2, 0.8)]
    lab.mouse.move(*at[0])
    lab.mouse.down()
    lab.mouse.move(*at[1], steps=6)
    lab.mouse.up()
    painted = pad_once(lab, lambda pad: is_red(pad[16, 8:24]))
    np.testing.assert_array_equal(painted[:8], before[:8])
    assert lab.evaluate(RUN, "print(lab.place)").strip() == "None"

    dip(lab, "white")
    for key in ("Home", "PageUp", " "):  # in the upper left corner
        pad.press(key)
    pad_once(lab, lambda pad: pad[0, 0].min() > 0.99)
    pad.press("x")  # the eraser brings the corner back
    pad_once(lab, lambda pad: np.array_equal(pad[:8], before[:8]) and is_red(pad[16, 8:24]))
    lab.get_by_role("button", name="Clear").click()
    pad_once(lab, lambda pad: np.array_equal(pad, before))

    layer = lab.get_by_label("units of", exact=True)
    how = lab.get_by_role("button", name="saliency")
    for change, says in [
        (lambda: how.click(), "steepest"),
        (lambda: layer.select_option("convolution 1"), "of convolution 1"),
        (press(lab, "unit", "ArrowLeft"), "Unit"),
        (lambda: lab.get_by_title("the next like it").click(), "The network says"),
    ]:
        shown, told = settled(lab)[0], lab.locator(TOLD).last
        before = told.inner_text()
        change()
        expect(told).not_to_have_text(before, timeout=20_000)
        expect(told).to_contain_text(says, timeout=20_000)
        lab.wait_for_timeout(300)
        assert pixels(lab) != shown
    lab.get_by_label("image", exact=True).select_option("a mistake")
    expect(lab.get_by_text("Wrong: it is a")).to_be_visible()
    assert names_of_handles(lab) == ["unit, one of the maps"]
    unit = lab.locator(".widget-slider").get_by_role("slider").first
    times = slider_latency(lab, unit, lab.get_by_role("img", name="the map of the unit"))
    for width in (1366, 1182):
        fits(lab, width)
    at_once(lab, times, "the lab that explains follows its unit", capsys)
