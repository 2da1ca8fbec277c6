"""Breakdowns: everybody, each channel, each segment; the fixed set that figures exist for."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from metrics.packing import added

EVERYBODY = "all"
UNKNOWN = "unknown"
"""A row whose channel the source did not give; shown as such, never left out."""


def broken_down(
    rows: pl.DataFrame, places: pl.DataFrame, content: Sequence[str], *, plain: bool = False
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Add up rows (`place`, `content`, `n`) for each breakdown that they belong to.

    `places` has `place`, `project`, `month`, `norm_days`, `channel` and `segments`. Returns the cells (`cell`,
    `breakdown`, `project`, `month`, `norm_days`) and the rows by cell (`cell`, `content`, `n`). The breakdowns are
    `all` and, unless `plain`, one for each channel (`channel=website`) and for each pair in `segments`
    (`customer=resident`). Rows of which the channel is null fall under `channel=unknown`; rows without segments are in
    no segment.
    """
    channel = pl.lit(EVERYBODY) if plain else pl.format("channel={}", pl.col("channel").fill_null(UNKNOWN))
    firsts = places.with_columns(breakdown=channel)
    segments = places.drop_nulls("segments").with_columns(breakdown=pl.col("segments").str.split(";"))
    dimensions = [firsts] if plain else [firsts, segments.explode("breakdown")]
    whole = firsts.select(_MONTH).unique().with_columns(breakdown=pl.lit(EVERYBODY))
    named = ["breakdown", *_MONTH]
    cells = (
        pl.concat([whole.select(named), *(one.select(named) for one in dimensions)])
        .unique()
        .sort(named)
        .with_row_index("cell")
    )
    parts = [_added_up(rows, one.join(cells, on=named, nulls_equal=True), "place", content) for one in dimensions]
    if plain:
        return cells, parts[0]
    # Everybody is of one channel, which may be unknown: to add up those is less work than to add up all rows.
    of_channel = cells.filter(pl.col("breakdown").str.starts_with("channel=")).rename({"cell": "part"})
    to = of_channel.join(cells.filter(pl.col("breakdown") == EVERYBODY), on=_MONTH, nulls_equal=True)
    everybody = _added_up(parts[0].rename({"cell": "part"}), to, "part", content)
    return cells, pl.concat([everybody, *parts])


_MONTH = ("project", "month", "norm_days")


def _added_up(rows: pl.DataFrame, to: pl.DataFrame, key: str, content: Sequence[str]) -> pl.DataFrame:
    """Add up rows by the `cell` that `to` gives for their `key`."""
    return added(rows.join(to.select(key, "cell"), on=key), ["cell", *content])
