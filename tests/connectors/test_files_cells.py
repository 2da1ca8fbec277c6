"""Files: how days, numbers, amounts and yes or no are read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

from connectors.connector import SourceChangedError
from metrics.records import Kind, Reason
from tests.connectors.sources import (
    COLUMNS,
    amounts_read,
    answers,
    days_read,
    files,
    one,
    rejections,
    spending,
)

# --- days ---------------------------------------------------------------------------------------------------------


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


# --- numbers, amounts, yes and no ---------------------------------------------------------------------------------


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
    frame = pl.DataFrame(
        {"id": ["a", "b", "c"], "day": [date(2024, 1, 31)] * 3, "score": [5.0, float("nan"), float("inf")]}
    )
    frame.write_parquet(tmp_path / "answers.parquet")
    batch = one(files(tmp_path, "answers.parquet"))
    assert batch.frames[Kind.ANSWERS]["value"].to_list() == [5, None]
    assert rejections(batch) == [(3, "value", Reason.NOT_A_NUMBER, "xxx", "1234")]


def test_reopened_is_what_people_write_for_yes_and_no(tmp_path):
    words = ["true", "FALSE", "1", "0", "ja", "Nee", "yes", "no", "", "misschien"]
    lines = "".join(f"{number},2024-01-31,{word}\n" for number, word in enumerate(words))
    columns = {"source_id": "id", "received_on": "day", "reopened": "again"}
    batch = answers(
        tmp_path, f"id,day,again\n{lines}", record="cases", columns=columns, constants={"service": "permits"}
    )
    assert batch.frames[Kind.CASES]["reopened"].to_list() == [*([True, False] * 4), None]
    assert rejections(batch) == [
        (11, "reopened", Reason.NOT_A_YES_OR_NO, "misschien", "true, 1, ja, yes, false, 0, nee, no"),
    ]


def test_numbers_in_json_keep_every_digit(tmp_path):
    amounts = ["1234567890123456.11", "1.5E2", "1e999999999999999999999", "NaN", '"0.10"']
    rows = [f'{{"id": "{place}", "day": "2024-01-31", "amount": {amount}}}' for place, amount in enumerate(amounts)]
    (tmp_path / "spending.json").write_text(f"[{', '.join(rows)}]")
    batch = one(spending(tmp_path, "spending.json"))
    found = batch.frames[Kind.SPENDING]["amount"].to_list()
    assert found == [Decimal("1234567890123456.11"), Decimal(150), None, Decimal("0.10")]
    assert [line for line, *_ in rejections(batch)] == [3]


def test_json_nested_beyond_measure_is_told(tmp_path):
    (tmp_path / "spending.json").write_text("[" * 100_000)
    with pytest.raises(SourceChangedError, match="nested too deep"):
        one(spending(tmp_path, "spending.json"))


def test_whole_numbers_of_other_types_are_read_and_those_too_large_rejected(tmp_path):
    for cells, kept in (
        (pl.Series([5, 4], dtype=pl.Int8), [5, 4]),
        (pl.Series([5, 2**64 - 1], dtype=pl.UInt64), [5]),
        (pl.Series([Decimal("5.0"), Decimal("4.5")]), [5]),
        (pl.Series([5.0, 1e300]), [5]),
        (pl.Series(["5", "x"], dtype=pl.Categorical), [5]),
    ):
        frame = pl.DataFrame({"id": ["a", "b"], "day": [date(2024, 1, 31)] * 2, "score": cells})
        frame.write_parquet(tmp_path / "answers.parquet")
        batch = one(files(tmp_path, "answers.parquet"))
        assert batch.frames[Kind.ANSWERS]["value"].to_list() == kept
        assert batch.rejected.height == 2 - len(kept)


def test_texts_in_parquet_are_read_like_those_in_text(tmp_path):
    frame = pl.DataFrame({"id": [" a ", ""], "day": ["2024-01-31T23:30:00Z", " "], "again": [True, None]})
    frame.write_parquet(tmp_path / "cases.parquet")
    columns = {"source_id": "id", "received_on": "day", "reopened": "again"}
    found = one(files(tmp_path, "cases.parquet", record="cases", columns=columns, constants={"service": "permits"}))
    rows = found.frames[Kind.CASES].select("source_id", "received_on", "reopened").rows()
    assert rows == [("a", date(2024, 2, 1), True), (None, None, None)]


def test_typed_numbers_can_be_translated(tmp_path):
    frame = pl.DataFrame({"id": [7, 8, 9], "day": [date(2024, 1, 31)] * 3, "score": [1.0, 2.5, None]})
    frame.write_parquet(tmp_path / "answers.parquet")
    columns = {**COLUMNS, "value": {"column": "score", "map": {"1": 5, "2.5": 3}}}
    found = one(files(tmp_path, "answers.parquet", columns=columns)).frames[Kind.ANSWERS]
    assert found.select("source_id", "value").rows() == [("7", 5), ("8", 3), ("9", None)]
