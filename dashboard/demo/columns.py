"""Columns that the record kinds share: keys, labels and days made from numbers."""

from __future__ import annotations

import numpy as np
import polars as pl

from dashboard.demo.arrivals import Arrivals
from dashboard.demo.course import CHANNELS, CUSTOMERS
from dashboard.demo.months import FIRST_DAY, Whole
from metrics.records import SCHEMAS, Kind


def channel_names(came: Arrivals) -> pl.Series:
    """Return the channel of each arrival, null where nobody noted it."""
    numbers = pl.Series(np.where(came.known, came.channel, -1))
    return numbers.replace_strict(dict(enumerate(CHANNELS)), default=None, return_dtype=pl.String)


def segment_names(came: Arrivals) -> pl.Series:
    """Return the segments of each arrival, as the records write them."""
    names = {number: f"customer={name}" for number, name in enumerate(CUSTOMERS)}
    return pl.Series(came.customer).replace_strict(names, return_dtype=pl.String)


def dates(days: Whole) -> pl.Series:
    """Return days since 1970-01-01 as dates."""
    return pl.Series(days.astype(np.int32)).cast(pl.Date)


def keys(prefix: str, total: int) -> pl.Series:
    """Return a key a row that does not depend on any other project."""
    return pl.select(pl.format(f"{prefix}-{{}}", pl.int_range(total).cast(pl.String).str.zfill(6))).to_series()


def month_start() -> pl.Expr:
    """Return the first day of the month that `month` numbers."""
    return pl.lit(FIRST_DAY).dt.offset_by(pl.format("{}mo", pl.col("month")))


def counted_key() -> pl.Expr:
    """Return the key of a count: what it is a count of."""
    parts = ("service", "event", "happened_on", "channel", "segments")
    return pl.concat_str([pl.col(part).cast(pl.String).fill_null("unknown") for part in parts], separator="-")


def in_schema(frame: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """Return the frame with every column of its kind, in order; a column we do not make is null."""
    schema = SCHEMAS[kind]
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in schema.items() if name not in frame.columns]
    return frame.with_columns(missing).select(pl.col(name).cast(dtype) for name, dtype in schema.items())
