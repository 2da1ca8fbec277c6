"""Decrees: which days are equated with feast days, and that an unknown year is named."""

from __future__ import annotations

from datetime import date

import pytest

from metrics.calendars.decrees import DECREES, UnknownYearError, equated_days, known_years


@pytest.mark.parametrize(
    ("year", "days"),
    [
        # Royal decree of 24 October 2016, art. 1.
        (2017, [(4, 28), (5, 26)]),
        (2018, [(5, 11), (12, 24), (12, 31)]),
        (2019, [(5, 31), (12, 27)]),
        # The titles of the decrees on 2023 to 2025 and 2026 to 2028.
        (2023, [(4, 28), (5, 19)]),
        (2024, [(5, 10), (12, 27)]),
        (2025, [(5, 30)]),
        (2026, [(1, 2), (5, 15)]),
        (2027, [(5, 7)]),
        (2028, [(4, 28), (5, 26)]),
    ],
)
def test_the_equated_days_of_a_year_are_those_of_its_decree(year, days):
    assert equated_days(year) == tuple(date(year, month, day) for month, day in days)


@pytest.mark.parametrize("year", [2016, 2020, 2021, 2022, 2029])
def test_a_year_without_a_decree_is_named_with_the_known_years_and_what_to_do(year):
    with pytest.raises(UnknownYearError) as told:
        equated_days(year)
    assert told.value.year == year
    assert str(told.value) == (
        f"{year}: the days equated with feast days by royal decree of this year are not known here. "
        "Known are 2017 to 2019, 2023 to 2025, 2026 to 2028. "
        "Add the decree of that year, with its source, to DECREES in metrics/calendars/decrees.py."
    )


def test_the_known_years_are_those_of_the_decrees_in_order():
    assert known_years() == (2017, 2018, 2019, 2023, 2024, 2025, 2026, 2027, 2028)


def test_every_equated_day_is_a_weekday_in_a_year_of_its_decree():
    # A day in a weekend needs no decree: the law spares it already. So a mistyped date shows.
    assert all(day.weekday() < 5 and day.year in decree.years for decree in DECREES for day in decree.days)


def test_every_decree_says_where_it_was_read():
    assert all(decree.source.endswith(".") for decree in DECREES)
