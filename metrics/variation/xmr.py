"""The XmR chart: one figure a period, limits from how far it moves by itself from one period to the next."""

from __future__ import annotations

import polars as pl

from metrics.periods import Grain
from metrics.variation.charts import Charts, charted
from metrics.variation.moving_ranges import with_mean_range
from metrics.variation.sequence import beyond, in_order

LIMIT = 2.66
"""Mean moving ranges from the mean to a limit: 3 / 1.128, as Shewhart's tables and NHSRplotthedots round it."""

NEAR = LIMIT * 2 / 3


def xmr(points: pl.DataFrame, by: list[str], *, grain: Grain | None, screen: bool = True) -> Charts:
    """Return the XmR charts of many series by the rules of NHSRplotthedots 0.2.2 (MIT), computed anew.

    Takes what `metrics.variation.sequence.in_order` takes; `direction` is a `Direction`, `target` in the unit of
    the value. A `group` has limits of its own, from its first `fixed_points` points where that is given.

    `screen` leaves out ranges of 3.267 times the mean range and more, once (Nelson 1982). Without it the limits are
    those of the Excel tool of the NHS, which also draws limits on the mean of a series that never moved; we do not,
    as any later change would lie outside them.
    """
    rows = in_order(points, by, grain=grain)
    step = pl.col("value") - pl.col("value").shift(1)
    mean_range = pl.col("mean_range")
    limited = (
        with_mean_range(rows, pl.when(beyond(step) != 0).then(step).otherwise(0.0), screen=screen)
        .with_columns(mean=pl.col("value").filter("_base").mean().over("_group"))
        .with_columns(
            low=pl.col("mean") - LIMIT * mean_range,
            high=pl.col("mean") + LIMIT * mean_range,
            near_low=pl.col("mean") - NEAR * mean_range,
            near_high=pl.col("mean") + NEAR * mean_range,
            sigma_z=pl.lit(None, dtype=pl.Float64),
        )
    )
    return charted(limited, by)
