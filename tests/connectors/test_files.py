from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from connectors.connector import Page, SourceChangedError, SourceRefusedError, SourceUnavailableError
from connectors.files import Files
from connectors.settings import NEEDED
from metrics.notices import Notice
from metrics.records import REJECTED, SCHEMAS, Kind, Reason, check
from tests.connectors.contract import SECRET, ConnectorContract, Sample, read
from tests.connectors.workbooks import Day, Fault, write_workbook

COLUMNS = {"source_id": "id", "answered_on": "day", "value": "score"}
CONSTANTS = {"service": "passports", "item": "satisfaction", "scale": "1-5"}
FILES = TypeAdapter(Files)


def files(folder, path="answers.csv", **changed) -> Files:
    given = {"record": "answers", "columns": COLUMNS, "constants": CONSTANTS, **changed}
    return FILES.validate_python({"folder": folder, "timezone": "Europe/Amsterdam", "path": path, **given})


def one(connector: Files):
    (batch,) = read(connector)
    return batch


def answers(folder, text, **changed):
    (folder / "answers.csv").write_bytes(text.encode())
    return one(files(folder, **changed))


def rejections(batch):
    return batch.rejected.select("line", "column", "reason", "found", "allowed").rows()


def days_read(folder, *cells, **rule):
    """Write each cell as a day of its own row, and return the days read and the lines rejected."""
    text = "id;day;score\n" + "".join(f"{number};{cell};5\n" for number, cell in enumerate(cells))
    columns = {**COLUMNS, "answered_on": {"column": "day", **rule}} if rule else COLUMNS
    batch = answers(folder, text, columns=columns)
    return batch.frames[Kind.ANSWERS]["answered_on"].to_list(), [line for line, *_ in rejections(batch)]


def amounts_read(folder, *cells, name="spending.csv", **changed):
    text = "id;day;amount\n" + "".join(f"{number};2024-01-31;{cell}\n" for number, cell in enumerate(cells))
    (folder / name).write_text(text)
    batch = one(spending(folder, name, **changed))
    return batch.frames[Kind.SPENDING]["amount"].to_list(), rejections(batch)


def spending(folder, name, **changed):
    columns = {"source_id": "id", "booked_on": "day", "amount": "amount"}
    return files(folder, name, record="spending", columns=columns, constants={"project": "passports"}, **changed)


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
        [["id", "day", "score"], ["a", Day(45322), 5], ["b", SECRET, 5], ["c", Day(45322), Fault("#N/A")], [SECRET, Day(1), 1]],
    )
    frame = pl.DataFrame({"id": ["a", SECRET], "day": [date(2024, 1, 31)] * 2, "score": [5.0, 4.5]})
    frame.write_parquet(folder / "f.parquet")
    (folder / "g.csv").write_text("id,day,score\n")


class TestFiles(ConnectorContract):
    @pytest.fixture(
        params=[("a.csv", 7, 5), ("c.json", 4, 3), ("d.ndjson", 5, 4), ("e.xlsx", 4, 2), ("f.parquet", 2, 1), ("g.csv", 0, 0)],
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
        (tmp_path / "wide.csv").write_text(f"id,day,tevreden,duidelijk\na,2024-01-31,5,\nb,2024-01-31,4,{SECRET.replace(',', '')}\n")
        columns = {"source_id": "id", "answered_on": "day"}
        constants = {"service": "passports", "scale": "1-5"}
        items = {"satisfaction": "tevreden", "clarity": "duidelijk"}
        return Sample(
            connector=files(tmp_path, "wide.csv", columns=columns, constants=constants, items=items),
            rows=3,
            broken=1,
        )


# --- real figures ---------------------------------------------------------------------------------------------

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


# --- days -----------------------------------------------------------------------------------------------------


def test_an_answer_at_half_past_eleven_at_night_in_january_utc_is_one_of_february_in_amsterdam(tmp_path):
    assert days_read(tmp_path, "2024-01-31T23:30:00Z") == ([date(2024, 2, 1)], [])


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024-01-31", date(2024, 1, 31)),
        ("2024-01-31T23:30:00+01:00", date(2024, 1, 31)),
        ("2024-01-31 23:30:00.123+00:00", date(2024, 2, 1)),
        ("2024-01-31T23:30+0000", date(2024, 2, 1)),
        ("2024-01-31T23:30Z", date(2024, 2, 1)),
        # In summer Amsterdam is two hours ahead of UTC.
        ("2024-06-30T22:30:00Z", date(2024, 7, 1)),
        ("2024-01-31T23:30:00", date(2024, 1, 31)),
        ("2024-01-31 23:30", date(2024, 1, 31)),
        (" 2024-01-31 ", date(2024, 1, 31)),
    ],
)
def test_a_day_is_the_local_day_of_what_is_written(tmp_path, written, day):
    assert days_read(tmp_path, written) == ([day], [])


