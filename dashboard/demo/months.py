"""The 36 months of Voorbeeldstad: how days fall in them, and paths that say how something moves over them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

FIRST_DAY = date(2023, 10, 1)
LAST_DAY = date(2026, 9, 30)
"""The last day of records, and the as-of day of the programme: what was decided later is not known."""

MONTHS = 36

_FIRST_MONTH = np.datetime64(FIRST_DAY, "M")
_MONDAY_TO_SUNDAY = (1.2, 1.1, 1.05, 1.05, 0.95, 0.35, 0.3)
_SATURDAY = 5
_DAYS_IN_WEEK = 7


def month_number(first_of_month: date) -> int:
    """Return which of the months begins on this day; 0 is the first."""
    return int((np.datetime64(first_of_month, "M") - _FIRST_MONTH).astype(int))


def flat(value: float) -> Floats:
    """Return a path that stays the same."""
    return np.full(MONTHS, value)


def step(before: float, after: float, *, on: date) -> Floats:
    """Return a path that changes once, on the first day of a month, and stays."""
    return np.where(np.arange(MONTHS) < month_number(on), before, after).astype(float)


def line(first: float, last: float) -> Floats:
    """Return a path that goes straight from the first month to the last."""
    return np.linspace(first, last, MONTHS)


def bump(usual: float, changes: Mapping[date, float]) -> Floats:
    """Return a path that stays the same but for the months named, where the change is added."""
    path = flat(usual)
    for month, change in changes.items():
        path[month_number(month)] += change
    return path


def holidays(extra: float) -> Floats:
    """Return a factor a month: July, August and December are slower by this share."""
    in_year = (np.arange(MONTHS) + FIRST_DAY.month - 1) % 12 + 1
    return np.where(np.isin(in_year, (7, 8, 12)), 1 + extra, 1.0)


def season(height: float) -> Floats:
    """Return a factor a month that swings once a year around 1, with its top in spring."""
    return 1 + height * np.sin(2 * np.pi * (np.arange(MONTHS) + FIRST_DAY.month - 1) / 12)


def random_days(months: Whole, draws: Floats, *, weekends: bool) -> Whole:
    """Return a day (since 1970-01-01) in each of the months; Mondays are busiest, weekends quiet or empty.

    `draws` are uniform on 0 to 1. The calendar is laid out so that month m takes the stretch m to m + 1.
    """
    days = np.arange(np.datetime64(FIRST_DAY, "D"), np.datetime64(LAST_DAY, "D") + 1)
    number = days.astype(np.int64)
    weights = np.array(_MONDAY_TO_SUNDAY)[_weekday(number)]
    weights = np.where(weekends | (_weekday(number) < _SATURDAY), weights, 0.0)
    month = (days.astype("datetime64[M]") - _FIRST_MONTH).astype(np.int64)
    share = weights / np.bincount(month, weights=weights)[month]
    ends = np.cumsum(share)
    place = np.searchsorted(ends, np.minimum(months + draws, ends[-1] - 1e-9), side="right")
    return np.asarray(number[place], dtype=np.int64)


def off_the_weekend(days: Whole) -> Whole:
    """Return the days, with Saturdays and Sundays moved to the Monday after."""
    weekday = _weekday(days)
    return np.where(weekday < _SATURDAY, days, days + _DAYS_IN_WEEK - weekday)


def _weekday(days: Whole) -> Whole:
    # 1970-01-01, day 0, was a Thursday; Monday is 0.
    return (days + 3) % _DAYS_IN_WEEK
