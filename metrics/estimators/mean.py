"""Mean of answers on their scale, and the GOV.UK score that rescales it to 0-1, with t limits."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from metrics.estimate import Reason, Status, figures
from metrics.estimators.answers import (
    highest,
    instrument_detail,
    lowest,
    only_where_usable,
    reason,
    same_instrument,
    status,
)
from metrics.estimators.bootstrap import crowded
from metrics.estimators.intervals import student, t_quantiles, wilson
from metrics.estimators.moments import mean, spread, sums, variance


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of the answers, on their own scale or, `rescaled`, from 0 (all worst) to 1 (all best).

    Takes counted answers (`scale`, `question`, `value`, `n`). Sums are kept in whole numbers, so that the
    variance does not suffer from cancellation. Interval: Student t, 95 %, kept within the scale. Where all
    answers are the same a t interval would have width 0, which is not certainty: then there is no interval
    and `detail.same_low` gives the Wilson limit of the share that gave this answer. `detail.variance` is that of
    the answers, in the figure's own unit; `detail.crowded` says that they are few or crowd at one end of the scale,
    so that the mean deserves a check by bootstrap.
    """

    rescaled: bool = False
    method: str = "mean, Student t 95 %"

    def figures(self, rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
        """Return one row per group; undefined where scales or wordings are mixed."""
        at_lowest, at_highest = (pl.col("n").filter(pl.col("value") == end).sum() for end in (lowest(), highest()))
        grouped = (
            rows.group_by(by)
            .agg(*same_instrument(), *sums(), at_lowest=at_lowest, at_highest=at_highest)
            .with_columns(status=status(), reason=reason())
            .with_columns(mean=mean(), spread=spread(), variance=variance())
        )
        quantile = pl.lit(t_quantiles(grouped["n"]))
        low, high = student(pl.col("mean"), pl.col("variance") / pl.col("n"), quantile)
        same, _ = wilson(pl.col("n"), pl.col("n"))
        limited = (
            grouped.with_columns(low=low, high=high, same_low=pl.when(pl.col("spread") == 0).then(same))
            .with_columns(self._onto_scale("mean").alias("value"), self._onto_scale("low"), self._onto_scale("high"))
            .with_columns(self._without_interval("low"), self._without_interval("high"), self._reason())
            .with_columns(crowded=crowded(pl.col("n"), pl.col("at_lowest"), pl.col("at_highest")))
            .with_columns(variance=pl.col("variance") / self._width() ** 2)
            .with_columns(*only_where_usable("value", "low", "high", "variance", "crowded"), support=pl.col("n"))
            .with_columns(
                detail=instrument_detail("same_low", "variance", "crowded"),
                method=pl.lit(self.method),
            )
        )
        return figures(limited, by)

    def _width(self) -> pl.Expr:
        return highest() - lowest() if self.rescaled else pl.lit(1)

    def _onto_scale(self, name: str) -> pl.Expr:
        within = pl.col(name).clip(lowest(), highest())
        return (within - lowest()) / self._width() if self.rescaled else within

    @staticmethod
    def _without_interval(name: str) -> pl.Expr:
        return pl.when((pl.col("spread") > 0) & (pl.col("n") > 1)).then(pl.col(name)).alias(name)

    @staticmethod
    def _reason() -> pl.Expr:
        lone = (pl.col("status") == Status.OK.value) & (pl.col("spread") == 0)
        return pl.when(lone).then(pl.lit(Reason.NO_INTERVAL.value)).otherwise(pl.col("reason")).alias("reason")
