"""Which months to compare before and after a start, so that the seasons are alike."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from metrics.periods import Grain, Period, latest_complete, months_between, period_of

MOST_MONTHS = 12
"""At most the last twelve months after the start: now is compared, not an average of all that was since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedMonths:
    """The first days of the months on both sides, oldest first.

    `season_differs` where no calendar month occurs on both sides: then all months stand there, and a difference may be
    the season's.
    """

    before: tuple[date, ...]
    after: tuple[date, ...]
    season_differs: bool


def compared_months(
    baseline: Period, started_on: date, *, as_of: date, left_out: Collection[date] = ()
) -> ComparedMonths:
    """Return the months of the baseline and the last twelve complete ones since the start, of equal calendar months.

    `left_out` holds days in the months of introduction, which belong to neither side. Nor does the month in the course
    of which it started, nor a month that lies only partly in the baseline. A calendar month counts as often on a side
    as it occurs there.
    """
    skipped = {day.replace(day=1) for day in left_out}
    before = _whole_months(baseline.start, min(baseline.end, started_on - timedelta(days=1)), skipped)
    since = _whole_months(started_on, latest_complete(as_of, Grain.MONTH).end, skipped)[-MOST_MONTHS:]
    shared = {month.month for month in before} & {month.month for month in since}
    if not shared:
        return ComparedMonths(before=before, after=since, season_differs=bool(before and since))
    return ComparedMonths(
        before=tuple(month for month in before if month.month in shared),
        after=tuple(month for month in since if month.month in shared),
        season_differs=False,
    )


def _whole_months(start: date, end: date, skipped: Collection[date]) -> tuple[date, ...]:
    return tuple(
        month
        for month in months_between(start, end)
        if start <= month and period_of(month, Grain.MONTH).end <= end and month not in skipped
    )
