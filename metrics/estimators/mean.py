"""Mean of answers on their scale, and the GOV.UK score that rescales it to 0-1, with t limits."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from metrics.estimate import Reason, Status, figures
from metrics.estimators.answers import instrument_detail, only_where_usable, reason, same_instrument, status
from metrics.estimators.intervals import student, t_quantiles, wilson
from metrics.records import SCALES

_LOWEST = {name: ends[0] for name, ends in SCALES.items()}
_HIGHEST = {name: ends[1] for name, ends in SCALES.items()}


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of the answers, on their own scale or, `rescaled`, from 0 (all worst) to 1 (all best).

    Takes counted answers (`scale`, `question`, `value`, `n`). Sums are kept in whole numbers, so that the
    variance does not suffer from cancellation. Interval: Student t, 95 %, kept within the scale. Where all
    answers are the same a t interval would have width 0, which is not certainty: then there is no interval
    and `detail.same_low` gives the Wilson limit of the share that gave this answer.
    """

    rescaled: bool = False
    method: str = "mean, Student t 95 %"

    def figures(self, rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
        """Return one row per group; undefined where scales or wordings are mixed."""
        grouped = (
            rows.group_by(by)
            .agg(
                *same_instrument(),
                total=(pl.col("value") * pl.col("n")).sum(),
                squares=(pl.col("value") ** 2 * pl.col("n")).sum(),
            )
            .with_columns(status=status(), reason=reason())
            .with_columns(
                mean=pl.col("total") / pl.col("n"),
                spread=pl.col("squares") * pl.col("n") - pl.col("total") ** 2,
            )
        )
        low, high = student(pl.col("mean"), self._squared_error(), pl.lit(t_quantiles(grouped["n"])))
        same, _ = wilson(pl.col("n"), pl.col("n"))
        limited = (
            grouped.with_columns(low=low, high=high, same_low=pl.when(pl.col("spread") == 0).then(same))
            .with_columns(self._onto_scale("mean").alias("value"), self._onto_scale("low"), self._onto_scale("high"))
            .with_columns(self._without_interval("low"), self._without_interval("high"), self._reason())
            .with_columns(*only_where_usable("value", "low", "high"), support=pl.col("n"))
            .with_columns(detail=instrument_detail("same_low"), method=pl.lit(self.method))
        )
        return figures(limited, by)

    def _squared_error(self) -> pl.Expr:
        n = pl.col("n")
        return pl.col("spread") / n / (n - 1) / n

    def _onto_scale(self, name: str) -> pl.Expr:
        lowest = pl.col("scale").replace_strict(_LOWEST, return_dtype=pl.Int64)
        highest = pl.col("scale").replace_strict(_HIGHEST, return_dtype=pl.Int64)
        within = pl.col(name).clip(lowest, highest)
        return (within - lowest) / (highest - lowest) if self.rescaled else within

    @staticmethod
    def _without_interval(name: str) -> pl.Expr:
        return pl.when((pl.col("spread") > 0) & (pl.col("n") > 1)).then(pl.col(name)).alias(name)

    @staticmethod
    def _reason() -> pl.Expr:
        lone = (pl.col("status") == Status.OK.value) & (pl.col("spread") == 0)
        return pl.when(lone).then(pl.lit(Reason.NO_INTERVAL.value)).otherwise(pl.col("reason")).alias("reason")
