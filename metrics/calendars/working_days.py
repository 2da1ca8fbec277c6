"""Working days between two days, in the calendar of the law or in that of the staff."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

import polars as pl

from metrics.calendars.legal_days import feast_days, in_weekend, legal_days


class Calendar(StrEnum):
    """Which days are free beside Saturday and Sunday.

    `legal` is what the Algemene termijnenwet sets apart. `working` is when staff are free: on the feast days, not on
    Good Friday nor on days equated by decree, which the law only spares for terms (Cao Gemeenten 2023, art. 6.6: New
    Year's Day, Easter Monday, King's Day, 5 May, Ascension Day, Whit Monday and both Christmas days). Days on which
    one town hall is closed, such as carnival, are free in neither.
    """

    LEGAL = "legal"
    WORKING = "working"


def free_days(year: int, calendar: Calendar) -> tuple[date, ...]:
    """Return the free days of a year, those that fall in a weekend included; UnknownYearError where not known."""
    return legal_days(year) if calendar is Calendar.LEGAL else feast_days(year)


def working_days(opened_on: date, closed_on: date, *, calendar: Calendar = Calendar.LEGAL) -> int:
    """Return the number of working days d with opened_on < d <= closed_on: 0 for a case closed on its first day.

    ValueError where the case was closed before it was opened; UnknownYearError where a weekday lies in a year whose
    free days are not known.
    """
    if closed_on < opened_on:
        message = f"closed on {closed_on}, before it was opened on {opened_on}. Working days run from first to last."
        raise ValueError(message)
    lasted = (closed_on - opened_on).days
    days = [opened_on + timedelta(days=number) for number in range(1, lasted + 1)]
    weekdays = [day for day in days if not in_weekend(day)]
    free = {day for year in sorted({day.year for day in weekdays}) for day in free_days(year, calendar)}
    return sum(day not in free for day in weekdays)


def with_working_days(
    cases: pl.DataFrame,
    *,
    opened: str = "received_on",
    closed: str = "decided_on",
    calendar: Calendar = Calendar.LEGAL,
) -> pl.DataFrame:
    """Return cases with `working_days` added, as `working_days` counts them between two columns of days.

    Null where one of the days is, and where the case was closed before it was opened.
    """
    first_weekday = pl.col(opened).dt.add_business_days(1, roll="backward")
    last_weekday = pl.col(closed).dt.add_business_days(0, roll="backward")
    spans = (
        cases.filter(first_weekday <= last_weekday)
        .select(first=first_weekday.dt.year(), last=last_weekday.dt.year())
        .unique()
    )
    years = {year for first, last in spans.iter_rows() for year in range(first, last + 1)}
    free = [day for year in sorted(years) for day in free_days(year, calendar)]
    a_day = pl.duration(days=1)
    counted = pl.business_day_count(pl.col(opened) + a_day, pl.col(closed) + a_day, holidays=free)
    in_order = pl.col(opened) <= pl.col(closed)
    return cases.with_columns(working_days=pl.when(in_order).then(counted.cast(pl.Int64)))
