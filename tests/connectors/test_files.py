"""Files: the contract, real figures, and how their columns become ours."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.connector import Page
from metrics.notices import Notice
from metrics.records import REJECTED, Kind, Reason, check
from tests.connectors.contract import SECRET, ConnectorContract, Sample, read
from tests.connectors.sources import (
    COLUMNS,
    answers,
    files,
    rejections,
)
from tests.connectors.workbooks import Day, Fault, write_workbook

CSV = f"""id;day;score;remark
a;2024-01-31;5;"{SECRET}
and more"
b;{SECRET};4;
c;2024-02-01;{SECRET};
d;2024-02-01
e;2024-02-02;3;;{SECRET}
f;2024-02-03;2;"{SECRET}" x

{SECRET};2024-02-04;1;
"""
OBJECTS = [
    {"id": "a", "day": "2024-01-31", "score": 5},
    {"id": SECRET, "day": SECRET, "score": "4"},
    {"id": "c", "day": "2024-02-01", "score": SECRET},
    {"id": "d", "day": "2024-02-01", "score": [SECRET]},
]


def write_everything(folder):
    """Write the same kind of rows in each format; returns path, rows and broken rows, counted by hand."""
    (folder / "a.csv").write_text(CSV)
    (folder / "c.json").write_text(json.dumps(OBJECTS))
    (folder / "d.ndjson").write_text("".join(f"{json.dumps(each)}\n" for each in OBJECTS) + SECRET)
    write_workbook(
        folder / "e.xlsx",
        [
            ["id", "day", "score"],
            ["a", Day(45322), 5],
            ["b", SECRET, 5],
            ["c", Day(45322), Fault("#N/A")],
            [SECRET, Day(1), 1],
        ],
    )
    frame = pl.DataFrame({"id": ["a", SECRET], "day": [date(2024, 1, 31)] * 2, "score": [5.0, 4.5]})
    frame.write_parquet(folder / "f.parquet")
    (folder / "g.csv").write_text("id,day,score\n")


class TestFiles(ConnectorContract):
    @pytest.fixture(
        params=[
            ("a.csv", 7, 5),
            ("c.json", 4, 3),
            ("d.ndjson", 5, 4),
            ("e.xlsx", 4, 2),
            ("f.parquet", 2, 1),
            ("g.csv", 0, 0),
        ],
        ids=lambda each: each[0],
    )
    def sample(self, request, tmp_path):
        write_everything(tmp_path)
        path, rows, broken = request.param
        return Sample(connector=files(tmp_path, path), rows=rows, broken=broken)


class TestWideFiles(ConnectorContract):
    @pytest.fixture
    def sample(self, tmp_path):
        # Two rows of two items; one item is not answered and one answer is a secret: three records, one broken.
        (tmp_path / "wide.csv").write_text(
            f"id,day,tevreden,duidelijk\na,2024-01-31,5,\nb,2024-01-31,4,{SECRET.replace(',', '')}\n"
        )
        columns = {"source_id": "id", "answered_on": "day"}
        constants = {"service": "passports", "scale": "1-5"}
        items = {"satisfaction": "tevreden", "clarity": "duidelijk"}
        return Sample(
            connector=files(tmp_path, "wide.csv", columns=columns, constants=constants, items=items),
            rows=3,
            broken=1,
        )


# --- real figures -------------------------------------------------------------------------------------------------

FIVE = {"very-dissatisfied": 1, "dissatisfied": 2, "neither": 3, "satisfied": 4, "very-satisfied": 5}
OPG_ANSWERS = {
    "columns": {
        "source_id": ["service", "_timestamp", "dataType"],
        "service": "service",
        "channel": "channel",
        "n": "count",
        "answered_on": "_timestamp",
        "value": {"column": "dataType", "map": FIVE},
    },
    "constants": {"item": "satisfaction", "scale": "1-5"},
    "only": {"dataType": list(FIVE)},
}
OPG_PUBLISHED = {
    "record": "published",
    "columns": {
        "source_id": ["service", "_timestamp"],
        "service": "service",
        "percent": "count",
        "published_for": "_timestamp",
    },
    "constants": {"item": "satisfaction"},
    "only": {"dataType": ["user-satisfaction-percent"]},
}


def opg(public, **changed):
    return read(files(public / "opg_performance_data", "*_service__data.json", **changed))


def test_the_five_counts_of_the_public_guardian_come_in_whole(public, latest):
    frame = pl.concat(batch.frames[Kind.ANSWERS] for batch in opg(public, **OPG_ANSWERS))
    # From the README of the data: 64, 39 and 14 months of five counts.
    assert frame.height == (64 + 39 + 14) * 5
    assert check(frame, Kind.ANSWERS, latest=latest).rejected.is_empty()
    first = frame.filter(service="deputy-reporting", answered_on=date(2023, 4, 1)).sort("value")
    assert first["n"].to_list() == [23, 46, 153, 419, 528]


def test_the_sum_of_the_counts_is_the_one_that_plain_json_gives(public):
    frame = pl.concat(batch.frames[Kind.ANSWERS] for batch in opg(public, **OPG_ANSWERS))
    rows = [row for path in public.glob("opg*/*.json") for row in json.loads(path.read_text())]
    assert frame["n"].sum() == sum(row["count"] for row in rows if row["dataType"] in FIVE)


def test_published_percentages_come_in_beside_the_counts(public, latest):
    frame = pl.concat(batch.frames[Kind.PUBLISHED] for batch in opg(public, **OPG_PUBLISHED))
    assert check(frame, Kind.PUBLISHED, latest=latest).rejected.is_empty()
    copied = frame.filter(service="use-an-lpa", published_for=date(2025, 4, 1))
    assert copied["percent"].to_list() == [87.0]


def test_the_five_counts_that_are_text_are_read_as_numbers(public):
    # From the README of the data: five digital-take-up counts in 2026 are JSON strings.
    take_up = {**OPG_PUBLISHED, "only": {"dataType": ["digital-take-up"]}}
    rows = [row for path in public.glob("opg*/*.json") for row in json.loads(path.read_text())]
    written = [row["count"] for row in rows if row["dataType"] == "digital-take-up"]
    batches = opg(public, **take_up)
    assert len([count for count in written if isinstance(count, str)]) == 5
    assert sum(batch.frames[Kind.PUBLISHED].height for batch in batches) == len(written)
    assert sum(batch.rejected.height for batch in batches) == 0


def test_rows_that_were_not_asked_for_are_told(public):
    told = [notice for batch in opg(public, **OPG_ANSWERS) for notice in batch.notices]
    # 879 rows in all (README), 585 of them counts of answers.
    assert {notice.code for notice in told} == {"rows_not_asked_for"}
    assert sum(notice.particulars["rows"] for notice in told) == 879 - 585


# --- columns, segments, items -------------------------------------------------------------------------------------


def test_segments_are_sorted_by_name_and_leave_unknown_parts_out(tmp_path):
    text = "id,day,score,wijk,soort\na,2024-01-31,5,noord,bewoner\nb,2024-01-31,5,noord,\nc,2024-01-31,5,,\n"
    frame = answers(tmp_path, text, segments={"district": "wijk", "customer": "soort"}).frames[Kind.ANSWERS]
    assert frame["segments"].to_list() == ["customer=bewoner;district=noord", "district=noord", None]


def test_a_segment_cannot_smuggle_in_another(tmp_path):
    batch = answers(
        tmp_path, "id,day,score,wijk\na,2024-01-31,5,noord;x=y\n", segments={"district": "wijk"}, separator=","
    )
    assert rejections(batch) == [(2, "segments", Reason.UNKNOWN_VALUE, None, "=;")]


def test_a_value_without_a_translation_is_rejected_with_those_there_are(tmp_path):
    columns = {**COLUMNS, "value": {"column": "score", "map": {"goed": 5, "slecht": 1}}}
    text = "id,day,score\na,2024-01-31,goed\nb,2024-01-31,gaat wel hoor wat zal ik zeggen\n"
    batch = answers(tmp_path, text, columns=columns)
    assert batch.frames[Kind.ANSWERS]["value"].to_list() == [5]
    assert rejections(batch) == [(3, "value", Reason.UNKNOWN_VALUE, "gaat wel hoor wat za", "goed, slecht")]


def test_the_first_broken_cell_of_a_row_names_the_reason_and_the_row_is_rejected_once(tmp_path):
    batch = answers(tmp_path, "id,day,score\na,gisteren,veel\n")
    assert rejections(batch) == [(2, "value", Reason.NOT_A_NUMBER, "xxxx", "1234")]


def test_a_long_cell_is_cut_where_it_is_shown(tmp_path):
    batch = answers(tmp_path, f"id,day,score\na,{'2024-01-31 ' * 10},5\n")
    assert batch.rejected["found"].to_list() == ["2024-01-31 2024-01-31 2024-01-31"]


def test_a_row_in_wide_form_gives_a_record_for_each_item_that_was_answered(tmp_path):
    text = "id,day,tevreden,duidelijk\na,2024-01-31,5,4\nb,2024-01-31,3,\nc,2024-01-31,,\n"
    columns = {"source_id": "id", "answered_on": "day"}
    batch = answers(
        tmp_path,
        text,
        columns=columns,
        constants={"service": "passports", "scale": "1-5"},
        items={"satisfaction": "tevreden", "clarity": {"column": "duidelijk", "map": {"4": 5}}},
    )
    frame = batch.frames[Kind.ANSWERS]
    assert frame.select("source_id", "item", "value", "line").rows() == [
        ("a", "satisfaction", 5, 2),
        ("b", "satisfaction", 3, 3),
        ("a", "clarity", 5, 2),
    ]
    assert batch.notices == (
        Notice(code="not_answered", particulars={"file": "answers.csv", "item": "satisfaction", "rows": 1}),
        Notice(code="not_answered", particulars={"file": "answers.csv", "item": "clarity", "rows": 2}),
    )


def test_a_wide_row_with_a_broken_day_is_rejected_once(tmp_path):
    batch = answers(
        tmp_path,
        "id,day,tevreden,duidelijk\na,ooit,5,4\n",
        columns={"source_id": "id", "answered_on": "day"},
        constants={"service": "passports", "scale": "1-5"},
        items={"satisfaction": "tevreden", "clarity": "duidelijk"},
    )
    assert rejections(batch) == [(2, "answered_on", Reason.NOT_A_DATE, "xxxx", "YYYY-MM-DD")]


def test_a_corrected_count_keeps_its_identity_and_another_group_has_its_own(tmp_path):
    columns = {"answered_on": "day", "value": "score", "n": "count", "channel": "channel"}
    text = "day,score,count,channel\n2024-01-31,5,{},desk\n2024-01-31,5,7,\n"
    before = answers(tmp_path, text.format(10), columns=columns).frames[Kind.ANSWERS]
    after = answers(tmp_path, text.format(11), columns=columns).frames[Kind.ANSWERS]
    assert before["n"].to_list() == [10, 7]
    assert after["n"].to_list() == [11, 7]
    assert before["source_id"].to_list() == after["source_id"].to_list()
    assert before["source_id"].n_unique() == 2


def test_an_identifier_may_be_made_of_several_columns(tmp_path):
    columns = {**COLUMNS, "source_id": ["id", "day"]}
    frame = answers(tmp_path, "id,day,score\na,2024-01-31,5\n,2024-01-31,5\n", columns=columns).frames[Kind.ANSWERS]
    assert frame["source_id"].to_list() == ["a|2024-01-31", None]


# --- anything may come in -----------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    ["a", "5", "2024-01-31", ",", ";", '"', '""', "\n", "\r\n", " ", "é", "\x00", "1.5", "\r", "\u2028"]
)


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_below_the_header_every_line_is_read_or_rejected(tmp_path, below):
    page = Page(name="answers.csv", body=f"id,day,score\n{below}".encode())
    batch = files(tmp_path, separator=",").parse(page)
    frame = batch.frames[Kind.ANSWERS]
    lines = [*frame["line"], *batch.rejected["line"]]
    assert len(set(lines)) == len(lines)
    assert batch.rejected.schema == REJECTED
    if '"' not in below:
        # Second method: without quotes a row is a line with anything but separators and spaces in it.
        filled = [number for number, line in enumerate(below.split("\n"), 2) if line.strip(", \t\r")]
        assert sorted(lines) == filled


@given(st.text(max_size=30), st.text(max_size=30))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_cell_holds_the_row_beside_it_is_read(tmp_path, day, score):
    rows = [{"id": "a", "day": day, "score": score}, {"id": "b", "day": "2024-01-31", "score": 5}]
    batch = files(tmp_path, "a.json").parse(Page(name="a.json", body=json.dumps(rows).encode()))
    frame = batch.frames[Kind.ANSWERS]
    assert frame.height + batch.rejected.height == 2
    assert frame["source_id"].to_list()[-1] == "b"


def test_contacts_come_in_with_their_gap_and_a_blank_one_is_not_known_yet(tmp_path, latest):
    text = "day;gap;times\n2026-01-05;0;2\n2026-01-05;;7\n2026-01-05;soon;1\n2026-01-05;-3;1\n"
    columns = {"happened_on": "day", "gap_days": "gap", "n": "times"}
    constants = {"service": "waste", "event": "contact"}
    batch = answers(tmp_path, text, record="counts", columns=columns, constants=constants)
    assert rejections(batch) == [(4, "gap_days", Reason.NOT_A_NUMBER, "xxxx", "1234")]
    outcome = check(batch.frames[Kind.COUNTS], Kind.COUNTS, latest=latest)
    # Without an identifier a row is known by what it says: another gap is another row.
    assert sorted(outcome.accepted.select("gap_days", "n").rows(), key=str) == [(0, 2), (None, 7)]
    assert outcome.rejected["reason"].to_list() == [Reason.NEGATIVE]
