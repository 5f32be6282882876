"""What the README shows is what was measured and counted, and the lessons that are there."""

import json
import re

import pytest

from benchmarks import compare, lines, readme, tasks


def without_counts(text: str) -> str:
    """The README without the lines that end in a count or list the modules of a part."""
    begin, end = text.index("<!-- lines: begin"), text.index("<!-- lines: end")
    return text[:begin] + text[end:]


def test_the_readme_shows_todays_lessons_and_timings():
    """If not: python -m benchmarks.readme"""
    text = readme.README.read_text(encoding="utf-8")
    assert without_counts(readme.updated(text)) == without_counts(text)


def test_the_readmes_counts_of_lines_are_within_a_tenth():
    """A line more somewhere breaks nothing. If not: python -m benchmarks.readme"""
    text = readme.README.read_text(encoding="utf-8")
    shown = {
        part: int(count.replace(",", ""))
        for part, count in re.findall(r"^\| ([^|]+) \| ([\d,]+) \| `", text, re.MULTILINE)
    }
    counted = lines.counts()
    assert shown.keys() == counted.keys()
    for part, count in counted.items():
        assert abs(shown[part] - count) <= max(100, count / 10), part


def test_a_readme_without_its_marks_is_told():
    with pytest.raises(ValueError, match="marks of the section lessons"):
        readme.updated("nothing")


def test_lines_are_counted_in_every_file_of_the_package():
    files = [path for path in lines.PACKAGE.rglob("*.*") if path.suffix in {".py", ".js", ".css"}]
    counted = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files)
    assert sum(lines.counts().values()) == counted - lines.lines("__init__")


@pytest.mark.parametrize("count, above", [(1, 100), (100, 100), (289, 300), (1901, 2000)])
def test_counts_are_rounded_up(count, above):
    assert lines.rounded_up(count) == above


def test_every_row_of_the_table_can_be_made_ready_and_run():
    cnncourse = tasks.Cnncourse()
    small = [name for name in tasks.rows() if "224" not in name and "112" not in name]
    assert len(small) > 10
    for name in small:
        run = cnncourse.prepare(name)
        run()


def test_a_ratio_is_the_median_of_the_rounds():
    assert compare.ratio([1.0, 2.0, 9.0], [1.0, 4.0, 3.0]) == "1.00 (1.00)"
    assert compare.ratio([1.0], []) == "–"


def test_the_readme_says_in_how_many_rows_pytorch_is_faster():
    """Each row by its median, the points of the plot left out."""
    fast, slow = {"cnncourse": [1, 1, 9], "PyTorch": [2, 2, 2]}, {"cnncourse": [3], "PyTorch": [2]}
    last = {"PyTorch channels last": [2, 2, 2]}
    rows = {"training step": {**fast, **last}, "inference": {**slow, **last}}
    said = readme.slower({"rows": {**rows, "conv2d, size 14": {**slow, **last}}})
    assert " ".join(said.split()) == (
        "Where a number is above 1, PyTorch is faster: in 1 of these 2 rows with its default order "
        "of axes, in 1 with channels last."
    )


@pytest.mark.parametrize("last, claimed", [([3, 3], True), ([3, 1], False), ([1, 1], False)])
def test_the_first_page_claims_speed_only_beside_both_orders(last, claimed, tmp_path, monkeypatch):
    times = {"cnncourse": [2, 2], "PyTorch": [4, 4], "PyTorch channels last": last}
    (tmp_path / "results.json").write_text(json.dumps({"rows": {"training step": times}}))
    monkeypatch.setattr(readme, "HERE", tmp_path)
    assert ("0.50 of the time" in readme.front()) is claimed
    assert bool(readme.front()) is claimed


def test_a_run_that_was_interrupted_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(compare, "UNFINISHED", tmp_path / "unfinished.json")
    assert compare.unfinished() == {}
    compare.keep({"inference": {"cnncourse": [1.0]}})
    found = compare.unfinished()
    compare.compare(["inference"], ["cnncourse"], 9, found, None)  # there already: nothing is timed
    assert found == {"inference": {"cnncourse": [1.0]}}
    monkeypatch.setattr(compare, "DAY", -1)
    assert compare.unfinished() == {}


def test_calls_of_a_micro_batch_are_counted():
    assert 50 < compare.calls() < 1000


def test_each_row_is_counted_once_in_multiplications():
    first = tasks.CONVS[0]
    assert first.flops == 2 * 64 * 28 * 28 * 9 * 16
