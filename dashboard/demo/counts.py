"""Counts of one service: customers and invitations, a month, channel and segment."""

from __future__ import annotations

import polars as pl

from dashboard.demo.arrivals import Arrivals
from dashboard.demo.columns import channel_names, in_schema, segment_names
from dashboard.demo.course import Course
from dashboard.demo.months import FIRST_DAY
from metrics.records import Kind


def counts(course: Course, came: Arrivals) -> pl.DataFrame:
    """Count who came and who was invited; booked on the first day of the month."""
    month = pl.lit(FIRST_DAY).dt.offset_by(pl.format("{}mo", pl.col("month")))
    people = pl.DataFrame(
        {
            "month": came.month,
            "channel": channel_names(came),
            "segments": segment_names(came),
            "customer": pl.Series(came.month >= 0),
            "invitation": pl.Series(came.invited),
        },
    )
    counted = (
        people.unpivot(["customer", "invitation"], index=["month", "channel", "segments"], variable_name="event")
        .filter("value")
        .group_by("month", "channel", "segments", "event")
        .agg(n=pl.len())
        .sort("month", "event", "channel", "segments")
        .with_columns(service=pl.lit(course.service), happened_on=month)
        .with_columns(source_id=_key())
    )
    return in_schema(counted, Kind.COUNTS)


def _key() -> pl.Expr:
    parts = ("service", "event", "happened_on", "channel", "segments")
    return pl.concat_str([pl.col(part).cast(pl.String).fill_null("unknown") for part in parts], separator="-")
