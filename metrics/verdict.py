"""Verdict: what a figure means, from its whole interval against baseline and target."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from metrics.estimate import Estimate, NotReported, Reason, Status
from metrics.estimators.differences import reach
from metrics.kpi import Direction


class Verdict(StrEnum):
    """The words of a verdict, from best to nothing to say."""

    GOAL_MET = "goal_met"
    ON_ITS_WAY = "on_its_way"
    NO_DIFFERENCE = "no_difference"
    WORSE = "worse"
    MEASURED = "measured"
    STALE = "stale"
    SERIES_BREAK = "series_break"
    TOO_LITTLE = "too_little"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A verdict with the difference it rests on (now minus baseline, in the KPI's unit), where there is one."""

    verdict: Verdict
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None


def judge(
    now: Estimate | NotReported,
    baseline: Estimate | NotReported | None,
    *,
    target: float | None,
    direction: Direction,
    same_instrument: bool,
    held: Judged | None = None,
) -> Judged:
    """Judge a figure against its baseline and target.

    Goal met: the whole interval lies on the good side of the target. On its way, worse: the interval of the
    difference with the baseline excludes 0. A percentile that is not reached is worse, not unknown, where even
    its lower bound lies beyond the baseline's interval. `same_instrument` is False where now and baseline were
    asked on different scales or in different words: then nothing is compared, the target neither, for it was agreed
    on the baseline's scale. `held` is the difference at a constant mix of channels, which goes before the difference of
    the two figures: a shift between channels is no improvement. Without a baseline and a target the figure is only
    measured. A stale figure keeps its value and gets no verdict.
    """
    if isinstance(now, NotReported):
        return _judge_absent(now, baseline, direction=direction)
    if now.status is Status.STALE:
        return Judged(verdict=Verdict.STALE)
    met = target is not None and _beyond(now, target, direction)
    if not isinstance(baseline, Estimate):
        return Judged(verdict=Verdict.GOAL_MET if met else Verdict.MEASURED)
    if not same_instrument:
        return Judged(verdict=Verdict.SERIES_BREAK)
    difference = held or compare(now, baseline)
    return replace(difference, verdict=Verdict.GOAL_MET if met else _change(difference, direction))


def compare(now: Estimate, baseline: Estimate) -> Judged:
    """Return the difference with its 95 % interval, from the two intervals (MOVER; Newcombe 1998 for shares).

    An open end of either figure opens the end of the difference that leans on it.
    """
    value = now.value - baseline.value
    low = _reach(now.value, now.low, baseline.value, baseline.high)
    high = _reach(now.value, now.high, baseline.value, baseline.low)
    return Judged(
        verdict=Verdict.MEASURED,
        difference=value,
        difference_low=None if low is None else value - low,
        difference_high=None if high is None else value + high,
    )


def _reach(value: float, end: float | None, other: float, other_end: float | None) -> float | None:
    if end is None or other_end is None:
        return None
    return reach(value, end, other=other, other_end=other_end)


def _beyond(now: Estimate, target: float, direction: Direction) -> bool:
    if direction is Direction.UP:
        return now.low is not None and now.low >= target
    return now.high is not None and now.high <= target


def _change(difference: Judged, direction: Direction) -> Verdict:
    low, high = difference.difference_low, difference.difference_high
    risen = low is not None and low > 0
    fallen = high is not None and high < 0
    if risen or fallen:
        return Verdict.ON_ITS_WAY if risen == (direction is Direction.UP) else Verdict.WORSE
    return Verdict.NO_DIFFERENCE


def _judge_absent(now: NotReported, baseline: Estimate | NotReported | None, *, direction: Direction) -> Judged:
    if now.reason in {Reason.MIXED_SCALES, Reason.MIXED_QUESTIONS}:
        return Judged(verdict=Verdict.SERIES_BREAK)
    known = baseline.high if isinstance(baseline, Estimate) and direction is Direction.DOWN else None
    beyond = now.at_least is not None and known is not None and now.at_least > known
    return Judged(verdict=Verdict.WORSE if beyond else Verdict.TOO_LITTLE)
