"""Counts of one service: customers and invitations, a month, channel and segment."""

from __future__ import annotations

import polars as pl

from dashboard.demo.arrivals import Arrivals
from dashboard.demo.columns import channel_names, counted_key, in_schema, month_start, segment_names
from dashboard.demo.course import Course
from metrics.records import Kind


def counts(course: Course, came: Arrivals) -> pl.DataFrame:
    """Count who came and who was invited; booked on the first day of the month."""
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
        .with_columns(service=pl.lit(course.service), happened_on=month_start())
        .with_columns(source_id=counted_key())
    )
    return in_schema(counted, Kind.COUNTS)
