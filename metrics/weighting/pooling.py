"""Pooling: the fixed order in which channels with too few answers are put together."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

import polars as pl

from metrics.breakdowns import UNKNOWN


class Pooling(StrEnum):
    """Which channels are one stratum. The order is the order in which they are tried.

    `channel`: each channel by itself; `thin_together`: the channels that are not digital and have too few answers;
    `not_digital_together`: all channels that are not digital; `digital_or_not`: all that are, and all that are not;
    `all_together`: everybody, which holds no mix.
    """

    CHANNEL = "channel"
    THIN_TOGETHER = "thin_together"
    NOT_DIGITAL_TOGETHER = "not_digital_together"
    DIGITAL_OR_NOT = "digital_or_not"
    ALL_TOGETHER = "all_together"


def pooled(channels: pl.DataFrame, pooling: Pooling, *, digital: Collection[str]) -> pl.DataFrame:
    """Add to every channel of a group its `stratum`: the names of the channels in it, sorted and joined by `+`.

    Takes `group`, `channel`, `n`, `volume` and `thin` (true where the channel has too few answers), one row a channel.
    A channel with answers and no volume, such as one that opened after the baseline, is put together like any other;
    by itself it would be left out. `members` says how many channels the stratum has.
    """
    if pooling is Pooling.CHANNEL:
        return channels.with_columns(stratum=pl.col("channel"), members=pl.lit(1, dtype=pl.UInt32))
    named = channels.with_columns(_pool=_pool(pooling, list(digital)))
    pools = (
        named.filter(pl.col("_pool").is_not_null())
        .sort("channel")
        .group_by("group", "_pool")
        .agg(stratum=pl.col("channel").str.join("+"), members=pl.len())
    )
    return (
        named.join(pools, on=["group", "_pool"], how="left")
        .with_columns(pl.col("stratum").fill_null(pl.col("channel")), pl.col("members").fill_null(1))
        .drop("_pool")
    )


def merged_strata() -> pl.Expr:
    """Return the strata of a group that hold more than one channel, sorted; an aggregation of `pooled`."""
    return pl.col("stratum").filter(pl.col("members") > 1).unique().sort()


def _pool(pooling: Pooling, digital: list[str]) -> pl.Expr:
    there = (pl.col("channel") != UNKNOWN) & ((pl.col("volume") > 0) | (pl.col("n") > 0))
    is_digital = pl.col("channel").is_in(digital)
    pools = {
        Pooling.THIN_TOGETHER: pl.when(there & ~is_digital & pl.col("thin")).then(pl.lit("thin")),
        Pooling.NOT_DIGITAL_TOGETHER: pl.when(there & ~is_digital).then(pl.lit("not digital")),
        Pooling.DIGITAL_OR_NOT: pl.when(there).then(
            pl.when(is_digital).then(pl.lit("digital")).otherwise(pl.lit("not digital"))
        ),
        Pooling.ALL_TOGETHER: pl.when(there).then(pl.lit("all")),
    }
    return pools[pooling]
