"""Counting the same rows twice: by the database, and by Polars from the rows themselves."""

from __future__ import annotations

import polars as pl

from connectors.connector import EVERYTHING
from metrics.counting import KEYS, count
from metrics.records import Kind
from tests.connectors.sql_site import COLUMNS


def as_counted_there(source, day=None, **changed) -> pl.DataFrame:
    """What is counted of the records that the database counted: `metrics.counting`, once more."""
    columns = {name: theirs for name, theirs in _columns(day).items() if name != "source_id"}
    return _counted(source(counted=True, columns=columns, **changed))


def as_counted_here(source, day=None, **changed) -> pl.DataFrame:
    """What `metrics.counting` makes of the rows, each read by itself, on Polars."""
    return _counted(source(columns=_columns(day), **changed))


def _columns(day):
    return COLUMNS if day is None else {**COLUMNS, "answered_on": day}


def _counted(connector) -> pl.DataFrame:
    frames = [connector.parse(page).frames[Kind.ANSWERS] for page in connector.fetch(EVERYTHING)]
    rows = pl.concat(frames).with_columns(month=pl.col("answered_on").dt.to_string("%Y-%m"))
    return count(rows, Kind.ANSWERS).select(*KEYS[Kind.ANSWERS], "n", "newest").sort(pl.all(), nulls_last=True)