def test_different_ways_to_write_a_day_go_together_in_one_column(tmp_path):
    found, rejected = days_read(tmp_path, "2024-01-31", "2024-01-31T23:30:00Z", "2024-01-31T10:00", "31 januari", "")
    assert found == [date(2024, 1, 31), date(2024, 2, 1), date(2024, 1, 31), None]
    assert rejected == [5]


def test_a_day_that_does_not_exist_is_no_day(tmp_path):
    assert days_read(tmp_path, "2023-02-29", "2024-02-29") == ([date(2024, 2, 29)], [2])


def test_a_format_says_how_days_are_written(tmp_path):
    assert days_read(tmp_path, "31-01-2024", "2024-01-31", format="%d-%m-%Y") == ([date(2024, 1, 31)], [3])


def test_a_format_with_an_offset_gives_the_local_day(tmp_path):
    assert days_read(tmp_path, "31/01/2024 23:30 +0000", format="%d/%m/%Y %H:%M %z") == ([date(2024, 2, 1)], [])


def test_typed_instants_give_local_days(tmp_path):
    instants = [datetime(2024, 1, 31, 23, 30, tzinfo=UTC)]
    frame = pl.DataFrame({"id": ["a"], "day": instants, "score": [5]})
    frame.write_parquet(tmp_path / "answers.parquet")
    found = one(files(tmp_path, "answers.parquet")).frames[Kind.ANSWERS]
    assert found["answered_on"].to_list() == [date(2024, 2, 1)]
    frame.with_columns(pl.col("day").dt.replace_time_zone(None)).write_parquet(tmp_path / "answers.parquet")
    found = one(files(tmp_path, "answers.parquet")).frames[Kind.ANSWERS]
    assert found["answered_on"].to_list() == [date(2024, 1, 31)]


# --- numbers, amounts, yes and no -----------------------------------------------------------------------------


def test_five_point_nought_is_the_whole_number_five(tmp_path):
    batch = answers(tmp_path, "id,day,score\na,2024-01-31,5.0\nb,2024-01-31,+4\nc,2024-01-31,4.5\nd,2024-01-31,1e0\n")
    assert batch.frames[Kind.ANSWERS]["value"].to_list() == [5, 4]
    assert rejections(batch) == [
        (4, "value", Reason.NOT_A_WHOLE_NUMBER, "4.5", "1234"),
        (5, "value", Reason.NOT_A_NUMBER, "1x0", "1234"),
    ]


def test_a_decimal_comma_is_understood_where_it_is_set(tmp_path):
    batch = answers(tmp_path, "id;day;score\na;2024-01-31;5,0\nb;2024-01-31;5.0\n", decimal=",")
    assert batch.frames[Kind.ANSWERS]["value"].to_list() == [5]
    assert rejections(batch) == [(3, "value", Reason.NOT_A_NUMBER, "5.0", "1234")]


