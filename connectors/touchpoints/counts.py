"""Quarterly collections as counts: how many customers there were, were asked, and answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from connectors import columns as ours
from connectors.cells import Reading, words
from connectors.columns import Column
from connectors.connector import Batch
from connectors.objects import Path, at, table_of, text_of
from connectors.touchpoints.resources import SHAPE, shaped
from metrics.estimators.events import CUSTOMER, INVITATION
from metrics.notices import Notice
from metrics.records import SCHEMAS, Kind, complete

RESPONSE = "response"
"""The event of having answered; answers themselves are counted where they are read."""

CHANNELS = (
    *("computer", "mobile", "email", "chatbot", "phone", "automated_phone", "in_person", "paper", "postal_mail"),
    *("fax", "self_service_kiosk", "other_non_digital", "website", "mobile_app", "live_chat", "sms_text_messages"),
    *("social_media", "other_digital"),
)
"""Channels that Touchpoints knows."""

_EVENTS: Mapping[str, str] = {
    CUSTOMER: "volume_of_customers",
    INVITATION: "volume_of_customers_provided_survey_opportunity",
    RESPONSE: "volume_of_respondents",
}
_WANTED: Mapping[str, Path] = {
    "source_id": "id",
    **SHAPE,
    **{name: ("attributes", name) for name in ("cx_collection_id", "service_id", "channel", *_EVENTS.values())},
}
# The federal year 2024 begins on 1 October 2023.
_QUARTER_ENDS: Mapping[str, tuple[int, int, int]] = {
    "1": (-1, 12, 31),
    "2": (0, 3, 31),
    "3": (0, 6, 30),
    "4": (0, 9, 30),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """Our service for each of their service ids, and our channel where it is not called as theirs."""

    zone: str
    services: Mapping[str, str]
    channels: Mapping[str, str]


def batch(sent: Mapping[str, Any], file: str, meaning: Meaning) -> Batch:
    """Return three counts for each detail of a collection that is published; a volume that is not told gives none."""
    days = dict(_days(sent["collections"]["data"]))
    table = table_of(sent["details"]["data"], _WANTED)
    shapely, unreadable = shaped(table, file, Kind.COUNTS)
    cells = shapely.with_columns(pl.col("service_id", "cx_collection_id").str.strip_chars())
    mine = cells.filter(pl.col("service_id").is_in(list(meaning.services)))
    published = mine.filter(pl.col("cx_collection_id").is_in(list(days)))
    counts = _long(published)
    columns = _columns(counts, days, meaning)
    origin = counts.select("line").with_columns(file=pl.lit(file))
    frame, rejected = ours.sorted_out(columns, origin, Kind.COUNTS)
    numbers = {
        "other_services_left_out": cells.height - mine.height,
        "collections_not_published": mine.height - published.height,
        "counts_channel_unmapped": columns["channel"].values.null_count() - counts["channel"].null_count(),
    }
    return Batch(
        frames={Kind.COUNTS: complete(frame, Kind.COUNTS)},
        rejected=pl.concat([rejected, unreadable]).sort("line", maintain_order=True),
        notices=tuple(Notice(code=code, particulars={"rows": rows}) for code, rows in numbers.items() if rows),
    )


def _days(collections: list[Any]) -> Iterator[tuple[str, str]]:
    """Yield the last day of the quarter of each collection: by then all of it has happened."""
    for one in collections:
        name = text_of(at(one, "id"))
        if name is not None:
            yield name, _last_day(at(one, ("attributes", "fiscal_year")), at(one, ("attributes", "quarter")))


def _last_day(fiscal_year: object, quarter: object) -> str:
    year = text_of(fiscal_year) or ""
    ends = _QUARTER_ENDS.get(text_of(quarter) or "")
    if ends is None or not (year.isascii() and year.isdecimal() and len(year) == 4):  # noqa: PLR2004
        return "no quarter"
    before, month, day = ends
    return date(max(1, int(year) + before), month, day).isoformat()


def _long(cells: pl.DataFrame) -> pl.DataFrame:
    frames = [
        cells.select("source_id", "service_id", "cx_collection_id", "channel", "line", n=column, event=pl.lit(event))
        for event, column in _EVENTS.items()
    ]
    return pl.concat(frames).filter(pl.col("n").str.strip_chars().fill_null("") != "").sort("line", maintain_order=True)


def _columns(counts: pl.DataFrame, days: Mapping[str, str], meaning: Meaning) -> dict[str, Column]:
    reading = Reading(zone=meaning.zone)
    channels = {**{name: name for name in CHANNELS}, **meaning.channels}
    named = counts.select(
        source_id=pl.concat_str("source_id", "event", separator="|"),
        service=pl.col("service_id").replace_strict(dict(meaning.services), default=None, return_dtype=pl.String),
        channel=pl.col("channel").replace_strict(channels, default=None, return_dtype=pl.String),
        day=pl.col("cx_collection_id").replace_strict(dict(days), default=None, return_dtype=pl.String),
    )
    columns = {
        "source_id": Column(values=words(named["source_id"])),
        "service": Column(values=named["service"]),
        "channel": Column(values=named["channel"]),
        "n": ours.typed(counts["n"], pl.Int64(), reading),
        "event": Column(values=counts["event"]),
        "happened_on": ours.typed(named["day"], pl.Date(), reading),
    }
    return {name: columns[name] for name in SCHEMAS[Kind.COUNTS] if name in columns}
