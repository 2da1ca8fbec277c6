"""The tally of cases by day: the fast way and the plain way give the same."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from metrics.estimators.tally import DECIDED, OPEN, OTHERWISE, tally
from tests.metrics.builders import quickly

BY = ["project", "channel"]
row = st.tuples(
    st.sampled_from(["p", "q"]),
    st.sampled_from(["desk", None]),
    st.integers(0, 4),
    st.sampled_from([OPEN, DECIDED, OTHERWISE]),
    st.integers(0, 3),
)


def frame(*rows) -> pl.DataFrame:
    schema = {"project": pl.String, "channel": pl.String, "days": pl.Int64, "fate": pl.Int64, "n": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def tallied(rows: pl.DataFrame) -> pl.DataFrame:
    return tally(rows, BY, fate=pl.col("fate"))


def plainly(rows: pl.DataFrame) -> pl.DataFrame:
    """The second way: add up in a loop."""
    counts = {}
    for project, channel, days, fate, n in rows.iter_rows():
        counts.setdefault((project, channel, days), [0, 0, 0])[fate] += n
    found = [(*key, *fates) for key, fates in counts.items() if any(fates)]
    schema = {"project": pl.String, "channel": pl.String, "days": pl.Int64, "open": pl.Int64}
    schema |= {"closed": pl.Int64, "otherwise": pl.Int64}
    return pl.DataFrame(found, schema=schema, orient="row").sort(*BY, "days", nulls_last=True)


def test_each_fate_has_its_column_and_a_day_of_zero_cases_is_left_out():
    found = tallied(frame(("p", "desk", 3, OPEN, 2), ("p", "desk", 3, DECIDED, 5), ("p", "desk", 4, OTHERWISE, 0)))
    assert found.rows() == [("p", "desk", 3, 2, 5, 0)]


@pytest.mark.parametrize("repeats", [1, 40])
def test_many_rows_are_added_up_in_slots_and_few_by_a_group_by_and_both_are_right(repeats):
    # 40 times the rows are more than the slots of two groups, six days and three fates.
    once = [("p", "desk", 0, DECIDED, 1), ("p", "desk", 5, OPEN, 2), ("q", None, 2, OTHERWISE, 3)]
    rows = frame(*sorted(once * repeats, key=str))
    assert tallied(rows).rows() == [
        ("p", "desk", 0, 0, repeats, 0),
        ("p", "desk", 5, 2 * repeats, 0, 0),
        ("q", None, 2, 0, 0, 3 * repeats),
    ]


@quickly
@given(st.lists(row, max_size=12), st.integers(1, 30))
def test_rows_in_any_order_and_number_add_up_as_in_a_loop(rows, times):
    assert_frame_equal(tallied(frame(*rows * times)), plainly(frame(*rows * times)), check_column_order=False)


def test_no_rows_give_no_tally():
    assert tallied(frame()).is_empty()


@pytest.mark.parametrize("kind", [pl.Int32, pl.Int64])
def test_days_keep_their_type(kind):
    rows = frame(*[("p", None, 1, DECIDED, 1)] * 30).with_columns(pl.col("days").cast(kind))
    assert tallied(rows).schema["days"] == kind
