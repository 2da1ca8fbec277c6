"""Working days: between two days, in the calendar of the law and in that of the staff."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.calendars.decrees import UnknownYearError
from metrics.calendars.working_days import Calendar, free_days, with_working_days, working_days
from tests.metrics.builders import quickly


def column(*rows, **options):
    frame = pl.DataFrame(rows, schema={"received_on": pl.Date, "decided_on": pl.Date}, orient="row")
    return with_working_days(frame, **options)["working_days"].to_list()


@pytest.mark.parametrize(
    ("opened_on", "closed_on", "days"),
    [
        # By hand: the same day; Saturday to Monday; Friday to Monday; a week.
        (date(2025, 3, 3), date(2025, 3, 3), 0),
        (date(2025, 3, 8), date(2025, 3, 10), 1),
        (date(2025, 3, 7), date(2025, 3, 10), 1),
        (date(2025, 3, 3), date(2025, 3, 10), 5),
        # 24 April to 19 May 2026: 17 weekdays; King's Day, 5 May, Ascension Day and the equated Friday are free.
        (date(2026, 4, 24), date(2026, 5, 19), 13),
    ],
)
def test_the_first_day_does_not_count_and_the_last_one_does(opened_on, closed_on, days):
    assert working_days(opened_on, closed_on) == days
    assert column((opened_on, closed_on)) == [days]


def test_staff_work_on_good_friday_and_on_days_that_a_decree_spares():
    # By hand: Good Friday 3 April 2026, and Friday 15 May 2026 after Ascension Day.
    for friday in (date(2026, 4, 3), date(2026, 5, 15)):
        eve = friday - timedelta(days=1)
        assert working_days(eve, friday, calendar=Calendar.LEGAL) == 0
        assert working_days(eve, friday, calendar=Calendar.WORKING) == 1
        assert column((eve, friday), calendar=Calendar.WORKING) == [1]


def test_staff_are_free_on_feast_days():
    # Cao Gemeenten 2023, art. 6.6: eight days, 5 May among them.
    assert len(free_days(2026, Calendar.WORKING)) == 8
    assert set(free_days(2026, Calendar.WORKING)) < set(free_days(2026, Calendar.LEGAL))


def test_the_days_that_staff_work_are_known_without_a_decree():
    week = (date(2021, 5, 3), date(2021, 5, 7))
    assert working_days(*week, calendar=Calendar.WORKING) == 3  # by hand: four weekdays, 5 May is free
    assert column(week, calendar=Calendar.WORKING) == [3]
    for ask in (lambda: working_days(*week), lambda: column(week)):
        with pytest.raises(UnknownYearError, match="2021"):
            ask()


def test_a_span_across_unknown_years_is_not_counted():
    span = (date(2019, 12, 30), date(2023, 1, 3))
    for ask in (lambda: working_days(*span), lambda: column(span)):
        with pytest.raises(UnknownYearError, match="2020"):
            ask()


def test_cases_before_and_after_unknown_years_are_counted():
    # By hand: Monday to Tuesday, and Monday to Tuesday.
    assert column((date(2019, 12, 2), date(2019, 12, 3)), (date(2023, 1, 9), date(2023, 1, 10))) == [1, 1]


def test_only_weekdays_ask_for_a_decree():
    # Saturday 31 December 2022 and Sunday are no working days whatever was decreed; Monday 2 January 2023 is one.
    span = (date(2022, 12, 30), date(2023, 1, 2))
    assert working_days(*span) == 1
    assert column(span) == [1]


def test_a_case_that_is_open_has_no_working_days_taken():
    assert column((date(2026, 6, 1), None), (None, date(2026, 6, 1))) == [None, None]


def test_a_case_closed_before_it_was_opened_is_refused_and_in_a_column_it_is_unknown():
    span = (date(2026, 6, 2), date(2026, 6, 1))
    with pytest.raises(ValueError, match="closed on 2026-06-01, before it was opened on 2026-06-02"):
        working_days(*span)
    assert column(span) == [None]


def test_other_columns_of_days_can_be_counted_between():
    frame = pl.DataFrame({"asked_on": [date(2026, 6, 1)], "answered_on": [date(2026, 6, 3)]})
    found = with_working_days(frame, opened="asked_on", closed="answered_on")
    assert found.to_dicts() == [{**frame.row(0, named=True), "working_days": 2}]


span = st.tuples(st.dates(date(2016, 11, 1), date(2029, 2, 1)), st.integers(0, 400))


@quickly
@given(st.lists(span, min_size=1, max_size=8), st.sampled_from(Calendar))
def test_a_column_of_working_days_is_what_one_case_after_the_other_gives(spans, calendar):
    rows = [(day, day + timedelta(days=later)) for day, later in spans]
    try:
        found = [working_days(*row, calendar=calendar) for row in rows]
    except UnknownYearError:
        with pytest.raises(UnknownYearError):
            column(*rows, calendar=calendar)
    else:
        assert column(*rows, calendar=calendar) == found


@quickly
@given(st.dates(date(2023, 1, 1), date(2027, 6, 1)), st.integers(0, 400))
def test_numpy_counts_the_same_working_days(opened_on, later):
    closed_on = opened_on + timedelta(days=later)
    free = [day for year in range(2023, 2029) for day in free_days(year, Calendar.LEGAL)]
    a_day = timedelta(days=1)
    assert working_days(opened_on, closed_on) == np.busday_count(opened_on + a_day, closed_on + a_day, holidays=free)
