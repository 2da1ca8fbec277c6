"""A monthly series with the day on which something started, and what of it counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import isfinite

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlySeries:
    """Values by month, oldest first; `months` are first days, a month without a value has None or is not there.

    `started_on` is the day of the start. `left_out` holds days in the months in which it was being introduced: these
    belong to neither side.
    """

    months: tuple[date, ...]
    values: tuple[float | None, ...]
    started_on: date
    left_out: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no series."""
        wrong = next(_mistakes(self), None)
        if wrong is not None:
            raise ValueError(wrong)


def _mistakes(series: MonthlySeries) -> Iterator[str]:
    if len(series.months) != len(series.values):
        yield f"a series has as many months as values, not {len(series.months)} and {len(series.values)}"
    yield from (f"a month is given by its first day, not by {month}" for month in series.months if month.day != 1)
    yield from (
        f"months go up and stand there once: {later} comes after {earlier}"
        for earlier, later in pairwise(series.months)
        if later <= earlier
    )
    yield from (
        f"{value} is no value; a month without a value has None"
        for value in series.values
        if value is not None and not isfinite(value)
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counted:
    """The months of a series that count: `numbers` (year x 12 + month - 1), `values`, and how many come `before`."""

    numbers: NDArray[np.int64]
    values: NDArray[np.float64]
    before: int

    @property
    def after(self) -> int:
        """How many months come after the start."""
        return len(self.values) - self.before


def counted(series: MonthlySeries) -> Counted:
    """Return the months with a value, without those left out and without a month in the course of which it started."""
    start = series.started_on
    mixed = set() if start.day == 1 else {_number(start)}
    left_out = mixed | {_number(day) for day in series.left_out}
    kept = [
        (number, value)
        for month, value in zip(series.months, series.values, strict=True)
        if value is not None and (number := _number(month)) not in left_out
    ]
    first = _number(start)
    return Counted(
        numbers=np.array([number for number, _ in kept], dtype=np.int64),
        values=np.array([value for _, value in kept], dtype=np.float64),
        before=sum(number < first for number, _ in kept),
    )


def month_of(number: int) -> date:
    """Return the first day of a numbered month."""
    return date(number // 12, number % 12 + 1, 1)


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1
