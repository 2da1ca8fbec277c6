"""Periods: whole local months, quarters and years."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.periods import Grain, Period, latest_complete, period_of
from tests.metrics.builders import quickly

days = st.dates(date(1990, 1, 1), date(2099, 12, 31))
grains = st.sampled_from([Grain.MONTH, Grain.QUARTER, Grain.YEAR])


@pytest.mark.parametrize(
    ("grain", "start", "end"),
    [
        (Grain.MONTH, date(2024, 2, 1), date(2024, 2, 29)),
        (Grain.QUARTER, date(2024, 1, 1), date(2024, 3, 31)),
        (Grain.YEAR, date(2024, 1, 1), date(2024, 12, 31)),
    ],
)
def test_a_leap_day_lies_in_its_month_quarter_and_year(grain, start, end):
    assert period_of(date(2024, 2, 29), grain) == Period(start=start, end=end)


@quickly
@given(days, grains)
def test_a_period_holds_its_day_and_the_next_day_after_it_is_in_another(day, grain):
    period = period_of(day, grain)
    assert period.start <= day <= period.end
    assert period_of(period.start, grain) == period_of(period.end, grain) == period
    assert period_of(period.end + timedelta(days=1), grain).start == period.end + timedelta(days=1)


def test_a_period_cannot_end_before_it_starts():
    with pytest.raises(ValueError, match="cannot end"):
        Period(start=date(2024, 2, 1), end=date(2024, 1, 31))


def test_a_month_is_complete_on_its_last_day_and_not_a_day_sooner():
    assert latest_complete(date(2024, 2, 29), Grain.MONTH) == period_of(date(2024, 2, 1), Grain.MONTH)
    assert latest_complete(date(2024, 2, 28), Grain.MONTH) == period_of(date(2024, 1, 1), Grain.MONTH)


def test_in_january_the_latest_complete_year_and_quarter_are_those_of_last_year():
    assert latest_complete(date(2024, 1, 15), Grain.YEAR).start == date(2023, 1, 1)
    assert latest_complete(date(2024, 1, 15), Grain.QUARTER).start == date(2023, 10, 1)
