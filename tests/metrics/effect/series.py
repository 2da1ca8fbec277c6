"""Monthly series for the tests of effect: a jump in noise that is the same every time."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from metrics.effect.monthly_series import MonthlySeries, month_of

FIRST = 2022 * 12


def months(count: int) -> tuple[date, ...]:
    return tuple(month_of(number) for number in range(FIRST, FIRST + count))


def noisy(count: int, *, seed: int = 1, jump: float = 0.0, after: int | None = None) -> np.ndarray[Any, Any]:
    """Return noise with a standard deviation of 1, and a jump after so many months: half of them unless told."""
    start = count // 2 if after is None else after
    return np.random.default_rng(seed).normal(size=count) + jump * (np.arange(count) >= start)


def monthly(values: Any, *, before: int | None = None, **changed: Any) -> MonthlySeries:
    """Return values as a series that starts after so many months: half of them unless told."""
    listed = tuple(None if value is None else float(value) for value in values)
    named = months(len(listed))
    start = len(listed) // 2 if before is None else before
    return MonthlySeries(**{"months": named, "values": listed, "started_on": named[start], **changed})
