"""Number of contacts for every 100 cases, with exact Poisson limits."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from scipy.special import gammaincinv

from metrics.estimate import Reason, Status, figures
from metrics.estimators.events import Event
from metrics.estimators.intervals import LEVEL

CASES = 100
"""The rate is for so many cases."""


@dataclass(frozen=True, slots=True)
class PerHundred:
    """Contacts for every 100 cases: a rate, no share. One case can bring many contacts, so it can exceed 100.

    Takes counted events (`event`, `n`): `case` for the cases, everything else is counted as a contact. Interval:
    Garwood's exact limits of a Poisson count, 95 %, with the number of cases taken as fixed: it covers how many
    contacts chance brings, not how many cases. Contacts that come in bursts vary more than that.
    """

    method: str = "contacts per 100 cases, exact Poisson 95 %"

    def figures(self, rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
        """Return one row per group, `n` and `support` the cases; `detail` has `contacts`. Undefined without cases."""
        case = pl.col("event") == Event.CASE.value
        grouped = rows.group_by(by).agg(n=pl.col("n").filter(case).sum(), contacts=pl.col("n").filter(~case).sum())
        low, high = garwood(grouped["contacts"])
        some = pl.col("n") > 0
        valued = grouped.with_columns(low=low, high=high).with_columns(
            *(pl.when(some).then(pl.col(name) * CASES / pl.col("n")).alias(name) for name in ("low", "high")),
            value=pl.when(some).then(pl.col("contacts") * CASES / pl.col("n")),
            support=pl.col("n"),
            status=pl.when(some)
            .then(pl.lit(Status.OK.value))
            .when(pl.col("contacts") > 0)
            .then(pl.lit(Status.UNDEFINED.value))
            .otherwise(pl.lit(Status.NO_DATA.value)),
            reason=pl.when(some)
            .then(None)
            .when(pl.col("contacts") > 0)
            .then(pl.lit(Reason.NO_CASES.value))
            .otherwise(pl.lit(Reason.NOTHING_RECORDED.value)),
            method=pl.lit(self.method),
            detail=pl.struct("contacts").struct.json_encode(),
        )
        return figures(valued, by)


def garwood(counts: pl.Series, *, level: float = LEVEL) -> tuple[pl.Series, pl.Series]:
    """Return the exact limits of the mean of a Poisson count (Garwood 1936); the lower one of 0 is 0.

    The quantiles of chi-square with 2k and 2k + 2 degrees of freedom, halved, as quantiles of the gamma distribution.
    """
    seen = counts.cast(pl.Float64).to_numpy()
    tail = (1 - level) / 2
    low = pl.Series(gammaincinv(seen.clip(1), tail), dtype=pl.Float64)
    return low.set(counts == 0, 0.0), pl.Series(gammaincinv(seen + 1, 1 - tail), dtype=pl.Float64)
