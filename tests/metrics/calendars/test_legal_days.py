"""Legal days: the feast days, and the days that the law puts on a par with them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from metrics.calendars.decrees import UnknownYearError, equated_days, known_years
from metrics.calendars.legal_days import FEAST_YEARS, feast_days, in_weekend, legal_days


def days(year, *month_and_day):
    return tuple(date(year, month, day) for month, day in month_and_day)


def easter(year: int) -> date:
    """Easter Sunday by the anonymous Gregorian algorithm (Meeus 1991, chapter 8)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    skipped = century // 4
    moon = (19 * golden + century - skipped - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    shift = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def by_the_law(year: int) -> set[date]:
    """Art. 3.1, worked out from Easter; the King's birthday is kept on the Saturday before where it is a Sunday."""
    kings_day = date(year, 4, 27)
    return {
        *days(year, (1, 1), (5, 5), (12, 25), (12, 26)),
        *(easter(year) + timedelta(days=later) for later in (1, 39, 50)),
        kings_day - timedelta(days=kings_day.weekday() == 6),
    }


@pytest.mark.parametrize("year", range(2014, 2036))
def test_the_feast_days_are_those_that_the_law_names_worked_out_from_easter(year):
    assert feast_days(year) == tuple(sorted(by_the_law(year)))


def test_the_feast_days_of_2024_are_those_of_the_calendar_on_the_wall():
    assert feast_days(2024) == days(2024, (1, 1), (4, 1), (4, 27), (5, 5), (5, 9), (5, 20), (12, 25), (12, 26))


def test_5_may_is_a_feast_day_every_year_and_not_only_in_lustrum_years():
    assert all(date(year, 5, 5) in feast_days(year) for year in range(2014, 2036))


@pytest.mark.parametrize("year", known_years())
def test_the_legal_days_are_the_feast_days_good_friday_and_the_days_of_the_decree(year):
    good_friday = easter(year) - timedelta(days=2)
    assert legal_days(year) == tuple(sorted({*by_the_law(year), good_friday, *equated_days(year)}))


def test_easter_and_whit_sunday_are_not_named_because_they_are_sundays():
    assert not {date(2026, 4, 5), date(2026, 5, 24)} & set(legal_days(2026))


def test_feast_days_are_known_without_a_decree_and_legal_days_are_not():
    assert len(feast_days(2021)) == 8
    with pytest.raises(UnknownYearError, match=r"2021: .* royal decree"):
        legal_days(2021)


@pytest.mark.parametrize("year", [FEAST_YEARS.start - 1, FEAST_YEARS.stop])
def test_a_year_of_which_the_feast_days_are_not_known_is_named_and_not_empty(year):
    with pytest.raises(UnknownYearError, match=rf"{year}: the feast days .* Known are 1982 to 2100\."):
        feast_days(year)


@pytest.mark.parametrize("year", [FEAST_YEARS.start, FEAST_YEARS.stop - 1])
def test_the_first_and_the_last_known_year_have_all_their_feast_days(year):
    assert len(feast_days(year)) == 8


def test_a_weekend_is_saturday_and_sunday():
    week = [date(2026, 6, 1) + timedelta(days=later) for later in range(7)]  # 1 June 2026 is a Monday
    assert [in_weekend(day) for day in week] == [False] * 5 + [True] * 2
