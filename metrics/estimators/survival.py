"""Time to a decision with open cases counted as still waiting: Kaplan-Meier, its percentiles and its norm share."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from metrics.estimate import Reason, Status, figures
from metrics.estimators.intervals import Z

TOLERANCE = 1e-9
"""S(t) is a product of fractions: 0.5 may come out as 0.5000000001, which must still count as half."""

METHOD = "Kaplan-Meier, log-log 95 %"


def curve(rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Return per group and day the share still waiting, with log-log limits (exponential Greenwood).

    Takes counted cases: `days` from receipt to decision, or to the as-of day where `closed` is false, and `n`.
    Gives `by`, `days`, `at_risk` (waiting just before), `closed` (decided that day), `open` (last seen waiting),
    `waiting` (S), `waiting_low`, `waiting_high`; sorted. Decisions precede censoring on the same day. Limits are
    null before the first decision and where nobody is left, as in R's survfit.
    """
    days = (
        rows.group_by([*by, "days"])
        .agg(closed=pl.col("n").filter(pl.col("closed")).sum(), open=pl.col("n").filter(~pl.col("closed")).sum())
        .sort([*by, "days"])
    )
    gone = pl.col("closed") + pl.col("open")
    at_risk = gone.sum().over(by) - gone.cum_sum().over(by) + gone
    left = pl.col("at_risk") - pl.col("closed")
    log_waiting = pl.col("waiting").log()
    width = Z * pl.col("variance").sqrt() / log_waiting
    limited = (pl.col("waiting") > 0) & (pl.col("waiting") < 1)
    return (
        days.with_columns(at_risk=at_risk)
        .filter(pl.col("at_risk") > 0)
        .with_columns(
            waiting=(left / pl.col("at_risk")).cum_prod().over(by),
            variance=(pl.col("closed") / (pl.col("at_risk") * left)).cum_sum().over(by),
        )
        .with_columns(
            waiting_low=pl.when(limited).then(pl.col("waiting").pow((-width).exp())),
            waiting_high=pl.when(limited).then(pl.col("waiting").pow(width.exp())),
        )
        .select(*by, "days", "at_risk", "closed", "open", "waiting", "waiting_low", "waiting_high")
    )


@dataclass(frozen=True, slots=True)
class WaitingPercentile:
    """The day by which a share of all cases is decided: the first day with S(t) <= 1 - share.

    Takes counted cases (`days`, `closed`, `n`) of a cohort of opening dates. Limits by reading the two limiting
    curves at the same height (Brookmeyer-Crowley). No upper limit (null, `upper_limit_open`) where the upper
    curve stays above; not reached at all: no value, `low` is the lower limit where there is one.
    """

    share: float
    method: str = METHOD

    def figures(self, rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
        """Return one row per group, `value` in whole calendar days, `support` the decided cases."""
        height = 1 - self.share + TOLERANCE
        read = (
            curve(rows, by)
            .group_by(by)
            .agg(
                value=_first_day("waiting", height),
                low=_first_day("waiting_low", height),
                high=_first_day("waiting_high", height),
                closed=pl.col("closed").sum(),
                open=pl.col("open").sum(),
                last_age=pl.col("days").max(),
            )
            .with_columns(n=pl.col("closed") + pl.col("open"), support=pl.col("closed"))
        )
        reached = pl.col("value").is_not_null()
        named = read.with_columns(
            status=pl.when(reached).then(pl.lit(Status.OK.value)).otherwise(pl.lit(Status.UNDEFINED.value)),
            reason=pl.when(pl.col("closed") == 0)
            .then(pl.lit(Reason.ALL_OPEN.value))
            .when(~reached)
            .then(pl.lit(Reason.NOT_REACHED.value))
            .when(pl.col("high").is_null())
            .then(pl.lit(Reason.UPPER_LIMIT_OPEN.value)),
            method=pl.lit(self.method),
            detail=pl.struct("closed", "open", "last_age").struct.json_encode(),
        )
        return figures(named, by)


@dataclass(frozen=True, slots=True)
class WithinNorm:
    """The share of all cases decided within the norm: 1 - S(norm).

    Takes counted cases with `norm_days`, the same for a whole group. Null norm: undefined. A norm that lies
    beyond the oldest age seen while cases are still open cannot be read yet: undefined, `follow_up_too_short`.
    The figure leans on the cases of which it is known whether they were decided within the norm: an open case
    that is younger than the norm is at risk for a while, but does not tell.
    """

    method: str = METHOD

    def figures(self, rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
        """Return one row per group, `value` a fraction, `support` the cases whose outcome at the norm is known."""
        norms = rows.group_by(by).agg(pl.col("norm_days").max())
        inside = pl.col("days") <= pl.col("norm_days")
        read = (
            curve(rows, by)
            .join(norms, on=by, nulls_equal=True)
            .group_by(by)
            .agg(
                pl.col("norm_days").first(),
                waiting=pl.col("waiting").filter(inside).last().fill_null(1.0),
                waiting_low=pl.col("waiting_low").filter(inside).last(),
                waiting_high=pl.col("waiting_high").filter(inside).last(),
                closed=pl.col("closed").sum(),
                open=pl.col("open").sum(),
                young=pl.col("open").filter(pl.col("days") < pl.col("norm_days")).sum(),
                last_age=pl.col("days").max(),
                left=pl.col("waiting").last(),
            )
            .with_columns(n=pl.col("closed") + pl.col("open"))
            .with_columns(support=pl.col("n") - pl.col("young"))
        )
        short = (pl.col("norm_days") > pl.col("last_age")) & (pl.col("left") > 0)
        named = read.with_columns(
            reason=pl.when(pl.col("norm_days").is_null())
            .then(pl.lit(Reason.NO_NORM.value))
            .when(short)
            .then(pl.lit(Reason.FOLLOW_UP_TOO_SHORT.value)),
        ).with_columns(
            status=pl.when(pl.col("reason").is_null())
            .then(pl.lit(Status.OK.value))
            .otherwise(pl.lit(Status.UNDEFINED.value)),
        )
        usable = pl.col("status") == Status.OK.value
        valued = named.with_columns(
            value=pl.when(usable).then(1 - pl.col("waiting")),
            low=pl.when(usable).then(1 - pl.col("waiting_high")),
            high=pl.when(usable).then(1 - pl.col("waiting_low")),
            method=pl.lit(self.method),
            detail=pl.struct("closed", "open", "last_age", "norm_days").struct.json_encode(),
        ).with_columns(
            reason=pl.when(usable & pl.col("low").is_null())
            .then(pl.lit(Reason.NO_INTERVAL.value))
            .otherwise(pl.col("reason")),
        )
        return figures(valued, by)


def _first_day(curve_column: str, height: float) -> pl.Expr:
    return pl.col("days").filter(pl.col(curve_column) <= height).min().cast(pl.Float64)
