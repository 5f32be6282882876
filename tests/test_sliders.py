"""A slider of fractions stays where code puts it, in Python and in the page."""

import re
from pathlib import Path

import ipywidgets as widgets
import numpy as np
import pytest
from controls import RUN, notebook, slider
from playwright.sync_api import expect

from cnncourse.explorers.lab import slider as slider_of
from cnncourse.explorers.sliders import NumberSlider
from cnncourse.explorers.words import decimals, number

HERE = Path(__file__).resolve().parent
TENTHS = [tenth / 10 for tenth in range(-10, 11)]


def test_it_takes_the_nearest_of_its_values():
    told = []
    one = NumberSlider(TENTHS, value=0.12)
    one.observe(lambda change: told.append(change["new"]), "value")
    assert one.value == 0.1
    for given, taken in ((1 / 9, 0.1), (0.3000000000000004, 0.3), (-7, -1.0), (7, 1.0), (0.04, 0)):
        one.value = given
        assert (one.value, one.label) == (taken, decimals(taken))
    assert told == [0.3, -1.0, 1.0, 0]


def test_a_step_that_is_a_fraction_makes_one():
    one = slider_of("bias", -0.25, -1, 1, 0.05, name="bias of the kernel")
    assert isinstance(one, NumberSlider)
    assert (one.value, one.label, one.tooltip) == (-0.25, "−0.25", "bias of the kernel")
    values = [value for _, value in one.options]
    np.testing.assert_array_equal(values, np.round(np.linspace(-1, 1, 41), 9))
    assert isinstance(slider_of("pad", 1, 0, 3), widgets.IntSlider)


def test_numbers_as_they_are_written():
    assert [decimals(x, 1) for x in (-0.04, -0.25, 2)] == ["0.0", "−0.2", "2.0"]
    assert [number(x) for x in (-0.004, -0.25, 2, 100)] == ["0", "−0.25", "2", "100"]


SHOWN = """
from cnncourse.explorers.lab import slider as slider_of
from cnncourse.explorers.sliders import NumberSlider
told = []
some = NumberSlider([n / 10 for n in range(-10, 11)], value=.7, description="some")
powers = NumberSlider([2 ** (n / 4) for n in range(-12, 13)], value=.7, description="powers")
for each in (some, powers):
    each.observe(lambda change: told.append(change["new"]), "value")
    display(each)
"""
# Longer than the page needs to answer. With FloatSlider and FloatLogSlider the answers 0.2 (nearly)
# and 4 (nearly) arrive after the last line and stay.
SET = """
import time
for first, second in ((.2, 4), (.1, 1)):
    some.value, powers.value = first, second
time.sleep(1)
told.clear()
"""


def test_the_page_does_not_send_back_what_code_has_set(open_notebook):
    page = open_notebook(notebook(SHOWN, SET))
    readouts = page.locator(".widget-readout")
    expect(readouts).to_have_text(["0.10", "1.00"])
    page.wait_for_timeout(500)  # for what the page sends, if it does
    assert page.evaluate(RUN, "print(some.value, powers.value, told)") == "0.1 1.0 []\n"
    expect(readouts).to_have_text(["0.10", "1.00"])


@pytest.mark.parametrize(
    "key, says", [("ArrowRight", 0.2), ("PageUp", 0.6), ("Home", -1), ("End", 1)]
)
def test_keys_move_it(open_notebook, key, says):
    page = open_notebook(notebook(SHOWN, "some.value = .1"))
    slider(page, "some").press(key)
    expect(page.locator(".widget-readout").first).to_have_text(decimals(says))
    assert page.evaluate(RUN, "print(some.value)") == f"{float(says)}\n"


@pytest.mark.parametrize(
    "module", sorted(HERE.parent.glob("cnncourse/explorers/*.py")), ids=lambda path: path.stem
)
def test_no_lab_uses_a_slider_that_answers_what_code_has_set(module):
    assert not re.search(r"widgets\.Float\w*Slider", module.read_text("utf-8"))