def test_amounts_are_exact_to_the_cent_however_large(tmp_path):
    # A float has 15 to 16 digits: it would make .11 of the first one .12 or .10.
    found, rejected = amounts_read(tmp_path, "1234567890123456.11", "-0.5", "12.500", "3", "0.29")
    assert found == [Decimal("1234567890123456.11"), Decimal("-0.50"), Decimal("12.50"), Decimal(3), Decimal("0.29")]
    assert rejected == []


def test_an_amount_with_more_than_two_decimals_is_rejected(tmp_path):
    found, rejected = amounts_read(tmp_path, "1.005", "1.00")
    assert found == [Decimal(1)]
    assert rejected == [(2, "amount", Reason.NOT_A_NUMBER, "1.005", "1234.56")]


def test_a_point_between_thousands_is_read_where_the_comma_is_the_decimal_mark(tmp_path):
    found, rejected = amounts_read(tmp_path, "1.234.567,8", "12,50", "1.5", "12.34,5", decimal=",")
    assert found == [Decimal("1234567.80"), Decimal("12.50")]
    assert [line for line, *_ in rejected] == [4, 5]


def test_typed_amounts_are_cents_or_rejected(tmp_path):
    day = date(2024, 1, 31)
    for cells, kept in (
        ([0.29, 1.005, 1e17, 2.5], [Decimal("0.29"), Decimal("2.50")]),
        ([Decimal("1.2300"), Decimal("1.2345")], [Decimal("1.23")]),
        ([Decimal("9" * 30), Decimal(2)], [Decimal(2)]),
        ([3, 10**18], [Decimal(3)]),
    ):
        frame = pl.DataFrame({"id": [str(cell) for cell in cells], "day": [day] * len(cells), "amount": cells})
        frame.write_parquet(tmp_path / "spending.parquet")
        batch = one(spending(tmp_path, "spending.parquet"))
        assert batch.frames[Kind.SPENDING]["amount"].to_list() == kept
        assert batch.rejected.height == len(cells) - len(kept)


def test_a_typed_number_that_is_missing_is_no_fault(tmp_path):
    frame = pl.DataFrame({"id": ["a", "b", "c"], "day": [date(2024, 1, 31)] * 3, "score": [5.0, float("nan"), float("inf")]})
    frame.write_parquet(tmp_path / "answers.parquet")
    batch = one(files(tmp_path, "answers.parquet"))
    assert batch.frames[Kind.ANSWERS]["value"].to_list() == [5, None]
    assert rejections(batch) == [(3, "value", Reason.NOT_A_NUMBER, "xxx", "1234")]


def test_reopened_is_what_people_write_for_yes_and_no(tmp_path):
    words = ["true", "FALSE", "1", "0", "ja", "Nee", "yes", "no", "", "misschien"]
    lines = "".join(f"{number},2024-01-31,{word}\n" for number, word in enumerate(words))
    columns = {"source_id": "id", "received_on": "day", "reopened": "again"}
    batch = answers(tmp_path, f"id,day,again\n{lines}", record="cases", columns=columns, constants={"service": "permits"})
    assert batch.frames[Kind.CASES]["reopened"].to_list() == [*([True, False] * 4), None]
    assert rejections(batch) == [
        (11, "reopened", Reason.NOT_A_YES_OR_NO, "misschien", "true, 1, ja, yes, false, 0, nee, no"),
    ]


def test_numbers_in_json_keep_every_digit(tmp_path):
    rows = '[{"id": "a", "day": "2024-01-31", "amount": 1234567890123456.11}, {"id": "b", "day": "2024-01-31", "amount": 1E2}]'
    (tmp_path / "spending.json").write_text(rows)
    frame = one(spending(tmp_path, "spending.json")).frames[Kind.SPENDING]
    assert frame["amount"].to_list() == [Decimal("1234567890123456.11"), Decimal(100)]


# --- columns, segments, items ---------------------------------------------------------------------------------


