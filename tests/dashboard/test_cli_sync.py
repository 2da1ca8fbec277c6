"""`uitkomst sync`: what was read, what was not and why; reading again changes nothing."""

from __future__ import annotations

import pytest

from dashboard.cli.exits import Exit
from metrics.store.runs import latest_runs, rejected_rows
from tests.conftest import open_workplace, reader_of
from tests.dashboard.small import ANSWERS, CASES, PROJECT, small, surveyed, write_answers, write_cases

FIELDS = [
    "programme",
    "source",
    "pages",
    "new",
    "changed",
    "equal",
    "rejected",
    "newest_on",
    "rejected_rows",
    "notices",
    "known_at",
    "failure",
]

GOOD = [(f"g{number}", "web", 4) for number in range(12)]


def bad_rows(folder):
    """Write good rows with three bad ones among them: lines 14 of the answers, 3 and 4 of the cases."""
    path = small(folder, PROJECT, ANSWERS, CASES)
    write_answers(folder, [*GOOD, ("b1", "web", 7)])
    write_cases(
        folder,
        [("c1", "2026-01-05", "2026-02-05"), ("c2", "1970-01-01", "2026-02-05"), ("c3", "2026-03-02", "2026-03-01")],
    )
    return path


# --- reading, and reading again ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("desk")
def test_the_second_time_every_row_is_as_it_was(as_json, public_file):
    first = as_json("sync", "--programme", public_file)
    second = as_json("sync", "--programme", public_file)
    # 585 counts of five answers and 167 percentages (grep -c in the files); 1,434 cases (the issue).
    assert [(run["source"], run["new"], run["equal"]) for run in first] == [
        ("opg-answers", 585, 0),
        ("opg-published", 167, 0),
        ("receipt", 1434, 0),
    ]
    assert [(run["new"], run["changed"], run["equal"]) for run in second] == [(0, 0, 585), (0, 0, 167), (0, 0, 1434)]
    assert [list(run) for run in first] == [FIELDS] * 3
    assert {run["known_at"] for run in second} == {max(run["known_at"] for run in first)}


@pytest.mark.usefixtures("desk")
def test_without_a_programme_all_in_the_database_are_read(uitkomst, as_json, tmp_path):
    for name in ("first", "second"):
        uitkomst("sync", "--programme", surveyed(tmp_path / name, 8, 12, name=name))
    assert [(run["programme"], run["equal"]) for run in as_json("sync")] == [("first", 12), ("second", 12)]


@pytest.mark.usefixtures("desk")
def test_a_correction_at_the_source_replaces_the_row(as_json, tmp_path):
    path = surveyed(tmp_path, 8, 12)
    as_json("sync", "--programme", path)
    write_answers(tmp_path, [(f"a{number}", "web", 5 if number < 9 else 2) for number in range(12)])
    (run,) = as_json("sync", "--programme", path)
    assert (run["new"], run["changed"], run["equal"]) == (0, 1, 11)


@pytest.mark.usefixtures("desk")
def test_the_words_say_what_the_numbers_say(uitkomst, tmp_path):
    code, out, _ = uitkomst("sync", "--programme", surveyed(tmp_path, 8, 12))
    assert code == 0
    assert (
        out
        == "survey: 1 page read; rows: 12 new, 0 changed, 0 as they were, 0 rejected. Newest record: 10 March 2026.\n"
    )


# --- bad rows ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("desk")
def test_bad_rows_are_said_with_file_line_column_and_reason_and_stop_nothing(uitkomst, tmp_path):
    code, out, _ = uitkomst("sync", "--programme", bad_rows(tmp_path))
    assert code == Exit.DONE
    lines = out.splitlines()
    read = "survey: 1 page read; rows: 12 new, 0 changed, 0 as they were, 1 rejected."
    assert lines[0] == f"{read} Newest record: 10 March 2026."
    assert lines[1].startswith("  answers.csv, line 14, column value: This value lies outside its scale. Found: 7")
    assert "Allowed: 1-5." in lines[1]
    assert (
        lines[2]
        == "register: 1 page read; rows: 1 new, 0 changed, 0 as they were, 2 rejected. Newest record: 5 January 2026."
    )
    assert lines[3].startswith("  cases.csv, line 3, column received_on: This day is too long ago")
    assert "Found: 1970-01-01." in lines[3]
    assert lines[4].startswith("  cases.csv, line 4, column decided_on: The decision is before the receipt.")
    assert "Allowed: from 2026-03-02." in lines[4]
    assert len(lines) == 5


def test_bad_rows_are_kept_in_the_database(uitkomst, desk, tmp_path):
    uitkomst("sync", "--programme", bad_rows(tmp_path))
    kept = rejected_rows(open_workplace(desk).engine, "small")
    assert sorted(kept.select("source", "file", "line", "column", "reason").rows(), reverse=True) == [
        ("survey", "answers.csv", 14, "value", "outside_scale"),
        ("register", "cases.csv", 4, "decided_on", "decided_before_received"),
        ("register", "cases.csv", 3, "received_on", "too_early"),
    ]


