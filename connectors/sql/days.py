"""Moments without an offset, brought from the zone of a source to the zone of the programme."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

_PATTERNS = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M")


def in_zone(cells: pl.DataFrame, names: Sequence[str], *, source: str | None, zone: str) -> pl.DataFrame:
    """Return the cells with the naive moments in these columns as days of the zone; all else stays as it is."""
    texts = [name for name in names if cells.schema[name] == pl.String]
    if source in (None, zone) or not texts:
        return cells
    return cells.with_columns(_local(cells[name], str(source), zone) for name in texts)


def _local(text: pl.Series, source: str, zone: str) -> pl.Series:
    joined = pl.col(text.name).str.strip_chars().str.replace(r"^(\S{10}) +", "${1}T")
    moments = (
        joined.str.to_datetime(pattern, strict=False, time_unit="us")
        # An hour that the clock skipped is on the day it is written on; the first of two equal ones counts.
        .dt.replace_time_zone(source, ambiguous="earliest", non_existent="null")
        .dt.convert_time_zone(zone)
        .dt.date()
        .cast(pl.String)
        for pattern in _PATTERNS
    )
    return text.to_frame().select(pl.coalesce(*moments, pl.col(text.name)).alias(text.name)).to_series()