def test_segments_are_sorted_by_name_and_leave_unknown_parts_out(tmp_path):
    text = "id,day,score,wijk,soort\na,2024-01-31,5,noord,bewoner\nb,2024-01-31,5,noord,\nc,2024-01-31,5,,\n"
    frame = answers(tmp_path, text, segments={"district": "wijk", "customer": "soort"}).frames[Kind.ANSWERS]
    assert frame["segments"].to_list() == ["customer=bewoner;district=noord", "district=noord", None]


def test_a_segment_cannot_smuggle_in_another(tmp_path):
    batch = answers(tmp_path, "id,day,score,wijk\na,2024-01-31,5,noord;x=y\n", segments={"district": "wijk"}, separator=",")
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


# --- delimited text -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_separators_line_ends_and_a_byte_order_mark_are_found_out(tmp_path, separator, end, start):
    lines = ["id,day,score", "a,2024-01-31,5", "", "b,2024-02-01,4"]
    batch = answers(tmp_path, start + end.join(lines).replace(",", separator))
    frame = batch.frames[Kind.ANSWERS]
    assert frame.select("source_id", "value", "line").rows() == [("a", 5, 2), ("b", 4, 4)]


def test_a_quoted_line_end_does_not_shift_the_lines_after_it(tmp_path):
    text = 'id,remark,day,score\na,"one\ntwo\nthree",2024-01-31,5\nb,"say ""hi"", please",2024-01-31,x\nc,,2024-01-31,4\n'
    batch = answers(tmp_path, text)
    assert batch.frames[Kind.ANSWERS].select("source_id", "line").rows() == [("a", 2), ("c", 6)]
    assert [line for line, *_ in rejections(batch)] == [5]


def test_rows_with_too_few_or_too_many_fields_are_set_aside_and_the_rest_is_read(tmp_path):
    batch = answers(tmp_path, "id,day,score\na,2024-01-31,5\nb,2024-01-31\nc,2024-01-31,4,extra\nd,2024-01-31,3\n")
    assert batch.frames[Kind.ANSWERS].select("source_id", "line").rows() == [("a", 2), ("d", 5)]
    assert rejections(batch) == [
        (3, None, Reason.UNREADABLE_ROW, "2", "3"),
        (4, None, Reason.UNREADABLE_ROW, "4", "3"),
    ]


def test_a_quote_that_is_never_closed_costs_its_own_row_only(tmp_path):
    batch = answers(tmp_path, 'id,day,score\n"a,2024-01-31,5\nb,2024-01-31,4\n"c",2024-01-31,3\nd"x,2024-01-31,2\n')
    assert batch.frames[Kind.ANSWERS].select("source_id", "line").rows() == [("b", 3), ("c", 4)]
    assert [(line, reason) for line, _, reason, *_ in rejections(batch)] == [
        (2, Reason.UNREADABLE_ROW),
        (5, Reason.UNREADABLE_ROW),
    ]


def test_lines_of_separators_alone_are_no_rows(tmp_path):
    batch = answers(tmp_path, "id;day;score\na;2024-01-31;5\n;;\n")
    assert batch.frames[Kind.ANSWERS].height == 1
    assert batch.rejected.is_empty()


def test_windows_1252_is_read_where_it_is_set(tmp_path):
    text = "id,day,score,wijk\na,2024-01-31,5,Oud-Zuid – café\n"
    (tmp_path / "answers.csv").write_bytes(text.encode("cp1252"))
    frame = one(files(tmp_path, encoding="windows-1252", segments={"district": "wijk"})).frames[Kind.ANSWERS]
    assert frame["segments"].to_list() == ["district=Oud-Zuid – café"]


def test_text_in_another_encoding_is_told_with_its_line(tmp_path):
    (tmp_path / "answers.csv").write_bytes("id,day,score\na,2024-01-31,5\né,2024-01-31,5\n".encode("cp1252"))
    with pytest.raises(SourceChangedError, match="line 3 is not utf-8 text. Set encoding = 'windows-1252'"):
        one(files(tmp_path))


