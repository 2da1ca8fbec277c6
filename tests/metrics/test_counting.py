"""Counting: merges in any split, loses nothing, and is the same on Polars and DuckDB.

PySpark is compared in `benchmarks/counting.py`: it needs Java.
"""

from __future__ import annotations

from datetime import date

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from metrics.counting import KEYS, NEWEST, count
from metrics.records import SCHEMAS, Kind
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
KNOWN = {
    pl.String(): st.sampled_from(["", "a", "b"]),
    pl.Int64(): st.integers(0, 3),
    pl.Date(): st.dates(date(2025, 12, 30), date(2026, 1, 3)),
    pl.Float64(): st.sampled_from([0.0, 66.7, 100.0]),
}
"""A few values of each type, so that rows are often equal."""


def a_row(kind):
    """A row of which anything but its number may be unknown."""
    columns = {name: SCHEMAS[kind][name] for name in (*KEYS[kind], NEWEST[kind]) if name != "month"}
    return st.fixed_dictionaries(
        {"n": st.integers(0, 9), **{name: st.none() | KNOWN[dtype] for name, dtype in columns.items()}}
    )


def counted_by_duckdb(frame: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    with duckdb.connect() as connection:
        counted: pl.DataFrame = count(connection.from_arrow(frame.to_arrow()), kind).pl()
    return counted


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


@pytest.mark.parametrize("kind", list(KEYS))
@quickly
@given(st.data())
def test_duckdb_counts_every_kind_as_polars_does_with_anything_unknown(kind, data):
    frame = records(kind, *data.draw(st.lists(a_row(kind), min_size=1, max_size=30)))
    assert_frame_equal(ordered(counted_by_duckdb(frame, kind), kind), ordered(count(frame, kind), kind))


@pytest.mark.parametrize("kind", list(KEYS))
def test_duckdb_counts_rows_of_which_nothing_is_known_as_polars_does(kind):
    unknown = dict.fromkeys((*KEYS[kind], NEWEST[kind]))
    frame = records(kind, *({**unknown, "n": n} for n in (2, 5))).with_columns(month=pl.lit(None, dtype=pl.String))
    theirs = counted_by_duckdb(frame, kind)
    assert_frame_equal(ordered(theirs, kind), ordered(count(frame, kind), kind))
    assert theirs["n"].to_list() == [7]


@pytest.mark.parametrize("kind", list(KEYS))
def test_nothing_is_counted_alike_on_both(kind):
    frame = records(kind)
    assert_frame_equal(counted_by_duckdb(frame, kind), count(frame, kind))
