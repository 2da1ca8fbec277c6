"""Lead-time curves at a fixed mix: what they would be if channels or segments came in constant proportions."""

from __future__ import annotations

import polars as pl

from metrics.estimate import Reason, Status, figures
from metrics.estimators.intervals import Z
from metrics.estimators.survival import curve, followed_to, log_log, norms_of, percentile_of, within_norm_of

METHOD = "Kaplan-Meier at a fixed mix, log-log 95 %"


def standardised_curve(rows: pl.DataFrame, by: list[str], *, mix: pl.DataFrame, z: float = Z) -> pl.DataFrame:
    """Return per group and day the sum of W_h S_h(t), with the columns of `metrics.estimators.survival.curve`.

    Takes counted cases (`days`, `closed`, `n`) with `stratum`. `mix` has `stratum` and `weight` (any unit, such as the
    cases of the baseline: only the proportions count), and those of the columns `by` that it differs by. Cases of a
    stratum that the mix does not have are left out, and so is a group in which a stratum of the mix has no case.

    The variance is the sum of W_h^2 Var S_h(t), Greenwood's in each stratum, where a stratum of which all are decided
    adds nothing. All strata are followed to the same age, the one at which the first of them goes out of sight.
    """
    weighed = _weighed(rows, by, mix)
    stratum = [*by, "stratum"]
    drawn = curve(_equally_followed(weighed, by), stratum)
    weights = weighed.select(*stratum, "weight").unique()
    grid = drawn.select(*by, "days").unique().join(weights, on=by, nulls_equal=True)
    filled = ("waiting", "log_variance")
    steps = (
        grid.join(drawn, on=[*stratum, "days"], how="left", nulls_equal=True)
        .sort(*stratum, "days")
        .with_columns(pl.col(*filled).forward_fill().over(stratum))
        .with_columns(pl.col("waiting").fill_null(1.0))
        .with_columns(variance=(pl.col("waiting") ** 2 * pl.col("log_variance")).fill_null(0.0))
    )
    low, high = log_log(pl.col("waiting"), pl.col("log_variance"), z=z)
    return (
        steps.group_by(*by, "days")
        .agg(pl.col("closed", "open").sum(), waiting=_mixed_waiting(), variance=_mixed_variance())
        .sort(*by, "days")
        .with_columns(
            at_risk=(pl.col("closed") + pl.col("open")).cum_sum(reverse=True).over(by),
            log_variance=pl.when(pl.col("waiting") > 0).then(pl.col("variance") / pl.col("waiting") ** 2),
        )
        .with_columns(waiting_low=low, waiting_high=high)
        .select(drawn.drop("stratum").columns)
    )


def standardised_percentile(rows: pl.DataFrame, by: list[str], *, mix: pl.DataFrame, share: float) -> pl.DataFrame:
    """Return the figures of `WaitingPercentile` at a fixed mix; undefined where a stratum of the mix has no case."""
    drawn = standardised_curve(rows, by, mix=mix)
    return _with_unheld(percentile_of(drawn, by, share=share, method=METHOD), rows, by)


def standardised_within_norm(rows: pl.DataFrame, by: list[str], *, mix: pl.DataFrame) -> pl.DataFrame:
    """Return the figures of `WithinNorm` at a fixed mix; undefined where a stratum of the mix has no case."""
    drawn = standardised_curve(rows, by, mix=mix)
    return _with_unheld(within_norm_of(drawn, by, norms=norms_of(rows, by), method=METHOD), rows, by)


def _weighed(rows: pl.DataFrame, by: list[str], mix: pl.DataFrame) -> pl.DataFrame:
    """Give each case the weight of its stratum; leave out groups that do not have them all."""
    positive = mix.filter(pl.col("weight") > 0)
    shared = [name for name in by if name in mix.columns]
    groups = rows.select(by).unique()
    wanted = groups.join(positive, on=shared, nulls_equal=True) if shared else groups.join(positive, how="cross")
    there = rows.filter(pl.col("n") > 0).select(*by, "stratum").unique()
    short = wanted.join(there, on=[*by, "stratum"], how="anti", nulls_equal=True)
    return rows.join(wanted, on=[*by, "stratum"], nulls_equal=True).join(short, on=by, how="anti", nulls_equal=True)


def _equally_followed(weighed: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    last = pl.col("days") == pl.col("days").max().over(*by, "stratum")
    out_of_sight = weighed.filter(last & ~pl.col("closed") & (pl.col("n") > 0))
    until = out_of_sight.group_by(by).agg(until=pl.col("days").min())
    return followed_to(weighed.join(until, on=by, how="left", nulls_equal=True), age_days=pl.col("until"))


def _mixed_waiting() -> pl.Expr:
    waiting, weight = pl.col("waiting"), pl.col("weight")
    # Proportions seldom add up to 1 exactly; where all strata stand at 0 or at 1, so does their mix.
    alike = waiting.min() == waiting.max()
    return pl.when(alike).then(waiting.first()).otherwise((weight * waiting).sum() / weight.sum())


def _mixed_variance() -> pl.Expr:
    return (pl.col("weight") ** 2 * pl.col("variance")).sum() / pl.col("weight").sum() ** 2


def _with_unheld(found: pl.DataFrame, rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    unheld = (
        rows.group_by(by)
        .agg(n=pl.col("n").sum(), support=pl.col("n").filter(pl.col("closed")).sum())
        .join(found, on=by, how="anti", nulls_equal=True)
        .with_columns(
            status=pl.lit(Status.UNDEFINED.value), reason=pl.lit(Reason.STRATUM_EMPTY.value), method=pl.lit(METHOD)
        )
    )
    return pl.concat([found, figures(unheld, by)])
