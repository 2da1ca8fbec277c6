"""Time to a decision with open cases counted as still waiting: Kaplan-Meier, its percentiles and its norm share."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from metrics.estimate import Reason, Status, figures
from metrics.estimators.intervals import Limits, Z
from metrics.estimators.tally import tally

TOLERANCE = 1e-9
"""S(t) is a product of fractions: 0.5 may come out as 0.5000000001, which must still count as half."""

METHOD = "Kaplan-Meier, log-log 95 %"


def curve(rows: pl.DataFrame, by: list[str], *, z: float = Z) -> pl.DataFrame:
    """Return per group and day the share still waiting, with log-log limits (exponential Greenwood).

    Takes counted cases: `days` from receipt to decision, or to the as-of day where `closed` is false, and `n`.
    Gives `by`, `days`, `at_risk` (waiting just before), `closed` (decided that day), `open` (last seen waiting),
    `waiting` (S), `log_variance` (Greenwood's sum, the variance of ln S), `waiting_low`, `waiting_high`; sorted.
    Decisions precede censoring on the same day. Limits are null before the first decision and where nobody is left,
    as in R's survfit; so is the variance where nobody is left.
    """
    left = pl.col("at_risk") - pl.col("closed")
    low, high = log_log(pl.col("waiting"), pl.col("log_variance"), z=z)
    return (
        tally(rows, by, fate=pl.col("closed").cast(pl.Int64))
        .with_columns(at_risk=(pl.col("closed") + pl.col("open")).cum_sum(reverse=True).over(by))
        .with_columns(
            waiting=(left / pl.col("at_risk")).cum_prod().over(by),
            log_variance=pl.when(left > 0).then(pl.col("closed") / (pl.col("at_risk") * left)).cum_sum().over(by),
        )
        .with_columns(waiting_low=low, waiting_high=high)
        .select(*by, *_DRAWN)
    )


_DRAWN = ("days", "at_risk", "closed", "open", "waiting", "log_variance", "waiting_low", "waiting_high")


def followed_to(rows: pl.DataFrame, *, age_days: pl.Expr) -> pl.DataFrame:
    """Look at counted cases up to an age and no further: a case that was decided later was open at that age.

    `age_days` is a literal or a column; a decision on the day itself counts. A null age changes nothing. Where the rows
    say how a case `ended`, that is null for one that ended later.
    """
    later = (pl.col("days") > age_days).fill_null(value=False)
    seen = [pl.when(~later).then(pl.col(name)).alias(name) for name in rows.columns if name == "ended"]
    return rows.with_columns(*seen, days=pl.min_horizontal("days", age_days), closed=pl.col("closed") & ~later)


def log_log(waiting: pl.Expr, log_variance: pl.Expr, *, z: float = Z) -> Limits:
    """Return the limits of a share still waiting from the variance of its logarithm; null at 0 and 1.

    Symmetric on the scale ln(-ln S), so that they never leave 0-1 (Kalbfleisch and Prentice).
    """
    width = z * log_variance.sqrt() / waiting.log()
    limited = (waiting > 0) & (waiting < 1)
    return (
        pl.when(limited).then(waiting.pow((-width).exp())),
        pl.when(limited).then(waiting.pow(width.exp())),
    )


def waiting_at(drawn: pl.DataFrame, by: list[str], *, day: pl.Expr) -> pl.DataFrame:
    """Read curves at the end of one day: one row per group that has cases.

    `drawn` comes from `curve`; `day` is a literal, or a column of `drawn` that is the same for a whole group. Gives
    `by`, `waiting` (S), `log_variance` (of ln S: 0 before the first decision, null where nobody is left), `variance`
    (of S), `waiting_low`, `waiting_high`, `n`, `closed`, `open`, `young` (open cases that have not reached the day),
    `last_age`, and `followed`: false where the day lies beyond the oldest age seen while cases are still open. Then
    `waiting` is what was left at the oldest age; the true share may be lower.
    """
    inside = pl.col("days") <= day
    last = {name: pl.col(name).filter(inside).last() for name in ("waiting", "waiting_low", "waiting_high")}
    return (
        drawn.group_by(by)
        .agg(
            waiting=last["waiting"].fill_null(1.0),
            waiting_low=last["waiting_low"],
            waiting_high=last["waiting_high"],
            log_variance=pl.when(inside.any()).then(pl.col("log_variance").filter(inside).last()).otherwise(0.0),
            n=pl.col("at_risk").first(),
            closed=pl.col("closed").sum(),
            open=pl.col("open").sum(),
            young=pl.col("open").filter(pl.col("days") < day).sum(),
            last_age=pl.col("days").max(),
            followed=(day.first() <= pl.col("days").max()) | (pl.col("open").last() == 0),
        )
        .with_columns(variance=pl.col("waiting") ** 2 * pl.col("log_variance"))
    )


def percentile(drawn: pl.DataFrame, by: list[str], *, share: float) -> pl.DataFrame:
    """Read the first day on which curves are at 1 - share or less: `by`, `value`, `low`, `high` (days), and counts.

    `low` and `high` are read from the two limiting curves at the same height (Brookmeyer-Crowley). What is not
    reached is null. The counts are `n`, `closed`, `open` and `last_age`.
    """
    height = 1 - share + TOLERANCE
    return drawn.group_by(by).agg(
        value=_first_day("waiting", height),
        low=_first_day("waiting_low", height),
        high=_first_day("waiting_high", height),
        n=pl.col("at_risk").first(),
        closed=pl.col("closed").sum(),
        open=pl.col("open").sum(),
        last_age=pl.col("days").max(),
    )


def percentile_of(drawn: pl.DataFrame, by: list[str], *, share: float, method: str = METHOD) -> pl.DataFrame:
    """Return the figures of `WaitingPercentile` from curves that are drawn already."""
    reached = pl.col("value").is_not_null()
    named = percentile(drawn, by, share=share).with_columns(
        support=pl.col("closed"),
        status=pl.when(reached).then(pl.lit(Status.OK.value)).otherwise(pl.lit(Status.UNDEFINED.value)),
        reason=pl.when(pl.col("closed") == 0)
        .then(pl.lit(Reason.ALL_OPEN.value))
        .when(~reached)
        .then(pl.lit(Reason.NOT_REACHED.value))
        .when(pl.col("high").is_null())
        .then(pl.lit(Reason.UPPER_LIMIT_OPEN.value)),
        method=pl.lit(method),
        detail=pl.struct("closed", "open", "last_age").struct.json_encode(),
    )
    return figures(named, by)


def within_norm_of(drawn: pl.DataFrame, by: list[str], *, norms: pl.DataFrame, method: str = METHOD) -> pl.DataFrame:
    """Return the figures of `WithinNorm` from curves that are drawn already; `norms` has `by` and `norm_days`."""
    read = waiting_at(drawn.join(norms, on=by, nulls_equal=True), by, day=pl.col("norm_days"))
    named = read.join(norms, on=by, nulls_equal=True).with_columns(
        support=pl.col("n") - pl.col("young"),
        reason=pl.when(pl.col("norm_days").is_null())
        .then(pl.lit(Reason.NO_NORM.value))
        .when(~pl.col("followed"))
        .then(pl.lit(Reason.FOLLOW_UP_TOO_SHORT.value)),
    )
    usable = pl.col("reason").is_null()
    no_interval = usable & pl.col("waiting_high").is_null()
    valued = named.with_columns(
        value=pl.when(usable).then(1 - pl.col("waiting")),
        low=pl.when(usable).then(1 - pl.col("waiting_high")),
        high=pl.when(usable).then(1 - pl.col("waiting_low")),
        status=pl.when(usable).then(pl.lit(Status.OK.value)).otherwise(pl.lit(Status.UNDEFINED.value)),
        reason=pl.when(no_interval).then(pl.lit(Reason.NO_INTERVAL.value)).otherwise(pl.col("reason")),
        method=pl.lit(method),
        detail=pl.struct("closed", "open", "last_age", "norm_days").struct.json_encode(),
    )
    return figures(valued, by)


def norms_of(rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Return `by` and `norm_days` of each group; the norm is the same for a whole group, or null."""
    return rows.group_by(by).agg(pl.col("norm_days").max())


@dataclass(frozen=True, slots=True)
class WaitingPercentile:
    """The day by which a share of all cases is decided: the first day with S(t) <= 1 - share.

    Takes counted cases (`days`, `closed`, `n`) of a cohort of opening dates. Limits by reading the two limiting
    curves at the same height (Brookmeyer-Crowley). No upper limit (null, `upper_limit_open`) where the upper
    curve stays above; not reached at all: no value, `low` is the lower limit where there is one.
    """

    share: float
    method: str = METHOD
    draw = staticmethod(curve)

    def figures(self, rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
        """Return one row per group, `value` in whole calendar days, `support` the decided cases."""
        return self.read(curve(rows, by), rows, by)

    def read(self, drawn: pl.DataFrame, rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:  # noqa: ARG002
        """Read the same off a curve."""
        return percentile_of(drawn, by, share=self.share, method=self.method)


@dataclass(frozen=True, slots=True)
class WithinNorm:
    """The share of all cases decided within the norm: 1 - S(norm).

    Takes counted cases with `norm_days`, the same for a whole group. Null norm: undefined. A norm that lies
    beyond the oldest age seen while cases are still open cannot be read yet: undefined, `follow_up_too_short`.
    The figure leans on the cases of which it is known whether they were decided within the norm: an open case
    that is younger than the norm is at risk for a while, but does not tell.
    """

    method: str = METHOD
    draw = staticmethod(curve)

    def figures(self, rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
        """Return one row per group, `value` a fraction, `support` the cases whose outcome at the norm is known."""
        return self.read(curve(rows, by), rows, by)

    def read(self, drawn: pl.DataFrame, rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
        """Read the same off a curve."""
        return within_norm_of(drawn, by, norms=norms_of(rows, by), method=self.method)


def _first_day(curve_column: str, height: float) -> pl.Expr:
    return pl.col("days").filter(pl.col(curve_column) <= height).min().cast(pl.Float64)
