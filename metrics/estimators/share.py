"""Share of answers at the good end of their scale, with Wilson limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from metrics.estimate import figures
from metrics.estimators.answers import instrument_detail, only_where_usable, reason, same_instrument, status
from metrics.estimators.intervals import wilson

TOP: Mapping[str, int] = {"1-5": 4, "1-10": 8, "0-10": 8, "yes-no": 1}
"""Lowest value that counts as satisfied, per scale: 4 and 5, 8 and up, yes."""

BOTTOM: Mapping[str, int] = {"1-5": 2, "1-10": 5, "0-10": 5, "yes-no": 0}
"""Highest value that counts as dissatisfied, per scale: 1 and 2, 5 and down, no."""


@dataclass(frozen=True, slots=True)
class TopShare:
    """The top share ("top-2-box"): answers at the good end over all answers; neutral stays in the denominator.

    Takes counted answers (`scale`, `question`, `value`, `n`). Interval: Wilson, 95 %.
    """

    method: str = "share, Wilson 95 %"

    def figures(self, rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
        """Return one row per group, `value` a fraction; undefined where scales or wordings are mixed."""
        good = pl.col("value") >= pl.col("scale").replace_strict(TOP, return_dtype=pl.Int64)
        bad = pl.col("value") <= pl.col("scale").replace_strict(BOTTOM, return_dtype=pl.Int64)
        low, high = wilson(pl.col("hits"), pl.col("n"))
        grouped = (
            rows.group_by(by)
            .agg(
                *same_instrument(),
                hits=pl.col("n").filter(good).sum(),
                bottom=pl.col("n").filter(bad).sum(),
            )
            .with_columns(status=status(), reason=reason())
            .with_columns(value=pl.col("hits") / pl.col("n"), low=low, high=high, support=pl.col("n"))
            .with_columns(*only_where_usable("value", "low", "high"))
            .with_columns(detail=instrument_detail("hits", "bottom"), method=pl.lit(self.method))
        )
        return figures(grouped, by)