def test_a_page_may_be_bytes(tmp_path):
    page = Page(name="answers.csv", body=b"id,day,score\na,2024-01-31,5\n")
    assert files(tmp_path).parse(page).frames[Kind.ANSWERS]["value"].to_list() == [5]


# --- workbooks ------------------------------------------------------------------------------------------------


def test_cells_of_a_workbook_are_read_as_they_are_typed(tmp_path):
    # 45322 is 31 January 2024; 45322.5 is noon on that day.
    rows = [["id", "day", "score"], ["a", Day(45322), 5], ["b", Day(45322.5), 4.0], ["c", "2024-01-31", "3"]]
    write_workbook(tmp_path / "answers.xlsx", rows)
    frame = one(files(tmp_path, "answers.xlsx")).frames[Kind.ANSWERS]
    assert frame.select("answered_on", "value", "line").rows() == [
        (date(2024, 1, 31), 5, 2),
        (date(2024, 1, 31), 4, 3),
        (date(2024, 1, 31), 3, 4),
    ]


def test_empty_rows_of_a_workbook_do_not_shift_the_lines(tmp_path):
    rows = [["id", "day", "score"], ["a", Day(45322), 5], [None] * 3, ["b", "ooit", 4]]
    write_workbook(tmp_path / "answers.xlsx", rows, first_row=3)
    batch = one(files(tmp_path, "answers.xlsx"))
    assert batch.frames[Kind.ANSWERS]["line"].to_list() == [4]
    assert [line for line, *_ in rejections(batch)] == [6]


def test_a_cell_with_an_error_sets_its_row_aside_rather_than_seem_empty(tmp_path):
    rows = [["id", "day", "end"], ["a", Day(45322), Fault("#N/A")], ["b", Day(45322), None]]
    write_workbook(tmp_path / "cases.xlsx", rows)
    columns = {"source_id": "id", "received_on": "day", "decided_on": "end"}
    batch = one(files(tmp_path, "cases.xlsx", record="cases", columns=columns, constants={"service": "permits"}))
    assert batch.frames[Kind.CASES].select("source_id", "decided_on").rows() == [("b", None)]
    assert rejections(batch) == [(2, None, Reason.UNREADABLE_ROW, "#NA", None)]


def test_a_date_cell_is_understood_beside_the_format_of_written_days(tmp_path):
    write_workbook(tmp_path / "answers.xlsx", [["id", "day", "score"], ["a", Day(45322), 5], ["b", "01-02-2024", 5]])
    columns = {**COLUMNS, "answered_on": {"column": "day", "format": "%d-%m-%Y"}}
    frame = one(files(tmp_path, "answers.xlsx", columns=columns)).frames[Kind.ANSWERS]
    assert frame["answered_on"].to_list() == [date(2024, 1, 31), date(2024, 2, 1)]


def test_an_amount_in_a_workbook_is_read_by_its_point_whatever_the_mark_of_texts(tmp_path):
    rows = [["id", "day", "amount"], ["a", Day(45322), 1234.56], ["b", Day(45322), "12,50"], ["c", Day(45322), "1.234"]]
    write_workbook(tmp_path / "spending.xlsx", rows)
    batch = one(spending(tmp_path, "spending.xlsx", decimal=","))
    assert batch.frames[Kind.SPENDING]["amount"].to_list() == [Decimal("1234.56"), Decimal("12.50")]
    # Twelve hundred or one and a bit: nobody can tell, so it is rejected.
    assert [line for line, *_ in rejections(batch)] == [4]


def test_a_sheet_is_found_by_its_name(tmp_path):
    write_workbook(tmp_path / "answers.xlsx", [["id", "day", "score"], ["a", Day(45322), 5]], sheet="Antwoorden")
    assert one(files(tmp_path, "answers.xlsx", sheet="Antwoorden")).frames[Kind.ANSWERS].height == 1
    with pytest.raises(SourceChangedError, match=r"no sheet 'Antworden'. Did you mean 'Antwoorden'\?"):
        one(files(tmp_path, "answers.xlsx", sheet="Antworden"))


