"""Periods: whole local months, quarters and years, everything up to a day, and baselines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Grain(StrEnum):
    """How long a period is. `all` is one period with everything up to the as-of day."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ALL = "all"
    BASELINE = "baseline"


MONTHS_IN: dict[Grain, int] = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Period:
    """A run of whole local days, `start` and `end` included."""

    start: date
    end: date

    def __post_init__(self) -> None:
        """Refuse a period that ends before it starts."""
        if self.end < self.start:
            message = f"a period cannot end ({self.end}) before it starts ({self.start})"
            raise ValueError(message)


def period_of(day: date, grain: Grain) -> Period:
    """Return the month, quarter or year that holds the day."""
    months = MONTHS_IN[grain]
    first = (day.month - 1) // months * months + 1
    start = day.replace(month=first, day=1)
    return Period(start=start, end=_next_start(start, months) - timedelta(days=1))


def latest_complete(as_of: date, grain: Grain) -> Period:
    """Return the last period that had ended by the end of the as-of day."""
    running = period_of(as_of, grain)
    return running if running.end == as_of else period_of(running.start - timedelta(days=1), grain)


def whole_months(start: date, end: date) -> bool:
    """Tell whether a run of days starts on the first and ends on the last day of a month."""
    return start < end and start.day == 1 and (end + timedelta(days=1)).day == 1


def months_between(start: date, end: date) -> list[date]:
    """Return the first day of every month from the one that holds `start` to the one that holds `end`."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return [_next_start(start, count) for count in range(months + 1)]


def _next_start(start: date, months: int) -> date:
    count = start.year * 12 + start.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
