"""Which control chart a series gets."""

from __future__ import annotations

from enum import StrEnum

import polars as pl

from metrics.periods import Grain
from metrics.variation.proportions import proportion_chart, rate_chart

LARGE = 500
"""Above this denominator small differences between periods are sure, and a p chart flags nearly every period."""

OVERDISPERSED = 1.2
"""Above this `sigma_z` the points vary more than counts do by chance."""

EVEN = 0.25
"""Denominators that stay within this share of their mean give limits that are nearly straight."""


class ChartKind(StrEnum):
    """A kind of control chart: XmR for figures, p for shares, u for rates, and Laney's p' and u'."""

    XMR = "xmr"
    P = "p"
    LANEY_P = "laney_p"
    U = "u"
    LANEY_U = "laney_u"


class Counts(StrEnum):
    """What a numerator counts: a part of the denominator (share), or events that may happen per unit of it (rate)."""

    SHARE = "share"
    RATE = "rate"


def chart_kinds(points: pl.DataFrame, by: list[str], *, grain: Grain | None, counts: Counts) -> pl.DataFrame:
    """Return for each series the kind of chart it gets, and on what that rests.

    Takes `by`, `period_start`, `numerator` and `denominator`. Read in this order:

    1. a series without counts (percentiles, means, Kaplan-Meier shares: every numerator null): XmR;
    2. half of its denominators above 500 (shares only), or `sigma_z` above 1.2: Laney's chart;
    3. every denominator less than 25 % away from their mean: XmR;
    4. else the p chart (u for rates): small samples of different sizes, that vary as chance lets them.

    Gives `by`, `kind` (`ChartKind`), `denominator` (the median), `unevenness` (how far a denominator lies from their
    mean at most, as a share of it) and `sigma_z` (screened, of the whole series with one mean). Periods without a
    denominator, or with 0, do not count. The kind may change when points are added; who shows a chart says which.
    """
    kept = points.select(*by, "period_start", "numerator", "denominator")
    draw = proportion_chart if counts is Counts.SHARE else rate_chart
    measured = draw(kept, by, grain=grain, laney=True).groups.select(*by, "sigma_z")
    laney, plain = (ChartKind.LANEY_P, ChartKind.P) if counts is Counts.SHARE else (ChartKind.LANEY_U, ChartKind.U)
    size = pl.col("denominator").filter(pl.col("numerator").is_not_null() & (pl.col("denominator") > 0))
    large = (pl.col("denominator") > LARGE) & (counts is Counts.SHARE)
    return (
        kept.group_by(by)
        .agg(
            denominator=size.cast(pl.Float64).median(),
            unevenness=((size - size.mean()).abs() / size.mean()).max(),
        )
        .join(measured, on=by, nulls_equal=True)
        .with_columns(
            kind=pl.when(pl.col("denominator").is_null())
            .then(pl.lit(ChartKind.XMR.value))
            .when(large | (pl.col("sigma_z") > OVERDISPERSED))
            .then(pl.lit(laney.value))
            .when(pl.col("unevenness") < EVEN)
            .then(pl.lit(ChartKind.XMR.value))
            .otherwise(pl.lit(plain.value))
        )
        .select(*by, "kind", "denominator", "unevenness", "sigma_z")
        .sort(by)
    )
