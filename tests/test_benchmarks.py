"""The timings shown in the README are those that were measured."""

from benchmarks import compare, readme, tasks


def test_the_readme_shows_what_was_measured():
    text = readme.README.read_text(encoding="utf-8")
    assert readme.BEGIN in text
    assert readme.END in text
    assert readme.updated(text) == text


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


def test_each_row_is_counted_once_in_multiplications():
    first = tasks.CONVS[0]
    assert first.flops == 2 * 64 * 28 * 28 * 9 * 16
