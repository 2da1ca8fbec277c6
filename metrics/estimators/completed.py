"""Lead time of finished cases only: never a headline, shown small to contrast with the whole truth."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from metrics.estimate import Reason, Status, figures
from metrics.estimators.intervals import wilson

_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class CompletedPercentile:
    """The day by which a share of the finished cases was decided: always the days of a real case (inverted CDF).

    Takes counted cases (`days`, `n`) that are all closed. No interval: it is a complete count of the wrong group.
    """

    share: float
    method: str = "finished cases only"

    def figures(self, rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
        """Return one row per group, `value` in whole calendar days."""
        counted = (
            rows.group_by([*by, "days"])
            .agg(pl.col("n").sum())
            .sort([*by, "days"])
            .with_columns(done=pl.col("n").cum_sum().over(by) / pl.col("n").sum().over(by))
            .group_by(by)
            .agg(
                pl.col("n").sum(),
                value=pl.col("days").filter(pl.col("done") >= self.share - _TOLERANCE).min().cast(pl.Float64),
            )
        )
        return figures(_with_status(counted, self.method), by)


@dataclass(frozen=True, slots=True)
class CompletedWithinNorm:
    """The share of the finished cases that was decided within the norm. Interval: Wilson, 95 %."""

    method: str = "finished cases only, Wilson 95 %"

    def figures(self, rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
        """Return one row per group, `value` a fraction; undefined without a norm."""
        low, high = wilson(pl.col("hits"), pl.col("n"))
        counted = (
            rows.group_by(by)
            .agg(
                pl.col("n").sum(),
                pl.col("norm_days").max(),
                hits=pl.col("n").filter(pl.col("days") <= pl.col("norm_days")).sum(),
            )
            .with_columns(low=low, high=high, value=pl.col("hits") / pl.col("n"))
        )
        known = pl.col("norm_days").is_not_null()
        named = _with_status(counted, self.method).with_columns(
            *(pl.when(known).then(pl.col(name)).alias(name) for name in ("value", "low", "high")),
            status=pl.when(known).then(pl.col("status")).otherwise(pl.lit(Status.UNDEFINED.value)),
            reason=pl.when(known).then(pl.col("reason")).otherwise(pl.lit(Reason.NO_NORM.value)),
        )
        return figures(named, by)


def _with_status(counted: pl.DataFrame, method: str) -> pl.DataFrame:
    some = pl.col("n") > 0
    return counted.with_columns(
        value=pl.when(some).then(pl.col("value")),
        support=pl.col("n"),
        status=pl.when(some).then(pl.lit(Status.OK.value)).otherwise(pl.lit(Status.NO_DATA.value)),
        reason=pl.when(~some).then(pl.lit(Reason.NOTHING_RECORDED.value)),
        method=pl.lit(method),
    )
