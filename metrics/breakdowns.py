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
    kept = ("place", "project", "month", "norm_days")
    dimensions = [places.select(*kept, breakdown=pl.lit(EVERYBODY))]
    if not plain:
        channel = pl.format("channel={}", pl.col("channel").fill_null(UNKNOWN))
        segment = pl.col("segments").str.split(";")
        dimensions += [
            places.select(*kept, breakdown=channel),
            places.drop_nulls("segments").select(*kept, breakdown=segment).explode("breakdown"),
        ]
    named = ["breakdown", "project", "month", "norm_days"]
    cells = pl.concat(dimensions).select(named).unique().sort(named).with_row_index("cell")
    parts = [
        added(
            rows.join(one.join(cells, on=named, nulls_equal=True).select("place", "cell"), on="place"),
            ["cell", *content],
        )
        for one in dimensions
    ]
    return cells, pl.concat(parts)
