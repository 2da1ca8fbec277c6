"""Little's law on a window: an identity that holds exactly, and that fails where records cannot be."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.flow.little import little
from tests.metrics.builders import only, quickly

START, AS_OF = date(2026, 1, 1), date(2026, 6, 30)
some_cases = st.lists(st.tuples(st.integers(0, 40), st.none() | st.integers(0, 40), st.integers(1, 3)), max_size=10)


def day(number: int) -> date:
    return START + timedelta(days=number)


def waiting(*rows: tuple[int, int | None, int]) -> pl.DataFrame:
    """Cases as `stock` gives them: came on a day, left on a day (both counted from 1 January), and how many."""
    given = [
        {"project": "p", "received_on": day(came), "left_on": None if left is None else day(left), "n": n}
        for came, left, n in rows
    ]
    schema = {"project": pl.String, "received_on": pl.Date, "left_on": pl.Date, "n": pl.Int64}
    return pl.DataFrame(given, schema=schema).with_columns(as_of=pl.lit(AS_OF))


def window(first: int, last: int) -> pl.DataFrame:
    return pl.DataFrame({"project": ["p"], "period_start": [day(first)], "period_end": [day(last)]})


def test_the_average_stock_is_arrivals_a_day_times_the_days_that_each_spent_in_the_window():
    # By hand, from the end of 1 January to that of 11 January: three from before stay 4 days, two come on the 3rd and
    # stay 8 days to the end, one comes and goes on the 5th.
    row = only(little(waiting((-9, 4, 3), (2, None, 2), (4, 4, 1)), window(1, 10)))
    assert (row["window_days"], row["arrivals"], row["case_days"], row["open_days"]) == (10, 3, 28, 28)
    assert row["holds"] is True
    assert (row["mean_open"], row["arrivals_per_day"], row["mean_residence_days"]) == pytest.approx((2.8, 0.3, 28 / 3))
    assert row["open_at_end"] == 2
    # The mean duration of those who left, (3 x 13 + 0) / 4, says something else.
    assert row["mean_ended_days"] == 9.75


@quickly
@given(some_cases, st.integers(1, 30), st.integers(0, 30))
def test_counted_by_day_and_case_by_case_agree_exactly(rows, first, length):
    moves = [(came, None if stay is None else came + stay, n) for came, stay, n in rows]
    row = only(little(waiting(*moves), window(first, first + length)))
    assert row["holds"] is True
    if row["arrivals"]:
        assert row["mean_open"] == pytest.approx(row["arrivals_per_day"] * row["mean_residence_days"])


def test_a_case_that_ends_before_it_begins_breaks_the_identity():
    row = only(little(waiting((8, 3, 2), (1, 5, 1)), window(1, 20)))
    # By hand: the two take 5 days each from the stock that never were; the one stays 4 days.
    assert (row["holds"], row["open_days"], row["case_days"]) == (False, 4 - 10, 4)


def test_where_nobody_came_there_is_no_residence_to_average():
    row = only(little(waiting((-9, None, 3)), window(1, 10)))
    assert (row["arrivals"], row["mean_residence_days"], row["mean_open"]) == (0, None, 3.0)
    assert row["mean_ended_days"] is None


def test_without_cases_nothing_was_open():
    row = only(little(waiting(), window(1, 10)))
    assert (row["case_days"], row["open_days"], row["holds"], row["mean_ended_days"]) == (0, 0, True, None)
