"""Scoring: what one row counts for in a figure that is an average, so that it can be weighted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import polars as pl

from metrics.estimators.due_cohort import OnTime
from metrics.estimators.mean import Mean
from metrics.estimators.share import TopShare
from metrics.kpi import Estimator
from metrics.weighting.limits import IntervalKind
from metrics.weighting.scores import mean_scores, top_scores


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """`scored` adds what each row counts for (`score`); `interval` is the kind that their average gets."""

    scored: Callable[[pl.DataFrame], pl.DataFrame]
    interval: IntervalKind


def scoring_of(estimator: Estimator) -> Scoring | None:
    """Return how an estimator scores a row; None where its figure is no average of rows (a percentile, a curve)."""
    if isinstance(estimator, TopShare):
        return Scoring(scored=top_scores, interval=IntervalKind.SHARE)
    if isinstance(estimator, OnTime):
        return Scoring(scored=_on_time, interval=IntervalKind.SHARE)
    if isinstance(estimator, Mean):
        return Scoring(scored=partial(mean_scores, rescaled=estimator.rescaled), interval=IntervalKind.MEAN)
    return None


def _on_time(cases: pl.DataFrame) -> pl.DataFrame:
    return cases.with_columns(score=pl.col("on_time").cast(pl.Float64))
