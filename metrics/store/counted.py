"""Counted records of a programme as known at a version, from the record store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from metrics.counting import count
from metrics.records import DAY, Kind
from metrics.store.records import RecordStore


def counted_records(
    store: RecordStore,
    programme: str,
    kind: Kind,
    *,
    version: int,
    services: Sequence[str],
    until: date,
) -> pl.DataFrame:
    """Return the counted records (`metrics.counting.KEYS`) of the services, up to and including the day `until`."""
    rows = store.scan(programme, kind, version=version).filter(
        pl.col("month") <= f"{until:%Y-%m}",
        pl.col(DAY[kind]) <= until,
        pl.col("service").is_in(list(services)),
    )
    return count(rows, kind).collect()
