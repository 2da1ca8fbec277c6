"""The probability that a registered target is met now, from the figure of the shown period."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import polars as pl
from scipy.special import stdtrit

from metrics.breakdowns import EVERYBODY
from metrics.disclosure.primary import FEWEST_SHOWN
from metrics.estimate import Status
from metrics.estimators.intervals import LEVEL
from metrics.estimators.moments import Moments
from metrics.estimators.survival import WaitingPercentile, WithinNorm, curve, waiting_at
from metrics.estimators.target import mean_probability, share_probability, waiting_probability
from metrics.kpi import Direction, Kpi, Unit
from metrics.populations import Population
from metrics.scoring import scoring_of

Row = Mapping[str, Any]


def target_probability(row: Row | None, kpi: Kpi, *, target: float | None, population: Population) -> float | None:
    """Return the probability that the target of a KPI is met, as a fraction.

    `row` is the evidence of the shown period for everybody. None without a target, where the figure is not shown, is
    stale, or leans on fewer than ten. It is about now; it is no forecast.
    """
    if row is None or target is None or not _usable(row):
        return None
    if isinstance(kpi.estimator, WaitingPercentile):
        return _of_days(row, population, day=target, share=kpi.estimator.share)
    if isinstance(kpi.estimator, WithinNorm):
        return _of_days(row, population, day=None, share=target)
    return None if scoring_of(kpi.estimator) is None else _of_scores(row, kpi, target)


def _usable(row: Row) -> bool:
    shown = row["status"] in {Status.OK.value, Status.INDICATIVE.value}
    return shown and (row["support"] or 0) >= FEWEST_SHOWN


def _of_scores(row: Row, kpi: Kpi, target: float) -> float | None:
    n = _effective(row)
    if kpi.unit is Unit.SHARE and "hits" in json.loads(row["detail"] or "{}"):
        return share_probability(round(row["value"] * n), n, target=target, direction=kpi.direction)
    return _of_mean(row, n, target=target, direction=kpi.direction)


def _effective(row: Row) -> int:
    """Return how many answers the figure is worth: Kish's effective number where it is weighted."""
    known = json.loads(row["detail"] or "{}").get("n_eff")
    return round(known) if isinstance(known, int | float) else int(row["n"])


def _of_mean(row: Row, n: int, *, target: float, direction: Direction) -> float | None:
    if row["low"] is None or row["high"] is None:
        return None
    # The interval is t standard errors to either side; where one side was cut off at the scale, the other is whole.
    half = max(row["high"] - row["value"], row["value"] - row["low"])
    error = half / float(stdtrit(n - 1, (1 + LEVEL) / 2))
    seen = Moments(n=n, mean=row["value"], variance=error**2 * n)
    return mean_probability(seen, target=target, direction=direction)


def _of_days(row: Row, population: Population, *, day: float | None, share: float) -> float | None:
    """Read the curve of the shown period on the target day, or on the norm."""
    rows = population.monthly.filter(
        pl.col("project") == row["project"],
        pl.col("breakdown") == EVERYBODY,
        pl.col("month").is_between(row["period_start"], row["period_end"]),
    )
    on = rows["norm_days"].max() if day is None else int(day)
    if not isinstance(on, int):
        return None
    read = waiting_at(curve(rows, ["project"]), ["project"], day=pl.lit(on)).row(0, named=True)
    if not read["followed"] or read["variance"] is None:
        return None
    return waiting_probability(read["waiting"], read["variance"], target=share, direction=Direction.UP)
