"""The days of a year that the Algemene termijnenwet (Atw), art. 3, sets apart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from holidays.constants import OPTIONAL, PUBLIC
from holidays.utils import country_holidays

from metrics.calendars.decrees import UnknownYearError, equated_days

FEAST_YEARS = range(1982, 2101)
"""Years of which `holidays` knows the feast days, 5 May among them: it came into the law in 1982."""

_SATURDAY = 5
"""Number of the day in Python's `date.weekday`."""

_GOOD_FRIDAY = "Goede vrijdag"
_ALWAYS_ON_SUNDAY = ("Eerste paasdag", "Eerste pinksterdag")


def in_weekend(day: date) -> bool:
    """Tell whether a day is a Saturday or a Sunday."""
    return day.weekday() >= _SATURDAY


def feast_days(year: int) -> tuple[date, ...]:
    """Return the recognised feast days of art. 3.1, in order; UnknownYearError outside `FEAST_YEARS`.

    New Year's Day, Easter Monday, Whit Monday, both Christmas days, Ascension Day, the day on which the King's
    birthday is kept, and 5 May: every year, not only in lustrum years as many calendars have it. Easter and Whit
    Sunday are always Sundays and not named in the law.
    """
    left_out = (_GOOD_FRIDAY, *_ALWAYS_ON_SUNDAY)
    return tuple(sorted(day for day, name in _named(year).items() if name not in left_out))


def legal_days(year: int) -> tuple[date, ...]:
    """Return the days on which no statutory term ends, weekends left out, in order: all of art. 3.

    The feast days, Good Friday (art. 3.2) and the days equated by royal decree (art. 3.3). UnknownYearError where
    no decree is known.
    """
    good_friday = (day for day, name in _named(year).items() if name == _GOOD_FRIDAY)
    return tuple(sorted({*feast_days(year), *good_friday, *equated_days(year)}))


def _named(year: int) -> Mapping[date, str]:
    if year not in FEAST_YEARS:
        raise UnknownYearError(
            year,
            lacking="the feast days",
            known=f"{FEAST_YEARS.start} to {FEAST_YEARS.stop - 1}",
            remedy="Check the day that was given.",
        )
    return country_holidays("NL", years=year, categories=(PUBLIC, OPTIONAL), language="nl")
