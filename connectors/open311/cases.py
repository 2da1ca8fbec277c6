"""Requests as cases, and what people must be told about them."""

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
from connectors.objects import table_of
from connectors.open311.answers import listed, plain
from connectors.table import Table
from metrics.notices import Notice
from metrics.records import Kind, Reason, complete

CLOSED = "closed"
STATUSES = ("open", CLOSED)

_WANTED = {
    "source_id": "service_request_id",
    "service": "service_code",
    "status": "status",
    "received_on": "requested_datetime",
    "decided_on": "updated_datetime",
    "due_on": "expected_datetime",
}
_MANY_CLOSINGS = 50
_SOME_DAYS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What their codes and times mean to us: `others` is the service of a code that is not in `services`."""

    zone: str
    services: Mapping[str, str]
    others: str | None
    channel: str | None


def batch(sent: Mapping[str, Any], file: str, meaning: Meaning) -> Batch:
    """Return the cases of a page; requests for services that are not ours are counted and left out."""
    requests = [plain(one) for one in listed(sent["requests"])]
    table, left_out = _ours(table_of(requests, _WANTED), meaning)
    origin = pl.DataFrame({"line": table.lines}).with_columns(file=pl.lit(file))
    frame, rejected = ours.sorted_out(_columns(table.cells, meaning), origin, Kind.CASES)
    unreadable = ours.unreadable(table.unreadable, file=file, kind=Kind.CASES)
    return Batch(
        frames={Kind.CASES: complete(frame, Kind.CASES)},
        rejected=pl.concat([rejected, unreadable]).sort("line", maintain_order=True),
        notices=(*_notices(frame, file, head=sent["head"]), *_left_out(left_out)),
    )


def _ours(table: Table, meaning: Meaning) -> tuple[Table, int]:
    if meaning.others is not None:
        return table, 0
    codes = words(table.cells["service"])
    kept = codes.is_null() | codes.is_in(list(meaning.services))
    mine = Table(cells=table.cells.filter(kept), lines=table.lines.filter(kept), unreadable=table.unreadable)
    return mine, len(codes) - mine.cells.height


def _columns(cells: pl.DataFrame, meaning: Meaning) -> dict[str, Column]:
    reading = Reading(zone=meaning.zone)
    status = words(cells["status"]).str.to_lowercase()
    # What was last changed of an open request is no closing.
    closings = cells.with_columns(status=status).select(pl.when(pl.col("status") == CLOSED).then("decided_on"))
    columns = {
        "source_id": ours.needed(Column(values=words(cells["source_id"]))),
        "service": ours.needed(Column(values=_services(words(cells["service"]), meaning))),
        "received_on": ours.needed(ours.typed(cells["received_on"], pl.Date(), reading)),
        "decided_on": _closing(ours.typed(closings.to_series(), pl.Date(), reading), status),
        "due_on": ours.typed(cells["due_on"], pl.Date(), reading),
    }
    if meaning.channel is None:
        return columns
    channel = pl.Series([meaning.channel], dtype=pl.String).new_from_index(0, cells.height)
    return {**columns, "channel": Column(values=channel)}


def _services(codes: pl.Series, meaning: Meaning) -> pl.Series:
    named = codes.replace_strict(dict(meaning.services), default=meaning.others, return_dtype=pl.String)
    return named.to_frame("name").select(pl.when(codes.is_not_null()).then("name")).to_series()


def _closing(read: Column, status: pl.Series) -> Column:
    """The day of closing: a closed request without one would look open, and a status we do not know says nothing."""
    given = read.reasons if read.reasons is not None else _nothing(len(status))
    frame = pl.DataFrame({"status": status, "found": _found(read), "day": read.values, "given": given})
    known = pl.col("status").is_in(STATUSES)
    silent = pl.col("status").is_null() | ((pl.col("status") == CLOSED) & pl.col("day").is_null())
    reasons = (
        pl.when(~known)
        .then(pl.lit(Reason.UNKNOWN_VALUE.value))
        .when(known & pl.col("given").is_not_null())
        .then("given")
        .when(silent)
        .then(pl.lit(Reason.MISSING.value))
    )
    found = pl.when(known).then("found").otherwise(pl.col("status").str.slice(0, ours.LONGEST_CODE))
    told = frame.select(reasons=reasons, found=found)
    allowed = f"{', '.join(STATUSES)}; YYYY-MM-DD"
    return Column(values=read.values, reasons=told["reasons"], found=told["found"], allowed=allowed)


def _found(read: Column) -> pl.Series:
    return read.found if read.found is not None else _nothing(len(read.values))


def _nothing(rows: int) -> pl.Series:
    return pl.Series("found", [None], dtype=pl.String).new_from_index(0, rows)


def _notices(frame: pl.DataFrame, file: str, *, head: Mapping[str, bool]) -> Iterator[Notice]:
    closings = frame["decided_on"].drop_nulls()
    if len(closings):
        yield Notice(code="closing_is_proxy", particulars={"closings": len(closings)})
    if _has_days(frame["received_on"]):
        yield from _one_day(closings)
    if head["cut"]:
        yield Notice(code="requests_cap_reached", particulars={"file": file, "rows": frame.height})


def _left_out(rows: int) -> Iterator[Notice]:
    if rows:
        yield Notice(code="other_services_left_out", particulars={"rows": rows})


def _has_days(received: pl.Series) -> bool:
    first, last = received.min(), received.max()
    return isinstance(first, date) and isinstance(last, date) and (last - first).days >= _SOME_DAYS


def _one_day(closings: pl.Series) -> Iterator[Notice]:
    """Tell of most closings on one day of requests from weeks: an import or an edit of all, not the work."""
    if len(closings) < _MANY_CLOSINGS:
        return
    day, number = closings.value_counts(sort=True).row(0)
    if number * 2 > len(closings):
        told = {"day": day.isoformat(), "closings": number, "of": len(closings)}
        yield Notice(code="closings_on_one_day", particulars=told)
