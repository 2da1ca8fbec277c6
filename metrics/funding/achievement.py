"""Achievement: how far a result has come from its baseline to its target, in percent of what was promised."""

from __future__ import annotations

import math
from dataclasses import dataclass

from metrics.estimators.intervals import LEVEL, z_of
from metrics.kpi import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What was registered before the start: baseline, target, and which way is better, in the unit of the result.

    `baseline_error` is the standard error of the baseline; 0 where it is a complete count or an agreed number.
    """

    baseline: float
    target: float
    direction: Direction
    baseline_error: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no number, and an error below 0."""
        if not all(map(math.isfinite, (self.baseline, self.target, self.baseline_error))) or self.baseline_error < 0:
            message = f"A promise takes finite numbers and a baseline error of 0 or more; found {self}."
            raise ValueError(message)

    @property
    def has_scale(self) -> bool:
        """Whether the target asks for more than the baseline. If not, the line is to be held: there is no percent."""
        return self.target > self.baseline if self.direction is Direction.UP else self.target < self.baseline


@dataclass(frozen=True, slots=True, kw_only=True)
class Achievement:
    """Percent of the way from baseline (0) to target (100): below 0 is worse than before, above 100 is beyond it.

    It is never clipped; only a payment is. An end that is None is unknown or unlimited.
    """

    percent: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineHeld:
    """A target that asks for no more than the baseline: met or not met, never a percentage.

    `certain` says whether the whole interval lies on that side of the target; None where there is no interval.
    """

    met: bool
    certain: bool | None


def achievement(
    value: float,
    promise: Promise,
    *,
    low: float | None = None,
    high: float | None = None,
    level: float = LEVEL,
) -> Achievement | LineHeld:
    """Return 100 (x - b) / (t - b), with the ends of the result's interval put through the same formula.

    An uncertain baseline widens the interval: its half-width, z 100 |t - x| / (t - b)^2 se_b, is squared and added
    to the squared distance of each end. For a symmetric interval that is the delta method,
    var(a) = (100 / (t - b))^2 (se_x^2 + ((t - x) / (t - b))^2 se_b^2). `level` is the confidence of the interval.
    """
    if not promise.has_scale:
        return _line(value, promise, low=low, high=high)
    way = promise.target - promise.baseline
    # Plus 0, because no way at all over a negative one is -0.
    percent = 100 * (value - promise.baseline) / way + 0.0
    # A target below its baseline turns the scale round: what was the upper end is the lower one.
    ends = (low, high) if way > 0 else (high, low)
    below, above = (None if end is None else 100 * (end - value) / way for end in ends)
    spread = z_of(level) * 100 * abs(promise.target - value) / way**2 * promise.baseline_error
    return Achievement(
        percent=percent,
        low=None if below is None else percent - math.hypot(below, spread),
        high=None if above is None else percent + math.hypot(above, spread),
    )


def clipped(percent: float) -> float:
    """Return a percentage cut off at 0 and 100, as a payment takes it; no reader is shown this."""
    return min(max(percent, 0.0), 100.0)


def goalpost_index(value: float, lower: float, *, upper: float) -> float | None:
    """Return where a value stands between two fixed posts, from 0 to 1; None where the posts coincide.

    As the indices of the UNDP's human development reports: a value beyond a post counts as on it.
    """
    if lower == upper:
        return None
    return min(max((value - lower) / (upper - lower), 0.0), 1.0)


def _line(value: float, promise: Promise, *, low: float | None, high: float | None) -> LineHeld:
    met = _reaches(value, promise)
    if low is None or high is None:
        return LineHeld(met=met, certain=None)
    return LineHeld(met=met, certain=_reaches(low, promise) == met and _reaches(high, promise) == met)


def _reaches(value: float, promise: Promise) -> bool:
    return value >= promise.target if promise.direction is Direction.UP else value <= promise.target
