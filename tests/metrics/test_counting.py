"""Counting: merges in any split, loses nothing, and is the same on Polars and DuckDB."""

from __future__ import annotations

from datetime import date

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from metrics.counting import KEYS, count
from metrics.records import Kind
from tests.metrics.builders import answers, cases, quickly, records

days = st.dates(date(2026, 1, 1), date(2026, 3, 31))
answer = st.fixed_dictionaries(
    {
        "value": st.integers(1, 5),
        "n": st.integers(0, 9),
        "channel": st.sampled_from([None, "website", "desk"]),
        "segments": st.sampled_from([None, "customer=resident", "customer=business;district=north"]),
        "answered_on": days,
    },
)
case = st.fixed_dictionaries(
    {
        "received_on": days,
        "decided_on": st.none() | st.just(date(2026, 4, 1)),
        "channel": st.sampled_from([None, "post"]),
    },
)


def ordered(counted: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    return counted.select(*KEYS[kind], "n", "newest").sort(pl.all(), nulls_last=True)


def test_equal_answers_become_one_row_with_their_number_and_newest_day():
    rows = answers({"answered_on": date(2026, 1, 3)}, {"answered_on": date(2026, 1, 20), "n": 4})
    (counted,) = count(rows, Kind.ANSWERS).rows(named=True)
    assert (counted["month"], counted["n"], counted["newest"]) == ("2026-01", 5, date(2026, 1, 20))


def test_contacts_with_another_gap_are_counted_apart_and_an_unknown_gap_is_one_of_its_own():
    day = date(2026, 1, 3)
    usual = {"service": "waste", "n": 2, "event": "contact", "happened_on": day}
    rows = records(Kind.COUNTS, *({**usual, "gap_days": gap} for gap in (0, 0, 4, None)))
    assert sorted(count(rows, Kind.COUNTS).select("gap_days", "n").rows(), key=str) == [(0, 4), (4, 2), (None, 2)]


def test_what_is_counted_points_at_nobody():
    assert "source_id" not in count(answers({}), Kind.ANSWERS).columns
    assert "source_id" not in count(cases({}), Kind.CASES).columns


def test_a_lazy_frame_stays_lazy():
    assert isinstance(count(answers({}).lazy(), Kind.ANSWERS), pl.LazyFrame)


@pytest.mark.parametrize("kind", list(KEYS))
def test_every_kind_that_is_counted_has_the_columns_it_is_counted_by(kind):
    rows = records(kind, {"n": 3})
    assert count(rows, kind)["n"].to_list() == [3]


@quickly
@given(st.lists(answer, min_size=1, max_size=30), st.lists(answer, max_size=30))
def test_adding_up_any_split_gives_what_counting_together_gives(some, others):
    parts = pl.concat([count(answers(*some), Kind.ANSWERS), count(answers(*others), Kind.ANSWERS)])
    merged = parts.group_by(KEYS[Kind.ANSWERS]).agg(pl.col("n").sum(), pl.col("newest").max())
    together = count(answers(*some, *others), Kind.ANSWERS)
    assert_frame_equal(ordered(merged, Kind.ANSWERS), ordered(together, Kind.ANSWERS))


@quickly
@given(st.lists(answer, min_size=1, max_size=30))
def test_duckdb_counts_answers_as_polars_does(rows):
    frame = answers(*rows)
    with duckdb.connect() as connection:
        theirs = count(connection.from_arrow(frame.to_arrow()), Kind.ANSWERS).pl()
    assert_frame_equal(ordered(theirs, Kind.ANSWERS), ordered(count(frame, Kind.ANSWERS), Kind.ANSWERS))


@quickly
@given(st.lists(case, min_size=1, max_size=30))
def test_duckdb_counts_cases_as_polars_does(rows):
    frame = cases(*rows)
    with duckdb.connect() as connection:
        theirs = count(connection.from_arrow(frame.to_arrow()), Kind.CASES).pl()
    assert_frame_equal(ordered(theirs, Kind.CASES), ordered(count(frame, Kind.CASES), Kind.CASES))