def test_bad_rows_are_told_again_on_the_page_of_the_project(uitkomst, desk, tmp_path):
    uitkomst("sync", "--programme", bad_rows(tmp_path))
    view = reader_of(open_workplace(desk)).project("small", "permits", {})
    rejected = [list(row) for row in view.left_out.rows if row[0].startswith("rows rejected")]
    assert rejected == [
        ["rows rejected: decided_on", "1", "The decision is before the receipt."],
        ["rows rejected: received_on", "1", "This day is too long ago: probably a filler for an unknown date."],
        ["rows rejected: value", "1", "This value lies outside its scale."],
    ]


@pytest.mark.usefixtures("desk")
def test_bad_rows_in_json_have_the_same_particulars(as_json, tmp_path):
    survey, register = as_json("sync", "--programme", bad_rows(tmp_path))
    assert survey["rejected_rows"][0] == {
        "record": "answers",
        "file": "answers.csv",
        "line": 14,
        "column": "value",
        "reason": "outside_scale",
        "found": "7",
        "allowed": "1-5",
    }
    assert [row["line"] for row in register["rejected_rows"]] == [3, 4]


def test_a_bad_row_that_was_mended_is_no_longer_kept(uitkomst, desk, tmp_path):
    path = bad_rows(tmp_path)
    uitkomst("sync", "--programme", path)
    write_answers(tmp_path, [*GOOD, ("b1", "web", 5)])
    uitkomst("sync", "--programme", path)
    assert rejected_rows(open_workplace(desk).engine, "small")["source"].to_list() == ["register", "register"]


def test_of_many_bad_rows_ten_are_printed_and_all_are_kept(uitkomst, desk, tmp_path):
    path = small(tmp_path, PROJECT, ANSWERS)
    write_answers(tmp_path, [(f"b{number}", "web", 9) for number in range(13)])
    code, out, _ = uitkomst("sync", "--programme", path)
    assert code == Exit.DONE
    assert out.count("outside its scale") == 10
    assert out.splitlines()[-1] == "  and 3 more rows, kept with their reason"
    assert rejected_rows(open_workplace(desk).engine, "small").height == 13


# --- sources that cannot be read ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoil", "code", "sentence"),
    [
        (lambda path: path.unlink(), Exit.UNAVAILABLE, "answers.csv: this file is not there"),
        (lambda path: path.write_text("nr,channel,day,mark\n1,web,2026-01-01,4\n"), Exit.CHANGED, "answers.csv"),
        (
            lambda path: path.write_bytes(b"id,channel,day,score\n\xff\xfe,web,2026-01-01,4\n"),
            Exit.CHANGED,
            "answers.csv",
        ),
    ],
    ids=["not there", "other columns", "no text"],
)
@pytest.mark.usefixtures("desk")
def test_a_source_that_cannot_be_read_ends_with_the_code_of_its_cause(uitkomst, tmp_path, spoil, code, sentence):
    path = surveyed(tmp_path, 8, 12)
    spoil(tmp_path / "answers.csv")
    found, out, _ = uitkomst("sync", "--programme", path)
    assert found == code
    assert sentence in out


def test_a_source_that_refuses_us_ends_with_12(uitkomst, monkeypatch, tmp_path, unreadable):
    monkeypatch.setenv("UITKOMST_PSEUDONYM_KEY", "x")
    path = surveyed(tmp_path, 8, 12)
    with unreadable(tmp_path / "answers.csv"):
        code, out, _ = uitkomst("check", "--programme", path)
    assert code == Exit.REFUSED
    assert "answers.csv" in out


@pytest.mark.usefixtures("as_json")
def test_a_source_that_fails_does_not_stop_the_others(uitkomst, desk, tmp_path):
    path = bad_rows(tmp_path)
    (tmp_path / "answers.csv").unlink()
    code, out, _ = uitkomst("sync", "--programme", path)
    assert code == Exit.UNAVAILABLE
    assert "register: 1 page read; rows: 1 new" in out
    runs = {run.source: run for run in latest_runs(open_workplace(desk).engine, "small")}
    assert runs["survey"].failure.startswith("SourceUnavailableError: answers.csv: this file is not there")
    assert runs["register"].failure is None


@pytest.mark.usefixtures("desk")
def test_what_was_read_before_a_failure_stays(as_json, uitkomst, tmp_path):
    path = surveyed(tmp_path, 8, 12)
    uitkomst("sync", "--programme", path)
    (tmp_path / "answers.csv").unlink()
    uitkomst("sync", "--programme", path)
    (row,) = [
        one for one in as_json("evidence", "--kpi", "satisfaction", "--period", "all") if one["breakdown"] == "all"
    ]
    assert row["n"] == 12


# --- saving nothing ----------------------------------------------------------------------------------------------


def test_check_reads_the_same_and_saves_nothing(as_json, uitkomst, desk, tmp_path):
    path = bad_rows(tmp_path)
    (told,) = as_json("check", "--programme", path)
    assert [(one["source"], one["read"], one["rejected"]) for one in told["sources"]] == [
        ("survey", 12, 1),
        ("register", 1, 2),
    ]
    assert not (desk / "records").exists()
    code, out, _ = uitkomst("check", "--programme", path)
    assert code == Exit.DONE
    assert out.startswith("Small: the file is right; 1 project, 2 sources.\n")
    assert "answers.csv, line 14, column value" in out
