"""Moments of a source: counted from 1970, or written by a clock in another zone than ours."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from connectors.cells import words

EPOCHS: Mapping[str, int] = {"seconds": 1000, "milliseconds": 1}
"""Words for moments counted from 1970, and the milliseconds in one."""

_MOST = 32_503_680_000_000
"""Milliseconds until the year 3000; what lies beyond is a mistake."""

_LAST_YEAR = 9999
"""The last year that a day can have in Python."""

_CLOCK = ("%H", "%I", "%T", "%R", "%k", "%l", "%X", "%c")
_WITHOUT_OFFSET = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M")
_WRITTEN = "%Y-%m-%dT%H:%M:%S"


def from_epoch(cells: pl.Series, unit: str) -> pl.Series:
    """Write counted moments as ISO 8601 in UTC; what is none keeps its text, which is no day."""
    text = words(cells)
    counted = text.cast(pl.Float64, strict=False) * EPOCHS[unit]
    inside = counted.is_between(0, _MOST).fill_null(value=False)
    # A Float64 beyond an Int64 would end the cast in an error: what lies outside is taken out first.
    safe = pl.select(pl.when(inside).then(counted)).to_series()
    moments = safe.cast(pl.Int64).cast(pl.Datetime("ms")).dt.to_string(_WRITTEN + "Z")
    return moments.fill_null(text).alias(cells.name)


def moved(cells: pl.Series, pattern: str | None, *, source: str, zone: str) -> pl.Series:
    """Write moments without an offset as a clock in `zone` shows them, instead of one in `source`.

    A day without a time stays as it is, and so does what cannot be read.
    """
    text = words(cells)
    if pattern is None:
        joined = text.str.replace(r"^(\S{10}) +", "${1}T")
        for one in _WITHOUT_OFFSET:
            joined = _shown(joined, one, _WRITTEN, source=source, zone=zone)
            # What is written anew has seconds, so that the next pattern does not find it again.
        return joined.alias(cells.name)
    if "z" in pattern or not any(mark in pattern for mark in _CLOCK):
        return text
    return _shown(text, pattern, pattern, source=source, zone=zone).alias(cells.name)


def _shown(text: pl.Series, pattern: str, written: str, *, source: str, zone: str) -> pl.Series:
    moments = text.str.to_datetime(pattern, strict=False)
    there = moments.dt.replace_time_zone(source, ambiguous="earliest", non_existent="null")
    here = there.dt.convert_time_zone(zone)
    # 9999-12-31, which means no end to many systems, would become a day of the year 10000.
    inside = here.dt.year().is_between(1, _LAST_YEAR).fill_null(value=False)
    return pl.select(pl.when(inside).then(here.dt.to_string(written)).otherwise(text)).to_series()
