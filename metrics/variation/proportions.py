"""Charts of counts out of counts: p and u, and Laney's p' and u' where they vary more than chance alone would."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from metrics.periods import Grain
from metrics.variation.charts import Charts, charted
from metrics.variation.moving_ranges import RANGE_TO_SD, with_mean_range
from metrics.variation.sequence import EXACT, in_order

LIMIT_SDS = 3.0
NEAR_SDS = LIMIT_SDS * 2 / 3


def proportion_chart(
    points: pl.DataFrame,
    by: list[str],
    *,
    grain: Grain | None,
    laney: bool,
    screen: bool = True,
    cautious: bool = True,
) -> Charts:
    """Return p charts, or Laney's p' charts, of many series of shares: x of n in each period.

    Takes `numerator` (how many of) and `denominator` (how many) in place of `value`, and else what
    `metrics.variation.sequence.in_order` takes; null or a denominator of 0 is a period of which nothing is known.
    Neither need be whole, as weighted answers count for fewer. The mean of a group is the sum of its numerators over
    that of its denominators, so a row with n = 50 weighs as much as 50 rows. Limits lie 3 standard deviations of a
    share of n from it (times `sigma_z` where `laney`), kept within 0 and 1. `sigma_z` is the mean range of the
    points in standard deviations over 1.128, screened as in an XmR chart unless told otherwise (qicharts2 screens,
    Minitab does not).

    `cautious` keeps the limits from being narrower than chance (`sigma_z` counts as 1 at least), and gives none to
    one point or to points that are all 0 or all 1. False gives what those packages print.
    """
    more = pl.col("numerator") > pl.col("denominator")
    beyond_rounding = pl.col("numerator") > pl.col("denominator") * (1 + EXACT)
    _refuse(points, (pl.col("numerator") < 0) | beyond_rounding)
    whole = points.with_columns(numerator=pl.when(more).then("denominator").otherwise("numerator"))
    sized = _with_mean(whole, by, grain=grain, sd=lambda mean, n: (mean * (1 - mean) / n).sqrt())
    return charted(_limited(sized, highest=1.0, laney=laney, screen=screen, cautious=cautious), by)


def rate_chart(
    points: pl.DataFrame,
    by: list[str],
    *,
    grain: Grain | None,
    laney: bool,
    screen: bool = True,
    cautious: bool = True,
) -> Charts:
    """Return u charts, or Laney's u' charts, of many series of rates: events per unit of exposure.

    As `proportion_chart`, with the standard deviation of a Poisson count; the denominator need not be whole (5.2
    thousand cases), and limits are only kept from going below 0.
    """
    _refuse(points, (pl.col("numerator") < 0) | (pl.col("denominator") < 0))
    sized = _with_mean(points, by, grain=grain, sd=lambda mean, n: (mean / n).sqrt())
    return charted(_limited(sized, highest=None, laney=laney, screen=screen, cautious=cautious), by)


def _refuse(points: pl.DataFrame, wrong: pl.Expr) -> None:
    found = points.filter(wrong).height
    if found:
        message = (
            f"numerator and denominator: {found} rows count less than nothing, or more than there were; correct "
            "these counts"
        )
        raise ValueError(message)


def _with_mean(
    points: pl.DataFrame,
    by: list[str],
    *,
    grain: Grain | None,
    sd: Callable[[pl.Expr, pl.Expr], pl.Expr],
) -> pl.DataFrame:
    """Return the points in order with `mean`, `_sd` (null where it is 0 or unknown) and `_z`, the points in sds."""
    counted = pl.col("denominator") > 0
    valued = points.with_columns(value=pl.when(counted).then(pl.col("numerator") / pl.col("denominator")))
    rows = in_order(valued, by, grain=grain)
    base_sum = pl.col("numerator", "denominator").filter("_base").sum().over("_group").name.prefix("_sum_")
    width = sd(pl.col("mean"), pl.col("denominator"))
    return (
        rows.with_columns(base_sum)
        .with_columns(
            mean=pl.when(pl.col("_sum_denominator") > 0).then(pl.col("_sum_numerator") / pl.col("_sum_denominator"))
        )
        .with_columns(_sd=pl.when("_known").then(width))
        .with_columns(_z=pl.when(pl.col("_sd") > 0).then((pl.col("value") - pl.col("mean")) / pl.col("_sd")))
    )


def _limited(rows: pl.DataFrame, *, highest: float | None, laney: bool, screen: bool, cautious: bool) -> pl.DataFrame:
    ranged = with_mean_range(rows, pl.col("_z") - pl.col("_z").shift(1), screen=screen).with_columns(
        sigma_z=pl.col("mean_range") / RANGE_TO_SD
    )
    times = _times(laney=laney, cautious=cautious)
    width = (
        pl.when(pl.col("_base").sum().over("_group") > 1, pl.col("_sd") > 0).then("_sd") if cautious else pl.col("_sd")
    )
    return ranged.with_columns(
        **{
            name: (pl.col("mean") + sds * width * times).clip(0.0, highest)
            for name, sds in (
                *(("low", -LIMIT_SDS), ("high", LIMIT_SDS)),
                *(("near_low", -NEAR_SDS), ("near_high", NEAR_SDS)),
            )
        }
    )


def _times(*, laney: bool, cautious: bool) -> pl.Expr:
    """Return by how much the limits of chance are stretched; null where Laney's measure cannot be taken."""
    if not laney:
        return pl.lit(1.0)
    if not cautious:
        return pl.col("sigma_z")
    return pl.when(pl.col("_ranges") > 0).then(pl.max_horizontal(pl.lit(1.0), "sigma_z"))
