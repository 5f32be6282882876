"""The progress of a room: read from files of any kind, counted, and shown as a page."""

import html
import json
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cnncourse import handed_in, room, room_page
from cnncourse.__main__ import main
from cnncourse.exercises import EXERCISES, progress
from cnncourse.exercises.core import Verdict

NOW = datetime.now(UTC).replace(microsecond=0)
NAMES = list(EXERCISES)


def line(exercise, state="right", mistake="", minutes=10, chance="", **other):
    """A line as check writes it, so many minutes ago; with `chance`, with its mark."""
    time = (NOW - timedelta(minutes=minutes)).isoformat(timespec="seconds")
    kept = {
        "lesson": EXERCISES[exercise].lesson if exercise in EXERCISES else "99_other",
        "exercise": exercise,
        "state": state,
        "mistake": mistake,
        "time": time,
    }
    kept["mark"] = progress.mark(tuple(kept.values()), chance or f"{os.urandom(4).hex()}")
    return json.dumps(kept | other)


def unmarked(text):
    kept = json.loads(text)
    del kept["mark"]
    return json.dumps(kept)


@pytest.fixture
def write(tmp_path):
    def write(name, *lines):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n" + "\n".join(lines), encoding="utf-8")
        return path

    return write


@pytest.fixture
def read(tmp_path):
    """Read the folder, and give the problems as text: file: sentence."""

    def read():
        found = handed_in.read_room(tmp_path, NOW)
        told = [f"{p.path.relative_to(tmp_path).as_posix()}: {p.says}" for p in found.problems]
        return found, told

    return read


# ---- What a file may hold


def test_what_check_writes_is_believed(tmp_path, monkeypatch):
    monkeypatch.setenv("CNNCOURSE_PROGRESS", str(tmp_path / "anna.jsonl"))
    exercise = EXERCISES["correlate2d"]
    progress.record(exercise, Verdict("not yet", "", exercise.mistakes[0].name))
    progress.record(exercise, Verdict("not yet", ""))
    progress.record(exercise, Verdict("right", ""))
    found = handed_in.read_room(tmp_path)
    assert found.problems == []
    (anna,) = found.learners
    assert (anna.name, anna.right, len(anna.results)) == ("anna", 1, 3)
    assert all(entry.marked for entry in anna.results)
    assert len({entry.line[-25:] for entry in anna.results}) == 3  # each mark is another one


