"""Forms of one service: how many were started on the website in a month, and how they ended."""

from __future__ import annotations

import numpy as np
import polars as pl

from dashboard.demo.arrivals import Arrivals
from dashboard.demo.columns import counted_key, in_schema, month_start, segment_names
from dashboard.demo.course import CHANNELS, WEBSITE, Course
from dashboard.demo.months import MONTHS
from metrics.estimators.events import Event
from metrics.records import Kind

_SAVED = 0.06
"""The drafts for every form started that can still be taken up in the last month; older ones have lapsed."""


def forms(course: Course, came: Arrivals, chance: np.random.Generator) -> pl.DataFrame:
    """Draw the forms behind the arrivals by website: each of them sent one in, others did not get that far."""
    people = pl.DataFrame({"month": came.month, "channel": came.channel, "segments": segment_names(came)})
    sent = (
        people.filter(pl.col("channel") == WEBSITE)
        .group_by("month", "segments")
        .agg(sent=pl.len())
        .sort("month", "segments")
    )
    month, arrived = sent["month"].to_numpy(), sent["sent"].to_numpy()
    right, refused_share = course.behaviour.completed[month], course.behaviour.refused
    ended_otherwise = chance.negative_binomial(arrived, right - refused_share)
    refused = chance.binomial(ended_otherwise, refused_share / (1 - right + refused_share))
    saved = np.where(month == MONTHS - 1, chance.poisson(_SAVED * (arrived + ended_otherwise)), 0)
    ends = {
        Event.FORM_START: arrived + ended_otherwise + saved,
        Event.FORM_END: arrived,
        Event.FORM_REFUSED: refused,
        Event.FORM_SAVED: saved,
    }
    counted = (
        sent.with_columns(pl.Series(event.value, n) for event, n in ends.items())
        .unpivot([event.value for event in ends], index=["month", "segments"], variable_name="event", value_name="n")
        .filter(pl.col("n") > 0)
        .sort("month", "event", "segments")
        .with_columns(service=pl.lit(course.service), channel=pl.lit(CHANNELS[WEBSITE]), happened_on=month_start())
        .with_columns(source_id=counted_key())
    )
    return in_schema(counted, Kind.COUNTS)
