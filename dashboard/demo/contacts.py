"""Contacts of one service: who asked something, and after how many days they were back on the same topic."""

from __future__ import annotations

import numpy as np
import polars as pl

from dashboard.demo.arrivals import Arrivals
from dashboard.demo.columns import dates, in_schema, keys, segment_names
from dashboard.demo.course import CHANNELS, WEBSITE, Course
from dashboard.demo.months import FIRST_DAY, LAST_DAY, Whole, off_the_weekend, random_days
from metrics.estimators.events import Event
from metrics.estimators.next_contact import linked
from metrics.records import Kind

_UNLINKED = 0.08
"""The share of topics of which nobody noted who asked: it cannot be told whether they came back."""

_OWN_CHANNEL = 0.4
"""The share of contacts by the channel of the application; of the others the telephone has the most."""

_OTHERWISE = (0.20, 0.60, 0.17, 0.03)
_BACK_AFTER_DAYS = 9.0
"""How long it takes on average to come back, for those who do."""

_EARLIER_MONTHS = 2
_EARLIER_DAYS = 63
"""The first months happen twice, nine weeks apart: those who came back in the first month had been there before."""


def contacts(course: Course, came: Arrivals, chance: np.random.Generator) -> pl.DataFrame:
    """Draw the contacts about the arrivals, each from its month on; an arrival has one topic at most."""
    asked = np.flatnonzero(chance.random(len(came.month)) < course.behaviour.asks[came.month, came.channel])
    topics = np.concatenate([asked, asked[came.month[asked] < _EARLIER_MONTHS]])
    earlier = np.arange(len(topics)) >= len(asked)
    back = course.behaviour.back[came.month[topics], came.channel[topics]]
    topic = np.repeat(np.arange(len(topics)), chance.geometric(1 - back))
    arrival = topics[topic]
    channel = _channels(came.channel[arrival], chance)
    first = random_days(came.month[topics], chance.random(len(topics)), weekends=True) - _EARLIER_DAYS * earlier
    waited = np.floor(_BACK_AFTER_DAYS * chance.standard_exponential(len(topic))).astype(np.int64)
    days = first[topic] + _since_the_first(waited, topic)
    noted = chance.random(len(topic)) >= course.unknown_channel
    known = chance.random(len(topics)) >= _UNLINKED
    frame = pl.DataFrame(
        {
            "contact": np.arange(len(topic)),
            "topic": topic,
            "day": dates(np.where(channel == WEBSITE, days, off_the_weekend(days))),
            "channel": pl.Series(np.where(noted, channel, -1)),
            "segments": segment_names(came)[arrival],
            "known": known[topic],
        },
    )
    return in_schema(_seen(frame, course.service), Kind.COUNTS)


def _channels(own: Whole, chance: np.random.Generator) -> Whole:
    otherwise = np.searchsorted(np.cumsum(_OTHERWISE)[:-1], chance.random(len(own)), side="right")
    return np.where(chance.random(len(own)) < _OWN_CHANNEL, own, otherwise)


def _since_the_first(waited: Whole, topic: Whole) -> Whole:
    """Add up the days waited within a topic; the first contact of it has waited for nothing."""
    steps = pl.DataFrame({"topic": topic, "waited": waited})
    first = pl.int_range(pl.len()).over("topic") == 0
    return steps.select(pl.when(first).then(0).otherwise("waited").cum_sum().over("topic")).to_series().to_numpy()


def _seen(frame: pl.DataFrame, service: str) -> pl.DataFrame:
    """Return what the service has on record on the last day, oldest first."""
    gaps = linked(frame.filter("known"), until=LAST_DAY, same=("topic",)).contacts
    unlinked = frame.filter(~pl.col("known"), pl.col("day") <= LAST_DAY)
    counted = (
        pl.concat([gaps.with_columns(event=pl.lit(Event.CONTACT.value)), _without_gap(unlinked)], how="diagonal")
        .filter(pl.col("day") >= FIRST_DAY)
        .with_columns(pl.col("channel").replace_strict(dict(enumerate(CHANNELS)), default=None))
        .group_by("day", "event", "channel", "segments", "gap_days")
        .agg(n=pl.len())
        .sort("day", "event", "channel", "segments", "gap_days")
    )
    return counted.with_columns(
        source_id=keys(f"{service}-contact", counted.height), service=pl.lit(service), happened_on="day"
    )


def _without_gap(unlinked: pl.DataFrame) -> pl.DataFrame:
    return unlinked.with_columns(event=pl.lit(Event.CONTACT_UNLINKED.value))