# lines of a file, and what is said of it; the results that are left
FAULTS = {
    "nothing": ([], "holds no results", 0),
    "no lines of ours": (["hello", '{"a": 1}'], "2 lines could not be read", 0),
    "half a line": ([line("negative"), line("negative")[:40]], "1 line could not be read", 1),
    "a number for a line": ([line("negative"), "7"], "1 line could not be read", 1),
    "state by hand": (
        [line("negative", "not yet").replace("not yet", "right")],
        "1 result changed by hand (the mark of check does not fit): left out",
        0,
    ),
    "time by hand": (
        [line("negative").replace('"time": "2', '"time": "1'), line("window_sum")],
        "1 result changed by hand",
        1,
    ),
    "a mark made up": ([line("negative", mark="0123456789abcdef0123")], "changed by hand", 0),
    "no mark": (
        [unmarked(line("negative"))],
        "1 result without the mark of check: by an older version of the course, or written by hand",
        1,
    ),
    "an unknown exercise": (
        [line("negative"), line("win_the_lottery")],
        "1 result of exercises that this course does not have (win_the_lottery): left out",
        1,
    ),
    "an unknown mistake": (
        [line("negative", "not yet", "no luck")],
        "1 result with a mistake that its exercise does not name (no luck)",
        1,
    ),
    "from the future": ([line("negative", minutes=-3 * 1440)], "1 result from the future", 0),
    "from before the course": ([line("negative", minutes=9e6)], "1 result from before the co", 0),
    "without a time": ([unmarked(line("negative", time="noon"))], "1 result without a time", 0),
    "back in time": (
        [line("negative", minutes=5), line("window_sum", minutes=9 * 1440)],
        "goes back in time",
        2,
    ),
    "a solved notebook": (
        [line(name, minutes=10 - i / 20) for i, name in enumerate(NAMES[:6])],
        "has 5 exercises right at the first try within 30 s",
        6,
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_and_costs_only_itself(name, write, read):
    lines, says, left = FAULTS[name]
    write("anna.jsonl", *lines)
    write("ben.jsonl", line("negative"))
    found, told = read()
    assert [
        problem for problem in told if problem.startswith(f"anna.jsonl: {says}") or says in problem
    ]
    assert all(problem.startswith("anna.jsonl: ") for problem in told)
    counts = {one.name: len(one.results) for one in found.learners}
    assert counts == {"ben": 1} | ({"anna": left} if left else {})
    room.tables(found)
    room_page.page(found, 10, names=True)


def test_honest_files_are_not_doubted(write, read):
    """Clocks that are wrong by hours, two notebooks at a time, many tries, an odd line break."""
    write("anna.jsonl", line("negative", minutes=-600), line("window_sum", minutes=5), "", "")
    write("ben.jsonl", *(line("negative", "not yet", minutes=10 - i / 60) for i in range(9)))
    write("cleo.jsonl", *(line(name, minutes=10 - i) for i, name in enumerate(NAMES[:9])))
    assert read()[1] == []


def test_files_that_are_none(write, read, tmp_path):
    (tmp_path / "large.jsonl").write_bytes(b"x" * (handed_in.MOST_BYTES + 1))
    (tmp_path / "zeros.jsonl").write_bytes(bytes(range(256)) * 9)
    (tmp_path / "folder.jsonl").mkdir()
    (tmp_path / "gone.jsonl").symlink_to(tmp_path / "nowhere")
    found, told = read()
    assert found.learners == []
    assert told[0] == "gone.jsonl: cannot be read: it is no longer there"
    assert told[1] == "large.jsonl: is too large to be a file of results"
    assert told[2].startswith("zeros.jsonl: ") and told[2].endswith("lines could not be read")


# ---- Two files


@pytest.mark.parametrize(
    "second",
    ["anna (1).jsonl", "Anna.jsonl", "anna - Copy.jsonl", "anna/cnncourse-progress.jsonl"]
    + ["anna/my-lessons/cnncourse-progress.jsonl", "anna (2) (1).jsonl"],
)
def test_two_files_of_one_learner_are_put_together(second, write, read):
    both = line("negative", minutes=30)
    write("anna.jsonl", both, line("window_sum", "not yet", minutes=20))
    write(second, both, line("window_sum", minutes=10))
    found, told = read()
    (anna,) = found.learners
    assert anna.name.casefold() == "anna"
    assert (len(anna.results), anna.right, anna.standings["window_sum"].tries) == (3, 2, 2)
    assert len(told) == 1 and "is of the same learner as" in told[0]


def test_a_copy_under_another_name_is_counted_once(write, read):
    lines = [line("negative"), line("window_sum")]
    write("anna.jsonl", *lines, line("correlate2d"))
    write("ben.jsonl", *lines)
    found, told = read()
    assert [one.name for one in found.learners] == ["anna"]
    assert told == ["ben.jsonl: holds nothing that anna.jsonl does not hold: left out"]


def test_results_that_two_share_are_named_and_counted(write, read):
    shared = line("negative")
    write("anna.jsonl", shared, line("window_sum"), line("correlate2d"))
    write("ben.jsonl", shared, line("window_sum"))
    found, told = read()
    assert [one.name for one in found.learners] == ["anna", "ben"]
    assert told == ["ben.jsonl: shares 1 result with anna.jsonl, to the second"]


def test_two_who_were_right_in_the_same_second_are_no_copies(write, read):
    write("anna.jsonl", line("negative"))
    write("ben.jsonl", line("negative"))
    assert len(read()[0].learners) == 2 and read()[1] == []
    old = unmarked(line("negative"))
    write("anna.jsonl", old)
    write("ben.jsonl", old)
    found, told = read()
    assert len(found.learners) == 2
    assert not any("holds nothing" in problem for problem in told)


# ---- What is counted


@pytest.fixture
def class_of_three(write, read):
    flip, swap = (mistake.name for mistake in EXERCISES["correlate2d"].mistakes[:2])
    write(
        "anna.jsonl",
        line("negative", minutes=50),
        line("correlate2d", "not yet", flip, 40),
        line("correlate2d", "not yet", flip, 30),
        line("correlate2d", minutes=20),
        line("diagonal_kernel", "not yet", minutes=10),
    )
    write(
        "ben.jsonl",
        line("correlate2d", "not yet", swap, 45),
        line("correlate2d", "not yet", flip, 35),
    )
    write(
        "cleo.jsonl",
        line("negative", minutes=55),
        line("correlate2d", "not yet", swap, 25),
        line("correlate2d", "not yet", swap, 24),
        line("correlate2d", "not yet", swap, 23),
    )
    found, told = read()
    assert told == []
    return found


def test_where_people_are_what_stops_them_and_what_they_do_wrong(class_of_three):
    flip, swap = (mistake.name for mistake in EXERCISES["correlate2d"].mistakes[:2])
    row = {row.name: row for row in room.by_exercise(class_of_three)}["correlate2d"]
    assert (row.tried, row.right, row.stopped, row.here) == (3, 1, 2, 2)
    assert row.tries == pytest.approx(8 / 3)
    assert [row.name for row in room.stops_most(class_of_three)] == [
        "correlate2d",
        "diagonal_kernel",
    ]
    met = [(m.name, m.learners, m.times) for m in room.mistakes(class_of_three)]
    assert met == [(swap, 2, 4), (flip, 2, 3)]  # as many people, but more often
    assert room.sentences(class_of_three) == [
        "Where most are: correlate2d (01_one_kernel), 2 of 3 learners.",
        "What stops most: correlate2d; of the 3 who tried it, 2 do not have it right yet.",
        f"The mistake that most made: “{swap}” in correlate2d, 2 of 3 learners.",
    ]


@pytest.mark.parametrize(
    "minutes, says",
    [(0, "0 min"), (-60, "0 min"), (119, "119 min"), (120, "2 h"), (2880, "2 days")],
)
def test_how_long_ago(minutes, says, class_of_three):
    entry = progress.entries(line("negative", minutes=minutes))[0][0]
    assert room.ago(class_of_three, entry) == f"{says} ago"


# ---- The page


def text_of(page):
    body = re.sub(r"<(style|script)>.*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_the_page_says_the_same_in_large(class_of_three):
    told = text_of(room_page.page(class_of_three))
    assert "Where most are correlate2d 2 of 3 learners (01 A kernel looks for its own" in told
    assert "What stops most correlate2d of the 3 who tried it, 2 do not have it right yet" in told
    assert "correlate2d 1 2 2.7 2 rows and columns of the kernel swapped (2)" in told
    assert "not renewed" in told


def test_the_page_names_nobody_unless_asked(class_of_three, write, read):
    write("dora.jsonl", "what")
    found, _ = read()
    quiet, loud = room_page.page(found), room_page.page(found, names=True)
    for name in ("anna", "ben", "cleo", "dora"):
        assert name not in quiet
        assert name in loud
    assert "1 file needs a look" in quiet
    who = text_of(loud).partition("Who is where")[2]
    assert "cleo correlate2d not yet 3 23 min ago 1" in who
    assert who.index("ben") < who.index("cleo") < who.index("anna")  # who waits longest, first


def test_what_learners_wrote_is_no_html(write, read):
    write("<b>anna</b>&.jsonl" if os.name != "nt" else "anna&.jsonl", line("negative"), "<i>")
    page = room_page.page(read()[0], names=True)
    assert "<b>anna" not in page and "anna" in page


def test_an_empty_room_has_a_page(tmp_path):
    page = room_page.page(handed_in.read_room(tmp_path, NOW), 10)
    assert "No results yet" in text_of(page)


def test_the_command_writes_the_page_whole(class_of_three, tmp_path, capsys):
    assert main(["progress", str(tmp_path), "--page", str(tmp_path / "room.html")]) == 0
    assert capsys.readouterr().out == f"wrote {tmp_path / 'room.html'}\n"
    assert "What stops most" in (tmp_path / "room.html").read_text(encoding="utf-8")
    assert list(tmp_path.glob("*.part")) == []


def test_watching_goes_on_when_the_disk_is_full_and_ends_with_ctrl_c(
    class_of_three, tmp_path, monkeypatch, capsys
):
    rounds = []

    def sleep(seconds):
        rounds.append(seconds)
        if len(rounds) == 1:
            monkeypatch.setattr(os, "replace", refuse)
        if len(rounds) == 2:
            monkeypatch.setattr(os, "replace", replace)
            (tmp_path / "dora.jsonl").write_text(line("negative"), encoding="utf-8")
        if len(rounds) == 3:
            raise KeyboardInterrupt

    def refuse(*paths):
        raise OSError(28, "No space left on device")

    replace = os.replace
    monkeypatch.setattr(room_page.time, "sleep", sleep)
    page = tmp_path / "room.html"
    assert main(["progress", str(tmp_path), "--page", str(page), "--watch", "7"]) == 0
    assert rounds == [7, 7, 7]
    out = capsys.readouterr().out
    assert "is renewed every 7 s" in out and "the disk is full" in out
    assert "4 learners" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "words, says",
    [
        ("--page room.txt", "should end in .html"),
        ("--page nowhere/room.html", "in a folder that exists"),
        ("--page room.html --watch 0", "--watch should be at least 1 second, but is 0"),
        ("--watch", "--watch and --names should come with --page FILE.html"),
        ("--names", "--watch and --names should come with --page FILE.html"),
    ],
)
def test_what_the_command_refuses(words, says, class_of_three, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["progress", ".", *words.split()]) == 2
    assert says in capsys.readouterr().err
    assert not Path("room.html").exists()


def test_a_page_is_made_of_a_folder(write, capsys, tmp_path):
    path = write("anna.jsonl", line("negative"))
    assert main(["progress", str(path), "--page", str(tmp_path / "x.html")]) == 2
    assert "should be a folder for --page, but" in capsys.readouterr().err


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_has_no_serious_barrier(class_of_three, tmp_path, page, barriers, dark):
    page.emulate_media(color_scheme="dark" if dark else "light")
    path = tmp_path / "room.html"
    path.write_text(room_page.page(class_of_three, names=True), encoding="utf-8")
    page.goto(path.as_uri())
    for width in (390, 1366):
        page.set_viewport_size({"width": width, "height": 800})
        assert barriers(page) == []


def test_in_a_browser_it_renews_itself_until_it_is_stopped(class_of_three, tmp_path, page):
    """Each new page has one learner more; the keyboard stops it; an old page says so."""
    file = tmp_path / "room.html"

    def write(learners):
        found = class_of_three._replace(
            learners=class_of_three.learners[:learners], time=datetime.now(UTC)
        )
        file.write_text(room_page.page(found, 1), encoding="utf-8")

    errors, header = [], page.locator("header")
    page.on("pageerror", lambda error: errors.append(error))
    write(1)
    page.goto(file.as_uri())
    write(2)
    header.get_by_text("2 learners").wait_for(timeout=10_000)
    page.get_by_role("button", name="Stop renewing").press("Enter")
    page.get_by_role("button", name="Go on renewing").wait_for()
    write(3)
    page.wait_for_timeout(1500)
    assert header.get_by_text("2 learners").count() == 1
    page.get_by_role("button", name="Go on renewing").press("Enter")
    header.get_by_text("3 learners").wait_for(timeout=10_000)
    old = class_of_three._replace(time=datetime.now(UTC) - timedelta(minutes=9))
    file.write_text(room_page.page(old, 1), encoding="utf-8")
    page.get_by_text("Nobody has written this page for 9 min").wait_for(timeout=10_000)
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert errors == []
