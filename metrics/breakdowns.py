"""Breakdowns: everybody, each channel, each segment; the fixed set that figures exist for."""

from __future__ import annotations

import polars as pl

EVERYBODY = "all"
UNKNOWN = "unknown"
"""A row whose channel the source did not give; shown as such, never left out."""


def broken_down(rows: pl.DataFrame) -> pl.DataFrame:
    """Repeat every row for each breakdown it belongs to, named in `breakdown`.

    `all`, `channel=website`, and one for each pair in `segments` (`customer=resident`). Rows of which the channel
    is null fall under `channel=unknown`; rows without segments are in no segment.
    """
    channel = pl.format("channel={}", pl.col("channel").fill_null(UNKNOWN))
    rest = pl.exclude("channel", "segments")
    return pl.concat(
        [
            rows.select(rest, breakdown=pl.lit(EVERYBODY)),
            rows.select(rest, breakdown=channel),
            rows.filter(pl.col("segments").is_not_null())
            .with_columns(breakdown=pl.col("segments").str.split(";"))
            .explode("breakdown")
            .drop("channel", "segments"),
        ],
    )
