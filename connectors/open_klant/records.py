"""Pages of an Open Klant as records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from connectors import columns as ours
from connectors.cells import Reading, days, words
from connectors.columns import Column, shown
from connectors.connector import Batch, Page
from connectors.objects import loaded, table_of
from connectors.table import Table
from metrics.estimators.events import Event
from metrics.notices import Notice
from metrics.records import SCHEMAS, Kind, Reason, complete

_CONTACT = ("uuid", "moment", "service", "subject", "channel", "success", "counts", "linked", "next")
_TASK = ("uuid", "status", "from", "to")
_OPEN, _DONE = "te_verwerken", "verwerkt"


def parsed(page: Page, *, zone: str) -> Batch:
    """Return the records of a page that `fetch` made."""
    body = loaded(page)
    if "days" in body:
        kind, table = Kind.COUNTS, table_of(body["rows"], {name: name for name in _CONTACT})
        columns = dict(_contacts(table, body, Reading(zone=zone)))
    else:
        kind, table = Kind.CASES, table_of(body["rows"], {name: name for name in _TASK})
        columns = dict(_tasks(table, body["service"], Reading(zone=zone)))
    in_order = {name: columns[name] for name in SCHEMAS[kind] if name in columns}
    origin = pl.DataFrame({"line": table.lines}).with_columns(file=pl.lit(page.name))
    frame, rejected = ours.sorted_out(in_order, origin, kind)
    unreadable = ours.unreadable(table.unreadable, file=page.name, kind=kind)
    return Batch(
        frames={kind: complete(frame, kind)},
        rejected=pl.concat([rejected, unreadable]).sort("line", maintain_order=True),
        notices=tuple(_notice(one) for one in body["told"]),
    )


def _contacts(table: Table, body: Mapping[str, Any], reading: Reading) -> Iterator[tuple[str, Column]]:
    cells = table.cells
    moments = ours.typed(cells["moment"], pl.Date(), reading)
    success = ours.typed(cells["success"], pl.Boolean(), reading)
    linked = _told(cells["linked"], pl.lit(Event.CONTACT.value), pl.lit(Event.CONTACT_UNLINKED.value))
    yield "source_id", Column(values=words(cells["uuid"]))
    yield "service", _service(cells, ", ".join(body["services"]))
    yield "channel", Column(values=words(cells["channel"]))
    yield "event", Column(values=linked)
    yield "happened_on", moments
    yield "gap_days", Column(values=_gap(moments.values, days(cells["next"], reading), body["days"]))
    # Of what did not succeed there is a row with n = 0, so that a contact that is corrected later is corrected here.
    yield "n", replace(success, values=_told(cells["counts"], pl.lit(1, pl.Int64()), pl.lit(0, pl.Int64())))


def _tasks(table: Table, service: str, reading: Reading) -> Iterator[tuple[str, Column]]:
    cells = table.cells
    received = ours.typed(cells["from"], pl.Date(), reading)
    status = words(cells["status"])
    outcome = ours.mapped(cells["status"], {_OPEN: "", _DONE: "decided"}, pl.String(), reading)
    yield "source_id", Column(values=words(cells["uuid"]))
    yield "service", Column(values=pl.Series("service", [service]).new_from_index(0, cells.height))
    yield "received_on", received
    yield "decided_on", _decided(ours.typed(cells["to"], pl.Date(), reading), status)
    yield "outcome", outcome


def _service(cells: pl.DataFrame, allowed: str) -> Column:
    service, subject = words(cells["service"]), words(cells["subject"])
    unknown = service.is_null() & subject.is_not_null()
    if not unknown.any():
        return Column(values=service)
    return Column(
        values=service,
        reasons=pl.select(pl.when(unknown).then(pl.lit(Reason.UNKNOWN_VALUE.value))).to_series(),
        found=shown(subject, code=True),
        allowed=allowed,
    )


def _decided(done: Column, status: pl.Series) -> Column:
    """Return the days on which tasks were done; a task that is done without a day is rejected, not open for ever."""
    closed = status == _DONE
    without = (closed & done.values.is_null()).fill_null(value=False)
    if done.reasons is None and not without.any():
        return replace(done, values=_where(closed, done.values))
    missing = pl.select(pl.when(without).then(pl.lit(Reason.MISSING.value))).to_series()
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(status))
    return replace(
        done,
        values=_where(closed, done.values),
        reasons=missing if done.reasons is None else pl.select(pl.coalesce(done.reasons, missing)).to_series(),
        found=nothing if done.found is None else done.found,
    )


def _gap(own: pl.Series, following: pl.Series, most: int) -> pl.Series:
    gaps = (following - own).dt.total_days()
    return _where(gaps <= most, gaps)


def _where(wanted: pl.Series, values: pl.Series) -> pl.Series:
    return pl.select(pl.when(wanted).then(values)).to_series()


def _told(cells: pl.Series, yes: pl.Expr, no: pl.Expr) -> pl.Series:
    # `fetch` wrote these itself: there is nothing else than true and false.
    return pl.select(pl.when(cells == "true").then(yes).otherwise(no)).to_series()


def _notice(one: Mapping[str, str | int]) -> Notice:
    return Notice(code=str(one["code"]), particulars={name: said for name, said in one.items() if name != "code"})
