"""The classifier lab as a learner meets it in lesson 06: every control, in JupyterLab."""

import statistics
import time

import pytest
from controls import lab_notebook, settled, slider, words
from playwright.sync_api import expect

TABLE = ".jp-OutputArea-output table"


@pytest.fixture
def lab(open_notebook):
    """Return a page that shows the lab, with its picture and its table."""
    page = open_notebook(lab_notebook("classifier_lab"))
    expect(page.locator(".jp-OutputArea-output canvas[data-frame]")).to_have_count(1)
    expect(page.locator(TABLE)).to_be_visible()
    return page


def test_the_temperature_slider_answers_at_once(lab, capsys):
    handle, table, times = slider(lab, "temperature"), lab.locator(TABLE), []
    handle.focus()
    settled(lab)
    for key in ["ArrowRight"] * 10 + ["ArrowLeft"] * 20:
        before = table.inner_html()
        begun = time.perf_counter()
        handle.press(key)
        lab.wait_for_function(
            "([css, before]) => document.querySelector(css).innerHTML !== before",
            arg=[TABLE, before],
            polling="raf",
        )
        times.append(1000 * (time.perf_counter() - begun))
    with capsys.disabled():
        print(f"\nthe classifier lab follows a slider: median {statistics.median(times):.0f} ms")
    assert statistics.median(times) <= 100
    assert not lab.console_errors


def test_every_control_changes_the_table_and_the_words(lab):
    digit, label, feature = (
        lab.get_by_label(name, exact=True) for name in ("picture of a", "label", "feature")
    )
    table = lab.locator(TABLE)
    changes = [
        ("label", lambda: label.select_option("3"), "to the score of 3", False),
        ("feature", lambda: feature.select_option(index=4), "to the score of 3", False),
        ("weight", lambda: slider(lab, "its weight").press("PageUp"), "to the score of 3", True),
        ("temperature", lambda: slider(lab, "temperature").press("PageUp"), "temperature", True),
        ("digit", lambda: digit.select_option("8"), "to the true label, 8", True),
    ]
    settled(lab)
    for name, change, says, in_table in changes:
        before, told = table.inner_html(), words(lab)
        change()
        settled(lab)
        assert words(lab) != told, f"{name}: no word changed"
        assert any(says in text for text in words(lab)), f"{name}: {words(lab)}"
        assert (table.inner_html() != before) or not in_table, f"{name}: the table is as before"
    assert not lab.console_errors
