"""The probability that registered targets are met now, from the figure of the shown period."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import polars as pl
from scipy.special import stdtrit

from metrics.disclosure.primary import FEWEST_SHOWN
from metrics.estimate import Status
from metrics.estimators.intervals import LEVEL
from metrics.estimators.moments import Moments
from metrics.estimators.survival import WaitingPercentile, WithinNorm, curve, waiting_at
from metrics.estimators.target import mean_probability, share_probability, waiting_probability
from metrics.kpi import Direction, Kpi
from metrics.periods import months_between
from metrics.populations import Population
from metrics.scoring import scoring_of
from metrics.weighting.limits import IntervalKind

Row = Mapping[str, Any]


def target_probabilities(
    rows: Mapping[str, Row | None], kpi: Kpi, *, targets: Mapping[str, float], population: Population
) -> Mapping[str, float]:
    """Return the probability per project that the target of a KPI is met, as a fraction.

    `rows` has the evidence of everybody in the shown period by project. A project is left out without a target, or
    where its figure is not shown, is stale, or leans on fewer than ten. It is about now; it is no forecast.
    """
    asked = {name: row for name, row in rows.items() if row is not None and name in targets and _usable(row)}
    if not asked:
        return {}
    if isinstance(kpi.estimator, WaitingPercentile):
        shares = dict.fromkeys(asked, kpi.estimator.share)
        found = _of_days(asked, population, days={name: round(targets[name]) for name in asked}, shares=shares)
    elif isinstance(kpi.estimator, WithinNorm):
        found = _of_days(asked, population, days=_norms(population), shares=targets)
    elif (scoring := scoring_of(kpi.estimator)) is None:
        found = {}
    else:
        found = {
            name: _of_scores(row, scoring.interval, target=targets[name], direction=kpi.direction)
            for name, row in asked.items()
        }
    return {name: value for name, value in found.items() if value is not None}


def _usable(row: Row) -> bool:
    shown = row["status"] in {Status.OK.value, Status.INDICATIVE.value}
    return shown and (row["support"] or 0) >= FEWEST_SHOWN


def _of_scores(row: Row, interval: IntervalKind, *, target: float, direction: Direction) -> float | None:
    n = _effective(row)
    if interval is IntervalKind.SHARE:
        return share_probability(round(row["value"] * n), n, target=target, direction=direction)
    return _of_mean(row, n, target=target, direction=direction)


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


def _norms(population: Population) -> Mapping[str, int]:
    return dict(population.facts.select("project", "norm_days").drop_nulls().iter_rows())


def _of_days(
    asked: Mapping[str, Row], population: Population, *, days: Mapping[str, int], shares: Mapping[str, float]
) -> Mapping[str, float | None]:
    """Read the curves of the shown periods on the target day, or on the norm."""
    months = pl.DataFrame(
        [
            (name, month, days[name])
            for name, row in asked.items()
            if name in days
            for month in months_between(row["period_start"], row["period_end"])
        ],
        schema={"project": pl.String(), "month": pl.Date(), "_day": pl.Int64()},
        orient="row",
    )
    rows = population.everybody(months)
    drawn = curve(rows, ["project"]).join(rows.select("project", "_day").unique(), on="project")
    read = waiting_at(drawn, ["project"], day=pl.col("_day"))
    return {
        row["project"]: waiting_probability(
            row["waiting"], row["variance"], target=shares[row["project"]], direction=Direction.UP
        )
        for row in read.filter(pl.col("followed"), pl.col("variance").is_not_null()).iter_rows(named=True)
    }
