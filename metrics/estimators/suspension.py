"""How often the legal clock stood still, among the decided cases of which the source knows it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from metrics.estimate import Reason, Status, figures
from metrics.estimators.intervals import wilson

NEARLY_ALL_PERCENT = 95
"""A figure of suspended days needs them of this percentage of the decided cases: those that are missing are seldom a
random part, so that with fewer known the figure says more about the registration than about the clock."""


def nearly_all(known: pl.Expr, n: pl.Expr) -> pl.Expr:
    """Tell whether so many of `n` cases are known that a figure of them stands for all."""
    return (known > 0) & (100 * known >= NEARLY_ALL_PERCENT * n)


def suspension_counts(decided: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Count per group of decided cases `n`, `known` (with `suspended_days`) and `suspended` (for a day or more)."""
    days, n = pl.col("suspended_days"), pl.col("n")
    return decided.group_by(by).agg(
        n.sum(), known=n.filter(days.is_not_null()).sum(), suspended=n.filter(days > 0).sum()
    )


@dataclass(frozen=True, slots=True)
class SuspendedShare:
    """The share of the decided cases in which the clock stood still for a day or more. Interval: Wilson, 95 %.

    Takes counted decided cases with `suspended_days`, null where the source does not know them. Undefined where they
    are not known of nearly all cases.
    """

    method: str = "share, Wilson 95 %"

    def figures(self, rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
        """Return one row per group, `value` a fraction, `support` the cases of which it is known."""
        counted = suspension_counts(rows, by).with_columns(support=pl.col("known"))
        low, high = wilson(pl.col("suspended"), pl.col("known"))
        known, some = nearly_all(pl.col("known"), pl.col("n")), pl.col("n") > 0
        found = counted.with_columns(
            value=pl.when(known).then(pl.col("suspended") / pl.col("known")),
            low=pl.when(known).then(low),
            high=pl.when(known).then(high),
            status=pl.when(known)
            .then(pl.lit(Status.OK.value))
            .when(some)
            .then(pl.lit(Status.UNDEFINED.value))
            .otherwise(pl.lit(Status.NO_DATA.value)),
            reason=pl.when(~some)
            .then(pl.lit(Reason.NOTHING_RECORDED.value))
            .when(~known)
            .then(pl.lit(Reason.SUSPENSION_UNKNOWN.value)),
            method=pl.lit(self.method),
        )
        return figures(found, by)