# --- the source as a whole ------------------------------------------------------------------------------------


def test_files_are_read_in_the_order_of_their_names(tmp_path):
    for name in ("b.csv", "a.csv", "~$a.csv", "sub"):
        (tmp_path / name).mkdir() if name == "sub" else (tmp_path / name).write_text("id,day,score\n")
    (tmp_path / "sub" / "c.csv").write_text("id,day,score\n")
    assert [page.name for page in files(tmp_path, "*.csv").fetch(None)] == ["a.csv", "b.csv"]
    assert [page.name for page in files(tmp_path, "**/c.csv").fetch(None)] == ["sub/c.csv"]


def test_a_path_may_lead_out_of_the_folder_of_the_programme(tmp_path):
    (tmp_path / "programme").mkdir()
    (tmp_path / "a [1].csv").write_text("id,day,score\n")
    assert [page.name for page in files(tmp_path / "programme", "../a [1].csv").fetch(None)] == ["../a [1].csv"]


@pytest.mark.parametrize(
    ("path", "sentence"),
    [("answers.csv", "this file is not there"), ("*.csv", "no file matches this"), (".", "this is a folder")],
)
def test_a_file_that_is_not_there_is_unavailable(tmp_path, path, sentence):
    with pytest.raises(SourceUnavailableError, match=sentence) as raised:
        list(files(tmp_path, path).fetch(None))
    assert raised.value.where == path


def test_a_file_that_goes_away_between_fetching_and_reading_is_unavailable(tmp_path):
    (tmp_path / "answers.csv").write_text("id,day,score\n")
    (page,) = files(tmp_path).fetch(None)
    (tmp_path / "answers.csv").unlink()
    with pytest.raises(SourceUnavailableError, match="this file is not there any more"):
        files(tmp_path).parse(page)


def test_a_file_we_may_not_read_is_refused(tmp_path, without_rights):
    (tmp_path / "answers.csv").write_text("id,day,score\n")
    with without_rights(tmp_path / "answers.csv"), pytest.raises(SourceRefusedError, match="the right to read it"):
        list(files(tmp_path).fetch(None))


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.parquet", "a.json", "a.ndjson", "a.docx"])
@pytest.mark.parametrize("content", [b"\x00\xff\xfe nonsense", b"PK\x03\x04", b"[{", b"3"])
def test_a_file_that_is_not_what_its_name_says_has_changed(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceChangedError) as raised:
        one(files(tmp_path, name))
    assert raised.value.where == name


def test_a_column_that_is_not_there_is_told_with_the_nearest_one(tmp_path):
    (tmp_path / "answers.csv").write_text("id,days,score\n")
    sentence = r"no column 'day'. Did you mean 'days'\? There are: days, id, score."
    with pytest.raises(SourceChangedError, match=sentence):
        one(files(tmp_path))
    pl.DataFrame({"id": ["a"], "days": [1], "score": [1]}).write_parquet(tmp_path / "answers.parquet")
    with pytest.raises(SourceChangedError, match=sentence):
        one(files(tmp_path, "answers.parquet"))
    write_workbook(tmp_path / "answers.xlsx", [["id", "days", "score"]])
    with pytest.raises(SourceChangedError, match=sentence):
        one(files(tmp_path, "answers.xlsx"))
    (tmp_path / "answers.json").write_text('[{"id": "a", "days": 1, "score": 1}]')
    with pytest.raises(SourceChangedError, match=sentence):
        one(files(tmp_path, "answers.json"))


def test_two_columns_of_one_name_are_told(tmp_path):
    (tmp_path / "answers.csv").write_text("id,day,day,score\n")
    with pytest.raises(SourceChangedError, match="more than one column is called 'day'"):
        one(files(tmp_path))


