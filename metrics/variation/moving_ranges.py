"""The mean moving range: how far a series moves from one point to the next by itself."""

from __future__ import annotations

import polars as pl

SCREEN = 3.267
"""A range from this many times the mean range on is left out, once: D4 for ranges of two points (Nelson 1982)."""

RANGE_TO_SD = 1.128
"""Mean range of two points over their standard deviation: d2 of Shewhart's tables, as everyone rounds it."""


def with_mean_range(rows: pl.DataFrame, step: pl.Expr, *, screen: bool) -> pl.DataFrame:
    """Add `_ranges`, how many ranges a group has, and `mean_range`, their mean; null where there is none to take.

    `step` is what a point differs from the one before it. Only steps between two neighbours that the limits rest on
    count. A group whose ranges are all zero has a mean range of null when screened, as none lies below the screen,
    and of 0 when not.
    """
    stepped = rows.with_columns(_range=pl.when("_follows", "_base").then(step.abs()))
    if screen:
        mean = pl.col("_range").mean().over("_group")
        stepped = stepped.with_columns(_kept=pl.when(pl.col("_range") < SCREEN * mean).then("_range"))
    else:
        stepped = stepped.with_columns(_kept="_range")
    return stepped.with_columns(
        _ranges=pl.col("_range").count().over("_group"),
        mean_range=pl.col("_kept").mean().over("_group"),
    )