def test_a_column_of_lists_is_told(tmp_path):
    pl.DataFrame({"id": ["a"], "day": [[1]], "score": [1]}).write_parquet(tmp_path / "answers.parquet")
    with pytest.raises(SourceChangedError, match="column 'day' holds List"):
        one(files(tmp_path, "answers.parquet"))


def test_an_empty_file_has_no_header_and_is_told(tmp_path):
    (tmp_path / "answers.csv").write_text("\n\n")
    with pytest.raises(SourceChangedError, match="the file is empty"):
        one(files(tmp_path))
    write_workbook(tmp_path / "answers.xlsx", [])
    with pytest.raises(SourceChangedError, match="the sheet is empty"):
        one(files(tmp_path, "answers.xlsx"))


# --- settings -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"columns": {**COLUMNS, "chanel": "x"}}, r"'chanel' is no column of answers. Did you mean 'channel'\?"),
        ({"columns": {"value": "score"}}, "cannot be read without source_id, answered_on"),
        ({"columns": {**COLUMNS, "item": "x"}}, "'item' is given more than once"),
        ({"constants": {**CONSTANTS, "scale": "1-7"}}, "'1-7' cannot be scale. Allowed are: 1-5, 1-10, 0-10, yes-no"),
        ({"constants": {**CONSTANTS, "n": "many"}}, "'many' cannot be n"),
        ({"columns": {**COLUMNS, "value": ["a", "b"]}}, "only source_id may be made of several"),
        ({"columns": {**COLUMNS, "value": {"column": "a", "map": {"x": "good"}}}}, "map: 'good' cannot be value"),
        ({"columns": {**COLUMNS, "answered_on": {"column": "a", "format": "dd-mm-yyyy"}}}, "Write it as '%d-%m-%Y'"),
        ({"columns": {**COLUMNS, "value": {"column": "a", "format": "%d"}}}, "'value' is not a day"),
        ({"segments": {"a=b": "x"}}, "segment 'a=b' may not contain = or ;"),
        ({"separator": "||"}, "separator is one character"),
        ({"timezone": "Mars"}, "'Mars' is no time zone"),
        ({"colums": {}}, "Unexpected keyword argument"),
    ],
)
def test_wrong_settings_are_told_in_a_sentence(tmp_path, changed, sentence):
    with pytest.raises(ValidationError, match=sentence):
        files(tmp_path, **changed)


def test_all_that_is_wrong_is_told_at_once(tmp_path):
    with pytest.raises(ValidationError) as raised:
        files(tmp_path, columns={"chanel": "x"}, timezone="Mars")
    assert all(word in str(raised.value) for word in ("chanel", "source_id", "Mars"))


EXAMPLES = {
    "source_id": "a",
    "service": "passports",
    "item": "satisfaction",
    "value": "5",
    "scale": "1-5",
    "event": "contact",
    "project": "passports",
    "amount": "1.00",
    "percent": "87",
}


@pytest.mark.parametrize("kind", list(Kind))
def test_the_columns_a_source_must_give_are_those_without_which_no_row_is_accepted(tmp_path, latest, kind):
    row = {name: EXAMPLES.get(name, "2024-01-31") for name in NEEDED[kind]}
    (tmp_path / "all.csv").write_text(",".join(row) + "\n" + ",".join(row.values()) + "\n")
    columns = {name: name for name in row}
    frame = one(files(tmp_path, "all.csv", record=kind, columns=columns, constants={})).frames[kind]
    assert check(frame, kind, latest=latest).accepted.height == 1
    for name in row:
        without = frame.with_columns(pl.lit(None, dtype=SCHEMAS[kind][name]).alias(name))
        assert check(without, kind, latest=latest).rejected["reason"].to_list() == [Reason.MISSING]


# --- anything may come in -------------------------------------------------------------------------------------

PIECES = st.sampled_from(["a", "5", "2024-01-31", ",", ";", '"', '""', "\n", "\r\n", " ", "é", "\x00", "1.5", "\r", "\u2028"])


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
